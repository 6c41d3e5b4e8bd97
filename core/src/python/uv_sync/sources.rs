//! The table of sources (`tool.uv.sources`), as uv applies it to a requirement.
//! Source: `crates/uv-distribution/src/metadata/lowering.rs`.

use super::Around;
use super::requirement::{Folder, How, Index, Requirement, Source, archive, bare, both, git, on_disk};
use crate::syntax::toml::Value;
use crate::versions::pypi::normalized;

/// The list that a requirement stands in.
#[derive(Clone, Copy, Default)]
pub(super) struct Within<'a> {
    pub extra: Option<&'a str>,
    pub group: Option<&'a str>,
}

/// A requirement as the table of sources has it, the project's own or else that of the workspace's root: one for each source, and one for
/// the environments that none is for.
pub(super) fn with_source<'a>(
    requirement: Requirement<'a>,
    manifest: Value<'a>,
    around: &Around<'a>,
    within: Within<'_>,
) -> Vec<Requirement<'a>> {
    let own = source_of(&requirement.name, manifest).map(|source| (source, manifest, around.folder));
    let found = own.or_else(|| source_of(&requirement.name, around.root).map(|source| (source, around.root, "")));
    let Some((source, table, folder)) = found.filter(|_| !around.passes_over_sources(&requirement.name)) else {
        return vec![requirement];
    };
    let all: Vec<Value<'_>> = if source.is_array() { source.items().collect() } else { vec![source] };
    let given = |source: &&Value<'_>| is_for(**source, "extra", within.extra) && is_for(**source, "group", within.group);
    let (mut lowered, mut rest) = (Vec::new(), requirement.marker.clone());
    for source in all.iter().filter(given) {
        let condition = source.get("marker").and_then(Value::string).map(std::borrow::Cow::into_owned);
        let marker = both(requirement.marker.clone(), condition.clone());
        lowered.push(placed(Requirement { marker, ..requirement.clone() }, *source, table, folder, around));
        rest = both(rest, Some(condition.map_or_else(|| NEVER.to_owned(), |condition| format!("not ({condition})"))));
    }
    if lowered.is_empty() {
        return vec![requirement];
    }
    lowered.push(Requirement { marker: rest, lowered: true, ..requirement });
    lowered
}

/// A condition that holds nowhere.
const NEVER: &str = "not (python_version >= '0')";

/// Whether a source counts in a list: one may be for an extra or a group only.
fn is_for(source: Value<'_>, key: &str, within: Option<&str>) -> bool {
    let name = source.get(key).and_then(Value::string);
    name.is_none_or(|name| within.is_some_and(|within| normalized(within) == normalized(&name)))
}

fn source_of<'a>(name: &str, manifest: Value<'a>) -> Option<Value<'a>> {
    let mut sources = manifest.get_path(&["tool", "uv", "sources"])?.members();
    sources.find(|(key, _)| key.string().is_some_and(|key| normalized(&key) == name)).map(|(_, source)| source)
}

/// A requirement at the place that a source names. `folder` is that of the manifest with the source.
fn placed<'a>(
    requirement: Requirement<'a>,
    source: Value<'a>,
    table: Value<'a>,
    folder: &str,
    around: &Around<'a>,
) -> Requirement<'a> {
    let text = |key: &str| source.get(key).and_then(Value::string);
    let truth = |key: &str| source.get(key).and_then(Value::bool);
    let member = around.is_member_called(&requirement.name);
    let mut fault = None;
    let mut index = None;
    let place = if let Some(address) = text("git") {
        let chosen = ["rev", "tag", "branch", "subdirectory", "path"].into_iter();
        let chosen = chosen.filter_map(|key| Some((key, text(key)?.into_owned())));
        let lfs = truth("lfs").filter(|lfs| *lfs).map(|_| ("lfs", "true".to_owned()));
        let choices = ["rev", "tag", "branch"].iter().filter(|key| text(key).is_some()).count();
        fault = (choices > 1).then(|| "only one of `rev`, `tag` and `branch` may choose a commit".to_owned());
        Source::Git(git(&address, chosen.chain(lfs)))
    } else if let Some(address) = text("url") {
        Source::Url(archive(&address, text("subdirectory").as_deref()))
    } else if let Some(path) = text("path") {
        let how = match (truth("editable"), truth("package")) {
            (Some(true), _) => How::Editable,
            (_, Some(true)) => How::Built,
            (_, Some(false)) => How::Virtual,
            _ => How::NotEditable,
        };
        let path = on_disk(&path).and_then(|path| on_disk(format!("{folder}/{path}").trim_start_matches('/')));
        Source::Path(Folder { how: Some(how), path })
    } else if let Some(reference) = source.get("workspace") {
        fault = match reference.bool() {
            Some(true) if member == Some(false) => Some("it is no member of the workspace".to_owned()),
            Some(false) => Some("`workspace = false` means nothing".to_owned()),
            _ => None,
        };
        Source::Path(Folder { how: None, path: None })
    } else if let Some(name) = text("index") {
        index = around.index(&name, table).map(Index::Bound);
        fault = index.is_none().then(|| format!("there is no index `{name}`"));
        Source::Registry
    } else {
        Source::Unknown
    };
    if member == Some(true) && source.get("workspace").is_none() {
        fault = Some("it is a member of the workspace, and `tool.uv.sources` has it from elsewhere".to_owned());
    }
    Requirement { source: place, index, fault, lowered: true, ..requirement }
}

/// The address of an index.
pub(super) fn index_address(index: Value<'_>) -> Option<String> {
    Some(bare(&index.get("url")?.string()?))
}
