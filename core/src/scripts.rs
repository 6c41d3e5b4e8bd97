//! Whether a locked package's install script runs, as this project's manager decides it.

use crate::bun;
use crate::formats::yarnrc;
use crate::model::{Ecosystem, Manager, Package, SourceKind};
use crate::project::Project;
use crate::versions;

/// What becomes of a package's install script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It runs, as every package's does.
    Runs,
    /// It runs because the manager itself trusts the name, not because the project says so.
    Trusted,
    /// It runs because the project allows it by name.
    Allowed,
    /// The manager does not run it.
    Blocked,
}

impl Fate {
    /// Whether it runs.
    #[must_use]
    pub fn runs(self) -> bool {
        self != Fate::Blocked
    }
}

/// What becomes of the install script that a package of a lockfile of `manager` is marked with.
#[must_use]
pub fn fate(package: &Package, manager: Manager, project: &Project<'_>) -> Fate {
    let reads_npmrc = manager != Manager::Pnpm || project.major(manager).is_none_or(|major| major < 11);
    // Yarn 1 has a default of its own, which wins over npm's settings.
    let by_npm = manager != Manager::Yarn && reads_npmrc && project.config.ignore_scripts();
    if by_npm
        || manager == Manager::Yarn && yarnrc::scripts_are_off(project)
        || project.setting("install.ignoreScripts").is_some_and(|on| *on.value == "true")
    {
        return Fate::Blocked;
    }
    let said = said(package, manager, project);
    match (manager, said) {
        (Manager::Bun, _) => by_bun(package, said, project),
        (Manager::Pnpm, _) => by_pnpm(said, project),
        (_, Some(true)) => Fate::Allowed,
        // npm asks for a list, and runs what is not on it or denied by it all the same; a denial is no more than a note until version 12.
        _ => Fate::Runs,
    }
}

/// What the manifests say of it; a denial wins.
fn said(package: &Package, manager: Manager, project: &Project<'_>) -> Option<bool> {
    let permissions = project.manifests().flat_map(|(_, manifest)| &manifest.script_permissions);
    let ours = permissions.filter(|one| one.manager == manager && means(&one.package, package)).map(|one| one.allowed.value);
    ours.reduce(|all, one| all && one)
}

/// Whether a name, or a name and exact versions joined by `||`, is that of a package.
fn means(key: &str, package: &Package) -> bool {
    let at = key.get(1..).and_then(|rest| rest.find('@'));
    let (name, versions) = at.map_or((key, None), |at| (&key[..=at], Some(&key[at + 2..])));
    let number = package.version.as_ref().map_or("", |version| version.as_str());
    let same = |wanted: &str| versions::is_same(Ecosystem::Npm, wanted, number);
    name == package.name.as_str() && versions.is_none_or(|versions| versions.split("||").any(|one| same(one.trim())))
}

fn by_bun(package: &Package, said: Option<bool>, project: &Project<'_>) -> Fate {
    let own = project.manifest.and_then(|document| document.manifest());
    let has_list = own.is_some_and(|manifest| manifest.facts.iter().any(|(key, _)| key == "trustedDependencies"));
    match said {
        Some(true) => Fate::Allowed,
        None if !has_list && package.kind == SourceKind::Registry && bun::is_trusted_by_default(&package.name) => Fate::Trusted,
        _ => Fate::Blocked,
    }
}

/// pnpm 10 and later run nothing that is not allowed. Earlier ones run everything, unless there is a list of those that may.
fn by_pnpm(said: Option<bool>, project: &Project<'_>) -> Fate {
    let on = |key: &str| project.setting(key).is_some_and(|setting| *setting.value == "true");
    let permissions = project.manifests().flat_map(|(_, manifest)| &manifest.script_permissions);
    let has_list = permissions.filter(|one| one.manager == Manager::Pnpm).any(|one| one.allowed.value);
    match said {
        _ if on("ignoreScripts") => Fate::Blocked,
        Some(true) => Fate::Allowed,
        Some(false) => Fate::Blocked,
        None if on("dangerouslyAllowAllBuilds") => Fate::Runs,
        None if has_list || project.major(Manager::Pnpm).is_some_and(|major| major >= 10) => Fate::Blocked,
        None => Fate::Runs,
    }
}
