//! Two lists of requirements, held against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::super::condition::{equivalent, holding, never};
use super::requirement::{Index, Requirement, Source};
use super::{Disagreement, Place, versions};
use crate::text::Span;

/// Matches what is asked for with the copy; what is left over on either side is told.
pub(super) fn compare(
    asked: &[Requirement<'_>],
    copied: &[Requirement<'_>],
    place: Span,
    python: &str,
    kind: &str,
) -> Vec<Disagreement> {
    let left = Left::of(asked, copied, python);
    let mut found: Vec<Disagreement> = asked.iter().filter_map(|asked| refused(asked, kind)).collect();
    for asked in &left.asked {
        let other = left.copied.iter().find(|copy| copy.name == asked.name);
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
    let told: BTreeSet<&str> = left.asked.iter().map(|asked| asked.name.as_str()).collect();
    for copy in left.copied.iter().filter(|copy| !told.contains(copy.name.as_str())) {
        found.push(Disagreement {
            what: format!("`{}`{kind}: the lockfile's copy has it, and it is not asked for", copy.shown),
            place: Place::Lockfile(copy.span),
            name: Some(copy.name.as_str().into()),
            copied: None,
        });
    }
    found
}

/// A requirement whose place uv refuses.
fn refused(asked: &Requirement<'_>, kind: &str) -> Option<Disagreement> {
    Some(Disagreement {
        what: format!("`{}`{kind}: {}", asked.shown, asked.fault.as_ref()?),
        place: Place::Manifest(asked.span),
        name: Some(asked.name.as_str().into()),
        copied: None,
    })
}

/// What neither stands on the other side nor comes to the same there.
struct Left<'a, 'v> {
    asked: Vec<&'a Requirement<'v>>,
    copied: Vec<&'a Requirement<'v>>,
}

impl<'a, 'v> Left<'a, 'v> {
    fn of(asked: &'a [Requirement<'v>], copied: &'a [Requirement<'v>], python: &str) -> Left<'a, 'v> {
        let unknown: BTreeSet<&str> = asked.iter().filter(|asked| asked.is_unknown()).map(|asked| asked.name.as_str()).collect();
        let meets = |asked: &Requirement<'_>, copy: &Requirement<'_>| difference(asked, copy, python).is_none();
        let is_met = |asked: &&Requirement<'_>| copied.iter().any(|copy| meets(asked, copy)) || is_nowhere(asked);
        let is_asked = |copy: &&Requirement<'_>| asked.iter().any(|asked| meets(asked, copy));
        let judged = |requirement: &&Requirement<'_>| !unknown.contains(requirement.name.as_str());
        let mut left = Left {
            asked: asked.iter().filter(judged).filter(|asked| !is_met(asked)).collect(),
            copied: copied.iter().filter(judged).filter(|copy| !is_asked(copy)).collect(),
        };
        let names: BTreeSet<&str> = left.asked.iter().chain(&left.copied).map(|left| left.name.as_str()).collect();
        let same: BTreeSet<&str> = names
            .into_iter()
            .filter(|name| {
                let named = |all: &'a [Requirement<'v>]| all.iter().filter(|one| one.name == *name).collect::<Vec<_>>();
                come_to_the_same(&named(asked), &named(copied), python)
            })
            .collect();
        left.asked.retain(|asked| !same.contains(asked.name.as_str()));
        left.copied.retain(|copy| !same.contains(copy.name.as_str()));
        left
    }
}

/// What tells two requirements apart, if anything certainly does.
fn difference(asked: &Requirement<'_>, copy: &Requirement<'_>, python: &str) -> Option<String> {
    if asked.name != copy.name {
        return Some("another name".to_owned());
    }
    if asked.extras != copy.extras && asked.source != Source::Anywhere {
        return Some("other extras are locked than are asked for".to_owned());
    }
    if asked.source != Source::Anywhere && !asked.source.is_kind_of(&copy.source) {
        return Some("it comes from another kind of place than when it was locked".to_owned());
    }
    if asked.source != Source::Anywhere && !asked.source.fits(&copy.source) {
        return Some("it comes from another place than when it was locked".to_owned());
    }
    if asked.source == Source::Registry && asked.index.as_ref().zip(copy.index.as_ref()).is_some_and(|(one, two)| one != two) {
        return Some("it is bound to another index than when it was locked".to_owned());
    }
    // Where an address takes the place of versions, uv leaves these out.
    if copy.source == Source::Registry && !versions::same(&asked.specifier, &copy.specifier) {
        let shown = |text: &str| if text.is_empty() { "any version".to_owned() } else { format!("`{text}`") };
        return Some(format!("{} is asked for, and {} was when it was locked", shown(&asked.specifier), shown(&copy.specifier)));
    }
    if equivalent(asked.marker.as_deref(), copy.marker.as_deref(), python) == Some(false) {
        return Some("it is asked for under another condition than when it was locked".to_owned());
    }
    None
}

/// Whether a requirement holds nowhere, whatever the project's range of Python. uv leaves it out where a table of sources says where it
/// comes from, and as a bound.
fn is_nowhere(requirement: &Requirement<'_>) -> bool {
    let left_out = requirement.lowered || requirement.source == Source::Anywhere;
    left_out && never(requirement.marker.as_deref(), "")
}

/// Whether requirements of one name ask for the same altogether: uv joins those that do not name an extra in their conditions. What cannot
/// be told is taken to.
fn come_to_the_same(asked: &[&Requirement<'_>], copied: &[&Requirement<'_>], python: &str) -> bool {
    if asked.is_empty() || copied.is_empty() {
        return false;
    }
    let markers: Vec<Option<&str>> = asked.iter().chain(copied).map(|requirement| requirement.marker.as_deref()).collect();
    let Some(holding) = holding(&markers, python) else { return true };
    let columns: Vec<Vec<bool>> = (0..markers.len()).map(|at| holding.iter().map(|row| row[at]).collect()).collect();
    let (of_asked, of_copied) = columns.split_at(asked.len());
    // Those that hold nowhere within the project's range of Python count, too.
    let sources = |all: &[&Requirement<'_>]| all.iter().map(|one| known(one, copied).clone()).collect::<BTreeSet<Source>>();
    if sources(asked) != sources(copied) {
        return false;
    }
    (0..holding.len()).all(|environment| {
        let [asked, copied] =
            [(asked, of_asked), (copied, of_copied)].map(|(all, columns)| joined(all, columns, environment, copied));
        asked.len() == copied.len()
            && asked.iter().all(|(key, one)| {
                copied.get(key).is_some_and(|other| {
                    one.extras == other.extras && versions::same(&one.specifiers.join(","), &other.specifiers.join(","))
                })
            })
    })
}

/// What requirements that hold together ask for.
#[derive(Default)]
struct Joined<'a> {
    extras: BTreeSet<&'a str>,
    specifiers: Vec<&'a str>,
}

/// What is not joined: the source, the condition if it names an extra, and one version alone.
type Key<'a> = (&'a Source, Option<&'a Index>, Option<&'a [bool]>, &'a str);

fn joined<'a>(
    all: &[&'a Requirement<'_>],
    columns: &'a [Vec<bool>],
    environment: usize,
    copied: &[&'a Requirement<'_>],
) -> BTreeMap<Key<'a>, Joined<'a>> {
    let mut found: BTreeMap<Key<'a>, Joined<'a>> = BTreeMap::new();
    for (requirement, column) in all.iter().zip(columns).filter(|(_, column)| column[environment]) {
        let of_extra = requirement.marker.as_deref().is_some_and(|marker| marker.contains("extra"));
        let pin = if versions::is_pinned(&requirement.specifier) { &*requirement.specifier } else { "" };
        let index = requirement.index.as_ref().filter(|_| requirement.source != Source::Anywhere);
        let key = (known(requirement, copied), index, of_extra.then_some(&**column), pin);
        let joined = found.entry(key).or_default();
        joined.extras.extend(requirement.extras.iter().map(String::as_str));
        if !requirement.specifier.is_empty() {
            joined.specifiers.push(&requirement.specifier);
        }
    }
    found
}

/// Where a requirement comes from: what is not known of a place may be what the lockfile has.
fn known<'a>(requirement: &'a Requirement<'_>, copied: &[&'a Requirement<'_>]) -> &'a Source {
    if requirement.source == Source::Anywhere {
        return &Source::Registry;
    }
    let same = copied.iter().find(|copy| requirement.source.fits(&copy.source));
    same.map_or(&requirement.source, |copy| &copy.source)
}
