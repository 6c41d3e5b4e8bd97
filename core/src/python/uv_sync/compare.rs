//! Two lists of requirements, held against each other.

use std::collections::BTreeSet;
use std::str::FromStr as _;

use pep440_rs::{Version, VersionSpecifiers};

use super::super::condition::{equivalent, implies, never};
use super::requirement::{Index, Requirement, Source};
use super::{Disagreement, Place};
use crate::text::Span;

/// Matches what is asked for with the copy; what is left over on either side is told.
pub(super) fn compare(
    asked: &[Requirement<'_>],
    copied: &[Requirement<'_>],
    place: Span,
    python: &str,
    kind: &str,
) -> Vec<Disagreement> {
    let unknown: BTreeSet<&str> =
        asked.iter().filter(|asked| asked.source == Source::Unknown).map(|asked| asked.name.as_str()).collect();
    let judged = |requirement: &&Requirement<'_>| !unknown.contains(requirement.name.as_str());
    let meets = |asked: &Requirement<'_>, copy: &Requirement<'_>| difference(asked, copy, python).is_none();
    // One that is asked for twice over is one, and one that another one says already is none.
    let is_met = |asked: &Requirement<'_>| copied.iter().any(|copy| meets(asked, copy));
    let is_asked = |copy: &Requirement<'_>| asked.iter().any(|asked| meets(asked, copy));
    let said = |requirement: &Requirement<'_>, all: &[Requirement<'_>]| {
        all.iter().any(|other| !std::ptr::eq(other, requirement) && says(other, requirement, python))
    };
    let mut found = Vec::new();
    for asked in asked.iter().filter(judged).filter(|one| !is_met(one) && !said(one, asked) && !is_nowhere(one, python)) {
        let other = copied.iter().find(|copy| copy.name == asked.name && !is_asked(copy));
        let what = match other {
            Some(copy) => difference(asked, copy, python).unwrap_or_default(),
            None => "it is asked for, and the lockfile's copy does not have it".to_owned(),
        };
        found.push(Disagreement {
            what: format!("`{}`{kind}: {what}", asked.shown),
            place: Place::Manifest(asked.span),
            name: Some(asked.name.as_str().into()),
            copied: Some(other.map_or(place, |copy| copy.span)),
        });
    }
    let told: BTreeSet<String> = found.iter().filter_map(|found| found.name.as_ref().map(ToString::to_string)).collect();
    for copy in copied.iter().filter(judged).filter(|copy| !told.contains(&copy.name) && !is_asked(copy) && !said(copy, copied)) {
        found.push(Disagreement {
            what: format!("`{}`{kind}: the lockfile's copy has it, and it is not asked for", copy.shown),
            place: Place::Lockfile(copy.span),
            name: Some(copy.name.as_str().into()),
            copied: None,
        });
    }
    found
}

/// What tells two requirements apart, if anything certainly does.
fn difference(asked: &Requirement<'_>, copy: &Requirement<'_>, python: &str) -> Option<String> {
    if asked.name != copy.name {
        return Some("another name".to_owned());
    }
    if asked.extras != copy.extras {
        return Some("other extras are locked than are asked for".to_owned());
    }
    if asked.source != Source::Anywhere && asked.source != copy.source {
        return Some("it comes from another kind of place than when it was locked".to_owned());
    }
    let bound =
        asked.source == Source::Registry && asked.index.as_ref().zip(copy.index.as_ref()).is_some_and(|(one, two)| one != two);
    if bound {
        return Some("it is bound to another index than when it was locked".to_owned());
    }
    let same = match (specifiers(&asked.specifier), specifiers(&copy.specifier)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    // Where an address takes the place of versions, uv leaves these out.
    if !same && matches!(copy.source, Source::Registry) {
        let shown = |text: &str| if text.is_empty() { "any version".to_owned() } else { format!("`{text}`") };
        return Some(format!("{} is asked for, and {} was when it was locked", shown(&asked.specifier), shown(&copy.specifier)));
    }
    if equivalent(asked.marker.as_deref(), copy.marker.as_deref(), python) == Some(false) {
        return Some("it is asked for under another condition than when it was locked".to_owned());
    }
    None
}

/// Whether one requirement leaves nothing for another one to say: it holds wherever the other one does, and is no wider.
fn says(one: &Requirement<'_>, other: &Requirement<'_>, python: &str) -> bool {
    let registries = one.source == Source::Registry && other.source == Source::Registry && one.index == other.index;
    // Of two that say the same, neither takes the other's place.
    let differ = difference(one, other, python).is_some();
    registries
        && differ
        && one.name == other.name
        && one.extras.is_superset(&other.extras)
        && is_within(&one.specifier, &other.specifier)
        && implies(other.marker.as_deref(), one.marker.as_deref(), python) == Some(true)
}

/// Whether a requirement holds nowhere. uv leaves it out where a table of sources says where it comes from.
fn is_nowhere(requirement: &Requirement<'_>, python: &str) -> bool {
    let placed = requirement.source != Source::Registry || requirement.index != Some(Index::Any);
    placed && never(requirement.marker.as_deref(), python)
}

/// Whether every version of the first range is one of the second, by the versions about each bound.
fn is_within(inner: &str, outer: &str) -> bool {
    let (Ok(inner), Ok(outer)) = (VersionSpecifiers::from_str(inner), VersionSpecifiers::from_str(outer)) else { return false };
    let bounds = inner.iter().chain(outer.iter()).flat_map(|specifier| about(specifier.version()));
    let far = [Version::new([0]), Version::new([u64::from(u32::MAX)])];
    bounds.chain(far).all(|version| !inner.contains(&version) || outer.contains(&version))
}

/// A version, and those that are next to it.
fn about(version: &Version) -> Vec<Version> {
    let release = version.release();
    let last = |change: fn(u64) -> u64| {
        let (end, rest) = release.split_last()?;
        Some(Version::new(rest.iter().copied().chain([change(*end)])))
    };
    let next = last(|end| end.saturating_add(1));
    let before = last(|end| end.saturating_sub(1));
    let below = Version::new(release.iter().copied().chain([1]));
    next.into_iter().chain(before).chain([version.clone(), below]).collect()
}

/// The clauses of a specifier, versions in one spelling.
fn specifiers(text: &str) -> Option<BTreeSet<String>> {
    let specifiers = VersionSpecifiers::from_str(text).ok()?;
    let one = |specifier: &pep440_rs::VersionSpecifier| {
        let text = specifier.to_string();
        // Zeros at the end mean something to these, and nothing to the others.
        let counts =
            text.ends_with(".*") || text.starts_with("~=") || text.starts_with("===") || specifier.version().any_prerelease();
        let mut shown = text;
        while let (false, Some(shorter)) = (counts, shown.strip_suffix(".0").map(str::to_owned)) {
            shown = shorter;
        }
        shown
    };
    Some(specifiers.iter().map(one).collect())
}
