//! Comparing many commits with their parents, on several threads where there are enough of them.
//!
//! Nearly all of the time goes into inflating trees, and neighbouring commits share most of theirs. So each thread takes
//! a run of neighbours and keeps its own trees, and the result does not depend on how many threads there were.

use std::sync::atomic::{AtomicUsize, Ordering};

use gix::ObjectId;

use crate::change::Changes;
use crate::error::Result;
use crate::repository::Repository;

/// Fewer commits than this are not worth a thread of their own.
const WORTH_A_THREAD: usize = 64;
/// More threads than this only wait for memory.
const MAX_THREADS: usize = 8;

/// One commit to compare.
pub(crate) struct Job {
    pub(crate) id: ObjectId,
    /// The trees of its parents; `None` for one that is not stored here.
    pub(crate) bases: Vec<Option<ObjectId>>,
    pub(crate) tree: ObjectId,
}

impl Repository {
    /// What each commit changes against all of its bases, in the order of the jobs.
    pub(crate) fn compare_all(
        &self,
        jobs: &[Job],
        known: fn(&str) -> bool,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Vec<Changes>> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        self.compare_on((jobs.len() / WORTH_A_THREAD).clamp(1, cores.min(MAX_THREADS)), jobs, known, progress)
    }

    fn compare_on(
        &self,
        threads: usize,
        jobs: &[Job],
        known: fn(&str) -> bool,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Vec<Changes>> {
        let mut runs = jobs.chunks(jobs.len().div_ceil(threads).max(1));
        let first = runs.next().unwrap_or_default();
        let done = AtomicUsize::new(0);
        let counted = |repo: &Repository, job: &Job| {
            done.fetch_add(1, Ordering::Relaxed);
            repo.diff_trees(&job.bases, Some(job.tree), known)
        };
        let counted = &counted;
        let results = std::thread::scope(|scope| {
            let others: Vec<_> = runs
                .map(|run| {
                    let repo = self.sibling();
                    scope.spawn(move || run.iter().map(|job| counted(&repo, job)).collect::<Result<Vec<_>>>())
                })
                .collect();
            let mine = first.iter().map(|job| {
                progress(done.load(Ordering::Relaxed), jobs.len());
                counted(self, job)
            });
            let mut results = vec![mine.collect::<Result<Vec<_>>>()];
            for other in others {
                results.push(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            results
        });
        let found: Vec<Vec<Changes>> = results.into_iter().collect::<Result<_>>()?;
        progress(jobs.len(), jobs.len());
        Ok(found.into_iter().flatten().collect())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    use super::*;

    /// Commits of which every third changes a known file.
    fn history(commits: usize) -> (tempfile::TempDir, Repository) {
        let dir = tempfile::tempdir().unwrap();
        let git = |args: &[&str]| {
            let mut command = Command::new("git");
            command.args(args).current_dir(dir.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").env_remove("GIT_DIR");
            command
        };
        assert!(git(&["init", "-q", "-b", "main"]).status().unwrap().success());
        let mut stream = String::new();
        for n in 0..commits {
            let (path, text) = if n % 3 == 0 { ("a/package.json", format!("{n}")) } else { ("a/b/other", format!("{n}")) };
            writeln!(stream, "commit refs/heads/main\ncommitter T <t@example.test> {} +0000\ndata 1\nx", 1_700_000_000 + n)
                .unwrap();
            writeln!(stream, "M 100644 inline {path}\ndata {}\n{text}", text.len()).unwrap();
        }
        let mut import = git(&["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
        import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
        assert!(import.wait().unwrap().success());
        let repo = Repository::discover(dir.path()).unwrap();
        (dir, repo)
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let (_dir, repo) = history(31);
        let mut jobs = Vec::new();
        let mut at = Some(repo.commit_id("main").unwrap());
        while let Some(id) = at {
            let meta = repo.commit(&id).unwrap();
            at = meta.parents.first().copied();
            let base = at.map(|parent| repo.commit(&parent).unwrap().tree);
            jobs.push(Job { id, bases: vec![base], tree: meta.tree });
        }
        jobs.reverse();
        let known: fn(&str) -> bool = |path| path.ends_with("package.json");
        let alone = repo.compare_on(1, &jobs, known, &mut |_, _| {}).unwrap();
        assert_eq!(alone.len(), 31);
        assert_eq!(alone.iter().filter(|changes| !changes.files.is_empty()).count(), 11);
        for threads in [2, 3, 8, 40] {
            let mut told = Vec::new();
            let found = repo.compare_on(threads, &jobs, known, &mut |done, all| told.push((done, all))).unwrap();
            assert_eq!(found, alone, "{threads} threads");
            assert_eq!(told.last(), Some(&(31, 31)));
        }
        assert_eq!(repo.compare_on(4, &[], known, &mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn a_fault_in_any_thread_is_an_error() {
        let (_dir, repo) = history(9);
        let tree = repo.revision("main").unwrap().tree_id().unwrap();
        let missing = ObjectId::from_hex(&[b'1'; 40]).unwrap();
        for bad in 0..6 {
            let job = |n| Job { id: tree, bases: vec![None], tree: if n == bad { missing } else { tree } };
            let jobs: Vec<Job> = (0..6).map(job).collect();
            assert!(repo.compare_on(3, &jobs, |_| true, &mut |_, _| {}).is_err(), "{bad}");
        }
    }
}
