//! Bytes in, report out.
//!
//! The core reads dependency files with spans, judges them, and says how to mend them. It does no I/O, knows no clock, no thread, no
//! network, no git and no editor: `clippy.toml` beside this crate's manifest forbids them by name. The two entrances are
//! [`analyze::analyze`] and [`repair::repair`].

#![forbid(unsafe_code)]

pub mod analyze;
pub mod bun;
pub mod cargo;
pub mod change;
#[cfg(test)]
mod collection;
pub mod disagreement;
pub mod document;
pub mod facts;
pub mod finding;
pub mod formats;
pub mod fresh;
pub mod glob;
pub mod go;
pub mod guard;
pub mod integrity;
pub mod manager;
pub mod model;
pub mod npm;
pub mod path;
pub mod policy;
pub mod project;
pub mod purl;
pub mod python;
pub mod redirect;
pub mod registries;
pub mod render;
pub mod repair;
pub mod rule;
pub mod rules;
pub mod scripts;
pub mod spec;
pub mod spelling;
pub mod summary;
pub mod syntax;
pub mod text;
pub mod versions;
pub mod workspace;
