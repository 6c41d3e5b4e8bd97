//! What a command looks at: a root, and the parts of it that were named.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use provender_core::formats::{FORMATS, Format};
use provender_core::path::RelPath;
use provender_core::workspace::{User, Workspace};
use provender_hooks::Repository;

use super::output::Failure;
use crate::git::Reader;
use crate::{disk, user};

/// The root of what is looked at, and the files and folders below it that were named.
#[derive(Debug)]
pub(crate) struct Target {
    /// The folder that paths are relative to: the one that was named, or what holds all that were.
    pub root: PathBuf,
    /// What was named, relative to the root; a folder stands for everything below it.
    pub named: Vec<RelPath>,
}

impl Target {
    /// From the arguments; none means the current folder.
    pub(crate) fn new(paths: &[PathBuf]) -> Result<Target, Failure> {
        let here = std::env::current_dir().map_err(|error| Failure::new(format!("the current folder is gone: {error}")))?;
        match paths {
            [] => Target::below(here, &[]),
            [path] if path.is_dir() => Target::below(canonical(path)?, &[]),
            paths => {
                let absolute: Vec<PathBuf> = paths.iter().map(|path| canonical(path)).collect::<Result<_, _>>()?;
                let here = canonical(&here)?;
                let root = if absolute.iter().all(|path| path.starts_with(&here)) { here } else { common(&absolute) };
                Target::below(root, &absolute)
            }
        }
    }

    fn below(root: PathBuf, named: &[PathBuf]) -> Result<Target, Failure> {
        let relative = |path: &PathBuf| {
            disk::relative(&root, path).ok_or_else(|| Failure::new(format!("the path {} is not UTF-8", path.display())))
        };
        let named = named.iter().map(relative).collect::<Result<_, _>>()?;
        Ok(Target { root, named })
    }

    /// Whether a file is one of those that were named.
    pub(crate) fn covers(&self, path: &RelPath) -> bool {
        let below = |named: &RelPath| {
            named.as_str().is_empty()
                || path == named
                || path.as_str().strip_prefix(named.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        self.named.is_empty() || self.named.iter().any(below)
    }

    /// Reads the known files of the disk.
    pub(crate) fn load(&self) -> Result<Workspace, Failure> {
        for path in &self.named {
            let place = disk::absolute(&self.root, path);
            if place.is_file() && Format::of(path).is_none() {
                let names: Vec<&str> = FORMATS.iter().flat_map(|format| format.names).copied().collect();
                return Err(
                    Failure::new(format!("{path} is not a file that is known")).hint(format!("known are {}", names.join(", ")))
                );
            }
        }
        let mut workspace = disk::load(&self.root, Arc::new(user::load()));
        for path in &self.named {
            // Named outright, it is looked at even where an ignore file would have it left out.
            let place = disk::absolute(&self.root, path);
            if place.is_file() && workspace.get(path).is_none() {
                disk::add(&mut workspace, &self.root, &place);
            }
        }
        workspace.facts.today = Some(today());
        Ok(workspace)
    }

    /// The known files of a revision, those below the root only.
    pub(crate) fn revision(&self, revision: &str, user: &Arc<User>) -> Result<Workspace, Failure> {
        let repository = Repository::discover(&self.root)?;
        let snapshot = repository.revision(revision)?;
        self.of_snapshot(&repository, &snapshot, user)
    }

    /// The known files of a snapshot, those below the root only.
    pub(crate) fn of_snapshot(
        &self,
        repository: &Repository,
        snapshot: &provender_hooks::Snapshot<'_>,
        user: &Arc<User>,
    ) -> Result<Workspace, Failure> {
        let prefix = self.prefix(repository)?;
        let whole = Reader::new(repository, user.clone()).whole(snapshot, |path| path.as_str().starts_with(&prefix))?;
        Ok(if prefix.is_empty() { whole } else { moved(&whole, &prefix) })
    }

    /// The root's own path in the repository, with a slash behind it; empty where they are the same.
    fn prefix(&self, repository: &Repository) -> Result<String, Failure> {
        let Some(top) = repository.work_dir() else { return Ok(String::new()) };
        let below = disk::relative(&canonical(top)?, &canonical(&self.root)?);
        let below = below.ok_or_else(|| Failure::new(format!("{} lies outside of the repository", self.root.display())))?;
        Ok(if below.as_str().is_empty() { String::new() } else { format!("{below}/") })
    }
}

/// The same documents under paths that are shorter by `prefix`.
fn moved(workspace: &Workspace, prefix: &str) -> Workspace {
    let mut result = Workspace::of(workspace.user.clone());
    for document in workspace.documents() {
        let path = document.path.as_str().strip_prefix(prefix).map(RelPath::new);
        if let Some(path) = path {
            result.set(path, document.text.as_bytes().to_vec());
        }
    }
    result
}

/// Today, in UTC: the same in CI as on every machine.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}

fn canonical(path: &Path) -> Result<PathBuf, Failure> {
    path.canonicalize().map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

/// The deepest folder that holds all of them.
fn common(paths: &[PathBuf]) -> PathBuf {
    let mut root = paths.first().and_then(|path| path.parent()).map(Path::to_path_buf).unwrap_or_default();
    while !paths.iter().all(|path| path.starts_with(&root)) && root.pop() {}
    root
}
