//! Applying fixes until nothing more is to be done.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::analyze::{analyze, analyze_only};
use crate::document::Document;
use crate::finding::{Applicability, Finding, Fix, Report};
use crate::path::RelPath;
use crate::text::{Edit, Span, apply};
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
    rounds(workspace, analyze, wanted)
}

/// The same, where no more is looked at than the documents that `judged` names.
#[must_use]
pub fn repair_only(
    workspace: &Workspace,
    judged: impl Fn(&Document) -> bool,
    wanted: impl Fn(&Finding, &Fix) -> bool,
) -> BTreeMap<RelPath, String> {
    rounds(workspace, |workspace| analyze_only(workspace, &judged), wanted)
}

fn rounds(
    workspace: &Workspace,
    judge: impl Fn(&Workspace) -> Report,
    wanted: impl Fn(&Finding, &Fix) -> bool,
) -> BTreeMap<RelPath, String> {
    let mut mended = workspace.clone();
    let mut changed = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        let report = judge(&mended);
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

/// The edits, by whole lines, that make one text of another.
#[must_use]
pub fn edits_between(before: &str, after: &str) -> Vec<Edit> {
    let [old, new] = [before, after].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let ends = old.iter().scan(0, |end, line| {
        *end += line.len();
        Some(*end)
    });
    let starts: Vec<usize> = std::iter::once(0).chain(ends).collect();
    let changes = capture_diff_slices(Algorithm::Myers, &old, &new).into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let edit = |op: DiffOp| {
        let lines = op.old_range();
        Edit::replace(Span::new(starts[lines.start], starts[lines.end]), new[op.new_range()].concat())
    };
    changes.map(edit).collect()
}

fn after(workspace: &Workspace, path: &RelPath, edits: &[Edit]) -> Option<String> {
    let document = workspace.get(path).filter(|document| document.faithful)?;
    apply(&document.text, edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_make_one_text_of_another() {
        for (before, after, count) in [
            ("a\nb\nc\nd\n", "a\nB\nc\nd\ne", 2),
            ("a\nb", "b\n", 1),
            ("", "a\n", 1),
            ("a\r\nb\r\n", "", 1),
            ("\u{e9}\n\u{1f600}\n", "\u{e9}\nx\n\u{1f600}\n", 1),
            ("a\n", "a\n", 0),
        ] {
            let edits = edits_between(before, after);
            assert_eq!(edits.len(), count, "{before:?} {after:?} {edits:?}");
            assert_eq!(apply(before, &edits).as_deref(), Some(after));
        }
    }
}
