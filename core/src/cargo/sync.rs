//! Where manifests and `Cargo.lock` disagree: what `cargo build --locked` refuses.
//!
//! Cargo resolves the manifests anew, holds what it can to the lockfile, and refuses if the outcome is any other lockfile. What can be told without
//! the registry is told here: crates of the build that the lockfile has not, or in another version; what they ask for and were not given; and what
//! they were given and do not ask for. A feature that was switched on can ask for more, and that only the registry's index knows.

use crate::model::{Dependency, Ecosystem, Lockfile, Package, Place, SourceKind};
use crate::registries::CRATES_GIT;
use crate::versions;

use super::source::{Reference, Source, is_same_index, is_same_repository};

/// Why no entry answers a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The crate was not given any package of that name.
    NoEntry,
    /// It was given another version than it asks for.
    OutsideRange,
    /// It was given one from another place.
    OtherSource,
}

/// What else decides which entry answers a dependency.
#[derive(Debug, Default)]
pub struct Surroundings<'a> {
    /// Names that a patch or replacement may bring from elsewhere.
    pub patched: Vec<&'a str>,
    /// Addresses of the registries that have a name, by it.
    pub registries: Vec<(&'a str, &'a str)>,
}

/// Why none of the entries that a crate was given answers one of its dependencies; `None` if one does.
#[must_use]
pub fn unmet(asked: &Dependency, lockfile: &Lockfile, given: &[Option<u32>], around: &Surroundings<'_>) -> Option<Conflict> {
    let given = given.iter().flatten().filter_map(|&index| lockfile.packages.get(index as usize));
    let mut worst = Conflict::NoEntry;
    for package in given.filter(|package| package.name.value == asked.name.value) {
        match answers(asked, package, lockfile, around) {
            Ok(()) => return None,
            Err(conflict) => worst = conflict,
        }
    }
    Some(worst)
}

/// Whether an entry is what a dependency asks for.
pub fn answers(asked: &Dependency, package: &Package, lockfile: &Lockfile, around: &Surroundings<'_>) -> Result<(), Conflict> {
    let version = package.version.as_ref().map_or("", |version| version.as_str());
    let patched = around.patched.contains(&asked.name.as_str());
    if !patched && !is_source(asked, package, lockfile, around) {
        return Err(Conflict::OtherSource);
    }
    let fits = asked.spec.trim().is_empty() || versions::satisfies(Ecosystem::Cargo, &asked.spec, version) != Some(false);
    if fits { Ok(()) } else { Err(Conflict::OutsideRange) }
}

fn is_source(asked: &Dependency, package: &Package, lockfile: &Lockfile, around: &Surroundings<'_>) -> bool {
    match asked.place.as_deref() {
        Some(Place::Path(_)) => package.kind == SourceKind::Workspace,
        Some(Place::Git { address, rev, reference }) => {
            let Some(Source::Git(git)) = package.source.as_ref().map(|source| Source::read(source)) else { return false };
            let same = match (rev.as_deref(), reference.as_deref(), &git.reference) {
                (Some(asked), _, Reference::Rev(found)) => asked.as_str() == &**found,
                (None, Some(asked), Reference::Branch(found) | Reference::Tag(found)) => asked.as_str() == &**found,
                // Before version 3 this branch was taken for the repository's own choice.
                (None, Some(asked), Reference::Default) => lockfile.version.is_none() && asked.as_str() == "master",
                (None, None, Reference::Default) => true,
                (None, None, Reference::Branch(found)) => lockfile.version.is_none() && found == "master",
                _ => false,
            };
            same && is_same_repository(address, git.address)
        }
        Some(_) => true,
        None => package.kind == SourceKind::Registry && is_registry(asked, package, around),
    }
}

/// Whether an entry is of the registry that is asked; true where the settings that name it are not known.
fn is_registry(asked: &Dependency, package: &Package, around: &Surroundings<'_>) -> bool {
    let Some(found) = package.registry.as_deref() else { return true };
    match asked.registry.as_deref() {
        // However the default registry is read, the lockfile has its old name.
        None => is_same_index(CRATES_GIT, found),
        Some(address) if address.contains("://") => is_same_index(address, found),
        Some(name) => {
            let mut named = around.registries.iter().filter(|(known, _)| *known == name.as_str()).peekable();
            named.peek().is_none() || named.any(|(_, address)| is_same_index(address, found))
        }
    }
}
