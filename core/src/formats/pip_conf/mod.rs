//! `pip.conf` and `pip.ini`: the settings of pip, section by section.
//!
//! What `pip install` reads is what rules ask for, so `[global]` and `[install]` are joined here under the option's own name, the latter
//! last, since the last one counts; the options of other commands stand as `command.option`.

mod checks;
mod options;
#[cfg(test)]
mod tests;

use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::requirements::settings::{credentials, redirects, registries};
use super::{Format, Parsed, Role, no_hold};
use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{Ecosystem, Setting, Settings};
use crate::project::Project;
use crate::syntax::Syntax;
use crate::syntax::python_ini::{self, DEFAULT, File};
use crate::text::{Span, Spanned};
use options::{Kind, by_name};

/// pip's settings file.
pub static FORMAT: Format = Format {
    id: "pip-conf",
    names: &[".config/pip/pip.conf", ".config/pip/pip.ini", ".pip/pip.conf", ".pip/pip.ini", "pip.conf", "pip.ini"],
    patterns: &[],
    role: Role::Settings,
    ecosystem: Some(Ecosystem::Pypi),
    parse: |text| {
        let file = python_ini::parse(text);
        let mut problems = file.problems();
        problems.extend(checks::check(&file));
        problems.sort_by_key(|problem| problem.span);
        let settings = settings(&file);
        Parsed { syntax: Syntax::PythonIni(file), model: settings.into(), problems }
    },
    guards: GUARDS,
    hold: no_hold,
};

fn settings(file: &File) -> Settings {
    let of = |wanted: &'static str| file.sections.iter().filter(move |section| *section.name == wanted);
    let read_by_install = of("global").chain(of("install"));
    let mut entries = Vec::new();
    // What stands below `[DEFAULT]` every other section has too, if there is one.
    let shared = of(DEFAULT).filter(|_| read_by_install.clone().next().is_some());
    for option in shared.chain(read_by_install.clone()).flat_map(|section| &section.options) {
        entries.extend(assignments(option, ""));
    }
    for section in file.sections.iter().filter(|section| !matches!(section.name.as_str(), "global" | "install" | DEFAULT)) {
        entries.extend(section.options.iter().flat_map(|option| assignments(option, &section.name)));
    }
    of_entries(entries)
}

fn of_entries(entries: Vec<Setting>) -> Settings {
    let (registries, redirects, credentials) = (registries(&entries), redirects(&entries), credentials(&entries));
    Settings { entries, registries, redirects, credentials, runs: None }
}

/// One assignment for each of an option's values.
fn assignments(option: &python_ini::Setting, command: &str) -> Vec<Setting> {
    let written = option.pip_name();
    let known = by_name(&written);
    let name = known.map_or(written.as_str(), |known| known.name);
    let key: SmolStr = if command.is_empty() { name.into() } else { format_smolstr!("{command}.{name}") };
    let key = Spanned::new(key, option.name.span);
    let list = known.is_some_and(|known| known.kind == Kind::List);
    let assignment = |value| Setting { key: key.clone(), value, list, implied: false, line: option.span };
    if list {
        return option.words().map(assignment).collect();
    }
    let first = option.lines.iter().find(|line| !line.value.is_empty());
    let last = option.lines.iter().rfind(|line| !line.value.is_empty());
    let at = option.lines.first().map_or(option.name.span, |line| line.span);
    let span = first.zip(last).map_or(at, |(first, last)| first.span.to(last.span));
    vec![assignment(Spanned::new(option.value().to_smolstr(), span))]
}

/// The settings that `PIP_…` variables make; they count for more than every file.
#[must_use]
pub fn environment_settings<'v>(variables: impl Iterator<Item = (&'v str, &'v str)>) -> Settings {
    let mut entries = Vec::new();
    for (name, value) in variables.filter(|(_, value)| !value.trim().is_empty()) {
        let Some(name) = name.strip_prefix("PIP_").map(|name| name.to_ascii_lowercase().replace('_', "-")) else { continue };
        let Some(known) = by_name(&name) else { continue };
        let values: Vec<&str> = if known.kind == Kind::List { value.split_whitespace().collect() } else { vec![value] };
        entries.extend(values.into_iter().map(|value| Setting {
            key: Spanned::new(known.name.into(), Span::at(0)),
            value: Spanned::new(value.into(), Span::at(0)),
            list: known.kind == Kind::List,
            implied: false,
            line: Span::at(0),
        }));
    }
    of_entries(entries)
}

fn is_on(setting: &Setting) -> bool {
    options::boolean(&setting.value) == Some(true)
}

fn is_off(setting: &Setting) -> bool {
    !is_on(setting)
}

/// Whether every requirement that pip installs here has a digest, so that nothing is left to resolve.
fn is_fully_hashed(project: &Project<'_>, _: &Settings) -> bool {
    let files = project.lockfiles.iter().filter(|document| document.manifest().is_some());
    let mut lockfiles = files.filter_map(|document| document.lockfile()).filter(|lockfile| !lockfile.constrains).peekable();
    let hashed = |package: &crate::model::Package| package.integrity.strongest().is_some();
    lockfiles.peek().is_some() && lockfiles.all(|lockfile| !lockfile.packages.is_empty() && lockfile.packages.iter().all(hashed))
}

const fn guard(aspect: Aspect, key: &'static str, unset: Unset, mend: Mend, message: &'static str, help: &'static str) -> Guard {
    Guard { aspect, key, protects: is_on, unset, mend, message, help, severity: None, applies: |_, _| true }
}

/// What pip's settings protect from.
static GUARDS: &[Guard] = &[
    guard(
        Aspect::Hashes,
        "require-hashes",
        Unset::Exposed,
        Mend::Set("true"),
        "hashes are not required: pip installs whatever the index serves under a name",
        "set `require-hashes = true`, and write the hashes with `pip-compile --generate-hashes`",
    ),
    Guard {
        applies: is_fully_hashed,
        ..guard(
            Aspect::Resolution,
            "no-deps",
            Unset::Exposed,
            Mend::Set("true"),
            "pip resolves dependencies anew at every install, though the requirements list them all",
            "set `no-deps = true`: then nothing is installed that is not listed",
        )
    },
    Guard {
        protects: |_| false,
        ..guard(
            Aspect::Tls,
            "trusted-host",
            Unset::Safe,
            Mend::Remove,
            "certificates of this host are not checked: anybody on the line can be the index",
            "remove it; behind a proxy with certificates of its own, name those with `cert`",
        )
    },
    Guard {
        protects: is_off,
        ..guard(
            Aspect::Integrity,
            "no-require-hashes",
            Unset::Safe,
            Mend::Remove,
            "pip installs what has no digest beside what has one",
            "remove it, and give every requirement its digests (`pip-compile --generate-hashes`)",
        )
    },
    Guard {
        protects: is_off,
        severity: Some(crate::finding::Severity::Warning),
        ..guard(
            Aspect::ExtraIndex,
            "pre",
            Unset::Safe,
            Mend::Remove,
            "prereleases of every project are taken, not only of the one that needs it",
            "remove it, and name a prerelease where you want one (`name==2.0rc1`)",
        )
    },
    Guard {
        protects: |setting| !setting.value.is_empty(),
        ..guard(
            Aspect::Cooldown,
            "uploaded-prior-to",
            Unset::Exposed,
            Mend::Set("P3D"),
            "a release is installed in the minute in which it is published",
            "set `uploaded-prior-to = P3D` (pip 26 and later): most malicious releases are found within days",
        )
    },
];
