//! A set of files as a value: what was read from disk, from git's index, from a revision, or from an editor's buffers.
//!
//! Cloning one takes a snapshot: documents stay parsed behind `Arc`. The base is another workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::Document;
use crate::facts::Facts;
use crate::formats::Format;
use crate::model::{BoundCredential, Ecosystem};
use crate::npm::config::{self, Mapping, Origin};
use crate::path::RelPath;
use crate::policy::Policy;

/// The repository's policy, at its root.
pub const POLICY_FILE: &str = "provender.toml";

/// The person's own settings, which no repository can change.
#[derive(Clone, Debug, Default)]
pub struct User {
    /// npm's.
    pub npm: config::User,
    /// The other managers' (the machine's, the person's, and what the environment says as if it were a file), in rising order of precedence.
    pub settings: Vec<(Origin, Arc<Document>)>,
    /// Registries that something else than such a file names: the environment, Go's own settings.
    pub mappings: Vec<(Ecosystem, Mapping)>,
    /// The other managers' credentials, each bound to the address that the person's own settings give it.
    pub credentials: Vec<BoundCredential>,
    /// Go's settings (`go env`), as far as the person made them.
    pub go: BTreeMap<String, String>,
    /// Provender's.
    pub policy: Option<Arc<Document>>,
    /// Why a part of them does not count, a line each: a stricter policy must not drop away in silence.
    pub faults: Vec<String>,
}

/// Known files and what it takes to judge them.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    documents: BTreeMap<RelPath, Arc<Document>>,
    /// What the registry answered so far, and the date.
    pub facts: Facts,
    /// The state to compare with: `HEAD` for a commit and in the editor, a revision for CI.
    pub base: Option<Arc<Workspace>>,
    /// The person's own settings, which the repository cannot change.
    pub user: Arc<User>,
    /// Judges in the repository's place, where the person does not trust it; see [`Workspace::distrust`].
    stranger: Option<Arc<Workspace>>,
    /// Known files that version control ignores; they were left out of `documents`.
    pub ignored: BTreeSet<RelPath>,
    /// Lockfiles of managers that are not read yet; that they are there is all that is known.
    pub present: BTreeSet<RelPath>,
    /// Known files that could not be read, and why.
    pub unreadable: BTreeMap<RelPath, String>,
}

impl Workspace {
    /// An empty workspace of a person.
    #[must_use]
    pub fn of(user: Arc<User>) -> Workspace {
        Workspace { user, ..Workspace::default() }
    }

    /// Puts a file in or in another's place, if its name is known. Gives whether it was.
    pub fn set(&mut self, path: RelPath, bytes: Vec<u8>) -> bool {
        let Some(format) = Format::of(&path) else { return false };
        self.insert(Arc::new(Document::parse(path, format, bytes)));
        true
    }

    /// Puts in a document that was read before.
    pub fn insert(&mut self, document: Arc<Document>) {
        self.documents.insert(document.path.clone(), document);
    }

    /// Takes a file out.
    pub fn remove(&mut self, path: &RelPath) -> Option<Arc<Document>> {
        self.documents.remove(path)
    }

    /// A file, if it is there.
    #[must_use]
    pub fn get(&self, path: &RelPath) -> Option<&Arc<Document>> {
        self.documents.get(path)
    }

    /// Every file, by path.
    pub fn documents(&self) -> impl Iterator<Item = &Arc<Document>> {
        self.documents.values()
    }

    /// The number of files.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there is no file at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Lets nothing of the repository decide any more, of whatever state: neither its policy nor the registries that its settings name.
    pub fn distrust(&mut self) {
        self.stranger = Some(Arc::new(Workspace::of(self.user.clone())));
    }

    /// Takes [`Workspace::distrust`] back.
    pub fn trust(&mut self) {
        self.stranger = None;
    }

    /// The state whose policy and settings decide: the base where there is one, since a change cannot vouch for itself; the person's own
    /// alone where the repository is not trusted.
    #[must_use]
    pub fn judge(&self) -> &Workspace {
        self.stranger.as_deref().or(self.base.as_deref()).unwrap_or(self)
    }

    /// The policy that decides, joined with the person's own.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let path = RelPath::new(POLICY_FILE);
        let project = self.judge().get(&path).and_then(|document| document.policy());
        let user = self.user.policy.as_ref().and_then(|document| Some((&document.path, document.policy()?)));
        Policy::new(project.map(|file| (&path, file)), user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_decides_nothing() {
        let mut workspace = Workspace::default();
        workspace.set(RelPath::new(POLICY_FILE), b"[rules]\nunpinned-dependency = \"off\"\n".to_vec());
        workspace.base = Some(Arc::new(workspace.clone()));
        assert!(workspace.policy().is_off("unpinned-dependency"));
        workspace.distrust();
        assert!(!workspace.policy().is_off("unpinned-dependency"));
        workspace.trust();
        assert!(workspace.policy().is_off("unpinned-dependency"));
    }
}
