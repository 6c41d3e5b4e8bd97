//! The policy's say: severities, exceptions, and exceptions that match nothing.

use rustc_hash::FxHashSet;

use crate::finding::{Finding, Label, Report};
use crate::path::RelPath;
use crate::policy::{ExceptionMatch, Level, Policy};
use crate::rule::Needs;
use crate::rules::{by_id, ineffective_setting::INEFFECTIVE_SETTING, unreadable_file::UNREADABLE_FILE};
use crate::text::Span;
use crate::workspace::Workspace;

/// Sorts findings into those that count and those that are excepted, each with the severity that the policy gives it.
pub(crate) fn apply_policy(workspace: &Workspace, policy: &Policy, findings: Vec<Finding>) -> Report {
    let mut report = Report { files: workspace.len(), ..Report::default() };
    for mut finding in findings {
        let level = policy.level(finding.rule.id);
        if !set_level(&mut finding, level) {
            continue;
        }
        let package = finding.package.as_ref().map(|package| (package.name.as_str(), package.version.as_deref()));
        match policy.exception(finding.rule.id, package, &finding.path, workspace.facts.today) {
            ExceptionMatch::Active(index) => {
                finding.related.extend(place(policy, index, "this exception of the policy holds it back"));
                report.excepted.push(finding);
            }
            ExceptionMatch::Expired(index) => {
                finding.related.extend(place(policy, index, "this exception of the policy has expired"));
                report.findings.push(finding);
            }
            ExceptionMatch::None => report.findings.push(finding),
        }
    }
    report.findings.sort_by(order);
    report.excepted.sort_by(order);
    report
}

/// By path, position, rule: the order of every output.
fn order(one: &Finding, other: &Finding) -> std::cmp::Ordering {
    let key = |finding: &Finding| (finding.span, finding.rule.id);
    one.path.cmp(&other.path).then_with(|| key(one).cmp(&key(other))).then_with(|| one.message.cmp(&other.message))
}

/// A level is about what the rule stands for; what it only notes at a lower severity is not raised with it. Gives whether it is shown.
fn set_level(finding: &mut Finding, level: Option<Level>) -> bool {
    let Some(level) = level else { return true };
    let Some(severity) = level.severity() else { return false };
    finding.severity = if finding.severity < finding.rule.severity { finding.severity.min(severity) } else { severity };
    true
}

fn place(policy: &Policy, index: usize, message: &str) -> Option<Label> {
    let placed = policy.exceptions().get(index)?;
    Some(Label { path: placed.path.clone(), span: placed.exception.span, message: message.to_owned() })
}

/// Adds a finding for each exception of the repository's policy that holds nothing back. Only for a report over the whole workspace.
///
/// Exceptions for rules that need a base or the registry may match another day, and are left alone.
pub(crate) fn report_stale_exceptions(workspace: &Workspace, report: &mut Report) {
    let policy = workspace.policy();
    let used: FxHashSet<(&RelPath, Span)> = report
        .excepted
        .iter()
        .chain(&report.findings)
        .flat_map(|finding| &finding.related)
        .map(|label| (&label.path, label.span))
        .collect();
    let mut stale = Vec::new();
    for placed in policy.exceptions() {
        let exception = &placed.exception;
        let needs = by_id(&exception.rule).map(|rule| rule.needs);
        let there = workspace
            .get(&placed.path)
            .is_some_and(|document| document.policy().is_some_and(|policy| policy.exceptions.contains(exception)));
        if needs == Some(Needs::Files) && there && !used.contains(&(&placed.path, exception.span)) {
            stale.push(Finding {
                span: exception.span,
                message: format!("the exception from {} matches nothing any more", exception.describe()),
                help: Some("remove it, so that it cannot hide something new".to_owned()),
                ..blank(&placed.path)
            });
        }
    }
    if stale.is_empty() {
        return;
    }
    let stale = apply_policy(workspace, &policy, stale);
    report.findings.extend(stale.findings);
    report.findings.sort_by(order);
}

fn blank(path: &RelPath) -> Finding {
    Finding {
        rule: &INEFFECTIVE_SETTING,
        severity: INEFFECTIVE_SETTING.severity,
        path: path.clone(),
        span: Span::at(0),
        message: String::new(),
        help: None,
        package: None,
        related: Vec::new(),
        fixes: Vec::new(),
        pending: None,
        deprecated: false,
        secret: false,
    }
}

/// Known files that could not even be read: not looked at is not clean.
pub(crate) fn unreadable(workspace: &Workspace) -> Vec<Finding> {
    let findings = workspace.unreadable.iter().map(|(path, why)| Finding {
        rule: &UNREADABLE_FILE,
        severity: UNREADABLE_FILE.severity,
        message: why.clone(),
        help: Some("make it readable; until then nothing in it was checked".to_owned()),
        ..blank(path)
    });
    findings.collect()
}
