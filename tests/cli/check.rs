//! Exit codes, and what a base changes about the answer.

use crate::support::Sandbox;
use crate::support::project::{HARDENED, Locked, files, lockfile};

/// A clean project with one package.
fn clean() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write_all(&files("", &[Locked::new("left", "1.0.0")]));
    sandbox
}

#[test]
fn the_exit_code_says_how_it_ended() {
    let sandbox = clean();
    let left = || Locked::new("left", "1.0.0");
    let tampered = lockfile(&[left().with_resolved("https://evil.test/left/-/left-1.0.0.tgz")]);
    let weak = lockfile(&[left().with_integrity("sha1-iB9gvbOSgJlJ3Vxfve2Qb3wpfuo=")]);
    let cases: &[(&str, &str, &[&str], i32)] = &[
        ("clean", &lockfile(&[left()]), &[], 0),
        ("an error", &tampered, &[], 1),
        ("a warning does not block", &weak, &[], 0),
        ("unless asked to", &weak, &["--fail-on", "warning"], 1),
        ("not a word for a severity", &weak, &["--fail-on", "loud"], 2),
        ("what does not parse is an error", "{\"lockfileVersion\": 3, \"packages\": {", &[], 1),
        ("an unknown option", "{}", &["--frobnicate"], 2),
        ("an unknown format", "{}", &["--format", "xml"], 2),
        ("a revision that is none", &lockfile(&[left()]), &["--base", "no-such"], 2),
    ];
    for (what, text, args, code) in cases {
        sandbox.write("package-lock.json", text);
        let run = sandbox.provender(&[&["check"], *args].concat());
        assert_eq!(run.code, *code, "{what}: {run:?}");
    }
}

#[test]
fn a_fault_says_what_to_do_on_standard_error_and_leaves_standard_output_alone() {
    let sandbox = clean();
    let run = sandbox.provender(&["check", "--base", "no-such", "--format", "json"]).expect(2);
    assert_eq!(run.out, "");
    assert!(run.err.contains("no-such") && run.err.contains("fetch-depth"), "{run:?}");
    let outside = Sandbox::without_git();
    let run = outside.provender(&["check", "--new"]).expect(2);
    assert!(run.err.contains("git repository"), "{run:?}");
}

#[test]
fn nothing_to_look_at_is_said() {
    let sandbox = Sandbox::new();
    let run = sandbox.provender(&["check"]).expect(0);
    assert!(run.err.contains("nothing was looked at"), "{run:?}");
    assert!(sandbox.provender(&["check", "--format", "json"]).expect(0).json()["findings"].as_array().unwrap().is_empty());
}

#[test]
fn a_base_brings_the_rules_about_the_change() {
    let sandbox = clean();
    sandbox.commit("base");
    sandbox.write("package-lock.json", &lockfile(&[Locked::new("left", "1.0.0").tampered()]));
    assert!(!sandbox.provender(&["check", "--format", "json"]).expect(0).rules().contains(&"changed-integrity".to_owned()));
    let run = sandbox.provender(&["check", "--base", "HEAD", "--format", "json"]).expect(1);
    assert!(run.rules().contains(&"changed-integrity".to_owned()), "{run:?}");
}

#[test]
fn only_what_is_new_is_shown_on_request() {
    let sandbox = Sandbox::new();
    let evil = |name: &str| Locked::new(name, "1.0.0").with_resolved(&format!("https://evil.test/{name}/-/{name}-1.0.0.tgz"));
    sandbox.write_all(&files("", &[evil("old")]));
    sandbox.commit("base");
    sandbox.provender(&["check"]).expect(1);
    let run = sandbox.provender(&["check", "--new", "--format", "json"]).expect(0);
    assert_eq!(run.json()["findings"], serde_json::json!([]));
    sandbox.write_all(&files("", &[evil("old"), evil("young")]));
    let run = sandbox.provender(&["check", "--new", "--format", "json"]).expect(1);
    let packages: Vec<_> = run.json()["findings"].as_array().unwrap().iter().map(|found| found["package"].clone()).collect();
    assert!(packages.iter().all(|package| package == "pkg:npm/young@1.0.0") && !packages.is_empty(), "{packages:?}");
    // The same against a named revision, from a subfolder of it too.
    sandbox.commit("young");
    sandbox.provender(&["check", "--new"]).expect(0);
    sandbox.provender(&["check", "--base", "HEAD~1", "--new"]).expect(1);
}

#[test]
fn a_change_is_judged_by_the_policy_of_its_base() {
    let sandbox = clean();
    sandbox.commit("base");
    let evil = Locked::new("left", "1.0.0").with_resolved("https://evil.test/left/-/left-1.0.0.tgz");
    sandbox.write("package-lock.json", &lockfile(&[evil]));
    sandbox.write("provender.toml", "[registries]\ntrusted = [\"https://evil.test/\"]\n[rules]\nchanged-source = \"off\"\n");
    let run = sandbox.provender(&["check", "--base", "HEAD", "--format", "json"]).expect(1);
    for rule in ["untrusted-registry", "changed-source", "weakened-policy"] {
        assert!(run.rules().contains(&rule.to_owned()), "{rule}: {:?}", run.rules());
    }
}

#[test]
fn the_policy_sets_levels_and_excepts() {
    let sandbox = clean();
    let evil = Locked::new("left", "1.0.0").with_resolved("https://evil.test/left/-/left-1.0.0.tgz");
    sandbox.write("package-lock.json", &lockfile(&[evil]));
    let exception = |expires: &str| {
        format!("[[exception]]\nrule = \"untrusted-registry\"\npackage = \"left\"\nreason = \"our mirror\"\nexpires = {expires}\n")
    };
    for (policy, code) in [
        (String::new(), 1),
        ("[rules]\nuntrusted-registry = \"warning\"\n".to_owned(), 0),
        ("[rules]\nuntrusted-registry = \"off\"\n".to_owned(), 0),
        (exception("2999-01-01"), 0),
        (exception("2020-01-01"), 1),
    ] {
        sandbox.write("provender.toml", &policy);
        let run = sandbox.provender(&["check"]);
        assert_eq!(run.code, code, "{policy}{run:?}");
    }
}

#[test]
fn the_person_s_own_settings_name_registries() {
    let sandbox = clean();
    sandbox.provender(&["check"]).expect(0);
    sandbox.user_npmrc("");
    let run = sandbox.provender(&["check", "--format", "json"]).expect(1);
    assert!(run.rules().contains(&"untrusted-registry".to_owned()), "{run:?}");
    sandbox.user_policy("[registries]\ntrusted = [\"https://npm.example.test/\"]\n");
    sandbox.provender(&["check"]).expect(0);
    sandbox.write(".npmrc", &format!("{HARDENED}frobnicate=1\n"));
    sandbox.provender(&["check"]).expect(0);
}

#[test]
fn what_a_list_takes_in_is_judged_under_any_name() {
    let sandbox = Sandbox::new();
    sandbox.write("app/requirements.txt", "-r deps/common.txt\n");
    sandbox.write("app/deps/common.txt", "-r ../../all.txt\n");
    sandbox.write("all.txt", "left>=1\n");
    sandbox.write("notes.txt", "left>=1\n");
    for named in [&[][..], &["app"], &["app/requirements.txt"]] {
        let report = sandbox.provender(&[&["check", "--format", "json"], named].concat()).json();
        let files: std::collections::BTreeSet<_> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|found| found["rule"] == "unpinned-dependency")
            .map(|found| found["path"].to_string())
            .collect();
        let expected = if named.is_empty() { vec!["\"all.txt\"".to_owned()] } else { Vec::new() };
        assert_eq!(files.into_iter().collect::<Vec<_>>(), expected, "{named:?}: {report:#}");
    }
}
