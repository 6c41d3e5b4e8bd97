//! Extended tar headers (POSIX pax), read in two ways that must agree.
//!
//! The standard counts bytes: `length key=value\n`, and a value may hold line feeds. npm's `node-tar` takes the header apart at its line
//! feeds and drops the lines whose length is not right (`pax.js`), which is also what makes old packages readable whose headers hold a
//! whole readme. A path that only one of the two finds is there to show different packages to different installers.

use std::io;

/// What matters of an extended header.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Extended {
    /// The path of the entry that follows.
    pub(crate) path: Option<Vec<u8>>,
    /// Its size.
    pub(crate) size: Option<Vec<u8>>,
}

impl Extended {
    fn put(&mut self, record: &[u8]) {
        let Some(equals) = record.iter().position(|&byte| byte == b'=') else { return };
        let (key, value) = (&record[..equals], record[equals + 1..].to_vec());
        match key {
            b"path" => self.path = Some(value),
            b"size" => self.size = Some(value),
            _ => {}
        }
    }
}

/// Reads a header's text.
///
/// # Errors
/// Where the two readings do not agree.
pub(crate) fn read(text: &[u8]) -> io::Result<Extended> {
    let (counted, lines) = (by_length(text), by_line(text));
    match counted == lines {
        true => Ok(lines),
        false => Err(io::Error::new(io::ErrorKind::InvalidData, "the archive has an extended header that reads in two ways")),
    }
}

fn by_length(mut text: &[u8]) -> Extended {
    let mut found = Extended::default();
    while let Some((length, key_from)) = length(text) {
        let Some(record) = text.get(key_from..length).and_then(|record| record.strip_suffix(b"\n")) else { break };
        found.put(record);
        text = &text[length..];
    }
    found
}

fn by_line(text: &[u8]) -> Extended {
    let mut found = Extended::default();
    for line in text.strip_suffix(b"\n").unwrap_or(text).split(|&byte| byte == b'\n') {
        match length(line) {
            Some((length, key_from)) if length == line.len() + 1 => found.put(&line[key_from..]),
            _ => {}
        }
    }
    found
}

/// A record's length, and where its key begins.
fn length(record: &[u8]) -> Option<(usize, usize)> {
    let digits = record.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let length = std::str::from_utf8(&record[..digits]).ok()?.parse().ok()?;
    (record.get(digits) == Some(&b' ') && length > digits).then_some((length, digits + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Option<String> {
        read(text.as_bytes()).ok()?.path.map(|path| String::from_utf8(path).unwrap())
    }

    #[test]
    fn a_path_counts_only_if_every_installer_sees_it() {
        assert_eq!(path("12 path=a/b\n").as_deref(), Some("a/b"));
        assert_eq!(path("29 comment=two\nlines of text\n12 path=a/b\n").as_deref(), Some("a/b"));
        assert_eq!(path("12 path=a/b\n12 path=c/d\n").as_deref(), Some("c/d"));
        // Only who counts bytes sees the first, only who reads lines the second.
        assert!(read(b"19 path=package/\nx\n").is_err());
        assert!(read(b"25 comment=\n12 path=a/b\n\n").is_err());
        assert!(read(b"99 comment=x\n12 path=a/b\n").is_err());
        assert_eq!(read(b"garbage").unwrap(), Extended::default());
        assert_eq!(read(b"").unwrap(), Extended::default());
        assert_eq!(read(b"99999999999999999999 path=x\n").unwrap(), Extended::default());
    }
}
