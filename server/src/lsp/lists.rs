//! Lists of requirements that no name tells as such: that `-r deps/anything.txt` makes the file one is known only here. An editor tells of files
//! that fit its patterns, and is asked for each of these besides.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lsp_types::{MessageType, Registration, TextDocumentSyncKind, Unregistration};
use serde_json::{Value, json};

use super::capabilities::{Client, action_options};
use super::server::Server;

/// What the editor is to be asked for, and what it was asked for.
#[derive(Default)]
pub(super) struct Lists {
    wanted: Mutex<BTreeSet<PathBuf>>,
    /// Each with the number that its registrations have. Held while the editor is asked, so that one thing is asked after the other.
    asked: tokio::sync::Mutex<Asked>,
}

#[derive(Default)]
struct Asked {
    numbers: BTreeMap<PathBuf, usize>,
    next: usize,
}

/// Asks the editor for lists that came, and takes back what it was asked for those that went.
pub(super) fn announce(server: &Arc<Server>) {
    let (client, lists) = {
        let session = server.session();
        (session.client, session.lists())
    };
    let mut wanted = server.lists.wanted.lock().unwrap_or_else(PoisonError::into_inner);
    if *wanted == lists || methods(client).next().is_none() {
        return;
    }
    *wanted = lists;
    drop(wanted);
    tokio::spawn(tell(server.clone(), client));
}

async fn tell(server: Arc<Server>, client: Client) {
    let mut asked = server.lists.asked.lock().await;
    // The newest, of which others may have told meanwhile.
    let wanted = server.lists.wanted.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let gone: Vec<(PathBuf, usize)> =
        asked.numbers.iter().filter(|(path, _)| !wanted.contains(*path)).map(|(path, number)| (path.clone(), *number)).collect();
    let fresh: Vec<PathBuf> = wanted.into_iter().filter(|path| !asked.numbers.contains_key(path)).collect();
    if !gone.is_empty() {
        let unregistrations = gone.iter().flat_map(|(_, number)| {
            methods(client).map(move |method| Unregistration { id: id(*number, method), method: method.to_owned() })
        });
        note(&server, server.client.unregister_capability(unregistrations.collect()).await);
        asked.numbers.retain(|path, _| !gone.iter().any(|(other, _)| other == path));
    }
    if !fresh.is_empty() {
        let mut registrations = Vec::new();
        for path in fresh {
            let number = asked.next;
            asked.next += 1;
            registrations.extend(methods(client).map(|method| Registration {
                id: id(number, method),
                method: method.to_owned(),
                register_options: Some(options(method, &path)),
            }));
            asked.numbers.insert(path, number);
        }
        note(&server, server.client.register_capability(registrations).await);
    }
}

fn note(server: &Server, answer: tower_lsp::jsonrpc::Result<()>) {
    if let Err(error) = answer {
        server.outbox.log(MessageType::INFO, format!("lists under names of their own are checked as they are on disk: {error}"));
    }
}

fn id(number: usize, method: &str) -> String {
    format!("provender/list/{number}/{method}")
}

const WATCHED: &str = "workspace/didChangeWatchedFiles";
const CHANGED: &str = "textDocument/didChange";
const ACTIONS: &str = "textDocument/codeAction";

/// What is asked for a list, as far as the editor lets itself be asked. That it opened one comes last: from then on it tells of it.
fn methods(client: Client) -> impl Iterator<Item = &'static str> {
    let registers = client.registers;
    let methods = [
        (client.watches, WATCHED),
        (registers.texts && registers.actions, ACTIONS),
        (registers.texts && registers.hovers, "textDocument/hover"),
        (registers.texts && registers.lenses, "textDocument/codeLens"),
        (registers.texts && registers.hints, "textDocument/inlayHint"),
        (registers.texts && registers.links, "textDocument/documentLink"),
        (registers.texts, CHANGED),
        (registers.texts, "textDocument/didSave"),
        (registers.texts, "textDocument/didClose"),
        (registers.texts, "textDocument/didOpen"),
    ];
    methods.into_iter().filter_map(|(is_had, method)| is_had.then_some(method))
}

fn options(method: &str, path: &Path) -> Value {
    let path = path.to_string_lossy();
    let mut options = match method {
        WATCHED => return json!({ "watchers": [{ "globPattern": path }] }),
        // Plain data, which can be written.
        ACTIONS => serde_json::to_value(action_options()).unwrap_or_default(),
        CHANGED => json!({ "syncKind": TextDocumentSyncKind::INCREMENTAL }),
        _ => json!({}),
    };
    options["documentSelector"] = json!([{ "scheme": "file", "pattern": path }]);
    options
}
