//! Prints what was measured.

use std::time::Duration;

use super::measure::{Sample, Subject};

const WALL: fn(&Sample) -> Duration = |sample| sample.wall;
const CPU: fn(&Sample) -> Duration = |sample| sample.cpu;

/// A table of subjects, each with its ratio to the first one.
pub(crate) fn show(title: &str, subjects: &[Subject<'_>]) {
    println!("\n  {title}");
    let width = subjects.iter().map(|subject| subject.name.chars().count()).max().unwrap_or(0);
    println!("  {:width$}  {:>10} {:>10} {:>10}   {:>8} {:>8}", "", "median", "least", "CPU", "x least", "x CPU");
    for subject in subjects {
        let (median, least, cpu) = (subject.median(WALL), subject.least(WALL), subject.median(CPU));
        println!(
            "  {:width$}  {:>10} {:>10} {:>10}   {:>8} {:>8}",
            subject.name,
            millis(median),
            millis(least),
            millis(cpu),
            times(ratio(least, subjects[0].least(WALL))),
            times(ratio(cpu, subjects[0].median(CPU))),
        );
    }
}

/// A figure against its aim.
pub(crate) fn aim(what: &str, reached: &str, met: bool) {
    println!("  {} {what}: {reached}", if met { "reached    " } else { "NOT reached" });
}

/// How many times as long.
pub(crate) fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64().max(1e-9)
}

/// By how many times, in a form that fits small and large.
pub(crate) fn times(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
}

/// Milliseconds.
pub(crate) fn millis(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1e3;
    if millis < 10.0 { format!("{millis:.2} ms") } else { format!("{millis:.0} ms") }
}

/// Mebibytes of kibibytes.
pub(crate) fn mebibytes(kibibytes: u64) -> String {
    format!("{:.1} MiB", kibibytes as f64 / 1024.0)
}
