//! The push: the hook over many commits against `git log --raw` over the same. Nothing is asked of a registry here (see `verify`).

use std::path::Path;
use std::time::Duration;

use super::big_repository::{get, git, git_command};
use super::measure::{Sample, Subject, race, timed};
use super::table::{aim, mebibytes, ratio, show, times};
use super::{Bencher, peak};
use crate::Outcome;

const REMOTE: &str = "https://git.host.test/big.git";

pub(crate) fn run(bencher: &Bencher) -> Outcome {
    let folder = get(bencher)?;
    for behind in [100, 1000] {
        one(bencher, &folder, behind)?;
    }
    Ok(())
}

fn one(bencher: &Bencher, folder: &Path, behind: usize) -> Outcome {
    let base = format!("back-{behind}");
    git(bencher, folder, &["update-ref", "refs/remotes/origin/main", &base])?;
    let (tip, old) = (revision(bencher, folder, "main")?, revision(bencher, folder, &base)?);
    let input = format!("refs/heads/main {tip} refs/heads/main {old}\n");
    let range = format!("{base}..main");
    let hook = || {
        let mut command = bencher.provender(folder);
        command.args(["hook", "run", "pre-push", "origin", REMOTE]);
        command
    };
    let mut subjects = [
        Subject::process("git log --raw", || git_command(bencher, folder, &["log", "--raw", &range])),
        Subject::process("git log --raw -- '*package-lock.json'", || {
            git_command(bencher, folder, &["log", "--raw", &range, "--", "*package-lock.json"])
        }),
        Subject::new("provender hook run pre-push", || {
            forget(bencher);
            timed(&mut hook(), input.as_bytes())
        }),
        Subject::new("the same again", || timed(&mut hook(), input.as_bytes())),
    ];
    race(bencher.rounds(15), &mut subjects)?;
    show(&format!("{behind} commits"), &subjects);
    println!("  provender's memory at its highest: {}", mebibytes(peak::of(&hook(), input.as_bytes(), &bencher.cache)?));
    let cpu: fn(&Sample) -> Duration = |sample| sample.cpu;
    let reached = ratio(subjects[2].median(cpu), subjects[0].median(cpu));
    aim("below 1.2 times git log --raw", &format!("{} times its CPU", times(reached)), reached < 1.2);
    Ok(())
}

/// Nothing that an earlier run remembers may help.
fn forget(bencher: &Bencher) {
    // What is not there is forgotten already.
    drop(std::fs::remove_dir_all(bencher.cache.join("home/cache/provender")));
}

fn revision(bencher: &Bencher, folder: &Path, name: &str) -> Outcome<String> {
    let output = git_command(bencher, folder, &["rev-parse", "--verify", &format!("{name}^{{commit}}")]).output()?;
    if !output.status.success() {
        return Err(format!("no {name}").into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
