//! Before a push: every ref, commit by commit, and the bytes of every package that is new.

use std::io::Read as _;
use std::sync::Arc;

use provender_core::analyze::{analyze, questions};
use provender_core::document::Document;
use provender_core::facts::{Asking, Facts, Unanswered};
use provender_core::finding::{Finding, Report};
use provender_core::fresh::keep_new;
use provender_core::policy::Hook;
use provender_core::rule::Needs;
use provender_core::summary::Tally;
use provender_core::workspace::Workspace;
use provender_hooks::{PushPlan, PushedCommit, Repository};

use super::super::output::{self, Failure, Outcome};
use super::super::target::today;
use super::super::verify::{Progress, unanswered};
use super::pre_commit::{refuse, show};
use crate::git::{Reader, may_matter};
use crate::online::{self, Effort};

pub(super) fn run(arguments: &[String]) -> Result<Outcome, Failure> {
    let repository = Repository::discover(&std::env::current_dir()?)?.with_lazy_fetch();
    let plan = plan(&repository, arguments)?;
    plan.notes.iter().for_each(|note| output::note(&format!("provender: {note}")));
    let user = output::person();
    let mut reader = Reader::new(&repository, user.clone());
    let mut commits = Vec::new();
    let mut held = Held::No;
    for commit in &plan.commits {
        let (changed, refused) = (commit.changes.iter(), commit.refusals.iter());
        let changed = reader.mattering(changed.map(|change| change.path.as_str()), &commit.before, &commit.after)?;
        let refused = reader.mattering(refused.map(|refusal| refusal.path.as_str()), &commit.before, &commit.after)?;
        let is_refused = refuse(&commit.refusals, &refused);
        held = held.max(if is_refused { Held::Found } else { Held::No });
        if is_refused || !changed.is_empty() {
            commits.push(Judged::new(commit, changed, &mut reader)?);
        }
    }
    let mut facts = Facts { today: Some(today()), asking: Asking::Changed, ..Facts::default() };
    ask(&mut facts, &commits, &user)?;
    let mut tally = Tally::default();
    for commit in &mut commits {
        commit.workspace.facts = facts.clone();
        held = held.max(commit.judge()?);
        tally.add(&commit.workspace, |document| commit.is_changed(document));
    }
    if !commits.is_empty() {
        output::note(&format!(
            "provender: {} of {} new commits change dependencies; {}",
            commits.len(),
            plan.looked_at,
            tally.summary()
        ));
    }
    match held {
        Held::No => {}
        Held::Found => output::note("provender: the push is blocked"),
        Held::Unverified => output::note(
            "provender: the push is blocked, since not all of it could be verified\n  to go on without this check: PROVENDER=0 git push",
        ),
    }
    Ok((held > Held::No).into())
}

/// What holds a push up, the worse last. Who waits for a registry that does not answer may go on; with what was found, nobody is told how to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Held {
    No,
    /// Nothing bad is known, but not everything that is to be known.
    Unverified,
    Found,
}

/// git's own arguments and standard input tell of every ref, so they come first; a framework's environment tells of one, and could be set by
/// anybody.
fn plan<'r>(repository: &'r Repository, arguments: &[String]) -> Result<PushPlan<'r>, Failure> {
    let [remote, address, ..] = arguments else {
        return repository.push_plan_from_framework_env(may_matter)?.ok_or_else(|| {
            Failure::new("git hands a pre-push hook the remote's name and address; they are missing")
                .hint("call it as git does: provender hook run pre-push NAME ADDRESS < refs")
        });
    };
    let mut lines = String::new();
    std::io::stdin()
        .read_to_string(&mut lines)
        .map_err(|error| Failure::new(format!("git's list of refs cannot be read: {error}")))?;
    Ok(repository.push_plan(remote, address, &lines, may_matter)?)
}

/// A pushed commit with the files that it takes to judge it.
struct Judged<'p> {
    commit: &'p PushedCommit<'p>,
    paths: Vec<&'p str>,
    workspace: Workspace,
}

impl<'p> Judged<'p> {
    fn new(commit: &'p PushedCommit<'p>, paths: Vec<&'p str>, reader: &mut Reader<'_>) -> Result<Judged<'p>, Failure> {
        let mut workspace = reader.around(&paths, &commit.before, &commit.after)?;
        workspace.facts = Facts { today: Some(today()), asking: Asking::Changed, ..Facts::default() };
        Ok(Judged { commit, paths, workspace })
    }

    fn is_changed(&self, document: &Document) -> bool {
        self.paths.iter().any(|path| document.path.as_str() == *path)
    }

    /// What the rules would like to know about this commit's packages.
    fn questions(&self) -> Unanswered {
        questions(&self.workspace, |document| self.is_changed(document))
    }

    /// Shows what blocks.
    fn judge(&self) -> Result<Held, Failure> {
        if let open @ 1.. = self.questions().len() {
            return Err(unanswered(open));
        }
        let mut report = analyze(&self.workspace);
        let online: Vec<Finding> = take(&mut report, |finding| finding.rule.needs == Needs::Registry);
        // What the registry's answers show of a package that this commit brings is new with it, whatever else was there before.
        keep_new(&self.workspace, &mut report);
        report.findings.extend(online);
        let threshold = self.workspace.policy().hook_threshold(Hook::Push);
        report.findings.retain(|finding| finding.severity >= threshold);
        if report.findings.is_empty() {
            return Ok(Held::No);
        }
        output::note(&format!(
            "provender: in commit {} ({})",
            self.commit.short_id(),
            provender_core::render::visible(&self.commit.summary)
        ));
        show(&self.workspace, &report)?;
        let unverified = |finding: &Finding| finding.rule.id == "unverified-package";
        Ok(if report.findings.iter().all(unverified) { Held::Unverified } else { Held::Found })
    }
}

fn take(report: &mut Report, wanted: impl Fn(&Finding) -> bool) -> Vec<Finding> {
    let (taken, left) = std::mem::take(&mut report.findings).into_iter().partition(|finding| wanted(finding));
    report.findings = left;
    taken
}

/// Asks about every new package of every commit at once.
fn ask(facts: &mut Facts, commits: &[Judged<'_>], user: &Arc<provender_core::workspace::User>) -> Result<(), Failure> {
    let questions: Unanswered = commits.iter().flat_map(Judged::questions).collect();
    if questions.is_empty() {
        return Ok(());
    }
    // Different commits may have different policies; the deepest wish of any of them holds for all.
    let depth =
        commits.iter().map(|commit| commit.workspace.policy().depth).max().unwrap_or(provender_core::facts::Depth::Verified);
    let progress = Progress::new();
    let asked = online::answer_now(user, facts, &questions, Effort::to(depth), |event| progress.on(event));
    progress.finish();
    asked.map_err(|error| Failure::new(error.to_string()).hint("nothing was asked, so nothing is known about the new packages"))
}
