//! The person's own settings, which no repository can change: npm's user and global `.npmrc`, the environment that they refer to, and the
//! person's own policy file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use etcetera::BaseStrategy as _;
use provender_core::document::Document;
use provender_core::formats::Format;
use provender_core::path::RelPath;
use provender_core::workspace::User;

/// Reads them. What is not there is not there; what cannot be read counts as empty, which trusts less.
#[must_use]
pub fn load() -> User {
    let home = etcetera::home_dir().ok();
    let settings: Vec<_> = [global_npmrc(), user_npmrc(home.as_deref())].into_iter().flatten().filter_map(|path| document(&path, home.as_deref())).collect();
    let environment = settings.iter().flat_map(|document| referenced(&document.text)).filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)));
    let environment: BTreeMap<String, String> = environment.chain(npm_variables()).collect();
    let policy = policy_path().and_then(|path| document(&path, home.as_deref()));
    User { settings, environment, policy }
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
    let chosen = std::env::var_os("npm_config_userconfig").or_else(|| std::env::var_os("NPM_CONFIG_USERCONFIG"));
    chosen.map(PathBuf::from).or_else(|| Some(home?.join(".npmrc")))
}

/// npm's global file lies below the prefix it was installed to; only the usual places and the environment's word are looked at, since asking
/// npm would mean running it.
fn global_npmrc() -> Option<PathBuf> {
    let chosen = std::env::var_os("npm_config_globalconfig").or_else(|| std::env::var_os("NPM_CONFIG_GLOBALCONFIG"));
    let usual = ["/usr/local/etc/npmrc", "/usr/etc/npmrc", "/etc/npmrc"];
    chosen.map(PathBuf::from).or_else(|| usual.iter().map(PathBuf::from).find(|path| path.is_file()))
}

fn document(path: &Path, home: Option<&Path>) -> Option<Arc<Document>> {
    let bytes = crate::disk::read(path).ok()?;
    let shown = match home.and_then(|home| path.strip_prefix(home).ok()) {
        Some(below) => format!("~/{}", below.display()),
        None => path.display().to_string(),
    };
    let name = if path.extension().is_some_and(|extension| extension == "toml") { "provender.toml" } else { ".npmrc" };
    Some(Arc::new(Document::parse(RelPath::new(shown), Format::of_name(name)?, bytes)))
}

/// The names in `${NAME}` references.
fn referenced(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| {
        let name = rest.split('}').next()?;
        Some(name.split([':', '?']).next().unwrap_or(name).trim_end_matches('-'))
    })
}

/// npm takes settings from the environment too; those about registries and trust are ours to know.
fn npm_variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars().filter(|(name, _)| name.get(..11).is_some_and(|start| start.eq_ignore_ascii_case("npm_config_")))
}
