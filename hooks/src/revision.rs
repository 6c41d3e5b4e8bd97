//! Revisions by name, their snapshots, and the comparison of two of them.

use gix::ObjectId;

use crate::change::Changes;
use crate::commit::Peeled;
use crate::compare::{After, Comparison, Pending};
use crate::error::{Error, ErrorKind, Result};
use crate::repository::Repository;
use crate::snapshot::Snapshot;

impl Repository {
    /// The commit that a revision (`main`, `HEAD~3`, `v1.0`, an id) names, with tags followed.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchRevision`] if it names nothing, or no commit.
    pub fn commit_id(&self, revision: &str) -> Result<ObjectId> {
        match self.peel(&self.resolve(revision)?)? {
            Peeled::Commit(id) => Ok(id),
            Peeled::Tree(_) | Peeled::Blob(_) => Err(no_such(revision, "names no commit")),
        }
    }

    /// The files of a revision: a commit, a tag or a tree.
    pub fn revision(&self, revision: &str) -> Result<Snapshot<'_>> {
        match self.peel(&self.resolve(revision)?)? {
            Peeled::Commit(id) => Ok(Snapshot::of_tree(self, Some(self.commit(&id)?.tree))),
            Peeled::Tree(id) => Ok(Snapshot::of_tree(self, Some(id))),
            Peeled::Blob(_) => Err(no_such(revision, "names a file's content, not a commit")),
        }
    }

    /// The files of `HEAD`; empty before the first commit.
    pub fn head(&self) -> Result<Snapshot<'_>> {
        Ok(Snapshot::of_tree(self, self.head_tree()?))
    }

    /// The best common ancestor of two revisions, as `git merge-base` chooses it; `None` if they share no history.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<Option<ObjectId>> {
        let (one, other) = (self.commit_id(one)?, self.commit_id(other)?);
        if !self.foreign_objects
            && let Ok(base) = self.gix.merge_base(one, other)
        {
            return Ok(base.map(gix::Id::detach));
        }
        self.git_object_id(&["merge-base", &one.to_string(), &other.to_string()])
    }

    /// The files of a commit or tree by its id.
    pub fn snapshot(&self, id: &ObjectId) -> Result<Snapshot<'_>> {
        match self.peel(id)? {
            Peeled::Commit(id) => Ok(Snapshot::of_tree(self, Some(self.commit(&id)?.tree))),
            Peeled::Tree(id) => Ok(Snapshot::of_tree(self, Some(id))),
            Peeled::Blob(id) => Err(no_such(&id.to_string(), "is a file's content, not a commit")),
        }
    }

    /// The known files in which `after` differs from `before`. Both must be trees, not the index.
    pub fn diff(&self, before: &Snapshot<'_>, after: &Snapshot<'_>, known: fn(&str) -> bool) -> Result<Changes> {
        self.diff_trees(&[before.tree_id()], after.tree_id(), known)
    }

    pub(crate) fn diff_trees(
        &self,
        bases: &[Option<ObjectId>],
        after: Option<ObjectId>,
        known: fn(&str) -> bool,
    ) -> Result<Changes> {
        let mut comparison = Comparison::new(self, known);
        let after = after.map_or(After::Absent, After::Tree);
        comparison.push(Pending { prefix: Vec::new(), bases: bases.to_vec(), after });
        comparison.run()?;
        comparison.finish()
    }

    /// The tree of `HEAD`; `None` before the first commit.
    pub(crate) fn head_tree(&self) -> Result<Option<ObjectId>> {
        let id = if self.foreign_refs { self.foreign_head()? } else { self.own_head()? };
        // HEAD is only compared with, but if its commit is gone the repository is broken: say so.
        id.map(|id| self.commit(&id).map(|meta| meta.tree)).transpose()
    }

    fn own_head(&self) -> Result<Option<ObjectId>> {
        let broken = |error: gix::Error| Error::damaged(format!("HEAD cannot be read: {error}"));
        let mut head = self.gix.head().map_err(broken)?;
        if head.is_unborn() {
            return Ok(None);
        }
        Ok(Some(head.peel_to_commit().map_err(broken)?.id))
    }

    fn foreign_head(&self) -> Result<Option<ObjectId>> {
        if let Some(id) = self.git_object_id(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])? {
            return Ok(Some(id));
        }
        let Some(branch) = self.git(["symbolic-ref", "--quiet", "HEAD"])?.text() else {
            return Err(Error::damaged("HEAD names no commit and no branch"));
        };
        match self.git(["show-ref", "--verify", "--quiet", &branch])?.code {
            Some(1) => Ok(None),
            _ => Err(Error::damaged(format!("HEAD is at {branch}, which cannot be read"))),
        }
    }

    fn resolve(&self, revision: &str) -> Result<ObjectId> {
        if revision.is_empty() || revision.starts_with('-') {
            return Err(no_such(revision, "is not a revision"));
        }
        if !self.foreign_refs
            && let Ok(id) = self.gix.rev_parse_single(revision)
        {
            return Ok(id.detach());
        }
        // Git knows forms that gix does not.
        self.git_object_id(&["rev-parse", "--verify", "--quiet", revision])?
            .ok_or_else(|| no_such(revision, "names no commit here"))
    }
}

fn no_such(revision: &str, why: &str) -> Error {
    Error::new(
        ErrorKind::NoSuchRevision,
        format!("{revision:?} {why}"),
        "Check its spelling; in CI, fetch it first (a shallow checkout has only one commit: set fetch-depth to 0).",
    )
}
