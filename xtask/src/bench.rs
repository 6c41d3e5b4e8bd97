//! What speed costs and brings, measured: every figure beside a yardstick of the same run, so that a slow machine slows both.
//!
//! Nothing here passes or fails by the clock. Subjects are run in turn, round by round; a table shows medians and minima of wall time,
//! and the CPU time of the process with all of its children, which a busy machine disturbs least. Each benchmark is a file of its own.
//!
//! The figures are of release builds: `cargo xtask bench` builds them and hands over to its own release build.

mod big_repository;
mod check;
mod commit;
mod download;
mod formats;
mod keystroke;
mod lockfile;
mod lsp_client;
mod measure;
mod npm;
mod peak;
mod peers;
mod push;
mod surroundings;
mod table;
mod verify;

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use download::{Options as DownloadOptions, run as download};
pub(crate) use peak::{Options as PeakOptions, run as peak};

use crate::{Outcome, place};

/// How to measure.
#[derive(Clone, clap::Args)]
pub(crate) struct Options {
    /// Only the benchmarks of these names
    #[arg(long, value_name = "NAME", value_parser = clap::builder::PossibleValuesParser::new(ALL.iter().map(|(name, _)| *name)))]
    only: Vec<String>,
    /// Fewer rounds and smaller subjects: a look, not a figure
    #[arg(long)]
    quick: bool,
    /// Also lockfiles that npm makes of well-known packages (asks the npm registry; slow the first time)
    #[arg(long)]
    real: bool,
    /// Measure this binary instead of building one
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// Set by the build that hands over to this one
    #[arg(long, hide = true)]
    built: bool,
}

/// A benchmark's name and what runs it.
type Bench = (&'static str, fn(&Bencher) -> Outcome);

const ALL: &[Bench] = &[
    ("check", check::run),
    ("formats", formats::run),
    ("keystroke", keystroke::run),
    ("commit", commit::run),
    ("push", push::run),
    ("verify", verify::run),
];

/// What every benchmark is given.
pub(crate) struct Bencher {
    /// The binary under measurement.
    pub(crate) binary: PathBuf,
    /// Where fixtures are kept from run to run.
    pub(crate) cache: PathBuf,
    /// Whether only a look is wanted.
    pub(crate) quick: bool,
    /// Whether npm is to make lockfiles of real packages.
    pub(crate) real: bool,
}

impl Bencher {
    /// How many rounds to run, of so many.
    pub(crate) fn rounds(&self, full: usize) -> usize {
        if self.quick { (full / 5).max(2) } else { full }
    }

    /// The sizes of the lockfiles, in packages.
    pub(crate) fn sizes(&self) -> &'static [usize] {
        if self.quick { &[100, 1000] } else { &[100, 1000, 3000] }
    }

    /// The binary, to be started in a folder with nothing of this machine's settings.
    pub(crate) fn provender(&self, folder: &Path) -> Command {
        let mut command = surroundings::command(&self.binary, &self.cache);
        command.current_dir(folder);
        command
    }
}

/// Builds, hands over, measures.
pub(crate) fn run(options: &Options) -> Outcome {
    if !options.built {
        return hand_over();
    }
    let cache = place::at("target/bench");
    std::fs::create_dir_all(&cache)?;
    let binary = options.binary.clone().unwrap_or_else(|| place::at("target/release/provender"));
    let binary = binary.canonicalize().map_err(|error| format!("{}: {error}", binary.display()))?;
    let bencher = Bencher { binary, cache, quick: options.quick, real: options.real };
    println!("{}", surroundings::machine());
    let mut failed = Vec::new();
    for (name, bench) in ALL {
        if !options.only.is_empty() && !options.only.iter().any(|only| only == name) {
            continue;
        }
        println!("\n== {name}");
        if let Err(error) = bench(&bencher) {
            println!("  not measured: {error}");
            failed.push(*name);
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("not measured: {}", failed.join(", ")).into()) }
}

/// Runs the same command line in a release build. This one may be slow code, which would slow the yardsticks.
fn hand_over() -> Outcome {
    let built = place::cargo()
        .args(["build", "--release", "--locked", "--package", "provender", "--package", "xtask"])
        .current_dir(place::root())
        .status()?;
    if !built.success() {
        return Err("the release build failed".into());
    }
    let status = Command::new(place::at("target/release/xtask")).args(std::env::args_os().skip(1)).arg("--built").status()?;
    if status.success() { Ok(()) } else { Err("the benchmark did not run to its end".into()) }
}
