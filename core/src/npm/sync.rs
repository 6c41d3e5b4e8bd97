//! Where a manifest and npm's lockfile disagree: what `npm ci` refuses, and what it lets pass and should not.
//!
//! `npm ci` builds the tree that the manifests ask for out of the lockfile, fetches anew what does not fit, and refuses if the
//! result has a package or version that the lockfile has not. So it never compares the lockfile's own copy of the manifest, takes
//! an alias for right whose version fits, and quietly installs another source of the same version. All of that is told here,
//! each with whether npm refuses it.

mod overrides;

use rustc_hash::FxHashMap;

use crate::model::{Dependency, Group};
use crate::npm::resolve::normal;
use crate::npm::spec::{self, Committish, Git, Kind, Spec};
use crate::npm::version::{Version, satisfies_str};

pub use overrides::Rule;

/// The lockfile's entry that answers a dependency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Locked<'a> {
    /// The true package name.
    pub name: &'a str,
    /// The version; `None` where none is recorded.
    pub version: Option<&'a str>,
    /// `resolved`; `None` where none is recorded.
    pub source: Option<&'a str>,
    /// For a link, the folder it leads to, relative to the lockfile.
    pub link: Option<&'a str>,
    /// Whether it comes inside another package's artifact; overrides do not reach it.
    pub bundled: bool,
}

/// What manifest and lockfile disagree about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Conflict {
    /// The manifest asks for it and the lockfile has no entry for it.
    NoEntry,
    /// The locked version is not one that the manifest asks for.
    OutsideRange,
    /// The entry is another package than the one asked for (an alias added, changed or taken away).
    OtherPackage,
    /// The entry comes from elsewhere than the manifest says: another address, repository, commit or folder.
    OtherSource,
    /// npm does not install such a spec.
    Unsupported,
    /// An override changes what the project itself asks for.
    OverrideConflict,
    /// The lockfile's copy of the manifest lacks it.
    NotCopied,
    /// The lockfile's copy has it and the manifest does not any more.
    NotAskedFor,
    /// The copy has another spec.
    OtherSpec,
    /// The copy has it in another list.
    OtherGroup,
}

/// One disagreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// What about.
    pub conflict: Conflict,
    /// Whether `npm ci` refuses it; otherwise it installs something other than what was locked, or than what is asked for.
    pub refused: bool,
    /// The dependency's index in the manifest's list.
    pub asked: Option<usize>,
    /// The dependency's index in the lockfile's copy.
    pub copied: Option<usize>,
}

/// Compares what a project or member asks for with the lockfile.
///
/// `importer` is its folder relative to the lockfile's, empty for the root. `copy` is the lockfile's copy of its lists; `None`
/// where the format has none. `locked` finds the entry that answers a name from that folder, links not followed. Sorted by the
/// manifest's order, then the copy's. Dependencies of [`Group::Override`] and [`Group::Catalog`] are left out, for they may be nested or
/// another manager's; `rules` are the root's own, for the root alone.
pub fn disagreements<'a>(
    importer: &str,
    copy: Option<&[Dependency]>,
    manifest: &[Dependency],
    rules: &[Rule<'_>],
    mut locked: impl FnMut(&str) -> Option<Locked<'a>>,
) -> Vec<Disagreement> {
    let asked = effective(manifest);
    let copied = copy.map(effective);
    let mut found = Vec::new();
    for (index, dependency) in manifest.iter().enumerate() {
        let name = dependency.name.as_str();
        if asked.get(name) != Some(&index) {
            continue;
        }
        let mut tell = |conflict, refused, copied| found.push(Disagreement { conflict, refused, asked: Some(index), copied });
        let optional_peer = dependency.group == Group::OptionalPeer;
        let spec = spec::parse(name, &dependency.spec);
        let entry = locked(name);
        if rules.iter().any(|rule| rule.changes(name, &spec, entry)) {
            tell(Conflict::OverrideConflict, true, None);
        } else if let Some(conflict) = unmet(importer, &spec, name, entry) {
            // npm trusts the lockfile where an optional peer does not fit, and leaves one out that is not there.
            if conflict != Conflict::NoEntry || !optional_peer {
                tell(conflict, conflict.is_refused(&spec, name, entry) && !optional_peer, None);
            }
        }
        if let (Some(copied), Some(copy)) = (&copied, copy) {
            match copied.get(name) {
                None => tell(Conflict::NotCopied, false, None),
                Some(&at) if copy[at].spec.value != dependency.spec.value => tell(Conflict::OtherSpec, false, Some(at)),
                Some(&at) if copy[at].group != dependency.group => tell(Conflict::OtherGroup, false, Some(at)),
                Some(_) => {}
            }
        }
    }
    if let (Some(copied), Some(copy)) = (&copied, copy) {
        let gone = copy.iter().enumerate().filter(|(index, dependency)| {
            copied.get(dependency.name.as_str()) == Some(index) && !asked.contains_key(dependency.name.as_str())
        });
        found.extend(gone.map(|(index, _)| Disagreement {
            conflict: Conflict::NotAskedFor,
            refused: false,
            asked: None,
            copied: Some(index),
        }));
    }
    found
}

impl Conflict {
    /// Whether `npm ci` refuses it. An archive or repository that differs is fetched anew instead, and refused only if its version
    /// differs too, which an address may tell; a folder would need an entry of its own.
    fn is_refused(self, spec: &Spec<'_>, name: &str, locked: Option<Locked<'_>>) -> bool {
        match self {
            Conflict::NoEntry | Conflict::OutsideRange | Conflict::Unsupported | Conflict::OverrideConflict => true,
            Conflict::OtherSource => match spec.kind {
                Kind::Directory(_) => true,
                Kind::Url { address, .. } => {
                    let (told, locked) = (told_version(address, name), locked.and_then(|locked| locked.version));
                    told.zip(locked).is_some_and(|(told, locked)| told != locked)
                }
                _ => false,
            },
            _ => false,
        }
    }
}

/// The version in an address of the usual form, `…/name-1.2.3.tgz`.
fn told_version<'a>(address: &'a str, name: &str) -> Option<&'a str> {
    let (_, file) = address.rsplit_once('/')?;
    let bare = name.rsplit('/').next()?;
    let version = file.strip_suffix(".tgz")?.strip_prefix(bare)?.strip_prefix('-')?;
    Version::parse(version).map(|_| version)
}

/// For each name the dependency that npm goes by where several lists have it.
fn effective(dependencies: &[Dependency]) -> FxHashMap<&str, usize> {
    let rank = |group: Group| match group {
        Group::Override | Group::Catalog | Group::Build => None,
        Group::Peer => Some(0),
        Group::OptionalPeer => Some(1),
        Group::Normal => Some(2),
        Group::Optional => Some(3),
        Group::Dev => Some(4),
    };
    let mut chosen: FxHashMap<&str, usize> = FxHashMap::default();
    for (index, dependency) in dependencies.iter().enumerate() {
        let Some(new) = rank(dependency.group) else { continue };
        chosen
            .entry(dependency.name.as_str())
            .and_modify(|so_far| {
                if Some(new) >= rank(dependencies[*so_far].group) {
                    *so_far = index;
                }
            })
            .or_insert(index);
    }
    chosen
}

/// Why an entry does not answer what `name` is asked for with, if it does not (npm's `dep-valid`, and the alias it overlooks).
///
/// `importer` is the folder that paths in the spec are relative to.
#[must_use]
pub fn unmet(importer: &str, spec: &Spec<'_>, name: &str, locked: Option<Locked<'_>>) -> Option<Conflict> {
    if matches!(spec.kind, Kind::Invalid(_) | Kind::Workspace(_) | Kind::Catalog(_) | Kind::Link(_)) {
        return Some(Conflict::Unsupported);
    }
    let Some(locked) = locked else { return Some(Conflict::NoEntry) };
    let other_package = spec.is_registry() && spec.real_name().unwrap_or(name) != locked.name;
    let met = match &spec.kind {
        Kind::Alias { inner, .. } => registry(inner, locked),
        Kind::Git(git) => repository(git, locked),
        Kind::Url { .. } if locked.source != Some(spec.text) => Err(Conflict::OtherSource),
        Kind::File(path) => file(importer, path, locked),
        Kind::Directory(path) => folder(importer, path, locked),
        kind => registry(kind, locked),
    };
    met.err().or(other_package.then_some(Conflict::OtherPackage))
}

fn registry(kind: &Kind<'_>, locked: Locked<'_>) -> Result<(), Conflict> {
    match kind {
        Kind::Range("" | "*") => Ok(()),
        Kind::Version(range) | Kind::Range(range) => within(range, locked),
        // npm cannot tell which version a tag meant; it asks that it came from an address. Where it was told to record no addresses, it asks the
        // registry anew, and refuses if the tag has moved: that cannot be told from here.
        Kind::Tag(_) => {
            let remote = locked.source.is_none_or(|source| matches!(spec::parse("x", source).kind, Kind::Url { .. }));
            remote.then_some(()).ok_or(Conflict::OtherSource)
        }
        _ => Ok(()),
    }
}

fn within(range: &str, locked: Locked<'_>) -> Result<(), Conflict> {
    let within = locked.version.is_some_and(|version| satisfies_str(range, version) == Some(true));
    within.then_some(()).ok_or(Conflict::OutsideRange)
}

fn repository(asked: &Git<'_>, locked: Locked<'_>) -> Result<(), Conflict> {
    let source = spec::parse("x", locked.source.unwrap_or_default());
    let Kind::Git(found) = &source.kind else { return Err(Conflict::OtherSource) };
    let same = match (&asked.repository, &found.repository) {
        (Some(asked), Some(found)) => asked.is_same(found),
        (None, None) => bare(asked.address) == bare(found.address),
        _ => false,
    };
    // npm compares the commit only on the forges it knows; elsewhere it installs the locked one whatever is asked.
    let commit = match (&asked.committish, &found.committish) {
        (Committish::Commit(asked), Committish::Commit(found)) => asked == found,
        (Committish::Commit(_), _) => false,
        _ => true,
    };
    match &asked.committish {
        _ if !same || !commit => Err(Conflict::OtherSource),
        Committish::Semver(range) => within(range, locked),
        _ => Ok(()),
    }
}

fn bare(address: &str) -> &str {
    address.strip_prefix("git+").unwrap_or(address)
}

fn file(importer: &str, path: &str, locked: Locked<'_>) -> Result<(), Conflict> {
    let source = locked.source.and_then(|source| source.strip_prefix("file:"));
    let same = source.is_some_and(|source| is_beyond(path) || normal(source) == normal(&join(importer, path)));
    same.then_some(()).ok_or(Conflict::OtherSource)
}

fn folder(importer: &str, path: &str, locked: Locked<'_>) -> Result<(), Conflict> {
    let same = locked.link.is_some_and(|link| is_beyond(path) || normal(link) == normal(&join(importer, path)));
    same.then_some(()).ok_or(Conflict::OtherSource)
}

/// A path from the root of the disk or the home folder: where that lies from here cannot be told.
fn is_beyond(path: &str) -> bool {
    path.starts_with(['/', '~']) || path.as_bytes().get(1) == Some(&b':')
}

fn join(importer: &str, path: &str) -> String {
    if importer.is_empty() { path.to_owned() } else { format!("{importer}/{path}") }
}

/// Whether the lockfile links the workspace member `name` to its `folder`, as `npm ci` wants it. `locked` is what answers the name
/// from the root, links not followed.
#[must_use]
pub fn unlinked_member(folder: &str, locked: Option<Locked<'_>>) -> Option<Disagreement> {
    let conflict = match locked {
        None => Conflict::NoEntry,
        Some(Locked { link: Some(link), .. }) if normal(link) == normal(folder) => return None,
        Some(_) => Conflict::OtherSource,
    };
    Some(Disagreement { conflict, refused: true, asked: None, copied: None })
}

#[cfg(test)]
mod tests;
