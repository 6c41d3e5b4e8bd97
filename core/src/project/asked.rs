//! What a project and its members ask of a lockfile, and what answers each.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Project;
use crate::cargo;
use crate::document::Document;
use crate::model::{Dependency, Group, Lockfile, Manager};

/// What a project or one of its members asks for, and what answers it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The document that says so: the lockfile's copy where there is one, else the manifest.
    pub document: &'a Document,
    /// What is asked for.
    pub dependency: &'a Dependency,
    /// The index of the lockfile's entry that answers.
    pub target: Option<u32>,
}

impl<'a> Project<'a> {
    /// What the project and its members ask of one of its lockfiles. Some formats copy nothing, so the manifests are taken there. `None` where neither tells.
    #[must_use]
    pub fn asked<'l>(&self, document: &'l Document, lockfile: &'l Lockfile) -> Option<Vec<Asked<'l>>>
    where
        'a: 'l,
    {
        if lockfile.importers.iter().any(|importer| importer.dependencies.is_some()) {
            return Some(copied(document, lockfile));
        }
        // Without a manifest nobody tells; and Go's list of digests is no list of what is installed.
        self.manifest.filter(|_| lockfile.manager != Manager::Go)?;
        Some(match lockfile.manager {
            Manager::Cargo => self.asked_of_cargo(lockfile),
            _ => self.asked_by_manifests(lockfile),
        })
    }

    fn asked_of_cargo<'l>(&self, lockfile: &'l Lockfile) -> Vec<Asked<'l>>
    where
        'a: 'l,
    {
        let asked = self.manifests().flat_map(|(document, manifest)| {
            let target = |asked: &'a Dependency| cargo::resolve::target(lockfile, manifest, asked);
            let installed = manifest.dependencies.iter().filter(|asked| asked.group != Group::Override);
            installed.map(move |dependency| Asked { document, dependency, target: target(dependency) })
        });
        asked.collect()
    }

    /// What the manifests ask for, each answered by the entries of its name, or by the one that is found by the spec.
    fn asked_by_manifests<'l>(&self, lockfile: &'l Lockfile) -> Vec<Asked<'l>>
    where
        'a: 'l,
    {
        let ecosystem = lockfile.manager.ecosystem();
        let entries = by_name(lockfile);
        let own = self.manifests().filter(|(document, _)| lockfile.manager != Manager::Npm || self.is_own(document));
        let asked = own.flat_map(|(document, manifest)| manifest.dependencies.iter().map(move |asked| (document, asked)));
        let asked = asked.filter(|(_, asked)| !asked.group.is_indirect() && asked.group != Group::Build);
        let answered = asked.flat_map(|(document, dependency)| {
            let named = || {
                let named = entries.get(&ecosystem.normalized(&dependency.name))?;
                Some(named.iter().copied().map(Some).collect())
            };
            let targets = match lockfile.answers.is_empty() {
                true => named().unwrap_or_else(|| vec![None]),
                false => vec![self.answer_in(lockfile, document, dependency)],
            };
            targets.into_iter().map(move |target| Asked { document, dependency, target })
        });
        answered.collect()
    }

    fn is_own(&self, document: &Arc<Document>) -> bool {
        self.manifest.is_some_and(|own| Arc::ptr_eq(own, document))
    }
}

/// What the lockfile itself says is asked for.
fn copied<'l>(document: &'l Document, lockfile: &'l Lockfile) -> Vec<Asked<'l>> {
    let copied = lockfile.importers.iter().filter_map(|importer| Some((importer.dependencies.as_ref()?, &importer.targets)));
    let copied = copied.flat_map(|(dependencies, targets)| dependencies.iter().zip(targets));
    copied.map(|(dependency, target)| Asked { document, dependency, target: *target }).collect()
}

/// The entries that a project may get under a name, which npm has at the top. One name may have several, of which the environment chooses (Python).
fn by_name(lockfile: &Lockfile) -> FxHashMap<Cow<'_, str>, Vec<u32>> {
    let ecosystem = lockfile.manager.ecosystem();
    let mut entries: FxHashMap<_, Vec<u32>> = FxHashMap::default();
    for (package, index) in lockfile.packages.iter().zip(0..) {
        let name = match lockfile.manager {
            Manager::Npm => package.key.strip_prefix("node_modules/").map(Cow::Borrowed),
            _ => Some(ecosystem.normalized(&package.name)),
        };
        if let Some(name) = name {
            entries.entry(name).or_default().push(index);
        }
    }
    entries
}
