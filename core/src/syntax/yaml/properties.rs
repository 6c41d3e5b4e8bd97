//! Anchors, tags and aliases, and keys once they are read.

use super::parse::Parser;
use super::{ErrorKind, Kind, Node, Property, Style};

impl<'t> Parser<'t> {
    /// An anchor or a tag: it waits for its node.
    pub(super) fn property(&mut self) -> bool {
        let start = self.at;
        let anchor = self.bytes[start] == b'&';
        let line = self.line;
        let second = self.pending.iter().any(|property| property.anchor == anchor && property.start as usize >= line);
        if anchor {
            let name = self.name();
            self.anchors.insert(name);
            self.note(ErrorKind::Anchor, start, self.at);
            if name.is_empty() || second {
                self.error(ErrorKind::BadProperty, start, self.at);
            }
        } else {
            self.tag();
            self.note(ErrorKind::Tag, start, self.at);
            if second {
                self.error(ErrorKind::BadProperty, start, self.at);
            }
        }
        // A mapping and its first key have at most two each.
        if self.pending.len() < 4 {
            self.pending.push(Property { node: 0, start: start as u32, end: self.at as u32, anchor });
        } else {
            self.error(ErrorKind::BadProperty, start, self.at);
        }
        self.last = self.at;
        true
    }

    /// A reference to an anchor, as a node.
    pub(super) fn alias(&mut self) -> bool {
        let start = self.at;
        let misplaced = self.pending.iter().any(|property| property.start as usize >= self.line);
        let name = self.name();
        if name.is_empty() || misplaced {
            self.error(ErrorKind::BadProperty, start, self.at);
        } else if !self.anchors.contains(name) {
            self.error(ErrorKind::UnknownAlias, start, self.at);
        }
        self.note(ErrorKind::Alias, start, self.at);
        self.push(Kind::Alias, Style::Plain, start, self.at);
        true
    }

    /// The name after `&` or `*`.
    fn name(&mut self) -> &'t [u8] {
        self.at += 1;
        let bytes = self.bytes;
        let start = self.at;
        self.skip_word();
        &bytes[start..self.at]
    }

    fn tag(&mut self) {
        if self.bytes[self.at..].starts_with(b"!<")
            && let Some(end) = memchr::memchr3(b'>', b' ', b'\n', &self.bytes[self.at..])
        {
            self.at += end;
        }
        self.skip_word();
    }

    fn skip_word(&mut self) {
        while !self.is_blank(self.at) && !matches!(self.bytes[self.at], b',' | b'[' | b']' | b'{' | b'}') {
            self.at += 1;
        }
    }

    /// A node that turned out not to begin a mapping has one anchor and one tag at most; an alias has none.
    pub(super) fn check_properties(&mut self, node: u32) {
        let Node { kind, flags, start, end, .. } = self.tree.nodes[node as usize];
        if flags & Node::PROPERTIES == 0 {
            return;
        }
        if kind == Kind::Alias {
            self.error(ErrorKind::BadProperty, start as usize, end as usize);
        }
        let properties = &self.tree.properties;
        let mine =
            properties[properties.partition_point(|property| property.node < node)..].iter().take_while(|it| it.node == node);
        let mut seen = [None; 2];
        let mut wrong = None;
        for property in mine {
            let slot = &mut seen[usize::from(property.anchor)];
            if let Some((start, end)) = slot.replace((property.start, property.end)) {
                wrong = Some((start, end));
            }
        }
        if let Some((start, end)) = wrong {
            self.error(ErrorKind::BadProperty, start as usize, end as usize);
        }
    }

    /// Puts a mapping around the node that was read last: it turned out to be its first key. What stood on a line before the key is
    /// the mapping's anchor or tag, what stands on the key's own line the key's.
    pub(super) fn wrap(&mut self, first: usize, style: Style) {
        let nodes = &mut self.tree.nodes;
        let key = nodes[first];
        nodes.insert(first, Node { kind: Kind::Mapping, style, flags: 0, indent: 0, ..key });
        nodes[first + 1..].iter_mut().for_each(|node| node.next += 1);
        if self.tree.properties.last().is_none_or(|property| (property.node as usize) < first) {
            return;
        }
        nodes[first + 1].flags &= !Node::PROPERTIES;
        for property in self.tree.properties.iter_mut().rev().take_while(|property| property.node as usize >= first) {
            let line = memchr::memrchr(b'\n', &self.bytes[..key.start as usize]).map_or(0, |at| at + 1);
            if property.node as usize > first || property.start as usize >= line {
                property.node += 1;
            }
            nodes[property.node as usize].flags |= Node::PROPERTIES;
        }
    }

    /// A colon or its absence has told that a node is a key.
    pub(super) fn key_is_read(&mut self, key: usize) {
        let node = self.tree.nodes[key];
        let (start, end) = (node.start as usize, node.end as usize);
        if matches!(node.kind, Kind::Mapping | Kind::Sequence) {
            self.error(ErrorKind::ComplexKey, start, end);
        }
        if node.style == Style::Plain && node.kind == Kind::Scalar && &self.bytes[start..end] == b"<<" {
            self.note(ErrorKind::Merge, start, end);
        }
    }
}
