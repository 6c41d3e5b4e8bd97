//! What the person has done at a command, without the network: fixing, explaining; and what a stranger's repository may decide.

use serde_json::{Value, json};

use super::client::{Editor, apply};
use super::{MANIFEST, has, ids, sound, utf8};

fn command(editor: &mut Editor, name: &str, arguments: &[&str]) -> Result<Value, Value> {
    editor.request("workspace/executeCommand", json!({"command": name, "arguments": arguments}))
}

#[test]
fn everything_safe_is_fixed_in_one_file_or_in_all() {
    let pinned = MANIFEST.replace("^1.3.0", "1.3.0").replace("~2.0.0", "2.0.1");
    for one in [true, false] {
        let files = [
            ("package.json", MANIFEST),
            ("package-lock.json", &sound()),
            ("b/package.json", MANIFEST),
            ("b/package-lock.json", &sound()),
        ];
        let mut editor = Editor::open_folder(&files, utf8());
        editor.open("package.json", MANIFEST);
        editor.diagnostics("package.json", |params| has(params, "unpinned-dependency"));
        let (uri, other) = (editor.uri("package.json"), editor.uri("b/package.json"));
        let arguments: Vec<&str> = one.then_some(uri.as_str()).into_iter().collect();
        command(&mut editor, "provender.fixAll", &arguments).unwrap();
        let asked = editor.wait(|message| message["method"] == "workspace/applyEdit");
        let changes = asked["params"]["edit"]["documentChanges"].as_array().unwrap();
        let of = |uri: &str| changes.iter().find(|change| change["textDocument"]["uri"] == uri);
        assert_eq!(apply(MANIFEST, &of(&uri).unwrap()["edits"]), pinned);
        assert_eq!(of(&other).is_some(), !one);
    }
}

#[test]
fn nothing_to_fix_is_said() {
    let mut editor = Editor::open_folder(&[], utf8());
    command(&mut editor, "provender.fixAll", &[]).unwrap();
    let said = editor.wait(|message| message["method"] == "window/showMessage");
    assert_eq!(said["params"]["message"], "there is nothing that can be fixed safely");
    assert!(command(&mut editor, "provender.fixAll", &["no address"]).is_err());
}

#[test]
fn a_rule_is_explained_and_all_are_listed() {
    let mut editor = Editor::open_folder(&[], utf8());
    let text = command(&mut editor, "provender.explain", &["unpinned-dependency"]).unwrap();
    assert!(text.as_str().unwrap().starts_with("## unpinned-dependency\n\n**"), "{text}");
    let list = command(&mut editor, "provender.explain", &[]).unwrap();
    assert!(list.as_array().unwrap().iter().any(|rule| rule["id"] == "unpinned-dependency" && rule["severity"] == "warning"));
    assert!(command(&mut editor, "provender.explain", &["no-such-rule"]).is_err());
}

/// Its policy switches a rule off and trusts a registry, its settings name another; both are in its last commit.
#[test]
fn a_strangers_policy_and_settings_decide_nothing() {
    let policy = "[rules]\nunpinned-dependency = \"off\"\n[registries]\ntrusted = [\"https://npm.corp.test/\"]\n";
    let files = [("package.json", MANIFEST), ("package-lock.json", &sound()), ("provender.toml", policy)];
    for trusted in [true, false] {
        let mut editor = Editor::start(&files);
        editor.git(&["init", "-q"]);
        editor.git(&["add", "."]);
        editor.git(&["commit", "-qm", "x", "--no-verify"]);
        let root = editor.uri("");
        editor.initialize(json!({"capabilities": utf8(), "rootUri": root, "initializationOptions": {"trusted": trusted}}));
        editor.open("package-lock.json", &sound());
        editor.open("package.json", MANIFEST);
        let wanted = |params: &Value| has(params, "untrusted-registry") != trusted;
        let shown = editor.diagnostics("package-lock.json", wanted);
        assert_eq!(ids(&shown).contains(&"untrusted-registry"), !trusted);
        if !trusted {
            editor.diagnostics("package.json", |params| has(params, "unpinned-dependency"));
        }
    }
}
