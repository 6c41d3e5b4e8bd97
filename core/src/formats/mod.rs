//! The one table of files that Provender knows. Every loader, the editors' selectors and the docs read it; nothing else knows a name.
//!
//! One file a format: it turns a text into the model, and never fails.

pub mod npmrc;
mod npmrc_checks;
pub mod npmrc_keys;
pub mod package_json;
pub mod package_lock;
pub mod provender_toml;

use crate::model::{Ecosystem, Model, Problem};
use crate::path::RelPath;
use crate::syntax::Syntax;

/// A text, read.
#[derive(Debug)]
pub struct Parsed {
    /// The tree, for edits.
    pub syntax: Syntax,
    /// What it says.
    pub model: Model,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// A kind of file.
#[derive(Debug)]
pub struct Format {
    /// The id in outputs.
    pub id: &'static str,
    /// The file names that are of this format.
    pub names: &'static [&'static str],
    /// What such a file is to its project.
    pub role: Role,
    /// The package manager's world; `None` for Provender's own file.
    pub ecosystem: Option<Ecosystem>,
    /// The reader.
    pub parse: fn(&str) -> Parsed,
    /// The command that writes the file, for messages.
    pub written_by: &'static str,
}

/// What a file is to its project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// What the project asks for.
    Manifest,
    /// What was chosen.
    Lockfile,
    /// How the package manager is to behave.
    Settings,
    /// How Provender is to behave.
    Policy,
}

/// Every format. Of several lockfiles in one folder, the earlier format is the one its manager reads.
pub static FORMATS: &[&Format] =
    &[&package_json::FORMAT, &package_lock::SHRINKWRAP, &package_lock::PACKAGE_LOCK, &npmrc::FORMAT, &provender_toml::FORMAT];

/// Lockfiles that say that a project is another manager's. They are looked for and not read.
pub static FOREIGN_LOCKFILES: &[&str] = &["yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb", "deno.lock"];

/// Folders that hold other people's projects; nothing in them is looked at.
pub static SKIPPED_FOLDERS: &[&str] = &["node_modules", "bower_components", ".git", ".hg", ".jj", ".svn"];

impl Format {
    /// The format of a path, if it is a known one outside of the skipped folders.
    #[must_use]
    pub fn of(path: &RelPath) -> Option<&'static Format> {
        let format = Format::of_name(path.name())?;
        let skipped = path.folder().split('/').any(|folder| SKIPPED_FOLDERS.contains(&folder));
        (!skipped).then_some(format)
    }

    /// The format of a file name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<&'static Format> {
        FORMATS.iter().copied().find(|format| format.names.contains(&name))
    }
}
