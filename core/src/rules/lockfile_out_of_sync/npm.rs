//! npm: what `npm ci` refuses, and what it lets pass and should not ([`crate::npm::sync`]).

mod overrides;

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::prelude::*;

use super::folders::folders;
use super::help;
use crate::npm::resolve::{Resolver, normal};
use crate::npm::sync::{Conflict, Disagreement, Locked, Rule, disagreements, unlinked_member};
use crate::npm::version::{exact, satisfies_str};
use crate::project::linking;

pub(super) fn check<'a>(project: &Project<'a>, document: &'a Arc<Document>, lockfile: &'a Lockfile, cx: &mut Cx<'_>) {
    let finder = Finder::new(project, lockfile);
    let written = project.manifest.map_or_else(Vec::new, overrides::written);
    let own = project.manifest.and_then(|manifest| manifest.manifest()).map_or(&[][..], |manifest| &manifest.dependencies);
    let rules: Vec<Rule<'_>> = written.iter().filter_map(|rule| rule.everywhere(own)).collect();
    let side = Side { document, lockfile, finder: &finder };
    for manifest in project.manifest.into_iter().chain(project.members.iter().copied()) {
        side.link(project, manifest, cx);
        side.compare(project, manifest, &rules, cx);
    }
    for folder in folders(project, cx.workspace) {
        let path = project.importer_path(folder.document);
        if lockfile.importers.iter().any(|importer| importer.path == path) {
            side.compare(project, folder.document, &[], cx);
        }
    }
    if let Some(manifest) = project.manifest {
        overrides::check(&side, project, manifest, &written, cx);
    }
}

/// The lockfile's side of the comparison.
struct Side<'a> {
    document: &'a Arc<Document>,
    lockfile: &'a Lockfile,
    finder: &'a Finder<'a>,
}

impl Side<'_> {
    /// Whether a member is linked. One without a name is called as its folder is.
    fn link(&self, project: &Project<'_>, manifest: &Arc<Document>, cx: &mut Cx<'_>) {
        let Some(asked) = manifest.manifest() else { return };
        let folder = project.importer_path(manifest);
        let name = asked.name.as_ref().map_or_else(|| named_as(folder), |name| name.as_str());
        if !folder.is_empty() && unlinked_member(folder, self.finder.find("", name)).is_some() {
            let message =
                format!("`{}` does not link the workspace's own `{name}` to `{folder}`; `npm ci` refuses it", self.document.path);
            let span = asked.name.as_ref().map_or(Span::at(0), |name| name.span);
            cx.report_in(&manifest.path, span, message).help(help(self.document));
        }
    }

    fn compare(&self, project: &Project<'_>, manifest: &Arc<Document>, rules: &[Rule<'_>], cx: &mut Cx<'_>) {
        let Some(asked) = manifest.manifest() else { return };
        let folder = project.importer_path(manifest);
        let importer = self.lockfile.importers.iter().find(|importer| importer.path == folder);
        let copy = importer.and_then(|importer| importer.dependencies.as_deref());
        let rules = if folder.is_empty() { rules } else { &[] };
        // The nested form has what a member asks for under the link to it.
        let link = if importer.is_none() { linking(self.lockfile, folder) } else { None };
        let from = link.map_or(folder, |link| link.key.as_str());
        let found = disagreements(folder, copy, &asked.dependencies, rules, |name| self.finder.find(from, name));
        // Where the entry is wrong, that the copy of the manifest's lists is wrong as well says nothing more.
        let told: FxHashSet<usize> =
            found.iter().filter(|found| !is_of_copy(found.conflict)).filter_map(|found| found.asked).collect();
        for found in found {
            if is_of_copy(found.conflict) && found.asked.is_some_and(|asked| told.contains(&asked)) {
                continue;
            }
            self.report(manifest, asked, copy, &found, cx);
        }
    }

    fn report(
        &self,
        manifest: &Arc<Document>,
        asked: &Manifest,
        copy: Option<&[Dependency]>,
        found: &Disagreement,
        cx: &mut Cx<'_>,
    ) {
        let wanted = found.asked.and_then(|index| asked.dependencies.get(index));
        let copied = found.copied.and_then(|index| copy?.get(index));
        let (path, place) = match (wanted, copied) {
            (Some(wanted), _) => (&manifest.path, wanted),
            (None, Some(copied)) => (&self.document.path, copied),
            (None, None) => return,
        };
        let end = if found.refused { "`npm ci` refuses it" } else { "`npm ci` installs it all the same" };
        let reference = cx.named(&place.name);
        let message = format!("`{}`: {}; {end}", place.name, words(found.conflict));
        let finding = cx.report_in(path, place.name.span.to(place.spec.span), message);
        finding.package(reference).help(help(self.document));
        if found.conflict == Conflict::OtherSpec && wanted.zip(copied).is_some_and(|(wanted, copied)| is_pinned(wanted, copied)) {
            // What is installed is what both say; only the copy lags behind until npm runs the next time.
            finding.severity(Severity::Warning);
        }
        if let (Some(_), Some(copied)) = (wanted, copied) {
            finding.related(&self.document.path, copied.name.span.to(copied.spec.span), "the lockfile's copy");
        }
    }
}

/// The last part of a folder's path, with the scope before it.
fn named_as(folder: &str) -> &str {
    let mut slashes = folder.rmatch_indices('/').map(|(at, _)| &folder[at + 1..]);
    let last = slashes.next().unwrap_or(folder);
    let scoped = slashes.next().unwrap_or(folder);
    if scoped.starts_with('@') { scoped } else { last }
}

/// Whether the manifest asks for exactly one of the versions that the lockfile's copy still asks for.
fn is_pinned(wanted: &Dependency, copied: &Dependency) -> bool {
    exact(&wanted.spec).is_some_and(|version| satisfies_str(&copied.spec, &version) == Some(true))
}

/// Whether it is about the lockfile's copy of the manifest's lists, not about an entry.
fn is_of_copy(conflict: Conflict) -> bool {
    matches!(conflict, Conflict::NotCopied | Conflict::OtherSpec | Conflict::OtherGroup)
}

/// A disagreement in words.
fn words(conflict: Conflict) -> &'static str {
    match conflict {
        Conflict::NoEntry => "the lockfile has no entry for it",
        Conflict::OutsideRange => "the locked version is not one that is asked for",
        Conflict::OtherPackage => "the lockfile has another package under this name",
        Conflict::OtherSource => "the lockfile has it from another place",
        Conflict::Unsupported => "npm does not install such a spec",
        Conflict::OverrideConflict => "an override contradicts what is asked for",
        Conflict::NotCopied => "the lockfile does not know that it is asked for",
        Conflict::NotAskedFor => "the lockfile says that it is asked for, and it is not",
        Conflict::OtherSpec => "the lockfile copied another range",
        Conflict::OtherGroup => "the lockfile has it in another list",
    }
}

/// Finds entries from a project's folder upwards, as Node does, without following links.
struct Finder<'a> {
    lockfile: &'a Lockfile,
    resolver: RefCell<Resolver<'a>>,
    /// The versions in the members' own manifests, by folder: npm goes by them, whatever the lockfile has copied.
    members: FxHashMap<&'a str, Option<&'a str>>,
}

impl<'a> Finder<'a> {
    fn new(project: &Project<'a>, lockfile: &'a Lockfile) -> Finder<'a> {
        let link = |package: &'a Package| (package.kind == SourceKind::Link).then_some(package.source.as_ref()).flatten();
        let entries = lockfile.packages.iter().map(|package| (package.key.as_str(), link(package).map(|target| target.as_str())));
        let version = |manifest: &'a Manifest| manifest.version.as_ref().map(|version| version.as_str());
        let members =
            project.members.iter().filter_map(|&member| Some((project.importer_path(member), version(member.manifest()?))));
        Finder { lockfile, resolver: RefCell::new(Resolver::new(entries)), members: members.collect() }
    }

    fn find(&self, folder: &str, name: &str) -> Option<Locked<'a>> {
        let index = self.resolver.borrow_mut().find(folder, name)?;
        let package = self.lockfile.packages.get(index as usize)?;
        let mut locked = self.locked(package);
        if let Some(link) = locked.link {
            let target = self.resolver.borrow().follow(index).and_then(|index| self.lockfile.packages.get(index as usize));
            let recorded = target.and_then(|target| target.version.as_ref()).map(|version| version.as_str());
            locked.version = self.members.get(&*normal(link)).copied().flatten().or(recorded);
            locked.name = target.map_or(locked.name, |target| target.name.as_str());
        }
        Some(locked)
    }

    /// An entry as it stands.
    fn locked(&self, package: &'a Package) -> Locked<'a> {
        let source = package.source.as_ref().map(|source| source.as_str());
        Locked {
            name: &package.name,
            version: package.version.as_ref().map(|version| version.as_str()),
            source,
            link: source.filter(|_| package.kind == SourceKind::Link),
            bundled: package.kind == SourceKind::Bundled,
        }
    }
}

#[cfg(test)]
mod tests;
