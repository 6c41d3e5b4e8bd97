//! The language server: `provender lsp`, over standard input and output.
//!
//! [`session`] is the state and every change to it, in plain synchronous code; [`analysis`] turns a snapshot of it into diagnostics;
//! [`server`] holds the tasks round them. Only [`backend`], [`guard`], [`outbox`] and this file know the framework, which has faults that
//! the house is built round: it works at several messages at once, so handlers change the state before they wait; it stops reading when
//! handlers wait for the editor, so none does; it does not end on `exit`, so we do. [`convert`] alone knows position encodings.

mod actions;
mod analysis;
mod backend;
mod buffer;
mod capabilities;
mod config;
mod convert;
mod diagnostics;
mod folders;
mod guard;
mod hints;
mod hover;
mod lens;
mod locked;
mod outbox;
mod outside;
mod progress;
mod root;
mod server;
mod session;
mod snapshot;
mod verdicts;
mod verify;
mod world;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tower_lsp::{LspService, Server as Transport};

use backend::Backend;
use guard::{Ending, Guard};
use outside::Outside;
use server::Server;

use crate::cli::{Failure, Outcome};

/// Answers that were given before `exit` came get this long to be written.
const LAST_WORDS: Duration = Duration::from_millis(10);

/// Runs the language server until the editor ends it. It counts as clean if the editor asked to shut down first, as the protocol has it.
///
/// # Errors
/// Where it cannot start.
pub(crate) fn run() -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("the language server could not start: {error}")))?;
    let ending = Arc::new(Ending::default());
    runtime.block_on(serve(ending.clone()));
    // A thread still waits for standard input, which an editor may leave open.
    runtime.shutdown_background();
    Ok(if ending.was_announced.load(Ordering::Relaxed) { Outcome::Clean } else { Outcome::Findings })
}

async fn serve(ending: Arc<Ending>) {
    let mut shared = None;
    let service = LspService::build(|client| {
        let server = Arc::new(Server::new(client, Arc::new(Outside)));
        shared = Some(server.clone());
        Backend { server }
    });
    let (inner, socket) = service.custom_method("window/workDoneProgress/cancel", Backend::cancel_progress).finish();
    // The closure above has run.
    let Some(server) = shared else { return };
    tokio::spawn(outbox::run(server.outbox.clone(), server.client.clone()));
    tokio::spawn(server::supervise(server.clone()));
    let guard = Guard { inner, ending: ending.clone(), outbox: server.outbox.clone() };
    let transport = Transport::new(tokio::io::stdin(), tokio::io::stdout(), socket).serve(guard);
    tokio::pin!(transport);
    tokio::select! {
        () = &mut transport => {}
        () = ending.exit.notified() => drop(tokio::time::timeout(LAST_WORDS, transport).await),
    }
}
