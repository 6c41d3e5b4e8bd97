//! One entry.

use std::borrow::Cow;

use smol_str::{SmolStr, format_smolstr};

use crate::cargo::source::Source;
use crate::model::{Algorithm, Dependency, Digest, Group, Integrity, Package, Place, SourceKind};
use crate::syntax::toml::Value;
use crate::text::Spanned;

/// An entry, with what is needed to find what it asks for.
pub(super) struct Entry<'a> {
    pub(super) package: Package,
    /// Its source, as written.
    pub(super) source: Option<Cow<'a, str>>,
    /// What it asks for, as written, in the order of the package's dependencies.
    pub(super) asked: Vec<Cow<'a, str>>,
}

/// Reads an entry; `None` for one without a name.
pub(super) fn read(entry: Value<'_>) -> Option<Entry<'_>> {
    let (mut name, mut version, mut source, mut integrity, mut asked) = (None, None, None, Integrity::default(), None);
    for (key, value) in entry.members() {
        match key.raw() {
            "name" => name = value.spanned(),
            "version" => version = value.spanned(),
            "source" => source = Some(value),
            "checksum" => integrity = checksum(value),
            "dependencies" => asked = Some(value),
            _ => {}
        }
    }
    let name = name?;
    let key = match &version {
        Some(version) => Spanned::new(format_smolstr!("{name} {version}"), name.span),
        None => name.clone(),
    };
    let mut package = Package { version, integrity, ..Package::new(key, name, entry.span()) };
    place(&mut package, source.and_then(Value::spanned));
    let own = package.kind != SourceKind::Registry;
    let items = || asked.into_iter().flat_map(Value::items).filter_map(|item| Some((item, item.string()?)));
    package.dependencies = items().map(|(item, text)| dependency(item, &text, own)).collect();
    let asked = items().map(|(_, text)| text).collect();
    Some(Entry { package, source: source.and_then(Value::string), asked })
}

/// The digest of a crate's archive, as Cargo has it: in hexadecimal, without a word.
pub(super) fn checksum(value: Value<'_>) -> Integrity {
    match value.string() {
        Some(hex) => Integrity::of(Digest::of_hex(Algorithm::Sha256, &hex, &hex, value.inner())),
        None => Integrity { field: Some(value.span()), digests: Vec::new() },
    }
}

/// Where it comes from. A folder has no source: a member of the workspace, or one that is asked for by its path.
fn place(package: &mut Package, source: Option<Spanned<SmolStr>>) {
    let Some(source) = source else {
        package.kind = SourceKind::Workspace;
        return;
    };
    let read = Source::read(&source);
    match read {
        Source::Registry(index) | Source::GitIndex(index) => {
            package.git_index = matches!(read, Source::GitIndex(_));
            let start = source.len() - index.len();
            let plain = (source.span.end - source.span.start) as usize == source.len();
            let mut span = source.span;
            span.start += if plain { start as u32 } else { 0 };
            package.registry = Some(Box::new(Spanned::new(index.into(), span)));
        }
        Source::Git(_) => {
            package.kind = SourceKind::Git;
            package.source = Some(source);
        }
        Source::Other => {
            package.kind = SourceKind::Url;
            package.source = Some(source);
        }
    }
}

/// What an entry asks for: a name and as much more as tells it apart. Which versions would do is not recorded. What a registry's package asks for,
/// a registry answers; what others ask for, their manifests say.
fn dependency(item: Value<'_>, text: &str, own: bool) -> Dependency {
    let name = text.split(' ').next().unwrap_or_default();
    let spec = Spanned::new(SmolStr::default(), item.inner());
    let dependency = Dependency::new(Spanned::new(name.into(), item.place(0, name.len())), spec, Group::Normal);
    if own { Dependency { place: Some(Box::new(Place::Elsewhere)), ..dependency } } else { dependency }
}
