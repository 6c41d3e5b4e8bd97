//! Zip archives, as much as Go's modules, wheels and Yarn's archives need: the central directory, and entries that are stored or deflated.
//!
//! Only the central directory counts, as it does for those who install from it; what contradicts it is an error and never a guess.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Take};

use flate2::Crc;
use flate2::read::DeflateDecoder;

/// The signature, and the length without its comment, of the record at the end.
const END: [u8; 4] = *b"PK\x05\x06";
const END_LENGTH: usize = 22;
const END_64: [u8; 4] = *b"PK\x06\x06";
const LOCATOR_64: [u8; 4] = *b"PK\x06\x07";
const LOCATOR_64_LENGTH: u64 = 20;
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const LOCAL: [u8; 4] = *b"PK\x03\x04";
/// The largest central directory that is read, in bytes.
const DIRECTORY: u64 = 256 << 20;

/// A file or folder in an archive.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its name, byte by byte.
    pub(crate) name: Vec<u8>,
    /// Its mode, where Unix made it.
    pub(crate) mode: u32,
    /// Its size, unpacked.
    pub(crate) size: u64,
    method: u16,
    crc: u32,
    packed: u64,
    at: u64,
}

/// The entries of an archive, in the order of its directory.
pub(crate) fn entries(file: &mut File) -> io::Result<Vec<Entry>> {
    let length = file.seek(SeekFrom::End(0))?;
    let (count, size, at) = end(file, length)?;
    if size > DIRECTORY || at.checked_add(size).is_none_or(|end| end > length) {
        return Err(odd("its directory does not fit"));
    }
    file.seek(SeekFrom::Start(at))?;
    let mut directory = vec![0; usize::try_from(size).map_err(|_| odd("its directory does not fit"))?];
    file.read_exact(&mut directory)?;
    let mut found = Vec::new();
    let mut rest = &directory[..];
    while !rest.is_empty() {
        found.push(entry(&mut rest)?);
    }
    if found.len() as u64 != count {
        return Err(odd("its directory has another number of entries than it says"));
    }
    Ok(found)
}

/// How many entries there are, and the size and place of their directory.
fn end(file: &mut File, length: u64) -> io::Result<(u64, u64, u64)> {
    let tail = length.min(END_LENGTH as u64 + 0xffff);
    file.seek(SeekFrom::Start(length - tail))?;
    let mut bytes = Vec::new();
    file.by_ref().take(tail).read_to_end(&mut bytes)?;
    let starts = (0..=bytes.len().checked_sub(END_LENGTH).ok_or_else(|| odd("it is too short"))?).rev();
    let is_end =
        |&at: &usize| bytes[at..].starts_with(&END) && at + END_LENGTH + usize::from(u16_at(&bytes[at..], 20)) == bytes.len();
    let at = starts.into_iter().find(is_end).ok_or_else(|| odd("it has no directory"))?;
    let record = &bytes[at..];
    let (count, size, offset) = (u16_at(record, 10), u32_at(record, 12), u32_at(record, 16));
    if u16_at(record, 4) != 0 || u16_at(record, 6) != 0 {
        return Err(odd("it is a part of a larger one"));
    }
    if count != 0xffff && size != u32::MAX && offset != u32::MAX {
        return Ok((count.into(), size.into(), offset.into()));
    }
    let locator_at = (length - tail + at as u64).checked_sub(LOCATOR_64_LENGTH).ok_or_else(|| odd("it has no directory"))?;
    end_64(file, locator_at)
}

fn end_64(file: &mut File, locator_at: u64) -> io::Result<(u64, u64, u64)> {
    let mut locator = [0; LOCATOR_64_LENGTH as usize];
    file.seek(SeekFrom::Start(locator_at))?;
    file.read_exact(&mut locator)?;
    let mut record = [0; 56];
    file.seek(SeekFrom::Start(u64_at(&locator, 8)))?;
    file.read_exact(&mut record)?;
    if !locator.starts_with(&LOCATOR_64) || !record.starts_with(&END_64) {
        return Err(odd("it has no directory"));
    }
    Ok((u64_at(&record, 32), u64_at(&record, 40), u64_at(&record, 48)))
}

fn entry(rest: &mut &[u8]) -> io::Result<Entry> {
    let cut = || odd("its directory is cut off");
    let head = rest.split_off(..46).ok_or_else(cut)?;
    if !head.starts_with(&CENTRAL) {
        return Err(odd("its directory does not read as one"));
    }
    let mut part = |at| rest.split_off(..usize::from(u16_at(head, at))).ok_or_else(cut);
    let (name, extra, _comment) = (part(28)?, part(30)?, part(32)?);
    let mut entry = Entry {
        name: name.to_vec(),
        mode: if head[5] == 3 { u32_at(head, 38) >> 16 } else { 0 },
        size: u32_at(head, 24).into(),
        method: u16_at(head, 10),
        crc: u32_at(head, 16),
        packed: u32_at(head, 20).into(),
        at: u32_at(head, 42).into(),
    };
    widen(&mut entry, extra)?;
    if u16_at(head, 8) & 1 == 1 {
        return Err(odd("it is encrypted"));
    }
    Ok(entry)
}

/// The 64-bit values of an entry, where its 32-bit ones are full.
fn widen(entry: &mut Entry, mut extra: &[u8]) -> io::Result<()> {
    const FULL: u64 = u32::MAX as u64;
    let values = [&mut entry.size, &mut entry.packed, &mut entry.at];
    let mut wide: Option<&[u8]> = None;
    while let Some(head) = extra.split_off(..4) {
        let Some(body) = extra.split_off(..usize::from(u16_at(head, 2))) else { break };
        if u16_at(head, 0) == 1 {
            wide = Some(body);
        }
    }
    for value in values.into_iter().filter(|value| **value == FULL) {
        let bytes = wide.as_mut().and_then(|wide| wide.split_off(..8)).ok_or_else(|| odd("a size is missing"))?;
        *value = u64_at(bytes, 0);
    }
    Ok(())
}

impl Entry {
    /// Its content, checked against size and checksum at its end.
    pub(crate) fn open<'f>(&self, file: &'f mut File) -> io::Result<Content<'f>> {
        let mut head = [0; 30];
        file.seek(SeekFrom::Start(self.at))?;
        file.read_exact(&mut head)?;
        if !head.starts_with(&LOCAL) {
            return Err(odd("an entry is not where its directory says"));
        }
        file.seek(SeekFrom::Current(i64::from(u16_at(&head, 26)) + i64::from(u16_at(&head, 28))))?;
        let packed = file.take(self.packed);
        let source = match self.method {
            0 => Packed::Stored(packed),
            8 => Packed::Deflated(DeflateDecoder::new(packed)),
            _ => return Err(odd("an entry is packed in a way that nobody uses")),
        };
        Ok(Content { source, crc: Crc::new(), left: self.size, expected: self.crc })
    }
}

enum Packed<'f> {
    Stored(Take<&'f mut File>),
    Deflated(DeflateDecoder<Take<&'f mut File>>),
}

/// An entry's content.
pub(crate) struct Content<'f> {
    source: Packed<'f>,
    crc: Crc,
    left: u64,
    expected: u32,
}

impl Read for Content<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &mut self.source {
            Packed::Stored(source) => source.read(buffer)?,
            Packed::Deflated(source) => source.read(buffer)?,
        };
        self.crc.update(&buffer[..count]);
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| odd("an entry is longer than its directory says"))?;
        if count == 0 && !buffer.is_empty() && (self.left != 0 || self.crc.sum() != self.expected) {
            return Err(odd("an entry is damaged"));
        }
        Ok(count)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

fn odd(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the archive cannot be read: {what}"))
}
