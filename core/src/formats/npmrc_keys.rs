//! The settings that npm knows, and how it reads their values.
//!
//! The table is the one of npm 11.19 (its `@npmcli/config` definitions). What npm does with a value of the wrong kind differs: a
//! boolean takes nearly anything for `true`, everything else is dropped with a warning and the default holds.

use super::yarnrc;
use crate::guard::{Aspect, Guard, Mend, Unset};
use crate::model::{Manager, Setting, Settings};
use crate::project::Project;
use crate::spelling::within_one_edit;
use crate::syntax::ini::trim;

/// How npm reads the value of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Loosely: see [`loose_boolean`].
    Boolean,
    /// Likewise, or `null` for neither.
    OptionalBoolean,
    /// One of these words exactly.
    OneOf(&'static [&'static str]),
    /// One of these words exactly, or `null` or `false` for none.
    OneOfOrNone(&'static [&'static str]),
    /// Any of these words, as a list.
    ListOf(&'static [&'static str]),
    /// Texts, as a list.
    List,
    /// A number as JavaScript reads it.
    Number,
    /// A date.
    Date,
    /// An address with a scheme and a host.
    Url,
    /// A path, relative to the working folder.
    Path,
    /// Any text.
    Text,
}

impl Kind {
    /// The words that a value must be one of; empty where there is no such list.
    #[must_use]
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Kind::OneOf(words) | Kind::OneOfOrNone(words) | Kind::ListOf(words) => words,
            _ => &[],
        }
    }
}

/// What npm's settings protect from.
pub(super) static GUARDS: &[Guard] = &[
    Guard {
        aspect: Aspect::InstallScripts,
        key: "ignore-scripts",
        protects: is_on,
        unset: Unset::Exposed,
        mend: Mend::Set("true"),
        message: "install scripts of every package run on `npm install`",
        help: "set `ignore-scripts=true`, and rebuild the few packages that need it by name (`npm rebuild NAME`)",
        severity: None,
        // npm 12 runs no dependency's script unless it is allowed by name; pnpm 10 and later and Yarn 4.14 likewise.
        applies: |project, _| npm_before_12(project),
    },
    Guard {
        aspect: Aspect::InstallScripts,
        key: "ignore-scripts",
        protects: |_| false,
        unset: Unset::Exposed,
        mend: Mend::No,
        message: "install scripts of every package run on `yarn install`: Yarn 1 does not take `ignore-scripts` from `.npmrc`",
        help: "write `ignore-scripts true` into `.yarnrc`, and run the few scripts that are needed by name",
        severity: None,
        applies: |project, _| project.manager() == Manager::Yarn && !yarnrc::is_there(project),
    },
    Guard {
        aspect: Aspect::Lockfile,
        key: "package-lock",
        protects: is_on,
        unset: Unset::Safe,
        mend: Mend::Set("true"),
        message: "npm ignores the lockfile",
        help: "remove it, run `npm install`, and commit the lockfile",
        severity: None,
        applies: is_npm,
    },
    Guard {
        aspect: Aspect::Lockfile,
        key: "shrinkwrap",
        protects: is_on,
        unset: Unset::Safe,
        mend: Mend::Set("true"),
        message: "npm ignores the lockfile",
        help: "remove it, run `npm install`, and commit the lockfile",
        severity: None,
        applies: is_npm,
    },
    Guard {
        aspect: Aspect::Saves,
        key: "save-exact",
        protects: is_on,
        unset: Unset::Exposed,
        mend: Mend::Set("true"),
        message: "new dependencies are saved as ranges",
        help: "set `save-exact=true`; what is there already stays as it is",
        severity: None,
        applies: |project, _| reads_npmrc(project) && !yarnrc::names_exact_saves(project),
    },
    Guard {
        aspect: Aspect::Engines,
        key: "engine-strict",
        protects: is_on,
        unset: Unset::Exposed,
        mend: Mend::Set("true"),
        message: "engine ranges are only a warning",
        help: "set `engine-strict=true`, so that everybody installs with the versions that the project names",
        severity: None,
        applies: is_npm,
    },
    Guard {
        aspect: Aspect::Audit,
        key: "audit",
        protects: |setting| *setting.value != "false",
        unset: Unset::Safe,
        mend: Mend::Set("true"),
        message: "audits are off: known holes are not reported at install",
        help: "remove it, or set `audit=true`",
        severity: None,
        applies: is_npm,
    },
    Guard {
        aspect: Aspect::Audit,
        key: "audit-level",
        protects: |setting| ["info", "low", "moderate", "high", "critical"].contains(&setting.value.as_str()),
        unset: Unset::Exposed,
        mend: Mend::Set("moderate"),
        message: "no level at which `npm audit` fails",
        help: "set `audit-level=moderate`",
        severity: None,
        applies: is_npm,
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
        aspect: Aspect::Cooldown,
        key: "min-release-age",
        protects: |setting| setting.value.trim() != "0" && !setting.value.is_empty(),
        unset: Unset::Exposed,
        mend: Mend::Set("3"),
        message: "npm may choose a version that was published a minute ago",
        help: "set `min-release-age=3` (days): most malicious releases are withdrawn within hours",
        severity: None,
        applies: |project, settings| {
            let before = settings.get("before").is_some_and(|setting| setting.value.trim() != "0" && !setting.value.is_empty());
            is_npm(project, settings) && !before
        },
    },
    Guard {
        message: "Yarn 1 takes this from `.yarnrc` alone: its own default wins over `.npmrc`",
        help: "write it into `.yarnrc`, with a space in the place of `=`",
        applies: |project, _| project.manager() == Manager::Yarn && !yarnrc::names_exact_saves(project),
        ..unread("save-prefix")
    },
    unread("audit-level"),
    unread("engine-strict"),
    unread("ignore-scripts"),
    unread("lockfile"),
    unread("minimum-release-age"),
    unread("save-exact"),
    unread("save-prefix"),
    unread("strict-dep-builds"),
    unread("verify-store-integrity"),
];

/// A setting of behaviour, which pnpm has taken from its own file alone since version 11.
const fn unread(key: &'static str) -> Guard {
    Guard {
        aspect: Aspect::Ineffective,
        key,
        protects: |_| false,
        unset: Unset::Safe,
        mend: Mend::No,
        message: "pnpm 11 and later take registries and credentials from `.npmrc`, and nothing else",
        help: "write it into `pnpm-workspace.yaml`, in camel case",
        severity: None,
        applies: super::pnpm_workspace::is_eleven,
    }
}

fn is_on(setting: &Setting) -> bool {
    loose_boolean(Some(&setting.value))
}

fn is_npm(project: &Project<'_>, _: &Settings) -> bool {
    project.manager() == Manager::Npm
}

/// Whether the project's manager takes its own behaviour from this file, not only registries and credentials.
fn reads_npmrc(project: &Project<'_>) -> bool {
    matches!(project.manager(), Manager::Npm | Manager::Yarn)
}

/// Whether it is npm, of a version that is not known to be 12 or later.
fn npm_before_12(project: &Project<'_>) -> bool {
    project.manager() == Manager::Npm && project.npm_major().is_none_or(|major| major < 12)
}

/// Every setting that npm 11 knows by a plain name, by kind.
#[rustfmt::skip]
pub static KEYS: &[(Kind, &[&str])] = &[
    (Kind::Boolean, &[
        "all", "allow-same-version", "allow-scripts-pending", "allow-scripts-pin", "audit", "bin-links", "bypass-2fa", "color",
        "commit-hooks", "dangerously-allow-all-scripts", "description", "dev", "diff-ignore-all-space", "diff-name-only",
        "diff-no-prefix", "diff-text", "dry-run", "engine-strict", "force", "foreground-scripts", "format-package-lock", "fund",
        "git-tag-version", "global", "global-style", "if-present", "ignore-scripts", "include-attestations", "include-staged",
        "include-workspace-root", "init-private", "install-links", "json", "legacy-bundling", "legacy-peer-deps", "link",
        "long", "offline", "omit-lockfile-registry-resolved", "package-lock", "package-lock-only", "packages-all", "parseable",
        "prefer-dedupe", "prefer-offline", "prefer-online", "progress", "provenance", "read-only", "rebuild-bundle", "save",
        "save-bundle", "save-dev", "save-exact", "save-optional", "save-peer", "save-prod", "shrinkwrap", "sign-git-commit",
        "sign-git-tag", "strict-allow-scripts", "strict-peer-deps", "strict-ssl", "timing", "unicode", "update-notifier",
        "usage", "version", "versions", "workspaces-update",
    ]),
    (Kind::OptionalBoolean, &["browser", "expect-results", "optional", "production", "workspaces", "yes"]),
    (Kind::Number, &[
        "cache-max", "cache-min", "depth", "diff-unified", "expect-result-count", "expires", "fetch-retries",
        "fetch-retry-factor", "fetch-retry-maxtimeout", "fetch-retry-mintimeout", "fetch-timeout", "logs-max", "maxsockets",
        "min-release-age", "searchlimit", "searchstaleness", "which",
    ]),
    (Kind::Date, &["before"]),
    (Kind::Url, &["https-proxy", "init-author-url", "init.author.url", "proxy", "registry"]),
    (Kind::Path, &[
        "cache", "cafile", "globalconfig", "init-module", "init.module", "logs-dir", "node-gyp", "prefix", "provenance-file",
        "userconfig",
    ]),
    (Kind::Text, &[
        "_auth", "call", "cert", "cpu", "diff-dst-prefix", "diff-src-prefix", "editor", "git", "heading", "init-author-email",
        "init-author-name", "init-license", "init-type", "init-version", "init.author.email", "init.author.name",
        "init.license", "init.version", "key", "libc", "local-address", "message", "name", "node-options", "os", "otp",
        "pack-destination", "password", "preid", "replace-registry-host", "save-prefix", "scope", "script-shell",
        "searchexclude", "searchopts", "shell", "tag", "tag-version-prefix", "token-description", "umask", "user-agent",
        "viewer",
    ]),
    (Kind::List, &[
        "allow-scripts", "ca", "cidr", "diff", "min-release-age-exclude", "noproxy", "orgs", "package", "packages", "scopes",
        "workspace",
    ]),
    (Kind::OneOfOrNone(&["restricted", "public", "private"]), &["access"]),
    (Kind::OneOf(&["all", "none", "root"]), &["allow-directory", "allow-file", "allow-git", "allow-remote"]),
    (Kind::OneOfOrNone(&["dev", "development"]), &["also"]),
    (Kind::OneOfOrNone(&["info", "low", "moderate", "high", "critical", "none"]), &["audit-level"]),
    (Kind::OneOf(&["legacy", "web"]), &["auth-type"]),
    (Kind::ListOf(&["prod", "dev", "optional", "peer"]), &["include"]),
    (Kind::OneOf(&["hoisted", "nested", "shallow", "linked"]), &["install-strategy"]),
    (Kind::OneOf(&["global", "user", "project"]), &["location"]),
    (Kind::OneOfOrNone(&["1", "2", "3"]), &["lockfile-version"]),
    (Kind::OneOf(&["silent", "error", "warn", "notice", "http", "info", "verbose", "silly"]), &["loglevel"]),
    (Kind::ListOf(&["dev", "optional", "peer"]), &["omit"]),
    (Kind::OneOfOrNone(&["prod", "production"]), &["only"]),
    (Kind::OneOfOrNone(&["cyclonedx", "spdx"]), &["sbom-format"]),
    (Kind::OneOf(&["library", "application", "framework"]), &["sbom-type"]),
    (Kind::OneOfOrNone(&["read-only", "read-write", "no-access"]), &["orgs-permission", "packages-and-scopes-permission"]),
];

/// Names of settings that npm once knew and has not read since the version given.
pub static REMOVED: &[(&str, &str)] = &[("always-auth", "7"), ("sso-poll-frequency", "9"), ("sso-type", "9")];

/// What npm reads behind the `:` of `//host/path/:`.
pub static CREDENTIALS: &[&str] = &["_auth", "_authToken", "_password", "certfile", "email", "keyfile", "username"];

/// How npm reads the values of a plain name, if it knows it.
#[must_use]
pub fn kind(key: &str) -> Option<Kind> {
    KEYS.iter().find(|(_, names)| names.binary_search(&key).is_ok()).map(|(kind, _)| *kind)
}

/// The setting that someone had in mind who wrote `key`, if npm does not know it as written.
///
/// Sees through camel case, capitals, underscores, dashes from the command line, and one wrong letter in a longer name.
#[must_use]
pub fn intended(key: &str) -> Option<&'static str> {
    if kind(key).is_some() {
        return None;
    }
    let plain = kebab(key);
    let names = || KEYS.iter().flat_map(|(_, names)| names.iter().copied());
    let same = names().find(|name| *name == plain || name.replace('-', "") == plain.replace('-', ""));
    // Short names are a letter apart from each other, and from those of other package managers.
    same.or_else(|| names().find(|name| name.len() >= 8 && plain.len() >= 8 && within_one_edit(name, &plain)))
}

fn kebab(key: &str) -> String {
    let mut plain = String::with_capacity(key.len() + 4);
    let capitals = !key.contains(|character: char| character.is_ascii_lowercase());
    for character in key.trim_start_matches('-').chars() {
        match character {
            '_' | '.' | ' ' => plain.push('-'),
            _ if character.is_ascii_uppercase() => {
                if !capitals && !plain.is_empty() && !plain.ends_with('-') {
                    plain.push('-');
                }
                plain.push(character.to_ascii_lowercase());
            }
            _ => plain.push(character),
        }
    }
    plain
}

/// Whether a boolean setting with this value is on for npm.
///
/// Only `false`, `null`, `undefined` and numbers that come to zero are off; `no`, `off` and `False` are on, and so is a value that
/// is there and empty. `value` is what [`crate::syntax::ini`] reads, with environment references expanded or left as npm leaves
/// those of unset variables. A reference that expands to nothing is the exception, as JavaScript takes an empty text for zero:
/// give `None` for that.
#[must_use]
pub fn loose_boolean(value: Option<&str>) -> bool {
    let Some(value) = value else { return false };
    let value = trim(value);
    !matches!(value, "false" | "null" | "undefined") && !is_zero(value)
}

/// Whether JavaScript makes a zero of a text that is not empty.
fn is_zero(value: &str) -> bool {
    let radix = |prefix: [&str; 2]| prefix.iter().find_map(|prefix| value.strip_prefix(prefix));
    if let Some(digits) = radix(["0x", "0X"]).or_else(|| radix(["0o", "0O"])).or_else(|| radix(["0b", "0B"])) {
        return !digits.is_empty() && digits.bytes().all(|digit| digit == b'0');
    }
    let decimal = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    value.bytes().all(decimal) && value.parse::<f64>() == Ok(0.0)
}

/// The number that JavaScript makes of a text, if it makes one.
#[must_use]
pub fn number(value: &str) -> Option<f64> {
    let value = trim(value);
    let decimal = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    match value {
        "" => Some(0.0),
        "Infinity" | "+Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ if value.bytes().all(decimal) => value.parse().ok(),
        _ => {
            let (prefix, digits) = value.split_at_checked(2)?;
            let radix = match prefix {
                "0x" | "0X" => 16,
                "0o" | "0O" => 8,
                "0b" | "0B" => 2,
                _ => return None,
            };
            let plain = digits.bytes().all(|digit| digit.is_ascii_alphanumeric());
            // Longer ones than this are no setting that anybody means.
            u32::from_str_radix(digits, radix).ok().filter(|_| plain).map(f64::from)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_as_loose_as_npms() {
        // Observed: `ignore-scripts=…` in a project's .npmrc, `npm install` of npm 11.19.1, whether the root's install script ran.
        let on = [
            "true", "", "yes", "no", "1", "TRUE", "False", "FALSE", "on", "off", "${UNSET}", "NaN", "Infinity", " ", "1 0",
            "\"[]\"", "{}", "[1]", "\\false", "'x", "\"", ".", "0_0", "0x", "0n", "nil", "1e0", "-0x0",
        ];
        let off = ["false", "null", "undefined", "0", "00", "0.0", "-0", "+0", "0e5", "0x0", "0b0", "false ", "1e-999"];
        for value in on {
            assert!(loose_boolean(Some(value)), "{value:?}");
        }
        for value in off {
            assert!(!loose_boolean(Some(value)), "{value:?}");
        }
        assert!(!loose_boolean(None));
    }

    #[test]
    fn names_are_sorted_and_stand_once() {
        let mut all: Vec<_> = KEYS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert!(KEYS.iter().all(|(_, names)| names.is_sorted()));
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!((all.len(), count), (181, 181));
    }

    #[test]
    fn slips_of_the_pen_are_recognised_and_strangers_are_not() {
        let slips = [
            ("ignoreScripts", "ignore-scripts"),
            ("ignore_scripts", "ignore-scripts"),
            ("IGNORE_SCRIPTS", "ignore-scripts"),
            ("--ignore-scripts", "ignore-scripts"),
            ("ignorescripts", "ignore-scripts"),
            ("ignore-script", "ignore-scripts"),
            ("ingore-scripts", "ignore-scripts"),
            ("strictSSL", "strict-ssl"),
            ("saveExact", "save-exact"),
            ("Registry", "registry"),
            ("minReleaseAge", "min-release-age"),
        ];
        for (written, meant) in slips {
            assert_eq!(intended(written), Some(meant), "{written}");
        }
        let strangers = [
            "ignore-scripts",
            "shamefully-hoist",
            "auto-install-peers",
            "strict-peer-dependencies",
            "node-linker",
            "hoist",
            "store-dir",
            "cache-dir",
            "nodedir",
            "python",
            "tmp",
            "email",
            "user",
            "save-workspace-protocol",
            "minimum-release-age",
            "lockfile",
            "side-effects-cache",
            "public-hoist-pattern",
            "use-node-version",
            "always-auth",
            "ignore-dep-scripts",
            "x",
            "",
        ];
        for written in strangers {
            assert_eq!(intended(written), None, "{written}");
        }
    }

    #[test]
    fn numbers_are_javascripts() {
        let table = [
            ("7", Some(7.0)),
            (" 7.5 ", Some(7.5)),
            ("", Some(0.0)),
            ("0x10", Some(16.0)),
            ("1e1", Some(10.0)),
            ("7d", None),
            ("7 days", None),
            ("inf", None),
            ("0x+1", None),
            ("null", None),
        ];
        for (text, expected) in table {
            assert_eq!(number(text), expected, "{text:?}");
        }
    }
}
