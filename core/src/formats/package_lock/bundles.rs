//! Packages that come inside another package's archive.
//!
//! npm takes a package marked as bundled from its parent's archive; but where no parent carries it, npm fetches it from the registry and
//! installs it unchecked. So the mark counts only where it is borne out: by a package above the entry that lists bundled dependencies, or, in
//! version 1, which does not copy those lists, by any package above it. The project's own bundle, and a workspace member's, is packed only when it is
//! published: what is in it comes from a registry like everything else.

use rustc_hash::FxHashSet;

use crate::model::{Importer, Package, Problem, ProblemKind, SourceKind};

/// Which form the entries were read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `packages`, which copies the lists of bundled dependencies.
    Flat,
    /// `dependencies` within `dependencies`, which does not.
    Nested,
}

/// Takes the mark away where nothing bears it out, and says so.
pub(super) fn settle(packages: &mut [Package], importers: &[Importer], form: Form, problems: &mut Vec<Problem>) {
    if !packages.iter().any(|package| package.kind == SourceKind::Bundled) {
        return;
    }
    let bundling: FxHashSet<String> =
        packages.iter().filter(|package| !package.bundles.is_empty()).map(|package| package.key.to_string()).collect();
    for package in packages.iter_mut().filter(|package| package.kind == SourceKind::Bundled) {
        let mut above = parents(&package.key).peekable();
        let under_package = above.peek().is_some();
        let recorded = package.source.is_some() || package.integrity.field.is_some();
        let borne_out = match form {
            Form::Nested => under_package && !recorded,
            Form::Flat => above.any(|parent| bundling.contains(parent)),
        };
        if borne_out {
            continue;
        }
        package.kind = package.source.as_ref().map_or(SourceKind::Registry, |source| super::entry::kind_of(source));
        if form == Form::Flat && under_package && !in_own_bundle(&package.key, importers) {
            problems.push(unfounded(package));
        }
    }
}

fn unfounded(package: &Package) -> Problem {
    Problem {
        kind: ProblemKind::Inconsistent,
        span: package.key.span,
        message: format!(
            "`{}` is marked as bundled, but no package above it bundles anything: npm fetches it all the same, unchecked",
            package.name
        ),
        related: None,
        fix: None,
    }
}

/// Whether the project or the workspace member that an entry lies in bundles dependencies of its own.
fn in_own_bundle(key: &str, importers: &[Importer]) -> bool {
    let folder = key.split("node_modules/").next().unwrap_or_default().trim_end_matches('/');
    importers.iter().any(|importer| importer.path == folder && !importer.bundles.is_empty())
}

/// The install paths of the packages that an entry lies in, nearest first; the project itself and its members are none.
fn parents(key: &str) -> impl Iterator<Item = &str> {
    let mut here = key;
    std::iter::from_fn(move || {
        here = here.rsplit_once("/node_modules/")?.0;
        here.contains("node_modules/").then_some(here)
    })
}
