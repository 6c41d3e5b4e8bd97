//! Which entry each dependency leads to, by Cargo's own rules.

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::package::Entry;
use crate::model::{Edges, SourceKind};

/// Finds the targets of every entry's dependencies.
pub(super) fn connect(entries: &[Entry<'_>]) -> Edges {
    let finder = Finder::new(entries);
    let count = entries.iter().map(|entry| entry.asked.len()).sum();
    let mut edges = Edges { starts: Vec::with_capacity(entries.len() + 1), targets: Vec::with_capacity(count) };
    edges.starts.push(0);
    for entry in entries {
        edges.targets.extend(entry.asked.iter().map(|asked| finder.find(asked)));
        edges.starts.push(edges.targets.len() as u32);
    }
    edges
}

const NONE: u32 = u32::MAX;

/// The entries by name: the last of each, and before each the one of the same name.
struct Finder<'a> {
    entries: &'a [Entry<'a>],
    last: FxHashMap<&'a str, u32>,
    before: Vec<u32>,
}

impl<'a> Finder<'a> {
    fn new(entries: &'a [Entry<'a>]) -> Finder<'a> {
        let mut last = FxHashMap::with_capacity_and_hasher(entries.len(), FxBuildHasher);
        let number = |(entry, index): (&'a Entry<'a>, u32)| last.insert(entry.package.name.as_str(), index).unwrap_or(NONE);
        let before = entries.iter().zip(0..).map(number).collect();
        Finder { entries, last, before }
    }

    fn named(&self, name: &str) -> impl Iterator<Item = u32> + Clone {
        let first = self.last.get(name).copied().filter(|&index| index != NONE);
        std::iter::successors(first, |&index| Some(self.before[index as usize]).filter(|&index| index != NONE))
    }

    /// `name`, `name version` or `name version (source)`: without a version there must be one only; without a source the folder of that name and
    /// version is meant, else the one package that is there. Whatever is in doubt leads nowhere, and Cargo resolves it anew.
    fn find(&self, asked: &str) -> Option<u32> {
        let mut words = asked.splitn(3, ' ');
        let (name, version, source) = (words.next()?, words.next(), words.next());
        let mut named = self.named(name);
        let first = named.next()?;
        let alone = named.next().is_none();
        let Some(version) = version else {
            return (alone || self.same_version(name)).then(|| self.one(self.named(name))).flatten();
        };
        let fitting = self.named(name).filter(|&index| self.version(index) == Some(version));
        match source.map(|source| source.trim_start_matches('(').trim_end_matches(')')) {
            Some(source) => fitting.clone().find(|&index| self.entries[index as usize].source.as_deref() == Some(source)),
            None if alone => fitting.clone().next().filter(|&index| index == first),
            None => self.one(fitting),
        }
    }

    fn version(&self, index: u32) -> Option<&str> {
        self.entries[index as usize].package.version.as_ref().map(|version| version.as_str())
    }

    fn same_version(&self, name: &str) -> bool {
        let mut versions = self.named(name).map(|index| self.version(index));
        let first = versions.next();
        versions.all(|version| Some(version) == first)
    }

    /// The one folder among them, or the only one.
    fn one(&self, candidates: impl Iterator<Item = u32> + Clone) -> Option<u32> {
        let mut folders =
            candidates.clone().filter(|&index| self.entries[index as usize].package.kind == SourceKind::Workspace).peekable();
        if folders.peek().is_some() { only(folders) } else { only(candidates) }
    }
}

fn only(mut candidates: impl Iterator<Item = u32>) -> Option<u32> {
    candidates.next().filter(|_| candidates.next().is_none())
}
