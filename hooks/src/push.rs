//! What a push would give the remote: commit by commit, each known file that it does not have yet.
//!
//! Every line of git's input counts, and every commit: a lockfile that was tampered with and restored within the pushed
//! range can still be checked out. A merge counts for what none of its parents has. Comparison is with parents, not with
//! the remote's tip, so that a force push or a new branch needs no rule of its own.

use gix::ObjectId;
use rustc_hash::FxHashSet;

use crate::change::{BlobRef, FileChange, Refusal};
use crate::commit::Peeled;
use crate::compare_all::Job;
use crate::error::Result;
use crate::push_input::{Line, parse};
use crate::repository::Repository;
use crate::snapshot::Snapshot;
use crate::walk::Walk;

/// What a push would add.
#[derive(Debug, Default)]
pub struct PushPlan<'r> {
    /// Every ref of the push, in git's order, deletions included.
    pub refs: Vec<PushedRef<'r>>,
    /// The commits that change known files, oldest first. A change that an older commit made already, between the same
    /// contents at the same path, is not told again.
    pub commits: Vec<PushedCommit<'r>>,
    /// How many commits are new to the remote, with those that change no known file.
    pub looked_at: usize,
    /// What the person should know, such as that only a part of the push is visible: whole sentences.
    pub notes: Vec<String>,
}

/// One ref of a push.
#[derive(Clone, Debug)]
pub struct PushedRef<'r> {
    /// What was pushed, as typed or as a ref name; `(delete)` for a deletion.
    pub local: String,
    /// The ref on the remote.
    pub remote: String,
    /// The files at the tip; `None` for a deletion, and for a tag of a single file's content.
    pub tip: Option<Snapshot<'r>>,
}

/// A commit that is new to the remote and changes known files.
#[derive(Clone, Debug)]
pub struct PushedCommit<'r> {
    /// The commit (or the tree, where a tag of a tree is pushed).
    pub id: ObjectId,
    /// The first line of its message.
    pub summary: String,
    /// The files of its first parent; empty for a root, and at the edge of a shallow clone.
    pub before: Snapshot<'r>,
    /// Its files, to read siblings from.
    pub after: Snapshot<'r>,
    /// Known files that differ from every parent.
    pub changes: Vec<FileChange>,
    /// Known files that differ from every parent and cannot be judged.
    pub refusals: Vec<Refusal>,
}

impl PushedCommit<'_> {
    /// The id as people write it: seven digits.
    pub fn short_id(&self) -> String {
        self.id.to_hex_with_len(7).to_string()
    }
}

/// Between which contents a file changed, and where.
type Seen = FxHashSet<(String, Option<BlobRef>, Vec<BlobRef>, Option<BlobRef>)>;

impl Repository {
    /// What a push would add, from the arguments and the standard input that git gives a pre-push hook.
    ///
    /// # Errors
    /// A line that is not git's, a pushed object that cannot be read, a damaged repository. All of them must block.
    pub fn push_plan(&self, remote_name: &str, remote_url: &str, stdin: &str, known: fn(&str) -> bool) -> Result<PushPlan<'_>> {
        self.push_plan_with(remote_name, remote_url, stdin, known, &mut |_, _| {})
    }

    /// [`Self::push_plan`], telling how many commits of how many were looked at.
    pub fn push_plan_with(
        &self,
        remote_name: &str,
        remote_url: &str,
        stdin: &str,
        known: fn(&str) -> bool,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<PushPlan<'_>> {
        self.plan(remote_name, remote_url, &parse(stdin)?, known, progress)
    }

    pub(crate) fn plan(
        &self,
        remote_name: &str,
        remote_url: &str,
        lines: &[Line],
        known: fn(&str) -> bool,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<PushPlan<'_>> {
        let mut plan = PushPlan::default();
        let mut tips = Vec::new();
        let mut seen = Seen::default();
        for line in lines {
            let tip = match line.local {
                None => None,
                Some(id) => match self.peel(&id)? {
                    Peeled::Commit(id) => {
                        tips.push(id);
                        Some(Snapshot::of_tree(self, Some(self.commit(&id)?.tree)))
                    }
                    Peeled::Tree(id) => {
                        self.take_tree(&mut plan, &mut seen, line, id, known)?;
                        Some(Snapshot::of_tree(self, Some(id)))
                    }
                    Peeled::Blob(_) => {
                        plan.notes.push(format!(
                            "{} names a single file's content without a path; there is nothing to judge it by.",
                            line.local_ref
                        ));
                        None
                    }
                },
            };
            plan.refs.push(PushedRef { local: line.local_ref.clone(), remote: line.remote_ref.clone(), tip });
        }
        if !tips.is_empty() {
            let hidden = self.hidden(remote_name, remote_url, lines)?;
            self.take_commits(&mut plan, &mut seen, &tips, &hidden, known, progress)?;
        }
        Ok(plan)
    }

    /// What the remote has: the old values of the refs, as git was told by the remote, and the tracking refs.
    fn hidden(&self, remote_name: &str, remote_url: &str, lines: &[Line]) -> Result<Vec<ObjectId>> {
        let mut hidden = self.tracked(remote_name, remote_url)?;
        for id in lines.iter().filter_map(|line| line.remote) {
            // The remote may have moved to commits that were never fetched.
            if self.has(&id)
                && let Ok(Peeled::Commit(id)) = self.peel(&id)
            {
                hidden.push(id);
            }
        }
        Ok(hidden)
    }

    fn take_commits<'r>(
        &'r self,
        plan: &mut PushPlan<'r>,
        seen: &mut Seen,
        tips: &[ObjectId],
        hidden: &[ObjectId],
        known: fn(&str) -> bool,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<()> {
        let mut walk = Walk::new(self)?;
        let commits = walk.range(tips, hidden)?;
        plan.looked_at = commits.len();
        let mut jobs = Vec::with_capacity(commits.len());
        for id in commits.iter().rev() {
            let Some(meta) = walk.meta(id) else { continue };
            let mut bases = Vec::with_capacity(meta.parents.len().max(1));
            for parent in &meta.parents {
                bases.push(walk.tree_of(parent)?);
            }
            if bases.is_empty() {
                bases.push(None);
            }
            jobs.push(Job { id: *id, bases, tree: meta.tree });
        }
        let found = self.compare_all(&jobs, known, progress)?;
        for (job, mut changes) in jobs.iter().zip(found) {
            changes.files.retain(|change| is_new(seen, change));
            if !changes.files.is_empty() || !changes.refusals.is_empty() {
                plan.commits.push(PushedCommit {
                    id: job.id,
                    summary: self.summary(&job.id)?,
                    before: Snapshot::of_tree(self, job.bases.first().copied().flatten()),
                    after: Snapshot::of_tree(self, Some(job.tree)),
                    changes: changes.files,
                    refusals: changes.refusals,
                });
            }
        }
        Ok(())
    }

    /// A tag of a tree has no history: all its files are new.
    fn take_tree<'r>(
        &'r self,
        plan: &mut PushPlan<'r>,
        seen: &mut Seen,
        line: &Line,
        id: ObjectId,
        known: fn(&str) -> bool,
    ) -> Result<()> {
        let mut changes = self.diff_trees(&[None], Some(id), known)?;
        changes.files.retain(|change| is_new(seen, change));
        plan.commits.push(PushedCommit {
            id,
            summary: format!("a tree without a commit, pushed as {}", line.remote_ref),
            before: Snapshot::of_tree(self, None),
            after: Snapshot::of_tree(self, Some(id)),
            changes: changes.files,
            refusals: changes.refusals,
        });
        Ok(())
    }
}

fn is_new(seen: &mut Seen, change: &FileChange) -> bool {
    seen.insert((change.path.clone(), change.before, change.other_bases.clone(), change.after))
}
