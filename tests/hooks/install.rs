//! Installed by the program itself, beside what is there.

use crate::push::{blocked, passes};
use crate::stage::Stage;
use crate::support::script;

#[test]
fn installed_hooks_guard_commits_merges_and_pushes() {
    let stage = Stage::pushed();
    stage.no_hooks();
    let run = stage.sandbox.provender(&["hook", "status"]).expect(1);
    assert!(run.out.contains("not installed"), "{run:?}");
    let run = stage.sandbox.provender(&["hook", "install"]).expect(0);
    assert!(["pre-commit", "pre-merge-commit", "pre-push"].iter().all(|hook| run.out.contains(hook)), "{run:?}");
    stage.sandbox.provender(&["hook", "status"]).expect(0);
    // Once more changes nothing.
    stage.sandbox.provender(&["hook", "install"]).expect(0);
    stage.sandbox.provender(&["hook", "status"]).expect(0);

    stage.write(&[stage.left.clone().tampered()]);
    stage.git(&["add", "-A"]).expect(0);
    let run = stage.git(&["commit", "-qm", "x"]).expect(1);
    assert!(run.err.contains("changed-integrity"), "{run:?}");
    stage.sandbox.commit("past it");
    blocked(&stage, &["push", "origin", "main"], &["changed-integrity"]);
    stage.git(&["reset", "-q", "--hard", "HEAD~1"]).expect(0);
    stage.commit("more", &[stage.left.clone(), stage.publish("right")]);
    passes(&stage, &["push", "origin", "main"], &["1 verified"]);

    stage.sandbox.provender(&["hook", "uninstall"]).expect(0);
    stage.sandbox.provender(&["hook", "status"]).expect(1);
    let run = stage.sandbox.provender(&["hook", "uninstall"]).expect(0);
    assert!(run.all().contains("no hook of ours"), "{run:?}");
    stage.write(&[stage.left.clone().tampered()]);
    stage.git(&["add", "-A"]).expect(0);
    stage.git(&["commit", "-qm", "nobody looks"]).expect(0);
}

#[test]
fn a_hook_that_was_there_runs_first_with_all_of_its_input_and_comes_back() {
    let stage = Stage::pushed();
    stage.no_hooks();
    let theirs = "#!/bin/sh\necho \"$@\" > \"$HOME/arguments\"\ncat > \"$HOME/input\"\ntest ! -e \"$HOME/refuse\"\n";
    let hook = stage.sandbox.repo.join(".git/hooks/pre-push");
    script(&hook, theirs);
    stage.sandbox.provender(&["hook", "install"]).expect(0);
    stage.commit("evil", &[stage.left.clone().tampered()]);
    let head = stage.head();
    blocked(&stage, &["push", "origin", "main"], &["changed-integrity"]);
    let home = |name: &str| std::fs::read_to_string(stage.sandbox.path("home").join(name)).unwrap();
    assert_eq!(home("arguments"), "origin ../remote.git\n");
    assert!(home("input").starts_with(&format!("refs/heads/main {head} refs/heads/main ")), "{}", home("input"));
    // What it refuses stays refused.
    stage.git(&["reset", "-q", "--hard", "HEAD~1"]).expect(0);
    stage.commit("more", &[stage.left.clone(), stage.publish("right")]);
    std::fs::write(stage.sandbox.path("home/refuse"), "").unwrap();
    blocked(&stage, &["push", "origin", "main"], &[]);
    std::fs::remove_file(stage.sandbox.path("home/refuse")).unwrap();
    passes(&stage, &["push", "origin", "main"], &["1 verified"]);
    stage.sandbox.provender(&["hook", "uninstall"]).expect(0);
    assert_eq!(std::fs::read_to_string(&hook).unwrap(), theirs);
}

#[test]
fn a_linked_work_tree_shares_them() {
    let stage = Stage::new();
    stage.no_hooks();
    stage.sandbox.provender(&["hook", "install"]).expect(0);
    let tree = stage.sandbox.path("tree");
    stage.git(&["worktree", "add", "-q", "-b", "other", tree.to_str().unwrap()]).expect(0);
    stage.sandbox.provender_in(&tree, &["hook", "status"]).expect(0);
    let evil = crate::support::project::lockfile(&[stage.left.clone().tampered()]);
    crate::support::write(&tree, "package-lock.json", &evil);
    stage.sandbox.git_in(&tree, &["add", "-A"]);
    let run = stage.sandbox.try_git_in(&tree, &["commit", "-qm", "x"]).expect(1);
    assert!(run.err.contains("changed-integrity"), "{run:?}");
}

#[test]
fn without_a_repository_it_says_so() {
    let stage = Stage::new();
    for action in ["install", "uninstall", "status"] {
        let run = stage.sandbox.provender_in(&stage.sandbox.path("home"), &["hook", action]).expect(2);
        assert!(run.err.contains("git repository"), "{action}: {run:?}");
    }
}
