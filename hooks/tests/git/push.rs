//! What the pre-push hook sees, in every shape of push.

use std::path::PathBuf;

use crate::support::{Sandbox, write};

const LOCK: &str = "package-lock.json";

/// A repository with one commit that a bare remote `origin` has, and a pre-push hook that looks.
fn pushed() -> Sandbox {
    pushed_with(&[])
}

fn pushed_with(args: &[&str]) -> Sandbox {
    let sandbox = Sandbox::with(args);
    let mut init = vec!["init", "-q", "--bare", "-b", "main"];
    init.extend(args);
    init.push("remote.git");
    sandbox.git_in(sandbox.root.path(), &init);
    sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    sandbox.commit("first", &[(LOCK, "lock 1"), ("package.json", "manifest 1"), ("a/z.txt", "z")]);
    sandbox.git(&["push", "-q", "-u", "origin", "main"]);
    sandbox.hook(&sandbox.repo, "pre-push", "push \"$@\"");
    sandbox
}

fn remote(sandbox: &Sandbox) -> PathBuf {
    sandbox.path("remote.git")
}

#[test]
fn every_commit_and_nothing_twice() {
    let sandbox = pushed();
    sandbox.commit("tamper", &[(LOCK, "evil")]);
    sandbox.commit("other work", &[("a/z.txt", "z2")]);
    sandbox.commit("restore", &[(LOCK, "lock 1")]);
    sandbox.git(&["push", "-q"]);
    assert_eq!(
        sandbox.output(),
        "1 refs, 3 commits\ntamper:\nM package-lock.json <lock 1> -> <evil>\nrestore:\nM package-lock.json <evil> -> <lock 1>\n"
    );
    sandbox.git(&["push", "-q"]);
    assert_eq!(sandbox.output(), "0 refs, 0 commits\n", "up to date: git gives no lines");
}

#[test]
fn every_ref_of_one_push() {
    let sandbox = pushed();
    for branch in ["b1", "b2"] {
        sandbox.git(&["checkout", "-qb", branch, "main"]);
        sandbox.commit(branch, &[(LOCK, &format!("lock of {branch}"))]);
    }
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["push", "-q", "origin", "b1", "b2"]);
    let seen = sandbox.output();
    assert!(seen.starts_with("2 refs, 2 commits\n"), "{seen}");
    assert!(seen.contains("b1:\nM package-lock.json <lock 1> -> <lock of b1>\n"), "{seen}");
    assert!(seen.contains("b2:\nM package-lock.json <lock 1> -> <lock of b2>\n"), "{seen}");
}

#[test]
fn a_change_picked_to_two_branches_is_told_once() {
    let sandbox = pushed();
    sandbox.git(&["checkout", "-qb", "b1"]);
    sandbox.commit("change", &[(LOCK, "lock 2")]);
    sandbox.git(&["checkout", "-qb", "b2", "main"]);
    sandbox.commit("work", &[("a/z.txt", "other")]);
    sandbox.git(&["cherry-pick", "b1"]);
    sandbox.git(&["push", "-q", "origin", "b1", "b2"]);
    let seen = sandbox.output();
    assert!(seen.starts_with("2 refs, 3 commits\n"), "{seen}");
    assert_eq!(seen.matches("M package-lock.json").count(), 1, "{seen}");
}

#[test]
fn first_push_new_branch_and_unknown_remote() {
    let sandbox = pushed();
    sandbox.git(&["checkout", "-qb", "topic"]);
    sandbox.git(&["push", "-q", "origin", "topic"]);
    assert_eq!(sandbox.output(), "1 refs, 0 commits\n", "a new branch without new commits");

    sandbox.commit("topic", &[("package.json", "manifest 2")]);
    sandbox.git(&["push", "-q", "origin", "topic:renamed"]);
    assert_eq!(sandbox.output(), "1 refs, 1 commits\ntopic:\nM package.json <manifest 1> -> <manifest 2>\n");

    sandbox.git_in(sandbox.root.path(), &["init", "-q", "--bare", "fresh.git"]);
    sandbox.git(&["push", "-q", "../fresh.git", "main"]);
    assert_eq!(
        sandbox.output(),
        "1 refs, 1 commits\nfirst:\nA package-lock.json -> <lock 1>\nA package.json -> <manifest 1>\n",
        "a place that is no remote of ours has nothing"
    );
}

#[test]
fn a_url_that_is_a_remote_has_what_the_remote_has() {
    let sandbox = pushed();
    sandbox.git(&["checkout", "-qb", "topic"]);
    sandbox.commit("topic", &[(LOCK, "lock 2")]);
    sandbox.git(&["push", "-q", "../remote.git", "topic"]);
    assert_eq!(sandbox.output(), "1 refs, 1 commits\ntopic:\nM package-lock.json <lock 1> -> <lock 2>\n");
}

#[test]
fn a_remote_does_not_answer_for_another_below_its_name() {
    let sandbox = pushed();
    sandbox.git_in(sandbox.root.path(), &["init", "-q", "--bare", "fork.git"]);
    sandbox.git(&["remote", "add", "origin/fork", "../fork.git"]);
    sandbox.git(&["checkout", "-qb", "topic"]);
    sandbox.commit("topic", &[(LOCK, "lock 2")]);
    sandbox.git(&["push", "-q", "--no-verify", "origin/fork", "topic"]);
    sandbox.git(&["push", "-q", "origin", "topic"]);
    assert_eq!(sandbox.output(), "1 refs, 1 commits\ntopic:\nM package-lock.json <lock 1> -> <lock 2>\n");
}

#[test]
fn deletions_and_forced_pushes() {
    let sandbox = pushed();
    sandbox.git(&["push", "-q", "--no-verify", "origin", "main:gone"]);
    sandbox.git(&["push", "-q", "origin", ":gone"]);
    assert_eq!(sandbox.output(), "1 refs, 0 commits\n");

    sandbox.commit("second", &[(LOCK, "lock 2")]);
    sandbox.git(&["push", "-q", "--no-verify"]);
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    sandbox.commit("rewritten", &[(LOCK, "lock 3")]);
    sandbox.git(&["push", "-q", "--force"]);
    assert_eq!(sandbox.output(), "1 refs, 1 commits\nrewritten:\nM package-lock.json <lock 1> -> <lock 3>\n");
}

#[test]
fn the_remote_may_have_moved_to_what_was_never_fetched() {
    let sandbox = pushed();
    sandbox.git(&["clone", "-q", "../remote.git", "../colleague"]);
    let colleague = sandbox.path("colleague");
    write(&colleague, "a/z.txt", "of a colleague");
    sandbox.git_in(&colleague, &["commit", "-qam", "colleague"]);
    sandbox.git_in(&colleague, &["push", "-q"]);
    sandbox.commit("mine", &[(LOCK, "lock 2")]);
    sandbox.git(&["push", "-q", "--force", "../remote.git", "main"]);
    assert_eq!(sandbox.output(), "1 refs, 1 commits\nmine:\nM package-lock.json <lock 1> -> <lock 2>\n");
}

#[test]
fn tags_of_all_kinds() {
    let sandbox = pushed();
    sandbox.commit("tagged", &[(LOCK, "lock 2")]);
    sandbox.git(&["tag", "light"]);
    sandbox.git(&["tag", "-a", "-m", "t", "heavy"]);
    sandbox.git(&["tag", "-a", "-m", "t", "nested", "heavy"]);
    sandbox.git(&["push", "-q", "origin", "light", "heavy", "nested"]);
    assert_eq!(sandbox.output(), "3 refs, 1 commits\ntagged:\nM package-lock.json <lock 1> -> <lock 2>\n");

    sandbox.git(&["tag", "-a", "-m", "t", "a-blob", "HEAD:package.json"]);
    sandbox.git(&["tag", "-a", "-m", "t", "a-tree", "HEAD^{tree}"]);
    sandbox.git(&["push", "-q", "origin", "a-blob", "a-tree"]);
    let seen = sandbox.output();
    assert!(seen.contains("note: refs/tags/a-blob names a single file's content"), "{seen}");
    assert!(
        seen.contains(
            "a tree without a commit, pushed as refs/tags/a-tree:\nA package-lock.json -> <lock 2>\nA package.json -> <manifest 1>\n"
        ),
        "{seen}"
    );
}

#[test]
fn a_ref_with_a_space() {
    let sandbox = pushed();
    sandbox.commit("fix bug", &[(LOCK, "lock 2")]);
    sandbox.commit("after", &[(LOCK, "lock 3")]);
    sandbox.git(&["push", "-q", "origin", "HEAD^{/fix bug}:refs/heads/x"]);
    assert_eq!(sandbox.output(), "1 refs, 1 commits\nfix bug:\nM package-lock.json <lock 1> -> <lock 2>\n");
}

#[test]
fn merges_clean_and_evil() {
    let sandbox = pushed();
    sandbox.git(&["checkout", "-qb", "side"]);
    sandbox.commit("side", &[(LOCK, "lock of side")]);
    sandbox.git(&["push", "-q", "--no-verify", "origin", "side"]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit("main", &[("a/z.txt", "z2")]);
    sandbox.git(&["merge", "-q", "--no-edit", "side"]);
    sandbox.git(&["push", "-q"]);
    assert_eq!(sandbox.output(), "1 refs, 2 commits\n", "the remote has side's lockfile");

    sandbox.git(&["checkout", "-qb", "other", "main~1"]);
    sandbox.commit("other", &[("a/z.txt", "z3")]);
    sandbox.git(&["merge", "-q", "--no-commit", "-s", "ours", "main"]);
    sandbox.write(LOCK, "evil");
    sandbox.git(&["commit", "-qam", "evil merge"]);
    sandbox.git(&["push", "-q", "origin", "other"]);
    assert_eq!(sandbox.output(), "1 refs, 2 commits\nevil merge:\nM package-lock.json <lock 1> <lock of side> -> <evil>\n");
}

#[test]
fn wrong_clocks_lose_no_commit() {
    let sandbox = pushed();
    for (message, date) in [("old", "1000000000 +0000"), ("new", "1900000000 +0000"), ("middle", "1500000000 +0000")] {
        write(&sandbox.repo, LOCK, message);
        let mut commit = sandbox.command("git", &sandbox.repo);
        assert!(commit.args(["commit", "-qam", message]).env("GIT_COMMITTER_DATE", date).status().unwrap().success());
    }
    sandbox.git(&["push", "-q"]);
    let seen = sandbox.output();
    assert!(seen.starts_with("1 refs, 3 commits\n"), "{seen}");
}

#[test]
fn shallow_clones() {
    let sandbox = pushed();
    sandbox.commit("second", &[(LOCK, "lock 2")]);
    sandbox.git(&["push", "-q", "--no-verify"]);
    let url = format!("file://{}", remote(&sandbox).display());
    sandbox.git_in(sandbox.root.path(), &["clone", "-q", "--depth", "1", &url, "shallow"]);
    let shallow = sandbox.path("shallow");
    sandbox.hook(&shallow, "pre-push", "push \"$@\"");
    write(&shallow, LOCK, "lock 3");
    sandbox.git_in(&shallow, &["commit", "-qam", "third"]);
    sandbox.git_in(&shallow, &["push", "-q"]);
    assert_eq!(sandbox.output(), "1 refs, 1 commits\nthird:\nM package-lock.json <lock 2> -> <lock 3>\n");

    sandbox.git_in(sandbox.root.path(), &["init", "-q", "--bare", "fresh.git"]);
    // Git refuses to make the receiver shallow, but asks the hook first.
    sandbox.try_git(&shallow, &["push", "-q", "../fresh.git", "main"]);
    assert_eq!(
        sandbox.output(),
        "1 refs, 2 commits\nsecond:\nA package-lock.json -> <lock 2>\nA package.json -> <manifest 1>\n\
         third:\nM package-lock.json <lock 2> -> <lock 3>\n",
        "at the edge of what is here, everything is new"
    );
}

#[test]
fn partial_clones() {
    let sandbox = pushed();
    sandbox.commit("second", &[(LOCK, "lock 2"), ("b/package.json", "b 1")]);
    sandbox.git(&["push", "-q", "--no-verify"]);
    sandbox.git_in(&remote(&sandbox), &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", remote(&sandbox).display());
    for filter in ["blob:none", "tree:0"] {
        let name = filter.replace(':', "-");
        sandbox.git_in(sandbox.root.path(), &["clone", "-q", "--no-checkout", "--filter", filter, &url, &name]);
        let partial = sandbox.path(&name);
        sandbox.hook(&partial, "pre-push", "push \"$@\"");
        // A commit made without the old blobs at hand.
        let new = sandbox.path("new-lock");
        std::fs::write(&new, "lock 3").unwrap();
        let blob = sandbox.git_in(&partial, &["hash-object", "-w", new.to_str().unwrap()]);
        sandbox.git_in(&partial, &["read-tree", "HEAD"]);
        sandbox.git_in(&partial, &["update-index", "--cacheinfo", &format!("100644,{blob},{LOCK}")]);
        let tree = sandbox.git_in(&partial, &["write-tree"]);
        let commit = sandbox.git_in(&partial, &["commit-tree", &tree, "-p", "HEAD", "-m", &name]);
        sandbox.git_in(&partial, &["push", "-q", "origin", &format!("{commit}:refs/heads/{name}")]);
        assert_eq!(
            sandbox.output(),
            format!("1 refs, 1 commits\n{name}:\nA package-lock.json -> <lock 3>\n"),
            "{filter}: an old side that is not here is no base"
        );
        // Where the new side is not here either, nothing is fetched unless that was allowed, and it blocks.
        let line = format!("main {} refs/heads/x {}\n", sandbox.git(&["rev-parse", "HEAD"]), "0".repeat(40));
        let push = |env: &[(&str, &str)]| {
            let mut command = sandbox.command(crate::support::inspect(), &partial);
            command.args(["push", "elsewhere", "elsewhere"]).envs(env.iter().copied());
            crate::support::run_with_input(&mut command, &line)
        };
        let blocked = push(&[]);
        assert!(blocked.contains("error Missing: object"), "{filter}: {blocked}");
        let fetched = push(&[("INSPECT_FETCH", "1")]);
        assert!(fetched.starts_with("1 refs, 2 commits\n") && fetched.contains("<lock 2>"), "{filter}: {fetched}");
    }
}

#[test]
fn replaced_commits_and_trees_are_seen_as_they_are_pushed() {
    let sandbox = pushed();
    let good = sandbox.git(&["rev-parse", "HEAD"]);
    let evil = sandbox.commit("evil", &[(LOCK, "evil")]);
    let harmless = sandbox.git(&["commit-tree", &format!("{good}^{{tree}}"), "-p", &good, "-m", "harmless"]);
    sandbox.git(&["replace", &evil, &harmless]);
    sandbox.git(&["push", "-q", "origin", "main"]);
    assert_eq!(sandbox.output(), "1 refs, 1 commits\nevil:\nM package-lock.json <lock 1> -> <evil>\n");
}

#[test]
fn sha256_and_reftable() {
    for args in [&["--object-format=sha256"][..], &["--ref-format=reftable"], &["--object-format=sha256", "--ref-format=reftable"]]
    {
        let sandbox = pushed_with(args);
        sandbox.commit("second", &[(LOCK, "lock 2")]);
        sandbox.git(&["push", "-q", "origin", "main", "main:again"]);
        assert_eq!(sandbox.output(), "2 refs, 1 commits\nsecond:\nM package-lock.json <lock 1> -> <lock 2>\n", "{args:?}");
        sandbox.git(&["push", "-q", "origin", ":again"]);
        assert_eq!(sandbox.output(), "1 refs, 0 commits\n", "{args:?}");
    }
}

#[test]
fn from_a_bare_repository_and_a_linked_worktree() {
    let sandbox = pushed();
    sandbox.commit("second", &[(LOCK, "lock 2")]);
    sandbox.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    sandbox.git_in(&sandbox.path("linked"), &["push", "-q", "origin", "linked"]);
    assert_eq!(sandbox.output(), "1 refs, 1 commits\nsecond:\nM package-lock.json <lock 1> -> <lock 2>\n");

    sandbox.git(&["clone", "-q", "--mirror", ".", "../mirror.git"]);
    let mirror = sandbox.path("mirror.git");
    sandbox.hook(&mirror, "pre-push", "push \"$@\"");
    sandbox.git_in(sandbox.root.path(), &["init", "-q", "--bare", "fresh.git"]);
    sandbox.git_in(&mirror, &["push", "-q", "--mirror", "../fresh.git"]);
    let seen = sandbox.output();
    assert!(seen.contains("refs, 2 commits\n") && seen.contains("second:\nM package-lock.json <lock 1> -> <lock 2>\n"), "{seen}");
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_in_the_middle_of_the_range_is_refused() {
    let sandbox = pushed();
    std::fs::remove_file(sandbox.repo.join(LOCK)).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", sandbox.repo.join(LOCK)).unwrap();
    sandbox.commit("link", &[]);
    std::fs::remove_file(sandbox.repo.join(LOCK)).unwrap();
    sandbox.commit("back", &[(LOCK, "lock 1")]);
    sandbox.git(&["push", "-q"]);
    assert_eq!(
        sandbox.output(),
        "1 refs, 2 commits\nlink:\n! package-lock.json is a symbolic link, not a file\nback:\nA package-lock.json -> <lock 1>\n"
    );
}

#[test]
fn objects_in_quarantine_are_read_through_git() {
    let sandbox = pushed();
    let quarantine = sandbox.path("quarantine");
    std::fs::create_dir(&quarantine).unwrap();
    let objects = sandbox.repo.join(".git/objects");
    let env = [
        ("GIT_OBJECT_DIRECTORY", quarantine.to_str().unwrap().to_owned()),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", objects.to_str().unwrap().to_owned()),
    ];
    write(&sandbox.repo, LOCK, "lock 2");
    let git = |args: &[&str]| {
        let output = sandbox.command("git", &sandbox.repo).args(args).envs(env.clone()).output().unwrap();
        assert!(output.status.success(), "{args:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["add", LOCK]);
    let tree = git(&["write-tree"]);
    let commit = git(&["commit-tree", &tree, "-p", "HEAD", "-m", "quarantined"]);
    let mut command = sandbox.command(crate::support::inspect(), &sandbox.repo);
    command.args(["push", "origin", "../remote.git"]).envs(env.clone());
    let line = format!("x {commit} refs/heads/x {}\n", "0".repeat(40));
    assert_eq!(
        crate::support::run_with_input(&mut command, &line),
        "1 refs, 1 commits\nquarantined:\nM package-lock.json <lock 1> -> <lock 2>\n"
    );
}

#[test]
fn below_a_framework_one_ref_is_seen_and_that_is_said() {
    let sandbox = pushed();
    assert_eq!(sandbox.inspect(&["framework"]), "no framework\n");
    let from = sandbox.git(&["rev-parse", "HEAD"]);
    let to = sandbox.commit("second", &[(LOCK, "lock 2")]);
    let base = [("PRE_COMMIT", "1"), ("PRE_COMMIT_REMOTE_NAME", "origin"), ("PRE_COMMIT_REMOTE_URL", "../remote.git")];
    let refs = [("PRE_COMMIT_FROM_REF", from.as_str()), ("PRE_COMMIT_TO_REF", to.as_str())];
    for env in [[&base[..], &refs[..]].concat(), base.to_vec()] {
        let seen = sandbox.inspect_in(&sandbox.repo, &["framework"], &env);
        assert!(
            seen.starts_with("1 refs, 1 commits\nsecond:\nM package-lock.json <lock 1> -> <lock 2>\nnote: A hook framework"),
            "{seen}"
        );
    }
}

#[test]
fn what_cannot_be_read_blocks() {
    let sandbox = pushed();
    let line = format!("x {} refs/heads/x {}\n", "1".repeat(40), "0".repeat(40));
    for (input, error) in [(line.as_str(), "error Missing: "), ("not git's\n", "error Input: ")] {
        let mut command = sandbox.command(crate::support::inspect(), &sandbox.repo);
        command.args(["push", "origin", "../remote.git"]);
        let seen = crate::support::run_with_input(&mut command, input);
        assert!(seen.starts_with(error), "{seen}");
    }
}
