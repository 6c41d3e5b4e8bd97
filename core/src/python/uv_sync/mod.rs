//! What a project asks for, compared with the copy of it in `uv.lock`, as `uv lock --check` compares them.
//!
//! uv compares sets of requirements, each in a form of its own: names normalised, extras sorted, versions as versions, markers simplified, the
//! table of sources applied. Where it cannot be told here whether two are the same, they are taken to be.
//! Source: `crates/uv-resolver/src/lock/mod.rs` (`Lock::satisfies`).

mod compare;
mod group_settings;
mod groups;
mod range;
mod refused;
mod requirement;
mod sources;
mod static_metadata;
mod versions;
mod whole;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::str::FromStr as _;

use pep440_rs::Version;
use smol_str::SmolStr;

pub(crate) use self::range::python;
pub(crate) use self::refused::refused;
pub(crate) use self::whole::whole;

use self::compare::compare;
use self::groups::groups;
use self::requirement::{asked, copied};
use self::sources::index_address;
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

/// What else decides about a project: the root of its workspace, and the settings that stand beside it.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    /// The manifest of the workspace's root, which may be the project's own.
    pub root: Value<'a>,
    /// `uv.toml`, if there is one: then it alone has the settings, and the root's `tool.uv` has none.
    pub settings: Option<Value<'a>>,
    /// The project's folder, relative to the lockfile's.
    pub folder: &'a str,
    /// Whether the project is one of the workspace, and not only asked for by its folder.
    pub is_member: bool,
    /// The manifests of the whole workspace.
    pub all: &'a [Value<'a>],
    /// The lockfile.
    pub lock: Value<'a>,
}

impl<'a> Around<'a> {
    /// What has the settings.
    fn table(&self) -> Option<Value<'a>> {
        self.settings.or_else(|| self.root.get_path(&["tool", "uv"]))
    }

    /// Whether tables of sources do not count for a package.
    fn passes_over_sources(&self, name: &str) -> bool {
        let set = |key: &str| self.table().and_then(|table| table.get(key));
        let names = |list: Value<'_>| list.items().any(|item| item.string().is_some_and(|item| normalized(&item) == name));
        set("no-sources").and_then(Value::bool) == Some(true) || set("no-sources-package").is_some_and(names)
    }

    /// The address of a named index, which the project itself may name too.
    fn index(&self, name: &str, manifest: Value<'a>) -> Option<String> {
        let tables = [manifest.get_path(&["tool", "uv"]), self.table(), self.root.get_path(&["tool", "uv"])];
        let mut indexes = tables.into_iter().flatten().filter_map(|table| table.get("index")).flat_map(Value::items);
        index_address(indexes.find(|index| index.get("name").is_some_and(|known| known.is(name)))?)
    }

    /// Whether another member has a project for a source.
    fn is_required(&self, name: Option<Value<'_>>) -> bool {
        let plain = |name: Value<'_>| name.string().map(|name| normalized(&name).into_owned());
        let Some(name) = name.and_then(plain) else { return false };
        let others =
            self.all.iter().filter(|manifest| manifest.get_path(&["project", "name"]).and_then(plain).as_ref() != Some(&name));
        let mut sources = others.filter_map(|manifest| manifest.get_path(&["tool", "uv", "sources"])).flat_map(Value::members);
        sources.any(|(key, source)| {
            let mut all = source.items().chain([source]);
            plain(key).as_ref() == Some(&name) && all.any(|source| source.get("workspace").and_then(Value::bool) == Some(true))
        })
    }

    /// Whether the workspace has a member of that name when it was locked. `None`: the project is none of the workspace's.
    fn is_member_called(&self, name: &str) -> Option<bool> {
        let members = self.lock.get_path(&["manifest", "members"]).into_iter().flat_map(Value::items);
        let mut names = members.filter_map(Value::string);
        self.is_member.then(|| names.any(|member| normalized(&member) == name))
    }
}

/// The revision of a lockfile's form; later ones only add.
fn revision(lock: Value<'_>) -> i64 {
    lock.get("revision").and_then(Value::integer).unwrap_or(0)
}

/// What one project's manifest and its entry disagree about; the manifest is one that uv reads ([`refused`]).
pub(crate) fn disagreements<'a>(manifest: Value<'a>, around: &Around<'a>) -> Vec<Disagreement> {
    let (lock, folder) = (around.lock, around.folder);
    let mut found = Vec::new();
    let python = manifest.get_path(&["project", "requires-python"]).and_then(Value::string);
    let range = python.as_deref().unwrap_or("").to_owned();
    let Some(project) = manifest.get("project") else {
        if let Some(copy) = lock.get("manifest").filter(|_| folder.is_empty()) {
            found.extend(groups(manifest, around, copy.get("dependency-groups"), copy.span(), &range));
            found.extend(group_settings::settings(manifest, around, Some(copy), copy.span()));
            // A root without a project of its own has no empty groups in the lockfile.
            found.retain(|found| found.name.is_some() || matches!(found.place, Place::Lockfile(_)));
        }
        return found;
    };
    let Some(entry) = entry(lock, folder) else {
        // An entry that is not found by its folder may be there under its name, and is `membership`'s matter.
        return found;
    };
    // What another project is called, and how it is installed, says whoever asks for it.
    found.extend(other_name(project, entry).filter(|_| around.is_member));
    found.extend(other_version(project, entry));
    found.extend(turned_dynamic(project, entry));
    found.extend(other_kind(project, manifest, entry, around).filter(|_| around.is_member));
    let metadata = entry.get("metadata");
    let dynamic = |field: &str| project.get("dynamic").into_iter().flat_map(Value::items).any(|name| name.is(field));
    let at = entry.get("name").map_or(entry.span(), Value::inner);
    if !dynamic("dependencies") && !dynamic("optional-dependencies") {
        let asked = asked(project, manifest, around);
        let copied = copied(metadata.and_then(|metadata| metadata.get("requires-dist")));
        found.extend(compare(&asked, &copied, at, &range, ""));
        // Later revisions of the lockfile keep a list of the extras' names.
        found.extend(other_extras(project, metadata).filter(|_| revision(lock) > 0));
    }
    found.extend(groups(manifest, around, metadata.and_then(|metadata| metadata.get("requires-dev")), at, &range));
    if around.is_member {
        found.extend(group_settings::settings(manifest, around, Some(entry), at));
    }
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
    let asked = project.get("version")?;
    let Some(locked) = entry.get("version") else {
        return Some(Disagreement {
            what: format!("the project's version is {}, and the lockfile has none", asked.raw()),
            place: Place::Manifest(asked.inner()),
            name: None,
            copied: Some(entry.get("name").map_or(entry.span(), Value::inner)),
        });
    };
    let read = |value: Value<'_>| Version::from_str(&value.string()?).ok();
    let differ = read(asked)? != read(locked)?;
    differ.then(|| Disagreement {
        what: format!("the project's version is {}, and the lockfile has {}", asked.raw(), locked.raw()),
        place: Place::Manifest(asked.inner()),
        name: None,
        copied: Some(locked.inner()),
    })
}

/// A version that was written down when this was locked, and is left to the building now.
fn turned_dynamic(project: Value<'_>, entry: Value<'_>) -> Option<Disagreement> {
    let mut dynamic = project.get("dynamic").into_iter().flat_map(Value::items);
    let field = dynamic.find(|field| field.is("version"))?;
    let locked = entry.get("version")?;
    Some(Disagreement {
        what: format!("the project's version is left to its building (`dynamic`), and the lockfile has {}", locked.raw()),
        place: Place::Manifest(field.inner()),
        name: None,
        copied: Some(locked.inner()),
    })
}

/// Whether the project itself is installed, or only what it asks for.
fn other_kind(project: Value<'_>, manifest: Value<'_>, entry: Value<'_>, around: &Around<'_>) -> Option<Disagreement> {
    let said = manifest.get_path(&["tool", "uv", "package"]);
    // One without a way to be built is built all the same where another member asks for it.
    let can_be = || manifest.get("build-system").is_some() || around.is_required(project.get("name"));
    let is_built = said.and_then(Value::bool).unwrap_or_else(can_be);
    let (kind, source) = entry.get("source")?.members().next()?;
    let what = match (kind.string()?.as_ref(), is_built) {
        ("virtual", true) => "the project is built and installed, and was not when this was locked",
        ("editable", false) => "the project is not built, and was when this was locked",
        _ => return None,
    };
    let place = said.or_else(|| project.get("name")).map_or(manifest.span(), Value::inner);
    Some(Disagreement { what: what.to_owned(), place: Place::Manifest(place), name: None, copied: Some(source.span()) })
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

/// The names of the extras.
fn other_extras(project: Value<'_>, metadata: Option<Value<'_>>) -> Option<Disagreement> {
    let copy = metadata.and_then(|metadata| metadata.get("provides-extras"));
    let name = |value: Value<'_>| value.string().map(|name| normalized(&name).into_owned());
    let asked = || project.get("optional-dependencies").into_iter().flat_map(Value::members).map(|(extra, _)| extra);
    let copied = || copy.into_iter().flat_map(Value::items);
    let names = |list: &mut dyn Iterator<Item = Value<'_>>| list.filter_map(name).collect::<BTreeSet<String>>();
    let (wanted, locked) = (names(&mut asked()), names(&mut copied()));
    let is_not_in = |names: &BTreeSet<String>, extra: Value<'_>| name(extra).is_some_and(|name| !names.contains(&name));
    if let Some(missing) = asked().find(|extra| is_not_in(&locked, *extra)) {
        return Some(Disagreement {
            what: format!("the lockfile does not know the extra `{}`", missing.raw()),
            place: Place::Manifest(missing.inner()),
            name: None,
            copied: copy.map(Value::span),
        });
    }
    let gone = copied().find(|extra| is_not_in(&wanted, *extra))?;
    Some(Disagreement {
        what: format!("the lockfile has an extra `{}`, and the project has none", gone.raw()),
        place: Place::Lockfile(gone.span()),
        name: None,
        copied: None,
    })
}

/// Which projects are members of the workspace. `folders`: those that there are, with their names.
pub(crate) fn membership(
    lockfile: &Lockfile,
    folders: &[(&str, Option<&str>)],
    is_member: impl Fn(&str) -> bool,
) -> Vec<Disagreement> {
    let mut found = Vec::new();
    let entries = lockfile.importers.iter().filter(|importer| importer.name.is_some());
    let locked: Vec<&str> = entries.map(|importer| importer.path.as_str()).collect();
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
mod tests;
