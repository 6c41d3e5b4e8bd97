//! Yarn 1's `yarn.lock`: its own format, not YAML. Line by line and in one pass; nothing is guessed, and whatever Yarn refuses is a problem
//! with a place, after which reading goes on at the next line.
//!
//! ```text
//! # yarn lockfile v1
//! "a@^1.0.0", a@~1.2.0:
//!   version "1.2.3"
//!   resolved "https://npm.corp.test/a/-/a-1.2.3.tgz#<sha1 in hexadecimal>"
//!   integrity sha512-…
//!   dependencies:
//!     b "^2.0.0"
//! ```

mod edit;
mod entry;
mod line;
mod reader;

pub(super) use edit::hold;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{Parsed, connect};
use crate::model::{Importer, Lockfile, Manager};
use crate::syntax::Syntax;
use crate::text::Span;

pub(super) fn parse(text: &str) -> Parsed {
    let (entries, version, mut problems) = reader::read(text);
    let mut answers: FxHashMap<SmolStr, u32> = FxHashMap::default();
    let mut lockfile = Lockfile { version, ..Lockfile::new(Manager::Yarn) };
    lockfile.packages.reserve(entries.len());
    for entry in entries {
        let index = lockfile.packages.len() as u32;
        let Some((package, patterns)) = entry::package(text, entry) else { continue };
        // The last one of doubled patterns counts, as everywhere in this format.
        answers.extend(patterns.into_iter().map(|pattern| (pattern, index)));
        lockfile.packages.push(package);
    }
    lockfile.answers = answers;
    connect(&mut lockfile);
    // Nothing is copied from the manifests.
    lockfile.importers.push(Importer { span: Span::new(0, text.len()), ..Importer::default() });
    problems.sort_by_key(|problem| problem.span);
    Parsed { syntax: Syntax::Text, model: lockfile.into(), problems }
}

#[cfg(test)]
mod tests;
