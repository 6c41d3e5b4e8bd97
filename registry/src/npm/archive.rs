//! The manifest inside a package's archive, as npm would find it after unpacking (`pacote` 's `fetcher.js`, `node-tar`).
//!
//! npm drops the first component of every path, whatever it is called, skips links, and goes on behind the end-of-archive
//! marker; of files with one path the last one stays. We follow it in that, and where we cannot be sure to read what npm reads
//! (headers with bad checksums, extended headers that move the data) the archive counts as unreadable. Nothing is unpacked to disk
//! or kept beyond the manifest, and reading stops at a limit, so that an archive of zeros costs little.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use provender_core::facts::ArtifactManifest;
use tar::{Archive, EntryType};

use super::extended_header::{self, Extended};
use super::manifest;

/// The longest extended header or long name that is read, in bytes.
const EXTENSION: u64 = 1 << 20;

/// An entry that an installer sees.
pub(super) struct Found<'e> {
    /// Its path, as whatever header has it.
    pub(super) path: &'e [u8],
    /// What it is.
    pub(super) kind: EntryType,
    /// Its mode.
    pub(super) mode: u32,
    size: u64,
}

/// The manifest at the root of the package. `unpacked` limits how many unpacked bytes are looked at, `size` the manifest's own size.
///
/// # Errors
/// Where the archive cannot be read whole, or not with certainty.
pub(crate) fn manifest(stream: &mut dyn BufRead, unpacked: u64, size: u64) -> io::Result<Option<ArtifactManifest>> {
    let (mut manifest, mut gyp) = (None, false);
    walk(stream, unpacked, |found, content| {
        // npm tells files by type; a name with a slash at its end is a folder also in old archives.
        let is_file = matches!(found.kind, EntryType::Regular | EntryType::Continuous) && !found.path.ends_with(b"/");
        match inside(found.path).filter(|_| is_file).as_deref() {
            Some(b"package.json") => manifest = Some(bounded(content, found.size, size)?),
            Some(b"binding.gyp") => gyp = true,
            _ => {}
        }
        Ok(())
    })?;
    Ok(manifest.and_then(|text| manifest::from_text(&text, gyp)))
}

/// Calls `each` for every entry of a tarball, with its content.
///
/// # Errors
/// Where the archive cannot be read whole, or not with certainty.
pub(super) fn walk(
    stream: &mut dyn BufRead,
    unpacked: u64,
    each: impl FnMut(Found<'_>, &mut dyn Read) -> io::Result<()>,
) -> io::Result<()> {
    // A full first buffer is not certain; one byte is enough to tell, since no tar header begins with this one.
    if stream.fill_buf()?.first() == Some(&0x1f) {
        scan(Limited { inner: Members { decoder: Some(GzDecoder::new(stream)) }, left: unpacked }, each)
    } else {
        scan(Limited { inner: stream, left: unpacked }, each)
    }
}

fn scan(stream: impl Read, mut each: impl FnMut(Found<'_>, &mut dyn Read) -> io::Result<()>) -> io::Result<()> {
    let mut archive = Archive::new(stream);
    archive.set_ignore_zeros(true);
    let mut next = Extended::default();
    for entry in archive.entries()?.raw(true) {
        let mut entry = entry?;
        let length = entry.size();
        match entry.header().entry_type() {
            EntryType::XHeader => {
                let Extended { path, size } = extended_header::read(&bounded(&mut entry, length, EXTENSION)?)?;
                next = Extended { path: path.or(next.path), size: size.or(next.size) };
            }
            EntryType::XGlobalHeader => {
                if extended_header::read(&bounded(&mut entry, length, EXTENSION)?)? != Extended::default() {
                    return Err(unsure("a path or size for all its files"));
                }
            }
            EntryType::GNULongName => {
                let mut name = bounded(&mut entry, length, EXTENSION)?;
                name.truncate(name.iter().position(|&byte| byte == 0).unwrap_or(name.len()));
                next.path = Some(name);
            }
            EntryType::GNULongLink => {}
            EntryType::GNUSparse => return Err(unsure("a sparse file")),
            kind => {
                let Extended { path, size } = std::mem::take(&mut next);
                // It would say where the next header is: an installer that heeds it reads on elsewhere.
                if size.is_some_and(|size| size != length.to_string().as_bytes()) {
                    return Err(unsure("a size that contradicts its header"));
                }
                let name = path.unwrap_or_else(|| entry.path_bytes().into_owned());
                let mode = entry.header().mode().unwrap_or_default();
                each(Found { path: &name, kind, mode, size: length }, &mut entry)?;
            }
        }
    }
    Ok(())
}

/// The path without its first component, or `None` where npm would not unpack it.
fn inside(path: &[u8]) -> Option<Vec<u8>> {
    let mut parts = path.split(|&byte| byte == b'/');
    parts.next()?;
    let parts: Vec<&[u8]> = parts.filter(|part| !matches!(*part, b"" | b".")).collect();
    if parts.contains(&b"..".as_slice()) {
        return None;
    }
    Some(parts.join(&b'/'))
}

fn bounded(entry: &mut (impl Read + ?Sized), size: u64, limit: u64) -> io::Result<Vec<u8>> {
    if size > limit {
        return Err(unsure("a part that is too large"));
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unsure(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the archive has {what}"))
}

/// All members of a gzip stream, one after the other. What follows the last one and does not begin like another is left alone, as
/// zlib leaves it.
struct Members<R> {
    decoder: Option<GzDecoder<R>>,
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(mut decoder) = self.decoder.take() {
            let count = decoder.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                self.decoder = Some(decoder);
                return Ok(count);
            }
            let mut rest = decoder.into_inner();
            if rest.fill_buf()?.first() == Some(&0x1f) {
                self.decoder = Some(GzDecoder::new(rest));
            }
        }
        Ok(0)
    }
}

/// Fails, rather than ends, beyond so many bytes: an archive that was not read whole is not vouched for.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| unsure("more in it than is looked at"))?;
        Ok(count)
    }
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
