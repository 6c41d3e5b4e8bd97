//! PDM's table.

use smol_str::SmolStr;

use super::{entries, entry, found_at, index, unverified};
use crate::model::{Dependency, Group, Manifest, Settings};
use crate::python::{direct, requirement};
use crate::registries::Serves;
use crate::syntax::toml::Value;
use crate::text::Spanned;

/// What of the table is a setting.
const SETTINGS: [&str; 2] = ["resolution", "options"];

pub(super) fn read(table: Value<'_>, manifest: &mut Manifest) {
    let groups = table.get("dev-dependencies").into_iter().flat_map(Value::members).flat_map(|(_, list)| list.items());
    manifest.dependencies.extend(groups.filter_map(|item| editable(item).or_else(|| requirement::in_toml(item, Group::Dev))));
    let overrides = table.get_path(&["resolution", "overrides"]).into_iter().flat_map(Value::members);
    let overrides = overrides.filter_map(|(name, spec)| Some(Dependency::new(name.spanned()?, spec.spanned()?, Group::Override)));
    manifest.dependencies.extend(overrides);
}

/// `-e file:///${PROJECT_ROOT}/folder#egg=name`: a folder or repository that is installed where it lies.
fn editable(item: Value<'_>) -> Option<Dependency> {
    let text = item.string()?;
    let rest = text.strip_prefix("-e")?.trim_start();
    let at = text.len() - rest.len();
    let (_, fragment) = rest.split_once("#egg=")?;
    let name = fragment.split(['&', '[']).next()?;
    let start = text.len() - fragment.len();
    let address = Spanned::new(SmolStr::from(rest), item.place(at, text.len()));
    let name = Spanned::new(SmolStr::from(name), item.place(start, start + name.len()));
    let place = direct(&address);
    Some(Dependency { place: Some(Box::new(place)), ..Dependency::new(name, address, Group::Dev) })
}

/// Sources are looked through for every name, side by side, unless one says which packages it is for; one named `pypi` takes the public
/// index's place.
pub(super) fn settings(table: Value<'_>, settings: &mut Settings) {
    let skipped: Vec<String> = table.members().filter_map(|(key, _)| key.string()).map(String::from).collect();
    let skipped: Vec<&str> = skipped.iter().map(String::as_str).filter(|key| !SETTINGS.contains(key)).collect();
    let mut found = entries(table, "tool.pdm.", &skipped);
    found.retain(|setting| !setting.key.starts_with("tool.pdm.resolution.overrides"));
    settings.entries.extend(found);
    let ordered = table.get_path(&["resolution", "respect-source-order"]).and_then(Value::bool) == Some(true);
    for source in table.get("source").into_iter().flat_map(Value::items) {
        settings.entries.extend(unverified(source, "tool.pdm.source.verify_ssl"));
        let password = source.member("password");
        settings.entries.extend(password.map(|(name, value)| entry("tool.pdm.source.password", name, value)));
        if source.get("type").is_some_and(|kind| kind.is("find_links")) {
            let place = source.get("url").and_then(Value::spanned);
            settings.redirects.extend(place.map(|place| found_at(place, "type = \"find_links\"")));
            continue;
        }
        let default = source.get("name").is_some_and(|name| name.is("pypi"));
        let serves = if default { Serves::Default } else { Serves::Any };
        let mixes = !default && !ordered && source.get("include_packages").is_none();
        settings.registries.extend(index(source, serves, mixes));
    }
}
