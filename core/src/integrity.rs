//! Digests as lockfiles write them.
//!
//! Subresource integrity as npm reads it (its `ssri`): words separated by white space, each `algorithm-base64`, options after `?`
//! ignored; words of an unknown algorithm are dropped, only the strongest algorithm counts, and any digest of it may match. We read
//! the same and keep what npm drops, so that a rule can say so.
//!
//! Other ecosystems write `algorithm:hexadecimal` (pip, Cargo), `h1:base64` (Go, of a whole tree) or a cache key and the digest of an archive
//! of their own making (Yarn 2 and later).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use smol_str::{SmolStr, format_smolstr};

use crate::text::{Span, Spanned};

/// A digest algorithm, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// Broken: collisions are cheap.
    Md5,
    /// Broken: collisions have been made.
    Sha1,
    /// SHA-2, 224 bits.
    Sha224,
    /// SHA-2, 256 bits.
    Sha256,
    /// SHA-2, 384 bits.
    Sha384,
    /// SHA-2, 512 bits.
    Sha512,
    /// Go's `h1`: SHA-256 over the sorted list of a module's files and their SHA-256.
    H1,
    /// Yarn's checksum: SHA-512 of the zip archive that Yarn itself makes of a package; its cache key stands before it.
    YarnZip,
}

impl Algorithm {
    /// All of them, weakest first.
    pub const ALL: [Algorithm; 8] = [
        Algorithm::Md5,
        Algorithm::Sha1,
        Algorithm::Sha224,
        Algorithm::Sha256,
        Algorithm::Sha384,
        Algorithm::Sha512,
        Algorithm::H1,
        Algorithm::YarnZip,
    ];

    /// The name in an integrity string.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Algorithm::Md5 => "md5",
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha224 => "sha224",
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha384 => "sha384",
            Algorithm::Sha512 => "sha512",
            Algorithm::H1 => "h1",
            Algorithm::YarnZip => "yarn",
        }
    }

    /// The algorithm of that name.
    #[must_use]
    pub fn of(id: &str) -> Option<Algorithm> {
        Algorithm::ALL.into_iter().find(|algorithm| algorithm.id() == id)
    }

    /// The length of a digest in bytes.
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Algorithm::Md5 => 16,
            Algorithm::Sha1 => 20,
            Algorithm::Sha224 => 28,
            Algorithm::Sha256 | Algorithm::H1 => 32,
            Algorithm::Sha384 => 48,
            Algorithm::Sha512 | Algorithm::YarnZip => 64,
        }
    }

    /// Whether someone can make two files of one digest.
    #[must_use]
    pub fn is_weak(self) -> bool {
        self <= Algorithm::Sha1
    }
}

/// The digests of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Integrity {
    /// The field's value where there is one, even of another type or empty.
    pub field: Option<Span>,
    /// Its words, in file order.
    pub digests: Vec<Digest>,
}

/// One word of an integrity string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The word as written.
    pub text: Spanned<SmolStr>,
    /// Its algorithm and whether the rest is a digest of that algorithm.
    pub state: DigestState,
    /// How the archive was made that it is of, where that changes the digest (Yarn's cache key): two digests of one package are comparable only
    /// if it is the same.
    pub made_by: Option<SmolStr>,
}

/// Whether a word is a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestState {
    /// Decodes to the right length.
    Good(Algorithm),
    /// A known algorithm, but the rest does not decode (from base64, or from hexadecimal where that belongs).
    NotBase64(Algorithm),
    /// Decodes to this many bytes, which is not the algorithm's length.
    WrongLength(Algorithm, usize),
    /// Not an algorithm that any installer knows.
    UnknownAlgorithm,
}

impl Digest {
    /// Reads one word.
    #[must_use]
    pub fn parse(word: &str, span: Span) -> Digest {
        Digest { text: Spanned::new(word.into(), span), state: state(word), made_by: None }
    }

    /// Reads a word whose digest is `hex`, wherever in the word that stands, of an algorithm that the place tells.
    #[must_use]
    pub fn of_hex(algorithm: Algorithm, word: &str, hex: &str, span: Span) -> Digest {
        Digest { text: Spanned::new(word.into(), span), state: hex_state(algorithm, hex), made_by: None }
    }

    /// The algorithm, if the word is a digest of one.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        match self.state {
            DigestState::Good(algorithm) => Some(algorithm),
            _ => None,
        }
    }

    /// The word as it stands for itself anywhere: with its algorithm, or Yarn's cache key, where only its place tells that.
    #[must_use]
    pub fn labelled(&self) -> SmolStr {
        let word = &self.text.value;
        match (self.algorithm(), &self.made_by) {
            (Some(Algorithm::YarnZip), Some(key)) if !word.contains('/') => format_smolstr!("{key}/{word}"),
            (Some(Algorithm::YarnZip), _) => word.clone(),
            (Some(algorithm), _) if !word.contains(['-', ':']) => format_smolstr!("{}:{word}", algorithm.id()),
            _ => word.clone(),
        }
    }

    /// What is compared: the digest itself, with Yarn's cache key before it. Two words that are written differently (in base64, in
    /// hexadecimal, in capitals) are one digest if these are equal.
    #[must_use]
    pub fn value(&self) -> Option<(Algorithm, Vec<u8>)> {
        let algorithm = self.algorithm()?;
        let word = self.bare();
        let value = match word.split_once(['-', ':', '/']) {
            _ if algorithm == Algorithm::YarnZip => {
                let (key, hex) = word.rsplit_once('/').unwrap_or(("", word));
                let mut value = format!("{key}/").into_bytes();
                value.extend(unhexed(hex)?);
                value
            }
            Some((_, base64)) if algorithm == Algorithm::H1 || word.as_bytes().get(algorithm.id().len()) == Some(&b'-') => {
                STANDARD.decode(base64).ok()?
            }
            Some((_, hex)) => unhexed(hex)?,
            None => unhexed(word)?,
        };
        Some((algorithm, value))
    }

    /// Whether two digests are of the same algorithm and of archives made in the same way, so that they must be equal for one file.
    #[must_use]
    pub fn is_comparable(&self, other: &Digest) -> bool {
        self.algorithm().is_some() && self.algorithm() == other.algorithm() && self.made_by == other.made_by
    }

    /// The word without options.
    #[must_use]
    pub fn bare(&self) -> &str {
        self.text.split('?').next().unwrap_or_default()
    }
}

/// Whether two words are the same digest, however they are written.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    let value = |word: &str| Digest::parse(word, Span::default()).value();
    one == other || value(one).is_some_and(|one| Some(one) == value(other))
}

/// Yarn's cache key and hexadecimal digest: `10c0/…`.
fn yarn_state(word: &str) -> DigestState {
    match word.split_once('/') {
        Some((key, hex)) if is_cache_key(key) => hex_state(Algorithm::YarnZip, hex),
        _ => DigestState::UnknownAlgorithm,
    }
}

/// The version of Yarn's cache, and its compression where that is not Yarn's own choice.
fn is_cache_key(key: &str) -> bool {
    let (version, level) = key.split_once('c').map_or((key, None), |(version, level)| (version, Some(level)));
    let is_number = |text: &str| matches!(text.len(), 1..=4) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number(version) && level.is_none_or(is_number)
}

fn unhexed(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect()
}

fn state(word: &str) -> DigestState {
    let Some(at) = word.find(['-', ':']) else { return yarn_state(word) };
    let (id, rest) = (&word[..at], &word[at + 1..]);
    let Some(algorithm) = Algorithm::of(id) else { return DigestState::UnknownAlgorithm };
    if word.as_bytes()[at] == b':' && algorithm != Algorithm::H1 {
        return hex_state(algorithm, rest);
    }
    // On the stack: a lockfile has thousands of these. Anything longer than the longest digest is wrong at any length.
    let mut bytes = [0; 96];
    let base64 = rest.split('?').next().unwrap_or_default();
    match STANDARD.decode_slice(base64, &mut bytes) {
        Ok(length) if length == algorithm.length() => DigestState::Good(algorithm),
        Ok(length) => DigestState::WrongLength(algorithm, length),
        Err(base64::DecodeSliceError::OutputSliceTooSmall) => DigestState::WrongLength(algorithm, base64.len() / 4 * 3),
        Err(base64::DecodeSliceError::DecodeError(_)) => DigestState::NotBase64(algorithm),
    }
}

fn hex_state(algorithm: Algorithm, hex: &str) -> DigestState {
    // Without a way out half-way, so that many bytes are looked at in one step.
    let is_hex = hex.bytes().fold(true, |so_far, byte| so_far & byte.is_ascii_hexdigit());
    if !is_hex || hex.len() % 2 == 1 {
        return DigestState::NotBase64(algorithm);
    }
    let length = hex.len() / 2;
    if length == algorithm.length() { DigestState::Good(algorithm) } else { DigestState::WrongLength(algorithm, length) }
}

impl Integrity {
    /// One digest that is a whole field's value.
    #[must_use]
    pub fn of(digest: Digest) -> Integrity {
        Integrity { field: Some(digest.text.span), digests: vec![digest] }
    }

    /// Reads an integrity string. `place` maps a byte range of the decoded value to the bytes it came from.
    #[must_use]
    pub fn parse(value: &str, field: Span, place: impl Fn(usize, usize) -> Span) -> Integrity {
        let base = value.as_ptr() as usize;
        let digests = value
            .split_ascii_whitespace()
            .map(|word| {
                let start = word.as_ptr() as usize - base;
                Digest::parse(word, place(start, start + word.len()))
            })
            .collect();
        Integrity { field: Some(field), digests }
    }

    /// The strongest algorithm of which there is a well-formed digest.
    #[must_use]
    pub fn strongest(&self) -> Option<Algorithm> {
        self.digests.iter().filter_map(Digest::algorithm).max()
    }

    /// The digests that an installer compares: the well-formed ones of the strongest algorithm.
    pub fn effective(&self) -> impl Iterator<Item = &Digest> {
        let strongest = self.strongest();
        self.digests.iter().filter(move |digest| strongest.is_some() && digest.algorithm() == strongest)
    }

    /// The words as written, for outputs and for the identity of an artifact.
    #[must_use]
    pub fn words(&self) -> Vec<SmolStr> {
        self.digests.iter().map(|digest| digest.text.value.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integrity(value: &str) -> Integrity {
        Integrity::parse(value, Span::new(0, value.len()), Span::new)
    }

    #[test]
    fn words_are_judged_one_by_one() {
        let sha1 = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=";
        let found = integrity(&format!("{sha1} sha512-x foo1-abc sha256-2jmj7l5rSw0yVb/vlWAYkK/YBwk= plain"));
        let states: Vec<_> = found.digests.iter().map(|digest| digest.state).collect();
        assert_eq!(
            states,
            [
                DigestState::Good(Algorithm::Sha1),
                DigestState::NotBase64(Algorithm::Sha512),
                DigestState::UnknownAlgorithm,
                DigestState::WrongLength(Algorithm::Sha256, 20),
                DigestState::UnknownAlgorithm,
            ]
        );
        assert_eq!(found.strongest(), Some(Algorithm::Sha1));
        assert_eq!(found.digests[1].text.span, Span::new(sha1.len() + 1, sha1.len() + 9));
    }

    #[test]
    fn hexadecimal_and_trees_are_digests_too() {
        let sha256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let h1 = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        let found = integrity(&format!("{sha256} {h1} sha256:abc sha256:abcd foo:ab"));
        let states: Vec<_> = found.digests.iter().map(|digest| digest.state).collect();
        assert_eq!(
            states,
            [
                DigestState::Good(Algorithm::Sha256),
                DigestState::Good(Algorithm::H1),
                DigestState::NotBase64(Algorithm::Sha256),
                DigestState::WrongLength(Algorithm::Sha256, 2),
                DigestState::UnknownAlgorithm,
            ]
        );
    }

    #[test]
    fn one_digest_may_be_written_in_several_ways() {
        let hex = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let base64 = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert!(is_same(hex, base64) && is_same(&hex.replace("e3b0c", "E3B0C"), base64) && is_same(base64, &format!("{base64}?x")));
        assert!(!is_same(hex, "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), "a tree is no file");
        assert!(!is_same(hex, &hex.replace("e3b0c", "e3b0d")));
        let bare = Digest::of_hex(Algorithm::Sha256, &hex[7..], &hex[7..], Span::default());
        assert_eq!(bare.value(), Digest::parse(base64, Span::default()).value());
        assert_eq!((bare.labelled().as_str(), Digest::parse(base64, Span::default()).labelled().as_str()), (hex, base64));
        let zip = format!("10c0/{}", "ab".repeat(64));
        let bare = Digest::of_hex(Algorithm::YarnZip, &zip[5..], &zip[5..], Span::default());
        assert_eq!(Digest { made_by: Some("10c0".into()), ..bare }.labelled(), zip);
        assert_eq!(Digest::parse(&zip, Span::default()).state, DigestState::Good(Algorithm::YarnZip));
        assert!(is_same(&zip, &zip.replace("/ab", "/AB")) && !is_same(&zip, &zip.replace("10c0", "10")));
        for odd in ["10c0/ab", "x/ab", "10cx/ab", "/ab"] {
            assert_eq!(Digest::parse(odd, Span::default()).algorithm(), None, "{odd}");
        }
    }

    #[test]
    fn options_do_not_count_and_overlong_digests_do_not_overflow() {
        assert_eq!(integrity("sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=?x").digests[0].bare(), "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
        let long = format!("sha512-{}", "A".repeat(4000));
        assert_eq!(integrity(&long).digests[0].state, DigestState::WrongLength(Algorithm::Sha512, 3000));
        assert!(integrity("   ").digests.is_empty());
    }
}
