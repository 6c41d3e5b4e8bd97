//! Yarn 4: `yarn install --immutable` resolves anew from the lockfile, and refuses where it would be written otherwise by a single character.

use super::{Edit, Project, passes, refused, told};
use crate::tools::Tool;

const ROOT: &str = "package.json";
const A: &str = "packages/a/package.json";
const B: &str = "packages/b/package.json";
const SETTINGS: &str = ".yarnrc.yml";
const LOCK: &str = "yarn.lock";

pub(super) const PROJECT: Project = Project {
    tool: Tool::YarnBerry,
    files: &[
        (
            ROOT,
            r#"{
  "name": "demo",
  "version": "1.0.0",
  "private": true,
  "workspaces": [
    "packages/*"
  ],
  "dependencies": {
    "a": "workspace:^",
    "al": "npm:left-pad@^1.0.0",
    "debug": "4.3.4",
    "dir": "file:./lib",
    "has-flag": "catalog:",
    "is-odd": "^3.0.0",
    "isarray": "1.0.0",
    "lnk": "link:./lib",
    "ms": "^2.0.0",
    "path-key": "catalog:old",
    "por": "portal:./por"
  },
  "devDependencies": {
    "once": "^1.4.0"
  },
  "optionalDependencies": {
    "shebang-regex": "^3.0.0"
  },
  "peerDependencies": {
    "inherits": "^2.0.0"
  },
  "resolutions": {
    "wrappy": "1.0.2"
  }
}
"#,
        ),
        ("lib/package.json", r#"{ "name": "dir", "version": "1.0.0", "dependencies": { "has-flag": "4.0.0" } }"#),
        ("por/package.json", r#"{ "name": "por", "version": "1.0.0", "dependencies": { "has-flag": "4.0.0" } }"#),
        (A, r#"{ "name": "a", "version": "1.0.0", "bin": "./a.js", "dependencies": { "ms": "^2.0.0", "b": "1.x" } }"#),
        (B, r#"{ "name": "b", "version": "1.2.0", "dependencies": { "ms": "1.0.0" } }"#),
        (SETTINGS, "catalog:\n  has-flag: ^4.0.0\ncatalogs:\n  old:\n    path-key: ~3.1.0\n"),
        (LOCK, ""),
    ],
    lock: &[&["install", "--mode=skip-build"]],
    frozen: &["install", "--immutable", "--mode=skip-build"],
    refusals: &[
        "YN0028",
        "No candidates found",
        "entry not found in default catalog",
        "Workspace not found",
        "doesn't match the expected checksum",
        // It cannot be read.
        "YAMLException",
        "reading 'toUpperCase'",
    ],
};

pub(super) fn edits() -> Vec<Edit> {
    [lists(), members(), sources(), resolutions(), settings(), lockfile()].into_iter().flatten().collect()
}

/// What the manifest's lists ask for.
fn lists() -> Vec<Edit> {
    vec![
        refused("a range that the locked version fits").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        refused("pinned to what is locked").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "2.1.3""#),
        refused("a range that stands in another entry").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "2.1.2""#),
        refused("a range that the locked version does not fit").replace(ROOT, r#""isarray": "1.0.0""#, r#""isarray": "^2.0.0""#),
        refused("a tag").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "latest""#),
        passes("a range with its protocol").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "npm:^2.0.0""#),
        refused("a range with a blank behind it").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "^2.0.0 ""#),
        refused("a dependency more").replace(ROOT, r#""isarray""#, r#""wordwrap": "1.0.0", "isarray""#),
        refused("a dependency more that is locked for another").replace(
            ROOT,
            r#""isarray""#,
            r#""is-number": "^6.0.0", "isarray""#,
        ),
        refused("a dependency less").replace(ROOT, r#""isarray": "1.0.0","#, ""),
        passes("in the list for development").replace(ROOT, r#""isarray": "1.0.0","#, "").replace(
            ROOT,
            r#""once""#,
            r#""isarray": "1.0.0", "once""#,
        ),
        refused("in the optional list").replace(ROOT, r#""isarray": "1.0.0","#, "").replace(
            ROOT,
            r#""shebang-"#,
            r#""isarray": "1.0.0", "shebang-"#,
        ),
        passes("in two lists").replace(ROOT, r#""once""#, r#""isarray": "1.0.0", "once""#),
        refused("in two lists, of which the one for development counts").replace(
            ROOT,
            r#""once""#,
            r#""isarray": "2.0.0", "once""#,
        ),
        refused("development: a dependency more").replace(ROOT, r#""once""#, r#""wordwrap": "1.0.0", "once""#),
        refused("optional: a dependency more").replace(ROOT, r#""shebang-"#, r#""wordwrap": "1.0.0", "shebang-"#),
        refused("optional: another version").replace(ROOT, r#""shebang-regex": "^3.0.0""#, r#""shebang-regex": "^2.0.0""#),
        refused("optional: the list gone").replace(ROOT, r#""shebang-regex": "^3.0.0""#, ""),
        refused("peers: one more").replace(ROOT, r#""inherits""#, r#""wordwrap": "*", "inherits""#),
        refused("peers: another range").replace(ROOT, r#""inherits": "^2.0.0""#, r#""inherits": "^2.0.1""#),
        refused("peers: the list gone").replace(ROOT, r#""inherits": "^2.0.0""#, ""),
        refused("peers: optional").replace(
            ROOT,
            r#""resolutions""#,
            r#""peerDependenciesMeta": { "inherits": { "optional": true } }, "resolutions""#,
        ),
        refused("meta: built").replace(
            ROOT,
            r#""resolutions""#,
            r#""dependenciesMeta": { "ms": { "built": false } }, "resolutions""#,
        ),
        passes("meta: not Yarn's").replace(
            ROOT,
            r#""resolutions""#,
            r#""dependenciesMeta": { "ms": { "injected": true } }, "resolutions""#,
        ),
        refused("meta: of one version").replace(
            ROOT,
            r#""resolutions""#,
            r#""dependenciesMeta": { "ms@2.1.3": { "built": false } }, "resolutions""#,
        ),
        refused("meta: optional").replace(
            ROOT,
            r#""resolutions""#,
            r#""dependenciesMeta": { "ms": { "optional": true } }, "resolutions""#,
        ),
        refused("the project's name").replace(ROOT, r#""demo""#, r#""other""#),
        passes("the project's version").replace(ROOT, r#""version": "1.0.0""#, r#""version": "2.0.0""#),
        passes("an engine").replace(ROOT, r#""resolutions""#, r#""engines": { "node": ">=4" }, "resolutions""#),
        refused("a command").replace(ROOT, r#""resolutions""#, r#""bin": { "x": "x.js" }, "resolutions""#),
    ]
}

/// The workspace's members.
fn members() -> Vec<Edit> {
    vec![
        passes("a member's version").replace(B, "1.2.0", "1.3.0"),
        refused("a member's version that is not one that is asked for").replace(B, "1.2.0", "0.0.3"),
        refused("a member's range that the locked version fits").replace(A, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        refused("a member's dependency more").replace(B, r#""ms""#, r#""wordwrap": "1.0.0", "ms""#),
        refused("a member's dependency less").replace(B, r#""ms": "1.0.0""#, ""),
        refused("a member's command").replace(A, "./a.js", "./b.js"),
        passes("a member's command by name").replace(A, r#""./a.js""#, r#"{ "a": "./a.js" }"#),
        refused("a member's name").replace(B, r#""name": "b""#, r#""name": "bb""#),
        refused("a member more").write("packages/c/package.json", r#"{ "name": "c", "version": "1.0.0" }"#),
        refused("a member more without a name").write("packages/c/package.json", r#"{ "version": "1.0.0" }"#),
        refused("a member gone that nobody asks for").remove("packages/b").replace(A, "    \"b\": \"1.x\",\n", ""),
        refused("a member gone").remove("packages/b").but("a part of a checkout looks the same"),
        refused("members gone from the list").replace(ROOT, "packages/*", "packages/a"),
        passes("members named one by one").replace(ROOT, r#""packages/*""#, r#""packages/a", "packages/b""#),
        refused("a member asked for in other words").replace(ROOT, "workspace:^", "workspace:*"),
        refused("a member asked for by a range").replace(ROOT, "workspace:^", "^1.0.0"),
        refused("a member asked for by a path").replace(ROOT, "workspace:^", "workspace:packages/a"),
        refused("a member that is not there").replace(ROOT, r#""a": "workspace:^""#, r#""z": "workspace:^""#),
    ]
}

/// Aliases, folders, archives and repositories.
fn sources() -> Vec<Edit> {
    vec![
        refused("an alias of another package").replace(ROOT, "npm:left-pad@^1.0.0", "npm:right-pad@^1.0.0"),
        refused("an alias's range that the locked version fits").replace(ROOT, "npm:left-pad@^1.0.0", "npm:left-pad@^1.1.0"),
        refused("an alias taken away").replace(ROOT, "npm:left-pad@^1.0.0", "^1.0.0"),
        refused("an alias of the name itself").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "npm:ms@^2.0.0""#),
        refused("another folder").replace(ROOT, "file:./lib", "file:./por"),
        refused("a folder in other words").replace(ROOT, "file:./lib", "file:lib"),
        refused("a folder more").replace(ROOT, r#""isarray""#, r#""dir2": "file:./lib", "isarray""#),
        refused("a link more").replace(ROOT, r#""isarray""#, r#""lnk2": "link:./lib", "isarray""#),
        refused("a link less").replace(ROOT, r#""lnk": "link:./lib","#, ""),
        refused("a portal in a link's place").replace(ROOT, "link:./lib", "portal:./lib"),
        refused("the folder's dependencies").replace("lib/package.json", "4.0.0", "3.0.0"),
        refused("the folder's version").replace("lib/package.json", "1.0.0", "1.1.0"),
        refused("a file more in the folder").write("lib/index.js", "\n").but("what a folder holds is no file that is read"),
        refused("the portal's dependencies").replace("por/package.json", "4.0.0", "3.0.0"),
        passes("the portal's version").replace("por/package.json", "1.0.0", "1.1.0"),
        passes("a file more in the portal's folder").write("por/index.js", "\n"),
        refused("an archive").replace(
            ROOT,
            r#""isarray": "1.0.0""#,
            r#""isarray": "https://registry.npmjs.org/isarray/-/isarray-1.0.0.tgz""#,
        ),
        refused("a patch")
            .replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "patch:ms@npm%3A^2.0.0#./ms.patch""#)
            .write("ms.patch", PATCH),
    ]
}

const PATCH: &str = "diff --git a/index.js b/index.js\nindex ea734fb..c4498bc 100644\n--- a/index.js\n+++ b/index.js\n@@ -1,3 +1,4 @@\n+// patched\n /**\n  * Helpers.\n  */\n";

fn resolutions() -> Vec<Edit> {
    vec![
        refused("another version").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "1.0.1""#),
        refused("a range that the locked version fits").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "^1.0.0""#),
        passes("in the words of its protocol").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "npm:1.0.2""#),
        passes("of a package that nobody asks for").replace(ROOT, r#""wrappy""#, r#""wordwrap": "1.0.0", "wrappy""#),
        refused("none any more").replace(ROOT, r#""wrappy": "1.0.2""#, ""),
        refused("one more").replace(ROOT, r#""wrappy""#, r#""is-number": "7.0.0", "wrappy""#),
        refused("one below a dependency").replace(ROOT, r#""wrappy""#, r#""is-odd/is-number": "7.0.0", "wrappy""#),
        passes("one below a dependency that does not have it").replace(
            ROOT,
            r#""wrappy""#,
            r#""debug/is-number": "7.0.0", "wrappy""#,
        ),
        refused("one below a dependency, in the version that is locked").replace(
            ROOT,
            r#""wrappy""#,
            r#""is-odd/is-number": "6.0.0", "wrappy""#,
        ),
        refused("of a range").replace(ROOT, r#""wrappy""#, r#""is-number@npm:^6.0.0": "7.0.0", "wrappy""#),
        passes("of another range").replace(ROOT, r#""wrappy""#, r#""is-number@npm:^5.0.0": "7.0.0", "wrappy""#),
        refused("of a range below a dependency").replace(ROOT, r#""wrappy""#, r#""is-odd@npm:3.0.1/is-number": "7.0.0", "wrappy""#),
        passes("of a range below a dependency of another version").replace(
            ROOT,
            r#""wrappy""#,
            r#""is-odd@npm:2.0.0/is-number": "7.0.0", "wrappy""#,
        ),
        refused("below a member").replace(ROOT, r#""wrappy""#, r#""b/ms": "2.0.0", "wrappy""#),
        refused("of what the project itself asks for").replace(ROOT, r#""wrappy""#, r#""ms": "2.1.2", "wrappy""#),
        passes("of what the project itself asks for, in its words").replace(ROOT, r#""wrappy""#, r#""isarray": "1.0.0", "wrappy""#),
        refused("with an alias").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "npm:once@1.4.0""#),
    ]
}

fn settings() -> Vec<Edit> {
    vec![
        refused("a catalog's range that the locked version fits").replace(SETTINGS, "^4.0.0", "\">=4\""),
        refused("a catalog's other version").replace(SETTINGS, "^4.0.0", "^3.0.0"),
        passes("a catalog's entry that nobody asks for").replace(SETTINGS, "  has-flag", "  wordwrap: 1.0.0\n  has-flag"),
        refused("a catalog's entry lost").replace(SETTINGS, "  has-flag: ^4.0.0\n", "  wordwrap: 1.0.0\n"),
        refused("a named catalog's range").replace(SETTINGS, "~3.1.0", "^3.1.0"),
        refused("another catalog").replace(ROOT, r#""catalog:old""#, r#""catalog:""#),
        refused("a catalog no more").replace(ROOT, r#""catalog:""#, r#""^4.0.0""#),
        passes("an extension that is locked").replace(
            SETTINGS,
            "catalog:\n",
            "packageExtensions:\n  \"once@*\":\n    dependencies:\n      ms: ^2.0.0\ncatalog:\n",
        ),
        refused("an extension")
            .replace(
                SETTINGS,
                "catalog:\n",
                "packageExtensions:\n  \"once@*\":\n    dependencies:\n      wordwrap: 1.0.0\ncatalog:\n",
            )
            .but("extensions are not followed"),
        passes("an extension of nobody").replace(
            SETTINGS,
            "catalog:\n",
            "packageExtensions:\n  \"wordwrap@*\":\n    dependencies:\n      ms: ^2.0.0\ncatalog:\n",
        ),
        passes("another linker").replace(SETTINGS, "catalog:\n", "nodeLinker: pnp\ncatalog:\n"),
        passes("another compression").replace(SETTINGS, "catalog:\n", "compressionLevel: 0\ncatalog:\n"),
        passes("another protocol by default").replace(SETTINGS, "catalog:\n", "defaultProtocol: \"npm:\"\ncatalog:\n"),
        passes("other architectures").replace(
            SETTINGS,
            "catalog:\n",
            "supportedArchitectures:\n  os: [current, darwin]\ncatalog:\n",
        ),
        refused("members that are not taken by their range").replace(
            SETTINGS,
            "catalog:\n",
            "enableTransparentWorkspaces: false\ncatalog:\n",
        ),
    ]
}

/// The lockfile itself.
fn lockfile() -> Vec<Edit> {
    vec![
        refused("an entry lost").replace(LOCK, "\"isarray@npm:1.0.0\":", "\"isnoarray@npm:1.0.0\":"),
        refused("an entry's range").replace(LOCK, "\"is-odd@npm:^3.0.0\":", "\"is-odd@npm:^3.0.1\":"),
        refused("an entry's range more").replace(LOCK, "\"is-odd@npm:^3.0.0\":", "\"is-odd@npm:^3.0.0, is-odd@npm:^3.0.1\":")
            .but("which ranges Yarn's own extensions ask for is not known"),
        told("an entry's version").replace(LOCK, "version: 1.0.0\n  resolution: \"isarray@npm:1.0.0\"", "version: 2.0.0\n  resolution: \"isarray@npm:1.0.0\""),
        refused("an entry's resolution").replace(LOCK, "resolution: \"isarray@npm:1.0.0\"", "resolution: \"isarray@npm:2.0.0\""),
        refused("what an entry asks for").replace(LOCK, "is-number: \"npm:^6.0.0\"", "is-number: \"npm:^7.0.0\""),
        refused("what an entry asks for no more").replace(LOCK, "  dependencies:\n    is-number: \"npm:^6.0.0\"\n", ""),
        refused("a member's copy").replace(LOCK, "    ms: \"npm:1.0.0\"", "    ms: \"npm:^1.0.0\""),
        refused("a member's copy lost").replace(LOCK, "  dependencies:\n    ms: \"npm:1.0.0\"\n", ""),
        refused("an entry without its language").replace(LOCK, "  languageName: node\n", ""),
        refused("an entry without its kind of link").replace(LOCK, "  linkType: hard\n", ""),
        refused("another kind of link").replace(LOCK, "  linkType: hard\n", "  linkType: soft\n"),
        refused("a member's kind of link").replace(LOCK, "  linkType: soft\n", "  linkType: hard\n"),
        refused("an entry that nobody asks for").replace(LOCK, "\"isarray@npm:1.0.0\":", "\"wordwrap@npm:1.0.0\":\n  version: 1.0.0\n  resolution: \"wordwrap@npm:1.0.0\"\n  checksum: 10c0/7ed2e44f3c33c5c3e3771134d2b0aee4314c9e49c749e37f464bf69f2bcdf0cbf9419ca638098e2717cff4875c47f56a007532f6111c3319f557a2ca91278e92\n  languageName: node\n  linkType: hard\n\n\"isarray@npm:1.0.0\":"),
        refused("the version of the format").replace(LOCK, "__metadata:\n  version: ", "__metadata:\n  version: 9"),
        refused("another cache").replace(LOCK, "cacheKey: 10c0", "cacheKey: 9c0"),
        refused("a comment").replace(LOCK, "__metadata:", "# mine\n__metadata:")
            .but("how it is written is not compared"),
        refused("quotes").replace(LOCK, "\"isarray@npm:1.0.0\":", "'isarray@npm:1.0.0':")
            .but("how it is written is not compared"),
        refused("a blank line more").replace(LOCK, "\"isarray@npm:1.0.0\":", "\n\"isarray@npm:1.0.0\":")
            .but("how it is written is not compared"),
        refused("the first lines lost").replace(LOCK, "# This file is generated by running \"yarn install\" inside your project.\n", "")
            .but("how it is written is not compared"),
        refused("a field more").replace(LOCK, "  languageName: node\n", "  languageName: node\n  note: mine\n")
            .but("how it is written is not compared"),
        refused("empty").write(LOCK, ""),
        refused("torn").replace(LOCK, "\"isarray@npm:1.0.0\":", "\"isarray@npm:1.0.0"),
    ]
}
