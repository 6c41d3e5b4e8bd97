//! What uv keeps about groups beside their lists: which are installed by default, and the range of Python of each. Lockfiles know it since
//! revision 5.

use std::collections::{BTreeMap, BTreeSet};

use super::{Around, Disagreement, Place, revision, versions};
use crate::syntax::toml::Value;
use crate::text::Span;
use crate::versions::pypi::normalized;

/// The first revision of the lockfile that has these.
const SINCE: i64 = 5;

/// What a project's groups and their copy disagree about, the lists apart. `copy`: the project's entry, or the lockfile's `manifest`.
pub(super) fn settings(manifest: Value<'_>, around: &Around<'_>, copy: Option<Value<'_>>, place: Span) -> Vec<Disagreement> {
    if revision(around.lock) < SINCE {
        return Vec::new();
    }
    defaults(manifest, copy, place).into_iter().chain(pythons(manifest, copy, place)).collect()
}

fn defaults(manifest: Value<'_>, copy: Option<Value<'_>>, place: Span) -> Option<Disagreement> {
    let asked = manifest.get_path(&["tool", "uv", "default-groups"]);
    let copied = copy.and_then(|copy| copy.get("default-groups"));
    (listed(asked) != listed(copied)).then(|| Disagreement {
        what: "other groups are installed by default (`default-groups`) than when this was locked".to_owned(),
        place: asked.or(copied).map_or(Place::Lockfile(place), |value| match asked {
            Some(_) => Place::Manifest(value.span()),
            None => Place::Lockfile(value.span()),
        }),
        name: None,
        copied: copied.map(Value::span),
    })
}

/// The groups in their order; `dev` alone is what is meant without a word.
fn listed(groups: Option<Value<'_>>) -> Vec<String> {
    let usual = || vec!["dev".to_owned()];
    groups.map_or_else(usual, |groups| match groups.is_array() {
        true => groups.items().filter_map(|name| Some(normalized(&name.string()?).into_owned())).collect(),
        false => vec![format!("\"{}\"", groups.string().unwrap_or_default())],
    })
}

/// The range of Python of each group, what it includes taken into account.
fn pythons(manifest: Value<'_>, copy: Option<Value<'_>>, place: Span) -> Vec<Disagreement> {
    let copied = copy.and_then(|copy| copy.get("group-requires-python"));
    let mut known: BTreeMap<String, (String, Span)> = BTreeMap::new();
    for (name, range) in copied.into_iter().flat_map(Value::members) {
        if let (Some(name), Some(text)) = (name.string(), range.string()) {
            known.insert(normalized(&name).into_owned(), (text.into_owned(), range.span()));
        }
    }
    let mut found = Vec::new();
    for (key, _) in manifest.get("dependency-groups").into_iter().flat_map(Value::members) {
        let Some(name) = key.string().map(|name| normalized(&name).into_owned()) else { continue };
        let asked = ranges(manifest, &name, &mut BTreeSet::new());
        let copied = known.remove(&name);
        let same = match &copied {
            Some((copied, _)) => !asked.is_empty() && versions::same(&asked.join(","), copied),
            None => asked.is_empty(),
        };
        if !same {
            found.push(Disagreement {
                what: format!("the group `{name}` is for another range of Python than when this was locked"),
                place: Place::Manifest(key.inner()),
                name: None,
                copied: Some(copied.map_or(place, |(_, span)| span)),
            });
        }
    }
    found
}

/// The ranges of a group and of those that it includes.
fn ranges(manifest: Value<'_>, name: &str, seen: &mut BTreeSet<String>) -> Vec<String> {
    if !seen.insert(name.to_owned()) {
        return Vec::new();
    }
    let named = |path: &[&str]| {
        let mut groups = manifest.get_path(path)?.members();
        groups.find(|(key, _)| key.string().is_some_and(|key| normalized(&key) == name)).map(|(_, group)| group)
    };
    let own = named(&["tool", "uv", "dependency-groups"]).and_then(|settings| settings.get("requires-python")?.string());
    let mut found: Vec<String> = own.map(std::borrow::Cow::into_owned).into_iter().collect();
    for item in named(&["dependency-groups"]).into_iter().flat_map(Value::items) {
        if let Some(other) = item.get("include-group").and_then(Value::string) {
            found.extend(ranges(manifest, &normalized(&other), seen));
        }
    }
    found
}
