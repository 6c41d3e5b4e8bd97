//! Which files it takes to judge a file besides itself, wherever they are read from.

use std::collections::BTreeSet;

use provender_core::formats::{FOREIGN_LOCKFILES, Format, Role};
use provender_core::path::{RelPath, ancestors};
use provender_core::python::includes::{counterpart, taken_in};
use provender_core::workspace::Workspace;

/// A file and the known files of its folder and of every folder above: settings, policies and lockfiles reach downwards.
pub(crate) fn companions(path: &RelPath) -> Vec<RelPath> {
    let around =
        ancestors(path.folder()).flat_map(|folder| Format::all_names().filter_map(move |name| RelPath::join(folder, name)));
    around.chain([path.clone()]).collect()
}

/// The manifests of the workspace members that lockfiles name, the files that manifests take in, and those that a list is compiled of or to.
pub(crate) fn members(workspace: &Workspace) -> BTreeSet<RelPath> {
    let names: Vec<&str> = Format::names_of(Role::Manifest).collect();
    let mut paths = BTreeSet::new();
    for document in workspace.documents() {
        for importer in document.lockfile().into_iter().flat_map(|lockfile| &lockfile.importers) {
            let folder = RelPath::join(document.path.folder(), &importer.path);
            let manifests = folder.iter().flat_map(|folder| names.iter().filter_map(|name| RelPath::join(folder.as_str(), name)));
            paths.extend(manifests);
        }
        paths.extend(taken_in(document).filter_map(|(_, path)| path));
        paths.extend(counterpart(document).filter(|path| Format::of(path).is_some()));
    }
    paths
}

/// Takes into a workspace what its files call for by `next`, and what that calls for in its turn. Gives the paths that were tried, each once.
///
/// # Errors
/// That of `take`.
pub(crate) fn complete<E>(
    workspace: &mut Workspace,
    next: impl Fn(&Workspace) -> BTreeSet<RelPath>,
    mut take: impl FnMut(&mut Workspace, &RelPath) -> Result<(), E>,
) -> Result<BTreeSet<RelPath>, E> {
    let mut tried = BTreeSet::new();
    loop {
        let mut wanted = next(workspace);
        wanted.retain(|path| workspace.get(path).is_none() && tried.insert(path.clone()));
        if wanted.is_empty() {
            return Ok(tried);
        }
        wanted.iter().try_for_each(|path| take(workspace, path))?;
    }
}

/// Where the lockfiles of managers that are not read would lie: beside each manifest.
pub(crate) fn foreign_lockfiles(workspace: &Workspace) -> Vec<RelPath> {
    beside_manifests(workspace, FOREIGN_LOCKFILES.iter().copied())
}

/// Where lockfiles would lie that are not in the workspace: beside each manifest.
pub(crate) fn absent_lockfiles(workspace: &Workspace) -> Vec<RelPath> {
    let mut paths = beside_manifests(workspace, Format::names_of(Role::Lockfile));
    paths.retain(|path| workspace.get(path).is_none() && !workspace.unreadable.contains_key(path));
    paths
}

fn beside_manifests<'n>(workspace: &Workspace, names: impl Iterator<Item = &'n str> + Clone) -> Vec<RelPath> {
    let manifests = workspace.documents().filter(|document| document.format.role == Role::Manifest);
    manifests.flat_map(|document| names.clone().filter_map(|name| RelPath::join(document.path.folder(), name))).collect()
}
