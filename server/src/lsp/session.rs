//! The state of the language server, and every change to it: plain synchronous code that knows no protocol loop, no task and no clock.
//!
//! Handlers change it before they wait for anything, so that edits take effect in the order in which they came. What there is to do for
//! a workspace is asked for step by step ([`Session::next`]); at most one analysis is under way in each, and it always begins with the
//! newest texts.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use jiff::civil::Date;
use lsp_types::{FileChangeType, TextDocumentContentChangeEvent, Url};
use provender_core::facts::{Asking, Facts, Question};
use provender_core::formats::Format;
use provender_core::path::RelPath;
use provender_core::workspace::{User, Workspace};

use super::analysis::{Job, Scope};
use super::buffer::Buffer;
use super::capabilities::Client;
use super::commit::clear;
use super::config::{Config, Network};
use super::diagnostics::absolute;
use super::folders;
use super::outbox::Outbox;
use super::root::{Loaded, Opened, Root, Stage, Verified};
use super::snapshot::Snapshot;
use super::verify::Verifying;
use super::world::{Base, Reach, Stamp};

/// Names a workspace for as long as the server runs.
pub(super) type RootId = usize;

/// What is to be done next for a workspace.
pub(super) enum Step {
    /// Walk the folder.
    Load(PathBuf, Reach),
    /// Read the last commit, and those of the repositories among these folders.
    Base(PathBuf, BTreeSet<RelPath>, Arc<User>),
    /// See whether there is a known file in what came into the folder.
    Survey(PathBuf, Vec<PathBuf>),
    /// Judge.
    Analyze(Box<Job>),
    /// Ask the registry.
    Ask(Arc<User>, Vec<Question>),
    /// Nothing before that moment, unless something happens.
    Wait(Instant),
    /// Nothing until something happens.
    Idle,
    /// The workspace is closed.
    Gone,
}

/// Where an editor's file lies, and what to wait for before its state may be read.
pub(super) struct Ticket {
    pub(super) root: RootId,
    pub(super) path: RelPath,
    pub(super) generation: u64,
    pub(super) analysed: tokio::sync::watch::Receiver<u64>,
    /// Whether all is there that decides whom to trust.
    pub(super) ready: tokio::sync::watch::Receiver<bool>,
}

/// The state.
pub(super) struct Session {
    pub(super) client: Client,
    pub(super) config: Config,
    /// Whether the editor may be told things by now.
    started: bool,
    /// The folders that the editor has open, each as it said it.
    listed: Vec<PathBuf>,
    /// Those of them that are workspaces.
    folders: Vec<PathBuf>,
    pub(super) roots: BTreeMap<RootId, Root>,
    next_root: RootId,
    next_epoch: u64,
    pub(super) open: HashMap<Url, (RootId, RelPath)>,
    /// Workspaces that nobody looks after yet.
    fresh: Vec<RootId>,
    /// Lockfiles that are being verified.
    pub(super) verifying: Vec<Verifying>,
    pub(super) outbox: Arc<Outbox>,
    /// Reads the person's own settings, without which nothing may be judged: they say which registry is meant.
    user: Box<dyn Fn() -> Arc<User> + Send>,
}

impl Session {
    pub(super) fn new(outbox: Arc<Outbox>, user: Box<dyn Fn() -> Arc<User> + Send>) -> Session {
        Session {
            client: Client::default(),
            config: Config::default(),
            started: false,
            listed: Vec::new(),
            folders: Vec::new(),
            roots: BTreeMap::new(),
            next_root: 0,
            next_epoch: 0,
            open: HashMap::new(),
            fresh: Vec::new(),
            verifying: Vec::new(),
            outbox,
            user,
        }
    }

    /// Takes in who the editor is and what it has open.
    pub(super) fn initialize(&mut self, client: Client, config: Config, folders: Vec<PathBuf>) {
        (self.client, self.config, self.listed) = (client, config, folders);
        self.set_folders(Instant::now());
    }

    /// From now on the editor may be told things.
    pub(super) fn start(&mut self) {
        self.started = true;
        self.roots.values().for_each(|root| root.wake.notify_one());
    }

    /// Workspaces that came since this was last asked.
    pub(super) fn take_fresh(&mut self) -> Vec<RootId> {
        std::mem::take(&mut self.fresh)
    }

    /// A file was opened.
    pub(super) fn open(&mut self, url: Url, version: i32, text: String, now: Instant) {
        self.started = true;
        let Ok(path) = url.to_file_path() else { return };
        // What is none of ours any more still has to be cleared.
        let Some((id, below)) = self.place(&path) else { return };
        self.outbox.reopened(&url);
        self.next_epoch += 1;
        let opened = Opened { buffer: Buffer::new(url.clone(), version, text), epoch: self.next_epoch };
        self.open.insert(url, (id, below.clone()));
        if let Some(root) = self.roots.get_mut(&id) {
            root.stamps.remove(&below);
            root.buffers.insert(below.clone(), opened);
            root.touch(below, now);
        }
    }

    /// An open file was changed.
    pub(super) fn change(&mut self, url: &Url, version: i32, changes: Vec<TextDocumentContentChangeEvent>, now: Instant) {
        let Some((id, path)) = self.open.get(url) else { return };
        let Some(root) = self.roots.get_mut(id) else { return };
        if let Some(opened) = root.buffers.get_mut(path) {
            opened.buffer.change(version, changes, self.client.encoding);
            root.touch(path.clone(), now);
        }
    }

    /// A file was closed: what is on disk counts again.
    pub(super) fn close(&mut self, url: &Url, now: Instant) {
        let Some((id, path)) = self.open.remove(url) else { return };
        let Some(root) = self.roots.get_mut(&id) else { return };
        root.buffers.remove(&path);
        root.whole.remove(&path);
        if root.left_out.contains(&path) || root.workspace.ignored.contains(&path) {
            root.workspace.remove(&path);
        }
        root.touch(path, now);
        if root.buffers.is_empty() && !self.folders.contains(&root.path) {
            self.drop_root(id);
        }
    }

    /// A file was saved. Other files may have been written with it, and not every editor watches files.
    pub(super) fn save(&mut self, url: &Url, now: Instant) {
        let root = self.open.get(url).and_then(|(id, _)| self.roots.get_mut(id));
        root.into_iter().for_each(|root| root.disturb(now));
    }

    /// Files changed on disk. What an editor has open is not touched by that.
    pub(super) fn files_changed(&mut self, changes: impl Iterator<Item = (Url, FileChangeType)>, now: Instant) {
        let (mut gone, mut arrived) = (HashSet::new(), Vec::new());
        let mut is_git = false;
        for (url, kind) in changes {
            let Ok(path) = url.to_file_path() else { continue };
            if path.components().any(|part| part.as_os_str() == ".git") {
                is_git = true;
                continue;
            }
            if path.file_name().is_some_and(|name| name == ".gitignore" || name == ".ignore") {
                self.roots.values_mut().filter(|root| root.is_own(&path)).for_each(Root::walk_again);
                continue;
            }
            let Some((id, below)) = self.known(&path) else {
                match kind {
                    FileChangeType::DELETED => drop(gone.insert(path)),
                    FileChangeType::CREATED => arrived.push(path),
                    _ => {}
                }
                continue;
            };
            let Some(root) = self.roots.get_mut(&id) else { continue };
            if root.buffers.contains_key(&below) {
                continue;
            }
            let is_new = root.workspace.get(&below).is_none() && kind != FileChangeType::DELETED;
            if !is_new || root.reach == Reach::Folder {
                root.touch(below, now);
            } else if root.lists.contains(&below) || root.is_inhabited(below.folder()) {
                // Only a walk knows whether it is ignored, and what that means for the others.
                root.walk_again();
            } else {
                arrived.push(path);
            }
        }
        if is_git {
            let moved = |root: &&mut Root| root.base_watched.is_empty() || root.base_moved();
            self.roots.values_mut().filter(moved).for_each(|root| root.base.want());
            self.roots.values_mut().for_each(|root| root.wake.notify_one());
        }
        if !gone.is_empty() {
            self.roots.values_mut().for_each(|root| root.lost(&gone, now));
        }
        for root in self.roots.values_mut().filter(|root| root.reach == Reach::Tree) {
            root.came(&arrived);
        }
    }

    /// The settings changed; gives whether that made a difference.
    pub(super) fn configure(&mut self, settings: &serde_json::Value, now: Instant) -> bool {
        let changed = self.config.update(settings);
        if changed {
            self.roots.values_mut().for_each(|root| root.disturb(now));
        }
        changed
    }

    /// The folders of the workspace changed.
    pub(super) fn change_folders(&mut self, added: Vec<PathBuf>, removed: &[PathBuf], now: Instant) {
        self.listed.retain(|folder| !removed.contains(folder));
        self.listed.extend(added);
        self.set_folders(now);
    }

    fn set_folders(&mut self, now: Instant) {
        let before: HashSet<PathBuf> = self.folders.iter().cloned().collect();
        self.folders = folders::separate(self.listed.clone());
        let after: HashSet<PathBuf> = self.folders.iter().cloned().collect();
        let mut homeless = Vec::new();
        for id in self.roots.keys().copied().collect::<Vec<_>>() {
            let path = &self.roots[&id].path;
            let owned = after.contains(path);
            let swallowed = after.iter().any(|folder| path.starts_with(folder) || folder.starts_with(path));
            if !owned && (before.contains(path) || swallowed) {
                homeless.extend(self.drop_root(id));
            } else if swallowed && before != after {
                // A repository within this folder may have become a workspace of its own, or ceased to be one.
                if let Some(root) = self.roots.get_mut(&id) {
                    root.load.want();
                }
            }
        }
        for folder in self.folders.clone() {
            if !self.roots.values().any(|root| root.path == folder) {
                self.add_root(folder, Reach::Tree);
            }
        }
        for buffer in homeless {
            let text = Arc::unwrap_or_clone(buffer.text);
            self.open(buffer.url, buffer.version, text, now);
        }
    }

    fn add_root(&mut self, path: PathBuf, reach: Reach) -> RootId {
        let id = self.next_root;
        self.next_root += 1;
        let mut root = Root::new(path, reach);
        root.workspace.user = (self.user)();
        self.roots.insert(id, root);
        self.fresh.push(id);
        id
    }

    /// Closes a workspace and takes what it showed away. Gives what was open in it.
    fn drop_root(&mut self, id: RootId) -> Vec<Buffer> {
        let Some(root) = self.roots.remove(&id) else { return Vec::new() };
        root.wake.notify_one();
        root.shown.keys().filter_map(|path| clear(&root, path)).for_each(|publish| self.outbox.publish(publish));
        self.open.retain(|_, (owner, _)| *owner != id);
        root.buffers.into_values().map(|opened| opened.buffer).collect()
    }

    /// The workspace that a file belongs to: the innermost.
    fn known(&self, path: &Path) -> Option<(RootId, RelPath)> {
        let holding = self.roots.iter().filter_map(|(id, root)| Some((root.path.components().count(), *id, root.known(path)?)));
        holding.max_by_key(|(depth, ..)| *depth).map(|(_, id, below)| (id, below))
    }

    /// The workspace that an opened file belongs to, made if need be. `None` for files that are none of ours.
    fn place(&mut self, path: &Path) -> Option<(RootId, RelPath)> {
        if let Some(found) = self.known(path) {
            return Some(found);
        }
        Format::of(&RelPath::new(path.to_str()?.replace('\\', "/")))?;
        let folder = path.parent()?;
        let repository = if self.folders.is_empty() { folders::repository(folder) } else { None };
        let (folder, reach) = repository.map_or((folder, Reach::Folder), |repository| (repository, Reach::Tree));
        let id = self.add_root(folder.to_path_buf(), reach);
        let below = self.roots.get(&id)?.known(path)?;
        Some((id, below))
    }

    /// Where the lists lie that no name tells as such.
    pub(super) fn lists(&self) -> BTreeSet<PathBuf> {
        let of_root = |root: &Root| root.lists.iter().map(|path| absolute(&root.path, path)).collect::<Vec<_>>();
        self.roots.values().flat_map(of_root).collect()
    }

    /// What is to be done next for a workspace.
    pub(super) fn next(&mut self, id: RootId, today: Date, now: Instant) -> Step {
        let Some(root) = self.roots.get_mut(&id) else { return Step::Gone };
        if !self.started {
            return Step::Idle;
        }
        if root.load == Stage::Wanted {
            root.load = Stage::Running;
            return Step::Load(root.path.clone(), root.reach);
        }
        if root.loaded && root.base == Stage::Wanted {
            root.base = Stage::Running;
            return Step::Base(root.path.clone(), root.folders(), root.workspace.user.clone());
        }
        if root.loaded && !root.arrived.is_empty() {
            return Step::Survey(root.path.clone(), std::mem::take(&mut root.arrived));
        }
        let edited: BTreeSet<RelPath> = root.edited.iter().filter(|path| root.buffers.contains_key(*path)).cloned().collect();
        let due = root.due();
        let scope = if !edited.is_empty() {
            if root.loaded && edited.iter().any(|path| root.whole.contains(path)) { Scope::All } else { Scope::Only(edited) }
        } else {
            match due {
                Some(due) if due <= now => Scope::All,
                Some(due) => return Step::Wait(due),
                None => return self.questions(id),
            }
        };
        Step::Analyze(Box::new(self.job(id, scope, today)))
    }

    fn job(&mut self, id: RootId, scope: Scope, today: Date) -> Job {
        let (client, severity, network) = (self.client, self.config.severity, self.config.network());
        let trusted = self.config.is_trusted();
        // The caller has just looked it up.
        let root = self.roots.entry(id).or_insert_with(|| Root::new(PathBuf::new(), Reach::Folder));
        if trusted {
            root.workspace.trust()
        } else {
            root.workspace.distrust()
        }
        root.workspace.facts.today = Some(today);
        root.workspace.facts.asking = if network == Network::On { Asking::Changed } else { Asking::Nothing };
        let all = scope == Scope::All;
        let watched = root.watched(all);
        let stale = |path: &RelPath, text: &Arc<String>| {
            !root.workspace.get(path).is_some_and(|document| Arc::ptr_eq(&document.text, text))
        };
        let texts = root.buffers.iter().map(|(path, opened)| (path, &opened.buffer.text)).filter(|(path, text)| stale(path, text));
        let texts = texts.map(|(path, text)| (path.clone(), text.clone())).collect();
        root.edited.clear();
        if all {
            root.begun_whole();
            if root.base_moved() {
                root.base.want();
            }
        }
        Job {
            root: root.path.clone(),
            generation: root.generation,
            workspace: root.workspace.clone(),
            texts,
            watched,
            scope,
            widen: root.loaded,
            own: root.own.clone(),
            open: root.open(),
            client,
            severity,
        }
    }

    /// Questions that the person wants asked without being asked, if there are new ones.
    fn questions(&mut self, id: RootId) -> Step {
        let on = self.config.network() == Network::On;
        let Some(root) = self.roots.get_mut(&id) else { return Step::Gone };
        if !on || root.asking || root.asked.is_empty() || root.base != Stage::Done {
            return Step::Idle;
        }
        root.asking = true;
        // What brings no answer is not asked again and again.
        root.tried.extend(root.asked.iter().cloned());
        let questions = std::mem::take(&mut root.asked).into_iter().collect();
        Step::Ask(root.workspace.user.clone(), questions)
    }

    /// Takes in what a walk brought. What an editor has open stays as it is there.
    pub(super) fn loaded(&mut self, id: RootId, loaded: Loaded, now: Instant) -> Option<Workspace> {
        let inner: Vec<PathBuf> = self.roots.iter().filter(|(other, _)| **other != id).map(|(_, root)| root.path.clone()).collect();
        let root = self.roots.get_mut(&id)?;
        let Loaded { mut workspace, stamps, left_out } = loaded;
        let of_others = |path: &RelPath| {
            let place = absolute(&root.path, path);
            inner.iter().any(|other| other != &root.path && other.starts_with(&root.path) && place.starts_with(other))
        };
        let foreign: Vec<RelPath> = workspace.documents().map(|document| document.path.clone()).filter(of_others).collect();
        for path in &foreign {
            workspace.remove(path);
        }
        workspace.ignored.retain(|path| !of_others(path));
        workspace.unreadable.retain(|path, _| !of_others(path));
        for path in root.buffers.keys() {
            if let Some(document) = root.workspace.get(path) {
                workspace.insert(document.clone());
            }
        }
        workspace.facts = std::mem::take(&mut root.workspace.facts);
        workspace.base = root.workspace.base.take();
        root.stamps = stamps;
        root.left_out = left_out.into_iter().filter(|path| !of_others(path)).collect();
        root.left_out
            .retain(|path| !root.buffers.contains_key(path) || workspace.ignored.contains(path) || workspace.get(path).is_none());
        root.load.finish();
        root.loaded = true;
        root.disturb(now);
        Some(std::mem::replace(&mut root.workspace, workspace))
    }

    /// Takes in the last commit.
    pub(super) fn based(
        &mut self,
        id: RootId,
        base: Result<Option<Base>, String>,
        stamps: Vec<(PathBuf, Option<Stamp>)>,
        now: Instant,
    ) {
        let Some(root) = self.roots.get_mut(&id) else { return };
        root.base.finish();
        root.ready.send_replace(true);
        root.base_watched = stamps;
        match base {
            Ok(base) => {
                let faults = base.iter().flat_map(|base| &base.faults);
                faults.for_each(|fault| self.outbox.log(lsp_types::MessageType::WARNING, fault));
                root.workspace.base = base.map(|base| Arc::new(base.workspace));
            }
            // What was known before is better than nothing to compare with.
            Err(why) => self.outbox.log(lsp_types::MessageType::WARNING, format!("the last commit could not be read: {why}")),
        }
        root.disturb(now);
    }

    /// An analysis failed by a fault of ours: whoever waits for it goes on with what was known before.
    pub(super) fn failed(&mut self, id: RootId) {
        if let Some(root) = self.roots.get_mut(&id) {
            root.analysed.send_replace(root.generation);
        }
    }

    /// Takes in answers of the registry.
    pub(super) fn learn(&mut self, id: RootId, facts: Facts, now: Instant) {
        let Some(root) = self.roots.get_mut(&id) else { return };
        root.workspace.facts.verdicts.extend(facts.verdicts);
        root.workspace.facts.versions.extend(facts.versions);
        root.asking = false;
        root.disturb(now);
    }

    /// Remembers what a verification came to, unless a later one knows of the text as it is now, and this one of an older text.
    pub(super) fn verified(&mut self, id: RootId, path: RelPath, verified: Verified) {
        let Some(root) = self.roots.get_mut(&id) else { return };
        let is_current = |verified: &Verified| root.workspace.get(&path).is_some_and(|document| verified.is_about(document));
        if is_current(&verified) || !root.verified.get(&path).is_some_and(is_current) {
            root.verified.insert(path, verified);
        }
    }

    /// Where an open file lies, and what to wait for before it is read.
    pub(super) fn ticket(&self, url: &Url) -> Option<Ticket> {
        let (root, path) = self.open.get(url)?;
        let state = self.roots.get(root)?;
        let (analysed, ready) = (state.analysed.subscribe(), state.ready.subscribe());
        Some(Ticket { root: *root, path: path.clone(), generation: state.texts, analysed, ready })
    }

    /// The same for every workspace; for none of their files.
    pub(super) fn tickets(&self) -> Vec<Ticket> {
        let ticket = |(root, state): (&RootId, &Root)| {
            let (analysed, ready) = (state.analysed.subscribe(), state.ready.subscribe());
            Ticket { root: *root, path: RelPath::new(""), generation: state.texts, analysed, ready }
        };
        self.roots.iter().map(ticket).collect()
    }

    /// An open file as the editor has it now.
    pub(super) fn buffer(&self, url: &Url) -> Option<&Buffer> {
        let (root, path) = self.open.get(url)?;
        Some(&self.roots.get(root)?.buffers.get(path)?.buffer)
    }

    /// A workspace as it was last judged.
    pub(super) fn snapshot(&self, id: RootId) -> Option<Snapshot> {
        let root = self.roots.get(&id)?;
        Some(Snapshot {
            root: root.path.clone(),
            workspace: root.workspace.clone(),
            findings: root.findings.clone(),
            open: root.open(),
            verified: root.verified.clone(),
            client: self.client,
            config: self.config,
        })
    }
}
