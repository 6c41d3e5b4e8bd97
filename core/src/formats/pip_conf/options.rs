//! pip's options as far as settings go: what each is called, what it takes, and which commands read it (pip 26; what a recent version
//! dropped is still known).

use Kind::{Flag, List, Value};

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// On or off.
    Flag,
    /// Several values, with white space between them.
    List,
    /// One value.
    Value,
}

/// An option.
#[derive(Debug)]
pub(super) struct Known {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// The commands that read it; empty for all.
    pub commands: &'static [&'static str],
}

/// Every command, each of which has a section of its own.
pub(super) const COMMANDS: [&str; 18] = [
    "cache",
    "check",
    "completion",
    "config",
    "debug",
    "download",
    "freeze",
    "hash",
    "help",
    "index",
    "inspect",
    "install",
    "list",
    "lock",
    "search",
    "show",
    "uninstall",
    "wheel",
];

const ALL: &[&str] = &[];
const FETCHING: &[&str] = &["download", "install", "lock", "wheel"];
const LOOKING: &[&str] = &["download", "index", "install", "list", "lock", "wheel"];
const PLATFORM: &[&str] = &["debug", "download", "index", "install"];
const INSTALL: &[&str] = &["install"];
const BUILDING: &[&str] = &["install", "lock", "wheel"];

const fn known(name: &'static str, kind: Kind, commands: &'static [&'static str]) -> Known {
    Known { name, kind, commands }
}

/// All of them.
#[rustfmt::skip]
static OPTIONS: &[Known] = &[
    known("index-url", Value, LOOKING), known("extra-index-url", List, LOOKING), known("no-index", Flag, LOOKING),
    known("find-links", List, LOOKING), known("pre", Flag, LOOKING), known("all-releases", Value, LOOKING),
    known("only-final", Value, LOOKING), known("no-binary", Value, LOOKING), known("only-binary", Value, LOOKING),
    known("prefer-binary", Flag, LOOKING), known("refresh-package", Value, LOOKING), known("uploaded-prior-to", Value, LOOKING),
    known("requirement", List, &["download", "freeze", "install", "lock", "uninstall", "wheel"]),
    known("constraint", List, FETCHING), known("build-constraint", List, FETCHING), known("requirements-from-script", List, FETCHING),
    known("no-deps", Flag, FETCHING), known("only-deps", Flag, FETCHING), known("src", Value, FETCHING),
    known("no-build-isolation", Flag, FETCHING), known("use-pep517", Flag, FETCHING), known("no-use-pep517", Flag, FETCHING),
    known("check-build-dependencies", Flag, FETCHING), known("require-hashes", Flag, FETCHING),
    known("no-require-hashes", Flag, FETCHING), known("progress-bar", Value, FETCHING), known("group", Value, FETCHING),
    known("no-clean", Flag, FETCHING), known("ignore-requires-python", Flag, &["download", "index", "install", "lock", "wheel"]),
    known("editable", List, &["install", "list", "lock", "wheel"]), known("config-settings", Value, BUILDING),
    known("global-option", List, BUILDING), known("build-option", List, &["wheel"]),
    known("dry-run", Flag, INSTALL), known("target", Value, INSTALL), known("no-user", Flag, INSTALL), known("root", Value, INSTALL),
    known("prefix", Value, INSTALL), known("upgrade", Flag, INSTALL), known("upgrade-strategy", Value, INSTALL),
    known("force-reinstall", Flag, INSTALL), known("ignore-installed", Flag, INSTALL), known("compile", Flag, INSTALL),
    known("no-compile", Flag, INSTALL), known("no-warn-script-location", Flag, INSTALL), known("no-warn-conflicts", Flag, INSTALL),
    known("report", Value, INSTALL),
    known("platform", List, PLATFORM), known("python-version", Value, PLATFORM), known("implementation", Value, PLATFORM),
    known("abi", List, PLATFORM), known("user", Flag, &["config", "freeze", "inspect", "install", "list"]),
    known("break-system-packages", Flag, &["install", "uninstall"]), known("root-user-action", Value, &["install", "uninstall"]),
    known("debug", Flag, ALL), known("isolated", Flag, ALL), known("require-virtualenv", Flag, ALL), known("python", Value, ALL),
    known("verbose", Value, ALL), known("quiet", Value, ALL), known("log", Value, ALL), known("no-input", Flag, ALL),
    known("keyring-provider", Value, ALL), known("proxy", Value, ALL), known("no-proxy-env", Flag, ALL),
    known("retries", Value, ALL), known("resume-retries", Value, ALL), known("timeout", Value, ALL), known("exists-action", List, ALL),
    known("trusted-host", List, ALL), known("cert", Value, ALL), known("client-cert", Value, ALL), known("cache-dir", Value, ALL),
    known("no-cache-dir", Value, ALL), known("disable-pip-version-check", Flag, ALL), known("no-color", Flag, ALL),
    known("no-python-version-warning", Flag, ALL), known("use-feature", List, ALL), known("use-deprecated", List, ALL),
    known("output", Value, &["lock"]), known("dest", Value, &["download"]), known("yes", Flag, &["uninstall"]),
    known("local", Flag, &["freeze", "inspect", "list"]), known("path", List, &["freeze", "inspect", "list"]),
    known("all", Flag, &["freeze"]), known("exclude-editable", Flag, &["freeze", "list"]), known("exclude", List, &["freeze", "list"]),
    known("outdated", Flag, &["list"]), known("uptodate", Flag, &["list"]), known("not-required", Flag, &["list"]),
    known("include-editable", Flag, &["list"]), known("format", Value, &["cache", "list"]), known("files", Flag, &["show"]),
    known("editor", Value, &["config"]), known("global", Flag, &["config"]), known("site", Flag, &["config"]),
    known("index", Value, &["search"]), known("json", Flag, &["index"]), known("wheel-dir", Value, &["wheel"]),
    known("no-verify", Flag, &["wheel"]), known("algorithm", Value, &["hash"]), known("bash", Flag, &["completion"]),
    known("zsh", Flag, &["completion"]), known("fish", Flag, &["completion"]), known("powershell", Flag, &["completion"]),
];

/// Other names of options.
#[rustfmt::skip]
const OTHER_NAMES: [(&str, &str); 14] = [
    ("pypi-url", "index-url"), ("no-dependencies", "no-deps"), ("only-dependencies", "only-deps"), ("source", "src"),
    ("source-dir", "src"), ("source-directory", "src"), ("require-venv", "require-virtualenv"), ("log-file", "log"),
    ("local-log", "log"), ("default-timeout", "timeout"), ("destination-dir", "dest"), ("destination-directory", "dest"),
    ("download-dir", "dest"), ("config-setting", "config-settings"),
];

/// The option of a name, or of another name of it.
pub(super) fn by_name(name: &str) -> Option<&'static Known> {
    let name = OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(name, |(_, name)| name);
    OPTIONS.iter().find(|known| known.name == name)
}

/// The option that a name is likely meant for.
pub(super) fn intended(name: &str) -> Option<&'static str> {
    let letters = |name: &str| name.replace(['-', '_', '.'], "");
    let bare = letters(name);
    let same = OPTIONS.iter().find(|known| letters(known.name) == bare);
    let singular =
        || OPTIONS.iter().find(|known| [format!("{}s", known.name), format!("{}es", known.name)].contains(&name.to_owned()));
    let start = || OPTIONS.iter().find(|known| known.kind == List && bare.len() > 4 && letters(known.name).starts_with(&bare));
    let near = || OPTIONS.iter().find(|known| known.name.len() > 4 && crate::spelling::within_one_edit(known.name, name));
    let plural = || name.strip_suffix('s').and_then(by_name);
    let require = || matches!(name, "require-hash" | "hashes" | "hash").then(|| by_name("require-hashes")).flatten();
    same.or_else(singular).or_else(plural).or_else(require).or_else(near).or_else(start).map(|known| known.name)
}

impl Known {
    /// Whether a command reads it.
    pub(super) fn is_read_by(&self, command: &str) -> bool {
        self.commands.is_empty() || self.commands.contains(&command)
    }
}

/// A boolean as pip reads one; `None` is an error to it.
pub(super) fn boolean(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "y" | "yes" | "t" | "true" | "on" | "1" => Some(true),
        "n" | "no" | "f" | "false" | "off" | "0" => Some(false),
        _ => None,
    }
}
