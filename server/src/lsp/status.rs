//! What verifications came to, for an editor that shows it all the time: `provender/status`, sent whenever it changes.
//!
//! The protocol has no word for it. An editor asks for it with `"experimental": {"provenderStatus": true}` among its capabilities.

use lsp_types::Url;
use lsp_types::notification::Notification;
use serde::{Deserialize, Serialize};

use super::config::Network;
use super::diagnostics::absolute;
use super::root::{Root, Verified};
use super::session::Session;
use super::verdicts::Counts;

/// How things stand. The later one says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// The registry may not be asked.
    Off,
    /// Nothing was verified.
    None,
    /// All of it is verified.
    Verified,
    /// It was verified, and changed since.
    Stale,
    /// Some of it could not be verified.
    Incomplete,
    /// Lockfile, registry and bytes do not agree.
    Mismatched,
    /// A verification is under way.
    Running,
}

/// The state of the last verifications.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Status {
    /// The worst of all.
    pub(super) state: State,
    /// Each lockfile that was verified.
    pub(super) lockfiles: Vec<OfLockfile>,
    /// How many lockfiles were not.
    pub(super) unverified: usize,
}

/// What the last verification of a lockfile came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OfLockfile {
    pub(super) uri: Url,
    pub(super) state: State,
    /// In words.
    pub(super) summary: String,
}

/// The notification.
pub(super) enum StatusChanged {}

impl Notification for StatusChanged {
    type Params = Status;
    const METHOD: &'static str = "provender/status";
}

impl Session {
    /// How things stand now.
    pub(super) fn status(&self) -> Status {
        let mut lockfiles: Vec<OfLockfile> = self.roots.values().flat_map(of_root).collect();
        lockfiles.sort_by(|one, other| one.uri.cmp(&other.uri));
        let all: usize = self.roots.values().map(count).sum();
        let worst = lockfiles.iter().map(|lockfile| lockfile.state).max().unwrap_or(State::None);
        let state = match () {
            () if !self.verifying.is_empty() => State::Running,
            () if self.config.network() == Network::Off => State::Off,
            () => worst,
        };
        Status { state, unverified: all - lockfiles.len(), lockfiles }
    }
}

fn count(root: &Root) -> usize {
    root.workspace.documents().filter(|document| document.lockfile().is_some()).count()
}

/// The lockfiles of a workspace that were verified and are still there.
fn of_root(root: &Root) -> Vec<OfLockfile> {
    let known = root.verified.iter().filter_map(|(path, verified)| {
        let document = root.workspace.get(path).filter(|document| document.lockfile().is_some())?;
        let state = if verified.is_about(document) { state(verified) } else { State::Stale };
        let summary = match state {
            State::Stale => format!("changed since it was verified ({})", verified.counts),
            _ => verified.counts.to_string(),
        };
        Some(OfLockfile { uri: Url::from_file_path(absolute(&root.path, path)).ok()?, state, summary })
    });
    known.collect()
}

fn state(verified: &Verified) -> State {
    match verified.counts {
        Counts { mismatched: 1.., .. } => State::Mismatched,
        counts if counts.is_clean() => State::Verified,
        _ => State::Incomplete,
    }
}
