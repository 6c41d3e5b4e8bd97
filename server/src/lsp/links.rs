//! From a dependency's name in a manifest to the page that its registry has for it.

use lsp_types::{DocumentLink, Url};
use provender_core::model::{Dependency, Ecosystem, Package, SourceKind};
use provender_core::path::RelPath;
use provender_core::registries::{Judgement, Registries, TrustedRegistry};
use provender_core::spec::{self, Kind};

use crate::online::is_private_module;

use super::locked::{self, with_project};
use super::snapshot::Snapshot;

/// The links of a manifest. None for what no public registry serves: behind the name of an internal package stands whoever has taken it there.
pub(super) fn links(snapshot: &Snapshot, path: &RelPath) -> Vec<DocumentLink> {
    let Some((document, places)) = snapshot.file(path) else { return Vec::new() };
    let Some((manifest, ecosystem)) = document.manifest().zip(document.format.ecosystem) else { return Vec::new() };
    let policy = snapshot.workspace.policy();
    let links = with_project(&snapshot.workspace, path, |project| {
        // As they stand now: a name that has just become an internal one leads nowhere, whatever the base says.
        let now = Registries::with(ecosystem, &project.mappings, Vec::new());
        let linked = manifest.dependencies.iter().filter_map(|dependency| {
            let page = match locked::entry(project, document, dependency) {
                Some(entry) => of_entry(&project.registries, entry)?,
                None => of_name(&project.registries, dependency, ecosystem)?,
            };
            let name = spec::read(ecosystem, dependency).name;
            let is_public = |registry: &TrustedRegistry| registry.page(name, None).is_some();
            let is_private = ecosystem == Ecosystem::Go && is_private_module(&snapshot.workspace.user, name);
            let shown = !policy.is_internal(name) && !is_private && now.registry_for(name).is_ok_and(is_public);
            let range = places.range(dependency.name.span);
            shown.then(|| DocumentLink { range, target: Some(page), tooltip: Some("the package's page".to_owned()), data: None })
        });
        linked.collect()
    });
    links.unwrap_or_default()
}

/// The page of a locked version, if a registry that has pages serves it.
fn of_entry(registries: &Registries, entry: &Package) -> Option<Url> {
    let registry = match entry.source.as_ref().map(|source| registries.judge(&entry.name, source)) {
        _ if entry.kind != SourceKind::Registry => return None,
        Some(Judgement::Trusted { registry } | Judgement::DefaultHost { registry }) => registry,
        Some(_) => return None,
        None => registries.registry_of(entry).ok()?,
    };
    registry.page(&entry.name, entry.version.as_ref().map(|version| version.as_str()))
}

/// The page of a package that no lockfile has.
fn of_name(registries: &Registries, dependency: &Dependency, ecosystem: Ecosystem) -> Option<Url> {
    let asked = spec::read(ecosystem, dependency);
    let is_served = dependency.registry.is_none() && matches!(asked.kind, Kind::Version(_) | Kind::Range(_) | Kind::Tag(_));
    registries.registry_for(asked.name).ok().filter(|_| is_served)?.page(asked.name, None)
}
