//! The disk as a source of workspaces.
//!
//! Walks respect ignore files and go round vendored folders. A known file that version control ignores is not read, only noted: an
//! ignored lockfile is a finding.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::WalkBuilder;
use provender_core::document::MAX_BYTES;
use provender_core::formats::{Format, SKIPPED_FOLDERS};
use provender_core::path::RelPath;
use provender_core::workspace::{User, Workspace};

/// Reads every known file below `root`.
#[must_use]
pub fn load(root: &Path, user: Arc<User>) -> Workspace {
    let mut workspace = Workspace::of(user);
    for path in known_files(root) {
        add(&mut workspace, root, &path);
    }
    note_ignored(&mut workspace, root);
    workspace
}

/// The known files below `root` that are not ignored, in the order of their paths.
fn known_files(root: &Path) -> Vec<PathBuf> {
    let walk = WalkBuilder::new(root)
        .hidden(false)
        .require_git(false)
        .follow_links(false)
        .filter_entry(|entry| entry.file_name().to_str().is_none_or(|name| !SKIPPED_FOLDERS.contains(&name)))
        .build();
    let known = |path: &Path| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| Format::of_name(name).is_some());
    let mut paths: Vec<PathBuf> = walk.filter_map(Result::ok).map(ignore::DirEntry::into_path).filter(|path| known(path)).collect();
    paths.sort();
    paths
}

/// Reads one file into a workspace. What cannot be read is noted as such; what is not there is left out.
pub fn add(workspace: &mut Workspace, root: &Path, path: &Path) {
    let Some(relative) = relative(root, path) else { return };
    match read(path) {
        Ok(bytes) => {
            workspace.set(relative, bytes);
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => {
            workspace.unreadable.insert(relative, format!("the file could not be read: {error}"));
        }
    }
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

/// Lockfiles that lie beside a manifest and are ignored.
fn note_ignored(workspace: &mut Workspace, root: &Path) {
    use provender_core::formats::{FORMATS, Role};
    let names = FORMATS.iter().filter(|format| format.role == Role::Lockfile).flat_map(|format| format.names);
    let manifests = workspace.documents().filter(|document| document.format.role == Role::Manifest);
    let folders: Vec<String> = manifests.map(|document| document.path.folder().to_owned()).collect();
    let missing: Vec<RelPath> = names
        .flat_map(|name| folders.iter().filter_map(move |folder| RelPath::join(folder, name)))
        .filter(|path| workspace.get(path).is_none() && absolute(root, path).is_file())
        .collect();
    workspace.ignored.extend(missing);
}
