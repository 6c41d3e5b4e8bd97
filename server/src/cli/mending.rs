//! Which fixes a command makes, and what it takes to make them.

use std::collections::BTreeSet;

use provender_core::facts::{Depth, Question, Unanswered};
use provender_core::finding::{Applicability, Finding, Fix};
use provender_core::path::RelPath;
use provender_core::render::visible;
use provender_core::repair::repair_with;
use provender_core::workspace::Workspace;

use super::output::{self, Failure, Outcome};
use super::shown::Shown;
use super::target::Target;
use super::verify;
use crate::online::{Effort, why_not};

/// Which fixes are to be made.
pub(crate) struct Mending<'m> {
    /// Where.
    pub(crate) target: &'m Target,
    /// Of this rule alone.
    pub(crate) rule: Option<&'m str>,
    /// Those that may be applied unseen, or the others too.
    pub(crate) applicability: Applicability,
}

/// What could not be mended from what is on disk.
pub(crate) enum Left {
    /// No registry was asked: so many findings wait for an answer.
    Waiting(usize),
    /// It was asked, and no fix came of it.
    Stuck(Vec<Stuck>),
}

/// A finding that the answers brought no fix for.
pub(crate) struct Stuck {
    path: RelPath,
    line: usize,
    rule: &'static str,
    why: String,
}

impl Mending<'_> {
    /// Makes what fixes there are without asking.
    pub(crate) fn offline(&self, workspace: &mut Workspace) -> Left {
        Left::Waiting(self.mend(workspace).iter().filter(|finding| self.waits(finding)).count())
    }

    /// Makes what fixes there are, asks what others depend on, makes those, and so on to the end.
    ///
    /// # Errors
    /// Where nothing can be asked at all.
    pub(crate) fn online(&self, workspace: &mut Workspace) -> Result<Left, Failure> {
        let (mut asked, mut waited) = (Unanswered::new(), Vec::new());
        loop {
            let left = self.mend(workspace);
            let waiting: Vec<&Finding> = left.iter().filter(|finding| self.waits(finding)).collect();
            // What was asked once, and left without an answer or a fix, would be so again.
            let is_new = |question: &&Question| !asked.contains(*question);
            let new: Unanswered = waiting.iter().flat_map(|finding| questions(finding)).filter(is_new).cloned().collect();
            if new.is_empty() {
                return Ok(Left::Stuck(stuck(workspace, &left, &waited)));
            }
            let is_asked_about = |finding: &&&Finding| questions(finding).iter().any(|question| new.contains(question));
            waited.extend(waiting.iter().filter(is_asked_about).map(|finding| (*finding).clone()));
            verify::ask_these(workspace, &new, Effort::to(Depth::Verified))?;
            asked.extend(new);
        }
    }

    /// What a person has to do about lockfiles that were true to their manifests before, and are not any more.
    pub(crate) fn next(&self, before: &Workspace, after: &Workspace) -> BTreeSet<String> {
        let lags = |workspace: &Workspace| {
            let findings = self.target.analyze(workspace).findings.into_iter();
            findings.filter(|finding| finding.rule.id == "lockfile-out-of-sync").collect::<Vec<_>>()
        };
        let former = lags(before);
        let new = lags(after).into_iter().filter(|finding| !former.iter().any(|former| is_same(former, finding)));
        new.filter_map(|finding| finding.help).collect()
    }

    /// Makes what fixes there are; what is found then.
    fn mend(&self, workspace: &mut Workspace) -> Vec<Finding> {
        for (path, text) in repair_with(workspace, |finding, fix| self.wants(finding, fix)) {
            workspace.set(path, text.into_bytes());
        }
        self.target.analyze(workspace).findings
    }

    /// A fix that reaches beyond what was named is not made by half.
    fn wants(&self, finding: &Finding, fix: &Fix) -> bool {
        self.is_chosen(finding) && fix.applicability >= self.applicability && fix.edits.keys().all(|path| self.target.covers(path))
    }

    /// Whether a fix of the wanted kind may come of asking.
    fn waits(&self, finding: &Finding) -> bool {
        let may_come = finding.pending.as_ref().is_some_and(|pending| pending.applicability >= self.applicability);
        may_come && self.is_chosen(finding) && self.target.covers(&finding.path)
    }

    fn is_chosen(&self, finding: &Finding) -> bool {
        self.rule.is_none_or(|rule| finding.rule.id == rule)
    }
}

/// Whether two findings of different moments are one: fixes of others may have moved it.
fn is_same(one: &Finding, other: &Finding) -> bool {
    (one.rule.id, &one.path, &one.message) == (other.rule.id, &other.path, &other.message)
}

/// What has to be asked before a finding can be mended.
fn questions(finding: &Finding) -> &[Question] {
    finding.pending.as_ref().map_or(&[], |pending| &pending.questions)
}

/// What waited for an answer, and is found still.
fn stuck(workspace: &Workspace, left: &[Finding], waited: &[Finding]) -> Vec<Stuck> {
    let of = |former: &Finding| {
        let finding = left.iter().find(|finding| is_same(finding, former))?;
        let line = workspace.get(&finding.path).map_or(0, |document| document.position(finding.span.start).line);
        let why = why_not(questions(former), &workspace.facts);
        Some(Stuck { path: finding.path.clone(), line, rule: finding.rule.id, why })
    };
    waited.iter().filter_map(of).collect()
}

impl Left {
    /// Says what is left.
    ///
    /// # Errors
    /// Where the registry was asked and not everything could be mended: that is no success.
    pub(crate) fn told(self, shown: &Shown) -> Result<Outcome, Failure> {
        match self {
            Left::Waiting(0) => Ok(Outcome::Clean),
            Left::Waiting(count) => {
                let what = if count == 1 { "fix has" } else { "fixes have" };
                output::note(&format!("{count} {what} to ask a registry first: `provender fix --online`"));
                Ok(Outcome::Clean)
            }
            Left::Stuck(stuck) if stuck.is_empty() => Ok(Outcome::Clean),
            Left::Stuck(stuck) => {
                for Stuck { path, line, rule, why } in &stuck {
                    output::note(&format!("left as it is: {}:{line}: {rule} ({})", shown.path(path), visible(why)));
                }
                let what = if stuck.len() == 1 { "1 finding".to_owned() } else { format!("{} findings", stuck.len()) };
                Err(Failure::new(format!("{what} could not be mended")).hint("what else there was to mend is mended"))
            }
        }
    }
}
