//! `pnpm-lock.yaml`: what pnpm chose.
//!
//! Three forms. Version 5 (pnpm 3 to 7): keys `/name/1.0.0_peers`, and what an importer asks for apart from what it got. Version 6 (pnpm 8): keys
//! `/name@1.0.0(peers)`, both in one place. Version 9 (pnpm 9 and later): `packages` says what is installed, `snapshots` what each asks for with
//! its peers settled. Everything else is the same, so all are read in one way. From pnpm 11 on a file may hold two documents: the first is about
//! pnpm itself and its configuration, the second is the lockfile.
//! Sources: the types and readers in pnpm's repository (`lockfile`, `deps/path`), and files that pnpm 9 to 12 wrote.

mod connect;
mod entry;
mod facts;
mod importers;
mod key;
mod workspace;

use smol_str::SmolStr;

use super::{Format, Parsed, Proven, Role, reach};
use crate::document::Document;
use crate::model::{Ecosystem, Importer, Lockfile, Manager, Package, Problem, ProblemKind};
use crate::syntax::Syntax;
use crate::syntax::yaml::{self, Value};
use crate::text::{Edit, Span, Spanned};
use connect::Connections;
use key::Form;

/// The lockfile of a pnpm workspace or project.
pub static FORMAT: Format = Format {
    id: "pnpm-lock",
    names: &["pnpm-lock.yaml"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Npm),
    parse,
    guards: &[],
    hold,
};

/// The folder that stands for pnpm's own packages, which are no project's: no folder has such a name.
const ENVIRONMENT: &str = "//environment";

fn parse(text: &str) -> Parsed {
    let tree = yaml::parse(text);
    let mut problems = tree.problems(text, false);
    let documents: Vec<Value<'_>> = tree.documents(text).collect();
    problems.extend(misplaced(text, &documents));
    let mut lockfile = Lockfile::new(Manager::Pnpm);
    let main = if starts_with_marker(text) { documents.len() - 1 } else { 0 };
    for (number, document) in documents.into_iter().enumerate() {
        read(document, number == main, &mut lockfile, &mut problems);
    }
    problems.sort_by_key(|problem| problem.span.start);
    Parsed { syntax: Syntax::Yaml(tree), model: lockfile.into(), problems }
}

/// Whether pnpm takes the first document for the one about itself.
fn starts_with_marker(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.starts_with("---\n") || text.starts_with("---\r\n")
}

/// Documents that pnpm reads otherwise than they stand there.
fn misplaced(text: &str, documents: &[Value<'_>]) -> Option<Problem> {
    let (span, message) = match (starts_with_marker(text), documents) {
        (true, [one]) => {
            let message = "the file begins with `---`: pnpm 11 and later take this document for the one about pnpm itself, and find no lockfile";
            (Span { end: one.span().start.max(3), start: 0 }, message)
        }
        (true, [_, _]) | (false, [_]) => return None,
        (_, [.., last]) => (
            Span { end: last.span().start + 1, ..last.span() },
            "one document more than pnpm writes: it refuses the file, and others read one or the other",
        ),
        (_, []) => return None,
    };
    Some(Problem { kind: ProblemKind::Ambiguous, span, message: message.to_owned(), related: None, fix: None })
}

/// Adds what a document records to the lockfile. `main`: it is the one about the project.
fn read(document: Value<'_>, main: bool, lockfile: &mut Lockfile, problems: &mut Vec<Problem>) {
    let (version, form) = version(document, main, problems);
    let first = lockfile.packages.len();
    let mut importers = importers::read(document, form);
    if !main {
        for importer in &mut importers {
            importer.path = ENVIRONMENT.into();
        }
    }
    let mut connections = Connections::new(form);
    if let Some(packages) = document.get("packages") {
        for (key, value) in packages.members() {
            if let Some(package) = entry::read(key, value, form, problems) {
                connections.add(lockfile.packages.len(), &package.key, value);
                lockfile.packages.push(package);
            }
        }
    }
    if form == Form::Bare
        && let Some(snapshots) = document.get("snapshots")
    {
        connections.add_snapshots(snapshots, &mut lockfile.packages[first..], first, problems);
    }
    workspace::add(&importers, &mut lockfile.packages);
    connections.finish(importers, lockfile, first);
    if main {
        lockfile.version = version;
        lockfile.facts = facts::read(document);
    }
    if form == Form::Bare {
        reach::mark(lockfile);
    }
}

fn version(document: Value<'_>, main: bool, problems: &mut Vec<Problem>) -> (Option<Spanned<SmolStr>>, Form) {
    let Some((key, value)) = document.member("lockfileVersion") else {
        if main && document.is_mapping() {
            let span = Span { end: document.span().start + 1, ..document.span() };
            let message = "`lockfileVersion` is missing: pnpm takes the file for one of an unknown version".to_owned();
            problems.push(Problem { kind: ProblemKind::UnknownVersion, span, message, related: None, fix: None });
        }
        return (None, Form::Bare);
    };
    let written = value.spanned();
    let form = written.as_ref().and_then(|version| Form::of_version(version));
    if form.is_none() {
        let message = format!(
            "lockfile version `{}` is not one of 5, 6 and 9: what another version means is not known",
            written.as_ref().map_or("", |version| version.as_str())
        );
        let span = key.span().to(value.span());
        problems.push(Problem { kind: ProblemKind::UnknownVersion, span, message, related: None, fix: None });
    }
    (written, form.unwrap_or(Form::Bare))
}

/// The edit that puts a digest into an entry's resolution.
fn hold(document: &Document, package: &Package, Proven { digests, .. }: Proven<'_>) -> Option<Vec<Edit>> {
    let Syntax::Yaml(tree) = &document.syntax else { return None };
    let mut documents = tree.documents(&document.text);
    let whole = documents.find(|whole| whole.span().contains(package.key.span))?;
    let (_, _, entry) = whole.get("packages")?.member_at(package.key.span)?;
    let (resolution, digest) = (entry.get("resolution")?, digests.first()?);
    match resolution.get("integrity") {
        Some(value) => yaml::replace_value(value, digest),
        None => yaml::insert_member(resolution, "integrity", &yaml::quote(digest)),
    }
}

/// A part of a value as a text with its place.
fn part(value: Value<'_>, text: &str, range: std::ops::Range<usize>) -> Spanned<SmolStr> {
    Spanned::new(SmolStr::from(&text[range.clone()]), value.place(range.start, range.end))
}

/// The path of a workspace member that a link from an importer leads to: relative to the lockfile, empty for the root.
fn linked(importer: &Importer, target: &str) -> String {
    let joined = if importer.path.is_empty() { target.to_owned() } else { format!("{}/{target}", importer.path) };
    crate::npm::resolve::normal(&joined).into_owned()
}

#[cfg(test)]
mod tests;
