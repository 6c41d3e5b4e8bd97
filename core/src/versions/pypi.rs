//! PEP 440, as the `pep440_rs` crate reads it, with what Poetry's grammar has beyond it; and names as PEP 503 compares them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::str::FromStr as _;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

use super::poetry;

pub(super) fn satisfies(range: &str, version: &str) -> Option<bool> {
    admits(range, version, false)
}

/// Whether a version lies within a range, prereleases let in as lockfiles may have them: the manager was told to take them, or found no other.
#[must_use]
pub fn within(range: &str, version: &str) -> Option<bool> {
    admits(range, version, true)
}

fn admits(range: &str, version: &str, prereleases: bool) -> Option<bool> {
    if let Some(text) = arbitrary(range) {
        return Some(text.eq_ignore_ascii_case(version.trim()));
    }
    let version = Version::from_str(version).ok()?;
    let alternatives = specifiers(range)?;
    // A prerelease counts only where the range itself names one (PEP 440, "Handling of pre-releases").
    let asked = alternatives.iter().flat_map(|specifiers| specifiers.iter()).any(|specifier| specifier.version().any_prerelease());
    let inside = alternatives.iter().any(|specifiers| specifiers.contains(&version));
    Some(inside && (asked || prereleases || !version.any_prerelease()))
}

pub(super) fn compare(one: &str, other: &str) -> Option<Ordering> {
    Some(Version::from_str(one).ok()?.cmp(&Version::from_str(other).ok()?))
}

pub(super) fn exact(spec: &str) -> Option<String> {
    if let Some(text) = arbitrary(spec) {
        return Some(text.to_owned());
    }
    let alternatives = specifiers(spec)?;
    let [specifiers] = alternatives.as_slice() else { return None };
    let mut exact = specifiers.iter().filter(|one| matches!(one.operator(), Operator::Equal | Operator::ExactEqual));
    exact.next().map(|specifier| specifier.version().to_string())
}

/// The specifiers of a range, any of which may hold: as PEP 440 writes them, or as Poetry does where that means nothing to PEP 440.
fn specifiers(range: &str) -> Option<Vec<VersionSpecifiers>> {
    match VersionSpecifiers::from_str(range) {
        Ok(specifiers) => Some(vec![specifiers]),
        Err(_) => poetry::specifiers(range),
    }
}

/// What `===` compares letter by letter, alone in its spec.
fn arbitrary(spec: &str) -> Option<&str> {
    let text = spec.trim().strip_prefix("===")?.trim();
    (!text.is_empty() && !text.contains([',', ' '])).then_some(text)
}

/// Whether pip reads a text as specifiers: clauses with commas between them, of which the last may be missing.
#[must_use]
pub fn is_specifier(text: &str) -> bool {
    let clauses: Vec<_> = text.split(',').map(str::trim).collect();
    let is_clause = |clause: &&str| arbitrary(clause).is_some() || VersionSpecifier::from_str(clause).is_ok();
    let given = clauses.strip_suffix(&[""]).unwrap_or(&clauses);
    given.iter().all(is_clause)
}

/// A project's name as indexes compare it (PEP 503): lower case, runs of `-`, `_` and `.` as one `-`.
#[must_use]
pub fn normalized(name: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    let lone_hyphen = |at: usize| bytes[at] == b'-' && bytes.get(at + 1) != Some(&b'-');
    if (0..bytes.len()).all(|at| plain(bytes[at]) || lone_hyphen(at)) {
        return Cow::Borrowed(name);
    }
    let mut text = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            '-' | '_' | '.' if text.ends_with('-') => {}
            '-' | '_' | '.' => text.push('-'),
            letter => text.extend(letter.to_lowercase()),
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_indexes_do() {
        for (name, expected) in [
            ("requests", "requests"),
            ("Flask.SQL__Alchemy", "flask-sql-alchemy"),
            ("a--b", "a-b"),
            ("zope.interface", "zope-interface"),
        ] {
            assert_eq!(normalized(name), expected);
        }
        assert!(matches!(normalized("a-b"), Cow::Borrowed(_)));
    }
}
