//! Places in a text, and changes to it.
//!
//! Every value in the model remembers the bytes it came from as a [`Span`]. Lines and columns exist only at the edges
//! ([`LineIndex`]); editors' encodings exist only in the language server.

use std::fmt;
use std::ops::{Deref, Range};

/// A half-open range of bytes of one immutable text of less than 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Span {
        debug_assert!(start <= end);
        Span { start: offset(start), end: offset(end) }
    }

    /// An empty span, where something could be inserted.
    #[must_use]
    pub fn at(position: usize) -> Span {
        Span::new(position, position)
    }

    /// The span as a range, to slice a text with.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies within this span.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a byte, or touch: an empty span at either edge counts.
    #[must_use]
    pub fn touches(self, other: Span) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// The bytes from the start of `self` to the end of `other`.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start, end: other.end.max(self.start) }
    }
}

/// Texts over 4 GiB are refused when they are read ([`crate::document::MAX_BYTES`]), so an offset always fits.
fn offset(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// A value and the bytes it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value, decoded.
    pub value: T,
    /// The bytes it came from, without quotes.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Joins a value and its place.
    pub fn new(value: T, span: Span) -> Spanned<T> {
        Spanned { value, span }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

/// One replacement in one text. Within a file, edits are sorted, disjoint, and all against the same text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// The bytes to replace.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Replaces the bytes of `span`.
    pub fn replace(span: Span, text: impl Into<String>) -> Edit {
        Edit { span, text: text.into() }
    }

    /// Inserts before the byte at `position`.
    pub fn insert(position: usize, text: impl Into<String>) -> Edit {
        Edit { span: Span::at(position), text: text.into() }
    }

    /// Removes the bytes of `span`.
    #[must_use]
    pub fn remove(span: Span) -> Edit {
        Edit { span, text: String::new() }
    }
}

/// Applies sorted, disjoint edits.
///
/// `None` if they overlap, run out of the text, or cut a character: nothing is guessed.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut result = String::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut done = 0;
    for edit in edits {
        let Range { start, end } = edit.span.range();
        if start < done {
            return None;
        }
        result.push_str(text.get(done..start)?);
        text.get(start..end)?;
        result.push_str(&edit.text);
        done = end;
    }
    result.push_str(text.get(done..)?);
    Some(result)
}

/// Where the lines of a text begin: turns byte offsets into lines and columns.
///
/// A line ends at `\n`, `\r\n` or a lone `\r`, as the language server protocol has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineIndex {
    /// Offsets of the first byte of each line but the first.
    starts: Vec<u32>,
}

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in Unicode scalar values, from 1.
    pub column: usize,
}

impl LineIndex {
    /// Finds the lines of `text`.
    #[must_use]
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let starts = memchr::memchr2_iter(b'\n', b'\r', bytes)
            .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'))
            .map(|at| offset(at + 1))
            .collect();
        LineIndex { starts }
    }

    /// The number of lines, at least 1.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len() + 1
    }

    /// The line (from 0) that holds the byte at `position`.
    #[must_use]
    pub fn line(&self, position: usize) -> usize {
        self.starts.partition_point(|&start| start as usize <= position)
    }

    /// The offset of the first byte of `line` (from 0); the text's end for lines past the last is up to the caller.
    #[must_use]
    pub fn start(&self, line: usize) -> Option<usize> {
        match line.checked_sub(1) {
            None => Some(0),
            Some(index) => self.starts.get(index).map(|&start| start as usize),
        }
    }

    /// The bytes of `line` (from 0), without its line ending.
    #[must_use]
    pub fn content(&self, text: &str, line: usize) -> Range<usize> {
        let start = self.start(line).unwrap_or(text.len());
        let end = self.start(line + 1).unwrap_or(text.len());
        start..start + text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    /// Line and column (from 1, in Unicode scalar values) of the byte at `position`.
    #[must_use]
    pub fn position(&self, text: &str, position: usize) -> Position {
        let line = self.line(position);
        let start = self.start(line).unwrap_or(0);
        let column = text.get(start..position).map_or(0, |before| before.chars().count());
        Position { line: line + 1, column: column + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_any_of_the_three_ways() {
        let text = "a\r\nbé\rc\n";
        let lines = LineIndex::new(text);
        assert_eq!(lines.count(), 4);
        let found: Vec<_> = (0..4).map(|line| &text[lines.content(text, line)]).collect();
        assert_eq!(found, ["a", "bé", "c", ""]);
        assert_eq!(lines.position(text, text.find('\u{e9}').unwrap() + 2), Position { line: 2, column: 3 });
    }

    #[test]
    fn edits_that_overlap_or_cut_a_character_are_refused() {
        let edit = |start, end, text: &str| Edit::replace(Span::new(start, end), text);
        assert_eq!(apply("abc", &[edit(0, 1, "x"), edit(1, 1, "y"), edit(2, 3, "")]), Some("xyb".into()));
        assert_eq!(apply("abc", &[edit(0, 2, "x"), edit(1, 3, "y")]), None);
        assert_eq!(apply("é", &[edit(1, 2, "x")]), None);
        assert_eq!(apply("a", &[edit(1, 2, "x")]), None);
    }
}
