//! Before a push: every ref, every commit of it, and the bytes of what is new.

use registry_double::Registry;

use crate::stage::{Stage, everything};
use crate::support::finish_with_input;
use crate::support::project::{HARDENED, Locked, lockfile};

/// A push that is blocked, and says all of these words.
#[track_caller]
pub(crate) fn blocked(stage: &Stage, args: &[&str], words: &[&str]) -> String {
    let refs = stage.sandbox.git_in(&stage.sandbox.path("remote.git"), &["for-each-ref"]);
    let run = stage.git(args).expect(1);
    for word in words {
        assert!(run.err.contains(word), "{word:?} is missing: {}", run.err);
    }
    assert_eq!(stage.sandbox.git_in(&stage.sandbox.path("remote.git"), &["for-each-ref"]), refs, "nothing arrived");
    run.err
}

#[track_caller]
pub(crate) fn passes(stage: &Stage, args: &[&str], words: &[&str]) -> String {
    let run = stage.git(args).expect(0);
    for word in words {
        assert!(run.err.contains(word), "{word:?} is missing: {}", run.err);
    }
    run.err
}

#[test]
fn an_honest_push_passes_with_counts_and_a_flipped_character_does_not() {
    let stage = Stage::pushed();
    let right = stage.publish("right");
    let base = stage.head();
    stage.commit("one more, with a slip of the finger", &[stage.left.clone(), right.clone().tampered()]);
    let words =
        ["integrity-mismatch", "registry-disagrees", "`right` 1.0.0", "1 mismatched", "the push is blocked", "package-lock.json:"];
    let said = blocked(&stage, &["push", "origin", "main"], &words);
    assert!(said.contains(&right.integrity) && said.contains(&right.clone().tampered().integrity), "{said}");
    assert!(!said.contains("`left`"), "{said}");

    // The same push, restored.
    stage.git(&["reset", "-q", "--hard", &base]).expect(0);
    stage.commit("one more", &[stage.left.clone(), right]);
    passes(&stage, &["push", "origin", "main"], &["1 of 1 new commits change dependencies", "1 verified", "0 mismatched"]);
    assert_eq!(stage.remote("main"), stage.head());
}

#[test]
fn only_what_is_new_is_asked_about_and_only_once() {
    let stage = Stage::pushed();
    let packages = vec![stage.left.clone(), stage.publish("right"), stage.publish("middle")];
    stage.commit("more", &packages);
    passes(&stage, &["push", "--dry-run", "origin", "main"], &["2 verified"]);
    assert_eq!(stage.tarballs(), 2);
    assert!(stage.registry.requests().iter().all(|request| !request.path.contains("left")), "{:?}", stage.registry.requests());
    stage.registry.forget_requests();
    passes(&stage, &["push", "origin", "main"], &["2 verified"]);
    assert_eq!(stage.registry.requests(), [], "the verdicts are remembered");
    // What concerns no dependency asks nobody, and says nothing.
    stage.sandbox.write("notes.txt", "x");
    stage.sandbox.commit("notes");
    let said = passes(&stage, &["push", "origin", "main"], &[]);
    assert!(!said.contains("provender"), "{said}");
}

#[test]
fn a_first_push_verifies_everything() {
    let stage = Stage::new();
    stage.sandbox.git_in(&stage.sandbox.path(""), &["init", "-q", "--bare", "-b", "main", "remote.git"]);
    stage.sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    passes(&stage, &["push", "origin", "main"], &["1 verified"]);
}

#[test]
fn what_was_tampered_with_and_restored_on_the_way_can_be_checked_out() {
    let stage = Stage::pushed();
    stage.commit("tampered", &[stage.left.clone().tampered()]);
    stage.commit("restored", std::slice::from_ref(&stage.left));
    let said = blocked(&stage, &["push", "origin", "main"], &["changed-integrity", "tampered", "`left`"]);
    assert!(said.contains("in commit") && said.contains(&stage.git(&["rev-parse", "HEAD~1"]).out[..7]), "{said}");
}

#[test]
fn a_clean_commit_at_the_end_does_not_make_up_for_an_earlier_one() {
    let stage = Stage::pushed();
    stage.commit("came", &[stage.left.clone(), stage.publish("right").tampered()]);
    stage.commit("went", std::slice::from_ref(&stage.left));
    let said = blocked(&stage, &["push", "origin", "main"], &["integrity-mismatch", "`right`", "(came)"]);
    assert!(!said.contains("(went)"), "{said}");
}

#[test]
fn every_ref_is_looked_at() {
    let stage = Stage::pushed();
    stage.git(&["checkout", "-qb", "alpha"]).expect(0);
    stage.commit("clean", &[stage.left.clone(), stage.publish("right")]);
    stage.git(&["checkout", "-qb", "omega", "main"]).expect(0);
    stage.commit("evil", &[stage.left.clone(), stage.publish("middle").tampered()]);
    blocked(&stage, &["push", "origin", "alpha", "omega"], &["`middle`"]);
    blocked(&stage, &["push", "origin", "omega", "alpha"], &["`middle`"]);
    blocked(&stage, &["push", "origin", "--all"], &["`middle`"]);
    passes(&stage, &["push", "origin", "alpha"], &["1 verified"]);
}

#[test]
fn commits_that_no_hook_saw_are_caught() {
    let stage = Stage::pushed();
    let evil = stage.left.clone().with_resolved("https://evil.test/left/-/left-1.0.0.tgz");
    stage.git(&["checkout", "-qb", "side"]).expect(0);
    stage.commit("evil", &[evil]);
    stage.git(&["checkout", "-q", "main"]).expect(0);
    stage.git(&["cherry-pick", "side"]).expect(0);
    blocked(&stage, &["push", "origin", "main"], &["changed-source", "untrusted-registry", "evil.test"]);
}

#[test]
fn a_host_that_only_the_repository_names_is_not_contacted() {
    let stage = Stage::pushed();
    let theirs = Registry::start().unwrap();
    let lure = Locked::published(&theirs, "@corp/lure", "1.0.0");
    // It is in the base already, so that nothing else stands in the way.
    stage
        .sandbox
        .write(".npmrc", &format!("{HARDENED}@corp:registry={}\n//{}/:_authToken=${{HOME}}\n", theirs.url(), theirs.host()));
    stage.sandbox.commit("settings");
    stage.git(&["push", "-q", "--no-verify", "origin", "main"]).expect(0);
    stage.sandbox.write("package.json", &crate::support::project::manifest(&[stage.left.clone(), lure.clone()]));
    stage.sandbox.write("package-lock.json", &lockfile(&[stage.left.clone(), lure.clone()]));
    stage.sandbox.commit("lure");
    let said = blocked(&stage, &["push", "origin", "main"], &["unverified-package", "@corp/lure", theirs.host(), "allow-hosts"]);
    assert!(!said.contains("mismatch-"), "{said}");
    assert_eq!(theirs.requests(), [], "nobody called");
    // Trusted by the person, it is asked; a repository cannot say so.
    stage.sandbox.write("provender.toml", &format!("[network]\nallow-hosts = [\"{}\"]\n", theirs.host()));
    stage.sandbox.commit("let me");
    blocked(&stage, &["push", "origin", "main"], &["unverified-package"]);
    assert_eq!(theirs.requests(), []);
    stage.sandbox.user_policy(&format!("[network]\nallow-hosts = [\"{}\"]\n", theirs.host()));
    stage.git(&["reset", "-q", "--hard", "HEAD~1"]).expect(0);
    passes(&stage, &["push", "origin", "main"], &["1 verified"]);
    assert!(theirs.requests().iter().all(|request| request.authorization.is_none()), "no token of the repository's is used");
}

#[test]
fn a_push_cannot_vouch_for_itself() {
    let stage = Stage::pushed();
    stage.sandbox.write("provender.toml", "[hooks]\npush = \"error\"\n[verify]\nleave-out = [\"*\"]\nunverifiable = \"warn\"\n[rules]\nintegrity-mismatch = \"off\"\nregistry-disagrees = \"off\"\n");
    stage.commit("all at once", &[stage.left.clone(), stage.publish("right").tampered()]);
    blocked(&stage, &["push", "origin", "main"], &["weakened-policy", "integrity-mismatch", "`right`"]);
}

#[test]
fn the_base_s_policy_decides_what_is_asked() {
    let stage = Stage::pushed();
    stage.sandbox.write("provender.toml", "[verify]\nleave-out = [\"right\"]\ndepth = \"recorded\"\n");
    stage.sandbox.commit("policy");
    stage.git(&["push", "-q", "--no-verify", "origin", "main"]).expect(0);
    stage.commit("more", &[stage.left.clone(), stage.publish("right").tampered(), stage.publish("middle")]);
    passes(&stage, &["push", "origin", "main"], &["0 verified, 1 recorded", "1 left out by policy"]);
    assert_eq!(stage.tarballs(), 0);
}

#[test]
fn what_no_registry_serves_is_not_passed_over() {
    let stage = Stage::pushed();
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let git = Locked::new("forge", "1.0.0").with_resolved(&format!("git+https://forge.test/a/b.git#{commit}"));
    let url = Locked::new("tarball", "1.0.0").with_resolved("https://elsewhere.test/t.tgz");
    stage.commit("more", &[stage.left.clone(), git, url]);
    blocked(&stage, &["push", "origin", "main"], &["`tarball`", "elsewhere.test"]);
    assert!(stage.registry.requests().iter().all(|request| !request.path.contains("forge")));
}

#[test]
fn the_person_can_go_past_it_and_is_told() {
    let stage = Stage::pushed();
    stage.commit("evil", &[stage.left.clone().tampered()]);
    let run = stage.git_with(&["push", "origin", "main"], &[("PROVENDER", "0")]).expect(0);
    assert!(run.err.contains("PROVENDER=0"), "{run:?}");
}

#[test]
fn a_push_that_cannot_be_understood_is_blocked() {
    let stage = Stage::pushed();
    let run = |args: &[&str], input: &str, variables: &[(&str, &str)]| {
        let mut command = stage.sandbox.command(env!("CARGO_BIN_EXE_provender"), &stage.sandbox.repo);
        finish_with_input(command.args(["hook", "run", "pre-push"]).args(args).envs(variables.iter().copied()), input)
    };
    let absent = "1".repeat(40);
    for (args, input) in [
        (&["origin", "../remote.git"][..], "refs/heads/main"),
        (&["origin", "../remote.git"], &format!("refs/heads/main {absent} refs/heads/main {}\n", "0".repeat(40))),
        (&["origin", "../remote.git"], "refs/heads/main not-an-id refs/heads/main 00\n"),
        (&["origin"], ""),
        (&[], ""),
    ] {
        let run = run(args, input, &[]).expect(2);
        assert!(run.err.contains("PROVENDER=0"), "{args:?} {input:?}: {run:?}");
    }
    run(&["origin", "../remote.git"], "", &[]).expect(0);

    // A framework shows one ref; that is said.
    stage.commit("evil", &[stage.left.clone().tampered()]);
    let told = run(
        &[],
        "",
        &[
            ("PRE_COMMIT", "1"),
            ("PRE_COMMIT_REMOTE_NAME", "origin"),
            ("PRE_COMMIT_FROM_REF", "HEAD~1"),
            ("PRE_COMMIT_TO_REF", "HEAD"),
        ],
    )
    .expect(1);
    assert!(told.err.contains("one ref of the push") && told.err.contains("changed-integrity"), "{told:?}");
}

#[test]
fn a_push_writes_nothing_into_the_repository() {
    let stage = Stage::pushed();
    let base = stage.head();
    stage.commit("evil", &[stage.left.clone().tampered()]);
    let input = format!("refs/heads/main {} refs/heads/main {base}\n", stage.head());
    let before = everything(&stage);
    let mut command = stage.sandbox.command(env!("CARGO_BIN_EXE_provender"), &stage.sandbox.repo);
    let run = finish_with_input(command.args(["hook", "run", "pre-push", "origin", "../remote.git"]), &input).expect(1);
    assert_eq!(run.out, "", "standard output is git's");
    assert!(everything(&stage) == before);
    assert!(!run.err.contains('\r') && !run.err.contains('\u{1b}'), "progress is for terminals: {run:?}");
}
