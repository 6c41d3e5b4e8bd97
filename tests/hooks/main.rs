//! The hooks as git runs them: real repositories, real commits and pushes, the real program, a registry on loopback.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

#[path = "../support/mod.rs"]
mod support;

mod commit;
mod commit_forms;
mod faults;
mod install;
mod interrupt;
mod managers;
mod online;
mod push;
mod push_forms;
mod stage;
