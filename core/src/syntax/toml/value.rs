//! Walking a tree.

use std::borrow::Cow;

use smol_str::SmolStr;
use toml_parser::decoder::Encoding;
use toml_parser::{Raw, Span as Place};

use super::{Form, Kind, Node, Quotes, Tree};
use crate::text::{Span, Spanned};

/// A value (or key) of a tree, with its text.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    tree: &'a Tree,
    text: &'a str,
    index: u32,
}

impl PartialEq for Value<'_> {
    /// Whether the two are the same place of the same tree.
    fn eq(&self, other: &Value<'_>) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.index == other.index
    }
}

impl<'a> Value<'a> {
    pub(super) fn new(tree: &'a Tree, text: &'a str, index: u32) -> Value<'a> {
        Value { tree, text, index }
    }

    fn node(self) -> &'a Node {
        &self.tree.nodes[self.index as usize]
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// How a table or array is written.
    #[must_use]
    pub fn form(self) -> Form {
        self.node().form
    }

    /// How a string or key is quoted.
    #[must_use]
    pub fn quotes(self) -> Quotes {
        self.node().quotes
    }

    /// All its bytes; see the module's words on spans.
    #[must_use]
    pub fn span(self) -> Span {
        let node = self.node();
        Span { start: node.start, end: node.end }
    }

    /// Its bytes without quotes; a string over several lines also without its first line break, which does not count.
    #[must_use]
    pub fn inner(self) -> Span {
        let node = self.node();
        inner(self.text, self.span(), node.quotes)
    }

    /// The document that it is in.
    #[must_use]
    pub fn root(self) -> Value<'a> {
        Value { index: 0, ..self }
    }

    /// Whether the whole text is right.
    pub(super) fn is_sound(self) -> bool {
        self.tree.errors.is_empty()
    }

    /// The key that the value belongs to; `None` for the document and for items.
    pub(super) fn key(self) -> Option<Value<'a>> {
        let key = Value { index: self.index.checked_sub(1)?, ..self };
        (key.kind() == Kind::Key).then_some(key)
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
            Kind::String | Kind::Key if node.escaped => Some(decode(self.text, self.span(), node.quotes)),
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

    /// The number, if it is a whole one that fits.
    #[must_use]
    pub fn integer(self) -> Option<i64> {
        if self.kind() != Kind::Integer {
            return None;
        }
        let digits: String = self.raw().chars().filter(|&character| character != '_').collect();
        match digits.get(..2) {
            Some("0x") => i64::from_str_radix(&digits[2..], 16).ok(),
            Some("0o") => i64::from_str_radix(&digits[2..], 8).ok(),
            Some("0b") => i64::from_str_radix(&digits[2..], 2).ok(),
            _ => digits.parse().ok(),
        }
    }

    /// Whether it is a table.
    #[must_use]
    pub fn is_table(self) -> bool {
        self.kind() == Kind::Table
    }

    /// Whether it is an array, in brackets or of `[[tables]]`.
    #[must_use]
    pub fn is_array(self) -> bool {
        self.kind() == Kind::Array
    }

    /// The place of a byte range of the decoded text; the whole where escapes stand between.
    #[must_use]
    pub fn place(self, start: usize, end: usize) -> Span {
        let inner = self.inner();
        if self.node().escaped { inner } else { Span { start: inner.start + start as u32, end: inner.start + end as u32 } }
    }

    /// The members of a table as key and value, in the order of their first mention; empty for anything else.
    pub fn members(self) -> impl Iterator<Item = (Value<'a>, Value<'a>)> {
        self.children(Kind::Table).map(|key| (key, Value { index: key.index + 1, ..key }))
    }

    /// The items of an array, in file order; empty for anything else.
    pub fn items(self) -> impl Iterator<Item = Value<'a>> {
        self.children(Kind::Array)
    }

    fn children(self, kind: Kind) -> impl Iterator<Item = Value<'a>> {
        let node = self.node();
        let mut at = if node.kind == kind { node.child } else { 0 };
        std::iter::from_fn(move || {
            let child = (at != 0).then_some(Value { index: at, ..self })?;
            at = child.node().next;
            Some(child)
        })
    }

    /// The value of a key. The first one counts where the key is doubled, which every TOML reader refuses.
    ///
    /// Takes time in proportion to the members: to look for many keys of a large table, walk over its [`Value::members`] once.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Value<'a>> {
        self.member(key).map(|(_, value)| value)
    }

    /// Key and value, as in [`Value::get`].
    #[must_use]
    pub fn member(self, key: &str) -> Option<(Value<'a>, Value<'a>)> {
        self.members().find(|(name, _)| name.is(key))
    }

    /// The value at the end of a path of keys.
    #[must_use]
    pub fn get_path(self, path: &[&str]) -> Option<Value<'a>> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Whether a string or key reads as `text`.
    #[must_use]
    pub fn is(self, text: &str) -> bool {
        let node = self.node();
        match node.kind {
            Kind::String | Kind::Key if node.escaped => self.string().as_deref() == Some(text),
            Kind::String | Kind::Key => self.raw() == text,
            _ => false,
        }
    }

    /// The smallest member, as table, key and value, whose bytes hold `span`.
    #[must_use]
    pub fn member_at(self, span: Span) -> Option<(Value<'a>, Value<'a>, Value<'a>)> {
        let mut found: Option<((Value<'a>, Value<'a>, Value<'a>), u32)> = None;
        let mut rest = vec![self];
        while let Some(here) = rest.pop() {
            // What is spread over the file may hold the span at a place outside of its own.
            let inside = |value: Value<'a>| value.form() != Form::Inline || value.span().contains(span);
            rest.extend(here.items().filter(|item| inside(*item)));
            for (key, value) in here.members() {
                let whole = if value.span().contains(key.span()) { value.span() } else { key.span().to(value.span()) };
                let length = whole.end - whole.start;
                if whole.contains(span) && found.is_none_or(|(_, shortest)| length < shortest) {
                    found = Some(((here, key, value), length));
                }
                if inside(value) {
                    rest.push(value);
                }
            }
        }
        found.map(|(member, _)| member)
    }
}

/// A string's bytes without quotes. Cut off strings keep what there is.
pub(super) fn inner(text: &str, span: Span, quotes: Quotes) -> Span {
    let raw = &text[span.range()];
    let (mark, lines) = match quotes {
        Quotes::Bare => return span,
        Quotes::Basic => ("\"", false),
        Quotes::Literal => ("'", false),
        Quotes::MultilineBasic => ("\"\"\"", true),
        Quotes::MultilineLiteral => ("'''", true),
    };
    let mut start = mark.len().min(raw.len());
    if lines {
        let rest = &raw[start..];
        start += if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    }
    let end = if raw.len() >= start + mark.len() && raw.ends_with(mark) { raw.len() - mark.len() } else { raw.len() };
    Span { start: span.start + start as u32, end: span.start + end as u32 }
}

/// Decodes a string or key with its quotes.
pub(super) fn decode(text: &str, span: Span, quotes: Quotes) -> Cow<'_, str> {
    let place = Place::new_unchecked(span.start as usize, span.end as usize);
    let raw = Raw::new_unchecked(&text[span.range()], encoding(quotes), place);
    let mut decoded = Cow::Borrowed("");
    raw.decode_key(&mut decoded, &mut ());
    decoded
}

pub(super) fn encoding(quotes: Quotes) -> Option<Encoding> {
    match quotes {
        Quotes::Bare => None,
        Quotes::Basic => Some(Encoding::BasicString),
        Quotes::Literal => Some(Encoding::LiteralString),
        Quotes::MultilineBasic => Some(Encoding::MlBasicString),
        Quotes::MultilineLiteral => Some(Encoding::MlLiteralString),
    }
}
