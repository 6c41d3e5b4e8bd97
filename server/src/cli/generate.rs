//! Completions and the manual page, rendered from the definitions.

use clap_complete::Shell;

use super::output::{self, Failure, Outcome};

#[derive(Debug, clap::Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

pub(crate) fn completions(args: &CompletionsArgs) -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "provender", &mut text);
    output::print(&String::from_utf8_lossy(&text))?;
    Ok(Outcome::Clean)
}

pub(crate) fn man() -> Result<Outcome, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(super::command()).render(&mut text)?;
    output::print(&String::from_utf8_lossy(&text))?;
    Ok(Outcome::Clean)
}
