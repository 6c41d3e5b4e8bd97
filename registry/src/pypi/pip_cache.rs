//! pip's cache on this machine as a source of bytes (`http-v2`: CacheControl's `SeparateBodyFileCache`).
//!
//! A response lies under the SHA-224 of the address that it came from, its body beside it. That is a reason to look at the bytes, not to
//! trust them.

use std::fs::File;
use std::path::Path;

use sha2::{Digest as _, Sha224};
use url::Url;

/// The body that pip's cache (the folder that holds `http-v2`) has for an address.
pub(crate) fn find(cache: &Path, url: &Url) -> Option<File> {
    let mut address = url.clone();
    crate::address::clean(&mut address);
    let key: String = Sha224::digest(address.as_str()).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut path = cache.join("http-v2");
    path.extend(key.chars().take(5).map(String::from));
    File::open(path.join(format!("{key}.body"))).ok()
}
