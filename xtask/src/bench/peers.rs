//! Other programs to measure against: installed below `target/bench` where their registries answer, and left out where not.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Outcome;

/// Packages of the npm registry, exact versions.
const NPM: &[&str] = &["lockfile-lint@5.0.1", "lefthook@2.2.2"];
/// Packages of PyPI, exact versions.
const PYPI: &[&str] = &["pre-commit==4.7.0", "prek==0.5.11"];

/// A program of the npm registry; `None` where it cannot be had.
pub(crate) fn npm(cache: &Path, program: &str) -> Option<PathBuf> {
    let folder = cache.join("npm");
    let found = folder.join("node_modules/.bin").join(program);
    if !found.exists() {
        std::fs::create_dir_all(&folder).ok()?;
        let mut install = Command::new("npm");
        // lefthook's own install script would put hooks into the repository around it.
        install.args(["install", "--prefix", ".", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]).args(NPM);
        report(program, quiet(install.current_dir(&folder)));
    }
    found.exists().then_some(found)
}

/// A program of PyPI; `None` where it cannot be had.
pub(crate) fn pypi(cache: &Path, program: &str) -> Option<PathBuf> {
    let folder = cache.join("python");
    let found = folder.join("bin").join(program);
    if !found.exists() {
        let made = quiet(Command::new("python3").args(["-m", "venv"]).arg(&folder));
        let made = made.and_then(|()| quiet(Command::new(folder.join("bin/pip")).args(["install", "--quiet"]).args(PYPI)));
        report(program, made);
    }
    found.exists().then_some(found)
}

/// Runs a command whose output is of no interest unless it fails.
pub(crate) fn quiet(command: &mut Command) -> Outcome {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{:?}: {}: {}", command.get_program(), output.status, String::from_utf8_lossy(&output.stderr).trim()).into())
}

fn report(program: &str, outcome: Outcome) {
    if let Err(error) = outcome {
        println!("  {program} is left out: {error}");
    }
}
