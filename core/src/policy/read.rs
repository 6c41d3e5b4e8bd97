//! From text to values that are known to be right: one walk over the TOML with the table of keys beside it.
//!
//! What is wrong becomes a problem and is left out; the rest is kept. What stands at or around a syntax error is not trusted: half
//! an exception would be a wider one.

use std::ops::Range;

use smol_str::{SmolStr, ToSmolStr};
use toml::Spanned as Located;
use toml::de::{DeString, DeTable, DeValue};

use super::keys::{KEYS, Key, SCHEMA, Shape, Text};
use super::value;
use crate::model::{Problem, ProblemKind};
use crate::text::{Span, Spanned};

/// Keys and values of a table whose keys are free, in file order.
pub(super) type Entries = Vec<(Spanned<SmolStr>, Spanned<SmolStr>)>;

/// A value that fits its key.
#[derive(Debug)]
pub(super) enum Clean {
    Schema(Spanned<u32>),
    Flag(Spanned<bool>),
    Text(Spanned<SmolStr>),
    List(Vec<Spanned<SmolStr>>),
    Map(Spanned<Entries>),
    Table(Section),
    Entries(Vec<Section>),
}

/// A table whose values all fit.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// Its header, or the whole of an inline table.
    pub(super) span: Span,
    values: Vec<(&'static str, Clean)>,
}

macro_rules! take {
    ($name:ident, $variant:ident, $type:ty, $what:literal) => {
        #[doc = $what]
        pub(super) fn $name(&mut self, name: &str) -> Option<$type> {
            let index = self.values.iter().position(|(key, value)| *key == name && matches!(value, Clean::$variant(_)))?;
            match self.values.swap_remove(index).1 {
                Clean::$variant(value) => Some(value),
                _ => None,
            }
        }
    };
}

impl Section {
    take!(schema, Schema, Spanned<u32>, "Takes out the format's version.");
    take!(flag, Flag, Spanned<bool>, "Takes out a flag.");
    take!(text, Text, Spanned<SmolStr>, "Takes out a string.");
    take!(list, List, Vec<Spanned<SmolStr>>, "Takes out a list of strings.");
    take!(map, Map, Spanned<Entries>, "Takes out a table of strings, in file order.");
    take!(table, Table, Section, "Takes out a table.");
    take!(entries, Entries, Vec<Section>, "Takes out a list of tables.");
}

/// Reads a text against the table of keys.
pub(super) fn read(text: &str) -> (Section, Vec<Problem>) {
    let (mut root, mut errors) = DeTable::parse_recoverable(text);
    let patched;
    if errors.iter().any(is_lone_key) {
        errors.retain(is_lone_key);
        patched = without_lone_keys(text, &errors);
        let (again, found) = DeTable::parse_recoverable(&patched);
        errors.extend(found);
        root = again;
    }
    let mut headers = Vec::new();
    find_headers(text, root.get_ref(), &mut headers);
    headers.sort_unstable();
    let mut reader = Reader { text, headers, broken: Vec::new(), problems: Vec::new() };
    reader.syntax(&errors);
    let section = reader.table(root.get_ref(), KEYS, Span::at(0));
    reader.problems.sort_by_key(|problem| problem.span);
    (section, reader.problems)
}

/// The TOML reader leaves out everything after the first key without a value, which is what a file holds at every other moment while
/// someone types.
fn is_lone_key(error: &toml::de::Error) -> bool {
    error.message().starts_with("key with no value")
}

/// The text with the lines of those errors blanked out, byte for byte.
fn without_lone_keys(text: &str, errors: &[toml::de::Error]) -> String {
    let mut patched = text.to_owned();
    for at in errors.iter().filter_map(|error| error.span().map(|span| span.start)) {
        let (Some(before), Some(after)) = (patched.get(..at), patched.get(at..)) else { continue };
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let end = after.find(['\r', '\n']).map_or(patched.len(), |newline| at + newline);
        patched.replace_range(start..end, &" ".repeat(end - start));
    }
    patched
}

/// Where `[table]` and `[[table]]` headers begin: a table without one of its own (inline, dotted, implied) has another first byte.
fn find_headers(text: &str, table: &DeTable<'_>, headers: &mut Vec<usize>) {
    for (_, value) in table.iter() {
        find_header(text, value, headers);
    }
}

fn find_header(text: &str, value: &Located<DeValue<'_>>, headers: &mut Vec<usize>) {
    match value.get_ref() {
        DeValue::Table(table) => {
            if text.as_bytes().get(value.span().start) == Some(&b'[') {
                headers.push(value.span().start);
            }
            find_headers(text, table, headers);
        }
        DeValue::Array(array) => array.iter().for_each(|item| find_header(text, item, headers)),
        _ => {}
    }
}

struct Reader<'t> {
    text: &'t str,
    /// First bytes of the headers, in order.
    headers: Vec<usize>,
    /// Places of syntax errors by their start, each with the furthest end of those up to it.
    broken: Vec<(usize, usize)>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, kind: ProblemKind, span: Span, message: impl Into<String>) {
        self.problems.push(Problem { kind, span, message: message.into(), related: None, fix: None });
    }

    /// A value that is not what its key takes; for the policy that is as bad as not being readable.
    fn wrong(&mut self, span: Span, message: impl Into<String>) {
        self.problem(ProblemKind::Syntax, span, message);
    }

    fn syntax(&mut self, errors: &[toml::de::Error]) {
        for error in errors {
            let span = self.span(error.span().unwrap_or(self.text.len()..self.text.len()));
            let kind = if error.message().starts_with("duplicate key") { ProblemKind::DuplicateKey } else { ProblemKind::Syntax };
            self.broken.push((span.start as usize, span.end as usize));
            self.problem(kind, span, error.message().replace('\n', " "));
        }
        self.broken.sort_unstable();
        let mut furthest = 0;
        for (_, end) in &mut self.broken {
            furthest = furthest.max(*end);
            *end = furthest;
        }
    }

    /// A span that lies in the text, on character boundaries.
    fn span(&self, range: Range<usize>) -> Span {
        let start = self.text.floor_char_boundary(range.start.min(self.text.len()));
        let end = self.text.ceil_char_boundary(range.end.clamp(start, self.text.len()));
        Span::new(start, end)
    }

    /// The same without the quotes of a string.
    fn inner(&self, range: Range<usize>) -> Span {
        let whole = self.span(range);
        let raw = &self.text[whole.range()];
        for quote in ["\"\"\"", "'''", "\"", "'"] {
            if raw.len() >= 2 * quote.len() && raw.starts_with(quote) && raw.ends_with(quote) {
                return Span::new(whole.start as usize + quote.len(), whole.end as usize - quote.len());
            }
        }
        whole
    }

    /// Whether a syntax error lies in these bytes or touches their start.
    fn is_broken(&self, start: usize, end: usize) -> bool {
        let before = self.broken.partition_point(|&(error, _)| error < end);
        before.checked_sub(1).is_some_and(|last| self.broken[last].1 >= start)
    }

    fn table(&mut self, table: &DeTable<'_>, keys: &'static [Key], span: Span) -> Section {
        let mut section = Section { span, values: Vec::new() };
        for (name, value) in in_file_order(table) {
            let place = self.inner(name.span());
            match keys.iter().find(|key| key.name == name.get_ref()) {
                Some(key) => {
                    if let Some(clean) = self.value(key, value) {
                        section.values.push((key.name, clean));
                    }
                }
                None => self.unknown(place, name.get_ref(), keys),
            }
        }
        section
    }

    fn unknown(&mut self, place: Span, name: &str, keys: &[Key]) {
        let name = clip(name);
        let written = name.to_lowercase().replace('_', "-");
        let (distance, nearest) =
            keys.iter().map(|key| (strsim::osa_distance(&written, key.name), key.name)).min().unwrap_or((usize::MAX, ""));
        let advice = if distance <= nearest.len().div_ceil(3) {
            format!("did you mean `{nearest}`?")
        } else {
            format!("known here: {}", keys.iter().map(|key| format!("`{}`", key.name)).collect::<Vec<_>>().join(", "))
        };
        self.problem(ProblemKind::UnknownKey, place, format!("the key `{}` is not known here and does nothing; {advice}", name));
    }

    /// A value for a key, if it fits. One at a syntax error is left out: the error is reported, and what was read of it is a guess.
    fn value(&mut self, key: &'static Key, value: &Located<DeValue<'_>>) -> Option<Clean> {
        let range = value.span();
        let scalar = !matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_));
        if scalar && (range.is_empty() || self.is_broken(range.start, range.end)) {
            return None;
        }
        let place = self.inner(range.clone());
        match (key.shape, value.get_ref()) {
            (Shape::Flag, &DeValue::Boolean(flag)) => Some(Clean::Flag(Spanned::new(flag, place))),
            (Shape::Schema, DeValue::Integer(number)) => {
                if number.as_str() == SCHEMA.to_string() {
                    return Some(Clean::Schema(Spanned::new(SCHEMA, place)));
                }
                self.wrong(place, format!("the only version of this format is {SCHEMA}; a newer one needs a newer Provender"));
                None
            }
            (Shape::Text(kind), value) if scalar => self.text(kind, key.name, value, place).map(Clean::Text),
            (Shape::List(kind), DeValue::Array(array)) => {
                let items = array.iter().filter_map(|item| self.item(kind, key.name, item)).collect();
                Some(Clean::List(items))
            }
            (Shape::Map(names, values), DeValue::Table(table)) => {
                let entries = self.map(names, values, table);
                Some(Clean::Map(Spanned::new(entries, self.span(range))))
            }
            (Shape::Table(keys), DeValue::Table(table)) => Some(Clean::Table(self.table(table, keys, self.span(range)))),
            (Shape::Entries(keys), DeValue::Array(array)) => Some(Clean::Entries(self.entries(key.name, keys, array, range))),
            (shape, value) => {
                self.wrong(place, format!("`{}` takes {}, and this is {}", key.name, describe(shape), article(value)));
                None
            }
        }
    }

    fn item(&mut self, kind: Text, name: &str, item: &Located<DeValue<'_>>) -> Option<Spanned<SmolStr>> {
        let range = item.span();
        if range.is_empty() || self.is_broken(range.start, range.end) {
            return None;
        }
        let place = self.inner(range);
        self.text(kind, name, item.get_ref(), place)
    }

    fn text(&mut self, kind: Text, name: &str, value: &DeValue<'_>, place: Span) -> Option<Spanned<SmolStr>> {
        let written = match value {
            DeValue::String(text) => text.to_smolstr(),
            DeValue::Datetime(date) if kind == Text::Date => date.to_smolstr(),
            other => {
                self.wrong(place, format!("`{name}` takes a string, and this is {}", article(other)));
                return None;
            }
        };
        match value::check(kind, &written) {
            Ok(value) => Some(Spanned::new(value, place)),
            Err(message) => {
                self.wrong(place, format!("`{name}`: {message}"));
                None
            }
        }
    }

    fn map(&mut self, names: Text, values: Text, table: &DeTable<'_>) -> Entries {
        let mut entries = Vec::new();
        for (name, value) in in_file_order(table) {
            let place = self.inner(name.span());
            let shown = clip(name.get_ref());
            let entry = self.text(names, &shown, &DeValue::String(name.get_ref().clone()), place);
            let value = self.item(values, &shown, value);
            entries.extend(entry.zip(value));
        }
        entries
    }

    /// Tables that count whole or not at all. Each reaches to the next one or the next header.
    fn entries(&mut self, name: &str, keys: &'static [Key], array: &[Located<DeValue<'_>>], whole: Range<usize>) -> Vec<Section> {
        let mut sections = Vec::new();
        for (index, item) in array.iter().enumerate() {
            let range = item.span();
            let DeValue::Table(table) = item.get_ref() else {
                if !self.is_broken(whole.start, whole.end) {
                    let place = self.inner(range);
                    self.wrong(place, format!("`{name}` takes tables, and this is {}", article(item.get_ref())));
                }
                continue;
            };
            let next_header = self.headers.get(self.headers.partition_point(|&start| start <= range.start)).copied();
            let next_item = array.get(index + 1).map(|next| next.span().start).filter(|&start| start > range.start);
            let end = next_item.into_iter().chain(next_header).min().unwrap_or(self.text.len() + 1);
            let problems = self.problems.len();
            let place = self.span(range.clone());
            let section = self.table(table, keys, place);
            // What a syntax error cut off is not missed besides.
            if self.is_broken(range.start, end) {
                continue;
            }
            for key in keys.iter().filter(|key| key.required && !table.contains_key(key.name)) {
                self.wrong(place, format!("`{}` is missing here", key.name));
            }
            if self.problems.len() == problems {
                sections.push(section);
            }
            for problem in &mut self.problems[problems..] {
                problem.related = Some((place, "this counts for nothing until that is mended".to_owned()));
            }
        }
        sections
    }
}

fn in_file_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t Located<DeString<'i>>, &'t Located<DeValue<'i>>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries
}

/// A name as it can stand in a message.
fn clip(name: &str) -> String {
    const LONGEST: usize = 40;
    let mut clipped: String = name.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if name.chars().nth(LONGEST).is_some() {
        clipped.push('\u{2026}');
    }
    clipped
}

fn describe(shape: Shape) -> &'static str {
    match shape {
        Shape::Schema => "a whole number",
        Shape::Flag => "`true` or `false`",
        Shape::Text(_) => "a string",
        Shape::List(_) => "a list of strings",
        Shape::Map(..) | Shape::Table(_) => "a table",
        Shape::Entries(_) => "a list of tables",
    }
}

fn article(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
