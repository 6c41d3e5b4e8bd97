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
