use super::prelude::*;

rule! {
    /// `packageManager` names the package manager without a digest, or by a range.
    ///
    /// Corepack downloads what the field says and runs it. With a digest (`npm@11.6.0+sha512.…`) it checks what it downloaded.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "packageManager": "npm@11.6.0"
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "packageManager": "npm@11.6.0+sha512.cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
    /// }
    /// ```
    ///
    /// ## What to do
    /// Run `corepack use npm@VERSION`: it writes the digest.
    UNPINNED_PACKAGE_MANAGER = {
        id: "unpinned-package-manager",
        threat: 6,
        severity: Info,
        summary: "the package manager is not held by a digest",
        fixable: No,
        needs: Files,
        checks: [Manifest(manifest)],
    }
}

fn manifest(manifest: &Manifest, cx: &mut Cx<'_>) {
    let Some(asked) = &manifest.package_manager else { return };
    if !["npm", "pnpm", "yarn"].contains(&asked.split('@').next().unwrap_or_default()) {
        // Corepack fetches these three, and nobody reads a digest behind another's version.
        return;
    }
    let held = asked.split_once('+').is_some_and(|(_, digest)| digest.split_once('.').is_some_and(|(_, hex)| hex.len() >= 40));
    if !held {
        let name = asked.split('@').next().unwrap_or_default();
        let help = format!("run `corepack use {name}@VERSION`: it writes the digest");
        cx.report(asked.span, format!("`{asked}` is downloaded and run without a digest to check it by")).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn a_digest_holds_it() {
        check(
            "unpinned-package-manager",
            r#"
//- /a/package.json
{ "packageManager": "npm@11.0.0" }
//- /b/package.json
{ "packageManager": "pnpm@9.0.0+sha512.0123456789abcdef0123456789abcdef0123456789abcdef" }
//- /c/package.json
{ "packageManager": "yarn@4.0.0+sha512.short" }
//- /d/package.json
{ "name": "@me/none" }
"#,
            expect![[r#"
                info a/package.json:1:22 [npm@11.0.0]
                  `npm@11.0.0` is downloaded and run without a digest to check it by
                info c/package.json:1:22 [yarn@4.0.0+sha512.short]
                  `yarn@4.0.0+sha512.short` is downloaded and run without a digest to check it by
            "#]],
        );
    }
}
