//! What people install, built from the program under test and then installed and run as people do: by npm, by pip, by pre-commit, and by the
//! action's scripts in the surroundings of a runner.
//!
//! Most are ignored tests, in modules named `packages`: `cargo xtask test --packages` runs them. They need node with npm, python3, curl and openssl,
//! and no network. Those in modules named `managers` install a tool first (`cargo xtask test --managers`).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]
#![cfg(unix)]

mod action;
mod built;
mod installed;
mod npm;
mod pre_commit;
#[path = "../support/mod.rs"]
mod support;
mod wheel;
mod workflows;
