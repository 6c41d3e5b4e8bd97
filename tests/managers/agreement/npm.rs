//! npm: `npm ci` builds the tree that the manifests ask for out of the lockfile, and refuses where the two are not the same.

use super::{Edit, Project, passes, refused, told};
use crate::tools::Tool;

const ROOT: &str = "package.json";
const A: &str = "packages/a/package.json";
const B: &str = "packages/b/package.json";
const LOCK: &str = "package-lock.json";

pub(super) const PROJECT: Project = Project {
    tool: Tool::Npm,
    files: &[
        (
            ROOT,
            r#"{
  "name": "demo",
  "version": "1.0.0",
  "workspaces": ["packages/*"],
  "dependencies": {
    "is-odd": "^3.0.0",
    "ms": "^2.0.0",
    "isarray": "1.0.0",
    "al": "npm:left-pad@^1.0.0",
    "dir": "file:lib",
    "debug": "4.3.4",
    "a": "^1.0.0"
  },
  "devDependencies": { "once": "^1.4.0" },
  "optionalDependencies": { "fsevents": "^2.0.0" },
  "peerDependencies": { "inherits": "^2.0.0" },
  "overrides": { "wrappy": "1.0.2" }
}
"#,
        ),
        ("lib/package.json", r#"{ "name": "dir", "version": "1.0.0", "dependencies": { "has-flag": "4.0.0" } }"#),
        (A, r#"{ "name": "a", "version": "1.0.0", "dependencies": { "ms": "^2.0.0", "b": "1.x" } }"#),
        (B, r#"{ "name": "b", "version": "1.2.0", "dependencies": { "ms": "1.0.0" } }"#),
    ],
    lock: &[&["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]],
    frozen: &["ci", "--dry-run", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"],
    refusals: &[
        "package.json and package-lock.json or npm-shrinkwrap.json are in sync",
        // It cannot be read, or an override contradicts what the project itself asks for.
        "can only install with an existing package-lock.json",
        "EUNSUPPORTEDPROTOCOL",
        "Unable to resolve reference",
    ],
};

pub(super) fn edits() -> Vec<Edit> {
    [lists(), members(), sources(), overrides(), lockfile()].into_iter().flatten().collect()
}

/// What the manifest's lists ask for.
fn lists() -> Vec<Edit> {
    vec![
        told("a range that the locked version fits").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        told("pinned to what is locked").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "2.1.3""#),
        told("any version").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "*""#),
        refused("a range that the locked version does not fit").replace(ROOT, r#""isarray": "1.0.0""#, r#""isarray": "^2.0.0""#),
        refused("a range that only the nested version fits").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "2.1.2""#),
        told("a tag").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "latest""#),
        refused("a dependency more").replace(ROOT, r#""isarray""#, r#""wordwrap": "1.0.0", "isarray""#),
        told("a dependency more that is locked for another").replace(ROOT, r#""isarray""#, r#""is-number": "^6.0.0", "isarray""#),
        refused("a dependency more that is locked for another in another version").replace(
            ROOT,
            r#""isarray""#,
            r#""is-number": "^7.0.0", "isarray""#,
        ),
        told("a dependency less").replace(ROOT, r#""isarray": "1.0.0","#, ""),
        told("a dependency less that another asks for").replace(ROOT, r#""ms": "^2.0.0","#, ""),
        told("in the list for development").replace(ROOT, r#""isarray": "1.0.0","#, "").replace(
            ROOT,
            r#""once""#,
            r#""isarray": "1.0.0", "once""#,
        ),
        told("in the optional list").replace(ROOT, r#""isarray": "1.0.0","#, "").replace(
            ROOT,
            r#""fsevents""#,
            r#""isarray": "1.0.0", "fsevents""#,
        ),
        told("in two lists").replace(ROOT, r#""once""#, r#""isarray": "1.0.0", "once""#),
        refused("in two lists, of which the one for development counts").replace(
            ROOT,
            r#""once""#,
            r#""isarray": "2.0.0", "once""#,
        ),
        refused("in two lists, of which the optional one counts").replace(
            ROOT,
            r#""fsevents""#,
            r#""isarray": "2.0.0", "fsevents""#,
        ),
        refused("development: a dependency more").replace(ROOT, r#""once""#, r#""wordwrap": "1.0.0", "once""#),
        refused("development: another version").replace(ROOT, r#""once": "^1.4.0""#, r#""once": "1.3.0""#),
        told("development: the list gone").replace(ROOT, r#""devDependencies": { "once": "^1.4.0" },"#, ""),
        refused("optional: a dependency more").replace(ROOT, r#""fsevents""#, r#""wordwrap": "1.0.0", "fsevents""#),
        refused("optional: another version").replace(ROOT, r#""fsevents": "^2.0.0""#, r#""fsevents": "1.2.13""#),
        told("optional: the list gone").replace(ROOT, r#""optionalDependencies": { "fsevents": "^2.0.0" },"#, ""),
        refused("peers: one more").replace(ROOT, r#""inherits""#, r#""wordwrap": "*", "inherits""#),
        refused("peers: another version").replace(ROOT, r#""inherits": "^2.0.0""#, r#""inherits": "^1.0.0""#),
        told("peers: a range that the locked version fits").replace(ROOT, r#""inherits": "^2.0.0""#, r#""inherits": "^2.0.1""#),
        told("peers: the list gone").replace(ROOT, r#""peerDependencies": { "inherits": "^2.0.0" },"#, ""),
        told("peers: optional").replace(
            ROOT,
            r#""overrides""#,
            r#""peerDependenciesMeta": { "inherits": { "optional": true } }, "overrides""#,
        ),
        told("peers: an optional one more").replace(ROOT, r#""inherits""#, r#""wordwrap": "*", "inherits""#).replace(
            ROOT,
            r#""overrides""#,
            r#""peerDependenciesMeta": { "wordwrap": { "optional": true } }, "overrides""#,
        ),
        passes("bundled").replace(ROOT, r#""overrides""#, r#""bundleDependencies": ["ms"], "overrides""#),
        passes("the project's name and version").replace(ROOT, r#""demo""#, r#""other""#).replace(ROOT, "1.0.0", "1.1.0"),
        passes("an engine").replace(ROOT, r#""overrides""#, r#""engines": { "node": ">=4" }, "overrides""#),
        passes("a package manager").replace(ROOT, r#""overrides""#, r#""packageManager": "npm@11.0.0", "overrides""#),
    ]
}

/// The workspace's members.
fn members() -> Vec<Edit> {
    vec![
        passes("the member's version").replace(B, "1.2.0", "1.3.0"),
        refused("a member's version that is not one that is asked for").replace(B, "1.2.0", "2.3.0"),
        told("a member's range that the locked version fits").replace(A, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        refused("a member's range that the locked version does not fit").replace(B, r#""ms": "1.0.0""#, r#""ms": "2.0.0""#),
        told("a member's range that the version for all fits")
            .replace(B, r#""ms": "1.0.0""#, r#""ms": "^2.0.0""#)
            .but("whether the newest version that fits is the one for all is known to the registry alone"),
        refused("a member's dependency more").replace(B, r#""ms""#, r#""wordwrap": "1.0.0", "ms""#),
        told("a member's dependency more that is locked for another").replace(B, r#""ms""#, r#""is-odd": "^3.0.0", "ms""#),
        told("a member's dependency less").replace(B, r#""ms": "1.0.0""#, ""),
        told("a member's dependency less that others have").replace(A, r#""ms": "^2.0.0","#, ""),
        refused("what only a workspace understands").replace(A, "1.x", "workspace:*"),
        refused("a member's name").replace(B, r#""name": "b""#, r#""name": "bb""#),
        refused("a member more").write("packages/c/package.json", r#"{ "name": "c", "version": "1.0.0" }"#),
        refused("a member more without a name").write("packages/c/package.json", r#"{ "version": "1.0.0" }"#),
        told("a member gone").remove("packages/b").but("a part of a checkout looks the same"),
        told("a member gone that nobody asks for").remove("packages/b").replace(A, r#", "b": "1.x""#, ""),
        told("members gone from the list").replace(ROOT, "packages/*", "packages/a").but("the list of members is not compared"),
        told("no members any more")
            .replace(ROOT, r#""workspaces": ["packages/*"],"#, "")
            .but("the list of members is not compared"),
        passes("members named one by one").replace(ROOT, r#""packages/*""#, r#""packages/a", "packages/b""#),
    ]
}

/// Aliases, folders, archives and repositories.
fn sources() -> Vec<Edit> {
    vec![
        told("an alias of another package").replace(ROOT, "npm:left-pad@^1.0.0", "npm:right-pad@^1.0.0"),
        told("an alias of another package in the same version").replace(ROOT, "npm:left-pad@^1.0.0", "npm:pad-left@>=1"),
        told("an alias's range that the locked version fits").replace(ROOT, "npm:left-pad@^1.0.0", "npm:left-pad@^1.1.0"),
        refused("an alias's range that the locked version does not fit").replace(ROOT, "npm:left-pad@^1.0.0", "npm:left-pad@0.0.1"),
        told("an alias taken away").replace(ROOT, "npm:left-pad@^1.0.0", "^1.0.0"),
        told("an alias of the name itself").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "npm:ms@^2.0.0""#),
        told("an alias of another package that has this version").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "npm:left-pad@*""#),
        refused("another folder").replace(ROOT, "file:lib", "file:packages/b"),
        refused("the folder's dependencies").replace("lib/package.json", "4.0.0", "3.0.0"),
        refused("a folder more").replace(ROOT, r#""isarray""#, r#""dir2": "file:lib", "isarray""#),
        refused("a folder in a registry's place").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "file:lib""#),
        told("a registry in a folder's place").replace(ROOT, "file:lib", "*"),
        told("an archive of the same version").replace(
            ROOT,
            r#""isarray": "1.0.0""#,
            r#""isarray": "https://registry.npmjs.org/isarray/-/isarray-1.0.0.tgz""#,
        ),
        refused("an archive of another version").replace(
            ROOT,
            r#""isarray": "1.0.0""#,
            r#""isarray": "https://registry.npmjs.org/isarray/-/isarray-2.0.0.tgz""#,
        ),
        refused("a link, which npm does not know").replace(ROOT, "file:lib", "link:lib"),
        refused("a catalog, which npm does not know").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "catalog:""#),
    ]
}

fn overrides() -> Vec<Edit> {
    vec![
        refused("another version").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "1.0.1""#),
        passes("a range that the locked version fits").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "^1.0.0""#),
        passes("of a package that nobody asks for").replace(ROOT, r#""wrappy""#, r#""wordwrap": "1.0.0", "wrappy""#),
        passes("none any more").replace(ROOT, r#""wrappy": "1.0.2""#, ""),
        refused("one more").replace(ROOT, r#""wrappy""#, r#""is-number": "7.0.0", "wrappy""#),
        refused("one below a dependency").replace(ROOT, r#""wrappy""#, r#""is-odd": { "is-number": "7.0.0" }, "wrappy""#),
        passes("one below a dependency, in the version that is locked").replace(
            ROOT,
            r#""wrappy""#,
            r#""is-odd": { "is-number": "6.0.0" }, "wrappy""#,
        ),
        passes("one below a dependency of another version").replace(
            ROOT,
            r#""wrappy""#,
            r#""is-odd@2": { "is-number": "7.0.0" }, "wrappy""#,
        ),
        refused("one below a dependency of this version").replace(
            ROOT,
            r#""wrappy""#,
            r#""is-odd@3": { "is-number": "7.0.0" }, "wrappy""#,
        ),
        refused("of a range").replace(ROOT, r#""wrappy""#, r#""is-number@6": "7.0.0", "wrappy""#),
        passes("of another range").replace(ROOT, r#""wrappy""#, r#""is-number@4": "7.0.0", "wrappy""#),
        refused("of what the project itself asks for").replace(ROOT, r#""wrappy""#, r#""ms": "2.1.2", "wrappy""#),
        refused("of a range of what the project itself asks for").replace(ROOT, r#""wrappy""#, r#""ms@2": "2.1.2", "wrappy""#),
        passes("of another range of what the project itself asks for").replace(
            ROOT,
            r#""wrappy""#,
            r#""ms@1.0.1": "1.0.2", "wrappy""#,
        ),
        passes("by a reference to nothing, of a package that nobody asks for").replace(
            ROOT,
            r#""wrappy""#,
            r#""wordwrap": "$nothing", "wrappy""#,
        ),
        refused("one two levels below")
            .replace(ROOT, r#""wrappy""#, r#""a": { "b": { "ms": "2.0.0" } }, "wrappy""#)
            .but("deeper rules are not followed"),
        passes("of what the project itself asks for, in its words").replace(ROOT, r#""wrappy""#, r#""isarray": "1.0.0", "wrappy""#),
        refused("by a reference").replace(ROOT, r#""wrappy""#, r#""is-number": "$isarray", "wrappy""#),
        refused("by a reference to nothing").replace(ROOT, r#""wrappy""#, r#""is-number": "$nothing", "wrappy""#),
        refused("with an alias").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "npm:once@1.4.0""#),
        refused("of what a member asks for").replace(ROOT, r#""wrappy""#, r#""ms@1.0.0": "2.0.0", "wrappy""#),
        refused("of a dot").replace(ROOT, r#""wrappy""#, r#""is-number": { ".": "7.0.0" }, "wrappy""#),
    ]
}

/// The lockfile itself.
fn lockfile() -> Vec<Edit> {
    vec![
        refused("an entry lost").replace(LOCK, "node_modules/isarray", "node_modules/isnoarray"),
        refused("an entry's version").replace(
            LOCK,
            r#""node_modules/isarray": {
      "version": "1.0.0""#,
            r#""node_modules/isarray": {
      "version": "2.0.0""#,
        ),
        refused("a nested entry lost").replace(LOCK, "node_modules/debug/node_modules/ms", "node_modules/debug/node_modules/mz"),
        told("an entry that nobody asks for").replace(
            LOCK,
            r#""node_modules/isarray": {"#,
            r#""node_modules/wordwrap": {
      "version": "1.0.0",
      "resolved": "https://registry.npmjs.org/wordwrap/-/wordwrap-1.0.0.tgz",
      "integrity": "sha512-gvVzJFlPycKc5dZN4yPkP8w7Dc37BtP1yczEneOb4uq34pXZcvrtRTmWV8W+Ume+XCxKgbjM+nevkyFPMybd4Q=="
    },
    "node_modules/isarray": {"#,
        ),
        refused("what an entry asks for").replace(LOCK, r#""is-number": "^6.0.0""#, r#""is-number": "^7.0.0""#),
        told("what an entry asks for no more").replace(LOCK, r#""is-number": "^6.0.0""#, ""),
        told("the root's copy").replace(LOCK, r#""ms": "^2.0.0""#, r#""ms": "^1.0.0""#),
        told("the root's copy lost").replace(LOCK, r#""isarray": "1.0.0","#, ""),
        refused("a member's link lost").replace(LOCK, "node_modules/b\"", "node_modules/bb\""),
        refused("a member's link to elsewhere").replace(LOCK, r#""resolved": "packages/b""#, r#""resolved": "packages/a""#),
        refused("a member's folder lost").replace(LOCK, r#""packages/b""#, r#""packages/z""#),
        passes("a member's copied version").replace(LOCK, r#""version": "1.2.0""#, r#""version": "1.0.0""#),
        told("the version of the format").replace(LOCK, r#""lockfileVersion": 3"#, r#""lockfileVersion": 9"#),
        refused("torn").replace(LOCK, r#""lockfileVersion": 3,"#, r#""lockfileVersion": 3"#),
    ]
}
