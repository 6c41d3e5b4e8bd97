//! The packages, built once by the project's own chore, and tools that try them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::support::installed;
use super::support::program::{cargo, stripped};

/// The root of the checkout.
pub(crate) fn checkout() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The folder that they lie in.
pub(crate) fn packages() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages");
        // Those of another version are not to be found.
        let _ = std::fs::remove_dir_all(&folder);
        let mut command = cargo();
        command.args(["xtask", "dist", "archive", "npm", "wheel", "--program"]).arg(stripped()).arg("--out").arg(&folder);
        let status = command.current_dir(checkout()).status().unwrap();
        assert!(status.success(), "the packages could not be built");
        folder
    })
}

/// The one package whose name begins and ends so.
#[track_caller]
pub(crate) fn package(begin: &str, end: &str) -> PathBuf {
    let is_it = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with(begin) && name.ends_with(end)
    };
    let mut found = std::fs::read_dir(packages()).unwrap().map(|entry| entry.unwrap().path()).filter(is_it);
    let path = found.next().unwrap_or_else(|| panic!("no `{begin}…{end}` was built"));
    assert_eq!(found.next(), None, "more than one `{begin}…{end}` was built");
    path
}

/// A tool of the Python index.
#[track_caller]
pub(crate) fn pypi(name: &str, version: &str) -> PathBuf {
    installed::pypi(name, &[&format!("{name}=={version}")]).join("bin").join(name)
}
