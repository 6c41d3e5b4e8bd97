//! Which documents make one project: by folder and world, and by what workspaces say of their members.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Project;
use super::settings::{in_effect, trusted_by};
use crate::document::Document;
use crate::formats::{FORMATS, Role};
use crate::glob::Glob;
use crate::model::Ecosystem;
use crate::path::ancestors;
use crate::registries::{Registries, TrustedRegistry};
use crate::workspace::Workspace;

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
pub(super) fn place(document: &Document) -> (&str, Option<Ecosystem>) {
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
        let (config, mappings) = in_effect(self.workspace, folder, ecosystem);
        let (former_config, former_mappings) = in_effect(former, folder, ecosystem);
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
}
