//! Which folders are workspaces.

use std::path::{Path, PathBuf};

/// The folders that are workspaces of their own.
///
/// A folder within another one belongs to that one, since its lockfile and its settings may lie there and the same file must not be
/// judged twice; unless it is a repository, which has a history of its own to be compared with.
pub(super) fn separate(mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    folders.sort();
    folders.dedup();
    let within = |folder: &PathBuf| folders.iter().any(|other| other != folder && folder.starts_with(other));
    folders.iter().filter(|folder| !within(folder) || is_repository(folder)).cloned().collect()
}

/// The repository that a folder lies in.
pub(super) fn repository(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| is_repository(folder))
}

/// A work tree's root holds `.git`: a folder, or in submodules and further work trees a file.
pub(super) fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_within_another_is_part_of_it_unless_it_is_a_repository() {
        let place = tempfile::tempdir().unwrap();
        let (outer, plain, own) = (place.path().to_path_buf(), place.path().join("a"), place.path().join("b/c"));
        std::fs::create_dir_all(own.join(".git")).unwrap();
        std::fs::create_dir_all(&plain).unwrap();
        assert_eq!(separate(vec![plain, own.clone(), outer.clone(), outer.clone()]), [outer, own.clone()]);
        std::fs::create_dir_all(own.join("d")).unwrap();
        assert_eq!(repository(&own.join("d")), Some(own.as_path()));
    }
}
