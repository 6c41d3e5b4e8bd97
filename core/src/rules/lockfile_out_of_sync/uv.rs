//! uv: what `uv lock --check` and `uv sync --locked` refuse, project by project ([`crate::python::uv_sync`]).

use std::sync::Arc;

use super::super::prelude::*;
use super::help;
use crate::npm::resolve::normal;
use crate::path::RelPath;
use crate::python::uv_sync::{Around, Disagreement, Place, disagreements, membership, python, whole};
use crate::syntax::toml::Value;
use crate::workspace::Workspace;

const END: &str = "`uv sync --locked` refuses it, `uv sync --frozen` installs what is locked";

pub(super) fn check<'a>(project: &Project<'a>, document: &'a Arc<Document>, lockfile: &'a Lockfile, cx: &mut Cx<'_>) {
    let Some(lock) = root(document) else { return };
    let manifests: Vec<_> = project.manifests().filter(|(other, manifest)| is_standard(other, manifest)).collect();
    let own = manifests.iter().find(|(manifest, _)| project.importer_path(manifest).is_empty());
    let Some((own, own_root)) = own.and_then(|(manifest, _)| Some((*manifest, root(manifest)?))) else { return };
    let manifests: Vec<_> =
        manifests.into_iter().filter(|(manifest, _)| Arc::ptr_eq(manifest, own) || is_managed(manifest)).collect();
    let around = Around { root: own_root, settings: settings(project, document), is_member: true };
    for (manifest, _) in &manifests {
        let Some(asked) = root(manifest) else { continue };
        let folder = project.importer_path(manifest);
        report(disagreements(lock, asked, folder, &around), manifest, document, cx);
    }
    for (manifest, folder) in beside(lockfile, document, &manifests, cx.workspace) {
        let Some(asked) = root(manifest) else { continue };
        report(
            disagreements(lock, asked, &folder, &Around { root: asked, settings: None, is_member: false }),
            manifest,
            document,
            cx,
        );
    }
    let folders: Vec<(&str, Option<&str>)> = manifests
        .iter()
        .map(|(manifest, read)| (project.importer_path(manifest), read.name.as_ref().map(|name| name.as_str())))
        .collect();
    let is_member = |folder: &str| project.is_member(folder) != Some(false);
    report(membership(lockfile, &folders, is_member), own, document, cx);
    let others = manifests.iter().map(|(other, _)| *other).filter(|other| !Arc::ptr_eq(other, own));
    let all: Vec<Value<'_>> = std::iter::once(own).chain(others).filter_map(root).collect();
    report(whole(lock, &around, &all), own, document, cx);
    report(python(lock, all.iter().copied()).into_iter().collect(), own, document, cx);
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

fn report(found: Vec<Disagreement>, manifest: &Arc<Document>, document: &Arc<Document>, cx: &mut Cx<'_>) {
    for Disagreement { what, place, name, copied } in found {
        let (path, span) = match place {
            Place::Manifest(span) => (&manifest.path, span),
            Place::Lockfile(span) => (&document.path, span),
        };
        let reference = name.map(|name| cx.named(&name));
        let finding = cx.report_in(path, span, format!("{what}; {END}"));
        finding.help(help(document));
        if let Some(reference) = reference {
            finding.package(reference);
        }
        if let Some(span) = copied {
            finding.related(&document.path, span, "the lockfile's copy");
        }
    }
}
