//! What the person asks the registry: to verify a lockfile, and to look up what a quick-fix needs.
//!
//! A verification takes minutes and has its own progress and its own way to be stopped, so that its command is answered at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use lsp_types::{MessageType, Url, WorkspaceEdit};
use provender_core::analyze::analyze_only;
use provender_core::document::Document;
use provender_core::facts::{Artifact, Asking, Facts, Outcome, Question, Reason};
use provender_core::path::RelPath;
use provender_core::workspace::{User, Workspace};
use provender_registry::Cancel;
use tokio::sync::{oneshot, watch};
use tokio::task::spawn_blocking;

use super::actions::Lookup;
use super::config::Network;
use super::progress;
use super::root::Verified;
use super::server::{Server, refresh};
use super::session::{RootId, Session};
use super::snapshot::Snapshot;
use super::verdicts::{Counts, packages};
use super::world::Ask;

const FAULT: &str = "a fault of Provender's own";
const OFFLINE: &str = "the registry is not asked: the workspace is not trusted, or `network` is off in Provender's settings";

/// A lockfile that is to be verified.
struct Target {
    root: RootId,
    path: RelPath,
    document: Arc<Document>,
    /// What it records that a registry serves.
    artifacts: Vec<Artifact>,
}

/// A lockfile that is being verified.
pub(super) struct Verifying {
    /// Names the verification.
    token: String,
    /// Stops it.
    cancel: Cancel,
    root: RootId,
    document: Arc<Document>,
}

impl Verifying {
    /// Whether it is verified just as it is now, and goes on being.
    fn is_about(&self, root: RootId, document: &Document) -> bool {
        let is_same = self.root == root && self.document.path == document.path && self.document.text == document.text;
        is_same && !self.cancel.is_cancelled()
    }
}

/// Verifies a lockfile and says what came of it.
pub(super) async fn verify(server: Arc<Server>, url: Url) {
    let outcome = match ready(&server, &url).await {
        Ok((root, path, snapshot)) => run(&server, vec![(root, vec![path], snapshot)]).await,
        Err(why) => Err(why),
    };
    say(&server, outcome);
}

/// Verifies every lockfile of every folder, and says what came of it.
pub(super) async fn verify_all(server: Arc<Server>) {
    let mut wanted = Vec::new();
    let tickets = server.session().tickets();
    for mut ticket in tickets {
        // A workspace that is closed meanwhile has nothing to verify.
        let Some(snapshot) = server.ready(&mut ticket).await else { continue };
        let lockfiles = snapshot.workspace.documents().filter(|document| document.lockfile().is_some());
        wanted.push((ticket.root, lockfiles.map(|document| document.path.clone()).collect(), snapshot));
    }
    let is_off = server.session().config.network() == Network::Off;
    let outcome = if is_off { Err(OFFLINE.to_owned()) } else { run(&server, wanted).await };
    say(&server, outcome);
}

fn say(server: &Server, outcome: Result<(MessageType, String), String>) {
    match outcome {
        Ok((kind, text)) => server.outbox.show(kind, text),
        Err(why) => server.outbox.show(MessageType::WARNING, format!("nothing was verified: {why}")),
    }
}

type Wanted = Vec<(RootId, Vec<RelPath>, Snapshot)>;

async fn run(server: &Arc<Server>, wanted: Wanted) -> Result<(MessageType, String), String> {
    let user = wanted.first().map(|(.., snapshot)| snapshot.workspace.user.clone()).ok_or("no folder is open")?;
    let targets = spawn_blocking(move || targets(wanted)).await.map_err(|_| FAULT)?;
    if targets.iter().all(|target| target.artifacts.is_empty()) {
        return Err(match targets.len() {
            0 => "there is no lockfile",
            1 => "it records nothing that a registry serves",
            _ => "the lockfiles record nothing that a registry serves",
        }
        .to_owned());
    }
    let all = named(&targets);
    let (token, cancel) = server.progresses.begin();
    let targets = server.change(|session| claim(session, targets, &token, &cancel));
    let asked: BTreeSet<&Artifact> = targets.iter().flat_map(|target| &target.artifacts).collect();
    let asked: Vec<Artifact> = asked.into_iter().cloned().collect();
    if asked.is_empty() {
        server.progresses.end(&token);
        return Ok((MessageType::INFO, format!("{all}: a verification is under way already")));
    }
    refresh(server);
    let what = named(&targets);
    let done = ask(server, user, &what, &asked, &token, &cancel).await;
    server.progresses.end(&token);
    server.change(|session| session.verifying.retain(|running| running.token != token));
    let outcome = done.map(|(facts, end)| {
        let counts = Counts::of(&asked, &facts);
        let stopped = cancel.is_cancelled();
        let text = if stopped {
            let answered = asked.iter().filter(|artifact| facts.verdicts.contains_key(*artifact)).count();
            format!("{what}: stopped after {answered} of {}", packages(asked.len()))
        } else {
            format!("{what}: of {}, {counts}", packages(asked.len()))
        };
        // Nobody listens where no progress is shown.
        let _ = end.send(text.clone());
        remember(server, targets, &facts, stopped);
        (counts.kind(), text)
    });
    refresh(server);
    outcome
}

/// How lockfiles are called.
fn named(targets: &[Target]) -> String {
    match targets {
        [target] => target.path.name().to_owned(),
        targets => format!("{} lockfiles", targets.len()),
    }
}

/// Takes note of what is verified from now on. Gives it; the rest is being verified already, just as it is.
fn claim(session: &mut Session, targets: Vec<Target>, token: &str, cancel: &Cancel) -> Vec<Target> {
    let is_new = |target: &Target| !session.verifying.iter().any(|running| running.is_about(target.root, &target.document));
    let targets: Vec<Target> = targets.into_iter().filter(is_new).collect();
    let running = |target: &Target| Verifying {
        token: token.to_owned(),
        cancel: cancel.clone(),
        root: target.root,
        document: target.document.clone(),
    };
    session.verifying.extend(targets.iter().filter(|target| !target.artifacts.is_empty()).map(running));
    targets
}

/// Puts the questions, with progress. Gives the answers, and where to say how it ended.
async fn ask(
    server: &Arc<Server>,
    user: Arc<User>,
    what: &str,
    asked: &[Artifact],
    token: &str,
    cancel: &Cancel,
) -> Result<(Facts, oneshot::Sender<String>), String> {
    let (count, counted) = watch::channel(0);
    let (end, ended) = oneshot::channel();
    if server.session().client.progress {
        let title = format!("Verifying {what}");
        tokio::spawn(progress::show(server.client.clone(), token.to_owned(), title, asked.len(), counted, ended));
    }
    let ask = Ask {
        user,
        questions: asked.iter().cloned().map(Question::Artifact).collect(),
        cancel: cancel.clone(),
        progress: Box::new(move |done| _ = count.send_replace(done)),
    };
    let world = server.world.clone();
    let answer = spawn_blocking(move || world.answer(ask)).await;
    let mut facts = answer.map_err(|_| FAULT)?;
    // What was stopped is not known, neither good nor bad.
    facts.verdicts.retain(|_, verdict| verdict.outcome != Outcome::Unverifiable(Reason::Cancelled));
    Ok((facts, end))
}

fn remember(server: &Arc<Server>, targets: Vec<Target>, facts: &Facts, stopped: bool) {
    let roots: BTreeSet<RootId> = targets.iter().map(|target| target.root).collect();
    server.change(|session| {
        for Target { root, path, document, artifacts } in targets {
            if !stopped && !artifacts.is_empty() {
                let counts = Counts::of(&artifacts, facts);
                session.verified(root, path, Verified { document, counts });
            }
        }
        roots.into_iter().for_each(|root| session.learn(root, facts.clone(), Instant::now()));
    });
}

/// Looks at what the lockfiles record.
fn targets(wanted: Wanted) -> Vec<Target> {
    let mut targets = Vec::new();
    for (root, paths, snapshot) in wanted {
        let target = |path: RelPath| {
            let document = snapshot.workspace.get(&path)?.clone();
            Some(Target { root, artifacts: artifacts(snapshot.workspace.clone(), &path), path, document })
        };
        targets.extend(paths.into_iter().filter_map(target));
    }
    targets
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
    let questions = lookup.questions(&snapshot, &path)?;
    // An editor that takes its request back drops this; then nobody needs the answer.
    let switch = Switch(Cancel::new());
    let ask = Ask {
        user: snapshot.workspace.user.clone(),
        questions: questions.clone(),
        cancel: switch.0.clone(),
        progress: Box::new(|_| {}),
    };
    let world = server.world.clone();
    let done = spawn_blocking(move || {
        let facts = world.answer(ask);
        let edit = lookup.edit(&mut snapshot, &path, &questions, &facts);
        (facts, edit)
    });
    let (facts, edit) = done.await.map_err(|_| FAULT)?;
    drop(permit);
    server.change(|session| session.learn(id, facts, Instant::now()));
    edit
}

/// Stops what runs under it when nobody waits for that any more.
struct Switch(Cancel);

impl Drop for Switch {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// The same for editors that do not resolve actions: the edit is handed to them.
pub(super) async fn look_up_and_apply(server: Arc<Server>, lookup: Lookup) {
    match look_up(&server, lookup).await {
        // Whether the editor takes it is the editor's and the person's matter.
        Ok(edit) => drop(server.client.apply_edit(edit).await),
        Err(why) => server.outbox.show(MessageType::WARNING, why),
    }
}
