//! Revisions, their files, and what two of them differ in.

use crate::support::Sandbox;

#[test]
fn files_of_a_revision() {
    let sandbox = Sandbox::new();
    sandbox.commit("first", &[("package.json", "one"), ("a/b/.npmrc", "deep"), ("a/x.txt", "x")]);
    sandbox.git(&["tag", "-a", "-m", "t", "v1"]);
    sandbox.git(&["tag", "-a", "-m", "t", "v1-again", "v1"]);
    sandbox.commit("second", &[("package.json", "two")]);
    assert_eq!(sandbox.inspect(&["list", "HEAD"]), "a/b/.npmrc\npackage.json\n");
    assert_eq!(sandbox.inspect(&["read", "v1-again", "package.json"]), "one");
    assert_eq!(sandbox.inspect(&["read", "HEAD^{tree}", "package.json"]), "two");
    assert_eq!(sandbox.inspect(&["read", "HEAD", "a/b/.npmrc"]), "deep");
    assert_eq!(sandbox.inspect(&["read", "HEAD", "a/b"]), "(none)\n");
    assert_eq!(sandbox.inspect(&["read", "HEAD", "package.json/x"]), "(none)\n");
    assert_eq!(sandbox.inspect(&["diff", "v1", "main"]), "M package.json <one> -> <two>\n");
    for revision in ["nowhere", "--output=x", "", "HEAD:package.json"] {
        let seen = sandbox.inspect(&["list", revision]);
        assert!(seen.starts_with("error NoSuchRevision"), "{revision}: {seen}");
    }
}

#[test]
fn there_may_be_no_repository() {
    let sandbox = Sandbox::new();
    assert!(sandbox.inspect_in(&sandbox.path("home"), &["staged"], &[]).starts_with("error NoRepository"));
}

#[test]
fn a_bare_repository_has_revisions() {
    let sandbox = Sandbox::new();
    sandbox.commit("first", &[("package.json", "one")]);
    sandbox.git(&["clone", "-q", "--bare", ".", "../bare.git"]);
    assert_eq!(sandbox.inspect_in(&sandbox.path("bare.git"), &["read", "main", "package.json"], &[]), "one");
}
