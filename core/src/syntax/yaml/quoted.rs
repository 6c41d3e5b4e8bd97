//! Scalars in quotes.

use memchr::{memchr, memchr2, memchr3};

use super::parse::Parser;
use super::{ErrorKind, Kind, Node, Style};

impl Parser<'_> {
    /// A scalar from its opening quote; `false` if it is never closed: then it ends with its line. Lines after the first have to be
    /// indented further than `indent`.
    pub(super) fn quoted(&mut self, indent: i64) -> bool {
        let (start, line) = (self.at, self.line);
        let double = self.bytes[start] == b'"';
        let style = if double { Style::Double } else { Style::Single };
        self.at += 1;
        let mut encoded = false;
        let closed = loop {
            let rest = &self.bytes[self.at..];
            let found = if double { memchr3(b'"', b'\\', b'\n', rest) } else { memchr2(b'\'', b'\n', rest) };
            let Some(found) = found else {
                self.quotes_run_out = true;
                break false;
            };
            self.at += found;
            match self.bytes[self.at] {
                b'\\' => {
                    encoded = true;
                    self.at += 1;
                    self.at += usize::from(self.at < self.bytes.len() && self.bytes[self.at] != b'\n');
                }
                b'\n' => {
                    encoded = true;
                    if self.quotes_run_out || !self.text_goes_on(indent) {
                        break false;
                    }
                }
                b'\'' if self.bytes.get(self.at + 1) == Some(&b'\'') => {
                    encoded = true;
                    self.at += 2;
                }
                _ => break true,
            }
        };
        if closed {
            self.at += 1;
            if double && encoded {
                self.check_escapes(start);
            }
        } else {
            self.line = line;
            self.at = start;
            self.skip_line();
            self.error(ErrorKind::UnterminatedString, start, self.at);
        }
        let node = self.push(Kind::Scalar, style, start, self.at);
        self.tree.nodes[node as usize].flags |= (u8::from(encoded) * Node::ENCODED) | (u8::from(!closed) * Node::OPEN);
        closed
    }

    /// From a line feed within quotes to the next line with text, if that is still within.
    fn text_goes_on(&mut self, indent: i64) -> bool {
        while self.peek() == Some(b'\n') {
            self.newline();
            if self.marker() {
                return false;
            }
            while self.peek() == Some(b' ') {
                self.at += 1;
            }
            let column = (self.at - self.line) as i64;
            self.blanks();
            if self.peek() == Some(b'\r') && self.bytes.get(self.at + 1) == Some(&b'\n') {
                self.at += 1;
            }
            if self.peek() != Some(b'\n') {
                return column > indent && self.peek().is_some();
            }
        }
        false
    }

    /// An escape that is none.
    fn check_escapes(&mut self, start: usize) {
        if let Some(at) = bad_escape(&self.bytes[start + 1..self.at - 1]) {
            self.error(ErrorKind::BadEscape, start + 1 + at, start + 3 + at);
        }
    }
}

/// The place of the first backslash that begins no escape that YAML knows.
fn bad_escape(inner: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = memchr(b'\\', &inner[at..]) {
        at += found;
        let digits = match inner.get(at + 1)? {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            byte if b"0abt\tnvfre \"/\\N_LP\n\r".contains(byte) => 0,
            _ => return Some(at),
        };
        let hex = inner.get(at + 2..at + 2 + digits);
        if hex.is_none_or(|hex| !hex.iter().all(u8::is_ascii_hexdigit)) {
            return Some(at);
        }
        at += 2 + digits;
    }
    None
}
