//! The texts that a report points into, and places in them as people count.
//!
//! A finding can point at a file that is not there (a lockfile that went away, a file that could not be read), so every answer here
//! has a form for that, and an offset that does not fit the text is brought back into it.

use std::cell::Cell;

use serde::Serialize;

use crate::document::Document;
use crate::path::RelPath;
use crate::text::{LineIndex, Position, Span};
use crate::workspace::Workspace;

/// One text with its lines. Borrowed; cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The text that spans are offsets into.
    pub text: &'a str,
    /// Where its lines begin.
    pub lines: &'a LineIndex,
}

impl<'a> Source<'a> {
    /// A document as a source.
    #[must_use]
    pub fn of(document: &'a Document) -> Source<'a> {
        Source { text: &document.text, lines: document.lines() }
    }

    /// The byte range of `span`, within the text and between characters.
    pub(super) fn clamp(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.text.floor_char_boundary(span.start as usize);
        start..self.text.ceil_char_boundary(span.end as usize).max(start)
    }
}

/// From which line and column to which; both from 1, columns in Unicode scalar values, the end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The first character.
    #[serde(serialize_with = "position")]
    pub start: Position,
    /// One past the last.
    #[serde(serialize_with = "position")]
    pub end: Position,
}

impl Place {
    /// The start of a file, which is all there is to say about one that cannot be read.
    pub const NOWHERE: Place = Place { start: Position { line: 1, column: 1 }, end: Position { line: 1, column: 1 } };
}

fn position<S: serde::Serializer>(position: &Position, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Shape {
        line: usize,
        column: usize,
    }
    Shape { line: position.line, column: position.column }.serialize(serializer)
}

type Find<'a> = dyn Fn(&RelPath) -> Option<Source<'a>> + 'a;

/// Finds the text of a path.
pub struct Sources<'a> {
    find: Box<Find<'a>>,
    last: Cell<Mark>,
}

/// A place that was found before. Findings come in order, so the next one on the same long line (a minified file is one line) is
/// counted from here and not from the line's start.
#[derive(Clone, Copy, Default)]
struct Mark {
    /// Address and length of the text, to tell one from another; never followed.
    text: (usize, usize),
    line: usize,
    offset: usize,
    column: usize,
}

impl<'a> Sources<'a> {
    /// Sources that `find` knows.
    pub fn new(find: impl Fn(&RelPath) -> Option<Source<'a>> + 'a) -> Sources<'a> {
        Sources { find: Box::new(find), last: Cell::default() }
    }

    /// The documents of a workspace.
    #[must_use]
    pub fn of(workspace: &'a Workspace) -> Sources<'a> {
        Sources::new(|path| workspace.get(path).map(|document| Source::of(document)))
    }

    /// The text of `path`, if it is there.
    #[must_use]
    pub fn get(&self, path: &RelPath) -> Option<Source<'a>> {
        (self.find)(path)
    }

    /// Lines and columns of a span; [`Place::NOWHERE`] if there is no such text.
    #[must_use]
    pub fn place(&self, path: &RelPath, span: Span) -> Place {
        self.get(path).map_or(Place::NOWHERE, |source| self.place_in(source, span))
    }

    pub(super) fn place_in(&self, source: Source<'_>, span: Span) -> Place {
        let range = source.clamp(span);
        Place { start: self.position(source, range.start), end: self.position(source, range.end) }
    }

    fn position(&self, source: Source<'_>, offset: usize) -> Position {
        let text = (source.text.as_ptr() as usize, source.text.len());
        let line = source.lines.line(offset);
        let last = self.last.get();
        let (from, column) = if last.text == text && last.line == line && last.offset <= offset && last.column > 0 {
            (last.offset, last.column)
        } else {
            (source.lines.start(line).unwrap_or(0), 1)
        };
        let column = column + source.text.get(from..offset).map_or(0, |between| between.chars().count());
        self.last.set(Mark { text, line, offset, column });
        Position { line: line + 1, column }
    }
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sources")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_same_counted_from_the_last_or_from_the_start() {
        let text = "{\"é\": \"😀x\"}\r\n{}";
        let lines = LineIndex::new(text);
        let source = Source { text, lines: &lines };
        let sources = Sources::new(|_| None);
        let all: Vec<usize> = (0..=text.len()).chain((0..=text.len()).rev()).filter(|&at| text.is_char_boundary(at)).collect();
        for at in all {
            assert_eq!(sources.position(source, at), lines.position(text, at), "at {at}");
        }
    }

    #[test]
    fn what_does_not_fit_the_text_is_brought_back_into_it() {
        let text = "é\nab";
        let lines = LineIndex::new(text);
        let sources = Sources::new(|path| (path.name() == "here").then_some(Source { text, lines: &lines }));
        let place = |name, start, end| sources.place(&RelPath::new(name), Span { start, end });
        let at = |line, column| Position { line, column };
        assert_eq!(place("here", 1, 1), Place { start: at(1, 1), end: at(1, 2) });
        assert_eq!(place("here", 3, 900), Place { start: at(2, 1), end: at(2, 3) });
        assert_eq!(place("here", 5, 2), Place { start: at(2, 3), end: at(2, 3) });
        assert_eq!(place("gone", 5, 9), Place::NOWHERE);
    }
}
