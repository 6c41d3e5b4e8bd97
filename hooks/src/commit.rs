//! Commits: what the walk and the report need of them, and how revisions become commits and trees.

use gix::ObjectId;
use gix::objs::{CommitRef, Kind, TagRef};

use crate::error::{Error, Result};
use crate::repository::Repository;

/// A commit as far as the walk needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meta {
    pub(crate) tree: ObjectId,
    pub(crate) parents: Vec<ObjectId>,
    /// Seconds since 1970, as the committer's clock said.
    pub(crate) time: i64,
}

impl Meta {
    fn parse(id: &gix::oid, data: &[u8]) -> Result<Self> {
        let malformed = || Error::damaged(format!("commit {id} does not follow git's format"));
        let commit = CommitRef::from_bytes(data, id.kind()).map_err(|_| malformed())?;
        Ok(Meta {
            tree: commit.tree(),
            parents: commit.parents().collect(),
            // A clock that makes no sense sorts first, which can only add commits to a range.
            time: commit.committer().map(|who| who.seconds()).unwrap_or(i64::MAX),
        })
    }
}

/// What a pushed or named object comes down to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peeled {
    Commit(ObjectId),
    Tree(ObjectId),
    Blob(ObjectId),
}

impl Repository {
    /// A commit that is to be judged.
    pub(crate) fn commit(&self, id: &gix::oid) -> Result<Meta> {
        match self.object(id)? {
            (Kind::Commit, data) => Meta::parse(id, &data),
            (kind, _) => Err(Error::damaged(format!("object {id} is a {kind}, where a commit was expected"))),
        }
    }

    /// The first line of a commit's message; what is not UTF-8 in it is replaced.
    pub(crate) fn summary(&self, id: &gix::oid) -> Result<String> {
        let (_, data) = self.object(id)?;
        let message = CommitRef::from_bytes(&data, id.kind()).map(|commit| commit.message).unwrap_or_default();
        let line = message.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
        Ok(String::from_utf8_lossy(line.trim_ascii()).into_owned())
    }

    /// A commit to compare with; `None` if it is not stored here or is none.
    pub(crate) fn local_commit(&self, id: &gix::oid) -> Result<Option<Meta>> {
        match self.local_object(id)? {
            Some((Kind::Commit, data)) => Meta::parse(id, &data).map(Some),
            _ => Ok(None),
        }
    }

    /// The tree of a commit to compare with; `None` if the commit is not stored here.
    pub(crate) fn tree_of_base(&self, commit: &gix::oid) -> Result<Option<ObjectId>> {
        Ok(self.local_commit(commit)?.map(|meta| meta.tree))
    }

    /// Follows tags to what they name. Tags cannot form a circle, but a chain of them can be long.
    pub(crate) fn peel(&self, id: &gix::oid) -> Result<Peeled> {
        let mut id = id.to_owned();
        loop {
            let (kind, data) = self.object(&id)?;
            match kind {
                Kind::Commit => return Ok(Peeled::Commit(id)),
                Kind::Tree => return Ok(Peeled::Tree(id)),
                Kind::Blob => return Ok(Peeled::Blob(id)),
                Kind::Tag => {
                    let tag = TagRef::from_bytes(&data, id.kind())
                        .map_err(|_| Error::damaged(format!("tag {id} does not follow git's format")))?;
                    id = tag.target();
                }
            }
        }
    }
}
