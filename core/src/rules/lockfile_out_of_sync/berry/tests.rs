//! What Yarn 4 does with edited projects, and what the rule says.

use super::super::super::testing::*;

/// The lockfile that Yarn 4.18.1 writes for the project of these tests, shortened.
const LOCK: &str = r#"
//- /yarn.lock
__metadata:
  version: 10
  cacheKey: 10c0

"@w/a@workspace:packages/a":
  version: 0.0.0-use.local
  resolution: "@w/a@workspace:packages/a"
  dependencies:
    "@w/b": "workspace:^"
    is-odd: "npm:^3.0.1"
  languageName: unknown
  linkType: soft

"@w/b@workspace:^, @w/b@workspace:packages/b":
  version: 0.0.0-use.local
  resolution: "@w/b@workspace:packages/b"
  peerDependencies:
    is-odd: "*"
  languageName: unknown
  linkType: soft

"is-number@npm:^6.0.0":
  version: 6.0.0
  resolution: "is-number@npm:6.0.0"
  languageName: node
  linkType: hard

"is-number@npm:^7.0.0":
  version: 7.0.0
  resolution: "is-number@npm:7.0.0"
  languageName: node
  linkType: hard

"is-odd@npm:^3.0.1":
  version: 3.0.1
  resolution: "is-odd@npm:3.0.1"
  dependencies:
    is-number: "npm:^6.0.0"
  languageName: node
  linkType: hard

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."
  dependencies:
    is-number: "npm:^7.0.0"
  languageName: unknown
  linkType: soft
"#;

const ROOT: &str =
    r#"{ "name": "root", "private": true, "workspaces": ["packages/*"], "devDependencies": { "is-number": "^7.0.0" } }"#;
const A: &str = r#"{ "name": "@w/a", "version": "1.0.0", "dependencies": { "is-odd": "^3.0.1", "@w/b": "workspace:^" } }"#;
const B: &str = r#"{ "name": "@w/b", "version": "1.0.0", "peerDependencies": { "is-odd": "*" } }"#;

fn found(root: &str, a: &str, b: &str, lock: &str) -> Vec<String> {
    let files = format!("//- /package.json\n{root}\n//- /packages/a/package.json\n{a}\n//- /packages/b/package.json\n{b}{lock}");
    messages("lockfile-out-of-sync", &files)
}

/// What Yarn 4.18.1 does with each of these, tried by hand: whether it refuses.
#[test]
fn every_difference_is_refused() {
    assert_eq!(found(ROOT, A, B, LOCK), [""; 0]);
    let root = |from: &str, to: &str| found(&ROOT.replace(from, to), A, B, LOCK);
    let a = |from: &str, to: &str| found(ROOT, &A.replace(from, to), B, LOCK);
    let b = |from: &str, to: &str| found(ROOT, A, &B.replace(from, to), LOCK);
    for (what, found, refused) in [
        ("range with its protocol", root("\"^7.0.0\"", "\"npm:^7.0.0\""), false),
        ("list changed", root("devDependencies", "dependencies"), false),
        ("resolution of a stranger", root("\"private\"", "\"resolutions\": {\"left-pad\": \"1.3.0\"}, \"private\""), false),
        ("a member's version", a("1.0.0", "3.0.0"), false),
        ("range spelt otherwise", root("\"^7.0.0\"", "\"^7.0.0 \""), true),
        ("range changed", root("\"^7.0.0\"", "\">=7\""), true),
        ("range of another entry", root("\"^7.0.0\"", "\"^6.0.0\""), true),
        ("added, and locked for others", root("\"private\"", "\"dependencies\": {\"is-odd\": \"^3.0.1\"}, \"private\""), true),
        ("added", root("\"private\"", "\"dependencies\": {\"left-pad\": \"1.3.0\"}, \"private\""), true),
        ("removed", root("\"is-number\": \"^7.0.0\"", ""), true),
        ("optional added", root("\"private\"", "\"optionalDependencies\": {\"is-odd\": \"^3.0.1\"}, \"private\""), true),
        ("peer added", root("\"private\"", "\"peerDependencies\": {\"is-odd\": \"*\"}, \"private\""), true),
        ("a member's peer changed", b("\"*\"", "\"^3\""), true),
        ("a member's peer removed", b("\"is-odd\": \"*\"", ""), true),
        ("resolution added", root("\"private\"", "\"resolutions\": {\"is-number\": \"6.0.0\"}, \"private\""), true),
        ("member renamed", a("@w/a", "@w/x"), true),
        ("root renamed", root("\"root\"", "\"other\""), true),
        ("member added", found(ROOT, A, &format!("{B}\n//- /packages/c/package.json\n{{ \"name\": \"@w/c\" }}"), LOCK), true),
        (
            "resolution below a package",
            root("\"private\"", "\"resolutions\": {\"is-odd/is-number\": \"6.0.0\"}, \"private\""),
            true,
        ),
        (
            "resolution below a package that does not ask for it",
            root("\"private\"", "\"resolutions\": {\"é/is-number\": \"6.0.0\"}, \"private\""),
            false,
        ),
        (
            "resolution of a range",
            root("\"private\"", "\"resolutions\": {\"is-number@npm:^6.0.0\": \"^7.0.0\"}, \"private\""),
            true,
        ),
        (
            "resolution of another range",
            root("\"private\"", "\"resolutions\": {\"is-number@npm:^5.0.0\": \"^7.0.0\"}, \"private\""),
            false,
        ),
        ("no kind of link", found(ROOT, A, B, &LOCK.replacen("  linkType: hard\n", "", 1)), true),
        ("another kind of link", found(ROOT, A, B, &LOCK.replacen("soft", "hard", 1)), true),
        ("no language", found(ROOT, A, B, &LOCK.replacen("  languageName: node\n", "", 1)), true),
        ("edge without an entry", found(ROOT, A, B, &LOCK.replace("is-number: \"npm:^6.0.0\"", "is-number: \"npm:^5.0.0\"")), true),
    ] {
        assert_eq!(!found.is_empty(), refused, "{what}: {found:?}");
    }
}

/// What Yarn 4.18.1 does with each of these, tried by hand: whether it refuses.
#[test]
fn commands_and_what_is_said_of_dependencies_are_copied_too() {
    const A: &str = r#"{ "name": "@w/a", "bin": {"a": "./a.js"}, "dependencies": { "is-odd": "^3.0.1", "@w/b": "workspace:^" },
            "dependenciesMeta": {"is-odd": {"built": true}}, "peerDependenciesMeta": {"é": {"optional": true}} }"#;
    let facts = "  dependenciesMeta:\n    is-odd:\n      built: true\n  peerDependenciesMeta:\n    é:\n      optional: true\n  bin:\n    a: ./a.js\n";
    let asked = "    is-odd: \"npm:^3.0.1\"\n  languageName: unknown";
    assert!(LOCK.contains(asked));
    let lock = LOCK.replace(asked, &format!("    is-odd: \"npm:^3.0.1\"\n{facts}  languageName: unknown"));
    let a = |from: &str, to: &str| {
        assert!(A.contains(from), "{from}");
        found(ROOT, &A.replace(from, to), B, &lock)
    };
    for (what, found, refused) in [
        ("as it is", a("@w/a", "@w/a"), 0),
        ("a command's file", a("./a.js", "./b.js"), 1),
        ("a command of the package's name", a("{\"a\": \"./a.js\"}", "\"./a.js\""), 0),
        ("another command", a("{\"a\":", "{\"z\":"), 2),
        ("one command more", a("{\"a\":", "{\"z\": \"z.js\", \"a\":"), 1),
        ("no command", a("\"bin\"", "\"nib\""), 1),
        ("built no more", a("{\"built\": true}", "{\"built\": false}"), 1),
        ("nothing said", a("{\"built\": true}", "{}"), 1),
        ("unplugged", a("{\"built\": true}", "{\"built\": true, \"unplugged\": true}"), 1),
        ("optional", a("{\"built\": true}", "{\"built\": true, \"optional\": false}"), 1),
        ("what Yarn does not know", a("{\"built\": true}", "{\"built\": true, \"injected\": true}"), 0),
        ("another dependency's", a("{\"is-odd\": {\"built\"", "{\"x\": {\"built\": false}, \"is-odd\": {\"built\""), 1),
        ("a peer that is optional no more", a("{\"optional\": true}", "{\"optional\": false}"), 1),
        ("nothing said of peers", a("\"peerDependenciesMeta\"", "\"peers\""), 1),
        ("optional and not locked", a("\"bin\"", "\"optionalDependencies\": {\"is-number\": \"^7.0.0\"}, \"bin\""), 1),
        ("optional by its list", a("\"dependencies\": { \"is-odd\"", "\"optionalDependencies\": { \"is-odd\""), 2),
    ] {
        assert_eq!(found.len(), refused, "{what}: {found:?}");
    }
}

#[test]
fn messages_name_both_sides() {
    check(
        "lockfile-out-of-sync",
        &format!(
            "//- /package.json\n{}\n//- /packages/a/package.json\n{}\n//- /packages/b/package.json\n{B}{LOCK}",
            ROOT.replace("^7.0.0", "^8.0.0"),
            A.replace("is-odd", "é"),
        ),
        expect![[r#"
                error package.json:1:88 [is-number": "^8.0.0]
                  `is-number`: the lockfile copied `^7.0.0`; `yarn install --immutable` refuses it
                  see yarn.lock:46: the lockfile's copy
                error packages/a/package.json:1:58 [é": "^3.0.1]
                  `é`: the lockfile does not know that it is asked for; `yarn install --immutable` refuses it
                error yarn.lock:10:5 [is-odd: "npm:^3.0.1]
                  `is-odd`: the lockfile says that it is asked for, and it is not; `yarn install --immutable` refuses it
            "#]],
    );
}

#[test]
fn a_catalog_says_what_is_asked_for() {
    let root = ROOT.replace("^7.0.0", "catalog:");
    let lock = LOCK.replace("    is-number: \"npm:^7.0.0\"", "    is-number: \"catalog:\"");
    let with = |range: &str| format!("\n//- /.yarnrc.yml\ncatalog:\n  is-number: {range}{lock}");
    assert_eq!(found(&root, A, B, &with("^7.0.0")), [""; 0]);
    assert_eq!(found(&root, A, B, &with("^8.0.0")).len(), 1);
}

#[test]
fn a_member_that_the_root_does_not_name_is_refused() {
    let found = found(&ROOT.replace("packages/*", "packages/a"), A, B, LOCK);
    assert_eq!(found, ["`packages/b` is no member of the workspace; `yarn install --immutable` refuses it"]);
}

/// What Yarn 4.18.1 does with each of these, tried by the ring of real managers: whether it refuses.
#[test]
fn a_member_is_taken_where_its_version_fits() {
    let asked = |spec: &str, version: &str, settings: &str| {
        let (a, b) = (A.replace("workspace:^", spec), B.replace("1.0.0", version));
        let copied = if spec.contains(':') { spec.to_owned() } else { format!("npm:{spec}") };
        let lock = LOCK.replace("workspace:^", &copied);
        !found(ROOT, &a, &b, &format!("{settings}{lock}")).is_empty()
    };
    const OPAQUE: &str = "\n//- /.yarnrc.yml\nenableTransparentWorkspaces: false";
    for (spec, version, settings, refused) in [
        ("^1.0.0", "1.2.0", "", false),
        ("^1.0.0", "2.0.0", "", true),
        ("workspace:^1.0.0", "1.2.0", "", false),
        ("workspace:^1.0.0", "2.0.0", "", true),
        ("workspace:*", "2.0.0", "", false),
        ("^1.0.0", "1.2.0", OPAQUE, true),
        ("workspace:^1.0.0", "1.2.0", OPAQUE, false),
    ] {
        assert_eq!(asked(spec, version, settings), refused, "{spec} {version} {settings}");
    }
    // The other way round: what came from a registry is answered by a member from now on.
    let lock = LOCK.replace("\"@w/b@workspace:^, @w/b@workspace:packages/b\"", "\"is-odd@workspace:packages/b\"");
    let lock = lock
        .replace("\"@w/b@workspace:packages/b\"", "\"is-odd@workspace:packages/b\"")
        .replace("    \"@w/b\": \"workspace:^\"\n", "");
    let a = A.replace(r#", "@w/b": "workspace:^""#, "");
    let b = |version: &str| B.replace("@w/b", "is-odd").replace("1.0.0", version);
    assert_eq!(found(ROOT, &a, &b("2.0.0"), &lock), [""; 0]);
    assert_eq!(
        found(ROOT, &a, &b("3.1.0"), &lock),
        [
            "`is-odd`: the workspace's own one has the version 3.1.0, which fits, and the lockfile has another; `yarn install --immutable` refuses it"
        ]
    );
}

#[test]
fn folders_are_compared_with_their_copies() {
    let root = ROOT.replace("\"is-number\"", "\"dir\": \"file:./lib\", \"is-number\"");
    let lock = LOCK.replace("    is-number: \"npm:^7.0.0\"\n", "    dir: \"file:./lib\"\n    is-number: \"npm:^7.0.0\"\n").replace(
        "\"is-number@npm:^6.0.0\":",
        "\"dir@file:./lib::locator=root%40workspace%3A.\":\n  version: 1.0.0\n  resolution: \"dir@file:./lib#./lib::hash=1&locator=root%40workspace%3A.\"\n  \
         dependencies:\n    is-odd: \"npm:^3.0.1\"\n  checksum: x\n  languageName: node\n  linkType: hard\n\n\"is-number@npm:^6.0.0\":",
    );
    for (folder, count) in [
        (r#"{ "version": "1.0.0", "dependencies": { "is-odd": "^3.0.1" }, "devDependencies": { "x": "1.0.0" } }"#, 0),
        (r#"{ "version": "1.0.0", "dependencies": { "is-odd": "^3.0.0" } }"#, 1),
        (r#"{ "version": "1.0.0", "dependencies": { "is-odd": "^3.0.1", "is-number": "^7.0.0" } }"#, 1),
        (r#"{ "version": "1.0.0" }"#, 1),
        (r#"{ "version": "1.1.0", "dependencies": { "is-odd": "^3.0.1" } }"#, 1),
    ] {
        let found = found(&root, A, &format!("{B}\n//- /lib/package.json\n{folder}"), &lock);
        assert_eq!(found.len(), count, "{folder}: {found:?}");
    }
}

#[test]
fn an_entry_that_no_catalog_has_is_refused() {
    let root = ROOT.replace("^7.0.0", "catalog:");
    let lock = LOCK.replace("    is-number: \"npm:^7.0.0\"", "    is-number: \"catalog:\"");
    let with = |settings: &str| found(&root, A, B, &format!("\n//- /.yarnrc.yml\n{settings}{lock}")).len();
    assert_eq!(with("catalog:\n  is-odd: ^3.0.0"), 1);
    // They may be in the settings of a folder above.
    assert_eq!(with("nodeLinker: pnp"), 0);
}
