//! The language server: `provender lsp`, over standard input and output.
//!
//! [`session`] is the state and every change to it, in plain synchronous code; [`analysis`] turns a snapshot of it into diagnostics;
//! [`server`] holds the tasks round them. Only [`backend`], [`transport`], [`outbox`], [`server`] and this file know the framework, so that
//! it could be exchanged; its loop, which has faults, is ours. Handlers change the state before they wait for anything, and none of them
//! waits for the editor. [`convert`] and [`buffer`] alone know position encodings.

mod actions;
mod analysis;
mod backend;
mod buffer;
mod capabilities;
mod commit;
mod config;
mod convert;
mod diagnostics;
mod editor;
mod fix;
mod folders;
mod hints;
mod hover;
mod lens;
mod links;
mod lists;
mod locked;
mod outbox;
mod outside;
mod progress;
mod root;
mod server;
mod session;
mod snapshot;
mod status;
mod transport;
mod verdicts;
mod verify;
mod world;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use config::{By, SETTINGS, Setting, Takes};

use tower_lsp::LspService;

use backend::Backend;
use outside::Outside;
use server::Server;
use transport::Ending;

use crate::cli::{Failure, Outcome};

/// Runs the language server until the editor ends it. It counts as clean if the editor asked to shut down first, as the protocol has it.
///
/// # Errors
/// Where it cannot start.
pub(crate) fn run() -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("the language server could not start: {error}")))?;
    let ending = runtime.block_on(serve());
    runtime.shutdown_background();
    Ok(if ending == Ending::Announced { Outcome::Clean } else { Outcome::Findings })
}

async fn serve() -> Ending {
    let mut shared = None;
    let service = LspService::build(|client| {
        let server = Arc::new(Server::new(client, Arc::new(Outside)));
        shared = Some(server.clone());
        Backend { server }
    });
    let (inner, socket) = service.custom_method("window/workDoneProgress/cancel", Backend::cancel_progress).finish();
    // The closure above has run.
    let Some(server) = shared else { return Ending::Sudden };
    tokio::spawn(outbox::run(server.outbox.clone(), server.client.clone()));
    tokio::spawn(server::supervise(server.clone()));
    let editor = server.editor.subscribe();
    tokio::select! {
        ending = transport::serve(inner, socket, server.outbox.clone()) => ending,
        () = editor::gone(editor) => Ending::Sudden,
    }
}
