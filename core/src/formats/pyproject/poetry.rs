//! Poetry's tables: dependencies and their groups, sources with priorities; and `poetry.toml`.

use super::{entries, index};
use crate::model::{Group, Manifest, NamedRegistry, Settings};
use crate::python::poetry::dependencies;
use crate::registries::Serves;
use crate::syntax::toml::Value;

pub(super) fn read(table: Value<'_>, manifest: &mut Manifest) {
    manifest.name = manifest.name.take().or_else(|| table.get("name").and_then(Value::spanned));
    manifest.version = manifest.version.take().or_else(|| table.get("version").and_then(Value::spanned));
    let lists = [("dependencies", Group::Normal), ("dev-dependencies", Group::Dev)];
    let own = lists.into_iter().filter_map(|(name, group)| Some((table.get(name)?, group)));
    let groups = table.get("group").into_iter().flat_map(Value::members);
    let groups = groups.filter_map(|(_, group)| Some((group.get("dependencies")?, Group::Dev)));
    for (list, group) in own.chain(groups) {
        let asked = list.members().filter(|(name, _)| !name.is("python"));
        manifest.dependencies.extend(asked.flat_map(|(name, value)| dependencies(name, value, group)));
    }
}

/// The sources, as their priorities have it: `explicit` ones serve only what names them, and every other one is looked through for every
/// name. Without a primary one, that is beside the default index; a primary one alone takes its place.
pub(super) fn sources(table: Value<'_>, settings: &mut Settings) {
    let sources: Vec<Value<'_>> = table.get("source").into_iter().flat_map(Value::items).collect();
    let primary = |source: &&Value<'_>| matches!(priority(**source), Priority::Primary);
    let alone = sources.iter().filter(primary).count() == 1;
    for source in &sources {
        let name = source.get("name").and_then(Value::string).unwrap_or_default();
        let registry = match priority(*source) {
            Priority::Explicit => index(*source, Serves::Named(name.into()), false),
            Priority::Primary => index(*source, Serves::Default, !alone),
            Priority::Beside => index(*source, Serves::Any, true),
        };
        // The default index is named without its address.
        settings.registries.extend(registry.filter(|registry: &NamedRegistry| !registry.url.is_empty()));
    }
}

enum Priority {
    Primary,
    Beside,
    Explicit,
}

fn priority(source: Value<'_>) -> Priority {
    let flag = |key: &str| source.get(key).and_then(Value::bool) == Some(true);
    match source.get("priority").and_then(Value::string).as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("explicit") => Priority::Explicit,
        Some("supplemental" | "secondary") => Priority::Beside,
        None if flag("secondary") => Priority::Beside,
        _ => Priority::Primary,
    }
}

/// The settings of `poetry.toml`. What is about one certificate or one host has its name in the key, which is left out here.
pub(super) fn settings(root: Value<'_>) -> Settings {
    let mut settings = Settings { entries: entries(root, "", &[]), ..Settings::default() };
    for setting in &mut settings.entries {
        let ending = setting.key.strip_prefix("certificates.").and_then(|rest| rest.rsplit('.').next());
        if ending == Some("cert") {
            setting.key.value = "certificates.cert".into();
        }
    }
    let named = root.get("repositories").into_iter().flat_map(Value::members);
    settings
        .registries
        .extend(named.filter_map(|(name, repository)| index(repository, Serves::Named(name.string()?.into()), false)));
    settings
}
