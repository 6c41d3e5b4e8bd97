//! The rules over Bun's files.

use super::testing::{check, expect};

#[test]
fn settings_of_bunfig_toml() {
    let fixture = r#"
//- /package.json
{ "name": "@me/app" }
//- /bun.lock
{ "lockfileVersion": 2, "workspaces": { "": {} } }
//- /bunfig.toml
exact = true

[install]
# nobody reviews this
saveTextLockfile = false
minimumReleaseAges = 259200

[install.lockfile]
save = false # é

[install.scopes]
"@corp" = { url = "https://npm.corp.test/", token = "npm_0123456789" }
"@other" = { url = "http://other.test/", token = "$OTHER_TOKEN" }
"#;
    check(
        "lockfile-disabled",
        fixture,
        expect![[r#"
            warning bunfig.toml:5:1 [saveTextLockfile = false]
              a new lockfile is written in the binary form, which nobody can review
              fix (safe): Set `install.saveTextLockfile` to `true`
                bunfig.toml: [false] -> [true]
            error bunfig.toml:9:1 [save = false]
              Bun writes no lockfile
              fix (safe): Set `install.lockfile.save` to `true`
                bunfig.toml: [false] -> [true]
        "#]],
    );
    check(
        "floating-saves",
        fixture,
        expect![[r#"
        info bunfig.toml:1:1 []
          new dependencies are saved as ranges
          fix (safe): Set `install.exact` to `true`
            bunfig.toml: [] -> [⏎exact = true]
    "#]],
    );
    check(
        "no-release-cooldown",
        fixture,
        expect![[r#"
        info bunfig.toml:1:1 []
          Bun may choose a version that was published a minute ago
          fix (safe): Set `install.minimumReleaseAge` to `259200`
            bunfig.toml: [] -> [⏎minimumReleaseAge = 259200]
    "#]],
    );
    check(
        "ineffective-setting",
        fixture,
        expect![[r#"
        warning bunfig.toml:1:1 [exact = true]
          Bun reads `exact` under `[install]` only: here it does nothing
        warning bunfig.toml:6:1 [minimumReleaseAges = 259200]
          Bun does not know `minimumReleaseAges`; it is written `minimumReleaseAge`
          fix (safe): Rename to `minimumReleaseAge`
            bunfig.toml: [minimumReleaseAges] -> [minimumReleaseAge]
    "#]],
    );
    check(
        "exposed-credential",
        fixture,
        expect![[r#"
        error bunfig.toml:12:54 [npm_0123456789]
          `install.scopes.@corp.token` holds a literal credential
          fix (unsafe): Replace by `$NPM_TOKEN`
            bunfig.toml: ["npm_0123456789"] -> ["$NPM_TOKEN"]
    "#]],
    );
    check(
        "insecure-source",
        fixture,
        expect![[r#"
        error bunfig.toml:13:21 [http://other.test/]
          the registry is fetched over an unencrypted line (`http://`)
          fix (unsafe): Use `https://`
            bunfig.toml: [http://] -> [https://]
    "#]],
    );
}

#[test]
fn install_scripts_run_by_bun_s_list_or_the_manifest_s() {
    let lock = |manifest: &str| {
        format!(
            r#"
//- /package.json
{manifest}
//- /bun.lock
{{
  "lockfileVersion": 2,
  "workspaces": {{ "": {{ "dependencies": {{ "esbuild": "0.21.5", "core-js": "3.30.0", "tar": "https://files.test/tar.tgz" }} }} }},
  "packages": {{
    "esbuild": ["esbuild@0.21.5", "", {{ "hasInstallScript": true }}, "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="],
    "core-js": ["core-js@3.30.0", "", {{ "hasInstallScript": true }}, "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="],
  }}
}}
"#
        )
    };
    check(
        "install-script",
        &lock(r#"{ "name": "@me/app" }"#),
        expect![[r#"
        warning bun.lock:5:41 ["hasInstallScript": true]
          `esbuild` 0.21.5 runs a script when it is installed: Bun trusts this name by itself, unless the manifest has a list of its own
    "#]],
    );
    check("install-script", &lock(r#"{ "name": "@me/app", "trustedDependencies": [] }"#), expect![[r#""#]]);
    check("install-script", &lock(r#"{ "name": "@me/app", "trustedDependencies": ["core-js"] }"#), expect![[r#""#]]);
}

#[test]
fn a_package_more_is_trusted() {
    check(
        "added-install-script",
        r#"
//- /package.json base
{ "name": "@me/app", "trustedDependencies": ["a"] }
//- /package.json
{ "name": "@me/app", "trustedDependencies": ["a", "é"] }
"#,
        expect![[r#"
            error package.json:1:52 [é]
              `é` is allowed to run its install scripts from now on
        "#]],
    );
}

#[test]
fn a_binary_lockfile_is_one_finding() {
    let bytes = b"#!/usr/bin/env bun\nbun-lockfile-format-v0\n\xff\xfe\x00\xe2\x80\xae\x01\x02".to_vec();
    let mut workspace = super::testing::workspace(
        "//- /package.json\n{ \"name\": \"@me/app\", \"dependencies\": { \"a\": \"1.0.0\" } }\n",
        |text| text.to_owned(),
    );
    assert!(workspace.set(crate::path::RelPath::new("bun.lockb"), bytes));
    let report = crate::analyze::analyze(&workspace);
    let found: Vec<_> = report
        .findings
        .iter()
        .filter(|found| found.path.as_str() == "bun.lockb" || found.rule.id.contains("lockfile"))
        .map(|found| (found.rule.id, found.message.as_str()))
        .collect();
    assert_eq!(
        found,
        [(
            "unreadable-file",
            "a binary lockfile, which nobody can review and Provender does not read: convert it with `bun install --save-text-lockfile --frozen-lockfile --lockfile-only`, then delete it"
        )]
    );
}
