//! Before a commit: what is staged is judged, by the policy of the base, and only what is new blocks.

use crate::stage::{Stage, everything};
use crate::support::project::{HARDENED, Locked, lockfile, manifest};
use crate::support::script;

fn blocked(stage: &Stage, args: &[&str], words: &[&str]) {
    let before = stage.head();
    let run = stage.git(args).expect(1);
    for word in words {
        assert!(run.err.contains(word), "{word} is missing: {run:?}");
    }
    assert_eq!(stage.head(), before);
}

#[test]
fn a_tampered_lockfile_is_blocked_whatever_lies_in_the_work_tree() {
    let stage = Stage::new();
    stage.write(&[stage.left.clone().tampered()]);
    stage.git(&["add", "-A"]).expect(0);
    blocked(&stage, &["commit", "-qm", "x"], &["changed-integrity", "left", "the commit is blocked"]);
    // The work tree is innocent; what is staged is not.
    stage.write(std::slice::from_ref(&stage.left));
    blocked(&stage, &["commit", "-qm", "x"], &["changed-integrity"]);
    assert_eq!(stage.registry.requests(), [], "a commit asks nobody");
}

#[test]
fn a_dirty_work_tree_is_nobody_s_business() {
    let stage = Stage::new();
    let right = stage.publish("right");
    stage.write(&[stage.left.clone(), right.clone()]);
    stage.git(&["add", "-A"]).expect(0);
    stage.write(&[stage.left.clone().tampered(), right]);
    stage.sandbox.write("other/package-lock.json", "{ not json");
    let run = stage.git(&["commit", "-qm", "clean"]).expect(0);
    assert!(!run.err.contains("error"), "{run:?}");
    assert_eq!(stage.runs("pre-commit"), 1);
}

#[test]
fn a_swapped_source_is_blocked() {
    let stage = Stage::new();
    stage.write(&[stage.left.clone().with_resolved("https://evil.test/left/-/left-1.0.0.tgz")]);
    stage.git(&["add", "-A"]).expect(0);
    blocked(&stage, &["commit", "-qm", "x"], &["changed-source", "untrusted-registry", "evil.test"]);
}

#[test]
fn nothing_is_written_and_nothing_is_read_but_what_is_staged() {
    let stage = Stage::new();
    for packages in [vec![stage.left.clone()], vec![stage.left.clone().tampered()]] {
        stage.write(&packages);
        stage.git(&["add", "-A"]).expect(0);
        stage.sandbox.write("package.json", "{}");
        let before = everything(&stage);
        stage.sandbox.provender(&["hook", "run", "pre-commit"]);
        stage.sandbox.provender(&["hook", "run", "pre-merge-commit"]);
        assert!(everything(&stage) == before);
    }
}

#[test]
fn only_what_is_new_blocks_and_the_rest_is_a_line() {
    let stage = Stage::new();
    let evil = |name: &str| Locked::new(name, "1.0.0").with_resolved(&format!("https://evil.test/{name}/-/{name}-1.0.0.tgz"));
    stage.commit("past the hook", &[evil("old")]);
    stage.write(&[evil("old"), stage.left.clone()]);
    stage.git(&["add", "-A"]).expect(0);
    let run = stage.git(&["commit", "-qm", "x"]).expect(0);
    assert!(run.err.contains("that were there before") && !run.err.contains("error["), "{run:?}");
    stage.write(&[evil("old"), stage.left.clone(), evil("young")]);
    stage.git(&["add", "-A"]).expect(0);
    let run = stage.git(&["commit", "-qm", "x"]).expect(1);
    assert!(run.err.contains("`young`") && !run.err.contains("`old`"), "{run:?}");
}

#[test]
fn the_threshold_is_the_policy_s() {
    let stage = Stage::new();
    let weak = |name: &str| Locked::new(name, "1.0.0").with_resolved(&stage.left.resolved.replace("left", name));
    let sha1 = |name: &str| weak(name).with_integrity("sha1-iB9gvbOSgJlJ3Vxfve2Qb3wpfuo=");
    stage.write(&[stage.left.clone(), sha1("one")]);
    stage.git(&["add", "-A"]).expect(0);
    let run = stage.git(&["commit", "-qm", "a warning"]).expect(0);
    assert!(run.err.contains("milder"), "{run:?}");
    stage.sandbox.write("provender.toml", "[hooks]\ncommit = \"warning\"\n");
    stage.sandbox.commit("stricter");
    stage.write(&[stage.left.clone(), sha1("one"), sha1("two")]);
    stage.git(&["add", "-A"]).expect(0);
    blocked(&stage, &["commit", "-qm", "x"], &["weak-integrity", "`two`"]);
    // The person's own can be stricter, and no laxer.
    stage.sandbox.user_policy("[hooks]\ncommit = \"error\"\n");
    blocked(&stage, &["commit", "-qm", "x"], &["weak-integrity"]);
}

#[test]
fn a_commit_cannot_vouch_for_itself() {
    let stage = Stage::new();
    stage.write(&[stage.left.clone().with_resolved("https://evil.test/left/-/left-1.0.0.tgz")]);
    let loose = "[registries]\ntrusted = [\"https://evil.test/\"]\n[rules]\nchanged-source = \"off\"\nweakened-policy = \"off\"\n";
    stage.sandbox.write("provender.toml", loose);
    stage.sandbox.write(".npmrc", &format!("{HARDENED}registry=https://evil.test/\n"));
    stage.git(&["add", "-A"]).expect(0);
    blocked(&stage, &["commit", "-qm", "x"], &["changed-source", "untrusted-registry", "weakened-policy"]);
    // Once it is in the base it holds.
    stage.sandbox.commit("past the hook");
    let other = Locked::new("other", "1.0.0").with_resolved("https://evil.test/other/-/other-1.0.0.tgz");
    let left = stage.left.clone().with_resolved("https://evil.test/left/-/left-1.0.0.tgz");
    stage.sandbox.write("package.json", &manifest(&[left.clone(), other.clone()]));
    stage.sandbox.write("package-lock.json", &lockfile(&[left, other]));
    stage.git(&["add", "-A"]).expect(0);
    stage.git(&["commit", "-qm", "x"]).expect(0);
}

#[test]
fn a_manifest_without_its_lockfile_is_blocked() {
    let stage = Stage::new();
    stage.write(&[stage.left.clone(), stage.publish("right")]);
    stage.git(&["add", "package.json"]).expect(0);
    blocked(&stage, &["commit", "-qm", "x"], &["unstaged-lockfile"]);
    stage.git(&["add", "-A"]).expect(0);
    stage.git(&["commit", "-qm", "x"]).expect(0);
}

#[test]
fn the_person_can_go_past_it_and_is_told() {
    let stage = Stage::new();
    stage.write(&[stage.left.clone().tampered()]);
    stage.git(&["add", "-A"]).expect(0);
    for value in ["1", "", "false"] {
        stage.git_with(&["commit", "-qm", "x"], &[("PROVENDER", value)]).expect(1);
    }
    let run = stage.git_with(&["commit", "-qm", "x"], &[("PROVENDER", "0")]).expect(0);
    assert!(run.err.contains("PROVENDER=0") && run.err.contains("nothing was looked at"), "{run:?}");
}

#[test]
fn what_cannot_be_read_blocks_and_says_how_to_go_on() {
    let stage = Stage::new();
    stage.write(&[stage.left.clone(), stage.publish("right")]);
    stage.git(&["add", "-A"]).expect(0);
    let id = stage.git(&["rev-parse", ":package-lock.json"]).out.trim().to_owned();
    let object = stage.sandbox.repo.join(".git/objects").join(&id[..2]).join(&id[2..]);
    std::fs::remove_file(&object).unwrap();
    let run = stage.sandbox.provender(&["hook", "run", "pre-commit"]).expect(2);
    assert!(run.err.contains("blocked") && run.err.contains("PROVENDER=0"), "{run:?}");
    // Bytes that are not those of the id that is committed.
    let other = stage.git(&["hash-object", "-w", "package.json"]).out.trim().to_owned();
    std::fs::copy(stage.sandbox.repo.join(".git/objects").join(&other[..2]).join(&other[2..]), &object).unwrap();
    let run = stage.sandbox.provender(&["hook", "run", "pre-commit"]).expect(2);
    assert!(run.err.contains("PROVENDER=0"), "{run:?}");
    std::fs::write(stage.sandbox.repo.join(".git/index"), b"DIRC, but not really").unwrap();
    let run = stage.sandbox.provender(&["hook", "run", "pre-commit"]).expect(2);
    assert!(run.err.contains("index") && run.err.contains("PROVENDER=0"), "{run:?}");
    let nowhere = stage.sandbox.path("home");
    let run = stage.sandbox.provender_in(&nowhere, &["hook", "run", "pre-commit"]).expect(2);
    assert!(run.err.contains("git repository"), "{run:?}");
}

#[test]
fn a_lockfile_that_is_cut_off_is_blocked() {
    let stage = Stage::new();
    let text = stage.sandbox.read("package-lock.json");
    stage.sandbox.write("package-lock.json", &text[..text.len() / 2]);
    stage.git(&["add", "-A"]).expect(0);
    blocked(&stage, &["commit", "-qm", "x"], &["unreadable-file", "package-lock.json"]);
}

#[test]
fn another_manager_s_lockfile_counts_as_one() {
    let stage = Stage::bare();
    stage
        .sandbox
        .write("package.json", "{ \"name\": \"@a/app\", \"private\": true, \"dependencies\": { \"left\": \"^1.0.0\" } }\n");
    stage.sandbox.write("deno.lock", "{ \"version\": \"4\" }\n");
    stage.git(&["add", "-A"]).expect(0);
    stage.git(&["commit", "-qm", "x"]).expect(0);
    let rules = stage.sandbox.provender(&["check", "--format", "json"]).expect(0).rules();
    assert!(!rules.contains(&"missing-lockfile".to_owned()), "{rules:?}");
}

#[test]
fn variables_of_a_framework_do_not_change_the_answer() {
    let stage = Stage::new();
    stage.write(&[stage.left.clone().tampered()]);
    stage.git(&["add", "-A"]).expect(0);
    stage.git_with(&["commit", "-qm", "x"], &[("PRE_COMMIT", "1")]).expect(1);
}

#[test]
fn a_hook_speaks_on_standard_error() {
    let stage = Stage::new();
    stage.write(&[stage.left.clone().tampered()]);
    stage.git(&["add", "-A"]).expect(0);
    let run = stage.sandbox.provender(&["hook", "run", "pre-commit"]).expect(1);
    assert_eq!(run.out, "");
    assert!(!run.err.contains('\u{1b}'), "no colours into a file: {run:?}");
    // Another hook of the same repository does not hinder it.
    script(&stage.sandbox.repo.join(".git/hooks/post-commit"), "#!/bin/sh\nexit 1\n");
    stage.sandbox.commit("past it");
    stage.git(&["commit", "-q", "--allow-empty", "-m", "nothing staged"]).expect(0);
}
