//! `provender packages`: what a lockfile records.

use std::path::{Path, PathBuf};

use provender_core::document::Document;
use provender_core::formats::{Format, Role};
use provender_core::model::ProblemKind;
use provender_core::path::RelPath;
use provender_core::render::packages::{self, FolderVersions};

use super::output::{self, Failure, Outcome};
use crate::disk;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The lockfile.
    lockfile: PathBuf,
    /// The format of the list.
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Text,
    /// The stable JSON of the contract.
    Json,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let shown = args.lockfile.display();
    let format = Format::of_given(&args.lockfile.to_string_lossy().replace('\\', "/"))
        .ok_or_else(|| Failure::new(format!("{shown} is not a lockfile that is known")))?;
    let bytes = disk::read(&args.lockfile).map_err(|error| Failure::new(format!("{shown}: {error}")))?;
    let document = Document::parse(RelPath::new(args.lockfile.to_string_lossy()), format, bytes);
    if document.lockfile().is_none() {
        return Err(Failure::new(format!("{shown} is not a lockfile")));
    }
    let folders = folder_versions(&args.lockfile, &document);
    let text = match args.format {
        ListFormat::Text => packages::text(&document, &folders),
        ListFormat::Json => packages::json(&document, &folders),
    };
    output::print(&text)?;
    let broken = document.problems.iter().filter(|problem| problem.kind == ProblemKind::Syntax).count();
    if broken > 0 {
        output::note(&format!(
            "{shown} does not parse whole ({broken} places): the list may lack packages; `provender check` shows where"
        ));
    }
    Ok((broken > 0).into())
}

/// The versions in the manifests of the folders that the lockfile names, where they are there to be read.
fn folder_versions(lockfile: &Path, document: &Document) -> FolderVersions {
    let root = lockfile.parent().unwrap_or(Path::new("."));
    let folders =
        document.lockfile().into_iter().flat_map(|lockfile| &lockfile.importers).filter(|importer| !importer.path.is_empty());
    let version = |folder: &str| {
        let of = |name: &str| {
            let path = RelPath::join(folder, name)?;
            let format = Format::of(&path).filter(|format| format.ecosystem == document.format.ecosystem)?;
            let bytes = disk::read(&disk::absolute(root, &path)).ok()?;
            Some(Document::parse(path, format, bytes).manifest()?.version.as_ref()?.to_string())
        };
        Some((folder.to_owned(), Format::names_of(Role::Manifest).find_map(of)?))
    };
    folders.filter_map(|importer| version(&importer.path)).collect()
}
