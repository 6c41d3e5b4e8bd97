//! Walking a tree.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::resolve::{self, Resolved, resolve};
use super::{Kind, Node, Property, Style, Tree, decode};
use crate::text::{Span, Spanned};

/// A value (or key) of a tree, with its text.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    tree: &'a Tree,
    text: &'a str,
    index: u32,
}

impl<'a> Value<'a> {
    pub(super) fn new(tree: &'a Tree, text: &'a str, index: u32) -> Value<'a> {
        Value { tree, text, index }
    }

    pub(super) fn node(self) -> &'a Node {
        &self.tree.nodes[self.index as usize]
    }

    pub(super) fn is_encoded(self) -> bool {
        self.node().has(Node::ENCODED)
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// How it is written.
    #[must_use]
    pub fn style(self) -> Style {
        self.node().style
    }

    /// All its bytes: quotes, brackets and `|` included, its anchor and tag not.
    #[must_use]
    pub fn span(self) -> Span {
        let node = self.node();
        Span { start: node.start, end: node.end }
    }

    /// Its bytes without quotes; of a scalar after `|` or `>`, its lines; of an alias, the name.
    #[must_use]
    pub fn inner(self) -> Span {
        let node = self.node();
        let span = self.span();
        match (node.kind, node.style) {
            (Kind::Scalar, Style::Single | Style::Double) => {
                Span { start: node.start + 1, end: node.end - u32::from(!node.has(Node::OPEN)) }
            }
            (Kind::Scalar, Style::Literal | Style::Folded) => {
                let header = self.text[span.range()].find('\n').map_or(node.end, |at| node.start + at as u32 + 1);
                Span { start: header, end: node.end }
            }
            (Kind::Alias, _) => Span { start: node.start + 1, end: node.end },
            _ => span,
        }
    }

    /// The text it was read from.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.text
    }

    /// Its bytes as written, without quotes.
    #[must_use]
    pub fn raw(self) -> &'a str {
        &self.text[self.inner().range()]
    }

    /// The decoded text of a scalar of any style, whatever it stands for: that of `1.10` is `1.10`.
    #[must_use]
    pub fn string(self) -> Option<Cow<'a, str>> {
        if self.kind() != Kind::Scalar {
            return None;
        }
        if !self.is_encoded() {
            return Some(Cow::Borrowed(self.raw()));
        }
        Some(Cow::Owned(match self.style() {
            Style::Double => decode::double(self.raw()),
            Style::Single => decode::single(self.raw()),
            Style::Literal | Style::Folded => {
                let span = self.span();
                decode::block(&self.text[span.range()], self.node().indent)
            }
            _ => decode::plain(self.raw()),
        }))
    }

    /// The decoded text of a scalar, with its place.
    #[must_use]
    pub fn spanned(self) -> Option<Spanned<SmolStr>> {
        Some(Spanned::new(SmolStr::from(self.string()?), self.inner()))
    }

    /// What a scalar (or nothing) stands for in the core schema. `None` for anything else, and for a scalar with a tag of its own.
    #[must_use]
    pub fn resolve(self) -> Option<Resolved> {
        match (self.kind(), self.tag()) {
            (Kind::Scalar, Some("!!str" | "!")) => Some(Resolved::String),
            (Kind::Empty, None) => Some(Resolved::Null),
            (Kind::Scalar, None) if self.style() == Style::Plain => Some(resolve(self.raw())),
            (Kind::Scalar, None) => Some(Resolved::String),
            _ => None,
        }
    }

    /// Its truth, if it is `true` or `false` without quotes.
    #[must_use]
    pub fn bool(self) -> Option<bool> {
        match self.resolve() {
            Some(Resolved::Bool(truth)) => Some(truth),
            _ => None,
        }
    }

    /// Its value, if it is a whole number without quotes.
    #[must_use]
    pub fn int(self) -> Option<i64> {
        if self.resolve() == Some(Resolved::Int) { resolve::int(self.raw()) } else { None }
    }

    /// Whether it is null: nothing, `~` or `null` without quotes.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.resolve() == Some(Resolved::Null)
    }

    /// Whether it is a mapping.
    #[must_use]
    pub fn is_mapping(self) -> bool {
        self.kind() == Kind::Mapping
    }

    /// Whether it is a sequence.
    #[must_use]
    pub fn is_sequence(self) -> bool {
        self.kind() == Kind::Sequence
    }

    /// Its anchor, as `&name`.
    #[must_use]
    pub fn anchor(self) -> Option<&'a str> {
        self.property(true)
    }

    /// Its tag as written, as `!!str`.
    #[must_use]
    pub fn tag(self) -> Option<&'a str> {
        self.property(false)
    }

    fn property(self, anchor: bool) -> Option<&'a str> {
        if !self.node().has(Node::PROPERTIES) {
            return None;
        }
        let properties = &self.tree.properties;
        let first = properties.partition_point(|property| property.node < self.index);
        let mut mine = properties[first..].iter().take_while(|property| property.node == self.index);
        let found: &Property = mine.find(|property| property.anchor == anchor)?;
        self.text.get(found.start as usize..found.end as usize)
    }

    /// The place of a byte range of the decoded text; the whole where it is not written as it reads.
    #[must_use]
    pub fn place(self, start: usize, end: usize) -> Span {
        let inner = self.inner();
        if self.is_encoded() { inner } else { Span { start: inner.start + start as u32, end: inner.start + end as u32 } }
    }

    /// The members of a mapping as key and value, in file order; empty for anything else. Merges are not followed.
    pub fn members(self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
        let node = self.node();
        let end = if node.kind == Kind::Mapping { node.next } else { self.index + 1 };
        let mut at = self.index + 1;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let key = Value { index: at, ..self };
            let value = Value { index: key.node().next, ..self };
            at = value.node().next;
            Some((key, value))
        })
    }

    /// The items of a sequence; empty for anything else.
    pub fn items(self) -> impl Iterator<Item = Value<'a>> {
        let node = self.node();
        let end = if node.kind == Kind::Sequence { node.next } else { self.index + 1 };
        let mut at = self.index + 1;
        std::iter::from_fn(move || {
            let item = (at < end).then_some(Value { index: at, ..self })?;
            at = item.node().next;
            Some(item)
        })
    }

    /// The value of a key. The last one counts, as for every reader that does not refuse doubled keys. Aliases and merges are not
    /// followed.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Value<'a>> {
        self.member(key).map(|(_, value)| value)
    }

    /// Key and value, as in [`Value::get`].
    #[must_use]
    pub fn member(self, key: &str) -> Option<(Value<'a>, Value<'a>)> {
        self.members().filter(|(name, _)| name.is(key)).last()
    }

    /// Whether a scalar reads as `text`.
    #[must_use]
    pub fn is(self, text: &str) -> bool {
        self.kind() == Kind::Scalar && if self.is_encoded() { self.string().as_deref() == Some(text) } else { self.raw() == text }
    }

    /// The smallest member, as mapping, key and value, whose bytes hold `span`.
    #[must_use]
    pub fn member_at(self, span: Span) -> Option<(Value<'a>, Value<'a>, Value<'a>)> {
        let mut here = self;
        let mut found = None;
        loop {
            let next = match here.kind() {
                Kind::Mapping => {
                    let member = here.members().find(|(key, value)| key.span().to(value.span()).contains(span));
                    member.map(|(key, value)| {
                        found = Some((here, key, value));
                        value
                    })
                }
                _ => here.items().find(|item| item.span().contains(span)),
            };
            match next {
                Some(next) => here = next,
                None => return found,
            }
        }
    }

    pub(super) fn tree(self) -> &'a Tree {
        self.tree
    }

    /// The indices of its nodes.
    pub(super) fn nodes(self) -> std::ops::Range<u32> {
        self.index..self.node().next
    }

    /// The node after it if that is within it.
    pub(super) fn first(self) -> Option<Value<'a>> {
        (self.index + 1 < self.node().next).then(|| Value { index: self.index + 1, ..self })
    }

    /// How many mappings and sequences it stands in.
    pub(super) fn depth(self) -> usize {
        self.tree.nodes[..self.index as usize].iter().filter(|node| node.next > self.index).count()
    }

    /// Whether it or something around it has an anchor or a tag.
    pub(super) fn is_shared(self) -> bool {
        let around = |property: &Property| property.node <= self.index && self.tree.nodes[property.node as usize].next > self.index;
        self.tree.properties.iter().any(around)
    }

    /// Whether a node of a range has an anchor or a tag.
    pub(super) fn has_properties(self, nodes: std::ops::Range<u32>) -> bool {
        self.tree.properties.iter().any(|property| nodes.contains(&property.node))
    }

    /// Whether its closing quote or bracket is there, if it needs one.
    pub(super) fn is_closed(self) -> bool {
        !self.node().has(Node::OPEN)
    }

    /// The member whose value it is, as mapping, key and value.
    pub(super) fn owner(self) -> Option<(Value<'a>, Value<'a>, Value<'a>)> {
        let parent = self.tree.nodes[..self.index as usize].iter().rposition(|node| node.next > self.index)?;
        let parent = Value { index: parent as u32, ..self };
        let (key, value) = parent.members().find(|(_, value)| value.index == self.index)?;
        Some((parent, key, value))
    }
}
