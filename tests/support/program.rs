//! The program under test, and the cargo that it was built with.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The program without what only a debugger needs: it is packed and unpacked in a quarter of the time.
pub(crate) fn stripped() -> &'static Path {
    static STRIPPED: OnceLock<PathBuf> = OnceLock::new();
    STRIPPED.get_or_init(|| {
        let program = Path::new(env!("CARGO_BIN_EXE_provender"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stripped");
        std::fs::create_dir_all(&folder).expect("a folder");
        // Another test program may be at it, and what is run cannot be written to.
        let (fresh, stripped) = (folder.join(format!("provender.{}", std::process::id())), folder.join("provender"));
        match Command::new("strip").arg("-o").arg(&fresh).arg(program).status() {
            Ok(status) if status.success() => {
                std::fs::rename(&fresh, &stripped).expect("another name");
                stripped
            }
            _ => program.into(),
        }
    })
}

/// The cargo that runs this test, without what it told this test of its package: build scripts that look at the same variables would take their
/// crates for stale, and be built again at each turn from a terminal to a test.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    command
}
