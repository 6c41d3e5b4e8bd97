//! Where things are: the checkout's root, files in it, and cargo.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// A path of the checkout.
pub(crate) fn at(path: &str) -> PathBuf {
    root().join(path)
}

/// A file's text; a missing file has none.
pub(crate) fn read(path: &str) -> Outcome<String> {
    match std::fs::read_to_string(at(path)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        result => result.map_err(|error| format!("cannot read {path}: {error}").into()),
    }
}

/// Writes a file, and the folders on the way.
pub(crate) fn write(path: &Path, text: impl AsRef<[u8]>) -> Outcome {
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, text).map_err(failed)?;
    Ok(())
}

/// The cargo that runs this chore, without what it told this chore of its package: build scripts that look at the same variables would take
/// their crates for stale, and be built again at each turn from a terminal to a chore.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    command
}
