//! `provender verify`: every locked artifact against the registry, and its bytes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use provender_core::analyze::{analyze_only, questions};
use provender_core::document::Document;
use provender_core::facts::{Asking, Depth, Outcome as Verdict, Unanswered};
use provender_core::finding::{Finding, Report, Severity};
use provender_core::rule::Needs;
use provender_core::summary::Summary;
use provender_core::workspace::Workspace;
use provender_registry::Event;

use super::output::{self, Failure, Outcome};
use super::target::Target;
use super::{Format, check};
use crate::online::{self, Effort};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Lockfiles or folders; the current folder if none is named.
    paths: Vec<PathBuf>,
    /// Only what came or changed since a revision.
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// How far to go.
    #[arg(long, value_enum, default_value_t = DepthChoice::Verified)]
    depth: DepthChoice,
    /// Hash every file of a release (Python's wheels for other platforms), and not only the one that this platform would install.
    #[arg(long)]
    all_files: bool,
    /// Look at everything anew: no verdict of an earlier run counts, and none is remembered.
    #[arg(long)]
    no_cache: bool,
    /// The format of the findings.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// From which severity on findings make the command fail.
    #[arg(long, value_name = "SEVERITY", default_value = "error", value_parser = check::severity)]
    fail_on: Severity,
    /// Show every finding, however many a rule has in a file.
    #[arg(long)]
    all: bool,
}

/// How far a verification goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DepthChoice {
    /// Compare digest and address with what the registry publishes.
    Recorded,
    /// Fetch and hash the bytes as well.
    Verified,
}

impl From<DepthChoice> for Depth {
    fn from(choice: DepthChoice) -> Depth {
        match choice {
            DepthChoice::Recorded => Depth::Recorded,
            DepthChoice::Verified => Depth::Verified,
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let target = Target::new(&args.paths)?;
    let mut workspace = target.load();
    if let Some(since) = &args.since {
        workspace.base = Some(Arc::new(target.revision(since, &workspace.user)?));
    }
    workspace.facts.asking = if args.since.is_some() { Asking::Changed } else { Asking::Everything };
    let wanted = |document: &Document| target.wants(document) && document.lockfile().is_some();
    if !workspace.documents().any(|document| wanted(document)) {
        return Err(Failure::new(format!("no lockfile below {}: nothing was looked at", target.folder.display()))
            .hint("name a lockfile, or let your package manager write one"));
    }
    let effort = Effort { depth: args.depth.into(), remember: !args.no_cache, all_files: args.all_files };
    ask(&mut workspace, effort, &wanted)?;
    let report = answered(analyze_only(&workspace, wanted))?;
    let report = answers(report);
    output::print(&output::report(&target, &workspace, &report, args.format, args.all))?;
    let summary = Summary::of(&workspace, wanted);
    output::note(&summary.to_string());
    if summary.is_empty() && args.since.is_none() {
        return Err(Failure::new("nothing was looked at: the lockfile records no package"));
    }
    Ok(report.blocks(args.fail_on).into())
}

/// The rules whose findings mean that the lockfile may hold more, or other, packages than were looked at.
const UNSURE: [&str; 5] = ["internal-error", "unreadable-file", "unknown-lockfile-version", "duplicate-key", "ambiguous-text"];

/// What the registry's answers show, and what kept the lockfile from being looked at whole; the rest is `check`'s.
fn answers(report: Report) -> Report {
    let ours =
        |finding: &Finding| finding.rule.needs == Needs::Registry || UNSURE.contains(&finding.rule.id) || is_withdrawn(finding);
    Report { findings: report.findings.into_iter().filter(ours).collect(), ..report }
}

/// What the registry says of a version that it withdrew; of the rule's findings, the lockfile's own are less.
fn is_withdrawn(finding: &Finding) -> bool {
    finding.rule.id == "deprecated-package" && finding.severity == Severity::Warning
}

/// Asks what the rules would like to know about the wanted documents, with progress for whoever watches.
pub(crate) fn ask(workspace: &mut Workspace, effort: Effort, wanted: &dyn Fn(&Document) -> bool) -> Result<(), Failure> {
    ask_these(workspace, &questions(workspace, wanted), effort)
}

/// Asks these questions, with progress for whoever watches.
pub(crate) fn ask_these(workspace: &mut Workspace, questions: &Unanswered, effort: Effort) -> Result<(), Failure> {
    if questions.is_empty() {
        return Ok(());
    }
    let progress = Progress::new();
    let (user, facts) = (workspace.user.clone(), &mut workspace.facts);
    let asked = online::answer_now(&user, facts, questions, effort, |event| progress.on(event));
    progress.finish();
    asked.map_err(|error| Failure::new(error.to_string()).hint("nothing was asked, so nothing is known"))
}

/// A report that no question is left open in: what was not answered must not pass for clean.
pub(crate) fn answered(report: Report) -> Result<Report, Failure> {
    match report.unanswered.len() {
        0 => Ok(report),
        open => Err(unanswered(open)),
    }
}

pub(crate) fn unanswered(open: usize) -> Failure {
    Failure::new(format!("{open} questions to the registry were left without an answer")).hint("try again")
}

/// A bar on a terminal, nothing elsewhere.
pub(crate) struct Progress {
    bar: ProgressBar,
    counts: Mutex<BTreeMap<&'static str, u64>>,
}

impl Progress {
    pub(crate) fn new() -> Progress {
        let target = if output::is_watched() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style =
            ProgressStyle::with_template("{bar:30} {pos}/{len} packages, {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress { bar, counts: Mutex::default() }
    }

    pub(crate) fn on(&self, event: Event<'_>) {
        match event {
            Event::Planned(count) => self.bar.set_length(count as u64),
            Event::Finished { verdict, .. } => {
                let word = match verdict.outcome {
                    Verdict::Verified => "verified",
                    Verdict::Recorded => "recorded",
                    Verdict::Mismatched(_) => "mismatched",
                    Verdict::Unverifiable(_) => "unverifiable",
                };
                if let Ok(mut counts) = self.counts.lock() {
                    *counts.entry(word).or_default() += 1;
                    let words: Vec<_> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
                    self.bar.set_message(words.join(", "));
                }
                self.bar.inc(1);
            }
            _ => {}
        }
    }

    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
