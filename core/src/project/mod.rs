//! Which files belong together: a manifest, its workspace members, its lockfiles, its settings.

mod answer;
mod asked;
mod grouping;
mod settings;

use std::sync::Arc;

pub use self::asked::Asked;
pub use self::grouping::projects;
use self::settings::{is_passed_over, is_read};
use crate::document::Document;
use crate::formats::Role;
use crate::glob::Glob;
use crate::model::{Dependency, Ecosystem, Group, Lockfile, Manager, Manifest, NamedRegistry, Package, Setting, SourceKind};
use crate::npm::config::{Mapping, NpmConfig};
use crate::npm::resolve::normal;
use crate::path::RelPath;
use crate::registries::Registries;

/// A project as its package manager sees it: one folder, and one ecosystem.
#[derive(Debug)]
pub struct Project<'a> {
    /// Its folder; empty for the workspace's root.
    pub folder: &'a str,
    /// Its world; `None` for Provender's own files alone.
    pub ecosystem: Option<Ecosystem>,
    /// Its manifest; of several in its folder, the first in the order of the formats.
    pub manifest: Option<&'a Arc<Document>>,
    /// Its other manifests: those of its workspace members, and further ones of its own folder.
    pub members: Vec<&'a Arc<Document>>,
    /// Its lockfiles; the first is the one that the manager reads.
    pub lockfiles: Vec<&'a Arc<Document>>,
    /// Its settings files.
    pub settings: Vec<&'a Arc<Document>>,
    /// The settings of npm in effect: the person's own and the project's, as they stand now.
    pub config: NpmConfig,
    /// Every registry that the settings name, lowest precedence first, as they stand now.
    pub mappings: Vec<Mapping>,
    /// What the manifest says of the folders of members: wanted or not, and which.
    patterns: Arc<[(bool, Glob)]>,
    /// The registries that are trusted to serve its packages: those of the base, since a change cannot vouch for itself.
    pub registries: Registries,
    documents: Vec<&'a Arc<Document>>,
}

impl<'a> Project<'a> {
    /// Every document of the project: manifests, lockfiles, settings, policies.
    pub fn documents(&self) -> impl Iterator<Item = &'a Arc<Document>> {
        self.documents.clone().into_iter()
    }

    /// Its package manager: that of its lockfile, else the one that its manifest names, else the world's usual one.
    #[must_use]
    pub fn manager(&self) -> Manager {
        // A requirements list is beside the point where a manager has a lockfile or a manifest of its own.
        let own = self.lockfiles.iter().filter(|document| document.format.role == Role::Lockfile);
        let locked = own.filter_map(|document| document.lockfile()).map(|lockfile| lockfile.manager).next();
        let named = || {
            let beside = self.manifest.into_iter().chain(self.settings.iter().copied());
            beside.filter_map(|document| document.manifest()?.manager).next()
        };
        locked.or_else(named).unwrap_or(match self.ecosystem {
            Some(Ecosystem::Pypi) => Manager::Pip,
            Some(Ecosystem::Cargo) => Manager::Cargo,
            Some(Ecosystem::Go) => Manager::Go,
            Some(Ecosystem::Npm) | None => Manager::Npm,
        })
    }

    /// Whether a manager of the project reads a file: the settings of a manager that it does not use say nothing here. Where no manager is known, any
    /// may be meant.
    #[must_use]
    pub fn reads(&self, document: &Document) -> bool {
        let locked = self.lockfiles.iter().filter(|document| document.format.role == Role::Lockfile);
        let locked = locked.filter_map(|document| document.lockfile()).map(|lockfile| lockfile.manager);
        let named = self.manifest.and_then(|document| document.manifest()?.manager);
        is_read(document, locked.chain(named))
    }

    /// Whether a registry in one of the project's files is passed over: beside settings in a file of its own, a manager takes from the file that it
    /// shares with others only what packages name as their source.
    #[must_use]
    pub fn passes_over(&self, registry: &NamedRegistry) -> bool {
        is_passed_over(registry, self.settings.iter().copied())
    }

    /// The major version of npm that the project asks for, where it says so without a doubt.
    #[must_use]
    pub fn npm_major(&self) -> Option<u64> {
        let range = self.manifest?.manifest()?.npm_range.as_ref();
        let range = range.map(|range| range.trim_start_matches(['>', '=', '^', '~', 'v', ' ']));
        self.major(Manager::Npm).or_else(|| major(range?))
    }

    /// The major version of a manager that `packageManager` names.
    #[must_use]
    pub fn major(&self, manager: Manager) -> Option<u64> {
        let asked = self.manifest?.manifest()?.package_manager.as_ref()?;
        let (name, version) = asked.split_once('@')?;
        name.eq_ignore_ascii_case(manager.name()).then(|| major(version)).flatten()
    }

    /// Every manifest, its own first.
    pub fn manifests(&self) -> impl Iterator<Item = (&'a Arc<Document>, &'a Manifest)> {
        // A settings file may say what manifests say of the whole project, and is no member of it.
        let own = self.manifest.into_iter().chain(self.members.iter().copied());
        let known: Vec<_> = own.clone().collect();
        let beside = self.settings.iter().copied().filter(|document| !known.iter().any(|other| Arc::ptr_eq(other, document)));
        let all = known.iter().copied().chain(beside).collect::<Vec<_>>();
        all.into_iter().filter_map(|document| Some((document, document.manifest()?)))
    }

    /// The value of a setting that counts, whichever of the project's own files has it.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&'a Setting> {
        self.settings.iter().filter_map(|document| document.settings()?.get(key)).next_back()
    }

    /// The document that findings about the whole project are reported in: the manifest, else the first lockfile, else its settings.
    #[must_use]
    pub fn own_document(&self) -> Option<&'a Arc<Document>> {
        self.manifest.or(self.lockfiles.first().copied()).or(self.settings.first().copied())
    }

    /// The lockfile that the manager reads.
    #[must_use]
    pub fn lockfile(&self) -> Option<(&'a Arc<Document>, &'a Lockfile)> {
        let document = *self.lockfiles.first()?;
        Some((document, document.lockfile()?))
    }

    /// What the project puts in the place of what others ask for.
    pub fn overrides(&self) -> impl Iterator<Item = &'a Dependency> + use<'a> {
        let manifest = self.manifest.and_then(|document| document.manifest());
        let dependencies = manifest.into_iter().flat_map(|manifest| &manifest.dependencies);
        dependencies.filter(|asked| asked.group == Group::Override)
    }

    /// Whether a folder, relative to the project's own, is one of its workspace members by the manifest's patterns. `None` without a manifest.
    #[must_use]
    pub fn is_member(&self, folder: &str) -> Option<bool> {
        self.manifest?;
        let matching = self.patterns.iter().rev().find(|(_, glob)| glob.matches(folder));
        Some(matching.is_some_and(|(wanted, _)| *wanted))
    }

    /// The folder of one of its manifests relative to the project's own, as lockfiles name it; empty for the root.
    #[must_use]
    pub fn importer_path<'d>(&self, manifest: &'d Document) -> &'d str {
        let folder = manifest.format.home(&manifest.path);
        match self.folder {
            "" => folder,
            own => folder.strip_prefix(own).map_or("", |below| below.trim_start_matches('/')),
        }
    }

    /// The path of a file of the project's own folder.
    #[must_use]
    pub fn path(&self, name: &str) -> RelPath {
        RelPath::new(if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) })
    }
}

/// The first part of a version.
fn major(version: &str) -> Option<u64> {
    version.split(['.', ' ', '+']).next()?.parse().ok()
}

/// The entry that links to a member's folder.
pub(crate) fn linking<'l>(lockfile: &'l Lockfile, folder: &str) -> Option<&'l Package> {
    let mut links = lockfile.packages.iter().filter(|package| package.kind == SourceKind::Link && !folder.is_empty());
    links.find(|link| link.source.as_ref().is_some_and(|source| normal(source) == folder))
}
