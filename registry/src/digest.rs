//! Digests: several at once over a stream, and how those that lockfile, registry and bytes have are compared.
//!
//! An installer compares the strongest algorithm present and is content with any digest of it. We ask that of *every* algorithm
//! present: a weaker digest that contradicts the rest is not passed over.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use provender_core::integrity::{Algorithm, Digest as Word};
use provender_core::text::Span;
use sha2::Digest as _;
use smol_str::{SmolStr, format_smolstr};

/// A well-formed digest. Two are equal if algorithm and digest are, however they are written.
#[derive(Clone)]
pub(crate) struct Known {
    /// Its algorithm.
    pub(crate) algorithm: Algorithm,
    /// As it was written: `algorithm-base64`, `algorithm:hexadecimal`, or with a cache key.
    pub(crate) word: SmolStr,
    value: Vec<u8>,
}

impl PartialEq for Known {
    fn eq(&self, other: &Known) -> bool {
        (self.algorithm, &self.value) == (other.algorithm, &other.value)
    }
}

impl Eq for Known {}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.word)
    }
}

impl Known {
    /// Reads one word, `None` if it is no digest.
    pub(crate) fn of(word: &str) -> Option<Known> {
        Known::read(&Word::parse(word, Span::new(0, 0)))
    }

    /// Reads hexadecimal that a field of that algorithm holds; it is written `algorithm:hexadecimal` from there on.
    pub(crate) fn of_hex(algorithm: Algorithm, hex: &str) -> Option<Known> {
        Known::of(&format!("{}:{}", algorithm.id(), hex.to_ascii_lowercase()))
    }

    /// The digest itself, written in base64.
    pub(crate) fn of_bytes(algorithm: Algorithm, digest: &[u8]) -> Known {
        let separator = if algorithm == Algorithm::H1 { ':' } else { '-' };
        Known {
            algorithm,
            word: format_smolstr!("{}{separator}{}", algorithm.id(), STANDARD.encode(digest)),
            value: digest.to_vec(),
        }
    }

    fn read(word: &Word) -> Option<Known> {
        let (algorithm, value) = word.value()?;
        Some(Known { algorithm, word: word.bare().into(), value })
    }

    /// The digest itself.
    pub(crate) fn value(&self) -> &[u8] {
        &self.value
    }
}

/// The well-formed digests among the words of an integrity string.
pub(crate) fn known<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<Known> {
    words.into_iter().filter_map(Known::of).collect()
}

/// The words of digests, for a verdict.
pub(crate) fn words(digests: &[Known]) -> Vec<SmolStr> {
    digests.iter().map(|digest| digest.word.clone()).collect()
}

/// A registry's `shasum` as a digest.
pub(crate) fn shasum(hex: &str) -> Option<Known> {
    Some(Known::of_bytes(Algorithm::Sha1, Known::of_hex(Algorithm::Sha1, hex)?.value()))
}

/// How two sets of digests of what should be one thing stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// The one's strongest algorithm is not among the other's.
    Unknown,
    /// They agree in every algorithm that both have, the strongest of the first among them.
    Agree,
    /// In some algorithm they have no digest in common.
    Disagree,
}

pub(crate) fn agreement(one: &[Known], other: &[Known]) -> Agreement {
    let mut compared = None;
    for algorithm in Algorithm::ALL {
        let of = |set: &'_ [Known]| set.iter().filter(|known| known.algorithm == algorithm).cloned().collect::<Vec<_>>();
        let (left, right) = (of(one), of(other));
        if left.is_empty() || right.is_empty() {
            continue;
        }
        if !left.iter().any(|known| right.contains(known)) {
            return Agreement::Disagree;
        }
        compared = Some(algorithm);
    }
    let strongest = one.iter().map(|known| known.algorithm).max();
    if compared.is_some() && compared == strongest { Agreement::Agree } else { Agreement::Unknown }
}

/// Several digests over one stream.
pub(crate) struct Hashes(Vec<Hasher>);

enum Hasher {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha224(sha2::Sha224),
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
}

macro_rules! each {
    ($hasher:expr, $bind:ident => $body:expr) => {
        match $hasher {
            Hasher::Md5($bind) => (Algorithm::Md5, $body),
            Hasher::Sha1($bind) => (Algorithm::Sha1, $body),
            Hasher::Sha224($bind) => (Algorithm::Sha224, $body),
            Hasher::Sha256($bind) => (Algorithm::Sha256, $body),
            Hasher::Sha384($bind) => (Algorithm::Sha384, $body),
            Hasher::Sha512($bind) => (Algorithm::Sha512, $body),
        }
    };
}

impl Hashes {
    /// One for each algorithm; repeated ones count once.
    pub(crate) fn new(algorithms: impl IntoIterator<Item = Algorithm>) -> Hashes {
        let mut wanted: Vec<Algorithm> = algorithms.into_iter().collect();
        // What is not a digest of the bytes themselves is computed elsewhere.
        wanted.retain(|algorithm| *algorithm <= Algorithm::Sha512);
        wanted.sort_unstable();
        wanted.dedup();
        let hasher = |algorithm| match algorithm {
            Algorithm::H1 | Algorithm::YarnZip => Hasher::Sha256(sha2::Sha256::new()),
            Algorithm::Md5 => Hasher::Md5(md5::Md5::new()),
            Algorithm::Sha1 => Hasher::Sha1(sha1::Sha1::new()),
            Algorithm::Sha224 => Hasher::Sha224(sha2::Sha224::new()),
            Algorithm::Sha256 => Hasher::Sha256(sha2::Sha256::new()),
            Algorithm::Sha384 => Hasher::Sha384(sha2::Sha384::new()),
            Algorithm::Sha512 => Hasher::Sha512(sha2::Sha512::new()),
        };
        Hashes(wanted.into_iter().map(hasher).collect())
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        for hasher in &mut self.0 {
            each!(hasher, hasher => hasher.update(bytes));
        }
    }

    pub(crate) fn finish(self) -> Vec<Known> {
        let digest = |hasher| {
            let (algorithm, digest) = each!(hasher, hasher => hasher.finalize().to_vec());
            Known::of_bytes(algorithm, &digest)
        };
        self.0.into_iter().map(digest).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_hashes_in_pieces_as_the_standards_say() {
        let mut hashes = Hashes::new(Algorithm::ALL.into_iter().chain([Algorithm::Sha1]));
        for piece in ["a", "", "bc"] {
            hashes.update(piece.as_bytes());
        }
        let words: Vec<String> = hashes.finish().into_iter().map(|known| known.word.to_string()).collect();
        // The published test vectors for "abc", in base64.
        assert_eq!(
            words,
            [
                "md5-kAFQmDzST7DWlj99KOF/cg==",
                "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=",
                "sha224-Iwl9IjQF2CKGQqR3vaJVsyqtvOS9oLP342ydpw==",
                "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
                "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn",
                "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==",
            ]
        );
        assert_eq!(shasum("a9993e364706816aba3e25717850c26c9cd0d89d").map(|known| known.word.to_string()).as_ref(), words.get(1));
        assert_eq!(shasum("a9993e"), None);
        assert_eq!(shasum(&"+f".repeat(20)), None);
    }

    #[test]
    fn digests_are_compared_in_every_algorithm_that_both_have() {
        let one = "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
        let one_other = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=";
        let five = "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";
        let five_other = &format!("sha512-{}==", "A".repeat(86));
        use Agreement::{Agree, Disagree, Unknown};
        for (left, right, expected) in [
            (vec![five], vec![five, one], Agree),
            (vec![one], vec![five, one], Agree),
            (vec![five], vec![five_other, one], Disagree),
            (vec![five_other, five], vec![five], Agree),
            (vec![five, one_other], vec![five, one], Disagree),
            // The strongest decides for an installer: agreement in a weaker one says nothing about it.
            (vec![five_other, one], vec![one], Unknown),
            (vec![five], vec![one], Unknown),
            (vec![], vec![five], Unknown),
            (vec!["sha512-x", "foo-bar"], vec![five], Unknown),
            (vec![&format!("{one}?option")], vec![one], Agree),
        ] {
            assert_eq!(agreement(&known(left.clone()), &known(right.clone())), expected, "{left:?} {right:?}");
        }
    }
}
