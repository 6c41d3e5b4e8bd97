//! The one path from a workspace to a report.
//!
//! Every check of every rule runs over every item it is meant for; a panic in one of them becomes a finding of its own and spares the
//! rest. The policy is applied here and nowhere else: severities, exceptions, and exceptions that match nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::change::{Change, changes};
use crate::document::Document;
use crate::facts::Unanswered;
use crate::finding::{Finding, Report};
use crate::policy::Policy;
use crate::project::{Project, projects};
use crate::rule::{Check, Cx, Needs, Rule};
use crate::rules;
use crate::workspace::Workspace;

/// Runs every rule over a workspace.
#[must_use]
pub fn analyze(workspace: &Workspace) -> Report {
    let mut report = analyze_only(workspace, |_| true);
    rules::report_stale_exceptions(workspace, &mut report);
    report
}

/// What the rules would like to know of the registry about the wanted documents, without judging anything else.
#[must_use]
pub fn questions(workspace: &Workspace, wanted: impl Fn(&Document) -> bool) -> Unanswered {
    run(workspace, &workspace.policy(), wanted, |rule| rule.needs == Needs::Registry).unanswered
}

/// Runs the rules over those documents of a workspace that `wanted` names (checks of whole projects run if it names the project's
/// own document). What is not wanted still informs what is.
#[must_use]
pub fn analyze_only(workspace: &Workspace, wanted: impl Fn(&Document) -> bool) -> Report {
    let policy = workspace.policy();
    let run = run(workspace, &policy, wanted, |_| true);
    let Run { mut findings, unanswered, .. } = run;
    findings.extend(rules::unreadable(workspace));
    let mut report = rules::apply_policy(workspace, &policy, findings);
    report.unanswered = unanswered;
    let secrets = |document: &Arc<Document>| {
        rules::secrets(document).into_iter().map(|span| (document.path.clone(), span)).collect::<Vec<_>>()
    };
    report.secrets = workspace.documents().flat_map(secrets).collect();
    report
}

/// Runs the chosen rules over the wanted documents.
fn run<'a>(
    workspace: &'a Workspace,
    policy: &'a Policy,
    wanted: impl Fn(&Document) -> bool,
    chosen: impl Fn(&Rule) -> bool,
) -> Run<'a> {
    let active = rules::ALL.iter().copied().filter(|rule| chosen(rule) && !policy.is_off(rule.id)).collect();
    let projects = projects(workspace);
    let whole =
        projects.iter().any(|project| !project.lockfiles.is_empty() && project.own_document().is_some_and(|own| wanted(own)));
    let digests = if whole { rules::Digests::of(workspace) } else { rules::Digests::default() };
    let mut run = Run { workspace, policy, active, digests, findings: Vec::new(), unanswered: Unanswered::new() };
    for project in projects {
        for document in project.documents().filter(|document| wanted(document)) {
            run.document(&project, document);
        }
        if let Some(document) = project.own_document().filter(|document| wanted(document)) {
            run.each(&project, document, |check, cx| {
                if let Check::Project(check) = check {
                    check(&project, cx);
                }
            });
        }
    }
    run
}

struct Run<'a> {
    workspace: &'a Workspace,
    policy: &'a Policy,
    active: Vec<&'static Rule>,
    digests: rules::Digests<'a>,
    findings: Vec<Finding>,
    unanswered: Unanswered,
}

impl Run<'_> {
    /// Runs every check of every rule, with a context for `document`.
    fn each(&mut self, project: &Project<'_>, document: &Arc<Document>, run: impl Fn(Check, &mut Cx<'_>)) {
        for rule in self.active.iter().copied() {
            for check in rule.checks {
                let (before, workspace, policy, digests) = (self.findings.len(), self.workspace, self.policy, &self.digests);
                let (findings, unanswered) = (&mut self.findings, &mut self.unanswered);
                let mut cx = Cx { workspace, document, project, policy, digests, rule, findings, unanswered };
                if catch_unwind(AssertUnwindSafe(|| run(*check, &mut cx))).is_err() {
                    self.findings.truncate(before);
                    self.findings.push(rules::internal_error(document, rule));
                }
            }
        }
    }

    fn document(&mut self, project: &Project<'_>, document: &Arc<Document>) {
        let before = self.findings.len();
        self.each(project, document, |check, cx| on_document(check, document, cx));
        if document.manifest().is_some() && document.lockfile().is_some() {
            // One line of such a file is a dependency and an entry: what is said of both is said once.
            let mut seen = FxHashSet::default();
            let own = self.findings.split_off(before);
            self.findings.extend(own.into_iter().filter(|found| seen.insert((found.rule.id, found.span, found.message.clone()))));
        }
        let Some(base) = self.workspace.base.as_deref() else { return };
        let former = base.get(&document.path).map(Arc::as_ref);
        if former.is_some_and(|former| former.text == document.text) {
            return;
        }
        let changed = if document.lockfile().is_some() { changes(former, Some(document)) } else { Vec::new() };
        self.each(project, document, |check, cx| on_change(check, former, document, &changed, cx));
    }
}

fn on_document(check: Check, document: &Document, cx: &mut Cx<'_>) {
    match check {
        Check::Document(check) => check(document, cx),
        Check::Manifest(check) => document.manifest().into_iter().for_each(|manifest| check(manifest, cx)),
        Check::Dependency(check) => {
            let dependencies = document.manifest().map_or(&[][..], |manifest| &manifest.dependencies);
            dependencies.iter().for_each(|dependency| check(dependency, cx));
        }
        Check::Lockfile(check) => document.lockfile().into_iter().for_each(|lockfile| check(lockfile, cx)),
        Check::Package(check) => {
            let packages = document.lockfile().map_or(&[][..], |lockfile| &lockfile.packages);
            packages.iter().for_each(|package| check(package, cx));
        }
        Check::Settings(check) => {
            let settings = document.settings().filter(|_| cx.project.reads(document));
            settings.into_iter().for_each(|settings| check(settings, cx));
        }
        Check::Project(_) | Check::Change(_) | Check::Changed(_) => {}
    }
}

fn on_change(check: Check, former: Option<&Document>, document: &Document, changed: &[Change<'_>], cx: &mut Cx<'_>) {
    match check {
        Check::Change(check) => changed.iter().for_each(|change| check(change, cx)),
        Check::Changed(check) => check(former, document, cx),
        _ => {}
    }
}
