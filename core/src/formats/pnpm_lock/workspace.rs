//! Members of the workspace as entries: pnpm records a link to each, and no entry.

use smol_str::SmolStr;

use super::importers::Read;
use super::linked;
use crate::model::{Package, SourceKind};
use crate::text::Spanned;

/// Adds an entry for every member but the root, by its folder; named as those name it who link to it, else as its folder.
pub(super) fn add(importers: &[Read], packages: &mut Vec<Package>) {
    let names = names(importers);
    for importer in importers.iter().filter(|importer| !importer.path.is_empty() && importer.path != super::ENVIRONMENT) {
        let name = names.iter().find(|(path, _)| *path == importer.path.as_str()).map(|(_, name)| (*name).clone());
        let name = name.unwrap_or_else(|| importer.path.rsplit('/').next().unwrap_or_default().into());
        let key = Spanned::new(importer.path.clone(), importer.span);
        let mut package = Package::new(key, Spanned::new(name, importer.span), importer.span);
        package.kind = SourceKind::Workspace;
        packages.push(package);
    }
    for (path, name, place) in outside(importers) {
        let mut package = Package::new(Spanned::new(path.clone(), place), Spanned::new(name, place), place);
        package.kind = SourceKind::Link;
        package.source = Some(Spanned::new(path, place));
        packages.push(package);
    }
}

/// The names under which folders are linked to.
fn names(importers: &[Read]) -> Vec<(String, &SmolStr)> {
    let mut found = Vec::new();
    for (importer, dependency, target) in links(importers) {
        if !dependency.spec.starts_with("npm:") {
            found.push((linked(importer, target), &dependency.name.value));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Folders that are linked to and are no members, once each.
fn outside(importers: &[Read]) -> Vec<(SmolStr, SmolStr, crate::text::Span)> {
    let mut found: Vec<(SmolStr, SmolStr, crate::text::Span)> = Vec::new();
    for (importer, dependency, target) in links(importers) {
        let path = SmolStr::from(linked(importer, target));
        let member = importers.iter().any(|other| other.path == path);
        if !member && !found.iter().any(|(other, ..)| *other == path) {
            found.push((path, dependency.name.value.clone(), dependency.name.span));
        }
    }
    found
}

fn links(importers: &[Read]) -> impl Iterator<Item = (&Read, &crate::model::Dependency, &str)> {
    importers.iter().flat_map(|importer| {
        let asked = importer.dependencies.iter().flatten().zip(&importer.references);
        asked.filter_map(move |(dependency, reference)| Some((importer, dependency, reference.strip_prefix("link:")?)))
    })
}
