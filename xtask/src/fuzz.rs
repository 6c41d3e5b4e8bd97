//! Fuzzing, without another toolchain than the one that builds the rest: the compiler's own coverage pass and libFuzzer's runtime.
//!
//! Every format's reader is a run of its own over `fuzz/fuzz_targets/read.rs`, seeded with the repository's examples and, where there is
//! one, the corpus beside the checkout. A crash, a hang, or memory beyond a small multiple of the input ends the run with the input that did it.

use std::path::{Path, PathBuf};
use std::process::Command;

use provender_core::formats::{FORMATS, Format};

use crate::{Outcome, place};

/// How long, and what.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Seconds for each target
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// Only the targets and formats whose name contains this
    #[arg(long, default_value = "")]
    only: String,
}

/// The longest input, in bytes. Readers are linear; longer ones only cost time.
const LONGEST: usize = 64 << 10;

/// What a reader may hold for an input of that length, in MiB: text, tree and model, and the runtime's own tables.
const MEMORY: u32 = 600;

/// The passes that `cargo fuzz` switches on, which the stable compiler has too.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// Builds the targets and runs them one after the other.
pub(crate) fn run(options: &Options) -> Outcome {
    build()?;
    let mut failed = Vec::new();
    for format in FORMATS.iter().filter(|format| format!("read {}", format.id).contains(&options.only)) {
        let seeds = seeds(format)?;
        let name = format!("read {}", format.id);
        if !one(&name, "read", Some(format.id), &seeds, options.seconds)? {
            failed.push(name);
        }
    }
    for target in ["json", "mend", "spec"].into_iter().filter(|target| target.contains(&options.only)) {
        let seeds = folder(target)?;
        if !one(target, target, None, &seeds, options.seconds)? {
            failed.push(target.to_owned());
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("these ended with a finding: {}", failed.join(", ")).into()) }
}

fn build() -> Outcome {
    let mut command = place::cargo();
    command.args(["build", "--release", "--locked", "--target-dir"]).arg(place::root().join("target/fuzz"));
    // With a target named, the flags leave build scripts alone, which are linked without the runtime.
    command.args(["--target", &host()?]);
    // Debug assertions on: a span that is no span must not pass.
    command.env("RUSTFLAGS", COVERAGE).env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true");
    let status = command.current_dir(place::root().join("fuzz")).status()?;
    if status.success() { Ok(()) } else { Err("the fuzz targets do not build".into()) }
}

/// The triple of this machine, as the compiler says it.
fn host() -> Outcome<String> {
    let told = Command::new("rustc").arg("-vV").output()?;
    let told = String::from_utf8(told.stdout)?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    Ok(host.to_owned())
}

/// One run; whether it ended without a finding.
fn one(name: &str, target: &str, format: Option<&str>, corpus: &Path, seconds: u32) -> Outcome<bool> {
    println!("== fuzz {name}");
    let mut command = Command::new(place::root().join("target/fuzz").join(host()?).join("release").join(target));
    command.arg(corpus).args([
        format!("-max_total_time={seconds}"),
        format!("-max_len={LONGEST}"),
        format!("-rss_limit_mb={MEMORY}"),
        "-timeout=10".to_owned(),
        "-print_final_stats=1".to_owned(),
        "-verbosity=0".to_owned(),
        format!("-artifact_prefix={}/", place::root().join("target/fuzz").display()),
    ]);
    if let Some(format) = format {
        command.env("PROVENDER_FUZZ_FORMAT", format);
    }
    Ok(command.status()?.success())
}

fn folder(name: &str) -> Outcome<PathBuf> {
    let folder = place::root().join("target/fuzz/corpus").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The folder of a format's inputs, with the files of that format that lie about put in.
fn seeds(format: &Format) -> Outcome<PathBuf> {
    let into = folder(format.id)?;
    let sources = ["examples", "tests", "../shared/corpus"].map(|name| place::root().join(name));
    let mut found = Vec::new();
    sources.iter().filter(|source| source.is_dir()).try_for_each(|source| collect(source, format, &mut found))?;
    for (index, path) in found.iter().enumerate() {
        let bytes = std::fs::read(path)?;
        let end = bytes.len().min(LONGEST);
        std::fs::write(into.join(format!("seed-{index}")), &bytes[..end])?;
    }
    Ok(into)
}

fn collect(folder: &Path, format: &Format, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, format, found)?;
        } else if path.to_str().and_then(Format::of_name).is_some_and(|other| other.id == format.id) {
            found.push(path);
        }
    }
    Ok(())
}
