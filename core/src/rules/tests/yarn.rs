//! The rules over Yarn's files.

use super::testing::{check, expect};

/// A lockfile of Yarn 1 that somebody has been at, and what each rule says of it.
const CLASSIC: &str = r#"
//- /package.json
{ "name": "@me/app", "packageManager": "yarn@1.22.22", "dependencies": { "asks": "1.0.0", "forge": "owner/name", "tar": "https://files.test/tar.tgz" } }
//- /yarn.lock
# yarn lockfile v1


"alias@npm:real@^1.0.0":
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/real/-/real-1.0.0.tgz#0123456789012345678901234567890123456789"

asks@1.0.0:
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/asks/-/asks-1.0.0.tgz#0123456789012345678901234567890123456789"
  integrity sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==
  dependencies:
    alias "npm:real@^1.0.0"
    evil "^1.0.0"
    exotic "^1.0.0"
    other "^1.0.0"
    outside "^1.0.0"
    weak "^1.0.0"

evil@^1.0.0:
  version "1.0.0"
  resolved "https://npm.evil.test/evil/-/evil-1.0.0.tgz"
  integrity sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==

exotic@^1.0.0:
  version "1.0.0"
  resolved "https://code.test/owner/name/tar.gz/0123456789012345678901234567890123456789"

forge@owner/name:
  version "1.0.0"
  resolved "https://code.test/owner/name/tar.gz/0123456789012345678901234567890123456789"

other@^1.0.0:
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/another/-/another-1.0.0.tgz"
  integrity sha512-x

outside@^1.0.0:
  version "2.0.0"
  resolved "https://registry.yarnpkg.com/outside/-/outside-2.0.0.tgz"

stray@1.0.0:
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/stray/-/stray-1.0.0.tgz"
  integrity sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==

"tar@https://files.test/tar.tgz":
  version "1.0.0"
  resolved "https://files.test/tar.tgz#0123456789012345678901234567890123456789"

weak@^1.0.0:
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/weak/-/weak-1.0.0.tgz#0123456789012345678901234567890123456789"
  integrity sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=
"#;

#[test]
fn a_classic_lockfile_is_held_to_its_lists() {
    check(
        "missing-integrity",
        CLASSIC,
        expect![[r#"
        error yarn.lock:25:1 [exotic@^1.0.0]
          `exotic` has no digest: Yarn installs whatever its address serves
          asks: Fetch, hash, and add the digest
        error yarn.lock:38:1 [outside@^1.0.0]
          `outside` has no digest: Yarn installs whatever its address serves
          asks: Fetch, hash, and add the digest
    "#]],
    );
    check(
        "weak-integrity",
        CLASSIC,
        expect![[r#"
        warning yarn.lock:6:64 [0123456789012345678901234567890123456789]
          `real` is held by the sha1 in its address alone, which can be forged
          asks: Fetch, hash, and replace the digest
        warning yarn.lock:49:40 [0123456789012345678901234567890123456789]
          `tar` is held by the sha1 in its address alone, which can be forged
          asks: Fetch, hash, and replace the digest
        warning yarn.lock:54:13 [sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=]
          `weak` is held by sha1 alone, which can be forged
          asks: Fetch, hash, and replace the digest
    "#]],
    );
    check(
        "malformed-integrity",
        CLASSIC,
        expect![[r#"
        error yarn.lock:36:13 [sha512-x]
          the digest of `other` is not the base64 of a sha512
    "#]],
    );
    check(
        "untrusted-registry",
        CLASSIC,
        expect![[r#"
        error yarn.lock:22:13 [https://npm.evil.test/evil/-/evil-1.0.0.tgz]
          `evil` 1.0.0 comes from `npm.evil.test`: no trusted setting names this host
        error yarn.lock:27:13 [https://code.test/owner/name/tar.gz/0123456789012345678901234567890123456789]
          `exotic` 1.0.0 comes from `code.test`: no trusted setting names this host
    "#]],
    );
    check(
        "mismatched-source",
        CLASSIC,
        expect![[r#"
        error yarn.lock:35:13 [https://registry.yarnpkg.com/another/-/another-1.0.0.tgz]
          the address of `other` 1.0.0 is that of `another`
    "#]],
    );
    check(
        "exotic-source",
        CLASSIC,
        expect![[r#"
        error yarn.lock:27:13 [https://code.test/owner/name/tar.gz/0123456789012345678901234567890123456789]
          `exotic` is asked of a registry (`^1.0.0`), and comes from an address of its own
          see yarn.lock:15: it is asked for here
    "#]],
    );
    check(
        "unreachable-package",
        CLASSIC,
        expect![[r#"
        warning yarn.lock:42:1 [stray@1.0.0]
          nobody asks for `stray` 1.0.0
    "#]],
    );
    check(
        "inconsistent-lockfile",
        CLASSIC,
        expect![[r#"
        error yarn.lock:39:12 [2.0.0]
          `outside` 2.0.0 is not what `asks` asks for: `^1.0.0`
          see yarn.lock:17: it is asked for here
    "#]],
    );
    check(
        "mutable-source",
        CLASSIC,
        expect![[r#"
        error package.json:1:101 [owner/name]
          `forge` follows whatever its repository holds: no full commit hash
          fix (safe): Pin `forge` to the commit that the lockfile has (0123456)
            package.json: [owner/name] -> [owner/name#0123456789012345678901234567890123456789]
    "#]],
    );
    check("lockfile-out-of-sync", CLASSIC, expect![[r#""#]]);
}

#[test]
fn digests_are_filled_into_a_classic_lockfile() {
    let fixture = r#"
//- /yarn.lock
# yarn lockfile v1


none@^1.0.0:
  version "1.0.0"
  resolved "https://npm.corp.test/none/-/none-1.0.0.tgz"
  dependencies:
    b "1.0.0"

weak@^1.0.0:
  version "1.0.0"
  resolved "https://npm.corp.test/weak/-/weak-1.0.0.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709"
//- facts
{ "verdicts": [
  { "name": "none", "version": "1.0.0", "resolved": "https://npm.corp.test/none/-/none-1.0.0.tgz", "outcome": "verified", "published": ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="], "computed": ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="] },
  { "name": "weak", "version": "1.0.0", "integrity": ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="], "resolved": "https://npm.corp.test/weak/-/weak-1.0.0.tgz", "outcome": "verified", "published": ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="], "computed": ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="] }
] }
"#;
    check(
        "missing-integrity",
        fixture,
        expect![[r#"
        error yarn.lock:4:1 [none@^1.0.0]
          `none` has no digest: Yarn installs whatever its address serves
          fix (safe): Add the digest that the registry publishes and the bytes hash to
            yarn.lock: [] -> [⏎  integrity sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcq...]
    "#]],
    );
    check(
        "weak-integrity",
        fixture,
        expect![[r#"
        warning yarn.lock:12:57 [da39a3ee5e6b4b0d3255bfef95601890afd80709]
          `weak` is held by the sha1 in its address alone, which can be forged
          fix (safe): Add the digest that the registry publishes and the bytes hash to
            yarn.lock: [] -> [⏎  integrity sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcq...]
    "#]],
    );
}

/// The same of Yarn 2 and later.
const BERRY: &str = r#"
//- /package.json
{ "name": "app", "private": true, "packageManager": "yarn@4.12.0", "resolutions": { "over": "2.0.0" }, "dependencies": { "asks": "1.0.0", "typescript": "5.0.0", "platform": "1.0.0" } }
//- /yarn.lock
__metadata:
  version: 8
  cacheKey: 10c0

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    asks: "npm:1.0.0"
    platform: "npm:1.0.0"
    typescript: "npm:5.0.0"
  languageName: unknown
  linkType: soft

"asks@npm:1.0.0":
  version: 1.0.0
  resolution: "asks@npm:1.0.0"
  dependencies:
    archive: "npm:^1.0.0"
    git: "npm:^1.0.0"
    linked: "npm:^1.0.0"
    odd: "npm:^1.0.0"
    other: "npm:^1.0.0"
    over: "npm:^1.0.0"
    own: "npm:^1.0.0"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"archive@npm:^1.0.0":
  version: 1.0.0
  resolution: "archive@npm:1.0.0::__archiveUrl=https%3A%2F%2Fnpm.evil.test%2Farchive.tgz"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"own@npm:^1.0.0":
  version: 1.0.0
  resolution: "own@npm:1.0.0::__archiveUrl=https%3A%2F%2Fregistry.yarnpkg.com%2Fdownload%2Fown%2F1.0.0%2F0123"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"git@npm:^1.0.0":
  version: 1.0.0
  resolution: "git@https://code.test/git.git#commit=0123456789012345678901234567890123456789"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"linked@npm:^1.0.0":
  version: 1.0.0
  resolution: "linked@link:../linked"
  languageName: node
  linkType: soft

"odd@npm:^1.0.0":
  version: 1.0.0
  resolution: "odd@npm:1.0.0"
  checksum: 9/HEX
  languageName: node
  linkType: hard

"other@npm:^1.0.0":
  version: 1.0.0
  resolution: "another@npm:1.0.0"
  languageName: node
  linkType: hard

"over@npm:2.0.0":
  version: 2.0.0
  resolution: "over@npm:2.0.0"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"platform@npm:1.0.0":
  version: 1.0.0
  resolution: "platform@npm:1.0.0"
  conditions: os=darwin & cpu=arm64
  languageName: node
  linkType: hard

"stray@npm:1.0.0":
  version: 1.0.0
  resolution: "stray@npm:1.0.0"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"typescript@npm:5.0.0":
  version: 5.0.0
  resolution: "typescript@npm:5.0.0"
  checksum: 10c0/HEX
  languageName: node
  linkType: hard

"typescript@patch:typescript@npm%3A5.0.0#optional!builtin<compat/typescript>":
  version: 5.0.0
  resolution: "typescript@patch:typescript@npm%3A5.0.0#optional!builtin<compat/typescript>::version=5.0.0&hash=5786d5"
  checksum: 10c0/ZIP
  languageName: node
  linkType: hard
"#;

fn berry() -> String {
    BERRY.replace("HEX", &"0a".repeat(64)).replace("ZIP", &"0b".repeat(64))
}

#[test]
fn a_berry_lockfile_is_held_to_its_lists() {
    let fixture = berry();
    check(
        "missing-integrity",
        &fixture,
        expect![[r#"
        error yarn.lock:64:2 [other@npm:^1.0.0]
          `another` has no digest: Yarn installs whatever its address serves
        info yarn.lock:77:2 [platform@npm:1.0.0]
          `platform` is for some platforms only, and Yarn writes no digest for such a package
    "#]],
    );
    check("conflicting-integrity", &fixture, expect![[r#""#]]);
    check(
        "redirected-source",
        &fixture,
        expect![[r#"
        error yarn.lock:32:48 [https%3A%2F%2Fnpm.evil.test%2Farchive.tgz]
          `archive` comes from `https://npm.evil.test/archive.tgz` instead of where its name leads (`__archiveUrl`)
    "#]],
    );
    check("untrusted-registry", &fixture, expect![[r#""#]]);
    check(
        "exotic-source",
        &fixture,
        expect![[r#"
        error yarn.lock:46:20 [https://code.test/git.git#commit=0123456789012345678901234567890123456789]
          `git` is asked of a registry (`^1.0.0`), and comes from a git repository
          see yarn.lock:20: it is asked for here
    "#]],
    );
    check(
        "unreachable-package",
        &fixture,
        expect![[r#"
        warning yarn.lock:84:2 [stray@npm:1.0.0]
          nobody asks for `stray` 1.0.0
    "#]],
    );
    check(
        "inconsistent-lockfile",
        &fixture,
        expect![[r#"
        error yarn.lock:53:28 [../linked]
          `linked@^1.0.0` asks for a version, and a link to the folder `../linked` stands in its place
        error yarn.lock:60:13 [9/0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0...]
          the digest of `odd` is for another cache (`9`) than the lockfile's (`10c0`): Yarn replaces it and checks nothing
          see yarn.lock:3: the lockfile's own key
        error yarn.lock:66:16 [another]
          `another` 1.0.0 stands where `asks` asks for `other`
          see yarn.lock:23: it is asked for here
    "#]],
    );
    check("lockfile-out-of-sync", &fixture, expect![[r#""#]]);
    check("unpinned-dependency", &fixture, expect![[r#""#]]);
}

#[test]
fn a_change_of_the_lockfile_s_version_is_told() {
    let lock = |version: &str, key: &str, hex: &str| {
        let hex = hex.repeat(64);
        format!(
            "__metadata:\n  version: {version}\n  cacheKey: {key}\n\n\"a@npm:1.0.0\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  checksum: {key}/{hex}\n  languageName: node\n  linkType: hard\n"
        )
    };
    let fixture = format!(
        "//- /down/yarn.lock base\n{}\n//- /down/yarn.lock\n{}\n//- /up/yarn.lock base\n{}\n//- /up/yarn.lock\n{}\n//- /swapped/yarn.lock base\n{}\n//- /swapped/yarn.lock\n{}",
        lock("10", "10c0", "0a"),
        lock("8", "10c0", "0a"),
        lock("8", "10", "0a"),
        lock("10", "10c0", "0b"),
        lock("8", "10c0", "0a"),
        lock("8", "10c0", "0b"),
    );
    check(
        "changed-metadata",
        &fixture,
        expect![[r#"
        error down/yarn.lock:2:12 [8]
          the lockfile's version went from 10 to 8: Yarn takes the project for an older one, and loosens its settings at the next install
    "#]],
    );
    // Archives that are made in another way have other digests; those made in the same way have not.
    check(
        "changed-integrity",
        &fixture,
        expect![[r#"
        error swapped/yarn.lock:8:13 [10c0/0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b...]
          the digest of `a` 1.0.0 changed, its version did not
    "#]],
    );
}

#[test]
fn from_classic_to_berry_only_what_both_say_can_change() {
    let hex = "0a".repeat(64);
    let fixture = format!(
        r#"
//- /yarn.lock base
# yarn lockfile v1


a@^1.0.0:
  version "1.0.0"
  resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#0123456789012345678901234567890123456789"
  integrity sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==

fsevents@^2.0.0:
  version "2.3.3"
  resolved "https://registry.yarnpkg.com/fsevents/-/fsevents-2.3.3.tgz#0123456789012345678901234567890123456789"
  integrity sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==
//- /yarn.lock
__metadata:
  version: 8
  cacheKey: 10c0

"a@npm:^1.0.0":
  version: 1.0.0
  resolution: "a@npm:1.0.0"
  dependencies:
    fsevents: "npm:^2.0.0"
  bin:
    a: bin/a
  checksum: 10c0/{hex}
  languageName: node
  linkType: hard

"fsevents@npm:^2.0.0":
  version: 2.3.3
  resolution: "fsevents@npm:2.3.3"
  conditions: os=darwin
  languageName: node
  linkType: hard

"fsevents@patch:fsevents@npm%3A^2.0.0#optional!builtin<compat/fsevents>":
  version: 2.3.3
  resolution: "fsevents@patch:fsevents@npm%3A2.3.3#optional!builtin<compat/fsevents>::version=2.3.3&hash=df0bf1"
  conditions: os=darwin
  languageName: node
  linkType: hard
"#
    );
    for rule in ["changed-integrity", "weakened-integrity", "changed-source", "changed-metadata", "added-install-script"] {
        check(rule, &fixture, expect![[r#""#]]);
    }
}

#[test]
fn settings_of_yarnrc_yml_by_yarn_s_version() {
    let fixture = r#"
//- /old/package.json
{ "name": "@me/a", "packageManager": "yarn@4.9.4" }
//- /old/.yarnrc.yml
# é
enableScripts: true # for esbuild
enableStrictSsl: false
defaultSemverRangePrefix: "^"
unsafeHttpWhitelist:
  - localhost
  - npm.corp.test
npmMinimalAgeGate: 0
//- /cooldown/package.json
{ "name": "@me/b", "packageManager": "yarn@4.12.0" }
//- /cooldown/.yarnrc.yml
defaultSemverRangePrefix: ""
enableScripts: false
//- /new/package.json
{ "name": "@me/c", "packageManager": "yarn@4.18.1" }
//- /new/.yarnrc.yml
defaultSemverRangePrefix: ""
approvedGitRepositories: null
//- /undone/.yarnrc.yml
yarnPath: .yarn/releases/yarn-4.17.1.cjs
approvedGitRepositories: ["https://git.corp.test/**"]
enableScripts: true
npmMinimalAgeGate: 0
"#;
    check(
        "install-scripts-enabled",
        fixture,
        expect![[r#"
        info new/.yarnrc.yml:2:1 [approvedGitRepositories: null]
          packages of every git repository are built here, which runs the repository's own code
        warning old/.yarnrc.yml:2:1 [enableScripts: true]
          install scripts of every package run on `yarn install`
          fix (safe): Set `enableScripts` to `false`
            old/.yarnrc.yml: [true] -> [false]
        warning undone/.yarnrc.yml:3:1 [enableScripts: true]
          install scripts of every package run on `yarn install`
          fix (safe): Set `enableScripts` to `false`
            undone/.yarnrc.yml: [true] -> [false]
    "#]],
    );
    check(
        "tls-verification-disabled",
        fixture,
        expect![[r#"
        error old/.yarnrc.yml:3:1 [enableStrictSsl: false]
          certificates are not checked: anybody on the way can serve what they like
          fix (safe): Remove `enableStrictSsl: false`
            old/.yarnrc.yml: [enableStrictSsl: false⏎] -> []
        error old/.yarnrc.yml:5:1 [unsafeHttpWhitelist:⏎  - localhost⏎  - npm.corp.test]
          packages may come from this host over an unencrypted line
    "#]],
    );
    check(
        "floating-saves",
        fixture,
        expect![[r#"
            info old/.yarnrc.yml:4:1 [defaultSemverRangePrefix: "^]
              new dependencies are saved as ranges
              fix (safe): Set `defaultSemverRangePrefix` to nothing
                old/.yarnrc.yml: ["^"] -> [""]
            info undone/.yarnrc.yml:1:1 []
              new dependencies are saved as ranges
              fix (safe): Set `defaultSemverRangePrefix` to nothing
                undone/.yarnrc.yml: [] -> [⏎defaultSemverRangePrefix: '']
        "#]],
    );
    check(
        "no-release-cooldown",
        fixture,
        expect![[r#"
        info cooldown/.yarnrc.yml:1:1 []
          releases of the last minutes are installed
          fix (safe): Set `npmMinimalAgeGate` to `4320`
            cooldown/.yarnrc.yml: [] -> [⏎npmMinimalAgeGate: 4320]
        info undone/.yarnrc.yml:4:1 [npmMinimalAgeGate: 0]
          releases of the last minutes are installed
          fix (safe): Set `npmMinimalAgeGate` to `4320`
            undone/.yarnrc.yml: [0] -> [4320]
    "#]],
    );
}

#[test]
fn credentials_and_misspelt_settings_of_yarnrc_yml() {
    let fixture = r#"
//- /.yarnrc.yml
npmRegistryServer: "http://npm.corp.test"
npmAuthToken: npm_0123456789abcdef
npmScopes:
  é:
    npmAuthIdent: "user:password"
npmRegistries:
  "//other.test":
    npmAuthToken: "${NPM_TOKEN:-}"
enableScript: false
npmMinimalAgeGate: 3
"#;
    check(
        "exposed-credential",
        fixture,
        expect![[r#"
            error .yarnrc.yml:2:15 [npm_0123456789abcdef]
              `npmAuthToken` holds a literal credential
              fix (unsafe): Replace by `${NPM_TOKEN}`
                .yarnrc.yml: [npm_0123456789abcdef] -> ['${NPM_TOKEN}']
            error .yarnrc.yml:5:20 [user:password]
              `npmScopes.é.npmAuthIdent` holds a literal credential
              fix (unsafe): Replace by `${NPM_TOKEN}`
                .yarnrc.yml: ["user:password"] -> ["${NPM_TOKEN}"]
        "#]],
    );
    check(
        "insecure-source",
        fixture,
        expect![[r#"
        error .yarnrc.yml:1:21 [http://npm.corp.test]
          the registry is fetched over an unencrypted line (`http://`)
          fix (unsafe): Use `https://`
            .yarnrc.yml: [http://] -> [https://]
    "#]],
    );
    check(
        "ineffective-setting",
        fixture,
        expect![[r#"
        warning .yarnrc.yml:9:1 [enableScript]
          Yarn does not know `enableScript`, and refuses to run; it reads `enableScripts`
          fix (safe): Rename to `enableScripts`
            .yarnrc.yml: [enableScript] -> [enableScripts]
        warning .yarnrc.yml:10:20 [3]
          `3` is less than an hour: a number alone is one of minutes; write `3d` for days
    "#]],
    );
}

#[test]
fn a_change_of_yarnrc_yml_that_loosens_is_told_once() {
    let fixture = r#"
//- /package.json base
{ "name": "@me/a", "packageManager": "yarn@4.18.1" }
//- /package.json
{ "name": "@me/a", "packageManager": "yarn@4.18.1" }
//- /.yarnrc.yml base
nodeLinker: node-modules
npmMinimalAgeGate: 3d
//- /.yarnrc.yml
nodeLinker: node-modules
enableScripts: true
npmMinimalAgeGate: 0
npmRegistryServer: "https://npm.evil.test"
"#;
    check(
        "weakened-policy",
        fixture,
        expect![[r#"
        error .yarnrc.yml:2:1 [enableScripts: true]
          the change takes a protection away: install scripts of every package run on `yarn install` (it was unset)
        error .yarnrc.yml:3:1 [npmMinimalAgeGate: 0]
          the change takes a protection away: releases of the last minutes are installed (it was `npmMinimalAgeGate: 3d`)
        error .yarnrc.yml:4:21 [https://npm.evil.test]
          the change names another registry: `https://npm.evil.test`
    "#]],
    );
}
