//! Requirements files that belong together: pip reads what a file takes in as if it stood there, so one digest anywhere turns on the
//! checking of digests for all of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::Document;
use smol_str::SmolStr;

use crate::formats::Format;
use crate::formats::requirements::CONSTRAINED_BY;
use crate::model::{LockedFile, Manager, Package};
use crate::path::RelPath;
use crate::text::{Span, Spanned};
use crate::workspace::Workspace;

/// What a list takes in, and where that lies: nowhere that is looked at, if it is out of the repository or has no list's name.
pub fn taken_in(document: &Document) -> impl Iterator<Item = (&Spanned<SmolStr>, Option<RelPath>)> {
    let includes = document.manifest().filter(|_| is_list(document)).into_iter().flat_map(|manifest| &manifest.includes);
    includes.map(|include| (include, place(document, include)))
}

/// Where a list says that another lies.
fn place(document: &Document, include: &str) -> Option<RelPath> {
    let is_below = !include.starts_with(['/', '\\']) && !include.contains("${");
    let path = RelPath::join(document.path.folder(), include).filter(|_| is_below)?;
    Format::of_list(&path).is_some().then_some(path)
}

/// Files that lists of a workspace take in, that are not in it, and whose names alone do not tell what they are.
#[must_use]
pub fn unnamed(workspace: &Workspace) -> BTreeSet<RelPath> {
    let paths = workspace.documents().flat_map(|document| taken_in(document)).filter_map(|(_, path)| path);
    paths.filter(|path| Format::of(path).is_none() && workspace.get(path).is_none()).collect()
}

/// Files that lists of a workspace take in, in it or not, whose names alone do not tell what they are. A file that nothing with a telling name
/// leads to is no list, whatever it takes in itself.
#[must_use]
pub fn led_to(workspace: &Workspace) -> BTreeSet<RelPath> {
    let is_named = |document: &&Arc<Document>| is_list(document) && Format::of(&document.path).is_some();
    let mut next: Vec<&Arc<Document>> = workspace.documents().filter(is_named).collect();
    let mut found = BTreeSet::new();
    while let Some(document) = next.pop() {
        for path in taken_in(document).filter_map(|(_, path)| path).filter(|path| Format::of(path).is_none()) {
            if found.insert(path.clone()) {
                next.extend(workspace.get(&path));
            }
        }
    }
    found
}

/// A file and everything that it takes in, itself first.
#[must_use]
pub fn closure<'w>(workspace: &'w Workspace, root: &'w Arc<Document>) -> Vec<&'w Arc<Document>> {
    let mut found: Vec<&Arc<Document>> = vec![root];
    let mut seen: BTreeSet<&RelPath> = BTreeSet::from([&root.path]);
    let mut next = 0;
    while let Some(document) = found.get(next).copied() {
        next += 1;
        let paths = taken_in(document).filter_map(|(_, path)| path);
        found.extend(paths.filter_map(|path| workspace.get(&path)).filter(|document| seen.insert(&document.path)));
    }
    found
}

/// The files that take this one in, itself first: whoever installs one of them installs what stands here.
#[must_use]
pub fn roots<'w>(workspace: &'w Workspace, document: &'w Arc<Document>) -> Vec<&'w Arc<Document>> {
    let others = workspace.documents().filter(|other| other.path != document.path && is_list(other));
    let including = others.filter(|other| closure(workspace, other).iter().any(|included| included.path == document.path));
    [document].into_iter().chain(including).collect()
}

/// Where it is said that pip is to ask a digest of every requirement of this file: by the first digest of any, or by `--require-hashes`.
#[must_use]
pub fn demanded<'w>(workspace: &'w Workspace, document: &'w Arc<Document>) -> Option<(&'w Arc<Document>, Span)> {
    let roots = roots(workspace, document);
    let mut together = roots.into_iter().flat_map(|root| closure(workspace, root));
    together.find_map(|document| {
        let given = |package: &&Package| package.files.iter().any(|file| is_option(document, file));
        let digest = || Some(document.lockfile()?.packages.iter().find(given)?.key.span);
        let option = || document.settings()?.get("require-hashes").map(|setting| setting.key.span);
        Some((document, digest().or_else(option)?))
    })
}

/// A digest in an address counts, and does not turn the checking on.
fn is_option(document: &Document, file: &LockedFile) -> bool {
    let span = file.integrity.field.unwrap_or_default();
    !document.slice(span).contains('=')
}

/// The entry that constraints hold a name to.
#[must_use]
pub fn constrained<'w>(
    workspace: &'w Workspace,
    document: &'w Arc<Document>,
    name: &str,
) -> Option<(&'w Arc<Document>, &'w Package)> {
    if !is_list(document) {
        return None;
    }
    let ecosystem = Manager::Pip.ecosystem();
    let wanted = ecosystem.normalized(name);
    constraints(workspace, document).into_iter().find_map(|constraints| {
        let packages = &constraints.lockfile()?.packages;
        let named = packages.iter().find(|package| ecosystem.normalized(&package.name) == wanted && package.version.is_some());
        Some((constraints, named?))
    })
}

/// The files of constraints that count for a file.
fn constraints<'w>(workspace: &'w Workspace, document: &'w Arc<Document>) -> Vec<&'w Arc<Document>> {
    let together = roots(workspace, document).into_iter().flat_map(|root| closure(workspace, root));
    let named = together.flat_map(|document| {
        let facts = document.manifest().into_iter().flat_map(|manifest| &manifest.facts);
        let paths = facts.filter(|(name, _)| name == CONSTRAINED_BY);
        paths.filter_map(|(_, path)| workspace.get(&place(document, path)?))
    });
    named.collect()
}

/// The requirements file that a locking tool writes for an input: `x.txt` beside `x.in`.
#[must_use]
pub fn compiled<'w>(workspace: &'w Workspace, input: &Document) -> Option<&'w Arc<Document>> {
    let output = counterpart(input).filter(|path| path.as_str().ends_with(".txt"))?;
    workspace.get(&output).filter(|document| document.lockfile().is_some())
}

/// Where a list's input or output would lie: `x.txt` for `x.in`, and the other way round.
#[must_use]
pub fn counterpart(list: &Document) -> Option<RelPath> {
    let (stem, ending) = list.path.as_str().rsplit_once('.').filter(|_| is_list(list))?;
    match ending {
        "in" => Some(RelPath::new(format!("{stem}.txt"))),
        "txt" => Some(RelPath::new(format!("{stem}.in"))),
        _ => None,
    }
}

/// Whether a document is a list of requirements of pip.
fn is_list(document: &Document) -> bool {
    document.manifest().is_some_and(|manifest| manifest.manager == Some(Manager::Pip))
}

/// Whether a document only bounds what others ask for: a file of constraints, by its name or because others take it in as one.
#[must_use]
pub fn only_constrains(workspace: &Workspace, document: &Arc<Document>) -> bool {
    let by_name = document.lockfile().is_some_and(|lockfile| lockfile.constrains);
    let names = |other: &Arc<Document>, constraint: bool| {
        let manifest = other.manifest();
        let is_it = |path: &str| place(other, path).is_some_and(|path| path == document.path);
        let constraints = manifest.into_iter().flat_map(|manifest| &manifest.facts).filter(|(name, _)| name == CONSTRAINED_BY);
        let as_constraint = constraints.filter(|(_, path)| is_it(path)).count();
        let all = manifest.into_iter().flat_map(|manifest| &manifest.includes).filter(|path| is_it(path)).count();
        if constraint { as_constraint > 0 } else { all > as_constraint }
    };
    let others = || workspace.documents().filter(|other| is_list(other) && other.path != document.path);
    let installed = others().any(|other| names(other, false));
    !installed && (by_name || others().any(|other| names(other, true)))
}
