//! `provender explain`: a rule's own documentation.

use provender_core::render::{self, Style};
use provender_core::rules;

use super::output::{self, Failure, Outcome};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The rule's id; every rule in a line each if none is named.
    rule: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let Some(id) = &args.rule else {
        let lines: String =
            rules::ALL.iter().map(|rule| format!("{:28} {:8} {}\n", rule.id, rule.severity.id(), rule.summary)).collect();
        output::print(&lines)?;
        return Ok(Outcome::Clean);
    };
    let rule = rules::by_id(id).ok_or_else(|| {
        Failure::new(format!("there is no rule `{id}`")).hint("`provender explain` without a rule lists them all")
    })?;
    output::print(&render::explain(rule, output::style() == Style::Ansi))?;
    Ok(Outcome::Clean)
}
