//! One analysis: a snapshot in, diagnostics out. It runs where it disturbs nobody and touches no shared state.
//!
//! A keystroke is answered by the checks of the edited file and of its project's own document ([`Scope::Only`]); what an edit means for
//! other files is worked out when the person pauses ([`Scope::All`]).

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;
use std::hash::Hasher as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use lsp_types::{Diagnostic, Url};
use provender_core::analyze::{analyze, analyze_only};
use provender_core::document::Document;
use provender_core::facts::Unanswered;
use provender_core::finding::{Finding, Report, Severity};
use provender_core::formats::Format;
use provender_core::path::RelPath;
use provender_core::project::projects;
use provender_core::python::includes::led_to;
use provender_core::render::{Secrets, Sources};
use provender_core::workspace::Workspace;

use crate::neighbours::complete;

use super::capabilities::Client;
use super::diagnostics::{View, absolute};
use super::world::Stamp;

/// An open file at the moment of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) url: Url,
    pub(super) version: i32,
    /// Which opening of the file it is: versions of two openings cannot be compared.
    pub(super) epoch: u64,
}

/// Which files are to be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// These, as well as their own checks can tell.
    Only(BTreeSet<RelPath>),
    /// The whole workspace.
    All,
}

/// A file to look at on disk.
#[derive(Clone, Debug)]
pub(super) struct Watched {
    pub(super) path: RelPath,
    /// How it was when it was last read; `None` if it was not there, or is to be read in any case.
    pub(super) stamp: Option<Stamp>,
    /// Whether it is to be read when it appears; else its appearing is only told.
    pub(super) adopt: bool,
}

/// Everything an analysis needs.
pub(super) struct Job {
    pub(super) root: PathBuf,
    pub(super) generation: u64,
    pub(super) workspace: Workspace,
    /// Texts of editors to read in.
    pub(super) texts: Vec<(RelPath, Arc<String>)>,
    /// Files on disk to look at.
    pub(super) watched: Vec<Watched>,
    pub(super) scope: Scope,
    /// Whether a change on disk makes the scope the whole workspace.
    pub(super) widen: bool,
    /// The document that findings about the whole project of a document are reported in, as far as known.
    pub(super) own: Arc<HashMap<RelPath, RelPath>>,
    pub(super) open: BTreeMap<RelPath, Open>,
    pub(super) client: Client,
    pub(super) severity: Severity,
}

/// What became of a file.
pub(super) enum Read {
    /// It was read, and how it was then; `None` for an editor's text.
    Document(Arc<Document>, Option<Stamp>),
    /// It is as it was read before.
    Same(Option<Stamp>),
    /// It is not there any more.
    Gone,
    /// It is there and cannot be read.
    Unreadable(String),
}

/// The diagnostics of one file, and a digest to tell whether they are new.
pub(super) struct Shown {
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) digest: u64,
}

/// What an analysis found.
pub(super) struct Outcome {
    pub(super) generation: u64,
    pub(super) scope: Scope,
    pub(super) read: Vec<(RelPath, Read)>,
    /// By file; every file of the scope that has any.
    pub(super) findings: BTreeMap<RelPath, Arc<Vec<Finding>>>,
    /// By file; every file of the scope that has any.
    pub(super) shown: BTreeMap<RelPath, Shown>,
    pub(super) open: BTreeMap<RelPath, Open>,
    /// For [`Scope::All`]: each document's project's own document.
    pub(super) own: Option<Arc<HashMap<RelPath, RelPath>>>,
    /// For [`Scope::All`]: lists that no name tells as such, there or not, because others take them in.
    pub(super) lists: Option<BTreeSet<RelPath>>,
    pub(super) unanswered: Unanswered,
    /// Known files appeared that have to be asked for by a walk, which knows what is ignored.
    pub(super) appeared: bool,
    /// Whether the disk was as it was known.
    pub(super) steady: bool,
}

impl Job {
    /// Does the work.
    pub(super) fn run(mut self) -> Outcome {
        let mut read: Vec<(RelPath, Read)> = std::mem::take(&mut self.texts)
            .into_iter()
            .filter_map(|(path, text)| Some((path.clone(), text_of(path, text)?)))
            .collect();
        let (from_disk, appeared) = self.look();
        let mut steady = !appeared && from_disk.iter().all(|(_, read)| matches!(read, Read::Same(_)));
        read.extend(from_disk);
        read.iter().for_each(|(path, read)| apply(&mut self.workspace, path, read));
        if self.widen && !steady {
            self.scope = Scope::All;
        }
        let lists = (self.scope == Scope::All).then(|| {
            let (lists, moved) = self.follow_includes();
            steady &= moved.is_empty();
            read.extend(moved);
            lists
        });
        let (mut report, own) = match &self.scope {
            Scope::All => (analyze(&self.workspace), Some(Arc::new(owners(&self.workspace)))),
            Scope::Only(paths) => {
                let wanted = self.wanted(paths);
                (analyze_only(&self.workspace, |document| wanted.contains(&document.path)), None)
            }
        };
        hide_secrets(&mut report, &self.workspace);
        let findings = by_path(report.findings, &self.scope);
        let shown = self.show(&findings);
        let findings = findings.into_iter().map(|(path, findings)| (path, Arc::new(findings))).collect();
        let Job { generation, scope, open, .. } = self;
        Outcome { generation, scope, read, findings, shown, open, own, lists, unanswered: report.unanswered, appeared, steady }
    }

    /// Takes in the files that lists call for, whatever their names, and drops those that none calls for any more. Gives all of the former,
    /// and what changed.
    fn follow_includes(&mut self) -> (BTreeSet<RelPath>, Vec<(RelPath, Read)>) {
        let mut moved = Vec::new();
        let Ok(_) = complete(&mut self.workspace, led_to, |workspace, path| {
            let read = from_disk(&self.root, path, None);
            apply(workspace, path, &read);
            if !matches!(read, Read::Gone) {
                moved.push((path.clone(), read));
            }
            Ok::<(), Infallible>(())
        });
        let lists = led_to(&self.workspace);
        let is_stray = |path: &&RelPath| Format::of(path).is_none() && !lists.contains(*path);
        let strays: Vec<RelPath> = self.workspace.documents().map(|document| &document.path).filter(is_stray).cloned().collect();
        for path in strays {
            apply(&mut self.workspace, &path, &Read::Gone);
            moved.push((path, Read::Gone));
        }
        (lists, moved)
    }

    /// Looks at the watched files; gives what changed, and whether any appeared that is not to be read like that.
    fn look(&self) -> (Vec<(RelPath, Read)>, bool) {
        let (mut read, mut appeared) = (Vec::new(), false);
        for watched in &self.watched {
            let path = absolute(&self.root, &watched.path);
            let former = self.workspace.get(&watched.path);
            let now = Stamp::of(&path);
            if now == watched.stamp && (now.is_some() || former.is_none()) {
                continue;
            }
            if now.is_some() && former.is_none() && !watched.adopt {
                appeared = true;
                continue;
            }
            read.push((watched.path.clone(), from_disk(&self.root, &watched.path, former)));
        }
        (read, appeared)
    }

    /// The documents whose checks speak for `paths`.
    fn wanted(&self, paths: &BTreeSet<RelPath>) -> BTreeSet<RelPath> {
        let mut wanted = paths.clone();
        if paths.iter().all(|path| self.own.contains_key(path)) {
            wanted.extend(paths.iter().filter_map(|path| self.own.get(path)).cloned());
        } else {
            let own = owners(&self.workspace);
            wanted.extend(paths.iter().filter_map(|path| own.get(path)).cloned());
        }
        wanted
    }

    fn show(&self, findings: &BTreeMap<RelPath, Vec<Finding>>) -> BTreeMap<RelPath, Shown> {
        let view = View { root: &self.root, workspace: &self.workspace, client: &self.client };
        let shown = findings.iter().filter_map(|(path, findings)| {
            let visible: Vec<&Finding> = findings.iter().filter(|finding| finding.severity >= self.severity).collect();
            let diagnostics = view.shown(path, &visible);
            let digest = digest(&diagnostics);
            (!diagnostics.is_empty()).then(|| (path.clone(), Shown { diagnostics, digest }))
        });
        shown.collect()
    }
}

/// An editor's text. A fault of the reader's own leaves what was known before.
fn text_of(path: RelPath, text: Arc<String>) -> Option<Read> {
    let format = Format::of_list(&path)?;
    let document = catch_unwind(AssertUnwindSafe(|| Document::parse_text(path, format, text)));
    Some(document.map_or_else(|_| broken(), |document| Read::Document(Arc::new(document), None)))
}

fn broken() -> Read {
    Read::Unreadable("reading it failed by a fault of Provender's own; please report it".to_owned())
}

fn from_disk(root: &Path, path: &RelPath, former: Option<&Arc<Document>>) -> Read {
    let Some(format) = Format::of_list(path) else { return Read::Gone };
    let place = &absolute(root, path);
    let (moment, stamp) = (SystemTime::now(), Stamp::of(place));
    // What is written while it is read is read again next time.
    let stamp = stamp.filter(|stamp| !stamp.is_after(moment));
    match crate::disk::read_within(root, place) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !place.is_symlink() => Read::Gone,
        Err(error) => Read::Unreadable(format!("the file could not be read: {error}")),
        Ok(bytes) if former.is_some_and(|former| former.faithful && former.text.as_bytes() == bytes) => Read::Same(stamp),
        Ok(bytes) => {
            let document = catch_unwind(AssertUnwindSafe(|| Document::parse(path.clone(), format, bytes)));
            document.map_or_else(|_| broken(), |document| Read::Document(Arc::new(document), stamp))
        }
    }
}

/// Brings a workspace up to what was read. Gives the document that had to go, so that freeing it can wait.
pub(super) fn apply(workspace: &mut Workspace, path: &RelPath, read: &Read) {
    match read {
        Read::Same(_) => return,
        Read::Document(document, _) => workspace.insert(document.clone()),
        Read::Gone | Read::Unreadable(_) => drop(workspace.remove(path)),
    }
    match read {
        Read::Unreadable(why) => workspace.unreadable.insert(path.clone(), why.clone()),
        _ => workspace.unreadable.remove(path),
    };
}

/// A token in a file is not repeated in words about it: a list of problems is on many a shared screen.
fn hide_secrets(report: &mut Report, workspace: &Workspace) {
    if report.secrets.is_empty() {
        return;
    }
    let secrets = Secrets::of(report, &Sources::of(workspace));
    let hide = |text: &mut String| *text = secrets.hide(text).into_owned();
    for finding in &mut report.findings {
        hide(&mut finding.message);
        finding.help.iter_mut().for_each(hide);
        finding.related.iter_mut().map(|label| &mut label.message).for_each(hide);
        finding.fixes.iter_mut().map(|fix| &mut fix.title).for_each(hide);
    }
}

/// Each document's project's own document.
fn owners(workspace: &Workspace) -> HashMap<RelPath, RelPath> {
    let mut owners = HashMap::new();
    for project in projects(workspace) {
        let Some(own) = project.own_document() else { continue };
        owners.extend(project.documents().map(|document| (document.path.clone(), own.path.clone())));
    }
    owners
}

fn by_path(findings: Vec<Finding>, scope: &Scope) -> BTreeMap<RelPath, Vec<Finding>> {
    let mut by_path: BTreeMap<RelPath, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        let wanted = match scope {
            Scope::All => true,
            Scope::Only(paths) => paths.contains(&finding.path),
        };
        if wanted {
            by_path.entry(finding.path.clone()).or_default().push(finding);
        }
    }
    by_path
}

/// Tells two lists of diagnostics apart without keeping both.
fn digest(diagnostics: &[Diagnostic]) -> u64 {
    struct Digest(DefaultHasher);
    impl std::io::Write for Digest {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.write(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut digest = Digest(DefaultHasher::new());
    // A diagnostic is plain data; if one could not be written, it would only be sent once too often.
    let _ = serde_json::to_writer(&mut digest, diagnostics);
    digest.0.finish()
}
