//! `bun.lock`: what Bun chose.
//!
//! JSON with trailing commas. `workspaces` copies what the project and its members ask for; `packages` has one array an entry, by the path of
//! names that leads to it (`is-even/is-odd`: the `is-odd` that `is-even` has for itself). What an array holds depends on where the package
//! comes from. Versions 0 to 3 differ in what a reader has to refuse, not in the form.
//! Source: the text lockfile's reader and writer in Bun's repository, and files that Bun 1.4 wrote.

mod entry;
mod resolve;

use smol_str::{SmolStr, format_smolstr};

use super::package_json::{LISTS, dependencies, named};
use super::{Format, Parsed, Role, reach};
use crate::model::{Dependency, Ecosystem, Edges, Group, Importer, Lockfile, Manager, Problem, ProblemKind};
use crate::syntax::Syntax;
use crate::syntax::json::{self, Kind, Value};
use crate::text::{Span, Spanned};
use resolve::Resolver;

/// The text lockfile of a Bun project.
pub static FORMAT: Format = Format {
    id: "bun-lock",
    names: &["bun.lock"],
    patterns: &[],
    role: Role::Lockfile,
    ecosystem: Some(Ecosystem::Npm),
    parse,
    guards: &[],
    hold: entry::hold,
};

/// The versions that are known.
const VERSIONS: [&str; 4] = ["0", "1", "2", "3"];

fn parse(text: &str) -> Parsed {
    let tree = json::parse(text);
    let mut problems = tree.problems(text, true);
    let lockfile = lockfile(tree.root(text), &mut problems);
    Parsed { syntax: Syntax::Json(tree), model: lockfile.into(), problems }
}

fn lockfile(root: Value<'_>, problems: &mut Vec<Problem>) -> Lockfile {
    let mut lockfile = Lockfile { version: version(root, problems), ..Lockfile::new(Manager::Bun) };
    if let Some(workspaces) = root.get("workspaces") {
        lockfile.importers = workspaces.members().filter_map(|(path, entry)| importer(path, entry)).collect();
    }
    if let Some(packages) = root.get("packages") {
        if !packages.is_object() {
            problems.push(shape(packages.span(), "`packages` is no object: Bun refuses the file"));
        }
        lockfile.packages = packages.members().filter_map(|(key, entry)| entry::read(key, entry, problems)).collect();
    }
    lockfile.facts = facts(root);
    connect(&mut lockfile);
    reach::mark(&mut lockfile);
    lockfile
}

fn version(root: Value<'_>, problems: &mut Vec<Problem>) -> Option<Spanned<SmolStr>> {
    let Some((key, value)) = root.member("lockfileVersion") else {
        if root.is_object() {
            let message = "`lockfileVersion` is missing: Bun refuses the file".to_owned();
            let span = Span { end: root.span().start + 1, ..root.span() };
            problems.push(Problem { kind: ProblemKind::UnknownVersion, span, message, related: None, fix: None });
        }
        return None;
    };
    if !(value.kind() == Kind::Number && VERSIONS.contains(&value.raw())) {
        let message = format!(
            "lockfile version `{}` is not one of 0 to 3: what another version means is not known",
            &value.text()[value.span().range()]
        );
        let span = key.span().to(value.span());
        problems.push(Problem { kind: ProblemKind::UnknownVersion, span, message, related: None, fix: None });
    }
    Some(Spanned::new(value.raw().into(), value.inner()))
}

/// Something that Bun does not take for an entry.
fn shape(span: Span, message: &str) -> Problem {
    Problem { kind: ProblemKind::Syntax, span, message: message.to_owned(), related: None, fix: None }
}

/// The project or a member, with the copy of its lists.
fn importer(path: Value<'_>, entry: Value<'_>) -> Option<Importer> {
    let path = path.spanned()?;
    Some(Importer {
        span: path.span,
        path: path.value,
        name: entry.get("name").and_then(Value::spanned),
        version: entry.get("version").and_then(Value::spanned),
        bundles: Vec::new(),
        dependencies: Some(asked(entry)),
        targets: Vec::new(),
        facts: Vec::new(),
    })
}

/// Everything that a member or an entry's description asks for.
fn asked(object: Value<'_>) -> Vec<Dependency> {
    let mut found = Vec::new();
    let mut optional_peers: Vec<SmolStr> = Vec::new();
    for (key, value) in object.members() {
        if let Some((_, group)) = LISTS.iter().find(|(list, _)| key.is(list)) {
            found.extend(dependencies(value, *group));
        } else if key.is("optionalPeers") {
            optional_peers.extend(value.items().filter_map(Value::string).map(SmolStr::from));
        }
    }
    for dependency in found.iter_mut().filter(|dependency| dependency.group == Group::Peer) {
        if optional_peers.contains(&dependency.name.value) {
            dependency.group = Group::OptionalPeer;
        }
    }
    found
}

/// What Bun compares with the manifest beside the lists: see [`crate::rules`] for who reads them.
fn facts(root: Value<'_>) -> Vec<(SmolStr, Spanned<SmolStr>)> {
    let mut facts = Vec::new();
    for (key, value) in root.members() {
        match key.string().as_deref() {
            Some("trustedDependencies") => {
                facts.push(("trustedDependencies".into(), Spanned::new(SmolStr::default(), key.inner())));
                facts.extend(value.items().filter_map(Value::spanned).map(|name| (format_smolstr!("trusted {name}"), name)));
            }
            Some("overrides") => facts.extend(named("override", value)),
            Some("patchedDependencies") => facts.extend(named("patch", value)),
            Some("catalog") => facts.extend(named("catalog:", value)),
            Some("catalogs") => {
                let groups = value.members().filter_map(|(name, list)| Some((format!("catalog:{}", name.string()?), list)));
                facts.extend(groups.flat_map(|(group, list)| named(&group, list).collect::<Vec<_>>()));
            }
            _ => {}
        }
    }
    facts
}

/// Finds the entry that each dependency leads to.
fn connect(lockfile: &mut Lockfile) {
    let resolver = Resolver::new(lockfile.packages.iter().map(|package| package.key.as_str()));
    let mut probe = String::new();
    let find = |from: &str, asked: &[Dependency], probe: &mut String| -> Vec<Option<u32>> {
        asked.iter().map(|dependency| resolver.resolve(from, &dependency.name, probe)).collect()
    };
    let lists: Vec<_> = lockfile.packages.iter().map(|package| find(&package.key, &package.dependencies, &mut probe)).collect();
    let edges = Edges::of_lists(lists);
    let targets: Vec<_> = lockfile
        .importers
        .iter()
        .map(|importer| {
            // What a member has for itself stands below its name, not below its folder.
            let from = importer.name.as_ref().filter(|_| !importer.path.is_empty()).map_or("", |name| name.as_str());
            find(from, importer.dependencies.as_deref().unwrap_or_default(), &mut probe)
        })
        .collect();
    lockfile.edges = edges;
    for (importer, targets) in lockfile.importers.iter_mut().zip(targets) {
        importer.targets = targets;
    }
}

#[cfg(test)]
mod tests;
