//! The comparison: what lockfile, registry and bytes say of one artifact, and what that comes to. No I/O.

use provender_core::facts::{Mismatch, Outcome, Reason};

use crate::digest::{Agreement, Known, agreement};

/// What is known of an artifact.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'a> {
    /// The lockfile's digests.
    pub(crate) locked: &'a [Known],
    /// The registry's.
    pub(crate) published: &'a [Known],
    /// Those of the bytes, in every algorithm of the other two; `None` where no bytes were hashed.
    pub(crate) computed: Option<&'a [Known]>,
    /// Whether the recorded address, if there is one, is the published one.
    pub(crate) same_address: bool,
}

impl Evidence<'_> {
    /// Which of the three disagree.
    pub(crate) fn mismatch(&self) -> Option<Mismatch> {
        let disagree = |one, other| agreement(one, other) == Agreement::Disagree;
        let mut found = Mismatch { address: !self.same_address, ..Mismatch::default() };
        found.lockfile_registry = disagree(self.locked, self.published);
        if let Some(computed) = self.computed {
            found.lockfile_bytes = disagree(self.locked, computed);
            found.registry_bytes = disagree(self.published, computed);
            // Where they share no algorithm, the bytes tell: what equals the one cannot equal the other.
            let settled = !self.published.is_empty() && !found.registry_bytes;
            found.lockfile_registry |= settled && found.lockfile_bytes;
        }
        (found != Mismatch::default()).then_some(found)
    }

    /// What it comes to. Nothing is verified or recorded unless every comparison that the word stands for was made and held.
    pub(crate) fn outcome(&self) -> Outcome {
        if let Some(mismatch) = self.mismatch() {
            return Outcome::Mismatched(mismatch);
        }
        if self.locked.is_empty() {
            return Outcome::Unverifiable(Reason::NoLockedDigest);
        }
        let agree = |one, other| agreement(one, other) == Agreement::Agree;
        match self.computed {
            Some(computed) if agree(self.locked, computed) && agree(self.published, computed) => Outcome::Verified,
            None if agree(self.locked, self.published) => Outcome::Recorded,
            _ => Outcome::Unverifiable(Reason::NoPublishedDigest),
        }
    }
}

/// Whether a release of several files holds by its digests alone: each that is locked is published, and of the files that were hashed (if
/// that was asked) every digest that can be compared is both.
pub(crate) fn release_holds(locked: &[Known], published: &[Known], computed: Option<&[Known]>) -> bool {
    let recorded = !locked.is_empty() && locked.iter().all(|digest| published.contains(digest));
    let compared = |computed: &[Known]| {
        let strongest = |set: &[Known]| set.iter().map(|known| known.algorithm).max();
        let is_hashed = computed.iter().any(|digest| locked.contains(digest) && Some(digest.algorithm) == strongest(locked));
        let is_published =
            computed.iter().any(|digest| published.contains(digest) && Some(digest.algorithm) == strongest(published));
        let contradicts =
            |digest: &Known| published.iter().any(|known| known.algorithm == digest.algorithm) && !published.contains(digest);
        is_hashed && is_published && !computed.iter().any(contradicts)
    };
    recorded && computed.is_none_or(compared)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::known;

    const ONE: &str = "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
    const ONE_OTHER: &str = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=";
    const FIVE: &str = "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
    const FIVE_OTHER: &str = "sha512-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";

    fn outcome(locked: &str, published: &str, computed: Option<&str>, same_address: bool) -> String {
        let read = |text: &str| known(text.split_ascii_whitespace());
        let (locked, published, computed) = (read(locked), read(published), computed.map(read));
        let evidence = Evidence { locked: &locked, published: &published, computed: computed.as_deref(), same_address };
        match evidence.outcome() {
            Outcome::Verified => "verified".to_owned(),
            Outcome::Recorded => "recorded".to_owned(),
            Outcome::Unverifiable(reason) => format!("{reason:?}"),
            Outcome::Mismatched(Mismatch { lockfile_registry, lockfile_bytes, registry_bytes, address }) => {
                let parts = [
                    (lockfile_registry, "lock/registry"),
                    (lockfile_bytes, "lock/bytes"),
                    (registry_bytes, "registry/bytes"),
                    (address, "address"),
                ];
                parts.iter().filter(|(set, _)| *set).map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
            }
        }
    }

    #[test]
    fn a_release_holds_only_if_every_locked_digest_is_published() {
        let holds = |locked: &str, published: &str, computed: Option<&str>| {
            let read = |text: &str| known(text.split_ascii_whitespace());
            release_holds(&read(locked), &read(published), computed.map(read).as_deref())
        };
        let both = format!("{FIVE} {FIVE_OTHER}");
        assert!(holds(FIVE, &both, None) && holds(&both, &both, Some(FIVE)) && holds(&both, &both, Some(&both)));
        for (locked, published, computed) in [
            (&both[..], FIVE, None),
            ("", &both, None),
            (&both, FIVE, Some(FIVE)),
            (FIVE, &both, Some("")),
            (FIVE, &both, Some(FIVE_OTHER)),
            (FIVE, &both, Some(ONE)),
            (FIVE, FIVE, Some(&both)),
            ("", FIVE, Some(FIVE)),
        ] {
            assert!(!holds(locked, published, computed), "{locked} | {published} | {computed:?}");
        }
    }

    #[test]
    fn nothing_is_verified_that_was_not_compared_three_ways() {
        let both = format!("{FIVE} {ONE}");
        let both = both.as_str();
        let lying = format!("{FIVE} {ONE_OTHER}");
        for (locked, published, computed, same_address, expected) in [
            (FIVE, both, Some(both), true, "verified"),
            (ONE, FIVE, Some(both), true, "verified"),
            (FIVE, ONE, Some(both), true, "verified"),
            (both, both, Some(both), true, "verified"),
            (FIVE, both, None, true, "recorded"),
            (ONE, both, None, true, "recorded"),
            // Not told by metadata alone.
            (ONE, FIVE, None, true, "NoPublishedDigest"),
            (&format!("{FIVE_OTHER} {ONE}"), ONE, None, true, "NoPublishedDigest"),
            (FIVE, "", None, true, "NoPublishedDigest"),
            (FIVE, "", Some(FIVE), true, "NoPublishedDigest"),
            ("", both, None, true, "NoLockedDigest"),
            ("", both, Some(both), true, "NoLockedDigest"),
            ("sha512-x", both, Some(both), true, "NoLockedDigest"),
            ("", "", Some(both), true, "NoLockedDigest"),
            // Two agree, the third does not.
            (FIVE_OTHER, both, None, true, "lock/registry"),
            (FIVE_OTHER, both, Some(both), true, "lock/registry lock/bytes"),
            (FIVE, both, Some(&format!("{FIVE_OTHER} {ONE_OTHER}")), true, "lock/bytes registry/bytes"),
            (FIVE, FIVE_OTHER, Some(FIVE), true, "lock/registry registry/bytes"),
            (ONE_OTHER, FIVE, Some(both), true, "lock/registry lock/bytes"),
            (FIVE, "", Some(FIVE_OTHER), true, "lock/bytes"),
            // A weaker digest that contradicts is not passed over.
            (&lying, both, Some(both), true, "lock/registry lock/bytes"),
            (FIVE, &lying, Some(both), true, "registry/bytes"),
            (FIVE, both, Some(both), false, "address"),
            (FIVE, both, None, false, "address"),
            ("", both, Some(both), false, "address"),
        ] {
            assert_eq!(outcome(locked, published, computed, same_address), expected, "{locked} | {published} | {computed:?}");
        }
    }
}
