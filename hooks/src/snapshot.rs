//! The files of one moment: a commit, a tree, or the index, to read single files from and to list the known ones.

use std::sync::Arc;

use gix::ObjectId;
use gix::index::entry::Stage;

use crate::change::{BlobRef, Refusal, RefusalReason, is_known};
use crate::compare::INSTALLED;
use crate::error::{Error, ErrorKind, Result};
use crate::index_side::conflicts;
use crate::repository::Repository;
use crate::tree::{Cursor, Entries, Kind};

/// The files of one moment. Cheap to clone; nothing is read before it is asked for.
#[derive(Clone)]
pub struct Snapshot<'r> {
    repo: &'r Repository,
    root: Root,
}

#[derive(Clone)]
pub(crate) enum Root {
    /// Before the first commit.
    Empty,
    Tree(ObjectId),
    Index(Arc<gix::index::File>),
}

/// The known files of a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Regular files by path, sorted.
    pub files: Vec<(String, BlobRef)>,
    /// Known names at which no regular file stands.
    pub refusals: Vec<Refusal>,
}

impl std::fmt::Debug for Snapshot<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.root {
            Root::Empty => f.write_str("Snapshot(empty)"),
            Root::Tree(id) => write!(f, "Snapshot({id})"),
            Root::Index(_) => f.write_str("Snapshot(index)"),
        }
    }
}

impl<'r> Snapshot<'r> {
    pub(crate) fn new(repo: &'r Repository, root: Root) -> Self {
        Snapshot { repo, root }
    }

    pub(crate) fn of_tree(repo: &'r Repository, tree: Option<ObjectId>) -> Self {
        Snapshot { repo, root: tree.map_or(Root::Empty, Root::Tree) }
    }

    /// The tree, where this is one; `None` for the index and before the first commit.
    pub fn tree_id(&self) -> Option<ObjectId> {
        match self.root {
            Root::Tree(id) => Some(id),
            Root::Empty | Root::Index(_) => None,
        }
    }

    /// The file at `path` (`/`-separated, from the root); `None` if there is none.
    ///
    /// # Errors
    /// [`ErrorKind::NotAFile`] for a symbolic link, a submodule or a conflict; [`ErrorKind::Missing`] where a partial
    /// clone left something out; damage.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.find(path)?.map(|blob| self.repo.blob(&blob.id)).transpose()
    }

    /// The file at `path` without its bytes; see [`Self::read`].
    pub fn find(&self, path: &str) -> Result<Option<BlobRef>> {
        match self.lookup(path)? {
            None | Some((Kind::Directory, _)) => Ok(None),
            Some((Kind::File, id)) => Ok(Some(BlobRef { id })),
            Some((Kind::Link, _)) => Err(not_a_file(path, RefusalReason::SymbolicLink)),
            Some((Kind::Submodule, _)) => Err(not_a_file(path, RefusalReason::Submodule)),
        }
    }

    fn lookup(&self, path: &str) -> Result<Option<(Kind, ObjectId)>> {
        match &self.root {
            Root::Empty => Ok(None),
            Root::Tree(root) => self.repo.lookup(root, path),
            Root::Index(index) => {
                if let Some(entry) = index.entry_by_path_and_stage(path.into(), Stage::Unconflicted) {
                    let intended = entry.flags.contains(gix::index::entry::Flags::INTENT_TO_ADD);
                    let kind = Kind::from_mode(entry.mode.bits()).unwrap_or(Kind::Link);
                    return Ok((!intended).then_some((kind, entry.id)));
                }
                for stage in [Stage::Ours, Stage::Theirs, Stage::Base] {
                    if index.entry_by_path_and_stage(path.into(), stage).is_some() {
                        return Err(not_a_file(path, RefusalReason::Conflict));
                    }
                }
                self.lookup_sparse(index, path)
            }
        }
    }

    /// A file below a directory that a sparse index keeps as one entry.
    fn lookup_sparse(&self, index: &gix::index::File, path: &str) -> Result<Option<(Kind, ObjectId)>> {
        if !index.is_sparse() {
            return Ok(None);
        }
        for (slash, _) in path.match_indices('/') {
            let (directory, rest) = path.split_at(slash + 1);
            if let Some(entry) = index.entry_by_path_and_stage(directory.into(), Stage::Unconflicted) {
                return self.repo.lookup(&entry.id, rest);
            }
        }
        Ok(None)
    }

    /// Every known file, and every known name where no regular file stands. `node_modules` is not entered.
    pub fn list(&self, known: fn(&str) -> bool) -> Result<Listing> {
        let mut listing = Listing::default();
        match &self.root {
            Root::Empty => {}
            Root::Tree(root) => self.repo.list_tree(*root, Vec::new(), known, &mut listing)?,
            Root::Index(index) => {
                listing.refusals = conflicts(index, known);
                for entry in index.entries().iter().filter(|entry| entry.stage() == Stage::Unconflicted) {
                    let path: &[u8] = entry.path_in(index.path_backing());
                    if entry.mode.is_sparse() {
                        self.repo.list_tree(entry.id, path.to_vec(), known, &mut listing)?;
                    } else if !entry.flags.contains(gix::index::entry::Flags::INTENT_TO_ADD)
                        && is_known(path, known)
                        && !path.split(|byte| *byte == b'/').any(|part| part == INSTALLED)
                    {
                        listing.add(path, Kind::from_mode(entry.mode.bits()).unwrap_or(Kind::Link), entry.id);
                    }
                }
            }
        }
        listing.files.sort_by(|a, b| a.0.cmp(&b.0));
        listing.refusals.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(listing)
    }
}

impl Listing {
    fn add(&mut self, path: &[u8], kind: Kind, id: ObjectId) {
        let reason = match (std::str::from_utf8(path), kind) {
            (Ok(path), Kind::File | Kind::Directory) => {
                self.files.push((path.to_owned(), BlobRef { id }));
                return;
            }
            (Ok(_), Kind::Link) => RefusalReason::SymbolicLink,
            (Ok(_), Kind::Submodule) => RefusalReason::Submodule,
            (Err(_), _) => RefusalReason::NotUtf8,
        };
        self.refusals.push(Refusal { path: String::from_utf8_lossy(path).into_owned(), reason });
    }
}

impl Repository {
    /// What stands at `path` below a tree.
    fn lookup(&self, root: &gix::oid, path: &str) -> Result<Option<(Kind, ObjectId)>> {
        let mut at = (Kind::Directory, root.to_owned());
        for name in path.split('/').filter(|name| !name.is_empty()) {
            if at.0 != Kind::Directory {
                return Ok(None);
            }
            let tree = self.tree(&at.1)?;
            let mut cursor = Cursor::new(&tree, self.gix.object_hash());
            at = loop {
                match cursor.peek()? {
                    None => return Ok(None),
                    Some(entry) if entry.name == name.as_bytes() => break (entry.kind, entry.object_id()),
                    Some(_) => cursor.advance()?,
                }
            };
        }
        Ok(Some(at))
    }

    fn list_tree(&self, root: ObjectId, prefix: Vec<u8>, known: fn(&str) -> bool, listing: &mut Listing) -> Result<()> {
        let mut pending = vec![(root, prefix)];
        let mut path = Vec::new();
        let mut visited = 0usize;
        while let Some((id, prefix)) = pending.pop() {
            visited += 1;
            if visited > crate::compare::MAX_DIRECTORIES || prefix.len() > 1 << 20 {
                return Err(Error::damaged(format!("tree {root} holds more directories than can be looked at")));
            }
            let tree = self.tree(&id)?;
            let mut cursor = Cursor::new(&tree, self.gix.object_hash());
            while let Some(entry) = cursor.peek()? {
                path.clear();
                path.extend_from_slice(&prefix);
                path.extend_from_slice(entry.name);
                if entry.kind == Kind::Directory {
                    if entry.name != INSTALLED {
                        path.push(b'/');
                        pending.push((entry.object_id(), path.clone()));
                    }
                } else if is_known(&path, known) {
                    listing.add(&path, entry.kind, entry.object_id());
                }
                cursor.advance()?;
            }
        }
        Ok(())
    }
}

fn not_a_file(path: &str, reason: RefusalReason) -> Error {
    Error::new(ErrorKind::NotAFile, format!("{path} {reason}"), reason.hint())
}
