//! Two lockfiles, and what became of each package.
//!
//! Entries are compared by install path first, then by name and version, so that a package that npm merely moved (hoisting) is no change.
//! Entries whose text is equal cost one comparison of bytes.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::document::Document;
use crate::go::half;
use crate::model::{Dependency, Ecosystem, Manager, Package, SourceKind};
use crate::text::Span;
use crate::versions::compare;

/// What became of one entry.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What became of it.
    pub kind: ChangeKind,
    /// The entry of the base, with its document.
    pub before: Option<(&'a Document, &'a Package)>,
    /// The entry of the new state, with its document.
    pub after: Option<(&'a Document, &'a Package)>,
    /// The entry that came along and is told with this one: the digest of a Go module's `go.mod`.
    pub along: Option<(&'a Document, &'a Package)>,
}

/// What became of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Was not there.
    Added,
    /// Is no longer there.
    Removed,
    /// A newer version.
    Upgraded,
    /// An older version.
    Downgraded,
    /// The same version, recorded otherwise.
    Changed,
}

impl ChangeKind {
    /// The word used in outputs.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            ChangeKind::Added => "added",
            ChangeKind::Removed => "removed",
            ChangeKind::Upgraded => "upgraded",
            ChangeKind::Downgraded => "downgraded",
            ChangeKind::Changed => "changed",
        }
    }
}

impl<'a> Change<'a> {
    /// The entry that says what it is now, or else what it was.
    ///
    /// # Panics
    /// Never: a change has one of the two.
    #[must_use]
    pub fn package(&self) -> &'a Package {
        match (self.after, self.before) {
            (Some((_, package)), _) | (None, Some((_, package))) => package,
            (None, None) => unreachable!("a change is of something"),
        }
    }

    /// Every entry that is there now because of it.
    pub fn arrivals(&self) -> impl Iterator<Item = &'a Package> {
        self.after.into_iter().chain(self.along).map(|(_, package)| package)
    }
}

/// An entry with the document it stands in.
type Entry<'a> = (&'a Document, &'a Package);

/// Everything that came, went or changed, in the new lockfile's order; what went away follows in the old one's.
#[must_use]
pub fn changes<'a>(before: Option<&'a Document>, after: Option<&'a Document>) -> Vec<Change<'a>> {
    let (old, new) = (entries(before), entries(after));
    let old_by_key: FxHashMap<&str, Entry<'_>> = old.iter().map(|&entry| (entry.1.key.as_str(), entry)).collect();
    let (fresh, kept): (Vec<Entry<'_>>, Vec<Entry<'_>>) = new.iter().partition(|entry| {
        let former = old_by_key.get(entry.1.key.as_str());
        let same_text = |former: &Entry<'_>| former.0.slice(former.1.span) == entry.0.slice(entry.1.span);
        !former.is_some_and(|former| same_text(former) && same_name(former.1, entry.1) && same_names_asked(former.1, entry.1))
    });
    let kept: FxHashSet<&str> = kept.iter().map(|entry| entry.1.key.as_str()).collect();
    let gone: Vec<Entry<'_>> = old.iter().copied().filter(|entry| !kept.contains(entry.1.key.as_str())).collect();
    let old_versions = by_version(&old);
    let new_versions = by_version(&new);
    let mut leaving: Leaving<'_> = BTreeMap::new();
    for entry in gone.iter().filter(|entry| !new_versions.contains_key(&identity(entry.1))) {
        leaving.entry(slot(entry.1)).or_default().push(*entry);
    }
    let mut found: Vec<Change<'_>> = Vec::new();
    for entry in fresh {
        match old_versions.get(&identity(entry.1)) {
            Some(former) => found.extend(same_version(former, &entry)),
            None => found.push(arrived(&entry, leaving.get_mut(&slot(entry.1)))),
        }
    }
    found.extend(departed(&gone, &leaving));
    if after.or(before).is_some_and(|document| document.format.ecosystem == Some(Ecosystem::Go)) {
        join_halves(&mut found);
    }
    found
}

/// What leaves, by what may take its place.
type Leaving<'a> = BTreeMap<(&'a str, bool), Vec<Entry<'a>>>;

/// What a version takes the place of: another of the same package; in `go.sum`, of the module or of its `go.mod`.
fn slot(package: &Package) -> (&str, bool) {
    (&package.name, package.version.as_ref().is_some_and(|version| half(version).1))
}

/// A module version that comes or goes brings or takes its `go.mod` with it: that is one change, told by the module's own line. Modules that have
/// that line only stay, and so does every digest that is another.
fn join_halves(found: &mut Vec<Change<'_>>) {
    let version = |side: Option<Entry<'_>>| {
        side.and_then(|(_, package)| Some((package.name.value.clone(), package.version.as_ref()?.value.clone())))
    };
    let of = |change: &Change<'_>| version(change.after).or_else(|| version(change.before));
    let moved = |change: &&Change<'_>| change.kind != ChangeKind::Changed;
    let wholes: FxHashSet<_> = found.iter().filter(moved).filter_map(of).collect();
    let mut halves: FxHashMap<_, Entry<'_>> = FxHashMap::default();
    found.retain(|change| {
        let Some((name, version)) = of(change).filter(|_| moved(&change)) else { return true };
        let (number, is_half) = half(&version);
        let whole = (name, number.into());
        if !is_half || !wholes.contains(&whole) {
            return true;
        }
        halves.extend(change.after.map(|entry| (whole, entry)));
        false
    });
    for change in found.iter_mut().filter(|change| change.kind != ChangeKind::Changed) {
        change.along = of(change).and_then(|whole| halves.remove(&whole));
    }
}

fn entries(document: Option<&Document>) -> Vec<Entry<'_>> {
    let packages = document.and_then(|document| Some((document, document.lockfile()?)));
    let entries =
        packages.into_iter().flat_map(|(document, lockfile)| lockfile.packages.iter().map(move |package| (document, package)));
    entries.filter(|(document, package)| is_listed(document, package)).collect()
}

/// Links and members are no packages of their own, but for Yarn 2 and later, which list the project itself and its members as such.
fn is_listed(document: &Document, package: &Package) -> bool {
    match package.kind {
        SourceKind::Link => false,
        SourceKind::Workspace => document.lockfile().is_some_and(|lockfile| lockfile.manager == Manager::Berry),
        _ => true,
    }
}

fn same_name(one: &Package, other: &Package) -> bool {
    one.name.value == other.name.value
}

/// Whether two entries ask for the same names. Some lockfiles say what an entry asks for elsewhere than in the entry.
fn same_names_asked(one: &Package, other: &Package) -> bool {
    let mut pairs = one.dependencies.iter().zip(&other.dependencies);
    one.dependencies.len() == other.dependencies.len() && pairs.all(|(one, other)| one.name.value == other.name.value)
}

type Identity<'a> = (&'a str, Option<&'a str>);

fn identity(package: &Package) -> Identity<'_> {
    (package.name.as_str(), package.version.as_ref().map(|version| version.as_str()))
}

fn by_version<'a>(entries: &[Entry<'a>]) -> FxHashMap<Identity<'a>, Vec<Entry<'a>>> {
    let mut found: FxHashMap<_, Vec<_>> = FxHashMap::default();
    for entry in entries {
        found.entry(identity(entry.1)).or_default().push(*entry);
    }
    found
}

/// The same version was there before. Nothing, if one of its entries recorded the same; else what it is compared with: the entry of the
/// same install path, or any.
fn same_version<'a>(former: &[Entry<'a>], entry: &Entry<'a>) -> Option<Change<'a>> {
    let before = former.iter().find(|other| other.1.key.value == entry.1.key.value).or(former.first())?;
    let moved = before.1.key.value != entry.1.key.value && former.iter().any(|other| !differs(other, entry));
    (!moved && differs(before, entry)).then_some(Change {
        kind: ChangeKind::Changed,
        before: Some(*before),
        after: Some(*entry),
        along: None,
    })
}

/// Whether two entries of one version record anything else that an installer acts on.
fn differs(one: &Entry<'_>, other: &Entry<'_>) -> bool {
    let (a, b) = (one.1, other.1);
    if is_other_manager(one.0, other.0) {
        // Each manager records other facts in its own way; only what both say can differ.
        return a.kind != b.kind && !(a.is_patched() || b.is_patched()) || contradict(a, b);
    }
    let words = |package: &'_ Package| package.digests().map(|digest| digest.text.value.clone()).collect::<BTreeSet<_>>();
    words(a) != words(b)
        || a.source.as_ref().map(|source| &source.value) != b.source.as_ref().map(|source| &source.value)
        || a.registry.as_ref().map(|registry| &registry.value) != b.registry.as_ref().map(|registry| &registry.value)
        || a.kind != b.kind
        || a.install_script != b.install_script
        || metadata_change(*one, *other).is_some()
}

/// Whether two lockfiles are two managers': then what the one does not say need not have changed.
#[must_use]
pub fn is_other_manager(one: &Document, other: &Document) -> bool {
    let manager = |document: &Document| document.lockfile().map(|lockfile| lockfile.manager);
    manager(one) != manager(other)
}

/// Whether two entries have digests that must be equal and are not.
fn contradict(one: &Package, other: &Package) -> bool {
    let pairs = || one.digests().flat_map(|digest| other.digests().map(move |other| (digest, other)));
    let comparable = || pairs().filter(|(digest, other)| digest.is_comparable(other));
    comparable().next().is_some() && !comparable().any(|(digest, other)| digest.bare() == other.bare())
}

/// The first recorded fact of one entry that the other does not share: its name, and where it stands in the second one.
#[must_use]
pub fn metadata_change(before: Entry<'_>, after: Entry<'_>) -> Option<(&'static str, Option<Span>)> {
    if is_other_manager(before.0, after.0) {
        return None;
    }
    // `dev`, `optional` and `peer` follow from who asks for the package: they change whenever the project's own lists do.
    if before.1.bundles != after.1.bundles {
        return Some(("bundleDependencies", None));
    }
    let resolved = |entry: Entry<'_>| entry.0.lockfile().is_some_and(|lockfile| lockfile.manager == Manager::Pnpm);
    let asked = match resolved(before) || resolved(after) {
        true => added_name(before, after),
        false => dependency_change(before.1, after.1),
    };
    if let Some(asked) = asked {
        return Some(("dependencies", asked));
    }
    let names = before.1.metadata.iter().chain(&after.1.metadata).map(|(name, _)| *name);
    let text = |entry: Entry<'_>, name: &str| {
        let span = entry.1.metadata.iter().find(|(other, _)| *other == name).map(|(_, span)| *span)?;
        Some((without_space(entry.0.slice(span)), span))
    };
    names.into_iter().find_map(|name| {
        let (old, new) = (text(before, name), text(after, name));
        let same = old.as_ref().map(|(text, _)| text) == new.as_ref().map(|(text, _)| text);
        (!same).then_some((name, new.map(|(_, span)| span)))
    })
}

/// The first dependency that only one of the two asks for, or asks for otherwise.
fn dependency_change(before: &Package, after: &Package) -> Option<Option<Span>> {
    let same = |one: &Dependency, other: &Dependency| one.name.value == other.name.value && one.spec.value == other.spec.value;
    let has = |list: &[Dependency], asked: &Dependency| list.iter().any(|other| same(asked, other));
    let new = after.dependencies.iter().find(|asked| !has(&before.dependencies, asked));
    let old = before.dependencies.iter().find(|asked| !has(&after.dependencies, asked));
    new.map(|asked| Some(asked.name.span.to(asked.spec.span))).or(old.map(|_| None))
}

/// The first name that only the second of two entries asks for, in a lockfile that has what was chosen where others copy what is asked for. Peers
/// come and go with who asks, and what the project adds to others' lists comes with a fact of the whole lockfile.
fn added_name(before: Entry<'_>, after: Entry<'_>) -> Option<Option<Span>> {
    const ADDS: [&str; 3] = ["packageExtensionsChecksum", "pnpmfileChecksum", "override "];
    let adding = |entry: Entry<'_>| -> Vec<(smol_str::SmolStr, smol_str::SmolStr)> {
        let facts = entry.0.lockfile().map_or(&[][..], |lockfile| &lockfile.facts);
        let adds = facts.iter().filter(|(key, _)| ADDS.iter().any(|start| key.starts_with(start)));
        adds.map(|(key, value)| (key.clone(), value.value.clone())).collect()
    };
    let peers = after.1.metadata.iter().find(|(name, _)| *name == "peerDependencies").map_or("", |(_, span)| after.0.slice(*span));
    let had = |name: &str| before.1.dependencies.iter().any(|other| other.name.as_str() == name);
    let added = after.1.dependencies.iter().find(|asked| !had(&asked.name) && !peers.contains(asked.name.as_str()))?;
    (adding(before) == adding(after)).then(|| Some(added.name.span.to(added.spec.span)))
}

fn without_space(text: &str) -> String {
    text.split_ascii_whitespace().collect()
}

fn arrived<'a>(entry: &Entry<'a>, leaving: Option<&mut Vec<Entry<'a>>>) -> Change<'a> {
    let former = leaving.filter(|list| !list.is_empty()).map(|list| {
        let same_place = list.iter().position(|other| other.1.key.value == entry.1.key.value);
        list.remove(same_place.unwrap_or(0))
    });
    let Some(former) = former else {
        return Change { kind: ChangeKind::Added, before: None, after: Some(*entry), along: None };
    };
    let version = |package: &'a Package| package.version.as_ref().map_or("", |version| version.as_str());
    let ecosystem = entry.0.format.ecosystem.unwrap_or(Ecosystem::Npm);
    let older = compare(ecosystem, version(entry.1), version(former.1)).is_some_and(std::cmp::Ordering::is_lt);
    let kind = if older { ChangeKind::Downgraded } else { ChangeKind::Upgraded };
    Change { kind, before: Some(former), after: Some(*entry), along: None }
}

/// What went away and was not replaced, in the old lockfile's order.
fn departed<'a>(gone: &[Entry<'a>], leaving: &Leaving<'a>) -> Vec<Change<'a>> {
    let left =
        |entry: &Entry<'a>| leaving.get(&slot(entry.1)).is_some_and(|list| list.iter().any(|other| std::ptr::eq(other.1, entry.1)));
    gone.iter()
        .filter(|entry| left(entry))
        .map(|entry| Change { kind: ChangeKind::Removed, before: Some(*entry), after: None, along: None })
        .collect()
}
