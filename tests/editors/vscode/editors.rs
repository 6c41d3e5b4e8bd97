//! The scenarios.

use registry_double::Registry;
use serde_json::{Value, json};

use super::super::kit::{Needs, checkout, turn};
use super::super::support::project::{Locked, lockfile, manifest};
use super::super::support::{Sandbox, script, write};
use super::{Code, helper, install, marked_program, node, tampered};

const RANGES: &str = "{\n  \"name\": \"app\",\n  \"version\": \"1.0.0\",\n  \"private\": true,\n  \"dependencies\": {\n    \"left-pad\": \"^1.3.0\",\n    \"right-pad\": \"~1.0.0\"\n  }\n}\n";

/// A manifest with ranges, and the lockfile that fits it.
fn with_ranges(sandbox: &Sandbox, folder: &str) {
    let packages = [Locked::new("left-pad", "1.3.0"), Locked::new("right-pad", "1.0.1")];
    sandbox.write(&format!("{folder}/package.json"), RANGES);
    sandbox.write(&format!("{folder}/package-lock.json"), &asked_in_ranges(&lockfile(&packages)));
}

/// The lockfile of the manifest with ranges.
fn asked_in_ranges(locked: &str) -> String {
    let asked = locked.replacen("\"left-pad\": \"1.3.0\"", "\"left-pad\": \"^1.3.0\"", 1);
    asked.replacen("\"right-pad\": \"1.0.1\"", "\"right-pad\": \"~1.0.0\"", 1)
}

#[test]
#[ignore = "drives a real editor"]
fn findings_hover_and_fixes() {
    let _turn = turn(Needs::Browser);
    let sandbox = Sandbox::new();
    // The example's own registry is the public one; nothing is asked of it.
    sandbox.user_npmrc("");
    tampered(&sandbox);
    sandbox.user_policy(&format!("[registries]\ntrusted = [\"{}\"]\n", super::super::support::REGISTRY));
    with_ranges(&sandbox, "web");
    with_ranges(&sandbox, "tool");
    sandbox.commit("all");
    let code = Code::start(&sandbox, true, json!({}));
    code.play("fixes", json!({}));
    assert!(sandbox.read("package.json").contains("\"express\": \"4.21.2\""));
    let pinned = RANGES.replace("^1.3.0", "1.3.0").replace("~1.0.0", "1.0.1");
    assert_eq!(sandbox.read("web/package.json"), pinned);
    assert_eq!(sandbox.read("tool/package.json"), pinned);
}

#[test]
#[ignore = "drives a real editor"]
fn a_lockfile_is_verified_and_a_tampered_entry_marked() {
    let _turn = turn(Needs::Browser);
    let registry = Registry::start().unwrap();
    // There is progress to be seen until it was.
    registry.pause();
    let sandbox = Sandbox::new();
    sandbox.user_npmrc(&format!("registry={}\n", registry.url()));
    let names = ["body-parser", "bytes", "content-type", "cookie", "debug", "depd", "encodeurl", "etag", "finalhandler", "fresh"];
    let more = ["iconv-lite", "mime-types", "ms", "negotiator", "on-finished", "parseurl", "qs", "raw-body", "send", "statuses"];
    let mut packages: Vec<_> = names.iter().chain(&more).map(|name| Locked::published(&registry, name, "1.0.0")).collect();
    packages[12] = packages[12].clone().tampered();
    let marked = packages[12].integrity.clone();
    sandbox.write("package.json", &manifest(&packages));
    sandbox.write("package-lock.json", &lockfile(&packages));
    sandbox.commit("all");
    let code = Code::start(&sandbox, true, json!({}));
    let given = json!({ "packages": packages.len(), "tampered": "ms", "marked": &marked[..20] });
    code.follow("verify", given, |line| {
        if line.ends_with("progress is shown") {
            registry.resume();
        }
    });
}

#[test]
#[ignore = "drives a real editor"]
fn a_stranger_s_repository_is_asked_about_by_nobody() {
    let _turn = turn(Needs::Browser);
    let registry = Registry::start().unwrap();
    let sandbox = Sandbox::new();
    let own = Locked::published(&registry, "left-pad", "1.3.0");
    let elsewhere = Locked::new("right-pad", "1.0.1").with_resolved("https://npm.stranger.test/right-pad/-/right-pad-1.0.1.tgz");
    sandbox.user_npmrc(&format!("registry={}\n", registry.url()));
    let asked = lockfile(&[own, elsewhere]);
    let asked = asked.replacen("\"left-pad\": \"1.3.0\"", "\"left-pad\": \"^1.3.0\"", 1);
    sandbox.write("package.json", &RANGES.replace("~1.0.0", "1.0.1"));
    sandbox.write("package-lock.json", &asked);
    sandbox.write(
        "provender.toml",
        "[rules]\nunpinned-dependency = \"off\"\n[registries]\ntrusted = [\"https://npm.stranger.test/\"]\n",
    );
    let (program, marker) = (sandbox.path("theirs/provender"), sandbox.path("theirs/was-run"));
    marked_program(&program, &marker);
    let theirs = json!({"provender.path": program, "provender.network": "on", "provender.severity": "error"});
    sandbox.write(".vscode/settings.json", &theirs.to_string());
    sandbox.commit("all");
    let code = Code::start(&sandbox, false, json!({}));
    code.play("untrusted", json!({ "marker": marker }));
    assert!(registry.requests().is_empty(), "{:?}", registry.requests());
    // With another page there is another extension host, and the first one would still answer.
    drop(code);
    let code = Code::start(&sandbox, false, json!({}));
    code.play("granted", json!({ "marker": marker }));
    assert!(registry.requests().is_empty(), "what the workspace says of the network counts for nothing: {:?}", registry.requests());
}

#[test]
#[ignore = "drives a real editor"]
fn typing_in_a_large_lockfile() {
    let _turn = turn(Needs::Quiet);
    let sandbox = Sandbox::new();
    let packages: Vec<_> = (0..7000).map(|at| Locked::new(&format!("package-{at}"), "1.0.0")).collect();
    let locked = lockfile(&packages);
    assert!(locked.len() > 2_000_000, "{}", locked.len());
    sandbox.write("package.json", &manifest(&packages));
    sandbox.write("package-lock.json", &locked);
    sandbox.write("other.json", &locked);
    sandbox.commit("all");
    let code = Code::start(&sandbox, true, json!({}));
    code.play("typing", json!({}));
}

#[test]
#[ignore = "drives a real editor"]
fn a_program_that_is_not_there_and_the_walkthrough() {
    let _turn = turn(Needs::Browser);
    let sandbox = Sandbox::new();
    tampered(&sandbox);
    // A setting of the machine, which is not the browser's.
    write(&sandbox.path("code"), "Machine/settings.json", &json!({ "provender.path": "/nowhere/provender" }).to_string());
    install(&sandbox, &[&helper("toml")]);
    let code = Code::start(&sandbox, true, json!({}));
    code.play("problems", json!({}));
    let settings = sandbox.path("code/User/settings.json");
    let settings: Value = serde_json::from_str(&std::fs::read_to_string(settings).unwrap()).unwrap();
    let schema = settings["evenBetterToml.schema.associations"]["^.*/provender\\.toml$"].as_str().unwrap();
    let schema = std::fs::read_to_string(schema.strip_prefix("file://").unwrap()).unwrap();
    assert_eq!(schema, std::fs::read_to_string(checkout().join("docs/provender.schema.json")).unwrap());
}

#[test]
#[ignore = "drives a real editor"]
fn a_server_that_dies_hangs_or_does_not_start() {
    let _turn = turn(Needs::Browser);
    let registry = Registry::start().unwrap();
    let sandbox = Sandbox::new();
    sandbox.user_npmrc(&format!("registry={}\n", registry.url()));
    registry.misbehave("right-pad", registry_double::Fault::Stalls);
    let packages = [Locked::published(&registry, "left-pad", "1.3.0"), Locked::published(&registry, "right-pad", "1.0.1")];
    sandbox.write("package.json", &RANGES.replace("~1.0.0", "1.0.1"));
    sandbox.write("package-lock.json", &lockfile(&packages).replacen("\"left-pad\": \"1.3.0\"", "\"left-pad\": \"^1.3.0\"", 1));
    sandbox.commit("all");
    let (hangs, dies, marker) = (sandbox.path("theirs/hangs"), sandbox.path("theirs/dies"), sandbox.path("theirs/pid"));
    for (path, then) in [(&hangs, format!("echo $$ >'{}'; exec sleep 100000", marker.display())), (&dies, "exit 3".to_owned())] {
        let real = env!("CARGO_BIN_EXE_provender");
        script(path, &format!("#!/bin/sh\n[ \"$1\" != lsp ] || {{ {then}; }}\nexec '{real}' \"$@\"\n"));
    }
    let code = Code::start(&sandbox, true, json!({}));
    code.play("lives", json!({ "hangs": hangs, "dies": dies, "marker": marker }));
}

#[test]
#[ignore = "drives a real editor"]
fn what_happens_on_disk_and_a_list_of_any_name() {
    let _turn = turn(Needs::Browser);
    let sandbox = Sandbox::new();
    sandbox.user_npmrc("");
    with_ranges(&sandbox, "sub/deep");
    with_ranges(&sandbox, "web");
    sandbox.write("requirements.txt", "-r [deps]/extra.txt\nattrs==25.1.0\n");
    sandbox.write("[deps]/extra.txt", "requests>=2\n");
    sandbox.commit("all");
    let elsewhere = sandbox.path("elsewhere");
    write(&elsewhere, "moved/deep/package.json", RANGES);
    let code = Code::start(&sandbox, true, json!({}));
    code.play("disk", json!({ "elsewhere": elsewhere }));
}

#[test]
#[ignore = "drives a real editor"]
fn folders_with_policies_of_their_own_and_two_windows() {
    let _turn = turn(Needs::Browser);
    let registry = Registry::start().unwrap();
    let sandbox = Sandbox::new();
    sandbox.user_npmrc(&format!("registry={}\n", registry.url()));
    let left = Locked::published(&registry, "left-pad", "1.3.0");
    let right = Locked::published(&registry, "right-pad", "1.0.1");
    let folders = [
        ("one", "[rules]\nunpinned-dependency = \"off\"\n", right.clone()),
        ("two", "[rules]\ntls-verification-disabled = \"off\"\n", right.clone().tampered()),
        ("later", "", right),
    ];
    for (folder, policy, right) in folders {
        sandbox.write(&format!("{folder}/provender.toml"), policy);
        sandbox.write(&format!("{folder}/.npmrc"), "strict-ssl=false\n");
        sandbox.write(&format!("{folder}/package.json"), RANGES);
        sandbox.write(&format!("{folder}/package-lock.json"), &asked_in_ranges(&lockfile(&[left.clone(), right])));
    }
    sandbox.write("both.code-workspace", &json!({ "folders": [{ "path": "one" }, { "path": "two" }] }).to_string());
    sandbox.commit("all");
    let code = Code::start(&sandbox, true, json!({})).with_workspace("both.code-workspace");
    code.play("roots", json!({}));
}

/// Those that need no editor: which program is chosen, and what is wrong with one.
#[test]
#[ignore = "needs the editors' Node"]
fn the_extension_s_own_tests() {
    let folder = checkout().join("editors/vscode");
    assert!(node().args(["--test", "test/*.test.ts"]).current_dir(folder).status().unwrap().success());
}
