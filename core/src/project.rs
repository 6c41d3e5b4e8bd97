//! Which files belong together: a manifest, its workspace members, its lockfiles, its settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::document::Document;
use crate::formats::{FORMATS, Role};
use crate::glob::Glob;
use crate::model::{Dependency, Group, Lockfile, Package, SourceKind};
use crate::npm_config::{NpmConfig, Origin};
use crate::npm_resolve::normal;
use crate::path::{RelPath, ancestors};
use crate::policy::Policy;
use crate::registries::{Registries, Serves, TrustedRegistry};
use crate::workspace::Workspace;

/// What a project or one of its members asks for, and what answers it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The document that says so: the lockfile's copy where there is one, else the manifest.
    pub document: &'a Document,
    /// What is asked for.
    pub dependency: &'a Dependency,
    /// The index of the lockfile's entry that answers.
    pub target: Option<u32>,
}

/// A project as its package manager sees it.
#[derive(Debug)]
pub struct Project<'a> {
    /// Its folder; empty for the workspace's root.
    pub folder: &'a str,
    /// Its manifest.
    pub manifest: Option<&'a Arc<Document>>,
    /// The manifests of its workspace members.
    pub members: Vec<&'a Arc<Document>>,
    /// Its lockfiles; the first is the one that the manager reads.
    pub lockfiles: Vec<&'a Arc<Document>>,
    /// Its settings files.
    pub settings: Vec<&'a Arc<Document>>,
    /// Its policy files.
    pub policies: Vec<&'a Arc<Document>>,
    /// The settings in effect: the person's own and the project's, as they stand now.
    pub config: NpmConfig,
    /// What the manifest says of the folders of members: wanted or not, and which.
    patterns: Arc<[(bool, Glob)]>,
    /// The registries that are trusted to serve its packages: those of the base, since a change cannot vouch for itself.
    pub registries: Registries,
}

impl<'a> Project<'a> {
    /// Every document of the project.
    pub fn documents(&self) -> impl Iterator<Item = &'a Arc<Document>> {
        let lists = [&self.members, &self.lockfiles, &self.settings, &self.policies];
        self.manifest.into_iter().chain(lists.into_iter().flatten().copied()).collect::<Vec<_>>().into_iter()
    }

    /// The document that findings about the whole project are reported in: the manifest, else the first lockfile, else its settings.
    #[must_use]
    pub fn own_document(&self) -> Option<&'a Arc<Document>> {
        self.manifest.or(self.lockfiles.first().copied()).or(self.settings.first().copied())
    }

    /// The lockfile that the manager reads.
    #[must_use]
    pub fn lockfile(&self) -> Option<(&'a Arc<Document>, &'a Lockfile)> {
        let document = *self.lockfiles.first()?;
        Some((document, document.lockfile()?))
    }

    /// The entry that the lockfile has for what one of the project's manifests asks for under a name.
    #[must_use]
    pub fn locked(&self, manifest: &Document, name: &str) -> Option<(&'a Arc<Document>, &'a Package)> {
        let (document, lockfile) = self.lockfile()?;
        let path = self.importer_path(manifest);
        let importer = lockfile.importers.iter().find(|importer| importer.path == path);
        let copied = importer.and_then(|importer| {
            let position = importer.dependencies.as_ref()?.iter().position(|asked| *asked.name == name)?;
            importer.targets.get(position).copied().flatten()
        });
        let package = match copied {
            Some(index) => lockfile.packages.get(index as usize)?,
            // Version 1 copies nothing; what the root asks for lies at the top, what a member asks for under its link or there.
            None => {
                let link = linking(lockfile, path).map(|link| format!("{}/node_modules/{name}", link.key));
                let own = link.and_then(|key| lockfile.packages.iter().find(|package| *package.key.value == *key));
                let top = || lockfile.packages.iter().find(|package| package.key.strip_prefix("node_modules/") == Some(name));
                own.or_else(top)?
            }
        };
        Some((document, package))
    }

    /// What the project and its members ask of one of its lockfiles. Version 1 of npm's copies nothing, so the manifest is taken there. `None` where neither tells.
    #[must_use]
    pub fn asked<'l>(&self, document: &'l Document, lockfile: &'l Lockfile) -> Option<Vec<Asked<'l>>>
    where
        'a: 'l,
    {
        let copied = lockfile.importers.iter().filter_map(|importer| Some((importer.dependencies.as_ref()?, &importer.targets)));
        let copied = copied.flat_map(|(dependencies, targets)| dependencies.iter().zip(targets));
        let found: Vec<_> = copied.map(|(dependency, target)| Asked { document, dependency, target: *target }).collect();
        if lockfile.importers.iter().any(|importer| importer.dependencies.is_some()) {
            return Some(found);
        }
        let (document, manifest) = (self.manifest?, self.manifest?.manifest()?);
        let top = lockfile
            .packages
            .iter()
            .zip(0..)
            .filter_map(|(package, index)| Some((package.key.strip_prefix("node_modules/")?, index)));
        let top: FxHashMap<&str, u32> = top.collect();
        let own = manifest.dependencies.iter().filter(|asked| asked.group != Group::Override);
        let asked = own.map(|dependency| Asked { document, dependency, target: top.get(dependency.name.as_str()).copied() });
        Some(asked.collect())
    }

    /// Whether a folder, relative to the project's own, is one of its workspace members by the manifest's patterns. `None` without a manifest.
    #[must_use]
    pub fn is_member(&self, folder: &str) -> Option<bool> {
        self.manifest?;
        let matching = self.patterns.iter().rev().find(|(_, glob)| glob.matches(folder));
        Some(matching.is_some_and(|(wanted, _)| *wanted))
    }

    /// The folder of one of its manifests relative to the project's own, as lockfiles name it; empty for the root.
    #[must_use]
    pub fn importer_path<'d>(&self, manifest: &'d Document) -> &'d str {
        let folder = manifest.path.folder();
        match self.folder {
            "" => folder,
            own => folder.strip_prefix(own).map_or("", |below| below.trim_start_matches('/')),
        }
    }

    /// The path of a file of the project's own folder.
    #[must_use]
    pub fn path(&self, name: &str) -> RelPath {
        RelPath::new(if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) })
    }
}

/// The entry that links to a member's folder.
pub(crate) fn linking<'l>(lockfile: &'l Lockfile, folder: &str) -> Option<&'l Package> {
    let mut links = lockfile.packages.iter().filter(|package| package.kind == SourceKind::Link && !folder.is_empty());
    links.find(|link| link.source.as_ref().is_some_and(|source| normal(source) == folder))
}

/// The projects of a workspace, by folder. Every document belongs to exactly one.
#[must_use]
pub fn projects(workspace: &Workspace) -> Vec<Project<'_>> {
    let mut folders: BTreeMap<&str, Vec<&Arc<Document>>> = BTreeMap::new();
    let roots: Vec<Root<'_>> = workspace.documents().filter_map(root).collect();
    for document in workspace.documents() {
        let folder = match document.manifest() {
            Some(_) => owner(&roots, workspace, document).unwrap_or(document.path.folder()),
            None => document.path.folder(),
        };
        folders.entry(folder).or_default().push(document);
    }
    let trusted = trusted_by(&workspace.policy());
    folders.into_iter().map(|(folder, documents)| project(workspace, &roots, &trusted, folder, &documents)).collect()
}

/// A manifest that has workspace members.
struct Root<'a> {
    folder: &'a str,
    patterns: Arc<[(bool, Glob)]>,
}

fn root(document: &Arc<Document>) -> Option<Root<'_>> {
    let manifest = document.manifest().filter(|manifest| !manifest.workspaces.is_empty())?;
    let patterns = manifest.workspaces.iter().filter_map(|pattern| {
        let (wanted, pattern) = pattern.strip_prefix('!').map_or((true, pattern.as_str()), |rest| (false, rest));
        Glob::new(pattern.trim_start_matches("./").trim_end_matches('/')).ok().map(|glob| (wanted, glob))
    });
    Some(Root { folder: document.path.folder(), patterns: patterns.collect::<Vec<_>>().into() })
}

/// The folder of the root that a manifest is a member of. A folder with a lockfile of its own is a project of its own.
fn owner<'a>(roots: &[Root<'a>], workspace: &Workspace, document: &Document) -> Option<&'a str> {
    let folder = document.path.folder();
    let own_lockfile = FORMATS.iter().filter(|format| format.role == Role::Lockfile).flat_map(|format| format.names);
    for name in own_lockfile {
        if RelPath::join(folder, name).is_some_and(|path| workspace.get(&path).is_some()) {
            return None;
        }
    }
    ancestors(folder).skip(1).find_map(|above| {
        let root = roots.iter().find(|root| root.folder == above)?;
        let below = if above.is_empty() { folder } else { folder.strip_prefix(above)?.trim_start_matches('/') };
        let last = root.patterns.iter().rev().find(|(_, glob)| glob.matches(below));
        last.is_some_and(|(wanted, _)| *wanted).then_some(root.folder)
    })
}

fn project<'a>(
    workspace: &'a Workspace,
    roots: &[Root<'a>],
    trusted: &[TrustedRegistry],
    folder: &'a str,
    documents: &[&'a Arc<Document>],
) -> Project<'a> {
    let of_role = |role: Role| documents.iter().copied().filter(move |document| document.format.role == role);
    let (own, members): (Vec<_>, Vec<_>) = of_role(Role::Manifest).partition(|document| document.path.folder() == folder);
    let mut lockfiles: Vec<_> = of_role(Role::Lockfile).collect();
    lockfiles.sort_by_key(|document| FORMATS.iter().position(|format| std::ptr::eq(*format, document.format)));
    let settings: Vec<_> = of_role(Role::Settings).collect();
    let former = settings_of(workspace.judge(), folder);
    Project {
        folder,
        manifest: own.first().copied(),
        patterns: roots.iter().find(|root| root.folder == folder).map_or_else(|| Arc::from([]), |root| root.patterns.clone()),
        members,
        lockfiles,
        config: config(workspace, &settings),
        registries: Registries::of(&config(workspace, &former), trusted.to_vec()),
        settings,
        policies: of_role(Role::Policy).collect(),
    }
}

/// The settings files of a folder.
fn settings_of<'a>(workspace: &'a Workspace, folder: &str) -> Vec<&'a Arc<Document>> {
    let names = FORMATS.iter().filter(|format| format.role == Role::Settings).flat_map(|format| format.names);
    names.filter_map(|name| workspace.get(&RelPath::join(folder, name)?)).collect()
}

/// The person's own settings with those of the given files in their place.
fn config(workspace: &Workspace, settings: &[&Arc<Document>]) -> NpmConfig {
    let project: Vec<_> = settings.iter().filter_map(|document| document.settings()).collect();
    NpmConfig::with_project(&workspace.user.npm, &project)
}

/// The registries that the policy names. It is not asked whose policy it was: none of them is contacted for that.
fn trusted_by(policy: &Policy) -> Vec<TrustedRegistry> {
    let any = policy.trusted_registries().iter().map(|url| (url, Serves::Any));
    let scoped =
        policy.scope_registries().iter().rev().map(|(scope, url)| (url, Serves::Scope(scope.trim_start_matches('@').into())));
    any.chain(scoped).map(|(url, serves)| TrustedRegistry { url: url.clone(), serves, origin: Origin::ProjectPolicy }).collect()
}
