//! Each edit of a small workspace, and what cargo 1.95 said to it (`cargo metadata --locked`).

use std::fmt::Write as _;

use crate::analyze::analyze;
use crate::path::RelPath;
use crate::registries::{CRATES, CRATES_GIT};
use crate::workspace::Workspace;

const ROOT: &str = r#"[workspace]
members = ["app", "lib"]

[workspace.package]
version = "0.2.0"

[workspace.dependencies]
itoa = "1.0"

[patch.crates-io]
ryu = { path = "patched/ryu" }
"#;

const APP: &str = r#"[package]
name = "app"
version = "0.1.0"

[dependencies]
itoa = { workspace = true }
fnv = "1.0"
lib = { path = "../lib" }
gitdep = { git = "https://git.test/gitdep", branch = "main" }
old-semver = { package = "semver", version = "0.9" }
semver = "1.0"
ryu = "1.0"

[target.'cfg(windows)'.dependencies]
cfg-if = "1"

[dev-dependencies]
lazy_static = "1"
"#;

const LIB: &str = r#"[package]
name = "lib"
version.workspace = true

[dependencies]
memchr = { version = "2", optional = true }
side = { path = "../side" }

[features]
fast = ["dep:memchr"]
"#;

const SIDE: &str = "[package]\nname = \"side\"\nversion = \"0.5.0\"\n[dev-dependencies]\nhex = \"0.4\"\n";

const RYU: &str = "[package]\nname = \"ryu\"\nversion = \"1.0.5\"\n";

/// Name, version, source (`r`: the registry; `g`: git; nothing: a folder) and dependencies of each entry.
const LOCKED: &[(&str, &str, &str, &[&str])] = &[
    ("app", "0.1.0", "", &["cfg-if", "fnv", "gitdep", "itoa", "lazy_static", "lib", "ryu", "semver 0.9.0", "semver 1.0.28"]),
    ("cfg-if", "1.0.5", "r", &[]),
    ("fnv", "1.0.7", "r", &[]),
    ("gitdep", "0.3.0", "g", &[]),
    ("hex", "0.4.3", "r", &[]),
    ("itoa", "1.0.19", "r", &[]),
    ("lazy_static", "1.5.1", "r", &[]),
    ("lib", "0.2.0", "", &["memchr", "side"]),
    ("memchr", "2.8.0", "r", &[]),
    ("ryu", "1.0.5", "", &[]),
    ("semver", "0.9.0", "r", &["semver-parser"]),
    ("semver", "1.0.28", "r", &[]),
    ("semver-parser", "0.7.0", "r", &[]),
    ("side", "0.5.0", "", &["hex"]),
];

fn registry() -> String {
    format!("registry+{CRATES_GIT}")
}

fn lock() -> String {
    let mut text = "version = 4\n".to_owned();
    for (name, version, source, dependencies) in LOCKED {
        let _ = writeln!(text, "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"");
        match *source {
            "r" => {
                let hex = "3f9eec918d3f24069decb9af1554cad7c880e2da24a9afd88aca000531ab82c1";
                let _ = writeln!(text, "source = \"{}\"\nchecksum = \"{hex}\"", registry());
            }
            "g" => {
                let commit = "c9a6ef97bc580b39b4630a5838d870f660fd1137";
                let _ = writeln!(text, "source = \"git+https://git.test/gitdep?branch=main#{commit}\"");
            }
            _ => {}
        }
        if !dependencies.is_empty() {
            let list: String = dependencies.iter().map(|name| format!(" \"{name}\",\n")).collect();
            let _ = writeln!(text, "dependencies = [\n{list}]");
        }
    }
    text
}

/// What is said about the workspace with one text of one file replaced.
fn findings(path: &str, old: &str, new: &str) -> Vec<String> {
    let mut workspace = Workspace::default();
    let lock = lock();
    let files = [
        ("Cargo.toml", ROOT),
        ("app/Cargo.toml", APP),
        ("lib/Cargo.toml", LIB),
        ("side/Cargo.toml", SIDE),
        ("patched/ryu/Cargo.toml", RYU),
        ("Cargo.lock", lock.as_str()),
    ];
    for (name, text) in files {
        assert!(name != path || text.contains(old), "{path} has no `{old}`");
        let text = if name == path { text.replacen(old, new, 1) } else { text.to_owned() };
        workspace.set(RelPath::new(name), text.into_bytes());
    }
    let report = analyze(&workspace);
    let ours = ["lockfile-out-of-sync", "unreachable-package", "unknown-lockfile-version", "missing-integrity"];
    let found = report.findings.iter().filter(|found| ours.contains(&found.rule.id));
    found.map(|found| format!("{}: {}", found.path, found.message)).collect()
}

#[test]
fn what_cargo_refuses_is_told_and_what_it_takes_is_not() {
    let refused = true;
    let zzz = "name = \"zzz\"\nversion = \"1.0.0\"\n";
    let (registry, sparse) = (registry(), format!("source = \"sparse+{CRATES}\"\nchecksum"));
    let stranger =
        format!("[[package]]\n{zzz}source = \"{registry}\"\nchecksum = \"{}\"\n\n[[package]]\nname = \"side\"", "0".repeat(64));
    let beside = format!("[[package]]\n{zzz}dependencies = [\n \"fnv\",\n]\n\n[[package]]\nname = \"app\"");
    let app = "app/Cargo.toml";
    let cases: &[(&str, &str, &str, bool)] = &[
        ("Cargo.toml", "members", "members", !refused),
        (app, "fnv = \"1.0\"", "fnv = \"=1.0.6\"", refused),
        (app, "fnv = \"1.0\"", "fnv = \">=1\"", !refused),
        ("Cargo.toml", "itoa = \"1.0\"", "itoa = \"0.4\"", refused),
        (app, "fnv = \"1.0\"", "fnv = \"1.0\"\nhex = \"0.4\"", refused),
        ("lib/Cargo.toml", "[features]", "fnv = \"1\"\n[features]", refused),
        (app, "fnv = \"1.0\"\n", "", refused),
        (app, "lazy_static = \"1\"\n", "", refused),
        ("side/Cargo.toml", "hex = \"0.4\"\n", "", refused),
        (app, "[target.'cfg(windows)'.dependencies]\n", "", !refused),
        (app, "cfg-if = \"1\"\n", "", refused),
        (app, "old-semver =", "older-semver =", !refused),
        (app, "version = \"0.9\"", "version = \"0.11\"", refused),
        (app, "version = \"0.1.0\"", "version = \"0.1.1\"", refused),
        ("Cargo.toml", "version = \"0.2.0\"", "version = \"0.2.1\"", refused),
        (app, "name = \"app\"", "name = \"other\"", refused),
        ("Cargo.toml", "\"app\", ", "", refused),
        (app, "branch = \"main\"", "branch = \"other\"", refused),
        (app, "branch = \"main\"", "tag = \"v1\"", refused),
        (app, "test/gitdep\"", "test/gitdep.git\"", !refused),
        (app, "test/gitdep\"", "test/other\"", refused),
        (app, "{ git = \"https://git.test/gitdep\", branch = \"main\" }", "\"0.3\"", refused),
        ("Cargo.toml", "ryu = { path = \"patched/ryu\" }\n", "", refused),
        ("Cargo.toml", "ryu = {", "fnv = { path = \"p/fnv\" }\nryu = {", refused),
        ("Cargo.lock", " \"fnv\",\n", "", refused),
        ("Cargo.lock", " \"side\",\n", " \"fnv\",\n \"side\",\n", refused),
        ("Cargo.lock", " \"semver 0.9.0\",\n", "", refused),
        ("Cargo.lock", "name = \"fnv\"\nversion = \"1.0.7\"", "name = \"fnv\"\nversion = \"2.0.7\"", refused),
        ("Cargo.lock", "[[package]]\nname = \"side\"", &stranger, refused),
        ("lib/Cargo.toml", "version = \"2\"", "version = \"1\"", refused),
        ("Cargo.lock", "name = \"fnv\"\nversion = \"1.0.7\"", "name = \"fnw\"\nversion = \"1.0.7\"", refused),
        ("Cargo.lock", &format!("source = \"{registry}\"\nchecksum"), &sparse, refused),
        ("Cargo.lock", "name = \"fnv\"\nversion = \"1.0.7\"", "name = \"fnv\"\nversion = \"one\"", refused),
        // An entry of no crate brings in what others have, too; an edge of a crate's own leads nowhere.
        ("Cargo.lock", "[[package]]\nname = \"app\"", &beside, !refused),
        ("Cargo.lock", " \"fnv\",\n", " \"fnv\",\n \"nobody\",\n", !refused),
        (app, "fnv = \"1.0\"", "fnv = \"\"", refused),
        (app, "fnv = \"1.0\"", "fnv = \"one\"", refused),
        (app, "fnv = \"1.0\"", "fnv = {}", refused),
        (app, "fnv = \"1.0\"", "fnv = { version = \"1\", branch = \"main\" }", refused),
        (app, "branch = \"main\"", "branch = \"main\", tag = \"v1\"", refused),
        (app, "workspace = true", "workspace = false", refused),
        (app, "fnv = \"1.0\"", "fnv = \"1.0\"\nfnw = { package = \"fnv\", version = \"1\" }", refused),
        (app, "version = \"0.1.0\"", "version = \"0.1.0\"\nlicense.workspace = true", refused),
        (app, "version = \"0.1.0\"", "version = \"0.1.0\"\nmetadata.workspace = true", !refused),
        (app, "[dev-dependencies]", "[lints]\nworkspace = true\n[dev-dependencies]", refused),
        (app, "path = \"../lib\"", "path = \"../lib\", features = [\"fast\"]", !refused),
        (app, "path = \"../lib\"", "path = \"../lib\", features = [\"slow\"]", refused),
        (app, "path = \"../lib\"", "path = \"../lib\", features = [\"memchr\"]", refused),
        ("Cargo.toml", "itoa = \"1.0\"\n", "", refused),
        ("Cargo.toml", "itoa = \"1.0\"", "itoa = { version = \"1.0\", optional = true }", refused),
        ("Cargo.toml", "[workspace]", "[replace]\n\"fnv:1.0.7\" = { path = \"p/fnv\" }\n\n[workspace]", refused),
        ("lib/Cargo.toml", "\"dep:memchr\"", "\"dep:side\"", refused),
        ("lib/Cargo.toml", "\"dep:memchr\"", "\"memchr\"", !refused),
        ("lib/Cargo.toml", "\"dep:memchr\"", "\"dep:memchr\", \"memchr\"", refused),
        ("lib/Cargo.toml", "\"dep:memchr\"", "\"memchr?/std\", \"side/x\"", !refused),
        ("lib/Cargo.toml", "\"dep:memchr\"", "\"side?/std\"", refused),
        ("lib/Cargo.toml", "\"dep:memchr\"", "\"nobody/std\"", refused),
        ("lib/Cargo.toml", "\"dep:memchr\"", "\"fast\"", refused),
        ("lib/Cargo.toml", "\"dep:memchr\"", "\"nobody\"", refused),
        ("lib/Cargo.toml", "fast =", "\"a b\" =", refused),
        ("lib/Cargo.toml", "[features]", "[features]\nmemchr = []", !refused),
        ("patched/ryu/Cargo.toml", "1.0.5", "1.0.6", refused),
        ("Cargo.toml", "path = \"patched/ryu\"", "git = \"https://git.test/ryu\"", refused),
        ("Cargo.lock", "version = 4", "version = 3", !refused),
        ("Cargo.lock", "version = 4", "version = 1", refused),
        ("Cargo.lock", "version = 4", "version = 5", refused),
    ];
    for (path, old, new, refused) in cases {
        // What Cargo passes over is told as well, and does not count here.
        let found = findings(path, old, new);
        let told = found.iter().any(|message| !message.ends_with("Cargo passes over it"));
        assert_eq!(told, *refused, "{path}: `{old}` to `{new}`: {found:?}");
    }
}

#[test]
fn messages_say_what_disagrees() {
    let mut said = Vec::new();
    for (path, old, new) in [
        ("app/Cargo.toml", "fnv = \"1.0\"", "fnv = \"=1.0.6\""),
        ("app/Cargo.toml", "fnv = \"1.0\"", "hex = \"0.4\""),
        ("app/Cargo.toml", "version = \"0.1.0\"", "version = \"0.1.1\""),
        ("app/Cargo.toml", "branch = \"main\"", "branch = \"other\""),
        ("Cargo.toml", "\"app\", ", ""),
        ("Cargo.toml", "ryu = {", "zzz = { path = \"zzz\" }\nryu = {"),
        (
            "Cargo.lock",
            "[[package]]\nname = \"app\"",
            "[[patch.unused]]\nname = \"zzz\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"app\"",
        ),
        (
            "Cargo.lock",
            "[[package]]\nname = \"app\"",
            "[[package]]\nname = \"zzz\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"app\"",
        ),
    ] {
        said.extend(findings(path, old, new));
    }
    expect_test::expect![[r#"
        app/Cargo.toml: `fnv`: the locked version is not one that is asked for; `--locked` refuses it
        Cargo.lock: `app` does not ask for `fnv`; `--locked` refuses it
        app/Cargo.toml: `hex`: the lockfile does not know that it is asked for; `--locked` refuses it
        app/Cargo.toml: `app` is 0.1.1 here and 0.1.0 in the lockfile; `--locked` refuses it
        app/Cargo.toml: `gitdep`: the lockfile has it from another place; `--locked` refuses it
        Cargo.lock: `app` is no crate of this workspace, and the lockfile has it as one; `--locked` refuses it
        Cargo.toml: the lockfile has `zzz` as it was without this patch; `--locked` refuses it
        Cargo.lock: the lockfile has an unused patch `zzz` that no manifest has; Cargo passes over it
        Cargo.lock: `zzz` is no crate of this workspace, and the lockfile has it as one; Cargo passes over it"#]]
    .assert_eq(&said.join("\n"));
}
