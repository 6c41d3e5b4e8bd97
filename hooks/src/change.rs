//! What changed: plain data that the rest of the program works with.
//!
//! A comparison yields files by path with the blobs on both sides, and refusals: places where a dependency file is due
//! and something stands that cannot be judged. A refusal blocks; nothing is skipped in silence.

use std::fmt;

use gix::ObjectId;

use crate::error::Result;
use crate::repository::Repository;
use crate::tree::{Entry, Kind};

/// A regular file in a tree or the index, by the id of its bytes. Read it with [`Repository::blob`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlobRef {
    /// The object id.
    pub id: ObjectId,
}

/// A known file that came, changed or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The path, relative to the work tree, with `/`.
    pub path: String,
    /// The file in the first base; `None` when it is new there, or its bytes were left out of a partial clone.
    pub before: Option<BlobRef>,
    /// The file in the other bases of a merge, where they have it and it differs from `before`.
    pub other_bases: Vec<BlobRef>,
    /// The file after the change; `None` when it was deleted.
    pub after: Option<BlobRef>,
}

/// Why a known file cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalReason {
    /// The index holds several versions of it.
    Conflict,
    /// It is a symbolic link.
    SymbolicLink,
    /// It is a submodule.
    Submodule,
    /// It is a pointer of Git LFS: the bytes are elsewhere.
    LfsPointer,
    /// Its path is not UTF-8.
    NotUtf8,
}

/// A place where a dependency file is due and something stands that cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The path; what is not UTF-8 in it is replaced.
    pub path: String,
    /// Why it cannot be judged.
    pub reason: RefusalReason,
}

impl RefusalReason {
    /// What to do now, as a sentence.
    pub fn hint(self) -> &'static str {
        match self {
            RefusalReason::Conflict => "Resolve the conflict, `git add` the file, and commit again.",
            RefusalReason::SymbolicLink => {
                "Replace the link by the file itself: a link can point at something that nobody reviewed."
            }
            RefusalReason::Submodule => "Remove the submodule and commit the file itself.",
            RefusalReason::LfsPointer => {
                "Take the file out of Git LFS (`git lfs untrack`, then `git add --renormalize`), so that what is locked can be reviewed."
            }
            RefusalReason::NotUtf8 => "Rename the directory or file so that its path is UTF-8.",
        }
    }
}

impl fmt::Display for RefusalReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RefusalReason::Conflict => "is in conflict",
            RefusalReason::SymbolicLink => "is a symbolic link, not a file",
            RefusalReason::Submodule => "is a submodule, not a file",
            RefusalReason::LfsPointer => "is a Git LFS pointer: its content is not in the repository",
            RefusalReason::NotUtf8 => "has a path that is not UTF-8",
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.reason)
    }
}

/// The outcome of a comparison, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Known files that differ.
    pub files: Vec<FileChange>,
    /// Known files that differ and cannot be judged.
    pub refusals: Vec<Refusal>,
}

impl FileChange {
    /// Every old side: the first base and, in a merge, the others.
    pub fn bases(&self) -> impl Iterator<Item = &BlobRef> {
        self.before.iter().chain(&self.other_bases)
    }
}

/// A difference as the comparison of trees finds it, before it is known what stands there.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) path: Vec<u8>,
    pub(crate) bases: Vec<Option<Side>>,
    pub(crate) after: Option<Side>,
}

/// One side of a [`Difference`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    pub(crate) kind: Kind,
    pub(crate) id: ObjectId,
}

impl Side {
    pub(crate) fn of(entry: &Entry<'_>) -> Self {
        Side { kind: entry.kind, id: ObjectId::from_bytes_or_panic(entry.id) }
    }
}

/// Whether a raw path is a known file: its text, with what is not UTF-8 replaced, is what the table is asked for.
pub(crate) fn is_known(path: &[u8], known: fn(&str) -> bool) -> bool {
    match std::str::from_utf8(path) {
        Ok(path) => known(path),
        Err(_) => known(&String::from_utf8_lossy(path)),
    }
}

impl Changes {
    pub(crate) fn sort(&mut self) {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.refusals.sort_by(|a, b| a.path.cmp(&b.path));
        self.refusals.dedup();
    }

    /// Takes in a difference: as a change where it can be judged, as a refusal where it cannot.
    pub(crate) fn take(&mut self, repo: &Repository, difference: Difference) -> Result<()> {
        let refuse = |reason| Refusal { path: String::from_utf8_lossy(&difference.path).into_owned(), reason };
        let Ok(path) = std::str::from_utf8(&difference.path) else {
            self.refusals.push(refuse(RefusalReason::NotUtf8));
            return Ok(());
        };
        let after = match difference.after {
            None => None,
            Some(side) => match side.refusal(repo)? {
                Some(reason) => {
                    self.refusals.push(refuse(reason));
                    return Ok(());
                }
                None => Some(BlobRef { id: side.id }),
            },
        };
        let mut bases = difference.bases.iter().map(|base| base.and_then(|side| side.readable(repo)));
        let before = bases.next().flatten();
        let mut other_bases: Vec<BlobRef> = bases.flatten().filter(|base| Some(*base) != before).collect();
        other_bases.dedup();
        if after.is_some() || before.is_some() || !other_bases.is_empty() {
            self.files.push(FileChange { path: path.to_owned(), before, other_bases, after });
        }
        Ok(())
    }
}

impl Side {
    /// Why this side, being new, cannot be judged.
    pub(crate) fn refusal(self, repo: &Repository) -> Result<Option<RefusalReason>> {
        Ok(match self.kind {
            Kind::Link => Some(RefusalReason::SymbolicLink),
            Kind::Submodule => Some(RefusalReason::Submodule),
            Kind::File | Kind::Directory => repo.is_lfs(&self.id)?.then_some(RefusalReason::LfsPointer),
        })
    }

    /// The blob of an old side, if it is a file whose bytes are here.
    fn readable(self, repo: &Repository) -> Option<BlobRef> {
        (self.kind == Kind::File && repo.has(&self.id)).then_some(BlobRef { id: self.id })
    }
}
