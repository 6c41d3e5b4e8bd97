//! One entry of `packages`.

use smol_str::{SmolStr, format_smolstr};

use super::key::Form;
use super::part;
use crate::model::{Destination, Integrity, LockedFile, Package, Problem, ProblemKind, Redirect, Redirected, SourceKind};
use crate::registries::is_usual_tarball;
use crate::spec::is_forge_archive;
use crate::syntax::yaml::Value;
use crate::text::Spanned;

/// What an installer acts on beside the fields with a place of their own in the model.
const METADATA: [&str; 7] = ["cpu", "engines", "hasBin", "libc", "os", "peerDependencies", "peerDependenciesMeta"];

/// Reads an entry.
pub(super) fn read(key: Value<'_>, entry: Value<'_>, form: Form, problems: &mut Vec<Problem>) -> Option<Package> {
    let path = key.spanned()?;
    let split = form.split(&path);
    let mut place = split.as_ref().map(|(_, rest)| part(key, &path, rest.clone()));
    let name = split.map(|(name, _)| part(key, &path, name));
    let named = entry.get("name").and_then(Value::spanned);
    let Some(name) = named.or(name) else {
        let message = format!("`{path}` is no name and version, and the entry has no `name`");
        problems.push(Problem { kind: ProblemKind::Syntax, span: key.span(), message, related: None, fix: None });
        return None;
    };
    let mut package = Package::new(path, name, entry.span());
    if form != Form::Bare {
        package.install_script = Some(false);
    }
    for (field, value) in entry.members() {
        describe(&mut package, field, value);
    }
    let resolution = entry.get("resolution");
    let version = place.as_ref().and_then(registry_version);
    if let Some(resolution) = resolution {
        resolve(&mut package, resolution, version.as_ref().map(|version| version.as_str()));
    }
    if package.source.is_none() && version.is_none() && package.files.is_empty() {
        locate(&mut package, place.take());
    }
    if package.optional && package.install_script == Some(true) {
        // pnpm marks what it has not looked into, since it fits another platform, as if it had to be built.
        package.install_script = None;
    }
    package.version = version.or_else(|| package.version.take()).or_else(|| {
        // A folder has no version of its own in the lockfile: pnpm knows it by its path.
        (package.kind == SourceKind::File).then_some(place).flatten()
    });
    Some(package)
}

/// The version in what stands behind a name: the whole, or what is behind the name of a registry or of `runtime:`.
fn registry_version(place: &Spanned<SmolStr>) -> Option<Spanned<SmolStr>> {
    let at = match place.rfind(':') {
        Some(at) if place[..at].bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') => at + 1,
        Some(_) => return None,
        None => 0,
    };
    let text = &place[at..];
    let is_version = text.starts_with(|first: char| first.is_ascii_digit()) && text.contains('.') && !text.contains('/');
    is_version.then(|| {
        let whole = place.span.end - place.span.start == place.len() as u32;
        let span = if whole { crate::text::Span { start: place.span.start + at as u32, ..place.span } } else { place.span };
        Spanned::new(text.into(), span)
    })
}

fn describe(package: &mut Package, field: Value<'_>, value: Value<'_>) {
    if field.is("version") {
        package.version = value.spanned();
    } else if field.is("dev") {
        package.dev = value.bool() == Some(true);
    } else if field.is("optional") {
        package.optional = value.bool() == Some(true);
    } else if field.is("requiresBuild") {
        package.install_script = value.bool();
        package.install_script_span = Some(field.span().to(value.span()));
    } else if field.is("deprecated") {
        package.deprecated = value.spanned();
    } else if field.is("bundledDependencies") {
        package.bundles = value.items().filter_map(Value::string).map(SmolStr::from).collect();
    } else if let Some(known) = METADATA.iter().find(|known| field.is(known)) {
        package.metadata.push((known, value.span()));
    }
}

/// Where the package comes from, by its resolution. `version`: the one in its key, if that is a registry's package's.
fn resolve(package: &mut Package, resolution: Value<'_>, version: Option<&str>) {
    if let Some(digest) = resolution.get("integrity") {
        package.integrity = integrity(digest);
    }
    match resolution.get("type").and_then(Value::string).as_deref() {
        Some("git") => {
            package.kind = SourceKind::Git;
            package.source = repository(resolution);
        }
        Some("directory") => {
            package.kind = SourceKind::File;
            package.source = resolution.get("directory").and_then(Value::spanned);
        }
        Some("binary") => {
            package.kind = SourceKind::Url;
            package.source = resolution.get("url").and_then(Value::spanned);
        }
        Some("variations") => {
            package.kind = SourceKind::Url;
            package.files = resolution.get("variants").into_iter().flat_map(Value::items).map(file).collect();
        }
        Some(_) => package.kind = SourceKind::Url,
        None => {
            if let Some(tarball) = resolution.get("tarball").and_then(Value::spanned) {
                from_tarball(package, tarball, version);
            }
        }
    }
}

fn from_tarball(package: &mut Package, tarball: Spanned<SmolStr>, version: Option<&str>) {
    package.kind = version.map_or_else(|| kind_of(&tarball), |_| SourceKind::Registry);
    // pnpm leaves the address out where the registry's is the one that name and version lead to.
    if version.is_some_and(|version| !is_usual_tarball(&tarball, &package.name, version)) {
        package.redirect = Some(Box::new(Redirect {
            what: Redirected::Package(package.name.value.clone()),
            to: tarball.clone(),
            kind: if tarball.starts_with("file:") { Destination::Path } else { Destination::Address },
            by: "resolution.tarball",
            span: tarball.span,
        }));
    }
    package.source = Some(tarball);
}

/// The source in the key itself, where the resolution has none.
fn locate(package: &mut Package, place: Option<Spanned<SmolStr>>) {
    let place = place.unwrap_or_else(|| package.key.clone());
    if package.kind == SourceKind::Registry {
        package.kind = kind_of(&place);
    }
    package.source = Some(place);
}

fn kind_of(address: &str) -> SourceKind {
    let starts = |words: &[&str]| words.iter().any(|word| address.starts_with(word));
    if starts(&["file:"]) {
        SourceKind::File
    } else if starts(&["link:"]) {
        SourceKind::Link
    } else if starts(&["git+", "git:", "git@", "ssh:"]) || is_forge_archive(address) {
        SourceKind::Git
    } else {
        SourceKind::Url
    }
}

/// Repository and commit in one text, as everybody else writes them.
fn repository(resolution: Value<'_>) -> Option<Spanned<SmolStr>> {
    let (repo, commit) = (resolution.get("repo")?.spanned()?, resolution.get("commit").and_then(Value::spanned));
    let Some(commit) = commit else { return Some(repo) };
    Some(Spanned::new(format_smolstr!("{repo}#{commit}"), repo.span.to(commit.span)))
}

/// One of several archives of which the machine's own is taken.
fn file(variant: Value<'_>) -> LockedFile {
    let resolution = variant.get("resolution").unwrap_or(variant);
    LockedFile {
        name: None,
        url: resolution.get("url").or_else(|| resolution.get("tarball")).and_then(Value::spanned),
        integrity: resolution.get("integrity").map_or_else(Integrity::default, integrity),
        size: None,
    }
}

fn integrity(value: Value<'_>) -> Integrity {
    match value.string() {
        Some(text) => Integrity::parse(&text, value.inner(), |start, end| value.place(start, end)),
        None => Integrity { field: Some(value.span()), digests: Vec::new() },
    }
}
