//! When the server ends: on `exit`, with its input, and with its editor, whoever else holds the line.

use std::process::Command;

use serde_json::{Value, json};

use super::client::Editor;

#[test]
fn it_ends_on_exit_though_its_input_stays_open() {
    let mut editor = Editor::open_folder(&[], json!({}));
    editor.request("shutdown", Value::Null).unwrap();
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended().code(), Some(0));
    let mut rude = Editor::open_folder(&[], json!({}));
    rude.notify("exit", Value::Null);
    assert_eq!(rude.ended().code(), Some(1));
    let mut gone = Editor::open_folder(&[], json!({}));
    gone.hang_up();
    assert_eq!(gone.ended().code(), Some(1));
}

/// The editor is killed, and a process that it started has its end of the pipe still.
#[cfg(unix)]
#[test]
fn it_ends_with_its_editor_though_its_input_stays_open() {
    let mut process = Command::new("sleep").arg("100000").spawn().unwrap();
    let mut editor = Editor::start(&[]);
    editor.initialize(json!({"capabilities": {}, "processId": process.id()}));
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(editor.ended().code(), Some(1));
}

/// An editor outside of the container that the server runs in names a process that is not there.
#[cfg(unix)]
#[test]
fn an_editor_that_cannot_be_seen_is_not_taken_for_dead() {
    let mut process = Command::new("true").spawn().unwrap();
    process.wait().unwrap();
    let mut editor = Editor::start(&[]);
    editor.initialize(json!({"capabilities": {}, "processId": process.id()}));
    editor.request("shutdown", Value::Null).unwrap();
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended().code(), Some(0));
}

#[test]
fn it_ends_when_nobody_hears_it_though_its_input_stays_open() {
    let mut editor = Editor::deaf();
    // An answer that nobody takes.
    editor.ask("initialize", json!({"capabilities": {}}));
    assert_eq!(editor.ended().code(), Some(1));
}
