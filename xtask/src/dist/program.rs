//! The program that every package carries: a release build that needs nothing of the machine it runs on.
//!
//! On Linux the C library is linked in, so that one build runs with glibc of any age and with musl. What would make it load parts of the machine's
//! own C library is left out: names are looked up without it (the feature `standalone`).

use std::path::PathBuf;

use super::platform::Platform;
use crate::{Outcome, place};

/// Where packages are built; the program has a target folder of its own there, since its flags differ.
pub(super) const FOLDER: &str = "target/dist";

/// Builds the program; gives its path.
pub(super) fn build(platform: &Platform) -> Outcome<PathBuf> {
    let mut command = place::cargo();
    // With a target named, the flags are the program's alone, and not those of the macros that the compiler runs.
    command.args(["build", "--release", "--locked", "--package", "provender", "--target", platform.target]);
    command.args(["--target-dir", FOLDER]).current_dir(place::root());
    if !platform.target.ends_with("-darwin") {
        command.args(["--config", &format!("target.{}.rustflags=[\"-C\", \"target-feature=+crt-static\"]", platform.target)]);
    }
    if platform.target.ends_with("-linux-gnu") {
        command.args(["--features", "standalone"]);
    }
    if !command.status()?.success() {
        return Err("the program could not be built".into());
    }
    Ok(place::at(FOLDER).join(platform.target).join("release").join(platform.program()))
}
