//! Yarn 2 and later: `yarn install --immutable` resolves everything anew from the lockfile and refuses if the lockfile would be written otherwise by a
//! single character. So every difference between the manifests and what the lockfile copied of them is refused.

mod facts;
mod resolutions;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::prelude::*;
use super::folders::{Folder, folders};
use super::help;
use crate::formats::Role;
use crate::model::Group;
use crate::versions;

pub(super) fn check(project: &Project<'_>, document: &Arc<Document>, lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let overridden = project.overrides().map(|asked| asked.name.as_str()).collect();
    let side = Side { project, document, lockfile, overridden };
    // Catalogs stand in the settings, and are no member.
    for (manifest, asked) in project.manifests().filter(|(manifest, _)| manifest.format.role == Role::Manifest) {
        side.compare(manifest, asked, cx);
    }
    for folder in folders(project, cx.workspace) {
        side.folder(&folder, cx);
    }
    side.strangers(cx);
    side.fields(cx);
    side.unanswered(cx);
    side.resolutions(cx);
}

const END: &str = "`yarn install --immutable` refuses it";

/// The lockfile's side of the comparison.
struct Side<'a> {
    project: &'a Project<'a>,
    document: &'a Arc<Document>,
    lockfile: &'a Lockfile,
    overridden: FxHashSet<&'a str>,
}

impl Side<'_> {
    /// One manifest with what the lockfile copied of it.
    fn compare(&self, manifest: &Arc<Document>, asked: &Manifest, cx: &mut Cx<'_>) {
        let folder = self.project.importer_path(manifest);
        let Some(importer) = self.lockfile.importers.iter().find(|importer| importer.path == folder) else {
            let span = asked.name.as_ref().map_or(Span::at(0), |name| name.span);
            let place = if folder.is_empty() { "the project".to_owned() } else { format!("the member `{folder}`") };
            cx.report_in(&manifest.path, span, format!("the lockfile does not know {place}; {END}")).help(help(self.document));
            return;
        };
        if let (Some(name), Some(copied)) = (&asked.name, &importer.name)
            && name.value != copied.value
        {
            let message = format!("the lockfile knows this folder as `{copied}`; {END}");
            let finding = cx.report_in(&manifest.path, name.span, message);
            finding.help(help(self.document)).related(&self.document.path, copied.span, "the lockfile's copy");
        }
        let copy = importer.dependencies.as_deref().unwrap_or_default();
        for peers in [false, true] {
            self.lists(manifest, by_name(&asked.dependencies, peers), by_name(copy, peers), cx);
        }
        for asked in by_name(&asked.dependencies, false).values() {
            self.member(manifest, asked, cx);
        }
        self.facts(manifest, asked, importer, cx);
    }

    /// A folder of its own with what the lockfile copied of its manifest.
    fn folder(&self, folder: &Folder<'_>, cx: &mut Cx<'_>) {
        let Some((_, entry)) = self.project.locked(folder.asking, &folder.asked.name) else { return };
        if !matches!(entry.kind, SourceKind::File | SourceKind::Link) {
            return;
        }
        for peers in [false, true] {
            let mut own = by_name(&folder.manifest.dependencies, peers);
            own.retain(|_, asked| asked.group != Group::Dev);
            self.lists(folder.document, own, by_name(&entry.dependencies, peers), cx);
        }
        // What a portal leads to has no version of its own.
        if let (SourceKind::File, Some(own), Some(copied)) = (entry.kind, &folder.manifest.version, &entry.version)
            && own.value != copied.value
        {
            let message = format!("the lockfile has the folder in version {copied}; {END}");
            let finding = cx.report_in(&folder.document.path, own.span, message);
            finding.help(help(self.document)).related(&self.document.path, copied.span, "the lockfile's copy");
        }
    }

    /// Whether the workspace's own package is taken for what is asked for, as it is now and as the lockfile has it.
    fn member(&self, manifest: &Arc<Document>, asked: &Dependency, cx: &mut Cx<'_>) {
        let Some(answer) = self.lockfile.answer(asked).and_then(|index| self.lockfile.packages.get(index as usize)) else { return };
        let mut members = self.project.manifests();
        let member = members.find(|(_, member)| member.name.as_ref().is_some_and(|name| name.value == asked.name.value));
        let Some((_, member)) = member.filter(|_| !self.overridden.contains(asked.name.as_str())) else { return };
        let version = member.version.as_ref().map(|version| version.as_str());
        let is_taken = answer.kind == SourceKind::Workspace;
        let Some(fits) = fits(&asked.spec, version, self.takes_members_by_range()) else { return };
        if fits != is_taken {
            let version = version.unwrap_or("none");
            let what = if is_taken { "and is locked for what it does not fit" } else { "which fits, and the lockfile has another" };
            let message = format!("`{}`: the workspace's own one has the version {version}, {what}; {END}", asked.name);
            let reference = cx.named(&asked.name);
            let finding = cx.report_in(&manifest.path, asked.name.span.to(asked.spec.span), message);
            finding.package(reference).help(help(self.document));
        }
    }

    fn takes_members_by_range(&self) -> bool {
        self.project.setting("enableTransparentWorkspaces").is_none_or(|setting| setting.value.as_str() != "false")
    }

    /// Members that the root does not name any more.
    fn strangers(&self, cx: &mut Cx<'_>) {
        // A member may have members of its own.
        let nested = self.project.members.iter().filter_map(|member| member.manifest()).any(|member| !member.workspaces.is_empty());
        let below = |path: &str| {
            let mut others = self.lockfile.importers.iter().filter(|other| !other.path.is_empty());
            others.any(|other| path.strip_prefix(other.path.as_str()).is_some_and(|rest| rest.starts_with('/')))
        };
        for importer in self.lockfile.importers.iter().filter(|importer| !importer.path.is_empty()) {
            if !nested && self.project.is_member(&importer.path) == Some(false) && !below(&importer.path) {
                let message = format!("`{}` is no member of the workspace; {END}", importer.path);
                cx.report_in(&self.document.path, importer.span, message).help(help(self.document));
            }
        }
    }

    /// Fields that Yarn writes into every entry: it stops where `linkType` is missing, and would write the other one.
    fn fields(&self, cx: &mut Cx<'_>) {
        for package in &self.lockfile.packages {
            let field = |name: &str| package.metadata.iter().find(|(field, _)| *field == name).map(|(_, span)| *span);
            let (language, link) = (field("languageName"), field("linkType"));
            let kind = if matches!(package.kind, SourceKind::Workspace | SourceKind::Link) { "soft" } else { "hard" };
            let what = match (language, link) {
                (None, _) => "has no `languageName`".to_owned(),
                (_, None) => "has no `linkType`".to_owned(),
                (_, Some(span)) if self.document.slice(span) != kind => format!("has another `linkType` than `{kind}`"),
                _ => continue,
            };
            let message = format!("the entry of `{}` {what}; {END}", package.name);
            cx.report_in(&self.document.path, package.key.span, message).help(help(self.document));
        }
    }

    /// What is installed, or what a member asks its users to bring: the two lists are compared each by itself.
    fn lists(
        &self,
        manifest: &Arc<Document>,
        own: FxHashMap<&str, &Dependency>,
        copied: FxHashMap<&str, &Dependency>,
        cx: &mut Cx<'_>,
    ) {
        for (name, dependency) in &own {
            let what = match copied.get(name) {
                None => Some("the lockfile does not know that it is asked for".to_owned()),
                Some(copy) if plain(&copy.spec) != plain(&dependency.spec) => Some(format!("the lockfile copied `{}`", copy.spec)),
                Some(_) if !is_peer(dependency) && self.is_unanswered(dependency, cx) => {
                    Some("the lockfile has no entry for it".to_owned())
                }
                Some(_) => None,
            };
            let Some(what) = what else { continue };
            let reference = cx.named(name);
            let span = dependency.name.span.to(dependency.spec.span);
            let finding = cx.report_in(&manifest.path, span, format!("`{name}`: {what}; {END}"));
            finding.package(reference).help(help(self.document));
            if let Some(copy) = copied.get(name) {
                finding.related(&self.document.path, copy.name.span.to(copy.spec.span), "the lockfile's copy");
            }
        }
        for (name, copy) in copied.iter().filter(|(name, _)| !own.contains_key(*name)) {
            let reference = cx.named(name);
            let message = format!("`{name}`: the lockfile says that it is asked for, and it is not; {END}");
            cx.report_in(&self.document.path, copy.name.span.to(copy.spec.span), message)
                .package(reference)
                .help(help(self.document));
        }
    }

    /// Whether no entry answers what a manifest asks for; what a catalog says of it is looked up there.
    fn is_unanswered(&self, asked: &Dependency, cx: &Cx<'_>) -> bool {
        if self.overridden.contains(asked.name.as_str()) {
            return false;
        }
        let Some(catalog) = asked.spec.strip_prefix("catalog:") else { return self.lockfile.answer(asked).is_none() };
        let key = if catalog.is_empty() { format!("catalog.{}", asked.name) } else { format!("catalogs.{catalog}.{}", asked.name) };
        let Some(range) = cx.project.setting(&key) else {
            // Where no catalog at all is here, they may be in the settings of a folder above.
            let mut settings = cx.project.settings.iter().filter_map(|document| document.settings());
            return settings.any(|settings| settings.entries.iter().any(|entry| entry.key.starts_with("catalog")));
        };
        let spec = Dependency { spec: range.value.clone(), ..asked.clone() };
        self.lockfile.answer(&spec).is_none()
    }

    /// What packages ask for and no entry answers.
    fn unanswered(&self, cx: &mut Cx<'_>) {
        for (index, package) in self.lockfile.packages.iter().enumerate() {
            for (asked, target) in package.dependencies.iter().zip(self.lockfile.edges.of(index)) {
                let is_peer = matches!(asked.group, Group::Peer | Group::OptionalPeer);
                if target.is_some() || is_peer || self.overridden.contains(asked.name.as_str()) {
                    continue;
                }
                let reference = cx.named(&asked.name);
                let message = format!(
                    "`{}` asks for `{}` {}, and the lockfile has no entry for it; {END}",
                    package.name, asked.name, asked.spec
                );
                let finding = cx.report_in(&self.document.path, asked.name.span.to(asked.spec.span), message);
                finding.package(reference).help(help(self.document));
            }
        }
    }
}

/// Whether Yarn takes a member of this version for what is asked for; `None` where it does not go by the version.
fn fits(spec: &str, version: Option<&str>, by_range: bool) -> Option<bool> {
    let (own, range) = spec.strip_prefix("workspace:").map_or((false, plain(spec)), |range| (true, range));
    let satisfies = |version| versions::satisfies(Ecosystem::Npm, range, version);
    match (own, version) {
        (true, _) if matches!(range, "*" | "^" | "~") => None,
        (true, version) => satisfies(version.unwrap_or("0.0.0")),
        (false, Some(version)) if by_range => satisfies(version),
        (false, _) => versions::satisfies(Ecosystem::Npm, range, "0.0.0").map(|_| false),
    }
}

fn is_peer(asked: &Dependency) -> bool {
    matches!(asked.group, Group::Peer | Group::OptionalPeer)
}

/// The dependency that counts of each name: of several lists, the development one.
fn by_name(dependencies: &[Dependency], peers: bool) -> FxHashMap<&str, &Dependency> {
    let rank = |group: Group| match group {
        Group::Normal | Group::Peer => 1,
        Group::Optional | Group::OptionalPeer => 2,
        Group::Dev => 3,
        _ => 0,
    };
    let mut found: FxHashMap<&str, &Dependency> = FxHashMap::default();
    for asked in dependencies.iter().filter(|asked| rank(asked.group) > 0 && is_peer(asked) == peers) {
        let entry = found.entry(asked.name.as_str()).or_insert(asked);
        if rank(asked.group) > rank(entry.group) {
            *entry = asked;
        }
    }
    found
}

/// A spec as the lockfile's copy has it in the model: without the protocol of ranges, and without from where a path is asked.
fn plain(spec: &str) -> &str {
    let bare = spec.split("::").next().unwrap_or(spec);
    match bare.strip_prefix("npm:") {
        Some(range) if !range.starts_with('@') && !range.contains('@') => range,
        _ => bare,
    }
}

#[cfg(test)]
mod tests;
