//! The program that every package carries: a release build that needs nothing of the machine it runs on.
//!
//! On Linux the C library is linked in, so that one build runs with glibc of any age and with musl.

use std::path::PathBuf;
use std::process::Command;

use crate::{Outcome, place};

/// Where packages are built; the program has a target folder of its own there, since its flags differ.
pub(crate) const FOLDER: &str = "target/dist";

/// A platform, in the words of Rust and of those who hand packages out.
pub(crate) struct Platform {
    /// Rust's name of it.
    pub(crate) target: &'static str,
    /// VS Code's names of it: one build may serve several.
    pub(crate) vscode: &'static [&'static str],
}

/// The platforms that packages are built for.
#[rustfmt::skip]
const PLATFORMS: &[Platform] = &[
    Platform { target: "x86_64-unknown-linux-gnu", vscode: &["linux-x64", "alpine-x64"] },
    Platform { target: "aarch64-unknown-linux-gnu", vscode: &["linux-arm64", "alpine-arm64"] },
    Platform { target: "x86_64-apple-darwin", vscode: &["darwin-x64"] },
    Platform { target: "aarch64-apple-darwin", vscode: &["darwin-arm64"] },
    Platform { target: "x86_64-pc-windows-msvc", vscode: &["win32-x64"] },
    Platform { target: "aarch64-pc-windows-msvc", vscode: &["win32-arm64"] },
];

/// The platform at hand.
pub(crate) fn platform() -> Outcome<&'static Platform> {
    let output = Command::new("rustc").arg("-vV").output()?;
    let said = String::from_utf8(output.stdout)?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc does not say what it runs on")?;
    let known = PLATFORMS.iter().find(|platform| platform.target == host);
    known.ok_or_else(|| format!("no package is built on `{host}`").into())
}

/// Builds the program; gives its path.
pub(crate) fn build(platform: &Platform) -> Outcome<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // With a target named, the flags are the program's alone, and not those of the macros that the compiler runs.
    command.args(["build", "--release", "--locked", "--package", "provender", "--target", platform.target]);
    command.args(["--target-dir", FOLDER]).current_dir(place::root());
    if !platform.target.ends_with("-darwin") {
        command.args(["--config", &format!("target.{}.rustflags=[\"-C\", \"target-feature=+crt-static\"]", platform.target)]);
    }
    if !command.status()?.success() {
        return Err("the program could not be built".into());
    }
    let name = if platform.target.contains("windows") { "provender.exe" } else { "provender" };
    Ok(place::at(FOLDER).join(platform.target).join("release").join(name))
}
