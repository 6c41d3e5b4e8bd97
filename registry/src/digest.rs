//! Digests: several at once over a stream, and how those that lockfile, registry and bytes have are compared.
//!
//! An installer compares the strongest algorithm present and is content with any digest of it. We ask that of *every* algorithm
//! present: a weaker digest that contradicts the rest is not passed over.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use provender_core::integrity::{Algorithm, Digest as Word};
use provender_core::text::Span;
use sha2::Digest as _;
use smol_str::{SmolStr, format_smolstr};

/// A well-formed digest: its algorithm, and `algorithm-base64`.
pub(crate) type Known = (Algorithm, SmolStr);

/// The well-formed digests among the words of an integrity string.
pub(crate) fn known<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<Known> {
    let read = |word: &str| {
        let word = Word::parse(word, Span::new(0, 0));
        Some((word.algorithm()?, word.bare().into()))
    };
    words.into_iter().filter_map(read).collect()
}

/// A registry's `shasum` as a digest.
pub(crate) fn shasum(hex: &str) -> Option<Known> {
    let bytes = hex.as_bytes();
    if bytes.len() != 2 * Algorithm::Sha1.length() {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let raw: Option<Vec<u8>> = bytes.chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect();
    Some((Algorithm::Sha1, word(Algorithm::Sha1, &raw?)))
}

fn word(algorithm: Algorithm, digest: &[u8]) -> SmolStr {
    format_smolstr!("{}-{}", algorithm.id(), STANDARD.encode(digest))
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
        let of = |set: &[Known]| set.iter().filter(|(id, _)| *id == algorithm).map(|(_, word)| word.clone()).collect::<Vec<_>>();
        let (left, right) = (of(one), of(other));
        if left.is_empty() || right.is_empty() {
            continue;
        }
        if !left.iter().any(|word| right.contains(word)) {
            return Agreement::Disagree;
        }
        compared = Some(algorithm);
    }
    let strongest = one.iter().map(|(algorithm, _)| *algorithm).max();
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
            (algorithm, word(algorithm, &digest))
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
        let words: Vec<String> = hashes.finish().into_iter().map(|(_, word)| word.to_string()).collect();
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
        assert_eq!(shasum("a9993e364706816aba3e25717850c26c9cd0d89d").map(|(_, word)| word.to_string()).as_ref(), words.get(1));
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
