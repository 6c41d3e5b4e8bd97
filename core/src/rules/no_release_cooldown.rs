use super::prelude::*;

rule! {
    /// Nothing keeps npm from choosing a version that was published a minute ago.
    ///
    /// Most malicious releases are found and withdrawn within hours. `min-release-age` (in days, npm 11) makes npm choose only versions that are older,
    /// so that others find out first.
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
    /// Set `min-release-age=3`; exempt your own packages with `min-release-age-exclude[]`.
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
