//! Go's settings (`go env`): the person's file, and the environment over it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use provender_core::model::Ecosystem;
use provender_core::npm::config::Mapping;
use provender_core::registries::Serves;

use super::{environment, secrets, variable};

/// The settings that matter here.
const NAMES: [&str; 7] = ["GOPROXY", "GOPRIVATE", "GONOSUMDB", "GOSUMDB", "GOMODCACHE", "GOPATH", "GONOPROXY"];

/// Those that are made. An empty variable counts as not set, as it does for Go.
pub(super) fn settings(home: Option<&Path>) -> BTreeMap<String, String> {
    let file = variable("GOENV").filter(|path| !path.is_empty()).map(PathBuf::from);
    let file = file.or_else(|| Some(super::config_folder(home?).join("go/env")));
    let text = file.filter(|path| path.as_os_str() != "off").map_or_else(String::new, |path| secrets::text(&path));
    let mut found = of_file(&text);
    for name in NAMES {
        if let Some(value) = variable(name).filter(|value| !value.is_empty()) {
            found.insert(name.to_owned(), value);
        }
    }
    found
}

fn of_file(text: &str) -> BTreeMap<String, String> {
    let pair = |line: &str| {
        let (name, value) = line.split_once('=')?;
        (NAMES.contains(&name) && !value.trim().is_empty()).then(|| (name.to_owned(), value.trim().to_owned()))
    };
    text.lines().map(str::trim).filter_map(pair).collect()
}

/// The proxy that is asked first.
pub(super) fn mappings(settings: &BTreeMap<String, String>) -> Vec<(Ecosystem, Mapping)> {
    let list = settings.get("GOPROXY").map_or("", String::as_str);
    let first = list.split([',', '|']).map(str::trim).find(|one| !one.is_empty());
    first
        .filter(|one| one.contains("://"))
        .map(|url| (Ecosystem::Go, environment::mapping(Serves::Default, url)))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_s_file_and_list_are_read() {
        let found =
            of_file("GOPROXY=https://go.corp.test,direct\n# GOSUMDB=off\nGOPRIVATE=\nGOFLAGS=-mod=mod\nGONOSUMDB=*.corp.test\n");
        assert_eq!(found.len(), 2);
        let mappings = mappings(&found);
        assert_eq!(mappings[0].1.url.as_ref().unwrap(), "https://go.corp.test");
        assert!(super::mappings(&BTreeMap::from([("GOPROXY".to_owned(), "off".to_owned())])).is_empty());
    }
}
