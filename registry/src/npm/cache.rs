//! npm's cache on this machine as a source of bytes (`cacache`, `make-fetch-happen`).
//!
//! A record is used only if it is of exactly the address that the trusted registry publishes. That is a reason to look at the bytes,
//! not to trust them: they are hashed like any others, and what does not match what the registry publishes is left alone.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::digest::{Known, known};

/// The largest bucket of the index that is read, in bytes; it holds a line for each time an address was cached.
const BUCKET: u64 = 4 << 20;

#[derive(Deserialize)]
struct Record {
    key: String,
    integrity: Option<String>,
}

/// The file that npm's cache holds for an address.
pub(crate) fn find(cache: &Path, tarball: &Url) -> Option<File> {
    let mut address = tarball.clone();
    crate::address::clean(&mut address);
    let key = format!("make-fetch-happen:request-cache:{address}");
    let cache = cache.join("_cacache");
    let bucket = read_bucket(&sharded(cache.join("index-v5"), &hex(&Sha256::digest(&key))))?;
    let integrity = last_record(&bucket, &key)?;
    let strongest = known(integrity.split_ascii_whitespace()).into_iter().max_by_key(|known| known.algorithm)?;
    File::open(content_path(&cache, &strongest)).ok()
}

fn read_bucket(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(BUCKET).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The integrity in the last record of that key; records are lines of `sha1 TAB json`, and damaged ones do not count.
fn last_record(bucket: &[u8], key: &str) -> Option<String> {
    let record = |line: &[u8]| {
        let tab = line.iter().position(|&byte| byte == b'\t')?;
        let (digest, json) = (&line[..tab], &line[tab + 1..]);
        if digest != hex(&Sha1::digest(json)).as_bytes() {
            return None;
        }
        serde_json::from_slice::<Record>(json).ok().filter(|record| record.key == key)
    };
    // A last record without an integrity is how an entry is deleted.
    bucket.split(|&byte| byte == b'\n').rev().find_map(record)?.integrity
}

fn content_path(cache: &Path, digest: &Known) -> PathBuf {
    sharded(cache.join("content-v2").join(digest.algorithm.id()), &hex(digest.value()))
}

fn sharded(root: PathBuf, hex: &str) -> PathBuf {
    root.join(&hex[..2]).join(&hex[2..4]).join(&hex[4..])
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(json: &str) -> String {
        format!("\n{}\t{json}", hex(&Sha1::digest(json)))
    }

    #[test]
    fn the_last_whole_record_of_the_key_counts() {
        let record = |key: &str, integrity: &str| line(&format!(r#"{{"key":"{key}","integrity":{integrity},"time":1}}"#));
        let bucket = |lines: &[String]| last_record(lines.concat().as_bytes(), "k");
        let (one, two) = (record("k", "\"sha512-one\""), record("k", "\"sha512-two\""));
        assert_eq!(bucket(&[one.clone(), two.clone()]).as_deref(), Some("sha512-two"));
        assert_eq!(bucket(&[one.clone(), record("other", "\"sha512-two\"")]).as_deref(), Some("sha512-one"));
        assert_eq!(bucket(&[one.clone(), two.replace("two", "owt")]).as_deref(), Some("sha512-one"), "a damaged line");
        assert_eq!(bucket(&[one, record("k", "null")]), None, "deleted");
        assert_eq!(bucket(&["\ngarbage\n\t\n".to_owned()]), None);
    }
}
