//! Which entry of `Cargo.lock` answers what a manifest asks for. The lockfile has an entry for every crate of the workspace, and its edges say what
//! each was given; names alone would not tell two versions of one crate apart.

use crate::model::{Dependency, Ecosystem, Lockfile, Manifest, Package, SourceKind};
use crate::versions;

/// The entry of a manifest's own crate, by its index.
#[must_use]
pub fn own_entry(lockfile: &Lockfile, manifest: &Manifest) -> Option<usize> {
    let name = manifest.name.as_ref()?;
    let is_own = |package: &Package| package.kind == SourceKind::Workspace && package.name.value == name.value;
    lockfile.packages.iter().position(is_own)
}

/// The index of the entry that a dependency of a manifest leads to; `None` if nothing does, or more than one could.
#[must_use]
pub fn target(lockfile: &Lockfile, manifest: &Manifest, asked: &Dependency) -> Option<u32> {
    let fits = |index: &u32| lockfile.packages.get(*index as usize).is_some_and(|package| answers(asked, package));
    let own = own_entry(lockfile, manifest).filter(|_| asked.group != crate::model::Group::Override);
    let given = own.map(|own| only(lockfile.edges.of(own).iter().copied().flatten().filter(fits)));
    // What the workspace's root says for its members is no edge of its own.
    given.flatten().or_else(|| only((0..lockfile.packages.len() as u32).filter(fits)))
}

fn only(mut found: impl Iterator<Item = u32>) -> Option<u32> {
    found.next().filter(|_| found.next().is_none())
}

/// Whether an entry is of the name and in the range that is asked for.
fn answers(asked: &Dependency, package: &Package) -> bool {
    let version = package.version.as_ref().map_or("", |version| version.as_str());
    package.name.value == asked.name.value && versions::satisfies(Ecosystem::Cargo, &asked.spec, version) != Some(false)
}
