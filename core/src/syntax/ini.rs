//! npm's dialect of INI, as its `ini` package reads it, with the bytes of every key and value.
//!
//! The dialect is a matter of lines. A line is blank, a comment (`;` or `#` first), a section (`[name]`, nothing before it), an
//! assignment (`key`, `key=value`, `key[]=value`), or nothing at all (a line that starts with `=`). Nothing fails: what npm drops
//! is kept here as [`Content::Dropped`]. Two traps are easy to miss. Quotes only count when they enclose the *whole* value, so
//! `key="a" ; why` reads as `"a"` with its quotes. And `key: value` is a key of that name, not an assignment.

use smol_str::SmolStr;

use crate::text::{Span, Spanned};

/// A text, line by line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Every line, in order.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line without its ending (and without a byte order mark).
    pub span: Span,
    /// One past the line's ending; equals `span.end` on a last line that has none.
    pub end: u32,
    /// Whether it stands below a section header: npm's settings end there.
    pub in_section: bool,
    /// What it says.
    pub content: Content,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// White space at most.
    Blank,
    /// A comment.
    Comment,
    /// A section header and its name.
    Section(Spanned<SmolStr>),
    /// A key, with or without a value.
    Assignment(Assignment),
    /// A line that the dialect has no meaning for.
    Dropped,
}

/// A key and what is assigned to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The key, decoded, without a list's `[]`.
    pub key: Spanned<SmolStr>,
    /// How the key is written.
    pub key_quoting: Quoting,
    /// Whether the key ends in `[]`: the value is added to a list.
    pub list: bool,
    /// The value; `None` for a key alone, which means `true`.
    pub value: Option<Value>,
}

/// A value as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The value, decoded.
    pub text: Spanned<SmolStr>,
    /// How it is written.
    pub quoting: Quoting,
    /// Whether the bytes differ from the decoded value (escapes).
    pub escaped: bool,
}

/// How a key or value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// As it is; `\\`, `\;` and `\#` are escapes, and an unescaped `;` or `#` starts a comment.
    Bare,
    /// A JSON string in double quotes.
    Double,
    /// In single quotes: what is inside is read as JSON, and taken as it is where it is none.
    Single,
    /// Starts and ends in a double quote without being a JSON string: taken as it is, quotes, `;` and all.
    Verbatim,
}

/// Reads a text. Every text reads as something.
#[must_use]
pub fn parse(text: &str) -> File {
    let mut lines = Vec::new();
    let mut start = usize::from(text.starts_with(BYTE_ORDER_MARK)) * BYTE_ORDER_MARK.len_utf8();
    let mut in_section = false;
    // A byte order mark is white space before a key, yet enough to keep the first line from being a section header.
    let mut marked = start > 0;
    while start < text.len() {
        let length = memchr::memchr2(b'\n', b'\r', &text.as_bytes()[start..]).unwrap_or(text.len() - start);
        let stop = start + length;
        let end = stop + ending(&text[stop..]);
        let content = content(&text[start..stop], start, marked);
        in_section |= matches!(content, Content::Section(_));
        lines.push(Line { span: Span::new(start, stop), end: Span::at(end).end, in_section, content });
        start = end;
        marked = false;
    }
    File { lines }
}

pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

fn ending(rest: &str) -> usize {
    if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) }
}

fn content(line: &str, base: usize, marked: bool) -> Content {
    let inner = trim(line);
    if inner.is_empty() {
        return Content::Blank;
    }
    if inner.starts_with([';', '#']) {
        return Content::Comment;
    }
    if !marked && let Some(name) = section(line) {
        let name = piece(name, base + 1);
        return Content::Section(name.text);
    }
    assignment(line, base, marked).map_or(Content::Dropped, Content::Assignment)
}

/// The name in a section header: a bracket first on its line, and nothing but white space after the one that closes it.
fn section(line: &str) -> Option<&str> {
    let (name, after) = line.strip_prefix('[')?.split_once(']')?;
    trim(after).is_empty().then_some(name)
}

fn assignment(line: &str, base: usize, marked: bool) -> Option<Assignment> {
    let (raw_key, raw_value) = line.split_once('=').map_or((line, None), |(key, value)| (key, Some(value)));
    // `ini` matches the value with `.`, which stops at these; such a line says nothing to npm.
    if (raw_key.is_empty() && !marked) || raw_value.is_some_and(|value| value.contains(['\u{2028}', '\u{2029}'])) {
        return None;
    }
    let mut key = piece(raw_key, base);
    let list = key.text.value.len() > 2 && key.text.value.ends_with("[]");
    if list {
        let shorter = key.text.value.len() - 2;
        key.text.value = key.text.value[..shorter].into();
        // The brackets as written; where they are written in another way (JSON escapes), the span keeps them.
        if line[key.text.span.start as usize - base..key.text.span.end as usize - base].ends_with("[]") {
            key.text.span.end -= 2;
        }
    }
    if key.text.value == "__proto__" {
        return None;
    }
    let value = raw_value.map(|value| piece(value, base + raw_key.len() + 1));
    Some(Assignment { key: key.text, key_quoting: key.quoting, list, value })
}

/// Reads one side of an assignment that starts at the byte `base` of the text.
fn piece(raw: &str, base: usize) -> Value {
    let text = trim(raw);
    let start = base + (text.as_ptr() as usize - raw.as_ptr() as usize);
    let (quoting, length) = quoting(text);
    let skipped = usize::from(matches!(quoting, Quoting::Double | Quoting::Single));
    // A lone quote mark both opens and closes, with nothing inside.
    let (from, to) = (skipped, (length - skipped).max(skipped));
    let inner = &text[from..to];
    let value = decode(inner, quoting);
    let escaped = value != inner;
    Value { text: Spanned::new(value, Span::new(start + from, start + to)), quoting, escaped }
}

/// How a trimmed side of an assignment is written, and the length of what counts of it.
fn quoting(text: &str) -> (Quoting, usize) {
    if text.starts_with('\'') && text.ends_with('\'') {
        return (Quoting::Single, text.len());
    }
    if text.starts_with('"') && text.ends_with('"') {
        let json = serde_json::from_str::<String>(text).is_ok();
        return (if json { Quoting::Double } else { Quoting::Verbatim }, text.len());
    }
    (Quoting::Bare, trim(&text[..comment(text)]).len())
}

/// Where the first unescaped `;` or `#` is, or the end.
fn comment(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b';' | b'#' => return at,
            _ => {}
        }
    }
    text.len()
}

/// What the bytes between the quotes (if any) mean.
#[must_use]
pub fn decode(raw: &str, quoting: Quoting) -> SmolStr {
    match quoting {
        Quoting::Verbatim => raw.into(),
        Quoting::Double => serde_json::from_str::<String>(&format!("\"{raw}\"")).map_or_else(|_| raw.into(), SmolStr::from),
        Quoting::Single => serde_json::from_str::<String>(raw).map_or_else(|_| raw.into(), SmolStr::from),
        Quoting::Bare if !raw.contains('\\') => raw.into(),
        Quoting::Bare => unescape(raw).into(),
    }
}

fn unescape(raw: &str) -> String {
    let mut decoded = String::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, false) => decoded.push(character),
            (_, true) => match characters.next() {
                Some(escaped @ ('\\' | ';' | '#')) => decoded.push(escaped),
                Some(other) => decoded.extend(['\\', other]),
                None => decoded.push('\\'),
            },
        }
    }
    decoded
}

/// White space as JavaScript's `trim` and `\s` have it.
fn is_space(character: char) -> bool {
    character == BYTE_ORDER_MARK || (character.is_whitespace() && character != '\u{85}')
}

/// Trims as JavaScript does.
#[must_use]
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

impl File {
    /// The assignments that npm reads as settings, each with the index of its line: those above the first section header.
    pub fn settings(&self) -> impl DoubleEndedIterator<Item = (usize, &Assignment)> + Clone {
        self.lines.iter().enumerate().filter(|(_, line)| !line.in_section).filter_map(|(index, line)| match &line.content {
            Content::Assignment(assignment) => Some((index, assignment)),
            _ => None,
        })
    }
}

#[cfg(test)]
#[path = "ini_tests.rs"]
mod tests;
