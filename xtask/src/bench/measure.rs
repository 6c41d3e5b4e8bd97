//! Runs subjects in turn and takes the time of each.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::Outcome;

/// One run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sample {
    /// From start to end.
    pub(crate) wall: Duration,
    /// User and system time, children included.
    pub(crate) cpu: Duration,
}

/// Something to measure, and what it took so far.
pub(crate) struct Subject<'a> {
    /// What the table calls it.
    pub(crate) name: String,
    /// The runs.
    pub(crate) samples: Vec<Sample>,
    run: Box<dyn FnMut() -> Outcome<Sample> + 'a>,
}

impl<'a> Subject<'a> {
    /// A subject that takes its own time.
    pub(crate) fn new(name: impl Into<String>, run: impl FnMut() -> Outcome<Sample> + 'a) -> Subject<'a> {
        Subject { name: name.into(), samples: Vec::new(), run: Box::new(run) }
    }

    /// A subject that is one process. `make` makes it anew for each run.
    pub(crate) fn process(name: impl Into<String>, mut make: impl FnMut() -> Command + 'a) -> Subject<'a> {
        Subject::new(name, move || timed(&mut make(), b""))
    }

    fn sorted(&self, of: impl Fn(&Sample) -> Duration) -> Vec<Duration> {
        let mut found: Vec<_> = self.samples.iter().map(of).collect();
        found.sort_unstable();
        found
    }

    /// The median of a figure over the runs.
    pub(crate) fn median(&self, of: impl Fn(&Sample) -> Duration) -> Duration {
        let sorted = self.sorted(of);
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }

    /// The least of a figure over the runs.
    pub(crate) fn least(&self, of: impl Fn(&Sample) -> Duration) -> Duration {
        self.sorted(of).first().copied().unwrap_or_default()
    }
}

/// Runs every subject once unmeasured, then all in turn, round by round.
pub(crate) fn race(rounds: usize, subjects: &mut [Subject<'_>]) -> Outcome {
    for round in 0..=rounds {
        for subject in &mut *subjects {
            let sample = (subject.run)().map_err(|error| format!("{}: {error}", subject.name))?;
            if round > 0 {
                subject.samples.push(sample);
            }
        }
    }
    Ok(())
}

/// Runs a process to its end. One that does not succeed did not do the work, and has no time to show.
pub(crate) fn timed(command: &mut Command, stdin: &[u8]) -> Outcome<Sample> {
    timed_to(command, stdin, 0)
}

/// The same, where exit codes up to `last` mean that the work was done: what a judge found is no fault of its run.
pub(crate) fn timed_to(command: &mut Command, stdin: &[u8], last: i32) -> Outcome<Sample> {
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let before = children_cpu()?;
    let start = Instant::now();
    let mut child = command.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A process that does not read its input may have closed it.
        let _ = input.write_all(stdin);
    }
    let output = child.wait_with_output()?;
    let wall = start.elapsed();
    if output.status.code().is_none_or(|code| code > last) {
        let said = String::from_utf8_lossy(&output.stderr);
        let tail: Vec<_> = said.trim().lines().rev().take(5).collect();
        return Err(format!(
            "{:?}: {}: {}",
            command.get_program(),
            output.status,
            tail.into_iter().rev().collect::<Vec<_>>().join(" / ")
        )
        .into());
    }
    Ok(Sample { wall, cpu: children_cpu()?.saturating_sub(before) })
}

/// What all children that have ended took so far.
fn children_cpu() -> Outcome<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(duration(usage.user_time()) + duration(usage.system_time()))
}

/// A time of the system's, as everything here counts it.
pub(crate) fn duration(time: TimeVal) -> Duration {
    Duration::new(u64::try_from(time.tv_sec()).unwrap_or(0), u32::try_from(time.tv_usec()).unwrap_or(0) * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(millis: &[u64]) -> Subject<'static> {
        let mut subject = Subject::new("x", || Ok(Sample::default()));
        subject.samples = millis.iter().map(|wall| Sample { wall: Duration::from_millis(*wall), cpu: Duration::ZERO }).collect();
        subject
    }

    #[test]
    fn the_middle_and_the_least() {
        let subject = of(&[9, 1, 5]);
        assert_eq!(subject.median(|sample| sample.wall), Duration::from_millis(5));
        assert_eq!(subject.least(|sample| sample.wall), Duration::from_millis(1));
    }

    #[test]
    fn subjects_run_in_turn_and_the_first_round_does_not_count() {
        let order = std::cell::RefCell::new(String::new());
        let subject = |name: &'static str| {
            let order = &order;
            Subject::new(name, move || {
                order.borrow_mut().push_str(name);
                Ok(Sample::default())
            })
        };
        let mut subjects = [subject("a"), subject("b")];
        race(2, &mut subjects).unwrap();
        assert_eq!(order.borrow().as_str(), "ababab");
        assert!(subjects.iter().all(|subject| subject.samples.len() == 2));
    }

    #[test]
    fn a_process_that_fails_has_no_time() {
        assert!(timed(Command::new("sh").args(["-c", "exit 0"]), b"").is_ok());
        let error = timed(Command::new("sh").args(["-c", "echo why >&2; exit 3"]), b"").unwrap_err();
        assert!(timed_to(Command::new("sh").args(["-c", "exit 1"]), b"", 1).is_ok());
        assert!(error.to_string().ends_with("why"), "{error}");
    }
}
