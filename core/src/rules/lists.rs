//! Releases of several files (Python): what it means that two lists of them agree.
//!
//! A lockfile may list all files of a release or only some, and a release may get further files later. So two lists contradict one another only
//! where a file of one name has two digests, or, where files have no names, where the lists share nothing.

use rustc_hash::FxHashMap;

use crate::integrity::{Algorithm, Digest};
use crate::model::{LockedFile, Package};

/// A digest of one list that the other contradicts, and what it says instead.
pub(super) fn contradiction<'p>(one: &'p Package, other: &'p Package) -> Option<(&'p Digest, &'p Digest)> {
    by_name(one, other).or_else(|| disjoint(one, other))
}

/// A file that both lists name, without a digest in common. One list may give one name several, where a tool does not know which is whose.
fn by_name<'p>(one: &'p Package, other: &'p Package) -> Option<(&'p Digest, &'p Digest)> {
    let (ours, theirs) = (named(one), named(other));
    let mut names: Vec<_> = ours.keys().filter(|name| theirs.contains_key(*name)).collect();
    names.sort_unstable();
    names.into_iter().find_map(|name| {
        let first = ours[name].first()?;
        let same = |list: &[Held<'p>]| {
            list.iter().filter(|(algorithm, _)| *algorithm == first.0).map(|(_, digest)| *digest).collect::<Vec<_>>()
        };
        let (ours, theirs) = (same(&ours[name]), same(&theirs[name]));
        let shared = ours.iter().any(|digest| theirs.iter().any(|other| other.bare() == digest.bare()));
        (!shared).then_some((first.1, *theirs.first()?))
    })
}

/// A digest that counts, with its algorithm.
type Held<'p> = (Algorithm, &'p Digest);

/// The digests of each file that has a name.
fn named(package: &Package) -> FxHashMap<&str, Vec<Held<'_>>> {
    let mut named: FxHashMap<&str, Vec<Held<'_>>> = FxHashMap::default();
    for file in &package.files {
        if let Some(name) = &file.name {
            named.entry(name.as_str()).or_default().extend(digests(file));
        }
    }
    named
}

/// Two lists of one algorithm of which at least one has no names, and which share no digest.
fn disjoint<'p>(one: &'p Package, other: &'p Package) -> Option<(&'p Digest, &'p Digest)> {
    let all_named = |package: &Package| package.files.iter().all(|file| file.name.is_some());
    if all_named(one) && all_named(other) {
        return None;
    }
    let (algorithm, digest) = one.files.iter().flat_map(digests).next()?;
    let of = |package: &'p Package| package.files.iter().flat_map(digests).filter(move |(other, _)| *other == algorithm);
    let theirs: FxHashMap<&str, &Digest> = of(other).map(|(_, digest)| (digest.bare(), digest)).collect();
    let first = of(other).next()?.1;
    (!of(one).any(|(_, digest)| theirs.contains_key(digest.bare()))).then_some((digest, first))
}

fn digests(file: &LockedFile) -> impl Iterator<Item = Held<'_>> {
    file.integrity.effective().filter_map(|digest| Some((digest.algorithm()?, digest)))
}

/// What a list accepts that the former one did not.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Growth {
    /// Nothing.
    None,
    /// Further files, of names that were not there, or beside all that were.
    Further(usize),
    /// Others in the place of some that went away, without names to tell which.
    Replaced(usize),
}

/// Compares a list with its former self.
pub(super) fn growth(before: &Package, after: &Package) -> Growth {
    let all = |package: &Package| -> Vec<String> {
        package.files.iter().flat_map(digests).map(|(_, digest)| digest.bare().to_owned()).collect()
    };
    let (old, new) = (all(before), all(after));
    let added = new.iter().filter(|digest| !old.contains(digest)).count();
    let gone = old.iter().any(|digest| !new.contains(digest));
    let named = after.files.iter().all(|file| file.name.is_some());
    match added {
        0 => Growth::None,
        count if gone && !named => Growth::Replaced(count),
        count => Growth::Further(count),
    }
}
