//! What the person asks the registry from the editor: verifying a lockfile, stopping that, and a fix that has to look something up. The
//! registry is on loopback and the person's own `.npmrc` names it.

use registry_double::{Fault, Package, Published, Registry, Release, ReleaseFile};
use serde_json::{Value, json};

use super::client::{Editor, apply};
use super::has;

const LEFT: &str = "left-pad";
const RIGHT: &str = "right-pad";

fn registry() -> (Registry, Published, Published) {
    let registry = Registry::start().unwrap();
    let (left, right) = (registry.publish(&Package::new(LEFT, "1.3.0")), registry.publish(&Package::new(RIGHT, "1.3.0")));
    (registry, left, right)
}

fn lockfile(entries: &[(&str, &Published, Option<&str>)]) -> String {
    let asked: Vec<String> = entries.iter().map(|(name, ..)| format!("\"{name}\": \"1.3.0\"")).collect();
    let entries = entries.iter().map(|(name, published, integrity)| {
        let integrity = integrity.map_or_else(String::new, |digest| format!(",\n      \"integrity\": \"{digest}\""));
        format!(
            "    \"node_modules/{name}\": {{\n      \"version\": \"1.3.0\",\n      \"resolved\": \"{}\"{integrity}\n    }}",
            published.tarball
        )
    });
    let entries = entries.collect::<Vec<_>>().join(",\n");
    format!(
        "{{\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"\": {{ \"dependencies\": {{ {} }} }},\n{entries}\n  }}\n}}\n",
        asked.join(", ")
    )
}

fn capabilities() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-8"]}, "window": {"workDoneProgress": true},
        "workspace": {"workspaceEdit": {"documentChanges": true}},
        "textDocument": {"codeAction": {"resolveSupport": {"properties": ["edit"]}}}
    })
}

fn editor(registry: &Registry, text: &str, capabilities: Value, options: Value) -> Editor {
    let mut editor = Editor::start(&[("package-lock.json", text)]);
    editor.write_home(".npmrc", &format!("registry={}\n", registry.url()));
    let root = editor.uri("");
    editor.initialize(json!({"capabilities": capabilities, "rootUri": root, "initializationOptions": options}));
    editor.open("package-lock.json", text);
    editor.version("package-lock.json", 1);
    editor
}

fn verify(editor: &mut Editor) {
    let uri = editor.uri("package-lock.json");
    editor.request("workspace/executeCommand", json!({"command": "provender.verify", "arguments": [uri]})).unwrap();
}

fn lens(editor: &mut Editor) -> String {
    let uri = editor.uri("package-lock.json");
    let lenses = editor.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}})).unwrap();
    lenses[0]["command"]["title"].as_str().unwrap().to_owned()
}

fn progress(editor: &mut Editor, kind: &str) -> Value {
    editor.wait(|message| message["method"] == "$/progress" && message["params"]["value"]["kind"] == kind)["params"].clone()
}

fn said(editor: &mut Editor) -> String {
    editor.wait(|message| message["method"] == "window/showMessage")["params"]["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_lockfile_is_verified_with_progress_and_a_tampered_entry_is_marked() {
    let (registry, left, right) = registry();
    let text = lockfile(&[(LEFT, &left, Some(&left.integrity)), (RIGHT, &right, Some(&left.integrity))]);
    let mut editor = editor(&registry, &text, capabilities(), json!({}));
    assert!(registry.requests().is_empty(), "nothing is asked before the person asks");
    assert_eq!(lens(&mut editor), "Verify 2 packages against the registry");
    verify(&mut editor);
    let begin = progress(&mut editor, "begin");
    assert_eq!((&begin["value"]["title"], &begin["value"]["cancellable"]), (&json!("Verifying package-lock.json"), &json!(true)));
    let end = progress(&mut editor, "end");
    assert_eq!(end["value"]["message"], "package-lock.json: of 2 packages, 1 verified, 1 mismatched");
    assert_eq!(said(&mut editor), "package-lock.json: of 2 packages, 1 verified, 1 mismatched");
    let shown =
        editor.diagnostics("package-lock.json", |params| has(params, "integrity-mismatch") || has(params, "registry-disagrees"));
    let line = u64::try_from(text.lines().position(|line| line.contains("node_modules/right-pad")).unwrap()).unwrap();
    let marked = shown["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["code"] == "integrity-mismatch" || found["code"] == "registry-disagrees");
    for found in marked {
        let at = found["range"]["start"]["line"].as_u64().unwrap();
        assert!((line..line + 5).contains(&at), "{found}");
    }
    assert_eq!(lens(&mut editor), "Of 2 packages: 1 verified, 1 mismatched · verify again");
    editor.change("package-lock.json", 2, [0, 0, 0, 0], " ");
    assert_eq!(lens(&mut editor), "Verify 2 packages against the registry", "of another text it says nothing");
}

#[test]
fn a_verification_is_stopped_and_nothing_is_claimed() {
    let (registry, left, right) = registry();
    registry.misbehave(LEFT, Fault::Stalls);
    let text = lockfile(&[(LEFT, &left, Some(&left.integrity)), (RIGHT, &right, Some(&right.integrity))]);
    let mut editor = editor(&registry, &text, capabilities(), json!({}));
    verify(&mut editor);
    let token = progress(&mut editor, "begin")["token"].clone();
    editor.notify("window/workDoneProgress/cancel", json!({"token": token}));
    assert!(said(&mut editor).starts_with("package-lock.json: stopped after "));
    assert_eq!(lens(&mut editor), "Verify 2 packages against the registry");
    editor.change("package-lock.json", 2, [0, 0, 0, 0], " ");
    let shown = editor.version("package-lock.json", 2);
    assert!(!has(&shown, "unverified-package"), "{shown}");
}

#[test]
fn what_is_being_verified_is_not_verified_twice() {
    let (registry, left, right) = registry();
    let text = lockfile(&[(LEFT, &left, Some(&left.integrity)), (RIGHT, &right, Some(&right.integrity))]);
    let mut editor = editor(&registry, &text, capabilities(), json!({}));
    registry.pause();
    verify(&mut editor);
    progress(&mut editor, "begin");
    // Another click, and the command for all of them.
    verify(&mut editor);
    assert_eq!(said(&mut editor), "package-lock.json: a verification is under way already");
    command(&mut editor, "provender.verifyAll", &[]).unwrap();
    assert_eq!(said(&mut editor), "package-lock.json: a verification is under way already");
    // Of another text it says nothing.
    editor.change("package-lock.json", 2, [0, 0, 0, 0], " ");
    verify(&mut editor);
    progress(&mut editor, "begin");
    registry.resume();
    for _ in 0..2 {
        assert_eq!(said(&mut editor), "package-lock.json: of 2 packages, 2 verified");
        progress(&mut editor, "end");
    }
    assert_eq!(lens(&mut editor), "Of 2 packages: 2 verified \u{b7} verify again");
    verify(&mut editor);
    assert_eq!(said(&mut editor), "package-lock.json: of 2 packages, 2 verified");
}

#[test]
fn what_was_stopped_can_be_verified_again_at_once() {
    let (registry, left, _) = registry();
    let mut editor = editor(&registry, &lockfile(&[(LEFT, &left, Some(&left.integrity))]), capabilities(), json!({}));
    registry.pause();
    verify(&mut editor);
    let token = progress(&mut editor, "begin")["token"].clone();
    editor.notify("window/workDoneProgress/cancel", json!({"token": token}));
    verify(&mut editor);
    progress(&mut editor, "begin");
    assert_eq!(said(&mut editor), "package-lock.json: stopped after 0 of 1 package");
    registry.resume();
    assert_eq!(said(&mut editor), "package-lock.json: of 1 package, 1 verified");
}

/// The quick-fix of a file that has to look something up.
fn lookup(editor: &mut Editor, file: &str) -> Value {
    let uri = editor.uri(file);
    let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let params = json!({"textDocument": {"uri": uri}, "range": whole, "context": {"diagnostics": [], "only": ["quickfix"]}});
    let actions = editor.request("textDocument/codeAction", params).unwrap();
    let asking = |action: &&Value| action.get("data").is_some() || action.get("command").is_some();
    actions.as_array().unwrap().iter().find(asking).unwrap_or_else(|| panic!("{actions}")).clone()
}

#[test]
fn a_missing_digest_is_filled_in_after_the_bytes_were_hashed() {
    let (registry, left, right) = registry();
    let text = lockfile(&[(LEFT, &left, None), (RIGHT, &right, Some(&right.integrity))]);
    let mut editor = editor(&registry, &text, capabilities(), json!({}));
    let action = lookup(&mut editor, "package-lock.json");
    assert!(action.get("edit").is_none() && registry.requests().is_empty());
    let resolved = editor.request("codeAction/resolve", action).unwrap();
    let change = &resolved["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"]["version"], 1);
    let mended: Value = serde_json::from_str(&apply(&text, &change["edits"])).unwrap();
    assert_eq!(mended["packages"]["node_modules/left-pad"]["integrity"], left.integrity);
    assert!(registry.requests().iter().any(|request| request.path.ends_with(".tgz")), "the artifact itself was fetched");
}

/// pip asks a digest of every line as soon as one has it, so a list is filled in as a whole.
#[test]
fn a_list_of_requirements_is_given_the_digests_of_all_its_releases() {
    let registry = Registry::start().unwrap();
    let file = |name: &str| ReleaseFile::new(name, name.as_bytes());
    let (wheel, source, other) = (file("left-1.0-py3-none-any.whl"), file("left-1.0.tar.gz"), file("right-2.0.tar.gz"));
    registry.release(&Release::new("left", &[wheel.clone(), source.clone()]));
    registry.release(&Release::new("right", std::slice::from_ref(&other)));
    let text = "left==1.0  # why\nright==2.0\n";
    let mut editor = Editor::start(&[("requirements.txt", text)]);
    editor.write_home(".config/pip/pip.conf", &format!("[global]\nindex-url = {}\n", registry.pypi()));
    let root = editor.uri("");
    editor.initialize(json!({"capabilities": capabilities(), "rootUri": root}));
    editor.open("requirements.txt", text);
    editor.version("requirements.txt", 1);
    let action = lookup(&mut editor, "requirements.txt");
    assert_eq!(action["title"], "Look the releases up, and add the digests of all their files");
    let resolved = editor.request("codeAction/resolve", action).unwrap();
    let mended = apply(text, &resolved["edit"]["documentChanges"][0]["edits"]);
    let mut of_left = [wheel.hash(), source.hash()];
    of_left.sort();
    let [one, two] = of_left;
    let other = other.hash();
    assert_eq!(mended, format!("left==1.0 \\\n    --hash={one} \\\n    --hash={two}  # why\nright==2.0 \\\n    --hash={other}\n"));
}

#[test]
fn a_digest_that_the_bytes_do_not_have_is_never_filled_in() {
    let (registry, left, right) = registry();
    registry.misbehave(LEFT, Fault::WrongBytes);
    let text = lockfile(&[(LEFT, &left, None), (RIGHT, &right, Some(&right.integrity))]);
    let mut editor = editor(&registry, &text, capabilities(), json!({}));
    let action = lookup(&mut editor, "package-lock.json");
    let error = editor.request("codeAction/resolve", action).unwrap_err();
    assert!(error["message"].as_str().unwrap().starts_with("left-pad@1.3.0: "), "{error}");
}

/// An editor takes a request back when the person goes on typing.
#[test]
fn a_lookup_that_is_taken_back_holds_nothing_up() {
    let (registry, left, right) = registry();
    registry.misbehave(LEFT, Fault::Stalls);
    let text = lockfile(&[(LEFT, &left, None), (RIGHT, &right, Some(&right.integrity))]);
    let mut editor = editor(&registry, &text, capabilities(), json!({}));
    let action = lookup(&mut editor, "package-lock.json");
    // More than may be under way at once.
    for asked in 1..5 {
        let id = editor.ask("codeAction/resolve", action.clone());
        while registry.requests().iter().filter(|request| request.path.ends_with(".tgz")).count() < asked {
            std::thread::yield_now();
        }
        editor.notify("$/cancelRequest", json!({"id": id}));
        assert_eq!(editor.answer(id).unwrap_err()["code"], -32800);
    }
}

#[test]
fn editors_that_do_not_resolve_are_handed_the_edit() {
    let (registry, left, right) = registry();
    let text = lockfile(&[(LEFT, &left, None), (RIGHT, &right, Some(&right.integrity))]);
    let mut editor = editor(&registry, &text, json!({"general": {"positionEncodings": ["utf-8"]}}), json!({}));
    let command = lookup(&mut editor, "package-lock.json")["command"].clone();
    assert_eq!(command["command"], "provender.lookUp");
    editor.request("workspace/executeCommand", json!({"command": command["command"], "arguments": command["arguments"]})).unwrap();
    let uri = editor.uri("package-lock.json");
    let asked = editor.wait(|message| message["method"] == "workspace/applyEdit");
    let mended: Value = serde_json::from_str(&apply(&text, &asked["params"]["edit"]["changes"][&uri])).unwrap();
    assert_eq!(mended["packages"]["node_modules/left-pad"]["integrity"], left.integrity);
}

#[test]
fn without_trust_or_network_nothing_is_asked_even_when_told_to() {
    for options in [json!({"trusted": false, "network": "on"}), json!({"network": "off"})] {
        let (registry, left, right) = registry();
        let text = lockfile(&[(LEFT, &left, Some(&left.integrity)), (RIGHT, &right, Some(&right.integrity))]);
        let mut editor = editor(&registry, &text, capabilities(), options);
        verify(&mut editor);
        assert!(said(&mut editor).starts_with("nothing was verified: "));
        assert!(registry.requests().is_empty());
    }
}

/// The person turned the network on: what came since the last commit is looked at unasked, and only once.
#[test]
fn with_the_network_on_new_packages_are_verified_unasked() {
    let (registry, left, right) = registry();
    let before = lockfile(&[(LEFT, &left, Some(&left.integrity))]);
    let after = lockfile(&[(LEFT, &left, Some(&left.integrity)), (RIGHT, &right, Some(&left.integrity))]);
    let mut editor = Editor::start(&[("package-lock.json", &before)]);
    editor.write_home(".npmrc", &format!("registry={}\n", registry.url()));
    editor.git(&["init", "-q"]);
    editor.git(&["add", "."]);
    editor.git(&["commit", "-qm", "x", "--no-verify"]);
    let root = editor.uri("");
    editor.initialize(json!({"capabilities": capabilities(), "rootUri": root, "initializationOptions": {"network": "on"}}));
    editor.open("package-lock.json", &after);
    editor.diagnostics("package-lock.json", |params| has(params, "integrity-mismatch") || has(params, "registry-disagrees"));
    assert!(registry.requests().iter().all(|request| !request.path.contains(LEFT)), "what did not change is not asked about");
}

fn two_lockfiles(options: Value) -> (Registry, Editor, String) {
    let (registry, left, right) = registry();
    let sound = lockfile(&[(LEFT, &left, Some(&left.integrity))]);
    let tampered = lockfile(&[(LEFT, &left, Some(&left.integrity)), (RIGHT, &right, Some(&left.integrity))]);
    let mut editor = Editor::start(&[("one/package-lock.json", &sound), ("two/package-lock.json", &tampered)]);
    editor.write_home(".npmrc", &format!("registry={}\n", registry.url()));
    let root = editor.uri("");
    let mut capabilities = capabilities();
    capabilities["experimental"] = json!({"provenderStatus": true});
    editor.initialize(json!({"capabilities": capabilities, "rootUri": root, "initializationOptions": options}));
    (registry, editor, sound)
}

fn status(editor: &mut Editor, state: &str) -> Value {
    editor.wait(|message| message["method"] == "provender/status" && message["params"]["state"] == state)["params"].clone()
}

fn command(editor: &mut Editor, name: &str, arguments: &[&str]) -> Result<Value, Value> {
    editor.request("workspace/executeCommand", json!({"command": name, "arguments": arguments}))
}

#[test]
fn every_lockfile_is_verified_and_an_editor_that_asks_is_told_how_they_stand() {
    let (_registry, mut editor, sound) = two_lockfiles(json!({}));
    assert_eq!(status(&mut editor, "none")["lockfiles"], json!([]));
    command(&mut editor, "provender.verifyAll", &[]).unwrap();
    status(&mut editor, "running");
    assert_eq!(
        said(&mut editor),
        "2 lockfiles: of 2 packages, 1 verified, 1 mismatched",
        "an artifact in both is asked about once"
    );
    let told = status(&mut editor, "mismatched");
    let (one, two) = (editor.uri("one/package-lock.json"), editor.uri("two/package-lock.json"));
    assert_eq!(
        told,
        json!({"state": "mismatched", "unverified": 0, "lockfiles": [
            {"uri": one, "state": "verified", "summary": "1 verified"},
            {"uri": two, "state": "mismatched", "summary": "1 verified, 1 mismatched"}
        ]})
    );
    editor.diagnostics("two/package-lock.json", |params| has(params, "integrity-mismatch"));
    // Opening a file changes nothing about it; editing does.
    editor.open("one/package-lock.json", &sound);
    let lens = editor.request("textDocument/codeLens", json!({"textDocument": {"uri": one}})).unwrap();
    assert_eq!(lens[0]["command"]["title"], "Of 1 package: 1 verified · verify again");
    editor.change("one/package-lock.json", 2, [0, 0, 0, 0], " ");
    let stale = |message: &Value| message["params"]["lockfiles"][0]["state"] == "stale";
    let told = editor.wait(|message| message["method"] == "provender/status" && stale(message));
    assert_eq!(told["params"]["state"], "mismatched");
}

#[test]
fn a_strangers_repository_is_asked_about_by_no_command() {
    let (registry, mut editor, _) = two_lockfiles(json!({"trusted": false, "network": "on"}));
    status(&mut editor, "off");
    command(&mut editor, "provender.verifyAll", &[]).unwrap();
    assert!(said(&mut editor).starts_with("nothing was verified: the registry is not asked: the workspace is not trusted"));
    assert!(registry.requests().is_empty());
}

#[test]
fn editors_that_do_not_ask_are_not_told_how_they_stand() {
    let (registry, left, _) = registry();
    let mut editor = editor(&registry, &lockfile(&[(LEFT, &left, Some(&left.integrity))]), capabilities(), json!({}));
    verify(&mut editor);
    said(&mut editor);
    assert!(editor.kept().all(|message| message["method"] != "provender/status"));
}
