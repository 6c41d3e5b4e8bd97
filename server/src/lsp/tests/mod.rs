//! The session as a whole, without a protocol: a folder on disk, an editor's notifications, and what the editor would be told.

mod answers;
mod disk;
mod edits;
mod folders;
mod lists;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use jiff::civil::{Date, date};
use lsp_types::{TextDocumentContentChangeEvent, Url};
use provender_core::path::RelPath;

use super::capabilities::Client;
use super::config::Config;
use super::outbox::{Message, Outbox};
use super::outside::Outside;
use super::root::Loaded;
use super::session::{Session, Step};
use super::snapshot::Snapshot;
use super::world::{Reach, World as _};

const TODAY: Date = date(2026, 11, 23);

/// A lockfile entry without a digest is an error that every stage of the house agrees on.
fn lockfile(packages: &[(&str, &str)]) -> String {
    let entries: Vec<String> = packages
        .iter()
        .map(|(name, rest)| {
            format!("    \"node_modules/{name}\": {{\n      \"version\": \"1.0.0\",\n      \"resolved\": \"https://npm.corp.test/{name}/-/{name}-1.0.0.tgz\"{rest}\n    }}")
        })
        .collect();
    let asked: Vec<String> = packages.iter().map(|(name, _)| format!("\"{name}\": \"^1.0.0\"")).collect();
    let asked = asked.join(", ");
    format!(
        "{{\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"\": {{ \"dependencies\": {{ {asked} }} }},\n{}\n  }}\n}}\n",
        entries.join(",\n")
    )
}

const WEAK: &str = ",\n      \"integrity\": \"sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=\"";
const SOUND: &str =
    ",\n      \"integrity\": \"sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==\"";

/// A folder, a session, and a clock that the test turns.
struct Bench {
    folder: tempfile::TempDir,
    session: Session,
    outbox: Arc<Outbox>,
    now: Instant,
    /// What the editor shows: version and rule ids.
    shown: BTreeMap<String, (Option<i32>, Vec<String>)>,
    published: Vec<(String, Option<i32>)>,
    /// How often a folder was walked.
    walks: usize,
}

impl Bench {
    fn new(client: Client, files: &[(&str, &str)], folders: &[&str]) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Arc::new(Outbox::default());
        let session = Session::new(outbox.clone(), Box::new(Arc::default));
        let mut bench =
            Bench { folder, session, outbox, now: Instant::now(), shown: BTreeMap::new(), published: Vec::new(), walks: 0 };
        files.iter().for_each(|(path, text)| bench.write(path, text));
        let folders = folders.iter().map(|folder| bench.path(folder)).collect();
        bench.session.initialize(client, Config::default(), folders);
        bench.session.start();
        bench
    }

    fn open_folder(files: &[(&str, &str)]) -> Bench {
        let mut bench = Bench::new(Client::default(), files, &[""]);
        bench.settle();
        bench
    }

    fn path(&self, below: &str) -> PathBuf {
        let root = self.folder.path().canonicalize().unwrap();
        if below.is_empty() { root } else { root.join(below) }
    }

    fn url(&self, below: &str) -> Url {
        Url::from_file_path(self.path(below)).unwrap()
    }

    fn write(&mut self, below: &str, text: &str) {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        // File systems' clocks are coarse: a test must not write twice at one moment.
        let moment = SystemTime::now() - Duration::from_secs(3600) + Duration::from_secs(self.published.len() as u64);
        std::fs::File::options().append(true).open(&path).unwrap().set_modified(moment).unwrap();
    }

    fn open(&mut self, below: &str, text: &str) {
        let url = self.url(below);
        self.session.open(url, 1, text.to_owned(), self.now);
    }

    fn change(&mut self, below: &str, version: i32, text: &str) {
        let url = self.url(below);
        let whole = TextDocumentContentChangeEvent { range: None, range_length: None, text: text.to_owned() };
        self.session.change(&url, version, vec![whole], self.now);
    }

    /// Does one step of every workspace. Gives whether there was one.
    fn step(&mut self) -> bool {
        let mut worked = false;
        for id in self.session.roots.keys().copied().collect::<Vec<_>>() {
            match self.session.next(id, TODAY, self.now) {
                Step::Load(path, reach) => self.load(id, &path, reach),
                Step::Survey(path, came) => {
                    if Outside.brings_known(&path, came) {
                        self.session.roots.get_mut(&id).unwrap().walk_again();
                    }
                }
                Step::Base(path, folders, user) => {
                    let base = Outside.base(&path, &folders, &user);
                    self.session.based(id, base, Vec::new(), self.now);
                }
                Step::Analyze(job) => drop(self.session.commit(id, job.run())),
                Step::Ask(..) => panic!("nobody asked for the network"),
                Step::Wait(_) | Step::Idle | Step::Gone => continue,
            }
            worked = true;
        }
        self.hear();
        worked
    }

    fn load(&mut self, id: usize, path: &Path, reach: Reach) {
        let loaded = Loaded::new(path, Outside.load(path, reach), SystemTime::now());
        self.session.loaded(id, loaded, self.now);
        self.walks += 1;
    }

    /// Works until nothing is left to do, and lets the time pass that the person pauses.
    fn settle(&mut self) {
        loop {
            while self.step() {}
            self.now += Duration::from_secs(2);
            if !self.step() {
                return;
            }
        }
    }

    fn hear(&mut self) {
        let root = self.path("");
        while let Some(message) = self.outbox.next() {
            let Message::Publish(publish) = message else { continue };
            let path = publish.url.to_file_path().unwrap();
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            let ids = publish.diagnostics.iter().map(|diagnostic| match &diagnostic.code {
                Some(lsp_types::NumberOrString::String(id)) => id.clone(),
                other => panic!("{other:?}"),
            });
            self.published.push((name.clone(), publish.version));
            self.shown.insert(name, (publish.version, ids.collect()));
        }
    }

    /// The rule ids that the editor shows for a file.
    fn ids(&self, below: &str) -> Vec<&str> {
        self.shown.get(below).map_or_else(Vec::new, |(_, ids)| ids.iter().map(String::as_str).collect())
    }

    fn count(&self, below: &str, rule: &str) -> usize {
        self.ids(below).iter().filter(|id| **id == rule).count()
    }

    fn snapshot(&self, below: &str) -> (Snapshot, RelPath) {
        let ticket = self.session.ticket(&self.url(below)).unwrap();
        (self.session.snapshot(ticket.root).unwrap(), ticket.path)
    }
}
