//! Changes to a YAML text that keep every byte they do not mean to change.
//!
//! Each change is read back before it is handed out (`read_back.rs`), and nothing is guessed: there is none where an anchor could
//! carry it elsewhere, where the text around it has errors, or where a key stands twice.

use super::quote::written;
use super::read_back::{Said, said_alone, said_nothing, said_text, said_within, verified};
use super::{Kind, Style, Value};
use crate::syntax::lines::{line_end, line_start, newline};
use crate::text::{Edit, Span};

/// Puts a new text in place of a scalar, in the quotes that it has where they can hold the text, or after a key that has no value.
///
/// `None` for anything else, and for scalars after `|` and `>`.
#[must_use]
pub fn replace_value(value: Value<'_>, text: &str) -> Option<Vec<Edit>> {
    let scalar = matches!(value.kind(), Kind::Scalar | Kind::Empty);
    scalar.then(|| replace(value, &written(text, value.style()), said_text(text)))?
}

/// As [`replace_value`], but with YAML of one line, such as `true`, `1440` or `[a, b]`. Lists and mappings in brackets can be
/// replaced too.
#[must_use]
pub fn replace_raw(value: Value<'_>, yaml: &str) -> Option<Vec<Edit>> {
    if yaml.contains('\n') {
        return None;
    }
    replace(value, yaml, said_alone(yaml)?)
}

fn replace(value: Value<'_>, yaml: &str, said: Vec<Said>) -> Option<Vec<Edit>> {
    let span = value.span();
    let edit = match (value.kind(), value.style()) {
        (Kind::Empty, _) if value.depth() > 0 => Edit::insert(span.start as usize, format!(" {yaml}")),
        (Kind::Scalar, Style::Plain | Style::Single | Style::Double) => Edit::replace(span, yaml),
        (Kind::Mapping | Kind::Sequence, Style::Flow) => Edit::replace(span, yaml),
        _ => return None,
    };
    let wrong = value.tree().errors.iter().any(|error| error.span.touches(span));
    if wrong || !is_free(value) || is_doubled(value) {
        return None;
    }
    verified(value, vec![edit], value.nodes(), value.depth(), said)
}

/// Adds a member at the end of a mapping, written as its neighbours are. `value` is YAML: of one line, or a block of several.
///
/// The mapping may also be a document or a key's value that is empty. `None` if the mapping has the key already, or has errors.
#[must_use]
pub fn insert_member(mapping: Value<'_>, key: &str, value: &str) -> Option<Vec<Edit>> {
    let last = mapping.members().count();
    insert_at(mapping, last, key, value)
}

/// Adds a member after the last of `neighbours` that the mapping has, or at its end.
///
/// `None` as for [`insert_member`].
#[must_use]
pub fn insert_after(mapping: Value<'_>, neighbours: &[&str], key: &str, value: &str) -> Option<Vec<Edit>> {
    let near = |name: Value<'_>| neighbours.iter().any(|wanted| name.is(wanted));
    let members = mapping.members().enumerate();
    let found = members.filter(|(_, (name, _))| near(*name)).last();
    found.map_or_else(|| insert_member(mapping, key, value), |(at, _)| insert_at(mapping, at + 1, key, value))
}

/// Adds an item at the end of a sequence, written as its neighbours are. `item` is YAML of one line. The sequence may also be a
/// key's value that is empty.
#[must_use]
pub fn append_item(sequence: Value<'_>, item: &str) -> Option<Vec<Edit>> {
    let said = said_alone(item).filter(|_| !item.contains('\n'))?;
    let items: Vec<_> = sequence.items().collect();
    let lines = |indent: &str| format!("{indent}- {item}");
    add(sequence, Kind::Sequence, &items, items.len(), said, item, &lines)
}

/// Takes a member out, with its line or lines. The last member of a block goes only if the document may be empty after it.
///
/// `None` if the mapping does not hold the key exactly once, or an anchor would go with it.
#[must_use]
pub fn remove_member(mapping: Value<'_>, key: &str) -> Option<Vec<Edit>> {
    let members: Vec<_> = mapping.members().collect();
    let mut found = members.iter().enumerate().filter(|(_, (name, _))| name.is(key));
    let (at, &(name, value)) = found.next()?;
    if found.next().is_some() || !is_free(mapping) || mapping.has_properties(name.nodes().start..value.nodes().end) {
        return None;
    }
    let span = removed(mapping, &members, at)?;
    let alone = members.len() == 1 && mapping.style() == Style::Block;
    if alone && mapping.depth() > 0 {
        return None;
    }
    let range = if alone { mapping.nodes() } else { name.nodes().start..value.nodes().end };
    verified(mapping, vec![Edit::remove(span)], range, 0, if alone { said_nothing() } else { Vec::new() })
}

/// The bytes of a member with what separates it from the next or the one before.
fn removed(mapping: Value<'_>, members: &[(Value<'_>, Value<'_>)], at: usize) -> Option<Span> {
    let text = mapping.text();
    let (name, value) = members[at];
    let (start, end) = (name.span().start as usize, value.span().end as usize);
    let line = line_start(text, start);
    let next = members.get(at + 1).map(|(next, _)| next.span().start as usize);
    if mapping.style() == Style::Block && text[line..start].trim_matches(' ').is_empty() {
        return Some(Span::new(line, next_line(text, end)));
    }
    match (next, at.checked_sub(1)) {
        (_, Some(before)) if mapping.style() == Style::Flow => Some(Span::new(members[before].1.span().end as usize, end)),
        (Some(next), _) if !text[end..next].contains('#') => Some(Span::new(start, next)),
        (None, None) if mapping.style() == Style::Flow => Some(Span::new(start, end)),
        _ => None,
    }
}

fn insert_at(mapping: Value<'_>, at: usize, key: &str, value: &str) -> Option<Vec<Edit>> {
    if mapping.member(key).is_some() {
        return None;
    }
    let said: Vec<Said> = said_text(key).into_iter().chain(said_alone(value)?).collect();
    let members: Vec<_> = mapping.members().collect();
    let double = members.iter().any(|(name, _)| name.style() == Style::Double);
    let plain = written(key, Style::Plain);
    let name = if plain.starts_with('\'') && double { written(key, Style::Double) } else { plain };
    let entries: Vec<_> = members.iter().map(|(_, value)| *value).collect();
    let several = value.contains('\n');
    let lines = |indent: &str| {
        if !several {
            return format!("{indent}{name}: {value}");
        }
        let inner = format!("{}{indent}{}", newline(mapping.text()), indent_unit(mapping.text()));
        let block: String = value.lines().flat_map(|line| [inner.as_str(), line]).collect();
        format!("{indent}{name}:{block}")
    };
    if several && mapping.style() == Style::Flow {
        return None;
    }
    add(mapping, Kind::Mapping, &entries, at, said, &format!("{name}: {value}"), &lines)
}

/// Adds an entry behind the first `at` of a mapping or sequence. `flow`: as written in brackets; `lines`: as written in a block of an
/// indentation.
fn add(
    outer: Value<'_>,
    kind: Kind,
    entries: &[Value<'_>],
    at: usize,
    said: Vec<Said>,
    flow: &str,
    lines: &dyn Fn(&str) -> String,
) -> Option<Vec<Edit>> {
    if !is_free(outer) || has_errors(outer) {
        return None;
    }
    let depth = outer.depth();
    if outer.kind() == Kind::Empty {
        let edits = begin(outer, lines)?;
        return verified(outer, edits, outer.nodes(), depth, said_within(kind, said));
    }
    if outer.kind() != kind {
        return None;
    }
    let edits = match (outer.style(), at.checked_sub(1).and_then(|before| entries.get(before))) {
        (Style::Flow, Some(&before)) => add_to_flow(outer, entries, before, flow),
        (Style::Flow, None) => vec![into_brackets(outer, flow)],
        (_, Some(&before)) => vec![add_line(outer, before, lines)],
        (_, None) => return None,
    };
    let place = at.checked_sub(1).map_or(outer.nodes().end, |before| entries[before].nodes().end);
    verified(outer, edits, place..place, depth + 1, said)
}

/// A new line behind an entry of a block and the comment on its line.
fn add_line(outer: Value<'_>, before: Value<'_>, lines: &dyn Fn(&str) -> String) -> Edit {
    let text = outer.text();
    let start = outer.span().start as usize;
    let indent = " ".repeat(start - line_start(text, start));
    let end = before.span().end as usize;
    let ending = newline(text);
    // A scalar that keeps its blank lines ends where the next line begins.
    if end > 0 && text.as_bytes()[end - 1] == b'\n' {
        return Edit::insert(end, lines(&indent) + ending);
    }
    Edit::insert(line_end(text, end), format!("{ending}{}", lines(&indent)))
}

/// The first line of a document or of a key's value, where nothing is yet.
fn begin(empty: Value<'_>, lines: &dyn Fn(&str) -> String) -> Option<Vec<Edit>> {
    let text = empty.text();
    let ending = newline(text);
    let at = empty.span().start as usize;
    if empty.depth() > 0 {
        let (_, key, value) = empty.owner()?;
        let start = key.span().start as usize;
        let column = start - line_start(text, start);
        let indent = " ".repeat(column) + &indent_unit(text);
        return (value.nodes() == empty.nodes())
            .then(|| vec![Edit::insert(line_end(text, at), format!("{ending}{}", lines(&indent)))]);
    }
    if text[line_start(text, at)..at].trim_start_matches('\u{feff}').is_empty() {
        let missing = if text.is_empty() || text.ends_with(['\n', '\u{feff}']) { "" } else { ending };
        return Some(vec![Edit::insert(text.len(), format!("{missing}{}{ending}", lines("")))]);
    }
    Some(vec![Edit::insert(line_end(text, at), format!("{ending}{}", lines("")))])
}

/// An entry behind another one in brackets, on a line of its own where they stand so.
fn add_to_flow(outer: Value<'_>, entries: &[Value<'_>], before: Value<'_>, entry: &str) -> Vec<Edit> {
    let text = outer.text();
    let first = outer.first().map_or(outer.span().end, |first| first.span().start) as usize;
    let lead = &text[text[..first].trim_end_matches([' ', '\t', '\r', '\n']).len()..first];
    let end = before.span().end as usize;
    let last = entries.last().is_some_and(|last| last.nodes() == before.nodes());
    if !lead.contains('\n') || !last {
        let lead = if lead.contains('\n') { lead } else { " " };
        return vec![Edit::insert(end, format!(",{lead}{entry}"))];
    }
    let rest = &text[end..line_end(text, end)];
    let behind = line_end(text, end);
    match rest.trim_start_matches([' ', '\t']).as_bytes().first() {
        None | Some(b'#') => vec![Edit::insert(end, ","), Edit::insert(behind, format!("{lead}{entry}"))],
        Some(b',') if rest.trim_end() == "," || rest.contains(" #") => vec![Edit::insert(behind, format!("{lead}{entry},"))],
        Some(_) => vec![Edit::insert(end, format!(",{lead}{entry}"))],
    }
}

/// The first entry in empty brackets.
fn into_brackets(outer: Value<'_>, entry: &str) -> Edit {
    let span = outer.span();
    let inner = Span { start: span.start + 1, end: span.end - 1 };
    let blanks = outer.text()[inner.range()].trim_matches([' ', '\t']).is_empty();
    let space = if blanks && inner.start < inner.end { " " } else { "" };
    if blanks { Edit::replace(inner, format!("{space}{entry}{space}")) } else { Edit::insert(inner.start as usize, entry) }
}

/// Whether neither the value nor anything around it has an anchor, which would carry a change elsewhere, or a tag.
fn is_free(value: Value<'_>) -> bool {
    !value.is_shared() && value.is_closed()
}

fn has_errors(value: Value<'_>) -> bool {
    value.kind() != Kind::Empty && value.tree().errors.iter().any(|error| value.span().contains(error.span))
}

/// Whether the key that a value belongs to stands twice.
fn is_doubled(value: Value<'_>) -> bool {
    let Some((mapping, key, _)) = value.owner() else { return false };
    let name = key.string().unwrap_or_default();
    mapping.members().filter(|(other, _)| other.is(&name)).count() > 1
}

/// The start of the line after the one at whose end or start `at` is.
fn next_line(text: &str, at: usize) -> usize {
    if at > 0 && text.as_bytes()[at - 1] == b'\n' {
        return at;
    }
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// One step of indentation, as the first indented line has it; two spaces where none is.
fn indent_unit(text: &str) -> String {
    let spaces = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let step = text.lines().filter(|line| !line.trim().is_empty()).map(|line| spaces(&line)).find(|&spaces| spaces > 0);
    " ".repeat(step.unwrap_or(2))
}
