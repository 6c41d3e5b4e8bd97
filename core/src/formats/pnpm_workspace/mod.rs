//! `pnpm-workspace.yaml`: the members of a pnpm workspace, its catalogs and overrides, and from pnpm 10 on every setting.
//! Source: the settings' documentation, the reader of pnpm 11, and what pnpm 12 said of files that were tried.

mod checks;
mod guards;
mod keys;

use smol_str::{SmolStr, format_smolstr};

use super::package_json::override_name;
use super::yaml_settings::{self, catalogs};
use super::{Format, Parsed, Role, no_hold};
use crate::model::{Dependency, Ecosystem, Group, Manager, Manifest, Model, NamedRegistry, ScriptPermission, Setting, Settings};
use crate::registries::Serves;
use crate::syntax::Syntax;
use crate::syntax::yaml::{self, Value};
use crate::text::Spanned;

pub(super) use guards::{is_eleven, moved};

/// The settings of a pnpm project, and the list of its members.
pub static FORMAT: Format = Format {
    id: "pnpm-workspace",
    names: &["pnpm-workspace.yaml"],
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
    problems.extend(checks::problems(root));
    problems.sort_by_key(|problem| problem.span.start);
    let settings = Settings { registries: registries(&entries), entries, ..Settings::default() };
    let model = Model { manifest: Some(Box::new(manifest(root))), settings: Some(Box::new(settings)), ..Model::default() };
    Parsed { syntax: Syntax::Yaml(tree), model, problems }
}

fn manifest(root: Value<'_>) -> Manifest {
    let mut manifest = Manifest { manager: Some(Manager::Pnpm), ..Manifest::default() };
    for (key, value) in root.members() {
        match key.string().as_deref() {
            Some("packages") => manifest.workspaces = value.items().filter_map(Value::spanned).collect(),
            Some("catalog" | "catalogs") => manifest.dependencies.extend(catalogs(key, value)),
            Some("overrides") => overrides(value, &mut manifest),
            Some("patchedDependencies") => manifest.facts.extend(named("patch", value)),
            Some("ignoredOptionalDependencies") => {
                let names = value.items().filter_map(Value::spanned);
                manifest.facts.extend(names.map(|name| (format_smolstr!("ignored {name}"), name)));
            }
            Some("packageExtensions") if value.members().next().is_some() => {
                manifest.facts.push(("packageExtensions".into(), Spanned::new(SmolStr::default(), key.inner())));
            }
            Some("allowBuilds") => {
                let decided = value
                    .members()
                    .filter_map(|(name, allowed)| Some(permission(name.spanned()?, Spanned::new(allowed.bool()?, allowed.span()))));
                manifest.script_permissions.extend(decided);
            }
            Some(list @ ("onlyBuiltDependencies" | "neverBuiltDependencies" | "ignoredBuiltDependencies")) => {
                let allowed = list == "onlyBuiltDependencies";
                let names = value.items().filter_map(Value::spanned);
                manifest.script_permissions.extend(names.map(|name| {
                    let allowed = Spanned::new(allowed, name.span);
                    permission(name, allowed)
                }));
            }
            _ => {}
        }
    }
    manifest.dependencies.sort_by_key(|dependency| dependency.name.span);
    manifest
}

fn permission(package: Spanned<SmolStr>, allowed: Spanned<bool>) -> ScriptPermission {
    ScriptPermission { manager: Manager::Pnpm, package, allowed }
}

/// Replacements by name, `name@range` or `parent>name`. A `-` takes the dependency out and asks for nothing.
fn overrides(value: Value<'_>, manifest: &mut Manifest) {
    manifest.facts.extend(named("override", value));
    for (key, spec) in value.members() {
        let (Some(key), Some(spec)) = (key.spanned(), spec.spanned()) else { continue };
        if spec.as_str() != "-" {
            let own = key.rsplit('>').next().unwrap_or_default();
            let name = override_name(Spanned::new(own.into(), key.span));
            manifest.dependencies.push(Dependency::new(name, spec, Group::Override));
        }
    }
}

/// The members of a mapping as facts.
fn named(kind: &'static str, mapping: Value<'_>) -> impl Iterator<Item = (SmolStr, Spanned<SmolStr>)> {
    mapping.members().filter_map(move |(key, value)| Some((format_smolstr!("{kind} {}", key.string()?), value.spanned()?)))
}

/// The registry of every package, and those of scopes.
fn registries(entries: &[Setting]) -> Vec<NamedRegistry> {
    let serves = |key: &str| match key {
        "registry" | "registries.default" => Some(Serves::Default),
        key => key.strip_prefix("registries.@").map(|scope| Serves::Scope(scope.into())),
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

#[cfg(test)]
mod tests;
