//! Which files belong together: a manifest, its workspace members, its lockfiles, its settings.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::{SmolStr, format_smolstr};

use crate::cargo;
use crate::document::Document;
use crate::formats::{FORMATS, Role};
use crate::glob::Glob;
use crate::go;
use crate::model::{Dependency, Ecosystem, Group, Lockfile, Manager, Manifest, NamedRegistry, Package, Setting, SourceKind};
use crate::npm::config::{Mapping, NpmConfig, Origin};
use crate::npm::resolve::normal;
use crate::path::{RelPath, ancestors};
use crate::policy::Policy;
use crate::registries::{Registries, Serves, TrustedRegistry};
use crate::text::Spanned;
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

/// A project as its package manager sees it: one folder, and one ecosystem.
#[derive(Debug)]
pub struct Project<'a> {
    /// Its folder; empty for the workspace's root.
    pub folder: &'a str,
    /// Its world; `None` for Provender's own files alone.
    pub ecosystem: Option<Ecosystem>,
    /// Its manifest; of several in its folder, the first in the order of the formats.
    pub manifest: Option<&'a Arc<Document>>,
    /// Its other manifests: those of its workspace members, and further ones of its own folder.
    pub members: Vec<&'a Arc<Document>>,
    /// Its lockfiles; the first is the one that the manager reads.
    pub lockfiles: Vec<&'a Arc<Document>>,
    /// Its settings files.
    pub settings: Vec<&'a Arc<Document>>,
    /// The settings of npm in effect: the person's own and the project's, as they stand now.
    pub config: NpmConfig,
    /// Every registry that the settings name, lowest precedence first, as they stand now.
    pub mappings: Vec<Mapping>,
    /// What the manifest says of the folders of members: wanted or not, and which.
    patterns: Arc<[(bool, Glob)]>,
    /// The registries that are trusted to serve its packages: those of the base, since a change cannot vouch for itself.
    pub registries: Registries,
    documents: Vec<&'a Arc<Document>>,
}

impl<'a> Project<'a> {
    /// Every document of the project: manifests, lockfiles, settings, policies.
    pub fn documents(&self) -> impl Iterator<Item = &'a Arc<Document>> {
        self.documents.clone().into_iter()
    }

    /// Its package manager: that of its lockfile, else the one that its manifest names, else the world's usual one.
    #[must_use]
    pub fn manager(&self) -> Manager {
        // A requirements list is beside the point where a manager has a lockfile or a manifest of its own.
        let own = self.lockfiles.iter().filter(|document| document.format.role == Role::Lockfile);
        let locked = own.filter_map(|document| document.lockfile()).map(|lockfile| lockfile.manager).next();
        let named = || {
            let beside = self.manifest.into_iter().chain(self.settings.iter().copied());
            beside.filter_map(|document| document.manifest()?.manager).next()
        };
        locked.or_else(named).unwrap_or(match self.ecosystem {
            Some(Ecosystem::Pypi) => Manager::Pip,
            Some(Ecosystem::Cargo) => Manager::Cargo,
            Some(Ecosystem::Go) => Manager::Go,
            Some(Ecosystem::Npm) | None => Manager::Npm,
        })
    }

    /// Whether a manager of the project reads a file: the settings of a manager that it does not use say nothing here. Where no manager is known, any
    /// may be meant.
    #[must_use]
    pub fn reads(&self, document: &Document) -> bool {
        let locked = self.lockfiles.iter().filter(|document| document.format.role == Role::Lockfile);
        let locked = locked.filter_map(|document| document.lockfile()).map(|lockfile| lockfile.manager);
        let named = self.manifest.and_then(|document| document.manifest()?.manager);
        is_read(document, locked.chain(named))
    }

    /// Whether a registry in one of the project's files is passed over: beside settings in a file of its own, a manager takes from the file that it
    /// shares with others only what packages name as their source.
    #[must_use]
    pub fn passes_over(&self, registry: &NamedRegistry) -> bool {
        is_passed_over(registry, self.settings.iter().copied())
    }

    /// The major version of npm that the project asks for, where it says so without a doubt.
    #[must_use]
    pub fn npm_major(&self) -> Option<u64> {
        let range = self.manifest?.manifest()?.npm_range.as_ref();
        let range = range.map(|range| range.trim_start_matches(['>', '=', '^', '~', 'v', ' ']));
        self.major(Manager::Npm).or_else(|| major(range?))
    }

    /// The major version of a manager that `packageManager` names.
    #[must_use]
    pub fn major(&self, manager: Manager) -> Option<u64> {
        let asked = self.manifest?.manifest()?.package_manager.as_ref()?;
        let (name, version) = asked.split_once('@')?;
        name.eq_ignore_ascii_case(manager.name()).then(|| major(version)).flatten()
    }

    /// Every manifest, its own first.
    pub fn manifests(&self) -> impl Iterator<Item = (&'a Arc<Document>, &'a Manifest)> {
        // A settings file may say what manifests say of the whole project, and is no member of it.
        let own = self.manifest.into_iter().chain(self.members.iter().copied());
        let known: Vec<_> = own.clone().collect();
        let beside = self.settings.iter().copied().filter(|document| !known.iter().any(|other| Arc::ptr_eq(other, document)));
        let all = known.iter().copied().chain(beside).collect::<Vec<_>>();
        all.into_iter().filter_map(|document| Some((document, document.manifest()?)))
    }

    /// The value of a setting that counts, whichever of the project's own files has it.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&'a Setting> {
        self.settings.iter().filter_map(|document| document.settings()?.get(key)).next_back()
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

    /// The entry that a lockfile has for what one of the project's manifests asks for under a name: the manifest's own, where it is a
    /// lockfile as well, else the first lockfile's that has one.
    #[must_use]
    pub fn locked(&self, manifest: &Document, name: &str) -> Option<(&'a Arc<Document>, &'a Package)> {
        let own = self.lockfiles.iter().find(|document| document.path == manifest.path);
        let candidates: &[&Arc<Document>] = own.map_or(&self.lockfiles[..], std::slice::from_ref);
        let of = |document: &'a Arc<Document>| Some((document, self.locked_in(document.lockfile()?, manifest, name)?));
        // A file that is only a requirements list vouches for nobody but itself.
        let shared = |document: &&&'a Arc<Document>| own.is_some() || document.format.role == Role::Lockfile;
        let found = candidates.iter().filter(shared).find_map(|document| of(document));
        // A list that pins nothing itself may stand beside a lockfile that does.
        let others =
            || self.lockfiles.iter().filter(|document| document.format.role == Role::Lockfile).find_map(|document| of(document));
        let is_open =
            |(_, package): &(_, &Package)| own.is_some() && package.kind == SourceKind::Registry && package.version.is_none();
        if found.as_ref().is_some_and(is_open) { others().or(found) } else { found }
    }

    /// The entry that answers a dependency of one of the project's manifests; none for what only replaces other people's choices.
    #[must_use]
    pub fn answer(&self, manifest: &Document, dependency: &Dependency) -> Option<(&'a Arc<Document>, &'a Package)> {
        match dependency.group {
            Group::Override => None,
            Group::Catalog => {
                // Some lockfiles have an entry for what the catalog says, others for who asks by it.
                let of = |lockfile: &'a Lockfile| {
                    let answer = || lockfile.packages.get(lockfile.answer(dependency)? as usize);
                    by_catalog(lockfile, dependency).or_else(answer)
                };
                self.lockfiles.iter().find_map(|document| Some((*document, of(document.lockfile()?)?)))
            }
            _ => self.locked(manifest, &dependency.name),
        }
    }

    fn locked_in(&self, lockfile: &'a Lockfile, manifest: &Document, name: &str) -> Option<&'a Package> {
        let path = self.importer_path(manifest);
        let ecosystem = lockfile.manager.ecosystem();
        let wanted = ecosystem.normalized(name);
        let is_wanted = |other: &str| other == name || ecosystem.normalized(other) == wanted;
        let importer = lockfile.importers.iter().find(|importer| importer.path == path);
        let copied = importer.and_then(|importer| {
            let position = importer.dependencies.as_ref()?.iter().position(|asked| is_wanted(&asked.name))?;
            importer.targets.get(position).copied().flatten()
        });
        if let Some(index) = copied {
            return lockfile.packages.get(index as usize);
        }
        if lockfile.manager == Manager::Cargo {
            let asking = manifest.manifest()?;
            let mut named = asking.dependencies.iter().filter(|asked| asked.name.as_str() == name);
            let targets = named.clone().map(|asked| cargo::resolve::target(lockfile, asking, asked));
            let first = cargo::resolve::target(lockfile, asking, named.next()?)?;
            return lockfile.packages.get(first as usize).filter(|_| targets.into_iter().all(|target| target == Some(first)));
        }
        if lockfile.manager == Manager::Go {
            return go::locked(lockfile, manifest.manifest()?, name);
        }
        if !lockfile.answers.is_empty() {
            return self.answering(lockfile, manifest, name);
        }
        if lockfile.manager != Manager::Npm {
            // Most formats name a package once; where one has several versions, only an importer's edge tells which is meant.
            let copies = importer.is_some_and(|importer| importer.dependencies.is_some());
            let mut named = lockfile.packages.iter().filter(|package| !copies && is_wanted(&package.name));
            return named.next().filter(|_| named.next().is_none());
        }
        // Version 1 copies nothing; what the root asks for lies at the top, what a member asks for under its link or there.
        let link = linking(lockfile, path).map(|link| format!("{}/node_modules/{name}", link.key));
        let own = link.and_then(|key| lockfile.packages.iter().find(|package| *package.key.value == *key));
        let top = || lockfile.packages.iter().find(|package| package.key.strip_prefix("node_modules/") == Some(name));
        own.or_else(top)
    }

    /// The entry that answers one of the specs under a name, where entries are found by those; of an overridden name, the only one that there is.
    fn answering(&self, lockfile: &'a Lockfile, manifest: &Document, name: &str) -> Option<&'a Package> {
        let asked = || {
            manifest.manifest().into_iter().flat_map(|manifest| &manifest.dependencies).filter(|asked| *asked.name.value == *name)
        };
        let index =
            asked().filter(|asked| asked.group != Group::Override).find_map(|asked| self.answer_in(lockfile, manifest, asked));
        if let Some(index) = index {
            return lockfile.packages.get(index as usize);
        }
        let mut named = lockfile.packages.iter().filter(|package| package.name.as_str() == name);
        let only = named.next().filter(|_| named.next().is_none());
        only.filter(|_| self.overrides().any(|asked| *asked.name.value == *name))
    }

    /// The index of the entry that answers what a manifest asks for, in formats that have [`Lockfile::answers`]. Yarn 1 writes a path that a member
    /// asks for as the root would write it.
    #[must_use]
    pub fn answer_in(&self, lockfile: &Lockfile, manifest: &Document, asked: &Dependency) -> Option<u32> {
        let from_root = || {
            let (protocol, path) = asked.spec.split_once(':').filter(|(protocol, _)| matches!(*protocol, "file" | "link"))?;
            let path = format!("{}/{path}", self.importer_path(manifest));
            let spec = format!("{protocol}:{}", normal(path.trim_start_matches('/')));
            let spec = Spanned::new(spec.into(), asked.spec.span);
            lockfile.answer(&Dependency { spec, ..asked.clone() })
        };
        lockfile.answer(asked).or_else(from_root)
    }

    /// What the project puts in the place of what others ask for.
    pub fn overrides(&self) -> impl Iterator<Item = &'a Dependency> + use<'a> {
        let manifest = self.manifest.and_then(|document| document.manifest());
        let dependencies = manifest.into_iter().flat_map(|manifest| &manifest.dependencies);
        dependencies.filter(|asked| asked.group == Group::Override)
    }

    /// What the project and its members ask of one of its lockfiles. Some formats copy nothing, so the manifests are taken there. `None` where neither tells.
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
        if lockfile.manager == Manager::Go {
            // It is no list of what is installed.
            return None;
        }
        if lockfile.manager == Manager::Cargo {
            self.manifest?;
            let asked = self.manifests().flat_map(|(document, manifest)| {
                let target = |asked: &'a Dependency| cargo::resolve::target(lockfile, manifest, asked);
                let installed = manifest.dependencies.iter().filter(|asked| asked.group != Group::Override);
                installed.map(move |dependency| Asked { document, dependency, target: target(dependency) })
            });
            return Some(asked.collect());
        }
        let ecosystem = lockfile.manager.ecosystem();
        let key = |package: &'l Package| match lockfile.manager {
            Manager::Npm => package.key.strip_prefix("node_modules/").map(Cow::Borrowed),
            _ => Some(ecosystem.normalized(&package.name)),
        };
        // One name may have several entries, of which the environment chooses (Python).
        let mut top: FxHashMap<Cow<'_, str>, Vec<u32>> = FxHashMap::default();
        for (package, index) in lockfile.packages.iter().zip(0..) {
            if let Some(key) = key(package) {
                top.entry(key).or_default().push(index);
            }
        }
        self.manifest?;
        let own = self.manifests().filter(|(document, _)| lockfile.manager != Manager::Npm || self.is_own(document));
        let asked = own.flat_map(|(document, manifest)| manifest.dependencies.iter().map(move |asked| (document, asked)));
        let asked = asked.filter(|(_, asked)| !asked.group.is_indirect() && asked.group != Group::Build);
        let answered = asked.flat_map(|(document, dependency)| {
            let named =
                || top.get(&ecosystem.normalized(&dependency.name)).map(|answering| answering.iter().copied().map(Some).collect());
            let targets = match lockfile.answers.is_empty() {
                true => named().unwrap_or_else(|| vec![None]),
                false => vec![self.answer_in(lockfile, document, dependency)],
            };
            targets.into_iter().map(move |target| Asked { document, dependency, target })
        });
        Some(answered.collect())
    }

    fn is_own(&self, document: &Arc<Document>) -> bool {
        self.manifest.is_some_and(|own| Arc::ptr_eq(own, document))
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
        let folder = manifest.format.home(&manifest.path);
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

/// The entry that somebody gets who asks for a name by a catalog's reference.
fn by_catalog<'l>(lockfile: &'l Lockfile, entry: &Dependency) -> Option<&'l Package> {
    let reference = entry.condition.as_ref()?;
    let asked = lockfile.importers.iter().flat_map(|importer| importer.dependencies.iter().flatten().zip(&importer.targets));
    let mut asked = asked.filter(|(asked, _)| asked.name.value == entry.name.value && is_same_catalog(&asked.spec, reference));
    lockfile.packages.get(asked.find_map(|(_, target)| *target)? as usize)
}

/// `catalog:` and `catalog:default` name the same one.
fn is_same_catalog(one: &str, other: &str) -> bool {
    let plain = |reference: &str| reference.strip_suffix("default").unwrap_or(reference).len();
    one == other || one.starts_with("catalog:") && other.starts_with("catalog:") && plain(one) == 8 && plain(other) == 8
}

/// The first part of a version.
fn major(version: &str) -> Option<u64> {
    version.split(['.', ' ', '+']).next()?.parse().ok()
}

/// The entry that links to a member's folder.
pub(crate) fn linking<'l>(lockfile: &'l Lockfile, folder: &str) -> Option<&'l Package> {
    let mut links = lockfile.packages.iter().filter(|package| package.kind == SourceKind::Link && !folder.is_empty());
    links.find(|link| link.source.as_ref().is_some_and(|source| normal(source) == folder))
}

/// The projects of a workspace, by folder and ecosystem. Every document belongs to exactly one.
#[must_use]
pub fn projects(workspace: &Workspace) -> Vec<Project<'_>> {
    let mut groups: BTreeMap<(&str, Option<Ecosystem>), Vec<&Arc<Document>>> = BTreeMap::new();
    let roots: Vec<Root<'_>> = workspace.documents().filter_map(root).collect();
    let is_lockfile = |document: &&Arc<Document>| document.format.role == Role::Lockfile;
    let locked: FxHashSet<_> = workspace.documents().filter(is_lockfile).map(|document| place(document)).collect();
    for document in workspace.documents() {
        let (home, ecosystem) = place(document);
        let own_root = |home: &str| {
            locked.contains(&(home, ecosystem)) || roots.iter().any(|root| root.is_at(home, ecosystem) && root.topmost)
        };
        let mut owned = None;
        let mut below = document.manifest().map(|_| home);
        while let Some(folder) = below.filter(|folder| !own_root(folder)) {
            below = owner(&roots, folder, ecosystem);
            owned = below.or(owned);
        }
        let owner = owned;
        groups.entry((owner.unwrap_or(home), ecosystem)).or_default().push(document);
    }
    let trusted = trusted_by(&workspace.policy());
    let surroundings = Surroundings { workspace, roots: &roots, trusted: &trusted };
    groups.into_iter().map(|((folder, ecosystem), documents)| surroundings.project(folder, ecosystem, documents)).collect()
}

/// The folder and the world that a document belongs to by itself.
fn place(document: &Document) -> (&str, Option<Ecosystem>) {
    (document.format.home(&document.path), document.format.ecosystem)
}

/// A manifest that has workspace members.
struct Root<'a> {
    folder: &'a str,
    ecosystem: Option<Ecosystem>,
    patterns: Arc<[(bool, Glob)]>,
    /// Whether it is no member of anything above, whatever that says.
    topmost: bool,
}

impl Root<'_> {
    fn is_at(&self, folder: &str, ecosystem: Option<Ecosystem>) -> bool {
        self.folder == folder && self.ecosystem == ecosystem
    }
}

fn root(document: &Arc<Document>) -> Option<Root<'_>> {
    let manifest = document.manifest().filter(|manifest| !manifest.workspaces.is_empty())?;
    let patterns = manifest.workspaces.iter().flat_map(|pattern| {
        let (wanted, pattern) = pattern.strip_prefix('!').map_or((true, pattern.as_str()), |rest| (false, rest));
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        // Managers look for manifests below the pattern, and `**` may stand for no folder at all.
        let own = pattern.strip_suffix("/**");
        own.into_iter().chain([pattern]).filter_map(move |pattern| Some((wanted, Glob::new(pattern).ok()?)))
    });
    let (folder, ecosystem) = place(document);
    Some(Root { folder, ecosystem, patterns: patterns.collect::<Vec<_>>().into(), topmost: manifest.topmost })
}

/// The folder of the root that a manifest is a member of. A folder with a lockfile of its own is a project of its own.
fn owner<'a>(roots: &[Root<'a>], folder: &str, ecosystem: Option<Ecosystem>) -> Option<&'a str> {
    ancestors(folder).skip(1).find_map(|above| {
        let root = roots.iter().find(|root| root.is_at(above, ecosystem))?;
        let below = if above.is_empty() { folder } else { folder.strip_prefix(above)?.trim_start_matches('/') };
        let last = root.patterns.iter().rev().find(|(_, glob)| glob.matches(below));
        last.is_some_and(|(wanted, _)| *wanted).then_some(root.folder)
    })
}

/// What every project of a workspace is made with.
struct Surroundings<'a, 's> {
    workspace: &'a Workspace,
    roots: &'s [Root<'a>],
    trusted: &'s [TrustedRegistry],
}

impl<'a> Surroundings<'a, '_> {
    fn project(&self, folder: &'a str, ecosystem: Option<Ecosystem>, documents: Vec<&'a Arc<Document>>) -> Project<'a> {
        let order = |document: &&Arc<Document>| FORMATS.iter().position(|format| std::ptr::eq(*format, document.format));
        let sorted = |wanted: &dyn Fn(&Document) -> bool| {
            let mut found: Vec<_> = documents.iter().copied().filter(|document| wanted(document)).collect();
            found.sort_by_key(order);
            found
        };
        let mut manifests = sorted(&|document| document.manifest().is_some());
        let own = manifests.iter().position(|document| place(document).0 == folder).map(|at| manifests.remove(at));
        manifests.retain(|document| document.format.role != Role::Settings);
        let former = self.workspace.judge();
        let root = self.roots.iter().find(|root| root.is_at(folder, ecosystem));
        let settings = sorted(&|document| document.settings().is_some());
        let (config, mappings) = self.config(self.workspace, folder, ecosystem);
        let (former_config, former_mappings) = self.config(former, folder, ecosystem);
        let registries = match ecosystem {
            Some(ecosystem) => Registries::with(ecosystem, &former_mappings, self.trusted.to_vec()),
            None => Registries::default(),
        };
        Project {
            folder,
            ecosystem,
            manifest: own,
            members: manifests,
            lockfiles: sorted(&|document| document.lockfile().is_some()),
            settings,
            config,
            mappings,
            patterns: root.map_or_else(|| Arc::from([]), |root| root.patterns.clone()),
            registries: registries.replacing(former_config.replace_registry_host()),
            documents,
        }
    }

    /// npm's settings in effect in a folder, and every registry that settings name for it, the person's own first.
    fn config(&self, workspace: &Workspace, folder: &str, ecosystem: Option<Ecosystem>) -> (NpmConfig, Vec<Mapping>) {
        let Some(ecosystem) = ecosystem else { return (NpmConfig::default(), Vec::new()) };
        let yarn = locked_by(workspace, folder, Manager::Yarn);
        let reaching = workspace.documents().filter(|document| {
            let (home, other) = place(document);
            // npm reads the file beside the manifest alone; the others look upwards, Yarn 1 for the files that it reads.
            let looks_up = ecosystem != Ecosystem::Npm || yarn && matches!(document.format.id, "npmrc" | "yarnrc");
            let above = || looks_up && !is_list(document) && ancestors(folder).any(|above| above == home);
            other == Some(ecosystem) && (home == folder || above())
        });
        let documents: Vec<_> = reaching.filter(|document| document.settings().is_some()).collect();
        let npmrc: Vec<_> =
            documents.iter().filter(|document| document.format.id == "npmrc").filter_map(|d| d.settings()).collect();
        let config =
            if ecosystem == Ecosystem::Npm { NpmConfig::with_project(&workspace.user.npm, &npmrc) } else { NpmConfig::default() };
        // Another manager's registry is trusted, and not the one that this project's packages are asked of.
        let theirs = workspace.user.settings.iter().filter(|(_, document)| document.format.ecosystem == Some(ecosystem));
        let theirs = theirs.map(|(origin, document)| {
            let asked = ecosystem != Ecosystem::Npm || is_read_in(document, workspace, folder);
            (*origin, document, !asked)
        });
        // What a list of requirements names is asked for that list; a lockfile beside it is another manager's.
        let locks = |other: &Arc<Document>| other.format.role == Role::Lockfile && place(other) == (folder, Some(ecosystem));
        let beside = documents.iter().copied().filter(|document| place(document).0 == folder);
        let beside: Vec<_> = beside.collect();
        let unread = self.unread(workspace, folder, ecosystem);
        let ours = documents.into_iter().filter(|document| !unread(document));
        let ours = ours.map(|document| (Origin::Project, document, is_list(document) && workspace.documents().any(locks)));
        let (mut yielding, mut mappings) = (Vec::new(), config.mappings().to_vec());
        for (origin, document, aside) in theirs.chain(ours) {
            let counts = |registry: &NamedRegistry| origin.is_own() || !is_passed_over(registry, beside.iter().copied());
            for (registry, mapping) in named(document, origin).filter(|(registry, _)| counts(registry)) {
                let serves = if aside && mapping.serves == Serves::Default { Serves::Any } else { mapping.serves };
                let into = if registry.yields { &mut yielding } else { &mut mappings };
                into.push(Mapping { serves, ..mapping });
            }
        }
        mappings.splice(..0, yielding);
        // The environment has the last word.
        let elsewhere = workspace.user.mappings.iter().filter(|(of, _)| *of == ecosystem);
        mappings.extend(elsewhere.map(|(_, mapping)| without_user(mapping.clone())));
        (config, mappings)
    }

    /// What tells the files of a folder's settings that none of its managers reads.
    fn unread(&self, workspace: &'a Workspace, folder: &str, ecosystem: Ecosystem) -> impl Fn(&Arc<Document>) -> bool {
        let own = workspace.documents().filter(|document| place(document) == (folder, Some(ecosystem)));
        let known = own.filter_map(|document| match document.format.role {
            Role::Lockfile => Some(document.lockfile()?.manager),
            Role::Manifest => document.manifest()?.manager,
            _ => None,
        });
        let known: Vec<Manager> = known.collect();
        move |document| !is_read(document, known.iter().copied())
    }
}

/// The registries that a settings file names.
fn named(document: &Document, origin: Origin) -> impl Iterator<Item = (&NamedRegistry, Mapping)> {
    let registries = document.settings().map_or(&[][..], |settings| &settings.registries);
    registries.iter().map(move |named| {
        let mapping = Mapping { serves: named.serves.clone(), url: Ok(named.url.value.clone()), origin, span: named.url.span };
        (named, if origin.is_own() { without_user(mapping) } else { mapping })
    })
}

/// The same without a user's name and password in its address: the person's own settings may have them there, and they are kept apart.
fn without_user(mapping: Mapping) -> Mapping {
    let plain = |url: &SmolStr| {
        let (scheme, rest) = url.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (_, host) = rest[..end].rsplit_once('@')?;
        Some(format_smolstr!("{scheme}://{host}{}", &rest[end..]))
    };
    let url = mapping.url.map(|url| plain(&url).unwrap_or(url));
    Mapping { url, ..mapping }
}

/// Whether a folder has a lockfile of a manager.
fn locked_by(workspace: &Workspace, folder: &str, manager: Manager) -> bool {
    let beside = workspace.documents().filter(|document| document.format.home(&document.path) == folder);
    beside.filter_map(|document| document.lockfile()).any(|lockfile| lockfile.manager == manager)
}

/// Whether the manager of a folder's lockfile reads that file of the person's.
fn is_read_in(settings: &Document, workspace: &Workspace, folder: &str) -> bool {
    let lockfiles = workspace.documents().filter(|document| document.format.home(&document.path) == folder);
    lockfiles
        .filter_map(|document| document.lockfile())
        .any(|lockfile| settings.format.names.contains(&lockfile.manager.settings_file()))
}

/// The settings files that one manager alone reads, where another one's projects may have them as well.
fn reader(document: &Document) -> Option<Manager> {
    let managers = [Manager::Yarn, Manager::Berry, Manager::Pnpm, Manager::Bun];
    managers.into_iter().find(|manager| document.format.names.contains(&manager.settings_file()))
}

/// Whether one of the managers that a folder is known to have reads a file there.
fn is_read(document: &Document, known: impl Iterator<Item = Manager>) -> bool {
    let Some(reader) = reader(document) else { return true };
    if let Some(runs) = document.settings().and_then(|settings| settings.runs) {
        return runs == reader;
    }
    let known: Vec<Manager> = known.collect();
    known.is_empty() || known.contains(&reader)
}

/// See [`Project::passes_over`].
fn is_passed_over<'d>(registry: &NamedRegistry, mut beside: impl Iterator<Item = &'d Arc<Document>>) -> bool {
    let own_file = |document: &Arc<Document>, manager: Manager| {
        document.format.role == Role::Settings && document.format.names.contains(&manager.settings_file())
    };
    !matches!(registry.serves, Serves::Named(_))
        && registry.part.is_some_and(|manager| beside.any(|document| own_file(document, manager)))
}

/// Whether a document is a list of requirements of pip, which says nothing of other files.
fn is_list(document: &Document) -> bool {
    document.manifest().is_some_and(|manifest| manifest.manager == Some(Manager::Pip))
}

/// The registries that the policy names. It is not asked whose policy it was: none of them is contacted for that.
fn trusted_by(policy: &Policy) -> Vec<TrustedRegistry> {
    let any = policy.trusted_registries().iter().map(|url| (url, Serves::Any));
    let scoped =
        policy.scope_registries().iter().rev().map(|(scope, url)| (url, Serves::Scope(scope.trim_start_matches('@').into())));
    any.chain(scoped).map(|(url, serves)| TrustedRegistry { url: url.clone(), serves, origin: Origin::ProjectPolicy }).collect()
}
