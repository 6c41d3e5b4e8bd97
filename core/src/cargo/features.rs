//! Tables of features that Cargo refuses. Source: `src/cargo/core/summary.rs` (`build_feature_map`).

use std::collections::BTreeSet;

use crate::syntax::toml::Value;
use crate::text::Span;

/// A dependency by the name that features know it by.
struct Named<'a> {
    name: std::borrow::Cow<'a, str>,
    optional: bool,
}

/// Why Cargo refuses a manifest's features, if it does.
pub(super) fn faults(manifest: Value<'_>) -> Vec<(String, Span)> {
    let table = || manifest.get("features").into_iter().flat_map(Value::members);
    let named = dependencies(manifest);
    let known = Known {
        features: table().filter_map(|(key, _)| key.string().map(std::borrow::Cow::into_owned)).collect(),
        hidden: hidden(manifest),
        named,
    };
    let mut found = Vec::new();
    for (key, list) in table() {
        let Some(name) = key.string() else { continue };
        if !is_name(&name) {
            found.push((format!("`{name}` is no name of a feature"), key.inner()));
        }
        if known.is_optional(&name) && !known.hidden.contains(&*name) {
            found.push((
                format!("the feature `{name}` has an optional dependency's name, and none includes `dep:{name}`"),
                key.inner(),
            ));
        }
        for item in list.items() {
            let Some(text) = item.string() else { continue };
            if let Some(why) = known.fault(&name, &text) {
                found.push((format!("the feature `{name}` includes `{text}`, {why}"), item.inner()));
            }
        }
    }
    found
}

/// Whether others may ask for a feature of a crate.
pub(crate) fn has(manifest: Value<'_>, feature: &str) -> bool {
    let listed = manifest.get("features").and_then(|table| table.get(feature)).is_some();
    let optional = || dependencies(manifest).iter().any(|one| one.optional && one.name == feature);
    listed || feature == "default" || optional() && !hidden(manifest).contains(feature)
}

/// What features may name.
struct Known<'a> {
    features: BTreeSet<String>,
    /// Optional dependencies that have no feature of their own name.
    hidden: BTreeSet<String>,
    named: Vec<Named<'a>>,
}

impl Known<'_> {
    fn is_dependency(&self, name: &str) -> bool {
        self.named.iter().any(|one| one.name == name)
    }

    fn is_optional(&self, name: &str) -> bool {
        self.named.iter().any(|one| one.optional && one.name == name)
    }

    /// Why a feature may not include something.
    fn fault(&self, own: &str, text: &str) -> Option<&'static str> {
        if let Some(name) = text.strip_prefix("dep:") {
            return (!self.is_optional(name)).then_some("which is no optional dependency");
        }
        if let Some((name, _)) = text.split_once('/') {
            let weak = name.strip_suffix('?');
            return match weak {
                _ if !self.is_dependency(weak.unwrap_or(name)) => Some("and it has no such dependency"),
                Some(name) if !self.is_optional(name) => Some("and the dependency is not optional"),
                _ => None,
            };
        }
        let there = self.features.contains(text) || self.is_optional(text) && !self.hidden.contains(text);
        match there {
            _ if text == own => Some("which is itself"),
            false => Some("which is no feature and no optional dependency"),
            true => None,
        }
    }
}

fn hidden(manifest: Value<'_>) -> BTreeSet<String> {
    let items = manifest.get("features").into_iter().flat_map(Value::members).flat_map(|(_, list)| list.items());
    items.filter_map(|item| item.string()?.strip_prefix("dep:").map(str::to_owned)).collect()
}

fn dependencies(manifest: Value<'_>) -> Vec<Named<'_>> {
    let targets = manifest.get("target").into_iter().flat_map(Value::members).map(|(_, target)| target);
    let lists = targets.chain([manifest]).flat_map(|table| {
        ["dependencies", "build-dependencies", "build_dependencies", "dev-dependencies", "dev_dependencies"]
            .into_iter()
            .filter_map(move |list| table.get(list))
    });
    let named = lists.flat_map(Value::members).filter_map(|(key, value)| {
        Some(Named { name: key.string()?, optional: value.get("optional").and_then(Value::bool) == Some(true) })
    });
    named.collect()
}

/// Whether Cargo takes a name for a feature's.
fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|first| first.is_alphanumeric() || first == '_');
    first && letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '+' | '.'))
}
