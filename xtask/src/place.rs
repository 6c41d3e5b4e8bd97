//! Where things are: the checkout's root, and files in it.

use std::path::{Path, PathBuf};

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
