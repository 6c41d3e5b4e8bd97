use super::prelude::*;

rule! {
    /// Nothing keeps the package manager from choosing a version that was published a minute ago.
    ///
    /// Most malicious releases are found and withdrawn within hours. With a cooldown only versions that are older are chosen, so that others find out
    /// first. Each manager has its own word and unit for it: npm 11 `min-release-age` (days), pnpm `minimumReleaseAge` (minutes), Yarn 4.10
    /// `npmMinimalAgeGate` (minutes), Bun `minimumReleaseAge` (seconds), uv and PDM `exclude-newer`, Poetry `solver.min-release-age` (days), Cargo 1.100
    /// `registry.global-min-publish-age`.
    ///
    /// ## Bad
    /// ```ini .npmrc
    /// fund=false
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc
    /// min-release-age=3
    /// ```
    ///
    /// ## What to do
    /// Set it as the message says (`min-release-age=3`), and exempt your own packages where the manager can (`min-release-age-exclude[]`).
    NO_RELEASE_COOLDOWN = {
        id: "no-release-cooldown",
        threat: 9,
        severity: Info,
        summary: "releases of the last minutes are installed",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::Cooldown, settings, cx);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn days_of_waiting() {
        check(
            "no-release-cooldown",
            r#"
//- /a/.npmrc
min-release-age=7
//- /b/.npmrc
min-release-age=0
//- /c/.npmrc
before=2026-01-01
//- /d/.npmrc
fund=false
"#,
            expect![[r#"
                info b/.npmrc:1:1 [min-release-age=0]
                  npm may choose a version that was published a minute ago
                  fix (safe): Set `min-release-age` to `3`
                    b/.npmrc: [0] -> [3]
                info d/.npmrc:1:1 []
                  npm may choose a version that was published a minute ago
                  fix (safe): Set `min-release-age` to `3`
                    d/.npmrc: [] -> [min-release-age=3⏎]
            "#]],
        );
    }
}
