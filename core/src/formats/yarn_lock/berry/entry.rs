//! One entry.

use percent_encoding::percent_decode_str;
use smol_str::{SmolStr, format_smolstr};

use super::super::descriptor::{Descriptor, plain};
use super::agreement;
use super::checksum::integrity;
use super::locator::{Place, place};
use super::{descriptors, problem};
use crate::model::{Dependency, Destination, Group, Package, Problem, ProblemKind, Redirect, Redirected, SourceKind};
use crate::syntax::yaml::Value;
use crate::text::{Span, Spanned};

/// What Yarn acts on beside the fields with a place of their own in the model.
const METADATA: [&str; 6] = ["bin", "conditions", "dependenciesMeta", "languageName", "linkType", "peerDependenciesMeta"];

/// Those of them that are copied from a member's manifest.
const FACTS: [&str; 3] = ["bin", "dependenciesMeta", "peerDependenciesMeta"];

/// An entry, and what it asks for.
pub(super) struct Entry {
    pub(super) package: Package,
    pub(super) dependencies: Vec<Dependency>,
    /// Its commands, and what it says of its dependencies, where it is a member of the project.
    pub(super) facts: Vec<(SmolStr, Spanned<SmolStr>)>,
}

/// Reads the fields of an entry.
pub(super) fn read(key: &Spanned<SmolStr>, entry: Value<'_>, file_key: Option<&SmolStr>, problems: &mut Vec<Problem>) -> Entry {
    let (first, place) = descriptors(key).next().map_or(("", key.span), |(first, span)| (first.name, span));
    let name = Spanned::new(first.into(), Span { end: (place.start + first.len() as u32).min(place.end), ..place });
    let mut package = Package::new(key.clone(), name, key.span.to(entry.span()));
    let mut asked = Asked::default();
    let mut resolution = None;
    for (field, value) in entry.members() {
        let Some(field) = field.string() else { continue };
        match &*field {
            "version" => package.version = value.spanned(),
            "resolution" => resolution = value.spanned(),
            "checksum" => package.integrity = integrity(value, file_key),
            "dependencies" => asked.lists.extend(list(value, Group::Normal)),
            "peerDependencies" => asked.lists.extend(list(value, Group::Peer)),
            "dependenciesMeta" => asked.optional = optional(value),
            "peerDependenciesMeta" => asked.optional_peers = optional(value),
            _ => {}
        }
        if let Some(known) = METADATA.iter().find(|known| **known == field) {
            package.metadata.push((known, value.span()));
        }
    }
    match &resolution {
        Some(resolution) => resolved(&mut package, resolution, &mut asked),
        None => problems.push(problem(ProblemKind::Syntax, key.span, "the entry has no `resolution`, and Yarn refuses it")),
    }
    problems.extend(agreement::find(&package, resolution.as_ref(), entry));
    let facts = if package.kind == SourceKind::Workspace { facts(entry) } else { Vec::new() };
    Entry { package, dependencies: asked.settled(), facts }
}

/// One fact a value, under the field's name and the keys that lead to it.
fn facts(entry: Value<'_>) -> Vec<(SmolStr, Spanned<SmolStr>)> {
    let mut found = Vec::new();
    for (field, value) in FACTS.into_iter().filter_map(|field| Some((field, entry.get(field)?))) {
        for (key, value) in value.members() {
            let Some(key) = key.string() else { continue };
            found.extend(value.spanned().map(|value| (format_smolstr!("{field} {key}"), value)));
            let inner = value.members().filter_map(|(name, value)| Some((name.string()?, value.spanned()?)));
            found.extend(inner.map(|(name, value)| (format_smolstr!("{field} {key} {name}"), value)));
        }
    }
    found
}

/// What an entry asks for, while it is read.
#[derive(Default)]
struct Asked {
    lists: Vec<Dependency>,
    optional: Vec<SmolStr>,
    optional_peers: Vec<SmolStr>,
}

impl Asked {
    fn settled(mut self) -> Vec<Dependency> {
        for asked in &mut self.lists {
            let group = match asked.group {
                Group::Normal if self.optional.contains(&asked.name.value) => Group::Optional,
                Group::Peer if self.optional_peers.contains(&asked.name.value) => Group::OptionalPeer,
                group => group,
            };
            asked.group = group;
        }
        self.lists
    }
}

/// Name and spec of every member, the protocol of ranges left away.
fn list(value: Value<'_>, group: Group) -> impl Iterator<Item = Dependency> {
    value.members().filter_map(move |(name, spec)| {
        let (name, written) = (name.spanned()?, spec.spanned()?);
        let spec = plain(&written.value);
        let cut = (written.value.len() - spec.len()) as u32;
        let start = if (written.span.end - written.span.start) as usize == written.value.len() {
            written.span.start + cut
        } else {
            written.span.start
        };
        let spec = Spanned::new(spec.into(), Span { start, ..written.span });
        Some(Dependency::new(name, spec, group))
    })
}

/// The names that a `…Meta` field calls optional.
fn optional(value: Value<'_>) -> Vec<SmolStr> {
    let optional = value.members().filter(|(_, meta)| meta.get("optional").is_some_and(|value| value.is("true")));
    optional.filter_map(|(name, _)| name.string().map(SmolStr::from)).collect()
}

/// What the resolution says of name, kind and source.
fn resolved(package: &mut Package, resolution: &Spanned<SmolStr>, asked: &mut Asked) {
    let locator = Descriptor::parse(&resolution.value);
    if locator.name != package.name.value {
        package.name = Spanned::new(locator.name.into(), part(resolution, 0, locator.name.len()));
    }
    let within = |text: &str| {
        let at = (text.as_ptr() as usize).wrapping_sub(resolution.value.as_ptr() as usize);
        Spanned::new(SmolStr::from(text), part(resolution, at, at + text.len()))
    };
    match place(locator.spec) {
        Place::Registry { archive, .. } => archive.into_iter().for_each(|archive| redirected(package, &within(archive))),
        Place::Workspace(folder) => (package.kind, package.source) = (SourceKind::Workspace, Some(within(folder))),
        Place::Link(folder) => (package.kind, package.source) = (SourceKind::Link, Some(within(folder))),
        Place::File(file) => {
            (package.kind, package.source) = (SourceKind::File, Some(within(file.split('#').next().unwrap_or(file))))
        }
        Place::Git(address) => (package.kind, package.source) = (SourceKind::Git, Some(within(address))),
        Place::Url(address) => (package.kind, package.source) = (SourceKind::Url, Some(within(address))),
        Place::Patch(patch) => {
            // What is installed is made here, of the plain package and the patches: no registry serves it.
            package.kind = SourceKind::File;
            if !patch.is_builtin() {
                package.source = Some(Spanned::new(
                    patch.files.join("&").into(),
                    part(resolution, locator.name.len() + 1, resolution.value.len()),
                ));
            }
            original(package, asked);
        }
    }
}

fn part(text: &Spanned<SmolStr>, from: usize, to: usize) -> Span {
    let plain = (text.span.end - text.span.start) as usize == text.value.len() && from <= to && to <= text.value.len();
    if plain { Span { start: text.span.start + from as u32, end: text.span.start + to as u32 } } else { text.span }
}

/// An archive address of its own takes the place of the registry's.
fn redirected(package: &mut Package, archive: &Spanned<SmolStr>) {
    let address: SmolStr = percent_decode_str(&archive.value).decode_utf8_lossy().into();
    let to = Spanned::new(address, archive.span);
    package.source = Some(to.clone());
    package.redirect = Some(Box::new(Redirect {
        what: Redirected::Package(package.name.value.clone()),
        to,
        kind: Destination::Address,
        by: "__archiveUrl",
        span: archive.span,
    }));
}

/// A patched package asks for what it is made of, as its key has it.
fn original(package: &Package, asked: &mut Asked) {
    for (descriptor, span) in descriptors(&package.key) {
        let Some(patch) = super::locator::patch(descriptor.spec) else { continue };
        let of = Descriptor::parse(&patch.of);
        let (name, spec) = (Spanned::new(of.name.into(), span), Spanned::new(of.plain().into(), span));
        asked.lists.push(Dependency::new(name, spec, Group::Normal));
    }
}
