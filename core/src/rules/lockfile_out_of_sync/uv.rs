//! uv: what `uv lock --check` and `uv sync --locked` refuse, project by project ([`crate::python::uv_sync`]).

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::super::prelude::*;
use super::help;
use crate::npm::resolve::normal;
use crate::path::RelPath;
use crate::python::uv_sync::{Around, Disagreement, Place, disagreements, membership, python, refused, whole};
use crate::syntax::toml::Value;
use crate::workspace::Workspace;

/// What becomes of a lockfile that lags behind.
const LATE: &str = "`uv sync --locked` refuses it, `uv sync --frozen` installs what is locked";

/// What becomes of a file that uv does not read.
const UNREAD: &str = "uv refuses it";

pub(super) fn check<'a>(project: &Project<'a>, document: &'a Arc<Document>, lockfile: &'a Lockfile, cx: &mut Cx<'_>) {
    let Some(lock) = root(document) else { return };
    let found: Vec<_> = project.manifests().filter(|(other, manifest)| is_standard(other, manifest)).collect();
    let own = found.iter().find(|(manifest, _)| project.importer_path(manifest).is_empty());
    let Some((own, own_root)) = own.and_then(|(manifest, _)| Some((*manifest, root(manifest)?))) else { return };
    let (manifests, unmanaged): (Vec<_>, Vec<_>) = found.into_iter().partition(|(manifest, _)| is_managed(manifest));
    if !is_managed(own) {
        let found = refusal("the project is none of uv's (`managed = false`), and has its lockfile", own_root);
        return report(vec![found], UNREAD, own, document, cx);
    }
    let others = manifests.iter().map(|(other, _)| *other).filter(|other| !Arc::ptr_eq(other, own));
    let all: Vec<Value<'_>> = std::iter::once(own).chain(others).filter_map(root).collect();
    let around = Around { lock, root: own_root, settings: settings(project, document), folder: "", is_member: true, all: &all };
    for (manifest, _) in &manifests {
        let Some(asked) = root(manifest) else { continue };
        let around = Around { folder: project.importer_path(manifest), ..around };
        judge(asked, &around, manifest, document, cx);
        if !Arc::ptr_eq(manifest, own) {
            report(no_member(asked), UNREAD, manifest, document, cx);
        }
    }
    for (manifest, folder) in beside(lockfile, document, &manifests, cx.workspace) {
        let Some(asked) = root(manifest) else { continue };
        let around = Around { root: asked, settings: None, folder: &folder, is_member: false, ..around };
        judge(asked, &around, manifest, document, cx);
    }
    let folders: Vec<(&str, Option<&str>)> = manifests
        .iter()
        .map(|(manifest, read)| (project.importer_path(manifest), read.name.as_ref().map(|name| name.as_str())))
        .collect();
    let left_out = |folder: &str| unmanaged.iter().any(|(manifest, _)| project.importer_path(manifest) == folder);
    let is_member = |folder: &str| project.is_member(folder) != Some(false) && !left_out(folder);
    report(membership(lockfile, &folders, is_member), LATE, own, document, cx);
    report(whole(&around, &all), LATE, own, document, cx);
    report(unanswered(lockfile), UNREAD, own, document, cx);
    report(python(lock, all.iter().copied()).into_iter().collect(), LATE, own, document, cx);
}

/// A project's manifest, and its part of the lockfile unless uv refuses the manifest itself.
fn judge(manifest: Value<'_>, around: &Around<'_>, at: &Arc<Document>, document: &Arc<Document>, cx: &mut Cx<'_>) {
    let refused = refused(manifest);
    match refused.is_empty() {
        true => report(disagreements(manifest, around), LATE, at, document, cx),
        false => report(refused, UNREAD, at, document, cx),
    }
}

/// Why a folder that the workspace's patterns name cannot be a member of it.
fn no_member(manifest: Value<'_>) -> Vec<Disagreement> {
    let nested = manifest.get_path(&["tool", "uv", "workspace"]);
    let nested = nested.map(|table| refusal("a member of a workspace has a workspace of its own", table));
    let nameless = manifest.get("project").is_none();
    nested.into_iter().chain(nameless.then(|| refusal("a member of the workspace has no `project` table", manifest))).collect()
}

fn refusal(what: &str, at: Value<'_>) -> Disagreement {
    Disagreement { what: what.to_owned(), place: Place::Manifest(at.span()), name: None, copied: None }
}

/// What an entry asks for and the lockfile has nowhere, and entries that are there twice: uv does not read such a file.
fn unanswered(lockfile: &Lockfile) -> Vec<Disagreement> {
    let told = |what: String, span: Span| Disagreement { what, place: Place::Lockfile(span), name: None, copied: None };
    let mut found = Vec::new();
    let mut seen = FxHashSet::default();
    if lockfile.version.is_none() {
        found.push(told("the lockfile does not say which form it has (`version`)".to_owned(), Span::at(0)));
    }
    for (package, index) in lockfile.packages.iter().zip(0..) {
        let from = package.source.as_ref().or(package.registry.as_deref()).map(|source| source.as_str());
        if !seen.insert((&package.name.value, package.version.as_ref().map(|version| version.as_str()), from)) {
            found.push(told(format!("the lockfile has `{}` twice", package.name), package.key.span));
        }
        for (asked, target) in package.dependencies.iter().zip(lockfile.edges.of(index)) {
            if target.is_none() {
                let what = format!("`{}` asks for `{}`, which the lockfile does not have", package.name, asked.name);
                found.push(told(what, asked.name.span));
            }
        }
    }
    found
}

/// Projects that are no members and are locked by their folder, each with that folder as the lockfile has it.
fn beside<'a>(
    lockfile: &Lockfile,
    document: &Document,
    members: &[(&Arc<Document>, &Manifest)],
    workspace: &'a Workspace,
) -> Vec<(&'a Arc<Document>, String)> {
    let folders = lockfile.packages.iter().filter(|package| package.kind == SourceKind::File).filter_map(|package| {
        let source = package.source.as_ref()?;
        Some((RelPath::join(document.path.folder(), source)?, normal(source).into_owned()))
    });
    let found = folders.filter_map(|(place, folder)| {
        let is_it = |other: &&Arc<Document>| {
            other.path.folder() == place.as_str() && other.manifest().is_some_and(|manifest| is_standard(other, manifest))
        };
        let manifest = workspace.documents().find(is_it)?;
        Some((manifest, folder))
    });
    found.filter(|(manifest, _)| !members.iter().any(|(member, _)| Arc::ptr_eq(member, manifest))).collect()
}

/// `uv.toml` beside the lockfile.
fn settings<'a>(project: &Project<'a>, document: &Document) -> Option<Value<'a>> {
    let beside = |other: &&Arc<Document>| other.path.folder() == document.path.folder() && other.manifest().is_none();
    let of_uv = |other: &&Arc<Document>| other.path.name() == Manager::Uv.settings_file();
    project.settings.iter().copied().filter(beside).find(of_uv).and_then(root)
}

/// Whether uv takes a project for a member: one may say that it is none of uv's.
fn is_managed(manifest: &Arc<Document>) -> bool {
    let said = root(manifest).and_then(|root| root.get_path(&["tool", "uv", "managed"])).and_then(Value::bool);
    said != Some(false)
}

/// Whether a document is a `pyproject.toml` or what stands for one, and no other manager's file.
fn is_standard(document: &Document, manifest: &Manifest) -> bool {
    matches!(document.syntax, Syntax::Toml(_)) && manifest.manager != Some(Manager::Pipenv)
}

fn root(document: &Arc<Document>) -> Option<Value<'_>> {
    match &document.syntax {
        Syntax::Toml(tree) => Some(tree.root(&document.text)),
        _ => None,
    }
}

fn report(found: Vec<Disagreement>, end: &str, manifest: &Arc<Document>, document: &Arc<Document>, cx: &mut Cx<'_>) {
    for Disagreement { what, place, name, copied } in found {
        let (path, span) = match place {
            Place::Manifest(span) => (&manifest.path, span),
            Place::Lockfile(span) => (&document.path, span),
        };
        let reference = name.map(|name| cx.named(&name));
        let finding = cx.report_in(path, span, format!("{what}; {end}"));
        finding.help(help(document));
        if let Some(reference) = reference {
            finding.package(reference);
        }
        if let Some(span) = copied {
            finding.related(&document.path, span, "the lockfile's copy");
        }
    }
}
