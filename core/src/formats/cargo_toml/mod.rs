//! `Cargo.toml`: what a crate or a workspace asks for.
//!
//! Read as Cargo's manifest reference has it. Keys that Cargo does not know are passed over, as Cargo does; what a member takes over from its
//! workspace (`workspace = true`) stays unanswered here, since the root's file says it.

mod dependency;
mod patches;

use smol_str::SmolStr;

use super::{Format, Parsed, Role, no_hold};
use crate::model::{Ecosystem, Group, Manager, Manifest};
use crate::syntax::Syntax;
use crate::syntax::toml::{self, Kind, Value};
use crate::text::Spanned;

/// The manifest of every Cargo project.
pub static FORMAT: Format = Format {
    id: "cargo-toml",
    names: &["Cargo.toml"],
    patterns: &[],
    role: Role::Manifest,
    ecosystem: Some(Ecosystem::Cargo),
    parse,
    guards: &[],
    hold: no_hold,
};

/// The fact that a manifest is a workspace's root; its value is that of `exclude`, if there is one.
pub const WORKSPACE: &str = "workspace";

/// The fact that holds the version that members take over.
pub const WORKSPACE_VERSION: &str = "workspace.package.version";

/// The fact that a crate takes its version from the workspace.
pub const INHERITS_VERSION: &str = "version.workspace";

/// The lists of dependencies, with the group that each one means. The spellings with `_` are old and still read.
const LISTS: [(&str, Group); 5] = [
    ("dependencies", Group::Normal),
    ("dev-dependencies", Group::Dev),
    ("dev_dependencies", Group::Dev),
    ("build-dependencies", Group::Normal),
    ("build_dependencies", Group::Normal),
];

fn parse(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let problems = tree.problems(text);
    let manifest = manifest(tree.root(text));
    Parsed { syntax: Syntax::Toml(tree), model: manifest.into(), problems }
}

fn manifest(root: Value<'_>) -> Manifest {
    let mut manifest = Manifest { manager: Some(Manager::Cargo), ..Manifest::default() };
    // `project` is what `package` was called before Cargo 1.0.
    if let Some(package) = root.get("package").or_else(|| root.get("project")) {
        about(package, &mut manifest);
    }
    if let Some(workspace) = root.get("workspace") {
        members(workspace, &mut manifest);
    }
    for (key, value) in root.members() {
        if let Some((_, group)) = LISTS.iter().find(|(list, _)| key.is(list)) {
            manifest.dependencies.extend(dependency::list(value, *group, None));
        } else if key.is("target") {
            for (condition, target) in value.members() {
                for (list, group) in LISTS {
                    let found = target.get(list).map(|list| dependency::list(list, group, condition.spanned()));
                    manifest.dependencies.extend(found.unwrap_or_default());
                }
            }
        } else if key.is("workspace") {
            let shared = value.get("dependencies").map(|list| dependency::list(list, Group::Normal, None));
            manifest.dependencies.extend(shared.unwrap_or_default());
        } else if key.is("patch") || key.is("replace") {
            patches::read(key, value, &mut manifest);
        }
    }
    manifest
}

fn about(package: Value<'_>, manifest: &mut Manifest) {
    manifest.name = package.get("name").and_then(Value::spanned);
    if let Some(version) = package.get("version") {
        manifest.version = version.spanned();
        if version.is_table() {
            manifest.facts.push((INHERITS_VERSION.into(), Spanned::new(SmolStr::default(), version.span())));
        }
    }
    if let Some(publish) = package.get("publish") {
        let private = publish.kind() == Kind::False || publish.is_array() && publish.items().next().is_none();
        manifest.private = Some(Spanned::new(private, publish.span()));
    }
}

fn members(workspace: Value<'_>, manifest: &mut Manifest) {
    let list = |key: &str| workspace.get(key).into_iter().flat_map(Value::items).filter_map(Value::spanned);
    manifest.workspaces.extend(list("members"));
    manifest.workspaces.extend(list("exclude").map(|path| Spanned::new(format!("!{path}").into(), path.span)));
    manifest.facts.push((WORKSPACE.into(), Spanned::new(SmolStr::default(), workspace.span())));
    if let Some(version) = workspace.get_path(&["package", "version"]).and_then(Value::spanned) {
        manifest.facts.push((WORKSPACE_VERSION.into(), version));
    }
}

#[cfg(test)]
mod tests;
