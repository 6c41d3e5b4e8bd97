//! Where package managers keep what they downloaded, on this machine: sources of bytes, never of trust.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::user::variable;

/// Yarn 1's cache.
pub(crate) fn yarn_classic(home: Option<&Path>) -> Option<PathBuf> {
    let chosen = variable("YARN_CACHE_FOLDER").map(PathBuf::from);
    let usual = [caches(home).map(|folder| folder.join("yarn")), home.map(|home| home.join("Library/Caches/Yarn"))];
    let all = chosen.into_iter().chain(usual.into_iter().flatten()).chain(local(&["Yarn/Cache"]));
    all.into_iter().find(|folder| folder.join("v6").is_dir())
}

/// pip's cache.
pub(crate) fn pip(home: Option<&Path>) -> Option<PathBuf> {
    let chosen = variable("PIP_CACHE_DIR").map(PathBuf::from);
    let usual = [caches(home).map(|folder| folder.join("pip")), home.map(|home| home.join("Library/Caches/pip"))];
    chosen.into_iter().chain(usual.into_iter().flatten()).chain(local(&["pip/cache"])).find(|folder| folder.is_dir())
}

/// Cargo's registry cache.
pub(crate) fn cargo(home: Option<&Path>) -> Option<PathBuf> {
    let folder = variable("CARGO_HOME").map(PathBuf::from).or_else(|| Some(home?.join(".cargo")))?;
    Some(folder.join("registry/cache")).filter(|folder| folder.is_dir())
}

/// Go's module cache.
pub(crate) fn go(home: Option<&Path>, settings: &BTreeMap<String, String>) -> Option<PathBuf> {
    let chosen = settings.get("GOMODCACHE").map(PathBuf::from);
    let path = || settings.get("GOPATH").and_then(|list| std::env::split_paths(list).next()).or_else(|| Some(home?.join("go")));
    chosen.or_else(|| Some(path()?.join("pkg/mod"))).filter(|folder| folder.is_dir())
}

/// Yarn's own archives: the person's, and those that the repository in this folder commits.
pub(crate) fn yarn(home: Option<&Path>) -> Vec<PathBuf> {
    let chosen = variable("YARN_GLOBAL_FOLDER").map(PathBuf::from);
    let own = chosen.or_else(|| Some(home?.join(".yarn/berry"))).map(|folder| folder.join("cache"));
    let committed = std::env::current_dir().ok().map(|folder| folder.join(".yarn/cache"));
    own.into_iter().chain(local(&["Yarn/Berry/cache"])).chain(committed).filter(|folder| folder.is_dir()).collect()
}

fn caches(home: Option<&Path>) -> Option<PathBuf> {
    variable("XDG_CACHE_HOME").filter(|path| !path.is_empty()).map(PathBuf::from).or_else(|| Some(home?.join(".cache")))
}

/// Folders below Windows' own for such things.
fn local(below: &[&str]) -> Vec<PathBuf> {
    let root = variable("LOCALAPPDATA").map(PathBuf::from);
    root.iter().flat_map(|root| below.iter().map(|path| root.join(path))).collect()
}
