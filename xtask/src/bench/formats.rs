//! Every lockfile format at 2 MB: how fast it is read into the model, and read and judged, beside npm's at the same size.
//!
//! One process and one file after another, so that nothing but reading and judging is in the figures. The aim is a third of npm's rate by byte.

mod cargo;
mod go;
mod javascript;
mod python;

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use provender_core::analyze::analyze;
use provender_core::document::Document;
use provender_core::formats::Format;
use provender_core::path::RelPath;
use provender_core::workspace::Workspace;
use sha2::{Digest as _, Sha256};

use super::Bencher;
use super::lockfile::{Project, mix};
use super::measure::{Sample, Subject, duration, race};
use super::table::aim;
use crate::Outcome;

/// A package as every format can have it: one version of a name, plain letters, and what it asks for.
struct Package {
    name: String,
    version: String,
    /// Indices of other packages.
    dependencies: Vec<usize>,
    shape: u64,
}

/// So many packages, of which each asks for a few later ones.
struct Packages(Vec<Package>);

impl Packages {
    fn new(count: usize) -> Packages {
        const WORDS: &[&str] =
            &["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "islet", "juniper", "kelp", "lagoon"];
        let package = |index: usize| {
            let shape = mix(index as u64);
            let word = |shift: u32| WORDS[(shape >> shift) as usize % WORDS.len()];
            let later = count - index - 1;
            let asked = if later == 0 { 0 } else { shape % 4 };
            let mut dependencies: Vec<usize> = (0..asked).map(|nth| index + 1 + (mix(shape ^ nth) as usize) % later).collect();
            dependencies.sort_unstable();
            dependencies.dedup();
            // Numbers with as many digits as there are, so that the order by name is the order by index.
            let name = format!("p{index:05}-{}-{}", word(8), word(16));
            Package { name, version: format!("{}.{}.{}", 1 + shape % 7, (shape >> 4) % 20, (shape >> 9) % 12), dependencies, shape }
        };
        Packages((0..count).map(package).collect())
    }

    fn of(&self, package: &Package) -> impl Iterator<Item = &Package> {
        package.dependencies.iter().map(|&index| &self.0[index])
    }

    /// What the project itself asks for: everything that no other package does.
    fn direct(&self) -> Vec<&Package> {
        let mut asked = vec![false; self.0.len()];
        self.0.iter().flat_map(|package| &package.dependencies).for_each(|&index| asked[index] = true);
        self.0.iter().zip(asked).filter(|(_, asked)| !asked).map(|(package, _)| package).collect()
    }
}

/// A SHA-256 of something, in hexadecimal.
fn sha256(of: &str) -> String {
    hexadecimal(&Sha256::digest(of))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What the table calls a format, the file's name, and what writes it for so many packages.
type Writer = (&'static str, &'static str, fn(usize) -> String);

const WRITERS: &[Writer] = &[
    ("npm 3", "package-lock.json", |count| Project::new(count).public_lockfile()),
    ("Yarn 1", "yarn.lock", |count| javascript::yarn(&Packages::new(count))),
    ("Yarn 4", "yarn.lock", |count| javascript::berry(&Packages::new(count))),
    ("pnpm 9", "pnpm-lock.yaml", |count| javascript::pnpm(&Packages::new(count))),
    ("Bun", "bun.lock", |count| javascript::bun(&Packages::new(count))),
    ("requirements", "requirements.txt", |count| python::requirements(&Packages::new(count))),
    ("Poetry", "poetry.lock", |count| python::poetry(&Packages::new(count))),
    ("uv", "uv.lock", |count| python::uv(&Packages::new(count))),
    ("PDM", "pdm.lock", |count| python::pdm(&Packages::new(count))),
    ("Pipenv", "Pipfile.lock", |count| python::pipenv(&Packages::new(count))),
    ("pylock", "pylock.toml", |count| python::pylock(&Packages::new(count))),
    ("Cargo", "Cargo.lock", |count| cargo::lock(&Packages::new(count))),
    ("Go", "go.sum", |count| go::sum(&Packages::new(count))),
];

const SIZE: usize = 2_000_000;

/// How many times npm's time for as many bytes a format may take.
const AIM: f64 = 3.0;

pub(crate) fn run(bencher: &Bencher) -> Outcome {
    let size = if bencher.quick { SIZE / 10 } else { SIZE };
    let mut texts = Vec::new();
    for (name, file, write) in WRITERS {
        match Format::of_name(file) {
            Some(format) => texts.push((*name, *file, format, Arc::new(sized(*write, size)))),
            None => println!("  {name}: `{file}` is not read yet"),
        }
    }
    let reading = texts.iter().map(|(name, file, format, text)| {
        Subject::new(*name, move || timed(|| drop(black_box(Document::parse_text(RelPath::new(file), format, Arc::clone(text))))))
    });
    let judging = texts.iter().map(|(name, file, _, text)| {
        Subject::new(*name, move || {
            timed(|| {
                let mut workspace = Workspace::default();
                workspace.set(RelPath::new(file), text.as_bytes().to_vec());
                black_box(analyze(&workspace));
            })
        })
    });
    let (mut reading, mut judging): (Vec<_>, Vec<_>) = (reading.collect(), judging.collect());
    race(bencher.rounds(15), &mut reading)?;
    race(bencher.rounds(15), &mut judging)?;
    show(&texts, &reading, &judging);
    Ok(())
}

/// A file of about that many bytes.
fn sized(write: fn(usize) -> String, size: usize) -> String {
    const SAMPLE: usize = 1000;
    let count = size * SAMPLE / write(SAMPLE).len().max(1);
    write(count.max(1))
}

type Text = (&'static str, &'static str, &'static Format, Arc<String>);

fn show(texts: &[Text], reading: &[Subject<'_>], judging: &[Subject<'_>]) {
    let cpu: fn(&Sample) -> Duration = |sample| sample.cpu;
    let rate = |subject: &Subject<'_>, text: &Text| text.3.len() as f64 / 1e6 / subject.least(cpu).as_secs_f64().max(1e-9);
    println!("  {:14} {:>9} {:>9}   {:>9} {:>7}   {:>9} {:>7}", "", "KiB", "packages", "read", "x npm", "judged", "x npm");
    let (Some(first), Some(read), Some(judged)) = (texts.first(), reading.first(), judging.first()) else { return };
    let (npm_read, npm_judged) = (rate(read, first), rate(judged, first));
    let mut slow = Vec::new();
    for ((text, read), judged) in texts.iter().zip(reading).zip(judging) {
        let packages = Document::parse_text(RelPath::new(text.1), text.2, Arc::clone(&text.3));
        let count = packages.lockfile().map_or(0, |lockfile| lockfile.packages.len());
        let (read, judged) = (rate(read, text), rate(judged, text));
        let (read_times, judged_times) = (npm_read / read, npm_judged / judged);
        println!(
            "  {:14} {:>9} {count:>9}   {read:>4.0} MB/s {read_times:>7.2}   {judged:>4.0} MB/s {judged_times:>7.2}",
            text.0,
            text.3.len() / 1024
        );
        if read_times > AIM {
            slow.push(format!("{} ({read_times:.1} times)", text.0));
        }
    }
    let reached = if slow.is_empty() { "all of them".to_owned() } else { format!("not {}", slow.join(", ")) };
    aim("every format within three times npm's time by byte", &reached, slow.is_empty());
}

/// What a piece of work takes in this process.
fn timed(work: impl FnOnce()) -> Outcome<Sample> {
    let own = || -> Outcome<Duration> {
        let usage = getrusage(UsageWho::RUSAGE_SELF)?;
        Ok(duration(usage.user_time()) + duration(usage.system_time()))
    };
    let (before, start) = (own()?, std::time::Instant::now());
    work();
    Ok(Sample { wall: start.elapsed(), cpu: own()?.saturating_sub(before) })
}

#[cfg(test)]
mod tests {
    use provender_core::finding::Severity;

    use super::*;

    #[test]
    fn every_file_is_read_whole_and_the_rules_let_it_pass() {
        for (name, file, write) in WRITERS {
            let Some(format) = Format::of_name(file) else { continue };
            let text = write(50);
            let document = Document::parse_text(RelPath::new(file), format, Arc::new(text.clone()));
            assert!(document.problems.is_empty(), "{name}: {:?}", document.problems);
            let packages = document.lockfile().map_or(0, |lockfile| lockfile.packages.len());
            assert!(packages >= 50, "{name}: {packages} packages");
            let mut workspace = Workspace::default();
            workspace.set(RelPath::new(file), text.into_bytes());
            let report = analyze(&workspace);
            let errors: Vec<_> = report.findings.iter().filter(|found| found.severity == Severity::Error).collect();
            assert!(errors.is_empty(), "{name}: {:?}", errors.first());
            assert_eq!(write(20), write(20));
        }
    }
}
