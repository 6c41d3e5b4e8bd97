//! The command line as a person and as a pipeline use it: the real program over real folders.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

#[path = "../support/mod.rs"]
mod support;

mod check;
mod diff;
mod fix;
mod fix_online;
mod formats;
mod generated;
mod packages;
mod paths;
mod policy_person;
mod secrets;
mod verify;
