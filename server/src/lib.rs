//! The binary's two faces: the command line and the language server.

#![forbid(unsafe_code)]

pub mod cli;
pub mod disk;
pub mod git;
pub mod lsp;
mod neighbours;
pub mod online;
mod stores;
pub mod user;
