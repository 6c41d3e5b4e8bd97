//! Cargo: what `cargo build --locked` refuses ([`crate::cargo::sync`]).

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::super::prelude::*;

use super::help;
use crate::cargo::features::has;
use crate::cargo::members::{self, Crate, crates, inherited, is_locked};
use crate::cargo::refused::{refused, twice};
use crate::cargo::resolve::own_entry;
use crate::cargo::sync::{Conflict, Surroundings, unmet};
use crate::formats::cargo_lock::UNUSED_PATCH;
use crate::model::{Group, Place, Redirect, Redirected};
use crate::path::RelPath;
use crate::registries::Serves;
use crate::syntax::toml::Value;
use crate::versions;

pub(super) fn check(project: &Project<'_>, document: &Arc<Document>, lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let manifests: Vec<(&Arc<Document>, &Manifest)> = project.manifests().collect();
    let Some((_, root)) = manifests.first().copied().filter(|_| project.manifest.is_some()) else { return };
    let folders: Vec<(&str, &Manifest)> =
        manifests.iter().map(|(document, manifest)| (document.format.home(&document.path), *manifest)).collect();
    let crates = crates(&folders);
    let side = Side { document, lockfile, root, around: surroundings(project, root), manifests: &manifests };
    if root.name.is_none() {
        side.refused(manifests[0].0, false, cx);
    }
    for known in &crates.known {
        let manifest = manifests[known.index].0;
        side.refused(manifest, known.member, cx);
        side.features(manifest, known, &crates.known, cx);
        side.compare(manifest, known, cx);
    }
    if !crates.incomplete {
        side.strangers(&crates.known, cx);
    }
    side.patches(manifests[0].0, cx);
    side.dangling(cx);
}

fn surroundings<'a>(project: &'a Project<'_>, root: &'a Manifest) -> Surroundings<'a> {
    let own = root.dependencies.iter().filter(|asked| asked.group == Group::Override).map(|asked| asked.name.as_str());
    let redirects = project.settings.iter().filter_map(|document| document.settings()).flat_map(|settings| &settings.redirects);
    let settings = redirects.filter_map(|redirect| match &redirect.what {
        crate::model::Redirected::Package(name) => Some(name.as_str()),
        _ => None,
    });
    let named = project.mappings.iter().filter_map(|mapping| match (&mapping.serves, &mapping.url) {
        (Serves::Named(name), Ok(url)) => Some((name.as_str(), url.as_str())),
        _ => None,
    });
    Surroundings { patched: own.chain(settings).collect(), registries: named.collect() }
}

/// The lockfile's side of the comparison.
struct Side<'a> {
    document: &'a Arc<Document>,
    lockfile: &'a Lockfile,
    root: &'a Manifest,
    around: Surroundings<'a>,
    /// Every manifest of the project, the root's first.
    manifests: &'a [(&'a Arc<Document>, &'a Manifest)],
}

impl Side<'_> {
    /// A manifest that Cargo does not even read.
    fn refused(&self, document: &Arc<Document>, member: bool, cx: &mut Cx<'_>) {
        let Some(manifest) = tree(document) else { return };
        let workspace = tree(self.manifests[0].0).filter(|workspace| member && workspace.get("workspace").is_some());
        let mut found = refused(manifest, workspace);
        let nested = manifest.get("workspace").filter(|_| workspace.is_some() && !Arc::ptr_eq(document, self.manifests[0].0));
        found.extend(nested.map(|table| ("a member of a workspace has a workspace of its own".to_owned(), table.span())));
        for (what, span) in found {
            cx.report_in(&document.path, span, format!("{what}; Cargo refuses it"));
        }
    }

    /// Features that are asked of a crate of the build and that it has not, and one crate by two names. Those of other crates only their
    /// registry knows.
    fn features(&self, document: &Arc<Document>, known: &Crate<'_>, all: &[Crate<'_>], cx: &mut Cx<'_>) {
        let Some(manifest) = tree(document) else { return };
        let tables = ["dependencies", "build-dependencies", "dev-dependencies"].into_iter().filter_map(|list| manifest.get(list));
        for (key, asked) in tables.flat_map(Value::members) {
            let Some(dependency) = known.manifest.dependencies.iter().find(|one| one.name.span == key.inner()) else { continue };
            let is_path = self.meant(dependency).is_some_and(|meant| matches!(meant.place.as_deref(), Some(Place::Path(_))));
            let named = |one: &&Crate<'_>| one.manifest.name.as_ref().is_some_and(|name| name.value == dependency.name.value);
            let Some(target) = all.iter().find(named).filter(|_| is_path) else { continue };
            let Some(target) = tree(self.manifests[target.index].0) else { continue };
            for feature in asked.get("features").into_iter().flat_map(Value::items) {
                if feature.string().is_some_and(|name| !has(target, &name)) {
                    let message = format!("`{}` has no feature `{}`; Cargo refuses it", dependency.name, feature.raw());
                    cx.report_in(&document.path, feature.span(), message);
                }
            }
        }
        let own = own_entry(self.lockfile, known.manifest);
        for (package, span) in twice(manifest) {
            let edges = own.map(|own| self.lockfile.edges.of(own)).unwrap_or_default();
            let given = edges.iter().flatten().filter_map(|&index| self.lockfile.packages.get(index as usize));
            if given.filter(|given| given.name.value == package).count() == 1 {
                let message = format!("`{package}` is asked for under two names, and is one package; Cargo refuses it");
                cx.report_in(&document.path, span, message);
            }
        }
    }

    fn compare(&self, document: &Arc<Document>, known: &Crate<'_>, cx: &mut Cx<'_>) {
        let manifest = known.manifest;
        let Some(name) = &manifest.name else { return };
        let Some(own) = own_entry(self.lockfile, manifest) else {
            let message = format!("the lockfile has no entry for the workspace's own `{name}`; `--locked` refuses it");
            cx.report_in(&document.path, name.span, message).help(help(self.document));
            return;
        };
        let entry = &self.lockfile.packages[own];
        let (version, locked) =
            (members::version(manifest, self.root), entry.version.as_ref().map_or("", |version| version.as_str()));
        if version != locked {
            let span = manifest.version.as_ref().map_or(name.span, |version| version.span);
            let message = format!("`{name}` is {version} here and {locked} in the lockfile; `--locked` refuses it");
            let finding = cx.report_in(&document.path, span, message);
            finding.help(help(self.document)).related(&self.document.path, entry.key.span, "the lockfile's entry");
        }
        let asked: Vec<(&Dependency, &Dependency)> = manifest
            .dependencies
            .iter()
            .filter(|asked| is_locked(asked, known.member) && !asked.shared && asked.name.value != name.value)
            .filter_map(|asked| Some((asked, self.meant(asked)?)))
            .collect();
        let given = self.lockfile.edges.of(own);
        for (asked, meant) in &asked {
            if let Some(conflict) = unmet(meant, self.lockfile, given, &self.around) {
                self.report(document, asked, meant, conflict, cx);
            }
        }
        self.leftovers(entry, given, manifest, cx);
    }

    /// What a dependency asks for, which the workspace's root may say. What it leaves open cannot be compared.
    fn meant<'d>(&'d self, asked: &'d Dependency) -> Option<&'d Dependency> {
        match asked.place.as_deref() {
            Some(Place::Workspace) => inherited(asked, self.root),
            _ => Some(asked),
        }
    }

    fn report(&self, document: &Arc<Document>, asked: &Dependency, meant: &Dependency, conflict: Conflict, cx: &mut Cx<'_>) {
        let words = match conflict {
            Conflict::NoEntry => "the lockfile does not know that it is asked for",
            Conflict::OutsideRange => "the locked version is not one that is asked for",
            Conflict::OtherSource => "the lockfile has it from another place",
        };
        let reference = cx.named(&meant.name);
        let message = format!("`{}`: {words}; `--locked` refuses it", meant.name);
        let finding = cx.report_in(&document.path, asked.name.span.to(asked.spec.span), message);
        finding.package(reference).help(help(self.document));
        let other = self.lockfile.packages.iter().find(|package| package.name.value == meant.name.value);
        if let Some(other) = other.filter(|_| conflict != Conflict::NoEntry) {
            finding.related(&self.document.path, other.key.span, "the lockfile's entry");
        }
    }

    /// What a crate was given and does not ask for.
    fn leftovers(&self, entry: &Package, given: &[Option<u32>], manifest: &Manifest, cx: &mut Cx<'_>) {
        let asks = |package: &Package| {
            package.name.value == entry.name.value
                || manifest.dependencies.iter().any(|asked| self.meant(asked).unwrap_or(asked).name.value == package.name.value)
        };
        for (dependency, target) in entry.dependencies.iter().zip(given) {
            let Some(package) = target.and_then(|index| self.lockfile.packages.get(index as usize)) else { continue };
            if asks(package) {
                continue;
            }
            let (purl, message) =
                (cx.purl(package), format!("`{}` does not ask for `{}`; `--locked` refuses it", entry.name, package.name));
            cx.report_in(&self.document.path, dependency.name.span, message).package(purl).help(help(self.document));
        }
    }

    /// Crates of folders that are none of the build's.
    fn strangers(&self, known: &[Crate<'_>], cx: &mut Cx<'_>) {
        for package in self.lockfile.packages.iter().filter(|package| package.kind == SourceKind::Workspace) {
            let named = known.iter().any(|known| known.manifest.name.as_ref().is_some_and(|name| name.value == package.name.value));
            if !named && !self.around.patched.contains(&package.name.as_str()) {
                let refused = self.is_asked_for(package);
                let end = if refused { "`--locked` refuses it" } else { "Cargo passes over it" };
                let message = format!("`{}` is no crate of this workspace, and the lockfile has it as one; {end}", package.name);
                let severity = if refused { Severity::Error } else { Severity::Warning };
                cx.report_in(&self.document.path, package.key.span, message).help(help(self.document)).severity(severity);
            }
        }
    }

    /// Whether it is asked for, or brings in what nothing else does: Cargo drops an entry without more in silence, and what leads to it.
    fn is_asked_for(&self, package: &Package) -> bool {
        let asks = |other: &Package, name: &str| other.dependencies.iter().any(|asked| asked.name.value == name);
        let others = || self.lockfile.packages.iter().filter(|other| other.key.span != package.key.span);
        let is_crate =
            |name: &str| self.manifests.iter().any(|(_, known)| known.name.as_ref().is_some_and(|own| own.value == name));
        let is_else = |name: &str| is_crate(name) || others().any(|other| asks(other, name));
        others().any(|other| asks(other, &package.name)) || package.dependencies.iter().any(|brought| !is_else(&brought.name))
    }

    /// What an entry asks for and the lockfile has nowhere: Cargo chooses it anew.
    fn dangling(&self, cx: &mut Cx<'_>) {
        let names: FxHashSet<&str> = self.lockfile.packages.iter().map(|package| package.name.as_str()).collect();
        for (package, index) in self.lockfile.packages.iter().zip(0..) {
            if let Some(version) =
                package.version.as_ref().filter(|version| versions::compare(Ecosystem::Cargo, version, version).is_none())
            {
                let message = format!("`{version}` of `{}` is no version; Cargo refuses it", package.name);
                cx.report_in(&self.document.path, version.span, message);
            }
            for (asked, target) in package.dependencies.iter().zip(self.lockfile.edges.of(index)) {
                // What a crate of the build asks for its manifest says; an edge more of its own Cargo drops in silence.
                let known = package.kind == SourceKind::Workspace;
                if known || target.is_some() || names.contains(asked.name.as_str()) {
                    continue;
                }
                let message = format!(
                    "`{}` asks for `{}`, which the lockfile does not have; `--locked` refuses it",
                    package.name, asked.name
                );
                let reference = cx.named(&asked.name);
                cx.report_in(&self.document.path, asked.name.span, message).package(reference).help(help(self.document));
            }
        }
    }

    /// Whether `[replace]` names a package, for one version of it, which need not be the locked one.
    fn is_replaced(&self, name: &str) -> bool {
        let is_it = |redirect: &Redirect| redirect.by == "[replace]" && redirect.what == Redirected::Package(name.into());
        self.root.redirects.iter().any(is_it)
    }

    /// The version of the crate that a patch leads to by its path.
    fn patched(&self, document: &Arc<Document>, patch: &Dependency) -> Option<String> {
        let Some(Place::Path(path)) = patch.place.as_deref() else { return None };
        let folder = RelPath::join(document.path.folder(), path)?;
        let known = self.manifests.iter().find(|(other, _)| other.path.folder() == folder.as_str());
        let (_, manifest) = known.filter(|(_, manifest)| manifest.version.is_some())?;
        Some(members::version(manifest, self.root).to_owned())
    }

    /// Patches that the lockfile knows neither as used nor as unused, and unused ones that are gone.
    fn patches(&self, document: &Arc<Document>, cx: &mut Cx<'_>) {
        let unused = || self.lockfile.facts.iter().filter(|(key, _)| key == UNUSED_PATCH).map(|(_, value)| value);
        let name = |id: &str| id.split(' ').next().unwrap_or_default().to_owned();
        let patches = self.root.dependencies.iter().filter(|asked| asked.group == Group::Override && asked.place.is_some());
        for patch in patches.filter(|patch| !self.is_replaced(&patch.name)) {
            let named = |package: &&Package| package.name.value == patch.name.value && package.kind != SourceKind::Registry;
            let of_path = matches!(patch.place.as_deref(), Some(Place::Path(_)));
            let from = if of_path { SourceKind::Workspace } else { SourceKind::Git };
            let used = self.lockfile.packages.iter().filter(named).find(|package| package.kind == from);
            let number = |package: &Package| package.version.as_ref().map_or("", |version| version.as_str()).to_owned();
            let own = self.patched(document, patch);
            match used {
                Some(used) if own.as_ref().is_some_and(|own| *own != number(used)) => {
                    let message = format!(
                        "the lockfile has `{}` {}, and this patch is another version; `--locked` refuses it",
                        patch.name,
                        number(used)
                    );
                    cx.report_in(&document.path, patch.name.span, message).help(help(self.document));
                }
                None if !unused().any(|id| name(id) == *patch.name.value) => {
                    let message = format!("the lockfile has `{}` as it was without this patch; `--locked` refuses it", patch.name);
                    cx.report_in(&document.path, patch.name.span, message).help(help(self.document));
                }
                _ => {}
            }
        }
        for id in unused().filter(|id| !self.around.patched.iter().any(|patched| *patched == name(id))) {
            let message = format!("the lockfile has an unused patch `{}` that no manifest has; Cargo passes over it", name(id));
            let finding = cx.report_in(&self.document.path, id.span, message);
            finding.help(help(self.document)).severity(Severity::Warning);
        }
    }
}

fn tree(document: &Arc<Document>) -> Option<Value<'_>> {
    match &document.syntax {
        Syntax::Toml(tree) => Some(tree.root(&document.text)),
        _ => None,
    }
}

#[cfg(test)]
#[path = "cargo_tests.rs"]
mod tests;
