//! Every form of a push that git knows.

use crate::push::{blocked, passes};
use crate::stage::Stage;
use crate::support::project::{Locked, files};

#[test]
fn a_deletion_passes() {
    let stage = Stage::pushed();
    stage.git(&["push", "-q", "--no-verify", "origin", "main:gone"]).expect(0);
    // Whatever else lies in the repository.
    stage.commit("evil", &[stage.left.clone().tampered()]);
    let said = passes(&stage, &["push", "origin", "--delete", "gone"], &[]);
    assert!(!said.contains("provender:"), "{said}");
    assert_eq!(stage.remote("gone"), "");
    assert_eq!(stage.runs("pre-push"), 1);
}

#[test]
fn a_new_branch_is_compared_with_what_the_remote_has() {
    let stage = Stage::pushed();
    stage.git(&["checkout", "-qb", "feature"]).expect(0);
    let said = passes(&stage, &["push", "origin", "feature"], &[]);
    assert!(!said.contains("provender:"), "nothing is new: {said}");
    stage.commit("more", &[stage.left.clone(), stage.publish("right")]);
    passes(&stage, &["push", "origin", "feature"], &["1 of 1 new commits", "1 verified"]);
    stage.git(&["checkout", "-qb", "other", "main"]).expect(0);
    stage.commit("evil", &[stage.left.clone().tampered()]);
    blocked(&stage, &["push", "-u", "origin", "other"], &["changed-integrity"]);
}

#[test]
fn a_force_push() {
    let stage = Stage::pushed();
    stage.commit("more", &[stage.left.clone(), stage.publish("right")]);
    passes(&stage, &["push", "origin", "main"], &[]);
    stage.git(&["reset", "-q", "--hard", "HEAD~1"]).expect(0);
    stage.commit("evil", &[stage.left.clone().tampered()]);
    blocked(&stage, &["push", "--force", "origin", "main"], &["changed-integrity"]);
    stage.git(&["reset", "-q", "--hard", "HEAD~1"]).expect(0);
    stage.commit("other", &[stage.left.clone(), stage.publish("middle")]);
    passes(&stage, &["push", "--force", "origin", "main"], &["1 verified"]);
    assert_eq!(stage.remote("main"), stage.head());
    // Rewritten from the root on.
    stage.git(&["commit", "-q", "--no-verify", "--amend", "-m", "anew"]).expect(0);
    passes(&stage, &["push", "--force", "origin", "main"], &["1 verified"]);
}

#[test]
fn tags() {
    let stage = Stage::pushed();
    stage.git(&["tag", "v1"]).expect(0);
    passes(&stage, &["push", "origin", "v1"], &[]);
    stage.commit("evil", &[stage.left.clone().tampered()]);
    stage.git(&["tag", "v2"]).expect(0);
    stage.git(&["tag", "-a", "-m", "x", "v3"]).expect(0);
    let tree = stage.git(&["rev-parse", "HEAD^{tree}"]).out.trim().to_owned();
    stage.git(&["tag", "tree", &tree]).expect(0);
    let head = stage.head();
    stage.git(&["reset", "-q", "--hard", "HEAD~1"]).expect(0);
    for what in ["v2", "v3"] {
        blocked(&stage, &["push", "origin", what], &["changed-integrity"]);
    }
    blocked(&stage, &["push", "origin", "tree"], &["integrity-mismatch"]);
    blocked(&stage, &["push", "origin", &format!("{head}:refs/heads/by-id")], &["changed-integrity"]);
    blocked(&stage, &["push", "--tags", "origin"], &["changed-integrity"]);
}

#[test]
fn an_address_without_a_name() {
    let stage = Stage::pushed();
    let more = [stage.left.clone(), stage.publish("right")];
    stage.commit("more", &more);
    // It is the address of a remote that is known, so what that has is known.
    passes(&stage, &["push", "../remote.git", "main"], &["1 of 1 new commits", "1 verified"]);
    stage.sandbox.git_in(&stage.sandbox.path(""), &["init", "-q", "--bare", "-b", "main", "other.git"]);
    passes(&stage, &["push", "../other.git", "main"], &["2 of 2 new commits", "2 verified"]);
    stage.commit("evil", &[stage.left.clone().tampered(), more[1].clone()]);
    stage.git(&["push", "../other.git", "main"]).expect(1);
}

#[test]
fn merges_count_for_what_they_make_up() {
    let stage = Stage::pushed();
    stage.git(&["checkout", "-qb", "side"]).expect(0);
    stage.sandbox.write_all(&files("sub/", std::slice::from_ref(&stage.left)));
    stage.sandbox.commit("side");
    stage.git(&["checkout", "-q", "main"]).expect(0);
    stage.sandbox.write("notes.txt", "x");
    stage.sandbox.commit("notes");
    stage.git(&["merge", "-q", "--no-verify", "--no-edit", "side"]).expect(0);
    passes(&stage, &["push", "origin", "main"], &["1 verified"]);
    // An evil merge changes what neither side has.
    stage.git(&["checkout", "-q", "side"]).expect(0);
    stage.sandbox.write("side.txt", "x");
    stage.sandbox.commit("side");
    stage.git(&["checkout", "-q", "main"]).expect(0);
    stage.git(&["merge", "-q", "--no-verify", "--no-commit", "--no-ff", "side"]).expect(0);
    stage.write(&[stage.left.clone().tampered()]);
    stage.git(&["add", "-A"]).expect(0);
    stage.git(&["commit", "-q", "--no-verify", "-m", "merge"]).expect(0);
    blocked(&stage, &["push", "origin", "main"], &["changed-integrity"]);
}

#[test]
fn attributes_and_replacements_hide_nothing() {
    let stage = Stage::pushed();
    stage.sandbox.write(".gitattributes", "package-lock.json -diff binary\n* export-ignore\n");
    stage.commit("evil", &[stage.left.clone().tampered()]);
    let evil = stage.git(&["rev-parse", "HEAD:package-lock.json"]).out.trim().to_owned();
    let good = stage.git(&["rev-parse", "HEAD~1:package-lock.json"]).out.trim().to_owned();
    stage.git(&["replace", &evil, &good]).expect(0);
    blocked(&stage, &["push", "origin", "main"], &["changed-integrity"]);
}

#[test]
fn a_shallow_clone_and_one_in_another_folder() {
    let stage = Stage::pushed();
    stage.commit("more", &[stage.left.clone(), stage.publish("right")]);
    passes(&stage, &["push", "origin", "main"], &[]);
    let clone = stage.sandbox.path("clone");
    let from = format!("file://{}", stage.sandbox.path("remote.git").display());
    stage.sandbox.git_in(&stage.sandbox.path(""), &["clone", "-q", "--depth", "1", &from, "clone"]);
    stage.hooks(&clone);
    crate::support::write(&clone, "notes.txt", "x");
    stage.sandbox.git_in(&clone, &["add", "-A"]);
    stage.sandbox.git_in(&clone, &["commit", "-q", "--no-verify", "-m", "x"]);
    let run = stage.sandbox.try_git_in(&clone, &["push", "origin", "main"]).expect(0);
    assert!(!run.err.contains("provender:"), "{run:?}");
    let evil = [stage.left.clone(), stage.publish("right").tampered()];
    crate::support::write(&clone, "package-lock.json", &crate::support::project::lockfile(&evil));
    stage.sandbox.git_in(&clone, &["add", "-A"]);
    stage.sandbox.git_in(&clone, &["commit", "-q", "--no-verify", "-m", "x"]);
    let run = stage.sandbox.try_git_in(&clone, &["push", "origin", "main"]).expect(1);
    assert!(run.err.contains("changed-integrity") && run.err.contains("`right`"), "{run:?}");
}

#[test]
fn several_projects_and_a_workspace_root_above() {
    let stage = Stage::pushed();
    let right = stage.publish("right");
    stage.sandbox.write_all(&files("a/", std::slice::from_ref(&right)));
    stage.sandbox.write_all(&files("b/c/", &[right.clone().tampered()]));
    stage.sandbox.commit("two projects");
    blocked(&stage, &["push", "origin", "main"], &["b/c/package-lock.json", "1 verified", "1 mismatched"]);
}

#[test]
fn the_same_version_twice_is_counted_once() {
    let stage = Stage::pushed();
    let right = stage.publish("right");
    stage.commit("one", &[stage.left.clone(), right.clone()]);
    stage.commit("gone", std::slice::from_ref(&stage.left));
    stage.commit("back", &[stage.left.clone(), right, Locked::published(&stage.registry, "last", "1.0.0")]);
    passes(&stage, &["push", "origin", "main"], &["3 of 3 new commits", "2 verified"]);
    assert_eq!(stage.tarballs(), 2);
}
