//! From what a manifest asks for to what its lockfile records.

use std::sync::Arc;

use provender_core::document::Document;
use provender_core::model::{Dependency, Lockfile, Package, SourceKind};
use provender_core::path::RelPath;
use provender_core::project::{Project, projects};
use provender_core::text::Span;
use provender_core::workspace::Workspace;

/// Calls `then` with the project that a document belongs to.
pub(super) fn with_project<T>(workspace: &Workspace, path: &RelPath, then: impl FnOnce(&Project<'_>) -> T) -> Option<T> {
    let projects = projects(workspace);
    let project = projects.iter().find(|project| project.documents().any(|document| document.path == *path))?;
    Some(then(project))
}

/// The entries of one manifest's dependencies.
pub(super) struct Locked<'a> {
    lockfile: &'a Lockfile,
    /// The manifest's folder, as the lockfile names it.
    importer: &'a str,
}

impl<'a> Locked<'a> {
    /// The lockfile of a manifest's project, if there is one.
    pub(super) fn of(project: &Project<'a>, manifest: &'a Arc<Document>) -> Option<Locked<'a>> {
        let (_, lockfile) = project.lockfile()?;
        Some(Locked { lockfile, importer: project.importer_path(manifest) })
    }

    /// The entry that a dependency leads to; none for what only replaces other people's choices.
    pub(super) fn entry(&self, dependency: &Dependency) -> Option<&'a Package> {
        if dependency.group.is_indirect() {
            return None;
        }
        self.recorded(dependency).or_else(|| self.installed(dependency)).map(|entry| self.behind_link(entry))
    }

    /// As the lockfile's own copy of the manifest leads.
    fn recorded(&self, dependency: &Dependency) -> Option<&'a Package> {
        let importer = self.lockfile.importers.iter().find(|importer| importer.path == self.importer)?;
        let asked = importer.dependencies.as_ref()?;
        let at = asked.iter().position(|asked| asked.name.value == dependency.name.value && asked.group == dependency.group);
        let at = at.or_else(|| asked.iter().position(|asked| asked.name.value == dependency.name.value))?;
        self.lockfile.packages.get((*importer.targets.get(at)?)? as usize)
    }

    /// As the place it would be installed to says, nearest first, where nothing is copied.
    fn installed(&self, dependency: &Dependency) -> Option<&'a Package> {
        let at = |folder: &str| {
            let (slash, name) = (if folder.is_empty() { "" } else { "/" }, &dependency.name.value);
            let key = format!("{folder}{slash}node_modules/{name}");
            self.lockfile.packages.iter().find(|package| package.key.value == key)
        };
        provender_core::path::ancestors(self.importer).find_map(at)
    }

    /// The entry that a link points to, if it is one.
    fn behind_link(&self, entry: &'a Package) -> &'a Package {
        let target = entry.source.as_ref().filter(|_| entry.kind == SourceKind::Link);
        let behind = target.and_then(|target| self.lockfile.packages.iter().find(|package| package.key.value == target.value));
        behind.unwrap_or(entry)
    }
}

/// The dependency at a place.
pub(super) fn dependency_at(document: &Document, offset: usize) -> Option<&Dependency> {
    let dependencies = &document.manifest()?.dependencies;
    dependencies.iter().find(|dependency| place(dependency).touches(Span::at(offset)))
}

/// The bytes from a dependency's name to the end of what is asked for.
pub(super) fn place(dependency: &Dependency) -> Span {
    dependency.name.span.to(dependency.spec.span)
}

/// The innermost entry of a lockfile at a place: on its key or within its value.
pub(super) fn entry_at(document: &Document, offset: usize) -> Option<&Package> {
    let at = Span::at(offset);
    let holding = document.lockfile()?.packages.iter().filter(|package| package.key.span.to(package.span).touches(at));
    holding.min_by_key(|package| package.span.end.saturating_sub(package.key.span.start))
}
