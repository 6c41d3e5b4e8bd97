//! Go's list of digests: two lines a module, or the one of its `go.mod` alone.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::Packages;

/// `go.sum`.
pub(super) fn sum(packages: &Packages) -> String {
    let mut text = String::new();
    for package in &packages.0 {
        let module = format!("git.example/{}/{}", package.name.rsplit('-').next().unwrap_or_default(), package.name);
        let digest = |of: &str| STANDARD.encode(Sha256::digest(format!("{module}{of}")));
        if !package.shape.is_multiple_of(3) {
            let _ = writeln!(text, "{module} v{} h1:{}", package.version, digest(""));
        }
        let _ = writeln!(text, "{module} v{}/go.mod h1:{}", package.version, digest("/go.mod"));
    }
    text
}
