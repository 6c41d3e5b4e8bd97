//! What a command looks at: a root, and the parts of it that were named.
//!
//! The root is the work tree that holds what was named, so that a part of a repository is judged by the policy, the settings and the
//! lockfile that lie above it, as the whole would be. Nothing is reported of what only gives context.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use provender_core::analyze::{analyze, analyze_only};
use provender_core::document::Document;
use provender_core::finding::Report;
use provender_core::formats::{FORMATS, Format, SKIPPED_FOLDERS};
use provender_core::model::Manager;
use provender_core::path::{RelPath, ancestors};
use provender_core::workspace::{User, Workspace};
use provender_hooks::Repository;

use super::output::{self, Failure};
use crate::disk;
use crate::git::Reader;
use crate::neighbours::{complete, members};

/// The root of what is looked at, and the files and folders below it that were named.
#[derive(Debug)]
pub(crate) struct Target {
    /// The work tree; without one, the folder that was named or what holds all that were.
    pub root: PathBuf,
    /// What was named, relative to the root; a folder stands for everything below it.
    named: Vec<RelPath>,
    /// The folder that was named, or else the one that holds all that were.
    pub folder: PathBuf,
    /// The current folder.
    pub here: PathBuf,
}

impl Target {
    /// From the arguments; none means the current folder.
    pub(crate) fn new(paths: &[PathBuf]) -> Result<Target, Failure> {
        let here = std::env::current_dir().and_then(|here| here.canonicalize());
        let here = here.map_err(|error| Failure::new(format!("the current folder is gone: {error}")))?;
        let mut places: Vec<PathBuf> = paths.iter().map(|path| place(path)).collect::<Result<_, _>>()?;
        if places.is_empty() {
            places.push(here.clone());
        }
        let folder = match &places[..] {
            [folder] if folder.is_dir() => folder.clone(),
            places if places.iter().all(|place| place.starts_with(&here)) => here.clone(),
            places => common(places),
        };
        let root = work_tree(&folder).unwrap_or_else(|| folder.clone());
        let relative = |place: &PathBuf| {
            disk::relative(&root, place).ok_or_else(|| Failure::new(format!("the path {} is not UTF-8", place.display())))
        };
        let named = places.iter().map(relative).collect::<Result<_, _>>()?;
        let target = Target { root, named, folder, here };
        target.named.iter().try_for_each(|path| target.expect_known(path))?;
        Ok(target)
    }

    /// The whole work tree that the current folder lies in, or the current folder.
    pub(crate) fn whole() -> Result<Target, Failure> {
        let target = Target::new(&[])?;
        Ok(Target { named: vec![RelPath::new("")], folder: target.root.clone(), ..target })
    }

    fn expect_known(&self, path: &RelPath) -> Result<(), Failure> {
        if self.is_folder(path) || Format::of(path).is_some() {
            return Ok(());
        }
        let names: Vec<&str> = FORMATS.iter().flat_map(|format| format.names.iter().chain(format.patterns)).copied().collect();
        let failure = Failure::new(format!("{} is not a file that is known", disk::absolute(&self.root, path).display()));
        Err(failure.hint(format!("known are {}", names.join(", "))))
    }

    fn is_folder(&self, path: &RelPath) -> bool {
        // What has a known name is meant as a file, whatever it is.
        disk::absolute(&self.root, path).is_dir() && Format::of(path).is_none()
    }

    /// Whether a file is one of those that were named.
    pub(crate) fn covers(&self, path: &RelPath) -> bool {
        self.named.iter().any(|named| is_below(path, named))
    }

    /// Whether a document is a list of requirements, and one of the files that were named.
    fn is_named_list(&self, document: &Document) -> bool {
        let is_list = document.manifest().is_some_and(|manifest| manifest.manager == Some(Manager::Pip));
        is_list && self.covers(&document.path)
    }

    /// Whether everything below the root was named.
    fn is_whole(&self) -> bool {
        self.named.iter().any(|named| named.as_str().is_empty())
    }

    /// Reads the named files of the disk, and what it takes to judge them.
    pub(crate) fn load(&self) -> Workspace {
        let mut workspace = Workspace::of(output::person());
        let above: BTreeSet<&str> =
            self.named.iter().filter(|path| !path.as_str().is_empty()).flat_map(|path| ancestors(path.folder())).collect();
        for folder in above {
            disk::walk(&mut workspace, &self.root, &self.root.join(folder), Some(1));
        }
        let (folders, files): (Vec<_>, Vec<_>) = self.named.iter().partition(|path| self.is_folder(path));
        for folder in folders {
            disk::walk(&mut workspace, &self.root, &disk::absolute(&self.root, folder), None);
        }
        // Named outright, a file is looked at even where an ignore file would have it left out.
        let add = |workspace: &mut Workspace, path: &RelPath| disk::add(workspace, &self.root, &disk::absolute(&self.root, path));
        files.into_iter().for_each(|path| add(&mut workspace, path));
        // Which lists take a list in stands in those lists, wherever they are.
        if !self.is_whole() && workspace.documents().any(|document| self.is_named_list(document)) {
            disk::walk(&mut workspace, &self.root, &self.root, None);
        }
        let Ok(_) = complete(&mut workspace, members, |workspace, path| {
            add(workspace, path);
            Ok::<(), Infallible>(())
        });
        disk::note_lockfiles(&mut workspace, &self.root);
        workspace.unreadable.retain(|path, _| self.covers(path));
        workspace.facts.today = Some(today());
        workspace
    }

    /// The same files of a revision.
    pub(crate) fn revision(&self, revision: &str, user: &Arc<User>) -> Result<Workspace, Failure> {
        let repository = Repository::discover(&self.root)?;
        let top = repository.work_dir().map(Path::canonicalize).transpose()?;
        if top.as_ref() != Some(&self.root) {
            return Err(Failure::new(format!("{} is not the root of the work tree that git has", self.root.display()))
                .hint("check that GIT_DIR and GIT_WORK_TREE are not set to another repository"));
        }
        let snapshot = repository.revision(revision)?;
        let wanted = |path: &RelPath| self.covers(path) || self.named.iter().any(|named| is_above(path.folder(), named));
        let mut workspace = Reader::new(&repository, user.clone()).whole(&snapshot, wanted)?;
        workspace.unreadable.retain(|path, _| self.covers(path));
        Ok(workspace)
    }

    /// What the rules say about what was named.
    pub(crate) fn analyze(&self, workspace: &Workspace) -> Report {
        let mut report =
            if self.is_whole() { analyze(workspace) } else { analyze_only(workspace, |document| self.covers(&document.path)) };
        report.files = workspace.documents().filter(|document| self.wants(document)).count();
        report
    }

    /// Whether a document is one of those that were named.
    pub(crate) fn wants(&self, document: &Document) -> bool {
        self.covers(&document.path)
    }
}

fn is_below(path: &RelPath, named: &RelPath) -> bool {
    let rest = path.as_str().strip_prefix(named.as_str());
    named.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a folder holds what was named.
fn is_above(folder: &str, named: &RelPath) -> bool {
    ancestors(named.folder()).any(|above| above == folder)
}

/// Today, in UTC: the same in CI as on every machine.
pub(crate) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date()
}

/// Where an argument lies, with every link on the way followed. A file that is a link itself stays one.
fn place(path: &Path) -> Result<PathBuf, Failure> {
    let missing = |error| Failure::new(format!("{}: {error}", path.display()));
    let real = path.canonicalize().map_err(missing)?;
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) if !real.is_dir() => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            Ok(folder.canonicalize().map_err(missing)?.join(name))
        }
        _ => Ok(real),
    }
}

/// The work tree of git that a folder lies in. A vendored folder is looked at by itself: the tree around it goes round it.
fn work_tree(folder: &Path) -> Option<PathBuf> {
    let root = folder.ancestors().find(|folder| folder.join(".git").exists())?;
    let below = folder.strip_prefix(root).ok()?;
    let vendored = below.iter().any(|part| part.to_str().is_some_and(|part| SKIPPED_FOLDERS.contains(&part)));
    (!vendored).then(|| root.to_owned())
}

/// The deepest folder that holds all of them.
fn common(places: &[PathBuf]) -> PathBuf {
    let mut root = places.first().and_then(|place| place.parent()).map(Path::to_path_buf).unwrap_or_default();
    while !places.iter().all(|place| place.starts_with(&root)) && root.pop() {}
    root
}
