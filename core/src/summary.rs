//! How a verification ended, in counts. "Nothing was looked at" is not success, so every run says what it looked at.

use std::collections::BTreeMap;
use std::fmt;

use rustc_hash::FxHashSet;

use crate::change::{Change, changes};
use crate::document::Document;
use crate::facts::{Asking, Outcome, Reason};
use crate::model::{Package, SourceKind};
use crate::project::{Project, projects};
use crate::rule::artifact;
use crate::workspace::Workspace;

/// Different artifacts by what is known about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Bytes, lockfile and registry agree.
    pub verified: usize,
    /// Lockfile and registry agree.
    pub recorded: usize,
    /// They do not.
    pub mismatched: usize,
    /// It could not be told, by the reason's word.
    pub unverifiable: BTreeMap<&'static str, usize>,
    /// Not asked for, because the policy says so.
    pub left_out: usize,
    /// Come inside another package's archive, and are covered by its digest.
    pub bundled: usize,
}

/// Counts over several workspaces, such as the commits of a push: what several of them bring counts once.
#[derive(Debug, Default)]
pub struct Tally {
    summary: Summary,
    seen: FxHashSet<String>,
}

impl Tally {
    /// What was counted so far.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Counts the entries of the wanted lockfiles that the run was to look at.
    pub fn add(&mut self, workspace: &Workspace, wanted: impl Fn(&Document) -> bool) {
        let policy = workspace.policy();
        for project in projects(workspace) {
            for document in project.lockfiles.iter().filter(|document| wanted(document)) {
                for package in asked(workspace, document) {
                    let known = (
                        &package.name.value,
                        package.version.as_ref().map(|version| &version.value),
                        package.integrity.words(),
                        &package.source.as_ref().map(|source| source.value.clone()),
                    );
                    if !self.seen.insert(format!("{known:?} {:?}", package.kind)) {
                        continue;
                    }
                    if policy.left_out(&package.name) {
                        self.summary.left_out += 1;
                    } else {
                        self.summary.add(workspace, &project, package);
                    }
                }
            }
        }
    }
}

impl Summary {
    /// Counts the entries of the wanted lockfiles of one workspace that the run was to look at.
    #[must_use]
    pub fn of(workspace: &Workspace, wanted: impl Fn(&Document) -> bool) -> Summary {
        let mut tally = Tally::default();
        tally.add(workspace, wanted);
        tally.summary
    }

    fn add(&mut self, workspace: &Workspace, project: &Project<'_>, package: &Package) {
        if package.kind == SourceKind::Bundled {
            self.bundled += 1;
            return;
        }
        let verdict = artifact(project, package).and_then(|artifact| workspace.facts.verdicts.get(&artifact));
        match verdict.map(|verdict| &verdict.outcome) {
            Some(Outcome::Verified) => self.verified += 1,
            Some(Outcome::Recorded) => self.recorded += 1,
            Some(Outcome::Mismatched(_)) => self.mismatched += 1,
            Some(Outcome::Unverifiable(reason)) => self.count(reason),
            None => self.count(&Reason::NotAnArtifact(package.kind.id().to_owned())),
        }
    }

    fn count(&mut self, reason: &Reason) {
        *self.unverifiable.entry(reason.id()).or_default() += 1;
    }

    /// Whether nothing at all was looked at.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Summary::default()
    }
}

/// The entries that the run was to look at.
fn asked<'a>(workspace: &'a Workspace, document: &'a Document) -> Vec<&'a Package> {
    let local = |package: &&Package| !matches!(package.kind, SourceKind::Link | SourceKind::Workspace);
    match workspace.facts.asking {
        Asking::Nothing => Vec::new(),
        Asking::Everything => document.lockfile().into_iter().flat_map(|lockfile| &lockfile.packages).filter(local).collect(),
        Asking::Changed => {
            let base = workspace.base.as_deref().and_then(|base| base.get(&document.path)).map(AsRef::as_ref);
            changes(base, Some(document)).iter().flat_map(Change::arrivals).filter(local).collect()
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} verified, {} recorded, {} mismatched, ", self.verified, self.recorded, self.mismatched)?;
        let total: usize = self.unverifiable.values().sum();
        write!(f, "{total} unverifiable")?;
        if total > 0 {
            let reasons: Vec<_> = self.unverifiable.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
            write!(f, " ({})", reasons.join(", "))?;
        }
        write!(f, ", {} left out by policy", self.left_out)?;
        if self.bundled > 0 {
            write!(f, ", {} inside other packages' archives", self.bundled)?;
        }
        Ok(())
    }
}
