//! Real editors with the real binary: each is installed below `target/editors/`, started, and driven to what a person would see.
//!
//! They are ignored tests, in modules named `editors`: `cargo xtask test --editors` runs them.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]
#![cfg(unix)]

mod debian;
mod emacs;
mod helix;
mod kate;
mod kit;
mod nvim;
#[path = "../support/mod.rs"]
mod support;
mod vscode;
