//! `Pipfile.lock`: what Pipenv chose.
//!
//! One table of packages for each category; the files of a package are a bare list of digests. Nothing tells who asks for whom. What
//! Pipenv installs from are the sources that stand here, not those of the `Pipfile`; a package without an `index` comes from the first.
//! Source: `pipenv/project.py`, `pipenv/utils/locking.py`, `plette/models`.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Format, Parsed, Proven, Role};
use crate::document::Document;
use crate::model::{Digest, Ecosystem, Integrity, LockedFile, Lockfile, Manager, Package, Problem, ProblemKind, SourceKind};
use crate::python::entries::take_files;
use crate::syntax::Syntax;
use crate::syntax::json::{self, Kind, Value};
use crate::text::{Edit, Span, Spanned};

/// The lockfile of Pipenv.
pub static FORMAT: Format = Format {
    id: "pipfile-lock",
    names: &["Pipfile.lock"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Pypi),
    parse,
    guards: &[],
    hold,
};

fn parse(text: &str) -> Parsed {
    let tree = json::parse(text);
    let mut problems = tree.problems(text, false);
    let lockfile = lockfile(tree.root(text), &mut problems);
    Parsed { syntax: Syntax::Json(tree), model: lockfile.into(), problems }
}

fn lockfile(root: Value<'_>, problems: &mut Vec<Problem>) -> Lockfile {
    let mut lockfile = Lockfile::new(Manager::Pipenv);
    let meta = root.get("_meta");
    let hash = meta.and_then(|meta| meta.get("hash")).and_then(|hash| hash.get("sha256"));
    lockfile.content_hash = hash.and_then(Value::spanned);
    lockfile.version = meta.and_then(|meta| version(meta, problems));
    let sources: Vec<Source> =
        meta.and_then(|meta| meta.get("sources")).into_iter().flat_map(Value::items).filter_map(source).collect();
    let named: FxHashMap<&str, &SmolStr> =
        sources.iter().filter_map(|source| Some((source.name.as_deref()?, &source.url.value))).collect();
    for (category, packages) in root.members().filter(|(key, _)| !key.is("_meta")) {
        let dev = category.is("develop");
        for (name, entry) in packages.members() {
            let Some(mut package) = package(name, entry) else { continue };
            package.dev = dev;
            package.registry = registry(&package, &sources, &named);
            lockfile.packages.push(package);
        }
    }
    lockfile
}

fn version(meta: Value<'_>, problems: &mut Vec<Problem>) -> Option<Spanned<SmolStr>> {
    let value = meta.get("pipfile-spec")?;
    if !(value.kind() == Kind::Number && value.raw() == "6") {
        problems.push(Problem {
            kind: ProblemKind::UnknownVersion,
            span: value.span(),
            message: format!("`pipfile-spec` {} is not 6, the only one that is known", value.raw()),
            related: None,
            fix: None,
        });
    }
    Some(Spanned::new(value.raw().into(), value.inner()))
}

struct Source {
    name: Option<SmolStr>,
    url: Spanned<SmolStr>,
}

fn source(item: Value<'_>) -> Option<Source> {
    let name = item.get("name").and_then(Value::string).map(SmolStr::from);
    Some(Source { name, url: item.get("url")?.spanned()? })
}

/// The address that an entry's index has among the lockfile's own sources, at the place where the entry names it.
fn registry(package: &Package, sources: &[Source], named: &FxHashMap<&str, &SmolStr>) -> Option<Box<Spanned<SmolStr>>> {
    if package.kind != SourceKind::Registry {
        return None;
    }
    match &package.registry {
        Some(index) => {
            let address = named.get(index.as_str()).map_or_else(|| index.value.clone(), |url| (*url).clone());
            Some(Box::new(Spanned::new(address, index.span)))
        }
        None => sources.first().map(|source| Box::new(source.url.clone())),
    }
}

fn package(key: Value<'_>, entry: Value<'_>) -> Option<Package> {
    let name = key.spanned()?;
    let mut package = Package::new(name.clone(), name, entry.span());
    let mut reference = None;
    for (key, value) in entry.members() {
        let Some(field) = key.string() else { continue };
        match &*field {
            "version" => package.version = value.spanned().map(without_operator),
            "hashes" => take_files(&mut package, value.items().filter_map(file).collect(), value.span()),
            "index" => package.registry = value.spanned().map(Box::new),
            "git" | "hg" | "svn" | "bzr" => (package.kind, package.source) = (SourceKind::Git, value.spanned()),
            "ref" => reference = value.spanned(),
            "file" => (package.kind, package.source) = (kind_of(value), value.spanned()),
            "path" => (package.kind, package.source) = (SourceKind::File, value.spanned()),
            _ => {}
        }
    }
    if let (SourceKind::Git, Some(source), Some(reference)) = (package.kind, &mut package.source, reference) {
        source.value = format!("{}#{}", source.value, reference.value).into();
    }
    Some(package)
}

fn kind_of(address: Value<'_>) -> SourceKind {
    if address.raw().contains("://") && !address.raw().starts_with("file:") { SourceKind::Url } else { SourceKind::File }
}

/// `==1.0` pins to 1.0.
fn without_operator(version: Spanned<SmolStr>) -> Spanned<SmolStr> {
    let number = version.trim_start_matches('=').trim_start();
    let plain = version.span.end - version.span.start == version.len() as u32;
    let start = if plain { version.span.end - number.len() as u32 } else { version.span.start };
    Spanned::new(number.into(), Span { start, ..version.span })
}

fn file(item: Value<'_>) -> Option<LockedFile> {
    let word = item.spanned()?;
    let integrity = Integrity { field: Some(word.span), digests: vec![Digest::parse(&word, word.span)] };
    Some(LockedFile { integrity, ..LockedFile::default() })
}

/// The edit that puts the digests of a release into an entry, in the order in which Pipenv writes them.
fn hold(document: &Document, package: &Package, Proven { digests, .. }: Proven<'_>) -> Option<Vec<Edit>> {
    let Syntax::Json(tree) = &document.syntax else { return None };
    let (_, _, entry) = tree.root(&document.text).member_at(package.key.span)?;
    // Pipenv hands the words to pip, which reads hexadecimal ones only.
    let mut words: Vec<&str> = digests.iter().map(SmolStr::as_str).filter(|word| word.contains(':')).collect();
    if words.len() != digests.len() {
        return None;
    }
    words.sort_unstable();
    let list = json::list_in(entry, &words);
    let before: Vec<SmolStr> =
        entry.members().filter_map(|(key, _)| key.string()).filter(|key| **key < *"hashes").map(SmolStr::from).collect();
    let before: Vec<&str> = before.iter().map(SmolStr::as_str).collect();
    match entry.get("hashes") {
        Some(value) => Some(vec![Edit::replace(value.span(), list)]),
        None if before.is_empty() => json::insert_first(entry, "hashes", &list),
        None => json::insert_after(entry, &before, "hashes", &list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_and_kind_is_told() {
        let text = r#"{
    "_meta": {
        "hash": {"sha256": "ab"}, "pipfile-spec": 6, "requires": {},
        "sources": [{"name": "pypi", "url": "https://pypi.test/simple", "verify_ssl": true}, {"name": "corp", "url": "https://corp.test/simple"}]
    },
    "default": {
        "A.b": {"hashes": ["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "md5:ab"], "index": "corp", "version": "==1.0"},
        "git": {"git": "https://git.test/g.git", "ref": "0123456789012345678901234567890123456789"},
        "url": {"file": "https://files.test/u.whl", "hashes": []}
    },
    "develop": {"path": {"path": "./p", "editable": true}, "plain": {"version": "==2.0"}},
    "docs": {"unknown": {"index": "gone", "version": "==3"}}
}"#;
        let parsed = parse(text);
        assert_eq!(parsed.problems, []);
        let lockfile = parsed.model.lockfile.unwrap();
        let told = |package: &Package| {
            let registry = package.registry.as_ref().map_or("-".to_owned(), |registry| registry.value.to_string());
            let version = package.version.as_ref().map_or("-", |version| version.as_str());
            assert!(package.version.as_ref().is_none_or(|version| version.value == text[version.span.range()]));
            format!(
                "{} {version} {} {registry} {}{}",
                package.name,
                package.kind.id(),
                package.files.len(),
                if package.dev { " dev" } else { "" }
            )
        };
        let told: Vec<_> = lockfile.packages.iter().map(told).collect();
        assert_eq!(
            told,
            [
                "A.b 1.0 registry https://corp.test/simple 2",
                "git - git - 0",
                "url - url - 0",
                "path - file - 0 dev",
                "plain 2.0 registry https://pypi.test/simple 0 dev",
                "unknown 3 registry gone 0",
            ]
        );
        assert_eq!(
            lockfile.packages[1].source.as_ref().unwrap().as_str(),
            "https://git.test/g.git#0123456789012345678901234567890123456789"
        );
        assert_eq!(lockfile.content_hash.unwrap().value, "ab");
    }

    #[test]
    fn digests_come_back_where_pipenv_has_them() {
        let text = r#"{
    "default": {
        "bare": {
            "hashes": [
                "sha256:0000000000000000000000000000000000000000000000000000000000000000",
                "sha256:1111111111111111111111111111111111111111111111111111111111111111"
            ],
            "version": "==1.0"
        },
        "with": {
            "extras": [
                "x"
            ],
            "hashes": [
                "sha256:2222222222222222222222222222222222222222222222222222222222222222"
            ],
            "index": "pypi",
            "version": "==1.0"
        },
        "short": {"hashes": ["sha256:3333333333333333333333333333333333333333333333333333333333333333"], "version": "==1.0"}
    }
}
"#;
        let word = |digit: &str| SmolStr::from(format!("sha256:{}", digit.repeat(64)));
        // In the order of an index, which is not that of the file.
        for (name, digests) in [("bare", vec![word("1"), word("0")]), ("with", vec![word("2")]), ("short", vec![word("3")])] {
            let start = text.find(&format!("\"{name}\"")).unwrap();
            let start = start + text[start..].find("\"hashes\"").unwrap();
            let end = start + text[start..].find(']').unwrap() + 2;
            let end = text.len() - text[end..].trim_start().len();
            for (taken, newline) in [(&text[start..end], "\n"), (&text[start..end], "\r\n")] {
                let windows = |text: &str| text.replace('\n', newline);
                let less = windows(&text.replacen(taken, "", 1));
                let document = Document::parse(crate::path::RelPath::new("Pipfile.lock"), &FORMAT, less.into_bytes());
                let packages = &document.lockfile().unwrap().packages;
                let package = packages.iter().find(|package| *package.name == *name).unwrap();
                let edits = hold(&document, package, Proven { digests: &digests, files: &[] }).unwrap();
                assert_eq!(crate::text::apply(&document.text, &edits).unwrap(), windows(text), "{name}");
            }
        }
    }
}
