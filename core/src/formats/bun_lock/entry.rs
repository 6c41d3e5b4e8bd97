//! One entry of `packages`: an array whose first item says what it is, `name@` and a version or a place.

use crate::formats::Proven;
use smol_str::SmolStr;

use super::resolve::last_name;
use super::{asked, shape};
use crate::document::Document;
use crate::model::{Integrity, Package, Problem, SourceKind};
use crate::syntax::Syntax;
use crate::syntax::json::{self, Value};
use crate::text::{Edit, Span, Spanned};

/// What an installer acts on beside the fields with a place of their own in the model.
const METADATA: [&str; 5] = ["bin", "binDir", "cpu", "libc", "os"];

/// Reads an entry. One of another form is a problem, and what can be told of it is there all the same.
pub(super) fn read(key: Value<'_>, entry: Value<'_>, problems: &mut Vec<Problem>) -> Option<Package> {
    let path = key.spanned()?;
    let Some(first) = entry.items().next() else {
        problems.push(shape(entry.span(), "an entry is a list of what it is and where it comes from; Bun refuses this one"));
        return None;
    };
    let Some((name, place)) = first.spanned().and_then(|text| split(first, &text)) else {
        problems.push(shape(first.span(), "this is no `name@version`, nor a name and a place; Bun refuses it"));
        return None;
    };
    let mut package = Package::new(path, name, entry.span());
    let installed = last_name(&package.key);
    package.alias = (installed != package.name.as_str()).then(|| installed.into());
    locate(&mut package, place);
    let parts = Parts::of(entry);
    if package.kind == SourceKind::Registry {
        // An empty address is that of the registry that is configured, and Bun leaves the default one out.
        package.source = parts.address.and_then(Value::spanned).filter(|address| !address.is_empty());
    }
    if let Some(info) = parts.info {
        describe(&mut package, info);
    }
    if let Some(digest) = parts.digest(package.kind) {
        package.integrity = integrity(digest);
    }
    if matches!(package.kind, SourceKind::Registry | SourceKind::Url) && parts.info.is_none() {
        problems.push(shape(entry.span(), "the entry ends before it says what the package asks for; Bun refuses it"));
    }
    Some(package)
}

/// Name and place of `name@place`, each with its bytes.
fn split(value: Value<'_>, text: &Spanned<SmolStr>) -> Option<(Spanned<SmolStr>, Spanned<SmolStr>)> {
    let at = text.get(1..)?.find('@')? + 1;
    let part = |start: usize, end: usize| Spanned::new(SmolStr::from(&text[start..end]), value.place(start, end));
    Some((part(0, at), part(at + 1, text.len())))
}

/// Version or source, by the words that a place begins with.
fn locate(package: &mut Package, place: Spanned<SmolStr>) {
    let kind = kind_of(&place);
    package.kind = kind;
    match kind {
        SourceKind::Registry => package.version = Some(place),
        SourceKind::Workspace | SourceKind::Link => {
            let path = place.split_once(':').map_or(place.as_str(), |(_, path)| path);
            let start = place.span.start + (place.len() - path.len()) as u32;
            let whole = place.span.end - place.span.start == place.len() as u32;
            let span = if whole { Span { start, end: place.span.end } } else { place.span };
            package.source = Some(Spanned::new(path.into(), span));
        }
        _ => package.source = Some(place),
    }
}

fn kind_of(place: &str) -> SourceKind {
    let starts = |words: &[&str]| words.iter().any(|word| place.starts_with(word));
    if starts(&["workspace:", "root:"]) {
        SourceKind::Workspace
    } else if starts(&["link:"]) {
        SourceKind::Link
    } else if starts(&["file:"]) {
        SourceKind::File
    } else if starts(&["git+", "git:", "git@", "github:", "gitlab:", "bitbucket:", "ssh:"]) {
        SourceKind::Git
    } else if place.contains("://") {
        SourceKind::Url
    } else if place.contains('/') || [".tgz", ".tar.gz", ".tar"].iter().any(|ending| place.ends_with(ending)) {
        SourceKind::File
    } else {
        SourceKind::Registry
    }
}

/// The items of an entry after the first, by what they are: an address before the description, and texts after it.
struct Parts<'a> {
    address: Option<Value<'a>>,
    info: Option<Value<'a>>,
    after: Vec<Value<'a>>,
}

impl<'a> Parts<'a> {
    fn of(entry: Value<'a>) -> Parts<'a> {
        let mut parts = Parts { address: None, info: None, after: Vec::new() };
        for item in entry.items().skip(1) {
            match (parts.info, item.is_object()) {
                (None, true) => parts.info = Some(item),
                (None, false) => parts.address = Some(item),
                (Some(_), _) => parts.after.push(item),
            }
        }
        parts
    }

    /// The digest: the first text after the description, for a repository the one after the name of the folder that Bun keeps it in.
    fn digest(&self, kind: SourceKind) -> Option<Value<'a>> {
        let is_digest = |item: &Value<'a>| item.string().is_some_and(|text| text.starts_with("sha") && text.contains('-'));
        match kind {
            SourceKind::Git => self.after.get(1).or(self.after.first().filter(|item| is_digest(item))).copied(),
            _ => self.after.first().copied(),
        }
    }
}

/// Fills what the description says.
fn describe(package: &mut Package, info: Value<'_>) {
    package.dependencies = asked(info);
    for (key, value) in info.members() {
        if key.is("bundled") && value.bool() == Some(true) {
            package.kind = SourceKind::Bundled;
        } else if key.is("hasInstallScript") {
            package.install_script = value.bool();
            package.install_script_span = Some(key.span().to(value.span()));
        } else if let Some(known) = METADATA.iter().find(|known| key.is(known)) {
            package.metadata.push((known, value.span()));
        }
    }
}

fn integrity(value: Value<'_>) -> Integrity {
    match value.string() {
        Some(text) => Integrity::parse(&text, value.inner(), |start, end| value.place(start, end)),
        None => Integrity { field: Some(value.span()), digests: Vec::new() },
    }
}

/// The edit that puts a digest into an entry. Bun reads one digest, so the first of those given is taken.
pub(super) fn hold(document: &Document, package: &Package, Proven { digests, .. }: Proven<'_>) -> Option<Vec<Edit>> {
    let Syntax::Json(tree) = &document.syntax else { return None };
    let (_, _, entry) = tree.root(&document.text).member_at(package.key.span)?;
    let parts = Parts::of(entry);
    let digest = digests.first()?;
    match (parts.digest(package.kind), parts.after.last().or(parts.info.as_ref())) {
        (Some(value), _) => json::replace_value(value, digest),
        (None, Some(last)) => Some(vec![Edit::insert(last.span().end as usize, format!(", {}", json::quote(digest)))]),
        (None, None) => None,
    }
}
