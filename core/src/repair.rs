//! Applying fixes until nothing more is to be done.

use std::collections::BTreeMap;

use crate::analyze::analyze;
use crate::finding::{Applicability, Finding, Fix};
use crate::path::RelPath;
use crate::text::{Edit, apply};
use crate::workspace::Workspace;

/// A fix may uncover another finding; more rounds than this would mean that two fixes undo each other.
const MAX_ROUNDS: usize = 10;

/// The texts of the files that change when every fix up to `applicability` (of one rule, if named) is applied.
#[must_use]
pub fn repair(workspace: &Workspace, applicability: Applicability, rule: Option<&str>) -> BTreeMap<RelPath, String> {
    repair_with(workspace, |finding, fix| rule.is_none_or(|rule| finding.rule.id == rule) && fix.applicability >= applicability)
}

/// The same for the fixes that `wanted` names: of each finding, the first of them.
#[must_use]
pub fn repair_with(workspace: &Workspace, wanted: impl Fn(&Finding, &Fix) -> bool) -> BTreeMap<RelPath, String> {
    let mut mended = workspace.clone();
    let mut changed = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        let report = analyze(&mended);
        let best = |finding: &'_ Finding| finding.fixes.iter().position(|fix| wanted(finding, fix));
        let edits = merge(report.findings.iter().filter_map(|finding| finding.fixes.get(best(finding)?)));
        let texts: Vec<_> = edits.iter().filter_map(|(path, edits)| Some((path.clone(), after(&mended, path, edits)?))).collect();
        if texts.is_empty() {
            break;
        }
        for (path, text) in texts {
            mended.set(path.clone(), text.clone().into_bytes());
            changed.insert(path, text);
        }
    }
    changed
}

/// Joins fixes, each whole or not at all: one that overlaps an earlier one waits for the next round.
#[must_use]
pub fn merge<'a>(fixes: impl Iterator<Item = &'a Fix>) -> BTreeMap<RelPath, Vec<Edit>> {
    let mut merged: BTreeMap<RelPath, Vec<Edit>> = BTreeMap::new();
    for fix in fixes {
        let fits = fix
            .edits
            .iter()
            .all(|(path, edits)| merged.get(path).is_none_or(|taken| edits.iter().all(|edit| is_free(taken, edit))));
        if !fits {
            continue;
        }
        for (path, edits) in &fix.edits {
            let taken = merged.entry(path.clone()).or_default();
            taken.extend(edits.iter().filter(|edit| !taken.contains(edit)).cloned().collect::<Vec<_>>());
            taken.sort();
        }
    }
    merged
}

/// Whether an edit neither overlaps nor touches those taken, unless it is one of them.
fn is_free(taken: &[Edit], edit: &Edit) -> bool {
    let next = taken.partition_point(|other| other.span.end < edit.span.start);
    taken[next..].iter().take_while(|other| other.span.start <= edit.span.end).all(|other| other == edit)
}

fn after(workspace: &Workspace, path: &RelPath, edits: &[Edit]) -> Option<String> {
    let document = workspace.get(path).filter(|document| document.faithful)?;
    apply(&document.text, edits)
}
