//! `provender.toml`: how Provender is to behave.

/// A policy file as read.
#[derive(Clone, Debug, Default)]
pub struct PolicyFile {}
