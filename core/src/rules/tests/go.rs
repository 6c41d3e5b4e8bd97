//! The rules over Go's files.

use super::testing::{check, expect};

const H1: &str = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const OTHER: &str = "h1:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";

fn filled(fixture: &str) -> String {
    fixture.replace("H1", H1).replace("OTHER", OTHER)
}

#[test]
fn lines_that_do_not_hold() {
    let fixture = filled(
        r#"
//- /go.sum
corp.test/a v1.0.0 H1
corp.test/a v1.0.0/go.mod OTHER
corp.test/twice v1.0.0 H1
corp.test/twice v1.0.0 OTHER
corp.test/unknown v1.0.0 h2:abc
corp.test/short v1.0.0 h1:abcd
corp.test/words v1.0.0
//- /sub/go.sum
corp.test/a v1.0.0 OTHER
"#,
    );
    check(
        "conflicting-integrity",
        &fixture,
        expect![[r#"
        error go.sum:4:24 [h1:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=]
          `corp.test/twice` v1.0.0 has another digest here than elsewhere in this file
          see go.sum:3: the other digest
        error sub/go.sum:1:20 [h1:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=]
          `corp.test/a` v1.0.0 has another digest here than in `go.sum`
          see go.sum:1: the other digest
    "#]],
    );
    check(
        "missing-integrity",
        &fixture,
        expect![[r#"
            error go.sum:5:26 [h2:abc]
              `corp.test/unknown` has no digest of an algorithm that is known, which counts as none: Go passes over the line, and takes what is served next time
        "#]],
    );
    check(
        "malformed-integrity",
        &fixture,
        expect![[r#"
        error go.sum:5:26 [h2:abc]
          the digest of `corp.test/unknown` is of no algorithm that an installer knows
        error go.sum:6:24 [h1:abcd]
          the digest of `corp.test/short` has 3 bytes, and a h1 has 32
    "#]],
    );
}

#[test]
fn replacements() {
    check(
        "redirected-source",
        r#"
//- /server/go.mod
module corp.test/repo/server

replace (
	corp.test/repo/api => ../api
	corp.test/other => ../vendored
	corp.test/outside => ../../outside
	corp.test/forked => corp.test/fork v1.0.0
	corp.test/pinned => corp.test/pinned v1.0.1
)
//- /go.work
use ./server
replace corp.test/here v1.0.0 => ./here
"#,
        expect![[r#"
            warning go.work:2:9 [corp.test/here v1.0.0 => ./here]
              `corp.test/here` comes from `./here` instead of where its name leads (`replace`)
            warning server/go.mod:5:2 [corp.test/other => ../vendored]
              `corp.test/other` comes from `../vendored` instead of where its name leads (`replace`)
            error server/go.mod:7:2 [corp.test/forked => corp.test/fork v1.0.0]
              `corp.test/forked` comes from `corp.test/fork` instead of where its name leads (`replace`)
        "#]],
    );
}

#[test]
fn versions_are_exact_or_refused() {
    check(
        "unpinned-dependency",
        "
//- /go.mod
module corp.test/app
require corp.test/a v1.0.0
require corp.test/b master
",
        expect![[r#"
            error go.mod:3:21 [master]
              `corp.test/b` admits more than one version: `master`; no lockfile holds it to one
              asks: Pin `corp.test/b` to the highest version that fits
        "#]],
    );
    check(
        "missing-lockfile",
        "
//- /go.mod
module corp.test/app
require corp.test/a v1.0.0
",
        expect![[r#"
            warning go.mod:2:9 [corp.test/a v1.0.0]
              no `go.sum`: nothing holds the modules to the bytes that were seen before
        "#]],
    );
}

#[test]
fn what_a_change_did() {
    let fixture = filled(
        r#"
//- /go.sum base
corp.test/changed v1.0.0 H1
corp.test/changed v1.0.0/go.mod H1
corp.test/down v1.5.0 H1
corp.test/down v1.5.0/go.mod H1
corp.test/graph v1.5.0/go.mod H1
corp.test/kept v1.0.0 H1
corp.test/more v1.0.0 H1
//- /go.sum
corp.test/changed v1.0.0 OTHER
corp.test/changed v1.0.0/go.mod OTHER
corp.test/down v1.4.0 H1
corp.test/down v1.4.0/go.mod H1
corp.test/graph v1.4.0/go.mod H1
corp.test/kept v1.0.0 H1
corp.test/more v1.0.0 H1
corp.test/more v1.0.0 OTHER
"#,
    );
    check(
        "changed-integrity",
        &fixture,
        expect![[r#"
        error go.sum:1:26 [h1:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=]
          the digest of `corp.test/changed` v1.0.0 changed, its version did not
        error go.sum:2:33 [h1:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=]
          the digest of `corp.test/changed` v1.0.0/go.mod changed, its version did not
        error go.sum:8:23 [h1:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=]
          the digest of `corp.test/more` v1.0.0 changed, its version did not
    "#]],
    );
    check(
        "downgraded-version",
        &fixture,
        expect![[r#"
        warning go.sum:3:16 [v1.4.0]
          `corp.test/down` goes back from v1.5.0 to v1.4.0
    "#]],
    );
    check("weakened-integrity", &fixture, expect![[""]]);
}

#[test]
fn a_list_of_digests_is_no_list_of_what_is_built() {
    let fixture = filled(
        r#"
//- /go.mod
module corp.test/app
require corp.test/a v1.0.0
//- /go.sum
corp.test/a v1.0.0/go.mod H1
corp.test/nobody v1.0.0 H1
"#,
    );
    for rule in ["unreachable-package", "lockfile-out-of-sync", "exotic-source", "inconsistent-lockfile", "untrusted-registry"] {
        check(rule, &fixture, expect![[""]]);
    }
}
