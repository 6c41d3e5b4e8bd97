//! `bunfig.toml`: how Bun is to behave. Only what `bun install` reads is looked at; the runtime's and the test runner's settings say nothing
//! about dependencies.
//! Source: Bun's documentation of the file, and the keys and messages of Bun 1.4's reader.

mod checks;
mod keys;
mod registries;

use super::{Format, Parsed, Role, no_hold, toml_settings};
use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{Ecosystem, Settings};
use crate::syntax::{Syntax, toml};

/// The settings of a Bun project.
pub static FORMAT: Format = Format {
    id: "bunfig",
    names: &["bunfig.toml", ".bunfig.toml"],
    patterns: &[],
    role: Role::Settings,
    ecosystem: Some(Ecosystem::Npm),
    parse,
    guards: GUARDS,
    hold: no_hold,
};

fn parse(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let mut problems = tree.problems(text);
    let root = tree.root(text);
    let install = root.get("install");
    let settings = Settings {
        entries: toml_settings::entries(root),
        registries: install.map_or_else(Vec::new, registries::named),
        credentials: install.map_or_else(Vec::new, registries::credentials),
        ..Settings::default()
    };
    problems.extend(checks::problems(root));
    Parsed { syntax: Syntax::Toml(tree), model: settings.into(), problems }
}

/// Three days, in seconds.
const COOLDOWN: &str = "259200";

/// What Bun's settings protect from.
static GUARDS: &[Guard] = &[
    Guard {
        aspect: Aspect::Lockfile,
        key: "install.lockfile.save",
        protects: |setting| *setting.value != "false",
        unset: Unset::Safe,
        mend: Mend::Set("true"),
        message: "Bun writes no lockfile",
        help: "remove it, run `bun install --lockfile-only`, and commit the lockfile",
        severity: None,
        applies: |_, _| true,
    },
    Guard {
        aspect: Aspect::Lockfile,
        key: "install.saveTextLockfile",
        protects: |setting| *setting.value != "false",
        unset: Unset::Safe,
        mend: Mend::Set("true"),
        message: "a new lockfile is written in the binary form, which nobody can review",
        help: "remove it; `bun install --save-text-lockfile` converts a lockfile that is there",
        severity: Some(crate::finding::Severity::Warning),
        applies: |_, _| true,
    },
    Guard {
        aspect: Aspect::Saves,
        key: "install.exact",
        protects: |setting| *setting.value == "true",
        unset: Unset::Exposed,
        mend: Mend::Set("true"),
        message: "new dependencies are saved as ranges",
        help: "set `exact = true` under `[install]`; what is there already stays as it is",
        severity: None,
        applies: |_, _| true,
    },
    Guard {
        aspect: Aspect::Cooldown,
        key: "install.minimumReleaseAge",
        protects: |setting| setting.value.replace('_', "").parse::<f64>().is_ok_and(|seconds| seconds > 0.0),
        unset: Unset::Exposed,
        mend: Mend::Set(COOLDOWN),
        message: "Bun may choose a version that was published a minute ago",
        help: "set `minimumReleaseAge = 259200` under `[install]` (seconds: three days): most malicious releases are withdrawn within hours",
        severity: None,
        applies: |_, _| true,
    },
];

#[cfg(test)]
mod tests;
