//! One `[[packages]]` table.

use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::{check, inconsistent};
use crate::document::Document;
use crate::formats::Proven;
use crate::integrity::{Algorithm, Digest, Integrity};
use crate::model::{Dependency, Ecosystem, Group, LockedFile, Package, Problem, SourceKind};
use crate::python::hold;
use crate::syntax::Syntax;
use crate::syntax::toml::{self, Kind, Value};
use crate::text::{Edit, Span, Spanned};

/// The facts that an installer acts on, for the change rules.
const METADATA: [&str; 3] = ["marker", "requires-python", "attestation-identities"];

/// Reads an entry; `None` where it has no name to call it by.
pub(super) fn read(entry: Value<'_>, problems: &mut Vec<Problem>) -> Option<Package> {
    if !entry.is_table() {
        problems.push(inconsistent(entry.span(), "a package is no table".to_owned()));
        return None;
    }
    let Some(name) = entry.get("name").and_then(Value::spanned) else {
        problems.push(inconsistent(head(entry), "this package has no name: readers refuse the file".to_owned()));
        return None;
    };
    check::entry(entry, &name, problems);
    let key = Spanned::new(Ecosystem::Pypi.normalized(&name).to_smolstr(), name.span);
    let mut package = Package::new(key, name, entry.span());
    package.version = entry.get("version").and_then(Value::spanned);
    package.registry = entry.get("index").and_then(Value::spanned).map(Box::new);
    let facts = METADATA.iter().filter_map(|name| Some((*name, entry.get(name)?.span())));
    package.metadata.extend(facts);
    package.dependencies = entry.get("dependencies").into_iter().flat_map(Value::items).filter_map(dependency).collect();
    if let Some(vcs) = entry.get("vcs") {
        repository(&mut package, vcs);
    } else if let Some(directory) = entry.get("directory") {
        // A folder is as it is when the installer gets there.
        package.kind = SourceKind::Link;
        package.source = directory.get("path").and_then(Value::spanned);
    } else if let Some(archive) = entry.get("archive") {
        let url = archive.get("url").and_then(Value::spanned);
        package.kind = if url.is_some() { SourceKind::Url } else { SourceKind::File };
        package.source = url.or(archive.get("path").and_then(Value::spanned));
        let file = file(archive);
        package.integrity = file.integrity.clone();
        package.files = vec![file];
    } else {
        release(&mut package, entry);
    }
    Some(package)
}

/// Where an entry is pointed at: its first key and value.
pub(super) fn head(entry: Value<'_>) -> Span {
    entry.members().next().map_or(Span { end: entry.span().start, ..entry.span() }, |(key, value)| key.span().to(value.span()))
}

fn repository(package: &mut Package, vcs: Value<'_>) {
    package.kind = SourceKind::Git;
    let place = vcs.get("url").or(vcs.get("path")).and_then(Value::spanned);
    let commit = vcs.get("commit-id").and_then(Value::spanned);
    package.source = place.map(|place| match commit {
        Some(commit) => Spanned::new(format_smolstr!("{}#{commit}", place.value), place.span),
        None => place,
    });
}

/// Source archive and wheels of an index's release.
fn release(package: &mut Package, entry: Value<'_>) {
    let wheels = entry.get("wheels").into_iter().flat_map(Value::items);
    let files: Vec<LockedFile> = entry.get("sdist").into_iter().chain(wheels).filter(|file| file.is_table()).map(file).collect();
    let mut fields = files.iter().filter_map(|file| file.integrity.field);
    let field = fields.clone().next().zip(fields.next_back()).map(|(first, last)| first.to(last));
    let digests = files.iter().flat_map(|file| &file.integrity.digests).cloned().collect();
    package.integrity = Integrity { field, digests };
    package.files = files;
}

/// The edits that write the digests of a release's files to those that are listed. Files that are not would need their addresses too.
pub(super) fn hold(document: &Document, package: &Package, proven: Proven<'_>) -> Option<Vec<Edit>> {
    let Syntax::Toml(tree) = &document.syntax else { return None };
    let entry = tree.root(&document.text).get("packages")?.items().find(|entry| entry.span() == package.span)?;
    let wheels = entry.get("wheels").into_iter().flat_map(Value::items);
    let files = entry.get("sdist").into_iter().chain(wheels);
    hold::fill(files, file, proven, |item, hex| {
        let quoted = toml::quote(hex, toml::Quotes::Basic);
        match item.get("hashes").filter(|hashes| hashes.is_table()) {
            Some(hashes) => hold::member(hashes, &[], "sha256", &quoted),
            None => {
                // pip leaves no space within the braces, uv does.
                let is_wide = item.text()[item.span().range()].starts_with("{ ");
                let hashes = if is_wide { format!("{{ sha256 = {quoted} }}") } else { format!("{{sha256 = {quoted}}}") };
                hold::member(item, &["size", "path", "url", "upload-time", "name"], "hashes", &hashes)
            }
        }
    })
}

fn file(value: Value<'_>) -> LockedFile {
    let url = value.get("url").and_then(Value::spanned);
    let path = value.get("path").and_then(Value::spanned);
    let name = value.get("name").and_then(Value::spanned).or_else(|| last_part(path.as_ref().or(url.as_ref())?));
    let size = value.get("size");
    let size = size.and_then(|size| Some(Spanned::new(u64::try_from(size.integer()?).ok()?, size.span())));
    LockedFile { name, url, integrity: integrity(value.get("hashes")), size }
}

/// The file's name at the end of an address or path.
fn last_part(place: &Spanned<SmolStr>) -> Option<Spanned<SmolStr>> {
    let bare = place.split(['?', '#']).next()?;
    let name = bare.rsplit(['/', '\\']).next()?;
    (!name.is_empty()).then(|| Spanned::new(percent_encoding::percent_decode_str(name).decode_utf8_lossy().into(), place.span))
}

fn integrity(hashes: Option<Value<'_>>) -> Integrity {
    let Some(hashes) = hashes else { return Integrity::default() };
    let digest = |(name, value): (Value<'_>, Value<'_>)| {
        let (algorithm, hex) = (name.string()?, value.string()?);
        let word = format_smolstr!("{algorithm}:{}", hex.to_ascii_lowercase());
        Some(match Algorithm::of(&algorithm).filter(|algorithm| *algorithm <= Algorithm::Sha512) {
            Some(known) => Digest::of_hex(known, &word, &hex, value.inner()),
            None => Digest::parse(&word, value.inner()),
        })
    };
    Integrity { field: Some(hashes.span()), digests: hashes.members().filter_map(digest).collect() }
}

/// A reference to another entry: its name, and what else it takes to tell it from others.
fn dependency(value: Value<'_>) -> Option<Dependency> {
    let name = value.get("name").and_then(Value::spanned)?;
    let version = value.get("version").filter(|version| version.kind() == Kind::String);
    let spec = version.and_then(Value::spanned).map(|version| Spanned::new(format_smolstr!("=={}", version.value), version.span));
    Some(Dependency::new(name.clone(), spec.unwrap_or_else(|| Spanned::new(SmolStr::default(), name.span)), Group::Normal))
}
