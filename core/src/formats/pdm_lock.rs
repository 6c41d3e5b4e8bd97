//! `pdm.lock`: what PDM chose.
//!
//! Up to lock version 3.1 the files of every package stand together in `[metadata.files]`, by name and version; since 4 in each entry. A
//! package that is asked for with extras has an entry of its own for them, beside the plain one.
//! Source: `pdm/project/lockfile/pdmlock.py`, `pdm/models/candidates.py`.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Format, Parsed, Proven, Role};
use crate::document::Document;
use crate::model::{
    Dependency, Digest, Ecosystem, Edges, Group, Integrity, LockedFile, Lockfile, Manager, Package, Problem, ProblemKind,
    SourceKind,
};
use crate::python::entries::{Entries, take_files};
use crate::python::{file_name, hold, requirement};
use crate::syntax::Syntax;
use crate::syntax::toml::{self, Value};
use crate::text::{Edit, Spanned};
use crate::versions::pypi::normalized;

/// The lockfile of PDM.
pub static FORMAT: Format = Format {
    id: "pdm-lock",
    names: &["pdm.lock"],
    patterns: &["pdm.*.lock", "pdm.*.*.lock"],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Pypi),
    parse,
    guards: &[],
    hold,
};

/// The versions of the format that are known, without the last part, which no reader minds.
const VERSIONS: [&str; 11] = ["1", "2", "3", "3.0", "3.1", "4.0", "4.1", "4.2", "4.3", "4.4", "4.5"];

fn parse(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let mut problems = tree.problems(text);
    let lockfile = lockfile(tree.root(text), &mut problems);
    Parsed { syntax: Syntax::Toml(tree), model: lockfile.into(), problems }
}

fn lockfile(root: Value<'_>, problems: &mut Vec<Problem>) -> Lockfile {
    let mut lockfile = Lockfile::new(Manager::Pdm);
    let metadata = root.get("metadata");
    let field = |key: &str| metadata.and_then(|metadata| metadata.get(key));
    lockfile.version = field("lock_version").and_then(Value::spanned);
    lockfile.content_hash = field("content_hash").and_then(Value::spanned);
    if let Some(version) = lockfile.version.as_ref().filter(|version| !is_known(version)) {
        problems.push(unknown(version));
    }
    let strategy = field("strategy").into_iter().flat_map(Value::items).filter_map(Value::spanned);
    lockfile.facts.extend(strategy.map(|strategy| ("strategy".into(), strategy)));
    let inputs = field("lock_inputs").map(|inputs| Spanned::new(SmolStr::default(), inputs.span()));
    lockfile.facts.extend(inputs.map(|inputs| ("lock_inputs".into(), inputs)));
    let mut entries: Vec<Entry> = root.get("package").into_iter().flat_map(Value::items).filter_map(entry).collect();
    if let Some(together) = field("files") {
        share_out(together, &mut entries);
    }
    connect(&mut lockfile, entries);
    lockfile
}

fn is_known(version: &str) -> bool {
    let short = version.match_indices('.').nth(1).map_or(version, |(at, _)| &version[..at]);
    VERSIONS.contains(&short)
}

fn unknown(version: &Spanned<SmolStr>) -> Problem {
    Problem {
        kind: ProblemKind::UnknownVersion,
        span: version.span,
        message: format!("lock version `{version}` is not one of 1 to 4.5"),
        related: None,
        fix: None,
    }
}

/// An entry with what only matters for finding who asks for whom.
struct Entry {
    package: Package,
    extras: Vec<SmolStr>,
    /// The extras that each dependency asks for.
    asked_extras: Vec<Vec<SmolStr>>,
}

fn entry(value: Value<'_>) -> Option<Entry> {
    let name = value.get("name")?.spanned()?;
    let mut entry = Entry {
        package: Package::new(name.clone(), name, value.span()),
        extras: value.get("extras").map_or_else(Vec::new, texts),
        asked_extras: Vec::new(),
    };
    if !entry.extras.is_empty() {
        entry.package.key.value = format!("{}[{}]", entry.package.name, entry.extras.join(",")).into();
    }
    let package = &mut entry.package;
    for (key, field) in value.members() {
        match key.raw() {
            "version" => package.version = field.spanned(),
            "requires_python" => package.metadata.push(("requires_python", field.span())),
            "files" => {
                let files = field.items().map(file).collect();
                take_files(package, files, field.span());
            }
            "url" => (package.kind, package.source) = (SourceKind::Url, field.spanned()),
            "path" => (package.kind, package.source) = (SourceKind::File, field.spanned()),
            "git" | "hg" | "svn" | "bzr" => {
                (package.kind, package.source) = (SourceKind::Git, repository(field, value.get("revision")))
            }
            "dependencies" => {
                let asked = field.items().filter_map(dependency);
                (package.dependencies, entry.asked_extras) = asked.unzip();
            }
            _ => {}
        }
    }
    Some(entry)
}

fn texts(list: Value<'_>) -> Vec<SmolStr> {
    list.items().filter_map(|item| Some(SmolStr::from(normalized(&item.string()?)))).collect()
}

fn repository(address: Value<'_>, revision: Option<Value<'_>>) -> Option<Spanned<SmolStr>> {
    let address = address.spanned()?;
    let commit = revision.and_then(Value::string);
    let text = commit.map_or_else(|| address.value.clone(), |commit| format!("{}#{commit}", address.value).into());
    Some(Spanned::new(text, address.span))
}

fn file(item: Value<'_>) -> LockedFile {
    let url = item.get("url").and_then(Value::spanned);
    let of_url = || url.as_ref().map(|url| Spanned::new(file_name::of_address(url).into(), url.span));
    let name = item.get("file").and_then(Value::spanned).or_else(of_url);
    let hash = item.get("hash");
    let integrity = match hash.and_then(Value::spanned).filter(|hash| !hash.is_empty()) {
        Some(word) => Integrity { field: Some(word.span), digests: vec![Digest::parse(&word, word.span)] },
        None => Integrity { field: hash.map(Value::span), digests: Vec::new() },
    };
    LockedFile { name, url, integrity, size: None }
}

/// The edits that write the digests of a release's files: to the files that are listed, or all of them where none is and the lockfile keeps
/// no addresses.
fn hold(document: &Document, package: &Package, proven: Proven<'_>) -> Option<Vec<Edit>> {
    let Syntax::Toml(tree) = &document.syntax else { return None };
    let root = tree.root(&document.text);
    let entry = root.get("package")?.items().find(|entry| entry.span() == package.span)?;
    let together = root.get_path(&["metadata", "files"]).into_iter().flat_map(Value::members).map(|(_, list)| list);
    let own =
        package.integrity.field.and_then(|field| entry.get("files").into_iter().chain(together).find(|list| list.span() == field));
    let mut strategies = document.lockfile()?.facts.iter().filter(|(name, _)| name == "strategy");
    let with_addresses = strategies.any(|(_, strategy)| strategy.as_str() == "static_urls");
    match own {
        Some(list) if list.items().next().is_some() => {
            hold::fill(list.items(), file, proven, |item, hex| hold::member(item, &["file", "url"], "hash", &hold::word(hex)))
        }
        _ if with_addresses => None,
        Some(list) => toml::replace_raw(list, &hold::list(proven, &document.text)?),
        None if root.get_path(&["metadata", "files"]).is_some() => None,
        None => toml::insert_after(entry, &[], "files", &hold::list(proven, &document.text)?),
    }
}

/// A requirement of PEP 508, with its extras.
fn dependency(item: Value<'_>) -> Option<(Dependency, Vec<SmolStr>)> {
    let text = item.string()?;
    let requirement = requirement::parse(&text).ok()?;
    let dependency = requirement::dependency(&requirement, Group::Normal, |start, end| item.place(start, end));
    Some((dependency, requirement.extras.iter().map(|extra| normalized(extra.text).into()).collect()))
}

/// Gives each entry its files where they stand together by name and version.
fn share_out(together: Value<'_>, entries: &mut [Entry]) {
    let key = |text: &str| {
        let (name, version) = text.split_once(' ').unwrap_or((text, ""));
        format!("{} {version}", normalized(name))
    };
    let lists: FxHashMap<String, Value<'_>> =
        together.members().filter_map(|(name, list)| Some((key(&name.string()?), list))).collect();
    for Entry { package, .. } in entries.iter_mut().filter(|entry| entry.package.integrity.field.is_none()) {
        let version = package.version.as_ref().map_or("", |version| version.as_str());
        let Some(list) = lists.get(&key(&format!("{} {version}", package.name))) else { continue };
        take_files(package, list.items().map(file).collect(), list.span());
    }
}

/// Finds the entries that each entry's dependencies lead to: with extras, those for the extras as well.
fn connect(lockfile: &mut Lockfile, entries: Vec<Entry>) {
    let (mut extras, mut asked_extras) = (Vec::new(), Vec::new());
    for entry in entries {
        lockfile.packages.push(entry.package);
        extras.push(entry.extras);
        asked_extras.push(entry.asked_extras);
    }
    let mut spread = Vec::with_capacity(extras.len());
    let mut targets = Vec::with_capacity(extras.len());
    {
        let packages = &lockfile.packages;
        let named = Entries::of(packages);
        for (package, asked_extras) in packages.iter().zip(&asked_extras) {
            let (mut dependencies, mut leads) = (Vec::new(), Vec::new());
            for (dependency, wanted) in package.dependencies.iter().zip(asked_extras) {
                let serves = |index: &u32| {
                    let has = &extras[*index as usize];
                    has.is_empty() || has.iter().any(|extra| wanted.contains(extra))
                };
                let mut answering = named.answering(packages, dependency).into_iter().filter(serves).map(Some).peekable();
                if answering.peek().is_none() {
                    dependencies.push(dependency.clone());
                    leads.push(None);
                }
                for target in answering {
                    dependencies.push(dependency.clone());
                    leads.push(target);
                }
            }
            spread.push(dependencies);
            targets.push(leads);
        }
    }
    for (package, dependencies) in lockfile.packages.iter_mut().zip(spread) {
        package.dependencies = dependencies;
    }
    lockfile.edges = Edges::of_lists(targets);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Lockfile, Vec<Problem>) {
        let parsed = parse(text);
        (*parsed.model.lockfile.unwrap(), parsed.problems)
    }

    #[test]
    fn extras_have_entries_of_their_own() {
        let text = r#"
[metadata]
groups = ["default"]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:ab"

[[package]]
name = "app"
version = "1.0"
dependencies = ["req[Sec_x]>=2; os_name == \"nt\"", "plain", "g @ git+https://git.test/g.git@main"]
files = [{url = "https://files.test/app-1.0%2Bx.whl", hash = "sha256:00"}]

[[package]]
name = "req"
version = "2.26.0"
files = [{file = "req-2.26.0.tar.gz", hash = "sha256:00"}]

[[package]]
name = "req"
version = "2.26.0"
extras = ["sec-x"]
dependencies = ["req==2.26.0"]

[[package]]
name = "req"
version = "2.26.0"
extras = ["other"]

[[package]]
name = "g"
version = "0.1"
git = "https://git.test/g.git"
ref = "main"
revision = "0123456789012345678901234567890123456789"

[[package]]
name = "l"
version = "0.1"
path = "./l"
editable = true
"#;
        let (lockfile, problems) = read(text);
        assert_eq!(problems, []);
        let keys: Vec<_> = lockfile.packages.iter().map(|package| (package.key.as_str(), package.kind)).collect();
        use SourceKind::{File, Git, Registry};
        assert_eq!(
            keys,
            [("app", Registry), ("req", Registry), ("req[sec-x]", Registry), ("req[other]", Registry), ("g", Git), ("l", File)]
        );
        assert_eq!(lockfile.edges.of(0), [Some(1), Some(2), None, Some(4)]);
        assert_eq!(lockfile.edges.of(2), [Some(1)]);
        assert_eq!(lockfile.packages[0].files[0].name.as_ref().unwrap().as_str(), "app-1.0+x.whl");
        let slice = |span: crate::text::Span| &text[span.range()];
        let asked = &lockfile.packages[0].dependencies;
        assert_eq!((slice(asked[0].name.span), asked[0].spec.as_str()), (r#"req[Sec_x]>=2; os_name == \"nt\""#, ">=2"));
        assert_eq!((slice(asked[2].name.span), slice(asked[2].spec.span)), ("plain", ""));
    }

    #[test]
    fn files_of_old_versions_stand_together() {
        let text = "[[package]]\nname = \"A.b\"\nversion = \"1.0\"\n\n[metadata]\nlock_version = \"5.0\"\n\n[metadata.files]\n\
            \"a-b 1.0\" = [{url = \"https://files.test/a_b-1.0.zip\", hash = \"sha256:00\"}]\n\"a-b 2.0\" = []\n";
        let (lockfile, problems) = read(text);
        assert_eq!(problems.len(), 1);
        assert_eq!(lockfile.packages[0].files.len(), 1);
        assert!(is_known("4.4.1") && is_known("3.1") && !is_known("4.6") && !is_known("5.0.1"));
    }
}
