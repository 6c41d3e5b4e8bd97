//! Packages that come inside another package's archive.
//!
//! npm takes a package marked `inBundle` from its parent's archive; but where no parent carries it, npm fetches it from the registry and
//! installs it unchecked. So the mark counts only where a package above the entry lists bundled dependencies.

use rustc_hash::FxHashMap;

use crate::model::{Package, Problem, ProblemKind, SourceKind};

/// Takes the mark away where no parent bears it out, and says so.
pub(super) fn settle(packages: &mut [Package], problems: &mut Vec<Problem>) {
    let bundling: FxHashMap<String, ()> =
        packages.iter().filter(|package| !package.bundles.is_empty()).map(|package| (package.key.to_string(), ())).collect();
    for package in packages.iter_mut().filter(|package| package.kind == SourceKind::Bundled) {
        let mut above = parents(&package.key).peekable();
        let under_package = above.peek().is_some();
        if above.any(|parent| bundling.contains_key(parent)) {
            continue;
        }
        package.kind = package.source.as_ref().map_or(SourceKind::Registry, |source| super::entry::kind_of(source));
        if under_package {
            problems.push(Problem {
                kind: ProblemKind::Inconsistent,
                span: package.key.span,
                message: format!(
                    "`{}` is marked as bundled, but no package above it bundles anything: npm fetches it all the same, unchecked",
                    package.name
                ),
                related: None,
                fix: None,
            });
        }
    }
}

/// The install paths of the packages that an entry lies in, nearest first; the project itself and its members are none.
fn parents(key: &str) -> impl Iterator<Item = &str> {
    let mut here = key;
    std::iter::from_fn(move || {
        here = here.rsplit_once("/node_modules/")?.0;
        here.contains("node_modules/").then_some(here)
    })
}
