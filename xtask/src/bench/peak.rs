//! How much memory a process takes at its highest.
//!
//! The system tells that of children that have ended, the largest one of them; so a small process of its own starts the subject and
//! asks afterwards. What that process held when it started the subject is the least that can be told: a few mebibytes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::sys::resource::{UsageWho, getrusage};

use super::measure::timed;
use crate::Outcome;

/// One process to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The file to write the kibibytes to
    out: PathBuf,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

/// Runs a command and writes what it took.
pub(crate) fn run(options: &Options) -> Outcome {
    let status = Command::new(&options.command[0]).args(&options.command[1..]).stdin(Stdio::inherit()).status()?;
    // Exit code 1 means findings, and work that was done.
    if status.code().is_none_or(|code| code > 1) {
        return Err(format!("ended with {status}").into());
    }
    std::fs::write(&options.out, getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss().to_string())?;
    Ok(())
}

/// The highest memory of a command, in kibibytes.
pub(crate) fn of(command: &Command, stdin: &[u8], cache: &Path) -> Outcome<u64> {
    let out = cache.join("peak");
    let mut wrapper = Command::new(std::env::current_exe()?);
    wrapper.arg("peak").arg(&out).arg("--").arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        wrapper.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapper.env(name, value),
            None => wrapper.env_remove(name),
        };
    }
    timed(&mut wrapper, stdin)?;
    Ok(std::fs::read_to_string(out)?.trim().parse()?)
}
