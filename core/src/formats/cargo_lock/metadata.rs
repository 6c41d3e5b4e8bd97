//! The checksums of version 1: `"checksum name version (source)" = "…"` in `[metadata]`.

use rustc_hash::FxHashMap;

use super::package::checksum;
use crate::model::{Package, Problem, ProblemKind};
use crate::syntax::toml::Value;

/// Gives every package its checksum. Where packages have checksums of their own as well, Cargo takes the file for one that was merged badly, and
/// drops all of them.
pub(super) fn checksums(key: Value<'_>, table: Value<'_>, packages: &mut [Package], problems: &mut Vec<Problem>) {
    let mut entries = table.members().filter(|(key, _)| key.raw().starts_with("checksum ")).peekable();
    let Some((first, _)) = entries.peek() else { return };
    if let Some(own) = packages.iter().find_map(|package| package.integrity.field) {
        problems.push(Problem {
            kind: ProblemKind::Inconsistent,
            span: key.span().to(first.span()),
            message: "checksums of version 1 in a lockfile of a later version: Cargo drops every checksum in the file".to_owned(),
            related: Some((own, "a package has its own checksum here".to_owned())),
            fix: None,
        });
        return;
    }
    let mut by_package: FxHashMap<(&str, &str), Vec<usize>> = FxHashMap::default();
    for (index, package) in packages.iter().enumerate() {
        let version = package.version.as_ref().map_or("", |version| version.as_str());
        by_package.entry((&package.name, version)).or_default().push(index);
    }
    let mut found = Vec::new();
    for (key, value) in entries.filter(|(_, value)| !value.is("<none>")) {
        let Some(text) = key.string() else { continue };
        let mut words = text.splitn(4, ' ').skip(1);
        let (Some(name), Some(version), source) = (words.next(), words.next(), words.next()) else { continue };
        let index = source.and_then(|source| source.trim_matches(['(', ')']).split_once('+')).map(|(_, address)| address);
        let is_of = |package: &Package| match (&package.registry, index) {
            (Some(registry), Some(index)) => registry.as_str() == index,
            _ => false,
        };
        let candidates = by_package.get(&(name, version)).map_or(&[][..], Vec::as_slice);
        found.extend(candidates.iter().find(|&&index| is_of(&packages[index])).map(|&index| (index, checksum(value))));
    }
    for (index, integrity) in found {
        packages[index].integrity = integrity;
    }
}
