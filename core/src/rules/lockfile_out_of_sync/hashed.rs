//! What Poetry, PDM and Pipenv share: a hash over the manifest in the lockfile, and a version for each name that is asked for.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::super::prelude::*;
use super::help;
use crate::model::Group;
use crate::python::entries::Entries;
use crate::syntax::toml::Value;
use crate::versions::pypi::{normalized, within};

/// A lockfile beside the manifest that it is made from.
pub(super) struct Pair<'a> {
    pub manifest: &'a Arc<Document>,
    pub document: &'a Arc<Document>,
    pub lockfile: &'a Lockfile,
}

impl<'a> Pair<'a> {
    /// The manifest in the lockfile's folder that is, or is not, Pipenv's.
    pub(super) fn find(project: &Project<'a>, document: &'a Arc<Document>, lockfile: &'a Lockfile) -> Option<Pair<'a>> {
        let fits = |(other, manifest): &(&'a Arc<Document>, &'a Manifest)| {
            let pipenv = manifest.manager == Some(Manager::Pipenv);
            matches!(other.syntax, Syntax::Toml(_))
                && other.path.folder() == document.path.folder()
                && pipenv == (lockfile.manager == Manager::Pipenv)
        };
        let (manifest, _) = project.manifests().find(fits)?;
        Some(Pair { manifest, document, lockfile })
    }

    /// The manifest's tree.
    pub(super) fn root(&self) -> Option<Value<'a>> {
        match &self.manifest.syntax {
            Syntax::Toml(tree) => Some(tree.root(&self.manifest.text)),
            _ => None,
        }
    }

    /// Reports that the lockfile was made for another state of the manifest.
    pub(super) fn stale(&self, end: &str, cx: &mut Cx<'_>) {
        let what = match &self.lockfile.content_hash {
            Some(_) => format!("`{}` has changed since this was locked: the hash is another", self.manifest.path.name()),
            None => format!("the hash of `{}` is missing", self.manifest.path.name()),
        };
        let span = self.lockfile.content_hash.as_ref().map_or(Span::at(0), |hash| hash.span);
        let finding = cx.report_in(&self.document.path, span, format!("{what}; {end}"));
        finding.help(help(self.document));
    }

    /// Reports what is asked for and not locked, or locked to a version that is not asked for.
    pub(super) fn pins(&self, end: &str, cx: &mut Cx<'_>) {
        let Some(manifest) = self.manifest.manifest() else { return };
        let entries = Entries::of(&self.lockfile.packages);
        let overrides = manifest.dependencies.iter().filter(|asked| asked.group == Group::Override);
        let overridden: FxHashSet<Cow<'_, str>> = overrides.map(|asked| normalized(&asked.name)).collect();
        let registry = |asked: &&Dependency| asked.place.is_none() && is_installed(asked.group);
        for asked in manifest.dependencies.iter().filter(registry).filter(|asked| !overridden.contains(&normalized(&asked.name))) {
            let locked: Vec<&Package> =
                entries.named(&asked.name).iter().map(|index| &self.lockfile.packages[*index as usize]).collect();
            let what = match locked.as_slice() {
                // A condition may hold nowhere within the project's range of Python, an extra may be left out.
                [] if asked.condition.is_some() || asked.group != Group::Normal => continue,
                [] => "it is asked for, and not in the lockfile".to_owned(),
                [first, ..] => match asked.condition.is_none() && outside(asked, &locked) {
                    true => format!("the lockfile has {}, which is not what is asked for (`{}`)", version(first), asked.spec),
                    false => continue,
                },
            };
            let reference = cx.named(&asked.name);
            let place = asked.name.span.to(asked.spec.span);
            let finding = cx.report_in(&self.manifest.path, place, format!("`{}`: {what}; {end}", asked.name));
            finding.package(reference).help(help(self.document));
            if let Some(package) = locked.first() {
                finding.related(
                    &self.document.path,
                    package.version.as_ref().map_or(package.key.span, |version| version.span),
                    "it is locked here",
                );
            }
        }
    }
}

fn is_installed(group: Group) -> bool {
    matches!(group, Group::Normal | Group::Dev | Group::Optional)
}

/// Whether a registry's version is locked, and none of those that are fits.
fn outside(asked: &Dependency, locked: &[&Package]) -> bool {
    let number = |package: &&Package| package.version.as_ref().map(|version| within(&asked.spec, version));
    locked.iter().all(|package| package.kind == SourceKind::Registry && number(package) == Some(Some(false)))
}
