//! uv's table, and `uv.toml`, which is the same without the table's name.

use smol_str::SmolStr;

use super::{entries, found_at, index};
use crate::model::{Dependency, Group, Manager, Manifest, NamedRegistry, Settings};
use crate::python::requirement;
use crate::registries::Serves;
use crate::spec::Place;
use crate::syntax::toml::Value;
use crate::text::Spanned;
use crate::versions::pypi::normalized;

/// What is the manifest's, and no setting.
const ASKED: [&str; 11] = [
    "sources",
    "workspace",
    "package",
    "managed",
    "dev-dependencies",
    "default-groups",
    "dependency-groups",
    "dependency-metadata",
    "conflicts",
    "build-backend",
    "index",
];

pub(super) fn read(table: Value<'_>, manifest: &mut Manifest) {
    let list = |key: &'static str, group: Group| {
        let items = table.get(key).into_iter().flat_map(Value::items);
        items.filter_map(move |item| requirement::in_toml(item, group))
    };
    manifest.dependencies.extend(list("dev-dependencies", Group::Dev));
    if let Some(sources) = table.get("sources") {
        let asked = std::mem::take(&mut manifest.dependencies);
        manifest.dependencies = asked.into_iter().flat_map(|dependency| with_source(dependency, sources)).collect();
    }
    manifest.dependencies.extend(list("override-dependencies", Group::Override));
    let Some(workspace) = table.get("workspace") else { return };
    manifest.workspaces = workspace.get("members").into_iter().flat_map(Value::items).filter_map(Value::spanned).collect();
    let excluded = workspace.get("exclude").into_iter().flat_map(Value::items).filter_map(Value::spanned);
    manifest.workspaces.extend(excluded.map(|pattern| Spanned::new(format!("!{}", pattern.value).into(), pattern.span)));
}

/// A dependency as the table of sources has it: once for each of several sources, of which the environment chooses.
fn with_source(dependency: Dependency, sources: Value<'_>) -> Vec<Dependency> {
    let wanted = normalized(&dependency.name);
    let of_name = |(key, _): &(Value<'_>, Value<'_>)| key.string().is_some_and(|name| normalized(&name) == wanted);
    let Some((_, source)) = sources.members().find(of_name).filter(|_| dependency.group != Group::Build) else {
        return vec![dependency];
    };
    if source.is_array() {
        source.items().map(|source| placed(dependency.clone(), source)).collect()
    } else {
        vec![placed(dependency, source)]
    }
}

fn placed(mut dependency: Dependency, source: Value<'_>) -> Dependency {
    let text = |key: &str| source.get(key).and_then(Value::spanned);
    dependency.registry = text("index").map(Box::new);
    let place = if let Some(address) = text("git") {
        Some(Place::Git { address, rev: text("rev"), reference: text("tag").or_else(|| text("branch")) })
    } else if let Some(url) = text("url") {
        Some(Place::Url(url))
    } else if source.get("workspace").and_then(Value::bool) == Some(true) {
        Some(Place::Workspace)
    } else {
        text("path").map(Place::Path)
    };
    if let Some(Place::Git { address, .. } | Place::Url(address) | Place::Path(address)) = &place {
        dependency.spec = address.clone();
    }
    dependency.place = place.map(Box::new);
    dependency
}

/// The settings below a table; `prefix` is what their keys begin with in this file.
pub(super) fn settings(table: Value<'_>, prefix: &str, settings: &mut Settings) {
    settings.entries.extend(entries(table, prefix, &ASKED));
    let items = |key: &str| table.get(key).into_iter().flat_map(Value::items);
    let indexes = items("index").filter_map(named_index);
    settings.registries.extend(indexes);
    for table in [Some(table), table.get("pip")].into_iter().flatten() {
        let extra = table.get("extra-index-url").into_iter().flat_map(Value::items).filter_map(Value::spanned);
        settings.registries.extend(extra.map(|url| plain(url, Serves::Any, true)));
        let default = table.get("index-url").and_then(Value::spanned);
        settings.registries.extend(default.map(|url| plain(url, Serves::Default, false)));
        let links = table.get("find-links").into_iter().flat_map(Value::items).filter_map(Value::spanned);
        settings.redirects.extend(links.map(|place| found_at(place, "find-links")));
    }
    if !prefix.is_empty() {
        settings.registries.iter_mut().for_each(|registry| registry.part = Some(Manager::Uv));
    }
}

/// `[[index]]`: `explicit` ones serve only what names them, the `default` one takes the public index's place, and every other one is looked
/// through for every name.
fn named_index(item: Value<'_>) -> Option<NamedRegistry> {
    let flag = |key: &str| item.get(key).and_then(Value::bool) == Some(true);
    let name: SmolStr = item.get("name").and_then(Value::string).unwrap_or_default().into();
    let (serves, mixes) = match (flag("explicit"), flag("default")) {
        (true, _) => (Serves::Named(name), false),
        (false, true) => (Serves::Default, false),
        (false, false) => (Serves::Any, true),
    };
    index(item, serves, mixes)
}

fn plain(url: Spanned<SmolStr>, serves: Serves, mixes: bool) -> NamedRegistry {
    NamedRegistry { name: None, url, serves, mixes, part: None, yields: false }
}
