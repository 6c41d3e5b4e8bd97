//! Mappings and sequences in brackets.

use super::parse::Parser;
use super::{ErrorKind, Kind, Node, Style};

/// Something open in brackets.
pub(super) struct Flow {
    node: u32,
    kind: FlowKind,
    expect: Expect,
    /// The first node of the current entry, and the start of its line.
    first: usize,
    line: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FlowKind {
    Mapping,
    Sequence,
    /// A mapping of one member that stands in a sequence without brackets of its own.
    Pair,
}

/// What belongs next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A key or item, or the closing bracket.
    Entry,
    /// A key, after `?`.
    Key,
    /// The colon after a key.
    Colon,
    /// A value, after a colon.
    Value,
    /// A comma or the closing bracket.
    Comma,
}

/// A key and its colon have to be this near.
const LONGEST_KEY: usize = 1024;

impl Parser<'_> {
    /// All from an opening bracket to its partner; `false` if that is missing: then the line is to be read afresh.
    pub(super) fn flow(&mut self, indent: i64) -> bool {
        self.open_flow();
        while !self.flows.is_empty() {
            if !self.flow_token(indent) {
                self.cut_off();
                return false;
            }
            self.flow_step(indent);
        }
        true
    }

    fn flow_step(&mut self, indent: i64) {
        let Some(&Flow { expect, .. }) = self.flows.last() else { return };
        let read = matches!(expect, Expect::Colon | Expect::Comma);
        match self.bytes[self.at] {
            byte @ (b']' | b'}') => self.end_flow(byte),
            b',' => self.comma(),
            b':' if read || self.is_end(self.at + 1, true) => self.flow_colon(),
            b'?' if expect == Expect::Entry && self.is_end(self.at + 1, true) => self.flow_question(),
            b'&' | b'!' if !read => {
                self.begin_entry();
                self.property();
            }
            byte => self.flow_node(byte, indent),
        }
    }

    fn open_flow(&mut self) {
        let (kind, what) = match self.bytes[self.at] {
            b'{' => (FlowKind::Mapping, Kind::Mapping),
            _ => (FlowKind::Sequence, Kind::Sequence),
        };
        let node = self.push(what, Style::Flow, self.at, self.at + 1);
        self.flows.push(Flow { node, kind, expect: Expect::Entry, first: 0, line: 0 });
        self.at += 1;
    }

    /// Remembers where an entry begins.
    fn begin_entry(&mut self) {
        let (first, line) = (self.tree.nodes.len(), self.line);
        if let Some(flow) = self.flows.last_mut()
            && matches!(flow.expect, Expect::Entry | Expect::Key)
            && (flow.first, self.pending.is_empty()) != (first, false)
        {
            (flow.first, flow.line) = (first, line);
        }
    }

    fn flow_node(&mut self, byte: u8, indent: i64) {
        if self.flows.last().is_some_and(|flow| matches!(flow.expect, Expect::Colon | Expect::Comma)) {
            self.error(ErrorKind::ExpectedComma, self.at, self.at + 1);
            self.finish_entry();
            self.expect(Expect::Entry);
        }
        self.begin_entry();
        if let Some(flow) = self.flows.last_mut() {
            flow.expect = match (flow.expect, flow.kind) {
                (Expect::Entry, FlowKind::Sequence) | (Expect::Value, _) => Expect::Comma,
                _ => Expect::Colon,
            };
        }
        let node = self.tree.nodes.len();
        match byte {
            b'[' | b'{' => return self.open_flow(),
            b'"' | b'\'' => {
                self.quoted(indent);
            }
            b'*' => {
                self.alias();
            }
            _ => {
                self.plain_start(true);
                self.plain_rest(node, indent, true);
            }
        }
        self.check_properties(node as u32);
    }

    fn expect(&mut self, expect: Expect) {
        if let Some(flow) = self.flows.last_mut() {
            flow.expect = expect;
        }
    }

    fn comma(&mut self) {
        self.finish_entry();
        if self.flows.last().is_some_and(|flow| flow.expect == Expect::Entry) {
            self.error(ErrorKind::ExpectedValue, self.at, self.at + 1);
        }
        self.expect(Expect::Entry);
        self.at += 1;
    }

    fn flow_question(&mut self) {
        if !self.pending.is_empty() {
            self.error(ErrorKind::BadProperty, self.at, self.at + 1);
        }
        if self.flows.last().is_some_and(|flow| flow.kind == FlowKind::Sequence) {
            self.begin_entry();
            self.expect(Expect::Comma);
            let node = self.push(Kind::Mapping, Style::Flow, self.at, self.at + 1);
            self.flows.push(Flow { node, kind: FlowKind::Pair, expect: Expect::Entry, first: 0, line: 0 });
        }
        self.expect(Expect::Key);
        self.at += 1;
        self.last = self.at;
    }

    fn flow_colon(&mut self) {
        let Some(&Flow { kind, expect, first, line, .. }) = self.flows.last() else { return };
        match (kind, expect) {
            (_, Expect::Colon) => {
                self.key_is_read(first);
                self.expect(Expect::Value);
            }
            (FlowKind::Sequence, Expect::Comma) if self.tree.nodes[first].kind != Kind::Mapping || self.is_flow(first) => {
                if line == self.line && self.at - self.tree.nodes[first].start as usize <= LONGEST_KEY {
                    self.wrap(first, Style::Flow);
                    self.key_is_read(first + 1);
                    self.flows.push(Flow { node: first as u32, kind: FlowKind::Pair, expect: Expect::Value, first, line });
                } else {
                    self.error(ErrorKind::MultilineKey, self.tree.nodes[first].start as usize, self.at + 1);
                }
            }
            (_, Expect::Entry | Expect::Key) => {
                self.error(ErrorKind::ExpectedKey, self.at, self.at + 1);
                self.begin_entry();
                if kind == FlowKind::Sequence {
                    self.expect(Expect::Comma);
                    let node = self.push(Kind::Mapping, Style::Flow, self.at, self.at);
                    self.flows.push(Flow { node, kind: FlowKind::Pair, expect: Expect::Entry, first: 0, line: 0 });
                }
                self.push(Kind::Missing, Style::Plain, self.at, self.at);
                self.expect(Expect::Value);
            }
            _ => self.error(ErrorKind::ExpectedComma, self.at, self.at + 1),
        }
        self.at += 1;
        self.last = self.at;
    }

    /// Whether an item has brackets, rather than being a pair that a colon made.
    fn is_flow(&self, node: usize) -> bool {
        matches!(self.bytes[self.tree.nodes[node].start as usize], b'{' | b'[')
            && self.bytes[self.tree.nodes[node].end as usize - 1] == b'}'
    }

    /// Adds what the current entry lacks, and closes a pair.
    fn finish_entry(&mut self) {
        while let Some(&Flow { node, kind, expect, first, .. }) = self.flows.last() {
            match expect {
                Expect::Key => {
                    self.begin_entry();
                    self.error(ErrorKind::ExpectedKey, self.last - 1, self.last);
                    self.push(Kind::Empty, Style::Plain, self.last, self.last);
                    self.expect(Expect::Colon);
                }
                Expect::Colon | Expect::Value => {
                    if expect == Expect::Colon && first > 0 {
                        self.key_is_read(first);
                    }
                    self.push(Kind::Empty, Style::Plain, self.last, self.last);
                    self.expect(Expect::Comma);
                }
                Expect::Entry if !self.pending.is_empty() => {
                    self.push(Kind::Empty, Style::Plain, self.last, self.last);
                    self.expect(if kind == FlowKind::Mapping { Expect::Colon } else { Expect::Comma });
                }
                Expect::Comma if kind == FlowKind::Pair => {
                    self.flows.pop();
                    self.close(node);
                }
                Expect::Entry | Expect::Comma => return,
            }
        }
    }

    fn end_flow(&mut self, byte: u8) {
        self.finish_entry();
        let wanted = if byte == b'}' { FlowKind::Mapping } else { FlowKind::Sequence };
        let mut kinds = self.flows.iter().rev().map(|flow| flow.kind).filter(|&kind| kind != FlowKind::Pair);
        let (inner, outer) = (kinds.next(), kinds.next());
        if inner != Some(wanted) {
            self.error(ErrorKind::WrongBracket, self.at, self.at + 1);
            // Close inwards only if the bracket's partner is the next one out; any other guess would swallow the rest of the file.
            if outer != Some(wanted) {
                self.at += 1;
                return;
            }
            self.close_flow(true);
            self.finish_entry();
        }
        self.at += 1;
        self.last = self.at;
        self.close_flow(false);
    }

    fn close_flow(&mut self, open: bool) {
        if let Some(flow) = self.flows.pop() {
            self.close(flow.node);
            self.tree.nodes[flow.node as usize].flags |= u8::from(open) * Node::OPEN;
            self.check_properties(flow.node);
        }
    }

    /// The text or the block around it ends before the bracket's partner.
    fn cut_off(&mut self) {
        if let Some(flow) = self.flows.iter().rev().find(|flow| flow.kind != FlowKind::Pair) {
            let start = self.tree.nodes[flow.node as usize].start as usize;
            self.error(ErrorKind::CutOff, start, start + 1);
        }
        while !self.flows.is_empty() {
            self.finish_entry();
            self.close_flow(true);
        }
        self.at = if self.at < self.bytes.len() { self.line } else { self.at };
    }

    /// Goes over white space, comments and line ends within brackets; `false` if the text or the block around them ends first.
    fn flow_token(&mut self, indent: i64) -> bool {
        let mut fresh = false;
        loop {
            self.blanks();
            match self.peek() {
                None => return false,
                Some(b'\n') => {
                    self.newline();
                    fresh = true;
                }
                Some(b'\r') if self.at_line_end() => self.at += 1,
                Some(b'#') if self.at_line_end() => self.skip_line(),
                Some(_) if fresh && self.at == self.line && self.conflict_marker() => {}
                Some(byte) => return !fresh || self.is_within(byte, indent),
            }
        }
    }

    /// Whether a line that begins here is still within the brackets. One that is a key or a dash at the column of the block around
    /// them is not: somebody is typing before it.
    fn is_within(&mut self, byte: u8, indent: i64) -> bool {
        let column = (self.at - self.line) as i64;
        if column == 0 && self.marker() {
            return false;
        }
        if column > indent || (matches!(byte, b']' | b'}' | b',') && column == indent) {
            return true;
        }
        let dash = byte == b'-' && self.is_blank(self.at + 1);
        let key = match byte {
            b'"' | b'\'' => memchr::memchr2(byte, b'\n', &self.bytes[self.at + 1..]).map_or(self.at, |end| self.at + end + 2),
            _ => self.piece(self.at, false),
        };
        if dash || (self.bytes.get(key) == Some(&b':') && self.is_blank(key + 1)) {
            return false;
        }
        self.error(ErrorKind::Indentation, self.at, key.clamp(self.at + 1, self.bytes.len()));
        true
    }
}
