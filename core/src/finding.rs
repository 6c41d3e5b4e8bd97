//! What an analysis finds, and how it could be mended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::facts::{Question, Unanswered};
use crate::model::Ecosystem;
use crate::path::RelPath;
use crate::purl::package_url;
use crate::rule::Rule;
use crate::text::{Edit, Span};

/// How bad a finding is. `error` blocks a commit or a push by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Should be put right.
    Warning,
    /// Must be looked at before it goes on.
    Error,
}

impl Severity {
    /// The word used in outputs and in the policy.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Whether a fix may be applied without a person looking at it (after ruff's model).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Only shown.
    Display,
    /// May change what is installed or how: asked for by name.
    Unsafe,
    /// Changes nothing but the fault.
    Safe,
}

impl Applicability {
    /// The word used in outputs.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Applicability::Display => "display",
            Applicability::Unsafe => "unsafe",
            Applicability::Safe => "safe",
        }
    }
}

/// One way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a menu entry: "Pin `express` to 4.18.2".
    pub title: String,
    /// Whether it may be applied unseen.
    pub applicability: Applicability,
    /// The changes, file by file; each list sorted and disjoint.
    pub edits: BTreeMap<RelPath, Vec<Edit>>,
}

/// A way to mend a finding that depends on what the registry answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// What it does, as a menu entry.
    pub title: String,
    /// Whether the fix, once there is one, may be applied unseen.
    pub applicability: Applicability,
    /// What has to be asked; never empty. With the answers among the facts, the rule offers the fix, or not.
    pub questions: Vec<Question>,
}

/// A place with a word about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The document.
    pub path: RelPath,
    /// The bytes.
    pub span: Span,
    /// What is to be seen there; empty for the place of the finding itself, whose message says it.
    pub message: String,
}

/// A package that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PackageRef {
    /// The world its name lives in.
    pub ecosystem: Ecosystem,
    /// Its true name.
    pub name: SmolStr,
    /// Its exact version, where that is known.
    pub version: Option<SmolStr>,
}

impl PackageRef {
    /// It as a package URL.
    #[must_use]
    pub fn purl(&self) -> String {
        package_url(self.ecosystem, &self.name, self.version.as_deref().unwrap_or_default())
    }
}

/// One thing that is not as it should be.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// How bad it is here, after the policy.
    pub severity: Severity,
    /// The document.
    pub path: RelPath,
    /// The bytes to underline.
    pub span: Span,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do now.
    pub help: Option<String>,
    /// The package it is about.
    pub package: Option<PackageRef>,
    /// Other places that belong to it, in the state that is judged (what the base had is told in words).
    pub related: Vec<Label>,
    /// Ways to mend it, best first.
    pub fixes: Vec<Fix>,
    /// A fix that may be offered once the registry was asked.
    pub pending: Option<Pending>,
    /// Whether editors should strike the text through.
    pub deprecated: bool,
    /// Whether the span holds a secret, which no output may repeat.
    pub secret: bool,
}

impl Finding {
    /// Says what to do now.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Finding {
        self.help = Some(help.into());
        self
    }

    /// Another severity than the rule's own.
    pub fn severity(&mut self, severity: Severity) -> &mut Finding {
        self.severity = severity;
        self
    }

    /// Names the package it is about.
    pub fn package(&mut self, package: PackageRef) -> &mut Finding {
        self.package = Some(package);
        self
    }

    /// Says that the span holds a secret, which no output may repeat.
    pub fn secret(&mut self) -> &mut Finding {
        self.secret = true;
        self
    }

    /// Points at another place.
    pub fn related(&mut self, path: &RelPath, span: Span, message: impl Into<String>) -> &mut Finding {
        self.related.push(Label { path: path.clone(), span, message: message.into() });
        self
    }

    /// Offers a fix within the finding's own document, if there are edits (an editor that refuses returns `None`).
    pub fn fix(&mut self, title: impl Into<String>, applicability: Applicability, edits: Option<Vec<Edit>>) -> &mut Finding {
        let path = self.path.clone();
        self.fix_in(title, applicability, edits.map(|edits| BTreeMap::from([(path, edits)])))
    }

    /// Offers a fix over several documents.
    pub fn fix_in(
        &mut self,
        title: impl Into<String>,
        applicability: Applicability,
        edits: Option<BTreeMap<RelPath, Vec<Edit>>>,
    ) -> &mut Finding {
        if let Some(mut edits) = edits.filter(|edits| edits.values().any(|edits| !edits.is_empty())) {
            edits.values_mut().for_each(|edits| edits.sort());
            self.fixes.push(Fix { title: title.into(), applicability, edits });
        }
        self
    }

    /// Says that a fix may be offered once questions are answered; without any there is nothing to wait for.
    pub fn pending(
        &mut self,
        title: impl Into<String>,
        applicability: Applicability,
        questions: impl IntoIterator<Item = Question>,
    ) -> &mut Finding {
        let questions: Vec<_> = questions.into_iter().collect();
        self.pending = (!questions.is_empty()).then(|| Pending { title: title.into(), applicability, questions });
        self
    }
}

/// Everything one analysis found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// By path, position, rule.
    pub findings: Vec<Finding>,
    /// What an exception of the policy holds back, in the same order.
    pub excepted: Vec<Finding>,
    /// Where secrets stand in the documents, whatever became of the findings about them: no output may repeat them.
    pub secrets: Vec<(RelPath, Span)>,
    /// What rules would like to know.
    pub unanswered: Unanswered,
    /// How many files were looked at.
    pub files: usize,
}

impl Report {
    /// The number of findings of one severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Whether anything is at or above `threshold`.
    #[must_use]
    pub fn blocks(&self, threshold: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity >= threshold)
    }
}
