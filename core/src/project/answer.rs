//! Which entry of a lockfile answers what a manifest asks for.

use std::sync::Arc;

use super::{Project, linking};
use crate::cargo;
use crate::document::Document;
use crate::formats::Role;
use crate::go;
use crate::model::{Dependency, Group, Lockfile, Manager, Manifest, Package, SourceKind};
use crate::npm::resolve::normal;
use crate::text::Spanned;

impl<'a> Project<'a> {
    /// The entry that a lockfile has for what one of the project's manifests asks for under a name: the manifest's own, where it is a
    /// lockfile as well, else the first lockfile's that has one.
    #[must_use]
    pub fn locked(&self, manifest: &Document, name: &str) -> Option<(&'a Arc<Document>, &'a Package)> {
        let own = self.lockfiles.iter().find(|document| document.path == manifest.path);
        let candidates: &[&Arc<Document>] = own.map_or(&self.lockfiles[..], std::slice::from_ref);
        let of = |document: &'a Arc<Document>| Some((document, self.locked_in(document.lockfile()?, manifest, name)?));
        // A file that is only a requirements list vouches for nobody but itself.
        let shared = |document: &&&'a Arc<Document>| own.is_some() || document.format.role == Role::Lockfile;
        let found = candidates.iter().filter(shared).find_map(|document| of(document));
        // A list that pins nothing itself may stand beside a lockfile that does.
        let others =
            || self.lockfiles.iter().filter(|document| document.format.role == Role::Lockfile).find_map(|document| of(document));
        let is_open =
            |(_, package): &(_, &Package)| own.is_some() && package.kind == SourceKind::Registry && package.version.is_none();
        if found.as_ref().is_some_and(is_open) { others().or(found) } else { found }
    }

    /// The entry that answers a dependency of one of the project's manifests; none for what only replaces other people's choices.
    #[must_use]
    pub fn answer(&self, manifest: &Document, dependency: &Dependency) -> Option<(&'a Arc<Document>, &'a Package)> {
        match dependency.group {
            Group::Override => None,
            Group::Catalog => {
                // Some lockfiles have an entry for what the catalog says, others for who asks by it.
                let of = |lockfile: &'a Lockfile| {
                    let answer = || lockfile.packages.get(lockfile.answer(dependency)? as usize);
                    by_catalog(lockfile, dependency).or_else(answer)
                };
                self.lockfiles.iter().find_map(|document| Some((*document, of(document.lockfile()?)?)))
            }
            _ => self.locked(manifest, &dependency.name),
        }
    }

    fn locked_in(&self, lockfile: &'a Lockfile, manifest: &Document, name: &str) -> Option<&'a Package> {
        let ecosystem = lockfile.manager.ecosystem();
        let wanted = ecosystem.normalized(name);
        let is_wanted = |other: &str| other == name || ecosystem.normalized(other) == wanted;
        let path = self.importer_path(manifest);
        let importer = lockfile.importers.iter().find(|importer| importer.path == path);
        let copied = importer.and_then(|importer| Some((importer.dependencies.as_ref()?, &importer.targets)));
        let at = copied.and_then(|(asked, targets)| *targets.get(asked.iter().position(|asked| is_wanted(&asked.name))?)?);
        if let Some(index) = at {
            return lockfile.packages.get(index as usize);
        }
        match lockfile.manager {
            Manager::Cargo => by_cargo(lockfile, manifest.manifest()?, name),
            Manager::Go => go::locked(lockfile, manifest.manifest()?, name),
            _ if !lockfile.answers.is_empty() => self.answering(lockfile, manifest, name),
            Manager::Npm => at_its_place(lockfile, path, name),
            // Most formats name a package once; where one has several versions, only an importer's edge tells which is meant.
            _ if copied.is_some() => None,
            _ => only(lockfile, |package| is_wanted(&package.name)),
        }
    }

    /// The entry that answers one of the specs under a name, where entries are found by those; of an overridden name, the only one that there is.
    fn answering(&self, lockfile: &'a Lockfile, manifest: &Document, name: &str) -> Option<&'a Package> {
        let asked = || {
            manifest.manifest().into_iter().flat_map(|manifest| &manifest.dependencies).filter(|asked| *asked.name.value == *name)
        };
        let index =
            asked().filter(|asked| asked.group != Group::Override).find_map(|asked| self.answer_in(lockfile, manifest, asked));
        if let Some(index) = index {
            return lockfile.packages.get(index as usize);
        }
        only(lockfile, |package| package.name.as_str() == name).filter(|_| self.overrides().any(|asked| *asked.name.value == *name))
    }

    /// The index of the entry that answers what a manifest asks for, in formats that have [`Lockfile::answers`]. Yarn 1 writes a path that a member
    /// asks for as the root would write it.
    #[must_use]
    pub fn answer_in(&self, lockfile: &Lockfile, manifest: &Document, asked: &Dependency) -> Option<u32> {
        let from_root = || {
            let (protocol, path) = asked.spec.split_once(':').filter(|(protocol, _)| matches!(*protocol, "file" | "link"))?;
            let path = format!("{}/{path}", self.importer_path(manifest));
            let spec = format!("{protocol}:{}", normal(path.trim_start_matches('/')));
            let spec = Spanned::new(spec.into(), asked.spec.span);
            lockfile.answer(&Dependency { spec, ..asked.clone() })
        };
        lockfile.answer(asked).or_else(from_root)
    }
}

/// The entry that answers all that a manifest asks for under a name.
fn by_cargo<'l>(lockfile: &'l Lockfile, manifest: &Manifest, name: &str) -> Option<&'l Package> {
    let named = manifest.dependencies.iter().filter(|asked| asked.name.as_str() == name);
    let mut targets = named.map(|asked| cargo::resolve::target(lockfile, manifest, asked));
    let first = targets.next()??;
    targets.all(|target| target == Some(first)).then(|| lockfile.packages.get(first as usize))?
}

/// The entry at the place where npm looks. Version 1 copies nothing; what the root asks for lies at the top, what a member asks for under its link or
/// there.
fn at_its_place<'l>(lockfile: &'l Lockfile, folder: &str, name: &str) -> Option<&'l Package> {
    let link = linking(lockfile, folder).map(|link| format!("{}/node_modules/{name}", link.key));
    let own = link.and_then(|key| lockfile.packages.iter().find(|package| *package.key.value == *key));
    own.or_else(|| lockfile.packages.iter().find(|package| package.key.strip_prefix("node_modules/") == Some(name)))
}

/// The one entry that is wanted, if it is the only one.
fn only(lockfile: &Lockfile, is_wanted: impl Fn(&Package) -> bool) -> Option<&Package> {
    let mut wanted = lockfile.packages.iter().filter(|package| is_wanted(package));
    wanted.next().filter(|_| wanted.next().is_none())
}

/// The entry that somebody gets who asks for a name by a catalog's reference.
fn by_catalog<'l>(lockfile: &'l Lockfile, entry: &Dependency) -> Option<&'l Package> {
    let reference = entry.condition.as_ref()?;
    let asked = lockfile.importers.iter().flat_map(|importer| importer.dependencies.iter().flatten().zip(&importer.targets));
    let mut asked = asked.filter(|(asked, _)| asked.name.value == entry.name.value && is_same_catalog(&asked.spec, reference));
    lockfile.packages.get(asked.find_map(|(_, target)| *target)? as usize)
}

/// `catalog:` and `catalog:default` name the same one.
fn is_same_catalog(one: &str, other: &str) -> bool {
    let plain = |reference: &str| reference.strip_suffix("default").unwrap_or(reference).len();
    one == other || one.starts_with("catalog:") && other.starts_with("catalog:") && plain(one) == 8 && plain(other) == 8
}
