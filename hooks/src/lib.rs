//! Git as a source of dependency files, and the hooks themselves.
//!
//! This crate knows no rules and no editor. It answers: what is staged, what a revision holds, what two of them differ
//! in, and what a push would add to a remote; always by reading the index and the object database, never the working
//! tree, and never by parsing the text of a diff, which attributes can empty. Which files matter is the caller's table,
//! a predicate on paths. And it installs hooks beside what is there, and says what would run.
//!
//! What gix cannot read is asked of the `git` program; what neither can read is an error, and an error blocks.

#![forbid(unsafe_code)]

mod change;
mod commit;
mod compare;
mod compare_all;
mod error;
mod fallback;
mod framework;
mod index_scan;
mod index_side;
mod install;
mod object;
mod push;
mod push_input;
mod remote;
mod repository;
mod revision;
mod snapshot;
mod staged;
mod tree;
mod walk;

pub use gix::ObjectId;

pub use change::{BlobRef, Changes, FileChange, Refusal, RefusalReason};
pub use error::{Error, ErrorKind, Result};
pub use framework::{FrameworkPush, in_framework};
pub use install::{HOOKS, HookState, HookStatus, Report, Status};
pub use object::is_lfs_pointer;
pub use push::{PushPlan, PushedCommit, PushedRef};
pub use repository::Repository;
pub use snapshot::{Listing, Snapshot};
pub use staged::{CommitKind, Staged};
