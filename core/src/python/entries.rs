//! How the lockfiles of Python's managers hang together: names are compared normalised, and one name may stand for several entries, of
//! which the environment chooses one.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::model::{Dependency, Edges, Integrity, LockedFile, Package};
use crate::versions::pypi::{normalized, within};

/// The entries of a lockfile by their normalised names.
pub(crate) struct Entries<'a>(FxHashMap<Cow<'a, str>, Vec<u32>>);

impl<'a> Entries<'a> {
    pub(crate) fn of(packages: &'a [Package]) -> Entries<'a> {
        let mut entries: FxHashMap<Cow<'a, str>, Vec<u32>> = FxHashMap::default();
        for (package, index) in packages.iter().zip(0..) {
            entries.entry(normalized(&package.name)).or_default().push(index);
        }
        Entries(entries)
    }

    /// Every entry of that name.
    pub(crate) fn named(&self, name: &str) -> &[u32] {
        self.0.get(&*normalized(name)).map_or(&[], Vec::as_slice)
    }

    /// The entries that may answer a dependency: those of its name whose version fits, or all where none does.
    pub(crate) fn answering(&self, packages: &[Package], asked: &Dependency) -> Vec<u32> {
        let named = self.named(&asked.name);
        if named.len() < 2 {
            return named.to_vec();
        }
        let fits = |index: &&u32| {
            let version = packages[**index as usize].version.as_ref();
            asked.place.is_some() || version.is_none_or(|version| within(&asked.spec, version) != Some(false))
        };
        let fitting: Vec<u32> = named.iter().filter(fits).copied().collect();
        if fitting.is_empty() { named.to_vec() } else { fitting }
    }

    /// Lists every dependency once for each entry that may answer it, with that entry.
    pub(crate) fn spread(&self, packages: &[Package], asked: Vec<Dependency>) -> (Vec<Dependency>, Vec<Option<u32>>) {
        let (mut dependencies, mut targets) = (Vec::with_capacity(asked.len()), Vec::with_capacity(asked.len()));
        for dependency in asked {
            let answering = self.answering(packages, &dependency);
            for index in answering.iter().skip(1) {
                dependencies.push(dependency.clone());
                targets.push(Some(*index));
            }
            dependencies.push(dependency);
            targets.push(answering.first().copied());
        }
        (dependencies, targets)
    }
}

/// Finds the entries that each entry's dependencies lead to.
pub(crate) fn connect(packages: &mut [Package]) -> Edges {
    let asked: Vec<Vec<Dependency>> = packages.iter_mut().map(|package| std::mem::take(&mut package.dependencies)).collect();
    let (spread, targets): (Vec<_>, Vec<_>) = {
        let entries = Entries::of(packages);
        asked.into_iter().map(|asked| entries.spread(packages, asked)).unzip()
    };
    for (package, dependencies) in packages.iter_mut().zip(spread) {
        package.dependencies = dependencies;
    }
    Edges::of_lists(targets)
}

/// Puts the files of a release into its entry, and all their digests.
pub(crate) fn take_files(package: &mut Package, files: Vec<LockedFile>, field: crate::text::Span) {
    let digests = files.iter().flat_map(|file| &file.integrity.digests).cloned().collect();
    package.integrity = Integrity { field: Some(field), digests };
    package.files = files;
}
