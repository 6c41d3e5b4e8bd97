use super::prelude::*;

rule! {
    /// `audit-level` is not set, or audits are off.
    ///
    /// It does not gate installs; it decides from which severity on `npm audit` fails, in CI for instance. Without it, an audit fails for everything, and
    /// is then mostly switched off.
    ///
    /// ## Bad
    /// ```ini .npmrc
    /// fund=false
    /// ```
    ///
    /// ## Good
    /// ```ini .npmrc
    /// audit-level=moderate
    /// ```
    ///
    /// ## What to do
    /// Set `audit-level=moderate`, and run `npm audit` in CI.
    AUDIT_THRESHOLD_UNSET = {
        id: "audit-threshold-unset",
        threat: 7,
        severity: Info,
        summary: "no level at which `npm audit` fails",
        fixable: Offline,
        needs: Files,
        checks: [Settings(settings)],
    }
}

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    report_gaps(Aspect::Audit, settings, cx);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn levels_and_no_level() {
        check(
            "audit-threshold-unset",
            r#"
//- /a/.npmrc
audit-level=high
//- /b/.npmrc
audit=false
audit-level=none
//- /c/.npmrc
audit-level=hihg
//- /d/.npmrc
# é
"#,
            expect![[r#"
                info b/.npmrc:1:1 [audit=false]
                  audits are off: known holes are not reported at install
                  fix (safe): Set `audit` to `true`
                    b/.npmrc: [false] -> [true]
                info b/.npmrc:2:1 [audit-level=none]
                  no level at which `npm audit` fails
                  fix (safe): Set `audit-level` to `moderate`
                    b/.npmrc: [none] -> [moderate]
                info c/.npmrc:1:1 [audit-level=hihg]
                  no level at which `npm audit` fails
                  fix (safe): Set `audit-level` to `moderate`
                    c/.npmrc: [hihg] -> [moderate]
                info d/.npmrc:1:1 []
                  no level at which `npm audit` fails
                  fix (safe): Set `audit-level` to `moderate`
                    d/.npmrc: [] -> [audit-level=moderate⏎]
            "#]],
        );
    }
}
