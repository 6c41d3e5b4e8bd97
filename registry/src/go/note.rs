//! Signed notes (`golang.org/x/mod/sumdb/note`): a text, and who vouches for it by an Ed25519 signature.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

/// The mark of an Ed25519 key.
const ED25519_KEY: u8 = 1;

/// Who is believed: a name and a public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verifier {
    /// The signer's name.
    pub(crate) name: String,
    hash: [u8; 4],
    key: Vec<u8>,
}

impl Verifier {
    /// Reads `name+hash+key`; the hash, which only tells keys apart, must be the key's.
    pub(crate) fn read(text: &str) -> Option<Verifier> {
        let (name, rest) = text.split_once('+')?;
        let (hash, key) = rest.split_once('+')?;
        let encoded = STANDARD.decode(key).ok()?;
        let (&mark, key) = encoded.split_first()?;
        let digest = Sha256::new_with_prefix(name).chain_update("\n").chain_update(&encoded).finalize();
        let stated = u32::from_str_radix(hash, 16).ok()?.to_be_bytes();
        let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '/');
        let good = mark == ED25519_KEY && key.len() == 32 && is_name && hash.len() == 8 && digest[..4] == stated;
        good.then(|| Verifier { name: name.to_owned(), hash: stated, key: key.to_vec() })
    }

    /// The text of a note, if this signer vouches for it.
    pub(crate) fn open<'n>(&self, note: &'n str) -> Option<&'n str> {
        let at = note.rfind("\n\n")?;
        let (text, signatures) = (&note[..=at], &note[at + 2..]);
        let mut held = false;
        for line in signatures.strip_suffix('\n')?.split('\n') {
            let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
            let bytes = STANDARD.decode(signature).ok()?;
            let (hash, signature) = bytes.split_at_checked(4)?;
            // Others may vouch as well; they are not known here.
            if name == self.name && hash == self.hash {
                UnparsedPublicKey::new(&ED25519, &self.key).verify(text.as_bytes(), signature).ok()?;
                held = true;
            }
        }
        held.then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of the package's own documentation.
    const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn a_note_counts_only_if_its_signature_does() {
        let verifier = Verifier::read(KEY).unwrap();
        assert!(verifier.open(NOTE).unwrap().ends_with("your problem is.\n"));
        for (what, note) in [
            ("another text", NOTE.replace("answer", "question")),
            ("another signature", NOTE.replace("x08go/ZJ", "x08go/ZK")),
            ("another signer", NOTE.replace("\u{2014} PeterNeumann", "\u{2014} EnochRoot")),
            ("no signature", NOTE.split("\n\n").next().unwrap().to_owned()),
            ("cut off", NOTE.trim_end().to_owned()),
            ("empty", String::new()),
        ] {
            assert_eq!(verifier.open(&note), None, "{what}");
        }
        assert!(Verifier::read(provender_core::registries::GO_SUMDB).is_some());
        assert_eq!(Verifier::read(&KEY.replace("c74f20a3", "c74f20a4")), None);
        assert_eq!(Verifier::read("x"), None);
    }
}
