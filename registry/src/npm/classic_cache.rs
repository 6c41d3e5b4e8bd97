//! Yarn 1's cache on this machine as a source of bytes: beside each package that it unpacked, it keeps the tarball as it came.

use std::fs::File;
use std::path::Path;

use provender_core::integrity::Algorithm;

use crate::digest::Known;

/// The tarballs that Yarn's cache (the folder that holds `v6`) has of a version under the sha1 that the registry publishes. That is a
/// reason to look at them, not to trust them.
pub(super) fn find(cache: &Path, name: &str, version: &str, published: &[Known]) -> Vec<File> {
    if [name, version].iter().any(|part| part.split('/').any(|part| matches!(part, "" | "." | "..")) || part.contains('\\')) {
        return Vec::new();
    }
    let sha1 = published.iter().filter(|known| known.algorithm == Algorithm::Sha1);
    let folder = |known: &Known| {
        let hex: String = known.value().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("npm-{}-{version}-{hex}", name.replace('/', "-"))
    };
    let folders = sha1.map(folder).flat_map(|folder| [format!("{folder}-integrity"), folder]);
    let tarball =
        |folder: String| File::open(cache.join("v6").join(folder).join("node_modules").join(name).join(".yarn-tarball.tgz"));
    folders.filter_map(|folder| tarball(folder).ok()).collect()
}
