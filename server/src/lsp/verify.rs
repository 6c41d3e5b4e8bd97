//! What the person asks the registry: to verify a lockfile, and to look up what a quick-fix needs.
//!
//! A verification takes minutes and has its own progress and its own way to be stopped, so that its command is answered at once.

use std::sync::Arc;
use std::time::Instant;

use lsp_types::{MessageType, Url, WorkspaceEdit};
use provender_core::analyze::analyze_only;
use provender_core::document::Document;
use provender_core::facts::{Artifact, Asking, Facts, Outcome, Question, Reason};
use provender_core::path::RelPath;
use provender_core::workspace::Workspace;
use provender_registry::Cancel;
use tokio::sync::{oneshot, watch};
use tokio::task::spawn_blocking;

use super::actions::Lookup;
use super::config::Network;
use super::progress;
use super::root::Verified;
use super::server::{Server, refresh};
use super::session::RootId;
use super::snapshot::Snapshot;
use super::verdicts::Counts;
use super::world::Ask;

const OFFLINE: &str = "the registry is not asked: the workspace is not trusted, or `network` is off in Provender's settings";

/// Verifies a lockfile and says what came of it.
pub(super) async fn verify(server: Arc<Server>, url: Url) {
    match run(&server, &url).await {
        Ok((kind, text)) => server.outbox.show(kind, text),
        Err(why) => server.outbox.show(MessageType::WARNING, format!("nothing was verified: {why}")),
    }
}

async fn run(server: &Arc<Server>, url: &Url) -> Result<(MessageType, String), String> {
    let (id, path, snapshot) = ready(server, url).await?;
    let document = snapshot.workspace.get(&path).cloned().ok_or("the file could not be read")?;
    let Snapshot { workspace, client, .. } = snapshot;
    let asked = {
        let (workspace, path) = (workspace.clone(), path.clone());
        spawn_blocking(move || artifacts(workspace, &path)).await.map_err(|_| "a fault of Provender's own")?
    };
    if asked.is_empty() {
        return Err("it records nothing that a registry serves".to_owned());
    }
    let total = asked.len();
    let (token, cancel) = server.progresses.begin();
    let (count, counted) = watch::channel(0);
    let (end, ended) = oneshot::channel();
    if client.progress {
        let title = format!("Verifying {}", path.name());
        tokio::spawn(progress::show(server.client.clone(), token.clone(), title, total, counted, ended));
    }
    let questions = asked.iter().cloned().map(Question::Artifact).collect();
    let ask = Ask {
        user: workspace.user.clone(),
        questions,
        cancel: cancel.clone(),
        progress: Box::new(move |done| _ = count.send_replace(done)),
    };
    let world = server.world.clone();
    let answer = spawn_blocking(move || world.answer(ask)).await;
    server.progresses.end(&token);
    let mut facts = answer.map_err(|_| "a fault of Provender's own")?;
    // What was stopped is not known, neither good nor bad.
    facts.verdicts.retain(|_, verdict| verdict.outcome != Outcome::Unverifiable(Reason::Cancelled));
    let counts = Counts::of(&asked, &facts);
    let text = if cancel.is_cancelled() {
        let answered = asked.iter().filter(|artifact| facts.verdicts.contains_key(artifact)).count();
        format!("{}: stopped after {answered} of {total} packages", path.name())
    } else {
        format!("{}: of {total} packages, {counts}", path.name())
    };
    // Nobody listens where no progress is shown.
    let _ = end.send(text.clone());
    let kind = match counts {
        counts if counts.mismatched > 0 => MessageType::ERROR,
        counts if counts.is_clean() => MessageType::INFO,
        _ => MessageType::WARNING,
    };
    remember(server, id, path, Verified { document, counts }, facts, cancel.is_cancelled());
    Ok((kind, text))
}

fn remember(server: &Arc<Server>, id: RootId, path: RelPath, verified: Verified, facts: Facts, stopped: bool) {
    server.change(|session| {
        if !stopped {
            session.verified(id, path, verified);
        }
        session.learn(id, facts, Instant::now());
    });
    refresh(server);
}

/// What a lockfile records that a registry serves. Earlier answers do not count: the person asks to verify it now.
fn artifacts(mut workspace: Workspace, path: &RelPath) -> Vec<Artifact> {
    workspace.facts.asking = Asking::Everything;
    workspace.facts.verdicts.clear();
    let report = analyze_only(&workspace, |document: &Document| document.path == *path);
    let artifacts = report.unanswered.into_iter().filter_map(|question| match question {
        Question::Artifact(artifact) => Some(artifact),
        Question::Versions { .. } => None,
    });
    artifacts.collect()
}

async fn ready(server: &Arc<Server>, url: &Url) -> Result<(RootId, RelPath, Snapshot), String> {
    let ticket = server.session().ticket(url);
    let mut ticket = ticket.ok_or("the file is not open, or is none that Provender knows")?;
    let snapshot = server.ready(&mut ticket).await.ok_or("the workspace was closed")?;
    if snapshot.config.network() == Network::Off {
        return Err(OFFLINE.to_owned());
    }
    Ok((ticket.root, ticket.path, snapshot))
}

/// Asks the registry what a fix needs to know, and makes its edit.
pub(super) async fn look_up(server: &Arc<Server>, lookup: Lookup) -> Result<WorkspaceEdit, String> {
    let permit = server.lookups.try_acquire().map_err(|_| "other lookups are under way; try again when they are done")?;
    let (id, path, mut snapshot) = ready(server, &lookup.uri).await?;
    let question = lookup.question(&snapshot, &path)?;
    let ask = Ask {
        user: snapshot.workspace.user.clone(),
        questions: vec![question.clone()],
        cancel: Cancel::new(),
        progress: Box::new(|_| {}),
    };
    let world = server.world.clone();
    let done = spawn_blocking(move || {
        let facts = world.answer(ask);
        let edit = lookup.edit(&mut snapshot, &path, &question, &facts);
        (facts, edit)
    });
    let (facts, edit) = done.await.map_err(|_| "a fault of Provender's own")?;
    drop(permit);
    server.change(|session| session.learn(id, facts, Instant::now()));
    edit
}

/// The same for editors that do not resolve actions: the edit is handed to them.
pub(super) async fn look_up_and_apply(server: Arc<Server>, lookup: Lookup) {
    match look_up(&server, lookup).await {
        // Whether the editor takes it is the editor's and the person's matter.
        Ok(edit) => drop(server.client.apply_edit(edit).await),
        Err(why) => server.outbox.show(MessageType::WARNING, why),
    }
}
