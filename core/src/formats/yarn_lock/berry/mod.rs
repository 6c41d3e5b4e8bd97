//! `yarn.lock` of Yarn 2 and later: YAML. Each entry's key lists what it answers to, its `resolution` says what it is and where it comes from,
//! and its `checksum` is of the archive that Yarn itself makes. Members of the workspace have entries of their own, with what their manifests ask
//! for.
//!
//! A range's protocol (`npm:^1.0.0`) is left away in the model, as manifests leave it away.

mod agreement;
mod checksum;
mod entry;
mod locator;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::descriptor::Descriptor;
use super::{Parsed, connect};
use crate::model::{Importer, Lockfile, Manager, Package, Problem, ProblemKind, SourceKind};
use crate::syntax::Syntax;
use crate::syntax::yaml::{self, Value};
use crate::text::{Span, Spanned};
use entry::Entry;

/// The format's versions that Yarn 2 to 4 write: 4 to 6 those of Yarn 2 and 3, the others those of Yarn 4.
const VERSIONS: std::ops::RangeInclusive<i64> = 4..=10;

/// What JavaScript's `encodeURIComponent` escapes.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

pub(super) fn parse(text: &str) -> Parsed {
    let tree = yaml::parse(text);
    let mut problems = tree.problems(text, false);
    let lockfile = lockfile(tree.root(text), &mut problems);
    problems.extend(claims_version_1(text));
    problems.sort_by_key(|problem| problem.span);
    Parsed { syntax: Syntax::Yaml(tree), model: lockfile.into(), problems }
}

fn lockfile(root: Value<'_>, problems: &mut Vec<Problem>) -> Lockfile {
    let mut lockfile = Lockfile::new(Manager::Berry);
    let metadata = root.get("__metadata");
    let cache_key = metadata.and_then(|metadata| metadata.get("cacheKey")).and_then(Value::spanned);
    if let Some(metadata) = metadata {
        lockfile.version = version(metadata, problems);
    }
    let made_by = cache_key.as_ref().map(|key| key.value.clone());
    lockfile.facts.extend(cache_key.map(|key| (SmolStr::new_static("cacheKey"), key)));
    let mut first: FxHashMap<SmolStr, Span> = FxHashMap::default();
    let mut asked = Vec::new();
    for (key, value) in root.members().filter(|(key, _)| !key.is("__metadata")) {
        let Some(key) = key.spanned() else { continue };
        if !value.is_mapping() {
            problems.push(problem(
                ProblemKind::Syntax,
                key.span,
                "an entry has to have fields of its own, and Yarn refuses this one",
            ));
            continue;
        }
        let Entry { mut package, dependencies, facts } = entry::read(&key, value, made_by.as_ref(), problems);
        let index = lockfile.packages.len() as u32;
        answer(&key, index, &mut lockfile.answers, &mut first, problems);
        match package.kind {
            SourceKind::Workspace => asked.push((index, dependencies, facts)),
            _ => package.dependencies = dependencies,
        }
        lockfile.packages.push(package);
    }
    let originals = patched(&mut lockfile);
    connect(&mut lockfile);
    unpatch(&mut lockfile, &originals);
    let members = asked.into_iter();
    lockfile.importers =
        members.map(|(index, dependencies, facts)| Importer { facts, ..importer(&lockfile, index, dependencies) }).collect();
    lockfile
}

fn problem(kind: ProblemKind, span: Span, message: impl Into<String>) -> Problem {
    Problem { kind, span, message: message.into(), related: None, fix: None }
}

/// Yarn 2 and later read a text that says so with Yarn 1's reader, whatever else it holds.
fn claims_version_1(text: &str) -> Option<Problem> {
    const MARK: &str = "# yarn lockfile v1";
    let at = text
        .find(MARK)
        .filter(|at| text[..*at].lines().all(|line| line.trim_start_matches('\u{feff}').is_empty() || line.starts_with('#')))?;
    let message = "this says that the file is Yarn 1's, and what follows is not: readers take it differently";
    Some(problem(ProblemKind::Ambiguous, Span::new(at, at + MARK.len()), message))
}

fn version(metadata: Value<'_>, problems: &mut Vec<Problem>) -> Option<Spanned<SmolStr>> {
    let (key, value) = metadata.member("version")?;
    if !value.string().and_then(|text| text.parse().ok()).is_some_and(|version: i64| VERSIONS.contains(&version)) {
        let message = format!("lockfile version `{}` is not one of {} to {}", value.raw(), VERSIONS.start(), VERSIONS.end());
        problems.push(problem(ProblemKind::UnknownVersion, key.span().to(value.span()), message));
    }
    value.spanned()
}

/// What a key lists, each with the place within it.
fn descriptors<'k>(key: &'k Spanned<SmolStr>) -> impl Iterator<Item = (Descriptor<'k>, Span)> {
    let plain = (key.span.end - key.span.start) as usize == key.value.len();
    let base = key.value.as_ptr() as usize;
    key.value.split(',').map(str::trim).filter(|text| !text.is_empty()).map(move |text| {
        let start = (text.as_ptr() as usize - base) as u32 + key.span.start;
        let span = if plain { Span { start, end: start + text.len() as u32 } } else { key.span };
        (Descriptor::parse(text), span)
    })
}

/// Notes everything that an entry answers to. Nothing may be answered twice.
fn answer(
    key: &Spanned<SmolStr>,
    index: u32,
    answers: &mut FxHashMap<SmolStr, u32>,
    first: &mut FxHashMap<SmolStr, Span>,
    problems: &mut Vec<Problem>,
) {
    for (descriptor, span) in descriptors(key) {
        let text: SmolStr = joined(descriptor.name, descriptor.plain());
        if let Some(earlier) = first.insert(text.clone(), span) {
            problems.push(Problem {
                related: Some((earlier, "the first one".to_owned())),
                ..problem(
                    ProblemKind::DuplicateKey,
                    span,
                    format!("two entries answer `{text}`; which one counts is up to the reader"),
                )
            });
        }
        // Behind a path stands from where it is asked, which whoever asks does not write.
        if let Some((bare, _)) = text.split_once("::") {
            answers.entry(bare.into()).or_insert(index);
        }
        answers.insert(text, index);
    }
}

fn joined(name: &str, spec: &str) -> SmolStr {
    let mut text = String::with_capacity(name.len() + spec.len() + 1);
    text.extend([name, "@", spec]);
    text.into()
}

/// Yarn patches a few packages by itself, whoever asks for them: their dependents name the package, and get the patched one. Gives each patched
/// entry with the one that it is made of.
fn patched(lockfile: &mut Lockfile) -> Vec<(u32, Option<u32>)> {
    let mut found = Vec::new();
    for (package, index) in lockfile.packages.iter().zip(0..) {
        for (descriptor, _) in descriptors(&package.key) {
            let Some(patch) = locator::patch(descriptor.spec).filter(|patch| patch.is_of_yarn(descriptor.name)) else { continue };
            found.push((joined(descriptor.name, Descriptor::parse(&patch.of).plain()), index));
        }
    }
    found.into_iter().map(|(text, index)| (index, lockfile.answers.insert(text, index))).collect()
}

/// What a patched entry is made of is the plain one, not itself.
fn unpatch(lockfile: &mut Lockfile, originals: &[(u32, Option<u32>)]) {
    for (patched, original) in originals {
        let Some(&start) = lockfile.edges.starts.get(*patched as usize) else { continue };
        let count = lockfile.edges.of(*patched as usize).len();
        for target in lockfile.edges.targets.iter_mut().skip(start as usize).take(count) {
            if *target == Some(*patched) {
                *target = *original;
            }
        }
    }
}

fn importer(lockfile: &Lockfile, index: u32, dependencies: Vec<crate::model::Dependency>) -> Importer {
    let package: &Package = &lockfile.packages[index as usize];
    let folder = package.source.as_ref().map_or("", |folder| folder.trim_start_matches("./"));
    // Behind a path stands who asks for it, escaped.
    let here = format!("::locator={}", utf8_percent_encode(&format!("{}@workspace:{folder}", package.name), ESCAPED));
    let own = |asked: &crate::model::Dependency| {
        let is_path = asked.spec.contains(':') && !asked.spec.starts_with("npm:");
        is_path.then(|| lockfile.answers.get(format!("{}@{}{here}", asked.name, asked.spec).as_str()).copied()).flatten()
    };
    Importer {
        path: if folder == "." { SmolStr::default() } else { folder.into() },
        span: package.key.span,
        name: Some(package.name.clone()),
        version: None,
        bundles: Vec::new(),
        targets: dependencies.iter().map(|asked| own(asked).or_else(|| lockfile.answer(asked))).collect(),
        dependencies: Some(dependencies),
        facts: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
