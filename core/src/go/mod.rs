//! Go's own reading of what its files say.

use crate::model::{Lockfile, Manifest, Package};

pub mod settings;
pub mod sums;

/// What stands behind a version in `go.sum` where the digest is of the module's `go.mod` alone.
pub const GO_MOD: &str = "/go.mod";

/// A version of `go.sum` without the mark for the digest of `go.mod` alone, and whether it had it.
#[must_use]
pub fn half(version: &str) -> (&str, bool) {
    version.strip_suffix(GO_MOD).map_or((version, false), |version| (version, true))
}

/// The line of `go.sum` for the version that a module asks for of another: of the module itself, else of its `go.mod`.
#[must_use]
pub fn locked<'l>(lockfile: &'l Lockfile, manifest: &Manifest, name: &str) -> Option<&'l Package> {
    let asked = manifest.dependencies.iter().find(|asked| asked.name.as_str() == name)?;
    let (module, version) = sums::replaced(asked, manifest)?;
    let is_of = |package: &&Package| {
        package.name.as_str() == module && package.version.as_ref().is_some_and(|found| half(found).0 == version)
    };
    let mut lines = lockfile.packages.iter().filter(is_of);
    let first = lines.clone().next();
    lines.find(|package| package.version.as_ref().is_some_and(|found| !half(found).1)).or(first)
}
