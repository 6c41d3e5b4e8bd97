//! Tools from public registries, in exact versions, each in a folder of its own below `target/managers`: installed by the first test that asks.
//!
//! Tests run side by side, in one program and in several, and any of them may have been stopped half-way.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where npm put these packages (`name@version`).
#[track_caller]
pub(crate) fn npm(folder: &str, packages: &[&str]) -> PathBuf {
    once(&managers(), folder, packages, |folder| {
        // pnpm and bun bring their programs as packages for the platform; no script has to run but bun's own.
        let mut npm = Command::new("npm");
        npm.args(["install", "--silent", "--no-audit", "--no-fund", "--prefix"]).arg(folder).args(packages);
        assert!(npm.status().expect("npm runs").success(), "{packages:?} could not be installed");
    })
}

/// A virtual environment with these packages (`name==version`).
#[track_caller]
pub(crate) fn pypi(folder: &str, packages: &[&str]) -> PathBuf {
    once(&managers(), folder, packages, |folder| {
        let made = Command::new("python3").args(["-m", "venv"]).arg(folder).status();
        assert!(made.expect("python3 runs").success(), "no virtual environment");
        let installed = Command::new(folder.join("bin/pip")).args(["install", "-q"]).args(packages).status();
        assert!(installed.expect("pip runs").success(), "{packages:?} could not be installed");
    })
}

fn managers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the checkout").join("target/managers")
}

/// The folder of this name, with these packages in it: whoever comes while they are being installed waits, and what was left half-done, or is of
/// other versions, is done anew.
#[track_caller]
pub(crate) fn once(root: &Path, name: &str, packages: &[&str], install: impl FnOnce(&Path)) -> PathBuf {
    let folder = root.join(name);
    fs::create_dir_all(root).expect("a folder for the tools");
    // Released when this file is closed, however that happens.
    let turn = File::create(root.join(format!("{name}.lock"))).expect("a file to lock");
    turn.lock().expect("the turn");
    let (mark, wanted) = (folder.join(".installed"), packages.join("\n"));
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return folder;
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the way is clear");
    }
    fs::create_dir(&folder).expect("a folder for the tool");
    install(&folder);
    fs::write(mark, wanted).expect("a mark");
    folder
}
