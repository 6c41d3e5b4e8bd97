//! Cargo's flavour of Semantic Versioning, as the `semver` crate reads it.

use std::cmp::Ordering;

use semver::{Comparator, Op, Version, VersionReq};

pub(super) fn satisfies(range: &str, version: &str) -> Option<bool> {
    Some(VersionReq::parse(range).ok()?.matches(&Version::parse(version).ok()?))
}

pub(super) fn compare(one: &str, other: &str) -> Option<Ordering> {
    Some(Version::parse(one).ok()?.cmp_precedence(&Version::parse(other).ok()?))
}

pub(super) fn exact(spec: &str) -> Option<String> {
    let request = VersionReq::parse(spec).ok()?;
    let [Comparator { op: Op::Exact, major, minor: Some(minor), patch: Some(patch), pre }] = request.comparators.as_slice() else {
        return None;
    };
    let hyphen = if pre.is_empty() { "" } else { "-" };
    Some(format!("{major}.{minor}.{patch}{hyphen}{pre}"))
}
