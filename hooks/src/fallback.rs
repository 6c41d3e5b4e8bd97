//! Asking the `git` program for what gix cannot read: refs kept as a reftable, objects in a quarantine directory, and
//! objects that a partial clone left out.
//!
//! The environment is cut down to what selects the repository and its objects. Replace refs are off, prompts are off,
//! and nothing is fetched unless the repository was opened so.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use gix::ObjectId;

use crate::error::{Error, ErrorKind, Result};
use crate::repository::Repository;

/// Variables of git's that do not select a repository or its objects, and could change what a command prints or runs.
const DROPPED: &[&str] = &[
    "GIT_ATTR_SOURCE",
    "GIT_CONFIG",
    "GIT_DEFAULT_REF_FORMAT",
    "GIT_DIFF_OPTS",
    "GIT_EXTERNAL_DIFF",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NAMESPACE",
    "GIT_PAGER",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_TRACE",
    "GIT_TRACE2",
    "GIT_TRACE2_EVENT",
    "GIT_TRACE2_PERF",
];

/// The answer of one `git` command.
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
}

impl Answer {
    /// Standard output as text, when the command succeeded.
    pub(crate) fn text(&self) -> Option<String> {
        (self.code == Some(0)).then(|| String::from_utf8_lossy(&self.stdout).trim_end_matches(['\n', '\r']).to_owned())
    }
}

impl Repository {
    /// A `git` command bound to this repository.
    pub(crate) fn git_command(&self) -> Command {
        let mut command = Command::new("git");
        command.arg("--no-replace-objects").args(["-c", "core.useReplaceRefs=false"]);
        command.current_dir(self.work_dir().unwrap_or(&self.cwd));
        command.env("GIT_DIR", self.cwd.join(self.git_dir()));
        match self.work_dir() {
            Some(work_dir) => command.env("GIT_WORK_TREE", self.cwd.join(work_dir)),
            None => command.env_remove("GIT_WORK_TREE"),
        };
        for name in DROPPED {
            command.env_remove(name);
        }
        // The command may run elsewhere than we do, so whatever is relative is made absolute for it.
        for name in ["GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_SHALLOW_FILE"] {
            if let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) {
                command.env(name, self.cwd.join(value));
            }
        }
        command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
        if !self.lazy_fetch {
            command.env("GIT_NO_LAZY_FETCH", "1");
        }
        command
    }

    /// Runs `git` with `args` and waits for it.
    pub(crate) fn git<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Result<Answer> {
        run(self.git_command().args(args))
    }

    /// Reads an object through `git cat-file`; `None` when git does not have it either.
    pub(crate) fn cat_file(&self, id: &gix::oid) -> Result<Option<(gix::objs::Kind, Vec<u8>)>> {
        if self.is_partial() && !self.lazy_fetch {
            // Git before 2.44 does not know GIT_NO_LAZY_FETCH, so asking it could fetch.
            return Ok(None);
        }
        let mut slot = self.cat_file.borrow_mut();
        let process = match slot.as_mut() {
            Some(process) => process,
            None => slot.insert(CatFile::start(self.git_command())?),
        };
        let answer = process.read(id);
        if answer.is_err() {
            *slot = None;
        }
        answer
    }

    /// What a ref-reading command printed as an object id; `None` when it failed, as it does for what does not exist.
    pub(crate) fn git_object_id(&self, args: &[&str]) -> Result<Option<ObjectId>> {
        let Some(text) = self.git(args)?.text() else { return Ok(None) };
        ObjectId::from_hex(text.as_bytes())
            .map(Some)
            .map_err(|_| Error::damaged(format!("git printed {text:?} where an object id was due")))
    }
}

/// Runs a prepared command without standard input.
pub(crate) fn run(command: &mut Command) -> Result<Answer> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| no_git(&error))?;
    Ok(Answer { code: output.status.code(), stdout: output.stdout })
}

fn no_git(error: &std::io::Error) -> Error {
    Error::new(
        ErrorKind::Git,
        format!("the git program is needed here and cannot be run: {error}"),
        "Install git, or put it on PATH, and try again.",
    )
}

/// A running `git cat-file --batch`.
pub(crate) struct CatFile {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl CatFile {
    fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| no_git(&error))?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().ok_or_else(|| no_git(&std::io::ErrorKind::BrokenPipe.into()))?;
        Ok(CatFile { child, stdin, stdout: BufReader::new(stdout) })
    }

    fn read(&mut self, id: &gix::oid) -> Result<Option<(gix::objs::Kind, Vec<u8>)>> {
        self.exchange(id).map_err(|error| {
            Error::new(
                ErrorKind::Git,
                format!("git cat-file failed on object {id}: {error}"),
                format!("Run `git cat-file -p {id}` to see why, and try again."),
            )
        })
    }

    fn exchange(&mut self, id: &gix::oid) -> std::io::Result<Option<(gix::objs::Kind, Vec<u8>)>> {
        let stdin = self.stdin.as_mut().ok_or(std::io::ErrorKind::BrokenPipe)?;
        writeln!(stdin, "{id}")?;
        stdin.flush()?;
        let mut line = String::new();
        if self.stdout.read_line(&mut line)? == 0 {
            // A promisor remote that cannot be reached ends the process.
            return Ok(None);
        }
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, kind, size] = fields[..] else { return Ok(None) };
        let malformed = || std::io::Error::new(std::io::ErrorKind::InvalidData, line.trim().to_owned());
        let kind = gix::objs::Kind::from_bytes(kind.as_bytes()).map_err(|_| malformed())?;
        let size: u64 = size.parse().map_err(|_| malformed())?;
        let mut data = Vec::new();
        (&mut self.stdout).take(size).read_to_end(&mut data)?;
        let mut newline = [0];
        self.stdout.read_exact(&mut newline)?;
        if data.len() as u64 != size {
            return Err(malformed());
        }
        Ok(Some((kind, data)))
    }
}

impl Drop for CatFile {
    fn drop(&mut self) {
        // Closing its input ends it; waiting leaves no zombie behind.
        self.stdin = None;
        let _ = self.child.wait();
    }
}
