//! Folders that are installed as copies: the lockfile has what their manifests ask for. pnpm 10 does not look whether that is so.

use super::super::super::prelude::*;
use super::super::folders::Folder;
use super::super::help;
use super::{Overrides, REFUSES, Side};
use crate::model::Group;
use crate::npm::version::satisfies_str;

impl Side<'_, '_> {
    /// Compares a folder's manifest with its entry, as far as nothing but the two has a say.
    pub(super) fn folder(&self, folder: &Folder<'_>, cx: &mut Cx<'_>) {
        let Some((_, entry)) = self.project.locked(folder.asking, &folder.asked.name) else { return };
        let place = self.lockfile.packages.iter().position(|other| std::ptr::eq(other, entry));
        let extended =
            self.lockfile.facts.iter().any(|(key, _)| matches!(key.as_str(), "packageExtensionsChecksum" | "pnpmfileChecksum"));
        let Some(place) = place.filter(|_| entry.kind == SourceKind::File && self.is_version_9() && !extended) else { return };
        let end = if self.is_at_least(11) { REFUSES } else { "pnpm installs what it copied all the same" };
        let overrides = Overrides::of(self.lockfile, folder.manifest);
        let copied: Vec<_> = entry.dependencies.iter().zip(self.lockfile.edges.of(place)).collect();
        for asked in folder.installed().filter(|asked| !overrides.concern(asked) && !self.is_ignored(asked)) {
            let copy = copied.iter().find(|(copy, _)| copy.name.value == asked.name.value);
            let what = match copy {
                None => "the lockfile does not know that this folder asks for it",
                Some((copy, _)) if (copy.group == Group::Optional) != (asked.group == Group::Optional) => {
                    "the lockfile has it in another list"
                }
                Some((_, target)) if self.is_outside(asked, **target) => "the locked version is not one that is asked for",
                Some(_) => continue,
            };
            self.report(&folder.document.path, asked, what, end, cx);
        }
        // Peers that somebody brings stand with the others.
        let is_asked =
            |name: &str| folder.manifest.dependencies.iter().any(|asked| asked.group != Group::Dev && asked.name.as_str() == name);
        for (copy, _) in copied.iter().filter(|(copy, _)| !is_asked(&copy.name)) {
            let message = format!(
                "`{}`: the lockfile says that the folder of `{}` asks for it, and it does not; {end}",
                copy.name, folder.asked.name
            );
            cx.report_in(&self.document.path, copy.name.span.to(copy.spec.span), message).help(help(self.document));
        }
    }

    fn is_outside(&self, asked: &Dependency, target: Option<u32>) -> bool {
        let entry = target.and_then(|target| self.lockfile.packages.get(target as usize));
        let locked = entry.filter(|entry| entry.kind == SourceKind::Registry && entry.name.value == asked.name.value);
        locked.is_some_and(|entry| satisfies_str(&asked.spec, version(entry)) == Some(false))
    }
}
