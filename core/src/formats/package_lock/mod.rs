//! `package-lock.json` and `npm-shrinkwrap.json`: what npm chose.
//!
//! Version 1 (npm 5 and 6) is a tree of `dependencies`; version 3 a flat list of `packages` by install path; version 2 has both, and npm 7
//! and later read only `packages`. Everything is brought into the flat form, and where both stand their disagreement is a problem.
//! Sources: npm's `package-lock.json` documentation, arborist's `shrinkwrap.js`.

mod agreement;
mod bundles;
mod entry;
mod packages;
mod tree;

use smol_str::SmolStr;

use super::{Format, Parsed, Proven, Role};
use crate::document::Document;
use crate::model::{Ecosystem, Edges, Importer, Lockfile, Manager, Package, Problem, ProblemKind, SourceKind};
use crate::npm::resolve::Resolver;
use crate::syntax::Syntax;
use crate::syntax::json::{self, Kind, Value};
use crate::text::{Edit, Spanned};

/// The lockfile of every npm project.
pub static PACKAGE_LOCK: Format = Format {
    id: "package-lock",
    names: &["package-lock.json"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Npm),
    parse,
    guards: &[],
    hold,
};

/// The lockfile that a published package carries; npm up to 11 prefers it over `package-lock.json`.
pub static SHRINKWRAP: Format = Format {
    id: "npm-shrinkwrap",
    names: &["npm-shrinkwrap.json"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Npm),
    parse,
    guards: &[],
    hold,
};

fn parse(text: &str) -> Parsed {
    let tree = json::parse(text);
    let mut problems = tree.problems(text, false);
    let lockfile = lockfile(tree.root(text), &mut problems);
    Parsed { syntax: Syntax::Json(tree), model: lockfile.into(), problems }
}

fn lockfile(root: Value<'_>, problems: &mut Vec<Problem>) -> Lockfile {
    let version = version(root, problems);
    let flat = root.get("packages").filter(|packages| packages.is_object());
    let nested = root.get("dependencies").filter(|dependencies| dependencies.is_object());
    let (mut packages, mut importers, mut legacy) = (Vec::new(), Vec::new(), Vec::new());
    match (flat, nested) {
        (Some(flat), nested) => {
            (packages, importers) = packages::read(flat);
            legacy = nested.map_or_else(Vec::new, |nested| tree::read(nested, problems));
            if nested.is_some() {
                problems.extend(agreement::problems(&packages, &legacy));
            }
        }
        (None, Some(nested)) => {
            packages = tree::read(nested, problems);
            importers.push(Importer { span: root.span(), ..Importer::default() });
        }
        (None, None) => {}
    }
    let form = if flat.is_some() { bundles::Form::Flat } else { bundles::Form::Nested };
    bundles::settle(&mut packages, &importers, form, problems);
    let mut lockfile = Lockfile { version, packages, importers, legacy, ..Lockfile::new(Manager::Npm) };
    connect(&mut lockfile);
    lockfile
}

/// The edit that puts a digest into an entry.
fn hold(document: &Document, package: &Package, Proven { digests, .. }: Proven<'_>) -> Option<Vec<Edit>> {
    let Syntax::Json(tree) = &document.syntax else { return None };
    let (_, _, entry) = tree.root(&document.text).member_at(package.key.span)?;
    let text = digests.join(" ");
    match entry.get("integrity") {
        Some(value) if value.string().is_some() => json::replace_value(value, &text),
        Some(value) => Some(vec![Edit::replace(value.span(), json::quote(&text))]),
        None => json::insert_after(entry, &["resolved", "version"], "integrity", &json::quote(&text)),
    }
}

fn version(root: Value<'_>, problems: &mut Vec<Problem>) -> Option<Spanned<SmolStr>> {
    let (key, value) = root.member("lockfileVersion")?;
    if !(value.kind() == Kind::Number && matches!(value.raw(), "1" | "2" | "3")) {
        problems.push(Problem {
            kind: ProblemKind::UnknownVersion,
            span: key.span().to(value.span()),
            message: format!(
                "lockfile version `{}` is not one of 1, 2 and 3; npm would go on without a word",
                &value.text()[value.span().range()]
            ),
            related: None,
            fix: None,
        });
    }
    Some(Spanned::new(value.raw().into(), value.inner()))
}

/// Finds the entry that each dependency leads to, as Node looks packages up.
fn connect(lockfile: &mut Lockfile) {
    let keys = lockfile.packages.iter().map(|package| {
        let link = (package.kind == SourceKind::Link).then_some(package.source.as_ref()).flatten();
        (package.key.as_str(), link.map(|target| target.as_str()))
    });
    let mut resolver = Resolver::new(keys);
    let mut edges = Edges { starts: Vec::with_capacity(lockfile.packages.len() + 1), targets: Vec::new() };
    for package in &lockfile.packages {
        edges.starts.push(edges.targets.len() as u32);
        let found = package.dependencies.iter().map(|dependency| resolver.resolve(&package.key, &dependency.name));
        edges.targets.extend(found);
    }
    edges.starts.push(edges.targets.len() as u32);
    for importer in &mut lockfile.importers {
        let asked = importer.dependencies.iter().flatten();
        importer.targets = asked.map(|dependency| resolver.resolve(&importer.path, &dependency.name)).collect();
    }
    lockfile.edges = edges;
}

/// The package name at the end of an install path: `node_modules/a/node_modules/@s/b` installs `@s/b`.
fn installed_name(key: &str) -> Option<&str> {
    key.rfind("node_modules/").map(|at| &key[at + "node_modules/".len()..])
}

/// Whether the package is a registry's, by what the entry itself says.
fn is_plain(package: &Package) -> bool {
    matches!(package.kind, SourceKind::Registry | SourceKind::Url)
}

#[cfg(test)]
mod tests;
