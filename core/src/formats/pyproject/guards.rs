//! What the settings of uv, PDM and Poetry protect from.

use crate::finding::Severity;
use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{Manager, Setting, Settings};
use crate::project::Project;

fn never(_: &Setting) -> bool {
    false
}

fn always(_: &Setting) -> bool {
    true
}

/// An empty list is none.
fn is_empty(setting: &Setting) -> bool {
    setting.value.is_empty()
}

fn is_first_index(setting: &Setting) -> bool {
    *setting.value == "first-index"
}

fn is_not_allow(setting: &Setting) -> bool {
    *setting.value != "allow"
}

fn is_not_true(setting: &Setting) -> bool {
    *setting.value != "true"
}

fn is_not_false(setting: &Setting) -> bool {
    *setting.value != "false"
}

fn is_some_days(setting: &Setting) -> bool {
    setting.value.parse::<f64>().is_ok_and(|days| days > 0.0)
}

fn everywhere(_: &Project<'_>, _: &Settings) -> bool {
    true
}

/// One file of the project may say it for all.
fn unset(project: &Project<'_>, manager: Manager, keys: &[&str], settings: &Settings) -> bool {
    let here = keys.iter().any(|key| settings.get(key).is_some());
    project.manager() == manager && (here || keys.iter().all(|key| project.setting(key).is_none()))
}

/// Beside a `uv.toml`, uv takes no setting from `pyproject.toml`.
fn has_uv_toml(project: &Project<'_>) -> bool {
    project.settings.iter().any(|document| document.format.id == super::UV_TOML.id)
}

/// Whether uv reads this file's settings.
fn reads(project: &Project<'_>, prefix: &str) -> bool {
    prefix.is_empty() || !has_uv_toml(project)
}

fn of_uv(project: &Project<'_>, settings: &Settings, prefix: &str) -> bool {
    let key = format!("{prefix}exclude-newer");
    reads(project, prefix) && unset(project, Manager::Uv, &[&key], settings)
}

fn of_pdm(project: &Project<'_>, settings: &Settings) -> bool {
    unset(project, Manager::Pdm, &["tool.pdm.resolution.exclude-newer"], settings)
}

fn of_poetry(project: &Project<'_>, settings: &Settings) -> bool {
    unset(project, Manager::Poetry, &["solver.min-release-age"], settings)
}

/// uv's guards, whose keys begin otherwise in its two files.
macro_rules! uv {
    ($prefix:literal) => {
        [
            Guard {
                aspect: Aspect::Cooldown,
                key: concat!($prefix, "exclude-newer"),
                protects: always,
                unset: Unset::Exposed,
                mend: Mend::Set("7 days"),
                message: "uv locks releases of the last minutes: no `exclude-newer`",
                help: "most malicious releases are found within days; uv 0.9.17 and later read a span, older ones a date",
                severity: None,
                applies: |project, settings| of_uv(project, settings, $prefix),
            },
            Guard {
                aspect: Aspect::Tls,
                key: concat!($prefix, "allow-insecure-host"),
                protects: is_empty,
                unset: Unset::Safe,
                mend: Mend::No,
                message: "uv does not check this host's certificate (`allow-insecure-host`)",
                help: "take it out; let the machine trust the certificate authority instead (`SSL_CERT_FILE`, `system-certs`)",
                severity: None,
                applies: |project, _| reads(project, $prefix),
            },
            Guard {
                aspect: Aspect::Integrity,
                key: concat!($prefix, "pip.verify-hashes"),
                protects: is_not_false,
                unset: Unset::Safe,
                mend: Mend::Remove,
                message: "`uv pip` does not compare files with the hashes that are given for them",
                help: "take it out: the default is to compare",
                severity: None,
                applies: |project, _| reads(project, $prefix),
            },
            Guard {
                aspect: Aspect::ExtraIndex,
                key: concat!($prefix, "index-strategy"),
                protects: is_first_index,
                unset: Unset::Safe,
                mend: Mend::Remove,
                message: "uv looks for every name in all indexes: whoever has the higher version in any of them wins",
                help: "take it out, and name for each private package its index (`explicit = true`, `tool.uv.sources`)",
                severity: None,
                applies: |project, _| reads(project, $prefix),
            },
            Guard {
                aspect: Aspect::ExtraIndex,
                key: concat!($prefix, "pip.index-strategy"),
                protects: is_first_index,
                unset: Unset::Safe,
                mend: Mend::Remove,
                message: "`uv pip` looks for every name in all indexes: whoever has the higher version in any of them wins",
                help: "take it out, and name for each private package its index (`explicit = true`, `tool.uv.sources`)",
                severity: None,
                applies: |project, _| reads(project, $prefix),
            },
            Guard {
                aspect: Aspect::ExtraIndex,
                key: concat!($prefix, "prerelease"),
                protects: is_not_allow,
                unset: Unset::Safe,
                mend: Mend::Remove,
                message: "uv takes prereleases of every package",
                help: "ask for a prerelease in the range of the one package that is to have it",
                severity: Some(Severity::Warning),
                applies: |project, _| reads(project, $prefix),
            },
        ]
    };
}

const OF_UV: [Guard; 6] = uv!("tool.uv.");

/// What reads as a protection beside a `uv.toml`, which counts alone.
const PASSED_OVER: Guard = Guard {
    aspect: Aspect::Ineffective,
    key: "tool.uv.exclude-newer",
    protects: never,
    unset: Unset::Safe,
    mend: Mend::No,
    message: "uv does not read this: beside a `uv.toml`, it takes no setting from here",
    help: "move it to `uv.toml`",
    severity: None,
    applies: |project, _| has_uv_toml(project),
};

pub(super) static UV_TOML: &[Guard] = &uv!("");

const OF_PDM: [Guard; 3] = [
    Guard {
        aspect: Aspect::Cooldown,
        key: "tool.pdm.resolution.exclude-newer",
        protects: always,
        unset: Unset::Exposed,
        mend: Mend::Set("7d"),
        message: "PDM locks releases of the last minutes: no `exclude-newer`",
        help: "most malicious releases are found within days; older versions of PDM know it as an option of `pdm lock` only",
        severity: None,
        applies: of_pdm,
    },
    Guard {
        aspect: Aspect::Tls,
        key: "tool.pdm.source.verify_ssl",
        protects: never,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "PDM does not check this index's certificate (`verify_ssl = false`)",
        help: "take it out; let the machine trust the certificate authority instead",
        severity: None,
        applies: everywhere,
    },
    Guard {
        aspect: Aspect::ExtraIndex,
        key: "tool.pdm.resolution.allow-prereleases",
        protects: is_not_true,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "PDM takes prereleases of every package",
        help: "ask for a prerelease in the range of the one package that is to have it",
        severity: Some(Severity::Warning),
        applies: everywhere,
    },
];

/// Both managers' tables stand in one file.
pub(super) static PYPROJECT: &[Guard] = &{
    let [a, b, c, d, e, f] = OF_UV;
    let [g, h, i] = OF_PDM;
    [a, b, c, d, e, f, PASSED_OVER, g, h, i]
};

pub(super) static POETRY_TOML: &[Guard] = &[
    Guard {
        aspect: Aspect::Cooldown,
        key: "solver.min-release-age",
        protects: is_some_days,
        unset: Unset::Exposed,
        mend: Mend::Set("7"),
        message: "Poetry locks releases of the last minutes: no `solver.min-release-age`",
        help: "most malicious releases are found within days; the number is of days",
        severity: None,
        applies: of_poetry,
    },
    Guard {
        aspect: Aspect::Tls,
        key: "certificates.cert",
        protects: is_not_false,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "Poetry does not check this source's certificate (`cert = false`)",
        help: "take it out, or name the file of the certificate authority",
        severity: None,
        applies: everywhere,
    },
];
