//! Bun: `bun install --frozen-lockfile` resolves what the manifests ask for against the lockfile, and refuses where another tree comes out.

use super::{Edit, Project, passes, refused, told};
use crate::tools::Tool;

const ROOT: &str = "package.json";
const A: &str = "packages/a/package.json";
const B: &str = "packages/b/package.json";
const LOCK: &str = "bun.lock";

pub(super) const PROJECT: Project = Project {
    tool: Tool::Bun,
    files: &[
        (
            ROOT,
            r#"{
  "name": "demo",
  "workspaces": { "packages": ["packages/*"], "catalog": { "is-odd": "^3.0.0" }, "catalogs": { "old": { "is-even": "~1.0.0" } } },
  "dependencies": {
    "is-odd": "catalog:",
    "is-even": "catalog:old",
    "al": "npm:left-pad@^1.0.0",
    "dir": "file:lib",
    "a": "workspace:*",
    "ms": "^2.0.0",
    "isarray": "1.0.0"
  },
  "devDependencies": { "once": "^1.4.0" },
  "optionalDependencies": { "fsevents": "^2.0.0" },
  "peerDependencies": { "inherits": "^2.0.0" },
  "overrides": { "wrappy": "1.0.2" },
  "trustedDependencies": ["ms"]
}
"#,
        ),
        ("lib/package.json", r#"{ "name": "dir", "version": "1.0.0", "dependencies": { "has-flag": "4.0.0" } }"#),
        (A, r#"{ "name": "a", "version": "1.0.0", "dependencies": { "ms": "^2.0.0", "b": "workspace:*" } }"#),
        (B, r#"{ "name": "b", "version": "1.2.0", "dependencies": { "ms": "1.0.0" } }"#),
    ],
    lock: &[&["install", "--lockfile-only", "--ignore-scripts"]],
    frozen: &["install", "--frozen-lockfile", "--dry-run", "--ignore-scripts"],
    refusals: &[
        "lockfile had changes, but lockfile is frozen",
        "Workspace dependency \"",
        "which is listed in bun.lock but not on disk",
        "error: No version matching",
        "\" is not linked",
        "not in catalog",
    ],
};

pub(super) fn edits() -> Vec<Edit> {
    [lists(), members(), sources(), overrides(), settings(), lockfile()].into_iter().flatten().collect()
}

/// What the manifest's lists ask for.
fn lists() -> Vec<Edit> {
    vec![
        told("a range that the locked version fits").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        told("pinned to what is locked").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "2.1.3""#),
        refused("pinned to another version").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "2.1.2""#),
        told("any version").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "*""#),
        told("a tag that leads to what is locked").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "latest""#),
        refused("a tag that leads elsewhere")
            .replace(ROOT, r#""isarray": "1.0.0""#, r#""isarray": "latest""#)
            .but("where a tag leads is known to the registry alone"),
        refused("a range that the locked version does not fit").replace(ROOT, r#""isarray": "1.0.0""#, r#""isarray": "^2.0.0""#),
        refused("a dependency more").replace(ROOT, r#""isarray""#, r#""wordwrap": "1.0.0", "isarray""#),
        told("a dependency more that is locked for another").replace(ROOT, r#""isarray""#, r#""wrappy": "^1.0.0", "isarray""#),
        refused("a dependency more that is locked for another in another version").replace(
            ROOT,
            r#""isarray""#,
            r#""is-number": "^7.0.0", "isarray""#,
        ),
        refused("a dependency less").replace(ROOT, ",\n    \"isarray\": \"1.0.0\"", ""),
        told("a dependency less that another asks for").replace(ROOT, r#""ms": "^2.0.0","#, ""),
        told("in the list for development").replace(ROOT, r#""ms": "^2.0.0","#, "").replace(
            ROOT,
            r#""once""#,
            r#""ms": "^2.0.0", "once""#,
        ),
        told("in the optional list").replace(ROOT, r#""ms": "^2.0.0","#, "").replace(
            ROOT,
            r#""fsevents""#,
            r#""ms": "^2.0.0", "fsevents""#,
        ),
        told("in the list for development, too").replace(ROOT, r#""once""#, r#""isarray": "1.0.0", "once""#),
        refused("in the list for development, too, in other words").replace(ROOT, r#""once""#, r#""isarray": "2.0.0", "once""#),
        told("in the optional list, too").replace(ROOT, r#""fsevents""#, r#""isarray": "1.0.0", "fsevents""#),
        refused("development: a dependency more").replace(ROOT, r#""once""#, r#""wordwrap": "1.0.0", "once""#),
        refused("development: the list gone").replace(ROOT, r#""devDependencies": { "once": "^1.4.0" },"#, ""),
        refused("optional: a dependency more").replace(ROOT, r#""fsevents""#, r#""wordwrap": "1.0.0", "fsevents""#),
        refused("optional: another version").replace(ROOT, r#""fsevents": "^2.0.0""#, r#""fsevents": "1.2.13""#),
        refused("optional: the list gone").replace(ROOT, r#""optionalDependencies": { "fsevents": "^2.0.0" },"#, ""),
        refused("peers: one more").replace(ROOT, r#""inherits""#, r#""wordwrap": "*", "inherits""#),
        told("peers: another range").replace(ROOT, r#""inherits": "^2.0.0""#, r#""inherits": "^2.0.1""#),
        refused("peers: another version").replace(ROOT, r#""inherits": "^2.0.0""#, r#""inherits": "^1.0.0""#),
        refused("peers: the list gone").replace(ROOT, r#""peerDependencies": { "inherits": "^2.0.0" },"#, ""),
        refused("peers: optional").replace(
            ROOT,
            r#""overrides""#,
            r#""peerDependenciesMeta": { "inherits": { "optional": true } }, "overrides""#,
        ),
        told("peers: an optional one more").replace(ROOT, r#""inherits""#, r#""wordwrap": "*", "inherits""#).replace(
            ROOT,
            r#""overrides""#,
            r#""peerDependenciesMeta": { "wordwrap": { "optional": true } }, "overrides""#,
        ),
        passes("the project's name and version").replace(ROOT, r#""demo""#, r#""other", "version": "2.0.0""#),
        passes("an engine").replace(ROOT, r#""overrides""#, r#""engines": { "node": ">=4" }, "overrides""#),
        passes("a package manager").replace(ROOT, r#""overrides""#, r#""packageManager": "bun@1.4.5", "overrides""#),
        passes("a command").replace(ROOT, r#""overrides""#, r#""bin": "x.js", "overrides""#),
    ]
}

/// The workspace's members.
fn members() -> Vec<Edit> {
    vec![
        passes("a member's version").replace(B, "1.2.0", "1.3.0"),
        told("a member's range that the locked version fits").replace(A, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        refused("a member's range that the locked version does not fit").replace(B, r#""ms": "1.0.0""#, r#""ms": "2.0.0""#),
        refused("a member's dependency more").replace(B, r#""ms""#, r#""wordwrap": "1.0.0", "ms""#),
        told("a member's dependency more that is locked for another").replace(B, r#""ms""#, r#""wrappy": "^1.0.0", "ms""#),
        refused("a member's dependency less").replace(B, r#""ms": "1.0.0""#, ""),
        told("a member's dependency less that others have").replace(A, r#""ms": "^2.0.0","#, ""),
        refused("a member's name").replace(B, r#""name": "b""#, r#""name": "bb""#),
        refused("a member more").write("packages/c/package.json", r#"{ "name": "c", "version": "1.0.0" }"#),
        passes("a member more without a name").write("packages/c/package.json", r#"{ "dependencies": { "ms": "^2.0.0" } }"#),
        told("a member gone that nobody asks for").remove("packages/b").replace(A, r#", "b": "workspace:*""#, ""),
        refused("a member gone").remove("packages/b"),
        refused("members gone from the list").replace(ROOT, "packages/*", "packages/a"),
        told("a member asked for in other words").replace(A, "workspace:*", "workspace:^"),
        told("a member asked for by a range").replace(A, "workspace:*", "^1.0.0"),
        refused("a member asked for by a range that it does not fit").replace(A, "workspace:*", "^3.0.0"),
        told("a member that is asked for no more").replace(A, r#", "b": "workspace:*""#, ""),
        refused("a member that is not there").replace(ROOT, r#""a": "workspace:*""#, r#""z": "workspace:*""#),
        passes("a member's command").replace(B, r#""version""#, r#""bin": "x.js", "version""#),
    ]
}

/// Aliases, folders, archives and repositories.
fn sources() -> Vec<Edit> {
    vec![
        refused("an alias of another package").replace(ROOT, "npm:left-pad@^1.0.0", "npm:right-pad@^1.0.0"),
        told("an alias's range that the locked version fits").replace(ROOT, "npm:left-pad@^1.0.0", "npm:left-pad@^1.1.0"),
        refused("an alias taken away").replace(ROOT, "npm:left-pad@^1.0.0", "^1.0.0"),
        told("an alias of the name itself").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "npm:ms@^2.0.0""#),
        refused("another folder").replace(ROOT, "file:lib", "file:packages/b"),
        told("a folder in other words").replace(ROOT, "file:lib", "file:./lib"),
        refused("a folder more").replace(ROOT, r#""isarray""#, r#""dir2": "file:lib", "isarray""#),
        told("the folder's dependencies").replace("lib/package.json", "4.0.0", "3.0.0"),
        told("a dependency more of the folder").replace("lib/package.json", r#""has-flag""#, r#""wordwrap": "1.0.0", "has-flag""#),
        passes("the folder's version").replace("lib/package.json", "1.0.0", "1.1.0"),
        refused("a link").replace(ROOT, "file:lib", "link:lib").but("what is linked is known to the machine alone"),
        refused("an archive").replace(
            ROOT,
            r#""isarray": "1.0.0""#,
            r#""isarray": "https://registry.npmjs.org/isarray/-/isarray-1.0.0.tgz""#,
        ),
    ]
}

fn overrides() -> Vec<Edit> {
    vec![
        refused("another version").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "1.0.1""#),
        refused("a range that the locked version fits").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "^1.0.2""#),
        refused("of a package that nobody asks for").replace(ROOT, r#""wrappy""#, r#""wordwrap": "1.0.0", "wrappy""#),
        refused("one more").replace(ROOT, r#""wrappy""#, r#""is-number": "7.0.0", "wrappy""#),
        refused("none any more").replace(ROOT, r#""overrides": { "wrappy": "1.0.2" },"#, ""),
        passes("as Yarn's").replace(ROOT, r#""overrides""#, r#""resolutions""#),
        passes("Yarn's beside it").replace(ROOT, r#""overrides""#, r#""resolutions": { "wrappy": "1.0.1" }, "overrides""#),
        refused("one below a dependency").replace(ROOT, r#""wrappy""#, r#""is-odd": { "is-number": "7.0.0" }, "wrappy""#),
        refused("as Yarn's, below a dependency").replace(
            ROOT,
            r#""overrides""#,
            r#""resolutions": { "wrappy": "1.0.2", "is-odd/is-number": "7.0.0" }, "x""#,
        ),
        refused("of a range").replace(ROOT, r#""wrappy""#, r#""is-number@6": "7.0.0", "wrappy""#),
        refused("by a reference").replace(ROOT, r#""wrappy""#, r#""is-number": "$isarray", "wrappy""#),
        passes("with a dot").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": { ".": "1.0.2" }"#),
        refused("with an alias").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "npm:once@1.4.0""#),
        passes("with an alias of what is locked").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "npm:wrappy@1.0.2""#),
        refused("by a catalog").replace(ROOT, r#""wrappy""#, r#""is-number": "catalog:", "wrappy""#),
    ]
}

fn settings() -> Vec<Edit> {
    vec![
        refused("a catalog's range that the locked version fits").replace(ROOT, r#""is-odd": "^3.0.0""#, r#""is-odd": "^3.0.1""#),
        refused("a catalog's other version").replace(ROOT, r#""is-odd": "^3.0.0""#, r#""is-odd": "2.0.0""#),
        passes("a catalog's entry that nobody asks for").replace(
            ROOT,
            r#""is-odd": "^3.0.0""#,
            r#""wordwrap": "1.0.0", "is-odd": "^3.0.0""#,
        ),
        refused("a named catalog's range").replace(ROOT, "~1.0.0", "^1.0.0"),
        told("a catalog no more").replace(ROOT, r#""catalog:""#, r#""^3.0.0""#),
        refused("another catalog").replace(ROOT, r#""catalog:""#, r#""catalog:old""#),
        told("a catalog by its whole name").replace(ROOT, r#""catalog:""#, r#""catalog:default""#),
        passes("trust in one more").replace(ROOT, r#"["ms"]"#, r#"["ms", "once"]"#),
        passes("trust in nobody").replace(ROOT, r#"["ms"]"#, "[]"),
        told("a patch")
            .replace(ROOT, r#""overrides""#, r#""patchedDependencies": { "ms@2.1.3": "patches/ms.patch" }, "overrides""#)
            .write("patches/ms.patch", PATCH),
        passes("a setting").write("bunfig.toml", "[install]\nexact = true\n"),
    ]
}

const PATCH: &str = "diff --git a/index.js b/index.js\nindex ea734fb..c4498bc 100644\n--- a/index.js\n+++ b/index.js\n@@ -1,3 +1,4 @@\n+// patched\n /**\n  * Helpers.\n  */\n";

/// The lockfile itself.
fn lockfile() -> Vec<Edit> {
    vec![
        refused("an entry's version").replace(LOCK, "\"isarray@1.0.0\"", "\"isarray@2.0.0\""),
        refused("an entry lost").replace(LOCK, "    \"isarray\": [", "    \"isnoarray\": ["),
        told("an entry that nobody asks for").replace(LOCK, "    \"isarray\": [", "    \"wordwrap\": [\"wordwrap@1.0.0\", \"\", {}, \"sha512-gvVzJFlPycKc5dZN4yPkP8w7Dc37BtP1yczEneOb4uq34pXZcvrtRTmWV8W+Ume+XCxKgbjM+nevkyFPMybd4Q==\"],\n\n    \"isarray\": ["),
        told("a member's copy").replace(LOCK, "\"ms\": \"^2.0.0\"", "\"ms\": \"^2.0.1\""),
        told("what an entry asks for no more").replace(LOCK, "{ \"dependencies\": { \"wrappy\": \"1\" } }", "{}"),
        told("what an entry asks for").replace(LOCK, r#""is-number": "^6.0.0""#, r#""is-number": "^7.0.0""#),
        refused("the overrides lost").replace(LOCK, "  \"overrides\": {\n    \"wrappy\": \"1.0.2\",\n  },\n", ""),
        passes("the trust lost").replace(LOCK, "  \"trustedDependencies\": [\n    \"ms\",\n  ],\n", ""),
        passes("the project's name").replace(LOCK, "\"name\": \"demo\"", "\"name\": \"other\""),
        refused("a member's name").replace(LOCK, "\"name\": \"b\"", "\"name\": \"z\""),
        passes("the version of the format").replace(LOCK, "\"lockfileVersion\": 2", "\"lockfileVersion\": 1"),
        refused("a version of the format that there is not").replace(LOCK, "\"lockfileVersion\": 2", "\"lockfileVersion\": 9"),
        refused("empty").write(LOCK, ""),
        refused("torn").replace(LOCK, "\"packages\": {", "\"packages\" {"),
    ]
}
