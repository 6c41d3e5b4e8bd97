//! Settings that no manager of the project reads, or that one passes over.

use super::testing::{check, expect, messages, of_rule, workspace};
use crate::analyze::analyze;

const YARN_SETTINGS: &str = "
//- /.yarnrc.yml
enableScripts: true
enableStrictSsl: false
enableScriptz: false
npmRegistryServer: https://evil.test/
";

const RULES: [&str; 4] = ["ineffective-setting", "install-scripts-enabled", "tls-verification-disabled", "floating-saves"];

/// The rules that have something to say of the settings file.
fn rules(files: &str) -> Vec<&'static str> {
    let report = analyze(&workspace(files, str::to_owned));
    let speaks = |rule: &&str| of_rule(&report, rule).iter().any(|found| found.path.as_str() == ".yarnrc.yml");
    RULES.into_iter().filter(speaks).collect()
}

#[test]
fn a_manager_s_settings_count_where_it_is_used() {
    const FIRST: &str = "//- /package.json\n{ \"name\": \"@me/app\" }\n//- /yarn.lock\n# yarn lockfile v1\n";
    const LATER: &str =
        "//- /package.json\n{ \"name\": \"@me/app\" }\n//- /yarn.lock\n__metadata:\n  version: 8\n  cacheKey: 10c0\n";
    let named = |version: &str| FIRST.replace("\"name\"", &format!("\"packageManager\": \"yarn@{version}\", \"name\""));
    let path = |version: &str| format!("{FIRST}{YARN_SETTINGS}yarnPath: .yarn/releases/yarn-{version}.cjs\n");
    for (what, files, read) in [
        ("Yarn 2 and later", format!("{LATER}{YARN_SETTINGS}"), true),
        ("Yarn 1", format!("{FIRST}{YARN_SETTINGS}"), false),
        ("Yarn 1 by name", format!("{}{YARN_SETTINGS}", named("1.22.22")), false),
        ("Yarn 4 that has not locked yet", format!("{}{YARN_SETTINGS}", named("4.12.0")), true),
        ("Yarn 1 that hands over", path("4.12.0"), true),
        ("Yarn 1 that hands over to itself", path("1.22.22"), false),
        (
            "npm",
            format!(
                "//- /package.json\n{{}}\n//- /package-lock.json\n{{\"lockfileVersion\": 3, \"packages\": {{}}}}{YARN_SETTINGS}"
            ),
            false,
        ),
        ("nobody knows", format!("//- /package.json\n{{}}{YARN_SETTINGS}"), true),
    ] {
        assert_eq!(rules(&files), if read { &RULES[..] } else { &[] }, "{what}");
    }
}

#[test]
fn a_registry_in_a_file_that_nobody_reads_is_not_trusted() {
    let lock = "//- /package.json\n{ \"dependencies\": {\"left\": \"1.0.0\"} }\n//- /yarn.lock\n# yarn lockfile v1\n\nleft@1.0.0:\n  version \"1.0.0\"\n  resolved \"https://evil.test/left/-/left-1.0.0.tgz\"\n  integrity sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==\n";
    assert_eq!(messages("untrusted-registry", &format!("{lock}{YARN_SETTINGS}")).len(), 1);
    assert_eq!(messages("untrusted-registry", &format!("{lock}//- /.npmrc\nregistry=https://evil.test/\n")).len(), 0);
}

/// What uv 0.13.9 said of such a project: it names the settings that it passes over, and asks a source's index all the same.
#[test]
fn beside_a_file_of_its_own_uv_takes_no_setting_from_the_shared_one() {
    const PROJECT: &str = r#"
//- /pyproject.toml
[project]
name = "app"
version = "1.0.0"
dependencies = ["left==1.0.0", "corp==1.0.0"]

[tool.uv]
exclude-newer = "7 days"
index-strategy = "unsafe-best-match"
prerelease = "allow"
allow-insecure-host = ["corp.test"]

[[tool.uv.index]]
name = "mixed"
url = "https://mixed.test/simple/"

[[tool.uv.index]]
name = "corp"
url = "https://corp.test/simple/"
explicit = true

[tool.uv.sources]
corp = { index = "corp" }
//- /uv.lock
version = 1
requires-python = ">=3.12"

[[package]]
name = "left"
version = "1.0.0"
source = { registry = "https://mixed.test/simple/" }
sdist = { url = "https://mixed.test/left-1.0.0.tar.gz", hash = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" }

[[package]]
name = "corp"
version = "1.0.0"
source = { registry = "https://corp.test/simple/" }
sdist = { url = "https://corp.test/corp-1.0.0.tar.gz", hash = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" }
"#;
    let beside = format!("{PROJECT}//- /uv.toml\nresolution = \"highest\"\n");
    let count = |rule: &str, files: &str| messages(rule, files).len();
    for (rule, alone, passed_over) in [
        ("extra-index", 3, 0),
        ("tls-verification-disabled", 1, 0),
        ("no-release-cooldown", 0, 1),
        ("ineffective-setting", 0, 1),
        // The mixed index is asked no more; the one that a source names is.
        ("untrusted-registry", 0, 1),
    ] {
        assert_eq!((count(rule, PROJECT), count(rule, &beside)), (alone, passed_over), "{rule}");
    }
}

/// Yarn 4.10 reads catalogs, and the lockfile has an entry for what they say.
#[test]
fn a_catalog_of_yarn_is_pinned_where_it_stands() {
    check(
        "unpinned-dependency",
        r#"
//- /package.json
{ "packageManager": "yarn@4.12.0", "dependencies": {"is-odd": "catalog:"}, "devDependencies": {"is-number": "catalog:old"} }
//- /.yarnrc.yml
catalog:
  is-odd: ^3.0.0 # why
  unused: ~1.0.0
catalogs:
  old:
    "is-number": "^6.0.0"
    exact: 1.0.0
//- /yarn.lock
__metadata:
  version: 8
  cacheKey: 10c0

"is-number@npm:^6.0.0":
  version: 6.0.0
  resolution: "is-number@npm:6.0.0"
  checksum: 10c0/5da4c68401529675c575878d2760d66f18eaef4b014858577f6003daf66488d7fe4eae684b1e8574e3fa1bb447c6c6c56b8491d2b4b3239da2d32e5f6f218008
  languageName: node
  linkType: hard

"is-odd@npm:^3.0.0":
  version: 3.0.1
  resolution: "is-odd@npm:3.0.1"
  checksum: 10c0/89ee2e353c5a3f3bd400c79db1c307a5b3506198ee8169d521e533a9b1d8a08fc95f21a919c084e98845b4286d7ffe309778da03744dfe66c3c1763ab1a030c6
  languageName: node
  linkType: hard

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."
  dependencies:
    is-number: "catalog:old"
    is-odd: "catalog:"
  languageName: unknown
  linkType: soft
"#,
        expect![[r#"
            warning .yarnrc.yml:2:11 [^3.0.0]
              `is-odd` admits more than one version: `^3.0.0`; the lockfile has 3.0.1
              fix (safe): Pin `is-odd` to 3.0.1
                .yarnrc.yml: [^3.0.0] -> [3.0.1]
            warning .yarnrc.yml:3:11 [~1.0.0]
              `unused` admits more than one version: `~1.0.0`; nobody asks for it so far
              asks: Pin `unused` to the highest version that fits
            warning .yarnrc.yml:6:19 [^6.0.0]
              `is-number` admits more than one version: `^6.0.0`; the lockfile has 6.0.0
              fix (safe): Pin `is-number` to 6.0.0
                .yarnrc.yml: [^6.0.0] -> [6.0.0]
        "#]],
    );
}

/// What `yarn config get npmMinimalAgeGate` said: 4.10.3 has 3 for `3d`, 4.11.0 has 4320.
#[test]
fn a_unit_counts_from_yarn_4_11_on() {
    let said = |version: &str, value: &str| {
        let files = format!(
            "//- /package.json\n{{ \"packageManager\": \"yarn@{version}\" }}\n//- /.yarnrc.yml\nnpmMinimalAgeGate: {value}\n"
        );
        messages("ineffective-setting", &files).len()
    };
    for (version, value, expected) in [
        ("4.10.3", "3d", 1),
        ("4.10.3", "4320", 0),
        ("4.10.3", "'72h'", 1),
        ("4.11.0", "3d", 0),
        ("4.18.1", "3d", 0),
        ("4.11.0", "3 days", 1),
    ] {
        assert_eq!(said(version, value), expected, "{version} {value}");
    }
}

/// Cargo's own setting (RFC 3923), stable since Cargo 1.100.
#[test]
fn cargo_waits_where_it_is_told_to() {
    let said = |config: &str| {
        let files = format!("//- /Cargo.toml\n[package]\nname = \"app\"\n//- /.cargo/config.toml\n{config}\n");
        messages("no-release-cooldown", &files).len()
    };
    for (config, expected) in [
        ("", 1),
        ("[registry]\nglobal-min-publish-age = \"3 days\"", 0),
        ("[registry]\nglobal-min-publish-age = \"0\"", 1),
        ("[registry]\nglobal-min-publish-age = \"3 days\"\n[resolver]\nincompatible-publish-age = \"allow\"", 1),
        ("[registry]\nglobal-min-publish-age = \"3 days\"\n[resolver]\nincompatible-publish-age = \"deny\"", 0),
    ] {
        assert_eq!(said(config), expected, "{config}");
    }
    check(
        "no-release-cooldown",
        "//- /Cargo.toml\n[package]\nname = \"app\"\n//- /.cargo/config.toml\n[build]\njobs = 2 # why\n",
        expect![[r#"
            info .cargo/config.toml:1:1 []
              Cargo locks releases of the last minutes: no `global-min-publish-age`
              fix (safe): Set `registry.global-min-publish-age` to `3 days`
                .cargo/config.toml: [] -> [⏎[registry]⏎global-min-publish-age = "3 days"⏎]
        "#]],
    );
}
