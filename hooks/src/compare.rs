//! Comparing a tree, or the index, with one base or with all parents of a merge.
//!
//! A file is a change only if it differs from *every* base: what a merge took over unchanged from a parent is not new,
//! and what it made up itself (an "evil merge") is. A directory that equals any base is not entered, so the work is in
//! proportion to the change. `node_modules` is never entered: what stands there is installed, not asked for.

use gix::ObjectId;

use crate::change::{Changes, Difference, Side, is_known};
use crate::error::{Error, Result};
use crate::repository::Repository;
use crate::tree::{Cursor, Entries, Entry, Kind, bytes, join};

/// A directory whose content is installed by a package manager.
pub(crate) const INSTALLED: &[u8] = b"node_modules";
/// Git itself refuses deeper trees (`core.maxTreeDepth`, 2048 by default).
const MAX_DEPTH: usize = 2048;
/// More directories than any repository has: a stop for trees that were built to be endless.
pub(crate) const MAX_DIRECTORIES: usize = 4_000_000;

/// A directory that is still to be compared.
#[derive(Debug)]
pub(crate) struct Pending {
    /// The path, with `/` at the end; empty at the root.
    pub(crate) prefix: Vec<u8>,
    /// The directory in each base, where it is there.
    pub(crate) bases: Vec<Option<ObjectId>>,
    /// The directory on the new side.
    pub(crate) after: After,
}

/// The new side of a pending directory.
#[derive(Clone, Copy, Debug)]
pub(crate) enum After {
    /// It is gone.
    Absent,
    /// It is this tree.
    Tree(ObjectId),
    /// It is the entries of the index that start with the prefix.
    Index,
}

/// A comparison under way: directories to visit and differences found.
pub(crate) struct Comparison<'r> {
    repo: &'r Repository,
    known: fn(&str) -> bool,
    pub(crate) pending: Vec<Pending>,
    visited: usize,
    pub(crate) differences: Vec<Difference>,
}

impl<'r> Comparison<'r> {
    pub(crate) fn new(repo: &'r Repository, known: fn(&str) -> bool) -> Self {
        Comparison { repo, known, pending: Vec::new(), visited: 0, differences: Vec::new() }
    }

    /// Adds a directory unless it equals a base.
    pub(crate) fn push(&mut self, pending: Pending) {
        let same = match pending.after {
            After::Absent => pending.bases.iter().any(Option::is_none),
            After::Tree(id) => pending.bases.contains(&Some(id)),
            After::Index => false,
        };
        if !same {
            self.pending.push(pending);
        }
    }

    /// Compares trees until nothing is pending.
    pub(crate) fn run(&mut self) -> Result<()> {
        while let Some(directory) = self.pending.pop() {
            self.visit_tree(&directory)?;
        }
        Ok(())
    }

    /// Compares one directory whose new side is a tree or gone.
    pub(crate) fn visit_tree(&mut self, directory: &Pending) -> Result<()> {
        let after = match directory.after {
            After::Tree(id) => Some(self.repo.tree(&id)?),
            After::Absent | After::Index => None,
        };
        let mut cursor = Cursor::new(bytes(after.as_ref()), self.repo.gix.object_hash());
        self.visit(directory, &mut cursor)
    }

    /// Compares one directory, given the entries of its new side.
    pub(crate) fn visit<'n, N: Entries<'n>>(&mut self, directory: &Pending, new: &mut N) -> Result<()> {
        self.guard(directory)?;
        let mut trees = Vec::with_capacity(directory.bases.len());
        for base in &directory.bases {
            trees.push(match base {
                Some(id) => self.repo.base_tree(id)?,
                None => None,
            });
        }
        let hash = self.repo.gix.object_hash();
        let mut bases: Vec<Cursor<'_>> = trees.iter().map(|tree| Cursor::new(bytes(tree.as_ref()), hash)).collect();
        let mut found: Vec<Pending> = Vec::new();
        let (known, differences) = (self.known, &mut self.differences);
        join(new, &mut bases, |new, bases| {
            // All that stand at one place of the order have one name, and all or none are directories.
            let Some(Entry { kind, name, .. }) = new.or_else(|| bases.iter().flatten().next().copied()) else { return Ok(()) };
            if kind == Kind::Directory {
                if name != INSTALLED {
                    let after = match new {
                        None => After::Absent,
                        Some(entry) if entry.id.is_empty() => After::Index,
                        Some(entry) => After::Tree(entry.object_id()),
                    };
                    let bases = bases.iter().map(|base| base.map(|entry| entry.object_id())).collect();
                    found.push(Pending { prefix: path(&directory.prefix, name, true), bases, after });
                }
                return Ok(());
            }
            let same = |base: &Option<Entry<'_>>| match (base, &new) {
                (Some(base), Some(new)) => base.id == new.id && base.kind == new.kind,
                (None, None) => true,
                _ => false,
            };
            if bases.iter().any(same) {
                return Ok(());
            }
            let path = path(&directory.prefix, name, false);
            if is_known(&path, known) {
                let bases = bases.iter().map(|base| base.as_ref().map(Side::of)).collect();
                differences.push(Difference { path, bases, after: new.as_ref().map(Side::of) });
            }
            Ok(())
        })?;
        for pending in found {
            self.push(pending);
        }
        Ok(())
    }

    fn guard(&mut self, directory: &Pending) -> Result<()> {
        self.visited += 1;
        let depth = directory.prefix.iter().filter(|byte| **byte == b'/').count();
        if depth > MAX_DEPTH || self.visited > MAX_DIRECTORIES {
            return Err(Error::damaged(format!(
                "the directories under {} nest deeper, or are more, than can be looked at",
                String::from_utf8_lossy(&directory.prefix[..directory.prefix.len().min(80)])
            )));
        }
        Ok(())
    }

    /// What was found, sorted by path, with what cannot be judged set apart.
    pub(crate) fn finish(self) -> Result<Changes> {
        let mut changes = Changes::default();
        for difference in self.differences {
            changes.take(self.repo, difference)?;
        }
        changes.sort();
        Ok(changes)
    }
}

fn path(prefix: &[u8], name: &[u8], directory: bool) -> Vec<u8> {
    let mut path = Vec::with_capacity(prefix.len() + name.len() + 1);
    path.extend_from_slice(prefix);
    path.extend_from_slice(name);
    if directory {
        path.push(b'/');
    }
    path
}
