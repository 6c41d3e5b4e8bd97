//! A package's files, and the archives made of them: the same files give the same bytes, on every machine and at any time.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};
use std::path::Path;

use flate2::{Compression, GzBuilder};
use zip::write::SimpleFileOptions;

use crate::Outcome;

/// How hard to compress. The best level takes thrice the time of this one, and saves half a percent.
const LEVEL: u32 = 6;

/// The time of every file in a package, in seconds since 1970: the first day that a zip archive can tell.
const TIME: u64 = 315_532_800;

/// What a file is to be.
struct Entry {
    bytes: Vec<u8>,
    executable: bool,
}

/// The files of a package, by their paths in it.
#[derive(Default)]
pub(super) struct Content {
    files: BTreeMap<String, Entry>,
}

impl Content {
    /// Adds a text.
    pub(super) fn text(&mut self, path: impl Into<String>, text: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), Entry { bytes: text.into(), executable: false });
    }

    /// Adds a program's text or bytes.
    pub(super) fn executable(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), Entry { bytes: bytes.into(), executable: true });
    }

    /// Adds a file as it is on the disk.
    pub(super) fn file(&mut self, path: impl Into<String>, from: &Path) -> Outcome {
        self.text(path, read(from)?);
        Ok(())
    }

    /// Adds a program that is on the disk.
    pub(super) fn program(&mut self, path: impl Into<String>, from: &Path) -> Outcome {
        self.executable(path, read(from)?);
        Ok(())
    }

    /// The files, in the order of their paths.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, entry)| (path.as_str(), entry.bytes.as_slice()))
    }

    /// A compressed tar archive, with everything in one folder.
    pub(super) fn tar_gz(&self, folder: &str) -> Outcome<Vec<u8>> {
        // Without a name, a time and a system in gzip's own header.
        let gzip = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::new(LEVEL));
        let mut tar = tar::Builder::new(gzip);
        for (path, entry) in &self.files {
            let mut header = tar::Header::new_gnu();
            header.set_size(entry.bytes.len() as u64);
            header.set_mode(mode(entry));
            header.set_mtime(TIME);
            tar.append_data(&mut header, format!("{folder}/{path}"), entry.bytes.as_slice())?;
        }
        Ok(tar.into_inner()?.finish()?)
    }

    /// A zip archive. `last`: a file that is to come last, and may say something of the others.
    pub(super) fn zip(&self, last: (&str, &[u8])) -> Outcome<Vec<u8>> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .system(zip::System::Unix)
            .last_modified_time(zip::DateTime::default())
            .compression_method(zip::CompressionMethod::Deflated)
            .compression_level(Some(LEVEL.into()));
        for (path, entry) in &self.files {
            zip.start_file(path.as_str(), options.unix_permissions(mode(entry)))?;
            zip.write_all(&entry.bytes)?;
        }
        zip.start_file(last.0, options.unix_permissions(0o644))?;
        zip.write_all(last.1)?;
        Ok(zip.finish()?.into_inner())
    }
}

fn mode(entry: &Entry) -> u32 {
    if entry.executable { 0o755 } else { 0o644 }
}

fn read(path: &Path) -> Outcome<Vec<u8>> {
    std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()).into())
}
