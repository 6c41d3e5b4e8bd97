//! What every editor's test needs: a place to install to, scripts that install, and one test at a time.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The checkout.
pub(crate) fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A folder below `target/editors/`, where editors are installed once and what tests show is kept.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = checkout().join("target/editors").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs an installing script of `tests/editors/`; it has to be quick where there is nothing left to do.
pub(crate) fn install(script: &str, arguments: &[&str]) {
    let path = checkout().join("tests/editors").join(script);
    let done = Command::new("bash").arg(&path).args(arguments).status().expect("bash");
    assert!(done.success(), "{script} {arguments:?} failed; it says why above");
}

/// What a test takes from the machine.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Little: an editor in a terminal.
    Terminal,
    /// Most of it: an editor in a browser.
    Browser,
    /// All of it: time is measured.
    Quiet,
}

/// Lets one editor of a kind run at a time: a machine that starts several at once is too slow for each of them.
pub(crate) fn turn(needs: Needs) -> Vec<MutexGuard<'static, ()>> {
    static TERMINAL: Mutex<()> = Mutex::new(());
    static BROWSER: Mutex<()> = Mutex::new(());
    // Always in this order.
    let turns = [(&TERMINAL, needs != Needs::Browser), (&BROWSER, needs != Needs::Terminal)];
    turns
        .into_iter()
        .filter(|(_, is_needed)| *is_needed)
        .map(|(turn, _)| turn.lock().unwrap_or_else(PoisonError::into_inner))
        .collect()
}
