//! What an editor has open: its text, as the editor's changes make it.
//!
//! A change costs one splice of the text and of the list of line starts, so that a keystroke in a large lockfile stays cheap before any
//! analysis begins.

use std::ops::Range;
use std::sync::Arc;

use lsp_types::{Position, TextDocumentContentChangeEvent, Url};
use provender_core::text::{LineIndex, Span};

use super::convert::Encoding;

/// An open document.
#[derive(Debug)]
pub(super) struct Buffer {
    /// The editor's own name for it, given back as it came.
    pub(super) url: Url,
    /// The editor's version of the text.
    pub(super) version: i32,
    /// The text. Analyses share it; a change while one of them runs makes a copy.
    pub(super) text: Arc<String>,
    lines: Lines,
}

impl Buffer {
    pub(super) fn new(url: Url, version: i32, text: String) -> Buffer {
        let lines = Lines::new(&text);
        Buffer { url, version, text: Arc::new(text), lines }
    }

    /// Applies changes one after the other, each to what the one before it left.
    pub(super) fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        self.version = version;
        for change in changes {
            let Some(range) = change.range else {
                self.lines = Lines::new(&change.text);
                self.text = Arc::new(change.text);
                continue;
            };
            let (one, other) = (self.offset(range.start, encoding), self.offset(range.end, encoding));
            let bytes = one.min(other)..one.max(other);
            let text = Arc::make_mut(&mut self.text);
            text.replace_range(bytes.clone(), &change.text);
            self.lines.splice(text, bytes, change.text.len());
        }
    }

    /// The byte at a position; past the end of a line or of the text means that end.
    pub(super) fn offset(&self, position: Position, encoding: Encoding) -> usize {
        let Some(start) = self.lines.start(position.line as usize) else { return self.text.len() };
        let end = self.lines.start(position.line as usize + 1).unwrap_or(self.text.len());
        let line = self.text[start..end].trim_end_matches(['\n', '\r']);
        start + encoding.byte(line, position.character)
    }

    /// The bytes of a range.
    pub(super) fn span(&self, range: lsp_types::Range, encoding: Encoding) -> Span {
        let (one, other) = (self.offset(range.start, encoding), self.offset(range.end, encoding));
        Span::new(one.min(other), one.max(other))
    }
}

/// Where each line but the first begins.
#[derive(Debug, PartialEq, Eq)]
struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    fn new(text: &str) -> Lines {
        let index = LineIndex::new(text);
        Lines { starts: (1..index.count()).filter_map(|line| index.start(line)).map(small).collect() }
    }

    fn start(&self, line: usize) -> Option<usize> {
        match line.checked_sub(1) {
            None => Some(0),
            Some(index) => self.starts.get(index).map(|&start| start as usize),
        }
    }

    /// Follows a change: `text` is what it left, `removed` the bytes it took out of the former text.
    fn splice(&mut self, text: &str, removed: Range<usize>, inserted: usize) {
        // Whether a line starts at a byte depends on that byte and the one before it.
        let first = self.starts.partition_point(|&start| (start as usize) < removed.start);
        let last = self.starts.partition_point(|&start| (start as usize) <= removed.end);
        let fresh: Vec<u32> = starts(text, removed.start.max(1)..removed.start + inserted + 1).collect();
        let rest = first + fresh.len();
        self.starts.splice(first..last, fresh);
        let (grown, shrunk) = (small(inserted), small(removed.len()));
        for start in &mut self.starts[rest..] {
            *start = *start - shrunk + grown;
        }
    }
}

/// The bytes of `within` at which a line of `text` starts.
fn starts(text: &str, within: Range<usize>) -> impl Iterator<Item = u32> {
    let bytes = text.as_bytes();
    within
        .filter(move |&at| match bytes.get(at - 1) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at) != Some(&b'\n'),
            _ => false,
        })
        .map(small)
}

fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use lsp_types::Range;

    use super::*;

    fn change(start: (u32, u32), end: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        let range = Range::new(Position::new(start.0, start.1), Position::new(end.0, end.1));
        TextDocumentContentChangeEvent { range: Some(range), range_length: None, text: text.to_owned() }
    }

    fn buffer(text: &str) -> Buffer {
        Buffer::new(Url::parse("file:///x/package.json").unwrap(), 1, text.to_owned())
    }

    #[test]
    fn changes_apply_in_order_each_to_what_the_last_left() {
        let mut buffer = buffer("{\n  \"\u{e9}\u{1f600}\": 1\n}\n");
        let changes = vec![change((1, 9), (1, 10), "22"), change((1, 10), (1, 11), "3"), change((0, 1), (1, 2), "")];
        buffer.change(2, changes, Encoding::Utf16);
        assert_eq!(buffer.text.as_str(), "{\"\u{e9}\u{1f600}\": 23\n}\n");
        assert_eq!(buffer.version, 2);
        assert_eq!(buffer.lines, Lines::new(&buffer.text));
    }

    #[test]
    fn a_change_without_a_range_is_the_whole_text() {
        let mut buffer = buffer("a\nb");
        let whole = TextDocumentContentChangeEvent { range: None, range_length: None, text: "c\rd\r\n".to_owned() };
        buffer.change(2, vec![whole, change((2, 0), (2, 0), "e")], Encoding::Utf8);
        assert_eq!(buffer.text.as_str(), "c\rd\r\ne");
    }

    /// Every small edit of a text with every kind of line end gives the lines that reading anew gives.
    #[test]
    fn lines_follow_every_edit() {
        let text = "a\r\n\rb\n\n\u{e9}\r";
        let boundaries: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        for &start in &boundaries {
            for &end in boundaries.iter().filter(|end| **end >= start) {
                for inserted in ["", "x", "\n", "\r", "\r\n", "\n\r", "y\n\nz"] {
                    let mut lines = Lines::new(text);
                    let mut edited = text.to_owned();
                    edited.replace_range(start..end, inserted);
                    lines.splice(&edited, start..end, inserted.len());
                    assert_eq!(lines, Lines::new(&edited), "{start}..{end} {inserted:?}");
                }
            }
        }
    }
}
