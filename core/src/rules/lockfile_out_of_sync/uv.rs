//! uv: what `uv lock --check` and `uv sync --locked` refuse, project by project ([`crate::python::uv_sync`]).

use std::sync::Arc;

use super::super::prelude::*;
use super::help;
use crate::python::uv_sync::{Disagreement, Place, disagreements, membership, python};
use crate::syntax::toml::Value;

const END: &str = "`uv sync --locked` refuses it, `uv sync --frozen` installs what is locked";

pub(super) fn check<'a>(project: &Project<'a>, document: &'a Arc<Document>, lockfile: &'a Lockfile, cx: &mut Cx<'_>) {
    let Some(lock) = root(document) else { return };
    let manifests: Vec<_> = project.manifests().filter(|(other, manifest)| is_standard(other, manifest)).collect();
    for (manifest, _) in &manifests {
        let Some(asked) = root(manifest) else { continue };
        let folder = project.importer_path(manifest);
        report(disagreements(lock, asked, folder), manifest, document, cx);
    }
    let own = manifests.iter().find(|(manifest, _)| project.importer_path(manifest).is_empty());
    if let Some((manifest, _)) = own {
        let folders: Vec<(&str, Option<&str>)> = manifests
            .iter()
            .map(|(manifest, read)| (project.importer_path(manifest), read.name.as_ref().map(|name| name.as_str())))
            .collect();
        let is_member = |folder: &str| project.is_member(folder) != Some(false);
        report(membership(lockfile, &folders, is_member), manifest, document, cx);
        let others = manifests.iter().map(|(other, _)| *other).filter(|other| !Arc::ptr_eq(other, manifest));
        let all = std::iter::once(*manifest).chain(others).filter_map(root);
        report(python(lock, all).into_iter().collect(), manifest, document, cx);
    }
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
