//! Go's settings (`go env`): the person's file, and the environment over it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use provender_core::model::Ecosystem;
use provender_core::npm::config::Mapping;
use provender_core::registries::Serves;
use provender_registry::GoProxy;

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

/// The proxies that are asked one after the other, up to where modules are fetched from their own places, or not at all.
pub(super) fn mappings(settings: &BTreeMap<String, String>) -> Vec<(Ecosystem, Mapping)> {
    let Some(list) = settings.get("GOPROXY") else { return Vec::new() };
    let proxies = proxies(list);
    if proxies.is_empty() {
        // Whoever wants no proxy asked does not want the usual one asked either.
        let why = format!("your `GOPROXY` is `{list}`: no proxy is to be asked");
        let mapping = Mapping { url: Err(why), ..environment::mapping(Serves::Default, "") };
        return vec![(Ecosystem::Go, mapping)];
    }
    let serves = [Serves::Default].into_iter().chain(std::iter::repeat(Serves::Any));
    let found = proxies.iter().zip(serves).map(|(proxy, serves)| (Ecosystem::Go, environment::mapping(serves, &proxy.url)));
    // The one that is asked first has the last word.
    found.collect::<Vec<_>>().into_iter().rev().collect()
}

/// The proxies of a list. What follows one is asked where it does not know a module (`,`), or for any fault (`|`).
pub(crate) fn proxies(list: &str) -> Vec<GoProxy> {
    let mut found = Vec::new();
    for part in list.split_inclusive([',', '|']) {
        let url = part.trim_end_matches([',', '|']).trim();
        match url {
            "" => continue,
            "direct" | "off" => break,
            _ => found.push(GoProxy { url: url.to_owned(), next_for_any_fault: part.ends_with('|') }),
        }
    }
    found
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
        let of = |list: &str| super::mappings(&BTreeMap::from([("GOPROXY".to_owned(), list.to_owned())]));
        for none in ["off", "direct", "direct,https://go.corp.test"] {
            let [(_, mapping)] = &of(none)[..] else { panic!("one mapping") };
            assert!(mapping.serves == Serves::Default && mapping.url.is_err(), "{none}");
        }
        let several = of("https://a.corp.test|https://b.corp.test, https://c.corp.test,direct,https://d.corp.test");
        let shown: Vec<_> = several.iter().map(|(_, mapping)| (mapping.url.as_ref().unwrap().as_str(), &mapping.serves)).collect();
        let any = Serves::Any;
        assert_eq!(
            shown,
            [("https://c.corp.test", &any), ("https://b.corp.test", &any), ("https://a.corp.test", &Serves::Default)]
        );
        let next: Vec<bool> =
            proxies("https://a.test|https://b.test,direct").iter().map(|proxy| proxy.next_for_any_fault).collect();
        assert_eq!(next, [true, false]);
    }
}
