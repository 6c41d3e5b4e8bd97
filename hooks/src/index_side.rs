//! The index as one side of a comparison, where its cache-tree alone does not say what it holds.
//!
//! Directories whose cache-tree record is valid stand for a tree and are compared as such; only the others are entered.
//! The counts in the records are not believed: where a directory ends is found by its name.

use gix::index::entry::{Flags, Stage};
use gix::index::extension::Tree as CacheTree;
use rustc_hash::FxHashMap;

use crate::change::{Refusal, RefusalReason, is_known};
use crate::compare::{After, Comparison, INSTALLED, Pending};
use crate::error::Result;
use crate::repository::Repository;
use crate::tree::{Cursor, Entries, Entry, Kind};

/// Compares the index with the root trees of `comparison`.
pub(crate) fn compare(repo: &Repository, index: &gix::index::File, comparison: &mut Comparison<'_>) -> Result<()> {
    while let Some(directory) = comparison.pending.pop() {
        match directory.after {
            After::Absent => comparison.visit_tree(&directory)?,
            // A record can be valid before its tree is written; the entries below it say the same.
            After::Tree(id) if repo.has(&id) || is_sparse(index, &directory.prefix) => comparison.visit_tree(&directory)?,
            After::Tree(_) | After::Index => visit(index, comparison, &directory)?,
        }
    }
    Ok(())
}

/// Whether the directory is below or at an entry that stands for a whole directory.
fn is_sparse(index: &gix::index::File, prefix: &[u8]) -> bool {
    range_of(index, prefix).all(|at| index.entry(at).path_in(index.path_backing()) == prefix)
}

fn visit(index: &gix::index::File, comparison: &mut Comparison<'_>, directory: &Pending) -> Result<()> {
    let range = range_of(index, &directory.prefix);
    let cached = cache_tree_of(index, &directory.prefix);
    let children =
        cached.map(|tree| tree.children.iter().map(|child| (child.name.as_slice(), child)).collect()).unwrap_or_default();
    let mut side = IndexDirectory { index, prefix: directory.prefix.len(), at: range.start, end: range.end, children };
    side.settle();
    comparison.visit(directory, &mut side)
}

/// Conflicted files that are known: the index holds them in several versions.
pub(crate) fn conflicts(index: &gix::index::File, known: fn(&str) -> bool) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for entry in index.entries().iter().filter(|entry| entry.stage() != Stage::Unconflicted) {
        let path: &[u8] = entry.path_in(index.path_backing());
        if is_known(path, known) && !path.split(|byte| *byte == b'/').any(|part| part == INSTALLED) {
            refusals.push(Refusal { path: String::from_utf8_lossy(path).into_owned(), reason: RefusalReason::Conflict });
        }
    }
    refusals.dedup();
    refusals
}

/// The root of the index, if it is a tree that is valid and stored.
pub(crate) fn valid_root(repo: &Repository, index: &gix::index::File) -> Option<gix::ObjectId> {
    fn valid(tree: &CacheTree) -> bool {
        tree.num_entries.is_some() && tree.children.iter().all(valid)
    }
    index.tree().filter(|tree| valid(tree) && repo.has(&tree.id)).map(|tree| tree.id)
}

fn range_of(index: &gix::index::File, prefix: &[u8]) -> std::ops::Range<usize> {
    let (entries, paths) = (index.entries(), index.path_backing());
    let start = entries.partition_point(|entry| entry.path_in(paths) < prefix);
    start..start + prefix_len(index, start, prefix)
}

/// How many entries from `start` on begin with `prefix`.
fn prefix_len(index: &gix::index::File, start: usize, prefix: &[u8]) -> usize {
    index.entries()[start..].partition_point(|entry| entry.path_in(index.path_backing()).starts_with(prefix))
}

fn cache_tree_of<'i>(index: &'i gix::index::File, prefix: &[u8]) -> Option<&'i CacheTree> {
    let mut tree = index.tree()?;
    for name in prefix.split(|byte| *byte == b'/').filter(|name| !name.is_empty()) {
        tree = tree.children.iter().find(|child| child.name.as_slice() == name)?;
    }
    Some(tree)
}

struct IndexDirectory<'i> {
    index: &'i gix::index::File,
    /// How many bytes of each path are the directory itself.
    prefix: usize,
    at: usize,
    end: usize,
    children: FxHashMap<&'i [u8], &'i CacheTree>,
}

impl<'i> IndexDirectory<'i> {
    fn raw(&self) -> Option<(&'i gix::index::Entry, &'i [u8])> {
        if self.at >= self.end {
            return None;
        }
        let entry = &self.index.entries()[self.at];
        let path: &'i [u8] = entry.path_in(self.index.path_backing());
        Some((entry, &path[self.prefix..]))
    }

    /// Moves on to an entry that will be committed: not one in conflict, and not one that is only intended to be added.
    fn settle(&mut self) {
        while let Some((entry, rest)) = self.raw() {
            let hidden = entry.stage() != Stage::Unconflicted || entry.flags.contains(Flags::INTENT_TO_ADD);
            if !hidden || rest.contains(&b'/') {
                return;
            }
            self.at += 1;
        }
    }
}

impl<'i> Entries<'i> for IndexDirectory<'i> {
    fn peek(&self) -> Result<Option<Entry<'i>>> {
        let Some((entry, rest)) = self.raw() else { return Ok(None) };
        let Some(slash) = rest.iter().position(|byte| *byte == b'/') else {
            let kind = Kind::from_mode(entry.mode.bits()).unwrap_or(Kind::Link);
            return Ok(Some(Entry { kind, name: rest, id: entry.id.as_bytes() }));
        };
        let name = &rest[..slash];
        let id: &[u8] = if slash + 1 == rest.len() && entry.mode.is_sparse() {
            entry.id.as_bytes()
        } else {
            match self.children.get(name) {
                Some(tree) if tree.num_entries.is_some() => tree.id.as_bytes(),
                _ => &[],
            }
        };
        Ok(Some(Entry { kind: Kind::Directory, name, id }))
    }

    fn advance(&mut self) -> Result<()> {
        if let Some((_, rest)) = self.raw() {
            self.at += match rest.iter().position(|byte| *byte == b'/') {
                None => 1,
                Some(slash) => {
                    let path = self.index.entries()[self.at].path_in(self.index.path_backing());
                    prefix_len(self.index, self.at, &path[..self.prefix + slash + 1]).clamp(1, self.end - self.at)
                }
            };
            self.settle();
        }
        Ok(())
    }

    fn skip_equal(&mut self, _: &mut Cursor<'_>) -> Result<()> {
        Ok(())
    }
}
