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

const LEVELS: [&str; 6] = ["info", "low", "moderate", "high", "critical", "none"];

fn settings(settings: &Settings, cx: &mut Cx<'_>) {
    if let Some(audit) = settings.get("audit").filter(|audit| *audit.value == "false") {
        let edits = set(cx.document, "audit", "true");
        let finding = cx.report(audit.value.span, "audits are off: known holes are not reported at install");
        finding.help("remove it, or set `audit=true`").fix("Set `audit=true`", Applicability::Safe, edits);
    }
    let span = match settings.get("audit-level") {
        Some(level) if LEVELS.contains(&level.value.as_str()) && *level.value != "none" => return,
        Some(level) => level.value.span,
        None => Span::at(0),
    };
    let edits = set(cx.document, "audit-level", "moderate");
    let finding = cx.report(span, "no level at which `npm audit` fails");
    finding.help("set `audit-level=moderate`").fix("Set `audit-level=moderate`", Applicability::Safe, edits);
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
                info b/.npmrc:1:7 [false]
                  audits are off: known holes are not reported at install
                  fix (safe): Set `audit=true`
                    b/.npmrc: [false] -> [true]
                info b/.npmrc:2:13 [none]
                  no level at which `npm audit` fails
                  fix (safe): Set `audit-level=moderate`
                    b/.npmrc: [none] -> [moderate]
                info c/.npmrc:1:13 [hihg]
                  no level at which `npm audit` fails
                  fix (safe): Set `audit-level=moderate`
                    c/.npmrc: [hihg] -> [moderate]
                info d/.npmrc:1:1 []
                  no level at which `npm audit` fails
                  fix (safe): Set `audit-level=moderate`
                    d/.npmrc: [] -> [audit-level=moderate⏎]
            "#]],
        );
    }
}
