//! Every safe fix at once, at the person's command.

use std::sync::Arc;

use lsp_types::{MessageType, Url};

use super::actions::fix_everything;
use super::server::Server;

/// Hands the editor every safe fix of one open file, or of every file of every folder.
pub(super) async fn fix(server: Arc<Server>, url: Option<Url>) {
    let tickets = match &url {
        Some(url) => server.session().ticket(url).into_iter().collect(),
        None => server.session().tickets(),
    };
    let mut fixed = false;
    for mut ticket in tickets {
        let Some(snapshot) = server.ready(&mut ticket).await else { continue };
        let path = url.is_some().then_some(&ticket.path);
        if let Some(edit) = fix_everything(&snapshot, path) {
            fixed = true;
            // Whether the editor takes it is the editor's and the person's matter.
            drop(server.client.apply_edit(edit).await);
        }
    }
    if !fixed {
        server.outbox.show(MessageType::INFO, "there is nothing that can be fixed safely");
    }
}
