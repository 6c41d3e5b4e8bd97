//! The parser: line by line, with a stack of the mappings and sequences that are open.

use rustc_hash::FxHashSet;

use super::flow::Flow;
use super::{Error, ErrorKind, Kind, Node, Property, Style, Tree};
use crate::text::Span;

/// More errors than this say nothing new about a file that is not YAML at all.
const MAX_ERRORS: usize = 100;

/// Reads a text. Never fails, never recurses; takes time in proportion to the text.
#[must_use]
pub fn parse(text: &str) -> Tree {
    let mut parser = Parser {
        bytes: text.as_bytes(),
        at: 0,
        line: 0,
        last: 0,
        frames: Vec::new(),
        flows: Vec::new(),
        pending: Vec::new(),
        anchors: FxHashSet::default(),
        quotes_run_out: false,
        directive: None,
        // Lockfiles have a node every 20 bytes or so.
        tree: Tree { nodes: Vec::with_capacity(text.len() / 16 + 4), ..Tree::default() },
    };
    parser.text();
    parser.tree
}

pub(super) struct Parser<'t> {
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    /// Where the current line begins.
    pub(super) line: usize,
    /// The end of what was read last: where an open mapping or sequence would end, or an empty value stands.
    pub(super) last: usize,
    /// The open document, and the mappings and sequences by indentation that are open in it.
    pub(super) frames: Vec<Frame>,
    /// The mappings and sequences in brackets that are open.
    pub(super) flows: Vec<Flow>,
    /// Anchors and tags that wait for their node.
    pub(super) pending: Vec<Property>,
    pub(super) anchors: FxHashSet<&'t [u8]>,
    /// A quote was not closed before the text's end: the next ones are looked for on their line only, or time would be squared.
    pub(super) quotes_run_out: bool,
    /// A directive whose document has not begun.
    pub(super) directive: Option<Span>,
    pub(super) tree: Tree,
}

/// Something open whose extent indentation tells.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) node: u32,
    /// The column of its keys or dashes; -1 for the document.
    pub(super) indent: i64,
    pub(super) kind: FrameKind,
    pub(super) slot: Slot,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    Document,
    Mapping,
    Sequence,
}

/// What belongs next in a frame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The next key or dash; in a document, nothing.
    Entry,
    /// A key, after `?`.
    Key,
    /// A colon on a line of its own, after such a key.
    Colon,
    /// A value: of a key, a dash or the document.
    Value,
}

impl Parser<'_> {
    fn text(&mut self) {
        if self.bytes.starts_with("\u{feff}".as_bytes()) {
            self.error(ErrorKind::ByteOrderMark, 0, 3);
            self.at = 3;
            self.line = 3;
            self.last = 3;
        }
        self.control_characters();
        while self.next_line() {
            self.line();
        }
        if let Some(span) = self.directive.take() {
            self.error(ErrorKind::BadDirective, span.start as usize, span.end as usize);
        }
        if self.tree.documents.is_empty() {
            self.open_document();
        }
        self.close_document();
        self.tree.errors.sort_by_key(|error| error.span.start);
    }

    /// Bytes that no YAML has, in whatever; a carriage return alone is one, for readers disagree whether it ends a line.
    fn control_characters(&mut self) {
        let bytes = self.bytes;
        let control = |byte: u8| (byte < 0x20 && byte != b'\n' && byte != b'\t') || byte == 0x7f;
        if !bytes.iter().fold(false, |found, &byte| found | control(byte)) {
            return;
        }
        for (at, _) in bytes.iter().enumerate().filter(|&(_, &byte)| control(byte)) {
            if bytes[at] != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
                self.error(ErrorKind::BadCharacter, at, at + 1);
            }
        }
    }

    /// Goes over blank lines and comments to the first token of a line.
    fn next_line(&mut self) -> bool {
        loop {
            while self.peek() == Some(b' ') {
                self.at += 1;
            }
            match self.peek() {
                None => return false,
                Some(b'\n') => self.newline(),
                Some(b'#') => self.skip_line(),
                Some(b'\t') => {
                    let tab = self.at;
                    self.blanks();
                    if !self.at_line_end() {
                        self.error(ErrorKind::Tab, tab, self.at);
                        return true;
                    }
                }
                Some(b'\r') if self.at_line_end() => self.at += 1,
                Some(_) => return true,
            }
        }
    }

    /// One line from its first token, and the lines that its last node goes on over.
    fn line(&mut self) {
        if self.at == self.line && self.special_line() {
            return;
        }
        if self.frames.is_empty() {
            if let Some(span) = self.directive.take() {
                self.error(ErrorKind::BadDirective, span.start as usize, span.end as usize);
            }
            self.open_document();
        }
        if self.settle((self.at - self.line) as i64) {
            self.steps(true);
        } else {
            self.skip_line();
        }
    }

    /// A document marker, a directive or a conflict marker.
    fn special_line(&mut self) -> bool {
        if self.marker() {
            let begins = self.bytes[self.at] == b'-';
            self.close_document();
            self.at += 3;
            if begins {
                self.directive = None;
                self.open_document();
                self.last = self.at;
                self.blanks();
                if !self.at_line_end() {
                    self.steps(false);
                }
            } else {
                self.end_of_value();
            }
            return true;
        }
        let directive = self.bytes[self.at] == b'%' && self.frames.is_empty();
        if directive {
            let start = self.at;
            self.skip_line();
            self.note(ErrorKind::Directive, start, self.at);
            self.directive = Some(Span::new(start, self.at));
        }
        directive || self.conflict_marker()
    }

    /// Whether `---` or `...` stands here. Only to be asked at the start of a line.
    pub(super) fn marker(&self) -> bool {
        matches!(self.bytes.get(self.at..self.at + 3), Some(b"---" | b"...")) && self.is_blank(self.at + 3)
    }

    /// A line that git left behind. Only to be asked at the start of a line.
    pub(super) fn conflict_marker(&mut self) -> bool {
        let line = &self.bytes[self.at..];
        let Some(&byte @ (b'<' | b'=' | b'>' | b'|')) = line.first() else { return false };
        let marked = line.len() >= 7
            && line[..7].iter().all(|&other| other == byte)
            && matches!(line.get(7), None | Some(b' ' | b'\n' | b'\r'));
        if marked {
            let start = self.at;
            self.skip_line();
            self.error(ErrorKind::ConflictMarker, start, self.at);
        }
        marked
    }

    fn open_document(&mut self) {
        let node = self.tree.nodes.len() as u32;
        self.tree.documents.push(node);
        self.frames.push(Frame { node, indent: -1, kind: FrameKind::Document, slot: Slot::Value });
    }

    fn close_document(&mut self) {
        while let Some(frame) = self.frames.last() {
            if frame.slot == Slot::Entry { self.pop() } else { self.empty() }
        }
        self.anchors.clear();
    }

    /// Closes the innermost frame.
    pub(super) fn pop(&mut self) {
        if let Some(frame) = self.frames.pop()
            && frame.kind != FrameKind::Document
        {
            self.close(frame.node);
            self.check_properties(frame.node);
        }
    }

    pub(super) fn close(&mut self, node: u32) {
        let next = self.tree.nodes.len() as u32;
        let node = &mut self.tree.nodes[node as usize];
        node.end = self.last as u32;
        node.next = next;
    }

    /// Nothing is written where something may be.
    pub(super) fn empty(&mut self) {
        let node = self.push(Kind::Empty, Style::Plain, self.last, self.last);
        self.check_properties(node);
        self.fill();
    }

    /// What the innermost frame waited for has come.
    pub(super) fn fill(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.slot = if frame.slot == Slot::Key { Slot::Colon } else { Slot::Entry };
        }
    }

    /// Adds a node with the anchors and tags that wait for one.
    pub(super) fn push(&mut self, kind: Kind, style: Style, start: usize, end: usize) -> u32 {
        let index = self.tree.nodes.len() as u32;
        let flags = if self.pending.is_empty() { 0 } else { Node::PROPERTIES };
        self.tree.properties.extend(self.pending.drain(..).map(|property| Property { node: index, ..property }));
        self.tree.nodes.push(Node { start: start as u32, end: end as u32, next: index + 1, kind, style, flags, indent: 0 });
        self.last = end;
        index
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Whether white space, a line's end or the text's end is at `at`.
    pub(super) fn is_blank(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    /// Goes over spaces and tabs; whether there were tabs.
    pub(super) fn blanks(&mut self) -> bool {
        let mut tabs = false;
        while let Some(byte @ (b' ' | b'\t')) = self.peek() {
            tabs |= byte == b'\t';
            self.at += 1;
        }
        tabs
    }

    /// Whether nothing more is on the line but perhaps a comment.
    pub(super) fn at_line_end(&self) -> bool {
        match self.peek() {
            None | Some(b'\n') => true,
            Some(b'\r') => matches!(self.bytes.get(self.at + 1), None | Some(b'\n')),
            Some(b'#') => self.at == self.line || self.is_blank(self.at - 1),
            Some(_) => false,
        }
    }

    /// Goes over the line feed that is here.
    pub(super) fn newline(&mut self) {
        self.at += 1;
        self.line = self.at;
    }

    /// Goes to the line's end, before its carriage return.
    pub(super) fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        self.at += end - usize::from(end > 0 && rest[end - 1] == b'\r');
    }

    pub(super) fn error(&mut self, kind: ErrorKind, start: usize, end: usize) {
        if self.tree.errors.len() < MAX_ERRORS {
            let span = self.whole_characters(start, end);
            self.tree.errors.push(Error { kind, span });
        }
    }

    pub(super) fn note(&mut self, kind: ErrorKind, start: usize, end: usize) {
        if self.tree.notes.len() < MAX_ERRORS {
            let span = self.whole_characters(start, end);
            self.tree.notes.push(Error { kind, span });
        }
    }

    /// A place may have landed within a character; widens it to whole ones so that every span can slice the text.
    fn whole_characters(&self, mut start: usize, mut end: usize) -> Span {
        let continues = |at: usize| self.bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
        while continues(start) {
            start -= 1;
        }
        while continues(end) {
            end += 1;
        }
        Span::new(start, end.min(self.bytes.len()))
    }
}
