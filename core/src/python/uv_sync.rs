//! What a project asks for, compared with the copy of it in `uv.lock`, as `uv lock --check` compares them.
//!
//! uv compares sets of requirements, each in a form of its own: names normalised, extras sorted, versions as versions, markers simplified, the
//! table of sources applied. Where it cannot be told here whether two are the same, they are taken to be.
//! Source: `crates/uv-resolver/src/lock/mod.rs` (`Lock::satisfies`).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr as _;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};
use smol_str::SmolStr;

use super::condition::equivalent;
use super::requirement;
use crate::model::Lockfile;
use crate::npm::resolve::normal;
use crate::syntax::toml::Value;
use crate::text::Span;
use crate::versions::pypi::normalized;

/// One thing that the two do not agree about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Disagreement {
    /// In words; starts in lower case, or with a name.
    pub what: String,
    /// Where it shows.
    pub place: Place,
    /// The package that it is about.
    pub name: Option<SmolStr>,
    /// The lockfile's copy.
    pub copied: Option<Span>,
}

/// Which of the two files a place is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Manifest(Span),
    Lockfile(Span),
}

/// A requirement, in the manifest or in the lockfile's copy.
struct Requirement<'a> {
    name: String,
    shown: String,
    extras: BTreeSet<String>,
    specifier: Cow<'a, str>,
    marker: Option<String>,
    source: Source,
    span: Span,
}

#[derive(Debug, PartialEq, Eq)]
enum Source {
    Registry,
    Git,
    Url,
    Path,
    /// A table of sources that is not followed here.
    Unknown,
}

/// What one project's manifest and its entry disagree about. `folder` is the project's, relative to the lockfile's.
pub(crate) fn disagreements(lock: Value<'_>, manifest: Value<'_>, folder: &str) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let python = manifest.get_path(&["project", "requires-python"]).and_then(Value::string);
    let range = python.as_deref().unwrap_or("").to_owned();
    if folder.is_empty() {
        found.extend(options(lock, manifest));
        found.extend(bounds(lock, manifest));
    }
    let Some(project) = manifest.get("project") else {
        if let Some(copy) = lock.get("manifest").filter(|_| folder.is_empty()) {
            found.extend(groups(manifest, copy.get("dependency-groups"), copy.span(), &range));
        }
        return found;
    };
    let Some(entry) = entry(lock, folder) else {
        // An entry that is not found by its folder may be there under its name, and is `membership`'s matter.
        return found;
    };
    found.extend(other_name(project, entry));
    found.extend(other_version(project, entry));
    let metadata = entry.get("metadata");
    let dynamic = |field: &str| project.get("dynamic").into_iter().flat_map(Value::items).any(|name| name.is(field));
    let at = entry.get("name").map_or(entry.span(), Value::inner);
    if !dynamic("dependencies") && !dynamic("optional-dependencies") {
        let asked = asked(project, manifest);
        let copied = copied(metadata.and_then(|metadata| metadata.get("requires-dist")));
        found.extend(compare(asked, copied, at, &range, ""));
        found.extend(other_extras(project, metadata));
    }
    found.extend(groups(manifest, metadata.and_then(|metadata| metadata.get("requires-dev")), at, &range));
    found
}

/// The entry of a project, by its folder.
fn entry<'a>(lock: Value<'a>, folder: &str) -> Option<Value<'a>> {
    let own = |entry: &Value<'a>| {
        let source = entry.get("source")?;
        let path = ["editable", "virtual", "directory"].iter().find_map(|kind| source.get(kind))?.string()?;
        let path = if path == "." { Cow::Borrowed("") } else { Cow::Owned(normal(&path).into_owned()) };
        (path == folder).then_some(())
    };
    lock.get("package")?.items().find(|entry| own(entry).is_some())
}

fn other_version(project: Value<'_>, entry: Value<'_>) -> Option<Disagreement> {
    let (asked, locked) = (project.get("version")?, entry.get("version")?);
    let read = |value: Value<'_>| Version::from_str(&value.string()?).ok();
    let differ = read(asked)? != read(locked)?;
    differ.then(|| Disagreement {
        what: format!("the project's version is {}, and the lockfile has {}", asked.raw(), locked.raw()),
        place: Place::Manifest(asked.inner()),
        name: None,
        copied: Some(locked.inner()),
    })
}

fn other_name(project: Value<'_>, entry: Value<'_>) -> Option<Disagreement> {
    let (asked, locked) = (project.get("name")?, entry.get("name")?);
    (normalized(&asked.string()?) != normalized(&locked.string()?)).then(|| Disagreement {
        what: format!("the project is called `{}`, and `{}` in the lockfile", asked.raw(), locked.raw()),
        place: Place::Manifest(asked.inner()),
        name: None,
        copied: Some(locked.inner()),
    })
}

/// The names of the extras, of which later revisions of the lockfile keep a list.
fn other_extras(project: Value<'_>, metadata: Option<Value<'_>>) -> Option<Disagreement> {
    let copy = metadata?.get("provides-extras");
    let lists = project.get("optional-dependencies").into_iter().flat_map(Value::members);
    let asked: Vec<Value<'_>> = lists.map(|(extra, _)| extra).collect();
    let name = |value: Value<'_>| value.string().map(|name| normalized(&name).into_owned());
    let locked: BTreeSet<String> = copy?.items().filter_map(name).collect();
    let missing = asked.iter().find(|extra| name(**extra).is_some_and(|name| !locked.contains(&name)))?;
    Some(Disagreement {
        what: format!("the lockfile does not know the extra `{}`", missing.raw()),
        place: Place::Manifest(missing.inner()),
        name: None,
        copied: copy.map(Value::span),
    })
}

/// The range of Python: what all projects of the workspace have in common. `manifests`: theirs, the root's first.
pub(crate) fn python<'a>(lock: Value<'_>, manifests: impl Iterator<Item = Value<'a>>) -> Option<Disagreement> {
    let locked = lock.get("requires-python")?;
    let ranges: Vec<Value<'a>> = manifests.filter_map(|manifest| manifest.get_path(&["project", "requires-python"])).collect();
    let (asked, copy) = (bounds_of(ranges.iter().copied())?, bounds_of(std::iter::once(locked))?);
    let place = ranges.first()?;
    (asked != copy).then(|| Disagreement {
        what: format!("the lockfile is for Python `{}`, and the project for another range", locked.raw()),
        place: Place::Manifest(place.inner()),
        name: None,
        copied: Some(locked.inner()),
    })
}

/// The highest lower and the lowest upper bound. `None` where there are other clauses, which uv writes in a way of its own.
fn bounds_of<'a>(ranges: impl Iterator<Item = Value<'a>>) -> Option<[Option<(Version, bool)>; 2]> {
    let [mut lower, mut upper]: [Option<(Version, bool)>; 2] = [None, None];
    for range in ranges {
        for specifier in VersionSpecifiers::from_str(&range.string()?).ok()?.iter() {
            let version = specifier.version().clone();
            match specifier.operator() {
                Operator::GreaterThanEqual | Operator::GreaterThan => {
                    let bound = (version, *specifier.operator() == Operator::GreaterThan);
                    lower = lower.max(Some(bound));
                }
                Operator::LessThan | Operator::LessThanEqual => {
                    let bound = (version, *specifier.operator() == Operator::LessThanEqual);
                    upper = Some(upper.map_or(bound.clone(), |upper| upper.min(bound)));
                }
                _ => return None,
            }
        }
    }
    Some([lower, upper])
}

/// Settings that the lockfile keeps a copy of. One that only the lockfile has may have come from the environment.
fn options(lock: Value<'_>, manifest: Value<'_>) -> Vec<Disagreement> {
    let copy = |key: &str| lock.get_path(&["options", key]);
    let mut found = Vec::new();
    for (key, copied, usual) in
        [("resolution", "resolution-mode", "highest"), ("prerelease", "prerelease-mode", "if-necessary-or-explicit")]
    {
        let Some(set) = manifest.get_path(&["tool", "uv", key]) else { continue };
        let locked = copy(copied).and_then(Value::string).unwrap_or(usual.into());
        if !set.is(&locked) {
            found.push(Disagreement {
                what: format!("`{key}` is `{}`, and was `{locked}` when this was locked", set.raw()),
                place: Place::Manifest(set.inner()),
                name: None,
                copied: copy(copied).map(Value::inner),
            });
        }
    }
    let newest = manifest.get_path(&["tool", "uv", "exclude-newer"]);
    if let Some(set) = newest.filter(|_| copy("exclude-newer").is_none() && copy("exclude-newer-span").is_none()) {
        found.push(Disagreement {
            what: "`exclude-newer` is set, and was not when this was locked".to_owned(),
            place: Place::Manifest(set.inner()),
            name: None,
            copied: None,
        });
    }
    found
}

/// Constraints and overrides of the whole workspace.
fn bounds(lock: Value<'_>, manifest: Value<'_>) -> Vec<Disagreement> {
    let lists = [
        ("constraint-dependencies", "constraints"),
        ("override-dependencies", "overrides"),
        ("build-constraint-dependencies", "build-constraints"),
    ];
    let of_list = |(key, copy): (&str, &str)| {
        let items = manifest.get_path(&["tool", "uv", key]).into_iter().flat_map(Value::items);
        let asked = items.filter_map(|item| read(item, None)).map(|mut asked| {
            asked.source = Source::Unknown;
            asked
        });
        let place = lock.get("manifest").map_or(Span::at(0), Value::span);
        let kind = format!(" (`{key}`)");
        compare(asked.collect(), copied(lock.get_path(&["manifest", copy])), place, "", &kind)
    };
    lists.into_iter().flat_map(of_list).collect()
}

/// What a project asks for, its extras included.
fn asked<'a>(project: Value<'a>, manifest: Value<'a>) -> Vec<Requirement<'a>> {
    let direct = project.get("dependencies").into_iter().flat_map(Value::items).map(|item| (item, None));
    let extras = project.get("optional-dependencies").into_iter().flat_map(Value::members);
    let extras = extras.flat_map(|(extra, list)| list.items().map(move |item| (item, extra.string())));
    let found = direct.chain(extras).filter_map(|(item, extra)| read(item, extra.as_deref()));
    found.map(|requirement| with_source(requirement, manifest)).collect()
}

fn read<'a>(item: Value<'a>, extra: Option<&str>) -> Option<Requirement<'a>> {
    let text = item.string()?;
    let parsed = requirement::parse(&text).ok()?;
    let marker = match (parsed.marker, extra) {
        (Some(marker), Some(extra)) => Some(format!("({}) and extra == '{extra}'", marker.text)),
        (Some(marker), None) => Some(marker.text.to_owned()),
        (None, extra) => extra.map(|extra| format!("extra == '{extra}'")),
    };
    let source = match parsed.url.map(|url| super::direct(&url.spanned(Span::new))) {
        None => Source::Registry,
        Some(crate::spec::Place::Git { .. }) => Source::Git,
        Some(crate::spec::Place::Url(_)) => Source::Url,
        Some(_) => Source::Path,
    };
    Some(Requirement {
        name: normalized(parsed.name.text).into_owned(),
        shown: parsed.name.text.to_owned(),
        extras: parsed.extras.iter().map(|extra| normalized(extra.text).into_owned()).collect(),
        specifier: Cow::Owned(parsed.specifier.text.to_owned()),
        marker,
        source,
        span: item.inner(),
    })
}

fn with_source<'a>(mut requirement: Requirement<'a>, manifest: Value<'a>) -> Requirement<'a> {
    let sources = manifest.get_path(&["tool", "uv", "sources"]).into_iter().flat_map(Value::members);
    let mut named = sources.filter(|(key, _)| key.string().is_some_and(|name| normalized(&name) == requirement.name));
    let Some((_, source)) = named.next() else { return requirement };
    let has = |key: &str| source.get(key).is_some();
    requirement.source = match () {
        () if source.is_array() || ["marker", "extra", "group", "package"].iter().any(|key| has(key)) => Source::Unknown,
        () if has("git") => Source::Git,
        () if has("url") => Source::Url,
        () if has("path") || has("workspace") => Source::Path,
        () => Source::Registry,
    };
    requirement
}

/// The lockfile's copy of a list.
fn copied(list: Option<Value<'_>>) -> Vec<Requirement<'_>> {
    list.into_iter().flat_map(Value::items).filter_map(copy).collect()
}

fn copy(item: Value<'_>) -> Option<Requirement<'_>> {
    let name = item.get("name")?.string()?;
    let has = |key: &str| item.get(key).is_some();
    let source = match () {
        () if has("git") => Source::Git,
        () if has("url") => Source::Url,
        () if ["path", "directory", "editable", "virtual"].iter().any(|key| has(key)) => Source::Path,
        () => Source::Registry,
    };
    let extras = item.get("extras").into_iter().flat_map(Value::items);
    Some(Requirement {
        name: normalized(&name).into_owned(),
        shown: name.into_owned(),
        extras: extras.filter_map(|extra| Some(normalized(&extra.string()?).into_owned())).collect(),
        specifier: item.get("specifier").and_then(Value::string).unwrap_or_default(),
        marker: item.get("marker").and_then(Value::string).map(Cow::into_owned),
        source,
        span: item.span(),
    })
}

/// Groups of development dependencies, each with what it includes.
fn groups(manifest: Value<'_>, copy: Option<Value<'_>>, place: Span, python: &str) -> Vec<Disagreement> {
    let mut asked: BTreeMap<String, Vec<Requirement<'_>>> = BTreeMap::new();
    for (name, _) in manifest.get("dependency-groups").into_iter().flat_map(Value::members) {
        let Some(name) = name.string() else { continue };
        asked.insert(normalized(&name).into_owned(), group(manifest, &name, &mut BTreeSet::new()));
    }
    if let Some(list) = manifest.get_path(&["tool", "uv", "dev-dependencies"]) {
        let items = list.items().filter_map(|item| read(item, None));
        asked.entry("dev".to_owned()).or_default().extend(items.map(|requirement| with_source(requirement, manifest)));
    }
    let mut found = Vec::new();
    for (name, list) in copy.into_iter().flat_map(Value::members) {
        let Some(name) = name.string().map(|name| normalized(&name).into_owned()) else { continue };
        let kind = format!(" (group `{name}`)");
        match asked.remove(&name) {
            Some(asked) => found.extend(compare(asked, copied(Some(list)), list.span(), python, &kind)),
            None if list.items().next().is_none() => {}
            None => found.push(Disagreement {
                what: format!("the lockfile has a group `{name}`, and the project has none"),
                place: Place::Lockfile(list.span()),
                name: None,
                copied: None,
            }),
        }
    }
    for (name, asked) in asked {
        let kind = format!(" (group `{name}`)");
        found.extend(compare(asked, Vec::new(), place, python, &kind));
    }
    found
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
            None => found.extend(read(item, None).map(|requirement| with_source(requirement, manifest))),
        }
    }
    seen.remove(&wanted);
    found
}

/// Matches what is asked for with the copy; what is left over on either side is told.
fn compare(
    asked: Vec<Requirement<'_>>,
    mut copied: Vec<Requirement<'_>>,
    place: Span,
    python: &str,
    kind: &str,
) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let unknown: BTreeSet<String> =
        asked.iter().filter(|asked| asked.source == Source::Unknown && kind.is_empty()).map(|asked| asked.name.clone()).collect();
    let mut met = vec![false; copied.len()];
    for asked in &asked {
        if unknown.contains(&asked.name) {
            continue;
        }
        // One that is asked for twice over is one.
        if let Some(at) = copied.iter().position(|copy| difference(asked, copy, python).is_none()) {
            met[at] = true;
            continue;
        }
        let other = copied.iter().zip(&met).find(|(copy, met)| copy.name == asked.name && !**met);
        let what = match other {
            Some((copy, _)) => difference(asked, copy, python).unwrap_or_default(),
            None => "it is asked for, and the lockfile's copy does not have it".to_owned(),
        };
        found.push(Disagreement {
            what: format!("`{}`{kind}: {what}", asked.shown),
            place: Place::Manifest(asked.span),
            name: Some(asked.name.as_str().into()),
            copied: Some(other.map_or(place, |(copy, _)| copy.span)),
        });
    }
    let told: BTreeSet<String> = found.iter().filter_map(|found| found.name.as_ref().map(ToString::to_string)).collect();
    for (copy, met) in copied.drain(..).zip(met) {
        if !met && !told.contains(&copy.name) && !unknown.contains(&copy.name) {
            found.push(Disagreement {
                what: format!("`{}`{kind}: the lockfile's copy has it, and it is not asked for", copy.shown),
                place: Place::Lockfile(copy.span),
                name: Some(copy.name.as_str().into()),
                copied: None,
            });
        }
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
    if asked.source != Source::Unknown && asked.source != copy.source {
        return Some("it comes from another kind of place than when it was locked".to_owned());
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

/// The clauses of a specifier, versions in one spelling.
fn specifiers(text: &str) -> Option<BTreeSet<String>> {
    let specifiers = VersionSpecifiers::from_str(text).ok()?;
    let one = |specifier: &VersionSpecifier| {
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

/// Which projects are members of the workspace. `folders`: those that there are, with their names.
pub(crate) fn membership(
    lockfile: &Lockfile,
    folders: &[(&str, Option<&str>)],
    is_member: impl Fn(&str) -> bool,
) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let locked: Vec<&str> = lockfile.importers.iter().map(|importer| importer.path.as_str()).collect();
    for (folder, name) in folders {
        let (Some(name), false) = (name, locked.contains(folder)) else { continue };
        found.push(Disagreement {
            what: format!("the project `{name}` is not in the lockfile"),
            place: Place::Lockfile(Span::at(0)),
            name: Some((*name).into()),
            copied: None,
        });
    }
    for importer in lockfile.importers.iter().filter(|importer| !importer.path.is_empty()) {
        if !is_member(&importer.path) {
            found.push(Disagreement {
                what: format!(
                    "`{}` is a member of the workspace in the lockfile, and not by the manifest's patterns",
                    importer.path
                ),
                place: Place::Lockfile(importer.span),
                name: None,
                copied: None,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::toml;

    const LOCK: &str = r#"
version = 1
revision = 3
requires-python = ">=3.9, <4"

[[package]]
name = "demo"
version = "0.1.0"
source = { editable = "." }

[package.metadata]
requires-dist = [
    { name = "attrs", marker = "extra == 'extra'", specifier = ">=22" },
    { name = "colorama", marker = "sys_platform == 'win32'", specifier = ">=0.4" },
    { name = "idna", specifier = ">=3,<4" },
    { name = "requests", extras = ["socks"], specifier = ">=2.31" },
    { name = "six", marker = "python_full_version < '3.12'" },
]
provides-extras = ["extra"]

[package.metadata.requires-dev]
dev = [
    { name = "iniconfig", specifier = ">=2" },
    { name = "toml" },
]
lint = [{ name = "toml" }]
"#;

    const MANIFEST: &str = r#"
[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.9,<4"
dependencies = [
    "idna>=3,<4",
    "colorama>=0.4 ; sys_platform == 'win32'",
    "six ; python_version < '3.12'",
    "requests[socks]>=2.31",
]
[project.optional-dependencies]
extra = ["attrs>=22"]
[dependency-groups]
dev = ["iniconfig>=2", {include-group = "lint"}]
lint = ["toml"]
[tool.other]
"#;

    fn told(lock: &str, manifest: &str) -> Vec<String> {
        let (locked, asked) = (toml::parse(lock), toml::parse(manifest));
        let (lock, asked) = (locked.root(lock), asked.root(manifest));
        let found = disagreements(lock, asked, "").into_iter().chain(python(lock, std::iter::once(asked)));
        found.map(|found| found.what).collect()
    }

    /// What uv 0.13.9 says of the same edits, by `uv lock --check`: it refuses those that have words here, and passes the others.
    #[test]
    fn edits_are_judged_as_uv_judges_them() {
        for (from, to, expected) in [
            ("", "", ""),
            ("\"idna>=3,<4\"", "\"IDNA <4, >=3.0\"", ""),
            ("    \"idna>=3,<4\",\n", "", "`idna`: the lockfile's copy has it, and it is not asked for"),
            ("\"idna>=3,<4\"", "\"idna>=3.4\"", "`idna`: `>=3.4` is asked for, and `>=3,<4` was when it was locked"),
            ("\"idna>=3,<4\"", "\"idna>=3,<4\", \"tomli\"", "`tomli`: it is asked for, and the lockfile's copy does not have it"),
            (
                "\"idna>=3,<4\"",
                "\"idna @ https://files.test/idna-3.0.whl\"",
                "`idna`: it comes from another kind of place than when it was locked",
            ),
            ("sys_platform == 'win32'", "platform_system == \\\"Windows\\\"", ""),
            (
                "sys_platform == 'win32'",
                "sys_platform == 'linux'",
                "`colorama`: it is asked for under another condition than when it was locked",
            ),
            (" ; sys_platform == 'win32'", "", "`colorama`: it is asked for under another condition than when it was locked"),
            ("python_version < '3.12'", "python_version < '3.12' and python_version >= '3.8'", ""),
            ("requests[socks]", "requests", "`requests`: other extras are locked than are asked for"),
            ("attrs>=22", "attrs>=23", "`attrs`: `>=23` is asked for, and `>=22` was when it was locked"),
            ("extra = [\"attrs>=22\"]", "extra = [\"attrs>=22\"]\nnone = []", "the lockfile does not know the extra `none`"),
            (
                "\"iniconfig>=2\"",
                "\"iniconfig\"",
                "`iniconfig` (group `dev`): any version is asked for, and `>=2` was when it was locked",
            ),
            (", {include-group = \"lint\"}", "", "`toml` (group `dev`): the lockfile's copy has it, and it is not asked for"),
            (
                "lint = [\"toml\"]",
                "lint = [\"toml\"]\nmore = [\"six\"]",
                "`six` (group `more`): it is asked for, and the lockfile's copy does not have it",
            ),
            (
                "dev = [\"iniconfig>=2\", {include-group = \"lint\"}]\n",
                "",
                "the lockfile has a group `dev`, and the project has none",
            ),
            (">=3.9,<4\"\ndep", ">=3.10,<4\"\ndep", "the lockfile is for Python `>=3.9, <4`, and the project for another range"),
            (">=3.9,<4\"\ndep", ">=3.9\"\ndep", "the lockfile is for Python `>=3.9, <4`, and the project for another range"),
            ("0.1.0", "0.2.0", "the project's version is 0.2.0, and the lockfile has 0.1.0"),
            ("\"demo\"", "\"demo2\"", "the project is called `demo2`, and `demo` in the lockfile"),
            ("[tool.other]", "[tool.uv]\nexclude-newer = \"7 days\"", "`exclude-newer` is set, and was not when this was locked"),
            (
                "[tool.other]",
                "[tool.uv]\nprerelease = \"allow\"",
                "`prerelease` is `allow`, and was `if-necessary-or-explicit` when this was locked",
            ),
            (
                "[tool.other]",
                "[tool.uv]\nconstraint-dependencies = [\"idna<4\"]",
                "`idna` (`constraint-dependencies`): it is asked for, and the lockfile's copy does not have it",
            ),
            (
                "[tool.other]",
                "[tool.uv]\ndev-dependencies = [\"six\"]",
                "`six` (group `dev`): it is asked for, and the lockfile's copy does not have it",
            ),
            (
                "[tool.other]",
                "[tool.uv.sources]\nsix = {git = \"https://git.test/six\"}",
                "`six`: it comes from another kind of place than when it was locked",
            ),
            ("[tool.other]", "[tool.uv.sources]\nsix = [{git = \"https://git.test/six\", marker = \"os_name == 'nt'\"}]", ""),
            ("version = \"0.1.0\"", "dynamic = [\"version\", \"dependencies\"]", ""),
        ] {
            assert!(MANIFEST.contains(from), "{from}");
            assert_eq!(told(LOCK, &MANIFEST.replacen(from, to, 1)).join("; "), expected, "{from} -> {to}");
        }
    }

    #[test]
    fn groups_that_include_each_other_come_to_an_end() {
        let manifest = "[project]\nname = \"demo\"\n[dependency-groups]\na = [{include-group = \"b\"}]\nb = [{include-group = \"a\"}, \"x\"]\n";
        let lock = "[[package]]\nname = \"demo\"\nsource = {virtual = \".\"}\n[package.metadata.requires-dev]\na = [{name = \"x\"}]\nb = [{name = \"x\"}]\n";
        assert_eq!(told(lock, manifest), Vec::<String>::new());
    }
}
