//! What a rule is, and what a check may see and say.
//!
//! A rule is one file in `rules/`: its documentation (rendered to the README and by `provender explain`, its examples executed by the
//! tests), its checks, its fixes, its tests. A check is a plain function over one item of the model; it reports into the context and
//! asks it for facts. An early `return` in a check is always right, because it only ends that item.

use std::sync::Arc;

use crate::change::Change;
use crate::document::Document;
use crate::facts::{Artifact, ArtifactFile, Question, Unanswered, Verdict};
use crate::finding::{Applicability, Finding, PackageRef, Severity};
use crate::integrity::Digest;
use crate::model::{Dependency, Ecosystem, LockedFile, Lockfile, Manager, Manifest, Package, ProblemKind, Settings, SourceKind};
use crate::path::RelPath;
use crate::policy::Policy;
use crate::project::Project;
use crate::rules::Digests;
use crate::spec::{self, Spec};
use crate::text::Span;
use crate::workspace::Workspace;

/// One rule of the catalogue.
#[derive(Debug)]
pub struct Rule {
    /// The id, which names the problem.
    pub id: &'static str,
    /// The row of the threat table that it belongs to, 1 to 10; 0 for faults of our own.
    pub threat: u8,
    /// How bad it is unless the policy says otherwise.
    pub severity: Severity,
    /// One line, no full stop.
    pub summary: &'static str,
    /// Whether some of its findings can be mended.
    pub fixable: Fixable,
    /// What it takes to judge it.
    pub needs: Needs,
    /// Markdown: why it matters, `## Bad` and `## Good` examples, how to mend or except it.
    pub docs: &'static str,
    /// The checks, each over one kind of item.
    pub checks: &'static [Check],
}

/// Whether a rule can mend what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixable {
    /// Never: it may be evidence of an attack, or only a person can tell.
    No,
    /// Some findings, from what is on disk.
    Offline,
    /// Some findings, after asking the registry.
    Online,
}

/// What a rule looks at beside the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Files,
    /// A base to compare with.
    Base,
    /// The registry's answers.
    Registry,
}

/// A function over one kind of item.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Every document, whatever it holds.
    Document(fn(&Document, &mut Cx<'_>)),
    /// Every manifest.
    Manifest(fn(&Manifest, &mut Cx<'_>)),
    /// Every dependency of every manifest.
    Dependency(fn(&Dependency, &mut Cx<'_>)),
    /// Every lockfile that its manager reads.
    Lockfile(fn(&Lockfile, &mut Cx<'_>)),
    /// Every entry of those lockfiles.
    Package(fn(&Package, &mut Cx<'_>)),
    /// Every settings file.
    Settings(fn(&Settings, &mut Cx<'_>)),
    /// Every project: a manifest, its members, its lockfiles, its settings. The context's document is the project's manifest, else its
    /// first lockfile.
    Project(fn(&Project<'_>, &mut Cx<'_>)),
    /// Every package that came, went or changed against the base.
    Change(fn(&Change<'_>, &mut Cx<'_>)),
    /// Every document that is new or changed against the base, with its former self.
    Changed(fn(Option<&Document>, &Document, &mut Cx<'_>)),
}

/// What a check sees beside its item, and where it reports to.
pub struct Cx<'a> {
    /// Every document, the policy, the facts, the base.
    pub workspace: &'a Workspace,
    /// The document that the item stands in.
    pub document: &'a Arc<Document>,
    /// The project that the document belongs to.
    pub project: &'a Project<'a>,
    /// The policy that decides.
    pub policy: &'a Policy,
    /// The first digest of each package version over all lockfiles.
    pub(crate) digests: &'a Digests<'a>,
    pub(crate) rule: &'static Rule,
    pub(crate) findings: &'a mut Vec<Finding>,
    pub(crate) unanswered: &'a mut Unanswered,
}

impl Cx<'_> {
    /// Reports a finding in the item's own document.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        let path = self.document.path.clone();
        self.report_in(&path, span, message)
    }

    /// Reports a finding in another document.
    pub fn report_in(&mut self, path: &RelPath, span: Span, message: impl Into<String>) -> &mut Finding {
        self.findings.push(Finding {
            rule: self.rule,
            severity: self.rule.severity,
            path: path.clone(),
            span,
            message: message.into(),
            help: None,
            package: None,
            related: Vec::new(),
            fixes: Vec::new(),
            pending: None,
            deprecated: false,
            secret: false,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// The world of names of the item's document.
    #[must_use]
    pub fn ecosystem(&self) -> Ecosystem {
        self.document.format.ecosystem.or(self.project.ecosystem).unwrap_or(Ecosystem::Npm)
    }

    /// The manager whose file the item's document is: a lockfile's own, else the project's.
    #[must_use]
    pub fn manager(&self) -> Manager {
        self.document.lockfile().map_or_else(|| self.project.manager(), |lockfile| lockfile.manager)
    }

    /// What a dependency asks for.
    #[must_use]
    pub fn spec<'d>(&self, dependency: &'d Dependency) -> Spec<'d> {
        spec::read(self.ecosystem(), dependency)
    }

    /// The package that a lockfile's entry is, for a finding.
    #[must_use]
    pub fn purl(&self, package: &Package) -> PackageRef {
        PackageRef {
            ecosystem: self.ecosystem(),
            name: package.name.value.clone(),
            version: package.version.as_ref().map(|version| version.value.clone()),
        }
    }

    /// The package that a name means in this document's world, for a finding.
    #[must_use]
    pub fn named(&self, name: &str) -> PackageRef {
        PackageRef { ecosystem: self.ecosystem(), name: name.into(), version: None }
    }

    /// Reports every problem of one kind that reading the document brought up.
    pub fn report_problems(&mut self, document: &Document, kind: ProblemKind, help: &str) {
        for problem in document.problems.iter().filter(|problem| problem.kind == kind) {
            let finding = self.report(problem.span, problem.message.clone());
            finding.help(help);
            if let Some((span, message)) = &problem.related {
                finding.related(&document.path, *span, message.clone());
            }
            if let Some((title, edits)) = &problem.fix {
                finding.fix(title.clone(), Applicability::Safe, Some(edits.clone()));
            }
        }
    }

    /// What the registry is to be asked about an entry: only what a registry serves by name and version.
    #[must_use]
    pub fn artifact(&self, package: &Package) -> Option<Artifact> {
        artifact(self.project, package)
    }

    /// What is known about an entry's artifact.
    #[must_use]
    pub fn verdict(&self, package: &Package) -> Option<Arc<Verdict>> {
        let known = &self.workspace.facts.verdicts;
        // Most runs ask nothing; then not even the question is made.
        if known.is_empty() { None } else { known.get(&self.artifact(package)?).cloned() }
    }

    /// Asks about an artifact, unless it is known.
    pub fn ask(&mut self, artifact: Artifact) {
        if !self.workspace.facts.verdicts.contains_key(&artifact) {
            self.unanswered.insert(Question::Artifact(artifact));
        }
    }
}

/// The question about an entry of a project's lockfile: only what a registry serves by name and version has one.
#[must_use]
pub fn artifact(project: &Project<'_>, package: &Package) -> Option<Artifact> {
    if !matches!(package.kind, SourceKind::Registry | SourceKind::Url) {
        return None;
    }
    let ecosystem = project.ecosystem?;
    let file = |file: &LockedFile| ArtifactFile {
        name: file.name.as_ref().map(|name| name.value.clone()),
        url: file.url.as_ref().map(|url| url.value.clone()),
        integrity: file.integrity.digests.iter().map(Digest::labelled).collect(),
    };
    Some(Artifact {
        ecosystem,
        name: ecosystem.normalized(&package.name).into(),
        version: package.version.as_ref()?.value.clone(),
        integrity: package.held_words(),
        resolved: package.source.as_ref().map(|source| source.value.clone()),
        registry: project.registries.registry_of(package).ok().map(|registry| address(package, &registry.url))?,
        files: package.files.iter().map(file).collect(),
    })
}

/// A registry's address as questions have it: one whose index is read with git is marked as Cargo does in its lockfile.
fn address(package: &Package, url: &url::Url) -> smol_str::SmolStr {
    if package.git_index { smol_str::format_smolstr!("registry+{url}") } else { url.as_str().into() }
}

/// Declares a rule: a documented static. The documentation is what `explain` prints, so a rule without it does not compile.
#[macro_export]
macro_rules! rule {
    (
        $(#[doc = $doc:literal])+
        $name:ident = {
            id: $id:literal,
            threat: $threat:literal,
            severity: $severity:ident,
            summary: $summary:literal,
            fixable: $fixable:ident,
            needs: $needs:ident,
            checks: [$($kind:ident($check:path)),+ $(,)?] $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        pub(crate) static $name: $crate::rule::Rule = $crate::rule::Rule {
            id: $id,
            threat: $threat,
            severity: $crate::finding::Severity::$severity,
            summary: $summary,
            fixable: $crate::rule::Fixable::$fixable,
            needs: $crate::rule::Needs::$needs,
            docs: concat!($($doc, "\n"),+),
            checks: &[$($crate::rule::Check::$kind($check)),+],
        };
    };
}
