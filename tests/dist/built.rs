//! The packages, built once by the project's own chore, and tools that try them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

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
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        // What cargo told this test of its package would make it build crates again whose build scripts look at the same variables.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
                command.env_remove(name);
            }
        }
        command.args(["xtask", "dist", "archive", "npm", "wheel", "--program"]).arg(program()).arg("--out").arg(&folder);
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

/// The program under test, without what only a debugger needs: it would be packed and unpacked four times as long.
pub(crate) fn program() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_provender"));
    let stripped = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stripped/provender");
    std::fs::create_dir_all(stripped.parent().unwrap()).unwrap();
    match Command::new("strip").arg("-o").arg(&stripped).arg(program).status() {
        Ok(status) if status.success() => stripped,
        _ => program.into(),
    }
}

/// A tool of the Python index, installed once below `target/managers`.
pub(crate) fn pypi(name: &str, version: &str) -> PathBuf {
    let folder = checkout().join("target/managers").join(format!("{name}-{version}"));
    let program = folder.join("bin").join(name);
    if !program.exists() {
        assert!(Command::new("python3").args(["-m", "venv"]).arg(&folder).status().unwrap().success());
        let pip = Command::new(folder.join("bin/pip")).args(["install", "-q", &format!("{name}=={version}")]).status();
        assert!(pip.unwrap().success(), "{name} could not be installed");
    }
    program
}
