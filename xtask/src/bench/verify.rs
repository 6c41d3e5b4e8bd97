//! `verify` against a bare download of the same artifacts from the same registry on loopback, and again with the verdicts remembered.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use registry_double::{Package, Registry};

use super::lockfile::{Project, Recorded, mix};
use super::measure::{Sample, Subject, race, timed};
use super::table::{aim, mebibytes, millis, ratio, show, times};
use super::{Bencher, peak, surroundings};
use crate::{Outcome, place};

/// How far away the registry is said to be, in milliseconds.
const DISTANCES: &[u64] = &[0, 20];

pub(crate) fn run(bencher: &Bencher) -> Outcome {
    for size in bencher.sizes() {
        let registry = Registry::start()?;
        let folder = project(bencher, &registry, *size)?;
        for distance in DISTANCES {
            registry.set_latency(Duration::from_millis(*distance));
            one(bencher, &folder, *size, *distance)?;
            registry.forget_requests();
        }
    }
    Ok(())
}

fn one(bencher: &Bencher, folder: &Path, size: usize, distance: u64) -> Outcome {
    let home = bencher.cache.join("verify");
    let verify = || {
        let mut command = surroundings::command(&bencher.binary, &home);
        command.args(["verify", "--format", "json"]).current_dir(folder);
        command
    };
    let cold = || {
        // What is not there is forgotten already.
        drop(std::fs::remove_dir_all(home.join("home/cache/provender")));
    };
    let mut subjects = [
        Subject::new("bare download and hashing", || timed(&mut bare(folder)?, b"")),
        Subject::new("provender verify, cold", || {
            cold();
            timed(&mut verify(), b"")
        }),
        Subject::process("provender verify, remembered", verify),
    ];
    race(bencher.rounds(5), &mut subjects)?;
    show(&format!("{size} packages, a registry on loopback that waits {distance} ms before each answer"), &subjects);
    cold();
    let memory = peak::of(&verify(), b"", &bencher.cache)?;
    println!("  provender's memory at its highest, cold: {}", mebibytes(memory));
    let wall: fn(&Sample) -> Duration = |sample| sample.wall;
    if size == bencher.sizes()[bencher.sizes().len() - 1] {
        let reached = ratio(subjects[1].least(wall), subjects[0].least(wall));
        aim("cold within 1.2 times the bare download", &format!("{} times", times(reached)), reached <= 1.2);
        aim("under 100 MB of memory", &mebibytes(memory), memory * 1024 < 100_000_000);
        let remembered = subjects[2].least(wall);
        aim("remembered verdicts in under 100 ms", &millis(remembered), remembered < Duration::from_millis(100));
    }
    Ok(())
}

fn bare(folder: &Path) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("download").arg(folder.join("package-lock.json"));
    Ok(command)
}

/// A project whose every package the registry serves, and a person whose own settings name that registry.
fn project(bencher: &Bencher, registry: &Registry, size: usize) -> Outcome<PathBuf> {
    let folder = bencher.cache.join(format!("verify-{size}"));
    let project = Project::new(size);
    let lockfile = project.lockfile(|package| {
        let published = registry.publish(&archive(package.dependencies(), &package.name, &package.version));
        Recorded { address: published.tarball, integrity: published.integrity }
    });
    place::write(&folder.join("package.json"), project.manifest())?;
    place::write(&folder.join("package-lock.json"), lockfile)?;
    place::write(&bencher.cache.join("verify/home/.npmrc"), format!("registry={}\n", registry.url()))?;
    Ok(folder)
}

/// A package of a size as they come: most are small, a few are large; half of it is text that packs well.
fn archive(dependencies: &[(String, String)], name: &str, version: &str) -> Package {
    let seed = name.bytes().fold(7, |seed, byte| mix(seed ^ u64::from(byte)));
    let size = match seed % 20 {
        0 => 400_000,
        1..=5 => 60_000,
        _ => 8_000,
    } + (seed >> 8) as usize % 4_000;
    let mut content = Vec::with_capacity(size + 8);
    let mut state = seed;
    while content.len() < size {
        state = mix(state);
        content.extend_from_slice(if state.is_multiple_of(2) { b"export const" } else { b"" });
        content.extend_from_slice(&state.to_le_bytes());
    }
    let package = Package::new(name, version).file("index.js", &content);
    dependencies.iter().fold(package, |package, (name, range)| package.dependency(name, range))
}
