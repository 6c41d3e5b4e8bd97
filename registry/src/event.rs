//! What a run tells while it is under way, for a progress bar or an editor's progress notification.

use provender_core::facts::{Artifact, Verdict};

/// A step of a run. Equal artifacts are looked at, and told of, once.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// How many different artifacts the run is about; comes first.
    Planned(usize),
    /// Work on an artifact begins.
    Started(&'a Artifact),
    /// So many more bytes of its artifact were read.
    Bytes(&'a Artifact, u64),
    /// It is settled.
    Finished {
        /// Which.
        artifact: &'a Artifact,
        /// How.
        verdict: &'a Verdict,
        /// Whether an earlier run's verdict was recalled.
        remembered: bool,
    },
}
