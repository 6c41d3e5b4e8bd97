//! One dependency: `name = "1.0"`, or a table that says where it comes from.

use smol_str::SmolStr;

use crate::model::{Dependency, Group, Place};
use crate::syntax::toml::Value;
use crate::text::{Span, Spanned};

/// The dependencies of a table.
pub(super) fn list(table: Value<'_>, group: Group, condition: Option<Spanned<SmolStr>>) -> Vec<Dependency> {
    let condition = condition.map(Box::new);
    let with = |dependency| Dependency { condition: condition.clone(), ..dependency };
    table.members().filter_map(|(key, value)| read(key.spanned()?, value, group)).map(with).collect()
}

/// What stands behind a dependency's name.
pub(super) fn read(key: Spanned<SmolStr>, value: Value<'_>, group: Group) -> Option<Dependency> {
    if let Some(version) = value.spanned() {
        return Some(held(Dependency::new(key, version, group)));
    }
    if !value.is_table() {
        return None;
    }
    let text = |field: &str| value.get(field).and_then(Value::spanned);
    let place = place(value);
    let spec = text("version").unwrap_or_else(|| Spanned::new(SmolStr::default(), position(value, place.as_ref())));
    let optional = value.get("optional").and_then(Value::bool) == Some(true);
    let group = if optional && group == Group::Normal { Group::Optional } else { group };
    let mut dependency = match text("package") {
        Some(package) => Dependency { alias: Some(Box::new(key)), ..Dependency::new(package, spec, group) },
        None => Dependency::new(key, spec, group),
    };
    dependency.place = place.map(Box::new);
    dependency.registry = text("registry").or_else(|| text("registry-index")).map(Box::new);
    Some(held(dependency))
}

/// A requirement of Cargo's (`1.0` means `^1.0`) is how crates say what they work with, and `Cargo.lock` holds it to one version; only `*` says
/// nothing at all.
fn held(dependency: Dependency) -> Dependency {
    let spec = dependency.spec.trim();
    Dependency { loose: !(spec.is_empty() || spec == "*"), ..dependency }
}

fn place(value: Value<'_>) -> Option<Place> {
    let text = |field: &str| value.get(field).and_then(Value::spanned);
    if let Some(address) = text("git") {
        return Some(Place::Git { address, rev: text("rev"), reference: text("branch").or_else(|| text("tag")) });
    }
    if let Some(path) = text("path") {
        return Some(Place::Path(path));
    }
    (value.get("workspace").and_then(Value::bool) == Some(true)).then_some(Place::Workspace)
}

/// Where a version would be told, if none is: the place that is told instead.
fn position(value: Value<'_>, place: Option<&Place>) -> Span {
    match place {
        Some(Place::Git { address, .. }) => address.span,
        Some(Place::Path(path)) => path.span,
        _ => value.span(),
    }
}
