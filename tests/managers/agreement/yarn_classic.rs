//! Yarn 1: `yarn install --frozen-lockfile` refuses where what the root itself asks for stands in no entry, and in a workspace not even that.

use super::{Edit, Project, passes, refused, told};
use crate::tools::Tool;

const ROOT: &str = "package.json";
const A: &str = "packages/a/package.json";
const B: &str = "packages/b/package.json";
const LOCK: &str = "yarn.lock";

const INSTALL: &[&str] = &["install", "--ignore-scripts", "--non-interactive"];
const FROZEN: &[&str] = &["install", "--frozen-lockfile", "--ignore-scripts", "--non-interactive", "--prefer-offline"];
const REFUSALS: &[&str] = &["Your lockfile needs to be updated", "Invalid value type", "Couldn't find any versions"];

/// A project of its own.
pub(super) const PROJECT: Project = Project {
    tool: Tool::YarnClassic,
    files: &[
        (
            ROOT,
            r#"{
  "name": "demo",
  "version": "1.0.0",
  "private": true,
  "dependencies": {
    "is-odd": "^3.0.0",
    "ms": "^2.0.0",
    "isarray": "1.0.0",
    "al": "npm:left-pad@^1.0.0",
    "dir": "file:lib",
    "lnk": "link:lib",
    "debug": "4.3.4"
  },
  "devDependencies": { "once": "^1.4.0" },
  "optionalDependencies": { "fsevents": "^2.0.0" },
  "peerDependencies": { "inherits": "^2.0.0" },
  "resolutions": { "wrappy": "1.0.2" }
}
"#,
        ),
        ("lib/package.json", r#"{ "name": "dir", "version": "1.0.0", "dependencies": { "has-flag": "4.0.0" } }"#),
    ],
    lock: &[INSTALL],
    frozen: FROZEN,
    refusals: REFUSALS,
};

pub(super) fn edits() -> Vec<Edit> {
    [lists(), sources(), resolutions(), lockfile()].into_iter().flatten().collect()
}

/// What the manifest's lists ask for.
fn lists() -> Vec<Edit> {
    vec![
        refused("a range that the locked version fits").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        refused("pinned to what is locked").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "2.1.3""#),
        told("a range that stands in another entry").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "2.1.2""#),
        refused("a range that the locked version does not fit").replace(ROOT, r#""isarray": "1.0.0""#, r#""isarray": "^2.0.0""#),
        refused("a tag").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "latest""#),
        refused("a range with blanks").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": " ^2.0.0""#),
        refused("no range").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": """#),
        refused("a dependency more").replace(ROOT, r#""isarray""#, r#""wordwrap": "1.0.0", "isarray""#),
        passes("a dependency more that is locked for another").replace(ROOT, r#""isarray""#, r#""is-number": "^6.0.0", "isarray""#),
        refused("a dependency more that is locked for another in other words").replace(
            ROOT,
            r#""isarray""#,
            r#""is-number": "^6", "isarray""#,
        ),
        told("a dependency less").replace(ROOT, r#""isarray": "1.0.0","#, ""),
        passes("in the list for development").replace(ROOT, r#""isarray": "1.0.0","#, "").replace(
            ROOT,
            r#""once""#,
            r#""isarray": "1.0.0", "once""#,
        ),
        passes("in two lists").replace(ROOT, r#""once""#, r#""isarray": "1.0.0", "once""#),
        passes("in two lists, and not in the same words").replace(ROOT, r#""once""#, r#""isarray": "2.0.0", "once""#),
        refused("in two lists, the optional one in other words").replace(
            ROOT,
            r#""fsevents""#,
            r#""isarray": "2.0.0", "fsevents""#,
        ),
        passes("in two lists, one of which names no version").replace(ROOT, r#""isarray": "1.0.0""#, r#""isarray": "*""#).replace(
            ROOT,
            r#""once""#,
            r#""isarray": "1.0.0", "once""#,
        ),
        refused("development: a dependency more").replace(ROOT, r#""once""#, r#""wordwrap": "1.0.0", "once""#),
        refused("optional: a dependency more").replace(ROOT, r#""fsevents""#, r#""wordwrap": "1.0.0", "fsevents""#),
        refused("optional: another version").replace(ROOT, r#""fsevents": "^2.0.0""#, r#""fsevents": "1.2.13""#),
        told("optional: the list gone").replace(ROOT, r#""optionalDependencies": { "fsevents": "^2.0.0" },"#, ""),
        passes("peers: one more").replace(ROOT, r#""inherits""#, r#""wordwrap": "*", "inherits""#),
        passes("peers: the list gone").replace(ROOT, r#""peerDependencies": { "inherits": "^2.0.0" },"#, ""),
        passes("the project's name and version").replace(ROOT, r#""demo""#, r#""other""#).replace(ROOT, "1.0.0", "1.1.0"),
        passes("an engine").replace(ROOT, r#""resolutions""#, r#""engines": { "node": ">=4" }, "resolutions""#),
        passes("flat, where nothing is there twice").replace(ROOT, r#""resolutions""#, r#""flat": false, "resolutions""#),
    ]
}

/// Aliases, folders, archives and repositories.
fn sources() -> Vec<Edit> {
    vec![
        refused("an alias of another package").replace(ROOT, "npm:left-pad@^1.0.0", "npm:right-pad@^1.0.0"),
        refused("an alias's range that the locked version fits").replace(ROOT, "npm:left-pad@^1.0.0", "npm:left-pad@^1.1.0"),
        refused("an alias taken away").replace(ROOT, "npm:left-pad@^1.0.0", "^1.0.0"),
        refused("an alias of the name itself").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "npm:ms@^2.0.0""#),
        refused("another folder").replace(ROOT, "file:lib", "file:./lib"),
        refused("a folder more").replace(ROOT, r#""isarray""#, r#""dir2": "file:lib", "isarray""#),
        refused("a link more").replace(ROOT, r#""isarray""#, r#""lnk2": "link:lib", "isarray""#),
        refused("a link in a folder's place").replace(ROOT, "file:lib", "link:lib"),
        refused("a folder in a link's place").replace(ROOT, "link:lib", "file:lib"),
        told("the folder's dependencies").replace("lib/package.json", "4.0.0", "3.0.0"),
        told("a dependency more of the folder").replace("lib/package.json", r#""has-flag""#, r#""wordwrap": "1.0.0", "has-flag""#),
        passes("a dependency less of the folder").replace("lib/package.json", r#""has-flag": "4.0.0""#, ""),
        passes("the folder's version").replace("lib/package.json", "1.0.0", "1.1.0"),
        refused("a folder in a registry's place").replace(ROOT, r#""ms": "^2.0.0""#, r#""ms": "file:lib""#),
        refused("a registry in a folder's place").replace(ROOT, "file:lib", "*"),
        refused("an archive").replace(
            ROOT,
            r#""isarray": "1.0.0""#,
            r#""isarray": "https://registry.npmjs.org/isarray/-/isarray-1.0.0.tgz""#,
        ),
    ]
}

fn resolutions() -> Vec<Edit> {
    vec![
        told("another version").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "1.0.1""#),
        passes("a range that the locked version fits").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "^1.0.0""#),
        passes("of a package that nobody asks for").replace(ROOT, r#""wrappy""#, r#""wordwrap": "1.0.0", "wrappy""#),
        passes("none any more").replace(ROOT, r#""wrappy": "1.0.2""#, ""),
        told("one more").replace(ROOT, r#""wrappy""#, r#""is-number": "7.0.0", "wrappy""#),
        told("one more, of every depth").replace(ROOT, r#""wrappy""#, r#""**/is-number": "7.0.0", "wrappy""#),
        told("one below a dependency").replace(ROOT, r#""wrappy""#, r#""is-odd/is-number": "7.0.0", "wrappy""#),
        told("one below a dependency at every depth").replace(ROOT, r#""wrappy""#, r#""**/is-odd/is-number": "7.0.0", "wrappy""#),
        told("one in the place of a package that is not the project's own").replace(
            ROOT,
            r#""wrappy""#,
            r#""**/debug/ms": "2.0.0", "wrappy""#,
        ),
        passes("one below a dependency that does not have it").replace(
            ROOT,
            r#""wrappy""#,
            r#""debug/is-number": "7.0.0", "wrappy""#,
        ),
        passes("one below a dependency, in the version that is locked").replace(
            ROOT,
            r#""wrappy""#,
            r#""is-odd/is-number": "6.0.0", "wrappy""#,
        ),
        told("of what the project itself asks for").replace(ROOT, r#""wrappy""#, r#""ms": "2.1.2", "wrappy""#),
        passes("of what the project itself asks for, in its words").replace(ROOT, r#""wrappy""#, r#""isarray": "1.0.0", "wrappy""#),
        told("with an alias").replace(ROOT, r#""wrappy": "1.0.2""#, r#""wrappy": "npm:once@1.4.0""#),
    ]
}

/// The lockfile itself.
fn lockfile() -> Vec<Edit> {
    vec![
        refused("an entry lost").replace(LOCK, "isarray@1.0.0:", "isnoarray@1.0.0:"),
        refused("an entry's range").replace(LOCK, "is-odd@^3.0.0:", "is-odd@^3.0.1:"),
        passes("an entry's range more").replace(LOCK, "is-odd@^3.0.0:", "is-odd@^3.0.0, is-odd@^3.0.1:"),
        refused("an entry's version").replace(LOCK, "isarray@1.0.0:\n  version \"1.0.0\"", "isarray@1.0.0:\n  version \"2.0.0\""),
        told("what nobody asks for lost").replace(LOCK, "is-number@^6.0.0:", "is-nonumber@^6.0.0:"),
        told("what an entry asks for").replace(LOCK, "is-number \"^6.0.0\"", "is-number \"^7.0.0\""),
        told("what an entry asks for no more").replace(LOCK, "  dependencies:\n    is-number \"^6.0.0\"\n", ""),
        told("an entry that nobody asks for").replace(LOCK, "isarray@1.0.0:", "wordwrap@1.0.0:\n  version \"1.0.0\"\n  resolved \"https://registry.yarnpkg.com/wordwrap/-/wordwrap-1.0.0.tgz#27584810891456a4171c8d0226441ade90cbcaeb\"\n  integrity sha512-gvVzJFlPycKc5dZN4yPkP8w7Dc37BtP1yczEneOb4uq34pXZcvrtRTmWV8W+Ume+XCxKgbjM+nevkyFPMybd4Q==\n\nisarray@1.0.0:"),
        refused("empty").write(LOCK, ""),
        refused("its first line only").write(LOCK, "# yarn lockfile v1\n"),
        refused("torn").replace(LOCK, "isarray@1.0.0:\n", "isarray@1.0.0\n"),
    ]
}

/// A workspace.
pub(super) const WORKSPACE: Project = Project {
    tool: Tool::YarnClassic,
    files: &[
        (
            ROOT,
            r#"{ "name": "demo", "private": true, "workspaces": ["packages/*"], "dependencies": { "is-odd": "^3.0.0", "a": "^1.0.0" } }"#,
        ),
        (A, r#"{ "name": "a", "version": "1.0.0", "dependencies": { "ms": "^2.0.0", "b": "1.x" } }"#),
        (B, r#"{ "name": "b", "version": "1.2.0", "dependencies": { "ms": "1.0.0" }, "devDependencies": { "once": "^1.4.0" } }"#),
    ],
    lock: &[INSTALL],
    frozen: FROZEN,
    refusals: REFUSALS,
};

pub(super) fn workspace_edits() -> Vec<Edit> {
    vec![
        refused("a range that the locked version fits").replace(ROOT, r#""is-odd": "^3.0.0""#, r#""is-odd": "^3.0.1""#),
        refused("a range that the locked version does not fit").replace(ROOT, r#""is-odd": "^3.0.0""#, r#""is-odd": "^2.0.0""#),
        refused("a dependency more").replace(ROOT, r#""is-odd""#, r#""wordwrap": "1.0.0", "is-odd""#),
        told("a dependency less").replace(ROOT, r#""is-odd": "^3.0.0","#, ""),
        told("a member's range that the locked version fits").replace(A, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        told("a member's range that another has").replace(A, r#""ms": "^2.0.0""#, r#""ms": "1.0.0""#),
        told("a member's dependency more").replace(B, r#""ms""#, r#""wordwrap": "1.0.0", "ms""#),
        told("a member's dependency less").replace(B, r#""ms": "1.0.0""#, ""),
        told("a member's development").replace(B, r#""once": "^1.4.0""#, r#""once": "^1.3.0""#),
        passes("a member's version").replace(B, "1.2.0", "1.3.0"),
        told("a member's version that is not one that is asked for").replace(B, "1.2.0", "0.0.3"),
        told("a member's name").replace(B, r#""name": "b""#, r#""name": "bb""#),
        passes("a member more").write("packages/c/package.json", r#"{ "name": "c", "version": "1.0.0" }"#),
        told("a member more with a dependency")
            .write("packages/c/package.json", r#"{ "name": "c", "version": "1.0.0", "dependencies": { "wordwrap": "1.0.0" } }"#),
        passes("a member more without a name")
            .write("packages/c/package.json", r#"{ "version": "1.0.0", "dependencies": { "wordwrap": "1.0.0" } }"#),
        passes("a member more without a version")
            .write("packages/c/package.json", r#"{ "name": "c", "dependencies": { "wordwrap": "1.0.0" } }"#),
        refused("the root's development: a dependency more").replace(
            ROOT,
            r#""private""#,
            r#""devDependencies": { "wordwrap": "1.0.0" }, "private""#,
        ),
        refused("the root's optional: a dependency more").replace(
            ROOT,
            r#""private""#,
            r#""optionalDependencies": { "wordwrap": "1.0.0" }, "private""#,
        ),
        refused("a root's range of a member that it does not fit").replace(ROOT, r#""a": "^1.0.0""#, r#""a": "^2.0.0""#),
        passes("a root's other range of a member").replace(ROOT, r#""a": "^1.0.0""#, r#""a": "*""#),
        told("a member gone that nobody asks for").remove("packages/b").replace(A, r#", "b": "1.x""#, ""),
        told("a member gone").remove("packages/b"),
        told("members gone from the list").replace(ROOT, "packages/*", "packages/a"),
        refused("what only another manager understands").replace(A, "1.x", "workspace:*"),
    ]
}
