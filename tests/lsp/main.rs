//! The language server as an editor meets it: the real binary, over standard input and output.

#![allow(missing_docs, clippy::unwrap_used)]

mod client;
mod commands;
mod life;
mod online;

use client::{Editor, apply};
use serde_json::{Value, json};

const DIGEST: &str = "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==";

const MANIFEST: &str = "{\n  \"name\": \"d\u{e9}mo\u{1f600}\", \"version\": \"1.0.0\", \"dependencies\": { \"left-pad\": \"^1.3.0\", \"pad\": \"~2.0.0\" }\n}\n";

fn lockfile(integrity: &str) -> String {
    let entry = |name: &str, version: &str| {
        format!(
            "    \"node_modules/{name}\": {{\n      \"version\": \"{version}\",\n      \"resolved\": \"https://npm.corp.test/{name}/-/{name}-{version}.tgz\"{integrity}\n    }}"
        )
    };
    let asked = "\"dependencies\": { \"left-pad\": \"^1.3.0\", \"pad\": \"~2.0.0\" }";
    let entries = [entry("left-pad", "1.3.0"), entry("pad", "2.0.1")].join(",\n");
    format!("{{\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"\": {{ {asked} }},\n{entries}\n  }}\n}}\n")
}

fn sound() -> String {
    lockfile(&format!(",\n      \"integrity\": \"{DIGEST}\""))
}

fn utf8() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-8"]},
        "workspace": {"workspaceEdit": {"documentChanges": true}},
        "textDocument": {"codeAction": {"resolveSupport": {"properties": ["edit"]}}}
    })
}

fn ids(params: &Value) -> Vec<&str> {
    params["diagnostics"].as_array().unwrap().iter().map(|diagnostic| diagnostic["code"].as_str().unwrap()).collect()
}

fn has(params: &Value, rule: &str) -> bool {
    ids(params).contains(&rule)
}

#[test]
fn the_encoding_is_agreed_and_letters_before_a_span_do_not_shift_it() {
    let at = MANIFEST.lines().nth(1).unwrap().find("^1.3.0").unwrap();
    for (offered, agreed, shift) in [
        (json!(["utf-16"]), "utf-16", 3),
        (json!(["utf-8", "utf-16", "utf-32"]), "utf-8", 0),
        (json!(["utf-32", "utf-16"]), "utf-32", 4),
        (Value::Null, "utf-16", 3),
    ] {
        let mut editor = Editor::start(&[("package.json", MANIFEST), ("package-lock.json", &sound())]);
        let root = editor.uri("");
        let said = editor.initialize(json!({"rootUri": root, "capabilities": {"general": {"positionEncodings": offered}}}));
        assert_eq!(said["capabilities"]["positionEncoding"], agreed);
        assert_eq!(said["serverInfo"]["name"], "provender");
        editor.open("package.json", MANIFEST);
        let shown = editor.diagnostics("package.json", |params| has(params, "unpinned-dependency"));
        let found = shown["diagnostics"].as_array().unwrap().iter().find(|found| found["code"] == "unpinned-dependency").unwrap();
        let start = usize::try_from(found["range"]["start"]["character"].as_u64().unwrap()).unwrap();
        // The span may take the quote in or not; the letters before it count as agreed.
        assert!((at - shift - 1..=at - shift).contains(&start), "{agreed}: {found}");
        assert_eq!(found["source"], "provender");
    }
}

#[test]
fn a_squiggle_a_quick_fix_and_the_text_after_it() {
    let mut editor = Editor::open_folder(&[("package.json", MANIFEST), ("package-lock.json", &sound())], utf8());
    editor.open("package.json", MANIFEST);
    let shown = editor.diagnostics("package.json", |params| params["version"] == 1 && has(params, "unpinned-dependency"));
    let found =
        shown["diagnostics"].as_array().unwrap().iter().find(|found| found["code"] == "unpinned-dependency").unwrap().clone();
    let uri = editor.uri("package.json");
    // Another tool's diagnostics come along; ours come without their data.
    let foreign = json!({"range": found["range"], "message": "x", "source": "other", "data": [1, {"x": null}]});
    let end = &found["range"]["end"];
    for range in [found["range"].clone(), json!({"start": end, "end": end})] {
        let params =
            json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": [foreign], "only": ["quickfix"]}});
        let actions = editor.request("textDocument/codeAction", params).unwrap();
        let fix = actions.as_array().unwrap().iter().find(|action| action["isPreferred"] == true).expect("a preferred fix").clone();
        let change = &fix["edit"]["documentChanges"][0];
        assert_eq!((&change["textDocument"]["uri"], &change["textDocument"]["version"]), (&json!(uri), &json!(1)));
        assert_eq!(apply(MANIFEST, &change["edits"]), MANIFEST.replace("^1.3.0", "1.3.0"));
        assert_eq!(fix["diagnostics"][0]["code"], "unpinned-dependency");
    }
}

#[test]
fn everything_safe_in_a_file_is_mended_at_once() {
    let mut editor = Editor::open_folder(&[("package.json", MANIFEST), ("package-lock.json", &sound())], utf8());
    editor.open("package.json", MANIFEST);
    editor.diagnostics("package.json", |params| params["version"] == 1 && has(params, "unpinned-dependency"));
    let zero = json!({"line": 0, "character": 0});
    let range = json!({"start": zero, "end": zero});
    let uri = editor.uri("package.json");
    let params = json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": [], "only": ["source.fixAll"]}});
    let actions = editor.request("textDocument/codeAction", params).unwrap();
    assert_eq!(actions[0]["kind"], "source.fixAll.provender");
    let edits = &actions[0]["edit"]["documentChanges"][0]["edits"];
    let mended = apply(MANIFEST, edits);
    assert!(mended.contains("\"1.3.0\"") && mended.contains("\"2.0.1\""), "{mended}");
    let line = u32::try_from(MANIFEST.lines().count()).unwrap();
    editor.change("package.json", 2, [0, 0, line, 0], &mended);
    assert!(!has(&editor.version("package.json", 2), "unpinned-dependency"));
}

#[test]
fn a_burst_of_edits_is_applied_in_order_and_told_forwards() {
    let mut editor = Editor::open_folder(&[("package-lock.json", &sound())], utf8());
    editor.open("package.json", MANIFEST);
    editor.version("package.json", 1);
    // Each letter goes behind the last: any two out of order would spell something else.
    let word: String = ('a'..='z').cycle().take(200).collect();
    let column = u32::try_from(MANIFEST.lines().nth(1).unwrap().find("left-pad").unwrap()).unwrap();
    for (index, letter) in (0u32..).zip(word.chars()) {
        editor.change("package.json", i64::from(index) + 2, [1, column + index, 1, column + index], &letter.to_string());
    }
    let uri = editor.uri("package.json");
    let at = json!({"line": 1, "character": column});
    let hover = editor.request("textDocument/hover", json!({"textDocument": {"uri": uri}, "position": at})).unwrap();
    assert!(hover["contents"]["value"].as_str().unwrap().contains(&format!("{word}left-pad")), "{hover}");
    editor.version("package.json", 201);
    let versions: Vec<i64> = editor
        .kept()
        .filter(|message| message["params"]["uri"] == uri)
        .filter_map(|message| message["params"]["version"].as_i64())
        .collect();
    assert!(versions.is_sorted(), "{versions:?}");
}

#[test]
fn what_comes_too_early_or_too_late_is_refused_and_ends_nothing() {
    let mut editor = Editor::start(&[]);
    let uri = editor.uri("package.json");
    let hover = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}});
    assert_eq!(editor.request("textDocument/hover", hover.clone()).unwrap_err()["code"], -32002);
    editor.open("package.json", "{");
    let root = editor.uri("");
    editor.initialize(json!({"capabilities": {}, "rootUri": root}));
    assert!(editor.request("initialize", json!({"capabilities": {}})).is_err());
    editor.open("package.json", "{");
    editor.version("package.json", 1);
    editor.request("shutdown", Value::Null).unwrap();
    editor.change("package.json", 2, [0, 0, 0, 0], " ");
    assert_eq!(editor.request("textDocument/hover", hover).unwrap_err()["code"], -32600);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended().code(), Some(0));
}

#[test]
fn two_folders_each_show_their_own() {
    let text = lockfile("");
    let mut editor = Editor::start(&[("one/package-lock.json", &text), ("two/package-lock.json", &text)]);
    let folders = json!([{"uri": editor.uri("one"), "name": "one"}, {"uri": editor.uri("two"), "name": "two"}]);
    editor.initialize(json!({"capabilities": {}, "rootUri": null, "workspaceFolders": folders}));
    for name in ["one/package-lock.json", "two/package-lock.json"] {
        let shown = editor.diagnostics(name, |_| true);
        assert_eq!(ids(&shown).iter().filter(|id| **id == "missing-integrity").count(), 2, "{name}");
        assert!(shown.get("version").is_none());
    }
    let removed = json!({"event": {"added": [], "removed": [{"uri": editor.uri("one"), "name": "one"}]}});
    editor.notify("workspace/didChangeWorkspaceFolders", removed);
    editor.diagnostics("one/package-lock.json", |params| params["diagnostics"] == json!([]));
}

#[test]
fn a_sibling_that_changes_on_disk_changes_what_is_shown() {
    let mut editor = Editor::open_folder(&[("package.json", MANIFEST), ("package-lock.json", &sound())], utf8());
    editor.open("package.json", MANIFEST);
    editor.diagnostics("package.json", |params| params["version"] == 1 && has(params, "unpinned-dependency"));
    editor.write("package-lock.json", &lockfile(""));
    let changed = json!({"changes": [{"uri": editor.uri("package-lock.json"), "type": 2}]});
    editor.notify("workspace/didChangeWatchedFiles", changed);
    editor.diagnostics("package-lock.json", |params| has(params, "missing-integrity"));
    // Now an editor that watches nothing: the next edit finds it out.
    editor.write("package-lock.json", &format!("{}\n", sound()));
    editor.change("package.json", 2, [0, 0, 0, 0], " ");
    editor.diagnostics("package-lock.json", |params| !has(params, "missing-integrity"));
}

#[test]
fn a_broken_text_keeps_its_other_findings() {
    let mut editor = Editor::open_folder(&[], utf8());
    let text = lockfile("");
    editor.open("package-lock.json", &text);
    let whole = editor.version("package-lock.json", 1);
    let last = u32::try_from(text.lines().count() - 1).unwrap();
    editor.change("package-lock.json", 2, [last, 0, last, 1], "");
    let broken = editor.diagnostics("package-lock.json", |params| params["version"] == 2 && has(params, "unreadable-file"));
    let missing = |params: &Value| ids(params).iter().filter(|id| **id == "missing-integrity").count();
    assert_eq!((missing(&whole), missing(&broken)), (2, 2));
}

/// Four handlers that wait for the editor and a full queue would stop the server for good.
#[test]
fn an_editor_that_answers_nothing_stops_nothing() {
    let capabilities = json!({
        "general": {"positionEncodings": ["utf-8"]}, "window": {"workDoneProgress": true},
        "workspace": {"configuration": true, "didChangeWatchedFiles": {"dynamicRegistration": true}, "codeLens": {"refreshSupport": true}}
    });
    let mut editor = Editor::open_folder(&[("package-lock.json", &sound())], capabilities);
    editor.answers = false;
    editor.open("package.json", MANIFEST);
    for version in 2..400 {
        editor.change("package.json", version, [0, 1, 0, 1], " ");
        editor.notify("workspace/didChangeConfiguration", json!({"settings": {}}));
    }
    editor.version("package.json", 399);
    editor.request("shutdown", Value::Null).unwrap();
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended().code(), Some(0));
}

#[test]
fn closing_a_file_shows_the_disk_or_nothing() {
    let mut editor = Editor::open_folder(&[("package-lock.json", &sound())], utf8());
    editor.open("package-lock.json", &lockfile(""));
    editor.diagnostics("package-lock.json", |params| params["version"] == 1 && has(params, "missing-integrity"));
    let uri = editor.uri("package-lock.json");
    editor.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    let shown =
        editor.diagnostics("package-lock.json", |params| params.get("version").is_none() && !has(params, "missing-integrity"));
    assert!(shown["diagnostics"].is_array());
}

#[test]
fn a_file_without_a_folder_is_judged_in_its_own() {
    let mut editor = Editor::start(&[("package-lock.json", &sound())]);
    editor.initialize(json!({"capabilities": {}, "rootUri": null, "workspaceFolders": []}));
    editor.open("package.json", MANIFEST);
    editor.diagnostics("package.json", |params| params["version"] == 1 && has(params, "unpinned-dependency"));
}

#[test]
fn an_untrusted_workspace_offers_nothing_that_needs_the_network() {
    for (trusted, lenses) in [(true, 1), (false, 0)] {
        let text = lockfile("");
        let mut editor = Editor::start(&[("package-lock.json", &text)]);
        let root = editor.uri("");
        editor.initialize(json!({"capabilities": utf8(), "rootUri": root, "initializationOptions": {"trusted": trusted}}));
        editor.open("package-lock.json", &text);
        editor.version("package-lock.json", 1);
        let uri = editor.uri("package-lock.json");
        let found = editor.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}})).unwrap();
        assert_eq!(found.as_array().unwrap().len(), lenses);
        let whole = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
        let params = json!({"textDocument": {"uri": uri}, "range": whole, "context": {"diagnostics": []}});
        let actions = editor.request("textDocument/codeAction", params).unwrap();
        let asking = actions.as_array().unwrap().iter().filter(|action| action.get("data").is_some()).count();
        assert_eq!(asking > 0, trusted, "{actions}");
    }
}

#[test]
fn what_makes_no_sense_is_refused_and_survived() {
    let mut editor = Editor::open_folder(&[], utf8());
    for (method, params) in [
        ("workspace/executeCommand", json!({"command": "provender.verify", "arguments": ["not a uri"]})),
        ("workspace/executeCommand", json!({"command": "rm -rf", "arguments": []})),
        ("workspace/executeCommand", json!({"command": "provender.lookUp", "arguments": [{"uri": 1}]})),
        ("textDocument/hover", json!({"nothing": true})),
        ("textDocument/semanticTokens/full", json!({})),
    ] {
        assert!(editor.request(method, params.clone()).is_err(), "{method} {params}");
    }
    editor.send_raw(b"Content-Length: 9\r\n\r\n{\"broken\"");
    let missing = editor.uri("nowhere/package.json");
    editor.change("nowhere/package.json", 7, [9, 9, 9, 9], "x");
    editor.notify("textDocument/didClose", json!({"textDocument": {"uri": missing}}));
    let none = editor
        .request("textDocument/hover", json!({"textDocument": {"uri": missing}, "position": {"line": 0, "character": 0}}))
        .unwrap();
    assert!(none.is_null());
    editor.open("package-lock.json", &lockfile(""));
    assert!(has(&editor.version("package-lock.json", 1), "missing-integrity"));
}

#[test]
fn a_change_is_judged_by_the_last_commit_and_a_commit_is_noticed() {
    let other = sound().replace("sha512-XI5M", "sha512-YI5M");
    let mut editor = Editor::start(&[("sub/package-lock.json", &sound())]);
    editor.git(&["init", "-q"]);
    editor.git(&["add", "."]);
    editor.git(&["commit", "-qm", "x", "--no-verify"]);
    let root = editor.uri("sub");
    editor.initialize(json!({"capabilities": utf8(), "rootUri": root}));
    editor.open("sub/package-lock.json", &other);
    editor.diagnostics("sub/package-lock.json", |params| params["version"] == 1 && has(params, "changed-integrity"));
    editor.write("sub/package-lock.json", &other);
    editor.git(&["commit", "-qam", "y", "--no-verify"]);
    // No word from the editor's watcher: the next edit finds it out.
    editor.change("sub/package-lock.json", 2, [0, 0, 0, 0], " ");
    editor.diagnostics("sub/package-lock.json", |params| params["version"] == 2 && !has(params, "changed-integrity"));
}

/// A submodule, or a clone within another: what the last commit says of its files is said in its own history.
#[test]
fn a_repository_within_a_repository_is_judged_by_its_own_last_commit() {
    let other = sound().replace("sha512-XI5M", "sha512-YI5M");
    let mut editor = Editor::start(&[("package.json", "{}"), ("inner/package-lock.json", &sound())]);
    for (folder, files) in [("", "package.json"), ("inner", ".")] {
        for arguments in [vec!["init", "-q"], vec!["add", files], vec!["commit", "-qm", "x", "--no-verify"]] {
            let within = editor.path(folder).to_str().unwrap().to_owned();
            editor.git(&[&["-C", &within], &arguments[..]].concat());
        }
    }
    let root = editor.uri("");
    editor.initialize(json!({"capabilities": utf8(), "rootUri": root}));
    editor.open("inner/package-lock.json", &other);
    editor.diagnostics("inner/package-lock.json", |params| params["version"] == 1 && has(params, "changed-integrity"));
    editor.write("inner/package-lock.json", &other);
    let within = editor.path("inner").to_str().unwrap().to_owned();
    editor.git(&["-C", &within, "commit", "-qam", "y", "--no-verify"]);
    editor.change("inner/package-lock.json", 2, [0, 0, 0, 0], " ");
    editor.diagnostics("inner/package-lock.json", |params| params["version"] == 2 && !has(params, "changed-integrity"));
}

#[test]
fn a_dependency_that_the_lockfile_does_not_follow_is_told_once() {
    let files = [("package.json", MANIFEST), ("package-lock.json", &sound()), (".npmrc", "ignore-scripts=true\n")];
    let mut editor = Editor::start(&files);
    editor.git(&["init", "-q"]);
    editor.git(&["add", "."]);
    editor.git(&["commit", "-qm", "x", "--no-verify"]);
    let root = editor.uri("");
    editor.initialize(json!({"capabilities": utf8(), "rootUri": root}));
    editor.open(".npmrc", "ignore-scripts=false\n");
    editor.diagnostics(".npmrc", |params| has(params, "weakened-policy"));
    // The last commit is known now.
    editor.open("package.json", &MANIFEST.replace("^1.3.0", "1.3.0"));
    let shown = editor.diagnostics("package.json", |params| params["version"] == 1 && has(params, "lockfile-out-of-sync"));
    assert!(!has(&shown, "unstaged-lockfile"), "{shown}");
}

#[test]
fn a_token_is_not_repeated_in_words_about_it() {
    const TOKEN: &str = "npm_0123456789abcdefghijABCDEFGHIJ012345";
    let text = format!("//npm.corp.test/:_authToken={TOKEN}\n");
    let mut editor = Editor::open_folder(&[], utf8());
    editor.open(".npmrc", &text);
    let shown = editor.diagnostics(".npmrc", |params| has(params, "exposed-credential"));
    assert!(!shown.to_string().contains(TOKEN), "{shown}");
}
