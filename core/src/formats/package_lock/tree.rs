//! The nested form: `dependencies` within `dependencies`, of version 1 and, for older npm, of version 2.
//!
//! There is no address but in `resolved`, and `version` may be one: a git address with its commit, an archive's address, or an alias.

use smol_str::{SmolStr, format_smolstr};

use super::entry::{bundles, common, is_archive, kind_of, place_in};
use crate::model::{Dependency, Group, Package, Problem, ProblemKind, SourceKind};
use crate::registries::tarball_identity;
use crate::syntax::json::Value;
use crate::text::Spanned;

/// npm writes a handful of levels. Each level's path repeats those above it, so depth without end would take memory without end.
const MAX_DEPTH: usize = 256;

/// Every entry in file order, with the install path that the nesting means as its key.
pub(super) fn read(dependencies: Value<'_>, problems: &mut Vec<Problem>) -> Vec<Package> {
    let mut found = Vec::new();
    let mut open = vec![(SmolStr::default(), 0, dependencies.members().collect::<Vec<_>>().into_iter())];
    while let Some((parent, depth, members)) = open.last_mut() {
        let Some((key, entry)) = members.next() else {
            open.pop();
            continue;
        };
        let Some(name) = key.spanned() else { continue };
        let path = match parent.as_str() {
            "" => format_smolstr!("node_modules/{name}"),
            parent => format_smolstr!("{parent}/node_modules/{name}"),
        };
        let depth = *depth + 1;
        if let Some(nested) = entry.get("dependencies").filter(|nested| nested.is_object()) {
            if depth < MAX_DEPTH {
                open.push((path.clone(), depth, nested.members().collect::<Vec<_>>().into_iter()));
            } else {
                problems.push(too_deep(nested));
            }
        }
        let package = package(Spanned::new(path, name.span), name, entry);
        if !is_placeholder(&package) {
            found.push(package);
        }
    }
    found
}

/// npm 7 and later write an optional package that does not fit the platform into this form without saying anything about it.
fn is_placeholder(package: &Package) -> bool {
    let says_nothing = package.version.is_none() && package.source.is_none() && package.integrity.field.is_none();
    package.optional && says_nothing && package.kind == SourceKind::Registry && package.dependencies.is_empty()
}

fn too_deep(nested: Value<'_>) -> Problem {
    Problem {
        kind: ProblemKind::Syntax,
        span: nested.span(),
        message: format!(
            "dependencies nested more than {MAX_DEPTH} deep: npm writes nothing like it, and what lies below was not read"
        ),
        related: None,
        fix: None,
    }
}

fn package(key: Spanned<SmolStr>, name: Spanned<SmolStr>, entry: Value<'_>) -> Package {
    let mut package = Package::new(key, name, entry.span());
    let (mut bundled, mut list) = (false, None);
    for (member, value) in entry.members() {
        let Some(field) = member.string() else { continue };
        if common(&mut package, &field, member, value) {
            continue;
        }
        match &*field {
            "bundled" => bundled = value.bool() == Some(true),
            "requires" => package.dependencies = requires(value),
            "bundleDependencies" => list = Some(value),
            _ => {}
        }
    }
    package.bundles = list.map_or_else(Vec::new, |list| bundles(list, &package.dependencies));
    package.kind = if bundled { SourceKind::Bundled } else { SourceKind::Registry };
    read_version(&mut package);
    if let (SourceKind::Registry, Some(address)) = (package.kind, &package.source) {
        package.kind = kind_of(address);
    }
    package
}

fn requires(value: Value<'_>) -> Vec<Dependency> {
    let asked = value.members().filter_map(|(name, spec)| Some(Dependency::new(name.spanned()?, spec.spanned()?, Group::Normal)));
    asked.collect()
}

/// Takes apart a version that is more than a version.
fn read_version(package: &mut Package) {
    let Some(version) = package.version.clone() else { return };
    if let Some(real) = version.strip_prefix("npm:") {
        let Some(at) = real.get(1..).and_then(|rest| rest.rfind('@')).map(|at| at + 1) else { return };
        let (name, number) = (&real[..at], &real[at + 1..]);
        package.alias = (name != package.name.as_str()).then(|| package.name.value.clone());
        package.name = Spanned::new(name.into(), place_in(&version, name));
        package.version = Some(Spanned::new(number.into(), place_in(&version, number)));
    } else if let Some(folder) = version.strip_prefix("file:").filter(|path| !is_archive(path)) {
        // A folder is linked; the flat form says so in words.
        package.kind = SourceKind::Link;
        package.source = Some(Spanned::new(folder.into(), place_in(&version, folder)));
        package.version = None;
    } else if version.contains(':') || version.contains('/') {
        package.version = tarball_identity(&version).map(|(_, number)| {
            let span = place_in(&version, &number);
            Spanned::new(number, span)
        });
        if package.kind != SourceKind::Bundled {
            package.kind = kind_of(&version);
        }
        package.source.get_or_insert(version);
    }
}
