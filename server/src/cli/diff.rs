//! `provender diff`: the dependency change, package by package, of the whole repository as with git's own.

use std::sync::Arc;

use provender_core::analyze::analyze;
use provender_core::render::diff::Difference;

use super::output::{self, Failure, Outcome};
use super::target::{Target, today};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The state before.
    #[arg(default_value = "HEAD")]
    base: String,
    /// The state after; the files on disk if none is named.
    head: Option<String>,
    /// The format of the change.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    format: DiffFormat,
}

/// How a change is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum DiffFormat {
    /// For people, on a terminal.
    Text,
    /// For a pull request.
    Markdown,
    /// The stable JSON of the contract.
    Json,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let target = Target::whole()?;
    let user = output::person();
    let mut workspace = match &args.head {
        Some(head) => target.revision(head, &user)?,
        None => target.load(),
    };
    workspace.base = Some(Arc::new(target.revision(&args.base, &user)?));
    workspace.facts.today = Some(today());
    let report = analyze(&workspace);
    let difference = Difference::new(&workspace, &report, &args.base, args.head.as_deref().unwrap_or("the files on disk"));
    let text = match args.format {
        DiffFormat::Text => difference.text(),
        DiffFormat::Markdown => difference.markdown(),
        DiffFormat::Json => difference.json(),
    };
    output::print(&text)?;
    Ok(Outcome::Clean)
}
