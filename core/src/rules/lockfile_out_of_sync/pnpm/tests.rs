//! What pnpm says of edited projects, line by line, and what the rule says.

use super::super::super::testing::{messages, of_rule, workspace};
use super::super::edited::{Locked, Says};
use crate::analyze::analyze;

const ROOT: &str = r#"{
  "name": "lab",
  "dependencies": { "is-odd": "catalog:", "is-even": "catalog:old", "al": "npm:left-pad@^1.0.0", "dir": "file:lib", "lnk": "link:lib", "a": "workspace:*", "ms": "^2.0.0", "isarray": "1.0.0" },
  "devDependencies": { "once": "^1.4.0" },
  "optionalDependencies": { "fsevents": "^2.0.0" },
  "peerDependencies": { "inherits": "^2.0.0" },
  "private": true
}"#;
const A: &str = r#"{ "name": "a", "version": "1.0.0", "dependencies": { "ms": "^2.0.0", "b": "workspace:*" } }"#;
const LIB: &str = r#"{ "name": "libdir", "version": "1.0.0", "dependencies": { "has-flag": "4.0.0" } }"#;
const B: &str = r#"{ "name": "b", "version": "1.2.0", "dependencies": { "ms": "1.0.0" } }"#;
const SETTINGS: &str = "packages:
  - packages/*
catalog:
  is-odd: ^3.0.0
catalogs:
  old:
    is-even: ~1.0.0
overrides:
  color-name: 1.1.4
  wrappy: 1.0.2
";

/// As pnpm 12 wrote it, the digests shortened.
const LOCK: &str = r#"lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

catalogs:
  default:
    is-odd:
      specifier: ^3.0.0
      version: 3.0.1
  old:
    is-even:
      specifier: ~1.0.0
      version: 1.0.0

overrides:
  color-name: 1.1.4
  wrappy: 1.0.2

importers:

  .:
    dependencies:
      a:
        specifier: workspace:*
        version: link:packages/a
      al:
        specifier: npm:left-pad@^1.0.0
        version: left-pad@1.3.0
      dir:
        specifier: file:lib
        version: libdir@file:lib
      inherits:
        specifier: ^2.0.0
        version: 2.0.4
      is-even:
        specifier: catalog:old
        version: 1.0.0
      is-odd:
        specifier: 'catalog:'
        version: 3.0.1
      isarray:
        specifier: 1.0.0
        version: 1.0.0
      lnk:
        specifier: link:lib
        version: link:lib
      ms:
        specifier: ^2.0.0
        version: 2.1.3
    devDependencies:
      once:
        specifier: ^1.4.0
        version: 1.4.0
    optionalDependencies:
      fsevents:
        specifier: ^2.0.0
        version: 2.3.3

  packages/a:
    dependencies:
      b:
        specifier: workspace:*
        version: link:../b
      ms:
        specifier: ^2.0.0
        version: 2.1.3

  packages/b:
    dependencies:
      ms:
        specifier: 1.0.0
        version: 1.0.0

packages:

  fsevents@2.3.3:
    resolution: {integrity: DIGEST}
    engines: {node: ^8.16.0 || ^10.6.0 || >=11.0.0}
    os: [darwin]

  has-flag@4.0.0:
    resolution: {integrity: DIGEST}
    engines: {node: '>=8'}

  inherits@2.0.4:
    resolution: {integrity: DIGEST}

  is-buffer@1.1.6:
    resolution: {integrity: DIGEST}

  is-even@1.0.0:
    resolution: {integrity: DIGEST}
    engines: {node: '>=0.10.0'}

  is-number@3.0.0:
    resolution: {integrity: DIGEST}
    engines: {node: '>=0.10.0'}

  is-number@6.0.0:
    resolution: {integrity: DIGEST}
    engines: {node: '>=0.10.0'}

  is-odd@0.1.2:
    resolution: {integrity: DIGEST}
    engines: {node: '>=0.10.0'}

  is-odd@3.0.1:
    resolution: {integrity: DIGEST}
    engines: {node: '>=4'}

  isarray@1.0.0:
    resolution: {integrity: DIGEST}

  kind-of@3.2.2:
    resolution: {integrity: DIGEST}
    engines: {node: '>=0.10.0'}

  left-pad@1.3.0:
    resolution: {integrity: DIGEST}

  libdir@file:lib:
    resolution: {directory: lib, type: directory}

  ms@1.0.0:
    resolution: {integrity: DIGEST}

  ms@2.1.3:
    resolution: {integrity: DIGEST}

  once@1.4.0:
    resolution: {integrity: DIGEST}

  wrappy@1.0.2:
    resolution: {integrity: DIGEST}

snapshots:

  fsevents@2.3.3:
    optional: true

  has-flag@4.0.0: {}

  inherits@2.0.4: {}

  is-buffer@1.1.6: {}

  is-even@1.0.0:
    dependencies:
      is-odd: 0.1.2

  is-number@3.0.0:
    dependencies:
      kind-of: 3.2.2

  is-number@6.0.0: {}

  is-odd@0.1.2:
    dependencies:
      is-number: 3.0.0

  is-odd@3.0.1:
    dependencies:
      is-number: 6.0.0

  isarray@1.0.0: {}

  kind-of@3.2.2:
    dependencies:
      is-buffer: 1.1.6

  left-pad@1.3.0: {}

  libdir@file:lib:
    dependencies:
      has-flag: 4.0.0

  ms@1.0.0: {}

  ms@2.1.3: {}

  once@1.4.0:
    dependencies:
      wrappy: 1.0.2

  wrappy@1.0.2: {}
"#;

/// The project.
const LAB: Locked = Locked(&[
    ("package.json", ROOT),
    ("packages/a/package.json", A),
    ("packages/b/package.json", B),
    ("lib/package.json", LIB),
    ("pnpm-workspace.yaml", SETTINGS),
    ("pnpm-lock.yaml", LOCK),
]);

use Says::{Nothing, Passes, Refuses};

#[test]
fn what_pnpm_says_of_edited_projects() {
    let (root, a, b, settings, lock) =
        ("package.json", "packages/a/package.json", "packages/b/package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml");
    let ms = r#""ms": "^2.0.0", "isarray""#;
    LAB.hold([
        (Nothing, "as it is", root, "lab", "lab"),
        (Refuses, "another range that the locked version fits", root, ms, r#""ms": "^2.1.0", "isarray""#),
        (Refuses, "pinned to the locked version", root, ms, r#""ms": "2.1.3", "isarray""#),
        (Refuses, "one more", root, ms, r#""wordwrap": "1.0.0", "ms": "^2.0.0", "isarray""#),
        (Refuses, "one more that is locked", root, ms, r#""wrappy": "^1.0.0", "ms": "^2.0.0", "isarray""#),
        (Refuses, "one less", root, r#", "isarray": "1.0.0""#, ""),
        (
            Refuses,
            "moved to another list",
            root,
            "\"ms\": \"^2.0.0\", \"isarray\": \"1.0.0\" },\n  \"devDependencies\": {",
            "\"isarray\": \"1.0.0\" },\n  \"devDependencies\": { \"ms\": \"^2.0.0\",",
        ),
        (Refuses, "one more peer", root, r#""inherits": "^2.0.0""#, r#""inherits": "^2.0.0", "wordwrap": "*""#),
        (
            Refuses,
            "one more optional peer",
            root,
            r#""inherits": "^2.0.0" }"#,
            r#""inherits": "^2.0.0", "wordwrap": "*" }, "peerDependenciesMeta": { "wordwrap": { "optional": true } }"#,
        ),
        (Refuses, "no peer any more", root, r#""inherits": "^2.0.0""#, ""),
        (Refuses, "another range of a peer", root, r#""inherits": "^2.0.0""#, r#""inherits": "^2.0.1""#),
        (
            Nothing,
            "a peer that became optional",
            root,
            r#""inherits": "^2.0.0" }"#,
            r#""inherits": "^2.0.0" }, "peerDependenciesMeta": { "inherits": { "optional": true } }"#,
        ),
        (Passes, "one more optional one", root, r#""fsevents": "^2.0.0""#, r#""fsevents": "^2.0.0", "wordwrap": "1.0.0""#),
        (Refuses, "no optional one any more", root, r#""fsevents": "^2.0.0""#, ""),
        (Nothing, "for development too", root, r#""once": "^1.4.0""#, r#""once": "^1.4.0", "ms": "^1.0.0""#),
        (Refuses, "another alias", root, "npm:left-pad@^1.0.0", "npm:right-pad@^1.0.0"),
        (Refuses, "no alias any more", root, "npm:left-pad@^1.0.0", "^1.0.0"),
        (Refuses, "another link", root, "link:lib", "link:packages/b"),
        (Refuses, "one link less", root, r#""lnk": "link:lib", "#, ""),
        (Refuses, "another folder", root, "file:lib", "file:packages/b"),
        (Refuses, "another override", settings, "wrappy: 1.0.2", "wrappy: 1.0.1"),
        (Refuses, "another override that comes to the same", settings, "wrappy: 1.0.2", "wrappy: ^1.0.2"),
        (Refuses, "one more override, of nothing", settings, "wrappy: 1.0.2", "wrappy: 1.0.2\n  foo: 1.0.0"),
        (Refuses, "one override less", settings, "  wrappy: 1.0.2\n", ""),
        (
            Nothing,
            "overrides in another order",
            settings,
            "  color-name: 1.1.4\n  wrappy: 1.0.2\n",
            "  wrappy: 1.0.2\n  color-name: 1.1.4\n",
        ),
        (Refuses, "an override by reference", settings, "wrappy: 1.0.2", "wrappy: 1.0.2\n  ms: $ms"),
        (Nothing, "npm's overrides", root, "\"private\"", "\"overrides\": { \"foo\": \"1.0.0\" }, \"private\""),
        (Refuses, "another range in a catalog", settings, "^3.0.0", "^3.0.1"),
        (Nothing, "one more in a catalog that nobody asks for", settings, "is-odd: ^3.0.0", "is-odd: ^3.0.0\n  foo: 1.0.0"),
        (Refuses, "one less in a catalog", settings, "  is-odd: ^3.0.0\n", ""),
        (Refuses, "another range in a named catalog", settings, "~1.0.0", "^1.0.0"),
        (Refuses, "a range in a catalog's place", root, r#""is-odd": "catalog:""#, r#""is-odd": "^3.0.0""#),
        (Refuses, "the catalog by its other name", root, r#""is-odd": "catalog:""#, r#""is-odd": "catalog:default""#),
        (Refuses, "a patch", settings, "catalog:\n", "patchedDependencies:\n  ms@2.1.3: patches/ms.patch\ncatalog:\n"),
        (
            Refuses,
            "extensions",
            settings,
            "catalog:\n",
            "packageExtensions:\n  once:\n    dependencies:\n      ms: 2.1.3\ncatalog:\n",
        ),
        (Refuses, "one more that is left out", settings, "catalog:\n", "ignoredOptionalDependencies: [foo]\ncatalog:\n"),
        (Refuses, "peers by hand", settings, "catalog:\n", "autoInstallPeers: false\ncatalog:\n"),
        (Nothing, "peers by themselves, as ever", settings, "catalog:\n", "autoInstallPeers: true\ncatalog:\n"),
        (Refuses, "without links", settings, "catalog:\n", "excludeLinksFromLockfile: true\ncatalog:\n"),
        (Refuses, "peers once", settings, "catalog:\n", "dedupePeers: true\ncatalog:\n"),
        (Refuses, "members as copies", settings, "catalog:\n", "injectWorkspacePackages: true\ncatalog:\n"),
        (Refuses, "shorter keys", settings, "catalog:\n", "peersSuffixMaxLength: 500\ncatalog:\n"),
        (Nothing, "scripts allowed", settings, "catalog:\n", "allowBuilds:\n  ms: true\ncatalog:\n"),
        (Nothing, "engines", root, "\"private\"", "\"engines\": { \"node\": \">=4\" }, \"private\""),
        (Refuses, "a member's range", a, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        (Refuses, "a member's new one", b, r#""ms": "1.0.0""#, r#""ms": "1.0.0", "wordwrap": "1.0.0""#),
        (Refuses, "a member's last one gone", b, r#""ms": "1.0.0""#, ""),
        (Nothing, "a member's version", b, "1.2.0", "1.3.0"),
        (Refuses, "another form of asking for a member", a, "workspace:*", "workspace:^"),
        (Refuses, "a range that the member fits", a, "workspace:*", "^1.0.0"),
        (Nothing, "another name", root, "lab", "other"),
        (Refuses, "a member injected", root, "\"private\"", "\"dependenciesMeta\": { \"a\": { \"injected\": true } }, \"private\""),
        (
            Refuses,
            "injected in the copy",
            lock,
            "  packages/b:\n",
            "  packages/b:\n    dependenciesMeta:\n      ms:\n        injected: true\n",
        ),
        (Refuses, "a folder to publish", b, "\"version\"", "\"publishConfig\": { \"directory\": \"dist\" }, \"version\""),
        (Refuses, "a folder's other version", "lib/package.json", "4.0.0", "3.0.0"),
        (Nothing, "a folder's range that the locked version fits", "lib/package.json", "4.0.0", "^4.0.0"),
        (Refuses, "a folder's new one", "lib/package.json", "\"has-flag\"", "\"é\": \"1.0.0\", \"has-flag\""),
        (Refuses, "a folder's last one gone", "lib/package.json", "\"has-flag\": \"4.0.0\"", ""),
        (Refuses, "a folder's optional one", "lib/package.json", "dependencies", "optionalDependencies"),
        (
            Nothing,
            "a folder's for development",
            "lib/package.json",
            "\"version\"",
            "\"devDependencies\": { \"x\": \"1.0.0\" }, \"version\"",
        ),
        (Nothing, "a folder's version", "lib/package.json", "1.0.0", "1.1.0"),
        (Refuses, "nothing at all", lock, LOCK, ""),
        (
            Refuses,
            "another range in the copy",
            lock,
            "      ms:\n        specifier: ^2.0.0",
            "      ms:\n        specifier: ^2.0.1",
        ),
        (Refuses, "no overrides in the copy", lock, "overrides:\n  color-name: 1.1.4\n  wrappy: 1.0.2\n", ""),
        (
            Nothing,
            "another version in the copy of a catalog",
            lock,
            "      specifier: ^3.0.0\n      version: 3.0.1",
            "      specifier: ^3.0.0\n      version: 3.0.0",
        ),
        (Nothing, "no settings in the copy", lock, "settings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n", ""),
    ]);
}

#[test]
fn pnpm_10_reads_a_field_of_the_manifest() {
    let field = |version: &str| {
        format!("\"packageManager\": \"pnpm@{version}\", \"pnpm\": {{ \"overrides\": {{ \"foo\": \"1.0.0\" }} }}, \"private\"")
    };
    assert_eq!(LAB.say("package.json", "\"private\"", &field("10.34.9"), "").0, Refuses);
    assert_eq!(LAB.say("package.json", "\"private\"", &field("12.21.0"), "").0, Nothing);
    let optional = r#""fsevents": "^2.0.0", "wordwrap": "1.0.0" }, "packageManager": "pnpm@10.34.9", "x": {"#;
    assert_eq!(LAB.say("package.json", r#""fsevents": "^2.0.0""#, optional, "").0, Refuses);
    // Tried with pnpm 10.34.8.
    let resolutions =
        |version: &str| format!("\"packageManager\": \"pnpm@{version}\", \"resolutions\": {{ \"foo\": \"1.0.0\" }}, \"private\"");
    assert_eq!(LAB.say("package.json", "\"private\"", &resolutions("10.34.9"), "").0, Refuses);
    assert_eq!(LAB.say("package.json", "\"private\"", &resolutions("12.21.0"), "").0, Nothing);
}

#[test]
fn pnpm_10_does_not_look_at_folders() {
    // Tried with pnpm 10.34.8 and 12.21.0.
    let project = |version: &str, dependency: &str| {
        format!(
            "//- /package.json\n{{ \"packageManager\": \"pnpm@{version}\", \"dependencies\": {{ \"dir\": \"file:lib\" }} }}\n//- /lib/package.json\n\
             {{ \"dependencies\": {{ \"{dependency}\": \"1.0.0\" }} }}\n//- /pnpm-lock.yaml\nlockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      \
             dir:\n        specifier: file:lib\n        version: file:lib\n\npackages:\n\n  dir@file:lib:\n    resolution: {{directory: lib, type: directory}}\n\n  \
             ms@1.0.0:\n    resolution: {{integrity: sha512-x}}\n\nsnapshots:\n\n  dir@file:lib:\n    dependencies:\n      ms: 1.0.0\n\n  ms@1.0.0: {{}}\n"
        )
    };
    let said = |version: &str, dependency: &str| messages("lockfile-out-of-sync", &project(version, dependency));
    assert_eq!(said("12.21.0", "ms"), [""; 0]);
    let (new, old) = (said("12.21.0", "é"), said("10.34.8", "é"));
    assert!(new.len() == 2 && new.iter().all(|message| message.ends_with(super::REFUSES)), "{new:?}");
    assert!(old.len() == 2 && old.iter().all(|message| message.ends_with("pnpm installs what it copied all the same")), "{old:?}");
}

#[test]
fn a_new_member_is_refused_if_it_asks_for_anything() {
    let member = |text: &str| LAB.say("package.json", "lab", "lab", &format!("//- /packages/c/package.json\n{text}\n"));
    assert_eq!(member(r#"{ "name": "c" }"#).0, Nothing);
    let (said, message) = member(r#"{ "name": "c", "dependencies": { "ms": "^2.0.0" } }"#);
    assert_eq!(said, Refuses);
    assert_eq!(
        message,
        "the lockfile does not know the workspace member `packages/c`; `pnpm install --frozen-lockfile` refuses it"
    );
}

#[test]
fn an_override_stands_in_the_copy_of_what_the_project_itself_asks_for() {
    // Tried with pnpm 12.21: it rewrites what the project and its members ask for before it copies it.
    let fixture = |overrides: &str, asked: &str, copied: &str| {
        let listed: String = overrides.lines().map(|line| format!("  {line}\n")).collect();
        format!(
            "//- /package.json\n{{ \"name\": \"lab\", \"packageManager\": \"pnpm@12.21.0\", \"dependencies\": {{ \"ms\": \"{asked}\" }} }}\n\
             //- /pnpm-workspace.yaml\noverrides:\n{listed}\
             //- /pnpm-lock.yaml\nlockfileVersion: '9.0'\n\noverrides:\n{listed}\nimporters:\n\n  .:\n    dependencies:\n      ms:\n        \
             specifier: {copied}\n        version: 2.1.2\n\npackages:\n\n  ms@2.1.2:\n    resolution: {{integrity: sha512-x}}\n\nsnapshots:\n\n  ms@2.1.2: {{}}\n"
        )
    };
    let refused = |overrides, asked, copied| {
        let workspace = workspace(&fixture(overrides, asked, copied), str::to_owned);
        of_rule(&analyze(&workspace), "lockfile-out-of-sync").len()
    };
    assert_eq!(refused("ms: 2.1.2", "^2.1.0", "2.1.2"), 0);
    assert_eq!(refused("lab>ms: 2.1.2", "^2.1.0", "2.1.2"), 0);
    assert_eq!(refused("ms@^2.1.0: 2.1.2", "^2.1.0", "2.1.2"), 0);
    assert_eq!(refused("ms: 2.1.2", "^2.1.0", "^2.1.0"), 1);
    assert_eq!(refused("other>ms: 2.1.3", "2.1.2", "2.1.2"), 0);
    assert_eq!(refused("ms@^1.0.0: 1.0.0", "2.1.2", "2.1.2"), 0);
    assert_eq!(refused("ms: 2.1.2", "^2.1.0", "2.1.3"), 1);
}

#[test]
fn a_member_that_is_not_there_and_a_lockfile_that_names_nobody_are_refused() {
    // Tried with pnpm 12.21: ERR_PNPM_OUTDATED_LOCKFILE after a member was renamed, ERR_PNPM_PACKAGE_MANAGER_NO_IMPORTER without `importers`.
    let lock = "//- /pnpm-lock.yaml\nlockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      b:\n        specifier: workspace:*\n        \
                version: link:packages/b\n\n  packages/b: {}\n";
    let files = |member: &str, lock: &str| {
        format!(
            "//- /package.json\n{{ \"name\": \"lab\", \"dependencies\": {{ \"b\": \"workspace:*\" }} }}\n//- /pnpm-workspace.yaml\npackages:\n  - packages/*\n\
             //- /packages/b/package.json\n{{ \"name\": \"{member}\" }}\n{lock}"
        )
    };
    let said = |member: &str, lock: &str| messages("lockfile-out-of-sync", &files(member, lock));
    assert_eq!(said("b", lock), [""; 0]);
    assert_eq!(said("c", lock), ["`b`: no member of the workspace has this name; `pnpm install --frozen-lockfile` refuses it"]);
    let without = &lock[..lock.find("importers:").unwrap()];
    assert_eq!(
        said("b", without),
        ["the lockfile does not say what the project asks for (`importers`); `pnpm install --frozen-lockfile` refuses it"]
    );
}
