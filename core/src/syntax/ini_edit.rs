//! Changes to a text in npm's dialect of INI that leave every other byte as it is.
//!
//! Each change is read back before it is handed out: if the new text does not say exactly the old settings with the one
//! difference that was asked for, there is no edit. Nothing is guessed.

use crate::syntax::ini::{Assignment, BYTE_ORDER_MARK, Content, File, Quoting, parse};
use crate::text::{Edit, Span, apply};

/// Gives the key a value: changes the assignment that counts, or adds a line.
///
/// `None` for a list, or where the value cannot be written.
#[must_use]
pub fn set(file: &File, text: &str, key: &str, value: &str) -> Option<Vec<Edit>> {
    let mut found = file.settings().filter(|(_, assignment)| *assignment.key == key);
    if found.clone().any(|(_, assignment)| assignment.list) {
        return None;
    }
    match found.next_back() {
        Some((line, _)) => set_value(file, text, line, value),
        None => append(file, text, key, value),
    }
}

/// Replaces the value that stands on a line, keeping quotes, indentation, comment and line ending.
#[must_use]
pub fn set_value(file: &File, text: &str, line: usize, value: &str) -> Option<Vec<Edit>> {
    let assignment = assignment(file, line)?;
    let candidates = match &assignment.value {
        None => vec![Edit::insert(after_key(text, assignment)?, format!("={}", encode(value, Quoting::Bare)?))],
        Some(old) => {
            let span = old.text.span;
            let around = match old.quoting {
                Quoting::Double | Quoting::Single => outside(text, span)?,
                Quoting::Bare | Quoting::Verbatim => span,
            };
            let keep = encode(value, old.quoting).map(|new| Edit::replace(span, new));
            let quoted = Edit::replace(around, json(value)?);
            keep.into_iter().chain([quoted]).collect()
        }
    };
    candidates.into_iter().map(|edit| vec![edit]).find(|edits| {
        reads_back(file, text, edits, |before| {
            let mut expected = before;
            expected.get_mut(position(file, line)?)?.1 = Some(value.to_owned());
            Some(expected)
        })
    })
}

/// Renames the key that stands on a line.
#[must_use]
pub fn set_key(file: &File, text: &str, line: usize, key: &str) -> Option<Vec<Edit>> {
    let assignment = assignment(file, line)?;
    let edits = vec![Edit::replace(assignment.key.span, encode(key, assignment.key_quoting)?)];
    reads_back(file, text, &edits, |mut expected| {
        expected.get_mut(position(file, line)?)?.0 = name(key, assignment.list);
        Some(expected)
    })
    .then_some(edits)
}

/// Puts other words in place of a whole line that npm takes for something else (`key: value`).
#[must_use]
pub fn replace_line(file: &File, text: &str, line: usize, key: &str, value: &str) -> Option<Vec<Edit>> {
    let span = file.lines.get(line)?.span;
    let indented = text.get(span.range())?;
    let start = span.end as usize - indented.trim_start_matches([' ', '\t']).len();
    let edits = vec![Edit::replace(Span::new(start, span.end as usize), assign(key, value)?)];
    reads_back(file, text, &edits, |mut expected| {
        *expected.get_mut(position(file, line)?)? = (key.to_owned(), Some(value.to_owned()));
        Some(expected)
    })
    .then_some(edits)
}

/// Adds `key=value` after the last line that npm reads, in the file's own line ending. The key may end in `[]`.
#[must_use]
pub fn append(file: &File, text: &str, key: &str, value: &str) -> Option<Vec<Edit>> {
    let ending = line_ending(file, text);
    let words = assign(key, value)?;
    let header = file.lines.iter().position(|line| line.in_section);
    let edit = match header {
        // The comment above a header belongs to it, so the new line goes before that.
        Some(header) => {
            let spoken = |content: &Content| !matches!(content, Content::Blank | Content::Comment);
            let last = file.lines[..header].iter().rposition(|line| spoken(&line.content));
            let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
            Edit::insert(last.map_or(mark, |last| file.lines[last].end as usize), format!("{words}{ending}"))
        }
        None if text.ends_with(['\n', '\r', BYTE_ORDER_MARK]) || text.is_empty() => {
            Edit::insert(text.len(), format!("{words}{ending}"))
        }
        None => Edit::insert(text.len(), format!("{ending}{words}{ending}")),
    };
    let edits = vec![edit];
    reads_back(file, text, &edits, |mut expected| {
        expected.push((key.to_owned(), Some(value.to_owned())));
        Some(expected)
    })
    .then_some(edits)
}

/// Takes a line out, with its ending.
#[must_use]
pub fn remove_line(file: &File, text: &str, line: usize) -> Option<Vec<Edit>> {
    let place = file.lines.get(line)?;
    if matches!(place.content, Content::Section(_)) {
        return None;
    }
    let edits = vec![Edit::remove(Span::new(place.span.start as usize, place.end as usize))];
    reads_back(file, text, &edits, |mut expected| {
        if let Some(position) = position(file, line) {
            expected.remove(position);
        }
        Some(expected)
    })
    .then_some(edits)
}

/// Keys (a list's with `[]`) and values, `None` for a key alone.
type Said = Vec<(String, Option<String>)>;

fn said(file: &File) -> Said {
    file.settings().map(|(_, it)| (name(&it.key, it.list), it.value.as_ref().map(|value| value.text.to_string()))).collect()
}

fn name(key: &str, list: bool) -> String {
    format!("{key}{}", if list { "[]" } else { "" })
}

/// Whether the edited text says what is expected and nothing else, sections included.
fn reads_back(file: &File, text: &str, edits: &[Edit], expected: impl FnOnce(Said) -> Option<Said>) -> bool {
    let Some(edited) = apply(text, edits) else { return false };
    let read = parse(&edited);
    let below = |file: &File| {
        let lines = file.lines.iter().filter(|line| line.in_section);
        lines.map(|line| line.end - line.span.start).collect::<Vec<_>>()
    };
    expected(said(file)).is_some_and(|expected| expected == said(&read)) && below(file) == below(&read)
}

/// Which of the settings stands on a line.
fn position(file: &File, line: usize) -> Option<usize> {
    file.settings().position(|(index, _)| index == line)
}

fn assignment(file: &File, line: usize) -> Option<&Assignment> {
    file.settings().find(|(index, _)| *index == line).map(|(_, assignment)| assignment)
}

/// The place just after a key with its brackets and quotes.
fn after_key(text: &str, assignment: &Assignment) -> Option<usize> {
    let mut end = assignment.key.span.end as usize;
    let rest = text.get(end..)?;
    end += if assignment.list && rest.starts_with("[]") { 2 } else { 0 };
    Some(end + usize::from(matches!(assignment.key_quoting, Quoting::Double | Quoting::Single)))
}

/// A span with the quote marks around it.
fn outside(text: &str, span: Span) -> Option<Span> {
    let around = span.start.checked_sub(1)? as usize..span.end as usize + 1;
    let bytes = text.as_bytes().get(around.clone())?;
    let quoted = bytes.len() > 1 && bytes.first() == bytes.last() && matches!(bytes.first(), Some(b'"' | b'\''));
    quoted.then(|| Span::new(around.start, around.end))
}

fn assign(key: &str, value: &str) -> Option<String> {
    Some(format!("{}={}", encode(key, Quoting::Bare)?, encode(value, Quoting::Bare)?))
}

/// The bytes that would stand between the quotes (if any). Whether they mean the value is found out by reading them back.
fn encode(value: &str, quoting: Quoting) -> Option<String> {
    if value.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return None;
    }
    match quoting {
        Quoting::Bare | Quoting::Verbatim => Some(value.replace('\\', "\\\\").replace(';', "\\;").replace('#', "\\#")),
        Quoting::Double => json(value).map(|quoted| quoted[1..quoted.len() - 1].to_owned()),
        Quoting::Single => Some(value.to_owned()),
    }
}

/// The value as a JSON string.
fn json(value: &str) -> Option<String> {
    serde_json::to_string(value).ok()
}

/// The ending of the file's first line, else a line feed.
fn line_ending<'t>(file: &File, text: &'t str) -> &'t str {
    let first = file.lines.first().and_then(|line| text.get(line.span.end as usize..line.end as usize));
    first.filter(|ending| !ending.is_empty()).unwrap_or("\n")
}

#[cfg(test)]
#[path = "ini_edit_tests.rs"]
mod tests;
