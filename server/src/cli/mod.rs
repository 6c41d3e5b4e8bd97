//! The command line: one table of definitions, from which help, completions and man pages are rendered; one file a command.

mod check;
mod diff;
mod explain;
mod fix;
mod generate;
mod hook;
mod mending;
mod output;
mod packages;
mod shown;
mod target;
mod verify;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};

pub use output::Failure;
pub(crate) use output::Outcome;

/// Guards a repository's dependencies in the editor, at the commit and before the push.
#[derive(Debug, Parser)]
#[command(name = "provender", version, max_term_width = 100, disable_help_subcommand = true)]
struct Cli {
    /// Whether to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
    #[command(subcommand)]
    command: Command,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge every known file of a tree, or the given files.
    Check(check::Args),
    /// Apply fixes.
    Fix(fix::Args),
    /// Fetch every locked artifact, hash it, and compare it with the lockfile and the registry.
    Verify(verify::Args),
    /// Show a dependency change, package by package.
    Diff(diff::Args),
    /// List the packages that a lockfile records.
    Packages(packages::Args),
    /// Say why a rule exists, with a bad and a good example, and what to do.
    Explain(explain::Args),
    /// Install, remove, show or run git hooks.
    Hook(hook::Args),
    /// Run the language server over standard input and output.
    Lsp(LspArgs),
    /// Print a shell's completions.
    Completions(generate::CompletionsArgs),
    /// Print the manual page.
    Man,
}

#[derive(Debug, clap::Args)]
struct LspArgs {
    /// Taken and ignored: many clients add it.
    #[arg(long, hide = true)]
    stdio: bool,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: the source line with the place underlined.
    Text,
    /// One line a finding.
    Concise,
    /// The stable JSON of the contract.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// GitHub workflow commands.
    Github,
}

/// The definitions, to render help, completions and man pages from.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program. The exit code is the contract's: 0 clean, 1 findings, 2 the work could not be done.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // Nothing to be done if even the help cannot be written.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    output::choose_colour(cli.color);
    let ended = catch_unwind(AssertUnwindSafe(|| run(cli.command))).unwrap_or_else(|_| {
        Err(Failure::new("a fault of Provender's own; what it says above belongs into a report of it")
            .hint("nothing is known about the files"))
    });
    match ended {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(failure) => {
            output::complain(&failure);
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Fix(args) => fix::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Packages(args) => packages::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Hook(args) => hook::run(&args),
        Command::Lsp(_) => crate::lsp::run(),
        Command::Completions(args) => generate::completions(&args),
        Command::Man => generate::man(),
    }
}
