//! Groups of development dependencies, each with what it includes.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;

use pep440_rs::VersionSpecifiers;

use super::compare::compare;
use super::requirement::{Requirement, both, copied, read};
use super::sources::{Within, with_source};
use super::{Around, Disagreement, Place};
use crate::syntax::toml::Value;
use crate::text::Span;
use crate::versions::pypi::normalized;

/// What the groups and the lockfile's copy of them disagree about.
pub(super) fn groups(
    manifest: Value<'_>,
    around: &Around<'_>,
    copy: Option<Value<'_>>,
    place: Span,
    python: &str,
) -> Vec<Disagreement> {
    let mut asked = asked(manifest, around);
    let mut found = Vec::new();
    for (name, list) in copy.into_iter().flat_map(Value::members) {
        let Some(name) = name.string().map(|name| normalized(&name).into_owned()) else { continue };
        let kind = format!(" (group `{name}`)");
        match asked.remove(&name) {
            Some(asked) => found.extend(compare(&asked.list, &copied(Some(list)), list.span(), python, &kind)),
            None => found.push(Disagreement {
                what: format!("the lockfile has a group `{name}`, and the project has none"),
                place: Place::Lockfile(list.span()),
                name: None,
                copied: None,
            }),
        }
    }
    for (name, Asked { place: span, list }) in asked {
        let kind = format!(" (group `{name}`)");
        if list.is_empty() {
            found.push(Disagreement {
                what: format!("the lockfile does not know the group `{name}`"),
                place: Place::Manifest(span),
                name: None,
                copied: Some(place),
            });
        }
        found.extend(compare(&list, &[], place, python, &kind));
    }
    found
}

/// A group of the manifest.
struct Asked<'a> {
    place: Span,
    list: Vec<Requirement<'a>>,
}

/// The groups by their normalised names: the standard's, and those of uv's own older table.
fn asked<'a>(manifest: Value<'a>, around: &Around<'a>) -> BTreeMap<String, Asked<'a>> {
    let mut asked: BTreeMap<String, Asked<'a>> = BTreeMap::new();
    for (key, _) in manifest.get("dependency-groups").into_iter().flat_map(Value::members) {
        let Some(name) = key.string() else { continue };
        let within = Within { extra: None, group: Some(&name) };
        let list = group(manifest, &name, &mut BTreeSet::new());
        let list = list.into_iter().flat_map(|requirement| with_source(requirement, manifest, around, within)).collect();
        asked.insert(normalized(&name).into_owned(), Asked { place: key.inner(), list });
    }
    if let Some((key, list)) = manifest.get_path(&["tool", "uv"]).and_then(|table| table.member("dev-dependencies")) {
        let items = list.items().filter_map(|item| read(item, None));
        let dev = asked.entry("dev".to_owned()).or_insert_with(|| Asked { place: key.inner(), list: Vec::new() });
        let within = Within { extra: None, group: Some("dev") };
        dev.list.extend(items.flat_map(|requirement| with_source(requirement, manifest, around, within)));
    }
    asked
}

fn group<'a>(manifest: Value<'a>, name: &str, seen: &mut BTreeSet<String>) -> Vec<Requirement<'a>> {
    let wanted = normalized(name).into_owned();
    if !seen.insert(wanted.clone()) {
        return Vec::new();
    }
    let groups = manifest.get("dependency-groups").into_iter().flat_map(Value::members);
    let mut lists = groups.filter(|(key, _)| key.string().is_some_and(|key| normalized(&key) == wanted));
    let Some((_, list)) = lists.next() else { return Vec::new() };
    let mut found = Vec::new();
    for item in list.items() {
        match item.get("include-group").and_then(Value::string) {
            Some(other) => found.extend(group(manifest, &other, seen)),
            None => found.extend(read(item, None)),
        }
    }
    seen.remove(&wanted);
    let range = condition(manifest, &wanted);
    found.iter_mut().for_each(|requirement| requirement.marker = both(requirement.marker.take(), range.clone()));
    found
}

/// The range of Python that a group is for, as a condition.
fn condition(manifest: Value<'_>, group: &str) -> Option<String> {
    let mut groups = manifest.get_path(&["tool", "uv", "dependency-groups"])?.members();
    let (_, settings) = groups.find(|(key, _)| key.string().is_some_and(|key| normalized(&key) == group))?;
    let range = VersionSpecifiers::from_str(&settings.get("requires-python")?.string()?).ok()?;
    let clauses: Vec<String> = range.iter().map(|clause| clause_of(&clause.to_string())).collect();
    Some(clauses.join(" and ")).filter(|clauses| !clauses.is_empty())
}

fn clause_of(clause: &str) -> String {
    let version = clause.find(|sign: char| sign.is_ascii_digit()).unwrap_or(clause.len());
    format!("python_full_version {} '{}'", clause[..version].trim(), &clause[version..])
}
