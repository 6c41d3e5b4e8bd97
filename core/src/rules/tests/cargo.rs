//! The rules over Cargo's files.

use super::testing::{check as check_filled, expect};
use crate::registries::CRATES_GIT;

/// Checks a fixture in which `CRATES_INDEX` stands for the default registry's name.
#[track_caller]
fn check(rule: &str, fixture: &str, expected: expect_test::Expect) {
    check_filled(rule, &fixture.replace("CRATES_INDEX", CRATES_GIT), expected);
}

/// A workspace with one of everything: from the registry, from another, from git by branch, from a folder, without a digest.
const PROJECT: &str = r#"
//- /Cargo.toml
[package]
name = "app"
version = "0.1.0"

[dependencies]
any = "*"
caret = "1.0"
corp = { version = "1", registry = "corp" }
branch = { git = "https://git.test/branch.git", branch = "main" } # é
plain = { git = "http://git.test/plain" }
held = { git = "https://git.test/held", rev = "0123456789012345678901234567890123456789" }
secret = { git = "https://user:hunter2@git.test/secret", rev = "0123456789012345678901234567890123456789" }

[dependencies.tagged]
git = "https://git.test/tagged"
tag = "v1"
//- /Cargo.lock
version = 4

[[package]]
name = "any"
version = "1.0.0"
source = "registry+CRATES_INDEX"
checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

[[package]]
name = "app"
version = "0.1.0"
dependencies = [
 "any",
 "branch",
 "caret",
 "corp",
 "held",
 "plain",
 "secret",
 "tagged",
]

[[package]]
name = "branch"
version = "1.0.0"
source = "git+https://git.test/branch.git?branch=main#0123456789012345678901234567890123456789"

[[package]]
name = "caret"
version = "1.0.0"
source = "registry+CRATES_INDEX"

[[package]]
name = "corp"
version = "1.0.0"
source = "sparse+https://index.corp.test/"
checksum = "e3b0"

[[package]]
name = "held"
version = "1.0.0"
source = "git+https://git.test/held?rev=0123456789012345678901234567890123456789#0123456789012345678901234567890123456789"

[[package]]
name = "plain"
version = "1.0.0"
source = "git+http://git.test/plain#0123456789012345678901234567890123456789"

[[package]]
name = "secret"
version = "1.0.0"
source = "git+https://git.test/secret?rev=0123456789012345678901234567890123456789#0123456789012345678901234567890123456789"

[[package]]
name = "tagged"
version = "1.0.0"
source = "git+https://git.test/tagged?tag=v1#0123456789012345678901234567890123456789"
"#;

const CONFIG: &str = r#"
//- /.cargo/config.toml
[source.crates-io]
replace-with = "mirror"

[source.mirror]
registry = "sparse+http://mirror.test/"

[registries.corp]
index = "sparse+https://index.corp.test/"
token = "Bearer 0123456789"

[registries]
plain = { index = "http://index.plain.test/" }

[http]
check-revoke = false # behind a proxy
ssl-version.min = "tlsv1.0"

[env]
GIT_SSL_NO_VERIFY = "1"
"#;

#[test]
fn ranges_are_crates_way_and_a_star_is_not() {
    check(
        "unpinned-dependency",
        PROJECT,
        expect![[r#"
        warning Cargo.toml:6:8 [*]
          `any` admits more than one version: `*`; the lockfile has 1.0.0
          fix (safe): Pin `any` to 1.0.0
            Cargo.toml: [*] -> [=1.0.0]
    "#]],
    );
}

#[test]
fn git_by_branch_or_tag() {
    check(
        "mutable-source",
        PROJECT,
        expect![[r#"
        error Cargo.toml:9:19 [https://git.test/branch.git]
          `branch` follows whatever its repository holds: no full commit hash
          fix (unsafe): Pin `branch` to the commit that the lockfile has (0123456)
            Cargo.toml: [branch] -> [rev]
            Cargo.toml: ["main"] -> ["0123456789012345678901234567890123456789"]
        error Cargo.toml:10:18 [http://git.test/plain]
          `plain` follows whatever its repository holds: no full commit hash
          fix (unsafe): Pin `plain` to the commit that the lockfile has (0123456)
            Cargo.toml: [] -> [, rev = "0123456789012345678901234567890123456789"]
        error Cargo.toml:15:8 [https://git.test/tagged]
          `tagged` follows whatever its repository holds: no full commit hash
          fix (unsafe): Pin `tagged` to the commit that the lockfile has (0123456)
            Cargo.toml: [tag] -> [rev]
            Cargo.toml: ["v1"] -> ["0123456789012345678901234567890123456789"]
    "#]],
    );
}

#[test]
fn plain_lines() {
    check(
        "insecure-source",
        PROJECT,
        expect![[r#"
            error Cargo.lock:47:11 [git+http://git.test/plain#0123456789012345678901234567890123456789]
              `plain` is fetched over an unencrypted line (`git+http://`)
              fix (unsafe): Use `git+https://`
                Cargo.lock: [git+http://] -> [git+https://]
            error Cargo.toml:10:18 [http://git.test/plain]
              `plain` is fetched over an unencrypted line (`http://`)
              fix (unsafe): Use `https://`
                Cargo.toml: [http://] -> [https://]
        "#]],
    );
    check(
        "insecure-source",
        CONFIG,
        expect![[r#"
            error .cargo/config.toml:5:20 [http://mirror.test/]
              `replace-with` is fetched over an unencrypted line (`http://`)
              fix (unsafe): Use `https://`
                .cargo/config.toml: [http://] -> [https://]
            error .cargo/config.toml:12:20 [http://index.plain.test/]
              the registry is fetched over an unencrypted line (`http://`)
              fix (unsafe): Use `https://`
                .cargo/config.toml: [http://] -> [https://]
        "#]],
    );
}

#[test]
fn digests_that_cargo_wants() {
    check(
        "missing-integrity",
        PROJECT,
        expect![[r#"
            error Cargo.lock:29:9 [caret]
              `caret` has no digest: Cargo takes whatever its registry serves next time, unless `--locked` is given
              asks: Fetch, hash, and add the digest
        "#]],
    );
    check(
        "malformed-integrity",
        PROJECT,
        expect![[r#"
        error Cargo.lock:37:13 [e3b0]
          the digest of `corp` has 2 bytes, and a sha256 has 32
    "#]],
    );
}

#[test]
fn a_missing_digest_is_filled_in_once_it_is_proven() {
    let facts = r#"
//- /Cargo.lock
version = 4

[[package]]
name = "a"
version = "1.0.0"
source = "registry+CRATES_INDEX"
dependencies = []
//- facts
{ "verdicts": [ { "ecosystem": "cargo", "name": "a", "version": "1.0.0", "outcome": "verified",
  "published": ["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  "computed": ["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"] } ] }
"#;
    check(
        "missing-integrity",
        facts,
        expect![[r#"
            error Cargo.lock:4:9 [a]
              `a` has no digest: Cargo takes whatever its registry serves next time, unless `--locked` is given
              fix (safe): Add the digest that the registry publishes and the bytes hash to
                Cargo.lock: [] -> [⏎checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
        "#]],
    );
}

#[test]
fn registries_are_those_that_settings_name() {
    check(
        "untrusted-registry",
        PROJECT,
        expect![[r#"
        error Cargo.lock:36:18 [https://index.corp.test/]
          `corp` 1.0.0 comes from `index.corp.test`: no trusted setting names this host
    "#]],
    );
    check("untrusted-registry", &format!("{PROJECT}{CONFIG}"), expect![[""]]);
}

#[test]
fn settings_that_weaken() {
    check(
        "tls-verification-disabled",
        CONFIG,
        expect![[r#"
        warning .cargo/config.toml:15:1 [check-revoke = false]
          Cargo accepts certificates that were revoked (it asks for them on Windows only)
          fix (safe): Remove `check-revoke = false`
            .cargo/config.toml: [check-revoke = false # behind a proxy⏎] -> []
        error .cargo/config.toml:16:13 [min = "tlsv1.0]
          Cargo may use a version of TLS that is broken
          fix (safe): Remove `min = "tlsv1.0"`
            .cargo/config.toml: [ssl-version.min = "tlsv1.0"⏎] -> []
        error .cargo/config.toml:19:1 [GIT_SSL_NO_VERIFY = "1]
          build scripts and what they start check no certificates
          fix (safe): Remove `GIT_SSL_NO_VERIFY = "1"`
            .cargo/config.toml: [GIT_SSL_NO_VERIFY = "1"⏎] -> []
    "#]],
    );
    check(
        "exposed-credential",
        CONFIG,
        expect![[r#"
        error .cargo/config.toml:9:10 [Bearer 0123456789]
          `registries.corp.token` holds a literal credential
    "#]],
    );
    check(
        "exposed-credential",
        PROJECT,
        expect![[r#"
        error Cargo.toml:12:19 [https://user:hunter2@git.test/secret]
          the address holds a literal password
    "#]],
    );
    check(
        "redirected-source",
        CONFIG,
        expect![[r#"
        error .cargo/config.toml:2:1 [replace-with = "mirror"]
          everything of `crates-io` comes from `http://mirror.test/` instead (`replace-with`)
    "#]],
    );
}

#[test]
fn an_honest_project_has_nothing_to_report() {
    for rule in ["exotic-source", "unreachable-package", "inconsistent-lockfile", "unscoped-private-package", "missing-lockfile"] {
        check(rule, PROJECT, expect![[""]]);
    }
}

const BEFORE: &str = r#"
//- /Cargo.lock base
version = 3

[[package]]
name = "down"
version = "1.10.0"
source = "registry+CRATES_INDEX"
checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
dependencies = ["two"]

[[package]]
name = "git"
version = "1.0.0"
source = "git+https://git.test/one?branch=a#0123456789012345678901234567890123456789"

[[package]]
name = "moved"
version = "1.0.0"
source = "registry+https://index.corp.test/git"
checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

[[package]]
name = "same"
version = "1.0.0"
source = "registry+CRATES_INDEX"
checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

[[package]]
name = "sparse"
version = "1.0.0"
source = "registry+https://index.corp.test/"
checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
dependencies = ["two"]

[[package]]
name = "two"
version = "1.0.0"
source = "registry+CRATES_INDEX"
checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
//- /Cargo.lock
version = 4

[[package]]
name = "down"
version = "1.9.0"
source = "registry+CRATES_INDEX"
checksum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
dependencies = ["two 1.0.0"]

[[package]]
name = "git"
version = "1.0.0"
source = "git+https://git.test/two?branch=a#0123456789012345678901234567890123456789"

[[package]]
name = "moved"
version = "1.0.0"
source = "registry+https://evil.test/index"
checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

[[package]]
name = "same"
version = "1.0.0"
source = "registry+CRATES_INDEX"
checksum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

[[package]]
name = "sparse"
version = "1.0.0"
source = "sparse+https://index.corp.test/"
checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
dependencies = ["two 2.0.0"]

[[package]]
name = "two"
version = "1.0.0"
source = "registry+CRATES_INDEX"
checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

[[package]]
name = "two"
version = "2.0.0"
source = "registry+CRATES_INDEX"
checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"#;

#[test]
fn what_a_change_did() {
    check(
        "changed-source",
        BEFORE,
        expect![[r#"
        error Cargo.lock:13:11 [git+https://git.test/two?branch=a#0123456789012345678901234567890123456789]
          `git` 1.0.0 now comes from `git+https://git.test/two`, and came from `git+https://git.test/one`
        error Cargo.lock:18:20 [https://evil.test/index]
          `moved` 1.0.0 now comes from `https://evil.test/index`, and came from `https://index.corp.test/git`
    "#]],
    );
    check(
        "changed-integrity",
        BEFORE,
        expect![[r#"
        error Cargo.lock:25:13 [ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad]
          the digest of `same` 1.0.0 changed, its version did not
    "#]],
    );
    check(
        "downgraded-version",
        BEFORE,
        expect![[r#"
        warning Cargo.lock:5:12 [1.9.0]
          `down` goes back from 1.10.0 to 1.9.0
    "#]],
    );
    // A second version of a crate changes how the others name theirs, and nothing of what they ask for.
    check("changed-metadata", BEFORE, expect![[""]]);
    check("weakened-integrity", BEFORE, expect![[""]]);
}

#[test]
fn names_live_in_worlds_of_their_own() {
    check(
        "conflicting-integrity",
        r#"
//- /Cargo.lock
version = 4

[[package]]
name = "toml"
version = "0.10.2"
source = "registry+CRATES_INDEX"
checksum = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
//- /poetry.lock
[[package]]
name = "toml"
version = "0.10.2"
files = [{file = "toml-0.10.2.tar.gz", hash = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}]
//- /sub/Cargo.lock
version = 4

[[package]]
name = "toml"
version = "0.10.2"
source = "registry+CRATES_INDEX"
checksum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
"#,
        expect![[r#"
            error sub/Cargo.lock:7:13 [ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad]
              `toml` 0.10.2 has another digest here than in `Cargo.lock`
              see Cargo.lock:7: the other digest
        "#]],
    );
}

#[test]
fn a_workspace_is_one_project() {
    // Members below the root share its lockfile; a root of its own, an excluded folder and a stranger do not.
    check(
        "missing-lockfile",
        r#"
//- /Cargo.toml
[workspace]
members = ["crates/*"]
exclude = ["old"]
//- /Cargo.lock
version = 4
//- /crates/a/Cargo.toml
[package]
name = "a"
[dependencies]
x = "1"
//- /crates/a/inner/Cargo.toml
[package]
name = "inner"
[dependencies]
x = "1"
//- /fixtures/own/Cargo.toml
[package]
name = "own"
[workspace]
[dependencies]
x = "1"
//- /fixtures/own/deep/Cargo.toml
[package]
name = "deep"
[dependencies]
x = "1"
//- /old/Cargo.toml
[package]
name = "old"
[dependencies]
x = "1"
"#,
        expect![[r#"
            warning fixtures/own/Cargo.toml:5:1 [x = "1]
              no lockfile: every install takes whatever is newest within the ranges
            warning old/Cargo.toml:4:1 [x = "1]
              no lockfile: every install takes whatever is newest within the ranges
        "#]],
    );
}
