//! `package.json`: what an npm project asks for.
//!
//! Read as npm's `normalize-package-data` and arborist take it: later lists win over earlier ones only when they install, so every list is
//! kept with its group; values of another type than npm takes are passed over, as npm does.

use smol_str::{SmolStr, format_smolstr};

use super::pnpm_workspace::moved;
use super::{Format, Parsed, Role, no_hold};
use crate::guard::Guard;
use crate::model::{Dependency, Ecosystem, Group, Manager, Manifest, Model, ScriptPermission, Setting, Settings};
use crate::syntax::Syntax;
use crate::syntax::json::{self, Kind, Value};
use crate::text::Spanned;

/// The manifest of every JavaScript package manager.
pub static FORMAT: Format = Format {
    id: "package-json",
    names: &["package.json"],
    patterns: &[],
    role: Role::Manifest,
    ecosystem: Some(Ecosystem::Npm),
    parse,
    guards: GUARDS,
    hold: no_hold,
};

/// The lists of dependencies, with the group that each one means.
pub(super) const LISTS: [(&str, Group); 4] = [
    ("dependencies", Group::Normal),
    ("devDependencies", Group::Dev),
    ("optionalDependencies", Group::Optional),
    ("peerDependencies", Group::Peer),
];

fn parse(text: &str) -> Parsed {
    let tree = json::parse(text);
    let problems = tree.problems(text, false);
    let root = tree.root(text);
    let mut model = Model::from(manifest(root));
    model.settings = root.get("pnpm").map(|field| Box::new(settings(field)));
    Parsed { syntax: Syntax::Json(tree), model, problems }
}

/// The members of the `pnpm` field, each as one setting.
fn settings(field: Value<'_>) -> Settings {
    let entries = field.members().filter_map(|(key, value)| {
        Some(Setting {
            key: Spanned::new(format_smolstr!("pnpm.{}", key.string()?), key.inner()),
            value: value.spanned().unwrap_or_else(|| Spanned::new(SmolStr::default(), key.inner())),
            list: false,
            implied: false,
            line: key.span().to(value.span()),
        })
    });
    Settings { entries: entries.collect(), ..Settings::default() }
}

/// The settings that pnpm up to version 10 takes from a field of its own.
fn pnpm(field: Value<'_>, manifest: &mut Manifest) {
    for (key, value) in field.members() {
        match key.string().as_deref() {
            Some("overrides") => {
                overrides(value, &mut manifest.dependencies);
                manifest.facts.extend(named("pnpm.override", value));
            }
            Some("patchedDependencies") => manifest.facts.extend(named("pnpm.patch", value)),
            Some("ignoredOptionalDependencies") => {
                let names = value.items().filter_map(Value::spanned);
                manifest.facts.extend(names.map(|name| (format_smolstr!("pnpm.ignored {name}"), name)));
            }
            Some("packageExtensions") if value.members().next().is_some() => {
                manifest.facts.push(("pnpm.packageExtensions".into(), Spanned::new(SmolStr::default(), key.inner())));
            }
            Some(list @ ("onlyBuiltDependencies" | "neverBuiltDependencies" | "ignoredBuiltDependencies")) => {
                let allowed = list == "onlyBuiltDependencies";
                let names = value.items().filter_map(Value::spanned).map(|package| {
                    let allowed = Spanned::new(allowed, package.span);
                    ScriptPermission { manager: Manager::Pnpm, package, allowed }
                });
                manifest.script_permissions.extend(names);
            }
            _ => {}
        }
    }
}

/// What the `pnpm` field may hold that later versions read elsewhere.
static GUARDS: &[Guard] = &[
    moved("pnpm.allowBuilds"),
    moved("pnpm.allowedDeprecatedVersions"),
    moved("pnpm.auditConfig"),
    moved("pnpm.configDependencies"),
    moved("pnpm.ignoredBuiltDependencies"),
    moved("pnpm.ignoredOptionalDependencies"),
    moved("pnpm.neverBuiltDependencies"),
    moved("pnpm.onlyBuiltDependencies"),
    moved("pnpm.overrides"),
    moved("pnpm.packageExtensions"),
    moved("pnpm.patchedDependencies"),
    moved("pnpm.peerDependencyRules"),
    moved("pnpm.requiredScripts"),
    moved("pnpm.supportedArchitectures"),
];

fn manifest(root: Value<'_>) -> Manifest {
    let mut manifest = Manifest { body: root.is_object().then(|| root.span()), ..Manifest::default() };
    for (key, value) in root.members() {
        let Some(name) = key.string() else { continue };
        match &*name {
            "name" => manifest.name = value.spanned(),
            "version" => manifest.version = value.spanned(),
            "private" => manifest.private = Some(Spanned::new(is_truthy(value), value.span())),
            "publishConfig" => {
                manifest.publish_registry = value.get("registry").and_then(Value::spanned);
                let folder = value.get("directory").and_then(Value::spanned);
                manifest.facts.extend(folder.map(|folder| ("publishDirectory".into(), folder)));
                manifest.announced = true;
            }
            "repository" | "files" => manifest.announced = true,
            "workspaces" => manifest.workspaces = workspaces(value),
            "packageManager" => {
                manifest.package_manager = value.spanned();
                manifest.manager = manifest.package_manager.as_ref().and_then(|asked| manager(asked));
            }
            "bundleDependencies" | "bundledDependencies" => manifest.bundles = value.items().filter_map(Value::spanned).collect(),
            "allowScripts" => manifest.script_permissions.extend(permissions(value)),
            "trustedDependencies" => trusted(key, value, &mut manifest),
            "engines" => manifest.npm_range = value.get("npm").and_then(Value::spanned),
            "overrides" | "resolutions" => {
                overrides(value, &mut manifest.dependencies);
                let kind = if name == "overrides" { "override" } else { "resolution" };
                manifest.facts.extend(named(kind, value));
            }
            "patchedDependencies" => manifest.facts.extend(named("patch", value)),
            "bin" => manifest.facts.extend(commands(value, root.get("name").and_then(Value::string).as_deref())),
            "dependenciesMeta" | "peerDependenciesMeta" => manifest.facts.extend(switches(&name, value)),
            "pnpm" => pnpm(value, &mut manifest),
            _ => {}
        }
    }
    for (key, value) in root.members() {
        let group = LISTS.iter().find(|(list, _)| key.is(list));
        if let Some((_, group)) = group {
            manifest.dependencies.extend(dependencies(value, *group));
        }
    }
    catalogs(root, &mut manifest.dependencies);
    if let Some(workspaces) = root.get("workspaces") {
        catalogs(workspaces, &mut manifest.dependencies);
    }
    let optional_peers = optional_peers(root);
    for dependency in manifest.dependencies.iter_mut().filter(|dependency| dependency.group == Group::Peer) {
        if optional_peers.contains(&dependency.name.value) {
            dependency.group = Group::OptionalPeer;
        }
    }
    manifest.dependencies.sort_by_key(|dependency| dependency.name.span);
    manifest
}

/// The manager that `packageManager` asks for: `yarn@1.22.22` is another one than `yarn@4.12.0`.
fn manager(asked: &str) -> Option<Manager> {
    let (name, version) = asked.split_once('@').unwrap_or((asked, ""));
    match name {
        "npm" => Some(Manager::Npm),
        "pnpm" => Some(Manager::Pnpm),
        "bun" => Some(Manager::Bun),
        "yarn" if version.starts_with("0.") || version.starts_with("1.") => Some(Manager::Yarn),
        "yarn" => Some(Manager::Berry),
        _ => None,
    }
}

/// What JavaScript takes for true.
fn is_truthy(value: Value<'_>) -> bool {
    match value.kind() {
        Kind::Null | Kind::False | Kind::Missing => false,
        Kind::String => !value.raw().is_empty(),
        Kind::Number => value.raw().trim_start_matches('-').bytes().any(|digit| (b'1'..=b'9').contains(&digit)),
        _ => true,
    }
}

/// Name and spec of every member of a list of dependencies.
pub(super) fn dependencies(list: Value<'_>, group: Group) -> impl Iterator<Item = Dependency> {
    list.members().filter_map(move |(name, spec)| Some(Dependency::new(name.spanned()?, spec.spanned()?, group)))
}

/// The names that `peerDependenciesMeta` calls optional.
pub(super) fn optional_peers(object: Value<'_>) -> Vec<SmolStr> {
    let Some(meta) = object.get("peerDependenciesMeta") else { return Vec::new() };
    let optional = meta.members().filter(|(_, meta)| meta.get("optional").and_then(Value::bool) == Some(true));
    optional.filter_map(|(name, _)| name.string().map(SmolStr::from)).collect()
}

/// `workspaces` as an array, or as an object with `packages` (yarn's form, which npm reads too).
fn workspaces(value: Value<'_>) -> Vec<Spanned<SmolStr>> {
    let list = value.get("packages").unwrap_or(value);
    list.items().filter_map(Value::spanned).collect()
}

/// npm's `allowScripts`.
fn permissions(value: Value<'_>) -> impl Iterator<Item = ScriptPermission> {
    value.members().filter_map(|(key, value)| {
        let allowed = Spanned::new(value.bool()?, value.span());
        Some(ScriptPermission { manager: Manager::Npm, package: key.spanned()?, allowed })
    })
}

/// Bun's `trustedDependencies`. A list that is there takes the place of the one that Bun has built in, an empty one as well.
fn trusted(key: Value<'_>, list: Value<'_>, manifest: &mut Manifest) {
    manifest.facts.push(("trustedDependencies".into(), Spanned::new(SmolStr::default(), key.inner())));
    let names = list.items().filter_map(Value::spanned).map(|package| {
        let allowed = Spanned::new(true, package.span);
        ScriptPermission { manager: Manager::Bun, package, allowed }
    });
    manifest.script_permissions.extend(names);
}

/// Bun's `catalog` and `catalogs`, which stand at the top or in `workspaces`.
fn catalogs(object: Value<'_>, found: &mut Vec<Dependency>) {
    let one = object.member("catalog").map(|(key, list)| (Spanned::new("catalog:".into(), key.inner()), list));
    let several = object.get("catalogs").into_iter().flat_map(Value::members);
    let several = several.filter_map(|(name, list)| {
        let reference = format_smolstr!("catalog:{}", name.string()?);
        Some((Spanned::new(reference, name.inner()), list))
    });
    for (reference, list) in one.into_iter().chain(several) {
        let entries = dependencies(list, Group::Catalog);
        found.extend(entries.map(|entry| Dependency { condition: Some(Box::new(reference.clone())), ..entry }));
    }
}

/// The members of an object as facts; what is no string stands as written.
pub(super) fn named<'a>(kind: &'a str, object: Value<'a>) -> impl Iterator<Item = (SmolStr, Spanned<SmolStr>)> {
    object.members().filter_map(move |(key, value)| {
        let written = value.spanned().unwrap_or_else(|| Spanned::new(value.text()[value.span().range()].into(), value.span()));
        Some((format_smolstr!("{kind} {}", key.string()?), written))
    })
}

/// Each command and the file that it runs. A text alone is the one of the command that is called as the package is.
fn commands(value: Value<'_>, name: Option<&str>) -> Vec<(SmolStr, Spanned<SmolStr>)> {
    let bare = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let fact = |name: &str, file: Value<'_>| Some((format_smolstr!("bin {}", bare(name)), file.spanned()?));
    match value.is_object() {
        true => value.members().filter_map(|(name, file)| fact(&name.string()?, file)).collect(),
        false => name.and_then(|name| fact(name, value)).into_iter().collect(),
    }
}

/// What a `…Meta` field turns on or off for a name.
fn switches(field: &str, value: Value<'_>) -> Vec<(SmolStr, Spanned<SmolStr>)> {
    let mut found = Vec::new();
    for (key, meta) in value.members() {
        let Some(key) = key.string() else { continue };
        for name in ["built", "injected", "optional", "unplugged"] {
            let Some((value, state)) = meta.get(name).and_then(|value| Some((value, value.bool()?))) else { continue };
            found.push((format_smolstr!("{field} {key} {name}"), Spanned::new(format_smolstr!("{state}"), value.span())));
        }
    }
    found
}

/// Every replacement, however deep the objects nest. A key is a name, `name@range`, or `.` for the object's own name.
fn overrides(value: Value<'_>, found: &mut Vec<Dependency>) {
    let mut open = vec![(value, None::<Spanned<SmolStr>>)];
    while let Some((object, parent)) = open.pop() {
        for (key, value) in object.members() {
            let Some(name) = (if key.is(".") { parent.clone() } else { key.spanned().map(override_name) }) else { continue };
            if value.is_object() {
                open.push((value, Some(name)));
            } else if let Some(spec) = value.spanned() {
                found.push(Dependency::new(name, spec, Group::Override));
            }
        }
    }
}

/// The name in an override's key: `react@^18` is about `react`, `**/react` and `a/react` (yarn's form) as well.
pub(super) fn override_name(key: Spanned<SmolStr>) -> Spanned<SmolStr> {
    let text = key.value.as_str();
    let without_range = match text.get(1..).and_then(|rest| rest.rfind('@')) {
        Some(at) if !text[at + 1..].contains('/') => &text[..at + 1],
        _ => text,
    };
    let mut parts = without_range.rsplit('/');
    let last = parts.next().unwrap_or_default();
    let name = match parts.next() {
        Some(scope) if scope.starts_with('@') => SmolStr::from(format!("{scope}/{last}")),
        _ => SmolStr::from(last),
    };
    Spanned::new(name, key.span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Manifest {
        *parse(text).model.manifest.unwrap()
    }

    #[test]
    fn everything_asked_for_is_listed_with_its_group() {
        let text = r#"{"name": "@a/b", "private": "yes", "dependencies": {"x": "^1", "bad": 3}, "devDependencies": {"y": "2.0.0"},
            "peerDependencies": {"p": "*", "q": "*"}, "peerDependenciesMeta": {"q": {"optional": true}},
            "overrides": {"x@^1": {".": "1.2.3", "@s/n": "npm:m@2"}, "z": "$x"}, "resolutions": {"**/@t/r": "3", "d/e@1": "4"},
            "workspaces": {"packages": ["packages/*"]}, "publishConfig": {"registry": "https://npm.corp.test/"}}"#;
        let manifest = read(text);
        let mut found: Vec<_> =
            manifest.dependencies.iter().map(|found| (found.name.as_str(), found.spec.as_str(), found.group)).collect();
        found.sort_by_key(|found| found.0);
        assert_eq!(
            found,
            [
                ("@s/n", "npm:m@2", Group::Override),
                ("@t/r", "3", Group::Override),
                ("e", "4", Group::Override),
                ("p", "*", Group::Peer),
                ("q", "*", Group::OptionalPeer),
                ("x", "^1", Group::Normal),
                ("x", "1.2.3", Group::Override),
                ("y", "2.0.0", Group::Dev),
                ("z", "$x", Group::Override),
            ]
        );
        assert!(manifest.private.unwrap().value);
        assert_eq!(manifest.workspaces[0].value, "packages/*");
        assert_eq!(manifest.publish_registry.unwrap().value, "https://npm.corp.test/");
    }

    #[test]
    fn the_manager_is_told_by_name_and_version() {
        for (asked, expected) in [
            ("yarn@1.22.22", Some(Manager::Yarn)),
            ("yarn@4.12.0+sha512.00", Some(Manager::Berry)),
            ("yarn", Some(Manager::Berry)),
            ("pnpm@9.0.0", Some(Manager::Pnpm)),
            ("bun@1.2.0", Some(Manager::Bun)),
            ("npm@11.0.0", Some(Manager::Npm)),
            ("cnpm@1.0.0", None),
        ] {
            assert_eq!(read(&format!("{{\"packageManager\": \"{asked}\"}}")).manager, expected, "{asked}");
        }
    }

    #[test]
    fn a_broken_manifest_keeps_what_can_be_read() {
        let parsed = parse("{\"dependencies\": {\"é\": \"^1.0.0\", \"b\": \"~2");
        assert!(!parsed.problems.is_empty());
        let manifest = parsed.model.manifest.unwrap();
        assert_eq!(manifest.dependencies.len(), 2);
    }
}
