//! The session as a whole, without a protocol: a folder on disk, an editor's notifications, and what the editor would be told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use jiff::civil::{Date, date};
use lsp_types::{CodeActionKind, DocumentChanges, FileChangeType, Position, Range, TextDocumentContentChangeEvent, Url};
use provender_core::path::RelPath;
use provender_core::registries::DEFAULT;
use provender_core::text::{Span, apply};
use provender_core::workspace::User;
use serde_json::json;

use super::actions::{actions, everything};
use super::capabilities::{Client, FIX_ALL};
use super::config::Config;
use super::convert::Encoding;
use super::hints::hints;
use super::hover::hover;
use super::lens::lens;
use super::links::links;
use super::outbox::{Message, Outbox};
use super::outside::Outside;
use super::root::{Loaded, Verified};
use super::session::{Session, Step};
use super::snapshot::Snapshot;
use super::verdicts::Counts;
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

#[test]
fn every_file_of_the_folder_is_judged_and_open_ones_carry_their_version() {
    let text = lockfile(&[("a", "")]);
    let mut bench = Bench::open_folder(&[("package-lock.json", &text), ("sub/package-lock.json", &lockfile(&[("b", WEAK)]))]);
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
    assert_eq!(bench.count("sub/package-lock.json", "weak-integrity"), 1);
    assert_eq!(bench.shown["package-lock.json"].0, None);
    bench.open("package-lock.json", &text);
    assert!(bench.step());
    assert_eq!(bench.shown["package-lock.json"].0, Some(1));
    bench.change("package-lock.json", 2, &lockfile(&[("a", SOUND)]));
    assert!(bench.step());
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 0);
    assert_eq!(bench.shown["package-lock.json"].0, Some(2));
}

#[test]
fn an_open_file_is_judged_before_the_folder_is_read() {
    let mut bench = Bench::new(Client::default(), &[], &[""]);
    let id = *bench.session.roots.keys().next().unwrap();
    assert!(matches!(bench.session.next(id, TODAY, bench.now), Step::Load(..)), "the walk begins, and takes its time");
    bench.open("package-lock.json", &lockfile(&[("a", "")]));
    assert!(bench.step());
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
}

#[test]
fn of_many_edits_the_newest_is_judged_once() {
    let mut bench = Bench::open_folder(&[]);
    bench.open("package-lock.json", &lockfile(&[("a", "")]));
    for version in 2..200 {
        bench.change("package-lock.json", version, &lockfile(&[("a", WEAK)]));
    }
    let before = bench.published.len();
    assert!(bench.step());
    assert_eq!(bench.published[before..], [("package-lock.json".to_owned(), Some(199))]);
    assert_eq!(bench.count("package-lock.json", "weak-integrity"), 1);
}

#[test]
fn an_edit_during_an_analysis_is_judged_next_and_nothing_goes_backwards() {
    let mut bench = Bench::open_folder(&[]);
    bench.open("package-lock.json", &lockfile(&[("a", "")]));
    let id = *bench.session.roots.keys().next().unwrap();
    let Step::Analyze(job) = bench.session.next(id, TODAY, bench.now) else { panic!("there is something to judge") };
    bench.change("package-lock.json", 2, &lockfile(&[("a", SOUND)]));
    bench.session.commit(id, job.run());
    bench.settle();
    let versions: Vec<_> =
        bench.published.iter().filter(|(name, _)| name == "package-lock.json").map(|(_, version)| version.unwrap()).collect();
    assert!(versions.is_sorted(), "{versions:?}");
    assert_eq!(versions.last(), Some(&2));
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 0);
}

#[test]
fn closing_shows_the_disk_again() {
    let mut bench = Bench::open_folder(&[("package-lock.json", &lockfile(&[("a", "")]))]);
    bench.open("package-lock.json", &lockfile(&[("a", SOUND)]));
    bench.open("new/package-lock.json", &lockfile(&[("a", "")]));
    bench.settle();
    assert_eq!(
        (bench.count("package-lock.json", "missing-integrity"), bench.count("new/package-lock.json", "missing-integrity")),
        (0, 1)
    );
    for name in ["package-lock.json", "new/package-lock.json"] {
        let url = bench.url(name);
        bench.session.close(&url, bench.now);
    }
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
    assert_eq!(bench.shown["package-lock.json"].0, None);
    assert_eq!(bench.shown["new/package-lock.json"], (None, vec![]), "it was never saved");
}

#[test]
fn disk_never_replaces_what_is_open() {
    let mut bench = Bench::open_folder(&[("package-lock.json", &lockfile(&[("a", SOUND)]))]);
    bench.open("package-lock.json", &lockfile(&[("a", "")]));
    bench.settle();
    bench.write("package-lock.json", &lockfile(&[("a", WEAK)]));
    let url = bench.url("package-lock.json");
    bench.session.files_changed([(url, FileChangeType::CHANGED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!((bench.count("package-lock.json", "missing-integrity"), bench.count("package-lock.json", "weak-integrity")), (1, 0));
}

/// An editor that does not watch files: the sibling is looked at when something is edited.
#[test]
fn a_sibling_that_changes_is_seen_without_being_told() {
    let manifest = "{\n  \"name\": \"demo\",\n  \"version\": \"1.0.0\",\n  \"dependencies\": { \"a\": \"^1.0.0\" }\n}\n";
    let mut bench = Bench::open_folder(&[("package.json", manifest), ("package-lock.json", &lockfile(&[("a", SOUND)]))]);
    bench.open("package.json", manifest);
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 0);
    bench.write("package-lock.json", &lockfile(&[("a", ""), ("bb", "")]));
    bench.change("package.json", 2, &format!("{manifest}\n"));
    bench.step();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 2);
    std::fs::remove_file(bench.path("package-lock.json")).unwrap();
    bench.change("package.json", 3, manifest);
    bench.settle();
    assert_eq!(bench.ids("package-lock.json"), Vec::<&str>::new(), "a file that is gone shows nothing");
}

#[test]
fn a_file_that_appears_is_found_by_a_walk_that_knows_what_is_ignored() {
    let mut bench = Bench::open_folder(&[(".gitignore", "ignored\n"), ("package.json", "{}")]);
    for name in ["sub/package-lock.json", "ignored/package-lock.json"] {
        bench.write(name, &lockfile(&[("a", "")]));
        let url = bench.url(name);
        bench.session.files_changed([(url, FileChangeType::CREATED)].into_iter(), bench.now);
    }
    bench.settle();
    assert_eq!(bench.count("sub/package-lock.json", "missing-integrity"), 1);
    assert!(!bench.shown.contains_key("ignored/package-lock.json"));
}

#[test]
fn a_broken_text_keeps_its_other_findings() {
    let mut bench = Bench::open_folder(&[]);
    let text = lockfile(&[("a", ""), ("b", WEAK)]);
    bench.open("package-lock.json", &text);
    bench.settle();
    bench.change("package-lock.json", 2, text.trim_end().trim_end_matches('}'));
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "unreadable-file"), 1);
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
    assert_eq!(bench.count("package-lock.json", "weak-integrity"), 1);
}

#[test]
fn files_of_no_folder_have_their_own_and_go_with_it() {
    let text = lockfile(&[("a", "")]);
    let mut bench =
        Bench::new(Client::default(), &[("alone/package-lock.json", &text), ("alone/deep/package-lock.json", &text)], &[]);
    bench.open("alone/package-lock.json", &text);
    bench.settle();
    assert_eq!(bench.count("alone/package-lock.json", "missing-integrity"), 1);
    assert!(!bench.shown.contains_key("alone/deep/package-lock.json"), "the folder may be anything: it is not walked");
    let url = bench.url("alone/package-lock.json");
    bench.session.close(&url, bench.now);
    bench.hear();
    assert_eq!(bench.shown["alone/package-lock.json"], (None, vec![]));
    assert!(bench.session.roots.is_empty());
}

#[test]
fn files_of_a_repository_without_folders_belong_to_the_repository() {
    let text = lockfile(&[("a", "")]);
    let mut bench =
        Bench::new(Client::default(), &[(".git/HEAD", ""), ("package-lock.json", &text), ("deep/package-lock.json", &text)], &[]);
    bench.open("deep/package-lock.json", &text);
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
}

#[test]
fn nothing_of_other_peoples_packages_is_judged() {
    let mut bench = Bench::open_folder(&[("node_modules/a/package-lock.json", &lockfile(&[("a", "")]))]);
    bench.open("node_modules/a/package-lock.json", &lockfile(&[("a", "")]));
    bench.open("notes.txt", "x");
    bench.settle();
    assert!(bench.shown.is_empty());
    assert_eq!(bench.session.roots.len(), 1);
}

#[test]
fn nested_folders_show_a_finding_once() {
    let text = lockfile(&[("a", "")]);
    let files = [
        ("package-lock.json", text.as_str()),
        ("in/package-lock.json", &text),
        ("own/.git/HEAD", ""),
        ("own/package-lock.json", &text),
    ];
    let mut bench = Bench::new(Client::default(), &files, &["", "in", "own"]);
    bench.settle();
    let folders: Vec<_> = bench.session.roots.values().map(|root| root.path.clone()).collect();
    assert_eq!(folders, [bench.path(""), bench.path("own")]);
    for name in ["package-lock.json", "in/package-lock.json", "own/package-lock.json"] {
        assert_eq!(bench.count(name, "missing-integrity"), 1, "{name}");
        let holders = bench
            .session
            .roots
            .values()
            .filter(|root| root.shown.keys().any(|path| root.path.join(path.as_str()) == bench.path(name)));
        assert_eq!(holders.count(), 1, "{name}");
    }
}

#[test]
fn a_folder_that_goes_takes_its_findings_with_it() {
    let text = lockfile(&[("a", "")]);
    let mut bench =
        Bench::new(Client::default(), &[("one/package-lock.json", &text), ("two/package-lock.json", &text)], &["one", "two"]);
    bench.open("two/package-lock.json", &text);
    bench.settle();
    let (one, two) = (bench.path("one"), bench.path("two"));
    bench.session.change_folders(vec![], &[one, two], bench.now);
    bench.settle();
    assert_eq!(bench.shown["one/package-lock.json"], (None, vec![]));
    assert_eq!(bench.count("two/package-lock.json", "missing-integrity"), 1, "it is still open");
    let one = bench.path("one");
    bench.session.change_folders(vec![one], &[], bench.now);
    bench.settle();
    assert_eq!(bench.count("one/package-lock.json", "missing-integrity"), 1);
}

#[test]
fn settings_choose_what_is_shown() {
    let mut bench = Bench::open_folder(&[("package-lock.json", &lockfile(&[("a", ""), ("b", WEAK)]))]);
    assert_eq!(bench.count("package-lock.json", "weak-integrity"), 1);
    bench.session.configure(&json!({"provender": {"severity": "error"}}), bench.now);
    bench.settle();
    assert_eq!((bench.count("package-lock.json", "weak-integrity"), bench.count("package-lock.json", "missing-integrity")), (0, 1));
}

/// Two entries with one key: a fault with a safe fix of the reader's own, or none; what matters here is the editor's side of a fix.
const CARET: &str = "{\n  \"name\": \"d\u{e9}mo\u{1f600}\",\n  \"version\": \"1.0.0\",\n  \"dependencies\": { \"a\": \"^1.0.0\", \"b\": \"~1.0.0\" }\n}\n";

fn caret(client: Client) -> Bench {
    let mut bench =
        Bench::new(client, &[("package.json", CARET), ("package-lock.json", &lockfile(&[("a", SOUND), ("b", SOUND)]))], &[""]);
    bench.open("package.json", CARET);
    bench.settle();
    bench
}

#[test]
fn a_quick_fix_is_found_all_over_its_range_and_only_there() {
    let bench = caret(Client::default());
    let (snapshot, path) = bench.snapshot("package.json");
    let finding = snapshot.findings(&path).find(|finding| finding.rule.id == "unpinned-dependency").unwrap().clone();
    let (start, end) = (finding.span.start as usize, finding.span.end as usize);
    for span in
        [Span::at(start), Span::at(usize::midpoint(start, end)), Span::at(end), Span::new(start, end), Span::new(0, CARET.len())]
    {
        let found = actions(&snapshot, &path, span, None);
        let fix = found.iter().find(|action| action.kind == Some(CodeActionKind::QUICKFIX) && action.is_preferred == Some(true));
        assert!(fix.is_some_and(|fix| fix.edit.is_some()), "{span:?}");
    }
    assert!(actions(&snapshot, &path, Span::at(0), None).is_empty());
}

#[test]
fn fixes_of_a_kind_come_together_and_only_when_wanted() {
    let bench = caret(Client { versioned_edits: true, encoding: Encoding::Utf16, ..Client::default() });
    let (snapshot, path) = bench.snapshot("package.json");
    let all = Span::new(0, CARET.len());
    let titles = |only: Option<&[CodeActionKind]>| {
        actions(&snapshot, &path, all, only).into_iter().map(|action| action.title).collect::<Vec<_>>()
    };
    assert!(titles(None).contains(&"Fix all 2 `unpinned-dependency` in this file".to_owned()), "{:?}", titles(None));
    assert_eq!(titles(Some(&[CodeActionKind::from("source.fixAll".to_owned())])), ["Fix everything safe in this file"]);
    assert!(titles(Some(&[CodeActionKind::REFACTOR])).is_empty());
    let fix = actions(&snapshot, &path, Span::at(0), Some(&[FIX_ALL])).remove(0);
    let Some(DocumentChanges::Edits(edits)) = fix.edit.unwrap().document_changes else { panic!("the editor knows versions") };
    assert_eq!(edits[0].text_document.version, Some(1));
    assert!(edits[0].edits.len() >= 2);
}

/// Each of these fixes adds a line at the same place.
#[test]
fn everything_is_fixed_at_once_though_one_fix_is_in_another_s_way() {
    let text = "strict-ssl=false\n";
    let mut bench =
        Bench::open_folder(&[("package.json", "{}"), (".npmrc", text), ("sub/package.json", "{}"), ("sub/.npmrc", text)]);
    bench.open(".npmrc", text);
    bench.settle();
    let (snapshot, path) = bench.snapshot(".npmrc");
    for (wanted, count) in [(Some(&path), 1), (None, 2)] {
        let edits = everything(&snapshot, wanted);
        assert_eq!(edits.keys().filter(|path| path.name() == ".npmrc").count(), count);
        let mended = apply(text, &edits[&path]).unwrap();
        for line in ["ignore-scripts=true\n", "save-exact=true\n", "engine-strict=true\n", "audit-level=moderate\n"] {
            assert!(mended.contains(line) && !mended.contains("strict-ssl=false"), "{mended}");
        }
    }
}

#[test]
fn editors_without_versions_get_plain_changes() {
    let bench = caret(Client::default());
    let (snapshot, path) = bench.snapshot("package.json");
    let fix = actions(&snapshot, &path, Span::at(0), Some(&[FIX_ALL])).remove(0);
    let edit = fix.edit.unwrap();
    assert!(edit.document_changes.is_none());
    assert_eq!(edit.changes.unwrap().keys().collect::<Vec<_>>(), [&bench.url("package.json")]);
}

#[test]
fn a_dependency_tells_what_is_locked() {
    let bench = caret(Client { markdown: true, ..Client::default() });
    let (snapshot, path) = bench.snapshot("package.json");
    let at = CARET.find("^1.0.0").unwrap();
    let lsp_types::HoverContents::Markup(text) = hover(&snapshot, &path, at).unwrap().contents else { panic!("markup") };
    for part in ["**a** `^1.0.0`", "Locked: `1.0.0`", "npm.corp.test", "sha512-XI5MPzVNApjAy", "unpinned-dependency"] {
        assert!(text.value.contains(part), "{part}: {}", text.value);
    }
    assert!(hover(&snapshot, &path, 0).is_none());
    let found = hints(&snapshot, &path, Span::new(0, CARET.len()));
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].position,
        Position::new(3, u32::try_from(CARET.lines().nth(3).unwrap().find("^1.0.0").unwrap() + 7).unwrap())
    );
}

#[test]
fn a_public_package_s_name_leads_to_its_page_and_an_internal_one_s_nowhere() {
    let asked = "{ \"private\": true, \"dependencies\": { \"a\": \"^1.0.0\", \"moved\": \"^1.0.0\", \"@corp/own\": \"1.0.0\", \"ours\": \"1.0.0\", \"git\": \"github:x/y\", \"al\": \"npm:b@2\" } }\n";
    let mut bench = Bench::open_folder(&[
        ("package.json", asked),
        (
            "package-lock.json",
            &lockfile(&[("a", SOUND), ("moved", SOUND)]).replacen("https://npm.corp.test", DEFAULT.trim_end_matches('/'), 1),
        ),
        (".npmrc", "@corp:registry=https://npm.corp.test/\n"),
        ("provender.toml", "[internal]\nnames = [\"ours\"]\n"),
    ]);
    let shown = |bench: &Bench| {
        let (snapshot, path) = bench.snapshot("package.json");
        let line = |link: lsp_types::DocumentLink| {
            let name = &asked[link.range.start.character as usize..link.range.end.character as usize];
            format!("{name} {}", link.target.unwrap().path())
        };
        links(&snapshot, &path).into_iter().map(line).collect::<Vec<_>>()
    };
    bench.open("package.json", asked);
    bench.settle();
    assert_eq!(shown(&bench), ["a /package/a/v/1.0.0", "al /package/b"]);
    // Once another registry is the default one, nothing is known of its pages.
    bench.open(".npmrc", "registry=https://npm.corp.test/\n");
    bench.settle();
    assert_eq!(shown(&bench), Vec::<String>::new());
}

#[test]
fn a_private_module_s_name_leads_nowhere() {
    let asked = "module corp.test/app\n\ngo 1.22\n\nrequire (\n\tcorp.test/own v1.0.0\n\tgithub.com/x/y v1.0.0\n)\n";
    let mut bench = Bench::open_folder(&[("go.mod", asked)]);
    bench.open("go.mod", asked);
    bench.settle();
    let (mut snapshot, path) = bench.snapshot("go.mod");
    assert_eq!(links(&snapshot, &path).len(), 2);
    let go = BTreeMap::from([("GOPRIVATE".to_owned(), "corp.test/*".to_owned())]);
    snapshot.workspace.user = Arc::new(User { go, ..User::default() });
    let left: Vec<String> = links(&snapshot, &path).into_iter().map(|link| link.target.unwrap().path().to_owned()).collect();
    assert_eq!(left.len(), 1);
    assert!(left[0].starts_with("/github.com/x/y"), "{left:?}");
}

#[test]
fn a_lockfile_has_one_lens_unless_the_network_is_off() {
    let text = lockfile(&[("a", SOUND), ("b", SOUND)]);
    let mut bench = Bench::open_folder(&[("package-lock.json", &text)]);
    bench.open("package-lock.json", &text);
    bench.settle();
    let (mut snapshot, path) = bench.snapshot("package-lock.json");
    let command = lens(&snapshot, &path).unwrap().command.unwrap();
    assert_eq!(command.title, "Verify 2 packages against the registry");
    assert_eq!(command.arguments, Some(vec![bench.url("package-lock.json").as_str().into()]));
    snapshot.config = Config::of(Some(&json!({"trusted": false})));
    assert!(lens(&snapshot, &path).is_none());
}

#[test]
fn ranges_count_as_the_editor_counts() {
    let range = |encoding| {
        let bench = caret(Client { encoding, ..Client::default() });
        let (snapshot, path) = bench.snapshot("package.json");
        let text = "\"d\u{e9}mo\u{1f600}\"";
        let at = CARET.find(text).unwrap();
        let (_, places) = snapshot.file(&path).unwrap();
        places.range(Span::new(at, at + text.len()))
    };
    let line = |end| Range::new(Position::new(1, 10), Position::new(1, end));
    assert_eq!([range(Encoding::Utf8), range(Encoding::Utf16), range(Encoding::Utf32)], [line(21), line(18), line(17)]);
}

#[test]
fn a_folder_within_another_stays_when_that_one_goes() {
    let text = lockfile(&[("a", "")]);
    let mut bench = Bench::new(Client::default(), &[("package-lock.json", &text), ("in/package-lock.json", &text)], &["", "in"]);
    bench.settle();
    let outer = bench.path("");
    bench.session.change_folders(vec![], &[outer], bench.now);
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 0);
    assert_eq!(bench.count("in/package-lock.json", "missing-integrity"), 1);
}

/// Installed packages are nobody's business, unless a person opens one of them as a folder.
#[test]
fn a_file_that_is_open_and_no_longer_ours_shows_nothing() {
    let text = lockfile(&[("a", "")]);
    let name = "node_modules/x/package-lock.json";
    let mut bench = Bench::new(Client::default(), &[(name, &text)], &["node_modules/x"]);
    bench.open(name, &text);
    bench.settle();
    assert_eq!(bench.count(name, "missing-integrity"), 1);
    let folder = bench.path("node_modules/x");
    bench.session.change_folders(vec![], &[folder], bench.now);
    bench.settle();
    assert_eq!(bench.ids(name), Vec::<&str>::new());
}

/// What an editor tells when a folder is deleted or gets another name: that the folder is gone.
#[test]
fn a_folder_that_is_deleted_takes_its_findings_with_it() {
    let text = lockfile(&[("a", "")]);
    let mut bench = Bench::open_folder(&[
        ("sub/deep/package-lock.json", &text),
        ("subway/package-lock.json", &text),
        ("sub/package-lock.json", &text),
    ]);
    assert_eq!(bench.count("sub/deep/package-lock.json", "missing-integrity"), 1);
    std::fs::remove_dir_all(bench.path("sub")).unwrap();
    let url = bench.url("sub");
    bench.session.files_changed([(url, FileChangeType::DELETED)].into_iter(), bench.now);
    bench.settle();
    for name in ["sub/deep/package-lock.json", "sub/package-lock.json"] {
        assert_eq!(bench.ids(name), Vec::<&str>::new(), "{name}");
    }
    assert_eq!(bench.count("subway/package-lock.json", "missing-integrity"), 1);
}

#[test]
fn what_is_ignored_is_asked_anew_when_that_changes() {
    let manifest = "{\n  \"name\": \"demo\",\n  \"version\": \"1.0.0\",\n  \"dependencies\": { \"a\": \"1.0.0\" }\n}\n";
    let mut bench = Bench::open_folder(&[
        (".gitignore", "package-lock.json\n"),
        ("package.json", manifest),
        ("package-lock.json", &lockfile(&[("a", "")])),
    ]);
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 0);
    bench.write(".gitignore", "# nothing\n");
    let url = bench.url(".gitignore");
    bench.session.files_changed([(url, FileChangeType::CHANGED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
}

/// A stranger's repository must not have this machine's other files shown, at no time.
#[cfg(unix)]
#[test]
fn a_link_that_leads_out_is_not_followed_when_it_changes() {
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret");
    std::fs::write(&secret, lockfile(&[("a", "")])).unwrap();
    let mut bench = Bench::open_folder(&[("package.json", "{}"), ("package-lock.json", &lockfile(&[("a", SOUND)]))]);
    let link = bench.path("package-lock.json");
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&secret, &link).unwrap();
    let url = bench.url("package-lock.json");
    bench.session.files_changed([(url, FileChangeType::CHANGED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.ids("package-lock.json"), ["unreadable-file"]);
}

const LISTS: &[(&str, &str)] =
    &[("requirements.txt", "-r deps/extra.txt\n"), ("deps/extra.txt", "requests>=2\n"), ("deps/other.txt", "flask>=3\n")];

/// `deps/extra.txt` has a name like any note's; that it is a list is said in `requirements.txt`.
#[test]
fn a_list_of_any_name_is_judged_as_the_editor_has_it() {
    let mut bench = Bench::open_folder(LISTS);
    assert_eq!(bench.count("deps/extra.txt", "unpinned-dependency"), 1);
    assert_eq!(bench.session.lists(), [bench.path("deps/extra.txt")].into());
    bench.open("deps/extra.txt", "requests>=2\n");
    bench.change("deps/extra.txt", 2, "requests>=2\nflask>=3\n");
    bench.settle();
    assert_eq!((bench.shown["deps/extra.txt"].0, bench.count("deps/extra.txt", "unpinned-dependency")), (Some(2), 2));
    let url = bench.url("deps/extra.txt");
    bench.session.close(&url, bench.now);
    bench.settle();
    assert_eq!((bench.shown["deps/extra.txt"].0, bench.count("deps/extra.txt", "unpinned-dependency")), (None, 1));
}

#[test]
fn a_list_comes_and_goes_with_the_line_that_takes_it_in() {
    let mut bench = Bench::open_folder(LISTS);
    bench.open("requirements.txt", LISTS[0].1);
    bench.open("deps/extra.txt", LISTS[1].1);
    bench.settle();
    bench.change("requirements.txt", 2, "-r deps/other.txt\n");
    bench.settle();
    assert_eq!(bench.session.lists(), [bench.path("deps/other.txt")].into());
    assert_eq!(bench.shown["deps/extra.txt"], (None, vec![]), "nothing takes it in any more");
    assert_eq!(bench.count("deps/other.txt", "unpinned-dependency"), 1);
    bench.change("requirements.txt", 3, LISTS[0].1);
    bench.settle();
    bench.open("deps/extra.txt", LISTS[1].1);
    bench.settle();
    assert_eq!((bench.shown["deps/extra.txt"].0, bench.count("deps/extra.txt", "unpinned-dependency")), (Some(1), 1));
    assert_eq!(bench.ids("deps/other.txt"), Vec::<&str>::new());
}

#[test]
fn two_notes_that_take_each_other_in_are_no_lists() {
    let mut bench = Bench::open_folder(&[
        ("requirements.txt", "-r a.txt\n"),
        ("a.txt", "-r b.txt\nflask>=3\n"),
        ("b.txt", "-r a.txt\nflask>=3\n"),
    ]);
    assert_eq!((bench.count("a.txt", "unpinned-dependency"), bench.count("b.txt", "unpinned-dependency")), (1, 1));
    bench.open("requirements.txt", "flask==3.0.0\n");
    bench.settle();
    assert_eq!((bench.ids("a.txt"), bench.ids("b.txt")), (vec![], vec![]));
}

#[test]
fn a_list_that_is_saved_or_deleted_unseen_is_seen_at_the_next_edit() {
    let mut bench = Bench::open_folder(LISTS);
    bench.open("requirements.txt", LISTS[0].1);
    bench.settle();
    bench.write("deps/extra.txt", "requests==2.32.3\n");
    bench.change("requirements.txt", 2, "-r deps/extra.txt\n\n");
    bench.settle();
    assert_eq!(bench.count("deps/extra.txt", "unpinned-dependency"), 0);
    std::fs::remove_file(bench.path("deps/extra.txt")).unwrap();
    let url = bench.url("deps/extra.txt");
    bench.session.files_changed([(url, FileChangeType::DELETED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.ids("deps/extra.txt"), Vec::<&str>::new());
    bench.write("deps/extra.txt", "requests>=2\n");
    let url = bench.url("deps/extra.txt");
    bench.session.files_changed([(url, FileChangeType::CREATED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.count("deps/extra.txt", "unpinned-dependency"), 1);
}

/// What an editor tells when a folder is moved to a place or within one: that the folder came.
#[test]
fn a_folder_that_comes_brings_its_findings() {
    let mut bench = Bench::open_folder(&[("package.json", "{}")]);
    for name in ["sub/deep/package-lock.json", "node_modules/a/package-lock.json"] {
        bench.write(name, &lockfile(&[("a", "")]));
    }
    std::fs::create_dir(bench.path("empty")).unwrap();
    let came = ["sub", "node_modules", "empty"].map(|name| (bench.url(name), FileChangeType::CREATED));
    bench.session.files_changed(came.into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.count("sub/deep/package-lock.json", "missing-integrity"), 1);
    assert!(!bench.shown.contains_key("node_modules/a/package-lock.json"));
}

/// A build that writes thousands of files into a folder that is ignored is nobody's business.
#[test]
fn where_all_is_ignored_or_installed_nothing_is_walked_for_what_comes() {
    let mut bench = Bench::open_folder(&[(".gitignore", "out\n"), ("package.json", "{}")]);
    for name in ["out/a/package-lock.json", "out/a/note.txt", "node_modules/a/.gitignore"] {
        bench.write(name, "{}");
    }
    let names = ["out", "out/a", "out/a/package-lock.json", "out/a/note.txt", "node_modules/a", "node_modules/a/.gitignore"];
    let came = names.map(|name| (bench.url(name), FileChangeType::CREATED));
    bench.session.files_changed(came.into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.walks, 1, "that of the beginning");
    // Beside a manifest even an ignored lockfile matters.
    bench.write(".gitignore", "out\npackage-lock.json\n");
    bench.write("package-lock.json", &lockfile(&[("a", "")]));
    let url = bench.url("package-lock.json");
    bench.session.files_changed([(url, FileChangeType::CREATED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.walks, 2);
}

/// Two verifications may be under way, of the text before an edit and of the one after it, and end in any order.
#[test]
fn what_was_verified_of_an_older_text_does_not_hide_what_was_of_this_one() {
    let mut bench = Bench::open_folder(&[]);
    let states = [1, 2].map(|version| {
        bench.open("package-lock.json", &lockfile(&[("a", SOUND)]).repeat(version));
        bench.settle();
        let (snapshot, path) = bench.snapshot("package-lock.json");
        (bench.session.ticket(&bench.url("package-lock.json")).unwrap().root, snapshot.workspace.get(&path).unwrap().clone())
    });
    let path = RelPath::new("package-lock.json");
    for (at, is_current) in [(0, false), (1, true), (0, true)] {
        let (root, document) = states[at].clone();
        bench.session.verified(root, path.clone(), Verified { document, counts: Counts::default() });
        let (snapshot, _) = bench.snapshot("package-lock.json");
        assert_eq!(snapshot.verified[&path].is_about(&states[1].1), is_current);
    }
}
