//! Versions and ranges, each in its ecosystem's grammar: npm's own reading, PEP 440, Cargo's flavour of Semantic Versioning, Go's.

mod cargo;
mod go;
mod poetry;
pub mod pypi;

use std::cmp::Ordering;

use crate::model::Ecosystem;
use crate::npm::version as npm;

/// Whether a version lies within a range, prereleases that were not asked for left out. `None`: one of the two is none.
#[must_use]
pub fn satisfies(ecosystem: Ecosystem, range: &str, version: &str) -> Option<bool> {
    match ecosystem {
        Ecosystem::Npm => npm::satisfies_str(range, version),
        Ecosystem::Pypi => pypi::satisfies(range, version),
        Ecosystem::Cargo => cargo::satisfies(range, version),
        Ecosystem::Go => go::satisfies(range, version),
    }
}

/// Whether a lockfile may have this version for that range: as [`satisfies`], and for Python prereleases as well, which a manager takes when
/// it is told to, or finds no other.
#[must_use]
pub fn admits(ecosystem: Ecosystem, range: &str, version: &str) -> Option<bool> {
    match ecosystem {
        Ecosystem::Pypi => pypi::within(range, version),
        _ => satisfies(ecosystem, range, version),
    }
}

/// Which of two versions is newer. `None` if one of them is not a version.
#[must_use]
pub fn compare(ecosystem: Ecosystem, one: &str, other: &str) -> Option<Ordering> {
    match ecosystem {
        Ecosystem::Npm => npm::compare(one, other),
        Ecosystem::Pypi => pypi::compare(one, other),
        Ecosystem::Cargo => cargo::compare(one, other),
        Ecosystem::Go => go::compare(one, other),
    }
}

/// The one version that a spec names, in canonical text; `None` if it admits more than one.
#[must_use]
pub fn exact(ecosystem: Ecosystem, spec: &str) -> Option<String> {
    match ecosystem {
        Ecosystem::Npm => npm::exact(spec),
        Ecosystem::Pypi => pypi::exact(spec),
        Ecosystem::Cargo => cargo::exact(spec),
        Ecosystem::Go => go::exact(spec),
    }
}

/// The spec that names exactly one version, as people write it.
#[must_use]
pub fn pinned(ecosystem: Ecosystem, version: &str) -> String {
    match ecosystem {
        Ecosystem::Npm | Ecosystem::Go => version.to_owned(),
        Ecosystem::Pypi => format!("=={version}"),
        Ecosystem::Cargo => format!("={version}"),
    }
}

/// The newest of `versions` within `range`: what a range is pinned to. The first of equals; releases before prereleases.
#[must_use]
pub fn highest_match<'v>(ecosystem: Ecosystem, range: &str, versions: impl IntoIterator<Item = &'v str>) -> Option<&'v str> {
    if ecosystem == Ecosystem::Npm {
        return npm::highest_match(range, versions);
    }
    let fitting = versions.into_iter().filter(|version| satisfies(ecosystem, range, version) == Some(true));
    fitting.fold(None, |best: Option<&str>, version| match best {
        Some(best) if compare(ecosystem, best, version) != Some(Ordering::Less) => Some(best),
        _ => Some(version),
    })
}

/// Whether two texts name one version (`1.0` and `1.0.0` do for PEP 440).
#[must_use]
pub fn is_same(ecosystem: Ecosystem, one: &str, other: &str) -> bool {
    one == other || compare(ecosystem, one, other) == Some(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ecosystem_has_its_grammar() {
        use Ecosystem::{Cargo, Go, Npm, Pypi};
        for (ecosystem, range, version, expected) in [
            (Npm, "^1.2.0", "1.9.0", Some(true)),
            (Pypi, ">=1.2,<2", "1.9", Some(true)),
            (Pypi, "~=1.2", "2.0", Some(false)),
            (Pypi, "", "3.0", Some(true)),
            (Pypi, "==1.0", "1.0.0", Some(true)),
            (Pypi, ">=1.0", "2.0rc1", Some(false)),
            (Pypi, ">=2.0rc1", "2.0rc2", Some(true)),
            (Pypi, "===1.0-odd", "1.0-odd", Some(true)),
            (Pypi, "nonsense", "1.0", None),
            (Cargo, "1.2", "1.9.0", Some(true)),
            (Cargo, "1.2", "2.0.0", Some(false)),
            (Cargo, "=1.2.3", "1.2.3", Some(true)),
            (Cargo, "*", "0.1.0", Some(true)),
            (Cargo, ">=1, <3", "2.5.0+build", Some(true)),
            (Go, "v1.2.3", "v1.2.3", Some(true)),
            (Go, "v1.2.3", "v1.3.0", Some(true)),
            (Go, "v1.2.3", "v1.2.2", Some(false)),
        ] {
            assert_eq!(satisfies(ecosystem, range, version), expected, "{ecosystem:?} {range} {version}");
        }
    }

    #[test]
    fn one_version_is_named_or_several() {
        use Ecosystem::{Cargo, Go, Pypi};
        for (ecosystem, spec, expected) in [
            (Pypi, "==1.2.3", Some("1.2.3")),
            (Pypi, " == 1.2.3 ", Some("1.2.3")),
            (Pypi, "===1.2.3", Some("1.2.3")),
            (Pypi, "==1.2.*", None),
            (Pypi, ">=1,==1.2", Some("1.2")),
            (Pypi, ">=1", None),
            (Pypi, "", None),
            (Cargo, "=1.2.3", Some("1.2.3")),
            (Cargo, "1.2.3", None),
            (Cargo, "=1.2", None),
            (Go, "v1.2.3", Some("v1.2.3")),
        ] {
            assert_eq!(exact(ecosystem, spec).as_deref(), expected, "{ecosystem:?} {spec}");
        }
        assert_eq!(highest_match(Pypi, ">=1", ["1.0", "2.0rc1", "1.10", "1.9"]), Some("1.10"));
        assert_eq!(highest_match(Cargo, "1", ["1.0.0", "1.9.0", "1.10.0", "2.0.0"]), Some("1.10.0"));
    }

    #[test]
    fn versions_are_ordered_as_their_managers_order_them() {
        use Ecosystem::{Cargo, Go, Pypi};
        for (ecosystem, older, newer) in [
            (Pypi, "1.9", "1.10"),
            (Pypi, "1.0.dev1", "1.0a1"),
            (Pypi, "1.0", "1.0.post1"),
            (Cargo, "1.0.0-rc.1", "1.0.0"),
            (Go, "v1.2.3", "v1.10.0"),
            (Go, "v0.0.0-20200101000000-aaaaaaaaaaaa", "v0.0.0-20210101000000-aaaaaaaaaaaa"),
            (Go, "v1.0.0-rc1", "v1.0.0"),
        ] {
            assert_eq!(compare(ecosystem, older, newer), Some(Ordering::Less), "{older} {newer}");
        }
        assert!(is_same(Pypi, "1.0", "1.0.0") && !is_same(Cargo, "1.0.0", "1.0.1"));
    }
}
