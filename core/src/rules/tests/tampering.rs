//! Every way that is known to tamper with a lockfile's entry, and which rules see it: without a base, and with the honest file as the base.
//!
//! The list is that of what installers were seen to accept. An edit that no rule sees without a base is seen with one, or names its reason.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::testing::*;
use crate::analyze::analyze;
use crate::finding::Severity;

const MANIFEST: &str = r#"{
  "name": "@corp/app",
  "private": true,
  "dependencies": { "is-number": "7.0.0", "alias": "npm:is-even@1.0.0", "wide": "^2.0.0" }
}"#;

const GOOD: &str = r#"{
  "name": "@corp/app",
  "lockfileVersion": 3,
  "packages": {
    "": {
      "name": "@corp/app",
      "dependencies": { "is-number": "7.0.0", "alias": "npm:is-even@1.0.0", "wide": "^2.0.0" }
    },
    "node_modules/alias": {
      "name": "is-even",
      "version": "1.0.0",
      "resolved": "https://npm.corp.test/is-even/-/is-even-1.0.0.tgz",
      "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    },
    "node_modules/is-number": {
      "version": "7.0.0",
      "resolved": "https://npm.corp.test/is-number/-/is-number-7.0.0.tgz",
      "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    },
    "node_modules/wide": {
      "version": "2.3.0",
      "resolved": "https://npm.corp.test/wide/-/wide-2.3.0.tgz",
      "integrity": "sha512-vSsar3708Jvp9Szi2NWZZ02Bqp1qRCFpbcTZPdBhnWgs5WtNZKnvCXdhztmeD2cmW192CF5bDufKRpayrW/isg=="
    }
  }
}"#;

const RESOLVED: &str = "https://npm.corp.test/is-number/-/is-number-7.0.0.tgz";
const DIGEST: &str = "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==";
const OTHER: &str = "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";

/// The good lockfile with one thing in another's place, which must be there exactly once.
fn with(old: &str, new: &str) -> String {
    assert_eq!(GOOD.matches(old).count(), 1, "{old}");
    GOOD.replace(old, new)
}

fn resolved(address: &str) -> String {
    with(RESOLVED, address)
}

fn integrity(words: &str) -> String {
    with(DIGEST, words)
}

fn without(fields: &[&str]) -> String {
    let (before, entry) = GOOD.split_once("\"node_modules/is-number\"").unwrap();
    let (entry, after) = entry.split_once('}').unwrap();
    let kept = entry.lines().filter(|line| !fields.iter().any(|field| line.contains(&format!("\"{field}\":"))));
    let entry = kept.collect::<Vec<_>>().join("\n");
    format!("{before}\"node_modules/is-number\"{}\n    }}{after}", entry.trim_end().trim_end_matches(','))
}

/// A further entry behind the last one, and what the entry of `is-number` asks for besides.
fn planted(entry: &str, edge: Option<&str>) -> String {
    let text = edge.map_or_else(
        || GOOD.to_owned(),
        |edge| with(&format!("\"{DIGEST}\""), &format!("\"{DIGEST}\",\n      \"dependencies\": {{ {edge} }}")),
    );
    let at = text.rfind("    }\n  }").unwrap() + "    }".len();
    format!("{},\n    {entry}{}", &text[..at], &text[at..])
}

fn mutations() -> Vec<(&'static str, String)> {
    let evil = "https://evil.test/is-number/-/is-number-7.0.0.tgz";
    let bundled =
        format!(r#""node_modules/is-number/node_modules/evil": {{ "version": "1.0.0", "resolved": "{evil}", "inBundle": true }}"#);
    vec![
        ("nothing", GOOD.to_owned()),
        ("integrity removed", without(&["integrity"])),
        ("integrity empty", integrity("")),
        ("integrity `sha512-x`", integrity("sha512-x")),
        ("integrity of an unknown algorithm", integrity("foo512-AAAA")),
        ("integrity of another package", integrity(OTHER)),
        ("integrity sha1 alone", integrity("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=")),
        ("integrity md5 alone", integrity("md5-1B2M2Y8AsgTpgAmY7PhCfg==")),
        ("integrity sha384 alone", integrity("sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb")),
        ("two sha512", integrity(&format!("{DIGEST} {OTHER}"))),
        ("sha1 and the right sha512", integrity(&format!("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= {DIGEST}"))),
        ("integrity with an option", integrity(&format!("{DIGEST}?x"))),
        ("resolved removed", without(&["resolved"])),
        ("resolved and integrity removed", without(&["resolved", "integrity"])),
        ("version removed", without(&["version"])),
        ("resolved `evil`", resolved("evil")),
        ("dot segments", resolved("https://npm.corp.test/is-number/../is-even/-/is-even-1.0.0.tgz")),
        ("encoded dot segments", resolved("https://npm.corp.test/is-number/%2e%2e/is-even/-/is-even-1.0.0.tgz")),
        ("another version", resolved("https://npm.corp.test/is-number/-/is-number-6.0.0.tgz")),
        ("another package", resolved("https://npm.corp.test/is-even/-/is-even-1.0.0.tgz")),
        ("another package's file under this one", resolved("https://npm.corp.test/is-number/-/is-even-1.0.0.tgz")),
        (
            "alias injected",
            with("\"node_modules/is-number\": {", "\"node_modules/is-number\": {\n      \"name\": \"is-even\",")
                .replace(RESOLVED, "https://npm.corp.test/is-even/-/is-even-7.0.0.tgz"),
        ),
        ("another host", resolved(evil)),
        ("another host unencrypted", resolved("http://evil.test/is-number/-/is-number-7.0.0.tgz")),
        ("the right host unencrypted", resolved("http://npm.corp.test/is-number/-/is-number-7.0.0.tgz")),
        ("another host, no package's form", resolved("https://evil.test/payload.tgz")),
        ("git", resolved("git+ssh://git@evil.test/is-number.git#0123456789012345678901234567890123456789")),
        ("a tarball on disk", resolved("file:is-number.tgz")),
        ("a folder on disk", resolved("file:../is-number")),
        ("a user's name in front", resolved("https://npm.corp.test@evil.test/is-number/-/is-number-7.0.0.tgz")),
        ("a password in front", resolved("https://npm.corp.test:443@evil.test/is-number/-/is-number-7.0.0.tgz")),
        ("another port", resolved("https://npm.corp.test:8443/is-number/-/is-number-7.0.0.tgz")),
        ("look-alike letters", resolved("https://npm.\u{441}orp.test/is-number/-/is-number-7.0.0.tgz")),
        ("look-alike letters in punycode", resolved("https://npm.xn--orp-5cd.test/is-number/-/is-number-7.0.0.tgz")),
        ("a host that extends the right one", resolved("https://npm.corp.test.evil.test/is-number/-/is-number-7.0.0.tgz")),
        ("full-width letters", resolved("https://npm.\u{ff43}orp.test/is-number/-/is-number-7.0.0.tgz")),
        ("trailing dot", resolved("https://npm.corp.test./is-number/-/is-number-7.0.0.tgz")),
        ("escapes in the host", resolved("https://npm.corp%2etest/is-number/-/is-number-7.0.0.tgz")),
        ("escapes in the path", resolved("https://npm.corp.test/is-number%2f..%2fis-even/-/is-even-1.0.0.tgz")),
        ("double escapes", resolved("https://npm.corp.test/is-number/-/is-number-7.0.0%252etgz")),
        ("upper case host (honest)", resolved("https://NPM.CORP.TEST/is-number/-/is-number-7.0.0.tgz")),
        ("the scheme's own port (honest)", resolved("https://npm.corp.test:443/is-number/-/is-number-7.0.0.tgz")),
        ("backslashes", resolved(r"https:\\\\evil.test\\npm.corp.test/is-number/-/is-number-7.0.0.tgz")),
        ("a backslash behind the host", resolved(r"https://evil.test\\.npm.corp.test/is-number/-/is-number-7.0.0.tgz")),
        ("a tab inside", resolved(r"https://evil\t.test/is-number/-/is-number-7.0.0.tgz")),
        ("a line break inside", resolved(r"https://npm.corp.test\n@evil.test/is-number/-/is-number-7.0.0.tgz")),
        ("a leading space", resolved(" https://evil.test/is-number/-/is-number-7.0.0.tgz")),
        ("protocol-relative", resolved("//evil.test/is-number/-/is-number-7.0.0.tgz")),
        ("one slash", resolved("https:/evil.test/is-number/-/is-number-7.0.0.tgz")),
        ("data", resolved("data:application/octet-stream;base64,AAAA")),
        ("a query that reads right", resolved("https://evil.test/x.tgz?https://npm.corp.test/is-number/-/is-number-7.0.0.tgz")),
        ("the address as an escape", resolved(r"https:\u002f\u002fevil.test/is-number/-/is-number-7.0.0.tgz")),
        (
            "a link out of the project",
            with(&format!("\"resolved\": \"{RESOLVED}\""), "\"link\": true,\n      \"resolved\": \"../evil\""),
        ),
        (
            "a link into the project",
            with(&format!("\"resolved\": \"{RESOLVED}\""), "\"link\": true,\n      \"resolved\": \"vendor/evil\"")
                .replace("\"node_modules/wide\"", "\"vendor/evil\": { \"version\": \"7.0.0\" },\n    \"node_modules/wide\""),
        ),
        ("entry planted", planted(&format!(r#""node_modules/evil": {{ "version": "1.0.0", "integrity": "{OTHER}" }}"#), None)),
        (
            "entry and edge planted",
            planted(
                &format!(r#""node_modules/evil": {{ "version": "1.0.0", "integrity": "{OTHER}" }}"#),
                Some(r#""evil": "1.0.0""#),
            ),
        ),
        ("bundled without a parent that bundles", planted(&bundled, Some(r#""evil": "1.0.0""#))),
        (
            "bundled under a parent made to bundle",
            planted(
                &format!(
                    r#""node_modules/is-number/node_modules/evil": {{ "version": "1.0.0", "resolved": "{evil}", "inBundle": true }}"#
                ),
                Some(r#""evil": "1.0.0" }, "bundleDependencies": ["evil"], "engines": { "node": "*""#),
            ),
        ),
        (
            "bundled at the top",
            with(&format!("\"{DIGEST}\""), &format!("\"{DIGEST}\",\n      \"inBundle\": true")).replace(RESOLVED, evil),
        ),
        ("another version within the range", with("\"2.3.0\"", "\"2.2.0\"").replace("wide-2.3.0", "wide-2.2.0")),
        ("a version outside of the range", with("\"2.3.0\"", "\"1.9.0\"").replace("wide-2.3.0", "wide-1.9.0")),
        ("the same key twice", with("\"version\": \"7.0.0\",", "\"version\": \"7.0.0\",\n      \"version\": \"6.0.0\",")),
        ("install script planted", with(&format!("\"{DIGEST}\""), &format!("\"{DIGEST}\",\n      \"hasInstallScript\": true"))),
        ("command planted", with(&format!("\"{DIGEST}\""), &format!("\"{DIGEST}\",\n      \"bin\": {{ \"git\": \"x.js\" }}"))),
        ("unknown version of the format", with("\"lockfileVersion\": 3", "\"lockfileVersion\": 4")),
    ]
}

const RANGE: &str = "`wide` admits more than one version: `^2.0.0`; the lockfile has 2.3.0";

fn fired(lockfile: &str, base: &str) -> BTreeSet<&'static str> {
    let fixture = format!(
        "{base}//- /.npmrc\nregistry=https://npm.corp.test/\n//- /package.json\n{MANIFEST}\n//- /package-lock.json\n{lockfile}\n"
    );
    let report = analyze(&workspace(&fixture, str::to_owned));
    let counts = |severity: Severity| severity > Severity::Info;
    // Settings, and that the manifest asks for a range, are none of the lockfile's doing.
    let of_lockfile = |path: &str, message: &str| path != ".npmrc" && message != RANGE;
    let found = report.findings.iter().filter(|found| counts(found.severity) && of_lockfile(found.path.as_str(), &found.message));
    found.map(|found| found.rule.id).collect()
}

#[test]
fn every_known_way_to_tamper_with_an_entry_is_seen() {
    let base = format!(
        "//- /.npmrc base\nregistry=https://npm.corp.test/\n//- /package.json base\n{MANIFEST}\n//- /package-lock.json base\n{GOOD}\n"
    );
    let mut shown = String::new();
    for (name, lockfile) in mutations() {
        let (alone, against) = (fired(&lockfile, ""), fired(&lockfile, &base));
        assert!(alone.is_subset(&against), "{name}: a base hides {:?}", alone.difference(&against));
        let list = |rules: BTreeSet<&str>| rules.into_iter().collect::<Vec<_>>().join(" ");
        let more = list(against.difference(&alone).copied().collect());
        let _ = writeln!(shown, "{name}: {} | {more}", list(alone));
    }
    expect![[r#"
        nothing:  | 
        integrity removed: missing-integrity | weakened-integrity
        integrity empty: missing-integrity | weakened-integrity
        integrity `sha512-x`: malformed-integrity | weakened-integrity
        integrity of an unknown algorithm: malformed-integrity missing-integrity | weakened-integrity
        integrity of another package:  | changed-integrity
        integrity sha1 alone: weak-integrity | weakened-integrity
        integrity md5 alone: weak-integrity | weakened-integrity
        integrity sha384 alone:  | weakened-integrity
        two sha512:  | weakened-integrity
        sha1 and the right sha512:  | 
        integrity with an option:  | 
        resolved removed:  | 
        resolved and integrity removed: missing-integrity | weakened-integrity
        version removed: inconsistent-lockfile lockfile-out-of-sync | 
        resolved `evil`: untrusted-registry | changed-source
        dot segments: mismatched-source untrusted-registry | 
        encoded dot segments: mismatched-source untrusted-registry | 
        another version: mismatched-source | 
        another package: mismatched-source | 
        another package's file under this one: exotic-source | changed-source
        alias injected: inconsistent-lockfile lockfile-out-of-sync | 
        another host: untrusted-registry | changed-source
        another host unencrypted: insecure-source untrusted-registry | changed-source
        the right host unencrypted: insecure-source | changed-source
        another host, no package's form: exotic-source untrusted-registry | changed-source
        git: exotic-source | changed-source
        a tarball on disk: exotic-source | changed-source
        a folder on disk: exotic-source | changed-source
        a user's name in front: untrusted-registry | changed-source
        a password in front: exposed-credential untrusted-registry | changed-source
        another port: untrusted-registry | changed-source
        look-alike letters: misleading-text untrusted-registry | changed-source
        look-alike letters in punycode: untrusted-registry | changed-source
        a host that extends the right one: untrusted-registry | changed-source
        full-width letters: misleading-text untrusted-registry | 
        trailing dot: untrusted-registry | changed-source
        escapes in the host: untrusted-registry | 
        escapes in the path: exotic-source untrusted-registry | changed-source
        double escapes: exotic-source untrusted-registry | changed-source
        upper case host (honest):  | 
        the scheme's own port (honest):  | 
        backslashes: exotic-source untrusted-registry | changed-source
        a backslash behind the host: untrusted-registry | changed-source
        a tab inside: misleading-text untrusted-registry | changed-source
        a line break inside: misleading-text untrusted-registry | changed-source
        a leading space: exotic-source untrusted-registry | changed-source
        protocol-relative: untrusted-registry | changed-source
        one slash: exotic-source untrusted-registry | changed-source
        data: exotic-source untrusted-registry | changed-source
        a query that reads right: exotic-source untrusted-registry | changed-source
        the address as an escape: misleading-text untrusted-registry | changed-source
        a link out of the project: exotic-source lockfile-out-of-sync | 
        a link into the project: exotic-source lockfile-out-of-sync | 
        entry planted: unreachable-package | 
        entry and edge planted:  | changed-metadata
        bundled without a parent that bundles: inconsistent-lockfile mismatched-source missing-integrity untrusted-registry | changed-metadata
        bundled under a parent made to bundle: mismatched-source untrusted-registry | changed-metadata
        bundled at the top: untrusted-registry | changed-source
        another version within the range: unpinned-dependency | downgraded-version
        a version outside of the range: inconsistent-lockfile lockfile-out-of-sync unpinned-dependency | downgraded-version
        the same key twice: duplicate-key inconsistent-lockfile lockfile-out-of-sync mismatched-source | downgraded-version
        install script planted: install-script | added-install-script
        command planted:  | changed-metadata
        unknown version of the format: unknown-lockfile-version | 
    "#]].assert_eq(&shown);
}

#[test]
fn the_tree_that_only_old_installers_read_is_judged_too() {
    let old = |address: &str| {
        format!(r#""dependencies": {{ "is-number": {{ "version": "7.0.0", "resolved": "{address}", "integrity": "{DIGEST}" }} }}"#)
    };
    let both = |address: &str| with("\"lockfileVersion\": 3,", &format!("\"lockfileVersion\": 2,\n  {},", old(address)));
    assert_eq!(fired(&both(RESOLVED), ""), BTreeSet::new());
    let evil = fired(&both("https://evil.test/is-number/-/is-number-7.0.0.tgz"), "");
    assert_eq!(evil, BTreeSet::from(["inconsistent-lockfile", "untrusted-registry"]));
}
