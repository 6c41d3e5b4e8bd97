//! What `npm ci` does with edited projects, and what the rule says.

use super::super::super::testing::*;

#[test]
fn a_pin_to_what_is_locked_is_no_more_than_a_warning() {
    check(
        "lockfile-out-of-sync",
        r#"
//- /package.json
{ "dependencies": { "a": "1.2.0", "b": "^1.1.0" } }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "a": "^1.0.0", "b": "^1.0.0" } },
    "node_modules/a": { "version": "1.2.0" },
    "node_modules/b": { "version": "1.2.0" }
  }
}
"#,
        expect![[r#"
                warning package.json:1:22 [a": "1.2.0]
                  `a`: the lockfile copied another range; `npm ci` installs it all the same
                  see package-lock.json:4: the lockfile's copy
                error package.json:1:36 [b": "^1.1.0]
                  `b`: the lockfile copied another range; `npm ci` installs it all the same
                  see package-lock.json:4: the lockfile's copy
            "#]],
    );
}

#[test]
fn whatever_npm_refuses_or_lets_pass() {
    check(
        "lockfile-out-of-sync",
        r#"
//- /package.json
{
  "name": "@me/app",
  "dependencies": { "gone": "1.0.0", "outside": "^2.0.0", "alias": "npm:real@1.0.0", "spec": "^1.0.0", "moved": "1.0.0", "git": "owner/name", "same-é": "1.0.0", "tag": "latest" },
  "devDependencies": { "bad": "workspace:*" }
}
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "outside": "^2.0.0", "alias": "1.0.0", "spec": "^1.0.1", "git": "1.0.0", "same-é": "1.0.0", "removed": "1.0.0", "tag": "latest" }, "devDependencies": { "moved": "1.0.0" } },
    "node_modules/outside": { "version": "1.0.0" },
    "node_modules/alias": { "version": "1.0.0" },
    "node_modules/spec": { "version": "1.2.0" },
    "node_modules/moved": { "version": "1.0.0", "dev": true },
    "node_modules/git": { "version": "1.0.0", "resolved": "https://npm.corp.test/git/-/git-1.0.0.tgz" },
    "node_modules/same-é": { "version": "1.0.0" },
    "node_modules/tag": { "version": "1.0.0" },
    "node_modules/removed": { "version": "1.0.0" }
  }
}
"#,
        expect![[r#"
                error package-lock.json:4:122 [removed": "1.0.0]
                  `removed`: the lockfile says that it is asked for, and it is not; `npm ci` installs it all the same
                error package.json:3:22 [gone": "1.0.0]
                  `gone`: the lockfile has no entry for it; `npm ci` refuses it
                error package.json:3:39 [outside": "^2.0.0]
                  `outside`: the locked version is not one that is asked for; `npm ci` refuses it
                error package.json:3:60 [alias": "npm:real@1.0.0]
                  `alias`: the lockfile has another package under this name; `npm ci` installs it all the same
                error package.json:3:87 [spec": "^1.0.0]
                  `spec`: the lockfile copied another range; `npm ci` installs it all the same
                  see package-lock.json:4: the lockfile's copy
                error package.json:3:105 [moved": "1.0.0]
                  `moved`: the lockfile has it in another list; `npm ci` installs it all the same
                  see package-lock.json:4: the lockfile's copy
                error package.json:3:123 [git": "owner/name]
                  `git`: the lockfile has it from another place; `npm ci` installs it all the same
                error package.json:3:144 [same-é": "1.0.0]
                  `same-é`: npm does not install such a spec; `npm ci` refuses it
                error package.json:4:25 [bad": "workspace:*]
                  `bad`: npm does not install such a spec; `npm ci` refuses it
            "#]],
    );
}

#[test]
fn members_are_linked_and_have_their_own_version() {
    check(
        "lockfile-out-of-sync",
        r#"
//- /package.json
{ "name": "@me/app", "workspaces": ["packages/*"] }
//- /packages/a/package.json
{ "name": "@me/a", "version": "2.0.0", "dependencies": { "@me/b": "^1.0.0" } }
//- /packages/b/package.json
{ "name": "@me/b", "version": "1.1.0", "devDependencies": { "@me/a": "^2.0.0" } }
//- /packages/c/package.json
{ "name": "@me/c", "version": "1.0.0" }
//- /packages/d/package.json
{ "version": "1.0.0" }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "workspaces": ["packages/*"] },
    "node_modules/@me/a": { "resolved": "packages/a", "link": true },
    "node_modules/@me/b": { "resolved": "packages/b", "link": true },
    "packages/a": { "name": "@me/a", "version": "1.0.0", "dependencies": { "@me/b": "^1.0.0" } },
    "packages/b": { "name": "@me/b", "version": "1.0.0", "devDependencies": { "@me/a": "^2.0.0" } }
  }
}
"#,
        expect![[r#"
                error packages/c/package.json:1:12 [@me/c]
                  `package-lock.json` does not link the workspace's own `@me/c` to `packages/c`; `npm ci` refuses it
                error packages/d/package.json:1:1 []
                  `package-lock.json` does not link the workspace's own `d` to `packages/d`; `npm ci` refuses it
            "#]],
    );
}

#[test]
fn overrides_reach_the_lockfile() {
    check(
        "lockfile-out-of-sync",
        r#"
//- /package.json
{ "name": "@me/app", "dependencies": { "a": "1.0.0", "direct": "1.0.0" }, "overrides": { "b": "2.0.0", "c": { ".": "3.0.0" }, "direct": "2.0.0", "d": "$a", "e": "1.0.0", "a": { "e": "2.0.0" } } }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "a": "1.0.0", "direct": "1.0.0" } },
    "node_modules/a": { "version": "1.0.0", "dependencies": { "b": "^1.0.0", "c": "^3.0.0", "d": "^1.0.0", "e": "*" } },
    "node_modules/b": { "version": "1.0.0" },
    "node_modules/c": { "version": "3.0.0" },
    "node_modules/d": { "version": "1.0.0" },
    "node_modules/e": { "version": "2.0.0" },
    "node_modules/direct": { "version": "1.0.0" }
  }
}
"#,
        expect![[r#"
                error package.json:1:55 [direct": "1.0.0]
                  `direct`: an override contradicts what is asked for; `npm ci` refuses it
                error package.json:1:90 ["b": "2.0.0"]
                  the lockfile has `b` as it was without this override; `npm ci` refuses it
            "#]],
    );
}

/// What npm 11.19.1 does with each of these, tried by the ring of real managers: how many overrides did not reach the lockfile.
#[test]
fn overrides_below_a_package_for_members_and_by_reference() {
    for (overrides, count) in [
        (r#""a": { "b": "2.0.0" }"#, 1),
        (r#""a@1": { "b": "2.0.0" }"#, 2),
        (r#""a@2": { "b": "2.0.0" }"#, 0),
        (r#""a": { "b": "1.x" }"#, 0),
        (r#""c": { "b": "2.0.0" }"#, 0),
        (r#""a": { "b": { ".": "2.0.0" } }"#, 1),
        (r#""b": "$a""#, 0),
        (r#""b": "$nothing""#, 1),
        (r#""nobody": "$nothing""#, 0),
        (r#""own@1.0.0": "2.0.0""#, 1),
        (r#""own@3": "2.0.0""#, 0),
    ] {
        let fixture = format!(
            r#"
//- /package.json
{{ "name": "@me/app", "workspaces": ["w"], "dependencies": {{ "a": "^1.0.0" }}, "overrides": {{ {overrides} }} }}
//- /w/package.json
{{ "name": "@me/w", "dependencies": {{ "own": "1.0.0" }} }}
//- /package-lock.json
{{
  "lockfileVersion": 3,
  "packages": {{
    "": {{ "workspaces": ["w"], "dependencies": {{ "a": "^1.0.0" }} }},
    "node_modules/@me/w": {{ "resolved": "w", "link": true }},
    "node_modules/a": {{ "version": "1.0.0", "dependencies": {{ "b": "^1.0.0" }} }},
    "node_modules/b": {{ "version": "1.0.0" }},
    "node_modules/own": {{ "version": "1.0.0" }},
    "w": {{ "name": "@me/w", "dependencies": {{ "own": "1.0.0" }} }}
  }}
}}
"#
        );
        let found = messages("lockfile-out-of-sync", &fixture);
        let refused = found.iter().filter(|message| message.ends_with("`npm ci` refuses it")).count();
        assert_eq!((found.len(), refused), (count, count), "{overrides}: {found:?}");
    }
}

#[test]
fn the_manifest_of_a_folder_counts() {
    check(
        "lockfile-out-of-sync",
        r#"
//- /package.json
{ "name": "@me/app", "dependencies": { "dir": "file:lib" } }
//- /lib/package.json
{ "name": "other", "dependencies": { "a": "^2.0.0" } }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "dir": "file:lib" } },
    "lib": { "name": "other", "dependencies": { "a": "^1.0.0" } },
    "node_modules/a": { "version": "1.0.0" },
    "node_modules/dir": { "resolved": "lib", "link": true }
  }
}
"#,
        expect![[r#"
                error lib/package.json:1:39 [a": "^2.0.0]
                  `a`: the locked version is not one that is asked for; `npm ci` refuses it
            "#]],
    );
}

#[test]
fn in_the_nested_form_members_ask_from_their_link() {
    check(
        "lockfile-out-of-sync",
        r#"
//- /package.json
{ "name": "@me/app", "workspaces": ["packages/*"], "dependencies": { "left-pad": "1.3.0" } }
//- /packages/b/package.json
{ "name": "@me/b", "version": "1.0.0", "dependencies": { "left-pad": "1.2.0", "top": "2.0.0" } }
//- /package-lock.json
{
  "lockfileVersion": 1,
  "dependencies": {
    "@me/b": { "version": "file:packages/b", "requires": { "left-pad": "1.2.0" }, "dependencies": { "left-pad": { "version": "1.2.0" } } },
    "left-pad": { "version": "1.3.0" },
    "top": { "version": "1.0.0" }
  }
}
"#,
        expect![[r#"
                error packages/b/package.json:1:80 [top": "2.0.0]
                  `top`: the locked version is not one that is asked for; `npm ci` refuses it
            "#]],
    );
}

#[test]
fn the_nested_form_copies_nothing() {
    check(
        "lockfile-out-of-sync",
        r#"
//- /package.json
{ "name": "@me/app", "dependencies": { "a": "^1.0.0", "gone": "1.0.0", "alias": "npm:real@2.0.0", "folder": "file:lib" } }
//- /package-lock.json
{ "lockfileVersion": 1, "dependencies": { "a": { "version": "1.5.0" }, "alias": { "version": "npm:real@2.0.0" }, "folder": { "version": "file:lib" } } }
"#,
        expect![[r#"
                error package.json:1:56 [gone": "1.0.0]
                  `gone`: the lockfile has no entry for it; `npm ci` refuses it
            "#]],
    );
}
