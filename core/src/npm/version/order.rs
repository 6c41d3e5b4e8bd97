//! Which version is newer.

use std::cmp::Ordering;

use super::{MAX_SAFE, Version};

impl PartialEq for Version<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version<'_> {}

impl PartialOrd for Version<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = |version: &Version<'_>| (version.major, version.minor, version.patch);
        numbers(self).cmp(&numbers(other)).then_with(|| prereleases(self.prerelease, other.prerelease))
    }
}

fn prereleases(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => {
            let unequal = a.split('.').zip(b.split('.')).map(|(a, b)| identifiers(a, b)).find(|order| order.is_ne());
            unequal.unwrap_or_else(|| a.split('.').count().cmp(&b.split('.').count()))
        }
    }
}

fn identifiers(a: &str, b: &str) -> Ordering {
    let numeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match (numeric(a), numeric(b)) {
        (true, true) => match (number(a), number(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            // As JavaScript counts them: beyond 2^53 neighbours are equal.
            _ => double(a).total_cmp(&double(b)),
        },
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.cmp(b),
    }
}

/// An identifier as a number, where npm keeps it as one.
pub(super) fn number(identifier: &str) -> Option<u64> {
    let digits = identifier.bytes().all(|byte| byte.is_ascii_digit());
    identifier.parse().ok().filter(|&number: &u64| digits && number < MAX_SAFE)
}

fn double(digits: &str) -> f64 {
    digits.parse().unwrap_or(f64::INFINITY)
}
