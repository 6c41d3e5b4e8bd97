//! The person's own settings, which no repository can change: npm's user and global `.npmrc`, the environment that they refer to, and the
//! person's own policy file.
//!
//! A package manager that runs a script hands its settings on in the environment (`npm_config_…`), those of the repository's `.npmrc` among
//! them. Below one, those variables are nobody's word: what a repository says must not come back as the person's.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::BaseStrategy as _;
use provender_core::document::Document;
use provender_core::formats::{Format, npmrc};
use provender_core::npm::config::{self, Origin, environment_settings};
use provender_core::path::RelPath;
use provender_core::workspace::{POLICY_FILE, User};

/// Reads them. What is not there is not there; what cannot be read counts as empty, which trusts less.
#[must_use]
pub fn load() -> User {
    let home = etcetera::home_dir().ok();
    let files = [(Origin::Global, global_npmrc()), (Origin::User, user_npmrc(home.as_deref()))];
    let texts: Vec<_> = files.into_iter().filter_map(|(origin, path)| Some((origin, text(&path?)?))).collect();
    let names = texts.iter().flat_map(|(_, text)| referenced(text));
    let environment = names.filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?))).collect();
    let mut settings: Vec<_> = texts.iter().map(|(origin, text)| (*origin, npmrc::parse(text).0)).collect();
    let variables: Vec<_> = std::env::vars_os()
        .filter(|_| !in_script())
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    let from_environment = environment_settings(variables.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    settings.push((Origin::Environment, from_environment));
    let (policy, mut faults) = match policy_path().map_or(Ok(None), |path| policy(&path, home.as_deref())) {
        Ok(policy) => (policy, Vec::new()),
        Err(fault) => (None, vec![fault]),
    };
    faults.extend(policy.iter().flat_map(|document| self::faults(document)));
    User { npm: config::User { settings, environment }, settings: Vec::new(), policy, faults }
}

/// Where the person's own policy lies.
#[must_use]
pub fn policy_path() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("PROVENDER_CONFIG") {
        return Some(path.into());
    }
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("provender/provender.toml"))
}

/// Where verdicts are remembered.
#[must_use]
pub fn cache_folder() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("PROVENDER_CACHE") {
        return Some(path.into());
    }
    Some(etcetera::choose_base_strategy().ok()?.cache_dir().join("provender"))
}

fn user_npmrc(home: Option<&Path>) -> Option<PathBuf> {
    chosen("userconfig").map(PathBuf::from).or_else(|| Some(home?.join(".npmrc")))
}

/// npm's global file lies below the prefix it was installed to; only the usual places and the environment's word are looked at, since asking
/// npm would mean running it.
fn global_npmrc() -> Option<PathBuf> {
    let usual = ["/usr/local/etc/npmrc", "/usr/etc/npmrc", "/etc/npmrc"];
    chosen("globalconfig").map(PathBuf::from).or_else(|| usual.iter().map(PathBuf::from).find(|path| path.is_file()))
}

/// What the environment says that npm's setting is, unless a package manager says so.
fn chosen(setting: &str) -> Option<OsString> {
    let names = [format!("npm_config_{setting}"), format!("NPM_CONFIG_{}", setting.to_ascii_uppercase())];
    names.iter().filter(|_| !in_script()).find_map(std::env::var_os)
}

/// Whether a package manager runs us in a script: npm, yarn, pnpm and bun all set one of these.
fn in_script() -> bool {
    ["npm_lifecycle_event", "npm_execpath", "npm_command"].iter().any(|name| std::env::var_os(name).is_some())
}

fn text(path: &Path) -> Option<String> {
    crate::disk::read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok())
}

fn policy(path: &Path, home: Option<&Path>) -> Result<Option<Arc<Document>>, String> {
    let shown = match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(below) => format!("~/{}", below.display()),
        None => path.display().to_string(),
    };
    match crate::disk::read(path) {
        Ok(bytes) => Ok(Format::of_name(POLICY_FILE).map(|format| Arc::new(Document::parse(RelPath::new(shown), format, bytes)))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("your own policy {shown} cannot be read and does not count: {error}")),
    }
}

/// What is wrong in the person's own policy, with its place.
fn faults(document: &Document) -> impl Iterator<Item = String> {
    document.problems.iter().map(|problem| {
        let at = document.position(problem.span.start);
        format!("your own policy {}:{}:{}: {}", document.path, at.line, at.column, problem.message)
    })
}

/// The names in `${NAME}` and `${NAME?}` references.
fn referenced(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| Some(rest.split('}').next()?.trim_end_matches('?')))
}
