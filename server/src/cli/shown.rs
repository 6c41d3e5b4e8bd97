//! Under which names files are shown: each reader gets the paths that it can follow.
//!
//! A person, and whatever makes their terminal's lines clickable, stands in the current folder. A program that named a folder looks below
//! it. A pipeline's annotations and code scanning know the repository only.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use provender_core::finding::{Finding, Report};
use provender_core::path::RelPath;
use provender_core::render::{Source, Sources};
use provender_core::workspace::Workspace;

use super::Format;
use super::target::Target;

/// A root, and the folder that its files are shown from.
pub(crate) struct Shown {
    root: PathBuf,
    from: PathBuf,
}

impl Shown {
    /// For the readers of a format.
    pub(crate) fn new(target: &Target, format: Format) -> Shown {
        let from = match format {
            Format::Text | Format::Concise if target.folder.starts_with(&target.here) => &target.here,
            Format::Text | Format::Concise | Format::Json => &target.folder,
            Format::Sarif | Format::Github => &target.root,
        };
        Shown { root: target.root.clone(), from: from.clone() }
    }

    /// A file's path as it is shown. The person's own files keep theirs.
    pub(crate) fn path(&self, path: &RelPath) -> RelPath {
        if self.root == self.from || path.as_str().starts_with('/') || path.as_str().starts_with("~/") {
            return path.clone();
        }
        let place = self.root.join(path.as_str());
        let shared = self.from.ancestors().find(|folder| place.starts_with(folder)).unwrap_or(Path::new(""));
        let up = self.from.strip_prefix(shared).map_or(0, |rest| rest.iter().count());
        let down = place.strip_prefix(shared).unwrap_or(&place);
        let parts = std::iter::repeat_n("..", up).chain(down.iter().filter_map(|part| part.to_str()));
        RelPath::new(parts.collect::<Vec<_>>().join("/"))
    }

    /// A report with every path as it is shown.
    pub(crate) fn report(&self, report: &Report) -> Report {
        let mut report = report.clone();
        for findings in [&mut report.findings, &mut report.excepted] {
            findings.iter_mut().for_each(|finding| self.finding(finding));
            // Within a file they are in order already.
            findings.sort_by(|one, other| one.path.cmp(&other.path));
        }
        report.secrets.iter_mut().for_each(|(path, _)| *path = self.path(path));
        report
    }

    fn finding(&self, finding: &mut Finding) {
        finding.path = self.path(&finding.path);
        finding.related.iter_mut().for_each(|label| label.path = self.path(&label.path));
        for fix in &mut finding.fixes {
            fix.edits = std::mem::take(&mut fix.edits).into_iter().map(|(path, edits)| (self.path(&path), edits)).collect();
        }
    }

    /// The texts behind those paths.
    pub(crate) fn sources<'w>(&self, workspace: &'w Workspace) -> Sources<'w> {
        let documents: HashMap<_, _> = workspace.documents().map(|document| (self.path(&document.path), document)).collect();
        Sources::new(move |path| documents.get(path).map(|document| Source::of(document)))
    }
}
