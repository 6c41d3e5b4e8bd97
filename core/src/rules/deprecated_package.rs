use super::prelude::*;

rule! {
    /// The lockfile records that the package's maintainers have deprecated this version.
    ///
    /// A deprecated version gets no more fixes. npm prints the message once, at the install that brings it in; after that it stands in the lockfile,
    /// where nobody looks.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==",
    ///       "deprecated": "use String.prototype.padStart()"
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What to do
    /// Read the message; it mostly names the successor. Where the package comes by way of another one, update that.
    DEPRECATED_PACKAGE = {
        id: "deprecated-package",
        threat: 7,
        severity: Info,
        summary: "the lockfile records a deprecation",
        fixable: No,
        needs: Files,
        checks: [Package(package)],
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    let Some(words) = &package.deprecated else { return };
    let (purl, message) = (cx.purl(package), format!("`{}` is deprecated: {words}", package.name));
    cx.report(package.key.span, message).package(purl).deprecated = true;
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn the_words_are_shown() {
        check(
            "deprecated-package",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/a": { "version": "1.0.0", "deprecated": "use \"b\" — 😀" },
    "node_modules/b": { "version": "1.0.0", "deprecated": false }
  }
}
"#,
            expect![[r#"
                info package-lock.json:5:6 [node_modules/a]
                  `a` is deprecated: use "b" — 😀
            "#]],
        );
    }
}
