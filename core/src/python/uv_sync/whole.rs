//! What holds for a whole workspace, and stands at the head of the lockfile.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::condition::equivalent;
use super::compare::compare;
use super::requirement::{Requirement, Source, bare, copied, read};
use super::static_metadata::metadata;
use super::{Around, Disagreement, Place};
use crate::registries::PYPI;
use crate::syntax::toml::Value;
use crate::text::Span;
use crate::versions::pypi::normalized;

/// What the workspace's settings and the lockfile's head disagree about. `manifests`: those of all its projects.
pub(crate) fn whole<'a>(around: &Around<'a>, manifests: &[Value<'a>]) -> Vec<Disagreement> {
    let lock = around.lock;
    let names = locked_names(lock);
    let mut found = options(lock, around, &names);
    found.extend(metadata(around, &names));
    found.extend(nameless_members(lock, &names));
    found.extend(bounds(lock, around.root, &names));
    found.extend(excludes(lock, around.root, &names));
    for (key, copy) in [("environments", "supported-markers"), ("required-environments", "required-markers")] {
        found.extend(environments(lock, around.root, key, copy));
    }
    found.extend(conflicts(lock, around.root, manifests));
    found.extend(other_index(lock, around));
    found
}

/// The values of the settings of [`options`].
const CHOICES: [&str; 10] = [
    "highest",
    "lowest",
    "lowest-direct",
    "disallow",
    "allow",
    "if-necessary",
    "explicit",
    "if-necessary-or-explicit",
    "requires-python",
    "fewest",
];

/// Settings that the lockfile keeps a copy of. One that only the lockfile has may have come from the environment.
fn options(lock: Value<'_>, around: &Around<'_>, names: &BTreeSet<String>) -> Vec<Disagreement> {
    let set = |key: &str| around.table().and_then(|table| table.get(key));
    let copy = |key: &str| lock.get_path(&["options", key]);
    // Settings of another file have no place in the manifest.
    let place =
        |set: Value<'_>| if around.settings.is_some() { Place::Lockfile(Span::at(0)) } else { Place::Manifest(set.inner()) };
    let mut found = Vec::new();
    for (key, copied, usual) in [
        ("resolution", "resolution-mode", "highest"),
        ("prerelease", "prerelease-mode", "if-necessary-or-explicit"),
        ("fork-strategy", "fork-strategy", "requires-python"),
    ] {
        // uv passes over all settings where one has a value that it does not know.
        let Some(set) = set(key).filter(|set| CHOICES.iter().any(|choice| set.is(choice))) else { continue };
        let locked = copy(copied).and_then(Value::string).unwrap_or(usual.into());
        // An old name for the usual choice.
        let plain = |mode: &str| mode.trim_end_matches("-or-explicit").to_owned();
        if set.string().is_none_or(|set| plain(&set) != plain(&locked)) {
            found.push(Disagreement {
                what: format!("`{key}` is `{}`, and was `{locked}` when this was locked", set.raw()),
                place: place(set),
                name: None,
                copied: copy(copied).map(Value::inner),
            });
        }
    }
    let never = |keys: &[&str]| keys.iter().all(|key| copy(key).is_none());
    for (key, copies) in
        [("exclude-newer", &["exclude-newer", "exclude-newer-span"][..]), ("exclude-newer-package", &["exclude-newer-package"])]
    {
        if let Some(set) = set(key).filter(|set| never(copies) && cuts(*set, names)) {
            found.push(Disagreement {
                what: format!("`{key}` is set, and was not when this was locked"),
                place: place(set),
                name: None,
                copied: None,
            });
        }
    }
    found
}

/// Whether a point in time holds for a locked package: a table of them may be for others.
fn cuts(set: Value<'_>, names: &BTreeSet<String>) -> bool {
    let is_locked = |key: Value<'_>| key.string().is_some_and(|name| names.contains(&*normalized(&name)));
    !set.is_table() || set.members().any(|(name, time)| is_locked(name) && time.bool() != Some(false))
}

/// Members that the lockfile names and has no entry of.
fn nameless_members(lock: Value<'_>, names: &BTreeSet<String>) -> Vec<Disagreement> {
    let members = lock.get_path(&["manifest", "members"]).into_iter().flat_map(Value::items);
    let missing = members.filter(|member| member.string().is_some_and(|name| !names.contains(&*normalized(&name))));
    let told = missing.map(|member| Disagreement {
        what: format!("the lockfile names a member `{}`, and has no entry of it", member.raw()),
        place: Place::Lockfile(member.span()),
        name: None,
        copied: None,
    });
    told.collect()
}

/// Constraints and overrides of the whole workspace, which uv reads from the manifest whatever other settings there are.
fn bounds(lock: Value<'_>, root: Value<'_>, names: &BTreeSet<String>) -> Vec<Disagreement> {
    let lists = [
        ("constraint-dependencies", "constraints", true),
        ("override-dependencies", "overrides", true),
        ("build-constraint-dependencies", "build-constraints", false),
    ];
    let of_list = |(key, copy, locked): (&str, &str, bool)| {
        // uv 0.13 passes over those that no locked package is bound by, and 0.9 refused them.
        let counts = |bound: &Requirement<'_>| !locked || names.contains(&bound.name);
        // One without versions binds nothing, and may override.
        let binds = |bound: &Requirement<'_>| {
            key != "constraint-dependencies" || !bound.specifier.is_empty() || bound.source != Source::Registry
        };
        let items = root.get_path(&["tool", "uv", key]).into_iter().flat_map(Value::items);
        let asked: Vec<_> = items.filter_map(|item| read(item, None)).filter(binds).map(anywhere).filter(counts).collect();
        let copied: Vec<_> = copied(lock.get_path(&["manifest", copy])).into_iter().filter(counts).collect();
        let place = lock.get("manifest").map_or(Span::at(0), Value::span);
        compare(&asked, &copied, place, "", &format!(" (`{key}`)"))
    };
    lists.into_iter().flat_map(of_list).collect()
}

/// A bound of versions, which holds wherever a package comes from.
fn anywhere(bound: Requirement<'_>) -> Requirement<'_> {
    Requirement { source: Source::Anywhere, index: None, ..bound }
}

/// Every package that the lockfile has an entry of.
fn locked_names(lock: Value<'_>) -> BTreeSet<String> {
    let packages = lock.get("package").into_iter().flat_map(Value::items);
    packages.filter_map(|package| Some(normalized(&package.get("name")?.string()?).into_owned())).collect()
}

/// Names that are not to be locked, and are.
fn excludes(lock: Value<'_>, root: Value<'_>, names: &BTreeSet<String>) -> Vec<Disagreement> {
    let list = |list: Option<Value<'_>>| -> BTreeSet<String> {
        let items = list.into_iter().flat_map(Value::items);
        items.filter_map(|item| Some(normalized(&item.string()?).into_owned())).collect()
    };
    let copy = lock.get_path(&["manifest", "excludes"]);
    let copied = list(copy);
    let asked = root.get_path(&["tool", "uv", "exclude-dependencies"]);
    let new = asked.into_iter().flat_map(Value::items).filter_map(|item| {
        let name = normalized(&item.string()?).into_owned();
        (names.contains(&name) && !copied.contains(&name)).then(|| Disagreement {
            what: format!("`{name}` is to be left out (`exclude-dependencies`), and is locked"),
            place: Place::Manifest(item.inner()),
            name: Some(name.as_str().into()),
            copied: None,
        })
    });
    let asked = list(asked);
    let gone = copy.filter(|_| copied.iter().any(|name| !asked.contains(name))).map(|copy| Disagreement {
        what: "the lockfile leaves something out that `exclude-dependencies` does not name any more".to_owned(),
        place: Place::Lockfile(copy.span()),
        name: None,
        copied: None,
    });
    new.chain(gone).collect()
}

/// The environments that are locked for.
fn environments(lock: Value<'_>, root: Value<'_>, key: &str, copy: &str) -> Option<Disagreement> {
    let (asked, copied) = (root.get_path(&["tool", "uv", key]), lock.get(copy));
    let python = lock.get("requires-python").and_then(Value::string).unwrap_or_default();
    let (wanted, locked) = (texts(asked), texts(copied));
    let known = |one: &String| locked.iter().any(|other| equivalent(Some(one), Some(other), &python) != Some(false));
    if wanted.len() == locked.len() && wanted.iter().all(known) {
        return None;
    }
    let place = match (asked, copied) {
        (Some(asked), _) => Place::Manifest(asked.inner()),
        (None, copied) => Place::Lockfile(copied.map_or(Span::at(0), Value::span)),
    };
    Some(Disagreement {
        what: format!("`{key}` names other environments than this was locked for"),
        place,
        name: None,
        copied: copied.map(Value::span),
    })
}

/// A text, or a list of them.
fn texts(value: Option<Value<'_>>) -> Vec<String> {
    let Some(value) = value else { return Vec::new() };
    let items: Vec<Value<'_>> = if value.is_array() { value.items().collect() } else { vec![value] };
    items.into_iter().filter_map(Value::string).map(Cow::into_owned).collect()
}

/// The sets of extras and groups that a manifest says exclude each other, if it has any.
fn conflicts_of(manifest: Value<'_>) -> Option<Value<'_>> {
    manifest.get_path(&["tool", "uv", "conflicts"]).filter(|list| list.items().next().is_some())
}

/// Extras and groups that exclude each other. uv writes them in a form of its own, so it is only told whether there are any.
fn conflicts(lock: Value<'_>, root: Value<'_>, manifests: &[Value<'_>]) -> Option<Disagreement> {
    let copied = lock.get("conflicts").filter(|list| list.items().next().is_some());
    let asked = manifests.iter().find_map(|manifest| conflicts_of(*manifest));
    let own = conflicts_of(root);
    match (asked, copied) {
        (Some(_), None) => Some(Disagreement {
            what: "there are `conflicts`, and were none when this was locked".to_owned(),
            place: own.map_or(Place::Lockfile(Span::at(0)), |own| Place::Manifest(own.span())),
            name: None,
            copied: None,
        }),
        (None, Some(copied)) => Some(Disagreement {
            what: "there were `conflicts` when this was locked, and are none".to_owned(),
            place: Place::Lockfile(copied.span()),
            name: None,
            copied: None,
        }),
        _ => None,
    }
}

/// Packages of an index that the settings certainly do not lead to. One that they do not name at all may stand in a person's own settings.
fn other_index(lock: Value<'_>, around: &Around<'_>) -> Option<Disagreement> {
    let table = around.table()?;
    // Lists of archives take the place of indexes then.
    let none = table.get("no-index").filter(|set| set.bool() == Some(true) && table.get("find-links").is_none());
    let (allowed, default) = allowed(table, around.root);
    let place = none.or(default).or_else(|| table.get("index")).or_else(|| table.get("extra-index-url"))?;
    let plain = |address: &str| address.trim_end_matches('/').to_owned();
    let public = plain(PYPI);
    let is_gone = |address: &String| {
        let near = allowed.iter().any(|known| plain(known) == plain(address));
        !allowed.contains(address) && (none.is_some() || near || plain(address) == public)
    };
    let mut packages = lock.get("package").into_iter().flat_map(Value::items);
    let copied = packages.find_map(|package| {
        let registry = package.get_path(&["source", "registry"])?;
        registry.string().filter(|address| address.contains("://") && is_gone(&bare(address)))?;
        Some(registry)
    })?;
    Some(Disagreement {
        what: format!("the settings do not lead to `{}` any more, which packages were locked from", copied.raw()),
        place: if around.settings.is_some() { Place::Lockfile(copied.inner()) } else { Place::Manifest(place.inner()) },
        name: None,
        copied: Some(copied.inner()),
    })
}

/// The addresses of the indexes that a table of settings leads to, and the one that stands in the public one's place.
fn allowed<'a>(table: Value<'a>, root: Value<'a>) -> (BTreeSet<String>, Option<Value<'a>>) {
    let indexes = |table: Option<Value<'a>>| table.and_then(|table| table.get("index")).into_iter().flat_map(Value::items);
    let is_default = |index: &Value<'_>| index.get("default").and_then(Value::bool) == Some(true);
    let named = indexes(Some(table)).find(is_default).and_then(|index| index.get("url"));
    let default = named.or_else(|| table.get("index-url"));
    let extra = table.get("extra-index-url").into_iter().flat_map(Value::items);
    let all = indexes(root.get_path(&["tool", "uv"])).chain(indexes(Some(table))).filter_map(|index| index.get("url"));
    let mut found: BTreeSet<String> = all.chain(extra).chain(default).filter_map(|url| Some(bare(&url.string()?))).collect();
    if default.is_none() && table.get("no-index").and_then(Value::bool) != Some(true) {
        found.insert(bare(PYPI.trim_end_matches('/')));
    }
    (found, default)
}
