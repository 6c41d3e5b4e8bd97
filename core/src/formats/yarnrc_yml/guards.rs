//! What Yarn's settings protect from. Defaults moved with its versions (as its own `yarn config` tells them): up to 4.13 install scripts run, from
//! 4.14 on only those that are allowed; 4.10 brought the cooldown, and 4.15 one of a day by default.

use super::duration::minutes;
use crate::finding::Severity;
use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{Setting, Settings};
use crate::project::Project;

/// The table.
pub(super) static GUARDS: &[Guard] = &[
    Guard { unset: Unset::Exposed, applies: |project, settings| before(project, settings, 14), ..SCRIPTS },
    Guard { unset: Unset::Safe, applies: |project, settings| !before(project, settings, 14), ..SCRIPTS },
    Guard {
        aspect: Aspect::InstallScripts,
        key: "approvedGitRepositories",
        protects: |setting| setting.list && !matches!(setting.value.as_str(), "*" | "**"),
        unset: Unset::Safe,
        mend: Mend::No,
        message: "packages of every git repository are built here, which runs the repository's own code",
        help: "list the repositories that are meant, or remove it: from 4.14 on none is allowed by default",
        severity: Some(Severity::Info),
        applies: |project, settings| !before(project, settings, 14),
    },
    Guard {
        aspect: Aspect::Integrity,
        key: "checksumBehavior",
        protects: |setting| !matches!(setting.value.as_str(), "ignore" | "update"),
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "Yarn takes packages whose checksum is not the lockfile's",
        help: "remove it: by default Yarn refuses them",
        severity: None,
        applies: |_, _| true,
    },
    Guard {
        aspect: Aspect::Tls,
        key: "enableStrictSsl",
        protects: |setting| !is_off(setting),
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "certificates are not checked: anybody on the way can serve what they like",
        help: "remove it; for a certificate authority of your own, set `httpsCaFilePath`",
        severity: None,
        applies: |_, _| true,
    },
    Guard {
        aspect: Aspect::Tls,
        key: "unsafeHttpWhitelist",
        protects: |setting| is_here(&setting.value),
        unset: Unset::Safe,
        mend: Mend::No,
        message: "packages may come from this host over an unencrypted line",
        help: "take the host out, and use its encrypted address",
        severity: None,
        applies: |_, _| true,
    },
    Guard {
        aspect: Aspect::Saves,
        key: "defaultSemverRangePrefix",
        protects: |setting| setting.value.is_empty() || setting.value.contains("${"),
        unset: Unset::Exposed,
        mend: Mend::Set(""),
        message: "new dependencies are saved as ranges",
        help: "set `defaultSemverRangePrefix: \"\"`; what is there already stays as it is",
        severity: None,
        applies: |_, _| true,
    },
    Guard {
        unset: Unset::Exposed,
        applies: |project, settings| has_cooldown(project, settings) && before(project, settings, 15),
        ..COOLDOWN
    },
    Guard { unset: Unset::Safe, applies: |project, settings| !before(project, settings, 15), ..COOLDOWN },
    Guard {
        aspect: Aspect::Ineffective,
        key: "npmMinimalAgeGate",
        protects: |setting| is_number(&setting.value) || minutes(&setting.value).is_none(),
        unset: Unset::Safe,
        mend: Mend::No,
        message: "Yarn 4.10 reads the number alone, as minutes, whatever unit stands behind it",
        help: "write minutes (`4320` for three days), or bring Yarn up to date: from 4.11 on it reads units",
        severity: None,
        applies: |project, settings| version(project, settings) == Some((4, 10)),
    },
];

/// Whether there is no unit, or one that only the environment tells.
fn is_number(value: &str) -> bool {
    value.contains("${") || value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

const SCRIPTS: Guard = Guard {
    aspect: Aspect::InstallScripts,
    key: "enableScripts",
    protects: is_off,
    unset: Unset::Exposed,
    mend: Mend::Set("false"),
    message: "install scripts of every package run on `yarn install`",
    help: "set `enableScripts: false`, and allow the few packages that need theirs in `dependenciesMeta` (`built: true`)",
    severity: None,
    applies: |_, _| true,
};

const COOLDOWN: Guard = Guard {
    aspect: Aspect::Cooldown,
    key: "npmMinimalAgeGate",
    protects: |setting| setting.value.contains("${") || minutes(&setting.value).is_some_and(|minutes| minutes > 0.0),
    unset: Unset::Exposed,
    mend: Mend::Set("4320"),
    message: "releases of the last minutes are installed",
    help: "set `npmMinimalAgeGate: 4320` (minutes: three days): most malicious releases are found within that time",
    severity: None,
    applies: |_, _| true,
};

/// What Yarn takes for false. A reference to the environment may be anything.
fn is_off(setting: &Setting) -> bool {
    matches!(setting.value.as_str(), "false" | "0")
}

/// Whether an unencrypted line to a host stays on this machine.
fn is_here(host: &str) -> bool {
    matches!(host, "" | "localhost" | "127.0.0.1" | "::1" | "[::1]") || host.ends_with(".localhost")
}

/// Whether the project's Yarn is an older one than 4.`minor`, as far as that is known; where it is not, the older defaults are assumed.
fn before(project: &Project<'_>, settings: &Settings, minor: u64) -> bool {
    version(project, settings).is_none_or(|version| version < (4, minor))
}

fn has_cooldown(project: &Project<'_>, settings: &Settings) -> bool {
    version(project, settings).is_none_or(|version| version >= (4, 10))
}

/// Major and minor version of the Yarn that runs: the one that is committed, else the one that the manifest asks for, else what the lockfile's
/// format tells.
fn version(project: &Project<'_>, settings: &Settings) -> Option<(u64, u64)> {
    let committed = settings.get("yarnPath").and_then(|path| numbers(path.value.rsplit('/').next()?.strip_prefix("yarn-")?));
    let asked = || {
        let manifest = project.manifest?.manifest()?;
        numbers(manifest.package_manager.as_ref()?.strip_prefix("yarn@")?)
    };
    let written = || {
        let lockfile = project.lockfiles.iter().find_map(|document| document.lockfile())?;
        match lockfile.version.as_ref()?.as_str() {
            "9" => Some((4, 14)),
            "10" => Some((4, 15)),
            _ => None,
        }
    };
    committed.or_else(asked).or_else(written)
}

fn numbers(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.split(['.', '-', '+']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
