//! The archive that Yarn makes of a package, whose digest it locks: made again from the registry's tarball, byte for byte.
//!
//! Yarn 2 and later unpack a tarball into a zip archive (`tgzUtils.ts`, libzip) with all that could differ held fast: order, times, modes. What is
//! stored can be made again with certainty. What is deflated has the bytes that Yarn's own compressor makes: at its highest level (which is also that of
//! its own choice, "mixed") those of Yarn 2, 3 and 4 are met here, and no other. So an archive that comes out another way says something only where nothing
//! was compressed; else it is looked for in Yarn's caches on this machine, unpacked, and compared file by file.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use flate2::Crc;
use provender_core::facts::{ArtifactManifest, Reason};
use provender_core::integrity::Algorithm;
use sha2::{Digest as _, Sha256, Sha512};
use tar::EntryType;
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush, Status};

use super::yarn_cache;
use super::{archive, manifest};
use crate::artifact::Inside;
use crate::digest::Known;
use crate::options::Limits;

/// 1984-06-22 21:50:00, as DOS writes it: the "safe time" of Yarn 3 and later.
const TIME: [u8; 4] = [0x40, 0xae, 0xd6, 0x08];
/// 1980-01-01 00:00:00, Yarn 2's, wherever on earth it ran.
const FIRST_TIME: [u8; 4] = [0, 0, 0x21, 0];
/// Unix, by version 6.3 of the format.
const MADE_BY: u16 = 0x033f;
const FOLDER: u32 = 0o040_755;
const FILE: u32 = 0o100_644;
const PROGRAM: u32 = 0o100_755;
/// How much is read at once, in bytes: as libzip does.
const PIECE: usize = 8192;

/// How an archive's files are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compression {
    /// Not at all.
    Stored,
    /// All, as far as it goes.
    Best,
    /// All but small files that would not become smaller.
    Mixed,
}

impl Compression {
    /// What stands behind the version in a cache key (`10c0`, `10`); `None` for levels whose archives cannot be made here.
    fn of(key: &str) -> Option<Compression> {
        match key.trim_start_matches(|character: char| character.is_ascii_digit()) {
            "c0" => Some(Compression::Stored),
            "c9" => Some(Compression::Best),
            "" => Some(Compression::Mixed),
            _ => None,
        }
    }
}

/// What compresses. Of one text the two make different bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compressor {
    /// zlib 1.2, whose bytes Yarn 2's and Yarn 3's are.
    Zlib,
    /// zlib-ng (by zlib-rs, which follows it), whose bytes Yarn 4's are.
    ZlibNg,
}

/// How an archive is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    compression: Compression,
    compressor: Compressor,
    /// When every file is said to have been changed, as DOS writes it.
    time: [u8; 4],
}

/// With nothing compressed, whatever would do it.
const STORED: Way = Way { compression: Compression::Stored, compressor: Compressor::ZlibNg, time: TIME };

/// How an archive of that cache key may have been made, the likeliest first. One that comes out as the locked digest says was made so.
fn ways(key: &str) -> Vec<Way> {
    let by = |compression, compressor| Way { compression, compressor, time: time(key) };
    match Compression::of(key) {
        None => Vec::new(),
        Some(Compression::Stored) => vec![Way { time: time(key), ..STORED }],
        Some(compression) if key.starts_with("10") => {
            vec![by(compression, Compressor::ZlibNg), by(compression, Compressor::Zlib)]
        }
        Some(compression) => vec![by(compression, Compressor::Zlib), by(compression, Compressor::ZlibNg)],
    }
}

/// What the archives of a key say of their files' time: Yarn 2's have the version 7, and only those were seen.
fn time(key: &str) -> [u8; 4] {
    if key.trim_end_matches("c0").trim_end_matches("c9") == "7" { FIRST_TIME } else { TIME }
}

/// Whether all archives of that key are made alike, so that another digest is of other content.
fn is_certain(key: &str) -> bool {
    matches!(key, "7c0" | "8c0" | "9c0" | "10c0")
}

/// A folder or file of the archive to be.
struct Node {
    path: Vec<u8>,
    /// Where its content lies in the spool, and how much of it; `None` for a folder.
    content: Option<(u64, u64)>,
    mode: u32,
}

/// A package, unpacked into one file that nobody else sees.
struct Spool {
    file: File,
    nodes: Vec<Node>,
    by_path: HashMap<Vec<u8>, usize>,
}

/// Makes the archive again of which `locked` (`KEY/hex`) is the digest. `caches`: folders of Yarn's own archives.
pub(super) fn look(
    stream: &mut dyn BufRead,
    limits: Limits,
    name: &str,
    version: &str,
    locked: &Known,
    caches: &[PathBuf],
) -> Inside {
    let unreproducible = |error: io::Error| Some(Reason::Unreproducible(error.to_string()));
    let mut spool = match Spool::read(stream, limits, name) {
        Ok(spool) => spool,
        Err(error) => return Inside { fault: unreproducible(error), ..Inside::default() },
    };
    let manifest = spool.manifest(name, limits.manifest).map(Arc::new);
    match digest(&mut spool, name, version, locked, caches) {
        Ok(Ok(digest)) => Inside { manifest, digests: vec![digest], fault: None },
        Ok(Err(why)) => Inside { manifest, digests: Vec::new(), fault: Some(Reason::Unreproducible(why)) },
        Err(error) => Inside { manifest, digests: Vec::new(), fault: unreproducible(error) },
    }
}

/// The digest of the archive, or why there is none.
fn digest(spool: &mut Spool, name: &str, version: &str, locked: &Known, caches: &[PathBuf]) -> io::Result<Result<Known, String>> {
    let key = locked.word.split('/').next().unwrap_or_default();
    let made = |spool: &mut Spool, key: &str, way| -> io::Result<Option<Known>> {
        Ok(Known::of(&format!("{key}/{}", hex(&spool.zip(way)?))).filter(|known| known.algorithm == Algorithm::YarnZip))
    };
    for way in ways(key) {
        if let Some(digest) = made(spool, key, way)?
            && (digest == *locked || is_certain(key))
        {
            return Ok(Ok(digest));
        }
    }
    let Some(mut archive) = yarn_cache::find(caches, name, version, locked) else {
        return Ok(Err(match Compression::of(key) {
            Some(_) => "its archive comes out another way here than where it was made, which by itself says nothing".to_owned(),
            None => format!("it was compressed at a level (`{key}`) whose archives cannot be made here"),
        }));
    };
    // The very archive that is locked: it holds if it holds what the tarball does.
    if spool.is_content_of(&mut archive)? {
        return Ok(Ok(locked.clone()));
    }
    Ok(made(spool, "10c0", STORED)?.ok_or_else(|| "it could not be compared".to_owned()))
}

impl Spool {
    /// Unpacks a tarball as Yarn does: the first component of each path makes room for `node_modules/NAME`.
    fn read(stream: &mut dyn BufRead, limits: Limits, name: &str) -> io::Result<Spool> {
        let mut spool = Spool { file: tempfile::tempfile()?, nodes: Vec::new(), by_path: HashMap::new() };
        let mut at = 0;
        archive::walk(stream, limits.unpacked, |entry, content| {
            let Some(path) = inside(entry.path) else { return Ok(()) };
            let path = [b"node_modules/", name.as_bytes(), b"/", &path].concat();
            match entry.kind {
                EntryType::Directory => spool.folder(path),
                EntryType::Regular if entry.path.ends_with(b"/") => spool.folder(path),
                EntryType::Regular => {
                    let length = io::copy(content, &mut spool.file)?;
                    let mode = if entry.mode & 0o111 == 0 { FILE } else { PROGRAM };
                    at += length;
                    spool.put(path, Some((at - length, length)), mode)
                }
                EntryType::Symlink => Err(odd("the package has a symbolic link")),
                _ => Ok(()),
            }
        })?;
        Ok(spool)
    }

    /// The manifest at the root of the package.
    fn manifest(&mut self, name: &str, limit: u64) -> Option<ArtifactManifest> {
        let place = |file: &str| format!("node_modules/{name}/{file}").into_bytes();
        let gyp = self.by_path.contains_key(&place("binding.gyp"));
        let (start, length) =
            self.nodes[*self.by_path.get(&place("package.json"))?].content.filter(|(_, length)| *length <= limit)?;
        self.file.seek(SeekFrom::Start(start)).ok()?;
        let mut text = Vec::new();
        (&mut self.file).take(length).read_to_end(&mut text).ok()?;
        manifest::from_text(&text, gyp)
    }

    fn folder(&mut self, path: Vec<u8>) -> io::Result<()> {
        match self.by_path.contains_key(&path) {
            true => Err(odd("the package has a folder twice")),
            false => self.put(path, None, FOLDER),
        }
    }

    /// Adds a node, and before it the folders that it lies in. A file that is there already gets its new content in its old place.
    fn put(&mut self, path: Vec<u8>, content: Option<(u64, u64)>, mode: u32) -> io::Result<()> {
        for (at, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
            match self.by_path.get(&path[..at]).map(|known| self.nodes[*known].content.is_some()) {
                Some(true) => return Err(odd("the package has a file where a folder is needed")),
                Some(false) => {}
                None => self.add(path[..at].to_vec(), None, FOLDER),
            }
        }
        match self.by_path.get(&path).copied() {
            Some(known) if self.nodes[known].content.is_some() => {
                self.nodes[known].content = content;
                self.nodes[known].mode = mode;
            }
            Some(_) => return Err(odd("the package has a folder where a file is")),
            None => self.add(path, content, mode),
        }
        Ok(())
    }

    fn add(&mut self, path: Vec<u8>, content: Option<(u64, u64)>, mode: u32) {
        self.by_path.insert(path.clone(), self.nodes.len());
        self.nodes.push(Node { path, content, mode });
    }

    /// The digest of the archive that Yarn would make.
    fn zip(&mut self, way: Way) -> io::Result<Vec<u8>> {
        let mut hash = Sha512::new();
        self.write(way, &mut |piece| hash.update(piece))?;
        Ok(hash.finalize().to_vec())
    }

    /// Hands out the archive that Yarn would make, piece by piece.
    fn write(&mut self, way: Way, out: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        let (mut directory, mut at, count) = (Vec::new(), 0_u64, self.nodes.len());
        for index in 0..count {
            let packed = self.pack(index, way)?;
            let (local, central) = headers(&self.nodes[index], &packed, at, way.time)?;
            out(&local);
            at += local.len() as u64 + packed.length;
            directory.extend_from_slice(&central);
            copy(&mut packed.open(&mut self.file)?, &mut *out)?;
        }
        let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
        let count = u16::try_from(count).map_err(|_| odd("the package has too many files"))?;
        end.extend_from_slice(&count.to_le_bytes());
        end.extend_from_slice(&count.to_le_bytes());
        end.extend_from_slice(&narrow(directory.len() as u64)?.to_le_bytes());
        end.extend_from_slice(&narrow(at)?.to_le_bytes());
        end.extend_from_slice(&[0, 0]);
        out(&directory);
        out(&end);
        Ok(())
    }

    fn pack(&mut self, index: usize, Way { compression, compressor, .. }: Way) -> io::Result<Packed> {
        let Some((start, length)) = self.nodes[index].content else { return Ok(Packed::default()) };
        self.file.seek(SeekFrom::Start(start))?;
        let mut content = (&mut self.file).take(length);
        let mut crc = Crc::new();
        let stored = |crc: Crc| Packed { crc: crc.sum(), size: length, length, start, deflated: None };
        if compression == Compression::Stored {
            copy(&mut content, |piece| crc.update(piece))?;
            return Ok(stored(crc));
        }
        let mut file = tempfile::tempfile()?;
        match compressor {
            Compressor::Zlib => by_zlib(&mut content, &mut file, &mut crc)?,
            Compressor::ZlibNg => by_zlib_ng(&mut content, &mut file, &mut crc)?,
        }
        let shorter = file.stream_position()?;
        // libzip goes back to storing only as long as nothing was handed on, which a full piece is.
        if compression == Compression::Mixed && shorter >= length && shorter < PIECE as u64 {
            return Ok(stored(crc));
        }
        Ok(Packed { crc: crc.sum(), size: length, length: shorter, start: 0, deflated: Some(file) })
    }

    /// Whether an archive has the same files with the same content.
    fn is_content_of(&mut self, archive: &mut File) -> io::Result<bool> {
        let entries = crate::zip::entries(archive)?;
        let files: Vec<_> = entries.iter().filter(|entry| !entry.name.ends_with(b"/")).collect();
        let ours = self.nodes.iter().filter(|node| node.content.is_some()).count();
        let mut seen = std::collections::HashSet::new();
        for entry in &files {
            let known = self.by_path.get(&entry.name).map(|&index| (self.nodes[index].content, self.nodes[index].mode));
            let Some((Some((start, length)), mode)) = known else { return Ok(false) };
            if length != entry.size || mode != entry.mode || !seen.insert(&entry.name) {
                return Ok(false);
            }
            let theirs = sha256(&mut entry.open(archive)?)?;
            self.file.seek(SeekFrom::Start(start))?;
            if sha256(&mut (&mut self.file).take(length))? != theirs {
                return Ok(false);
            }
        }
        Ok(files.len() == ours)
    }
}

/// A file's bytes as they stand in the archive.
#[derive(Default)]
struct Packed {
    crc: u32,
    size: u64,
    length: u64,
    start: u64,
    deflated: Option<File>,
}

impl Packed {
    fn open<'f>(&'f self, spool: &'f mut File) -> io::Result<impl Read + 'f> {
        let mut file = self.deflated.as_ref().map_or_else(|| spool.try_clone(), File::try_clone)?;
        file.seek(SeekFrom::Start(self.start))?;
        Ok(file.take(self.length))
    }
}

/// The header before a file's bytes, and its line in the directory.
fn headers(node: &Node, packed: &Packed, at: u64, time: [u8; 4]) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let is_folder = node.content.is_none();
    let mut name = node.path.clone();
    if is_folder {
        name.push(b'/');
    }
    let deflated = packed.deflated.is_some();
    let mut common = Vec::with_capacity(26);
    for number in [if is_folder || deflated { 20_u16 } else { 10 }, if deflated { 2 } else { 0 }, if deflated { 8 } else { 0 }] {
        common.extend_from_slice(&number.to_le_bytes());
    }
    common.extend_from_slice(&time);
    for number in [packed.crc, narrow(packed.length)?, narrow(packed.size)?] {
        common.extend_from_slice(&number.to_le_bytes());
    }
    common.extend_from_slice(&u16::try_from(name.len()).map_err(|_| odd("a name is too long"))?.to_le_bytes());
    common.extend_from_slice(&[0, 0]);
    let local = [b"PK\x03\x04", &common[..], &name].concat();
    let mut central = b"PK\x01\x02".to_vec();
    central.extend_from_slice(&MADE_BY.to_le_bytes());
    central.extend_from_slice(&common);
    central.extend_from_slice(&[0; 6]);
    central.extend_from_slice(&(node.mode << 16).to_le_bytes());
    central.extend_from_slice(&narrow(at)?.to_le_bytes());
    central.extend_from_slice(&name);
    Ok((local, central))
}

/// Deflates as Yarn 3 does at its highest level.
fn by_zlib(content: &mut impl Read, out: &mut impl Write, crc: &mut Crc) -> io::Result<()> {
    let mut deflate = crate::zlib::Deflate::new(out);
    copy_with(content, |piece| {
        crc.update(piece);
        deflate.push(piece)
    })?;
    deflate.finish().map(drop)
}

/// Deflates as Yarn 4 does at its highest level.
fn by_zlib_ng(content: &mut impl Read, out: &mut impl Write, crc: &mut Crc) -> io::Result<()> {
    let mut config = DeflateConfig::new(9);
    config.window_bits = -15;
    config.mem_level = 9;
    let mut deflate = Deflate::new_with_config(config);
    let mut buffer = vec![0; 4 * PIECE];
    let mut run = |mut input: &[u8], flush| -> io::Result<()> {
        loop {
            let (taken, given) = (deflate.total_in(), deflate.total_out());
            let status = deflate.compress(input, &mut buffer, flush).map_err(|_| odd("it could not be compressed"))?;
            input = &input[(deflate.total_in() - taken) as usize..];
            let count = (deflate.total_out() - given) as usize;
            out.write_all(&buffer[..count])?;
            let is_done = match flush {
                DeflateFlush::Finish => status == Status::StreamEnd,
                _ => input.is_empty() && count < buffer.len(),
            };
            if is_done {
                return Ok(());
            }
        }
    };
    copy_with(content, |piece| {
        crc.update(piece);
        run(piece, DeflateFlush::NoFlush)
    })?;
    run(&[], DeflateFlush::Finish)
}

fn copy(content: &mut impl Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    copy_with(content, |piece| {
        take(piece);
        Ok(())
    })
}

fn copy_with(content: &mut impl Read, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = vec![0; PIECE];
    loop {
        match content.read(&mut buffer)? {
            0 => return Ok(()),
            count => take(&buffer[..count])?,
        }
    }
}

fn sha256(content: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut hash = Sha256::new();
    copy(content, |piece| hash.update(piece))?;
    Ok(hash.finalize().to_vec())
}

/// The path below the package's folder, or `None` where Yarn leaves the entry out.
fn inside(path: &[u8]) -> Option<Vec<u8>> {
    let parts: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
    if path.starts_with(b"/") || parts.contains(&b"..".as_slice()) || parts.len() <= 1 {
        return None;
    }
    let parts: Vec<&[u8]> = parts.into_iter().filter(|part| !matches!(*part, b"" | b".")).skip(1).collect();
    (!parts.is_empty()).then(|| parts.join(&b'/'))
}

fn narrow(number: u64) -> io::Result<u32> {
    u32::try_from(number)
        .ok()
        .filter(|number| *number != u32::MAX)
        .ok_or_else(|| odd("the package is too large for a plain archive"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn odd(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
#[path = "yarn_zip_tests.rs"]
mod tests;
