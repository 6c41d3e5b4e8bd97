//! Go's versions: Semantic Versioning with a `v` in front, pseudo-versions and `+incompatible` included. What `go.mod` asks for is a
//! minimum, and the lists of a module graph hold the one that was chosen (Go Modules Reference, "Versions").

use std::cmp::Ordering;

use semver::Version;

use crate::go::half;

fn parse(text: &str) -> Option<Version> {
    Version::parse(half(text.trim()).0.strip_prefix('v')?).ok()
}

pub(super) fn satisfies(range: &str, version: &str) -> Option<bool> {
    let (minimum, version) = (parse(range)?, parse(version)?);
    Some(version.cmp_precedence(&minimum).is_ge())
}

pub(super) fn compare(one: &str, other: &str) -> Option<Ordering> {
    Some(parse(one)?.cmp_precedence(&parse(other)?))
}

pub(super) fn exact(spec: &str) -> Option<String> {
    parse(spec).map(|_| spec.trim().to_owned())
}
