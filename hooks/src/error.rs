//! What went wrong, and how to go on.
//!
//! A hook that cannot do its work blocks, so every failure here ends up before a tired person: the message says what
//! happened and to which file or object, the hint says what to do now. Callers that must tell causes apart look at
//! [`ErrorKind`], never at the words.

use std::fmt;

/// The cause of an [`Error`], for callers that react to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// There is no repository here.
    NoRepository,
    /// The repository belongs to somebody else and is not listed in `safe.directory`.
    Untrusted,
    /// A revision that does not name a commit or tree here.
    NoSuchRevision,
    /// An object that neither this program nor `git` can read, such as one left out of a partial clone.
    Missing,
    /// Stored bytes that are not what their name says, or that do not follow git's formats.
    Damaged,
    /// A symbolic link, a submodule or a conflict stands where a file was asked for.
    NotAFile,
    /// Input from git, a framework or the caller that does not follow its format.
    Input,
    /// The `git` program could not be run, or failed.
    Git,
    /// Hooks could not be installed or removed.
    Install,
    /// Reading or writing a file failed.
    Io,
}

/// A failure of git as a source: what happened, and how to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    hint: String,
}

/// The result of anything that reads or writes a repository.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of `kind` that says what happened (`message`) and what to do now (`hint`).
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Error { kind, message: message.into(), hint: hint.into() }
    }

    /// Bytes that do not follow git's formats.
    pub(crate) fn damaged(message: impl Into<String>) -> Self {
        Error::new(
            ErrorKind::Damaged,
            message,
            "Run `git fsck` and restore the damaged object or index, for instance from a fresh clone.",
        )
    }

    /// An object that is not here.
    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Missing, message, "Fetch it, for instance with `git fetch --refetch`, and try again.")
    }

    /// A failed file operation on `path`.
    pub(crate) fn io(doing: &str, path: &std::path::Path, source: &std::io::Error) -> Self {
        Error::new(
            ErrorKind::Io,
            format!("cannot {doing} {}: {source}", path.display()),
            "Check that the path exists and that you may use it.",
        )
    }

    /// The cause.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What happened, without an end stop.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How to go on: one sentence or two.
    pub fn hint(&self) -> &str {
        &self.hint
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
