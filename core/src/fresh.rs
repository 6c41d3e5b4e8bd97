//! What is new since the base, and what was there before.

use std::collections::BTreeMap;

use crate::analyze::analyze;
use crate::finding::{Finding, Report};
use crate::path::RelPath;
use crate::workspace::Workspace;

/// What makes two findings the same matter in two states of a file: lines may have moved, the words have not.
type Matter<'a> = (&'a str, &'a RelPath, Option<&'a str>, &'a str);

fn matter(finding: &Finding) -> Matter<'_> {
    let package = finding.package.as_ref().map(|package| package.name.as_str());
    (finding.rule.id, &finding.path, package, &finding.message)
}

/// Takes out of a report what the base had too. Gives what was taken out.
///
/// A matter that the base had twice and the new state has three times is new once.
pub fn keep_new(workspace: &Workspace, report: &mut Report) -> Vec<Finding> {
    let Some(base) = workspace.base.as_deref() else { return Vec::new() };
    let base = Workspace { facts: workspace.facts.clone(), ..base.clone() };
    let former = analyze(&base);
    let mut known: BTreeMap<Matter<'_>, usize> = BTreeMap::new();
    for finding in &former.findings {
        *known.entry(matter(finding)).or_default() += 1;
    }
    let (old, new) = std::mem::take(&mut report.findings).into_iter().partition(|finding| match known.get_mut(&matter(finding)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    });
    report.findings = new;
    old
}
