//! What the commit hooks see, in every way that git has of making a commit.

use crate::support::{Sandbox, write};

const LOCK: &str = "package-lock.json";

/// A repository with a first commit of a lockfile, a manifest and much else, and a pre-commit hook that looks.
fn started() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.commit(
        "first",
        &[(LOCK, "lock 1"), ("package.json", "manifest 1"), ("a/b/package.json", "deep 1"), ("a/b/c.txt", "c"), ("z.txt", "z")],
    );
    sandbox.hook(&sandbox.repo, "pre-commit", "staged");
    sandbox.hook(&sandbox.repo, "pre-merge-commit", "merge");
    sandbox
}

#[test]
fn the_index_counts_and_the_working_tree_does_not() {
    let sandbox = started();
    sandbox.write(LOCK, "lock 2");
    sandbox.git(&["add", LOCK]);
    sandbox.write(LOCK, "lock 3, not staged");
    sandbox.write("package.json", "manifest 2, not staged");
    sandbox.git(&["commit", "-qm", "x"]);
    assert_eq!(sandbox.output(), "M package-lock.json <lock 1> -> <lock 2>\n");
}

#[test]
fn commit_all_patch_include_and_only() {
    let sandbox = started();
    sandbox.write(LOCK, "lock 2");
    sandbox.git(&["commit", "-qam", "all"]);
    assert_eq!(sandbox.output(), "M package-lock.json <lock 1> -> <lock 2>\n");

    sandbox.write(LOCK, "lock 3");
    sandbox.write("package.json", "manifest 2");
    sandbox.git(&["add", "package.json"]);
    sandbox.git(&["commit", "-qm", "only", "--", LOCK]);
    assert_eq!(sandbox.output(), "M package-lock.json <lock 2> -> <lock 3>\n", "--only leaves out what is staged besides");

    sandbox.write(LOCK, "lock 4");
    sandbox.git(&["commit", "-qm", "include", "--include", LOCK]);
    assert_eq!(sandbox.output(), "M package-lock.json <lock 3> -> <lock 4>\nM package.json <manifest 1> -> <manifest 2>\n");

    sandbox.write(LOCK, "lock 5");
    let mut patch = sandbox.command("git", &sandbox.repo);
    let mut child = patch
        .args(["commit", "-qm", "patch", "-p"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"y\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(sandbox.output(), "M package-lock.json <lock 4> -> <lock 5>\n");
}

#[test]
fn the_first_commit_is_all_new() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.inspect(&["staged"]), "", "an empty repository has no index");
    sandbox.hook(&sandbox.repo, "pre-commit", "staged");
    sandbox.write("sub/package.json", "m");
    sandbox.write(".npmrc", "n");
    sandbox.git(&["add", "-A"]);
    assert_eq!(sandbox.inspect(&["staged"]), "A .npmrc -> <n>\nA sub/package.json -> <m>\n", "no cache-tree yet");
    sandbox.git(&["commit", "-qm", "first"]);
    assert_eq!(sandbox.output(), "A .npmrc -> <n>\nA sub/package.json -> <m>\n");
}

#[test]
fn deleted_renamed_amended() {
    let sandbox = started();
    sandbox.git(&["rm", "-rq", "a"]);
    sandbox.git(&["mv", "package.json", "moved.txt"]);
    sandbox.git(&["commit", "-qm", "x"]);
    assert_eq!(sandbox.output(), "D a/b/package.json <deep 1>\nD package.json <manifest 1>\n");

    sandbox.write(LOCK, "lock 2");
    sandbox.git(&["add", LOCK]);
    sandbox.git(&["commit", "-q", "--amend", "--no-edit"]);
    assert_eq!(sandbox.output(), "M package-lock.json <lock 1> -> <lock 2>\n", "against what HEAD is now");
}

#[test]
fn a_merge_is_judged_for_what_it_makes_up() {
    let sandbox = started();
    sandbox.git(&["checkout", "-qb", "side"]);
    sandbox.commit("side", &[(LOCK, "lock of side"), ("a/b/package.json", "deep of side")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit("main", &[("z.txt", "z2")]);
    sandbox.git(&["merge", "-q", "--no-edit", "side"]);
    assert_eq!(sandbox.output(), "", "a clean merge takes over what side has");

    sandbox.git(&["checkout", "-q", "-b", "other", "main~1"]);
    sandbox.commit("other", &[("a/b/package.json", "deep of other")]);
    assert!(!sandbox.try_git(&sandbox.repo, &["merge", "-q", "side"]).status.success());
    assert_eq!(sandbox.inspect(&["staged"]), "! a/b/package.json is in conflict\n");
    sandbox.write("a/b/package.json", "deep made up");
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "--no-edit"]);
    assert_eq!(sandbox.output(), "M a/b/package.json <deep of other> <deep of side> -> <deep made up>\n");
}

#[test]
fn an_evil_clean_merge_is_seen_before_it_is_committed() {
    let sandbox = started();
    sandbox.git(&["checkout", "-qb", "side"]);
    sandbox.commit("side", &[("z.txt", "z of side")]);
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.commit("main", &[("a/b/c.txt", "c2")]);
    sandbox.git(&["merge", "-q", "--no-commit", "side"]);
    sandbox.write(LOCK, "evil");
    sandbox.git(&["commit", "-qam", "merge"]);
    assert_eq!(sandbox.output(), "M package-lock.json <lock 1> -> <evil>\n");
}

#[test]
fn linked_worktrees_and_subdirectories() {
    let sandbox = started();
    let tree = sandbox.path("linked");
    sandbox.git(&["worktree", "add", "-q", "../linked", "-b", "linked"]);
    write(&tree, LOCK, "lock of linked");
    sandbox.git_in(&tree.join("a"), &["commit", "-qam", "x"]);
    assert_eq!(sandbox.output(), "M package-lock.json <lock 1> -> <lock of linked>\n");
    assert_eq!(sandbox.inspect_in(&tree.join("a/b"), &["staged"], &[]), "");
}

#[test]
fn submodules() {
    let sandbox = started();
    sandbox.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./", "sub"]);
    let sub = sandbox.repo.join("sub");
    sandbox.hook(&sub, "pre-commit", "staged");
    write(&sub, LOCK, "lock of sub");
    sandbox.git_in(&sub, &["commit", "-qam", "x"]);
    assert_eq!(sandbox.output(), "M package-lock.json <lock 1> -> <lock of sub>\n");
    sandbox.git(&["commit", "-qam", "super"]);
    assert_eq!(sandbox.output(), "", "the superproject has no file of its own");
}

#[test]
fn intent_to_add_is_not_staged() {
    let sandbox = started();
    sandbox.write("new/package.json", "n");
    sandbox.git(&["add", "-N", "new/package.json"]);
    assert_eq!(sandbox.inspect(&["staged"]), "");
    assert_eq!(sandbox.inspect(&["read", ":index", "new/package.json"]), "(none)\n");
    sandbox.write(LOCK, "lock 2");
    sandbox.git(&["add", LOCK]);
    sandbox.git(&["commit", "-qm", "x"]);
    assert_eq!(sandbox.output(), "M package-lock.json <lock 1> -> <lock 2>\n");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused() {
    let sandbox = started();
    std::fs::remove_file(sandbox.repo.join(LOCK)).unwrap();
    std::os::unix::fs::symlink("elsewhere", sandbox.repo.join(LOCK)).unwrap();
    sandbox.write("package.json", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
    sandbox.git(&["add", "-A"]);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},s/.npmrc")]);
    assert_eq!(
        sandbox.inspect(&["staged"]),
        "! package-lock.json is a symbolic link, not a file\n\
         ! package.json is a Git LFS pointer: its content is not in the repository\n\
         ! s/.npmrc is a submodule, not a file\n"
    );
    assert!(sandbox.inspect(&["read", ":index", LOCK]).starts_with("error NotAFile: package-lock.json is a symbolic link"));
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf8_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = started();
    let directory = sandbox.repo.join(std::ffi::OsStr::from_bytes(b"caf\xe9"));
    std::fs::create_dir(&directory).unwrap();
    std::fs::write(directory.join("package.json"), "p").unwrap();
    std::fs::write(directory.join("other.txt"), "p").unwrap();
    sandbox.git(&["add", "-A"]);
    assert_eq!(sandbox.inspect(&["staged"]), "! caf\u{fffd}/package.json has a path that is not UTF-8\n");
}

#[test]
fn every_form_of_index() {
    for (key, value, args) in [
        ("index.version", "2", &[][..]),
        ("index.version", "3", &[]),
        ("index.version", "4", &[]),
        ("index.skipHash", "true", &[]),
        ("core.splitIndex", "true", &["update-index", "--split-index"]),
        ("core.untrackedCache", "true", &["update-index", "--untracked-cache"]),
        ("index.recordEndOfIndexEntries", "true", &[]),
        ("index.recordOffsetTable", "true", &[]),
    ] {
        for valid in [false, true] {
            let sandbox = Sandbox::new();
            sandbox.git(&["config", key, value]);
            let long = format!("{}/package.json", "long-directory-name/".repeat(260).trim_end_matches('/'));
            let files = [(LOCK, "lock 1"), ("package.json", "m"), ("a/package.json", "a"), ("a/z.txt", "z"), ("b/c/d.txt", "d")];
            sandbox.commit("first", &files);
            // Longer than the file system allows, but not than git does, and than the length field of an entry can say.
            // gix cannot decode such an entry, so it is there only where nothing is decoded.
            let decoded = !valid || key == "core.splitIndex";
            if !decoded {
                let blob = sandbox.git(&["rev-parse", "HEAD:a/z.txt"]);
                sandbox.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},{long}")]);
            }
            sandbox.write(LOCK, "lock 2");
            sandbox.git(&["add", LOCK]);
            sandbox.git(&["rm", "-q", "a/package.json"]);
            if !args.is_empty() {
                sandbox.git(args);
            }
            if valid {
                sandbox.git(&["write-tree"]);
            }
            let added = if decoded { String::new() } else { format!("A {long} -> <z>\n") };
            let expected = format!("D a/package.json <a>\n{added}M package-lock.json <lock 1> -> <lock 2>\n");
            assert_eq!(sandbox.inspect(&["staged"]), expected, "{key}={value} valid={valid}");
        }
    }
}

#[test]
fn a_sparse_index() {
    let sandbox = started();
    sandbox.commit("more", &[("in/package.json", "in 1"), ("out/x/package.json", "out 1")]);
    sandbox.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    sandbox.write("in/package.json", "in 2");
    sandbox.git(&["add", "in/package.json"]);
    assert_eq!(sandbox.inspect(&["staged"]), "M in/package.json <in 1> -> <in 2>\n");
    assert_eq!(sandbox.inspect(&["read", ":index", "out/x/package.json"]), "out 1");
    sandbox.git(&["commit", "-qm", "x"]);
    assert_eq!(sandbox.output(), "M in/package.json <in 1> -> <in 2>\n");
}

#[test]
fn sha256() {
    let sandbox = Sandbox::with(&["--object-format=sha256"]);
    sandbox.commit("first", &[(LOCK, "lock 1"), ("a/package.json", "a")]);
    sandbox.hook(&sandbox.repo, "pre-commit", "staged");
    sandbox.write(LOCK, "lock 2");
    sandbox.git(&["commit", "-qam", "x"]);
    assert_eq!(sandbox.output(), "M package-lock.json <lock 1> -> <lock 2>\n");
    sandbox.write(LOCK, "lock 3");
    sandbox.git(&["add", LOCK]);
    assert_eq!(sandbox.inspect(&["staged"]), "M package-lock.json <lock 2> -> <lock 3>\n");
}

#[test]
fn reftable() {
    let sandbox = Sandbox::with(&["--ref-format=reftable"]);
    sandbox.write(LOCK, "lock 1");
    sandbox.git(&["add", LOCK]);
    assert_eq!(sandbox.inspect(&["staged"]), "A package-lock.json -> <lock 1>\n", "before the first commit");
    sandbox.commit("first", &[]);
    sandbox.hook(&sandbox.repo, "pre-commit", "staged");
    sandbox.write(LOCK, "lock 2");
    sandbox.git(&["commit", "-qam", "x"]);
    assert_eq!(sandbox.output(), "M package-lock.json <lock 1> -> <lock 2>\n");
    assert_eq!(sandbox.inspect(&["diff", "main~1", "main"]), "M package-lock.json <lock 1> -> <lock 2>\n");
}

#[test]
fn an_index_elsewhere() {
    let sandbox = started();
    sandbox.write(LOCK, "lock 2");
    let other = sandbox.path("other-index");
    std::fs::copy(sandbox.repo.join(".git/index"), &other).unwrap();
    for value in [other.to_str().unwrap(), "../other-index"] {
        let env = [("GIT_INDEX_FILE", value)];
        let mut add = sandbox.command("git", &sandbox.repo);
        assert!(add.args(["add", LOCK]).envs(env).status().unwrap().success());
        assert_eq!(sandbox.inspect_in(&sandbox.repo, &["staged"], &env), "M package-lock.json <lock 1> -> <lock 2>\n");
        assert_eq!(sandbox.inspect(&["staged"]), "");
    }
}

#[test]
fn rebase_and_reword() {
    let sandbox = started();
    sandbox.commit("second", &[(LOCK, "lock 2")]);
    let mut reword = sandbox.command("git", &sandbox.repo);
    reword.args(["rebase", "-q", "-i", "HEAD~1"]).env("GIT_SEQUENCE_EDITOR", "sed -i s/^pick/reword/");
    assert!(reword.output().unwrap().status.success());
    let seen = sandbox.output();
    assert!(seen.lines().all(|line| line.starts_with("M package-lock.json")), "{seen}");
}

#[test]
fn replaced_objects_are_seen_as_they_are_pushed() {
    let sandbox = started();
    sandbox.write(LOCK, "evil");
    sandbox.git(&["add", LOCK]);
    let evil = sandbox.git(&["rev-parse", &format!(":{LOCK}")]);
    let good = sandbox.git(&["rev-parse", &format!("HEAD:{LOCK}")]);
    sandbox.git(&["replace", &evil, &good]);
    assert_eq!(sandbox.inspect(&["staged"]), "M package-lock.json <lock 1> -> <evil>\n");
}

#[test]
fn an_object_with_foreign_bytes_is_an_error() {
    let sandbox = started();
    sandbox.write(LOCK, "honest");
    sandbox.git(&["add", LOCK]);
    sandbox.write("other", "forged");
    sandbox.git(&["add", "other"]);
    let object = |name: &str| {
        let id = sandbox.git(&["rev-parse", &format!(":{name}")]);
        sandbox.repo.join(".git/objects").join(&id[..2]).join(&id[2..])
    };
    let (honest, forged) = (object(LOCK), object("other"));
    std::fs::remove_file(&honest).unwrap();
    std::fs::copy(forged, honest).unwrap();
    let seen = sandbox.inspect(&["staged"]);
    assert!(seen.contains("error Damaged: object ") && seen.contains("holds bytes that hash to"), "{seen}");
}

#[test]
fn attributes_do_not_blind() {
    let sandbox = started();
    sandbox.write(".gitattributes", "*.json -diff binary\n");
    sandbox.write(LOCK, "lock 2");
    sandbox.git(&["add", "-A"]);
    assert_eq!(sandbox.inspect(&["staged"]), "M package-lock.json <lock 1> -> <lock 2>\n");
}

#[test]
fn installed_packages_are_left_alone() {
    let sandbox = started();
    sandbox.write("node_modules/x/package.json", "x");
    sandbox.write("a/node_modules/y/package.json", "y");
    sandbox.git(&["add", "-A"]);
    assert_eq!(sandbox.inspect(&["staged"]), "");
    sandbox.git(&["write-tree"]);
    assert_eq!(sandbox.inspect(&["staged"]), "");
    assert_eq!(sandbox.inspect(&["list", ":index"]), "a/b/package.json\npackage-lock.json\npackage.json\n");
}

#[test]
fn a_broken_head_or_index_is_an_error() {
    let sandbox = started();
    std::fs::write(sandbox.repo.join(".git/index"), b"DIRC\0\0\0\x02\0\0\0\x09 and no more").unwrap();
    assert!(sandbox.inspect(&["staged"]).starts_with("error Damaged: the index"), "{}", sandbox.inspect(&["staged"]));
    let sandbox = started();
    std::fs::write(sandbox.repo.join(".git/refs/heads/main"), format!("{}\n", "1".repeat(40))).unwrap();
    assert!(sandbox.inspect(&["staged"]).starts_with("error "), "{}", sandbox.inspect(&["staged"]));
}

#[test]
fn a_file_becomes_a_directory_and_back() {
    let sandbox = Sandbox::new();
    sandbox.commit("first", &[("x", "file"), ("package.json", "p"), ("x-y/package.json", "q")]);
    std::fs::remove_file(sandbox.repo.join("x")).unwrap();
    std::fs::remove_file(sandbox.repo.join("package.json")).unwrap();
    sandbox.commit("second", &[("x/package.json", "in x"), ("package.json/package.json", "nested")]);
    assert_eq!(
        sandbox.inspect(&["diff", "HEAD~1", "HEAD"]),
        "D package.json <p>\nA package.json/package.json -> <nested>\nA x/package.json -> <in x>\n"
    );
    assert_eq!(
        sandbox.inspect(&["diff", "HEAD", "HEAD~1"]),
        "A package.json -> <p>\nD package.json/package.json <nested>\nD x/package.json <in x>\n"
    );
}
