//! The tasks round the session: one that looks after each workspace, one that tells the editor, and the slow work that they hand out.
//!
//! Nothing here waits for the editor while it holds the session, and nothing that the editor waits for waits for the editor.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use lsp_types::MessageType;
use provender_core::facts::Question;
use provender_core::path::RelPath;
use provender_core::workspace::User;
use provender_registry::Cancel;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::spawn_blocking;
use tower_lsp::Client;

use super::lists::{self, Lists};
use super::outbox::Outbox;
use super::progress::Progresses;
use super::root::Loaded;
use super::session::{RootId, Session, Step, Ticket};
use super::snapshot::Snapshot;
use super::world::{Ask, Stamp, World};

/// As many lookups as may be under way at once: a person chooses one fix at a time.
const LOOKUPS: usize = 2;

/// Everything that handlers and tasks share.
pub(super) struct Server {
    pub(super) session: Mutex<Session>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) world: Arc<dyn World>,
    pub(super) client: Client,
    pub(super) progresses: Progresses,
    pub(super) lookups: Semaphore,
    pub(super) lists: Lists,
    /// The editor's process, once it said which one it is, if that can be seen from here.
    pub(super) editor: watch::Sender<Option<u32>>,
    /// A workspace came that nobody looks after.
    pub(super) fresh: Notify,
    refreshing: AtomicU8,
}

/// Nothing is under way.
const STILL: u8 = 0;
/// The editor was asked to refresh and has not answered.
const REFRESHING: u8 = 1;
/// So it was, and something changed since.
const STALE: u8 = 2;

impl Server {
    pub(super) fn new(client: Client, world: Arc<dyn World>) -> Server {
        let outbox = Arc::new(Outbox::default());
        let user = {
            let world = world.clone();
            Box::new(move || world.user())
        };
        Server {
            session: Mutex::new(Session::new(outbox.clone(), user)),
            outbox,
            world,
            client,
            progresses: Progresses::default(),
            lookups: Semaphore::new(LOOKUPS),
            lists: Lists::default(),
            editor: watch::Sender::new(None),
            fresh: Notify::new(),
            refreshing: AtomicU8::new(STILL),
        }
    }

    /// The session. A handler that panicked while it held it left it as consistent as it was found: each change is one statement.
    pub(super) fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the session, and sees to workspaces that came with it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Session) -> T) -> T {
        let result = change(&mut self.session());
        self.fresh.notify_one();
        result
    }

    /// The state of a workspace once everything that came before was taken in.
    pub(super) async fn settled(&self, ticket: &mut Ticket) -> Option<Snapshot> {
        let generation = ticket.generation;
        // The sender goes away with the workspace; then there is nothing to answer.
        ticket.analysed.wait_for(|analysed| *analysed >= generation).await.ok()?;
        self.session().snapshot(ticket.root)
    }

    /// The same, once it is known which registries are trusted: before anything is asked of one.
    pub(super) async fn ready(&self, ticket: &mut Ticket) -> Option<Snapshot> {
        ticket.ready.wait_for(|ready| *ready).await.ok()?;
        ticket.generation = self.session().roots.get(&ticket.root)?.generation;
        self.settled(ticket).await
    }
}

/// Gives every workspace a task that looks after it.
pub(super) async fn supervise(server: Arc<Server>) {
    loop {
        let fresh = server.session().take_fresh();
        for root in fresh {
            tokio::spawn(look_after(server.clone(), root));
        }
        server.fresh.notified().await;
    }
}

/// Does what there is to do for a workspace, one analysis at a time, until it is closed.
async fn look_after(server: Arc<Server>, id: RootId) {
    let wake = {
        let session = server.session();
        let Some(root) = session.roots.get(&id) else { return };
        root.wake.clone()
    };
    loop {
        let today = server.world.today();
        let step = server.session().next(id, today, Instant::now());
        match step {
            Step::Gone => return,
            Step::Idle => wake.notified().await,
            Step::Wait(until) => {
                tokio::select! {
                    () = wake.notified() => {}
                    () = tokio::time::sleep_until(until.into()) => {}
                }
            }
            Step::Analyze(job) => analyze(&server, id, job).await,
            Step::Load(path, reach) => drop(tokio::spawn(load(server.clone(), id, path, reach))),
            Step::Base(path, folders, user) => drop(tokio::spawn(base(server.clone(), id, path, folders, user))),
            Step::Survey(path, came) => drop(tokio::spawn(survey(server.clone(), id, path, came))),
            Step::Ask(user, questions) => drop(tokio::spawn(ask(server.clone(), id, user, questions))),
        }
    }
}

async fn analyze(server: &Arc<Server>, id: RootId, job: Box<super::analysis::Job>) {
    let shared = server.clone();
    let done = spawn_blocking(move || {
        let outcome = job.run();
        // The old state is freed here, where it holds nobody up.
        let (garbage, moved) = shared.session().commit(id, outcome);
        drop(garbage);
        moved
    });
    match done.await {
        Ok(true) => refresh(server),
        Ok(false) => drop(tell_status(server)),
        Err(_) => {
            server
                .outbox
                .log(MessageType::ERROR, "an analysis failed by a fault of Provender's own; what was known before stays shown");
            server.session().failed(id);
        }
    }
    lists::announce(server);
}

async fn load(server: Arc<Server>, id: RootId, path: PathBuf, reach: super::world::Reach) {
    let shared = server.clone();
    let done = spawn_blocking(move || {
        let moment = SystemTime::now();
        let workspace = shared.world.load(&path, reach);
        let loaded = Loaded::new(&path, workspace, moment);
        let former = shared.session().loaded(id, loaded, Instant::now());
        drop(former);
    });
    if done.await.is_err() {
        server
            .outbox
            .log(MessageType::ERROR, "reading the folder failed by a fault of Provender's own; only open files are checked");
        server.session().roots.get_mut(&id).into_iter().for_each(|root| {
            root.load.finish();
            root.loaded = true;
            root.disturb(Instant::now());
        });
    }
    refresh(&server);
}

/// Has the folder walked again if known files came with what came.
async fn survey(server: Arc<Server>, id: RootId, path: PathBuf, came: Vec<PathBuf>) {
    let shared = server.clone();
    let found = spawn_blocking(move || shared.world.brings_known(&path, came)).await;
    // What could not be told is looked at.
    if found.unwrap_or(true) {
        server.session().roots.get_mut(&id).into_iter().for_each(super::root::Root::walk_again);
    }
}

async fn base(server: Arc<Server>, id: RootId, path: PathBuf, folders: BTreeSet<RelPath>, user: Arc<User>) {
    let shared = server.clone();
    let done = spawn_blocking(move || {
        let base = shared.world.base(&path, &folders, &user);
        let watched = base.as_ref().ok().and_then(Option::as_ref).map_or_else(Vec::new, |base| base.watched.clone());
        let stamps = watched.into_iter().map(|path| (path.clone(), Stamp::of(&path))).collect();
        shared.session().based(id, base, stamps, Instant::now());
    });
    if done.await.is_err() {
        server
            .outbox
            .log(MessageType::ERROR, "reading the last commit failed by a fault of Provender's own; changes are not judged");
        server.session().roots.get_mut(&id).into_iter().for_each(|root| {
            root.base.finish();
            root.ready.send_replace(true);
        });
    }
}

/// Asks on the server's own account, because the person turned that on.
async fn ask(server: Arc<Server>, id: RootId, user: Arc<User>, questions: Vec<Question>) {
    let shared = server.clone();
    let ask = Ask { user, questions, cancel: Cancel::new(), progress: Box::new(|_| {}) };
    let facts = spawn_blocking(move || shared.world.answer(ask)).await.unwrap_or_default();
    server.session().learn(id, facts, Instant::now());
}

/// Tells an editor that shows it what verifications came to.
fn tell_status(server: &Server) -> super::capabilities::Client {
    let session = server.session();
    if session.client.status {
        server.outbox.status(session.status());
    }
    session.client
}

/// Lets the editor ask for lenses and hints again, and tells the status. One request of the kind is under way at most.
pub(super) fn refresh(server: &Arc<Server>) {
    let client = tell_status(server);
    if !client.lens_refresh && !client.hint_refresh {
        return;
    }
    let next = |state| Some(if state == STILL { REFRESHING } else { STALE });
    if server.refreshing.fetch_update(Ordering::AcqRel, Ordering::Acquire, next) != Ok(STILL) {
        return;
    }
    let server = server.clone();
    tokio::spawn(async move {
        loop {
            // An editor that refuses shows them a little later.
            if client.lens_refresh {
                let _ = server.client.code_lens_refresh().await;
            }
            if client.hint_refresh {
                let _ = server.client.inlay_hint_refresh().await;
            }
            let done = |state| Some(if state == STALE { REFRESHING } else { STILL });
            if server.refreshing.fetch_update(Ordering::AcqRel, Ordering::Acquire, done) == Ok(REFRESHING) {
                return;
            }
        }
    });
}
