//! `Cargo.toml`: what a crate or a workspace asks for.
//!
//! Read as Cargo's manifest reference has it. Keys that Cargo does not know are passed over, as Cargo does; what a member takes over from its
//! workspace (`workspace = true`) stays unanswered here, since the root's file says it.

mod dependency;
mod patches;

pub(crate) use patches::patches;

use smol_str::SmolStr;

use super::{Format, Parsed, Role, no_hold};
use crate::model::{Dependency, Ecosystem, Group, Manager, Manifest, Place};
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

/// The fact for each pattern of `members`.
pub const MEMBERS: &str = "workspace.members";

/// The fact for each folder of `exclude`.
pub const EXCLUDE: &str = "workspace.exclude";

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
            let shared = shared.into_iter().flatten().map(|dependency| Dependency { shared: true, ..dependency });
            manifest.dependencies.extend(shared);
        } else if key.is("patch") || key.is("replace") {
            patches::read(key, value, &mut manifest);
        }
    }
    if !manifest.topmost {
        neighbours(&mut manifest);
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

/// Every crate below a workspace's root is a member, is excluded, or is refused by Cargo; which of those that are there is for whoever compares
/// them with the lockfile. So the root's patterns are all but what it excludes, and the lists stay as facts.
fn members(workspace: Value<'_>, manifest: &mut Manifest) {
    let list = |key: &str| workspace.get(key).into_iter().flat_map(Value::items).filter_map(Value::spanned).collect::<Vec<_>>();
    manifest.topmost = true;
    manifest.workspaces.push(Spanned::new("**".into(), workspace.span()));
    for folder in list("exclude") {
        let plain = folder.trim_start_matches("./").trim_end_matches('/');
        let whole = [format!("!{plain}"), format!("!{plain}/**")].map(|pattern| Spanned::new(pattern.into(), folder.span));
        manifest.workspaces.extend(whole);
        manifest.facts.push((EXCLUDE.into(), folder));
    }
    manifest.facts.extend(list("members").into_iter().map(|pattern| (MEMBERS.into(), pattern)));
    if let Some(version) = workspace.get_path(&["package", "version"]).and_then(Value::spanned) {
        manifest.facts.push((WORKSPACE_VERSION.into(), version));
    }
}

/// Crates that are asked for by their path are built with this one, and locked in its lockfile.
fn neighbours(manifest: &mut Manifest) {
    let paths = manifest.dependencies.iter().filter_map(|dependency| match dependency.place.as_deref() {
        Some(Place::Path(path)) if !path.starts_with("..") => Some(path.clone()),
        _ => None,
    });
    let paths: Vec<_> = paths.collect();
    manifest.workspaces.extend(paths);
}

#[cfg(test)]
mod tests;
