//! Go's `h1:` digests (`golang.org/x/mod/sumdb/dirhash`): SHA-256 over a list of files, each a line of its own SHA-256 and its name, in the
//! order of the names. How an archive is packed does not matter.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};

use provender_core::integrity::Algorithm;
use sha2::{Digest as _, Sha256};

use crate::digest::Known;
use crate::zip;

/// The digest of a module's zip archive. `limit`: how much of it is unpacked, in bytes.
pub(super) fn of_zip(file: &mut File, limit: u64) -> io::Result<Known> {
    let entries = zip::entries(file)?;
    // Of two entries with one name, Go opens the last one for both.
    let by_name: HashMap<&[u8], &zip::Entry> = entries.iter().map(|entry| (entry.name.as_slice(), entry)).collect();
    let mut names: Vec<&[u8]> = entries.iter().map(|entry| entry.name.as_slice()).collect();
    names.sort_unstable();
    let (mut list, mut left) = (Sha256::new(), limit);
    for name in names {
        let entry = by_name[name];
        left = left.checked_sub(entry.size).ok_or_else(|| odd("it unpacks to more than is looked at"))?;
        line(&mut list, name, entry.open(file)?)?;
    }
    Ok(Known::of_bytes(Algorithm::H1, &list.finalize()))
}

/// The digest of a `go.mod`.
pub(super) fn of_go_mod(text: impl Read) -> io::Result<Known> {
    let mut list = Sha256::new();
    line(&mut list, b"go.mod", text)?;
    Ok(Known::of_bytes(Algorithm::H1, &list.finalize()))
}

fn line(list: &mut Sha256, name: &[u8], mut content: impl Read) -> io::Result<()> {
    if name.contains(&b'\n') {
        return Err(odd("a name has a line feed"));
    }
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 64 << 10]);
    loop {
        match content.read(&mut buffer)? {
            0 => break,
            count => hash.update(&buffer[..count]),
        }
    }
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    for part in [hex.as_bytes(), b"  ", name, b"\n"] {
        list.update(part);
    }
    Ok(())
}

fn odd(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_go_mod_has_the_digest_that_go_gives_it() {
        // From a go.sum: the go.mod of rsc.io/sampler v1.3.0.
        let text = b"module \"rsc.io/sampler\"\n\nrequire \"golang.org/x/text\" v0.0.0-20170915032832-14c0d48ead0c\n";
        assert_eq!(of_go_mod(&text[..]).unwrap().word, "h1:T1hPZKmBbMNahiBKFy5HrXp6adAjACjK9JXDnKaTXpA=");
    }
}
