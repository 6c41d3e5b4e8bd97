//! Opening a repository the way a hook must: the one that git's environment names, with nothing in the way of the
//! real objects.
//!
//! Replace refs are off, because the object judged must be the object that is pushed. The checksum of the index is not
//! verified, because git does not either and it costs more than everything else here. A repository that belongs to
//! somebody else is refused as git refuses it.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix::ObjectId;
use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::fallback::CatFile;

/// A git repository as a source of dependency files. `Send`, but not `Sync`: one thread at a time.
pub struct Repository {
    pub(crate) gix: gix::Repository,
    pub(crate) cwd: PathBuf,
    pub(crate) trees: RefCell<TreeCache>,
    pub(crate) cat_file: RefCell<Option<CatFile>>,
    pub(crate) lazy_fetch: bool,
    /// Refs are in a form that gix does not read (reftable): they are asked of `git`.
    pub(crate) foreign_refs: bool,
    /// Objects may be where gix does not look (`GIT_OBJECT_DIRECTORY`, as under quarantine).
    pub(crate) foreign_objects: bool,
}

/// Tree objects by id, so that neighbouring commits share what they have in common.
#[derive(Default)]
pub(crate) struct TreeCache {
    trees: FxHashMap<ObjectId, Arc<Vec<u8>>>,
    bytes: usize,
}

impl TreeCache {
    /// Beyond this the cache starts anew; a push of thousands of commits must not fill the memory.
    const LIMIT: usize = 96 << 20;

    pub(crate) fn get(&self, id: &gix::oid) -> Option<Arc<Vec<u8>>> {
        self.trees.get(id).cloned()
    }

    pub(crate) fn put(&mut self, id: ObjectId, data: Arc<Vec<u8>>) {
        self.bytes += data.len();
        if self.bytes > Self::LIMIT {
            self.trees.clear();
            self.bytes = data.len();
        }
        self.trees.insert(id, data);
    }
}

impl Repository {
    /// Opens the repository that `dir` belongs to, or the one that `GIT_DIR` names; `GIT_INDEX_FILE`, `GIT_WORK_TREE`
    /// and the other variables that git gives its hooks are honoured. Nothing is ever fetched: see [`Self::with_lazy_fetch`].
    ///
    /// # Errors
    /// No repository, one that belongs to somebody else, or one that cannot be read.
    pub fn discover(dir: &Path) -> Result<Self> {
        let cwd = std::env::current_dir().map_err(|error| Error::io("find the current directory near", dir, &error))?;
        let dir = cwd.join(dir);
        let options = gix::discover::upwards::Options { match_ceiling_dir_or_error: false, ..Default::default() };
        let open = || {
            gix::open::Options::default()
                .config_overrides(["core.useReplaceRefs=false", "index.skipHash=true"])
                .bail_if_untrusted(true)
        };
        let trust = gix::sec::trust::Mapping { full: open(), reduced: open() };
        let mut gix = gix::ThreadSafeRepository::discover_with_environment_overrides_opts(&dir, options, trust)
            .map_err(|error| open_error(&dir, &error))?
            .to_thread_local();
        if gix.git_dir_trust() != gix::sec::Trust::Full {
            return Err(untrusted(gix.git_dir()));
        }
        gix.objects.ignore_replacements = true;
        let foreign_refs =
            gix.config_snapshot().string("extensions.refStorage").is_some_and(|storage| !storage.eq_ignore_ascii_case(b"files"));
        let foreign_objects =
            ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"].iter().any(|name| std::env::var_os(name).is_some());
        Ok(Repository {
            gix,
            cwd,
            trees: RefCell::default(),
            cat_file: RefCell::default(),
            lazy_fetch: false,
            foreign_refs,
            foreign_objects,
        })
    }

    /// Lets `git` fetch objects that a partial clone left out, when one is to be judged. For hooks and the command line;
    /// never for an editor, since fetching runs what the repository's own configuration says.
    #[must_use]
    pub fn with_lazy_fetch(mut self) -> Self {
        self.lazy_fetch = true;
        self
    }

    /// The same repository for another thread, with caches of its own.
    pub(crate) fn sibling(&self) -> Self {
        let mut gix = self.gix.clone();
        gix.objects.ignore_replacements = true;
        Repository {
            gix,
            cwd: self.cwd.clone(),
            trees: RefCell::default(),
            cat_file: RefCell::default(),
            lazy_fetch: self.lazy_fetch,
            foreign_refs: self.foreign_refs,
            foreign_objects: self.foreign_objects,
        }
    }

    /// The root of the work tree; none in a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.gix.workdir()
    }

    /// The git directory: of this work tree, where there are several.
    pub fn git_dir(&self) -> &Path {
        self.gix.git_dir()
    }

    /// The git directory that all work trees share.
    pub fn common_dir(&self) -> &Path {
        self.gix.common_dir()
    }

    /// Whether objects may be absent on purpose.
    pub(crate) fn is_partial(&self) -> bool {
        let config = self.gix.config_snapshot();
        config.string("extensions.partialClone").is_some()
            || self.gix.remote_names().iter().any(|name| config.boolean(&*format!("remote.{name}.promisor")).unwrap_or(false))
    }
}

fn open_error(dir: &Path, error: &gix::Error) -> Error {
    let text = error.to_string();
    if text.to_ascii_lowercase().contains("trust") || text.contains("safe.directory") {
        return untrusted(dir);
    }
    Error::new(
        ErrorKind::NoRepository,
        format!("no usable git repository at {}: {text}", dir.display()),
        "Run this inside a git repository, or start one with `git init`.",
    )
}

fn untrusted(dir: &Path) -> Error {
    Error::new(
        ErrorKind::Untrusted,
        format!("the repository at {} belongs to another user", dir.display()),
        format!("If you trust it: git config --global --add safe.directory {}", dir.display()),
    )
}
