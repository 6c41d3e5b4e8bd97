//! What stands on a line in block style: dashes, keys, values.

use super::parse::{Frame, FrameKind, Parser, Slot};
use super::{ErrorKind, Kind, Style};

impl Parser<'_> {
    /// Everything on the line from a place where a node or an entry may begin. `compact`: a mapping or sequence may begin here.
    pub(super) fn steps(&mut self, mut compact: bool) {
        while self.step(&mut compact) {}
    }

    /// One indicator, property, key or value; whether the line goes on.
    fn step(&mut self, compact: &mut bool) -> bool {
        self.stray_properties();
        let goes_on = match self.bytes[self.at] {
            b'-' if self.is_blank(self.at + 1) => self.dash(compact),
            b'?' if self.is_blank(self.at + 1) => self.question(compact),
            b':' if self.is_blank(self.at + 1) => self.lone_colon(compact),
            b'&' | b'!' => self.block_property(),
            _ => self.content(compact),
        };
        if !goes_on {
            return false;
        }
        // A tab does not say how far what follows is indented.
        if self.blanks() {
            *compact = false;
        }
        !self.at_line_end()
    }

    /// An anchor or tag belongs to a key or a value, not to the indicator of an entry.
    fn stray_properties(&mut self) {
        let entry = matches!(self.bytes[self.at], b'-' | b'?' | b':')
            && self.is_blank(self.at + 1)
            && self.frames.last().is_some_and(|frame| matches!(frame.slot, Slot::Entry | Slot::Colon));
        if entry && let Some(property) = self.pending.last() {
            self.error(ErrorKind::ExpectedKey, property.start as usize, property.end as usize);
            self.pending.clear();
        }
    }

    fn block_property(&mut self) -> bool {
        let start = self.at;
        self.property();
        self.blanks();
        // Before a key it stands on the key's line.
        if self.at_line_end() && self.frames.last().is_some_and(|frame| matches!(frame.slot, Slot::Entry | Slot::Colon)) {
            self.pending.clear();
            self.error(ErrorKind::ExpectedKey, start, self.last);
        }
        true
    }

    fn dash(&mut self, compact: &mut bool) -> bool {
        match self.frames.last_mut() {
            Some(frame) if frame.slot == Slot::Entry && frame.kind == FrameKind::Sequence => frame.slot = Slot::Value,
            Some(frame) if matches!(frame.slot, Slot::Value | Slot::Key) => self.begin(FrameKind::Sequence, *compact),
            _ => return self.skip(ErrorKind::ExpectedKey),
        }
        self.indicator(compact)
    }

    fn question(&mut self, compact: &mut bool) -> bool {
        match self.frames.last() {
            Some(frame) if matches!(frame.slot, Slot::Value | Slot::Key) => self.begin(FrameKind::Mapping, *compact),
            Some(frame) if frame.kind == FrameKind::Mapping => self.end_explicit_key(),
            _ => return self.skip(ErrorKind::Indentation),
        }
        self.set_slot(Slot::Key);
        self.indicator(compact)
    }

    /// A colon that no key stands before: the one of an explicit key, or a key is missing.
    fn lone_colon(&mut self, compact: &mut bool) -> bool {
        match self.frames.last() {
            Some(frame) if frame.slot == Slot::Colon => {
                self.set_slot(Slot::Value);
                return self.indicator(compact);
            }
            Some(frame) if matches!(frame.slot, Slot::Value | Slot::Key) => self.begin(FrameKind::Mapping, *compact),
            Some(frame) if frame.kind == FrameKind::Mapping => {}
            _ => return self.skip(ErrorKind::Indentation),
        }
        self.error(ErrorKind::ExpectedKey, self.at, self.at + 1);
        self.push(Kind::Missing, Style::Plain, self.at, self.at);
        self.set_slot(Slot::Value);
        self.indicator(compact)
    }

    fn indicator(&mut self, compact: &mut bool) -> bool {
        self.at += 1;
        self.last = self.at;
        *compact = true;
        true
    }

    /// Opens a mapping or sequence whose first indicator is here.
    fn begin(&mut self, kind: FrameKind, compact: bool) {
        if !compact || self.pending.iter().any(|property| property.start as usize >= self.line) {
            self.error(ErrorKind::NestedBlock, self.at, self.at + 1);
        }
        self.fill();
        let what = if kind == FrameKind::Mapping { Kind::Mapping } else { Kind::Sequence };
        let node = self.push(what, Style::Block, self.at, self.at + 1);
        let indent = (self.at - self.line) as i64;
        self.frames.push(Frame { node, indent, kind, slot: Slot::Value });
    }

    fn set_slot(&mut self, slot: Slot) {
        if let Some(frame) = self.frames.last_mut() {
            frame.slot = slot;
        }
    }

    /// Before a new key: an explicit key without a value has an empty one.
    fn end_explicit_key(&mut self) {
        if self.frames.last().is_some_and(|frame| frame.slot == Slot::Colon) {
            // An anchor or tag that was read already is the new key's.
            let pending = std::mem::take(&mut self.pending);
            self.empty_value();
            self.pending = pending;
        }
    }

    /// A key, or a value that is no indicator.
    fn content(&mut self, compact: &mut bool) -> bool {
        self.end_explicit_key();
        let Some(&Frame { indent, slot, kind, .. }) = self.frames.last() else { return false };
        let entry = slot == Slot::Entry;
        if entry && kind != FrameKind::Mapping {
            return self.skip(ErrorKind::Indentation);
        }
        let (start, line) = (self.at, self.line);
        let begins = self.pending.iter().map(|property| property.start as usize).find(|&at| at >= line).unwrap_or(start);
        let first = self.tree.nodes.len();
        let byte = self.bytes[start];
        let mut plain = false;
        let closed = match byte {
            b'|' | b'>' if !entry => {
                self.block_scalar(indent);
                self.value_is_read(first);
                return false;
            }
            b'"' | b'\'' => self.quoted(indent),
            b'[' | b'{' => self.flow(indent),
            b'*' => self.alias(),
            _ => {
                plain = true;
                self.plain_start(false)
            }
        };
        if closed && let Some(colon) = self.colon() {
            if self.line != line {
                self.error(ErrorKind::MultilineKey, start, self.at);
            }
            if !entry && !*compact {
                return self.nested_key(first, colon);
            }
            if !entry {
                self.begin_with_key(first, (begins - line) as i64);
            }
            *compact = false;
            return self.after_key(first, colon);
        }
        if plain && !entry {
            self.plain_rest(first, indent, false);
            if self.key_follows(first, (begins - line) as i64) {
                self.begin_with_key(first, (begins - line) as i64);
                self.keyless(first);
                return false;
            }
        }
        if entry {
            self.keyless(first)
        } else {
            self.value_is_read(first)
        }
        if closed { self.end_of_value() } else { false }
    }

    /// The node just read is the first key of a new mapping.
    fn begin_with_key(&mut self, first: usize, indent: i64) {
        self.wrap(first, Style::Block);
        self.fill();
        self.frames.push(Frame { node: first as u32, indent, kind: FrameKind::Mapping, slot: Slot::Entry });
    }

    fn after_key(&mut self, first: usize, colon: usize) -> bool {
        let wrapped =
            self.tree.nodes[first].kind == Kind::Mapping && self.frames.last().is_some_and(|frame| frame.node == first as u32);
        self.key_is_read(first + usize::from(wrapped));
        self.set_slot(Slot::Value);
        self.at = colon + 1;
        self.last = self.at;
        true
    }

    /// A text that has no colon where a key has to stand.
    fn keyless(&mut self, first: usize) {
        let node = self.tree.nodes[first];
        self.error(ErrorKind::ExpectedColon, node.start as usize, self.last);
        self.push(Kind::Missing, Style::Plain, self.last, self.last);
    }

    fn value_is_read(&mut self, first: usize) {
        self.check_properties(first as u32);
        self.fill();
    }

    /// `a: b: c`: the line's rest becomes the value.
    fn nested_key(&mut self, first: usize, colon: usize) -> bool {
        self.error(ErrorKind::NestedBlock, colon, colon + 1);
        self.skip_line();
        let end = self.trimmed(colon + 1, self.at);
        self.tree.nodes[first].end = end as u32;
        self.tree.nodes[first].style = Style::Plain;
        self.tree.nodes[first].kind = Kind::Scalar;
        self.tree.nodes[first].next = first as u32 + 1;
        self.tree.nodes.truncate(first + 1);
        self.tree.properties.retain(|property| property.node as usize <= first);
        self.last = end;
        self.fill();
        false
    }

    /// The colon after a key that ends here.
    fn colon(&self) -> Option<usize> {
        let blanks = self.bytes[self.at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let at = self.at + blanks;
        (self.bytes.get(at) == Some(&b':') && self.is_blank(at + 1)).then_some(at)
    }

    /// After a value: nothing else may be on its line.
    pub(super) fn end_of_value(&mut self) -> bool {
        let end = self.at;
        self.blanks();
        if self.at_line_end() && !(self.peek() == Some(b'#') && self.at == end) {
            return false;
        }
        self.skip(ErrorKind::TextAfterValue)
    }

    /// Goes over the rest of the line, which cannot be read.
    fn skip(&mut self, kind: ErrorKind) -> bool {
        let start = self.at;
        self.skip_line();
        self.error(kind, start, self.at);
        false
    }
}
