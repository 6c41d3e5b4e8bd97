//! Manifests that uv refuses to read, whatever the lockfile says.

use std::collections::BTreeSet;
use std::str::FromStr as _;

use pep440_rs::{Version, VersionSpecifiers};

use super::super::requirement::parse;
use super::{Disagreement, Place};
use crate::syntax::toml::Value;
use crate::text::Span;
use crate::versions::pypi::normalized;

/// Why uv refuses a manifest, if it does.
pub(crate) fn refused(manifest: Value<'_>) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let mut add = |what: String, span: Span| {
        found.push(Disagreement { what, place: Place::Manifest(span), name: None, copied: None });
    };
    if let Some(project) = manifest.get("project") {
        about(project, &mut add);
    }
    groups(manifest, &mut add);
    sources(manifest, &mut add);
    for path in [&["project", "dependencies"][..], &["tool", "uv", "constraint-dependencies"], &["tool", "uv", "dev-dependencies"]]
    {
        requirements(manifest.get_path(path), &mut add);
    }
    for (_, list) in manifest.get_path(&["project", "optional-dependencies"]).into_iter().flat_map(Value::members) {
        requirements(Some(list), &mut add);
    }
    found
}

/// Takes a fault and its place.
type Add<'f> = dyn FnMut(String, Span) + 'f;

fn about(project: Value<'_>, add: &mut Add<'_>) {
    let text = |key: &str| project.get(key).and_then(|value| Some((value, value.string()?)));
    let is_dynamic = |field: &str| project.get("dynamic").into_iter().flat_map(Value::items).any(|name| name.is(field));
    if project.get("name").is_none() {
        add("the project has no name".to_owned(), project.span());
    }
    match text("version") {
        Some((value, version)) if Version::from_str(&version).is_err() => {
            add(format!("`{version}` is no version"), value.inner());
        }
        None if project.get("version").is_none() && !is_dynamic("version") => {
            add("the project has no version, and does not leave it to its building (`dynamic`)".to_owned(), project.span());
        }
        _ => {}
    }
    if let Some((value, range)) = text("requires-python").filter(|(_, range)| VersionSpecifiers::from_str(range).is_err()) {
        add(format!("`{range}` is no range of versions"), value.inner());
    }
}

fn requirements(list: Option<Value<'_>>, add: &mut Add<'_>) {
    for item in list.into_iter().flat_map(Value::items) {
        match item.string() {
            Some(text) if is_requirement(&text) => {}
            _ => add(format!("`{}` is no requirement", item.raw()), item.span()),
        }
    }
}

fn is_requirement(text: &str) -> bool {
    parse(text).is_ok_and(|requirement| {
        requirement.specifier.text.is_empty() || VersionSpecifiers::from_str(requirement.specifier.text).is_ok()
    })
}

fn groups(manifest: Value<'_>, add: &mut Add<'_>) {
    let name = |key: Value<'_>| key.string().map(|name| normalized(&name).into_owned());
    let table = || manifest.get("dependency-groups").into_iter().flat_map(Value::members);
    let mut names: BTreeSet<String> = BTreeSet::new();
    for (key, list) in table() {
        if !name(key).is_none_or(|name| names.insert(name)) {
            add(format!("the group `{}` is there twice", key.raw()), key.inner());
        }
        if !list.is_array() {
            add(format!("the group `{}` is no list", key.raw()), list.span());
        }
    }
    for (key, list) in table() {
        for item in list.items() {
            let include = item.get("include-group");
            match include.and_then(name) {
                Some(other) if !names.contains(&other) => {
                    add(format!("there is no group `{other}` to include"), item.span());
                }
                Some(other) if name(key).is_some_and(|own| includes(manifest, &other, &own, &mut BTreeSet::new())) => {
                    add(format!("the group `{}` includes itself", key.raw()), item.span());
                }
                Some(_) => {}
                None => requirements_of_group(item, add),
            }
        }
    }
    let settings = manifest.get_path(&["tool", "uv", "dependency-groups"]).into_iter().flat_map(Value::members);
    let unknown = |key: Value<'_>| name(key).is_some_and(|name| !names.contains(&name));
    for (key, _) in settings.filter(|(key, _)| unknown(*key)) {
        add(format!("there is no group `{}`", key.raw()), key.inner());
    }
    if manifest.get_path(&["tool", "uv", "dev-dependencies"]).is_some() {
        names.insert("dev".to_owned());
    }
    let defaults = manifest.get_path(&["tool", "uv", "default-groups"]).into_iter().flat_map(Value::items);
    for item in defaults.filter(|item| name(*item).is_some_and(|name| !names.contains(&name))) {
        add(format!("there is no group `{}` to install by default", item.raw()), item.span());
    }
}

fn requirements_of_group(item: Value<'_>, add: &mut Add<'_>) {
    if !item.string().is_some_and(|text| is_requirement(&text)) {
        add(format!("`{}` is no requirement", item.raw()), item.span());
    }
}

/// Whether a group is another one, or includes it.
fn includes(manifest: Value<'_>, group: &str, wanted: &str, seen: &mut BTreeSet<String>) -> bool {
    if group == wanted {
        return true;
    }
    if !seen.insert(group.to_owned()) {
        return false;
    }
    let groups = manifest.get("dependency-groups").into_iter().flat_map(Value::members);
    let lists = groups.filter(|(key, _)| key.string().is_some_and(|key| normalized(&key) == group));
    let others: Vec<String> = lists
        .flat_map(|(_, list)| list.items())
        .filter_map(|item| Some(normalized(&item.get("include-group")?.string()?).into_owned()))
        .collect();
    others.iter().any(|other| includes(manifest, other, wanted, seen))
}

/// The places that a source may name.
const PLACES: [&str; 5] = ["git", "url", "path", "index", "workspace"];

/// What else a source may say.
const CHOICES: [&str; 10] = ["subdirectory", "rev", "tag", "branch", "lfs", "editable", "package", "marker", "extra", "group"];

fn sources(manifest: Value<'_>, add: &mut Add<'_>) {
    for (key, source) in manifest.get_path(&["tool", "uv", "sources"]).into_iter().flat_map(Value::members) {
        let all: Vec<Value<'_>> = if source.is_array() { source.items().collect() } else { vec![source] };
        let unknown = |source: &Value<'_>| {
            let known = |key: Value<'_>| PLACES.iter().chain(&CHOICES).any(|known| key.is(known));
            source.members().any(|(key, _)| !known(key)) || !PLACES.iter().any(|place| source.get(place).is_some())
        };
        if all.is_empty() || all.iter().any(unknown) {
            add(format!("the source of `{}` is none that uv reads", key.raw()), source.span());
        }
        let Some(name) = key.string() else { continue };
        for source in all {
            for (place, list) in [("extra", &["project", "optional-dependencies"][..]), ("group", &["dependency-groups"])] {
                let old = place == "group" && manifest.get_path(&["tool", "uv", "dev-dependencies"]).is_some();
                if let Some(of) = source.get(place).filter(|of| !old && !is_listed(manifest.get_path(list), *of, &name)) {
                    add(format!("the {place} `{}` does not ask for `{name}`, and a source says it does", of.raw()), of.span());
                }
            }
        }
    }
}

/// Whether a list of a table asks for a package, or what it includes may.
fn is_listed(lists: Option<Value<'_>>, list: Value<'_>, name: &str) -> bool {
    let Some(list) = list.string() else { return true };
    let mut lists = lists.into_iter().flat_map(Value::members);
    let found = lists.find(|(key, _)| key.string().is_some_and(|key| normalized(&key) == normalized(&list)));
    found.is_some_and(|(_, items)| {
        items.items().any(|item| match item.string() {
            Some(text) => parse(&text).is_ok_and(|requirement| normalized(requirement.name.text) == normalized(name)),
            None => true,
        })
    })
}
