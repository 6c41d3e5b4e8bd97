//! The project's own chores, as `cargo xtask …`.
//!
//! Whatever a person reads twice is rendered here from the crates themselves (`codegen`), never scraped from their sources. Each chore
//! is a file of its own.

#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a chore talks to the terminal it was started from")]

#[cfg(unix)]
mod bench;
mod codegen;
mod dist;
mod fuzz;
mod generate;
mod new_rule;
mod place;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What a chore ends with: an error is a line for the person who started it.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's own chores")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Renders what is generated: tables of the README, docs/
    Codegen {
        /// Writes nothing; shows what is stale, and fails if anything is
        #[arg(long)]
        check: bool,
    },
    /// Runs every test; the last line counts them
    Test(test::Options),
    /// Fuzzes every reader and edit for a while
    Fuzz(fuzz::Options),
    /// Starts a new rule from a template
    NewRule {
        /// The id, which names the problem, such as `mutable-source`
        id: String,
    },
    /// Writes the manual pages, one a command, into a folder
    Man {
        /// The folder
        folder: PathBuf,
    },
    /// Writes the completions of every shell into a folder
    Completions {
        /// The folder
        folder: PathBuf,
    },
    /// Builds what people install, for the platform at hand
    Dist(dist::Options),
    /// Measures; prints figures beside yardsticks of the same run
    #[cfg(unix)]
    Bench(bench::Options),
    /// Tells the highest memory of a process (a part of `bench`)
    #[cfg(unix)]
    #[command(hide = true)]
    Peak(bench::PeakOptions),
    /// Fetches and hashes what a lockfile names (a part of `bench`)
    #[cfg(unix)]
    #[command(hide = true)]
    Download(bench::DownloadOptions),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().chore {
        Chore::Codegen { check } => codegen::run(check),
        Chore::Test(options) => test::run(&options),
        Chore::Fuzz(options) => fuzz::run(&options),
        Chore::Dist(options) => dist::run(&options),
        Chore::NewRule { id } => new_rule::run(&id),
        Chore::Man { folder } => generate::manual(&folder),
        Chore::Completions { folder } => generate::completions(&folder),
        #[cfg(unix)]
        Chore::Bench(options) => bench::run(&options),
        #[cfg(unix)]
        Chore::Peak(options) => bench::peak(&options),
        #[cfg(unix)]
        Chore::Download(options) => bench::download(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
