//! Installing beside what is there: the real `git` runs what was installed; a small script plays the program.

use std::path::PathBuf;

use provender_hooks::{HOOKS, HookState, Repository};

use crate::support::{Sandbox, run_with_input, script, write};

/// A program that notes its arguments and its standard input, and succeeds unless `FAIL` is set.
fn program(sandbox: &Sandbox) -> PathBuf {
    let path = sandbox.path("it's the program");
    script(&path, "#!/bin/sh\n{ echo \"ran $*\"; [ \"$3\" = pre-push ] && cat; } >> \"$OUT\"\n[ -z \"$FAIL\" ]\n");
    path
}

fn open(sandbox: &Sandbox) -> Repository {
    Repository::discover(&sandbox.repo).unwrap()
}

fn states(sandbox: &Sandbox) -> Vec<HookState> {
    open(sandbox).hook_status().unwrap().hooks.into_iter().map(|hook| hook.state).collect()
}

fn remote(sandbox: &Sandbox) {
    sandbox.git_in(sandbox.root.path(), &["init", "-q", "--bare", "remote.git"]);
    sandbox.git(&["remote", "add", "origin", "../remote.git"]);
}

#[test]
fn hooks_run_and_go_again_without_a_trace() {
    let sandbox = Sandbox::new();
    let program = program(&sandbox);
    assert_eq!(states(&sandbox), vec![HookState::Absent; 3]);
    for _ in 0..2 {
        // Twice: installing again renews.
        open(&sandbox).install_hooks(&program).unwrap();
        assert!(open(&sandbox).hook_status().unwrap().is_complete());
    }
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    assert_eq!(sandbox.output(), "ran hook run pre-commit\n");
    remote(&sandbox);
    sandbox.git(&["push", "-q", "origin", "main"]);
    let pushed = sandbox.output();
    assert!(pushed.starts_with("ran hook run pre-push origin ../remote.git\nrefs/heads/main "), "{pushed}");
    let failed = sandbox
        .command("git", &sandbox.repo)
        .args(["commit", "-q", "--allow-empty", "-m", "two"])
        .env("FAIL", "1")
        .output()
        .unwrap();
    assert!(!failed.status.success());
    open(&sandbox).uninstall_hooks().unwrap();
    assert_eq!(states(&sandbox), vec![HookState::Absent; 3]);
    assert!(open(&sandbox).uninstall_hooks().unwrap().done.is_empty());
}

#[test]
fn a_hook_that_was_there_runs_first_gets_the_whole_input_and_comes_back_unchanged() {
    let sandbox = Sandbox::new();
    let program = program(&sandbox);
    let own = "#!/bin/sh\necho \"own $*\" >> \"$OUT\"\ncat >> \"$OUT\"\n[ -z \"$OWN_FAILS\" ]\n";
    let path = sandbox.repo.join(".git/hooks/pre-push");
    script(&path, own);
    open(&sandbox).install_hooks(&program).unwrap();
    sandbox.commit("one", &[("a", "1")]);
    remote(&sandbox);
    sandbox.git(&["push", "-q", "origin", "main", "main:refs/heads/other"]);
    let output = sandbox.output();
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!((lines[0], lines[3]), ("own origin ../remote.git", "ran hook run pre-push origin ../remote.git"), "{output}");
    assert_eq!(lines[1..3], lines[4..6], "both read the same lines");
    let blocked =
        sandbox.command("git", &sandbox.repo).args(["push", "-q", "origin", ":other"]).env("OWN_FAILS", "1").output().unwrap();
    assert!(!blocked.status.success());
    assert!(!sandbox.output().contains("ran hook"), "what fails first ends it");
    open(&sandbox).uninstall_hooks().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), own);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o755);
    }
}

#[test]
fn a_program_that_is_gone_blocks_and_says_how_to_go_on() {
    let sandbox = Sandbox::new();
    let program = program(&sandbox);
    open(&sandbox).install_hooks(&program).unwrap();
    std::fs::remove_file(&program).unwrap();
    let commit = |escape: &str| {
        let mut command = sandbox.command("git", &sandbox.repo);
        command.args(["commit", "-q", "--allow-empty", "-m", "one"]).env("PROVENDER", escape).output().unwrap()
    };
    let blocked = commit("");
    assert!(!blocked.status.success());
    assert!(String::from_utf8_lossy(&blocked.stderr).contains("the program is gone"));
    assert!(commit("0").status.success());
    assert!(open(&sandbox).hook_status().unwrap().problems.iter().any(|problem| problem.contains("which is gone")));
}

#[test]
fn what_holds_for_every_repository_is_not_touched() {
    let sandbox = Sandbox::new();
    let config = sandbox.path("global");
    std::fs::write(&config, format!("[core]\n\thooksPath = {}\n", sandbox.path("shared").display())).unwrap();
    // The crate asks git, which asks the environment; so the whole test runs in a process of its own surroundings.
    let output = sandbox.inspect_in(&sandbox.repo, &["install", "/bin/true"], &[("GIT_CONFIG_GLOBAL", config.to_str().unwrap())]);
    assert!(output.contains("your global git settings send the hooks of every repository to"), "{output}");
    assert!(!sandbox.path("shared").exists());
    sandbox.git(&["config", "core.hooksPath", ""]);
    assert!(open(&sandbox).install_hooks(&program(&sandbox)).unwrap_err().message().contains("set to nothing"));
}

#[test]
fn a_relative_path_of_the_repository_is_honoured_and_a_work_tree_without_it_is_told() {
    let sandbox = Sandbox::new();
    let program = program(&sandbox);
    sandbox.commit("one", &[("a", "1")]);
    sandbox.git(&["config", "core.hooksPath", ".githooks"]);
    sandbox.git(&["worktree", "add", "-q", "../tree", "-b", "tree"]);
    let report = open(&sandbox).install_hooks(&program).unwrap();
    assert!(sandbox.repo.join(".githooks/pre-commit").exists());
    assert!(report.done.len() == 3);
    let status = open(&sandbox).hook_status().unwrap();
    assert!(status.problems.iter().any(|problem| problem.contains("in its `.githooks`")), "{status}");
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "two"]);
    assert_eq!(sandbox.output(), "ran hook run pre-commit\n");
}

#[test]
fn beside_husky_a_block_goes_into_the_users_file() {
    let sandbox = Sandbox::new();
    let program = program(&sandbox);
    // husky's layout: git runs the generated file, which runs the user's file with the input handed on.
    for hook in HOOKS {
        write(&sandbox.repo, &format!(".husky/_/{hook}"), "");
        script(
            &sandbox.repo.join(format!(".husky/_/{hook}")),
            &format!("#!/bin/sh\nsh -e \"$(dirname \"$(dirname \"$0\")\")/{hook}\" \"$@\"\n"),
        );
    }
    let own = "echo \"own $*\" >> \"$OUT\"\ncat >> \"$OUT\"\n";
    write(&sandbox.repo, ".husky/pre-push", own);
    sandbox.git(&["config", "core.hooksPath", ".husky/_"]);
    open(&sandbox).install_hooks(&program).unwrap();
    assert!(open(&sandbox).hook_status().unwrap().is_complete());
    sandbox.commit("one", &[("a", "1")]);
    remote(&sandbox);
    std::fs::create_dir(sandbox.path("bin")).unwrap();
    std::fs::rename(&program, sandbox.path("bin/provender")).unwrap();
    let path = format!("{}:{}", sandbox.path("bin").display(), std::env::var("PATH").unwrap());
    let pushed = sandbox.command("git", &sandbox.repo).args(["push", "-q", "origin", "main"]).env("PATH", path).output().unwrap();
    assert!(pushed.status.success(), "{}", String::from_utf8_lossy(&pushed.stderr));
    let output = sandbox.output();
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), 4, "{output}");
    assert_eq!(lines[0], "ran hook run pre-push origin ../remote.git", "{output}");
    assert_eq!(lines[2], "own origin ../remote.git", "{output}");
    assert_eq!(lines[1], lines[3], "both read the same line");
    open(&sandbox).uninstall_hooks().unwrap();
    assert_eq!(std::fs::read_to_string(sandbox.repo.join(".husky/pre-push")).unwrap(), own);
    assert!(!sandbox.repo.join(".husky/pre-commit").exists());
}

/// Runs an installed hook with this input, as git would, and returns what was noted.
fn run(sandbox: &Sandbox, hook: &str, input: &str) -> String {
    let mut command = sandbox.command(sandbox.repo.join(hook), &sandbox.repo);
    run_with_input(command.args(["origin", "address"]), input);
    sandbox.output()
}

#[test]
fn both_hooks_read_all_of_a_long_input_and_nothing_of_an_empty_one() {
    let sandbox = Sandbox::new();
    let program = program(&sandbox);
    let hook = ".git/hooks/pre-push";
    script(&sandbox.repo.join(hook), "#!/bin/sh\necho own >> \"$OUT\"\ncat >> \"$OUT\"\n");
    open(&sandbox).install_hooks(&program).unwrap();
    assert_eq!(run(&sandbox, hook, ""), "own\nran hook run pre-push origin address\n", "up to date");
    // More than a pipe holds, with what a shell could take for something else.
    let many: String =
        (0..3000).map(|n| format!("refs/heads/$(x)`y`\\n{n} {} refs/heads/{n} {}\n", "1".repeat(40), "0".repeat(40))).collect();
    assert_eq!(run(&sandbox, hook, &many), format!("own\n{many}ran hook run pre-push origin address\n{many}"));
    // A hook that ends without reading must not break ours.
    script(&sandbox.repo.join(".git/hooks/pre-push.provender-chained"), "#!/bin/sh\nexit 0\n");
    assert_eq!(run(&sandbox, hook, &many), format!("ran hook run pre-push origin address\n{many}"));
}

#[test]
fn a_tool_that_writes_its_hook_anew_is_told_and_chained_again() {
    let sandbox = Sandbox::new();
    let program = program(&sandbox);
    let path = sandbox.repo.join(".git/hooks/pre-commit");
    let generated = |version: u32| format!("#!/bin/sh\necho lefthook {version} >> \"$OUT\"\n");
    script(&path, &generated(1));
    open(&sandbox).install_hooks(&program).unwrap();
    // As lefthook does when it finds a hook that is not its own.
    std::fs::rename(&path, sandbox.repo.join(".git/hooks/pre-commit.old")).unwrap();
    script(&path, &generated(2));
    let status = open(&sandbox).hook_status().unwrap();
    assert_eq!(status.hooks[0].state, HookState::Foreign("lefthook"));
    assert!(status.problems.iter().any(|problem| problem.contains("written anew by another tool (lefthook)")), "{status}");
    open(&sandbox).install_hooks(&program).unwrap();
    assert!(open(&sandbox).hook_status().unwrap().is_complete());
    assert!(!sandbox.repo.join(".git/hooks/pre-commit.old").exists());
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    assert_eq!(sandbox.output(), "lefthook 2\nran hook run pre-commit\n");
    open(&sandbox).uninstall_hooks().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), generated(2));
}

#[test]
fn two_hooks_of_different_makers_are_both_kept() {
    let sandbox = Sandbox::new();
    let program = program(&sandbox);
    let path = sandbox.repo.join(".git/hooks/pre-commit");
    script(&path, "#!/bin/sh\n# mine\n");
    open(&sandbox).install_hooks(&program).unwrap();
    script(&path, "#!/bin/sh\n# another of mine\n");
    let refused = open(&sandbox).install_hooks(&program).unwrap_err();
    assert!(refused.message().contains("was written anew by another tool"), "{refused}");
    open(&sandbox).uninstall_hooks().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "#!/bin/sh\n# another of mine\n");
    assert!(sandbox.repo.join(".git/hooks/pre-commit.provender-chained").exists());
}

#[test]
fn a_tool_that_runs_ours_beside_its_own_does_not_make_it_run_twice() {
    let sandbox = Sandbox::new();
    let program = program(&sandbox);
    let path = sandbox.repo.join(".git/hooks/pre-commit");
    let legacy = sandbox.repo.join(".git/hooks/pre-commit.legacy");
    open(&sandbox).install_hooks(&program).unwrap();
    // As pre-commit does when it is installed after us.
    std::fs::rename(&path, &legacy).unwrap();
    script(
        &path,
        "#!/bin/sh\n# File generated by pre-commit: https://pre-commit.com\n[ -x \"$0.legacy\" ] && { \"$0.legacy\" \"$@\" || exit 1; }\necho framework >> \"$OUT\"\n",
    );
    let status = open(&sandbox).hook_status().unwrap();
    assert_eq!(status.hooks[0].state, HookState::Aside("pre-commit"));
    assert!(status.is_complete(), "{status}");
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    assert_eq!(sandbox.output(), "ran hook run pre-commit\nframework\n");

    std::fs::write(sandbox.repo.join("keep"), std::fs::read(&path).unwrap()).unwrap();
    std::fs::rename(&legacy, sandbox.repo.join("aside")).unwrap();
    open(&sandbox).install_hooks(&program).unwrap();
    std::fs::rename(sandbox.repo.join("aside"), &legacy).unwrap();
    open(&sandbox).install_hooks(&program).unwrap();
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "two"]);
    assert_eq!(sandbox.output(), "framework\nran hook run pre-commit\n", "once");
}

#[test]
fn what_was_kept_comes_back_even_if_our_script_was_deleted() {
    let sandbox = Sandbox::new();
    let path = sandbox.repo.join(".git/hooks/pre-commit");
    script(&path, "#!/bin/sh\n# mine\n");
    open(&sandbox).install_hooks(&program(&sandbox)).unwrap();
    std::fs::remove_file(&path).unwrap();
    open(&sandbox).uninstall_hooks().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "#!/bin/sh\n# mine\n");
}

#[test]
fn a_shared_block_blocks_where_the_program_is_not_installed() {
    let sandbox = Sandbox::new();
    for hook in HOOKS {
        write(&sandbox.repo, &format!(".husky/_/{hook}"), "");
        script(
            &sandbox.repo.join(format!(".husky/_/{hook}")),
            &format!("#!/bin/sh\nsh -e \"$(dirname \"$(dirname \"$0\")\")/{hook}\" \"$@\"\n"),
        );
    }
    write(&sandbox.repo, ".husky/pre-push", "echo own >> \"$OUT\"\ncat >> \"$OUT\"\n");
    sandbox.git(&["config", "core.hooksPath", ".husky/_"]);
    open(&sandbox).install_hooks(&program(&sandbox)).unwrap();
    let commit = |escape: &str| {
        let mut command = sandbox.command("git", &sandbox.repo);
        command.args(["commit", "-q", "--allow-empty", "-m", "one"]).env("PROVENDER", escape).output().unwrap()
    };
    let blocked = commit("");
    assert!(!blocked.status.success());
    assert!(String::from_utf8_lossy(&blocked.stderr).contains("the program is not installed"));
    assert!(commit("0").status.success());
    // In a cargo home it is found, and a push that is up to date stays one for the hook behind it.
    let bin = sandbox.path("home/.cargo/bin");
    std::fs::create_dir_all(&bin).unwrap();
    std::fs::rename(program(&sandbox), bin.join("provender")).unwrap();
    assert_eq!(run(&sandbox, ".husky/_/pre-push", ""), "ran hook run pre-push origin address\nown\n");
    // husky's own folder is not there before husky was installed.
    std::fs::remove_file(sandbox.repo.join(".husky/_/pre-push")).unwrap();
    let status = open(&sandbox).hook_status().unwrap();
    assert!(status.problems.iter().any(|problem| problem.contains("git runs no pre-push hook here")), "{status}");
}

#[test]
fn a_hooks_path_that_is_no_folder_is_told() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.hooksPath", "/dev/null"]);
    assert_eq!(states(&sandbox), vec![HookState::Absent; 3]);
    assert!(open(&sandbox).install_hooks(&program(&sandbox)).is_err());
}

#[test]
fn every_work_tree_with_a_relative_path_is_asked() {
    let sandbox = Sandbox::new();
    let program = program(&sandbox);
    sandbox.commit("one", &[(".githooks/pre-commit", "#!/bin/sh\n")]);
    sandbox.git(&["config", "core.hooksPath", ".githooks"]);
    sandbox.git(&["worktree", "add", "-q", "../tree", "-b", "tree"]);
    let notes = open(&sandbox).install_hooks(&program).unwrap().notes;
    assert!(notes.len() == 1 && notes[0].contains("none of these hooks"), "the folder is there, but not our hooks: {notes:?}");
    Repository::discover(&sandbox.path("tree")).unwrap().install_hooks(&program).unwrap();
    let status = open(&sandbox).hook_status().unwrap();
    assert!(!status.problems.iter().any(|problem| problem.contains("work tree")), "{status}");
    sandbox.git_in(&sandbox.path("tree"), &["commit", "-q", "--allow-empty", "-m", "two"]);
    assert_eq!(sandbox.output(), "ran hook run pre-commit\n");
}
