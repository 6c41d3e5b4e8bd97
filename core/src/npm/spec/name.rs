//! What npm takes for a package name.

use super::decode::is_unreserved;

/// A key of overrides, resolutions and their like as a name and the range behind its `@`. The `@` of a scope is part of the name.
#[must_use]
pub fn name_and_range(key: &str) -> (&str, Option<&str>) {
    let at = key.char_indices().skip(1).find(|(_, letter)| *letter == '@');
    at.map_or((key, None), |(at, _)| (&key[..at], Some(&key[at + 1..])))
}

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
