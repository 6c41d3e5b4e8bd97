//! `.yarnrc.yml`: the settings of Yarn 2 and later. Yarn refuses a key that it does not know, fills environment references in values, and asks the
//! registry of a scope where one is named.

mod checks;
mod duration;
mod guards;
mod keys;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smol_str::{SmolStr, format_smolstr};

use super::yaml_settings::{self, catalogs};
use super::{Format, Parsed, Role, no_hold};
use crate::model::{BoundCredential, Ecosystem, Manager, Manifest, Model, NamedRegistry, Setting, Settings};
use crate::npm::config::Origin;
use crate::registries::{Serves, default_of};
use crate::syntax::Syntax;
use crate::syntax::yaml::{self, Value};

/// The settings file of Yarn 2 and later, of a project or a person.
pub static FORMAT: Format = Format {
    id: "yarnrc-yml",
    names: &[".yarnrc.yml"],
    patterns: &[],
    role: Role::Settings,
    ecosystem: Some(Ecosystem::Npm),
    parse,
    guards: guards::GUARDS,
    hold: no_hold,
};

fn parse(text: &str) -> Parsed {
    let tree = yaml::parse(text);
    let root = tree.root(text);
    let mut problems = tree.problems(text, true);
    let entries = yaml_settings::entries(root);
    problems.extend(checks::problems(root, &entries));
    problems.sort_by_key(|problem| problem.span);
    let (registries, credentials, runs) = (registries(&entries), credentials(&entries), runs(&entries));
    let settings = Settings { registries, credentials, runs, entries, ..Settings::default() };
    let model = Model { settings: Some(Box::new(settings)), manifest: manifest(root).map(Box::new), ..Model::default() };
    Parsed { syntax: Syntax::Yaml(tree), model, problems }
}

/// The catalogs, which Yarn reads since 4.10; without any, the file asks for nothing.
fn manifest(root: Value<'_>) -> Option<Manifest> {
    let lists = ["catalog", "catalogs"].into_iter().filter_map(|name| root.member(name));
    let mut dependencies: Vec<_> = lists.flat_map(|(key, list)| catalogs(key, list)).collect();
    dependencies.sort_by_key(|dependency| dependency.name.span);
    (!dependencies.is_empty()).then(|| Manifest { dependencies, manager: Some(Manager::Berry), ..Manifest::default() })
}

/// The Yarn that `yarnPath` names. It is the one setting of this file that Yarn 1 reads too, to hand over to it.
fn runs(entries: &[Setting]) -> Option<Manager> {
    let path = &entries.iter().rev().find(|setting| *setting.key == *"yarnPath")?.value;
    let version = path.rsplit('/').next()?.strip_prefix("yarn-")?;
    let is_first = ["0.", "1."].iter().any(|start| version.starts_with(start));
    Some(if is_first { Manager::Yarn } else { Manager::Berry })
}

/// The scope of a key below `npmScopes`, with the setting's own name.
fn scoped(key: &str) -> Option<(&str, &str)> {
    key.strip_prefix("npmScopes.")?.rsplit_once('.')
}

/// The registry of every package, and those of scopes.
fn registries(entries: &[Setting]) -> Vec<NamedRegistry> {
    let serves = |key: &str| match key {
        "npmRegistryServer" => Some(Serves::Default),
        key => scoped(key).filter(|(_, name)| *name == "npmRegistryServer").map(|(scope, _)| Serves::Scope(scope.into())),
    };
    let named = entries.iter().filter_map(|setting| Some((serves(&setting.key)?, setting)));
    named
        .map(|(serves, setting)| NamedRegistry {
            name: None,
            url: setting.value.clone(),
            serves,
            mixes: false,
            part: None,
            yields: false,
        })
        .collect()
}

/// Tokens and names, each with the registry that it goes to. One without a registry of its own goes to the default one.
fn credentials(entries: &[Setting]) -> Vec<BoundCredential> {
    let get = |key: &str| entries.iter().rev().find(|setting| *setting.key == *key).map(|setting| setting.value.value.clone());
    let default = || get("npmRegistryServer").unwrap_or_else(|| default_of(Ecosystem::Npm).into());
    let of = |setting: &Setting| {
        let (place, name) = setting.key.rsplit_once('.').unwrap_or(("", &setting.key));
        let registry = match place {
            "" => default(),
            place if place.starts_with("npmScopes.") => get(&format!("{place}.npmRegistryServer")).unwrap_or_else(default),
            place => address(place.strip_prefix("npmRegistries.")?),
        };
        Some(BoundCredential { registry, authorization: authorization(name, &setting.value)?, origin: Origin::User })
    };
    entries.iter().filter_map(of).collect()
}

/// A key of `npmRegistries` names the host with or without a scheme.
fn address(key: &str) -> SmolStr {
    if key.starts_with("//") { format_smolstr!("https:{key}") } else { key.into() }
}

fn authorization(name: &str, value: &str) -> Option<SmolStr> {
    match name {
        _ if value.is_empty() || value.chars().any(char::is_control) => None,
        "npmAuthToken" => Some(format_smolstr!("Bearer {value}")),
        // Yarn encodes `name:password` itself, and takes anything else as encoded already.
        "npmAuthIdent" if value.contains(':') && !value.contains("${") => Some(format_smolstr!("Basic {}", STANDARD.encode(value))),
        "npmAuthIdent" => Some(format_smolstr!("Basic {value}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
