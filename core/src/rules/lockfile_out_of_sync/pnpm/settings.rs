//! What the settings say of the whole project and the lockfile copied: overrides, catalogs, patches, switches.

use smol_str::SmolStr;

use super::super::super::prelude::*;
use super::super::help;
use super::{REFUSES, Side};
use crate::formats::Role;
use crate::model::Group;
use crate::npm::spec::name_and_range;
use crate::path::RelPath;

/// Where a fact stands: the document's path, the place, and what it says.
type Fact<'f> = (&'f RelPath, Span, &'f str);

impl<'p> Side<'_, 'p> {
    /// Everything that is compared with the settings. Where no file of the project could hold them, they are not compared.
    pub(super) fn settings(&self, cx: &mut Cx<'_>) {
        if !self.is_version_9() {
            // Earlier versions read their settings from more places than are looked at here.
            return;
        }
        self.maps("override", "override", cx);
        self.maps("patch", "patch", cx);
        self.catalogs(cx);
        self.switches(cx);
        self.extensions(cx);
    }

    /// Facts of a kind that the project's files state, by key. pnpm up to version 10 reads them from the manifest, too, and Yarn's resolutions as
    /// overrides.
    fn stated(&self, kind: &str) -> Vec<(&'p str, Fact<'p>)> {
        let own = format!("{kind} ");
        let field = format!("pnpm.{kind} ");
        let named = self.project.major(Manager::Pnpm);
        let is_old = named.is_none_or(|major| major < 11);
        let mut found: Vec<(&'p str, Fact<'p>)> = Vec::new();
        for (document, manifest) in self.project.manifests() {
            let beside = document.format.role == Role::Settings;
            for (key, value) in &manifest.facts {
                let key = match beside {
                    true => key.strip_prefix(own.as_str()),
                    false => key.strip_prefix(field.as_str()).filter(|_| is_old),
                };
                found.extend(key.map(|key| (key, (&document.path, value.span, value.as_str()))));
            }
        }
        if kind == "override" && named.is_some() && is_old {
            let resolutions = self.resolutions().filter(|(key, _)| !found.iter().any(|(other, _)| other == key));
            found.extend(resolutions.collect::<Vec<_>>());
        }
        found
    }

    /// What the root says as Yarn would read it.
    fn resolutions(&self) -> impl Iterator<Item = (&'p str, Fact<'p>)> + use<'p> {
        let root = self.project.manifest.and_then(|document| Some((document, document.manifest()?)));
        let facts = root.into_iter().flat_map(|(document, manifest)| manifest.facts.iter().map(move |fact| (document, fact)));
        facts.filter_map(|(document, (key, value))| {
            Some((key.strip_prefix("resolution ")?, (&document.path, value.span, value.as_str())))
        })
    }

    /// Whether hooks may add to what the project's files say.
    fn has_hooks(&self) -> bool {
        self.lockfile.facts.iter().any(|(key, _)| key == "pnpmfileChecksum")
    }

    fn maps(&self, kind: &str, called: &str, cx: &mut Cx<'_>) {
        let prefix = format!("{kind} ");
        let locked: Vec<(&str, &Spanned<SmolStr>)> =
            self.lockfile.facts.iter().filter_map(|(key, value)| Some((key.strip_prefix(prefix.as_str())?, value))).collect();
        let stated = self.stated(kind);
        for (key, (path, span, value)) in &stated {
            let other = locked.iter().find(|(other, _)| other == key).map(|(_, value)| value.as_str());
            let same = match (kind, other) {
                (_, None) => false,
                ("override", Some(other)) => self.resolved(value, key).is_none_or(|value| value == other),
                // The lockfile has the patch's hash.
                _ => true,
            };
            if !same {
                let message = format!("the lockfile was written without this {called} of `{key}`; {REFUSES}");
                cx.report_in(path, *span, message).help(help(self.document));
            }
        }
        // Whether they count is not known where no version of pnpm is named.
        let resolutions = self.project.major(Manager::Pnpm).is_none() && self.resolutions().next().is_some();
        if self.has_hooks() || resolutions {
            return;
        }
        for (key, value) in locked.iter().filter(|(key, _)| !stated.iter().any(|(other, _)| other == key)) {
            let message = format!("the lockfile was written with a {called} of `{key}` that is not there; {REFUSES}")
                .replace("a override", "an override");
            cx.report_in(&self.document.path, value.span, message).help(help(self.document));
        }
    }

    /// What an override comes to: a reference to the project's own dependency or to a catalog is filled in. `None` where that cannot be told.
    fn resolved(&self, value: &str, key: &str) -> Option<String> {
        let (name, _) = name_and_range(key.rsplit('>').next().unwrap_or_default());
        let root = self.project.manifest.and_then(|document| document.manifest());
        if let Some(own) = value.strip_prefix('$') {
            let asked = &root?.dependencies;
            return asked
                .iter()
                .find(|asked| !asked.group.is_indirect() && asked.name.as_str() == own)
                .map(|asked| asked.spec.to_string());
        }
        if value.starts_with("catalog:") {
            let found = self
                .catalog_entries()
                .into_iter()
                .find(|(_, entry)| entry.name.as_str() == name && reference(entry) == default_name(value));
            return found.map(|(_, entry)| entry.spec.to_string());
        }
        Some(value.to_owned())
    }

    /// The entries of the project's catalogs.
    fn catalog_entries(&self) -> Vec<(&'p RelPath, &'p Dependency)> {
        let ours = self.project.manifests().filter(|(document, _)| document.format.role == Role::Settings);
        let entries = ours.flat_map(|(document, manifest)| manifest.dependencies.iter().map(move |entry| (&document.path, entry)));
        entries.filter(|(_, entry)| entry.group == Group::Catalog).collect()
    }

    /// pnpm copies those entries that somebody asks for.
    fn catalogs(&self, cx: &mut Cx<'_>) {
        let stated = self.catalog_entries();
        for (key, value) in &self.lockfile.facts {
            let Some((catalog, name)) = key.strip_prefix("catalog:").and_then(|rest| rest.split_once(' ')) else { continue };
            let own = stated.iter().find(|(_, entry)| entry.name.as_str() == name && reference(entry) == catalog);
            match own {
                Some((_, entry)) if entry.spec.value == value.value => {}
                Some((path, entry)) => {
                    let message = format!("the lockfile was written with another catalog entry of `{name}`; {REFUSES}");
                    let finding = cx.report_in(path, entry.name.span.to(entry.spec.span), message);
                    finding.help(help(self.document)).related(&self.document.path, value.span, "the lockfile's copy");
                }
                None if self.has_hooks() => {}
                None => {
                    let message = format!("the lockfile was written with a catalog entry of `{name}` that is not there; {REFUSES}");
                    cx.report_in(&self.document.path, value.span, message).help(help(self.document));
                }
            }
        }
    }

    /// Settings that the lockfile copies, as far as the project's own file states them.
    fn switches(&self, cx: &mut Cx<'_>) {
        // With what holds where the lockfile has copied nothing; `None`: then nothing is compared.
        let known = [
            ("autoInstallPeers", None),
            ("dedupePeers", Some("false")),
            ("excludeLinksFromLockfile", None),
            ("injectWorkspacePackages", Some("false")),
            ("peersSuffixMaxLength", Some("1000")),
        ];
        for (name, absent) in known {
            for document in &self.project.settings {
                let Some(setting) = document.settings().and_then(|settings| settings.get(name)) else { continue };
                let copied = self.copied_setting(name).or(absent);
                if copied.is_some_and(|copied| copied != setting.value.as_str()) {
                    let message = format!("the lockfile was written with another `{name}`; {REFUSES}");
                    let span = setting.key.span.to(setting.value.span);
                    cx.report_in(&document.path, span, message).help(help(self.document));
                }
            }
        }
    }

    /// Of `packageExtensions` the lockfile has a checksum: that there are any at all can be compared. The list of what is left out is copied.
    fn extensions(&self, cx: &mut Cx<'_>) {
        let locked = self.lockfile.facts.iter().find(|(key, _)| key == "packageExtensionsChecksum");
        let names = ["packageExtensions", "pnpm.packageExtensions"];
        let stated = self.project.manifests().find_map(|(document, manifest)| {
            let fact = manifest.facts.iter().find(|(key, _)| names.contains(&key.as_str()))?;
            Some((&document.path, fact.1.span))
        });
        let change = match (locked, stated) {
            (None, Some((path, span))) => Some((path, span, "the lockfile was written without `packageExtensions`")),
            (Some((_, value)), None) if !self.has_hooks() => {
                Some((&self.document.path, value.span, "the lockfile was written with `packageExtensions` that are not there"))
            }
            _ => None,
        };
        if let Some((path, span, words)) = change {
            cx.report_in(path, span, format!("{words}; {REFUSES}")).help(help(self.document));
        }
        self.maps("ignored", "mark as left out", cx);
    }
}

/// The name of a catalog entry's catalog.
fn reference(entry: &Dependency) -> &str {
    default_name(entry.condition.as_ref().map_or("", |condition| condition.as_str()))
}

/// The catalog that a reference names.
fn default_name(reference: &str) -> &str {
    match reference.strip_prefix("catalog:").unwrap_or(reference) {
        "" => "default",
        name => name,
    }
}
