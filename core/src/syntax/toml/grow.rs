//! Nodes that still grow: members and items are linked to their tables and arrays, and found again by their names.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::value::{decode, inner};
use super::{Form, Kind, Node, Quotes};
use crate::text::Span;

/// Tables of up to this many members are searched one by one, which costs no memory.
const FEW: u32 = 12;
/// One part of a key.
#[derive(Clone, Copy)]
pub(super) struct Name {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) quotes: Quotes,
    pub(super) escaped: bool,
}

/// A table or array while it grows. Its node's `child` is the index of this until the end.
struct Growing {
    node: u32,
    first: u32,
    last: u32,
    count: u32,
}

/// The nodes of a tree while it grows.
pub(super) struct Growth<'t> {
    pub(super) text: &'t str,
    pub(super) nodes: Vec<Node>,
    growing: Vec<Growing>,
    /// The keys of tables with many.
    index: FxHashMap<(u32, Cow<'t, str>), u32>,
}

impl<'t> Growth<'t> {
    pub(super) fn new(text: &'t str) -> Growth<'t> {
        // Lockfiles have a node every 17 bytes or so.
        let nodes = Vec::with_capacity(text.len() / 14 + 4);
        Growth { text, nodes, growing: Vec::new(), index: FxHashMap::default() }
    }

    /// The key of a table that reads like a name.
    pub(super) fn find(&self, table: u32, name: Name) -> Option<u32> {
        let growing = self.growing.get(self.nodes[table as usize].child as usize)?;
        if growing.count == 0 {
            return None;
        }
        let wanted = self.read(name);
        if growing.count > FEW {
            return self.index.get(&(table, wanted)).copied();
        }
        let mut key = growing.first;
        while key != 0 {
            let node = &self.nodes[key as usize];
            if self.read(as_name(node)) == wanted {
                return Some(key);
            }
            key = node.next;
        }
        None
    }

    fn read(&self, name: Name) -> Cow<'t, str> {
        let span = Span { start: name.start, end: name.end };
        if name.escaped {
            decode(self.text, span, name.quotes)
        } else {
            Cow::Borrowed(&self.text[inner(self.text, span, name.quotes).range()])
        }
    }

    /// Makes a key or item the last one of a table or array.
    pub(super) fn link(&mut self, parent: u32, child: u32) {
        let growing = &mut self.growing[self.nodes[parent as usize].child as usize];
        growing.count += 1;
        let count = growing.count;
        let last = std::mem::replace(&mut growing.last, child);
        if last == 0 {
            growing.first = child;
        } else {
            self.nodes[last as usize].next = child;
        }
        if self.nodes[parent as usize].kind == Kind::Table {
            self.remember(parent, child, count);
        }
    }

    fn remember(&mut self, table: u32, key: u32, count: u32) {
        if count <= FEW {
            return;
        }
        let mut from = key;
        if count == FEW + 1 {
            from = self.growing[self.nodes[table as usize].child as usize].first;
        }
        while from != 0 {
            let node = self.nodes[from as usize];
            self.index.entry((table, self.read(as_name(&node)))).or_insert(from);
            from = node.next;
        }
    }

    pub(super) fn span(&self, node: u32) -> Span {
        let node = &self.nodes[node as usize];
        Span { start: node.start, end: node.end }
    }

    pub(super) fn container(&mut self, kind: Kind, form: Form, (start, end): (usize, usize)) -> u32 {
        let node = self.push(kind, Name { start: start as u32, end: end as u32, quotes: Quotes::Bare, escaped: false });
        let index = node as usize;
        (self.nodes[index].form, self.nodes[index].child) = (form, self.growing.len() as u32);
        self.growing.push(Growing { node, first: 0, last: 0, count: 0 });
        node
    }

    pub(super) fn push(&mut self, kind: Kind, name: Name) -> u32 {
        let Name { start, end, quotes, escaped } = name;
        self.nodes.push(Node { start, end, next: 0, child: 0, kind, quotes, form: Form::Inline, escaped });
        self.nodes.len() as u32 - 1
    }

    /// The last item of an array.
    pub(super) fn last_item(&self, array: u32) -> u32 {
        self.growing[self.nodes[array as usize].child as usize].last
    }

    /// The nodes, each with its first child.
    pub(super) fn finish(mut self) -> Vec<Node> {
        for growing in &self.growing {
            self.nodes[growing.node as usize].child = growing.first;
        }
        self.nodes
    }
}

fn as_name(node: &Node) -> Name {
    Name { start: node.start, end: node.end, quotes: node.quotes, escaped: node.escaped }
}
