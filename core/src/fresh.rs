//! What is new since the base, and what was there before.

use rustc_hash::FxHashMap;

use crate::analyze::analyze;
use crate::finding::{Finding, Report};
use crate::workspace::Workspace;

/// What makes two findings the same matter in two states of a file: lines may have moved, the words have not.
fn matter(finding: &Finding) -> String {
    let package = finding.package.as_ref().map_or("", |package| &package.name);
    [finding.rule.id, finding.path.as_str(), package, &finding.message].join("\0")
}

/// Takes out of a report what the base had too. Gives what was taken out.
///
/// A matter that the base had twice and the new state has three times is new once.
pub fn keep_new(workspace: &Workspace, report: &mut Report) -> Vec<Finding> {
    let Some(base) = workspace.base.as_deref() else { return Vec::new() };
    let mut base = base.clone();
    base.facts = workspace.facts.clone();
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    for finding in &analyze(&base).findings {
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
