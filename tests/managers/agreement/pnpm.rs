//! pnpm: `pnpm install --frozen-lockfile` compares what the manifests and settings say with what the lockfile copied of them.

use super::{Edit, Project, passes, refused, told};
use crate::tools::Tool;

const ROOT: &str = "package.json";
const A: &str = "packages/a/package.json";
const B: &str = "packages/b/package.json";
const SETTINGS: &str = "pnpm-workspace.yaml";
const LOCK: &str = "pnpm-lock.yaml";

pub(super) const PROJECT: Project = Project {
    tool: Tool::Pnpm,
    files: &[
        (
            ROOT,
            r#"{
  "name": "demo",
  "private": true,
  "dependencies": {
    "is-odd": "catalog:",
    "is-even": "catalog:old",
    "al": "npm:left-pad@^1.0.0",
    "dir": "file:lib",
    "lnk": "link:lib",
    "a": "workspace:*",
    "ms": "^2.0.0",
    "isarray": "1.0.0"
  },
  "devDependencies": { "once": "^1.4.0" },
  "optionalDependencies": { "fsevents": "^2.0.0" },
  "peerDependencies": { "inherits": "^2.0.0" }
}
"#,
        ),
        ("lib/package.json", r#"{ "name": "dir", "version": "1.0.0", "dependencies": { "has-flag": "4.0.0" } }"#),
        (A, r#"{ "name": "a", "version": "1.0.0", "dependencies": { "ms": "^2.0.0", "b": "workspace:*" } }"#),
        (B, r#"{ "name": "b", "version": "1.2.0", "dependencies": { "ms": "1.0.0" } }"#),
        (
            SETTINGS,
            "packages:\n  - packages/*\ncatalog:\n  is-odd: ^3.0.0\ncatalogs:\n  old:\n    is-even: ~1.0.0\noverrides:\n  color-name: 1.1.4\n  wrappy: 1.0.2\n",
        ),
    ],
    lock: &[&["install", "--lockfile-only", "--ignore-scripts"]],
    frozen: &["install", "--frozen-lockfile", "--ignore-scripts", "--prefer-offline"],
    refusals: &[
        "ERR_PNPM_OUTDATED_LOCKFILE",
        "ERR_PNPM_LOCKFILE_CONFIG_MISMATCH",
        "ERR_PNPM_WORKSPACE_PKG_NOT_FOUND",
        "ERR_PNPM_LOCKFILE_MISSING_DEPENDENCY",
        "ERR_PNPM_BROKEN_LOCKFILE",
        "ERR_PNPM_CATALOG_ENTRY_NOT_FOUND",
        "ERR_PNPM_CATALOG_IN_OVERRIDES",
        "ERR_PNPM_FROZEN_LOCKFILE_WITH_OUTDATED_LOCKFILE",
        "ERR_PNPM_PACKAGE_MANAGER_NO_IMPORTER",
        "ERR_PNPM_PACKAGE_MANAGER_MISSING_PACKAGE_METADATA",
        "ERR_PNPM_NO_LOCKFILE",
    ],
};

pub(super) fn edits() -> Vec<Edit> {
    [lists(), members(), sources(), overrides(), settings(), lockfile()].into_iter().flatten().collect()
}

/// What the manifest's lists ask for.
fn lists() -> Vec<Edit> {
    vec![
        refused("a range that the locked version fits").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        refused("pinned to what is locked").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "2.1.3""#),
        refused("a range with a blank").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": " ^2.0.0""#),
        refused("a range that the locked version does not fit").replace(ROOT, r#""isarray": "1.0.0""#, r#""isarray": "^2.0.0""#),
        refused("a dependency more").replace(ROOT, r#""isarray""#, r#""wordwrap": "1.0.0", "isarray""#),
        refused("a dependency more that is locked for another").replace(
            ROOT,
            r#""isarray""#,
            r#""is-number": "^6.0.0", "isarray""#,
        ),
        refused("a dependency less").replace(ROOT, r#""ms": "^2.0.0","#, ""),
        refused("in the list for development").replace(ROOT, r#""ms": "^2.0.0","#, "").replace(
            ROOT,
            r#""once""#,
            r#""ms": "^2.0.0", "once""#,
        ),
        refused("in the optional list").replace(ROOT, r#""ms": "^2.0.0","#, "").replace(
            ROOT,
            r#""fsevents""#,
            r#""ms": "^2.0.0", "fsevents""#,
        ),
        passes("in the list for development, too").replace(ROOT, r#""once""#, r#""isarray": "1.0.0", "once""#),
        passes("in the list for development, too, in other words").replace(ROOT, r#""once""#, r#""isarray": "2.0.0", "once""#),
        refused("in the optional list, too").replace(ROOT, r#""fsevents""#, r#""isarray": "1.0.0", "fsevents""#),
        refused("development: a dependency more").replace(ROOT, r#""once""#, r#""wordwrap": "1.0.0", "once""#),
        refused("development: the list gone").replace(ROOT, r#""devDependencies": { "once": "^1.4.0" },"#, ""),
        told("optional: a dependency more").replace(ROOT, r#""fsevents""#, r#""wordwrap": "1.0.0", "fsevents""#),
        refused("optional: another version").replace(ROOT, r#""fsevents": "^2.0.0""#, r#""fsevents": "1.2.13""#),
        refused("optional: the list gone").replace(ROOT, r#""optionalDependencies": { "fsevents": "^2.0.0" },"#, ""),
        refused("peers: one more").replace(ROOT, r#""inherits""#, r#""wordwrap": "*", "inherits""#),
        refused("peers: another range").replace(ROOT, r#""inherits": "^2.0.0""#, r#""inherits": "^2.0.1""#),
        refused("peers: the list gone").replace(ROOT, ",\n  \"peerDependencies\": { \"inherits\": \"^2.0.0\" }", ""),
        passes("peers: optional").replace(
            ROOT,
            r#""private""#,
            r#""peerDependenciesMeta": { "inherits": { "optional": true } }, "private""#,
        ),
        refused("peers: an optional one more").replace(ROOT, r#""inherits""#, r#""wordwrap": "*", "inherits""#).replace(
            ROOT,
            r#""private""#,
            r#""peerDependenciesMeta": { "wordwrap": { "optional": true } }, "private""#,
        ),
        refused("meta: injected").replace(
            ROOT,
            r#""private""#,
            r#""dependenciesMeta": { "dir": { "injected": true } }, "private""#,
        ),
        refused("meta: a member injected").replace(
            ROOT,
            r#""private""#,
            r#""dependenciesMeta": { "a": { "injected": true } }, "private""#,
        ),
        refused("meta: of what nobody asks for").replace(
            ROOT,
            r#""private""#,
            r#""dependenciesMeta": { "wordwrap": { "injected": true } }, "private""#,
        ),
        passes("the project's name and version").replace(ROOT, r#""demo""#, r#""other", "version": "2.0.0""#),
        passes("an engine").replace(ROOT, r#""private""#, r#""engines": { "node": ">=4" }, "private""#),
        refused("a package manager")
            .replace(ROOT, r#""private""#, r#""packageManager": "pnpm@12.21.0", "private""#)
            .but("it refuses this even where it has just locked it"),
        refused("a folder to publish").replace(B, r#""version""#, r#""publishConfig": { "directory": "dist" }, "version""#),
    ]
}

/// The workspace's members.
fn members() -> Vec<Edit> {
    vec![
        passes("a member's version").replace(B, "1.2.0", "1.3.0"),
        refused("a member's range that the locked version fits").replace(A, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        refused("a member's dependency more").replace(B, r#""ms""#, r#""wordwrap": "1.0.0", "ms""#),
        refused("a member's dependency less").replace(B, r#""ms": "1.0.0""#, ""),
        refused("a member's name").replace(B, r#""name": "b""#, r#""name": "bb""#),
        passes("a member more").write("packages/c/package.json", r#"{ "name": "c", "version": "1.0.0" }"#),
        refused("a member more with a dependency")
            .write("packages/c/package.json", r#"{ "name": "c", "version": "1.0.0", "dependencies": { "ms": "^2.0.0" } }"#),
        refused("a member more without a name").write("packages/c/package.json", r#"{ "dependencies": { "ms": "^2.0.0" } }"#),
        refused("a member gone that nobody asks for").remove("packages/b").replace(A, r#", "b": "workspace:*""#, ""),
        passes("a member gone").remove("packages/b"),
        passes("members gone from the list").replace(SETTINGS, "packages/*", "packages/a"),
        refused("a member asked for in other words").replace(A, "workspace:*", "workspace:^"),
        refused("a member asked for by a range").replace(A, "workspace:*", "^1.0.0"),
        refused("a member that is not there").replace(ROOT, r#""a": "workspace:*""#, r#""z": "workspace:*""#),
    ]
}

/// Aliases, folders, archives and repositories.
fn sources() -> Vec<Edit> {
    vec![
        refused("an alias of another package").replace(ROOT, "npm:left-pad@^1.0.0", "npm:right-pad@^1.0.0"),
        refused("an alias's range that the locked version fits").replace(ROOT, "npm:left-pad@^1.0.0", "npm:left-pad@^1.1.0"),
        refused("an alias taken away").replace(ROOT, "npm:left-pad@^1.0.0", "^1.0.0"),
        refused("an alias of the name itself").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "npm:ms@^2.0.0""#),
        refused("another folder").replace(ROOT, "file:lib", "file:packages/b"),
        refused("a folder in other words").replace(ROOT, "file:lib", "file:./lib"),
        refused("a link more").replace(ROOT, r#""isarray""#, r#""lnk2": "link:lib", "isarray""#),
        refused("another link").replace(ROOT, "link:lib", "link:packages/b"),
        refused("a link less").replace(ROOT, r#""lnk": "link:lib","#, ""),
        refused("the folder's dependencies").replace("lib/package.json", "4.0.0", "3.0.0"),
        refused("a dependency more of the folder").replace(
            "lib/package.json",
            r#""has-flag""#,
            r#""wordwrap": "1.0.0", "has-flag""#,
        ),
        refused("a dependency less of the folder").replace("lib/package.json", r#""has-flag": "4.0.0""#, ""),
        passes("a folder's range that the locked version fits").replace("lib/package.json", "4.0.0", "^4.0.0"),
        passes("the folder's version").replace("lib/package.json", "1.0.0", "1.1.0"),
        refused("the folder's dependency optional").replace("lib/package.json", "dependencies", "optionalDependencies"),
        passes("the folder's dependency for development").replace(
            "lib/package.json",
            "\"version\"",
            "\"devDependencies\": { \"wordwrap\": \"1.0.0\" }, \"version\"",
        ),
        refused("an archive").replace(
            ROOT,
            r#""isarray": "1.0.0""#,
            r#""isarray": "https://registry.npmjs.org/isarray/-/isarray-1.0.0.tgz""#,
        ),
    ]
}

fn overrides() -> Vec<Edit> {
    vec![
        refused("another version").replace(SETTINGS, "wrappy: 1.0.2", "wrappy: 1.0.1"),
        refused("a range that the locked version fits").replace(SETTINGS, "wrappy: 1.0.2", "wrappy: ^1.0.2"),
        refused("of a package that nobody asks for").replace(SETTINGS, "wrappy:", "wordwrap: 1.0.0\n  wrappy:"),
        refused("none any more").replace(SETTINGS, "overrides:\n  color-name: 1.1.4\n  wrappy: 1.0.2\n", ""),
        refused("one less").replace(SETTINGS, "  wrappy: 1.0.2\n", ""),
        passes("in another order").replace(
            SETTINGS,
            "  color-name: 1.1.4\n  wrappy: 1.0.2\n",
            "  wrappy: 1.0.2\n  color-name: 1.1.4\n",
        ),
        refused("by a reference").replace(SETTINGS, "wrappy:", "is-number: $isarray\n  wrappy:"),
        refused("one below a dependency").replace(SETTINGS, "wrappy:", "is-odd>is-number: 7.0.0\n  wrappy:"),
        passes("npm's in the manifest").replace(ROOT, r#""private""#, r#""overrides": { "wordwrap": "1.0.0" }, "private""#),
        passes("of earlier versions, in the manifest")
            .replace(ROOT, r#""private""#, r#""pnpm": { "overrides": { "wordwrap": "1.0.0" } }, "private""#)
            .but("pnpm 10 reads them, and the project does not say which one it is locked with"),
        passes("Yarn's in the manifest").replace(ROOT, r#""private""#, r#""resolutions": { "wordwrap": "1.0.0" }, "private""#),
        refused("a dependency taken away").replace(SETTINGS, "wrappy:", "fsevents: \"-\"\n  wrappy:"),
        refused("by a catalog").replace(SETTINGS, "wrappy:", "is-number: \"catalog:\"\n  wrappy:"),
    ]
}

fn settings() -> Vec<Edit> {
    vec![
        refused("a catalog's range that the locked version fits").replace(SETTINGS, "is-odd: ^3.0.0", "is-odd: ^3.0.1"),
        refused("a catalog's other version").replace(SETTINGS, "is-odd: ^3.0.0", "is-odd: 2.0.0"),
        passes("a catalog's entry that nobody asks for").replace(SETTINGS, "is-odd: ^3.0.0", "is-odd: ^3.0.0\n  wordwrap: 1.0.0"),
        refused("a catalog's entry lost").replace(SETTINGS, "  is-odd: ^3.0.0\n", "  wordwrap: 1.0.0\n"),
        refused("a named catalog's range").replace(SETTINGS, "~1.0.0", "^1.0.0"),
        refused("another catalog").replace(ROOT, "catalog:old", "catalog:"),
        refused("a catalog no more").replace(ROOT, r#""catalog:""#, r#""^3.0.0""#),
        refused("a catalog by its whole name").replace(ROOT, r#""catalog:""#, r#""catalog:default""#),
        refused("a patch")
            .replace(SETTINGS, "catalog:\n", "patchedDependencies:\n  ms@2.1.3: patches/ms.patch\ncatalog:\n")
            .write("patches/ms.patch", PATCH),
        refused("an extension").replace(
            SETTINGS,
            "catalog:\n",
            "packageExtensions:\n  once:\n    dependencies:\n      ms: 2.1.3\ncatalog:\n",
        ),
        refused("a mark as left out").replace(SETTINGS, "catalog:\n", "ignoredOptionalDependencies: [wordwrap]\ncatalog:\n"),
        refused("the optional one left out").replace(SETTINGS, "catalog:\n", "ignoredOptionalDependencies: [fsevents]\ncatalog:\n"),
        refused("peers that are not installed").replace(SETTINGS, "catalog:\n", "autoInstallPeers: false\ncatalog:\n"),
        passes("peers that are installed").replace(SETTINGS, "catalog:\n", "autoInstallPeers: true\ncatalog:\n"),
        refused("links that are left out").replace(SETTINGS, "catalog:\n", "excludeLinksFromLockfile: true\ncatalog:\n"),
        refused("peers deduplicated").replace(SETTINGS, "catalog:\n", "dedupePeers: true\ncatalog:\n"),
        refused("members injected").replace(SETTINGS, "catalog:\n", "injectWorkspacePackages: true\ncatalog:\n"),
        refused("a suffix's length").replace(SETTINGS, "catalog:\n", "peersSuffixMaxLength: 500\ncatalog:\n"),
        refused("hooks")
            .write(".pnpmfile.cjs", "module.exports = { hooks: { readPackage: p => p } }\n")
            .but("hooks are no file that is read"),
        passes("scripts that may run").replace(SETTINGS, "catalog:\n", "allowBuilds:\n  ms: true\ncatalog:\n"),
        passes("hoisting").replace(SETTINGS, "catalog:\n", "shamefullyHoist: true\ncatalog:\n"),
        passes("members that are linked").replace(SETTINGS, "catalog:\n", "linkWorkspacePackages: true\ncatalog:\n"),
        passes("members that are saved").replace(SETTINGS, "catalog:\n", "preferWorkspacePackages: true\ncatalog:\n"),
        passes("a resolution's way").replace(SETTINGS, "catalog:\n", "resolutionMode: lowest-direct\ncatalog:\n"),
        passes("a lockfile for each").replace(SETTINGS, "catalog:\n", "dedupeDirectDeps: true\ncatalog:\n"),
    ]
}

const PATCH: &str = "diff --git a/index.js b/index.js\nindex ea734fb..c4498bc 100644\n--- a/index.js\n+++ b/index.js\n@@ -1,3 +1,4 @@\n+// patched\n /**\n  * Helpers.\n  */\n";

/// The lockfile itself.
fn lockfile() -> Vec<Edit> {
    vec![
        refused("an importer's version").replace(LOCK, "        specifier: 1.0.0\n        version: 1.0.0\n", "        specifier: 1.0.0\n        version: 2.0.0\n"),
        refused("an importer's version that is locked for another").replace(LOCK, "        specifier: ^2.0.0\n        version: 2.1.3", "        specifier: ^2.0.0\n        version: 1.0.0"),
        refused("an importer's specifier").replace(LOCK, "      ms:\n        specifier: ^2.0.0", "      ms:\n        specifier: ^2.0.1"),
        refused("an importer's dependency lost").replace(LOCK, "      ms:\n        specifier: ^2.0.0\n        version: 2.1.3\n", ""),
        refused("the overrides lost").replace(LOCK, "overrides:\n  color-name: 1.1.4\n  wrappy: 1.0.2\n", ""),
        passes("a catalog's version").replace(LOCK, "      specifier: ^3.0.0\n      version: 3.0.1", "      specifier: ^3.0.0\n      version: 3.0.0"),
        refused("a catalog's specifier").replace(LOCK, "      specifier: ^3.0.0\n      version: 3.0.1", "      specifier: ^3.0.1\n      version: 3.0.1"),
        passes("the settings lost").replace(LOCK, "settings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n", ""),
        refused("a package lost").replace(LOCK, "  isarray@1.0.0:\n    resolution: {integrity: sha512-VLghIWNM6ELQzo7zwmcg0NmTVyWKYjvIeM83yjp0wRDTmUnrM678fQbcKBo6n2CJEF0szoG//ytg+TKla89ALQ==}\n\n", ""),
        refused("a snapshot lost").replace(LOCK, "  isarray@1.0.0: {}\n", ""),
        refused("a snapshot's dependency").replace(LOCK, "      is-number: 6.0.0", "      is-number: 7.0.0"),
        refused("a snapshot's dependency lost").replace(LOCK, "    dependencies:\n      is-number: 6.0.0\n", ""),
        told("a package that nobody asks for").replace(LOCK, "\nsnapshots:\n", "\n  wordwrap@1.0.0:\n    resolution: {integrity: sha512-gvVzJFlPycKc5dZN4yPkP8w7Dc37BtP1yczEneOb4uq34pXZcvrtRTmWV8W+Ume+XCxKgbjM+nevkyFPMybd4Q==}\n\nsnapshots:\n"),
        refused("a member lost").replace(LOCK, "  packages/b:\n    dependencies:\n      ms:\n        specifier: 1.0.0\n        version: 1.0.0\n", ""),
        passes("a member more").replace(LOCK, "  packages/b:\n", "  packages/z: {}\n\n  packages/b:\n"),
        refused("the version of the format").replace(LOCK, "'9.0'", "'8.0'"),
        refused("empty").write(LOCK, ""),
        refused("torn").replace(LOCK, "importers:\n", "importers\n"),
    ]
}
