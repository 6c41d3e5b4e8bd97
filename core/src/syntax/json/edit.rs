//! Changes to a JSON text that keep every byte they do not mean to change.

use super::{Kind, Value};
use crate::syntax::lines::newline;
use crate::text::{Edit, Span};

/// A text as a JSON string, in quotes.
#[must_use]
pub fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Puts a new string in place of a value that is a closed string.
#[must_use]
pub fn replace_value(value: Value<'_>, text: &str) -> Option<Vec<Edit>> {
    let whole = value.kind() == Kind::String && value.span().end > value.inner().end;
    whole.then(|| vec![Edit::replace(value.span(), quote(text))])
}

/// Adds a member at the end of an object, written as its neighbours are. `value` is JSON text.
///
/// `None` if the object has the key already, does not end, or has a member that cannot be read.
#[must_use]
pub fn insert_member(object: Value<'_>, key: &str, value: &str) -> Option<Vec<Edit>> {
    if !is_whole(object) || object.member(key).is_some() {
        return None;
    }
    let text = object.text();
    let member = format!("{}: {value}", quote(key));
    let Some((last_key, last_value)) = object.members().last() else {
        return Some(vec![Edit::replace(object.span(), into_empty(object, &member))]);
    };
    let separator = lead(text, last_key.span());
    Some(vec![Edit::insert(last_value.span().end as usize, format!(",{separator}{member}"))])
}

/// Adds a member after the last of `neighbours` that the object has, or at its end.
///
/// `None` as for [`insert_member`].
#[must_use]
pub fn insert_after(object: Value<'_>, neighbours: &[&str], key: &str, value: &str) -> Option<Vec<Edit>> {
    let mut members = object.members();
    let Some((neighbour, before)) = members.by_ref().filter(|(name, _)| neighbours.iter().any(|wanted| name.is(wanted))).last()
    else {
        return insert_member(object, key, value);
    };
    if !is_whole(object) || object.member(key).is_some() {
        return None;
    }
    let member = format!(",{}{}: {value}", lead(object.text(), neighbour.span()), quote(key));
    Some(vec![Edit::insert(before.span().end as usize, member)])
}

/// Adds a member at the start of an object, written as its neighbours are.
///
/// `None` as for [`insert_member`].
#[must_use]
pub fn insert_first(object: Value<'_>, key: &str, value: &str) -> Option<Vec<Edit>> {
    let Some((first, _)) = object.members().next() else { return insert_member(object, key, value) };
    if !is_whole(object) || object.member(key).is_some() {
        return None;
    }
    // What separates members stands before the second one; the first has what stands behind the bracket.
    let next = object.members().nth(1).map_or(first, |(second, _)| second);
    let separator = Some(lead(object.text(), next.span())).filter(|lead| !lead.is_empty()).unwrap_or(" ");
    let member = format!("{}: {value},{separator}", quote(key));
    Some(vec![Edit::insert(first.span().start as usize, member)])
}

/// Texts as a JSON array for a member of an object: an item a line, one step deeper, where the members have lines of their own.
#[must_use]
pub fn list_in(object: Value<'_>, items: &[&str]) -> String {
    let outer = object.members().next().map_or("", |(first, _)| lead(object.text(), first.span()));
    let items = items.iter().map(|item| quote(item));
    if !outer.contains('\n') {
        return format!("[{}]", items.collect::<Vec<_>>().join(", "));
    }
    let inner = format!("{outer}{}", indent_unit(object.text()));
    format!("[{inner}{}{outer}]", items.collect::<Vec<_>>().join(&format!(",{inner}")))
}

/// Whether a member reads as one: a colon between key and value, and a value that ends.
fn is_sound(key: Value<'_>, value: Value<'_>) -> bool {
    let between = key.text().get(key.span().end as usize..value.span().start as usize);
    let ends = match value.kind() {
        Kind::Object | Kind::Array => is_closed(value),
        Kind::String => value.span().end > value.inner().end,
        Kind::Missing => false,
        _ => true,
    };
    ends && between.is_some_and(|between| between.trim() == ":")
}

/// Whether the last byte of an object or array closes it.
fn is_closed(value: Value<'_>) -> bool {
    let closing = if value.kind() == Kind::Object { '}' } else { ']' };
    value.text()[value.span().range()].ends_with(closing) && value.span().end - value.span().start > 1
}

/// The text of an empty object with one member in it.
fn into_empty(object: Value<'_>, member: &str) -> String {
    let text = object.text();
    let start = object.span().start as usize;
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let outer: String = text[line..start].chars().take_while(|character| matches!(character, ' ' | '\t')).collect();
    let unit = indent_unit(text);
    let end = newline(text);
    format!("{{{end}{outer}{unit}{member}{end}{outer}}}")
}

/// Takes a member out, together with the comma that separated it.
///
/// `None` if the object does not hold the key exactly once, or does not end.
#[must_use]
pub fn remove_member(object: Value<'_>, key: &str) -> Option<Vec<Edit>> {
    let members: Vec<_> = object.members().collect();
    let mut found = members.iter().enumerate().filter(|(_, (name, _))| name.is(key));
    let (index, _) = found.next()?;
    if found.next().is_some() || !is_whole(object) {
        return None;
    }
    let end = |at: usize| members[at].1.span().end;
    let span = match (index, members.len()) {
        (0, 1) => Span { start: object.span().start + 1, end: object.span().end - 1 },
        (0, _) => Span { start: members[0].0.span().start, end: members[1].0.span().start },
        _ => Span { start: end(index - 1), end: end(index) },
    };
    Some(vec![Edit::remove(span)])
}

/// Whether an object is closed and all its members can be read.
fn is_whole(object: Value<'_>) -> bool {
    let closed = object.text()[object.span().range()].ends_with('}') && object.span().end - object.span().start >= 2;
    object.is_object() && closed && object.members().all(|(key, value)| is_sound(key, value))
}

/// The white space before a key: what separates members here.
fn lead(text: &str, key: Span) -> &str {
    let before = &text[..key.start as usize];
    &before[before.trim_end_matches([' ', '\t', '\n', '\r']).len()..]
}

/// One step of indentation, as the document's first member has it; two spaces where it does not tell.
fn indent_unit(text: &str) -> &str {
    let first = text.find('\n').map(|at| &text[at + 1..]);
    let indent = first.map_or("", |line| &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]);
    if indent.is_empty() { "  " } else { indent }
}
