//! What is looked at, and under which names it is shown.

use std::os::unix::fs::symlink;
use std::process::Command;

use crate::support::project::{Locked, files};
use crate::support::{Run, Sandbox, write};

/// Every finding's path, each once.
#[track_caller]
fn paths(run: &Run) -> Vec<String> {
    let report = run.json();
    let mut paths: Vec<_> =
        report["findings"].as_array().unwrap().iter().map(|found| found["path"].as_str().unwrap().to_owned()).collect();
    paths.sort();
    paths.dedup();
    paths
}

fn evil(name: &str) -> Vec<Locked> {
    vec![Locked::new(name, "1.0.0").with_resolved("https://evil.test/x/-/x-1.0.0.tgz")]
}

/// Two projects with a foreign host each.
fn two() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write_all(&files("a/", &evil("left")));
    sandbox.write_all(&files("b/", &evil("right")));
    sandbox
}

fn lockfiles(run: &Run) -> Vec<String> {
    paths(run).into_iter().filter(|path| path.ends_with("package-lock.json")).collect()
}

/// A list that takes another one in decides whether that one has to have digests, wherever it lies.
#[test]
fn a_list_is_judged_by_the_lists_that_take_it_in() {
    let sandbox = Sandbox::new();
    let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    sandbox.write("deploy/requirements.txt", &format!("-r ../common/requirements.txt\nleft==1.0 --hash={digest}\n"));
    sandbox.write("common/requirements.txt", "right==1.0\n");
    let told = |arguments: &[&str]| {
        let report = sandbox.provender(&[&["check", "--format", "json"], arguments].concat()).json();
        let findings = report["findings"].as_array().unwrap().clone();
        // Paths are told below the folder that is named.
        let of_common = findings.into_iter().filter(|found| !found["path"].as_str().unwrap().starts_with("deploy/"));
        of_common.map(|found| found["message"].to_string()).collect::<Vec<_>>()
    };
    let whole = told(&[]);
    assert!(whole.iter().any(|message| message.contains("others have theirs")), "{whole:?}");
    assert_eq!(told(&["common/requirements.txt"]), whole);
    assert_eq!(told(&["common"]), whole);
}

#[test]
fn files_and_folders_can_be_named() {
    let sandbox = two();
    let (here, elsewhere) = (sandbox.repo.clone(), sandbox.path("home"));
    let absolute = |path: &str| sandbox.repo.join(path).to_str().unwrap().to_owned();
    let both = ["a/package-lock.json", "b/package-lock.json"];
    let cases: [(&std::path::Path, Vec<String>, &[&str]); 8] = [
        (&here, vec![], &both),
        (&here, vec![".".into()], &both),
        (&here, vec!["a".into()], &["package-lock.json"]),
        (&here, vec!["a/package-lock.json".into()], &["a/package-lock.json"]),
        (&here, vec!["a".into(), "b/package-lock.json".into()], &both),
        (&elsewhere, vec![absolute("")], &both),
        (&elsewhere, vec![absolute("a"), absolute("b")], &both),
        (&elsewhere, vec!["../repo/b".into()], &["package-lock.json"]),
    ];
    for (dir, named, expected) in cases {
        let mut args = vec!["check", "--format", "json"];
        args.extend(named.iter().map(String::as_str));
        let run = sandbox.provender_in(dir, &args).expect(1);
        assert_eq!(lockfiles(&run), expected, "{named:?}");
    }
}

#[test]
fn what_is_not_there_or_not_known_is_a_fault() {
    let sandbox = two();
    sandbox.write("notes.txt", "x");
    for (named, words) in [("nowhere", "nowhere"), ("a/nothing/package.json", "nothing"), ("notes.txt", "not a file that is known")]
    {
        for command in ["check", "fix", "verify"] {
            let run = sandbox.provender(&[command, named]).expect(2);
            assert!(run.err.contains(words), "{command} {named}: {run:?}");
            assert_eq!(run.out, "");
        }
    }
}

#[test]
fn ignored_and_vendored_files_are_left_alone() {
    let sandbox = two();
    sandbox.write(".gitignore", "b/\n*.bak/\n");
    sandbox.write_all(&files("node_modules/x/", &evil("x")));
    sandbox.write_all(&files("c.bak/", &evil("x")));
    let run = sandbox.provender(&["check", "--format", "json"]).expect(1);
    assert_eq!(lockfiles(&run), ["a/package-lock.json"]);
    // Named outright it is looked at all the same.
    let run = sandbox.provender(&["check", "--format", "json", "b/package-lock.json"]).expect(1);
    assert_eq!(lockfiles(&run), ["b/package-lock.json"]);
}

#[test]
fn an_ignored_lockfile_is_noted() {
    let sandbox = Sandbox::new();
    sandbox.write_all(&files("", &[Locked::new("left", "1.0.0")]));
    sandbox.write(".gitignore", "package-lock.json\n");
    let run = sandbox.provender(&["check", "--format", "json"]);
    assert!(run.rules().contains(&"ignored-lockfile".to_owned()), "{run:?}");
    std::fs::remove_file(sandbox.repo.join(".gitignore")).unwrap();
    let run = sandbox.provender(&["check", "--format", "json"]);
    assert!(!run.rules().contains(&"ignored-lockfile".to_owned()), "{run:?}");
}

#[test]
fn what_cannot_be_read_is_not_clean() {
    let sandbox = Sandbox::new();
    sandbox.write_all(&files("a/", &[Locked::new("left", "1.0.0")]));
    std::fs::create_dir_all(sandbox.repo.join("folder/package.json")).unwrap();
    std::fs::create_dir_all(sandbox.repo.join("pipe")).unwrap();
    assert!(Command::new("mkfifo").arg(sandbox.repo.join("pipe/package-lock.json")).status().unwrap().success());
    std::fs::create_dir_all(sandbox.repo.join("link")).unwrap();
    symlink("nowhere", sandbox.repo.join("link/package-lock.json")).unwrap();
    let run = sandbox.provender(&["check", "--format", "json"]).expect(1);
    let unreadable: Vec<_> = run.json()["findings"].as_array().unwrap().clone();
    let unreadable: Vec<_> = unreadable
        .iter()
        .filter(|finding| finding["rule"] == "unreadable-file")
        .map(|finding| finding["path"].as_str().unwrap())
        .collect();
    assert_eq!(unreadable, ["folder/package.json", "link/package-lock.json", "pipe/package-lock.json"], "{run:?}");
    // A part that is in order is not blamed for it.
    sandbox.provender(&["check", "a"]).expect(0);
}

#[test]
fn a_link_is_followed_within_the_repository_only() {
    let sandbox = Sandbox::new();
    write(&sandbox.path("outside"), "private.json", "{ \"private\": \"of this machine\", ");
    sandbox.write("real/manifest", "{ \"name\": \"@a/app\", \"version\": ");
    std::fs::create_dir_all(sandbox.repo.join("in")).unwrap();
    std::fs::create_dir_all(sandbox.repo.join("out")).unwrap();
    symlink("../real/manifest", sandbox.repo.join("in/package.json")).unwrap();
    symlink("../../outside/private.json", sandbox.repo.join("out/package.json")).unwrap();
    let run = sandbox.provender(&["check", "--all"]).expect(1);
    assert!(run.out.contains("@a/app"), "{run:?}");
    assert!(run.out.contains("leads out") && !run.all().contains("of this machine"), "{run:?}");
}

#[test]
fn a_subfolder_is_judged_by_what_lies_above_it() {
    let sandbox = two();
    sandbox.write("provender.toml", "[registries]\ntrusted = [\"https://evil.test/\"]\n");
    let codes = |dir: &str, args: &[&str]| {
        let run = sandbox.provender_in(&sandbox.repo.join(dir), &[&["check", "--format", "json"], args].concat());
        (run.rules().contains(&"untrusted-registry".to_owned()), paths(&run))
    };
    let mismatched: &[&str] = &["package-lock.json"];
    for (dir, args, expected) in [("", &["a"][..], mismatched), ("a", &[], mismatched), ("a", &["package-lock.json"], mismatched)] {
        let (untrusted, paths) = codes(dir, args);
        assert!(!untrusted, "{dir} {args:?}");
        assert!(
            paths.iter().all(|path| expected.contains(&path.as_str()) || path == "package.json" || path == ".npmrc"),
            "{paths:?}"
        );
    }
    // Nothing is said about what lies above.
    sandbox.write("package-lock.json", "{");
    sandbox.write("provender.toml", "[registries]\ntrusted = [\"https://evil.test/\"]\nfrobnicate = 1\n");
    let run = sandbox.provender(&["check", "--format", "json", "a"]);
    assert!(!run.rules().contains(&"unreadable-file".to_owned()), "{run:?}");
    assert!(paths(&run).iter().all(|path| !path.contains("..")), "{:?}", paths(&run));
    // Outside of a repository nothing above counts.
    let plain = Sandbox::without_git();
    plain.write_all(&files("a/", &evil("left")));
    write(&plain.repo, "provender.toml", "[registries]\ntrusted = [\"https://evil.test/\"]\n");
    assert!(plain.provender(&["check", "--format", "json", "a"]).expect(1).rules().contains(&"untrusted-registry".to_owned()));
}

#[test]
fn a_member_is_judged_with_its_workspace() {
    let sandbox = Sandbox::new();
    let left = Locked::new("left", "1.0.0");
    sandbox.write("package.json", "{ \"name\": \"root\", \"private\": true, \"workspaces\": [\"packages/*\"] }\n");
    sandbox.write(
        "packages/one/package.json",
        "{ \"name\": \"one\", \"version\": \"1.0.0\", \"private\": true, \"dependencies\": { \"left\": \"^1.0.0\" } }\n",
    );
    let lockfile = serde_json::json!({
        "name": "root", "lockfileVersion": 3, "requires": true,
        "packages": {
            "": { "name": "root", "workspaces": ["packages/*"] },
            "node_modules/left": { "version": "1.0.0", "resolved": left.resolved, "integrity": left.integrity },
            "node_modules/one": { "resolved": "packages/one", "link": true },
            "packages/one": { "name": "one", "version": "1.0.0", "dependencies": { "left": "^1.0.0" } },
        }
    });
    sandbox.write("package-lock.json", &format!("{lockfile:#}\n"));
    let whole = sandbox.provender(&["check", "--format", "json"]).json();
    let of_member = |report: &serde_json::Value, path: &str| {
        let findings = report["findings"].as_array().unwrap();
        let of = findings.iter().filter(|found| found["path"] == path);
        of.map(|found| (found["rule"].clone(), found["severity"].clone(), found["message"].clone())).collect::<Vec<_>>()
    };
    let expected = of_member(&whole, "packages/one/package.json");
    assert!(expected.iter().any(|(rule, ..)| rule == "unpinned-dependency"), "{expected:?}");
    assert!(!expected.iter().any(|(rule, ..)| rule == "missing-lockfile"), "{expected:?}");
    let part = sandbox.provender(&["check", "--format", "json", "packages/one"]).json();
    assert_eq!(of_member(&part, "package.json"), expected);
    let file = sandbox.provender(&["check", "--format", "json", "packages/one/package.json"]).json();
    assert_eq!(of_member(&file, "packages/one/package.json"), expected);
}

#[test]
fn a_pipeline_s_paths_are_the_repository_s() {
    let sandbox = two();
    let inside = sandbox.repo.join("a");
    let github = sandbox.provender_in(&inside, &["check", "--format", "github"]).expect(1).out;
    assert!(github.contains("file=a/package-lock.json,"), "{github}");
    let sarif = sandbox.provender_in(&inside, &["check", "--format", "sarif"]).expect(1).json();
    let location = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert!(location.as_str().unwrap().starts_with("a/"), "{location}");
    // A person's are those that they can open from where they are.
    let text = sandbox.provender(&["check", "--format", "concise", "a"]).expect(1).out;
    assert!(text.lines().any(|line| line.starts_with("a/package-lock.json:")), "{text}");
}

#[test]
fn a_base_is_taken_from_the_same_folder() {
    let sandbox = two();
    sandbox.commit("base");
    sandbox.write_all(&files("a/", &[evil("left"), evil("young")].concat()));
    sandbox.write_all(&files("b/", &[evil("right"), evil("younger")].concat()));
    for (dir, args) in [("", &["a"][..]), ("a", &[]), ("a", &["package-lock.json"])] {
        let run =
            sandbox.provender_in(&sandbox.repo.join(dir), &[&["check", "--new", "--format", "json"], args].concat()).expect(1);
        let report = run.json();
        let packages: Vec<_> = report["findings"].as_array().unwrap().iter().map(|found| &found["package"]).collect();
        assert!(packages.iter().all(|package| **package == "pkg:npm/young@1.0.0"), "{packages:?}");
    }
}
