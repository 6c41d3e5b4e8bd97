//! What npm takes for a package name.

use super::decode::is_unreserved;

/// Whether npm takes `name` for a package name, by the rules for the oldest packages: capital letters are let in.
#[must_use]
pub fn is_valid_name(name: &str) -> bool {
    let reserved = ["node_modules", "favicon.ico"].iter().any(|reserved| name.eq_ignore_ascii_case(reserved));
    if name.is_empty() || name.starts_with(['.', '-', '_']) || reserved {
        return false;
    }
    let word = |word: &str| !word.is_empty() && word.bytes().all(is_unreserved);
    match name.strip_prefix('@').and_then(|rest| rest.split_once('/')) {
        Some((scope, package)) => word(scope) && word(package) && !package.starts_with('.'),
        None => word(name),
    }
}
