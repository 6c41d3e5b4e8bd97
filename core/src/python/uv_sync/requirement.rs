//! A requirement, as the manifest asks for it and as the lockfile copies it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::requirement;
use super::Around;
use super::sources::{Within, with_source};
use crate::npm::resolve::normal;
use crate::spec::Place;
use crate::syntax::toml::Value;
use crate::text::{Span, Spanned};
use crate::versions::pypi::normalized;

/// A requirement, in the manifest or in the lockfile's copy.
#[derive(Clone)]
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
    /// Whether a table of sources was applied to it.
    pub lowered: bool,
    /// Why uv refuses the place that is named for it.
    pub fault: Option<String>,
    pub span: Span,
}

/// Where a requirement is looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Registry,
    /// The repository's address, with what chooses of it as a query.
    Git(String),
    /// The archive's address, and the folder in it.
    Url(String),
    Path(Folder),
    /// One that is not followed here, so nothing about the requirement is judged.
    Unknown,
    /// Anywhere: bounds of versions hold wherever a package comes from.
    Anywhere,
}

/// Something on disk; what is not known of it is open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Folder {
    pub how: Option<How>,
    /// Relative to the lockfile's folder.
    pub path: Option<String>,
}

/// How a project on disk is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    Editable,
    /// Only what it asks for is.
    Virtual,
    /// As it is, or an archive.
    Built,
    /// As it is, or not at all: that its own manifest says.
    NotEditable,
}

impl Requirement<'_> {
    /// Whether nothing of it can be compared.
    pub(super) fn is_unknown(&self) -> bool {
        self.source == Source::Unknown || self.fault.is_some()
    }
}

impl Source {
    /// Whether it may be what the lockfile has.
    pub(super) fn fits(&self, copy: &Source) -> bool {
        match (self, copy) {
            (Source::Path(asked), Source::Path(copy)) => {
                let how = match (asked.how, copy.how) {
                    (Some(How::NotEditable), Some(how)) => how != How::Editable,
                    (Some(asked), Some(copy)) => asked == copy,
                    _ => true,
                };
                how && asked.path.as_ref().zip(copy.path.as_ref()).is_none_or(|(asked, copy)| asked == copy)
            }
            _ => self == copy,
        }
    }

    pub(super) fn is_kind_of(&self, other: &Source) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// The index of a requirement that is looked for in a registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    let own = project.get("name").and_then(Value::string).map(|name| normalized(&name).into_owned());
    let found = direct.chain(extras).filter_map(|(item, extra)| {
        let requirement = read(item, extra.as_deref())?;
        Some(match own.as_ref() == Some(&requirement.name) {
            // A project that asks for its own extras: the table of sources is for others.
            true => vec![requirement],
            false => with_source(requirement, manifest, around, Within { extra: extra.as_deref(), group: None }),
        })
    });
    found.flatten().collect()
}

/// Reads a requirement of a list, which may be the list of an extra.
pub(super) fn read<'a>(item: Value<'a>, extra: Option<&str>) -> Option<Requirement<'a>> {
    let text = item.string()?;
    let parsed = requirement::parse(&text).ok()?;
    let extra = extra.map(|extra| format!("extra == '{extra}'"));
    let marker = both(parsed.marker.map(|marker| marker.text.to_owned()), extra);
    Some(Requirement {
        name: normalized(parsed.name.text).into_owned(),
        shown: parsed.name.text.to_owned(),
        extras: parsed.extras.iter().map(|extra| normalized(extra.text).into_owned()).collect(),
        specifier: Cow::Owned(parsed.specifier.text.to_owned()),
        marker,
        source: parsed.url.map_or(Source::Registry, |url| direct(&url.spanned(Span::new))),
        index: Some(Index::Any),
        lowered: false,
        fault: None,
        span: item.inner(),
    })
}

/// What a direct reference leads to.
fn direct(url: &Spanned<smol_str::SmolStr>) -> Source {
    let fragment = url.split_once('#').map_or("", |(_, fragment)| fragment);
    let subdirectory = fragment.split('&').find_map(|pair| pair.strip_prefix("subdirectory="));
    match super::super::direct(url) {
        Place::Git { address, rev, reference } => {
            let chosen = rev.or(reference).map(|chosen| ("rev", chosen.value.to_string()));
            let folder = subdirectory.map(|folder| ("subdirectory", folder.to_owned()));
            Source::Git(git(address.strip_prefix("git+").unwrap_or(&address), chosen.into_iter().chain(folder)))
        }
        Place::Url(_) => Source::Url(archive(url, subdirectory)),
        _ => Source::Path(Folder { how: None, path: None }),
    }
}

/// A repository's address, with what chooses of it in one order.
pub(super) fn git(address: &str, chosen: impl Iterator<Item = (&'static str, String)>) -> String {
    let chosen: BTreeSet<String> = chosen.map(|(key, value)| format!("{key}={value}")).collect();
    let chosen = chosen.into_iter().collect::<Vec<_>>().join("&");
    format!("{}?{chosen}", bare(address).trim_end_matches('/'))
}

/// An archive's address, and the folder in it.
pub(super) fn archive(address: &str, subdirectory: Option<&str>) -> String {
    let address = address.split('#').next().unwrap_or_default();
    format!("{} {}", bare(address), subdirectory.unwrap_or(""))
}

/// A condition that holds where both do.
pub(super) fn both(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => Some(format!("({one}) and ({other})")),
        (one, other) => one.or(other),
    }
}

/// The lockfile's copy of a list.
pub(super) fn copied(list: Option<Value<'_>>) -> Vec<Requirement<'_>> {
    list.into_iter().flat_map(Value::items).filter_map(copy).collect()
}

fn copy(item: Value<'_>) -> Option<Requirement<'_>> {
    let text = |key: &str| item.get(key).and_then(Value::string);
    let name = text("name")?;
    let extras = item.get("extras").into_iter().flat_map(Value::items);
    Some(Requirement {
        name: normalized(&name).into_owned(),
        shown: name.into_owned(),
        extras: extras.filter_map(|extra| Some(normalized(&extra.string()?).into_owned())).collect(),
        specifier: text("specifier").unwrap_or_default(),
        marker: text("marker").map(Cow::into_owned),
        source: source_of_copy(item),
        index: Some(text("index").map_or(Index::Any, |address| Index::Bound(bare(&address)))),
        lowered: false,
        fault: None,
        span: item.span(),
    })
}

fn source_of_copy(item: Value<'_>) -> Source {
    let text = |key: &str| item.get(key).and_then(Value::string);
    if let Some(address) = text("git") {
        let (address, query) = address.split_once('?').unwrap_or((&address, ""));
        let query = query.split('#').next().unwrap_or_default();
        let chosen = query.split('&').filter_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            let key = ["branch", "tag", "rev", "subdirectory", "path", "lfs"].into_iter().find(|known| *known == key)?;
            Some((key, percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned()))
        });
        return Source::Git(git(address, chosen));
    }
    if let Some(address) = text("url") {
        return Source::Url(archive(&address, text("subdirectory").as_deref()));
    }
    let folders = [("editable", How::Editable), ("virtual", How::Virtual), ("directory", How::Built), ("path", How::Built)];
    let folder = folders.into_iter().find_map(|(key, how)| Some((text(key)?, how)));
    folder.map_or(Source::Registry, |(path, how)| Source::Path(Folder { how: Some(how), path: on_disk(&path) }))
}

/// A path in one spelling, unless it is absolute.
pub(super) fn on_disk(path: &str) -> Option<String> {
    let relative = !path.starts_with(['/', '\\', '~']) && !path.contains(':');
    relative.then(|| normal(path).into_owned())
}

/// An address without what does not tell it from another: how its host is written, and who asks.
pub(super) fn bare(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let host = host.rsplit('@').next().unwrap_or_default();
    format!("{}://{}{path}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase())
}
