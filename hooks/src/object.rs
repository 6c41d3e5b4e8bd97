//! Reading objects: from gix first, from `git` where gix cannot, and every judged blob hashed again.
//!
//! Neither gix nor git re-hashes an object on read: a loose file with foreign bytes is handed out under the old name.
//! What a rule judges must be what the name says, so blobs are hashed here (SHA-1 with collision detection, or SHA-256).

use std::sync::Arc;

use gix::ObjectId;
use gix::objs::{Find, FindHeader, Kind};

use crate::error::{Error, Result};
use crate::repository::Repository;

/// The start of a Git LFS pointer file (the LFS specification, `docs/spec.md`).
const LFS_HEADERS: [&[u8]; 2] = [b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/spec/"];
/// The LFS specification bounds a pointer file to fewer bytes than this.
const LFS_POINTER_LIMIT: u64 = 1024;

/// Whether these bytes are a Git LFS pointer: the file itself is kept elsewhere.
pub fn is_lfs_pointer(bytes: &[u8]) -> bool {
    (bytes.len() as u64) < LFS_POINTER_LIMIT && LFS_HEADERS.iter().any(|header| bytes.starts_with(header))
}

impl Repository {
    /// The bytes of a blob, hashed again and compared with its name.
    ///
    /// # Errors
    /// The object is not here and cannot be had, is no blob, or its bytes are not what its name says.
    pub fn blob(&self, id: &ObjectId) -> Result<Vec<u8>> {
        let (kind, data) = self.object(id)?;
        if kind != Kind::Blob {
            return Err(Error::damaged(format!("object {id} is a {kind}, where a file was expected")));
        }
        let actual = gix::objs::compute_hash(id.kind(), Kind::Blob, &data)
            .map_err(|error| Error::damaged(format!("object {id} cannot be hashed: {error}")))?;
        if actual != *id {
            return Err(Error::damaged(format!("object {id} holds bytes that hash to {actual}")));
        }
        Ok(data)
    }

    /// Any object, from wherever it can be read.
    pub(crate) fn object(&self, id: &gix::oid) -> Result<(Kind, Vec<u8>)> {
        if let Some(found) = self.local_object(id)? {
            return Ok(found);
        }
        self.cat_file(id)?
            .ok_or_else(|| Error::missing(format!("object {id} is not in this repository, and git cannot provide it")))
    }

    /// An object that is stored here; `None` when it is not. Nothing is fetched.
    pub(crate) fn local_object(&self, id: &gix::oid) -> Result<Option<(Kind, Vec<u8>)>> {
        let mut buffer = Vec::new();
        let found = self.gix.objects.try_find(id, &mut buffer).map_err(|error| unreadable(id, &error))?.map(|data| data.kind);
        match found {
            Some(kind) => Ok(Some((kind, buffer))),
            None if self.foreign_objects => self.cat_file(id),
            None => Ok(None),
        }
    }

    /// Whether the object is stored here.
    pub(crate) fn has(&self, id: &gix::oid) -> bool {
        self.gix.has_object(id) || (self.foreign_objects && matches!(self.cat_file(id), Ok(Some(_))))
    }

    /// The bytes of a tree that is to be judged.
    pub(crate) fn tree(&self, id: &gix::oid) -> Result<Arc<Vec<u8>>> {
        self.cached_tree(id, |repo| repo.object(id).map(Some))?
            .ok_or_else(|| Error::missing(format!("tree {id} is not in this repository")))
    }

    /// The bytes of a tree to compare with; `None` when a partial clone does not have it, which makes everything new.
    pub(crate) fn base_tree(&self, id: &gix::oid) -> Result<Option<Arc<Vec<u8>>>> {
        self.cached_tree(id, |repo| repo.local_object(id))
    }

    fn cached_tree(
        &self,
        id: &gix::oid,
        read: impl FnOnce(&Self) -> Result<Option<(Kind, Vec<u8>)>>,
    ) -> Result<Option<Arc<Vec<u8>>>> {
        if *id == *ObjectId::empty_tree(id.kind()) {
            return Ok(Some(Arc::default()));
        }
        if let Some(tree) = self.trees.borrow().get(id) {
            return Ok(Some(tree));
        }
        let Some((kind, data)) = read(self)? else { return Ok(None) };
        if kind != Kind::Tree {
            return Err(Error::damaged(format!("object {id} is a {kind}, where a directory was expected")));
        }
        let data = Arc::new(data);
        self.trees.borrow_mut().put(id.to_owned(), data.clone());
        Ok(Some(data))
    }

    /// Whether a blob that is to be judged is a Git LFS pointer. Only small blobs are read for it.
    pub(crate) fn is_lfs(&self, id: &ObjectId) -> Result<bool> {
        match self.gix.objects.try_header(id).map_err(|error| unreadable(id, &error))? {
            Some(header) if header.size >= LFS_POINTER_LIMIT => Ok(false),
            _ => self.object(id).map(|(_, data)| is_lfs_pointer(&data)),
        }
    }
}

fn unreadable(id: &gix::oid, error: &gix::Error) -> Error {
    Error::damaged(format!("object {id} cannot be read: {error}"))
}
