//! Every test of the workspace, counted.
//!
//! Plain `cargo test`, so that a machine with nothing but Rust can run it; what it prints goes on to the terminal as it comes, and the
//! last line sums every harness up. A build that fails, or a harness that dies without a count, is a failure, and so is an option
//! that finds no test to run.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use crate::{Outcome, place};

/// What to run beside the tests that always run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Also the tests against the real npm registry (ignored tests in a module named `online`)
    #[arg(long)]
    registry: bool,
    /// Also the real package managers, which are installed below `target/managers` (ignored tests in a module named `managers`)
    #[arg(long)]
    managers: bool,
    /// Also the packages: built, installed with npm and pip, and run (ignored tests in a module named `packages`)
    #[arg(long)]
    packages: bool,
    /// Also the tests that drive real editors (ignored tests in a module named `editors`)
    #[arg(long)]
    editors: bool,
}

/// Tests that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

/// Runs the tests and prints the count as the last line.
pub(crate) fn run(options: &Options) -> Outcome {
    let mut total = Count::default();
    // Without naming targets: then examples are built as the programs that tests run, and documentation is tested too.
    total.add(cargo_test(&[])?);
    let rings = [
        (options.registry, "online"),
        (options.managers, "managers"),
        (options.packages, "packages"),
        (options.editors, "editors"),
    ];
    for (wanted, name) in rings {
        if wanted {
            total.add(ignored_tests(name)?);
        }
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    std::io::stdout().flush()?;
    if total.failed > 0 { Err("not every test passed".into()) } else { Ok(()) }
}

/// Tests that are off by default, by the module they stand in. None at all is not success.
fn ignored_tests(name: &str) -> Outcome<Count> {
    let mut count = cargo_test(&["--tests", "--", "--ignored", &format!("{name}::")])?;
    if count == Count::default() {
        eprintln!("there is no ignored test under `{name}::`");
        count.failed = 1;
    }
    Ok(count)
}

/// One run of `cargo test`, its output passed on line by line.
fn cargo_test(arguments: &[&str]) -> Outcome<Count> {
    let mut command = place::cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]).args(arguments);
    let mut child = command.current_dir(place::root()).stdout(Stdio::piped()).spawn()?;
    let mut count = Count::default();
    for line in BufReader::new(child.stdout.take().ok_or("no output")?).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        println!("{line}");
        count.add(summary(&line).unwrap_or_default());
    }
    if !child.wait()?.success() && count.failed == 0 {
        eprintln!("`cargo test {}` failed without a failed test", arguments.join(" "));
        count.failed = 1;
    }
    Ok(count)
}

/// The count of a harness's closing line.
fn summary(line: &str) -> Option<Count> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let number = |word: &str| {
        let part = counts.split("; ").find_map(|part| part.trim().strip_suffix(word))?;
        part.trim().parse().ok()
    };
    Some(Count { passed: number(" passed")?, failed: number(" failed")? })
}

impl Count {
    fn add(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, summary};

    #[test]
    fn closing_lines_are_counted_and_others_are_not() {
        let cases = [
            ("test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 1 filtered out; finished in 0.01s", Some((12, 0))),
            ("test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s", Some((7, 2))),
            ("test a::test_result ... ok", None),
            ("12 passed, 0 failed", None),
            ("", None),
        ];
        for (line, wanted) in cases {
            assert_eq!(summary(line), wanted.map(|(passed, failed)| Count { passed, failed }), "{line}");
        }
    }
}
