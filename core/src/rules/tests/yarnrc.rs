//! The rules over Yarn 1's own settings, which it takes from `.yarnrc`.

use super::testing::{check, expect, messages};

const PROJECT: &str = r#"
//- /package.json
{ "name": "@me/app", "packageManager": "yarn@1.22.22", "dependencies": { "a": "1.0.0" } }
//- /yarn.lock
# yarn lockfile v1


a@1.0.0:
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#0123456789012345678901234567890123456789"
  integrity sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==
"#;

fn with(files: &str) -> String {
    format!("{PROJECT}{files}")
}

#[test]
fn install_scripts_run_unless_yarnrc_says_no() {
    check(
        "install-scripts-enabled",
        &with("//- /.yarnrc\n# ours\nregistry \"https://registry.yarnpkg.com\"\nignore-scripts false\n"),
        expect![[r#"
            warning .yarnrc:3:1 [ignore-scripts false]
              install scripts of every package run on `yarn install`
              fix (safe): Set `ignore-scripts` to `true`
                .yarnrc: [false] -> [true]
        "#]],
    );
    let rule = |files: &str| messages("install-scripts-enabled", &with(files)).len();
    for on in [
        "ignore-scripts true",
        "ignore-scripts \"false\"",
        "--ignore-scripts true",
        "--install.ignore-scripts true",
        "ignore-scripts: yes",
    ] {
        assert_eq!(rule(&format!("//- /.yarnrc\n{on}\n")), 0, "{on}");
    }
    for off in [
        "",
        "ignore-scripts 0",
        "ignore-scripts \"\"",
        "--ignore-scripts \"true\"",
        "--add.ignore-scripts true",
        "ignoreScripts true",
    ] {
        assert_eq!(rule(&format!("//- /.yarnrc\n{off}\n")), 1, "{off}");
    }
    // Yarn 1 takes it from no other file.
    check(
        "install-scripts-enabled",
        &with("//- /.npmrc\nignore-scripts=true\n"),
        expect![[r#"
        warning .npmrc:1:1 [ignore-scripts=true]
          install scripts of every package run on `yarn install`: Yarn 1 does not take `ignore-scripts` from `.npmrc`
    "#]],
    );
}

#[test]
fn flags_that_switch_the_lockfile_or_its_digests_off() {
    let files = "//- /.yarnrc\n--no-lockfile true\n--install.update-checksums true\nstrict-ssl false\nignore-engines true\n--update-checksums \"true\"\n";
    check(
        "lockfile-disabled",
        &with(files),
        expect![[r#"
        error .yarnrc:1:1 [--no-lockfile true]
          Yarn ignores the lockfile, and with it every digest in it
          fix (safe): Remove `--no-lockfile true`
            .yarnrc: [--no-lockfile true⏎] -> []
    "#]],
    );
    check(
        "integrity-checks-disabled",
        &with(&files.replace("--update-checksums \"true\"\n", "")),
        expect![[r#"
        error .yarnrc:2:1 [--install.update-checksums true]
          Yarn takes packages whose digest is not the lockfile's, with `--frozen-lockfile` as well
          fix (safe): Remove `--install.update-checksums true`
            .yarnrc: [--install.update-checksums true⏎] -> []
    "#]],
    );
    check(
        "tls-verification-disabled",
        &with(files),
        expect![[r#"
        error .yarnrc:3:1 [strict-ssl false]
          certificates are not checked: anybody on the line can be the registry
          fix (safe): Remove `strict-ssl false`
            .yarnrc: [strict-ssl false⏎] -> []
    "#]],
    );
    check(
        "engines-not-enforced",
        &with(files),
        expect![[r#"
        info .yarnrc:4:1 [ignore-engines true]
          engine ranges are not looked at
          fix (safe): Remove `ignore-engines true`
            .yarnrc: [ignore-engines true⏎] -> []
    "#]],
    );
    check(
        "floating-saves",
        &with(files),
        expect![[r#"
        info .yarnrc:1:1 []
          new dependencies are saved as ranges
          fix (safe): Set `save-exact` to `true`
            .yarnrc: [] -> [save-exact true⏎]
    "#]],
    );
    for exact in ["save-exact true", "save-prefix \"\"", "--add.exact true"] {
        assert_eq!(messages("floating-saves", &with(&format!("//- /.yarnrc\n{exact}\n//- /.npmrc\n"))), [""; 0], "{exact}");
    }
    assert_eq!(messages("floating-saves", &with("//- /.yarnrc\n//- /.npmrc\nsave-exact=true\n")), [""; 0]);
}

#[test]
fn what_does_nothing_is_told() {
    let files = r#"//- /.yarnrc
"//registry.yarnpkg.com/:_authToken" "s3cret"
ignoreScripts true
frozen-lockfile true
strict-ssl "false"
--install.ignore-scripts "true"
registry "https://a.test"
registry "https://b.test"
"#;
    check(
        "ineffective-setting",
        &with(files),
        expect![[r#"
        warning .yarnrc:1:2 [//registry.yarnpkg.com/:_authToken]
          Yarn 1 takes credentials from `.npmrc` alone: here this does nothing
        warning .yarnrc:2:1 [ignoreScripts]
          Yarn does not know `ignoreScripts`; it is written `ignore-scripts`
          fix (safe): Rename to `ignore-scripts`
            .yarnrc: [ignoreScripts] -> [ignore-scripts]
        warning .yarnrc:3:1 [frozen-lockfile]
          Yarn does not know `frozen-lockfile`; it is written `--install.frozen-lockfile`
          fix (safe): Rename to `--install.frozen-lockfile`
            .yarnrc: [frozen-lockfile] -> [--install.frozen-lockfile]
        warning .yarnrc:4:1 [strict-ssl "false]
          `strict-ssl` is on: Yarn takes any text for true, and only `false` without quotes for false
        warning .yarnrc:5:1 [--install.ignore-scripts "true]
          `--install.ignore-scripts` does nothing: Yarn gives a flag only for `true` without quotes
        warning .yarnrc:6:1 [registry "https://a.test"]
          `registry` is set again below, and the last one counts
          see .yarnrc:7: this one counts
    "#]],
    );
    check(
        "exposed-credential",
        &with(files),
        expect![[r#"
        error .yarnrc:1:39 [s3cret]
          `//registry.yarnpkg.com/:_authToken` holds a literal credential
    "#]],
    );
}

#[test]
fn a_file_that_yarn_does_not_read_is_an_error() {
    check(
        "unreadable-file",
        &with("//- /.yarnrc\nignore-scripts true\nregistry https://r.test/\n"),
        expect![[r#"
            error .yarnrc:2:15 [:]
              Yarn cannot read this, and stops or goes on without the whole file: an address, or whatever has a colon or a comma, belongs in double quotes
        "#]],
    );
    check(
        "unreadable-file",
        &with("//- /.yarnrc\nregistry \"https://r.test/\"\n  # why\nignore-scripts true\n"),
        expect![[r#"
        error .yarnrc:2:3 [# why]
          Yarn reads nothing from here on: this line is indented and belongs to nothing
    "#]],
    );
    check(
        "ambiguous-text",
        &with("//- /.yarnrc\n--use-yarnrc \"ci/other.rc\"\n"),
        expect![[r#"
        error .yarnrc:1:1 [--use-yarnrc "ci/other.rc"]
          Yarn takes further settings from a file of another name, which nobody looks at here: write them into this one
    "#]],
    );
}

#[test]
fn a_change_that_names_another_registry_is_told_and_vouches_for_nothing() {
    let files = r#"//- /yarn.lock base
# yarn lockfile v1


a@1.0.0:
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#0123456789012345678901234567890123456789"
//- /yarn.lock
# yarn lockfile v1


a@1.0.0:
  version "1.0.0"
  resolved "https://evil.test/a/-/a-1.0.0.tgz#0123456789012345678901234567890123456789"
//- /.yarnrc
registry "https://evil.test/"
"@corp:registry" "https://evil.test/"
--install.registry "https://evil.test/"
ignore-scripts false
"#;
    let manifest = PROJECT.split("//- /yarn.lock").next().unwrap();
    let fixture = format!("{manifest}{files}");
    check(
        "weakened-policy",
        &fixture,
        expect![[r#"
        error .yarnrc:1:11 [https://evil.test/]
          the change names another registry: `https://evil.test/`
        error .yarnrc:2:19 [https://evil.test/]
          the change names another registry: `https://evil.test/`
        error .yarnrc:3:21 [https://evil.test/]
          the change names another registry: `https://evil.test/`
    "#]],
    );
    check(
        "untrusted-registry",
        &fixture,
        expect![[r#"
        error yarn.lock:6:13 [https://evil.test/a/-/a-1.0.0.tgz]
          `a` 1.0.0 comes from `evil.test`: no trusted setting names this host
    "#]],
    );
    check(
        "insecure-source",
        &fixture.replace("\"https://evil", "\"http://evil"),
        expect![[r#"
        error .yarnrc:1:11 [http://evil.test/]
          the registry is fetched over an unencrypted line (`http://`)
          fix (unsafe): Use `https://`
            .yarnrc: [http://] -> [https://]
        error .yarnrc:2:19 [http://evil.test/]
          the registry is fetched over an unencrypted line (`http://`)
          fix (unsafe): Use `https://`
            .yarnrc: [http://] -> [https://]
        error .yarnrc:3:21 [http://evil.test/]
          the registry is fetched over an unencrypted line (`http://`)
          fix (unsafe): Use `https://`
            .yarnrc: [http://] -> [https://]
        error yarn.lock:6:13 [http://evil.test/a/-/a-1.0.0.tgz]
          `a` is fetched over an unencrypted line (`http://`)
          fix (unsafe): Use `https://`
            yarn.lock: [http://] -> [https://]
    "#]],
    );

    // What the base says is trusted, whichever file says it; and what Yarn 2 does not read leaves nothing to say of it.
    let before = fixture.replace("//- /.yarnrc\n", "//- /.yarnrc base\nregistry \"https://evil.test/\"\n//- /.yarnrc\n");
    assert_eq!(messages("untrusted-registry", &before), [""; 0]);
    let later = fixture.replace("# yarn lockfile v1\n", "__metadata:\n  version: 8\n").replace("yarn@1.22.22", "yarn@4.1.0");
    assert_eq!(messages("floating-saves", &later), [""; 0]);
}
