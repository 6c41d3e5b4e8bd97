//! The packages that a lockfile records, normalised over all formats (`provender packages`).

use serde::Serialize;

use crate::document::Document;
use crate::model::{Package, SourceKind};

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
    source: Option<&'a str>,
    kind: &'a str,
    dev: bool,
    optional: bool,
    install_script: Option<bool>,
    line: usize,
}

/// The contract's JSON.
#[must_use]
pub fn json(document: &Document) -> String {
    let packages = rows(document);
    let listing = Listing { schema: 1, path: document.path.as_str(), format: document.format.id, packages };
    // Plain strings and numbers: there is nothing in it that serialising could fail on.
    serde_json::to_string_pretty(&listing).unwrap_or_default() + "\n"
}

/// A table for people: name, version, kind, and the first digest.
#[must_use]
pub fn text(document: &Document) -> String {
    let rows = rows(document);
    let width = |of: fn(&Row<'_>) -> usize| rows.iter().map(of).max().unwrap_or_default();
    let (names, versions) = (width(|row| row.name.len()), width(|row| row.version.unwrap_or("-").len()));
    let line = |row: &Row<'_>| {
        let digest = row.integrity.first().copied().unwrap_or("-");
        let script = if row.install_script == Some(true) { "  runs a script" } else { "" };
        format!("{:names$}  {:versions$}  {:9}  {digest}{script}\n", row.name, row.version.unwrap_or("-"), row.kind)
    };
    rows.iter().map(line).collect()
}

fn rows(document: &Document) -> Vec<Row<'_>> {
    let packages = document.lockfile().map_or(&[][..], |lockfile| &lockfile.packages);
    let ecosystem = document.format.ecosystem.map_or("", |ecosystem| ecosystem.id());
    packages.iter().map(|package| row(document, ecosystem, package)).collect()
}

fn row<'a>(document: &Document, ecosystem: &'a str, package: &'a Package) -> Row<'a> {
    Row {
        ecosystem,
        name: &package.name.value,
        version: package.version.as_ref().map(|version| version.as_str()),
        integrity: package.integrity.digests.iter().map(|digest| digest.text.as_str()).collect(),
        source: package.source.as_ref().map(|source| source.as_str()),
        kind: package.kind.id(),
        dev: package.dev,
        optional: package.optional,
        install_script: package.install_script.filter(|_| package.kind != SourceKind::Link),
        line: document.position(package.key.span.start).line,
    }
}
