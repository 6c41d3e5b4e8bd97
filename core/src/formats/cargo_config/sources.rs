//! The registries that the settings name, and the sources that they put in others' places.

use smol_str::SmolStr;

use crate::formats::cargo_toml::patches;
use crate::model::{Destination, NamedRegistry, Redirect, Redirected};
use crate::registries::Serves;
use crate::syntax::toml::Value;
use crate::text::Spanned;

/// `[registries.NAME] index = "…"`.
pub(super) fn registries(root: Value<'_>) -> Vec<NamedRegistry> {
    let tables = root.get("registries").into_iter().flat_map(Value::members);
    let named = |(name, table): (Value<'_>, Value<'_>)| {
        let name = name.spanned()?;
        let url = bare(table.get("index")?)?;
        Some(NamedRegistry {
            serves: Serves::Named(name.value.clone()),
            name: Some(name),
            url,
            mixes: false,
            part: None,
            yields: false,
        })
    };
    tables.filter_map(named).collect()
}

/// The address of an index, without the mark for the protocol that reads it.
pub(super) fn bare(index: Value<'_>) -> Option<Spanned<SmolStr>> {
    let text = index.string()?;
    let bare = text.strip_prefix("sparse+").unwrap_or(&text);
    Some(Spanned::new(bare.into(), index.place(text.len() - bare.len(), text.len())))
}

/// Every replacement of a source, every patch, every folder that is looked in first.
pub(super) fn redirects(root: Value<'_>) -> Vec<Redirect> {
    let sources = root.get("source").into_iter().flat_map(Value::members);
    let mut found: Vec<Redirect> = sources.filter_map(|(name, source)| replacement(root, name, source)).collect();
    found.extend(root.get("patch").into_iter().flat_map(|patch| patches(patch).1));
    let paths = root.get("paths").into_iter().flat_map(Value::items).filter_map(Value::spanned);
    found.extend(paths.map(|to| {
        let span = to.span;
        Redirect { what: Redirected::Anything, to, kind: Destination::Path, by: "paths", span }
    }));
    found
}

fn replacement(root: Value<'_>, name: Value<'_>, source: Value<'_>) -> Option<Redirect> {
    let (key, value) = source.member("replace-with")?;
    let other = value.spanned()?;
    let (to, kind) = place(root, &other).unwrap_or_else(|| (other.clone(), Destination::Name));
    let span = key.span().to(value.span());
    Some(Redirect { what: Redirected::Source(name.string()?.into()), to, kind, by: "replace-with", span })
}

/// Where a source is that a replacement names: a source of this file, or a registry of it.
pub(super) fn place(root: Value<'_>, name: &str) -> Option<(Spanned<SmolStr>, Destination)> {
    let source = root.get_path(&["source", name]);
    let of = |key: &str| source.and_then(|source| source.get(key));
    if let Some(folder) = of("directory").or_else(|| of("local-registry")) {
        return Some((folder.spanned()?, Destination::Path));
    }
    if let Some(address) = of("registry") {
        return Some((bare(address)?, Destination::Address));
    }
    if let Some(address) = of("git") {
        return Some((address.spanned()?, Destination::Address));
    }
    let index = root.get_path(&["registries", name, "index"])?;
    Some((bare(index)?, Destination::Address))
}
