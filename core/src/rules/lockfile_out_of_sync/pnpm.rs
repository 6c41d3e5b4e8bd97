//! pnpm: what `pnpm install --frozen-lockfile` refuses, which is nearly everything.
//!
//! The specifiers of every importer are compared as written, list by list; overrides, catalogs, patches and some settings are compared with what
//! the lockfile copied of them. Where a comparison needs what is not in these files (a checksum of a hook or of `packageExtensions`, settings of
//! the person's own), only what can be told is told. Where nothing names the version of pnpm, it is taken for 12; where 10 differs, that is said.

mod folder;
mod overrides;
mod settings;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::super::prelude::*;

use self::overrides::Overrides;
use super::folders::folders;
use super::help;
use crate::finding::Finding;
use crate::formats::Role;
use crate::model::{Group, Importer, ProblemKind};
use crate::npm::spec::{self, Kind};
use crate::path::RelPath;

pub(super) fn check(project: &Project<'_>, document: &Arc<Document>, lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let side = Side { project, document, lockfile };
    if document.text.trim().is_empty() {
        let message = format!("the lockfile is empty, which is as good as none; {REFUSES}");
        cx.report_in(&document.path, Span::at(0), message).help(help(document));
        return;
    }
    if lockfile.importers.is_empty() {
        // It was not read, which is told elsewhere; or it has lost the list of those that ask.
        if side.is_version_9() && !document.problems.iter().any(|problem| problem.kind == ProblemKind::Syntax) {
            let message = format!("the lockfile does not say what the project asks for (`importers`); {REFUSES}");
            cx.report_in(&document.path, Span::at(0), message).help(help(document));
        }
        return;
    }
    for manifest in project.manifest.into_iter().chain(project.members.iter().copied()) {
        side.importer(manifest, cx);
    }
    for folder in folders(project, cx.workspace) {
        side.folder(&folder, cx);
    }
    side.settings(cx);
}

/// What pnpm answers.
const REFUSES: &str = "`pnpm install --frozen-lockfile` refuses it";

/// The lockfile's side of the comparison.
struct Side<'a, 'p> {
    project: &'a Project<'p>,
    document: &'a Arc<Document>,
    lockfile: &'a Lockfile,
}

impl<'p> Side<'_, 'p> {
    fn importer(&self, manifest: &Arc<Document>, cx: &mut Cx<'_>) {
        let Some(asked) = manifest.manifest() else { return };
        if asked.manager.is_some_and(|manager| manager != Manager::Pnpm) || manifest.format.role == Role::Settings {
            return;
        }
        let folder = self.project.importer_path(manifest);
        let wanted = self.wanted(asked);
        let Some(importer) = self.lockfile.importers.iter().find(|importer| importer.path == folder) else {
            // A member that asks for nothing needs no entry.
            if let Some(first) = wanted.values().min_by_key(|dependency| dependency.name.span) {
                let message = format!("the lockfile does not know the workspace member `{folder}`; {REFUSES}");
                cx.report_in(&manifest.path, first.name.span, message).help(help(self.document));
            }
            return;
        };
        self.lists(manifest, asked, &wanted, importer, cx);
        if self.is_version_9() {
            self.meta(manifest, asked, importer, cx);
        }
    }

    /// What is said of dependencies, and the folder that a member is published from: both are copied.
    fn meta(&self, manifest: &Arc<Document>, asked: &Manifest, importer: &Importer, cx: &mut Cx<'_>) {
        let copied =
            |name: &str| name == "publishDirectory" || name.starts_with("dependenciesMeta ") && name.ends_with(" injected");
        let of = |facts: &[(smol_str::SmolStr, Spanned<smol_str::SmolStr>)]| -> BTreeMap<String, Spanned<smol_str::SmolStr>> {
            facts.iter().filter(|(name, _)| copied(name)).map(|(name, value)| (name.to_string(), value.clone())).collect()
        };
        let (own, copy) = (of(&asked.facts), of(&importer.facts));
        for (name, value) in &own {
            if copy.get(name).is_none_or(|copied| copied.value != value.value) {
                let message = format!("the lockfile was written without this `{}`; {REFUSES}", name.replace(' ', "."));
                cx.report_in(&manifest.path, value.span, message).help(help(self.document));
            }
        }
        for (name, value) in copy.iter().filter(|(name, _)| !own.contains_key(*name)) {
            let message = format!("the lockfile was written with a `{}` that is not there; {REFUSES}", name.replace(' ', "."));
            cx.report_in(&self.document.path, value.span, message).help(help(self.document));
        }
    }

    /// What a manifest asks for by name. Of several lists, the optional one counts before the usual one and that before the one for development;
    /// peers count where they are installed by themselves.
    fn wanted<'m>(&self, asked: &'m Manifest) -> FxHashMap<&'m str, &'m Dependency> {
        let peers = self.copied_setting("autoInstallPeers").map_or(self.is_version_9(), |setting| setting == "true");
        let skips_links = self.copied_setting("excludeLinksFromLockfile") == Some("true");
        let rank = |group: Group| match group {
            Group::Optional => Some(3),
            Group::Normal => Some(2),
            Group::Dev => Some(1),
            Group::Peer | Group::OptionalPeer if peers => Some(0),
            _ => None,
        };
        let mut wanted: FxHashMap<&str, &Dependency> = FxHashMap::default();
        for dependency in &asked.dependencies {
            let Some(new) = rank(dependency.group) else { continue };
            if skips_links && dependency.spec.starts_with("link:") || self.is_ignored(dependency) {
                continue;
            }
            let other = wanted.get(dependency.name.as_str()).and_then(|other| rank(other.group));
            if other.is_none_or(|other| new > other) {
                wanted.insert(&dependency.name, dependency);
            }
        }
        wanted
    }

    /// Optional dependencies that the project leaves out.
    fn is_ignored(&self, dependency: &Dependency) -> bool {
        let ignored = self.lockfile.facts.iter().filter_map(|(key, _)| key.strip_prefix("ignored "));
        let fits = |pattern: &str| crate::glob::Glob::new(pattern).is_ok_and(|glob| glob.matches(&dependency.name));
        dependency.group == Group::Optional && ignored.into_iter().any(fits)
    }

    fn lists(
        &self,
        manifest: &Arc<Document>,
        asking: &Manifest,
        wanted: &FxHashMap<&str, &Dependency>,
        importer: &Importer,
        cx: &mut Cx<'_>,
    ) {
        let overrides = Overrides::of(self.lockfile, asking);
        let copy = importer.dependencies.as_deref().unwrap_or_default();
        let mut asked: Vec<&&Dependency> = wanted.values().collect();
        asked.sort_by_key(|dependency| dependency.name.span);
        for dependency in asked {
            if self.is_nobody(dependency) {
                // pnpm 10 links the folder that the lockfile has.
                let end = if self.is_at_least(11) { REFUSES } else { "pnpm installs it all the same" };
                self.report(&manifest.path, dependency, "no member of the workspace has this name", end, cx);
                continue;
            }
            let copied = copy.iter().find(|copied| copied.name.value == dependency.name.value);
            let words = match copied {
                None if overrides.may_remove(dependency) => continue,
                None if dependency.group == Group::Optional && self.is_at_least(11) => {
                    let fault = "the lockfile does not know that it is asked for";
                    self.report(&manifest.path, dependency, fault, "pnpm leaves it out", cx);
                    continue;
                }
                None => "the lockfile does not know that it is asked for",
                Some(copied) if !overrides.may_come_to(copied, dependency) => "the lockfile copied another range",
                Some(copied) if list(copied.group) != list(dependency.group) => "the lockfile has it in another list",
                Some(_) => continue,
            };
            let finding = self.report(&manifest.path, dependency, words, REFUSES, cx);
            if let Some(copied) = copied {
                finding.related(&self.document.path, copied.name.span.to(copied.spec.span), "the lockfile's copy");
            }
        }
        // `devEngines.runtime` of the manifest is installed as if it were a dependency.
        let gone = copy.iter().filter(|copied| !wanted.contains_key(copied.name.as_str()) && !copied.spec.starts_with("runtime:"));
        for copied in gone {
            self.report(&self.document.path, copied, "the lockfile says that it is asked for, and it is not", REFUSES, cx);
        }
    }

    /// Whether a member of the workspace is asked for by a name that none has.
    fn is_nobody(&self, asked: &Dependency) -> bool {
        let Some(version) = asked.spec.strip_prefix("workspace:") else { return false };
        // A path, or another name in front of the version.
        let elsewhere = version.starts_with(['.', '/', '@']) || version.contains('@');
        let mut names = self.project.manifests().filter_map(|(_, manifest)| manifest.name.as_ref());
        !elsewhere && !names.any(|name| name.value == asked.name.value) && self.is_whole()
    }

    /// Whether every member that the lockfile knows is here. Of a part of a repository nobody can tell who is missing.
    fn is_whole(&self) -> bool {
        let here: Vec<&str> = self.project.manifests().map(|(document, _)| self.project.importer_path(document)).collect();
        self.lockfile.importers.iter().all(|importer| here.contains(&importer.path.as_str()))
    }

    fn report<'f>(&self, path: &RelPath, dependency: &Dependency, words: &str, end: &str, cx: &'f mut Cx<'_>) -> &'f mut Finding {
        let reference = cx.named(&dependency.name);
        let message = format!("`{}`: {words}; {end}", dependency.name);
        let finding = cx.report_in(path, dependency.name.span.to(dependency.spec.span), message);
        finding.package(reference).help(help(self.document))
    }

    /// Whether the project names a version of pnpm from `major` on, or none.
    fn is_at_least(&self, major: u64) -> bool {
        self.project.major(Manager::Pnpm).is_none_or(|named| named >= major)
    }

    /// Whether pnpm 9 or later wrote it.
    fn is_version_9(&self) -> bool {
        self.lockfile.version.as_ref().is_some_and(|version| version.starts_with('9'))
    }

    /// A setting that the lockfile copied.
    fn copied_setting(&self, name: &str) -> Option<&str> {
        let found = self.lockfile.facts.iter().find(|(key, _)| key.strip_prefix("setting ") == Some(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The list that an importer has a dependency in; peers that are installed by themselves stand with the usual ones.
fn list(group: Group) -> u8 {
    match group {
        Group::Dev => 1,
        Group::Optional => 2,
        _ => 0,
    }
}

/// Whether two specifiers are the same for pnpm: as written, or the same commit of the same repository in two forms.
fn same_spec(copied: &Dependency, asked: &Dependency) -> bool {
    if copied.spec.value == asked.spec.value {
        return true;
    }
    match (&spec::parse(&copied.name, &copied.spec).kind, &spec::parse(&asked.name, &asked.spec).kind) {
        (Kind::Git(one), Kind::Git(other)) => {
            let same = one.repository.as_ref().zip(other.repository.as_ref()).is_some_and(|(one, other)| one.is_same(other));
            same && one.committish == other.committish && one.folder == other.folder
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
