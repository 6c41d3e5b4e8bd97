//! A repository of any size, made by `git fast-import`: many files, a line of commits, lockfiles that change now and then.
//!
//! The same at every run. It asks no registry for anything: its policy leaves every package out of verification, so that what is
//! measured is the hook's own work.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::lockfile::{Project, mix};
use super::peers::quiet;
use super::{Bencher, surroundings};
use crate::Outcome;

/// Lockfiles below the root's.
const LOCKFILES: usize = 50;
/// Commits after the first.
const COMMITS: usize = 1000;

const POLICY: &str = "[verify]\nleave-out = [\"*\", \"@*/*\"]\n";
const PRE_COMMIT: &str = "repos:\n  - repo: local\n    hooks:\n      - id: nothing\n        name: nothing\n        language: system\n        \
                          entry: \"true\"\n        always_run: true\n        pass_filenames: false\n";
const LEFTHOOK: &str = "no_auto_install: true\npre-commit:\n  jobs:\n    - name: nothing\n      run: \"true\"\n";

/// The repository, made if it is not there yet. Its branch is `main`; the tags `back-100` and `back-1000` stand so many commits behind it.
pub(crate) fn get(bencher: &Bencher) -> Outcome<PathBuf> {
    let files = if bencher.quick { 10_000 } else { 100_000 };
    let folder = bencher.cache.join(format!("repository-{files}"));
    if folder.join(".git/whole").exists() {
        return Ok(folder);
    }
    println!("  making a repository of {files} files and {COMMITS} commits");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    git(bencher, &folder, &["init", "--quiet", "--initial-branch=main"])?;
    for (key, value) in [("user.name", "Bench"), ("user.email", "bench@host.test"), ("gc.auto", "0"), ("maintenance.auto", "false")]
    {
        git(bencher, &folder, &["config", key, value])?;
    }
    import(bencher, &folder, files)?;
    git(bencher, &folder, &["repack", "-a", "-d", "--quiet"])?;
    git(bencher, &folder, &["reset", "--quiet", "--hard", "main"])?;
    git(bencher, &folder, &["remote", "add", "origin", "https://git.host.test/big.git"])?;
    std::fs::write(folder.join(".git/whole"), "")?;
    Ok(folder)
}

/// Runs git in the repository.
pub(crate) fn git(bencher: &Bencher, folder: &Path, arguments: &[&str]) -> Outcome {
    quiet(&mut git_command(bencher, folder, arguments))
}

/// A git command in the repository.
pub(crate) fn git_command(bencher: &Bencher, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = surroundings::command("git", &bencher.cache);
    command.args(arguments).current_dir(folder);
    command
}

fn import(bencher: &Bencher, folder: &Path, files: usize) -> Outcome {
    let mut command = git_command(bencher, folder, &["fast-import", "--quiet", "--done", "--force"]);
    let mut child = command.stdin(Stdio::piped()).spawn()?;
    let mut stream = Stream { out: BufWriter::new(child.stdin.take().ok_or("no input")?), clock: 1_600_000_000 };
    let mut projects: Vec<(String, Project)> = vec![(String::new(), Project::new(800))];
    projects.extend((0..LOCKFILES).map(|index| (format!("{}/", package_folder(index, files)), Project::new(40 + index))));

    stream.commit("initial import")?;
    for index in 0..files {
        stream.file(&plain_path(index), &plain_text(index, 0))?;
    }
    for (folder, project) in &projects {
        stream.file(&format!("{folder}package.json"), &project.manifest())?;
        stream.file(&format!("{folder}package-lock.json"), &project.public_lockfile())?;
    }
    for (path, text) in [("provender.toml", POLICY), (".pre-commit-config.yaml", PRE_COMMIT), ("lefthook.yml", LEFTHOOK)] {
        stream.file(path, text)?;
    }
    for commit in 1..=COMMITS {
        for behind in [100, 1000] {
            if commit + behind == COMMITS + 1 {
                write!(stream.out, "reset refs/tags/back-{behind}\nfrom refs/heads/main\n\n")?;
            }
        }
        stream.commit(&format!("change {commit}"))?;
        for touched in 0..3 {
            let index = (mix((commit * 3 + touched) as u64) % files as u64) as usize;
            stream.file(&plain_path(index), &plain_text(index, commit))?;
        }
        if commit.is_multiple_of(10) {
            let count = projects.len();
            // Every fifth change of a lockfile is one of the big one at the root.
            let (folder, project) = &mut projects[if commit.is_multiple_of(50) { 0 } else { 1 + commit / 10 % (count - 1) }];
            project.update(mix(commit as u64) as usize);
            stream.file(&format!("{folder}package-lock.json"), &project.public_lockfile())?;
        }
    }
    stream.out.write_all(b"done\n")?;
    stream.out.flush()?;
    drop(stream);
    if child.wait()?.success() { Ok(()) } else { Err("git fast-import failed".into()) }
}

/// What `git fast-import` reads.
struct Stream<W> {
    out: W,
    clock: u64,
}

impl<W: Write> Stream<W> {
    fn commit(&mut self, message: &str) -> Outcome {
        self.clock += 60;
        let clock = self.clock;
        write!(
            self.out,
            "commit refs/heads/main\ncommitter Bench <bench@host.test> {clock} +0000\ndata {}\n{message}\n",
            message.len()
        )?;
        Ok(())
    }

    fn file(&mut self, path: &str, text: &str) -> Outcome {
        write!(self.out, "M 100644 inline {path}\ndata {}\n{text}\n", text.len())?;
        Ok(())
    }
}

fn plain_path(index: usize) -> String {
    format!("part-{:03}/src/area-{:02}/file-{:03}.txt", index / 2000, index / 100 % 20, index % 100)
}

fn package_folder(index: usize, files: usize) -> String {
    format!("part-{:03}/package-{index}", index % files.div_ceil(2000))
}

fn plain_text(index: usize, commit: usize) -> String {
    format!("file {index}\nchange {commit}\n{:016x}\n", mix((index * 4096 + commit) as u64))
}
