//! Places as editors count them, and places as the core counts them: the only module that knows a position encoding.
//!
//! The core counts bytes. An editor counts lines, and within a line bytes, UTF-16 units or characters, as was agreed at the start.

use std::cell::Cell;

use lsp_types::{Position, PositionEncodingKind, Range};
use provender_core::document::Document;
use provender_core::text::Span;

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what every editor knows, and what holds where nothing was agreed.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

impl Encoding {
    /// Chooses among what the editor offers: bytes where it knows them, characters if it likes those best, else UTF-16.
    pub(super) fn negotiate(offered: Option<&[PositionEncodingKind]>) -> Encoding {
        match offered {
            Some(kinds) if kinds.contains(&PositionEncodingKind::UTF8) => Encoding::Utf8,
            Some([first, ..]) if *first == PositionEncodingKind::UTF32 => Encoding::Utf32,
            _ => Encoding::Utf16,
        }
    }

    /// The protocol's word for it.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// How many columns `text` takes.
    pub(super) fn width(self, text: &str) -> u32 {
        let width = match self {
            Encoding::Utf8 => text.len(),
            _ if text.is_ascii() => text.len(),
            Encoding::Utf16 => text.chars().map(char::len_utf16).sum(),
            Encoding::Utf32 => text.chars().count(),
        };
        u32::try_from(width).unwrap_or(u32::MAX)
    }

    /// The byte of `line` at a column. A column past the end means the end; one within a character means its start.
    pub(super) fn byte(self, line: &str, column: u32) -> usize {
        let column = column as usize;
        let width = |character: char| match self {
            Encoding::Utf8 => character.len_utf8(),
            Encoding::Utf16 => character.len_utf16(),
            Encoding::Utf32 => 1,
        };
        if line.get(..column).is_some_and(str::is_ascii) {
            return column;
        }
        let mut passed = 0;
        for (at, character) in line.char_indices() {
            passed += width(character);
            if passed > column {
                return at;
            }
        }
        line.len()
    }
}

/// Turns places of one document into the editor's, quickest when asked from front to back.
pub(super) struct Places<'a> {
    document: &'a Document,
    encoding: Encoding,
    /// The last place asked for: offset, line, column. A line of a megabyte is then walked once, not once for every finding.
    last: Cell<(usize, usize, u32)>,
}

impl<'a> Places<'a> {
    pub(super) fn new(document: &'a Document, encoding: Encoding) -> Places<'a> {
        Places { document, encoding, last: Cell::new((0, 0, 0)) }
    }

    /// A span as a range.
    pub(super) fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start as usize), end: self.position(span.end as usize) }
    }

    /// A byte as a position.
    pub(super) fn position(&self, offset: usize) -> Position {
        let (text, lines) = (self.document.text.as_str(), self.document.lines());
        let offset = floor(text, offset);
        let line = lines.line(offset);
        let (known, known_line, known_column) = self.last.get();
        let (from, column) = match (known_line == line && known <= offset, lines.start(line)) {
            (true, _) => (known, known_column),
            (false, start) => (start.unwrap_or(0), 0),
        };
        let column = column + text.get(from..offset).map_or(0, |passed| self.encoding.width(passed));
        self.last.set((offset, line, column));
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), character: column }
    }
}

/// The start of the character that `offset` lies in, at most the text's end.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lsp_types::Url;
    use provender_core::formats::Format;
    use provender_core::path::RelPath;

    use super::super::buffer::Buffer;
    use super::*;

    /// Back again, as an open file reads positions.
    fn offset(text: &str, encoding: Encoding, position: Position) -> usize {
        Buffer::new(Url::parse("file:///x").unwrap(), 1, text.to_owned()).offset(position, encoding)
    }

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn document(text: &str) -> Document {
        let path = RelPath::new("package.json");
        Document::parse_text(path.clone(), Format::of(&path).unwrap(), Arc::new(text.to_owned()))
    }

    #[test]
    fn the_encoding_is_what_both_know() {
        let kinds = |words: &[&str]| {
            words
                .iter()
                .map(|word| {
                    PositionEncodingKind::new(match *word {
                        "8" => "utf-8",
                        "16" => "utf-16",
                        _ => "utf-32",
                    })
                })
                .collect::<Vec<_>>()
        };
        for (offered, expected) in [
            (Some(vec!["16"]), Encoding::Utf16),
            (Some(vec!["8", "16", "32"]), Encoding::Utf8),
            (Some(vec!["32", "8", "16"]), Encoding::Utf8),
            (Some(vec!["32", "16"]), Encoding::Utf32),
            (Some(vec!["16", "32"]), Encoding::Utf16),
            (Some(vec![]), Encoding::Utf16),
            (None, Encoding::Utf16),
        ] {
            let offered = offered.map(|words| kinds(&words));
            assert_eq!(Encoding::negotiate(offered.as_deref()), expected, "{offered:?}");
        }
    }

    #[test]
    fn letters_before_a_place_count_as_the_editor_counts_them() {
        let text = "{\r\n  \"\u{e9}\u{1f600}\": \"x\"\r}\n";
        let document = document(text);
        let at = text.find('x').unwrap();
        for (encoding, column) in [(Encoding::Utf8, 13), (Encoding::Utf16, 10), (Encoding::Utf32, 9)] {
            let places = Places::new(&document, encoding);
            assert_eq!(places.position(at), Position::new(1, column), "{encoding:?}");
            assert_eq!(offset(text, encoding, Position::new(1, column)), at, "{encoding:?}");
        }
    }

    #[test]
    fn every_place_comes_back_in_every_encoding_and_order() {
        let document = document("a\u{e9}\r\nb\u{1f600}c\rd\n\nz\u{301}");
        for encoding in ALL {
            let places = Places::new(&document, encoding);
            let boundaries: Vec<usize> = (0..=document.text.len()).filter(|at| document.text.is_char_boundary(*at)).collect();
            for at in boundaries.iter().chain(boundaries.iter().rev()).copied() {
                let inside_line_end = document.text[..at].ends_with('\r') && document.text[at..].starts_with('\n');
                if !inside_line_end {
                    assert_eq!(offset(&document.text, encoding, places.position(at)), at, "{encoding:?} {at}");
                }
            }
        }
    }

    #[test]
    fn places_out_of_bounds_are_drawn_in() {
        let document = document("\u{1f600}\r\n");
        for encoding in ALL {
            let places = Places::new(&document, encoding);
            assert_eq!(offset(&document.text, encoding, Position::new(0, 99)), 4);
            assert_eq!(offset(&document.text, encoding, Position::new(9, 9)), 6);
            assert_eq!(places.position(99), Position::new(1, 0));
        }
        assert_eq!(Encoding::Utf16.byte("\u{1f600}", 1), 0, "half a pair is its start");
        assert_eq!(Encoding::Utf8.byte("\u{e9}", 1), 0);
    }
}
