//! The one table of files that Provender knows. Every loader, the editors' selectors and the docs read it; nothing else knows a name.
//!
//! One file a format: it turns a text into the model, and never fails.

pub mod bun_lock;
pub mod bun_lockb;
pub mod bunfig;
pub mod cargo_config;
pub mod cargo_lock;
pub mod cargo_toml;
pub mod go_mod;
pub mod go_sum;
pub mod npmrc;
mod npmrc_checks;
pub mod npmrc_keys;
pub mod package_json;
pub mod package_lock;
pub mod pdm_lock;
pub mod pip_conf;
pub mod pipfile;
pub mod pipfile_lock;
pub mod pnpm_lock;
pub mod pnpm_workspace;
pub mod poetry_lock;
pub mod provender_toml;
pub mod pylock;
pub mod pyproject;
mod reach;
pub mod requirements;
mod toml_settings;
pub mod uv_lock;
mod yaml_settings;
pub mod yarn_lock;
pub mod yarnrc;
pub mod yarnrc_yml;

use smol_str::SmolStr;

use crate::document::Document;
use crate::facts::ArtifactFile;
use crate::guard::Guard;
use crate::model::{Ecosystem, Model, Package, Problem};
use crate::path::RelPath;
use crate::syntax::Syntax;
use crate::text::Edit;

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
    /// The file names that are of this format. One with a folder before it (`.cargo/config.toml`) counts only there, and belongs to the
    /// folder above.
    pub names: &'static [&'static str],
    /// Other names that are of this format: a `*` stands for any characters but `/`, between two dots for one part of the name alone; a folder may
    /// stand before it.
    pub patterns: &'static [&'static str],
    /// What such a file is to its project.
    pub role: Role,
    /// The package manager's world; `None` for Provender's own file.
    pub ecosystem: Option<Ecosystem>,
    /// The reader.
    pub parse: fn(&str) -> Parsed,
    /// What its settings protect from, for the rules about settings.
    pub guards: &'static [Guard],
    /// Writes digests into a lockfile's entry, in the place of those that are there: the edits, or `None` where it cannot be done in that
    /// entry or format.
    pub hold: Hold,
}

/// See [`Format::hold`].
pub type Hold = fn(&Document, &Package, Proven<'_>) -> Option<Vec<Edit>>;

/// The digests that a package was proven to have: words of the form `algorithm-base64` or `algorithm:hexadecimal`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Proven<'a> {
    /// Those of the package: of any of its files, where it has several.
    pub digests: &'a [SmolStr],
    /// Those of each file, by its name, where the registry tells (Python).
    pub files: &'a [ArtifactFile],
}

/// For formats in which no digest can be written.
pub fn no_hold(_: &Document, _: &Package, _: Proven<'_>) -> Option<Vec<Edit>> {
    None
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

/// Every format. Of several lockfiles in one folder, the earlier format is the one its manager reads. A name is looked up in this order, so
/// what is more special stands first.
pub static FORMATS: &[&Format] = &[
    &package_json::FORMAT,
    &package_lock::SHRINKWRAP,
    &package_lock::PACKAGE_LOCK,
    &pnpm_lock::FORMAT,
    &yarn_lock::FORMAT,
    &bun_lock::FORMAT,
    &bun_lockb::FORMAT,
    &npmrc::FORMAT,
    &yarnrc::FORMAT,
    &yarnrc_yml::FORMAT,
    &bunfig::FORMAT,
    &pnpm_workspace::FORMAT,
    &cargo_toml::FORMAT,
    &cargo_lock::FORMAT,
    &cargo_config::FORMAT,
    &cargo_config::CREDENTIALS,
    &go_mod::FORMAT,
    &go_mod::WORK,
    &go_sum::FORMAT,
    &go_sum::WORK,
    &pyproject::PYPROJECT,
    &pipfile::FORMAT,
    &pyproject::UV_TOML,
    &pyproject::POETRY_TOML,
    &uv_lock::FORMAT,
    &poetry_lock::FORMAT,
    &pdm_lock::FORMAT,
    &pipfile_lock::FORMAT,
    &pylock::FORMAT,
    &requirements::CONSTRAINTS,
    &requirements::REQUIREMENTS,
    &requirements::INPUT,
    &pip_conf::FORMAT,
    &provender_toml::FORMAT,
];

/// Lockfiles that say that a project is another manager's. They are looked for and not read.
pub static FOREIGN_LOCKFILES: &[&str] = &["deno.lock"];

/// Folders that hold other people's projects; nothing in them is looked at.
pub static SKIPPED_FOLDERS: &[&str] =
    &["node_modules", "bower_components", "site-packages", ".venv", ".tox", ".git", ".hg", ".jj", ".svn"];

impl Format {
    /// The format of a path, if it is a known one outside of the skipped folders.
    #[must_use]
    pub fn of(path: &RelPath) -> Option<&'static Format> {
        let format = Format::of_name(path.as_str())?;
        (!is_skipped(path)).then_some(format)
    }

    /// The format of a file name, or of a path as far as it is there.
    #[must_use]
    pub fn of_name(path: &str) -> Option<&'static Format> {
        let known = |format: &&&'static Format| {
            format.names.iter().any(|name| is_at(path, name)) || format.patterns.iter().any(|pattern| fits(path, pattern))
        };
        FORMATS.iter().find(known).copied()
    }

    /// The format of a file that a list of requirements takes in: by its name; and a text file of any other name is a list as well.
    #[must_use]
    pub fn of_list(path: &RelPath) -> Option<&'static Format> {
        Format::of(path).or_else(|| list_by_ending(path.as_str()).filter(|_| !is_skipped(path)))
    }

    /// The format of a lockfile that a person names by hand: a text file of any name is taken for a requirements file.
    #[must_use]
    pub fn of_given(path: &str) -> Option<&'static Format> {
        Format::of_name(path).or_else(|| list_by_ending(path))
    }

    /// Every exact name of every format.
    pub fn all_names() -> impl Iterator<Item = &'static str> + Clone {
        FORMATS.iter().flat_map(|format| format.names).copied()
    }

    /// The names of every format of a role.
    pub fn names_of(role: Role) -> impl Iterator<Item = &'static str> + Clone {
        FORMATS.iter().filter(move |format| format.role == role).flat_map(|format| format.names).copied()
    }

    /// Names and patterns of every format, as globs over paths.
    pub fn globs() -> impl Iterator<Item = String> {
        FORMATS.iter().flat_map(|format| format.names.iter().chain(format.patterns)).map(|name| format!("**/{name}"))
    }

    /// The folder that a file of this format belongs to: its own, or the one above where the name has a folder before it.
    #[must_use]
    pub fn home<'p>(&self, path: &'p RelPath) -> &'p str {
        let named = self.names.iter().find(|name| is_at(path.as_str(), name));
        let above = named.map_or(path.name().len(), |name| name.len());
        path.as_str()[..path.as_str().len() - above].trim_end_matches('/')
    }
}

/// What a text file of any name is taken for, where a list belongs.
fn list_by_ending(path: &str) -> Option<&'static Format> {
    match path.rsplit_once('.')?.1 {
        "txt" => Some(&requirements::REQUIREMENTS),
        "in" => Some(&requirements::INPUT),
        _ => None,
    }
}

/// Whether a path lies in a folder of what is installed.
fn is_skipped(path: &RelPath) -> bool {
    path.folder().split('/').any(|folder| SKIPPED_FOLDERS.contains(&folder))
}

/// Whether the last parts of a path are those of a name.
fn is_at(path: &str, name: &str) -> bool {
    path.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Whether the last parts of a path fit a pattern, whose stars stand for anything but a slash.
fn fits(path: &str, pattern: &str) -> bool {
    let parts = pattern.split('/').count();
    let from = path.rmatch_indices('/').nth(parts - 1).map_or(0, |(at, _)| at + 1);
    let tail = &path[from..];
    tail.split('/').count() == parts && tail.split('/').zip(pattern.split('/')).all(|(part, pattern)| part_fits(part, pattern))
}

fn part_fits(part: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return part == pattern };
    let Some(part) = part.strip_prefix(start) else { return false };
    if start.ends_with('.') && rest.starts_with('.') {
        let end = part.find('.').unwrap_or(part.len());
        return end > 0 && part_fits(&part[end..], rest);
    }
    match rest.contains('*') {
        false => part.ends_with(rest),
        true => (0..=part.len()).filter(|at| part.is_char_boundary(*at)).any(|at| part_fits(&part[at..], rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_folders_and_stars_fit_where_they_should() {
        assert!(is_at("a/.cargo/config.toml", ".cargo/config.toml") && is_at(".cargo/config.toml", ".cargo/config.toml"));
        assert!(!is_at("a/config.toml", ".cargo/config.toml") && !is_at("xpackage.json", "package.json"));
        for (path, pattern, expected) in [
            ("requirements-dev.txt", "requirements*.txt", true),
            ("a/requirements.txt", "requirements*.txt", true),
            ("a/dev-requirements.txt", "*requirements.txt", true),
            ("requirements/dev.txt", "requirements/*.txt", true),
            ("x/requirements/dev.txt", "requirements/*.txt", true),
            ("dev.txt", "requirements/*.txt", false),
            ("requirements-dev.md", "requirements*.txt", false),
            ("pylock.dev.toml", "pylock.*.toml", true),
            ("pylock.dev.old.toml", "pylock.*.toml", false),
            ("pylock..toml", "pylock.*.toml", false),
            ("é-a-b.txt", "*a*b.txt", true),
        ] {
            assert_eq!(fits(path, pattern), expected, "{path} {pattern}");
        }
    }
}
