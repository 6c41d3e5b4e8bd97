//! Walking a tree.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::{Kind, Node, Tree};
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

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// All its bytes, quotes and brackets included.
    #[must_use]
    pub fn span(self) -> Span {
        let node = self.node();
        Span { start: node.start, end: node.end }
    }

    /// Its bytes without quotes.
    #[must_use]
    pub fn inner(self) -> Span {
        let node = self.node();
        match node.kind {
            Kind::String | Kind::Key => Span { start: node.start + 1, end: node.end - u32::from(node.closed) },
            _ => self.span(),
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

    /// The decoded text of a string or key.
    #[must_use]
    pub fn string(self) -> Option<Cow<'a, str>> {
        let node = self.node();
        match node.kind {
            Kind::String | Kind::Key if node.escaped => Some(Cow::Owned(decode(self.raw()))),
            Kind::String | Kind::Key => Some(Cow::Borrowed(self.raw())),
            _ => None,
        }
    }

    /// The decoded text of a string or key, with its place.
    #[must_use]
    pub fn spanned(self) -> Option<Spanned<SmolStr>> {
        Some(Spanned::new(SmolStr::from(self.string()?), self.inner()))
    }

    /// Its truth, if it is `true` or `false`.
    #[must_use]
    pub fn bool(self) -> Option<bool> {
        match self.kind() {
            Kind::True => Some(true),
            Kind::False => Some(false),
            _ => None,
        }
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(self) -> bool {
        self.kind() == Kind::Object
    }

    /// The place of a byte range of the decoded text; the whole where escapes stand between.
    #[must_use]
    pub fn place(self, start: usize, end: usize) -> Span {
        let inner = self.inner();
        if self.node().escaped { inner } else { Span { start: inner.start + start as u32, end: inner.start + end as u32 } }
    }

    /// The members of an object as key and value, in file order; empty for anything else.
    pub fn members(self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
        let node = self.node();
        let end = if node.kind == Kind::Object { node.next } else { self.index + 1 };
        let mut at = self.index + 1;
        std::iter::from_fn(move || {
            if at + 1 >= end {
                return None;
            }
            let key = Value { index: at, ..self };
            let value = Value { index: at + 1, ..self };
            at = value.node().next;
            Some((key, value))
        })
    }

    /// The items of an array; empty for anything else.
    pub fn items(self) -> impl Iterator<Item = Value<'a>> {
        let node = self.node();
        let end = if node.kind == Kind::Array { node.next } else { self.index + 1 };
        let mut at = self.index + 1;
        std::iter::from_fn(move || {
            let item = (at < end).then_some(Value { index: at, ..self })?;
            at = item.node().next;
            Some(item)
        })
    }

    /// The value of a key. The last one counts, as for every reader that does not refuse doubled keys.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Value<'a>> {
        self.member(key).map(|(_, value)| value)
    }

    /// Key and value, as in [`Value::get`].
    #[must_use]
    pub fn member(self, key: &str) -> Option<(Value<'a>, Value<'a>)> {
        self.members().filter(|(name, _)| name.is(key)).last()
    }

    /// Whether a string or key reads as `text`.
    #[must_use]
    pub fn is(self, text: &str) -> bool {
        let node = self.node();
        if node.escaped { self.string().as_deref() == Some(text) } else { self.raw() == text }
    }

    /// The smallest member, as object, key and value, whose bytes hold `span`.
    #[must_use]
    pub fn member_at(self, span: Span) -> Option<(Value<'a>, Value<'a>, Value<'a>)> {
        let mut here = self;
        let mut found = None;
        loop {
            let next = match here.kind() {
                Kind::Object => {
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
}

/// Decodes escapes. What is not an escape stays as it is; half a surrogate pair becomes the replacement character.
fn decode(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let (decoded, length) = escape(&rest[at..]);
        text.push(decoded);
        rest = &rest[at + length..];
    }
    text + rest
}

/// The character that an escape at the start of `rest` stands for, and the escape's length.
fn escape(rest: &str) -> (char, usize) {
    let unit = |at: usize| u32::from_str_radix(rest.get(at..at + 4)?, 16).ok();
    match rest.as_bytes().get(1) {
        Some(b'n') => ('\n', 2),
        Some(b't') => ('\t', 2),
        Some(b'r') => ('\r', 2),
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(&byte @ (b'"' | b'\\' | b'/')) => (char::from(byte), 2),
        Some(b'u') => match (unit(2), rest.get(6..8), unit(8)) {
            (Some(high @ 0xd800..0xdc00), Some("\\u"), Some(low @ 0xdc00..0xe000)) => {
                let joined = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                (char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
            }
            (Some(code), _, _) => (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
            (None, _, _) => ('\\', 1),
        },
        _ => ('\\', 1),
    }
}
