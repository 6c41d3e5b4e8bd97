//! Requirements files, as pip reads them (its `req_file.py` and `constructors.py`, 23 to 26): what a project asks for, to which digests it
//! holds that, and where pip is to look, all in one file.
//!
//! One line that pip cannot read makes it refuse the whole file. Such a line is a problem here, and everything else is read all the same.
//! References to the environment (`${NAME}`) stay as they are.

mod asked;
#[cfg(test)]
mod corpus_tests;
mod hidden;
mod hold;
mod lines;
mod options;
pub(super) mod settings;
#[cfg(test)]
mod tests;
mod words;

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::{Format, Parsed, Role, no_hold};
use crate::guard::Guard;
use crate::integrity::{Digest, Integrity};
use crate::model::{
    Dependency, Ecosystem, Edges, Group, Importer, LockedFile, Lockfile, Manager, Manifest, Model, Package, Problem, ProblemKind,
    Setting, Settings,
};
use crate::spec::Place;
use crate::syntax::Syntax;
use crate::text::{Span, Spanned};
use asked::{Asked, Part};
use lines::Line;
use options::Options;

/// What pip installs.
pub static REQUIREMENTS: Format = Format {
    id: "requirements",
    names: &[],
    patterns: &["requirements*.txt", "*requirements.txt", "requirements/*.txt"],
    role: Role::Manifest,
    ecosystem: Some(Ecosystem::Pypi),
    parse: |text| parse(text, Use::Install),
    guards: settings::GUARDS,
    hold: hold::hold,
};

/// What pip holds other requirements to, without installing it.
pub static CONSTRAINTS: Format = Format {
    id: "constraints",
    names: &[],
    patterns: &["constraints*.txt", "*constraints.txt"],
    role: Role::Manifest,
    ecosystem: Some(Ecosystem::Pypi),
    parse: |text| parse(text, Use::Constrain),
    guards: settings::GUARDS,
    hold: hold::hold,
};

/// What `pip-compile` and its kin make a requirements file of.
pub static INPUT: Format = Format {
    id: "requirements-in",
    names: &[],
    patterns: &["requirements*.in", "*requirements.in", "requirements/*.in"],
    role: Role::Manifest,
    ecosystem: Some(Ecosystem::Pypi),
    parse: |text| parse(text, Use::Compile),
    guards: NO_GUARDS,
    hold: no_hold,
};

const NO_GUARDS: &[Guard] = settings::GUARDS;

/// The fact of a manifest that names a file of constraints, by its path.
pub const CONSTRAINED_BY: &str = "constraint";

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Install,
    Constrain,
    Compile,
}

fn parse(text: &str, used: Use) -> Parsed {
    let mut reader =
        Reader { used, manifest: Manifest::default(), packages: Vec::new(), settings: Vec::new(), problems: Vec::new() };
    reader.problems.extend(hidden::coding(text));
    reader.problems.extend(hidden::breaks(text));
    for line in lines::logical(text) {
        reader.line(&line);
    }
    reader.finish()
}

struct Reader {
    used: Use,
    manifest: Manifest,
    packages: Vec<Package>,
    settings: Vec<Setting>,
    problems: Vec<Problem>,
}

impl Reader {
    fn line(&mut self, line: &Line) {
        if let Some(span) = line.lost {
            let message = "this digest does not count: the comment above goes on over every line that is joined to it".to_owned();
            self.problem(ProblemKind::Ineffective, span, message);
        }
        let (requirement, from) = words::divide(&line.text);
        let words = words::split(&line.text, from).map_err(|message| options::Refused {
            start: from,
            end: line.text.len(),
            message: format!("pip refuses the file: {message}"),
        });
        let options = match words.and_then(|words| options::read(&words)) {
            Ok(options) => options,
            Err(refused) => {
                self.problem(ProblemKind::Syntax, line.span(refused.start, refused.end), refused.message);
                Options::default()
            }
        };
        if let (Some((start, _)), Some((_, end))) = (options.stray.first(), options.stray.last()) {
            let message = "pip passes over this: nothing but options may follow an option".to_owned();
            self.problem(ProblemKind::Ineffective, line.span(*start, *end), message);
        }
        let hashes = options.given.iter().filter(|given| given.option.name == "hash").filter_map(|given| given.value.as_ref());
        for (_, start, end) in hashes.filter(|(word, ..)| !is_taken(word)) {
            let message = "pip refuses the file: only a sha256, sha384 or sha512 may follow `--hash`, as `sha256:...`".to_owned();
            self.problem(ProblemKind::Syntax, line.span(*start, *end), message);
        }
        let editable = options.given.iter().find(|given| given.option.name == "editable");
        if !requirement.trim().is_empty() {
            let place = |start, end| line.span(start, end);
            self.requirement(asked::read(Part { text: requirement, place: &place }), line, &options, false);
        } else if let Some((text, start, end)) = editable.and_then(|given| given.value.as_ref()) {
            let plain = end - start == text.len();
            let place = |from, to| if plain { line.span(start + from, start + to) } else { line.span(*start, *end) };
            self.requirement(asked::editable(Part { text, place: &place }), line, &options, true);
        } else {
            self.settings(line, &options);
        }
    }

    /// A line that asks for something, with the options that speak of it.
    fn requirement(&mut self, asked: Result<Asked, asked::Refused>, line: &Line, options: &Options<'_>, editable: bool) {
        for given in &options.given {
            let span = line.span(given.start, given.end);
            match given.option.name {
                "editable" if editable => {}
                "hash" if editable => {
                    let message = "pip ignores a digest of an editable requirement".to_owned();
                    self.problem(ProblemKind::Ineffective, span, message);
                }
                _ if given.option.of_requirement => {}
                name => {
                    let message = format!("pip ignores `--{name}` on a line with a requirement; it belongs on a line of its own");
                    self.problem(ProblemKind::Ineffective, span, message);
                }
            }
        }
        let asked = match asked {
            Ok(asked) => asked,
            Err(_) if has_reference(&line.text) => {
                let message = "what this line asks for depends on the environment, so it cannot be checked".to_owned();
                return self.problem(ProblemKind::Ambiguous, line.content(), message);
            }
            Err((start, end, message)) => {
                let span = if editable { line.content() } else { line.span(start, end.max(start)) };
                return self.problem(ProblemKind::Syntax, span, message);
            }
        };
        if let Some((start, end)) = asked::odd_egg(&asked.spec) {
            let plain = (asked.spec.span.end - asked.spec.span.start) as usize == asked.spec.len();
            let at = asked.spec.span.start as usize;
            let span = if plain { Span::new(at + start, at + end) } else { asked.spec.span };
            let message = "pip 25 and later refuse this: only a name may stand here; write `name[extra] @ address`".to_owned();
            self.problem(ProblemKind::Ineffective, span, message);
        }
        let digests = if editable { Vec::new() } else { Reader::digests(line, options) };
        self.push(asked, digests, line);
    }

    /// The digests that a line gives.
    fn digests(line: &Line, options: &Options<'_>) -> Vec<Digest> {
        let hashes = options.given.iter().filter(|given| given.option.name == "hash");
        let mut digests = Vec::new();
        for (word, start, end) in hashes.filter_map(|given| given.value.as_ref()) {
            // pip compares them in lower case.
            let capitals = word.bytes().any(|byte| byte.is_ascii_uppercase());
            let word = if capitals { Cow::Owned(word.to_ascii_lowercase()) } else { Cow::Borrowed(word.as_ref()) };
            digests.push(Digest::parse(&word, line.span(*start, *end)));
        }
        digests
    }

    fn push(&mut self, asked: Asked, mut digests: Vec<Digest>, line: &Line) {
        let Asked { name, spec, place, kind, version, extras, marker, digest } = asked;
        digests.extend(digest);
        let mut dependency = Dependency::new(name.clone(), spec.clone(), Group::Normal);
        dependency.condition = marker.clone().map(Box::new);
        dependency.loose = self.used != Use::Install;
        dependency.place = place.map(Box::new);
        let key = Spanned::new(Ecosystem::Pypi.normalized(&name).to_smolstr(), name.span);
        let mut package = Package::new(key, name, line.content());
        package.version = version;
        package.kind = kind;
        package.source = dependency.place.as_deref().map(|place| source(place, spec));
        package.metadata.extend(marker.map(|marker| ("marker", marker.span)));
        package.metadata.extend(extras.map(|extras| ("extras", extras)));
        let field = digests.first().zip(digests.last()).map(|(first, last)| first.text.span.to(last.text.span));
        let of_file = |digest: &Digest| LockedFile {
            integrity: Integrity { field: Some(digest.text.span), digests: vec![digest.clone()] },
            ..LockedFile::default()
        };
        package.files = digests.iter().map(of_file).collect();
        package.integrity = Integrity { field, digests };
        self.manifest.dependencies.push(dependency);
        self.packages.push(package);
    }

    /// A line of options alone.
    fn settings(&mut self, line: &Line, options: &Options<'_>) {
        // pip reads the file that is named first, and nothing else of such a line.
        let named = |name: &str| options.given.iter().position(|given| given.option.name == name);
        let include = named("requirement").or_else(|| named("constraint"));
        let alone = options.given.len() == 1 && options.stray.is_empty();
        for (index, given) in options.given.iter().enumerate() {
            let span = line.span(given.start, given.end);
            let name = given.option.name;
            if given.option.of_requirement {
                let message =
                    format!("pip ignores this `--{name}`: no requirement stands on its line (a `\\` may be missing above)");
                self.problem(ProblemKind::Ineffective, span, message);
                continue;
            }
            if include.is_some_and(|include| include != index) {
                let message = format!("pip ignores this `--{name}`: it reads one other file for a line, and nothing else of it");
                self.problem(ProblemKind::Ineffective, span, message);
                continue;
            }
            let value = given.value.as_ref().map(|(text, start, end)| Spanned::new(text.to_smolstr(), line.span(*start, *end)));
            if let Some(path) = value.as_ref().filter(|path| include.is_some() && !asked::is_url(path)) {
                if name == "constraint" {
                    self.manifest.facts.push((CONSTRAINED_BY.into(), path.clone()));
                }
                self.manifest.includes.push(path.clone());
                continue;
            }
            self.settings.push(Setting {
                key: Spanned::new(
                    name.into(),
                    line.span(given.start, given.value.as_ref().map_or(given.end, |(_, start, _)| *start)),
                ),
                implied: value.is_none(),
                value: value.unwrap_or_else(|| Spanned::new("true".into(), span)),
                list: matches!(name, "extra-index-url" | "find-links" | "trusted-host" | "constraint" | "requirement"),
                line: if alone { line.whole } else { span },
            });
        }
    }

    fn problem(&mut self, kind: ProblemKind, span: Span, message: String) {
        self.problems.push(Problem { kind, span, message, related: None, fix: None });
    }

    fn finish(mut self) -> Parsed {
        tell_apart(&mut self.packages);
        self.problems.extend(contradictions(&self.packages));
        self.problems.sort_by_key(|problem| problem.span);
        let dependencies = self.manifest.dependencies.clone();
        let lockfile = (self.used != Use::Compile).then(|| Lockfile {
            edges: Edges::of_lists(self.packages.iter().map(|_| Vec::new())),
            importers: vec![Importer {
                targets: (0..).take(self.packages.len()).map(Some).collect(),
                dependencies: Some(dependencies),
                ..Importer::default()
            }],
            packages: self.packages,
            constrains: self.used == Use::Constrain,
            ..Lockfile::new(Manager::Pip)
        });
        let registries = settings::registries(&self.settings);
        let redirects = settings::redirects(&self.settings);
        let settings = Settings { entries: self.settings, registries, redirects, ..Settings::default() };
        let model = Model {
            manifest: Some(Box::new(Manifest { manager: Some(Manager::Pip), ..self.manifest })),
            lockfile: lockfile.map(Box::new),
            settings: (!settings.entries.is_empty()).then(|| Box::new(settings)),
            policy: None,
        };
        Parsed { syntax: Syntax::Text, model, problems: self.problems }
    }
}

/// A place as entries of lockfiles have it: for a repository its address, and what is chosen of it behind `#`.
fn source(place: &Place, spec: Spanned<SmolStr>) -> Spanned<SmolStr> {
    match place {
        Place::Git { address, rev, reference } => match rev.as_ref().or(reference.as_ref()) {
            Some(chosen) => Spanned::new(format_smolstr!("{address}#{chosen}"), spec.span),
            None => Spanned::new(address.value.clone(), spec.span),
        },
        _ => spec,
    }
}

/// Whether pip takes a word after `--hash`, whatever digest follows the algorithm.
fn is_taken(word: &str) -> bool {
    word.split_once(':').is_some_and(|(algorithm, _)| matches!(algorithm, "sha256" | "sha384" | "sha512"))
}

/// Whether a reference to the environment stands in a text, in the one form that pip fills in.
fn has_reference(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let name = |rest: &str| rest.split_once('}').is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(inside));
    text.split("${").skip(1).any(name)
}

/// One project may be asked for several times, under conditions that exclude one another: then these are part of the key.
fn tell_apart(packages: &mut [Package]) {
    let mut counts: FxHashMap<SmolStr, usize> = FxHashMap::default();
    for package in packages.iter() {
        *counts.entry(package.key.value.clone()).or_default() += 1;
    }
    let mut seen: FxHashMap<SmolStr, usize> = FxHashMap::default();
    for package in packages.iter_mut().filter(|package| counts[&package.key.value] > 1) {
        let number = seen.entry(package.key.value.clone()).or_default();
        *number += 1;
        if *number > 1 {
            package.key.value = format_smolstr!("{} ({number})", package.key.value);
        }
    }
}

/// One project pinned to two versions without a condition: pip finds no way to install both.
fn contradictions(packages: &[Package]) -> Vec<Problem> {
    let mut pinned: FxHashMap<_, &Package> = FxHashMap::default();
    let mut problems = Vec::new();
    let unconditional = packages.iter().filter(|package| package.metadata.iter().all(|(name, _)| *name != "marker"));
    for package in unconditional {
        let Some(version) = &package.version else { continue };
        let earlier = *pinned.entry(Ecosystem::Pypi.normalized(&package.name)).or_insert(package);
        let Some(other) = earlier.version.as_ref() else { continue };
        if crate::versions::compare(Ecosystem::Pypi, version, other).is_some_and(std::cmp::Ordering::is_ne) {
            let message =
                format!("`{}` is pinned to {version} here and to {other} above; pip refuses to install both", package.name);
            let related = Some((earlier.span, "it is pinned here first".to_owned()));
            problems.push(Problem {
                kind: ProblemKind::Inconsistent,
                span: package.name.span.to(version.span),
                message,
                related,
                fix: None,
            });
        }
    }
    problems
}
