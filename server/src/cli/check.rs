//! `provender check`: every rule over a tree.

use std::path::PathBuf;
use std::sync::Arc;

use provender_core::facts::Asking;
use provender_core::finding::Severity;
use provender_core::fresh::keep_new;

use super::output::{self, Failure, Outcome};
use super::target::Target;
use super::{Format, verify};
use crate::online::Effort;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files or folders; the current folder if none is named.
    paths: Vec<PathBuf>,
    /// Compare with a revision, and judge the change as well.
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Show only what is new since the base (`HEAD` if none is named).
    #[arg(long)]
    new: bool,
    /// Ask the registries too: what they record of every package, or with a base of every package that changed.
    #[arg(long)]
    online: bool,
    /// The format of the report.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// From which severity on findings make the command fail.
    #[arg(long, value_name = "SEVERITY", default_value = "error", value_parser = severity)]
    fail_on: Severity,
    /// Show every finding, however many a rule has in a file.
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let target = Target::new(&args.paths)?;
    let mut workspace = target.load();
    let base = args.base.clone().or(args.new.then(|| "HEAD".to_owned()));
    if let Some(base) = &base {
        workspace.base = Some(Arc::new(target.revision(base, &workspace.user)?));
    }
    if args.online {
        workspace.facts.asking = if base.is_some() { Asking::Changed } else { Asking::Everything };
        verify::ask(&mut workspace, Effort::recorded(), &|document| target.wants(document))?;
    }
    let mut report = target.analyze(&workspace);
    if args.online {
        report = verify::answered(report)?;
    }
    if args.new {
        keep_new(&workspace, &mut report);
    }
    if report.files == 0 && workspace.unreadable.is_empty() {
        output::note(&format!("no known file below {}: nothing was looked at", target.folder.display()));
    }
    output::print(&output::report(&target, &workspace, &report, args.format, args.all))?;
    Ok(report.blocks(args.fail_on).into())
}

pub(crate) fn severity(word: &str) -> Result<Severity, String> {
    let all = [Severity::Info, Severity::Warning, Severity::Error];
    all.into_iter().find(|severity| severity.id() == word).ok_or_else(|| "one of info, warning, error".to_owned())
}
