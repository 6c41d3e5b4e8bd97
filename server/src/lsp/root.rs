//! One workspace: a folder that the person opened, a repository, or the folder of a file that was opened alone.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use provender_core::document::Document;
use provender_core::facts::Question;
use provender_core::finding::Finding;
use provender_core::formats::{Format, SKIPPED_FOLDERS};
use provender_core::path::{RelPath, ancestors};
use provender_core::workspace::Workspace;
use tokio::sync::{Notify, watch};

use super::analysis::{Open, Watched};
use super::buffer::Buffer;
use super::diagnostics::absolute;
use super::verdicts::Counts;
use super::world::{Reach, Stamp};

/// The rest of a workspace is judged anew when nothing happened for that long…
const QUIET: Duration = Duration::from_millis(120);

/// …and at the latest after that long.
const PATIENCE: Duration = Duration::from_millis(1000);

/// Whether something that takes its time was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stage {
    /// To be done.
    #[default]
    Wanted,
    /// Under way.
    Running,
    /// Under way, and to be done again.
    Again,
    /// Done.
    Done,
}

impl Stage {
    /// Asks for it to be done (again).
    pub(super) fn want(&mut self) {
        *self = match self {
            Stage::Running | Stage::Again => Stage::Again,
            Stage::Wanted | Stage::Done => Stage::Wanted,
        };
    }

    /// Takes note that it was done.
    pub(super) fn finish(&mut self) {
        *self = if *self == Stage::Again { Stage::Wanted } else { Stage::Done };
    }
}

/// An open file and which opening of it this is.
pub(super) struct Opened {
    pub(super) buffer: Buffer,
    pub(super) epoch: u64,
}

/// When the whole workspace is to be judged anew.
#[derive(Clone, Copy, Debug)]
struct Due {
    first: Instant,
    last: Instant,
}

/// The last verification of a lockfile.
#[derive(Clone)]
pub(super) struct Verified {
    /// The text that was verified; after a change it says nothing.
    pub(super) document: Arc<Document>,
    /// What it came to.
    pub(super) counts: Counts,
}

impl Verified {
    /// Whether it still says something: a file that was opened since is read anew, and may be the same.
    pub(super) fn is_about(&self, document: &Arc<Document>) -> bool {
        Arc::ptr_eq(&self.document, document) || self.document.text == document.text
    }
}

/// One workspace.
pub(super) struct Root {
    pub(super) path: PathBuf,
    pub(super) reach: Reach,
    pub(super) workspace: Workspace,
    pub(super) buffers: BTreeMap<RelPath, Opened>,
    pub(super) findings: BTreeMap<RelPath, Arc<Vec<Finding>>>,
    /// What the editor shows: version and digest.
    pub(super) shown: HashMap<RelPath, (Option<i32>, u64)>,
    pub(super) verified: HashMap<RelPath, Verified>,
    pub(super) load: Stage,
    /// Whether the folder was walked at all.
    pub(super) loaded: bool,
    pub(super) base: Stage,
    pub(super) base_watched: Vec<(PathBuf, Option<Stamp>)>,
    /// Questions that were put on the server's own account.
    pub(super) asked: BTreeSet<Question>,
    pub(super) asking: bool,
    /// Questions that were put before.
    pub(super) tried: BTreeSet<Question>,
    pub(super) own: Arc<HashMap<RelPath, RelPath>>,
    /// Lists that no name tells as such, there or not, because others take them in.
    pub(super) lists: BTreeSet<RelPath>,
    /// Open files about which other documents' checks have something to say: only a whole analysis tells all.
    pub(super) whole: BTreeSet<RelPath>,
    /// Known files that ignore rules left out, though they are there.
    pub(super) left_out: BTreeSet<RelPath>,
    pub(super) stamps: HashMap<RelPath, Stamp>,
    /// What came where nothing known was: folders with known files in them, perhaps, or such files, unless they are ignored.
    pub(super) arrived: Vec<PathBuf>,
    /// What changed since the last analysis began.
    pub(super) edited: BTreeSet<RelPath>,
    due: Option<Due>,
    pub(super) generation: u64,
    /// The generation of the last change to an open text.
    pub(super) texts: u64,
    /// The generation that the last analysis answered if it was not whole, and the files it judged.
    pub(super) quick: Option<(u64, BTreeSet<RelPath>)>,
    /// The generation that is answered.
    pub(super) analysed: watch::Sender<u64>,
    /// Whether the folder and the last commit were read: before that, nobody knows which registries are trusted.
    pub(super) ready: watch::Sender<bool>,
    /// Wakes the task that looks after this workspace.
    pub(super) wake: Arc<Notify>,
}

impl Root {
    pub(super) fn new(path: PathBuf, reach: Reach) -> Root {
        Root {
            path,
            reach,
            workspace: Workspace::default(),
            buffers: BTreeMap::new(),
            findings: BTreeMap::new(),
            shown: HashMap::new(),
            verified: HashMap::new(),
            load: Stage::Wanted,
            loaded: false,
            base: Stage::Wanted,
            base_watched: Vec::new(),
            asked: BTreeSet::new(),
            asking: false,
            tried: BTreeSet::new(),
            own: Arc::default(),
            lists: BTreeSet::new(),
            whole: BTreeSet::new(),
            left_out: BTreeSet::new(),
            stamps: HashMap::new(),
            arrived: Vec::new(),
            edited: BTreeSet::new(),
            due: None,
            generation: 0,
            texts: 0,
            quick: None,
            analysed: watch::Sender::new(0),
            ready: watch::Sender::new(false),
            wake: Arc::default(),
        }
    }

    /// The name of a file in this workspace, if it lies in it and is of a known kind.
    pub(super) fn known(&self, path: &Path) -> Option<RelPath> {
        let below = crate::disk::relative(&self.path, path)?;
        if self.lists.contains(&below) {
            return Some(below);
        }
        if self.reach == Reach::Folder && !below.folder().is_empty() {
            return None;
        }
        Format::of(&below).map(|_| below)
    }

    /// Takes note of a change to a file.
    pub(super) fn touch(&mut self, path: RelPath, now: Instant) {
        self.disturb(now);
        if self.buffers.contains_key(&path) {
            self.texts = self.generation;
        }
        self.edited.insert(path);
    }

    /// Takes note of a change that may matter to every file.
    pub(super) fn disturb(&mut self, now: Instant) {
        self.generation += 1;
        let first = self.due.map_or(now, |due| due.first);
        self.due = Some(Due { first, last: now });
        self.wake.notify_one();
    }

    /// Asks for another walk.
    pub(super) fn walk_again(&mut self) {
        self.load.want();
        self.wake.notify_one();
    }

    /// Takes note of folders that are gone, with all that was in them: editors tell of a folder and not of its files.
    pub(super) fn lost(&mut self, folders: &HashSet<PathBuf>, now: Instant) {
        let is_in = |path: &RelPath| absolute(&self.path, path).ancestors().any(|folder| folders.contains(folder));
        let documents = self.workspace.documents().map(|document| &document.path).chain(self.workspace.unreadable.keys());
        let gone: Vec<RelPath> = documents.filter(|path| !self.buffers.contains_key(*path) && is_in(path)).cloned().collect();
        let is_noted = self.workspace.ignored.iter().chain(&self.workspace.present).any(is_in);
        gone.into_iter().for_each(|path| self.touch(path, now));
        if is_noted {
            self.walk_again();
        }
    }

    /// Takes note of what came where nothing known was.
    pub(super) fn came(&mut self, paths: &[PathBuf]) {
        let own: Vec<PathBuf> = paths.iter().filter(|path| self.is_own(path)).cloned().collect();
        if !own.is_empty() {
            self.arrived.extend(own);
            self.wake.notify_one();
        }
    }

    /// Whether a path lies in this workspace, and not in a folder of what is installed.
    pub(super) fn is_own(&self, path: &Path) -> bool {
        let is_installed = |part: &OsStr| part.to_str().is_some_and(|part| SKIPPED_FOLDERS.contains(&part));
        path.strip_prefix(&self.path).is_ok_and(|below| !below.iter().any(is_installed))
    }

    /// Whether there is a known file in a folder.
    pub(super) fn is_inhabited(&self, folder: &str) -> bool {
        self.workspace.documents().any(|document| document.path.folder() == folder)
    }

    /// The folders that known files lie in.
    pub(super) fn folders(&self) -> BTreeSet<RelPath> {
        self.workspace.documents().map(|document| RelPath::new(document.path.folder())).collect()
    }

    /// When the whole workspace is to be judged, if it is.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due.filter(|_| self.loaded).map(|due| (due.last + QUIET).min(due.first + PATIENCE))
    }

    /// Takes note that the whole workspace is being judged.
    pub(super) fn begun_whole(&mut self) {
        self.due = None;
    }

    /// Open files as they are now.
    pub(super) fn open(&self) -> BTreeMap<RelPath, Open> {
        let open = |opened: &Opened| Open { url: opened.buffer.url.clone(), version: opened.buffer.version, epoch: opened.epoch };
        self.buffers.iter().map(|(path, opened)| (path.clone(), open(opened))).collect()
    }

    /// Files to look at on disk before an analysis: what belongs to open files, and everything known if all is to be judged.
    pub(super) fn watched(&self, all: bool) -> Vec<Watched> {
        let mut paths: BTreeSet<RelPath> = self.buffers.keys().flat_map(siblings).collect();
        if all {
            paths.extend(self.workspace.documents().map(|document| document.path.clone()));
        }
        paths.extend(self.edited.iter().cloned());
        let adopt = !self.loaded || self.reach == Reach::Folder;
        let fresh = |path: &RelPath| {
            !self.buffers.contains_key(path) && !self.left_out.contains(path) && !self.workspace.ignored.contains(path)
        };
        let watched = paths.into_iter().filter(fresh).map(|path| Watched {
            stamp: if self.edited.contains(&path) { None } else { self.stamps.get(&path).copied() },
            adopt: adopt || self.edited.contains(&path),
            path,
        });
        watched.collect()
    }

    /// Whether the repository's state moved on since its last commit was read.
    pub(super) fn base_moved(&self) -> bool {
        self.base_watched.iter().any(|(path, stamp)| Stamp::of(path) != *stamp)
    }
}

/// Every known name in a file's folder and those above it.
fn siblings(path: &RelPath) -> Vec<RelPath> {
    ancestors(path.folder()).flat_map(|folder| Format::all_names().filter_map(move |name| RelPath::join(folder, name))).collect()
}

/// What a walk brought: the files, how they were, and what ignore rules left out.
pub(super) struct Loaded {
    pub(super) workspace: Workspace,
    pub(super) stamps: HashMap<RelPath, Stamp>,
    pub(super) left_out: BTreeSet<RelPath>,
}

impl Loaded {
    /// Takes stock of what was read since `moment`.
    pub(super) fn new(root: &Path, workspace: Workspace, moment: SystemTime) -> Loaded {
        let stamp = |path: &RelPath| Stamp::of(&absolute(root, path)).filter(|stamp| !stamp.is_after(moment));
        let stamps = workspace.documents().filter_map(|document| Some((document.path.clone(), stamp(&document.path)?))).collect();
        let near: BTreeSet<RelPath> = workspace.documents().flat_map(|document| siblings(&document.path)).collect();
        let left_out = near.into_iter().filter(|path| workspace.get(path).is_none() && absolute(root, path).is_file()).collect();
        Loaded { workspace, stamps, left_out }
    }
}
