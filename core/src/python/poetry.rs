//! Dependencies as Poetry's tables write them, in `pyproject.toml` and in `poetry.lock`.

use smol_str::SmolStr;

use crate::model::{Dependency, Group};
use crate::spec::Place;
use crate::syntax::toml::Value;
use crate::text::{Span, Spanned};

/// What one member of a table of dependencies asks for: a constraint, a table of fields, or several tables of which the environment
/// chooses.
pub(crate) fn dependencies(key: Value<'_>, value: Value<'_>, group: Group) -> Vec<Dependency> {
    let Some(name) = key.spanned() else { return Vec::new() };
    let several = value.items().filter_map(|item| dependency(name.clone(), item, group));
    if value.is_array() { several.collect() } else { dependency(name, value, group).into_iter().collect() }
}

fn dependency(name: Spanned<SmolStr>, value: Value<'_>, group: Group) -> Option<Dependency> {
    if let Some(spec) = value.spanned() {
        return Some(Dependency::new(name, spec, group));
    }
    if !value.is_table() {
        return None;
    }
    let text = |key: &str| value.get(key).and_then(Value::spanned);
    let place = place(&text);
    let spec = match &place {
        Some(Place::Git { address, .. } | Place::Url(address) | Place::Path(address)) => address.clone(),
        _ => text("version").unwrap_or_else(|| Spanned::new(SmolStr::default(), Span::at(name.span.end as usize))),
    };
    let optional = value.get("optional").and_then(Value::bool) == Some(true);
    let group = if optional && group == Group::Normal { Group::Optional } else { group };
    Some(Dependency {
        place: place.map(Box::new),
        registry: text("source").map(Box::new),
        condition: text("markers").or_else(|| text("python")).or_else(|| text("platform")).map(Box::new),
        ..Dependency::new(name, spec, group)
    })
}

fn place(text: &impl Fn(&str) -> Option<Spanned<SmolStr>>) -> Option<Place> {
    if let Some(address) = text("git") {
        return Some(Place::Git { address, rev: text("rev"), reference: text("tag").or_else(|| text("branch")) });
    }
    text("url").map(Place::Url).or_else(|| text("path").or_else(|| text("file")).map(Place::Path))
}
