//! Folders that a project asks for and that are no members of its workspace (`file:`, `portal:`). What their manifests ask for is installed with
//! them, so a lockfile's copy of that may lag behind.

use std::sync::Arc;

use super::super::prelude::*;
use crate::model::Group;
use crate::npm::resolve::normal;
use crate::npm::spec::{self, Kind};
use crate::workspace::Workspace;

/// A folder, and who asks for it.
pub(super) struct Folder<'a> {
    /// The manifest that asks for it.
    pub(super) asking: &'a Arc<Document>,
    /// What that says.
    pub(super) asked: &'a Dependency,
    /// Its own manifest.
    pub(super) document: &'a Arc<Document>,
    /// What that says.
    pub(super) manifest: &'a Manifest,
}

impl Folder<'_> {
    /// What is installed with it.
    pub(super) fn installed(&self) -> impl Iterator<Item = &Dependency> {
        self.manifest.dependencies.iter().filter(|asked| matches!(asked.group, Group::Normal | Group::Optional))
    }
}

/// The folders below the project's own whose manifests are there, each once for every name that it is asked for by.
pub(super) fn folders<'a>(project: &Project<'a>, workspace: &'a Workspace) -> Vec<Folder<'a>> {
    let mut found: Vec<Folder<'a>> = Vec::new();
    for (asking, manifest) in project.manifests() {
        let installed = |asked: &&Dependency| matches!(asked.group, Group::Normal | Group::Dev | Group::Optional);
        for asked in manifest.dependencies.iter().filter(installed) {
            let Some(path) = path(project, asking, asked) else { continue };
            let Some(document) = workspace.get(&project.path(&format!("{path}/package.json"))) else { continue };
            let is_member = project.manifests().any(|(member, _)| Arc::ptr_eq(member, document));
            let is_known = found.iter().any(|one| Arc::ptr_eq(one.document, document) && one.asked.name.value == asked.name.value);
            if let Some(manifest) = document.manifest().filter(|_| !is_member && !is_known) {
                found.push(Folder { asking, asked, document, manifest });
            }
        }
    }
    found
}

/// Where a dependency's folder lies, from the project's own; `None` if it asks for none, or for one that lies elsewhere.
fn path(project: &Project<'_>, asking: &Document, asked: &Dependency) -> Option<String> {
    let path = match spec::parse(&asked.name, &asked.spec).kind {
        Kind::Directory(path) => path,
        Kind::Link(path) if asked.spec.starts_with("portal:") => path,
        _ => return None,
    };
    if path.starts_with(['/', '~']) || path.contains(':') {
        return None;
    }
    let path = format!("{}/{path}", project.importer_path(asking));
    let path = normal(path.trim_start_matches('/')).into_owned();
    (!path.is_empty() && !path.starts_with("..")).then_some(path)
}
