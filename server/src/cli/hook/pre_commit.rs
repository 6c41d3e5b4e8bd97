//! Before a commit: judges what is staged against `HEAD`. Only what is new blocks; the rest is one line.

use provender_core::analyze::analyze;
use provender_core::finding::Report;
use provender_core::fresh::keep_new;
use provender_core::policy::Hook;
use provender_core::render::Sources;
use provender_core::workspace::Workspace;
use provender_hooks::{CommitKind, Refusal, Repository};

use super::super::Format;
use super::super::output::{self, Failure, Outcome};
use super::super::target::today;
use crate::git::{Reader, may_matter};

pub(super) fn run(kind: CommitKind) -> Result<Outcome, Failure> {
    let repository = Repository::discover(&std::env::current_dir()?)?.with_lazy_fetch();
    let staged = repository.staged_for(kind, may_matter)?;
    let mut reader = Reader::new(&repository, output::person());
    let (changed, refused) = (staged.changes.iter(), staged.refusals.iter());
    let paths = reader.mattering(changed.map(|change| change.path.as_str()), &staged.base, &staged.after)?;
    let refused = reader.mattering(refused.map(|refusal| refusal.path.as_str()), &staged.base, &staged.after)?;
    let refused = refuse(&staged.refusals, &refused);
    if paths.is_empty() {
        return Ok(refused.into());
    }
    let mut workspace = reader.around(&paths, &staged.base, &staged.after)?;
    workspace.facts.today = Some(today());
    let mut report = analyze(&workspace);
    let old = keep_new(&workspace, &mut report).len();
    let threshold = workspace.policy().hook_threshold(Hook::Commit);
    let mild = split(&mut report, |severity| severity < threshold);
    let blocks = !report.findings.is_empty() || refused;
    if blocks {
        show(&workspace, &report)?;
        output::note("provender: the commit is blocked");
    }
    tell_rest(mild, old);
    Ok(blocks.into())
}

/// Takes out of a report what is mild; gives how much that was.
pub(super) fn split(report: &mut Report, is_mild: impl Fn(provender_core::finding::Severity) -> bool) -> usize {
    let before = report.findings.len();
    report.findings.retain(|finding| !is_mild(finding.severity));
    before - report.findings.len()
}

/// Says what cannot be judged of what matters. Gives whether there was any.
pub(super) fn refuse(refusals: &[Refusal], mattering: &[&str]) -> bool {
    for refusal in refusals.iter().filter(|refusal| mattering.contains(&refusal.path.as_str())) {
        output::note(&format!("provender: {refusal}"));
        output::note(&format!("  {}", refusal.reason.hint()));
    }
    !mattering.is_empty()
}

/// Hooks speak on standard error: standard output belongs to git.
pub(super) fn show(workspace: &Workspace, report: &Report) -> Result<(), Failure> {
    output::note(output::written(report, &Sources::of(workspace), Format::Text, false).trim_end());
    Ok(())
}

fn tell_rest(mild: usize, old: usize) {
    let mut words = Vec::new();
    if mild > 0 {
        words.push(format!("{mild} milder new findings"));
    }
    if old > 0 {
        words.push(format!("{old} that were there before"));
    }
    if !words.is_empty() {
        output::note(&format!("provender: {} (`provender check` shows them)", words.join(", ")));
    }
}
