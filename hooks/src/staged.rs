//! What the commit under way would record: the index against `HEAD`, and never the working tree.
//!
//! Three ways, from the quick to the thorough: the index's cache-tree names the very tree that `git commit` will write;
//! or parts of it are valid and only the rest is entered; or there is none and all entries are compared.

use std::sync::Arc;

use gix::ObjectId;

use crate::change::{FileChange, Refusal};
use crate::compare::{After, Comparison, Pending};
use crate::error::{Error, Result};
use crate::index_scan::cached_root;
use crate::index_side;
use crate::repository::Repository;
use crate::snapshot::{Root, Snapshot};

/// Which commit the index is about to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitKind {
    /// `git commit` in any form; the other parents of a merge are those in `MERGE_HEAD`.
    Commit,
    /// A clean `git merge`, as pre-merge-commit sees it: git names the other parents in its environment
    /// (`GITHEAD_<id>`), and writes `MERGE_HEAD` only afterwards.
    Merge,
}

/// What is staged.
#[derive(Debug)]
pub struct Staged<'r> {
    /// Known files that differ from `HEAD` and, in a merge, from every other parent.
    pub changes: Vec<FileChange>,
    /// Known files that changed and cannot be judged. Any of them blocks.
    pub refusals: Vec<Refusal>,
    /// `HEAD`; empty before the first commit.
    pub base: Snapshot<'r>,
    /// The index, to read further files from.
    pub after: Snapshot<'r>,
}

impl Repository {
    /// The known files that the commit under way would change. `known` is asked for paths relative to the work tree.
    ///
    /// # Errors
    /// The index or an object of it cannot be read; `HEAD` names something that is not here.
    pub fn staged(&self, known: fn(&str) -> bool) -> Result<Staged<'_>> {
        self.staged_for(CommitKind::Commit, known)
    }

    /// [`Self::staged`] for a given kind of commit.
    pub fn staged_for(&self, kind: CommitKind, known: fn(&str) -> bool) -> Result<Staged<'_>> {
        let head = self.head_tree()?;
        let mut bases = vec![head];
        for parent in self.merge_heads(kind)? {
            bases.push(self.tree_of_base(&parent)?);
        }
        let root = self.index_root()?;
        let mut comparison = Comparison::new(self, known);
        let after = match &root {
            Root::Empty => After::Absent,
            Root::Tree(id) => After::Tree(*id),
            Root::Index(_) => After::Index,
        };
        comparison.push(Pending { prefix: Vec::new(), bases, after });
        let mut conflicts = Vec::new();
        match &root {
            Root::Index(index) => {
                index_side::compare(self, index, &mut comparison)?;
                conflicts = index_side::conflicts(index, known);
            }
            Root::Empty | Root::Tree(_) => comparison.run()?,
        }
        let mut changes = comparison.finish()?;
        changes.files.retain(|change| conflicts.iter().all(|refusal| refusal.path != change.path));
        changes.refusals.extend(conflicts);
        changes.sort();
        Ok(Staged {
            changes: changes.files,
            refusals: changes.refusals,
            base: Snapshot::of_tree(self, head),
            after: Snapshot::new(self, root),
        })
    }

    /// The index as a snapshot, to read files from.
    pub fn index_snapshot(&self) -> Result<Snapshot<'_>> {
        Ok(Snapshot::new(self, self.index_root()?))
    }

    fn index_root(&self) -> Result<Root> {
        let path = self.cwd.join(self.gix.index_path());
        let hash = self.gix.object_hash();
        match cached_root(&path, hash) {
            Ok(Some(id)) if self.has(&id) => return Ok(Root::Tree(id)),
            Ok(_) => {}
            // Before anything was ever staged there is no index.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Root::Empty),
            Err(error) => return Err(Error::io("read the index", &path, &error)),
        }
        let index = gix::index::File::at(path.clone(), hash, true, Default::default())
            .map_err(|error| Error::damaged(format!("the index at {} cannot be read: {error}", path.display())))?;
        Ok(match index_side::valid_root(self, &index) {
            Some(id) => Root::Tree(id),
            None => Root::Index(Arc::new(index)),
        })
    }

    /// The parents of the commit under way besides `HEAD`.
    fn merge_heads(&self, kind: CommitKind) -> Result<Vec<ObjectId>> {
        let path = self.git_dir().join("MERGE_HEAD");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(if kind == CommitKind::Merge { merge_heads_from_environment() } else { Vec::new() });
            }
            Err(error) => return Err(Error::io("read", &path, &error)),
        };
        text.lines()
            .map(|line| {
                ObjectId::from_hex(line.trim().as_bytes())
                    .map_err(|_| Error::damaged(format!("{} holds {line:?} where a commit is due", path.display())))
            })
            .collect()
    }
}

fn merge_heads_from_environment() -> Vec<ObjectId> {
    let mut heads: Vec<ObjectId> = std::env::vars_os()
        .filter_map(|(name, _)| ObjectId::from_hex(name.to_str()?.strip_prefix("GITHEAD_")?.as_bytes()).ok())
        .collect();
    heads.sort();
    heads
}
