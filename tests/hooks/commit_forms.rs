//! Every way in which git makes a commit: the hook sees the very tree that is about to be recorded.

use std::os::unix::fs::symlink;

use crate::stage::Stage;
use crate::support::project::{Locked, files, lockfile};
use crate::support::{finish_with_input, write};

/// A stage whose work tree holds a tampered lockfile, with nothing staged.
fn tampered() -> Stage {
    let stage = Stage::new();
    stage.write(&[stage.left.clone().tampered()]);
    stage
}

#[test]
fn all_only_and_paths() {
    for args in [
        &["commit", "-qam", "x"][..],
        &["commit", "-qm", "x", "--only", "package-lock.json"],
        &["commit", "-qm", "x", "--", "package-lock.json"],
        &["commit", "-qm", "x", "--include", "package-lock.json"],
        &["commit", "-qm", "x", "--amend", "-a"],
    ] {
        let stage = tampered();
        let before = stage.head();
        let run = stage.git(args).expect(1);
        assert!(run.err.contains("changed-integrity"), "{args:?}: {run:?}");
        assert_eq!(stage.head(), before, "{args:?}");
    }
}

#[test]
fn only_what_is_named_is_judged() {
    let stage = tampered();
    stage.git(&["add", "package-lock.json"]).expect(0);
    stage.sandbox.write("notes.txt", "x");
    stage.git(&["add", "notes.txt"]).expect(0);
    // The tampered lockfile is staged, and not in this commit.
    stage.git(&["commit", "-qm", "x", "--only", "notes.txt"]).expect(0);
    stage.git(&["commit", "-qm", "x"]).expect(1);
}

#[test]
fn piece_by_piece() {
    let stage = tampered();
    let mut command = stage.sandbox.command("git", &stage.sandbox.repo);
    let run = finish_with_input(command.args(["commit", "-p", "-m", "x"]), "y\ny\ny\n");
    assert!(run.code == 1 && run.err.contains("changed-integrity"), "{run:?}");
}

#[test]
fn an_amend_is_judged_against_what_it_replaces() {
    let stage = tampered();
    stage.sandbox.commit("past the hook");
    stage.write(std::slice::from_ref(&stage.left));
    stage.git(&["add", "-A"]).expect(0);
    // Going back is a change of the digest too: who looks at it sees which of the two is right.
    stage.git(&["commit", "-q", "--amend", "-m", "x"]).expect(1);
    stage.git(&["checkout", "-q", "HEAD", "--", "."]).expect(0);
    stage.git(&["commit", "-q", "--amend", "-m", "another word for it"]).expect(0);
}

#[test]
fn the_first_commit() {
    let stage = Stage::bare();
    let evil = stage.left.clone().with_resolved("https://evil.test/left/-/left-1.0.0.tgz");
    stage.write(std::slice::from_ref(&evil));
    stage.git(&["add", "-A"]).expect(0);
    let run = stage.git(&["commit", "-qm", "x"]).expect(1);
    assert!(run.err.contains("untrusted-registry"), "{run:?}");
    stage.write(std::slice::from_ref(&stage.left));
    stage.git(&["add", "-A"]).expect(0);
    stage.git(&["commit", "-qm", "x"]).expect(0);
    // And the first of a branch without a past.
    stage.git(&["checkout", "-q", "--orphan", "other"]).expect(0);
    stage.write(&[evil]);
    stage.git(&["add", "-A"]).expect(0);
    stage.git(&["commit", "-qm", "x"]).expect(1);
}

#[test]
fn a_clean_merge_runs_its_own_hook() {
    let stage = Stage::new();
    stage.git(&["checkout", "-qb", "side"]).expect(0);
    stage.commit("theirs", &[stage.left.clone(), stage.publish("right")]);
    stage.git(&["checkout", "-q", "main"]).expect(0);
    stage.sandbox.write("notes.txt", "x");
    stage.sandbox.commit("ours");
    stage.git(&["merge", "-q", "--no-edit", "side"]).expect(0);
    assert_eq!((stage.runs("pre-merge-commit"), stage.runs("pre-commit")), (1, 0));

    // What a side brings is judged where it comes in.
    stage.git(&["checkout", "-qb", "evil"]).expect(0);
    stage.sandbox.write_all(&files("sub/", &[stage.left.clone().with_resolved("https://evil.test/left/-/left-1.0.0.tgz")]));
    stage.sandbox.commit("theirs");
    stage.git(&["checkout", "-q", "main"]).expect(0);
    stage.sandbox.write("notes.txt", "y");
    stage.sandbox.commit("ours");
    // Taken over as it is from a parent it is not this commit's doing; made up in the merge it is.
    stage.git(&["merge", "-q", "--no-commit", "evil"]).expect(0);
    stage.sandbox.write("package-lock.json", &lockfile(&[stage.left.clone().tampered(), stage.publish("right")]));
    stage.git(&["add", "-A"]).expect(0);
    let run = stage.git(&["commit", "-q", "--no-edit"]).expect(1);
    assert!(run.err.contains("changed-integrity"), "{run:?}");
}

#[test]
fn an_untouched_merge_of_a_known_evil_is_left_to_the_push() {
    let stage = Stage::new();
    stage.git(&["checkout", "-qb", "side"]).expect(0);
    stage.commit("theirs", &[stage.left.clone().tampered()]);
    stage.git(&["checkout", "-q", "main"]).expect(0);
    stage.sandbox.write("notes.txt", "x");
    stage.sandbox.commit("ours");
    stage.git(&["merge", "-q", "--no-edit", "side"]).expect(0);
    assert_eq!(stage.runs("pre-merge-commit"), 1);
}

#[test]
fn a_conflict_has_to_be_resolved_first() {
    let stage = Stage::new();
    stage.git(&["checkout", "-qb", "side"]).expect(0);
    stage.commit("theirs", &[stage.left.clone(), stage.publish("right")]);
    stage.git(&["checkout", "-q", "main"]).expect(0);
    stage.commit("ours", &[stage.left.clone(), stage.publish("middle")]);
    assert_ne!(stage.git(&["merge", "-q", "side"]).code, 0);
    let run = stage.sandbox.provender(&["hook", "run", "pre-commit"]).expect(1);
    assert!(run.err.contains("package-lock.json is in conflict") && run.err.contains("git add"), "{run:?}");
    // Resolved with the marks still in it.
    stage.git(&["add", "-A"]).expect(0);
    let run = stage.git(&["commit", "-qm", "x"]).expect(1);
    assert!(run.err.contains("conflict") || run.err.contains("unreadable-file") || run.err.contains("ambiguous-text"), "{run:?}");
    stage.write(&[stage.left.clone(), stage.publish("middle"), stage.publish("right")]);
    stage.git(&["add", "-A"]).expect(0);
    stage.git(&["commit", "-qm", "x"]).expect(0);
}

#[test]
fn a_linked_work_tree() {
    let stage = Stage::new();
    let tree = stage.sandbox.path("tree");
    stage.git(&["worktree", "add", "-q", "-b", "other", tree.to_str().unwrap()]).expect(0);
    write(&tree, "package-lock.json", &lockfile(&[stage.left.clone().tampered()]));
    stage.sandbox.git_in(&tree, &["add", "-A"]);
    let run = stage.sandbox.try_git_in(&tree, &["commit", "-qm", "x"]).expect(1);
    assert!(run.err.contains("changed-integrity"), "{run:?}");
    // The main one's index is another.
    stage.git(&["commit", "-q", "--allow-empty", "-m", "x"]).expect(0);
}

#[test]
fn a_submodule() {
    let stage = Stage::new();
    let outer = stage.sandbox.path("outer");
    std::fs::create_dir(&outer).unwrap();
    stage.sandbox.git_in(&outer, &["init", "-q", "-b", "main"]);
    let from = stage.sandbox.repo.to_str().unwrap().to_owned();
    stage.sandbox.git_in(&outer, &["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &from, "inner"]);
    let inner = outer.join("inner");
    stage.hooks(&inner);
    write(&inner, "package-lock.json", &lockfile(&[stage.left.clone().tampered()]));
    stage.sandbox.git_in(&inner, &["add", "-A"]);
    let run = stage.sandbox.try_git_in(&inner, &["commit", "-qm", "x"]).expect(1);
    assert!(run.err.contains("changed-integrity"), "{run:?}");
    // Seen from outside it is a commit, and no file of ours.
    stage.hooks(&outer);
    stage.sandbox.git_in(&outer, &["add", "-A"]);
    stage.sandbox.try_git_in(&outer, &["commit", "-qm", "x"]).expect(0);
}

#[test]
fn another_index() {
    let stage = tampered();
    let index = stage.sandbox.path("other-index");
    std::fs::copy(stage.sandbox.repo.join(".git/index"), &index).unwrap();
    let variables = [("GIT_INDEX_FILE", index.to_str().unwrap())];
    stage.git_with(&["add", "-A"], &variables).expect(0);
    let run = stage.git_with(&["commit", "-qm", "x"], &variables).expect(1);
    assert!(run.err.contains("changed-integrity"), "{run:?}");
    // The usual one holds nothing new.
    stage.git(&["commit", "-q", "--allow-empty", "-m", "x"]).expect(0);
}

#[test]
fn a_link_in_a_lockfile_s_place() {
    let stage = Stage::new();
    std::fs::rename(stage.sandbox.repo.join("package-lock.json"), stage.sandbox.repo.join("real.json")).unwrap();
    symlink("real.json", stage.sandbox.repo.join("package-lock.json")).unwrap();
    stage.git(&["add", "-A"]).expect(0);
    let run = stage.git(&["commit", "-qm", "x"]).expect(1);
    assert!(run.err.contains("package-lock.json is a symbolic link"), "{run:?}");
}

#[test]
fn what_goes_and_what_is_only_meant_to_come() {
    let stage = Stage::new();
    stage.sandbox.write_all(&files("sub/", std::slice::from_ref(&stage.left)));
    stage.sandbox.commit("more");
    // A whole project goes.
    stage.git(&["rm", "-rq", "sub"]).expect(0);
    stage.git(&["commit", "-qm", "x"]).expect(0);
    // A lockfile alone goes, and its manifest stays: said, not blocked.
    stage.git(&["rm", "-q", "package-lock.json"]).expect(0);
    stage.git(&["commit", "-qm", "x"]);
    // A file that is announced only is no part of the commit.
    stage.sandbox.write("new/package-lock.json", "{ not json");
    stage.git(&["add", "-N", "new/package-lock.json"]).expect(0);
    stage.git(&["commit", "-q", "--allow-empty", "-m", "x"]).expect(0);
}

#[test]
fn a_subfolder_and_a_renamed_project() {
    let stage = Stage::new();
    let evil = Locked::new("evil", "1.0.0").with_resolved("https://evil.test/evil/-/evil-1.0.0.tgz");
    stage.sandbox.write_all(&files("apps/web/", std::slice::from_ref(&stage.left)));
    stage.sandbox.commit("more");
    std::fs::rename(stage.sandbox.repo.join("apps"), stage.sandbox.repo.join("packages")).unwrap();
    stage.git(&["add", "-A"]).expect(0);
    stage.git(&["commit", "-qm", "moved"]).expect(0);
    stage.sandbox.write_all(&files("packages/web/", &[stage.left.clone(), evil]));
    let inside = stage.sandbox.repo.join("packages/web");
    stage.sandbox.git_in(&inside, &["add", "-A"]);
    let run = stage.sandbox.try_git_in(&inside, &["commit", "-qm", "x"]).expect(1);
    assert!(run.err.contains("packages/web/package-lock.json") && run.err.contains("evil.test"), "{run:?}");
}
