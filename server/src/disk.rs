//! The disk as a source of workspaces.
//!
//! Walks respect ignore files and go round vendored folders. A known file that version control ignores is not read, only noted: an
//! ignored lockfile is a finding. What is there and cannot be read is noted too: not looked at is not clean. A link is followed only
//! within the workspace: a stranger's repository must not have this machine's other files printed.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::ffi::OsStr;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;
use provender_core::document::{Document, MAX_BYTES};
use provender_core::formats::{Format, SKIPPED_FOLDERS};
use provender_core::path::RelPath;
use provender_core::python::includes::unnamed;
use provender_core::workspace::{User, Workspace};

use crate::neighbours::{absent_lockfiles, complete, foreign_lockfiles};

/// Reads every known file below `root`.
#[must_use]
pub fn load(root: &Path, user: Arc<User>) -> Workspace {
    let mut workspace = Workspace::of(user);
    walk(&mut workspace, root, root, None);
    // What lists take in under names that the walk passes by.
    let Ok(_) = complete(&mut workspace, unnamed, |workspace, path| {
        add(workspace, root, &absolute(root, path));
        Ok::<(), Infallible>(())
    });
    note_lockfiles(&mut workspace, root);
    workspace
}

/// Reads the known files below `folder`, down to `depth` (1 stands for the folder's own), that are not ignored.
pub fn walk(workspace: &mut Workspace, root: &Path, folder: &Path, depth: Option<usize>) {
    for entry in entries(folder, depth, |_| true) {
        match entry {
            Ok(entry) if entry.depth() > 0 && is_known(entry.path()) => add(workspace, root, entry.path()),
            Ok(_) => {}
            Err(error) => note_unwalked(workspace, root, &error),
        }
    }
}

/// Whether there is a known file among what came below `root`, or in a folder that came, and it is not ignored.
///
/// The walk takes the way from the root, as every walk does, so that a folder that is ignored ends it: what is built or installed comes there, by
/// the thousand.
#[must_use]
pub fn brings_known(root: &Path, came: impl IntoIterator<Item = PathBuf>) -> bool {
    let came: BTreeSet<PathBuf> = came.into_iter().filter(|path| is_known(path) || path.is_dir()).collect();
    if came.is_empty() {
        return false;
    }
    let came = Arc::new(came);
    let ways = came.clone();
    let leads = move |path: &Path| {
        ways.range::<Path, _>((Bound::Included(path), Bound::Unbounded)).next().is_some_and(|next| next.starts_with(path))
    };
    let is_new = move |path: &Path| path.ancestors().any(|path| came.contains(path));
    let on_the_way = is_new.clone();
    let mut found = entries(root, None, move |path| leads(path) || on_the_way(path)).flatten();
    found.any(|entry| is_known(entry.path()) && is_new(entry.path()))
}

/// What there is below `folder`, and not ignored; of folders and files that are not wanted, nothing.
fn entries(folder: &Path, depth: Option<usize>, is_wanted: impl Fn(&Path) -> bool + Send + Sync + 'static) -> ignore::Walk {
    let is_installed = |name: &OsStr| name.to_str().is_some_and(|name| SKIPPED_FOLDERS.contains(&name));
    WalkBuilder::new(folder)
        .hidden(false)
        .require_git(false)
        .follow_links(false)
        .max_depth(depth)
        .filter_entry(move |entry| entry.depth() == 0 || !is_installed(entry.file_name()) && is_wanted(entry.path()))
        .build()
}

fn is_known(path: &Path) -> bool {
    path.to_str().is_some_and(|path| Format::of_name(&path.replace('\\', "/")).is_some())
}

/// A folder that could not be entered may hold anything. What went away meanwhile does not.
fn note_unwalked(workspace: &mut Workspace, root: &Path, error: &ignore::Error) {
    let gone = error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound);
    if let Some(path) = path_of(error).and_then(|path| relative(root, path)).filter(|_| !gone) {
        workspace.unreadable.insert(path, format!("the folder could not be read: {error}"));
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// Reads one file into a workspace, one that is known or that a list takes in. What cannot be read is noted as such; what is not there is left out.
pub fn add(workspace: &mut Workspace, root: &Path, path: &Path) {
    let Some(relative) = relative(root, path) else { return };
    let Some(format) = Format::of_list(&relative) else { return };
    match read_within(root, path) {
        Ok(bytes) => workspace.insert(Arc::new(Document::parse(relative, format, bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => {}
        Err(error) => {
            workspace.unreadable.insert(relative, format!("the file could not be read: {error}"));
        }
    }
}

/// The bytes of a file below `root`, which may be a link only to a place that is below it too.
///
/// # Errors
/// As for [`read`]; and where a link leads out.
pub fn read_within(root: &Path, path: &Path) -> io::Result<Vec<u8>> {
    if path.is_symlink() && !path.canonicalize()?.starts_with(root.canonicalize()?) {
        return Err(io::Error::other("it is a link that leads out of the folder that is looked at"));
    }
    read(path)
}

/// The bytes of a regular file of a size that can be held.
///
/// # Errors
/// That of the file system; and what is not a regular file, or too large.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if metadata.len() > MAX_BYTES as u64 {
        return Err(io::Error::other(format!("it is larger than {} MB", MAX_BYTES >> 20)));
    }
    std::fs::read(path)
}

/// A path below `root` as the workspace writes it.
#[must_use]
pub fn relative(root: &Path, path: &Path) -> Option<RelPath> {
    let below = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> = below.components().map(|part| part.as_os_str().to_str()).collect();
    Some(RelPath::new(parts?.join("/")))
}

/// Where a file of the workspace lies.
#[must_use]
pub fn absolute(root: &Path, path: &RelPath) -> PathBuf {
    root.join(path.as_str())
}

/// Notes the lockfiles beside manifests that are not read: ignored ones, and those of managers that are not known.
pub fn note_lockfiles(workspace: &mut Workspace, root: &Path) {
    let is_there = |path: &RelPath| absolute(root, path).is_file();
    let ignored: Vec<_> = absent_lockfiles(workspace).into_iter().filter(is_there).collect();
    let present: Vec<_> = foreign_lockfiles(workspace).into_iter().filter(is_there).collect();
    workspace.ignored.extend(ignored);
    workspace.present.extend(present);
}
