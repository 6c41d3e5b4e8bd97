//! The real outside: the disk, git, the clock, the registries.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::Date;
use provender_core::document::Document;
use provender_core::facts::{Depth, Facts, Question, Reason, Unanswered, Verdict};
use provender_core::formats::Format;
use provender_core::path::{RelPath, ancestors};
use provender_core::python::includes::unnamed;
use provender_core::workspace::{User, Workspace};
use provender_hooks::{Error, ObjectId, Repository};
use provender_registry::Event;
use tokio::runtime::Handle;

use crate::neighbours::complete;

use super::world::{Ask, Base, Reach, World};

/// The real outside.
pub(super) struct Outside;

impl World for Outside {
    fn today(&self) -> Date {
        jiff::ZonedDateTime::now().date()
    }

    fn user(&self) -> Arc<User> {
        Arc::new(crate::user::load())
    }

    fn load(&self, root: &Path, reach: Reach) -> Workspace {
        let user = self.user();
        match reach {
            Reach::Tree => crate::disk::load(root, user),
            Reach::Folder => {
                let mut workspace = Workspace::default();
                workspace.user = user;
                Format::all_names().for_each(|name| crate::disk::add(&mut workspace, root, &root.join(name)));
                workspace
            }
        }
    }

    fn base(&self, root: &Path, folders: &BTreeSet<RelPath>, user: &Arc<User>) -> Result<Option<Base>, String> {
        // Most folders without a repository are told apart by a look at the disk.
        if super::folders::repository(root).is_none() {
            return Ok(None);
        }
        let repository = Repository::discover(root).map_err(|error| error.to_string())?;
        let Some(prefix) = prefix(&repository, root) else { return Ok(None) };
        let mut base = Base { workspace: Workspace::of(user.clone()), watched: watched(&repository), faults: Vec::new() };
        last_commit(&repository, &prefix, "", &mut base.workspace).map_err(|error| error.to_string())?;
        for inner in repositories(root, folders) {
            if let Err(error) = add_inner(&mut base, root, &inner) {
                base.faults.push(format!("the last commit of `{inner}` could not be read: {error}"));
            }
        }
        Ok(Some(base))
    }

    fn brings_known(&self, root: &Path, came: Vec<PathBuf>) -> bool {
        crate::disk::brings_known(root, came)
    }

    fn answer(&self, ask: Ask) -> Facts {
        let questions: Unanswered = ask.questions.into_iter().collect();
        let mut facts = Facts::default();
        let client = match crate::online::client(&ask.user, crate::online::Effort::recorded()) {
            Ok(client) => client,
            Err(error) => return unreachable_for(questions, &error.to_string()),
        };
        let done = AtomicUsize::new(0);
        let count = |event: Event<'_>| {
            if let Event::Finished { .. } = event {
                (ask.progress)(done.fetch_add(1, Ordering::Relaxed) + 1);
            }
        };
        // This runs where waiting is allowed; the runtime's own threads drive the connections.
        Handle::current().block_on(client.answer(&questions, Depth::Verified, &ask.cancel, &mut facts, count));
        facts
    }
}

/// The answers when nothing can be asked at all: not known, and why.
fn unreachable_for(questions: Unanswered, why: &str) -> Facts {
    let mut facts = Facts::default();
    for question in questions {
        let reason = Reason::Offline(why.to_owned());
        match question {
            Question::Artifact(artifact) => {
                let verdict = Verdict::unverifiable(reason);
                facts.verdicts.insert(artifact, Arc::new(verdict));
            }
            Question::Versions { .. } => drop(facts.versions.insert(question, Err(reason))),
        }
    }
    facts
}

/// The folder's place in the repository, ending in `/` unless it is the root. `None` if it is in none of its places.
fn prefix(repository: &Repository, root: &Path) -> Option<String> {
    let (top, root) = (repository.work_dir()?.canonicalize().ok()?, root.canonicalize().ok()?);
    let below = crate::disk::relative(&top, &root)?;
    Some(if below.as_str().is_empty() { String::new() } else { format!("{below}/") })
}

/// The repositories within the folder that known files lie in, each by its place.
fn repositories(root: &Path, folders: &BTreeSet<RelPath>) -> BTreeSet<RelPath> {
    let above = folders.iter().flat_map(|folder| ancestors(folder.as_str())).filter(|folder| !folder.is_empty());
    let above: BTreeSet<RelPath> = above.map(RelPath::new).collect();
    above.into_iter().filter(|folder| super::folders::is_repository(&super::diagnostics::absolute(root, folder))).collect()
}

/// Adds the last commit of a repository within the folder, which has a history of its own.
fn add_inner(base: &mut Base, root: &Path, inner: &RelPath) -> Result<(), Error> {
    let repository = Repository::discover(&super::diagnostics::absolute(root, inner))?;
    last_commit(&repository, "", &format!("{inner}/"), &mut base.workspace)?;
    base.watched.extend(watched(&repository));
    Ok(())
}

/// Adds the known files of the last commit that lie below `prefix`, as if that were `place` in the workspace.
fn last_commit(repository: &Repository, prefix: &str, place: &str, workspace: &mut Workspace) -> Result<(), Error> {
    let head = repository.head()?;
    let add = |workspace: &mut Workspace, path: RelPath, id: &ObjectId| -> Result<(), Error> {
        if let Some(format) = Format::of_list(&path) {
            workspace.insert(Arc::new(Document::parse(path, format, repository.blob(id)?)));
        }
        Ok(())
    };
    for (path, blob) in head.list(crate::git::is_known)?.files {
        if let Some(below) = path.strip_prefix(prefix) {
            add(workspace, RelPath::new(format!("{place}{below}")), &blob.id)?;
        }
    }
    complete(workspace, unnamed, |workspace, path| {
        let Some(below) = path.as_str().strip_prefix(place) else { return Ok(()) };
        let id = crate::git::find(&head, &RelPath::new(format!("{prefix}{below}")))?;
        id.map_or(Ok(()), |id| add(workspace, path.clone(), &id))
    })?;
    Ok(())
}

/// Files that are written when the last commit becomes another one.
fn watched(repository: &Repository) -> Vec<PathBuf> {
    let (own, shared) = (repository.git_dir(), repository.common_dir());
    let head = own.join("HEAD");
    let branch = std::fs::read_to_string(&head).ok();
    let branch = branch.as_deref().and_then(|head| head.strip_prefix("ref: ")).map(|name| shared.join(name.trim()));
    [head, own.join("logs/HEAD"), shared.join("packed-refs")].into_iter().chain(branch).collect()
}
