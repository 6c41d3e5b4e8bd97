//! Versions and ranges as npm reads them.
//!
//! npm asks its `semver` for everything with the loose flag, so loose is the only mode here: `v1.2.3`, `=1.2.3`, `1.2.3beta` and
//! `01.2.3` are versions. What a lockfile is judged by has to agree with what npm does with it even where that is odd, so the
//! oddities are kept; the few that are not are said at [`Version`]'s order. Nothing is allocated for ranges in their usual
//! shapes: a lockfile of 3,000 packages asks some 17,000 times after every keystroke.

mod order;
mod range;
mod rewrite;
mod usual;

use std::cmp::Ordering;
use std::fmt;

pub use range::{Prereleases, is_range, satisfies};

/// The largest number that JavaScript counts exactly; npm refuses versions with larger ones.
const MAX_SAFE: u64 = 9_007_199_254_740_991;

/// The longest version that npm reads, in UTF-16 units.
const MAX_LENGTH: usize = 256;

/// A version, borrowed from its text; build metadata is left out because nothing compares it.
///
/// The order is npm's: numbers, then no prerelease over any, then identifier by identifier. It is total: where npm calls two
/// numeric identifiers beyond 2^53 equal and looks no further, the identifiers that follow them still count here.
#[derive(Clone, Copy, Debug)]
pub struct Version<'a> {
    /// First number.
    pub major: u64,
    /// Second number.
    pub minor: u64,
    /// Third number.
    pub patch: u64,
    /// The identifiers of a prerelease joined by dots, without the leading hyphen; empty if it is none.
    pub prerelease: &'a str,
}

impl<'a> Version<'a> {
    /// Reads a version (npm's `semver.parse` with its loose flag). `None` if npm does not take it for one.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Version<'a>> {
        if text.len() > MAX_LENGTH && text.encode_utf16().count() > MAX_LENGTH {
            return None;
        }
        Version::untrimmed(trim(text)).ok().flatten()
    }

    /// Reads a version that has nothing around it. `Ok(None)`: not a version; `Err`: one with a number that npm refuses.
    fn untrimmed(text: &'a str) -> Result<Option<Version<'a>>, TooLarge> {
        let parts = text.trim_start_matches(|c| c == 'v' || c == '=' || is_space(c));
        match Partial::parse(parts) {
            Some(Partial { major: Part::Number(major), minor: Part::Number(minor), patch: Part::Number(patch), prerelease }) => {
                Ok(Some(Version { major: major.value()?, minor: minor.value()?, patch: patch.value()?, prerelease }))
            }
            _ => Ok(None),
        }
    }
}

impl fmt::Display for Version<'_> {
    /// The canonical text: no prefix, no leading zeros, no build metadata (npm's `semver.valid`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        let identifiers = self.prerelease.split('.').filter(|identifier| !identifier.is_empty());
        for (index, identifier) in identifiers.enumerate() {
            f.write_str(if index == 0 { "-" } else { "." })?;
            match order::number(identifier) {
                Some(number) => number.fmt(f)?,
                None => f.write_str(identifier)?,
            }
        }
        Ok(())
    }
}

/// A number of a version is larger than npm takes: the whole range that holds it is none.
#[derive(Clone, Copy, Debug)]
struct TooLarge;

/// `satisfies` without prereleases that were not asked for, as npm installs. `None`: `range` is not a range.
#[must_use]
pub fn satisfies_str(range: &str, version: &str) -> Option<bool> {
    satisfies(range, version, Prereleases::OnlyAskedFor)
}

/// Which of two versions is newer. `None` if one of them is not a version.
#[must_use]
pub fn compare(a: &str, b: &str) -> Option<Ordering> {
    Some(Version::parse(a)?.cmp(&Version::parse(b)?))
}

/// The newest of `versions` within `range` (npm's `maxSatisfying`): what a range is pinned to. The first of equals.
#[must_use]
pub fn highest_match<'v>(range: &str, versions: impl IntoIterator<Item = &'v str>) -> Option<&'v str> {
    let mut best: Option<(&str, Version<'_>)> = None;
    for text in versions {
        if satisfies_str(range, text)?
            && let Some(version) = Version::parse(text)
            && best.is_none_or(|(_, so_far)| so_far < version)
        {
            best = Some((text, version));
        }
    }
    best.map(|(text, _)| text)
}

/// The one version a spec names, in canonical text; `None` if it admits more than one or is not of a registry.
///
/// npm's `semver.valid`: `v1.2.3` and `=1.2.3` are exact, `1.2` and `=1.x` are not.
#[must_use]
pub fn exact(spec: &str) -> Option<String> {
    Version::parse(spec).map(|version| version.to_string())
}

/// White space in JavaScript, which counts a byte order mark in and U+0085 out.
pub(crate) fn is_space(c: char) -> bool {
    c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}')
}

/// JavaScript's `trim`.
pub(crate) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] | [first @ last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(is_space),
    }
}

/// A number of a version as written.
#[derive(Clone, Copy)]
struct Number<'a> {
    text: &'a str,
    /// Above [`MAX_SAFE`] it only says "more".
    value: u64,
}

impl Number<'_> {
    fn value(self) -> Result<u64, TooLarge> {
        if self.value <= MAX_SAFE { Ok(self.value) } else { Err(TooLarge) }
    }

    /// One more. `Ok(None)`: so large that JavaScript writes it with an exponent, whereupon npm drops the comparator.
    fn next(self) -> Result<Option<u64>, TooLarge> {
        if self.value < MAX_SAFE {
            return Ok(Some(self.value + 1));
        }
        match self.text.parse::<f64>() {
            Ok(value) if value + 1.0 < 1e21 => Err(TooLarge),
            _ => Ok(None),
        }
    }
}

/// One of the three places of a version in a range.
#[derive(Clone, Copy)]
enum Part<'a> {
    /// `x`, `X`, `*`, or nothing there.
    Any,
    Number(Number<'a>),
}

/// A version with places left open: `1`, `1.x`, `1.2.*-beta`.
struct Partial<'a> {
    major: Part<'a>,
    minor: Part<'a>,
    patch: Part<'a>,
    prerelease: &'a str,
}

impl<'a> Partial<'a> {
    /// Reads all of `text`, which has neither prefix nor operator.
    fn parse(text: &'a str) -> Option<Partial<'a>> {
        let (major, rest) = part(text)?;
        let Some(rest) = after_dot(rest)? else {
            return Some(Partial { major, minor: Part::Any, patch: Part::Any, prerelease: "" });
        };
        let (minor, rest) = part(rest)?;
        let Some(from_patch) = after_dot(rest)? else {
            return Some(Partial { major, minor, patch: Part::Any, prerelease: "" });
        };
        let (patch, rest) = part(from_patch)?;
        if let Some(prerelease) = tail(rest) {
            return Some(Partial { major, minor, patch, prerelease });
        }
        // npm's expression backs up by a digit here: `1.2.34.5` is 1.2.3-4.5 to it.
        let Part::Number(Number { text: digits, .. }) = patch else { return None };
        let shorter = digits.len().checked_sub(1).filter(|&length| length > 0 && rest.starts_with('.'))?;
        let patch = Part::Number(number(&digits[..shorter]));
        Some(Partial { major, minor, patch, prerelease: tail(&from_patch[shorter..])? })
    }
}

/// What follows a dot; `Some(None)` at the end of the text.
fn after_dot(rest: &str) -> Option<Option<&str>> {
    if rest.is_empty() { Some(None) } else { rest.strip_prefix('.').map(Some) }
}

fn part(text: &str) -> Option<(Part<'_>, &str)> {
    let bytes = text.as_bytes();
    if let b'x' | b'X' | b'*' = bytes.first()? {
        return Some((Part::Any, &text[1..]));
    }
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(length);
    (1..=MAX_LENGTH).contains(&length).then(|| (Part::Number(number(digits)), rest))
}

fn number(digits: &str) -> Number<'_> {
    let value = digits.bytes().fold(0u64, |value, byte| value.saturating_mul(10).saturating_add(u64::from(byte - b'0')));
    Number { text: digits, value }
}

/// The prerelease after the third number, whose hyphen may be missing; `None` if something else stands there.
fn tail(rest: &str) -> Option<&str> {
    if rest.is_empty() {
        return Some("");
    }
    let (prerelease, build) = rest.split_once('+').map_or((rest, None), |(prerelease, build)| (prerelease, Some(build)));
    if !build.is_none_or(are_identifiers) {
        return None;
    }
    if prerelease.is_empty() {
        return Some("");
    }
    // A lone hyphen is an identifier of its own where dropping it leaves none.
    let shorter = prerelease.strip_prefix('-').filter(|rest| are_identifiers(rest));
    shorter.or_else(|| are_identifiers(prerelease).then_some(prerelease))
}

fn are_identifiers(text: &str) -> bool {
    text.split('.').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

#[cfg(test)]
mod tests;
