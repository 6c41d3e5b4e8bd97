//! An entry as the model has it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smol_str::SmolStr;

use super::super::descriptor::Descriptor;
use super::reader::{RawEntry, Text};
use crate::model::{Dependency, Digest, Group, Integrity, Package, SourceKind};
use crate::npm::spec::{self, Kind};
use crate::registries::{is_usual_tarball, tarball_identity};
use crate::spec::names_commit;
use crate::text::{Span, Spanned};

/// The package of an entry, and everything that it answers to. `None` where nothing names it.
pub(super) fn package(text: &str, entry: RawEntry<'_>) -> Option<(Package, Vec<SmolStr>)> {
    let (first, last) = (entry.patterns.first()?, entry.patterns.last()?);
    let key = first.span.to(last.span);
    let asked = Descriptor::parse(&first.value);
    let real = asked.spec.strip_prefix("npm:").map(|real| Descriptor::parse(real).name).filter(|real| !real.is_empty());
    let name = Spanned::new(SmolStr::from(real.unwrap_or(asked.name)), place_in(first, real.unwrap_or(asked.name)));
    let mut package = Package::new(Spanned::new(text[key.range()].into(), key), name, entry.span);
    package.alias = real.filter(|real| *real != asked.name).map(|_| asked.name.into());
    for (key, value) in &entry.fields {
        match &*key.value {
            "version" => package.version = Some(owned(value)),
            "integrity" => package.integrity = integrity(value),
            "resolved" => resolved(&mut package, value),
            "name" => rename(&mut package, value),
            _ => {}
        }
    }
    package.kind = kind(&package, asked);
    if matches!(package.kind, SourceKind::Link | SourceKind::File) && package.source.is_none() {
        package.source = path(first, asked);
    }
    package.dependencies = dependencies(&entry);
    Some((package, entry.patterns.into_iter().map(|pattern| pattern.value.into()).collect()))
}

fn owned(text: &Text<'_>) -> Spanned<SmolStr> {
    Spanned::new(text.value.as_ref().into(), text.span)
}

/// The place of a part of a text, where it stands there as it reads.
fn place_in(text: &Text<'_>, part: &str) -> Span {
    let plain = (text.span.end - text.span.start) as usize == text.value.len();
    match text.value.find(part).filter(|_| plain) {
        Some(at) => part_of(text.span, at, at + part.len()),
        None => text.span,
    }
}

fn part_of(span: Span, from: usize, to: usize) -> Span {
    Span { start: span.start + from as u32, end: span.start + to as u32 }
}

fn integrity(value: &Text<'_>) -> Integrity {
    let plain = (value.span.end - value.span.start) as usize == value.value.len();
    let place = |from, to| if plain { part_of(value.span, from, to) } else { value.span };
    Integrity::parse(&value.value, value.span, place)
}

/// `name` stands in an entry only where the package's own manifest has another one than the pattern.
fn rename(package: &mut Package, value: &Text<'_>) {
    let asked = std::mem::replace(&mut package.name, owned(value)).value;
    if asked != package.name.value {
        package.alias.get_or_insert(asked);
    }
}

/// The address, and the sha1 that stands behind it: Yarn holds the archive to it, whatever `integrity` says besides.
fn resolved(package: &mut Package, value: &Text<'_>) {
    let source = owned(value);
    package.source_digest = None;
    package.source =
        Some(match source.value.rsplit_once('#').filter(|(address, fragment)| is_sha1(fragment) && !is_git(address)) {
            Some((address, fragment)) => {
                let plain = (value.span.end - value.span.start) as usize == value.value.len();
                let place = |from, to| if plain { part_of(value.span, from, to) } else { value.span };
                let hex = place(address.len() + 1, value.value.len());
                package.source_digest = sha1(fragment, hex).map(Box::new);
                Spanned::new(address.into(), place(0, address.len()))
            }
            None => source,
        });
}

fn is_sha1(fragment: &str) -> bool {
    fragment.len() == 40 && fragment.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A hexadecimal sha1 as a word of an integrity string.
fn sha1(hex: &str, span: Span) -> Option<Digest> {
    let mut bytes = [0; 20];
    for (byte, digits) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(Digest::parse(&format!("sha1-{}", STANDARD.encode(bytes)), span))
}

fn is_git(address: &str) -> bool {
    ["git+", "git:", "git@", "ssh:"].iter().any(|start| address.starts_with(start))
        || address.split(['?', '#']).next().is_some_and(|path| path.ends_with(".git"))
}

fn kind(package: &Package, asked: Descriptor<'_>) -> SourceKind {
    let Some(source) = &package.source else { return kind_of_spec(asked.spec) };
    let usual = package.version.as_ref().is_some_and(|version| is_usual_tarball(source, &package.name, version));
    if usual || tarball_identity(source).is_some() {
        SourceKind::Registry
    } else if is_git(source) {
        SourceKind::Git
    } else if source.starts_with("file:") {
        SourceKind::File
    } else if names_commit(source) && matches!(spec::parse(asked.name, asked.spec).kind, Kind::Git(_)) {
        // A forge's archive of a commit, where a repository was asked for.
        SourceKind::Git
    } else if source.contains(':') {
        SourceKind::Url
    } else {
        // What is no address at all is left to the rules to say so; the entry still claims to come from a registry.
        SourceKind::Registry
    }
}

/// Only folders have no address: a link to one, or a copy of one.
fn kind_of_spec(spec: &str) -> SourceKind {
    let is_path = |spec: &str| spec.starts_with("file:") || spec.starts_with('.') || spec.starts_with('/') || spec.starts_with('~');
    match spec {
        spec if spec.starts_with("link:") => SourceKind::Link,
        spec if is_path(spec) => SourceKind::File,
        _ => SourceKind::Registry,
    }
}

/// The folder that a pattern asks for.
fn path(pattern: &Text<'_>, asked: Descriptor<'_>) -> Option<Spanned<SmolStr>> {
    let path = asked.spec.strip_prefix("link:").or_else(|| asked.spec.strip_prefix("file:")).unwrap_or(asked.spec);
    (!path.is_empty()).then(|| Spanned::new(path.into(), place_in(pattern, path)))
}

fn dependencies(entry: &RawEntry<'_>) -> Vec<Dependency> {
    let group = |block: usize| match entry.blocks.get(block).map(|name| &*name.value) {
        Some("dependencies") => Some(Group::Normal),
        Some("optionalDependencies") => Some(Group::Optional),
        _ => None,
    };
    let of = |(block, name, spec): &(usize, Text<'_>, Text<'_>)| Some(Dependency::new(owned(name), owned(spec), group(*block)?));
    entry.members.iter().filter_map(of).collect()
}
