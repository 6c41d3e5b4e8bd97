//! What pnpm's settings protect from.

use crate::finding::Severity;
use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{Manager, Setting, Settings};
use crate::project::Project;

/// Three days, in minutes.
const COOLDOWN: &str = "4320";

pub(super) static GUARDS: &[Guard] = &[
    Guard {
        aspect: Aspect::InstallScripts,
        key: "dangerouslyAllowAllBuilds",
        protects: is_not_on,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "install scripts of every dependency run without anybody having allowed them",
        help: "remove it, run `pnpm approve-builds`, and allow those that need it by name (`allowBuilds`)",
        severity: Some(Severity::Error),
        applies: is_pnpm,
    },
    Guard {
        aspect: Aspect::InstallScripts,
        key: "strictDepBuilds",
        protects: is_not_off,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "an install script that nobody has decided on is passed over with a warning, and nobody looks at it",
        help: "remove it: pnpm 11 and later fail then, and `pnpm approve-builds` asks for each",
        severity: Some(Severity::Info),
        applies: is_pnpm,
    },
    Guard {
        aspect: Aspect::Lockfile,
        key: "lockfile",
        protects: is_not_off,
        unset: Unset::Safe,
        mend: Mend::Set("true"),
        message: "pnpm ignores the lockfile",
        help: "remove it, run `pnpm install`, and commit the lockfile",
        severity: None,
        applies: is_pnpm,
    },
    Guard {
        aspect: Aspect::Saves,
        key: "saveExact",
        protects: |setting| *setting.value == "true",
        unset: Unset::Exposed,
        mend: Mend::Set("true"),
        message: "new dependencies are saved as ranges",
        help: "set `saveExact: true`; what is there already stays as it is",
        severity: None,
        applies: |project, settings| {
            let exact = settings.get("savePrefix").is_some_and(|prefix| prefix.value.is_empty());
            reads_settings(project) && !exact
        },
    },
    Guard {
        aspect: Aspect::Engines,
        key: "engineStrict",
        protects: |setting| *setting.value == "true",
        unset: Unset::Exposed,
        mend: Mend::Set("true"),
        message: "engine ranges are only a warning",
        help: "set `engineStrict: true`, so that everybody installs with the versions that the project names",
        severity: None,
        applies: |project, _| reads_settings(project),
    },
    Guard {
        aspect: Aspect::Tls,
        key: "strictSsl",
        protects: is_not_off,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "certificates are not checked: anybody on the line can be the registry",
        help: "remove it; behind a proxy with its own certificates, name them with `cafile` in your own `.npmrc`",
        severity: None,
        applies: is_pnpm,
    },
    Guard {
        aspect: Aspect::Integrity,
        key: "verifyStoreIntegrity",
        protects: is_not_off,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "pnpm does not check what lies in its store before it links it",
        help: "remove it",
        severity: None,
        applies: is_pnpm,
    },
    Guard {
        aspect: Aspect::Integrity,
        key: "trustLockfile",
        protects: is_not_on,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "pnpm installs what the lockfile says without holding it to the registry",
        help: "remove it: pnpm remembers what it has checked, so only what is new costs time",
        severity: None,
        applies: is_pnpm,
    },
    Guard {
        aspect: Aspect::Integrity,
        key: "blockExoticSubdeps",
        protects: is_not_off,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "what a dependency asks for may come from a repository or an address instead of a registry",
        help: "remove it: pnpm 11 and later refuse that",
        severity: Some(Severity::Warning),
        applies: is_pnpm,
    },
    Guard {
        aspect: Aspect::Cooldown,
        key: "minimumReleaseAge",
        protects: is_number_above_zero,
        unset: Unset::Safe,
        mend: Mend::Set(COOLDOWN),
        message: "pnpm may choose a version that was published a minute ago",
        help: "set `minimumReleaseAge: 4320` (minutes: three days): most malicious releases are withdrawn within hours",
        severity: None,
        // From 11 on, a day is what holds where nothing is set.
        applies: |project, _| reads_settings(project) && project.major(Manager::Pnpm) != Some(10),
    },
    Guard {
        aspect: Aspect::Cooldown,
        key: "minimumReleaseAge",
        protects: is_number_above_zero,
        unset: Unset::Exposed,
        mend: Mend::Set(COOLDOWN),
        message: "pnpm may choose a version that was published a minute ago",
        help: "set `minimumReleaseAge: 4320` (minutes: three days): most malicious releases are withdrawn within hours",
        severity: None,
        applies: |project, _| is_pnpm(project, &Settings::default()) && project.major(Manager::Pnpm) == Some(10),
    },
    replaced("onlyBuiltDependencies"),
    replaced("neverBuiltDependencies"),
    replaced("ignoredBuiltDependencies"),
    replaced("onlyBuiltDependenciesFile"),
];

/// A list of earlier versions that later ones pass over without a word.
const fn replaced(key: &'static str) -> Guard {
    Guard {
        aspect: Aspect::Ineffective,
        key,
        protects: |_| false,
        unset: Unset::Safe,
        mend: Mend::No,
        message: "pnpm 11 and later do not read this list: `allowBuilds` has taken its place",
        help: "write each name as `allowBuilds: { NAME: true }`, or `false` for one that may not (`pnpm approve-builds` does)",
        severity: None,
        applies: is_eleven,
    }
}

/// A member of the `pnpm` field of `package.json`, which later versions pass over.
pub(in crate::formats) const fn moved(key: &'static str) -> Guard {
    Guard {
        aspect: Aspect::Ineffective,
        key,
        protects: |_| false,
        unset: Unset::Safe,
        mend: Mend::No,
        message: "pnpm 11 and later do not read the `pnpm` field",
        help: "move it to `pnpm-workspace.yaml`, where the same key stands at the top",
        severity: None,
        applies: is_eleven,
    }
}

/// Whether the project names pnpm 11 or later.
pub(in crate::formats) fn is_eleven(project: &Project<'_>, _: &Settings) -> bool {
    project.manager() == Manager::Pnpm && project.major(Manager::Pnpm).is_some_and(|major| major >= 11)
}

fn is_pnpm(project: &Project<'_>, _: &Settings) -> bool {
    project.manager() == Manager::Pnpm
}

/// Whether pnpm reads its own settings here, which it does since version 10.
fn reads_settings(project: &Project<'_>) -> bool {
    project.manager() == Manager::Pnpm && project.major(Manager::Pnpm).is_none_or(|major| major >= 10)
}

fn is_not_on(setting: &Setting) -> bool {
    *setting.value != "true"
}

fn is_not_off(setting: &Setting) -> bool {
    *setting.value != "false"
}

fn is_number_above_zero(setting: &Setting) -> bool {
    setting.value.trim().parse::<f64>().is_ok_and(|minutes| minutes > 0.0)
}
