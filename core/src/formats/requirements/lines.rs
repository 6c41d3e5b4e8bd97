//! Logical lines, as pip makes them out of a text: cut as Python's `str.splitlines` cuts, joined by a backslash at the end, comments taken
//! out. Each remembers where its bytes came from.
//!
//! Two traps: a comment line never goes on, whatever its last character; and a comment that begins on a joined line swallows every line that
//! is joined after it, digests and all.

use crate::syntax::python_ini::is_space;
use crate::text::Span;

/// The byte-order mark that pip takes off.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a digest begins with.
const HASH: &str = "--hash";

/// One line as pip's parser gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its text: joined, without comment, without white space around it. Never empty.
    pub text: String,
    /// Where parts of the joined text came from: offset there, offset in the file.
    pieces: Vec<(usize, usize)>,
    /// How much was taken off the front of the joined text.
    shift: usize,
    /// The physical lines that it takes, without the last one's ending.
    pub whole: Span,
    /// A digest that a comment swallows, from a line that was joined to that of the comment.
    pub lost: Option<Span>,
}

impl Line {
    /// The place in the file of a range of the text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let from = self.source(start);
        if end <= start { Span::at(from) } else { Span::new(from, (self.source(end - 1) + 1).max(from)) }
    }

    /// The place of the whole text.
    pub(super) fn content(&self) -> Span {
        self.span(0, self.text.len())
    }

    fn source(&self, at: usize) -> usize {
        source(&self.pieces, at + self.shift).1
    }
}

/// The part that an offset of the joined text lies in, and the place in the file.
fn source(pieces: &[(usize, usize)], at: usize) -> (usize, usize) {
    let index = pieces.partition_point(|(offset, _)| *offset <= at).saturating_sub(1);
    (index, pieces.get(index).map_or(0, |(offset, source)| source + (at - offset)))
}

/// Every logical line of a text that says anything.
pub(super) fn logical(text: &str) -> impl Iterator<Item = Line> {
    let mut lines = physical(text);
    std::iter::from_fn(move || {
        let mut open: Option<Joined> = None;
        for (start, end) in lines.by_ref() {
            let body = &text[start..end];
            let comment = is_comment(body);
            if comment && open.is_none() {
                continue;
            }
            let mut joined = open.take().unwrap_or_else(|| Joined::at(start));
            if body.ends_with('\\') && !comment {
                // All backslashes at either end go, as `str.strip` takes them.
                let kept = body.trim_matches('\\');
                joined.push(kept, start + (body.len() - body.trim_start_matches('\\').len()), end);
                open = Some(joined);
                continue;
            }
            if comment {
                joined.text.push(' ');
            }
            joined.push(body, start, end);
            if let Some(line) = joined.finish() {
                return Some(line);
            }
        }
        open.and_then(Joined::finish)
    })
}

/// Bounds of every physical line, endings left out. A byte-order mark belongs to none.
pub(super) fn physical(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut at = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let start = at;
        let (end, next) = match next_break(text, at) {
            None => (text.len(), text.len()),
            Some((end, '\r')) if text[end + 1..].starts_with('\n') => (end, end + 2),
            Some((end, character)) => (end, end + character.len_utf8()),
        };
        at = next;
        Some((start, end))
    })
}

/// The first break from an offset on.
fn next_break(text: &str, from: usize) -> Option<(usize, char)> {
    let mut at = from;
    loop {
        at += suspect(&text.as_bytes()[at..])?;
        let character = text[at..].chars().next()?;
        if is_break(character) {
            return Some((at, character));
        }
        at += character.len_utf8();
    }
}

/// The first byte that a break may begin with. Whole blocks are ruled out at once: nearly no byte of a file is one.
fn suspect(bytes: &[u8]) -> Option<usize> {
    const BLOCK: usize = 32;
    let may_begin = |byte: &u8| matches!(byte, b'\n'..=b'\r' | 0x1c..=0x1e | 0xc2 | 0xe2);
    let holds_one = |block: &[u8]| block.iter().fold(false, |found, byte| found | may_begin(byte));
    let index = bytes.chunks(BLOCK).position(holds_one)?;
    let start = index * BLOCK;
    bytes[start..].iter().position(may_begin).map(|at| start + at)
}

/// Where `str.splitlines` cuts.
fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_comment(line: &str) -> bool {
    line.trim_start_matches(is_space).starts_with('#')
}

struct Joined {
    text: String,
    pieces: Vec<(usize, usize)>,
    start: usize,
    end: usize,
}

impl Joined {
    fn at(start: usize) -> Joined {
        Joined { text: String::new(), pieces: Vec::new(), start, end: start }
    }

    fn push(&mut self, part: &str, from: usize, end: usize) {
        self.pieces.push((self.text.len(), from));
        self.text.push_str(part);
        self.end = end;
    }

    fn finish(mut self) -> Option<Line> {
        let comment = comment_start(&self.text);
        let lost = comment.and_then(|comment| self.lost(comment));
        let kept = &self.text[..comment.unwrap_or(self.text.len())];
        let end = kept.trim_end_matches(is_space).len();
        let shift = end - kept[..end].trim_start_matches(is_space).len();
        self.text.truncate(end);
        self.text.drain(..shift);
        let whole = Span::new(self.start, self.end);
        (!self.text.is_empty()).then_some(Line { text: self.text, pieces: self.pieces, shift, whole, lost })
    }

    /// A digest in the comment, on a line that was joined to the comment's.
    fn lost(&self, comment: usize) -> Option<Span> {
        let at = comment + self.text[comment..].find(HASH)?;
        let (line, from) = source(&self.pieces, at);
        (line > source(&self.pieces, comment).0).then(|| Span::new(from, from + HASH.len()))
    }
}

/// Where a comment begins: a `#` at the start or after white space.
fn comment_start(text: &str) -> Option<usize> {
    let after_space = |at: usize| text[..at].chars().next_back().is_none_or(is_space);
    text.match_indices('#').map(|(at, _)| at).find(|at| after_space(*at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        logical(text).map(|line| line.text).collect()
    }

    #[test]
    fn lines_are_joined_and_comments_go() {
        for (text, expected) in [
            ("a\nb\r\nc\rd", &["a", "b", "c", "d"][..]),
            ("a \\\n  --hash=x \\\n  --hash=y # why\nb", &["a   --hash=x   --hash=y", "b"]),
            ("# a \\\nb", &["b"]),
            ("  # a \\\nb", &["b"]),
            ("a # b \\\nc\nd", &["a", "d"]),
            ("a \\\n# b\nc", &["a", "c"]),
            ("a#b", &["a#b"]),
            ("a\t# b", &["a"]),
            ("\u{feff}a", &["a"]),
            ("a\u{2028}b\u{85}c\u{c}d\u{b}e\u{1c}f", &["a", "b", "c", "d", "e", "f"]),
            ("a \\", &["a"]),
            ("\\a\\\\\nb", &["ab"]),
            ("", &[]),
            ("\\\n", &[]),
        ] {
            assert_eq!(told(text), expected, "{text:?}");
        }
    }

    #[test]
    fn places_are_those_of_the_file() {
        let text = "\u{feff}  é==1 \\\r\n   --hash=x # c\n";
        let line = logical(text).next().unwrap();
        for part in ["é==1", "--hash=x"] {
            let at = line.text.find(part).unwrap();
            assert_eq!(&text[line.span(at, at + part.len()).range()], part);
        }
        assert_eq!(&text[line.content().range()], "é==1 \\\r\n   --hash=x");
        assert_eq!(&text[line.whole.range()], "  é==1 \\\r\n   --hash=x # c");
    }
}
