//! Git's snapshots as workspaces.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use provender_core::document::Document;
use provender_core::formats::{FORMATS, Format, Role};
use provender_core::path::{RelPath, ancestors};
use provender_core::workspace::{User, Workspace};
use provender_hooks::{Error, ObjectId, Repository, Snapshot};

/// Whether git's path is one of a known file.
#[must_use]
pub fn is_known(path: &str) -> bool {
    Format::of(&RelPath::new(path)).is_some()
}

/// Reads files of snapshots, each content once.
pub struct Reader<'r> {
    repository: &'r Repository,
    user: Arc<User>,
    read: HashMap<(RelPath, ObjectId), Arc<Document>>,
}

impl<'r> Reader<'r> {
    /// A reader that has read nothing yet.
    #[must_use]
    pub fn new(repository: &'r Repository, user: Arc<User>) -> Reader<'r> {
        Reader { repository, user, read: HashMap::new() }
    }

    /// Every known file of a snapshot for which `wanted` holds.
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
            workspace.unreadable.insert(RelPath::new(&refusal.path), refusal.reason.to_string());
        }
        Ok(workspace)
    }

    /// The files that it takes to judge changes at `paths`, before and after: those files, the known files of every folder above
    /// them, and the members that the lockfiles among them name. The state before is the other's base.
    ///
    /// # Errors
    /// That of git.
    pub fn around(&mut self, paths: &[&str], before: &Snapshot<'_>, after: &Snapshot<'_>) -> Result<Workspace, Error> {
        let mut wanted: BTreeSet<RelPath> = paths.iter().flat_map(|path| companions(&RelPath::new(path))).collect();
        let mut base = self.some(before, &wanted)?;
        let mut workspace = self.some(after, &wanted)?;
        let members: BTreeSet<RelPath> =
            [&base, &workspace].into_iter().flat_map(members).filter(|path| wanted.insert(path.clone())).collect();
        for (side, snapshot) in [(&mut base, before), (&mut workspace, after)] {
            for document in self.some(snapshot, &members)?.documents() {
                side.insert(document.clone());
            }
        }
        workspace.base = Some(Arc::new(base));
        Ok(workspace)
    }

    fn some(&mut self, snapshot: &Snapshot<'_>, paths: &BTreeSet<RelPath>) -> Result<Workspace, Error> {
        let mut workspace = Workspace::of(self.user.clone());
        for path in paths {
            match snapshot.find(path.as_str()) {
                Ok(Some(blob)) => workspace.insert(self.document(path, blob.id)?),
                Ok(None) => {}
                // A link or a conflict where a companion belongs: what changed there is refused by the caller; here it is only context.
                Err(error) if error.kind() == provender_hooks::ErrorKind::NotAFile => {}
                Err(error) => return Err(error),
            }
        }
        Ok(workspace)
    }

    fn document(&mut self, path: &RelPath, id: ObjectId) -> Result<Arc<Document>, Error> {
        if let Some(document) = self.read.get(&(path.clone(), id)) {
            return Ok(document.clone());
        }
        let bytes = self.repository.blob(&id)?;
        let format = Format::of(path).unwrap_or(FORMATS[0]);
        let document = Arc::new(Document::parse(path.clone(), format, bytes));
        self.read.insert((path.clone(), id), document.clone());
        Ok(document)
    }
}

/// A file and the known files of its folder and of every folder above.
fn companions(path: &RelPath) -> Vec<RelPath> {
    let names = || FORMATS.iter().flat_map(|format| format.names);
    let around = ancestors(path.folder()).flat_map(|folder| names().filter_map(move |name| RelPath::join(folder, name)));
    around.chain([path.clone()]).collect()
}

/// The manifests of the workspace members that lockfiles name.
fn members(workspace: &Workspace) -> Vec<RelPath> {
    let names: Vec<&str> =
        FORMATS.iter().filter(|format| format.role == Role::Manifest).flat_map(|format| format.names).copied().collect();
    let importers = workspace.documents().filter_map(|document| Some((document.path.folder().to_owned(), document.lockfile()?)));
    let folders = importers.flat_map(|(folder, lockfile)| {
        lockfile.importers.iter().filter_map(move |importer| RelPath::join(&folder, &importer.path)).collect::<Vec<_>>()
    });
    folders
        .flat_map(|folder| names.iter().filter_map(move |name| RelPath::join(folder.as_str(), name)).collect::<Vec<_>>())
        .collect()
}
