//! `pylock.toml` and `pylock.NAME.toml`: the lockfile that Python's tools share (PEP 751).
//!
//! It is a list of what is to be installed, each entry under its condition; what asks for what need not be recorded. So every entry counts as
//! asked for.

mod check;
mod entry;
#[cfg(test)]
mod tests;

use std::str::FromStr as _;

use pep440_rs::Version;

use super::{Format, Parsed, Role};
use crate::model::SourceKind;
use crate::model::{Dependency, Ecosystem, Edges, Group, Importer, Lockfile, Manager, Package, Problem, ProblemKind};
use crate::spec::Place;
use crate::syntax::Syntax;
use crate::syntax::toml::{self, Value};
use crate::text::{Span, Spanned};
use crate::versions::pypi::normalized;

/// The shared lockfile.
pub static FORMAT: Format = Format {
    id: "pylock",
    names: &["pylock.toml"],
    patterns: &["pylock.*.toml"],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Pypi),
    parse,
    guards: &[],
    hold: entry::hold,
};

fn parse(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let mut problems = tree.problems(text);
    let sound = problems.is_empty();
    let root = tree.root(text);
    let mut found = Vec::new();
    let lockfile = lockfile(root, &mut found);
    // What is missing in a broken file may be there, out of reach.
    problems.extend(found.into_iter().filter(|problem| sound || problem.kind != ProblemKind::Inconsistent));
    problems.sort_by_key(|problem| problem.span);
    Parsed { syntax: Syntax::Toml(tree), model: lockfile.into(), problems }
}

fn lockfile(root: Value<'_>, problems: &mut Vec<Problem>) -> Lockfile {
    let start = Span::at(0);
    let mut lockfile = Lockfile::new(Manager::Pylock);
    match root.member("lock-version") {
        None => problems.push(problem(
            ProblemKind::UnknownVersion,
            start,
            "`lock-version` is missing: no reader takes the file".to_owned(),
        )),
        Some((key, value)) => {
            lockfile.version = value.spanned();
            let known = value
                .string()
                .and_then(|text| Version::from_str(&text).ok())
                .is_some_and(|version| version.release().first() == Some(&1) && version.epoch() == 0);
            if !known {
                let message = format!("lock version `{}` is not 1: readers refuse the file", value.raw());
                problems.push(problem(ProblemKind::UnknownVersion, key.span().to(value.span()), message));
            }
        }
    }
    if root.get("created-by").is_none() {
        problems.push(inconsistent(start, "`created-by` is missing, which every such file has".to_owned()));
    }
    match root.get("packages") {
        None => problems.push(inconsistent(start, "`packages` is missing: readers refuse the file".to_owned())),
        Some(packages) if packages.is_array() => {
            lockfile.packages = packages.items().filter_map(|entry| entry::read(entry, problems)).collect();
        }
        Some(other) => problems.push(inconsistent(other.span(), "`packages` is no list of tables".to_owned())),
    }
    lockfile.edges = connect(&lockfile.packages);
    lockfile.importers = vec![everything(root, &lockfile.packages)];
    lockfile
}

/// Which entry each dependency leads to: the one of its name, and of its version where several have it.
fn connect(packages: &[Package]) -> Edges {
    let target = |asked: &Dependency| {
        let named = packages.iter().zip(0..).filter(|(package, _)| normalized(&package.name) == normalized(&asked.name));
        let named: Vec<_> = named.collect();
        let fits = |package: &Package| {
            let wanted = asked.spec.trim_start_matches('=');
            wanted.is_empty() || package.version.as_ref().is_some_and(|version| version.as_str() == wanted)
        };
        named.iter().find(|(package, _)| fits(package)).or(named.first()).map(|(_, index)| *index)
    };
    Edges::of_lists(packages.iter().map(|package| package.dependencies.iter().map(target).collect()))
}

/// Every entry, as if the project asked for it.
fn everything(root: Value<'_>, packages: &[Package]) -> Importer {
    let asked = |package: &Package| {
        let exact = package
            .version
            .as_ref()
            .map_or_else(Spanned::default, |version| Spanned::new(format!("=={version}").into(), version.span));
        let mut dependency = Dependency::new(package.name.clone(), exact, Group::Normal);
        let source = package.source.clone().unwrap_or_else(|| package.name.clone());
        dependency.place = match package.kind {
            SourceKind::Git => Some(Place::Git { address: source, rev: None, reference: None }),
            SourceKind::Url => Some(Place::Url(source)),
            SourceKind::File | SourceKind::Link => Some(Place::Path(source)),
            _ => None,
        }
        .map(Box::new);
        dependency
    };
    Importer {
        span: root.span(),
        dependencies: Some(packages.iter().map(asked).collect()),
        targets: (0..).take(packages.len()).map(Some).collect(),
        ..Importer::default()
    }
}

fn problem(kind: ProblemKind, span: Span, message: String) -> Problem {
    Problem { kind, span, message, related: None, fix: None }
}

fn inconsistent(span: Span, message: String) -> Problem {
    problem(ProblemKind::Inconsistent, span, message)
}
