//! pnpm: what `pnpm install --frozen-lockfile` refuses, which is nearly everything.
//!
//! The specifiers of every importer are compared as written, list by list; overrides, catalogs, patches and some settings are compared with what
//! the lockfile copied of them. Where a comparison needs what is not in these files (a checksum of a hook or of `packageExtensions`, settings of
//! the person's own), only what can be told is told. Each line of the tables in the tests was tried with pnpm 10.34 and 12.21.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::super::prelude::*;

use super::help;
use crate::finding::Finding;
use crate::model::{Group, Importer, ProblemKind};
use crate::npm::spec::{self, Kind};
use crate::path::RelPath;

pub(super) fn check(project: &Project<'_>, document: &Arc<Document>, lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let side = Side { project, document, lockfile };
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

/// Where a fact stands: the document's path, the place, and what it says.
type Fact<'f> = (&'f RelPath, Span, &'f str);

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
                self.report(&manifest.path, dependency, "no member of the workspace has this name", REFUSES, cx);
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

    /// Everything that is compared with the settings. Where no file of the project could hold them, they are not compared.
    fn settings(&self, cx: &mut Cx<'_>) {
        if !self.is_version_9() {
            // Earlier versions read their settings from more places than are looked at here.
            return;
        }
        self.maps("override", "override", cx);
        self.maps("patch", "patch", cx);
        self.catalogs(cx);
        self.switches(cx);
        self.extensions(cx);
    }

    /// Facts of a kind that the project's files state, by key.
    fn stated(&self, kind: &str) -> Vec<(&'p str, Fact<'p>)> {
        let field = format!("pnpm.{kind} ");
        let own = format!("{kind} ");
        let mut found = Vec::new();
        for (document, manifest) in self.project.manifests() {
            let beside = document.format.role == Role::Settings;
            for (key, value) in &manifest.facts {
                let old = if self.is_at_least(11) && self.project.major(Manager::Pnpm).is_some() {
                    None
                } else {
                    key.strip_prefix(field.as_str())
                };
                let key = if beside { key.strip_prefix(own.as_str()) } else { old };
                found.extend(key.map(|key| (key, (&document.path, value.span, value.as_str()))));
            }
        }
        found
    }

    /// Whether hooks may add to what the project's files say.
    fn has_hooks(&self) -> bool {
        self.lockfile.facts.iter().any(|(key, _)| key == "pnpmfileChecksum")
    }

    fn maps(&self, kind: &str, called: &str, cx: &mut Cx<'_>) {
        let prefix = format!("{kind} ");
        let locked: Vec<(&str, &Spanned<SmolStr>)> =
            self.lockfile.facts.iter().filter_map(|(key, value)| Some((key.strip_prefix(prefix.as_str())?, value))).collect();
        let stated = self.stated(kind);
        for (key, (path, span, value)) in &stated {
            let other = locked.iter().find(|(other, _)| other == key).map(|(_, value)| value.as_str());
            let same = match (kind, other) {
                (_, None) => false,
                ("override", Some(other)) => self.resolved(value, key).is_none_or(|value| value == other),
                // The lockfile has the patch's hash.
                _ => true,
            };
            if !same {
                let message = format!("the lockfile was written without this {called} of `{key}`; {REFUSES}");
                cx.report_in(path, *span, message).help(help(self.document));
            }
        }
        let resolutions =
            self.project.manifests().any(|(_, manifest)| manifest.facts.iter().any(|(key, _)| key.starts_with("resolution ")));
        if self.has_hooks() || resolutions {
            return;
        }
        for (key, value) in locked.iter().filter(|(key, _)| !stated.iter().any(|(other, _)| other == key)) {
            let message = format!("the lockfile was written with a {called} of `{key}` that is not there; {REFUSES}")
                .replace("a override", "an override");
            cx.report_in(&self.document.path, value.span, message).help(help(self.document));
        }
    }

    /// What an override comes to: a reference to the project's own dependency or to a catalog is filled in. `None` where that cannot be told.
    fn resolved(&self, value: &str, key: &str) -> Option<String> {
        let name = key.rsplit('>').next().unwrap_or_default();
        let name = &name[..name.get(1..).and_then(|rest| rest.find('@')).map_or(name.len(), |at| at + 1)];
        let root = self.project.manifest.and_then(|document| document.manifest());
        if let Some(own) = value.strip_prefix('$') {
            let asked = &root?.dependencies;
            return asked
                .iter()
                .find(|asked| !asked.group.is_indirect() && asked.name.as_str() == own)
                .map(|asked| asked.spec.to_string());
        }
        if value.starts_with("catalog:") {
            let found = self
                .catalog_entries()
                .into_iter()
                .find(|(_, entry)| entry.name.as_str() == name && reference(entry) == default_name(value));
            return found.map(|(_, entry)| entry.spec.to_string());
        }
        Some(value.to_owned())
    }

    /// The entries of the project's catalogs.
    fn catalog_entries(&self) -> Vec<(&'p RelPath, &'p Dependency)> {
        let ours = self.project.manifests().filter(|(document, _)| document.format.role == Role::Settings);
        let entries = ours.flat_map(|(document, manifest)| manifest.dependencies.iter().map(move |entry| (&document.path, entry)));
        entries.filter(|(_, entry)| entry.group == Group::Catalog).collect()
    }

    /// pnpm copies those entries that somebody asks for.
    fn catalogs(&self, cx: &mut Cx<'_>) {
        let stated = self.catalog_entries();
        for (key, value) in &self.lockfile.facts {
            let Some((catalog, name)) = key.strip_prefix("catalog:").and_then(|rest| rest.split_once(' ')) else { continue };
            let own = stated.iter().find(|(_, entry)| entry.name.as_str() == name && reference(entry) == catalog);
            match own {
                Some((_, entry)) if entry.spec.value == value.value => {}
                Some((path, entry)) => {
                    let message = format!("the lockfile was written with another catalog entry of `{name}`; {REFUSES}");
                    let finding = cx.report_in(path, entry.name.span.to(entry.spec.span), message);
                    finding.help(help(self.document)).related(&self.document.path, value.span, "the lockfile's copy");
                }
                None if self.has_hooks() => {}
                None => {
                    let message = format!("the lockfile was written with a catalog entry of `{name}` that is not there; {REFUSES}");
                    cx.report_in(&self.document.path, value.span, message).help(help(self.document));
                }
            }
        }
    }

    /// Settings that the lockfile copies, as far as the project's own file states them.
    fn switches(&self, cx: &mut Cx<'_>) {
        // With what holds where the lockfile has copied nothing; `None`: then nothing is compared.
        let known = [
            ("autoInstallPeers", None),
            ("dedupePeers", Some("false")),
            ("excludeLinksFromLockfile", None),
            ("injectWorkspacePackages", Some("false")),
            ("peersSuffixMaxLength", Some("1000")),
        ];
        for (name, absent) in known {
            for document in &self.project.settings {
                let Some(setting) = document.settings().and_then(|settings| settings.get(name)) else { continue };
                let copied = self.copied_setting(name).or(absent);
                if copied.is_some_and(|copied| copied != setting.value.as_str()) {
                    let message = format!("the lockfile was written with another `{name}`; {REFUSES}");
                    let span = setting.key.span.to(setting.value.span);
                    cx.report_in(&document.path, span, message).help(help(self.document));
                }
            }
        }
    }

    /// Of `packageExtensions` the lockfile has a checksum: that there are any at all can be compared. The list of what is left out is copied.
    fn extensions(&self, cx: &mut Cx<'_>) {
        let locked = self.lockfile.facts.iter().find(|(key, _)| key == "packageExtensionsChecksum");
        let names = ["packageExtensions", "pnpm.packageExtensions"];
        let stated = self.project.manifests().find_map(|(document, manifest)| {
            let fact = manifest.facts.iter().find(|(key, _)| names.contains(&key.as_str()))?;
            Some((&document.path, fact.1.span))
        });
        let change = match (locked, stated) {
            (None, Some((path, span))) => Some((path, span, "the lockfile was written without `packageExtensions`")),
            (Some((_, value)), None) if !self.has_hooks() => {
                Some((&self.document.path, value.span, "the lockfile was written with `packageExtensions` that are not there"))
            }
            _ => None,
        };
        if let Some((path, span, words)) = change {
            cx.report_in(path, span, format!("{words}; {REFUSES}")).help(help(self.document));
        }
        self.maps("ignored", "mark as left out", cx);
    }
}

/// The overrides that the lockfile was written with, as far as they may concern one manifest: pnpm follows them for what members ask for, too, and
/// copies what came of it.
struct Overrides<'l> {
    found: Vec<Override<'l>>,
}

struct Override<'l> {
    name: &'l str,
    /// Whether it concerns every version of the name, so that it counts without a doubt.
    certain: bool,
    value: &'l str,
}

impl<'l> Overrides<'l> {
    fn of(lockfile: &'l Lockfile, asking: &Manifest) -> Overrides<'l> {
        let stated = lockfile.facts.iter().filter_map(|(key, value)| Some((key.strip_prefix("override ")?, value.as_str())));
        let own_name = asking.name.as_ref().map(|name| name.as_str());
        let found = stated.filter_map(|(key, value)| {
            let (parent, target) = parted(key);
            let (parent, (name, range)) = (parent.map(selector), selector(target));
            if parent.is_some_and(|(parent, _)| Some(parent) != own_name) {
                return None;
            }
            let certain = range.is_none() && parent.is_none_or(|(_, range)| range.is_none());
            Some(Override { name, certain, value })
        });
        Overrides { found: found.collect() }
    }

    fn on<'a>(&'a self, asked: &'a Dependency) -> impl Iterator<Item = &'a Override<'l>> {
        self.found.iter().filter(|one| one.name == asked.name.as_str())
    }

    /// Whether nothing may be left of what is asked for.
    fn may_remove(&self, asked: &Dependency) -> bool {
        self.on(asked).any(|one| one.value == "-")
    }

    /// Whether the lockfile's copy may be what is asked for, with what stands in its place.
    fn may_come_to(&self, copied: &Dependency, asked: &Dependency) -> bool {
        let is_path = |spec: &str| spec.starts_with("link:") || spec.starts_with("file:");
        let comes_to = |one: &Override<'_>| one.value == copied.spec.as_str() || is_path(one.value) && is_path(&copied.spec);
        self.on(asked).any(comes_to) || self.on(asked).all(|one| !one.certain) && same_spec(copied, asked)
    }
}

/// `parent>target`: the parts of an override's key. A range may have the same sign, after a blank, a bar or an at.
fn parted(key: &str) -> (Option<&str>, &str) {
    let bytes = key.as_bytes();
    let at = (1..bytes.len()).find(|&at| bytes[at] == b'>' && !matches!(bytes[at - 1], b' ' | b'|' | b'@'));
    at.map_or((None, key), |at| (Some(&key[..at]), &key[at + 1..]))
}

/// A name, and the range behind it.
fn selector(text: &str) -> (&str, Option<&str>) {
    let at = text.get(1..).and_then(|rest| rest.find('@'));
    at.map_or((text, None), |at| (&text[..=at], Some(&text[at + 2..])))
}

/// The name of a catalog entry's catalog.
fn reference(entry: &Dependency) -> &str {
    default_name(entry.condition.as_ref().map_or("", |condition| condition.as_str()))
}

/// The catalog that a reference names.
fn default_name(reference: &str) -> &str {
    match reference.strip_prefix("catalog:").unwrap_or(reference) {
        "" => "default",
        name => name,
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

use crate::formats::Role;

#[cfg(test)]
#[path = "pnpm_tests.rs"]
mod tests;
