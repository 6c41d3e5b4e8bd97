//! Which crates are built together, and so locked together: the root's own, the members of its workspace, and every crate that one of those asks for
//! by its path.

use std::collections::VecDeque;

use crate::formats::cargo_toml::{EXCLUDE, INHERITS_VERSION, MEMBERS, WORKSPACE_VERSION};
use crate::glob::Glob;
use crate::model::{Dependency, Group, Manifest, Place};
use crate::path::RelPath;

/// A crate of the build.
#[derive(Clone, Copy, Debug)]
pub struct Crate<'a> {
    /// Its place in the list of manifests.
    pub index: usize,
    /// Its manifest.
    pub manifest: &'a Manifest,
    /// Whether it is a member of the workspace, whose development dependencies and features are locked too.
    pub member: bool,
}

/// The crates of a build.
#[derive(Clone, Debug, Default)]
pub struct Crates<'a> {
    /// Those whose manifests are known, the root's first.
    pub known: Vec<Crate<'a>>,
    /// Whether one asks by its path for a crate whose manifest is not there to be read.
    pub incomplete: bool,
}

/// Finds the crates of a build among manifests, each with its folder; the root's is the first.
#[must_use]
pub fn crates<'a>(manifests: &[(&str, &'a Manifest)]) -> Crates<'a> {
    let Some((root_folder, root)) = manifests.first() else { return Crates::default() };
    let mut found = Crates::default();
    let mut open: VecDeque<(usize, bool)> = VecDeque::new();
    if root.name.is_some() {
        open.push_back((0, true));
    }
    let listed = Listed::of(root_folder, root);
    let members = manifests.iter().enumerate().skip(1).filter(|(_, (folder, _))| listed.has(folder));
    open.extend(members.map(|(index, _)| (index, true)));
    while let Some((index, member)) = open.pop_front() {
        if found.known.iter().any(|known| known.index == index) {
            continue;
        }
        let (folder, manifest) = manifests[index];
        found.known.push(Crate { index, manifest, member });
        for (base, path) in paths(folder, manifest, root_folder, root, member) {
            let Some(place) = RelPath::join(base, path) else {
                found.incomplete = true;
                continue;
            };
            match manifests.iter().position(|(folder, _)| *folder == place.as_str()) {
                // Whatever lies below the root and is not excluded joins the workspace.
                Some(at) => open.push_back((at, root.topmost && !listed.excludes(place.as_str()))),
                None => found.incomplete = true,
            }
        }
    }
    found
}

/// What a root says of its members.
struct Listed<'a> {
    root: &'a str,
    members: Vec<Glob>,
    exclude: Vec<&'a str>,
}

impl<'a> Listed<'a> {
    fn of(root: &'a str, manifest: &'a Manifest) -> Listed<'a> {
        let fact = |name: &'static str| manifest.facts.iter().filter(move |(key, _)| key == name).map(|(_, value)| plain(value));
        Listed {
            root,
            members: fact(MEMBERS).filter_map(|pattern| Glob::new(pattern).ok()).collect(),
            exclude: fact(EXCLUDE).collect(),
        }
    }

    fn below<'f>(&self, folder: &'f str) -> Option<&'f str> {
        if self.root.is_empty() { Some(folder) } else { folder.strip_prefix(self.root)?.strip_prefix('/') }
    }

    fn has(&self, folder: &str) -> bool {
        let listed = |below| self.members.iter().any(|pattern| pattern.matches(below));
        self.below(folder).is_some_and(listed) && !self.excludes(folder)
    }

    fn excludes(&self, folder: &str) -> bool {
        let within = |below: &str, excluded: &str| {
            below == excluded || below.strip_prefix(excluded).is_some_and(|rest| rest.starts_with('/'))
        };
        self.below(folder).is_none_or(|below| self.exclude.iter().any(|excluded| within(below, excluded)))
    }
}

fn plain(path: &str) -> &str {
    path.trim_start_matches("./").trim_end_matches('/')
}

/// The paths that a crate asks for, each with the folder that it is relative to.
fn paths<'a>(
    folder: &'a str,
    manifest: &'a Manifest,
    root_folder: &'a str,
    root: &'a Manifest,
    member: bool,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let locked = manifest.dependencies.iter().filter(move |asked| is_locked(asked, member));
    locked.filter_map(move |asked| {
        let (base, asked) = match inherited(asked, root) {
            Some(shared) => (root_folder, shared),
            None => (folder, asked),
        };
        match asked.place.as_deref() {
            Some(Place::Path(path)) => Some((base, path.as_str())),
            _ => None,
        }
    })
}

/// Whether what a crate asks for is locked: all of a member's; of others neither what they are developed with nor what a feature may bring.
#[must_use]
pub fn is_locked(asked: &Dependency, member: bool) -> bool {
    match asked.group {
        Group::Override => false,
        Group::Dev | Group::Optional => member,
        _ => true,
    }
}

/// What the workspace's root says of a dependency that takes it over from there.
#[must_use]
pub fn inherited<'a>(asked: &Dependency, root: &'a Manifest) -> Option<&'a Dependency> {
    if asked.place.as_deref() != Some(&Place::Workspace) {
        return None;
    }
    let key = |asked: &'_ Dependency| asked.alias.as_deref().map_or_else(|| asked.name.value.clone(), |alias| alias.value.clone());
    root.dependencies.iter().filter(|shared| shared.shared).find(|shared| key(shared) == asked.name.value)
}

/// The version of a crate, which it may have from its workspace.
#[must_use]
pub fn version<'a>(manifest: &'a Manifest, root: &'a Manifest) -> &'a str {
    let fact =
        |manifest: &'a Manifest, name: &str| manifest.facts.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let own = manifest.version.as_ref().map(|version| version.as_str());
    let shared = || fact(manifest, INHERITS_VERSION).and_then(|_| fact(root, WORKSPACE_VERSION));
    own.or_else(shared).unwrap_or("0.0.0")
}
