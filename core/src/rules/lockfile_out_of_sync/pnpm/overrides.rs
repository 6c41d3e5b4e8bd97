//! Overrides in what a manifest asks for.

use super::super::super::prelude::*;
use super::same_spec;
use crate::npm::spec::name_and_range;

/// The overrides that the lockfile was written with, as far as they may concern one manifest: pnpm follows them for what members ask for, too, and
/// copies what came of it.
pub(super) struct Overrides<'l> {
    found: Vec<Override<'l>>,
}

struct Override<'l> {
    name: &'l str,
    /// Whether it concerns every version of the name, so that it counts without a doubt.
    certain: bool,
    value: &'l str,
}

impl<'l> Overrides<'l> {
    pub(super) fn of(lockfile: &'l Lockfile, asking: &Manifest) -> Overrides<'l> {
        let stated = lockfile.facts.iter().filter_map(|(key, value)| Some((key.strip_prefix("override ")?, value.as_str())));
        let own_name = asking.name.as_ref().map(|name| name.as_str());
        let found = stated.filter_map(|(key, value)| {
            let (parent, target) = parted(key);
            let (parent, (name, range)) = (parent.map(name_and_range), name_and_range(target));
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

    /// Whether any is about what is asked for.
    pub(super) fn concern(&self, asked: &Dependency) -> bool {
        self.on(asked).next().is_some()
    }

    /// Whether nothing may be left of what is asked for.
    pub(super) fn may_remove(&self, asked: &Dependency) -> bool {
        self.on(asked).any(|one| one.value == "-")
    }

    /// Whether the lockfile's copy may be what is asked for, with what stands in its place.
    pub(super) fn may_come_to(&self, copied: &Dependency, asked: &Dependency) -> bool {
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
