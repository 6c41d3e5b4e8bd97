//! Editors of the terminal, from Debian's packages, and a person with a project who starts them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use provender_core::formats::FORMATS;
use registry_double::Registry;

use super::kit;
use super::support::project::{self, Locked};
use super::support::{Run, Sandbox, finish};

/// Whose packages. They are tried in the versions that it has, whichever these are by then; a test prints the version.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Suite {
    /// Debian's testing, or what was testing when this was written.
    Newer,
    /// The stable one before.
    Older,
}

/// An installed program.
pub(crate) fn installed(suite: Suite, program: &str) -> PathBuf {
    let folder = kit::folder("debian");
    let suite = match suite {
        Suite::Newer => "forky",
        Suite::Older => "trixie",
    };
    kit::install("kit/debian.sh", &[folder.to_str().unwrap(), suite, program]);
    folder.join(suite).join("bin").join(program)
}

/// Starts a program of the person's in the repository; it must end by itself, and well.
#[track_caller]
pub(crate) fn run(sandbox: &Sandbox, program: &Path, arguments: &[&str]) -> Run {
    let mut command = command(sandbox, Path::new("timeout"));
    // Every wait of a scenario has an end of its own; this is for an editor that waits for a key.
    let run = finish(command.args(["--kill-after=10", "400"]).arg(program).args(arguments));
    println!("{}", run.all());
    run.expect(0)
}

/// A program that finds `provender` on the `PATH`, as after an installation.
pub(crate) fn command(sandbox: &Sandbox, program: &Path) -> Command {
    let bin = sandbox.path("bin");
    fs::create_dir_all(&bin).unwrap();
    if !bin.join("provender").exists() {
        symlink(env!("CARGO_BIN_EXE_provender"), bin.join("provender")).unwrap();
    }
    let path = std::env::join_paths([bin].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").unwrap()))).unwrap();
    let mut command = sandbox.command(program, &sandbox.repo);
    command.env("PATH", path).env("LANG", "C.UTF-8").env("TERM", "xterm-256color");
    command
}

/// A project whose manifest asks for ranges: `left-pad` for `^1.3.0`, locked at 1.3.0, and `right-pad` for `~2.0.0`, locked at 2.0.1.
pub(crate) fn project() -> Sandbox {
    let sandbox = Sandbox::new();
    for (path, text) in project::files("", &[Locked::new("left-pad", "1.3.0"), Locked::new("right-pad", "2.0.1")]) {
        let text = text.replace("\"left-pad\": \"1.3.0\"", "\"left-pad\": \"^1.3.0\"");
        sandbox.write(&path, &text.replace("\"right-pad\": \"2.0.1\"", "\"right-pad\": \"~2.0.0\""));
    }
    sandbox.write("README.md", "# app\n");
    sandbox.commit("app");
    sandbox
}

/// A project with a registry on loopback; the digest of `right-pad` in its lockfile is another package's.
pub(crate) fn tampered() -> (Sandbox, Registry) {
    let registry = Registry::start().unwrap();
    let sandbox = Sandbox::new();
    sandbox.user_npmrc(&format!("registry={}\n", registry.url()));
    let left = Locked::published(&registry, "left-pad", "1.3.0");
    let right = Locked::published(&registry, "right-pad", "2.0.1").with_integrity(&left.integrity);
    sandbox.write_all(&project::files("", &[left, right]));
    sandbox.commit("app");
    (sandbox, registry)
}

/// A name for each name and pattern of a known file.
pub(crate) fn known_names() -> Vec<String> {
    FORMATS.iter().flat_map(|format| format.names.iter().chain(format.patterns)).map(|name| name.replace('*', "x")).collect()
}
