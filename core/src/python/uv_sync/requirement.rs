//! A requirement, as the manifest asks for it and as the lockfile copies it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::requirement;
use super::Around;
use crate::syntax::toml::Value;
use crate::text::Span;
use crate::versions::pypi::normalized;

/// A requirement, in the manifest or in the lockfile's copy.
pub(super) struct Requirement<'a> {
    /// Its normalised name.
    pub name: String,
    /// Its name as it is written.
    pub shown: String,
    pub extras: BTreeSet<String>,
    pub specifier: Cow<'a, str>,
    pub marker: Option<String>,
    pub source: Source,
    /// The index that it is bound to. `None`: that is not known.
    pub index: Option<Index>,
    pub span: Span,
}

/// Where a requirement is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Registry,
    Git,
    Url,
    Path,
    /// A table of sources that is not followed here, so nothing about the requirement is judged.
    Unknown,
    /// Anywhere: bounds of versions hold wherever a package comes from.
    Anywhere,
}

/// The index of a requirement that is looked for in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Index {
    /// Whichever has it.
    Any,
    /// The one of this address.
    Bound(String),
}

/// What a project asks for, its extras included.
pub(super) fn asked<'a>(project: Value<'a>, manifest: Value<'a>, around: &Around<'a>) -> Vec<Requirement<'a>> {
    let direct = project.get("dependencies").into_iter().flat_map(Value::items).map(|item| (item, None));
    let extras = project.get("optional-dependencies").into_iter().flat_map(Value::members);
    let extras = extras.flat_map(|(extra, list)| list.items().map(move |item| (item, extra.string())));
    let found = direct.chain(extras).filter_map(|(item, extra)| read(item, extra.as_deref()));
    let own = project.get("name").and_then(Value::string).map(|name| normalized(&name).into_owned());
    let placed = |requirement: Requirement<'a>| match own.as_ref() == Some(&requirement.name) {
        // A project that asks for its own extras has them from its own folder.
        true => Requirement { source: Source::Unknown, index: None, ..requirement },
        false => with_source(requirement, manifest, around),
    };
    found.map(placed).collect()
}

/// Reads a requirement of a list, which may be the list of an extra.
pub(super) fn read<'a>(item: Value<'a>, extra: Option<&str>) -> Option<Requirement<'a>> {
    let text = item.string()?;
    let parsed = requirement::parse(&text).ok()?;
    let extra = extra.map(|extra| format!("extra == '{extra}'"));
    let marker = both(parsed.marker.map(|marker| marker.text.to_owned()), extra);
    let source = match parsed.url.map(|url| super::super::direct(&url.spanned(Span::new))) {
        None => Source::Registry,
        Some(crate::spec::Place::Git { .. }) => Source::Git,
        Some(crate::spec::Place::Url(_)) => Source::Url,
        Some(_) => Source::Path,
    };
    Some(Requirement {
        name: normalized(parsed.name.text).into_owned(),
        shown: parsed.name.text.to_owned(),
        extras: parsed.extras.iter().map(|extra| normalized(extra.text).into_owned()).collect(),
        specifier: Cow::Owned(parsed.specifier.text.to_owned()),
        marker,
        source,
        index: Some(Index::Any),
        span: item.inner(),
    })
}

/// A condition that holds where both do.
pub(super) fn both(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("({one}) and {other}")),
        (one, other) => one.or(other),
    }
}

/// A requirement as the table of sources has it: the project's own, else the one of the workspace's root.
pub(super) fn with_source<'a>(mut requirement: Requirement<'a>, manifest: Value<'a>, around: &Around<'a>) -> Requirement<'a> {
    let Some(source) = [manifest, around.root].into_iter().find_map(|manifest| source_of(&requirement.name, manifest)) else {
        return requirement;
    };
    let has = |key: &str| source.get(key).is_some();
    let unknown = source.is_array() || ["marker", "extra", "group", "package"].iter().any(|key| has(key));
    requirement.source = match () {
        () if unknown || around.passes_over_sources() => Source::Unknown,
        () if has("git") => Source::Git,
        () if has("url") => Source::Url,
        () if has("path") || has("workspace") => Source::Path,
        () => Source::Registry,
    };
    requirement.index = match source.get("index").and_then(Value::string) {
        _ if requirement.source != Source::Registry => None,
        Some(name) => around.index(&name, manifest).map(Index::Bound),
        None => Some(Index::Any),
    };
    requirement
}

fn source_of<'a>(name: &str, manifest: Value<'a>) -> Option<Value<'a>> {
    let mut sources = manifest.get_path(&["tool", "uv", "sources"])?.members();
    sources.find(|(key, _)| key.string().is_some_and(|key| normalized(&key) == name)).map(|(_, source)| source)
}

/// The lockfile's copy of a list.
pub(super) fn copied(list: Option<Value<'_>>) -> Vec<Requirement<'_>> {
    list.into_iter().flat_map(Value::items).filter_map(copy).collect()
}

fn copy(item: Value<'_>) -> Option<Requirement<'_>> {
    let name = item.get("name")?.string()?;
    let has = |key: &str| item.get(key).is_some();
    let source = match () {
        () if has("git") => Source::Git,
        () if has("url") => Source::Url,
        () if ["path", "directory", "editable", "virtual"].iter().any(|key| has(key)) => Source::Path,
        () => Source::Registry,
    };
    let extras = item.get("extras").into_iter().flat_map(Value::items);
    let index = item.get("index").and_then(Value::string);
    Some(Requirement {
        name: normalized(&name).into_owned(),
        shown: name.into_owned(),
        extras: extras.filter_map(|extra| Some(normalized(&extra.string()?).into_owned())).collect(),
        specifier: item.get("specifier").and_then(Value::string).unwrap_or_default(),
        marker: item.get("marker").and_then(Value::string).map(Cow::into_owned),
        source,
        index: Some(index.map_or(Index::Any, |address| Index::Bound(bare(&address)))),
        span: item.span(),
    })
}

/// The address of an index without what does not tell it from another: the closing slash, and who asks.
pub(super) fn bare(address: &str) -> String {
    let address = address.trim_end_matches('/');
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let host = rest.split('/').next().unwrap_or_default();
    let known = host.rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}://{}", &rest[known..])
}
