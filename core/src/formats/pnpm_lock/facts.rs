//! What pnpm compares with the manifests and the settings beside the importers' lists.

use smol_str::{SmolStr, format_smolstr};

use crate::syntax::yaml::Value;
use crate::text::Spanned;

/// The facts of the main document.
pub(super) fn read(document: Value<'_>) -> Vec<(SmolStr, Spanned<SmolStr>)> {
    let mut facts = Vec::new();
    for (key, value) in document.members() {
        match key.string().as_deref() {
            Some("settings") => facts.extend(named("setting", value)),
            Some("overrides") => facts.extend(named("override", value)),
            Some("patchedDependencies") => facts.extend(named("patch", value)),
            Some("ignoredOptionalDependencies") => {
                facts.extend(value.items().filter_map(Value::spanned).map(|name| (format_smolstr!("ignored {name}"), name)));
            }
            Some(name @ ("packageExtensionsChecksum" | "pnpmfileChecksum")) => {
                facts.extend(value.spanned().map(|written| (SmolStr::from(name), written)));
            }
            Some("catalogs") => {
                for (name, entries) in value.members() {
                    let Some(name) = name.string() else { continue };
                    let specifier = |(key, entry): (Value<'_>, Value<'_>)| {
                        Some((format_smolstr!("catalog:{name} {}", key.string()?), entry.get("specifier")?.spanned()?))
                    };
                    facts.extend(entries.members().filter_map(specifier));
                }
            }
            _ => {}
        }
    }
    facts
}

/// The members of a mapping as facts; what is no text stands as written.
fn named(kind: &'static str, mapping: Value<'_>) -> impl Iterator<Item = (SmolStr, Spanned<SmolStr>)> {
    mapping.members().filter_map(move |(key, value)| {
        let written = value.spanned().unwrap_or_else(|| Spanned::new(value.text()[value.span().range()].into(), value.span()));
        Some((format_smolstr!("{kind} {}", key.string()?), written))
    })
}
