//! Which commits a push adds: reachable from the tips, and not from what the remote has.
//!
//! The walk goes from new to old and stops as soon as nothing wanted is left to visit, as git does, so an abandoned
//! branch of years ago costs nothing. Clocks that are wrong can only make it report a commit too many, never one too
//! few. No commit-graph file is read: it is a copy of facts that could be stale or forged.

use std::collections::BinaryHeap;

use gix::ObjectId;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::commit::Meta;
use crate::error::{Error, Result};
use crate::repository::Repository;

/// Commits and what is known of them.
pub(crate) struct Walk<'r> {
    repo: &'r Repository,
    shallow: FxHashSet<ObjectId>,
    seen: FxHashMap<ObjectId, Seen>,
    queue: BinaryHeap<(i64, ObjectId)>,
    /// How many commits in the queue are wanted.
    wanted: usize,
}

struct Seen {
    /// `None` for a commit that the remote has and we do not.
    meta: Option<Meta>,
    hidden: bool,
    queued: bool,
}

impl<'r> Walk<'r> {
    pub(crate) fn new(repo: &'r Repository) -> Result<Self> {
        let shallow = repo
            .gix
            .shallow_commits()
            .map_err(|error| Error::damaged(format!("the list of shallow commits cannot be read: {error}")))?
            .map(|commits| commits.iter().copied().collect())
            .unwrap_or_default();
        Ok(Walk { repo, shallow, seen: FxHashMap::default(), queue: BinaryHeap::new(), wanted: 0 })
    }

    /// The commits reachable from `tips` and not from `hidden`, parents after their children as far as clocks are right.
    pub(crate) fn range(&mut self, tips: &[ObjectId], hidden: &[ObjectId]) -> Result<Vec<ObjectId>> {
        for id in hidden {
            self.hide(*id)?;
        }
        for id in tips {
            self.want(*id)?;
        }
        let mut found = Vec::new();
        let mut oldest = i64::MAX;
        while let Some((time, id)) = self.queue.pop() {
            let Some(seen) = self.seen.get_mut(&id) else { continue };
            seen.queued = false;
            let parents = seen.meta.as_ref().map(|meta| meta.parents.clone()).unwrap_or_default();
            if seen.hidden {
                if self.wanted == 0 && time < oldest {
                    break;
                }
                for parent in parents {
                    self.hide(parent)?;
                }
                continue;
            }
            self.wanted -= 1;
            oldest = oldest.min(time);
            found.push(id);
            for parent in parents {
                self.want(parent)?;
            }
        }
        found.retain(|id| self.seen.get(id).is_some_and(|seen| !seen.hidden));
        Ok(found)
    }

    /// What is known of a commit that [`Self::range`] returned.
    pub(crate) fn meta(&self, id: &ObjectId) -> Option<&Meta> {
        self.seen.get(id).and_then(|seen| seen.meta.as_ref())
    }

    /// The tree of a parent; `None` if the parent is not stored here, which makes everything new.
    pub(crate) fn tree_of(&self, parent: &ObjectId) -> Result<Option<ObjectId>> {
        match self.meta(parent) {
            Some(meta) => Ok(Some(meta.tree)),
            None => self.repo.tree_of_base(parent),
        }
    }

    fn want(&mut self, id: ObjectId) -> Result<()> {
        if self.seen.contains_key(&id) {
            return Ok(());
        }
        let meta = self.cut(&id, self.repo.commit(&id)?);
        self.enqueue(id, Some(meta), false);
        Ok(())
    }

    /// Marks a commit, and all its ancestors that were visited already, as present on the remote.
    fn hide(&mut self, id: ObjectId) -> Result<()> {
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            match self.seen.get_mut(&id) {
                Some(seen) if seen.hidden => {}
                Some(seen) => {
                    seen.hidden = true;
                    if seen.queued {
                        self.wanted -= 1;
                    } else if let Some(meta) = &seen.meta {
                        pending.extend(&meta.parents);
                    }
                }
                None => {
                    let meta = self.repo.local_commit(&id)?.map(|meta| self.cut(&id, meta));
                    self.enqueue(id, meta, true);
                }
            }
        }
        Ok(())
    }

    fn enqueue(&mut self, id: ObjectId, meta: Option<Meta>, hidden: bool) {
        if let Some(meta) = &meta {
            self.queue.push((meta.time, id));
            self.wanted += usize::from(!hidden);
        }
        let queued = meta.is_some();
        self.seen.insert(id, Seen { meta, hidden, queued });
    }

    /// A shallow clone ends at some commits: they have no parents here, and all they hold is new.
    fn cut(&self, id: &ObjectId, mut meta: Meta) -> Meta {
        if self.shallow.contains(id) {
            meta.parents.clear();
        }
        meta
    }
}
