//! Bun: what `bun install --frozen-lockfile` refuses, and what it lets pass.
//!
//! Bun resolves what the manifests ask for against the lockfile and refuses if another tree comes out; so another range that the locked
//! version still fits passes, and so does a package that moves to another list. Overrides are compared as Bun writes them, and the catalogs that
//! are asked for as written. The list of trusted packages is taken from the manifest, whatever the lockfile says.

mod overrides;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::prelude::*;

use super::folders::{Folder, folders};
use super::help;
use crate::finding::Finding;
use crate::model::{Group, Importer};
use crate::npm::resolve::normal;
use crate::npm::spec::{self, Kind};
use crate::npm::sync::{Conflict, Locked, unmet};
use crate::path::RelPath;
use crate::versions;

pub(super) fn check(project: &Project<'_>, document: &Arc<Document>, lockfile: &Lockfile, cx: &mut Cx<'_>) {
    if lockfile.importers.is_empty() {
        // It was not read, or it is not whole: that is told elsewhere.
        return;
    }
    let side = Side { project, document, lockfile };
    for manifest in project.manifest.into_iter().chain(project.members.iter().copied()) {
        side.member(manifest, cx);
    }
    for folder in folders(project, cx.workspace) {
        side.folder(&folder, cx);
    }
    side.broken(cx);
    side.gone(cx);
    if let Some((manifest, asked)) = project.manifest.and_then(|document| Some((document, document.manifest()?))) {
        side.overrides(manifest, asked, cx);
        side.catalogs(manifest, asked, cx);
        side.patches(manifest, asked, cx);
    }
}

/// The lockfile's side of the comparison.
struct Side<'a, 'p> {
    project: &'a Project<'p>,
    document: &'a Arc<Document>,
    lockfile: &'a Lockfile,
}

/// What is wrong with one dependency, and whether Bun refuses it.
struct Fault {
    words: &'static str,
    refused: bool,
}

impl Side<'_, '_> {
    fn member(&self, manifest: &Arc<Document>, cx: &mut Cx<'_>) {
        let Some(asked) = manifest.manifest() else { return };
        let folder = self.project.importer_path(manifest);
        let Some(importer) = self.lockfile.importers.iter().find(|importer| importer.path == folder) else {
            // A folder without a name is no member to Bun.
            let Some(name) = &asked.name else { return };
            let message = format!("the lockfile does not know the workspace member `{folder}`; Bun refuses it");
            cx.report_in(&manifest.path, name.span, message).help(help(self.document));
            return;
        };
        if let (false, Some(name), Some(copied)) = (folder.is_empty(), &asked.name, &importer.name)
            && name.value != copied.value
        {
            let message = format!("the lockfile knows this member as `{copied}`; `bun install --frozen-lockfile` refuses it");
            let finding = cx.report_in(&manifest.path, name.span, message);
            finding.help(help(self.document)).related(&self.document.path, copied.span, "the lockfile's copy");
        }
        let copy = importer.dependencies.as_deref().unwrap_or_default();
        let copied: FxHashMap<&str, usize> = effective(copy);
        let wanted = effective(&asked.dependencies);
        for (index, dependency) in asked.dependencies.iter().enumerate() {
            if wanted.get(dependency.name.as_str()) != Some(&index) {
                continue;
            }
            let at = copied.get(dependency.name.as_str()).copied();
            let Some(fault) = self.fault(importer, dependency, at) else { continue };
            let finding = self.report(&manifest.path, dependency, &fault, cx);
            if let Some(copied) = at.map(|at| &copy[at]) {
                finding.related(&self.document.path, copied.name.span.to(copied.spec.span), "the lockfile's copy");
                if !fault.refused && pinned(dependency, copied) {
                    // What is installed is what both say; only the copy lags behind until Bun writes it the next time.
                    finding.severity(Severity::Warning);
                }
            }
        }
        let gone = copied.iter().filter(|(name, _)| !wanted.contains_key(*name)).map(|(_, &at)| at);
        let mut gone: Vec<usize> = gone.collect();
        gone.sort_unstable();
        for at in gone {
            let target = importer.targets.get(at).copied().flatten();
            let refused = target.is_none_or(|target| !self.is_member(target) && !self.is_asked_otherwise(importer, at, target));
            let optional = copy[at].group == Group::OptionalPeer;
            let fault = Fault { words: "the lockfile says that it is asked for, and it is not", refused: refused && !optional };
            self.report(&self.document.path, &copy[at], &fault, cx);
        }
    }

    fn report<'f>(&self, path: &RelPath, dependency: &Dependency, fault: &Fault, cx: &'f mut Cx<'_>) -> &'f mut Finding {
        let end = if fault.refused { "`bun install --frozen-lockfile` refuses it" } else { "Bun installs it all the same" };
        let reference = cx.named(&dependency.name);
        let message = format!("`{}`: {}; {end}", dependency.name, fault.words);
        let finding = cx.report_in(path, dependency.name.span.to(dependency.spec.span), message);
        finding.package(reference).help(help(self.document))
    }

    /// What is wrong with a dependency. `at`: its place in the lockfile's copy.
    fn fault(&self, importer: &Importer, dependency: &Dependency, at: Option<usize>) -> Option<Fault> {
        let copied = at.and_then(|at| importer.dependencies.as_ref()?.get(at));
        let target = at.and_then(|at| importer.targets.get(at).copied().flatten());
        let entry =
            target.and_then(|target| self.lockfile.packages.get(target as usize)).or_else(|| self.named(importer, dependency));
        let conflict = self.conflict(importer, dependency, entry);
        if self.lacks_entry(dependency) {
            return Some(Fault { words: "the catalog has no entry for it", refused: true });
        }
        let Some(copied) = copied else {
            // What is there for another reason passes.
            let optional = dependency.group == Group::OptionalPeer;
            let place = entry.and_then(|entry| self.lockfile.packages.iter().position(|other| std::ptr::eq(other, entry)));
            let otherwise = place.is_some_and(|place| self.is_asked_otherwise(importer, usize::MAX, place as u32));
            return Some(Fault {
                words: "the lockfile does not know that it is asked for",
                refused: (conflict.is_some() || !otherwise) && !optional,
            });
        };
        let may_be_absent = |conflict: &Conflict| {
            *conflict == Conflict::NoEntry
                && (copied.group == Group::OptionalPeer || matches!(dependency.group, Group::Optional | Group::OptionalPeer))
        };
        if let Some(conflict) = conflict.filter(|conflict| !may_be_absent(conflict)) {
            return Some(Fault { words: words(conflict), refused: true });
        }
        if copied.spec.value != dependency.spec.value {
            Some(Fault { words: "the lockfile copied another range", refused: false })
        } else if copied.group != dependency.group && (dependency.group, copied.group) != (Group::Peer, Group::OptionalPeer) {
            // A peer that nobody brings is written as optional.
            let refused = (copied.group, dependency.group) == (Group::Peer, Group::OptionalPeer);
            Some(Fault { words: "the lockfile has it in another list", refused })
        } else {
            None
        }
    }

    /// What an entry needs and the lockfile has no entry for: Bun stops at it.
    fn broken(&self, cx: &mut Cx<'_>) {
        for (package, index) in self.lockfile.packages.iter().zip(0..) {
            let asked = package.dependencies.iter().zip(self.lockfile.edges.of(index));
            for (asked, _) in asked.filter(|(asked, target)| target.is_none() && asked.group == Group::Normal) {
                let (reference, span) = (cx.named(&asked.name), asked.name.span.to(asked.spec.span));
                let message = format!(
                    "`{}` needs `{}`, which the lockfile has no entry for; `bun install --frozen-lockfile` refuses it",
                    package.name, asked.name
                );
                cx.report_in(&self.document.path, span, message).package(reference).help(help(self.document));
            }
        }
    }

    /// Members that are not there any more, and that one which is there asks for. Without that, Bun takes it for a part of a checkout.
    fn gone(&self, cx: &mut Cx<'_>) {
        let here: Vec<(&str, &Manifest)> =
            self.project.manifests().map(|(document, manifest)| (self.project.importer_path(document), manifest)).collect();
        let is_here = |path: &str| here.iter().any(|(here, _)| *here == path);
        let mut asked: Vec<u32> = Vec::new();
        for importer in &self.lockfile.importers {
            let Some((_, manifest)) = here.iter().find(|(path, _)| *path == importer.path) else { continue };
            let still =
                |name: &str| manifest.dependencies.iter().any(|asked| !asked.group.is_indirect() && asked.name.as_str() == name);
            let copied = importer.dependencies.iter().flatten().zip(&importer.targets);
            asked.extend(copied.filter(|(copied, _)| still(&copied.name)).filter_map(|(_, target)| *target));
        }
        for (package, index) in self.lockfile.packages.iter().zip(0..) {
            let Some(path) = package.source.as_ref().filter(|_| package.kind == SourceKind::Workspace) else { continue };
            if !is_here(path) && asked.contains(&index) {
                let message =
                    format!("the workspace member `{}` (`{path}`) is asked for and not there; Bun refuses it", package.name);
                cx.report_in(&self.document.path, package.key.span, message).help(help(self.document));
            }
        }
    }

    /// A folder of its own: what the lockfile copied of it is installed.
    fn folder(&self, folder: &Folder<'_>, cx: &mut Cx<'_>) {
        let Some((_, entry)) = self.project.locked(folder.asking, &folder.asked.name) else { return };
        let same =
            |copy: &&Dependency, asked: &Dependency| copy.name.value == asked.name.value && copy.spec.value == asked.spec.value;
        for asked in folder.installed().filter(|_| entry.kind == SourceKind::File) {
            if !entry.dependencies.iter().any(|copy| same(&copy, asked)) {
                let fault = Fault { words: "the lockfile copied something else of this folder", refused: false };
                self.report(&folder.document.path, asked, &fault, cx);
            }
        }
    }

    /// Whether an entry is a member of the workspace, which is there whoever asks for it.
    fn is_member(&self, index: u32) -> bool {
        self.lockfile.packages.get(index as usize).is_some_and(|package| package.kind == SourceKind::Workspace)
    }

    /// The entry that would answer a name that the copy does not have: the member's own, else the one for all.
    fn named(&self, importer: &Importer, dependency: &Dependency) -> Option<&Package> {
        let name = dependency.name.as_str();
        let own = importer.name.as_ref().filter(|_| !importer.path.is_empty()).map(|member| format!("{member}/{name}"));
        let entry = |key: &str| self.lockfile.packages.iter().find(|package| package.key.as_str() == key);
        own.and_then(|key| entry(&key)).or_else(|| entry(name))
    }

    /// Why an entry is not what is asked for.
    fn conflict(&self, importer: &Importer, dependency: &Dependency, entry: Option<&Package>) -> Option<Conflict> {
        let name = dependency.name.as_str();
        let spec = spec::parse(name, &dependency.spec);
        let Some(entry) = entry else { return Some(Conflict::NoEntry) };
        let source = entry.source.as_ref().map(|source| source.as_str());
        let member = (entry.kind == SourceKind::Workspace)
            .then(|| self.lockfile.importers.iter().find(|one| Some(one.path.as_str()) == source));
        match (&spec.kind, member) {
            (Kind::Catalog(_) | Kind::Link(_) | Kind::Invalid(_), _) => None,
            (Kind::Workspace(_), member) => member.flatten().is_none().then_some(Conflict::OtherSource),
            (Kind::Version(range) | Kind::Range(range), Some(member)) => {
                let version = member.and_then(|member| self.version(member));
                let outside = version.is_some_and(|version| versions::satisfies(Ecosystem::Npm, range, version) == Some(false));
                outside.then_some(Conflict::OutsideRange)
            }
            (_, Some(_)) => None,
            // Bun writes the commits of a forge in seven letters; its answer is held by the digest.
            (Kind::Git(_), None) => (entry.kind != SourceKind::Git).then_some(Conflict::OtherSource),
            (Kind::Url { address, .. }, None) => {
                (source != Some(*address) && source != Some(spec.text)).then_some(Conflict::OtherSource)
            }
            // Paths are written from the project, and asked for from the member.
            (Kind::File(path) | Kind::Directory(path), None) => {
                let same = !importer.path.is_empty() || source.is_some_and(|source| normal(source) == normal(path));
                (entry.kind != SourceKind::File || !same).then_some(Conflict::OtherSource)
            }
            (Kind::Tag(_), None) => (entry.kind != SourceKind::Registry).then_some(Conflict::OtherSource),
            _ => unmet(&importer.path, &spec, name, Some(locked(entry)))
                .filter(|conflict| *conflict != Conflict::OutsideRange || !self.is_overridden(name)),
        }
    }

    /// The version of a member: its manifest's, which may be ahead of the lockfile's copy.
    fn version<'s>(&'s self, member: &'s Importer) -> Option<&'s str> {
        let manifest = self.project.manifests().find(|(document, _)| self.project.importer_path(document) == member.path);
        let version = manifest.map_or(member.version.as_ref(), |(_, manifest)| manifest.version.as_ref());
        version.map(|version| version.as_str())
    }

    fn is_overridden(&self, name: &str) -> bool {
        let manifest = self.project.manifest.and_then(|document| document.manifest());
        manifest.is_some_and(|manifest| {
            manifest.dependencies.iter().any(|one| one.group == Group::Override && one.name.as_str() == name)
        })
    }

    /// Whether anything else leads to an entry than one member's dependency.
    fn is_asked_otherwise(&self, importer: &Importer, at: usize, target: u32) -> bool {
        let packages = self.lockfile.edges.targets.contains(&Some(target));
        let same = |other: &Importer| other.path == importer.path;
        let members = self
            .lockfile
            .importers
            .iter()
            .flat_map(|other| other.targets.iter().enumerate().map(move |(index, to)| (other, index, to)));
        packages || members.into_iter().any(|(other, index, to)| *to == Some(target) && !(same(other) && index == at))
    }

    /// Whether a catalog is asked for and has no entry.
    fn lacks_entry(&self, asked: &Dependency) -> bool {
        let manifest = self.project.manifest.and_then(|document| document.manifest());
        let reference = asked.spec.strip_suffix("default").unwrap_or(&asked.spec);
        let of_it = |entry: &Dependency| {
            let named = entry.condition.as_ref().map_or("", |condition| condition.as_str());
            entry.group == Group::Catalog
                && entry.name.value == asked.name.value
                && named.strip_suffix("default").unwrap_or(named) == reference
        };
        reference.starts_with("catalog:") && manifest.is_some_and(|manifest| !manifest.dependencies.iter().any(of_it))
    }

    /// Entries of catalogs that somebody asks for.
    fn catalogs(&self, manifest: &Arc<Document>, asked: &Manifest, cx: &mut Cx<'_>) {
        let importers = || self.lockfile.importers.iter().flat_map(|importer| importer.dependencies.iter().flatten());
        for entry in asked.dependencies.iter().filter(|entry| entry.group == Group::Catalog) {
            let Some(reference) = entry.condition.as_ref().map(|condition| condition.as_str()) else { continue };
            let used = importers().any(|one| one.name.value == entry.name.value && one.spec.as_str() == reference);
            let key = format!("{reference} {}", entry.name);
            let locked = self.lockfile.facts.iter().find(|(other, _)| *other == key);
            if used && locked.is_none_or(|(_, value)| value.value != entry.spec.value) {
                let message = format!(
                    "the lockfile was written with another catalog entry of `{}`; `bun install --frozen-lockfile` refuses it",
                    entry.name
                );
                let finding = cx.report_in(&manifest.path, entry.name.span.to(entry.spec.span), message);
                finding.help(help(self.document));
                if let Some((_, value)) = locked {
                    finding.related(&self.document.path, value.span, "the lockfile's copy");
                }
            }
        }
    }

    /// Bun applies the manifest's patches, whether or not the lockfile knows of them.
    fn patches(&self, manifest: &Arc<Document>, asked: &Manifest, cx: &mut Cx<'_>) {
        let locked = facts(&self.lockfile.facts, "patch ");
        for (key, value) in facts(&asked.facts, "patch ") {
            if !locked.iter().any(|(other, path)| *other == key && path.value == value.value) {
                let message = format!("the lockfile does not know this patch of `{key}`; Bun applies it all the same");
                cx.report_in(&manifest.path, value.span, message).help(help(self.document));
            }
        }
    }
}

fn facts<'f>(
    facts: &'f [(smol_str::SmolStr, Spanned<smol_str::SmolStr>)],
    kind: &str,
) -> Vec<(&'f str, &'f Spanned<smol_str::SmolStr>)> {
    facts.iter().filter_map(|(key, value)| Some((key.strip_prefix(kind)?, value))).collect()
}

fn locked(entry: &Package) -> Locked<'_> {
    Locked {
        name: &entry.name,
        version: entry.version.as_ref().map(|version| version.as_str()),
        source: entry.source.as_ref().map(|source| source.as_str()),
        link: None,
        bundled: false,
    }
}

/// For each name the dependency that counts where several lists have it.
fn effective(dependencies: &[Dependency]) -> FxHashMap<&str, usize> {
    let rank = |group: Group| match group {
        Group::Override | Group::Catalog | Group::Build => None,
        Group::Peer | Group::OptionalPeer => Some(0),
        Group::Normal => Some(1),
        Group::Dev => Some(2),
        Group::Optional => Some(3),
    };
    let mut chosen: FxHashMap<&str, usize> = FxHashMap::default();
    for (index, dependency) in dependencies.iter().enumerate() {
        let Some(new) = rank(dependency.group) else { continue };
        let so_far = chosen.get(dependency.name.as_str()).and_then(|&at| rank(dependencies[at].group));
        if so_far.is_none_or(|so_far| new > so_far) {
            chosen.insert(&dependency.name, index);
        }
    }
    chosen
}

/// Whether the manifest asks for exactly one of the versions that the lockfile's copy still asks for.
fn pinned(wanted: &Dependency, copied: &Dependency) -> bool {
    versions::exact(Ecosystem::Npm, &wanted.spec)
        .is_some_and(|version| versions::satisfies(Ecosystem::Npm, &copied.spec, &version) == Some(true))
}

/// A conflict in words.
fn words(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::NoEntry => "the lockfile has no entry for it",
        Conflict::OutsideRange => "the locked version is not one that is asked for",
        Conflict::OtherPackage => "the lockfile has another package under this name",
        _ => "the lockfile has it from another place",
    }
}

#[cfg(test)]
mod tests;
