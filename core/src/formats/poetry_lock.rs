//! `poetry.lock`: what Poetry chose.
//!
//! Up to lock version 1.1 the files of every package stand together, by name, in `[metadata.files]` (before that, bare digests in
//! `[metadata.hashes]`); since 2.0 in each entry. 2.1 added the groups and the markers of each entry. Poetry 2 reads all of them.
//! Source: `poetry/packages/locker.py`.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Format, Parsed, Proven, Role};
use crate::document::Document;
use crate::model::{Digest, Ecosystem, Group, Integrity, LockedFile, Lockfile, Manager, Package, Problem, ProblemKind, SourceKind};
use crate::python::entries::{connect, take_files};
use crate::python::file_name::{Belongs, belongs};
use crate::python::{hold, poetry};
use crate::syntax::Syntax;
use crate::syntax::toml::{self, Value};
use crate::text::{Edit, Spanned};
use crate::versions::pypi::normalized;

/// The lockfile of Poetry.
pub static FORMAT: Format = Format {
    id: "poetry-lock",
    names: &["poetry.lock"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Pypi),
    parse,
    guards: &[],
    hold,
};

/// The versions of the format that are known, oldest first.
const VERSIONS: [&str; 4] = ["1.0", "1.1", "2.0", "2.1"];

fn parse(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let mut problems = tree.problems(text);
    let lockfile = lockfile(tree.root(text), &mut problems);
    Parsed { syntax: Syntax::Toml(tree), model: lockfile.into(), problems }
}

fn lockfile(root: Value<'_>, problems: &mut Vec<Problem>) -> Lockfile {
    let mut lockfile = Lockfile::new(Manager::Poetry);
    let metadata = root.get("metadata");
    let field = |key: &str| metadata.and_then(|metadata| metadata.get(key));
    lockfile.version = field("lock-version").and_then(Value::spanned);
    lockfile.content_hash = field("content-hash").and_then(Value::spanned);
    if let Some(version) = lockfile.version.as_ref().filter(|version| !VERSIONS.contains(&version.as_str())) {
        problems.push(unknown(version));
    }
    let range = field("python-versions").and_then(Value::spanned);
    lockfile.facts.extend(range.map(|range| ("python-versions".into(), range)));
    lockfile.packages = root.get("package").into_iter().flat_map(Value::items).filter_map(package).collect();
    let together = field("files").or_else(|| field("hashes"));
    if let Some(together) = together {
        share_out(together, &mut lockfile.packages);
    }
    lockfile.edges = connect(&mut lockfile.packages);
    lockfile
}

fn unknown(version: &Spanned<SmolStr>) -> Problem {
    Problem {
        kind: ProblemKind::UnknownVersion,
        span: version.span,
        message: format!("lock version `{version}` is not one of {}", VERSIONS.join(", ")),
        related: None,
        fix: None,
    }
}

fn package(entry: Value<'_>) -> Option<Package> {
    let name = entry.get("name")?.spanned()?;
    let mut package = Package::new(name.clone(), name, entry.span());
    for (key, value) in entry.members() {
        match key.raw() {
            "version" => package.version = value.spanned(),
            "optional" => package.optional = value.bool() == Some(true),
            "category" => package.dev = value.is("dev"),
            "groups" => package.dev = !value.items().any(|group| group.is("main")),
            "python-versions" => package.metadata.push(("python-versions", value.span())),
            "files" => {
                let files = value.items().map(file).collect();
                take_files(&mut package, files, value.span());
            }
            "dependencies" => {
                let asked = value.members().flat_map(|(key, value)| poetry::dependencies(key, value, Group::Normal));
                package.dependencies = asked.collect();
            }
            "source" => source(&mut package, value),
            _ => {}
        }
    }
    Some(package)
}

fn file(item: Value<'_>) -> LockedFile {
    let (name, hash) = (item.get("file").and_then(Value::spanned), item.get("hash"));
    LockedFile { name, url: None, integrity: hash.map_or_else(Integrity::default, digest), size: None }
}

fn digest(hash: Value<'_>) -> Integrity {
    match hash.spanned().filter(|hash| !hash.is_empty()) {
        Some(hash) => Integrity { field: Some(hash.span), digests: vec![Digest::parse(&hash, hash.span)] },
        None => Integrity { field: Some(hash.span()), digests: Vec::new() },
    }
}

fn source(package: &mut Package, source: Value<'_>) {
    let text = |key: &str| source.get(key).and_then(Value::spanned);
    let Some(url) = text("url") else { return };
    match text("type").as_ref().map(|kind| kind.as_str()) {
        Some("git") => {
            let commit = text("resolved_reference").map(|commit| commit.value);
            package.kind = SourceKind::Git;
            package.source = Some(match commit {
                Some(commit) => Spanned::new(format!("{}#{commit}", url.value).into(), url.span),
                None => url,
            });
        }
        Some("url") => (package.kind, package.source) = (SourceKind::Url, Some(url)),
        Some("file" | "directory") => (package.kind, package.source) = (SourceKind::File, Some(url)),
        _ => package.registry = Some(Box::new(url)),
    }
}

/// The edits that write the digests of a release's files: to the files that are listed, or all of them where none is.
fn hold(document: &Document, package: &Package, proven: Proven<'_>) -> Option<Vec<Edit>> {
    let Syntax::Toml(tree) = &document.syntax else { return None };
    let root = tree.root(&document.text);
    let entry = root.get("package")?.items().find(|entry| entry.span() == package.span)?;
    let Some(list) = files_of(root, entry, package) else {
        // Where files stand together, a list that is missing is missing there.
        let together = root.get_path(&["metadata", "files"]).or_else(|| root.get_path(&["metadata", "hashes"]));
        let behind = ["markers", "groups", "python-versions", "optional", "description", "version"];
        return match together {
            None => hold::member(entry, &behind, "files", &hold::list(proven, &document.text)?),
            Some(_) => None,
        };
    };
    if list.items().next().is_none() {
        return toml::replace_raw(list, &hold::list(proven, &document.text)?);
    }
    hold::fill(list.items(), file, proven, |item, hex| hold::member(item, &["file"], "hash", &hold::word(hex)))
}

/// The list of an entry's files, which may stand in the entry, or with those of other names.
fn files_of<'a>(root: Value<'a>, entry: Value<'a>, package: &Package) -> Option<Value<'a>> {
    let field = package.integrity.field?;
    let together = root.get_path(&["metadata", "files"]).into_iter().flat_map(Value::members).map(|(_, list)| list);
    entry.get("files").into_iter().chain(together).find(|list| list.span() == field)
}

/// Gives each entry its files where they stand together by name.
fn share_out(together: Value<'_>, packages: &mut [Package]) {
    let lists = together.members().filter_map(|(key, list)| Some((normalized(&key.string()?).into_owned(), list)));
    let lists: FxHashMap<String, Value<'_>> = lists.collect();
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for package in packages.iter() {
        *counts.entry(normalized(&package.name).into_owned()).or_default() += 1;
    }
    for package in packages.iter_mut().filter(|package| package.integrity.field.is_none()) {
        let name: Cow<'_, str> = normalized(&package.name);
        let Some(list) = lists.get(&*name) else { continue };
        let mut files: Vec<LockedFile> = list.items().map(|item| if item.is_table() { file(item) } else { bare(item) }).collect();
        if counts.get(&*name).is_some_and(|count| *count > 1) {
            files.retain(|file| !is_of_other_version(file, package));
        }
        take_files(package, files, list.span());
    }
}

/// A digest without a file name; the oldest files have it without the algorithm, which was SHA-256.
fn bare(item: Value<'_>) -> LockedFile {
    let Some(word) = item.spanned() else { return LockedFile::default() };
    let digest = match word.contains(':') {
        true => Digest::parse(&word, word.span),
        false => Digest::of_hex(crate::model::Algorithm::Sha256, &word, &word, word.span),
    };
    LockedFile { integrity: Integrity::of(digest), ..LockedFile::default() }
}

/// Where several versions of one name are locked, their files stand in one list.
fn is_of_other_version(file: &LockedFile, package: &Package) -> bool {
    let (Some(name), Some(version)) = (&file.name, &package.version) else { return false };
    matches!(belongs(name, &package.name, version), Belongs::OtherVersion(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Lockfile, Vec<Problem>) {
        let parsed = parse(text);
        (*parsed.model.lockfile.unwrap(), parsed.problems)
    }

    #[test]
    fn every_kind_of_source_is_told() {
        let text = r#"
[[package]]
name = "a"
version = "1.0"
optional = true
python-versions = ">=3.9"
groups = ["dev"]
files = [
    {file = "a-1.0.tar.gz", hash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {file = "a-1.0-py3-none-any.whl"},
]

[package.dependencies]
B_b = {version = "^1.0", markers = "os_name == \"nt\"", extras = ["x"]}
c = [{version = "<2", markers = "python_version < \"3.9\""}, {version = ">=2", optional = true}]
d = "*"

[[package]]
name = "b-b"
version = "1.5"
files = []

[package.source]
type = "legacy"
url = "https://pypi.corp.test/simple"
reference = "corp"

[[package]]
name = "c"
version = "1.0"
files = []
[package.source]
type = "git"
url = "https://git.test/c.git"
reference = "main"
resolved_reference = "0123456789012345678901234567890123456789"

[[package]]
name = "c"
version = "2.1"
files = []
[package.source]
type = "url"
url = "https://files.test/c.whl"

[[package]]
name = "d"
version = "1"
files = []
[package.source]
type = "directory"
url = "../d"

[metadata]
lock-version = "2.1"
python-versions = ">=3.9"
content-hash = "ab"
"#;
        let (lockfile, problems) = read(text);
        assert_eq!(problems, []);
        let kinds: Vec<_> = lockfile.packages.iter().map(|package| (package.name.as_str(), package.kind)).collect();
        use SourceKind::{File, Git, Registry, Url};
        assert_eq!(kinds, [("a", Registry), ("b-b", Registry), ("c", Git), ("c", Url), ("d", File)]);
        let a = &lockfile.packages[0];
        assert!(a.optional && a.dev && a.files.len() == 2 && a.integrity.digests.len() == 1);
        assert_eq!(lockfile.edges.of(0), [Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!(
            lockfile.packages[2].source.as_ref().unwrap().as_str(),
            "https://git.test/c.git#0123456789012345678901234567890123456789"
        );
        assert_eq!(lockfile.packages[1].registry.as_ref().unwrap().as_str(), "https://pypi.corp.test/simple");
        assert_eq!(&text[a.files[0].name.as_ref().unwrap().span.range()], "a-1.0.tar.gz");
        assert_eq!(lockfile.content_hash.unwrap().value, "ab");
    }

    #[test]
    fn files_that_stand_together_are_shared_out() {
        let text = "[[package]]\nname = \"A.b\"\nversion = \"1.0\"\ncategory = \"dev\"\n\n[[package]]\nname = \"a-b\"\nversion = \"2.0\"\n\n\
            [metadata]\nlock-version = \"9.0\"\n[metadata.files]\na-b = [\n\
            {file = \"A.b-1.0.tar.gz\", hash = \"sha256:01\"},\n{file = \"a_b-2.0-py3-none-any.whl\", hash = \"md5:02\"},\n]\n";
        let (lockfile, problems) = read(text);
        assert_eq!(problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::UnknownVersion]);
        let files: Vec<_> = lockfile.packages.iter().map(|package| package.files[0].name.as_ref().unwrap().as_str()).collect();
        assert_eq!(files, ["A.b-1.0.tar.gz", "a_b-2.0-py3-none-any.whl"]);
        assert!(lockfile.packages[0].dev && lockfile.packages.iter().all(|package| package.files.len() == 1));
    }
}
