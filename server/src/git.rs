//! Git's snapshots as workspaces.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use provender_core::document::Document;
use provender_core::formats::{FORMATS, Format, requirements};
use provender_core::path::RelPath;
use provender_core::python::includes::{roots, unnamed};
use provender_core::workspace::{User, Workspace};
use provender_hooks::{Error, ErrorKind, ObjectId, Repository, Snapshot};

use crate::neighbours::{companions, complete, foreign_lockfiles, members};

/// Whether git's path is one of a known file.
#[must_use]
pub fn is_known(path: &str) -> bool {
    Format::of(&RelPath::new(path)).is_some()
}

/// Whether git's path is one of a known file, or of one that a list of requirements may take in.
#[must_use]
pub fn may_matter(path: &str) -> bool {
    Format::of_list(&RelPath::new(path)).is_some()
}

/// Reads files of snapshots, each content once.
pub struct Reader<'r> {
    repository: &'r Repository,
    user: Arc<User>,
    read: HashMap<(RelPath, ObjectId), Arc<Document>>,
    lists: HashMap<ObjectId, Rc<Lists>>,
}

/// The lists of requirements of a snapshot.
struct Lists {
    workspace: Workspace,
    /// What they take in under names that are none of a list's, whatever stands there.
    taken_in: BTreeSet<RelPath>,
}

impl<'r> Reader<'r> {
    /// A reader that has read nothing yet.
    #[must_use]
    pub fn new(repository: &'r Repository, user: Arc<User>) -> Reader<'r> {
        Reader { repository, user, read: HashMap::new(), lists: HashMap::new() }
    }

    /// Every known file of a snapshot for which `wanted` holds, and the members that the lockfiles among them name.
    ///
    /// # Errors
    /// That of git.
    pub fn whole(&mut self, snapshot: &Snapshot<'_>, wanted: impl Fn(&RelPath) -> bool) -> Result<Workspace, Error> {
        let mut workspace = Workspace::of(self.user.clone());
        let listing = snapshot.list(is_known)?;
        for (path, blob) in listing.files {
            let path = RelPath::new(path);
            if wanted(&path) {
                workspace.insert(self.document(&path, blob.id)?);
            }
        }
        for refusal in listing.refusals {
            let path = RelPath::new(&refusal.path);
            if wanted(&path) {
                workspace.unreadable.insert(path, refusal.reason.to_string());
            }
        }
        complete(&mut workspace, members, |workspace, path| self.take(workspace, snapshot, path))?;
        note_foreign(&mut workspace, snapshot)?;
        Ok(workspace)
    }

    /// The files that it takes to judge changes at `paths`, before and after: those files, the known files of every folder above
    /// them, and the members that the lockfiles among them name. The state before is the other's base.
    ///
    /// # Errors
    /// That of git.
    pub fn around(&mut self, paths: &[&str], before: &Snapshot<'_>, after: &Snapshot<'_>) -> Result<Workspace, Error> {
        let mut wanted: BTreeSet<RelPath> = paths.iter().flat_map(|path| companions(&RelPath::new(path))).collect();
        wanted.extend(self.including(paths, after)?);
        let (mut base, mut workspace) = (Workspace::of(self.user.clone()), Workspace::of(self.user.clone()));
        for path in &wanted {
            self.take(&mut base, before, path)?;
            self.take(&mut workspace, after, path)?;
        }
        // What is taken in may take in others.
        loop {
            let members: BTreeSet<RelPath> =
                [&base, &workspace].into_iter().flat_map(members).filter(|path| wanted.insert(path.clone())).collect();
            if members.is_empty() {
                break;
            }
            for path in &members {
                self.take(&mut base, before, path)?;
                self.take(&mut workspace, after, path)?;
            }
        }
        note_foreign(&mut base, before)?;
        note_foreign(&mut workspace, after)?;
        workspace.base = Some(Arc::new(base));
        Ok(workspace)
    }

    /// Those of some changed files that matter: the known ones, and what a list of requirements takes in, or did, under any name.
    ///
    /// # Errors
    /// That of git.
    pub fn mattering<'p>(
        &mut self,
        paths: impl Iterator<Item = &'p str>,
        before: &Snapshot<'_>,
        after: &Snapshot<'_>,
    ) -> Result<Vec<&'p str>, Error> {
        let mut paths: Vec<&str> = paths.collect();
        if !paths.iter().all(|path| is_known(path)) {
            let (old, new) = (self.lists(before)?, self.lists(after)?);
            let is_taken_in = |path: &str| [&old, &new].iter().any(|lists| lists.taken_in.contains(&RelPath::new(path)));
            paths.retain(|path| is_known(path) || is_taken_in(path));
        }
        Ok(paths)
    }

    /// The lists of requirements that take in one of those at `paths`: what stands there is installed with them, and judged with them.
    fn including(&mut self, paths: &[&str], snapshot: &Snapshot<'_>) -> Result<BTreeSet<RelPath>, Error> {
        let changed: Vec<RelPath> = paths.iter().filter(|path| may_be_list(path)).copied().map(RelPath::new).collect();
        if changed.is_empty() {
            return Ok(BTreeSet::new());
        }
        let lists = &self.lists(snapshot)?.workspace;
        let roots = changed.iter().filter_map(|path| lists.get(path)).flat_map(|list| roots(lists, list));
        Ok(roots.map(|root| root.path.clone()).collect())
    }

    /// Every list of requirements of a snapshot, and what these take in; a tree's are looked for once.
    fn lists(&mut self, snapshot: &Snapshot<'_>) -> Result<Rc<Lists>, Error> {
        if let Some(lists) = snapshot.tree_id().and_then(|tree| self.lists.get(&tree)) {
            return Ok(lists.clone());
        }
        let mut workspace = Workspace::of(self.user.clone());
        for (path, blob) in snapshot.list(is_list)?.files {
            workspace.insert(self.document(&RelPath::new(path), blob.id)?);
        }
        let taken_in = complete(&mut workspace, unnamed, |workspace, path| self.take(workspace, snapshot, path))?;
        let lists = Rc::new(Lists { workspace, taken_in });
        if let Some(tree) = snapshot.tree_id() {
            self.lists.insert(tree, lists.clone());
        }
        Ok(lists)
    }

    /// Reads a file, if it is there and of a kind that is read.
    fn take(&mut self, workspace: &mut Workspace, snapshot: &Snapshot<'_>, path: &RelPath) -> Result<(), Error> {
        if Format::of_list(path).is_some()
            && let Some(id) = find(snapshot, path)?
        {
            workspace.insert(self.document(path, id)?);
        }
        Ok(())
    }

    fn document(&mut self, path: &RelPath, id: ObjectId) -> Result<Arc<Document>, Error> {
        if let Some(document) = self.read.get(&(path.clone(), id)) {
            return Ok(document.clone());
        }
        let bytes = self.repository.blob(&id)?;
        let format = Format::of_list(path).unwrap_or(FORMATS[0]);
        let document = Arc::new(Document::parse(path.clone(), format, bytes));
        self.read.insert((path.clone(), id), document.clone());
        Ok(document)
    }
}

/// Whether git's path is one of a list of requirements, by its name.
fn is_list(path: &str) -> bool {
    Format::of(&RelPath::new(path)).is_some_and(is_of_lists)
}

fn may_be_list(path: &str) -> bool {
    Format::of_list(&RelPath::new(path)).is_some_and(is_of_lists)
}

fn is_of_lists(format: &Format) -> bool {
    let lists = [&requirements::REQUIREMENTS, &requirements::CONSTRAINTS, &requirements::INPUT];
    lists.into_iter().any(|list| std::ptr::eq(list, format))
}

/// The file at a path, if one is there. A link or a conflict where a companion belongs is none: what changed there is refused by the
/// caller, and here it is only context.
pub(crate) fn find(snapshot: &Snapshot<'_>, path: &RelPath) -> Result<Option<ObjectId>, Error> {
    match snapshot.find(path.as_str()) {
        Ok(blob) => Ok(blob.map(|blob| blob.id)),
        Err(error) if error.kind() == ErrorKind::NotAFile => Ok(None),
        Err(error) => Err(error),
    }
}

/// Notes the lockfiles of managers that are not known.
fn note_foreign(workspace: &mut Workspace, snapshot: &Snapshot<'_>) -> Result<(), Error> {
    for path in foreign_lockfiles(workspace) {
        if find(snapshot, &path)?.is_some() {
            workspace.present.insert(path);
        }
    }
    Ok(())
}
