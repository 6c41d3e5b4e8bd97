//! Real files of many projects, where this machine has a collection of them beside the checkout; otherwise there are none, and tests over them
//! have nothing to do.

// Files are read only here: the code itself does no I/O.
#![allow(clippy::disallowed_methods)]

use std::path::{Path, PathBuf};

/// A folder of the collection: beside the checkout, or beside the one that this is a work tree of.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above.map(|folder| folder.join("shared/corpus").join(name)).find(|folder| folder.is_dir())
}

/// What lies in a folder, in the order of the names.
pub(crate) fn inside(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<_> = entries.map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// Every file below some folders of the collection.
pub(crate) fn files(folders: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().filter_map(|name| folder(name)).collect();
    while let Some(folder) = open.pop() {
        let (folders, files): (Vec<_>, Vec<_>) = inside(&folder).into_iter().partition(|path| path.is_dir());
        open.extend(folders);
        found.extend(files);
    }
    found.sort();
    found
}
