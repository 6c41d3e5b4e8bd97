//! What the language server needs of the outside: files, git, the clock, the registry. One trait, so that a test can be the outside.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use jiff::civil::Date;
use provender_core::facts::{Facts, Question};
use provender_core::path::RelPath;
use provender_core::workspace::{User, Workspace};
use provender_registry::Cancel;

/// How much of the disk below a folder belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of it: a folder that the person opened, or a repository.
    Tree,
    /// The files right in it: the folder of a file that was opened alone. It may be anything, a home directory for one.
    Folder,
}

/// Whether a file is still the one that was read: when it was written, and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    written: SystemTime,
    size: u64,
}

impl Stamp {
    /// The stamp of a file as it is now; `None` if there is none.
    pub(super) fn of(path: &Path) -> Option<Stamp> {
        let metadata = std::fs::metadata(path).ok()?;
        Some(Stamp { written: metadata.modified().ok()?, size: metadata.len() })
    }

    /// Whether the file was written after `moment`, so that what was read before may be older than the stamp.
    pub(super) fn is_after(&self, moment: SystemTime) -> bool {
        self.written >= moment
    }
}

/// The state to compare with, and the files that tell when it moved.
pub(super) struct Base {
    pub(super) workspace: Workspace,
    pub(super) watched: Vec<PathBuf>,
    /// Why a repository within could not be read.
    pub(super) faults: Vec<String>,
}

/// Questions, and what it takes to answer them.
pub(super) struct Ask {
    pub(super) user: Arc<User>,
    pub(super) questions: Vec<Question>,
    pub(super) cancel: Cancel,
    /// Called with how many are answered.
    pub(super) progress: Box<dyn Fn(usize) + Send + Sync>,
}

/// The outside. Every function may take its time and is called where that disturbs nobody.
pub(super) trait World: Send + Sync + 'static {
    /// Today.
    fn today(&self) -> Date;

    /// The person's own settings.
    fn user(&self) -> Arc<User>;

    /// The known files of a folder, with the person's own settings.
    fn load(&self, root: &Path, reach: Reach) -> Workspace;

    /// The last commit of the folder's repository, if it is in one, and those of the repositories within it that `folders` lie in (submodules);
    /// `Err` says why it could not be read.
    fn base(&self, root: &Path, folders: &BTreeSet<RelPath>, user: &Arc<User>) -> Result<Option<Base>, String>;

    /// Whether a folder has a known file among what came into it.
    fn brings_known(&self, root: &Path, came: Vec<PathBuf>) -> bool;

    /// The answers; what is missing from them was stopped.
    fn answer(&self, ask: Ask) -> Facts;
}
