//! Cargo: `--locked` resolves the manifests anew, holds what it can to the lockfile, and refuses if the outcome is another one. What it asks its
//! registry's index for is not in any file here, so rows about features of other crates are known to be missed.

use super::{Edit, Project, passes, refused, told};
use crate::tools::Tool;

const ROOT: &str = "Cargo.toml";
const APP: &str = "app/Cargo.toml";
const LIB: &str = "lib/Cargo.toml";
const ONE: &str = "tools/one/Cargo.toml";
const SIDE: &str = "side/Cargo.toml";
const RYU: &str = "patched/ryu/Cargo.toml";
const LOCK: &str = "Cargo.lock";

pub(super) const PROJECT: Project = Project {
    tool: Tool::Cargo,
    files: &[
        (
            ROOT,
            r#"[workspace]
members = ["app", "lib", "tools/*"]
resolver = "2"

[workspace.package]
version = "0.2.0"

[workspace.dependencies]
itoa = "1.0"
lib = { path = "lib", version = "0.2" }

[patch.crates-io]
ryu = { path = "patched/ryu" }
#patch
"#,
        ),
        (
            APP,
            r#"[package]
name = "app"
version = "0.1.0"
edition = "2021"
#package

[dependencies]
itoa = { workspace = true }
fnv = "1.0"
lib = { workspace = true }
old-semver = { package = "semver", version = "0.9" }
semver = "1.0"
ryu = "1.0"
hex = { version = "0.4", optional = true }
#dependencies

[target.'cfg(windows)'.dependencies]
cfg-if = "1"

[dev-dependencies]
lazy_static = "1"

[features]
enc = ["dep:hex"]
#features
"#,
        ),
        ("app/src/lib.rs", ""),
        (
            LIB,
            r#"[package]
name = "lib"
version.workspace = true

[dependencies]
memchr = { version = "2", optional = true }
side = { path = "../side" }

[features]
fast = ["dep:memchr"]
"#,
        ),
        ("lib/src/lib.rs", ""),
        (
            ONE,
            "[package]\nname = \"one\"\nversion = \"0.0.1\"\n[dependencies]\napp = { path = \"../../app\", features = [\"enc\"] }\n",
        ),
        ("tools/one/src/lib.rs", ""),
        (SIDE, "[package]\nname = \"side\"\nversion = \"0.5.0\"\n[dev-dependencies]\nbitflags = \"2\"\n"),
        ("side/src/lib.rs", ""),
        (RYU, "[package]\nname = \"ryu\"\nversion = \"1.0.5\"\n"),
        ("patched/ryu/src/lib.rs", ""),
    ],
    lock: &[&["fetch"]],
    frozen: &["metadata", "--locked", "--offline", "--format-version", "1"],
    refusals: &[
        "because --locked was passed",
        "failed to parse manifest",
        "failed to parse lock file",
        "failed to load manifest",
        "failed to select a version",
        "failed to resolve patches",
        "no matching package",
        "multiple times with different names",
        "cyclic feature dependency",
        "perhaps a crate was updated and forgotten to be re-vendored",
    ],
};

pub(super) fn edits() -> Vec<Edit> {
    [dependencies(), features(), crates(), patches(), lockfile()].into_iter().flatten().collect()
}

const FNV: &str = "fnv = \"1.0\"";

fn dependencies() -> Vec<Edit> {
    vec![
        passes("a range that the locked version fits").replace(APP, FNV, "fnv = \">=1, <3\""),
        passes("any version").replace(APP, FNV, "fnv = \"*\""),
        passes("its default features off").replace(APP, FNV, "fnv = { version = \"1.0\", default-features = false }"),
        passes("by another name").replace(APP, FNV, "fnw = { package = \"fnv\", version = \"1.0\" }"),
        passes("for development only").replace(APP, FNV, "").replace(APP, "lazy_static =", "fnv = \"1\"\nlazy_static ="),
        passes("for every platform").replace(APP, "[target.'cfg(windows)'.dependencies]\n", ""),
        passes("optional").replace(APP, FNV, "fnv = { version = \"1.0\", optional = true }"),
        refused("a range that the locked version does not fit").replace(APP, FNV, "fnv = \"=1.0.6\""),
        refused("a range that is none").replace(APP, FNV, "fnv = \"one\""),
        refused("an empty range").replace(APP, FNV, "fnv = \"\""),
        refused("neither a version nor a place").replace(APP, FNV, "fnv = {}"),
        refused("a branch of nothing").replace(APP, FNV, "fnv = { version = \"1.0\", branch = \"main\" }"),
        refused("another place").replace(APP, FNV, "fnv = { path = \"../side\" }"),
        refused("one less").replace(APP, FNV, ""),
        refused("one less for development").replace(APP, "lazy_static = \"1\"\n", ""),
        refused("one less for a platform").replace(APP, "cfg-if = \"1\"\n", ""),
        refused("one less that is optional").replace(APP, "hex = { version = \"0.4\", optional = true }\n", ""),
        refused("one more, which is locked for another").replace(LIB, "[features]", "fnv = \"1\"\n[features]"),
        refused("one package under two names").replace(APP, FNV, "fnv = \"1.0\"\nfnw = { package = \"fnv\", version = \"1\" }"),
        refused("the workspace's range").replace(ROOT, "itoa = \"1.0\"", "itoa = \"0.4\""),
        refused("the workspace's dependency less").replace(ROOT, "itoa = \"1.0\"\n", ""),
        refused("the workspace's is optional").replace(ROOT, "itoa = \"1.0\"", "itoa = { version = \"1.0\", optional = true }"),
        refused("not the workspace's").replace(APP, "itoa = { workspace = true }", "itoa = { workspace = false }"),
        refused("an alias of another version").replace(APP, "version = \"0.9\"", "version = \"0.11\""),
        refused("a registry that no settings name")
            .replace(APP, FNV, "fnv = { version = \"1.0\", registry = \"corp\" }")
            .but("a person's own settings may name it"),
    ]
}

fn features() -> Vec<Edit> {
    let of_app = |edit: Edit, line| edit.replace(APP, "#features", line);
    vec![
        of_app(passes("a feature more"), "more = [\"enc\", \"fnv/std\", \"hex?/std\"]"),
        of_app(refused("of no dependency"), "more = [\"nobody/std\"]"),
        of_app(refused("of no feature"), "more = [\"nobody\"]"),
        of_app(refused("of a dependency that is not optional"), "more = [\"dep:fnv\"]"),
        of_app(refused("weak, and not optional"), "more = [\"fnv?/std\"]"),
        of_app(refused("of itself"), "more = [\"more\"]"),
        of_app(refused("by a name that is none"), "\"a b\" = []"),
        refused("an optional dependency that is not optional any more").replace(APP, ", optional = true", ""),
        refused("a feature that a crate of the workspace has not").replace(ONE, "\"enc\"", "\"dec\""),
        passes("a feature that a crate of the workspace has").replace(
            ROOT,
            "version = \"0.2\" }",
            "version = \"0.2\", features = [\"fast\"] }",
        ),
        refused("a feature that a crate of the registry has not")
            .replace(APP, FNV, "fnv = { version = \"1.0\", features = [\"nobody\"] }")
            .but("only the registry's index knows a crate's features"),
        refused("a feature that asks for more")
            .replace(APP, "itoa = { workspace = true }", "itoa = { workspace = true, features = [\"no-panic\"] }")
            .but("only the registry's index knows a crate's features"),
    ]
}

fn crates() -> Vec<Edit> {
    vec![
        passes("another edition").replace(APP, "edition = \"2021\"", "edition = \"2018\""),
        passes("a crate of no workspace beside them")
            .write("other/Cargo.toml", "[package]\nname = \"other\"\nversion = \"1.0.0\"\n"),
        refused("a crate's version").replace(APP, "0.1.0", "0.1.1"),
        refused("a crate's name").replace(SIDE, "\"side\"", "\"sides\""),
        refused("the workspace's version").replace(ROOT, "0.2.0", "0.2.1"),
        refused("a licence that the workspace has not").replace(APP, "#package", "license.workspace = true"),
        refused("lints that the workspace has not").replace(APP, "#features", "[lints]\nworkspace = true"),
        told("a crate less that brings nothing").replace(ROOT, ", \"tools/*\"", ""),
        refused("a crate less").replace(ROOT, "\"app\", ", "").replace(ROOT, ", \"tools/*\"", ""),
        refused("a crate more")
            .write("tools/two/Cargo.toml", "[package]\nname = \"two\"\nversion = \"1.0.0\"\n")
            .write("tools/two/src/lib.rs", ""),
        refused("a folder's crate by another version").replace(LIB, "path = \"../side\"", "path = \"../side\", version = \"0.6\""),
        refused("a folder that is not there").replace(LIB, "../side", "../sides").but("a part of a checkout looks the same"),
        refused("what was only developed with it, and is excluded")
            .replace(ROOT, "resolver =", "exclude = [\"side\"]\nresolver =")
            .but("unreachable-package tells of it"),
        refused("an edition that is none")
            .replace(APP, "edition = \"2021\"", "edition = \"2020\"")
            .but("another version of Cargo may know it"),
    ]
}

fn patches() -> Vec<Edit> {
    vec![
        refused("a patch less").replace(ROOT, "[patch.crates-io]\nryu = { path = \"patched/ryu\" }\n", ""),
        refused("a patch by another version").replace(RYU, "1.0.5", "1.0.6"),
        refused("a patch that is used")
            .replace(ROOT, "#patch", "fnv = { path = \"patched/fnv\" }")
            .write("patched/fnv/Cargo.toml", "[package]\nname = \"fnv\"\nversion = \"1.0.9\"\n")
            .write("patched/fnv/src/lib.rs", ""),
        refused("a patch that nobody uses")
            .replace(ROOT, "#patch", "zzz = { path = \"patched/zzz\" }")
            .write("patched/zzz/Cargo.toml", "[package]\nname = \"zzz\"\nversion = \"1.0.0\"\n")
            .write("patched/zzz/src/lib.rs", ""),
        refused("a replacement beside it").replace(ROOT, "[patch", "[replace]\n\"fnv:1.0.7\" = { path = \"side\" }\n[patch"),
        refused("a patch of another registry")
            .replace(ROOT, "patch.crates-io", "patch.\"https://index.example/git\"")
            .but("which registry a patch is for is not compared"),
    ]
}

fn lockfile() -> Vec<Edit> {
    let lock = |edit: Edit, from, to| edit.replace(LOCK, from, to);
    vec![
        lock(passes("an older form"), "version = 4", "version = 3"),
        lock(refused("a form that is none"), "version = 4", "version = 5"),
        lock(passes("an edge to nobody"), " \"fnv\",\n", " \"fnv\",\n \"nobody\",\n"),
        lock(refused("an edge less"), " \"fnv\",\n", ""),
        lock(refused("an edge more"), " \"side\",\n", " \"fnv\",\n \"side\",\n"),
        lock(refused("a version that is none"), "name = \"fnv\"\nversion = \"1.0.7\"", "name = \"fnv\"\nversion = \"one\""),
        lock(
            refused("a version that is not asked for"),
            "name = \"fnv\"\nversion = \"1.0.7\"",
            "name = \"fnv\"\nversion = \"2.0.7\"",
        ),
        lock(refused("an entry by another name"), "name = \"fnv\"\n", "name = \"fnw\"\n"),
        lock(
            told("a folder's entry that nobody asks for"),
            "[[package]]\nname = \"app\"",
            "[[package]]\nname = \"aaa\"\nversion = \"1.0.0\"\ndependencies = [\n \"fnv\",\n]\n\n[[package]]\nname = \"app\"",
        ),
        lock(
            told("an unused patch that nobody has"),
            "[[package]]\nname = \"app\"",
            "[[patch.unused]]\nname = \"zzz\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"app\"",
        ),
    ]
}
