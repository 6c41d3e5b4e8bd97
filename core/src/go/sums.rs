//! Which digests the go command finds for a module: those of its own `go.sum`, and in a workspace those of every module that is worked on with it.

use rustc_hash::FxHashSet;

use super::GO_MOD;
use crate::document::Document;
use crate::formats::go_mod::USE;
use crate::formats::go_sum::counts;
use crate::model::{Dependency, Ecosystem, Group, Manifest, Place};
use crate::path::{RelPath, ancestors};
use crate::workspace::Workspace;

/// The digests that are there for a module, and the modules beside it that need none.
#[derive(Debug, Default)]
pub struct Sums<'a> {
    /// Module and version of every line, the `/go.mod` of the version included.
    lines: FxHashSet<(&'a str, &'a str)>,
    /// Modules of the same workspace.
    beside: FxHashSet<&'a str>,
}

impl<'a> Sums<'a> {
    /// What is there for the module of a folder.
    #[must_use]
    pub fn of(workspace: &'a Workspace, folder: &str) -> Sums<'a> {
        let mut sums = Sums::default();
        let mut folders: Vec<String> = vec![folder.to_owned()];
        if let Some((document, used)) = workspace_of(workspace, folder) {
            sums.beside = used.iter().filter_map(|folder| module(workspace, folder)).chain(folders_of(document)).collect();
            folders.push(document.path.folder().to_owned());
            folders.extend(used);
        }
        for document in go(workspace).filter(|document| folders.iter().any(|folder| folder == document.path.folder())) {
            let packages = document.lockfile().into_iter().flat_map(|lockfile| &lockfile.packages);
            let lines = packages.filter(|package| counts(package));
            sums.lines.extend(lines.filter_map(|package| Some((package.name.as_str(), package.version.as_ref()?.as_str()))));
        }
        sums
    }

    /// Whether the digest of a module version's `go.mod` is there, without which nothing is chosen.
    #[must_use]
    pub fn has_go_mod(&self, module: &str, version: &str) -> bool {
        self.beside.contains(module) || self.lines.contains(&(module, &*format!("{version}{GO_MOD}")))
    }
}

fn go(workspace: &Workspace) -> impl Iterator<Item = &Document> {
    workspace.documents().map(|document| &**document).filter(|document| document.format.ecosystem == Some(Ecosystem::Go))
}

/// The modules that a workspace puts a folder in the place of.
fn folders_of(document: &Document) -> impl Iterator<Item = &str> {
    let dependencies = document.manifest().into_iter().flat_map(|manifest| &manifest.dependencies);
    let folders = dependencies.filter(|asked| matches!(asked.place.as_deref(), Some(Place::Path(_))));
    folders.map(|asked| asked.name.as_str())
}

/// The workspace that a module belongs to, and the folders of all its modules.
fn workspace_of<'a>(workspace: &'a Workspace, folder: &str) -> Option<(&'a Document, Vec<String>)> {
    ancestors(folder).find_map(|above| {
        go(workspace).filter(|document| document.path.folder() == above).find_map(|document| {
            let facts = document.manifest()?.facts.iter().filter(|(key, _)| key == USE);
            let used: Vec<String> = facts.filter_map(|(_, path)| Some(RelPath::join(above, path)?.as_str().to_owned())).collect();
            used.iter().any(|used| used == folder).then_some((document, used))
        })
    })
}

fn module<'a>(workspace: &'a Workspace, folder: &str) -> Option<&'a str> {
    let mut names =
        go(workspace).filter(|document| document.path.folder() == folder).filter_map(|document| document.manifest()?.name.as_ref());
    names.next().map(|name| name.as_str())
}

/// What a module's requirement comes down to after its replacements: module and version; `None` for a folder.
#[must_use]
pub fn replaced<'m>(asked: &'m Dependency, manifest: &'m Manifest) -> Option<(&'m str, &'m str)> {
    let replacements =
        || manifest.dependencies.iter().filter(|other| other.group == Group::Override && other.name.value == asked.name.value);
    // One for this very version goes before one for all of them.
    let exact = replacements().find(|other| other.condition.as_ref().is_some_and(|version| version.value == asked.spec.value));
    let Some(new) = exact.or_else(|| replacements().find(|other| other.condition.is_none())) else {
        return Some((&asked.name, &asked.spec));
    };
    if matches!(new.place.as_deref(), Some(Place::Path(_))) {
        return None;
    }
    Some((new.alias.as_ref().map_or(new.name.as_str(), |alias| alias.as_str()), &new.spec))
}
