//! What Yarn 1's settings protect from.

use crate::finding::Severity;
use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{Manager, Setting, Settings};
use crate::project::Project;

/// The table.
pub(super) static GUARDS: &[Guard] = &[
    Guard {
        aspect: Aspect::InstallScripts,
        key: "ignore-scripts",
        protects: is_on,
        unset: Unset::Exposed,
        mend: Mend::Set("true"),
        message: "install scripts of every package run on `yarn install`",
        help: "set `ignore-scripts true`, and run the few scripts that are needed by name",
        severity: None,
        applies: |project, settings| is_yarn(project, settings) && !has_flag(settings, "--ignore-scripts"),
    },
    Guard {
        aspect: Aspect::Lockfile,
        key: "--no-lockfile",
        protects: is_off,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "Yarn ignores the lockfile, and with it every digest in it",
        help: "remove it, run `yarn install`, and commit the lockfile",
        severity: None,
        applies: is_yarn,
    },
    Guard {
        aspect: Aspect::Integrity,
        key: "--update-checksums",
        protects: is_off,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "Yarn takes packages whose digest is not the lockfile's, with `--frozen-lockfile` as well",
        help: "remove it: by default Yarn refuses them",
        severity: None,
        applies: is_yarn,
    },
    Guard {
        aspect: Aspect::Tls,
        key: "strict-ssl",
        protects: is_on,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "certificates are not checked: anybody on the line can be the registry",
        help: "remove it; behind a proxy with its own certificates, name them with `cafile`",
        severity: None,
        applies: |_, _| true,
    },
    Guard {
        aspect: Aspect::Saves,
        key: "save-exact",
        protects: is_on,
        unset: Unset::Exposed,
        mend: Mend::Set("true"),
        message: "new dependencies are saved as ranges",
        help: "set `save-exact true`; what is there already stays as it is",
        severity: None,
        applies: |project, settings| {
            let elsewhere = project.config.is_on("save-exact", false);
            is_yarn(project, settings) && !saves_exact_otherwise(settings) && !elsewhere
        },
    },
    Guard {
        aspect: Aspect::Engines,
        key: "ignore-engines",
        protects: is_off,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "engine ranges are not looked at",
        help: "remove it, so that everybody installs with the versions that the project names",
        severity: None,
        applies: is_yarn,
    },
    Guard {
        aspect: Aspect::Engines,
        key: "--ignore-engines",
        protects: is_off,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "engine ranges are not looked at",
        help: "remove it, so that everybody installs with the versions that the project names",
        severity: Some(Severity::Info),
        applies: is_yarn,
    },
];

fn is_on(setting: &Setting) -> bool {
    *setting.value == "true"
}

fn is_off(setting: &Setting) -> bool {
    *setting.value != "true"
}

fn is_yarn(project: &Project<'_>, _: &Settings) -> bool {
    project.manager() == Manager::Yarn
}

fn has_flag(settings: &Settings, flag: &str) -> bool {
    settings.get(flag).is_some_and(is_on)
}

/// Whether what `yarn add` writes is exact by another setting than `save-exact`.
fn saves_exact_otherwise(settings: &Settings) -> bool {
    settings.get("save-prefix").is_some_and(|prefix| prefix.value.is_empty())
        || has_flag(settings, "--exact")
        || has_flag(settings, "--add.exact")
}

/// The settings of the project's `.yarnrc`.
fn own<'a>(project: &Project<'a>) -> impl Iterator<Item = &'a Settings> + use<'a> {
    let own = project.settings.clone().into_iter().filter(|document| std::ptr::eq(document.format, &super::FORMAT));
    own.filter_map(|document| document.settings())
}

/// Whether the project has a `.yarnrc`.
pub(crate) fn is_there(project: &Project<'_>) -> bool {
    own(project).next().is_some()
}

/// Whether the project's `.yarnrc` switches install scripts off. A `.npmrc` cannot: Yarn 1 has a default of its own, which wins over it.
pub(crate) fn scripts_are_off(project: &Project<'_>) -> bool {
    own(project).any(|settings| settings.get("ignore-scripts").is_some_and(is_on) || has_flag(settings, "--ignore-scripts"))
}

/// Whether the project's `.yarnrc` has new dependencies saved exactly.
pub(crate) fn names_exact_saves(project: &Project<'_>) -> bool {
    own(project).any(|settings| has_flag(settings, "save-exact") || saves_exact_otherwise(settings))
}
