//! Taking in what an analysis found: what the session knows from then on, and what the editor is told.

use std::sync::Arc;

use lsp_types::Url;
use provender_core::document::Document;
use provender_core::facts::{Facts, Question};
use provender_core::finding::Finding;
use provender_core::path::RelPath;

use super::analysis::{Outcome, Read, Scope, apply};
use super::diagnostics::absolute;
use super::outbox::{Outbox, Publish};
use super::root::Root;
use super::session::{RootId, Session};

impl Session {
    /// Takes in what an analysis found, and tells the editor what is new. Gives what is no longer needed, so that freeing it can wait,
    /// and whether lenses and hints may look different now.
    pub(super) fn commit(&mut self, id: RootId, outcome: Outcome) -> (Vec<Arc<Document>>, bool) {
        let Some(root) = self.roots.get_mut(&id) else { return (Vec::new(), false) };
        let mut garbage = Vec::new();
        let moved = !outcome.steady;
        for (path, read) in &outcome.read {
            let is_text = matches!(read, Read::Document(_, None)) && outcome.open.contains_key(path);
            if is_text != root.buffers.contains_key(path) {
                continue;
            }
            garbage.extend(root.workspace.get(path).cloned());
            apply(&mut root.workspace, path, read);
            match read {
                Read::Document(_, Some(stamp)) | Read::Same(Some(stamp)) => drop(root.stamps.insert(path.clone(), *stamp)),
                Read::Document(_, None) | Read::Gone | Read::Unreadable(_) => drop(root.stamps.remove(path)),
                Read::Same(None) => {}
            }
        }
        match &outcome.scope {
            Scope::Only(paths) => root.quick = Some((outcome.generation, paths.clone())),
            Scope::All => {
                if let Some((generation, paths)) = root.quick.take()
                    && generation == outcome.generation
                    && outcome.steady
                {
                    let partial = paths.into_iter().filter(|path| differs(root.findings.get(path), outcome.findings.get(path)));
                    root.whole.extend(partial.filter(|path| root.buffers.contains_key(path)));
                }
                let open = outcome.unanswered.iter().filter(|question| is_open(&root.workspace.facts, question));
                root.asked = open.filter(|question| !root.tried.contains(*question)).cloned().collect();
            }
        }
        if let Some(own) = &outcome.own {
            root.own = own.clone();
        }
        if let Some(lists) = &outcome.lists {
            let former = std::mem::replace(&mut root.lists, lists.clone());
            for path in former.difference(lists) {
                self.open.retain(|_, place| *place != (id, path.clone()));
                close_stray(root, path, &self.outbox);
            }
        }
        if outcome.appeared {
            root.load.want();
        }
        root.analysed.send_replace(outcome.generation);
        show(root, outcome, &self.outbox);
        (garbage, moved)
    }
}

/// Tells the editor what is new, and remembers what it shows.
fn show(root: &mut Root, outcome: Outcome, outbox: &Outbox) {
    let Outcome { scope, findings, mut shown, open, .. } = outcome;
    let paths: Vec<RelPath> = match &scope {
        Scope::Only(paths) => {
            paths.iter().for_each(|path| drop(root.findings.remove(path)));
            root.findings.extend(findings);
            paths.iter().cloned().collect()
        }
        Scope::All => {
            root.findings = findings;
            let open = root.buffers.keys().filter(|path| open.contains_key(*path));
            let mut paths: Vec<RelPath> = root.shown.keys().chain(shown.keys()).chain(open).cloned().collect();
            paths.sort();
            paths.dedup();
            paths
        }
    };
    for path in paths {
        let current = root.buffers.get(&path).map(|opened| opened.epoch);
        // What was opened or closed meanwhile is judged again.
        if current != open.get(&path).map(|open| open.epoch) {
            continue;
        }
        let version = open.get(&path).map(|open| open.version);
        let (diagnostics, digest) = shown.remove(&path).map_or((Vec::new(), 0), |shown| (shown.diagnostics, shown.digest));
        if root.shown.get(&path) == Some(&(version, digest)) {
            continue;
        }
        let url = open.get(&path).map(|open| open.url.clone());
        let Some(url) = url.or_else(|| Url::from_file_path(absolute(&root.path, &path)).ok()) else { continue };
        if version.is_none() && diagnostics.is_empty() {
            root.shown.remove(&path);
        } else {
            root.shown.insert(path, (version, digest));
        }
        outbox.publish(Publish { url, version, diagnostics });
    }
}

/// Lets go of a file that is no list any more, though an editor may still have it open.
fn close_stray(root: &mut Root, path: &RelPath, outbox: &Outbox) {
    if root.shown.remove(path).is_some() {
        clear(root, path).into_iter().for_each(|publish| outbox.publish(publish));
    }
    root.buffers.remove(path);
    root.whole.remove(path);
}

/// Nothing more to show for a file.
pub(super) fn clear(root: &Root, path: &RelPath) -> Option<Publish> {
    let open = root.buffers.get(path).map(|opened| opened.buffer.url.clone());
    let url = open.or_else(|| Url::from_file_path(absolute(&root.path, path)).ok());
    url.map(|url| Publish { url, version: None, diagnostics: Vec::new() })
}

/// Whether nothing is known about it yet.
fn is_open(facts: &Facts, question: &Question) -> bool {
    match question {
        Question::Artifact(artifact) => !facts.verdicts.contains_key(artifact),
        Question::Versions { .. } => !facts.versions.contains_key(question),
    }
}

/// Whether two analyses of one text say something different.
fn differs(one: Option<&Arc<Vec<Finding>>>, other: Option<&Arc<Vec<Finding>>>) -> bool {
    let keys = |findings: Option<&Arc<Vec<Finding>>>| -> Vec<_> {
        findings
            .into_iter()
            .flat_map(|findings| findings.iter())
            .map(|finding| (finding.rule.id, finding.span, finding.message.clone()))
            .collect()
    };
    keys(one) != keys(other)
}
