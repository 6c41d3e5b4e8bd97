//! One entry, the parts that both forms share.

use smol_str::SmolStr;

use super::super::package_json::{LISTS, dependencies, optional_peers};
use crate::model::{Dependency, Group, Integrity, Package, SourceKind};
use crate::registries::tarball_identity;
use crate::syntax::json::{Kind, Value};
use crate::text::{Span, Spanned};

/// What an installer acts on beside the fields with a place of their own in the model.
const METADATA: [&str; 7] = ["bin", "cpu", "engines", "hasShrinkwrap", "libc", "os", "peerDependenciesMeta"];

/// Fills what both forms write alike. Gives whether the member was one of those.
pub(super) fn common(package: &mut Package, key: &str, member: Value<'_>, value: Value<'_>) -> bool {
    match key {
        "version" => package.version = value.spanned(),
        "resolved" => package.source = value.spanned().filter(|address| !address.is_empty()),
        "integrity" => package.integrity = integrity(value),
        "dev" => package.dev = value.bool() == Some(true),
        "optional" => package.optional = value.bool() == Some(true),
        "peer" => package.peer = value.bool() == Some(true),
        "hasInstallScript" => {
            package.install_script = value.bool();
            package.install_script_span = Some(member.span().to(value.span()));
        }
        "deprecated" => package.deprecated = value.spanned(),
        _ => {
            let Some(known) = METADATA.iter().find(|known| **known == key) else { return false };
            package.metadata.push((known, value.span()));
        }
    }
    true
}

/// The digests of an `integrity` field of any type.
pub(super) fn integrity(value: Value<'_>) -> Integrity {
    match value.string() {
        Some(text) => Integrity::parse(&text, value.inner(), |start, end| value.place(start, end)),
        None => Integrity { field: Some(value.span()), ..Integrity::default() },
    }
}

/// Everything that an entry of the flat form asks for, root and workspace members included.
pub(super) fn asked(entry: Value<'_>) -> Vec<Dependency> {
    let mut found = Vec::new();
    let mut peers = false;
    for (key, value) in entry.members() {
        if let Some((_, group)) = LISTS.iter().find(|(list, _)| key.is(list)) {
            found.extend(dependencies(value, *group));
            peers |= *group == Group::Peer;
        }
    }
    if peers {
        let optional = optional_peers(entry);
        for dependency in found.iter_mut().filter(|dependency| dependency.group == Group::Peer) {
            if optional.contains(&dependency.name.value) {
                dependency.group = Group::OptionalPeer;
            }
        }
    }
    found
}

/// The names in `bundleDependencies`; `true` means all dependencies.
pub(super) fn bundles(value: Value<'_>, dependencies: &[Dependency]) -> Vec<SmolStr> {
    match value.kind() {
        Kind::True => dependencies.iter().map(|dependency| dependency.name.value.clone()).collect(),
        _ => value.items().filter_map(Value::string).map(SmolStr::from).collect(),
    }
}

/// The kind of source that an address tells.
pub(super) fn kind_of(address: &str) -> SourceKind {
    let lower = address.get(..12).unwrap_or(address).to_ascii_lowercase();
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| lower.starts_with(prefix));
    if starts(&["git+", "git:", "git@", "github:", "gitlab:", "bitbucket:", "gist:", "ssh:"]) {
        SourceKind::Git
    } else if starts(&["file:"]) {
        SourceKind::File
    } else if tarball_identity(address).is_some() {
        SourceKind::Registry
    } else if lower.contains(':') && !lower.starts_with('$') {
        SourceKind::Url
    } else {
        // What is no address at all is left to the rules to say so; the entry still claims to come from a registry.
        SourceKind::Registry
    }
}

/// Whether a path on disk is that of an archive, not of a folder, as npm tells them apart.
pub(super) fn is_archive(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [".tgz", ".tar.gz", ".tar"].iter().any(|ending| lower.ends_with(ending))
}

/// The place of `part` within the value it was cut from, where no escapes stand between.
pub(super) fn place_in(value: &Spanned<SmolStr>, part: &str) -> Span {
    let plain = value.span.end - value.span.start == value.len() as u32;
    match value.as_str().find(part) {
        Some(at) if plain => Span { start: value.span.start + at as u32, end: value.span.start + (at + part.len()) as u32 },
        _ => value.span,
    }
}
