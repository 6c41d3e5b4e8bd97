//! Quick-fixes, found again from our own state by place and rule.
//!
//! Nothing is replayed from the diagnostics that an editor sends along: some editors drop their data, and some send other tools'.

use std::collections::{BTreeMap, BTreeSet};

use lsp_types::{CodeAction, CodeActionKind, Command, Diagnostic, WorkspaceEdit};
use provender_core::analyze::analyze_only;
use provender_core::facts::{Facts, Question};
use provender_core::finding::{Applicability, Finding, Fix};
use provender_core::path::RelPath;
use provender_core::repair::{edits_between, merge, repair_only};
use provender_core::text::{Edit, Span, apply};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::capabilities::{FIX_ALL, LOOK_UP};
use super::config::Network;
use super::snapshot::Snapshot;
use crate::online::why_not;

/// What an action that has to ask the registry carries, to be found again by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lookup {
    pub(super) uri: lsp_types::Url,
    pub(super) rule: String,
    pub(super) start: u32,
    pub(super) end: u32,
    /// The text's version, where the file is open.
    pub(super) version: Option<i32>,
}

/// The actions for a span of a file, of the kinds that the editor asks for (`None`: any).
pub(super) fn actions(snapshot: &Snapshot, path: &RelPath, span: Span, only: Option<&[CodeActionKind]>) -> Vec<CodeAction> {
    let wants = |kind: &CodeActionKind| only.is_none_or(|only| only.iter().any(|wanted| includes(wanted, kind)));
    let here: Vec<&Finding> = snapshot.findings(path).filter(|finding| finding.span.touches(span)).collect();
    let mut actions = Vec::new();
    if wants(&CodeActionKind::QUICKFIX) {
        for finding in &here {
            actions.extend(quick_fixes(snapshot, path, finding));
        }
        actions.extend(of_rules(snapshot, path, &here));
    }
    // Unasked, it is only offered where there is something to mend: at other places it would be noise.
    if wants(&FIX_ALL) && (only.is_some() || !here.is_empty()) {
        actions.extend(fix_all(snapshot, path));
    }
    actions
}

/// Whether a wanted kind includes another: `source` includes `source.fixAll.provender`.
fn includes(wanted: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let rest = kind.as_str().strip_prefix(wanted.as_str());
    wanted.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn quick_fixes(snapshot: &Snapshot, path: &RelPath, finding: &Finding) -> Vec<CodeAction> {
    let diagnostics = snapshot.view().diagnostics(path, std::iter::once(finding));
    let shown: Vec<&Fix> = finding.fixes.iter().filter(|fix| fix.applicability > Applicability::Display).collect();
    let preferred = shown.iter().position(|fix| fix.applicability == Applicability::Safe);
    let mut actions: Vec<CodeAction> = Vec::new();
    for (index, fix) in shown.iter().enumerate() {
        let Some(edit) = snapshot.edit(&fix.edits) else { continue };
        let preferred = preferred == Some(index);
        actions.push(quick_fix(fix.title.clone(), diagnostics.clone(), Some(edit), preferred));
    }
    if let Some(pending) = &finding.pending {
        actions.extend(lookup(snapshot, path, finding, &pending.title, diagnostics));
    }
    actions
}

fn quick_fix(title: String, diagnostics: Vec<Diagnostic>, edit: Option<WorkspaceEdit>, preferred: bool) -> CodeAction {
    CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(diagnostics),
        edit,
        is_preferred: preferred.then_some(true),
        ..CodeAction::default()
    }
}

/// A fix that has to ask the registry first; only where it may be asked.
fn lookup(snapshot: &Snapshot, path: &RelPath, finding: &Finding, title: &str, diagnostics: Vec<Diagnostic>) -> Option<CodeAction> {
    if snapshot.config.network() == Network::Off {
        return None;
    }
    let version = snapshot.open.get(path).map(|open| open.version);
    let rule = finding.rule.id.to_owned();
    let lookup = Lookup { uri: snapshot.url(path)?, rule, start: finding.span.start, end: finding.span.end, version };
    let data = serde_json::to_value(lookup).ok()?;
    let mut action = quick_fix(title.to_owned(), diagnostics, None, false);
    if snapshot.client.resolves_edits {
        action.data = Some(data);
    } else {
        action.command = Some(Command { title: title.to_owned(), command: LOOK_UP.to_owned(), arguments: Some(vec![data]) });
    }
    Some(action)
}

/// "Fix all of this rule", for each rule that has more than one finding to mend in the file.
fn of_rules(snapshot: &Snapshot, path: &RelPath, here: &[&Finding]) -> Vec<CodeAction> {
    let rules: BTreeSet<&str> = here.iter().map(|finding| finding.rule.id).collect();
    let actions = rules.into_iter().filter_map(|rule| {
        let findings: Vec<&Finding> = snapshot
            .findings(path)
            .filter(|finding| finding.rule.id == rule)
            .filter(|finding| own_fix(path, finding).is_some())
            .collect();
        if findings.len() < 2 {
            return None;
        }
        let edits = merge(findings.iter().filter_map(|finding| own_fix(path, finding)));
        let diagnostics = snapshot.view().diagnostics(path, findings.iter().copied());
        let title = format!("Fix all {} `{rule}` in this file", findings.len());
        Some(quick_fix(title, diagnostics, Some(snapshot.edit(&edits)?), false))
    });
    actions.collect()
}

/// Every safe fix of a file.
fn fix_all(snapshot: &Snapshot, path: &RelPath) -> Option<CodeAction> {
    Some(CodeAction {
        title: "Fix everything safe in this file".to_owned(),
        kind: Some(FIX_ALL),
        edit: Some(fix_everything(snapshot, Some(path))?),
        ..CodeAction::default()
    })
}

/// Every safe fix of one file, or of all.
pub(super) fn fix_everything(snapshot: &Snapshot, path: Option<&RelPath>) -> Option<WorkspaceEdit> {
    snapshot.edit(&everything(snapshot, path))
}

/// The edits of every safe fix of one file, or of all.
pub(super) fn everything(snapshot: &Snapshot, path: Option<&RelPath>) -> BTreeMap<RelPath, Vec<Edit>> {
    let is_meant = |file: &RelPath| path.is_none_or(|path| path == file);
    let files = snapshot.findings.keys().filter(|file| is_meant(file));
    let fixes = files.flat_map(|file| snapshot.findings(file).filter_map(move |finding| own_fix(file, finding)));
    let fixes: Vec<&Fix> = fixes.collect();
    let first = merge(fixes.iter().copied());
    let is_in = |fix: &&Fix| fix.edits.iter().all(|(path, edits)| edits.iter().all(|edit| first[path].contains(edit)));
    if fixes.iter().all(is_in) {
        return first;
    }
    // Where one fix is in another's way, the other is looked for anew in the text after the first.
    let mut workspace = snapshot.workspace.clone();
    let mended = |(path, edits): (&RelPath, &Vec<Edit>)| {
        let text = apply(&workspace.get(path).filter(|document| document.faithful)?.text, edits)?;
        Some((path.clone(), text))
    };
    let mut texts: BTreeMap<RelPath, String> = first.iter().filter_map(mended).collect();
    for (path, text) in &texts {
        workspace.set(path.clone(), text.clone().into_bytes());
    }
    let wanted = |finding: &Finding, fix: &Fix| {
        is_meant(&finding.path) && finding.severity >= snapshot.config.severity && is_own(&finding.path, fix)
    };
    texts.extend(repair_only(&workspace, |document| is_meant(&document.path), wanted));
    let between = |(path, after): (RelPath, String)| {
        let edits = edits_between(&snapshot.workspace.get(&path)?.text, &after);
        Some((path, edits))
    };
    texts.into_iter().filter_map(between).collect()
}

/// The fix that may be applied unseen and stays within the file.
fn own_fix<'f>(path: &RelPath, finding: &'f Finding) -> Option<&'f Fix> {
    finding.fixes.iter().find(|fix| is_own(path, fix))
}

fn is_own(path: &RelPath, fix: &Fix) -> bool {
    fix.applicability == Applicability::Safe && fix.edits.keys().all(|edited| edited == path)
}

impl Lookup {
    /// What an action or a command carries.
    pub(super) fn read(data: Option<&Value>) -> Option<Lookup> {
        serde_json::from_value(data?.clone()).ok()
    }

    /// The questions to ask; `Err` says why there are none any more.
    pub(super) fn questions(&self, snapshot: &Snapshot, path: &RelPath) -> Result<Vec<Question>, String> {
        if snapshot.open.get(path).map(|open| open.version) != self.version {
            return Err("the file changed meanwhile; ask for the quick-fix again".to_owned());
        }
        let finding = self.find(snapshot.findings.get(path).into_iter().flat_map(|findings| findings.iter()));
        let pending = finding.and_then(|finding| finding.pending.as_ref());
        pending.map(|pending| pending.questions.clone()).ok_or_else(|| "there is nothing to look up here any more".to_owned())
    }

    fn find<'f>(&self, mut findings: impl Iterator<Item = &'f Finding>) -> Option<&'f Finding> {
        let span = Span { start: self.start, end: self.end };
        findings.find(|finding| finding.rule.id == self.rule && finding.span == span)
    }

    /// The edit, now that the answers are known: the analysis runs again with them, and the rule decides.
    pub(super) fn edit(
        &self,
        snapshot: &mut Snapshot,
        path: &RelPath,
        questions: &[Question],
        facts: &Facts,
    ) -> Result<WorkspaceEdit, String> {
        snapshot.workspace.facts.verdicts.extend(facts.verdicts.clone());
        snapshot.workspace.facts.versions.extend(facts.versions.clone());
        let report = analyze_only(&snapshot.workspace, |document| document.path == *path);
        let finding = self.find(report.findings.iter().filter(|finding| finding.path == *path));
        let fix = finding.and_then(|finding| finding.fixes.iter().find(|fix| fix.applicability > Applicability::Display));
        let edit = fix.and_then(|fix| snapshot.edit(&fix.edits));
        edit.ok_or_else(|| format!("{}; nothing was changed", why_not(questions, facts)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_compared_part_by_part() {
        for (wanted, expected) in [
            ("", true),
            ("source", true),
            ("source.fixAll", true),
            ("source.fixAll.provender", true),
            ("source.fixAll.other", false),
            ("source.fix", false),
            ("quickfix", false),
        ] {
            assert_eq!(includes(&CodeActionKind::from(wanted.to_owned()), &FIX_ALL), expected, "{wanted}");
        }
    }
}
