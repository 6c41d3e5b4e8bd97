use super::prelude::*;

rule! {
    /// A setting makes the package manager take packages whose digest is not the one that was locked.
    ///
    /// The lockfile then still reads as if it held everything to a digest, and whatever a registry or a mirror serves is installed. Most of these settings
    /// were set once, to get past a broken cache, and stayed.
    ///
    /// ## Bad
    /// ```yaml .yarnrc.yml
    /// checksumBehavior: update
    /// nodeLinker: node-modules
    /// ```
    ///
    /// ## Good
    /// ```yaml .yarnrc.yml
    /// checksumBehavior: throw
    /// nodeLinker: node-modules
    /// ```
    ///
    /// ## What to do
    /// Remove it. Where a digest is reported as wrong, find out why before anything is installed: `provender verify` tells what the registry publishes.
    INTEGRITY_CHECKS_DISABLED = {
        id: "integrity-checks-disabled",
        threat: 5,
        severity: Error,
        summary: "digests that do not match are accepted",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::Integrity, settings, cx);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn what_yarn_is_told_about_checksums() {
        check(
            "integrity-checks-disabled",
            r#"
//- /ignore/.yarnrc.yml
# é
checksumBehavior: ignore # for now
nodeLinker: node-modules
//- /update/.yarnrc.yml
checksumBehavior: "update"
//- /reset/.yarnrc.yml
checksumBehavior: reset
//- /throw/.yarnrc.yml
checksumBehavior: throw
//- /unset/.yarnrc.yml
nodeLinker: pnp
"#,
            expect![[r#"
                error ignore/.yarnrc.yml:2:1 [checksumBehavior: ignore]
                  Yarn takes packages whose checksum is not the lockfile's
                  fix (safe): Remove `checksumBehavior: ignore`
                    ignore/.yarnrc.yml: [checksumBehavior: ignore # for now⏎] -> []
                error update/.yarnrc.yml:1:1 [checksumBehavior: "update]
                  Yarn takes packages whose checksum is not the lockfile's
                  fix (safe): Remove `checksumBehavior: "update"`
                    update/.yarnrc.yml: [checksumBehavior: "update"⏎] -> []
            "#]],
        );
    }
}
