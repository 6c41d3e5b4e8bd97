use super::*;
use crate::model::Place;

fn read(text: &str) -> Manifest {
    *parse(text).model.manifest.expect("a manifest")
}

#[test]
fn every_way_to_ask_for_a_crate() {
    let text = r#"
[package]
name = "app"
version.workspace = true
publish = false

[dependencies]
plain = "1.2"
table = { version = "=1.0.0", registry = "corp", optional = true }
any = "*"
nothing = {}
short.workspace = true
old = { package = "real", version = "0.1" }
git = { git = "https://git.test/a.git", branch = "main" }
tag = { git = "https://git.test/a.git", tag = "v1", version = "1" }
here = { path = "../here", version = "0.1.0" }
odd = 3

[dependencies.long]
version = "2"

[dev-dependencies]
dev = "1"

[build_dependencies]
build = "1"

[target.'cfg(unix)'.dev-dependencies]
unix = "1"

[workspace]
members = ["crates/*"]
exclude = ["crates/old"]

[workspace.package]
version = "3.0.0"

[workspace.dependencies]
shared = "1"
"#;
    let manifest = read(text);
    let shown = manifest.dependencies.iter().map(|dependency| {
        let place = match dependency.place.as_deref() {
            Some(Place::Git { address, rev, reference }) => format!(" git {address} {rev:?} {:?}", reference.as_deref()),
            Some(Place::Path(path)) => format!(" path {path}"),
            Some(Place::Workspace) => " workspace".to_owned(),
            _ => String::new(),
        };
        let alias = dependency.alias.as_ref().map_or_else(String::new, |alias| format!("{alias} = "));
        let condition = dependency.condition.as_ref().map_or_else(String::new, |condition| format!(" if {condition}"));
        let registry = dependency.registry.as_ref().map_or_else(String::new, |registry| format!(" of {registry}"));
        let loose = if dependency.loose { "" } else { " !" };
        format!(
            "{:?} {alias}{} {:?}{registry}{place}{condition}{loose}",
            dependency.group,
            dependency.name,
            dependency.spec.as_str()
        )
    });
    let shown: Vec<String> = shown.collect();
    expect_test::expect![[r#"
        Normal plain "1.2"
        Optional table "=1.0.0" of corp
        Normal any "*" !
        Normal nothing "" !
        Normal short "" workspace !
        Normal old = real "0.1"
        Normal git "" git https://git.test/a.git None Some("main") !
        Normal tag "1" git https://git.test/a.git None Some("v1")
        Normal here "0.1.0" path ../here
        Normal long "2"
        Dev dev "1"
        Normal build "1"
        Dev unix "1" if cfg(unix)
        Normal shared "1""#]]
    .assert_eq(&shown.join("\n"));
    assert_eq!(manifest.private.map(|private| private.value), Some(true));
    assert_eq!(manifest.version, None);
    let patterns: Vec<&str> = manifest.workspaces.iter().map(|pattern| pattern.as_str()).collect();
    assert_eq!((patterns, manifest.topmost), (vec!["**", "!crates/old", "!crates/old/**"], true));
    let fact = |name: &str| manifest.facts.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!((fact(WORKSPACE_VERSION), fact(MEMBERS), fact(EXCLUDE)), (Some("3.0.0"), Some("crates/*"), Some("crates/old")));
}
