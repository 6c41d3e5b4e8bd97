//! `Cargo.lock`: what Cargo chose, in versions 1 to 4.
//!
//! Version 1 keeps the checksums in a table of their own (`[metadata]`) and names every dependency in full; later ones keep each with its package
//! and name as much of a dependency as tells it apart. Version 3 says which branch of a repository was meant, version 4 writes it as addresses are
//! written. Files of before version 1 have the project itself under `[root]`. Source: Cargo's `resolver/encode.rs`.

mod edges;
mod metadata;
mod package;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smol_str::SmolStr;

use super::{Format, Parsed, Proven, Role};
use crate::document::Document;
use crate::model::{Ecosystem, Lockfile, Manager, Package, Problem, ProblemKind};
use crate::syntax::Syntax;
use crate::syntax::toml::{self, Kind, Value};
use crate::text::{Edit, Spanned};

/// The lockfile of every Cargo project.
pub static FORMAT: Format = Format {
    id: "cargo-lock",
    names: &["Cargo.lock"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Cargo),
    parse,
    guards: &[],
    hold,
};

/// The fact that a patch of the manifest was not used, by name and version.
pub const UNUSED_PATCH: &str = "patch.unused";

fn parse(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let mut problems = tree.problems(text);
    let lockfile = lockfile(tree.root(text), &mut problems);
    Parsed { syntax: Syntax::Toml(tree), model: lockfile.into(), problems }
}

fn lockfile(root: Value<'_>, problems: &mut Vec<Problem>) -> Lockfile {
    let mut lockfile = Lockfile { version: version(root, problems), ..Lockfile::new(Manager::Cargo) };
    let (mut entries, mut metadata) = (Vec::new(), None);
    for (key, value) in root.members() {
        if key.is("package") {
            entries.extend(value.items().filter_map(package::read));
        } else if key.is("root") {
            entries.extend(package::read(value));
        } else if key.is("metadata") {
            metadata = Some((key, value));
        } else if key.is("patch") {
            let unused = value.get("unused").into_iter().flat_map(Value::items).filter_map(package::read);
            lockfile.facts.extend(unused.map(|entry| (UNUSED_PATCH.into(), entry.package.key)));
        }
    }
    lockfile.edges = edges::connect(&entries);
    lockfile.packages = entries.into_iter().map(|entry| entry.package).collect();
    if let Some((key, table)) = metadata {
        metadata::checksums(key, table, &mut lockfile.packages, problems);
    }
    lockfile
}

/// The versions that Cargo writes down; it has never written 1 or 2, and refuses both.
fn version(root: Value<'_>, problems: &mut Vec<Problem>) -> Option<Spanned<SmolStr>> {
    let (key, value) = root.member("version")?;
    let known = value.kind() == Kind::Integer && matches!(value.integer(), Some(3 | 4));
    if !known {
        problems.push(Problem {
            kind: ProblemKind::UnknownVersion,
            span: key.span().to(value.span()),
            message: format!(
                "lockfile version `{}` is not one that Cargo is known to write: 3 or 4, or none in older files",
                &value.text()[value.span().range()]
            ),
            related: None,
            fix: None,
        });
    }
    Some(Spanned::new(value.raw().into(), value.inner()))
}

/// The edit that puts a checksum into an entry.
fn hold(document: &Document, package: &Package, Proven { digests, .. }: Proven<'_>) -> Option<Vec<Edit>> {
    let Syntax::Toml(tree) = &document.syntax else { return None };
    let checksum = digests.iter().find_map(|digest| hexadecimal(digest))?;
    let root = tree.root(&document.text);
    // In version 1 checksums stand elsewhere, and one more beside the packages would make Cargo drop all of them.
    let entry = root.get("package")?.items().find(|entry| entry.span() == package.span)?;
    if root.get("metadata").is_some() {
        return None;
    }
    match entry.get("checksum") {
        Some(value) => toml::replace_raw(value, &toml::quote(&checksum, toml::Quotes::Basic)),
        None => toml::insert_after(entry, &["source", "version"], "checksum", &toml::quote(&checksum, toml::Quotes::Basic)),
    }
}

/// A SHA-256 in hexadecimal, as Cargo writes it.
fn hexadecimal(digest: &str) -> Option<String> {
    if let Some(hex) = digest.strip_prefix("sha256:") {
        return Some(hex.to_owned());
    }
    let bytes = STANDARD.decode(digest.strip_prefix("sha256-")?).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests;
