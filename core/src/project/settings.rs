//! The settings in effect in a project's folder: who reads which file, and which registries they name.

use std::sync::Arc;

use smol_str::{SmolStr, format_smolstr};

use super::grouping::place;
use crate::document::Document;
use crate::formats::Role;
use crate::model::{Ecosystem, Manager, NamedRegistry};
use crate::npm::config::{Mapping, NpmConfig, Origin};
use crate::path::ancestors;
use crate::policy::Policy;
use crate::registries::{Serves, TrustedRegistry};
use crate::workspace::Workspace;

/// npm's settings in effect in a folder, and every registry that settings name for it, the person's own first.
pub(super) fn in_effect(workspace: &Workspace, folder: &str, ecosystem: Option<Ecosystem>) -> (NpmConfig, Vec<Mapping>) {
    let Some(ecosystem) = ecosystem else { return (NpmConfig::default(), Vec::new()) };
    let documents = reaching(workspace, folder, ecosystem);
    let config = match ecosystem {
        Ecosystem::Npm => {
            let npmrc = documents.iter().filter(|document| document.format.id == "npmrc");
            NpmConfig::with_project(&workspace.user.npm, &npmrc.filter_map(|document| document.settings()).collect::<Vec<_>>())
        }
        _ => NpmConfig::default(),
    };
    let mut named = of_person(workspace, folder, ecosystem);
    named.extend(of_project(workspace, folder, ecosystem, &documents));
    let (yielding, others): (Vec<_>, Vec<_>) = named.into_iter().partition(|(yields, _)| *yields);
    let plain = |named: Vec<Named>| named.into_iter().map(|(_, mapping)| mapping);
    let mut mappings: Vec<Mapping> = plain(yielding).chain(config.mappings().to_vec()).chain(plain(others)).collect();
    // The environment has the last word.
    let elsewhere = workspace.user.mappings.iter().filter(|(of, _)| *of == ecosystem);
    mappings.extend(elsewhere.map(|(_, mapping)| without_user(mapping.clone())));
    (config, mappings)
}

/// A registry that a settings file names, and whether it yields to what npm's settings say.
type Named = (bool, Mapping);

/// The settings files that reach a folder.
fn reaching<'w>(workspace: &'w Workspace, folder: &str, ecosystem: Ecosystem) -> Vec<&'w Arc<Document>> {
    let yarn = is_locked_by(workspace, folder, Manager::Yarn);
    let reaching = workspace.documents().filter(|document| {
        let (home, other) = place(document);
        // npm reads the file beside the manifest alone; the others look upwards, Yarn 1 for the files that it reads.
        let looks_up = ecosystem != Ecosystem::Npm || yarn && matches!(document.format.id, "npmrc" | "yarnrc");
        let above = || looks_up && !is_list(document) && ancestors(folder).any(|above| above == home);
        other == Some(ecosystem) && (home == folder || above())
    });
    reaching.filter(|document| document.settings().is_some()).collect()
}

/// The registries that the person's own settings name.
fn of_person(workspace: &Workspace, folder: &str, ecosystem: Ecosystem) -> Vec<Named> {
    let own = workspace.user.settings.iter().filter(|(_, document)| document.format.ecosystem == Some(ecosystem));
    let registries = own.flat_map(|(origin, document)| {
        // Another manager's registry is trusted, and not the one that this project's packages are asked of.
        let asked = ecosystem != Ecosystem::Npm || is_read_in(document, workspace, folder);
        named(document, *origin, |_| true).map(move |named| if asked { named } else { aside(named) })
    });
    registries.collect()
}

/// The registries that the project's settings name.
fn of_project(workspace: &Workspace, folder: &str, ecosystem: Ecosystem, documents: &[&Arc<Document>]) -> Vec<Named> {
    // What a list of requirements names is asked for that list; a lockfile beside it is another manager's.
    let locks = |other: &Arc<Document>| other.format.role == Role::Lockfile && place(other) == (folder, Some(ecosystem));
    let is_locked = workspace.documents().any(locks);
    let beside = || documents.iter().copied().filter(|document| place(document).0 == folder);
    let unread = unread(workspace, folder, ecosystem);
    let registries = documents.iter().filter(|document| !unread(document)).flat_map(|document| {
        let is_aside = is_locked && is_list(document);
        let counting = move |registry: &&NamedRegistry| !is_passed_over(registry, beside());
        named(document, Origin::Project, counting).map(move |named| if is_aside { aside(named) } else { named })
    });
    registries.collect()
}

/// The same registry as one that may serve any package, and that none is asked of by default.
fn aside((yields, mapping): Named) -> Named {
    match mapping.serves {
        Serves::Default => (yields, Mapping { serves: Serves::Any, ..mapping }),
        _ => (yields, mapping),
    }
}

/// What tells the files of a folder's settings that none of its managers reads.
fn unread(workspace: &Workspace, folder: &str, ecosystem: Ecosystem) -> impl Fn(&Arc<Document>) -> bool {
    let own = workspace.documents().filter(|document| place(document) == (folder, Some(ecosystem)));
    let known = own.filter_map(|document| match document.format.role {
        Role::Lockfile => Some(document.lockfile()?.manager),
        Role::Manifest => document.manifest()?.manager,
        _ => None,
    });
    let known: Vec<Manager> = known.collect();
    move |document| !is_read(document, known.iter().copied())
}
/// The registries that a settings file names, as far as they count.
fn named(document: &Document, origin: Origin, counts: impl Fn(&&NamedRegistry) -> bool) -> impl Iterator<Item = Named> {
    let registries = document.settings().map_or(&[][..], |settings| &settings.registries);
    registries.iter().filter(counts).map(move |named| {
        let mapping = Mapping { serves: named.serves.clone(), url: Ok(named.url.value.clone()), origin, span: named.url.span };
        (named.yields, if origin.is_own() { without_user(mapping) } else { mapping })
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

/// Whether the manager of a folder's lockfile reads that file of the person's.
fn is_read_in(settings: &Document, workspace: &Workspace, folder: &str) -> bool {
    lockers(workspace, folder).any(|manager| settings.format.names.contains(&manager.settings_file()))
}

fn is_locked_by(workspace: &Workspace, folder: &str, manager: Manager) -> bool {
    lockers(workspace, folder).any(|other| other == manager)
}

/// The managers of a folder's lockfiles.
fn lockers(workspace: &Workspace, folder: &str) -> impl Iterator<Item = Manager> {
    let lockfiles = workspace.documents().filter(move |document| document.format.home(&document.path) == folder);
    lockfiles.filter_map(|document| Some(document.lockfile()?.manager))
}

/// The settings files that one manager alone reads, where another one's projects may have them as well.
fn reader(document: &Document) -> Option<Manager> {
    let managers = [Manager::Yarn, Manager::Berry, Manager::Pnpm, Manager::Bun];
    managers.into_iter().find(|manager| document.format.names.contains(&manager.settings_file()))
}

/// Whether one of the managers that a folder is known to have reads a file there.
pub(super) fn is_read(document: &Document, known: impl Iterator<Item = Manager>) -> bool {
    let Some(reader) = reader(document) else { return true };
    if let Some(runs) = document.settings().and_then(|settings| settings.runs) {
        return runs == reader;
    }
    let known: Vec<Manager> = known.collect();
    known.is_empty() || known.contains(&reader)
}

/// See [`Project::passes_over`].
pub(super) fn is_passed_over<'d>(registry: &NamedRegistry, mut beside: impl Iterator<Item = &'d Arc<Document>>) -> bool {
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
pub(super) fn trusted_by(policy: &Policy) -> Vec<TrustedRegistry> {
    let any = policy.trusted_registries().iter().map(|url| (url, Serves::Any));
    let scoped =
        policy.scope_registries().iter().rev().map(|(scope, url)| (url, Serves::Scope(scope.trim_start_matches('@').into())));
    any.chain(scoped).map(|(url, serves)| TrustedRegistry { url: url.clone(), serves, origin: Origin::ProjectPolicy }).collect()
}
