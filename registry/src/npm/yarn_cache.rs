//! Yarn's own archives on this machine: those that a repository commits (`.yarn/cache`), and the person's.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha512};

use crate::digest::Known;

/// The archive with that very digest, if one of the folders has it. Its name is a reason to look at it, and no more.
pub(super) fn find(folders: &[PathBuf], name: &str, version: &str, digest: &Known) -> Option<File> {
    let beginning = format!("{}-npm-{version}-", name.replace('/', "-"));
    folders.iter().flat_map(|folder| named(folder, &beginning)).find_map(|path| has(&path, digest))
}

fn named(folder: &Path, beginning: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_named = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(beginning) && name.ends_with(".zip"))
    };
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_named).collect();
    found.sort_unstable();
    found
}

fn has(path: &Path, digest: &Known) -> Option<File> {
    if !path.symlink_metadata().ok()?.is_file() {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let (mut hash, mut buffer) = (Sha512::new(), vec![0; 64 << 10]);
    loop {
        match file.read(&mut buffer).ok()? {
            0 => break,
            count => hash.update(&buffer[..count]),
        }
    }
    file.rewind().ok()?;
    digest.value().ends_with(&hash.finalize()).then_some(file)
}
