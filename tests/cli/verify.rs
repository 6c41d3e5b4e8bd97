//! `verify` against a registry on loopback.

use registry_double::{Fault, Package, Registry};

use crate::support::Sandbox;
use crate::support::project::{Locked, files, lockfile};

/// A project of three packages from a registry that the person themselves trusts.
fn project() -> (Sandbox, Registry, Vec<Locked>) {
    let (sandbox, registry) = (Sandbox::new(), Registry::start().unwrap());
    sandbox.user_npmrc(&format!("registry={}\n", registry.url()));
    let locked: Vec<_> = ["left", "@a/right", "middle"].iter().map(|name| Locked::published(&registry, name, "1.0.0")).collect();
    sandbox.write_all(&files("", &locked));
    (sandbox, registry, locked)
}

fn tarballs(registry: &Registry) -> usize {
    registry.requests().iter().filter(|request| request.path.ends_with(".tgz")).count()
}

#[test]
fn an_honest_lockfile_is_verified_and_counted() {
    let (sandbox, registry, _) = project();
    let run = sandbox.provender(&["verify"]).expect(0);
    assert!(run.err.contains("3 verified, 0 recorded, 0 mismatched, 0 unverifiable"), "{run:?}");
    assert!(!run.all().contains('\r') && !run.all().contains('\u{1b}'), "progress is for terminals: {run:?}");
    assert_eq!(tarballs(&registry), 3);
    let run = sandbox.provender(&["verify", "package-lock.json", "--format", "json"]).expect(0);
    assert_eq!(run.json()["findings"], serde_json::json!([]));
}

#[test]
fn a_flipped_character_is_told_with_all_three_digests() {
    let (sandbox, _registry, locked) = project();
    let evil = locked[0].clone().tampered();
    sandbox.write("package-lock.json", &lockfile(&[evil.clone(), locked[1].clone(), locked[2].clone()]));
    let run = sandbox.provender(&["verify", "--format", "json"]).expect(1);
    assert_eq!(run.rules(), ["integrity-mismatch", "registry-disagrees"]);
    assert!(run.err.contains("2 verified, 0 recorded, 1 mismatched"), "{run:?}");
    let text = sandbox.provender(&["verify"]).expect(1).out;
    for word in ["left", &evil.integrity, &locked[0].integrity] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn wrong_bytes_are_told_from_a_wrong_lockfile() {
    let (sandbox, registry, _) = project();
    registry.misbehave("left", Fault::WrongBytes);
    assert_eq!(sandbox.provender(&["verify", "--format", "json"]).expect(1).rules(), ["integrity-mismatch"]);
    registry.misbehave("left", Fault::OtherDigest);
    assert!(sandbox.provender(&["verify", "--format", "json"]).expect(1).rules().contains(&"registry-disagrees".to_owned()));
    registry.behave("left");
    sandbox.provender(&["verify"]).expect(0);
}

#[test]
fn the_depth_is_what_was_asked_for_and_what_is_said() {
    let (sandbox, registry, _) = project();
    let run = sandbox.provender(&["verify", "--depth", "recorded"]).expect(0);
    assert!(run.err.contains("0 verified, 3 recorded"), "{run:?}");
    assert_eq!(tarballs(&registry), 0);
    // What was only compared is not taken for verified later.
    let run = sandbox.provender(&["verify"]).expect(0);
    assert!(run.err.contains("3 verified, 0 recorded"), "{run:?}");
    assert_eq!(tarballs(&registry), 3);
}

#[test]
fn a_verdict_is_remembered_and_can_be_gone_round() {
    let (sandbox, registry, locked) = project();
    sandbox.provender(&["verify"]).expect(0);
    registry.forget_requests();
    let run = sandbox.provender(&["verify"]).expect(0);
    assert!(run.err.contains("3 verified"), "{run:?}");
    assert_eq!(registry.requests(), []);
    sandbox.provender(&["verify", "--no-cache"]).expect(0);
    assert_eq!(tarballs(&registry), 3);
    // Another digest is another question.
    registry.forget_requests();
    sandbox.write("package-lock.json", &lockfile(&[locked[0].clone().tampered(), locked[1].clone(), locked[2].clone()]));
    sandbox.provender(&["verify"]).expect(1);
    assert!(!registry.requests().is_empty());
}

#[test]
fn a_damaged_memory_is_not_believed() {
    let (sandbox, registry, locked) = project();
    sandbox.write("package-lock.json", &lockfile(&[locked[0].clone().tampered(), locked[1].clone(), locked[2].clone()]));
    sandbox.provender(&["verify"]).expect(1);
    // Somebody else's good memory, and rubbish, in the place of ours.
    let (other, _other_registry, _) = project();
    other.provender(&["verify"]).expect(0);
    for (from, to) in [(other.path("cache"), sandbox.path("cache"))] {
        for entry in walk(&from) {
            let below = entry.strip_prefix(&from).unwrap();
            std::fs::create_dir_all(to.join(below).parent().unwrap()).unwrap();
            std::fs::copy(&entry, to.join(below)).unwrap();
        }
    }
    sandbox.provender(&["verify"]).expect(1);
    for entry in walk(&sandbox.path("cache")) {
        let mut bytes = std::fs::read(&entry).unwrap();
        bytes.iter_mut().for_each(|byte| *byte ^= 1);
        std::fs::write(&entry, bytes).unwrap();
    }
    registry.forget_requests();
    sandbox.provender(&["verify"]).expect(1);
    assert!(!registry.requests().is_empty());
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() { files.extend(walk(&entry.path())) } else { files.push(entry.path()) }
    }
    files
}

#[test]
fn only_what_changed_is_looked_at_on_request() {
    let (sandbox, registry, mut locked) = project();
    sandbox.commit("base");
    let run = sandbox.provender(&["verify", "--since", "HEAD"]).expect(0);
    assert!(run.err.contains("0 verified") && registry.requests().is_empty(), "{run:?}");
    locked.push(Locked::published(&registry, "young", "1.0.0"));
    sandbox.write_all(&files("", &locked));
    let run = sandbox.provender(&["verify", "--since", "HEAD"]).expect(0);
    assert!(run.err.contains("1 verified"), "{run:?}");
    assert!(registry.requests().iter().all(|request| request.path.starts_with("/young")), "{:?}", registry.requests());
    sandbox.provender(&["verify", "--since", "no-such"]).expect(2);
}

#[test]
fn nothing_looked_at_is_no_success() {
    let (sandbox, _registry, _) = project();
    let empty = Sandbox::new();
    let run = empty.provender(&["verify"]).expect(2);
    assert!(run.err.contains("nothing was looked at"), "{run:?}");
    sandbox.write_all(&files("", &[]));
    let run = sandbox.provender(&["verify"]).expect(2);
    assert!(run.err.contains("nothing was looked at"), "{run:?}");
    sandbox.provender(&["verify", "package.json"]).expect(2);
    sandbox.write("package-lock.json", "{");
    assert_ne!(sandbox.provender(&["verify"]).code, 0);
}

#[test]
fn part_of_a_lockfile_that_does_not_parse_is_no_success() {
    let (sandbox, _registry, locked) = project();
    let whole = lockfile(&locked);
    let cut = whole.find("\"node_modules/middle\"").unwrap();
    sandbox.write("package-lock.json", &whole[..cut]);
    let run = sandbox.provender(&["verify", "--format", "json"]).expect(1);
    assert!(run.rules().contains(&"unreadable-file".to_owned()), "{run:?}");
}

#[test]
fn what_the_policy_leaves_out_is_counted() {
    let (sandbox, registry, _) = project();
    sandbox.write("provender.toml", "[verify]\nleave-out = [\"@a/*\"]\n");
    let run = sandbox.provender(&["verify"]).expect(0);
    assert!(run.err.contains("2 verified") && run.err.contains("1 left out by policy"), "{run:?}");
    assert!(registry.requests().iter().all(|request| !request.path.contains("right")));
}

#[test]
fn credentials_come_from_the_person_and_go_where_they_are_bound() {
    let (sandbox, registry, _) = project();
    registry.require("Bearer mine");
    let bound = |token: &str| format!("registry={}\n//{}/:_authToken={token}\n", registry.url(), registry.host());
    // The repository's own token is not used, wherever it points.
    sandbox.write(".npmrc", &format!("//{}/:_authToken=mine\n", registry.host()));
    let run = sandbox.provender(&["verify", "--format", "json"]).expect(1);
    assert_eq!(run.rules(), ["unverified-package"]);
    assert!(registry.requests().iter().all(|request| request.authorization.is_none()));
    assert!(run.err.contains("3 unauthorized"), "{run:?}");
    sandbox.user_npmrc(&bound("wrong"));
    sandbox.provender(&["verify"]).expect(1);
    sandbox.user_npmrc(&bound("mine"));
    sandbox.provender(&["verify"]).expect(0);
    // The environment's references are the person's own.
    sandbox.user_npmrc(&bound("${MY_TOKEN}"));
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_provender"), &sandbox.repo);
    let run = crate::support::finish(command.args(["verify", "--no-cache"]).env("MY_TOKEN", "mine"));
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_package_manager_s_variables_are_not_the_person_s_word() {
    let (sandbox, registry, _) = project();
    let run = |variables: &[(&str, &str)]| {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_provender"), &sandbox.repo);
        crate::support::finish(command.args(["verify", "--no-cache"]).envs(variables.iter().copied()))
    };
    sandbox.user_npmrc("");
    // The person's own word, in a shell of theirs.
    assert_eq!(run(&[("npm_config_registry", &registry.url())]).code, 0);
    // What npm hands to a script comes from the repository's `.npmrc` as well.
    sandbox.write(".npmrc", &format!("registry={}\nuserconfig=theirs\n", registry.url()));
    sandbox.write("theirs", &format!("registry={}\n", registry.url()));
    registry.forget_requests();
    let theirs = sandbox.repo.join("theirs");
    for (name, value) in [("npm_config_registry", registry.url()), ("npm_config_userconfig", theirs.display().to_string())] {
        let told = run(&[("npm_lifecycle_event", "release"), (name, &value)]);
        assert_eq!(told.code, 1, "{told:?}");
        assert!(told.err.contains("3 untrusted-host"), "{told:?}");
    }
    assert_eq!(registry.requests(), []);
}

#[test]
fn a_registry_that_sends_us_elsewhere_does_not_send_the_token() {
    let (sandbox, registry, _) = project();
    let elsewhere = Registry::start().unwrap();
    elsewhere.publish(&Package::new("left", "1.0.0").file("index.js", b"left"));
    registry.misbehave("left", Fault::RedirectsTarball(format!("{}{{path}}", elsewhere.url())));
    registry.require("Bearer mine");
    sandbox.user_npmrc(&format!("registry={}\n//{}/:_authToken=mine\n", registry.url(), registry.host()));
    sandbox.provender(&["verify"]).expect(0);
    let followed = elsewhere.requests();
    assert!(!followed.is_empty() && followed.iter().all(|request| request.authorization.is_none()), "{followed:?}");
    assert!(followed.iter().all(|request| !request.headers.contains(&"cookie".to_owned())));
}

#[test]
fn checking_online_compares_what_is_recorded() {
    let (sandbox, registry, locked) = project();
    sandbox.provender(&["check"]).expect(0);
    assert_eq!(registry.requests(), [], "nobody is asked unasked");
    sandbox.provender(&["check", "--online"]).expect(0);
    assert!(!registry.requests().is_empty() && tarballs(&registry) == 0);
    sandbox.write("package-lock.json", &lockfile(&[locked[0].clone().tampered(), locked[1].clone(), locked[2].clone()]));
    let run = sandbox.provender(&["check", "--online", "--format", "json"]).expect(1);
    assert!(run.rules().contains(&"registry-disagrees".to_owned()), "{run:?}");
}
