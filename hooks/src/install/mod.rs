//! Hooks beside what is there.
//!
//! Where hooks belong is git's to say (`git rev-parse --git-path hooks`), and so is who chose it. A hook that stands there already is
//! kept under another name and runs first; standard input is read once and handed to both; uninstalling puts it back byte for byte. A
//! path that the person set for all repositories is not touched. husky's own files are generated anew all the time, so there a marked
//! block goes into the user's file beside them.

mod block;
mod place;
mod shim;
mod status;

use std::io::Write as _;
use std::path::{Path, PathBuf};

pub use status::{HookState, HookStatus, Status};

use crate::error::{Error, ErrorKind, Result};
use crate::repository::Repository;
use place::{Layout, Place};

/// The hooks that are installed. A clean merge runs only pre-merge-commit.
pub const HOOKS: [&str; 3] = ["pre-commit", "pre-merge-commit", "pre-push"];

/// What installing or removing did, a line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What was done.
    pub done: Vec<String>,
    /// What the person should know.
    pub notes: Vec<String>,
}

impl Repository {
    /// Installs the hooks; `binary` is what they run, by its absolute path. Doing it again renews them.
    ///
    /// # Errors
    /// [`ErrorKind::Install`] where the hooks' folder is not this repository's own, or cannot be written.
    pub fn install_hooks(&self, binary: &Path) -> Result<Report> {
        let place = Place::of(self)?;
        let mut report = Report { notes: place.notes(self), ..Report::default() };
        std::fs::create_dir_all(&place.folder).map_err(|error| Error::io("make", &place.folder, &error))?;
        for hook in HOOKS {
            let path = place.folder.join(hook);
            let done = match place.layout {
                Layout::Husky => block::put(&path, hook)?,
                Layout::Plain => shim::put(&path, hook, binary)?,
            };
            report.done.push(done);
        }
        Ok(report)
    }

    /// Removes the hooks, and puts back what stood there before.
    ///
    /// # Errors
    /// [`ErrorKind::Install`] where the hooks' folder is not this repository's own, or cannot be written.
    pub fn uninstall_hooks(&self) -> Result<Report> {
        let place = Place::of(self)?;
        let mut report = Report::default();
        for hook in HOOKS {
            let path = place.folder.join(hook);
            let done = match place.layout {
                Layout::Husky => block::take(&path)?,
                Layout::Plain => shim::take(&path)?,
            };
            report.done.extend(done);
        }
        Ok(report)
    }
}

/// Puts a file in another's place in one step, executable or as it was.
fn write(path: &Path, text: &str, mode: Option<u32>) -> Result<()> {
    let failed = |error: std::io::Error| Error::io("write", path, &error);
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    set_mode(file.as_file(), mode.unwrap_or(0o755)).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(unix)]
fn set_mode(file: &std::fs::File, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

/// Elsewhere git asks no permission bit.
#[cfg(not(unix))]
fn set_mode(_file: &std::fs::File, _mode: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(std::fs::metadata(path).ok()?.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(path: &Path) -> Option<u32> {
    path.exists().then_some(0o755)
}

fn is_executable(path: &Path) -> bool {
    path.is_file() && mode(path).is_some_and(|mode| mode & 0o111 != 0)
}

/// A hook's text; nothing where there is none, and what is not text as far as it is.
fn read(path: &Path) -> Result<Option<String>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        // `core.hooksPath` may name what is no folder, such as /dev/null.
        Err(error) if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(Error::io("read", path, &error)),
    }
}

fn refuse(message: impl Into<String>, hint: impl Into<String>) -> Error {
    Error::new(ErrorKind::Install, message, hint)
}

/// `name` with `.suffix` behind it.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}
