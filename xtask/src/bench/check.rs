//! `check` on a project, against the least that reading its lockfile takes elsewhere (`JSON.parse` in node), and against lockfile-lint.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use provender_core::registries::PUBLIC;

use super::lockfile::Project;
use super::measure::{Sample, Subject, race, timed_to};
use super::table::{aim, mebibytes, millis, ratio, show, times};
use super::{Bencher, peak, peers, surroundings};
use crate::{Outcome, place};

const PARSE: &str = "const { readFileSync } = require('fs'); const text = readFileSync(process.argv[1], 'utf8'); \
                     const start = performance.now(); const value = JSON.parse(text); const took = performance.now() - start; \
                     if (!value.packages) process.exit(1); console.log(took)";

pub(crate) fn run(bencher: &Bencher) -> Outcome {
    let mut folders = Vec::new();
    for size in bencher.sizes() {
        folders.push((format!("{size} packages"), synthetic(&bencher.cache, *size)?));
    }
    if bencher.real {
        folders.extend(super::npm::projects(&bencher.cache).into_iter().map(|(name, folder)| (format!("npm's {name}"), folder)));
    }
    for (name, folder) in folders {
        one(bencher, &name, &folder)?;
    }
    Ok(())
}

/// A generated project on disk.
pub(crate) fn synthetic(cache: &Path, size: usize) -> Outcome<PathBuf> {
    let folder = cache.join(format!("project-{size}"));
    let project = Project::new(size);
    place::write(&folder.join("package.json"), project.manifest())?;
    place::write(&folder.join("package-lock.json"), project.public_lockfile())?;
    Ok(folder)
}

fn one(bencher: &Bencher, name: &str, folder: &Path) -> Outcome {
    let lockfile = folder.join("package-lock.json");
    let text = std::fs::read_to_string(&lockfile)?;
    let packages = text.matches("\n    \"node_modules/").count();
    let check = || checking(bencher, folder);
    let node = |script: &str| {
        let mut command = surroundings::command("node", &bencher.cache);
        command.args(["-e", script]).arg(&lockfile);
        command
    };
    let lint = peers::npm(&bencher.cache, "lockfile-lint");
    let mut subjects = vec![Subject::new("provender check", || timed_to(&mut check(), b"", 1))];
    if peers::quiet(Command::new("node").arg("--version")).is_ok() {
        subjects.push(Subject::process("node, JSON.parse", || node(PARSE)));
        subjects.push(Subject::process("node, nothing", || node("0")));
        subjects.push(Subject::new("JSON.parse alone", || parse_alone(&mut node(PARSE))));
    }
    if let Some(lint) = &lint {
        subjects.push(Subject::process("lockfile-lint", || linting(bencher, lint, &lockfile)));
    }
    race(bencher.rounds(15), &mut subjects)?;
    show(&format!("{name}: {packages} in the lockfile, {} KiB", text.len() / 1024), &subjects);
    println!("  provender's memory at its highest: {}", mebibytes(peak::of(&check(), b"", &bencher.cache)?));
    if let (Some(linted), true) = (subjects.iter().find(|subject| subject.name == "lockfile-lint"), packages > 2000) {
        let wall: fn(&Sample) -> Duration = |sample| sample.wall;
        let (ours, theirs) = (subjects[0].least(wall), linted.least(wall));
        let reached = format!("{} times ({} against {})", times(ratio(theirs, ours)), millis(ours), millis(theirs));
        aim("30 times faster than lockfile-lint", &reached, ratio(theirs, ours) >= 30.0);
    }
    Ok(())
}

fn checking(bencher: &Bencher, folder: &Path) -> Command {
    let mut command = bencher.provender(folder);
    command.args(["check", "--format", "json"]);
    command
}

fn linting(bencher: &Bencher, lint: &Path, lockfile: &Path) -> Command {
    let host = PUBLIC[0].url.trim_start_matches("https://").trim_end_matches('/');
    let mut command = surroundings::command(lint, &bencher.cache);
    command.arg("--path").arg(lockfile).args([
        "--type",
        "npm",
        "--validate-https",
        "--validate-integrity",
        "--allowed-hosts",
        host,
    ]);
    command
}

/// What node says `JSON.parse` took, without starting node and reading the file.
fn parse_alone(command: &mut Command) -> Outcome<Sample> {
    let output = command.output()?;
    let millis: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    let took = Duration::from_secs_f64(millis / 1e3);
    Ok(Sample { wall: took, cpu: took })
}
