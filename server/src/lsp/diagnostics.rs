//! Findings as diagnostics.

use std::path::{Path, PathBuf};

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, NumberOrString, Range,
    Url,
};
use provender_core::finding::{Finding, Severity};
use provender_core::path::RelPath;
use provender_core::workspace::Workspace;

use super::capabilities::Client;
use super::convert::Places;

/// Who says it.
pub(super) const SOURCE: &str = "provender";

/// Where a rule is explained; its id follows.
const DOCS_BASE: &str = "https://docs.rs/provender/latest/provender/rules/index.html#";

/// Editors show no more of one file than about as many, and sending tens of thousands at every keystroke would make typing slow.
pub(super) const MAX_SHOWN: usize = 1000;

/// Where the files of a workspace lie, and how the editor takes positions.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) root: &'a Path,
    pub(super) workspace: &'a Workspace,
    pub(super) client: &'a Client,
}

impl View<'_> {
    /// The diagnostics of one file to be shown: all, or the worst of very many and a word about the rest.
    pub(super) fn shown(&self, path: &RelPath, findings: &[&Finding]) -> Vec<Diagnostic> {
        let findings = &once_a_cause(findings)[..];
        if findings.len() <= MAX_SHOWN {
            return self.diagnostics(path, findings.iter().copied());
        }
        let mut worst: Vec<usize> = (0..findings.len()).collect();
        worst.sort_by_key(|&index| std::cmp::Reverse(findings[index].severity));
        worst.truncate(MAX_SHOWN);
        worst.sort_unstable();
        let mut shown = self.diagnostics(path, worst.into_iter().map(|index| findings[index]));
        shown.push(Diagnostic {
            severity: Some(DiagnosticSeverity::INFORMATION),
            source: Some(SOURCE.to_owned()),
            message: format!(
                "{} more findings in this file are not shown here; `provender check` lists them all",
                findings.len() - MAX_SHOWN
            ),
            ..Diagnostic::default()
        });
        shown
    }

    /// The diagnostics of findings of one file, in their order.
    pub(super) fn diagnostics<'f>(&self, path: &RelPath, findings: impl Iterator<Item = &'f Finding>) -> Vec<Diagnostic> {
        let document = self.workspace.get(path);
        let places = document.map(|document| Places::new(document, self.client.encoding));
        let at = |finding: &Finding| places.as_ref().map_or_else(Range::default, |places| places.range(finding.span));
        findings.map(|finding| self.diagnostic(finding, at(finding))).collect()
    }

    fn diagnostic(&self, finding: &Finding, range: Range) -> Diagnostic {
        let link = || Url::parse(&format!("{DOCS_BASE}{}", finding.rule.id)).ok();
        let message = match &finding.help {
            Some(help) => format!("{}\n{help}", finding.message),
            None => finding.message.clone(),
        };
        Diagnostic {
            range,
            severity: Some(severity(finding.severity)),
            code: Some(NumberOrString::String(finding.rule.id.to_owned())),
            code_description: self.client.links.then(link).flatten().map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message,
            related_information: self.client.related.then(|| self.related(finding)).filter(|related| !related.is_empty()),
            tags: (finding.deprecated && self.client.strikes).then(|| vec![DiagnosticTag::DEPRECATED]),
            data: None,
        }
    }

    fn related(&self, finding: &Finding) -> Vec<DiagnosticRelatedInformation> {
        let labels = finding.related.iter().filter_map(|label| {
            let document = self.workspace.get(&label.path)?;
            let range = Places::new(document, self.client.encoding).range(label.span);
            let location = Location { uri: self.url(&label.path)?, range };
            Some(DiagnosticRelatedInformation { location, message: label.message.clone() })
        });
        labels.collect()
    }

    /// The address of a file of the workspace.
    pub(super) fn url(&self, path: &RelPath) -> Option<Url> {
        Url::from_file_path(absolute(self.root, path)).ok()
    }
}

/// Where a file of the workspace lies.
pub(super) fn absolute(root: &Path, path: &RelPath) -> PathBuf {
    // Part by part, so that the separators are the system's.
    path.as_str().split('/').fold(root.to_path_buf(), |path, part| path.join(part))
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Info => DiagnosticSeverity::INFORMATION,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Error => DiagnosticSeverity::ERROR,
    }
}

/// The findings of one file without those that say of one edit what another says more exactly: while somebody types, nothing is staged yet, and a
/// dependency that the lockfile does not follow is told as that.
fn once_a_cause<'f>(findings: &[&'f Finding]) -> Vec<&'f Finding> {
    let lags = |finding: &Finding| {
        let meets = |other: &Finding| other.span.start < finding.span.end && finding.span.start < other.span.end;
        findings.iter().any(|other| other.rule.id == "lockfile-out-of-sync" && meets(other))
    };
    findings.iter().copied().filter(|finding| finding.rule.id != "unstaged-lockfile" || !lags(finding)).collect()
}
