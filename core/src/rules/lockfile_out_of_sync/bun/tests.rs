//! What Bun 1.4 says of edited projects, line by line, and what the rule says.

use super::super::super::testing::messages;
use super::super::edited::{Locked, Says};

const ROOT: &str = r#"{
  "name": "lab",
  "workspaces": { "packages": ["packages/*"], "catalog": { "is-odd": "^3.0.0" }, "catalogs": { "old": { "is-even": "~1.0.0" } } },
  "dependencies": { "is-odd": "catalog:", "is-even": "catalog:old", "al": "npm:left-pad@^1.0.0", "dir": "file:lib", "a": "workspace:*", "ms": "^2.0.0", "isarray": "1.0.0" },
  "devDependencies": { "once": "^1.4.0" },
  "optionalDependencies": { "fsevents": "^2.0.0" },
  "peerDependencies": { "inherits": "^2.0.0" },
  "overrides": { "wrappy": "1.0.2" },
  "trustedDependencies": ["ms"]
}"#;
const A: &str = r#"{ "name": "a", "version": "1.0.0", "dependencies": { "ms": "^2.0.0", "b": "workspace:*" } }"#;
const LIB: &str = r#"{ "name": "libdir", "version": "1.0.0", "dependencies": { "has-flag": "4.0.0" } }"#;
const B: &str = r#"{ "name": "b", "version": "1.2.0", "dependencies": { "ms": "1.0.0" } }"#;

/// As Bun wrote it, the digests shortened.
const LOCK: &str = r#"{
  "lockfileVersion": 2,
  "configVersion": 1,
  "workspaces": {
    "": {
      "name": "lab",
      "dependencies": {
        "a": "workspace:*",
        "al": "npm:left-pad@^1.0.0",
        "dir": "file:lib",
        "is-even": "catalog:old",
        "is-odd": "catalog:",
        "isarray": "1.0.0",
        "ms": "^2.0.0",
      },
      "devDependencies": {
        "once": "^1.4.0",
      },
      "optionalDependencies": {
        "fsevents": "^2.0.0",
      },
      "peerDependencies": {
        "inherits": "^2.0.0",
      },
    },
    "packages/a": {
      "name": "a",
      "version": "1.0.0",
      "dependencies": {
        "b": "workspace:*",
        "ms": "^2.0.0",
      },
    },
    "packages/b": {
      "name": "b",
      "version": "1.2.0",
      "dependencies": {
        "ms": "1.0.0",
      },
    },
  },
  "trustedDependencies": [
    "ms",
  ],
  "overrides": {
    "wrappy": "1.0.2",
  },
  "catalog": {
    "is-odd": "^3.0.0",
  },
  "catalogs": {
    "old": {
      "is-even": "~1.0.0",
    },
  },
  "packages": {
    "a": ["a@workspace:packages/a"],

    "al": ["left-pad@1.3.0", "", {}, "DIGEST"],

    "b": ["b@workspace:packages/b"],

    "dir": ["libdir@file:lib", { "dependencies": { "has-flag": "4.0.0" } }],

    "fsevents": ["fsevents@2.3.3", "", { "os": "darwin" }, "DIGEST"],

    "has-flag": ["has-flag@4.0.0", "", {}, "DIGEST"],

    "inherits": ["inherits@2.0.4", "", {}, "DIGEST"],

    "is-buffer": ["is-buffer@1.1.6", "", {}, "DIGEST"],

    "is-even": ["is-even@1.0.0", "", { "dependencies": { "is-odd": "^0.1.2" } }, "DIGEST"],

    "is-number": ["is-number@6.0.0", "", {}, "DIGEST"],

    "is-odd": ["is-odd@3.0.1", "", { "dependencies": { "is-number": "^6.0.0" } }, "DIGEST"],

    "isarray": ["isarray@1.0.0", "", {}, "DIGEST"],

    "kind-of": ["kind-of@3.2.2", "", { "dependencies": { "is-buffer": "^1.1.5" } }, "DIGEST"],

    "ms": ["ms@2.1.3", "", {}, "DIGEST"],

    "once": ["once@1.4.0", "", { "dependencies": { "wrappy": "1" } }, "DIGEST"],

    "wrappy": ["wrappy@1.0.2", "", {}, "DIGEST"],

    "b/ms": ["ms@1.0.0", "", {}, "DIGEST"],

    "is-even/is-odd": ["is-odd@0.1.2", "", { "dependencies": { "is-number": "^3.0.0" } }, "DIGEST"],

    "is-even/is-odd/is-number": ["is-number@3.0.0", "", { "dependencies": { "kind-of": "^3.0.2" } }, "DIGEST"],
  }
}
"#;

/// The project.
const LAB: Locked = Locked(&[
    ("package.json", ROOT),
    ("packages/a/package.json", A),
    ("packages/b/package.json", B),
    ("lib/package.json", LIB),
    ("bun.lock", LOCK),
]);

use Says::{Nothing, Passes, Refuses};

#[test]
fn what_bun_says_of_edited_projects() {
    let (root, a, b, lock) = ("package.json", "packages/a/package.json", "packages/b/package.json", "bun.lock");
    let ms = r#""ms": "^2.0.0", "isarray""#;
    LAB.hold([
        (Nothing, "as it is", root, "lab", "lab"),
        (Passes, "another range that the locked version fits", root, ms, r#""ms": "^2.1.0", "isarray""#),
        (Passes, "pinned to the locked version", root, ms, r#""ms": "2.1.3", "isarray""#),
        (Refuses, "a range of other versions", root, ms, r#""ms": "2.1.2", "isarray""#),
        (Passes, "a tag", root, ms, r#""ms": "latest", "isarray""#),
        (Passes, "any version", root, ms, r#""ms": "*", "isarray""#),
        (Refuses, "one more that is not locked", root, ms, r#""wordwrap": "1.0.0", "ms": "^2.0.0", "isarray""#),
        (Passes, "one more that is locked", root, ms, r#""wrappy": "^1.0.0", "ms": "^2.0.0", "isarray""#),
        (Refuses, "one more that is locked otherwise", root, ms, r#""is-number": "^7.0.0", "ms": "^2.0.0", "isarray""#),
        (Refuses, "one less", root, r#", "isarray": "1.0.0""#, ""),
        (Refuses, "one less, of which another version stays", root, r#""is-odd": "catalog:", "#, ""),
        (
            Passes,
            "moved to another list",
            root,
            r#""ms": "^2.0.0", "isarray": "1.0.0" },
  "devDependencies": {"#,
            r#""isarray": "1.0.0" },
  "devDependencies": { "ms": "^2.0.0","#,
        ),
        (Refuses, "one more peer", root, r#""inherits": "^2.0.0""#, r#""inherits": "^2.0.0", "wordwrap": "*""#),
        (
            Passes,
            "one more optional peer",
            root,
            r#""inherits": "^2.0.0" }"#,
            r#""inherits": "^2.0.0", "wordwrap": "*" }, "peerDependenciesMeta": { "wordwrap": { "optional": true } }"#,
        ),
        (Refuses, "no peer any more", root, r#""inherits": "^2.0.0""#, ""),
        (Passes, "another range of a peer", root, r#""inherits": "^2.0.0""#, r#""inherits": "^2.0.1""#),
        (
            Refuses,
            "a peer that became optional",
            root,
            r#""inherits": "^2.0.0" }"#,
            r#""inherits": "^2.0.0" }, "peerDependenciesMeta": { "inherits": { "optional": true } }"#,
        ),
        (Refuses, "no optional one any more", root, r#""fsevents": "^2.0.0""#, ""),
        (Refuses, "another alias", root, "npm:left-pad@^1.0.0", "npm:right-pad@^1.0.0"),
        (Passes, "another range of an alias", root, "npm:left-pad@^1.0.0", "npm:left-pad@^1.1.0"),
        (Refuses, "no alias any more", root, "npm:left-pad@^1.0.0", "^1.0.0"),
        (Refuses, "another folder", root, "file:lib", "file:packages/b"),
        (Refuses, "another override", root, r#""wrappy": "1.0.2""#, r#""wrappy": "1.0.1""#),
        (Refuses, "another override that comes to the same", root, r#""wrappy": "1.0.2""#, r#""wrappy": "^1.0.2""#),
        (Refuses, "one more override, of nothing", root, r#""wrappy": "1.0.2""#, r#""wrappy": "1.0.2", "foo": "1.0.0""#),
        (Refuses, "no override any more", root, r#""wrappy": "1.0.2""#, ""),
        (Nothing, "an override in npm's other form", root, r#""wrappy": "1.0.2""#, r#""wrappy": { ".": "1.0.2" }"#),
        (Nothing, "overrides under Yarn's name", root, "overrides", "resolutions"),
        (Nothing, "an override by the package's own name", root, r#""wrappy": "1.0.2""#, r#""wrappy": "npm:wrappy@1.0.2""#),
        (Refuses, "an override by another name", root, r#""wrappy": "1.0.2""#, r#""wrappy": "npm:once@1.4.0""#),
        (Refuses, "an override by reference", root, r#""wrappy": "1.0.2""#, r#""wrappy": "1.0.2", "is-number": "$isarray""#),
        (Refuses, "an override below a package", root, r#""wrappy": "1.0.2""#, r#""wrappy": "1.0.2", "is-odd": { "é": "1.0.0" }"#),
        (
            Nothing,
            "an override below a package, in the copy as well",
            lock,
            "\"overrides\": {\n    \"wrappy\": \"1.0.2\",\n  },",
            "\"overrides\": { \"wrappy\": { \".\": \"1.0.2\" } },",
        ),
        (
            Refuses,
            "an override below a package in the copy alone",
            lock,
            "\"wrappy\": \"1.0.2\",",
            "\"wrappy\": { \"x\": \"1.0.2\" },",
        ),
        (Refuses, "another catalog, which does not have it", root, r#""is-odd": "catalog:""#, r#""is-odd": "catalog:old""#),
        (Passes, "the catalog by its other name", root, r#""is-odd": "catalog:""#, r#""is-odd": "catalog:default""#),
        (
            Refuses,
            "for development, too, in another version",
            root,
            r#""once": "^1.4.0""#,
            r#""once": "^1.4.0", "isarray": "2.0.0""#,
        ),
        (Passes, "for development, too", root, r#""once": "^1.4.0""#, r#""once": "^1.4.0", "isarray": "1.0.0""#),
        (Passes, "a folder's other version", "lib/package.json", "4.0.0", "3.0.0"),
        (Passes, "a folder's new one", "lib/package.json", "\"has-flag\"", "\"é\": \"1.0.0\", \"has-flag\""),
        (Nothing, "a folder's version", "lib/package.json", "1.0.0", "1.1.0"),
        (Passes, "a member that is asked for no more", a, r#", "b": "workspace:*""#, ""),
        (Refuses, "another range in a catalog", root, "^3.0.0", "^3.0.1"),
        (Refuses, "another range in a named catalog", root, "~1.0.0", "^1.0.0"),
        (
            Nothing,
            "one more in a catalog that nobody asks for",
            root,
            r#""is-odd": "^3.0.0""#,
            r#""is-odd": "^3.0.0", "foo": "2.0.0""#,
        ),
        (Passes, "a range in a catalog's place", root, r#""is-odd": "catalog:""#, r#""is-odd": "^3.0.0""#),
        (Nothing, "another list of trusted packages", root, r#"["ms"]"#, "[]"),
        (
            Passes,
            "a patch",
            root,
            r#""trustedDependencies""#,
            r#""patchedDependencies": { "ms@2.1.3": "patches/ms.patch" }, "trustedDependencies""#,
        ),
        (Nothing, "another name", root, "lab", "other"),
        (Passes, "a member's range", a, r#""ms": "^2.0.0""#, r#""ms": "^2.1.0""#),
        (Refuses, "a member's other version", b, r#""ms": "1.0.0""#, r#""ms": "2.0.0""#),
        (Refuses, "a member's new one", b, r#""ms": "1.0.0""#, r#""ms": "1.0.0", "wordwrap": "1.0.0""#),
        (Passes, "a member's new one that is locked", b, r#""ms": "1.0.0""#, r#""ms": "1.0.0", "wrappy": "^1.0.0""#),
        (Refuses, "a member's last one gone", b, r#""ms": "1.0.0""#, ""),
        (Passes, "a member's, which another asks for too", a, r#""ms": "^2.0.0", "#, ""),
        (Nothing, "a member's version", b, "1.2.0", "1.3.0"),
        (Passes, "a range that the member fits", a, "workspace:*", "^1.0.0"),
        (Refuses, "a range that the member does not fit", a, "workspace:*", "^3.0.0"),
        (Passes, "another form of asking for a member", a, "workspace:*", "workspace:^"),
        (Refuses, "an entry of another version", lock, r#""isarray@1.0.0""#, r#""isarray@2.0.0""#),
        (Passes, "another range in the copy", lock, r#""ms": "^2.0.0""#, r#""ms": "^2.0.1""#),
        (Nothing, "no list of trusted packages in the copy", lock, "\"trustedDependencies\": [\n    \"ms\",\n  ],", ""),
        (Refuses, "no overrides in the copy", lock, "\"overrides\": {\n    \"wrappy\": \"1.0.2\",\n  },", ""),
    ]);
}

#[test]
fn a_new_member_is_refused() {
    let (said, message) = LAB.say("package.json", "lab", "lab", "//- /packages/c/package.json\n{ \"name\": \"c\" }\n");
    assert_eq!((said, message.as_str()), (Refuses, "the lockfile does not know the workspace member `packages/c`; Bun refuses it"));
}

#[test]
fn what_the_lockfile_itself_lacks_is_refused() {
    // Each was tried with Bun 1.4.5: "Failed to resolve prod dependency", "listed in bun.lock but not on disk", "lockfile had changes".
    let fixture = |manifest: &str, member: &str, packages: &str| {
        format!(
            "//- /package.json\n{manifest}\n{member}//- /bun.lock\n{{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {{\n    \"\": {{ \"name\": \"lab\", \
             \"dependencies\": {{ \"debug\": \"4.3.4\", \"b\": \"workspace:*\" }} }},\n    \"packages/b\": {{ \"name\": \"b\" }},\n  }},\n  \"packages\": {{\n    \
             \"b\": [\"b@workspace:packages/b\"],\n    \"debug\": [\"debug@4.3.4\", \"\", {{ \"dependencies\": {{ \"ms\": \"2.1.2\" }} }}, \"sha512-x\"],\n{packages}  }}\n}}\n"
        )
    };
    let root = r#"{ "name": "lab", "workspaces": ["packages/*"], "dependencies": { "debug": "4.3.4", "b": "workspace:*" } }"#;
    let member = "//- /packages/b/package.json\n{ \"name\": \"b\" }\n";
    let ms = "    \"ms\": [\"ms@2.1.2\", \"\", {}, \"sha512-x\"],\n";
    let said =
        |manifest: &str, member: &str, packages: &str| messages("lockfile-out-of-sync", &fixture(manifest, member, packages));
    assert_eq!(said(root, member, ms), [""; 0]);
    assert_eq!(
        said(root, member, ""),
        ["`debug` needs `ms`, which the lockfile has no entry for; `bun install --frozen-lockfile` refuses it"]
    );
    assert_eq!(said(root, "", ms), ["the workspace member `b` (`packages/b`) is asked for and not there; Bun refuses it"]);
    assert_eq!(
        said(root, &member.replace("\"b\"", "\"c\""), ms),
        ["the lockfile knows this member as `b`; `bun install --frozen-lockfile` refuses it"]
    );
    let nameless = format!("{member}//- /packages/c/package.json\n{{ \"version\": \"1.0.0\" }}\n");
    assert_eq!(said(root, &nameless, ms), [""; 0]);
}

/// The format before version 2 leaves out what stands below a package or is for a range, and a name may begin with any letter.
#[test]
fn names_of_overrides_begin_with_any_letter() {
    let fixture = |key: &str| {
        format!(
            "//- /package.json\n{{ \"name\": \"app\", \"overrides\": {{ \"{key}\": \"1.0.0\" }} }}\n//- /bun.lock\n{{ \"lockfileVersion\": 1, \"workspaces\": {{ \"\": {{ \"name\": \"app\" }} }}, \"packages\": {{}} }}\n"
        )
    };
    let said = |key: &str| messages("lockfile-out-of-sync", &fixture(key));
    assert_eq!(said("é@1"), [""; 0]);
    assert_eq!(said("é"), ["the lockfile was written without this override of `é`; `bun install --frozen-lockfile` refuses it"]);
}
