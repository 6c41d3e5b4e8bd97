//! The packages that a lockfile records, normalised over all formats (`provender packages`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::secrets::without_password;
use super::visible;
use crate::document::Document;
use crate::model::{Manager, Package, SourceKind};

#[derive(Serialize)]
struct Listing<'a> {
    schema: u32,
    path: &'a str,
    format: &'a str,
    packages: Vec<Row<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    ecosystem: &'a str,
    name: &'a str,
    version: Option<&'a str>,
    integrity: Vec<&'a str>,
    source: Option<Cow<'a, str>>,
    kind: &'a str,
    dev: bool,
    optional: bool,
    install_script: Option<bool>,
    line: usize,
}

/// The versions that the manifests of folders beside the lockfile have, by the folder's key. npm takes these and not the lockfile's
/// copy, which lags behind between a release and the next install.
pub type FolderVersions = BTreeMap<String, String>;

/// The contract's JSON.
#[must_use]
pub fn json(document: &Document, folders: &FolderVersions) -> String {
    let packages = rows(document, folders);
    let listing = Listing { schema: 1, path: document.path.as_str(), format: document.format.id, packages };
    // Plain strings and numbers: there is nothing in it that serialising could fail on.
    serde_json::to_string_pretty(&listing).unwrap_or_default() + "\n"
}

/// A table for people: name, version, kind, and the first digest.
#[must_use]
pub fn text(document: &Document, folders: &FolderVersions) -> String {
    let rows = rows(document, folders);
    let width = |of: fn(&Row<'_>) -> usize| rows.iter().map(of).max().unwrap_or_default();
    let (names, versions) = (width(|row| row.name.len()), width(|row| row.version.unwrap_or("-").len()));
    let line = |row: &Row<'_>| {
        let digest = row.integrity.first().copied().unwrap_or("-");
        let script = if row.install_script == Some(true) { "  runs a script" } else { "" };
        format!("{:names$}  {:versions$}  {:9}  {digest}{script}\n", visible(row.name), row.version.unwrap_or("-"), row.kind)
    };
    rows.iter().map(line).collect()
}

fn rows<'a>(document: &'a Document, folders: &'a FolderVersions) -> Vec<Row<'a>> {
    let packages = document.lockfile().map_or(&[][..], |lockfile| &lockfile.packages);
    let ecosystem = document.format.ecosystem.map_or("", |ecosystem| ecosystem.id());
    packages.iter().map(|package| row(document, ecosystem, package, folders)).collect()
}

fn row<'a>(document: &Document, ecosystem: &'a str, package: &'a Package, folders: &'a FolderVersions) -> Row<'a> {
    let recorded = package.version.as_ref().map(|version| version.as_str());
    // npm's copy of a member's version lags behind; the others' is what they go by.
    let lags = recorded.is_none() || document.lockfile().is_some_and(|lockfile| lockfile.manager == Manager::Npm);
    let current = (package.kind == SourceKind::Workspace && lags).then(|| folders.get(folder(package))).flatten();
    Row {
        ecosystem,
        name: listed_name(document, package),
        version: current.map(String::as_str).or(recorded),
        integrity: package.integrity.digests.iter().map(|digest| digest.text.as_str()).collect(),
        source: package.source.as_ref().or(package.registry.as_deref()).map(|source| without_password(source)),
        kind: listed_kind(package).id(),
        dev: package.dev,
        optional: package.optional,
        install_script: package.install_script.filter(|_| package.kind != SourceKind::Link),
        line: document.position(package.key.span.start).line,
    }
}

/// The name as the list has it. Yarn 1 keys its entries by the name that is asked for, and an alias is one of its own there.
fn listed_name<'a>(document: &Document, package: &'a Package) -> &'a str {
    let by_key = document.lockfile().is_some_and(|lockfile| lockfile.manager == Manager::Yarn);
    package.alias.as_ref().filter(|_| by_key).unwrap_or(&package.name.value)
}

/// The folder of a workspace member: Bun's entries go by the member's name and say the folder in the place of an address.
fn folder(package: &Package) -> &str {
    package.source.as_ref().map_or(package.key.as_str(), |source| source.as_str())
}

/// The kind as the list has it. A member that is only pointed at is listed as a member; one that is recorded with a version of its own is a
/// folder on disk with that version. npm records both: the link that is installed, and the folder that it leads to.
fn listed_kind(package: &Package) -> SourceKind {
    let within = package.source.as_ref().is_some_and(|target| !target.starts_with("..") && !target.starts_with('/'));
    match package.kind {
        SourceKind::Link if within && package.version.is_none() => SourceKind::Workspace,
        SourceKind::Link if package.version.is_some() => SourceKind::File,
        SourceKind::Workspace if package.version.is_some() => SourceKind::File,
        kind => kind,
    }
}
