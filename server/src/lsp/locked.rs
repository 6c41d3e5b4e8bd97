//! From what a manifest asks for to what its lockfile records.

use provender_core::document::Document;
use provender_core::model::{Dependency, Package, SourceKind};
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

/// The entry that a dependency of a manifest leads to, links followed; none for what only replaces other people's choices.
pub(super) fn entry<'a>(project: &Project<'a>, manifest: &Document, dependency: &Dependency) -> Option<&'a Package> {
    let (document, entry) = project.answer(manifest, dependency)?;
    let target = entry.source.as_ref().filter(|_| entry.kind == SourceKind::Link);
    let packages = document.lockfile().map_or(&[][..], |lockfile| &lockfile.packages);
    let behind = target.and_then(|target| packages.iter().find(|package| package.key.value == target.value));
    Some(behind.unwrap_or(entry))
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
