//! Changes to a `.yarnrc` that leave every other byte as it is.
//!
//! Each change is read back before it is handed out: if the new text does not say exactly the old settings with the one difference that was
//! asked for, there is no edit.

use crate::syntax::yarnrc::{Assignment, File, Value, parse};
use crate::text::{Edit, Span, apply};

/// Puts a value in the place of an assignment's.
#[must_use]
pub fn set_value(file: &File, text: &str, assignment: &Assignment, value: &str) -> Option<Vec<Edit>> {
    let edits = vec![Edit::replace(assignment.literal, literal(value))];
    let mut expected = said(file);
    // Of several keys before one value, one alone cannot change: that does not read back.
    let place = file.assignments.iter().position(|one| one.key.span == assignment.key.span)?;
    expected[place].1 = typed(value);
    reads(text, &edits, &expected).then_some(edits)
}

/// Adds a key and its value at the end, in the file's own line ending.
#[must_use]
pub fn append(file: &File, text: &str, key: &str, value: &str) -> Option<Vec<Edit>> {
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let line = format!("{} {}{ending}", name(key), literal(value));
    let whole = text.is_empty() || text.ends_with(['\n', '\u{feff}']);
    let edits = vec![Edit::insert(text.len(), if whole { line } else { format!("{ending}{line}") })];
    let mut expected = said(file);
    expected.push((key, typed(value)));
    reads(text, &edits, &expected).then_some(edits)
}

/// Takes an assignment out, with its line. `None` where something else stands on that line.
#[must_use]
pub fn remove(file: &File, text: &str, assignment: &Assignment) -> Option<Vec<Edit>> {
    let span = assignment.span;
    let before = &text[..span.range().start];
    let start = before.rfind(['\n', '\r', '\u{feff}']).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let rest = &text[span.range().end..];
    let end = rest.find(['\n', '\r']).map_or(text.len(), |at| {
        let ending = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        span.range().end + at + ending
    });
    let edits = vec![Edit::remove(Span::new(start, end))];
    let kept = file.assignments.iter().filter(|other| other.key.span != assignment.key.span);
    let expected: Vec<_> = kept.map(|one| (one.key.as_str(), one.value.clone())).collect();
    reads(text, &edits, &expected).then_some(edits)
}

/// Keys and values.
type Said<'f> = Vec<(&'f str, Value)>;

fn said(file: &File) -> Said<'_> {
    file.assignments.iter().map(|one| (one.key.as_str(), one.value.clone())).collect()
}

/// Whether the edited text says what is expected, and all of it.
fn reads(text: &str, edits: &[Edit], expected: &Said<'_>) -> bool {
    let Some(edited) = apply(text, edits) else { return false };
    let read = parse(&edited);
    read.fault.is_none() && read.cut.is_none() && said(&read) == *expected
}

/// What Yarn takes a value for that is written by [`literal`].
fn typed(value: &str) -> Value {
    match value {
        "true" | "false" => Value::Truth(value == "true"),
        _ if is_digits(value) => Value::Number(value.into()),
        _ => Value::Text(value.into()),
    }
}

fn literal(value: &str) -> String {
    if matches!(value, "true" | "false") || is_digits(value) { value.to_owned() } else { quoted(value) }
}

/// A key as it may stand: without quotes where it is a word.
fn name(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'/');
    let starts = key.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '-' | '.' | '/'));
    let truth = key.starts_with("true") || key.starts_with("false");
    if starts && !truth && key.bytes().all(plain) { key.to_owned() } else { quoted(key) }
}

fn is_digits(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
#[path = "yarnrc_edit_tests.rs"]
mod tests;
