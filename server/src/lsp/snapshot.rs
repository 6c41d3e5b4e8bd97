//! A workspace as it was last judged: what answers to the editor are computed from, without holding anybody up.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use lsp_types::{DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, Url, WorkspaceEdit};
use provender_core::document::Document;
use provender_core::finding::Finding;
use provender_core::path::RelPath;
use provender_core::text::Edit;
use provender_core::workspace::Workspace;

use super::analysis::Open;
use super::capabilities::Client;
use super::config::Config;
use super::convert::Places;
use super::diagnostics::View;
use super::root::Verified;

/// A workspace as it was last judged.
#[derive(Clone)]
pub(super) struct Snapshot {
    pub(super) root: PathBuf,
    pub(super) workspace: Workspace,
    pub(super) findings: BTreeMap<RelPath, Arc<Vec<Finding>>>,
    pub(super) open: BTreeMap<RelPath, Open>,
    pub(super) verified: HashMap<RelPath, Verified>,
    pub(super) client: Client,
    pub(super) config: Config,
}

impl Snapshot {
    /// How the editor sees the files.
    pub(super) fn view(&self) -> View<'_> {
        View { root: &self.root, workspace: &self.workspace, client: &self.client }
    }

    /// A file and its places.
    pub(super) fn file(&self, path: &RelPath) -> Option<(&Arc<Document>, Places<'_>)> {
        let document = self.workspace.get(path)?;
        Some((document, Places::new(document, self.client.encoding)))
    }

    /// The findings of a file that are shown.
    pub(super) fn findings(&self, path: &RelPath) -> impl Iterator<Item = &Finding> {
        let findings = self.findings.get(path).map_or(&[][..], |findings| findings.as_slice());
        findings.iter().filter(|finding| finding.severity >= self.config.severity)
    }

    /// The editor's name for a file.
    pub(super) fn url(&self, path: &RelPath) -> Option<Url> {
        self.open.get(path).map_or_else(|| self.view().url(path), |open| Some(open.url.clone()))
    }

    /// Edits as the editor applies them; bound to the versions they were computed for where the editor knows how. `None` if one of
    /// the files is not the workspace's own, or is not held byte for byte: nothing is guessed.
    pub(super) fn edit(&self, edits: &BTreeMap<RelPath, Vec<Edit>>) -> Option<WorkspaceEdit> {
        let mut changes = Vec::with_capacity(edits.len());
        for (path, edits) in edits.iter().filter(|(_, edits)| !edits.is_empty()) {
            let (document, places) = self.file(path).filter(|(document, _)| document.faithful && !is_outside(path))?;
            let edits: Vec<TextEdit> =
                edits.iter().map(|edit| TextEdit { range: places.range(edit.span), new_text: edit.text.clone() }).collect();
            changes.push((self.url(&document.path)?, self.open.get(path).map(|open| open.version), edits));
        }
        if changes.is_empty() {
            return None;
        }
        if !self.client.versioned_edits {
            let changes = changes.into_iter().map(|(url, _, edits)| (url, edits)).collect();
            return Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
        }
        let versioned = changes.into_iter().map(|(uri, version, edits)| TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        });
        Some(WorkspaceEdit { document_changes: Some(DocumentChanges::Edits(versioned.collect())), ..WorkspaceEdit::default() })
    }
}

/// The person's own files are named from their home or the system's root.
fn is_outside(path: &RelPath) -> bool {
    path.as_str().starts_with(['~', '/'])
}
