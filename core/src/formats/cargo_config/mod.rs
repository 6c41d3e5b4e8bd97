//! `.cargo/config.toml`: how Cargo is to behave, and its older name without the ending.
//!
//! Cargo joins the files of all folders above, the person's own last. `[source]` puts other registries or folders in the place of the one that is
//! asked, `[registries]` gives names to those that manifests ask by name, `[patch]` is the manifest's. `[env]` reaches build scripts and what they
//! start, not Cargo itself.

mod person;
mod sources;

pub use person::replacement;

use super::{Format, Parsed, Role, no_hold, toml_settings};
use crate::finding::Severity;
use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{Ecosystem, Settings};
use crate::syntax::{Syntax, toml};

/// The settings of a Cargo project.
pub static FORMAT: Format = Format {
    id: "cargo-config",
    names: &[".cargo/config.toml", ".cargo/config"],
    patterns: &[],
    role: Role::Settings,
    ecosystem: Some(Ecosystem::Cargo),
    parse,
    guards: GUARDS,
    hold: no_hold,
};

/// Cargo's credentials. They belong into the person's own folder; in a repository Cargo does not even read them.
pub static CREDENTIALS: Format = Format {
    id: "cargo-credentials",
    names: &[".cargo/credentials.toml", ".cargo/credentials"],
    patterns: &[],
    role: Role::Settings,
    ecosystem: Some(Ecosystem::Cargo),
    parse: parse_credentials,
    guards: &[],
    hold: no_hold,
};

fn parse(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let problems = tree.problems(text);
    let root = tree.root(text);
    let settings = Settings {
        entries: toml_settings::entries(root),
        registries: sources::registries(root),
        redirects: sources::redirects(root),
        ..Settings::default()
    };
    Parsed { syntax: Syntax::Toml(tree), model: settings.into(), problems }
}

fn parse_credentials(text: &str) -> Parsed {
    let tree = toml::parse(text);
    let problems = tree.problems(text);
    let settings = Settings { entries: toml_settings::entries(tree.root(text)), ..Settings::default() };
    Parsed { syntax: Syntax::Toml(tree), model: settings.into(), problems }
}

/// What Cargo's settings protect from.
static GUARDS: &[Guard] = &[
    Guard {
        aspect: Aspect::Tls,
        key: "http.check-revoke",
        protects: |setting| *setting.value != "false",
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "Cargo accepts certificates that were revoked (it asks for them on Windows only)",
        help: "remove it; if a proxy answers no questions about certificates, set it in your own `~/.cargo/config.toml`",
        severity: Some(Severity::Warning),
        applies: |_, _| true,
    },
    Guard {
        aspect: Aspect::Cooldown,
        key: "registry.global-min-publish-age",
        protects: |setting| setting.value.split(' ').next().and_then(|age| age.parse::<u64>().ok()).is_some_and(|age| age > 0),
        unset: Unset::Exposed,
        mend: Mend::Set("3 days"),
        message: "Cargo locks releases of the last minutes: no `global-min-publish-age`",
        help: "set `global-min-publish-age = \"3 days\"` under `[registry]`, which Cargo reads from 1.100 on: most malicious releases are found within that time",
        severity: None,
        // What lies below a workspace adds to what its root says.
        applies: |project, _| project.manifest.is_some(),
    },
    Guard {
        aspect: Aspect::Cooldown,
        key: "resolver.incompatible-publish-age",
        protects: |setting| *setting.value != "allow",
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "Cargo locks releases that are younger than `global-min-publish-age` says",
        help: "remove it; for one urgent update, set it in the environment (`CARGO_RESOLVER_INCOMPATIBLE_PUBLISH_AGE=allow cargo update -p NAME`)",
        severity: None,
        applies: |_, _| true,
    },
    old_tls("http.ssl-version"),
    old_tls("http.ssl-version.min"),
    old_tls("http.ssl-version.max"),
    build_env("env.GIT_SSL_NO_VERIFY", |setting| matches!(setting.value.as_str(), "" | "0" | "false")),
    build_env("env.GIT_SSL_NO_VERIFY.value", |setting| matches!(setting.value.as_str(), "" | "0" | "false")),
    build_env("env.NODE_TLS_REJECT_UNAUTHORIZED", |setting| *setting.value != "0"),
    build_env("env.NODE_TLS_REJECT_UNAUTHORIZED.value", |setting| *setting.value != "0"),
];

const fn old_tls(key: &'static str) -> Guard {
    Guard {
        aspect: Aspect::Tls,
        key,
        protects: |setting| !matches!(setting.value.as_str(), "sslv2" | "sslv3" | "tlsv1" | "tlsv1.0" | "tlsv1.1"),
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "Cargo may use a version of TLS that is broken",
        help: "remove it: Cargo and the server agree on the best that both know",
        severity: None,
        applies: |_, _| true,
    }
}

const fn build_env(key: &'static str, protects: fn(&crate::model::Setting) -> bool) -> Guard {
    Guard {
        aspect: Aspect::Tls,
        key,
        protects,
        unset: Unset::Safe,
        mend: Mend::Remove,
        message: "build scripts and what they start check no certificates",
        help: "remove it; give the certificate authority that is missing to the tool that misses it",
        severity: None,
        applies: |_, _| true,
    }
}

#[cfg(test)]
mod tests;
