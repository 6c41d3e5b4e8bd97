//! Changes to a TOML text that keep every byte they do not mean to change.
//!
//! Each change is read back before it is handed out: if the new text does not say exactly what the old one said with the one
//! difference that was asked for, there is no edit. Texts with errors are not edited at all. Values are given in TOML.

use super::check::{Change, Wanted, checked};
use super::{Form, Kind, Quotes, Value};
use crate::syntax::lines::{gap, indent, is_blank, line_end, line_start, mark, newline, next_line};
use crate::text::{Edit, Span};

/// A text as a TOML string on one line: in the given quotes where they can hold it, else in double ones.
#[must_use]
pub fn quote(text: &str, quotes: Quotes) -> String {
    let literal = !text.contains(|character: char| character == '\'' || (character.is_control() && character != '\t'));
    if matches!(quotes, Quotes::Literal | Quotes::MultilineLiteral) && literal {
        return format!("'{text}'");
    }
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => quoted.push_str(&format!("\\u{:04x}", u32::from(control))),
            plain => quoted.push(plain),
        }
    }
    quoted + "\""
}

/// A key as TOML writes it: bare where that can be.
#[must_use]
pub fn quote_key(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if bare { key.to_owned() } else { quote(key, Quotes::Basic) }
}

/// A path of keys with dots between.
fn quote_path(path: &[&str]) -> String {
    path.iter().map(|key| quote_key(key)).collect::<Vec<_>>().join(".")
}

/// Puts a new string in place of one, in its quotes where they can hold it.
#[must_use]
pub fn replace_value(value: Value<'_>, text: &str) -> Option<Vec<Edit>> {
    if value.kind() != Kind::String {
        return None;
    }
    replace_raw(value, &quote(text, value.quotes()))
}

/// Puts another value in place of one that stands behind a `=` or in an array.
#[must_use]
pub fn replace_raw(value: Value<'_>, toml: &str) -> Option<Vec<Edit>> {
    if value.form() != Form::Inline || matches!(value.kind(), Kind::Key | Kind::Missing) {
        return None;
    }
    let edits = vec![Edit::replace(value.span(), with_newlines(value, toml))];
    checked(value, edits, Change::Replaced(value), Some(&Wanted::new(toml)?))
}

/// Gives a key of a table a value: in place of the old one, after the table's last key, or in a new table at the end of the text.
///
/// `None` where there is no safe place: the path leads through an array or something that is no table, or dotted keys or braces
/// would need another table inside them, or the key's old value has a header.
#[must_use]
pub fn set(document: Value<'_>, path: &[&str], key: &str, toml: &str) -> Option<Vec<Edit>> {
    let mut table = document.root();
    for (depth, name) in path.iter().enumerate() {
        match table.get(name) {
            Some(next) if next.is_table() => table = next,
            Some(_) => return None,
            None => return add_table(table, path, depth, key, toml),
        }
    }
    match table.get(key) {
        Some(value) => replace_raw(value, toml),
        None if table.form() == Form::Implied => add_table(table, path, path.len(), key, toml),
        None => insert(table, last_member(table), key, toml),
    }
}

/// Adds a key to a table, after the last of `neighbours` that the table has, or after its last key.
///
/// `None` if the key is there already, and as for [`set`].
#[must_use]
pub fn insert_after(table: Value<'_>, neighbours: &[&str], key: &str, toml: &str) -> Option<Vec<Edit>> {
    let own = table.members().filter(|(_, value)| is_own(*value));
    let neighbour = own.filter(|(name, _)| neighbours.iter().any(|wanted| name.is(wanted))).last();
    insert(table, neighbour.or_else(|| last_member(table)), key, toml)
}

/// The member whose lines are the last ones of its table.
fn last_member<'a>(table: Value<'a>) -> Option<(Value<'a>, Value<'a>)> {
    table.members().filter(|(_, value)| is_own(*value)).max_by_key(|(key, value)| last_line(*key, *value).1)
}

/// Whether a member's value stands among the lines of its table, not below a header of its own.
fn is_own(value: Value<'_>) -> bool {
    matches!(value.form(), Form::Inline | Form::Dotted)
}

/// Adds a header with one key at the end of the text. The first `depth` parts of the path are there already.
fn add_table(existing: Value<'_>, path: &[&str], depth: usize, key: &str, toml: &str) -> Option<Vec<Edit>> {
    let text = existing.text();
    let newline = newline(text);
    let value = with_newlines(existing, toml);
    let block = format!("{}[{}]{newline}{} = {value}{newline}", gap(text), quote_path(path), quote_key(key));
    let edits = vec![Edit::insert(text.len(), block)];
    let Some((first, below)) = path.get(depth..)?.split_first() else {
        return checked(existing, edits, Change::Added(existing, key), Some(&Wanted::new(toml)?));
    };
    let nested =
        below.iter().copied().chain([key]).rev().fold(toml.to_owned(), |inner, name| format!("{{{} = {inner}}}", quote_key(name)));
    checked(existing, edits, Change::Added(existing, first), Some(&Wanted::new(&nested)?))
}

fn insert(table: Value<'_>, after: Option<(Value<'_>, Value<'_>)>, key: &str, toml: &str) -> Option<Vec<Edit>> {
    if !table.is_table() || table.get(key).is_some() {
        return None;
    }
    let statement = format!("{} = {}", quote_key(key), with_newlines(table, toml));
    let edits = match (table.form(), after) {
        (Form::Inline, Some((name, value))) => vec![insert_inline(table, name, value, &statement)],
        (Form::Inline, None) => {
            let (start, end) = (table.span().start as usize + 1, table.span().end.checked_sub(1)? as usize);
            // One that is cut off has no more than the bracket that opens it.
            let inside = (start <= end).then(|| Span::new(start, end))?;
            let blank = table.text().get(inside.range())?.trim().is_empty();
            vec![if blank {
                Edit::replace(inside, format!(" {statement} "))
            } else {
                Edit::insert(inside.start as usize, format!(" {statement} "))
            }]
        }
        (Form::Header, Some((name, value))) => vec![insert_line(table.text(), last_line(name, value), &statement)],
        (Form::Header, None) if table == table.root() => vec![insert_first(table, &statement)],
        (Form::Header, None) => vec![insert_line(table.text(), (table.span().start, table.span().start), &statement)],
        (Form::Dotted, Some((name, value))) => {
            let prefix = dotted_prefix(table)?;
            vec![insert_line(table.text(), last_line(name, value), &format!("{prefix}.{statement}"))]
        }
        (Form::Dotted, None) | (Form::Implied, _) => return None,
    };
    checked(table, edits, Change::Added(table, key), Some(&Wanted::new(toml)?))
}

/// Into braces, after a member, with the white space that separates members there.
fn insert_inline(table: Value<'_>, key: Value<'_>, value: Value<'_>, statement: &str) -> Edit {
    let text = table.text();
    let before = &text[..key.span().start as usize];
    let lead = &before[before.trim_end_matches([' ', '\t', '\n', '\r']).len()..];
    let lead = if lead.is_empty() { " " } else { lead };
    Edit::insert(value.span().end as usize, format!(",{lead}{statement}"))
}

/// The last place that a member's statements are at, as the starts of key and the end of the value.
fn last_line(key: Value<'_>, value: Value<'_>) -> (u32, u32) {
    let mut last = (key.span().start, if is_own(value) { value.span().end } else { key.span().end });
    let mut rest = vec![value];
    while let Some(table) = rest.pop().filter(|table| table.form() == Form::Dotted) {
        for (key, value) in table.members().filter(|(_, value)| is_own(*value)) {
            if value.span().end > last.1 {
                last = (key.span().start, value.span().end);
            }
            rest.push(value);
        }
    }
    last
}

/// A line below the one where something ends, indented as the one where it starts.
fn insert_line(text: &str, (start, end): (u32, u32), statement: &str) -> Edit {
    let indent = indent(text, start as usize);
    Edit::insert(line_end(text, end as usize), format!("{}{indent}{statement}", newline(text)))
}

/// The first line of a document: above its first header and the comment that belongs to that.
fn insert_first(root: Value<'_>, statement: &str) -> Edit {
    let text = root.text();
    let newline = newline(text);
    let bom = mark(text);
    let Some(mut at) = first_header(root).map(|header| line_start(text, header)) else {
        let ending = if text.len() == bom || text.ends_with('\n') { "" } else { newline };
        return Edit::insert(text.len(), format!("{ending}{statement}{newline}"));
    };
    while at > bom && !is_blank(text, line_start(text, at - 1)) {
        at = line_start(text, at - 1);
    }
    Edit::insert(at, format!("{statement}{newline}{newline}"))
}

/// Where the first header of a document begins. A table may have its own long after those of the tables inside it.
fn first_header(root: Value<'_>) -> Option<usize> {
    let mut first = None;
    let mut rest: Vec<_> = root.members().map(|(_, value)| value).collect();
    while let Some(value) = rest.pop() {
        if !is_own(value) {
            let start = value.span().start as usize;
            first = Some(first.map_or(start, |first: usize| first.min(start)));
            rest.extend(value.items().chain(value.members().map(|(_, value)| value)));
        }
    }
    first
}

/// What a table of dotted keys is called at its first mention: `a.b` of `a.b.c = 1`.
fn dotted_prefix(table: Value<'_>) -> Option<&str> {
    let text = table.text();
    // Such a table begins with its own name; what stands before it on the line is the way to it.
    let start = table.span().start as usize;
    text.get(line_start(text, start)..table.key()?.span().end as usize).map(|prefix| prefix.trim_start_matches([' ', '\t']))
}

/// Takes a key out: its lines with their ending, from braces with the comma. A table goes with its header and all that belongs to it.
///
/// `None` if the table does not hold the key, or where more or less than that would go, as with tables that are spread over the text.
#[must_use]
pub fn remove_member(table: Value<'_>, key: &str) -> Option<Vec<Edit>> {
    let members: Vec<_> = table.members().collect();
    let index = members.iter().position(|(name, _)| name.is(key))?;
    let (name, value) = members[index];
    let span = match (table.form(), is_own(value)) {
        (Form::Inline, _) => {
            let end = |at: usize| members[at].1.span().end;
            match (index, members.len()) {
                (0, 1) => Span { start: table.span().start + 1, end: table.span().end - 1 },
                (0, _) => Span { start: name.span().start, end: members[1].0.span().start },
                _ => Span { start: end(index - 1), end: end(index) },
            }
        }
        (_, true) => lines(table.text(), name.span().to(value.span())),
        (_, false) => section(table.text(), value.span()),
    };
    checked(table, vec![Edit::remove(span)], Change::Removed(table, key), None)
}

/// The whole lines of a span, with the ending of the last one.
fn lines(text: &str, span: Span) -> Span {
    let start = line_start(text, span.start as usize);
    Span::new(start, next_line(text, span.end as usize))
}

/// The lines of a table with a header, and the empty lines that set it off.
fn section(text: &str, span: Span) -> Span {
    let Span { start, end } = lines(text, span);
    let (mut start, mut end) = (start as usize, end as usize);
    while is_blank(text, end) {
        end = next_line(text, end);
    }
    while end == text.len() && start > 0 && is_blank(text, line_start(text, start - 1)) {
        start = line_start(text, start - 1);
    }
    Span::new(start, end)
}

/// Adds an item at the end of an array in brackets, as its neighbours are written.
#[must_use]
pub fn push_item(array: Value<'_>, toml: &str) -> Option<Vec<Edit>> {
    let (text, range) = (array.text(), array.span().range());
    let item = with_newlines(array, toml);
    let close = range.end.checked_sub(1).filter(|&close| text.as_bytes()[close] == b']')?;
    if array.form() != Form::Inline || !array.is_array() {
        return None;
    }
    let edits = match array.items().last() {
        Some(last) => push_after(text, range.start, last.span(), close, &item),
        None if text[range.start + 1..close].trim().is_empty() => {
            let newline = newline(text);
            vec![Edit::replace(array.span(), format!("[{newline}    {item},{newline}]"))]
        }
        // A comment stands in it, so the bracket has a line of its own.
        None => vec![Edit::insert(line_start(text, close), format!("    {item},{}", newline(text)))],
    };
    checked(array, edits, Change::Pushed(array), Some(&Wanted::new(toml)?))
}

fn push_after(text: &str, open: usize, last: Span, close: usize, item: &str) -> Vec<Edit> {
    let newline = newline(text);
    let (last_start, last_end) = (last.start as usize, last.end as usize);
    let start = line_start(text, last_start);
    let indent = &text[start..last_start];
    if start < open || !indent.trim().is_empty() {
        return vec![Edit::insert(last_end, format!(", {item}"))];
    }
    let comma = comma(text, last_end, close);
    let end = line_end(text, comma.unwrap_or(last_end));
    if close < end {
        return vec![Edit::insert(last_end, format!(",{newline}{indent}{item}"))];
    }
    match comma {
        Some(_) => vec![Edit::insert(end, format!("{newline}{indent}{item},"))],
        None if end == last_end => vec![Edit::insert(end, format!(",{newline}{indent}{item}"))],
        None => vec![Edit::insert(last_end, ","), Edit::insert(end, format!("{newline}{indent}{item}"))],
    }
}

/// The comma between two places, if there is one outside of comments.
fn comma(text: &str, from: usize, to: usize) -> Option<usize> {
    let mut in_comment = false;
    for (at, byte) in text[from..to].bytes().enumerate() {
        match byte {
            b'#' => in_comment = true,
            b'\n' => in_comment = false,
            b',' if !in_comment => return Some(from + at),
            _ => {}
        }
    }
    None
}

/// Adds a table `[[path]]` with keys and values at the end of the text, to those that are there or as the first one.
///
/// `None` if something else stands there, and as for [`set`].
#[must_use]
pub fn push_table(document: Value<'_>, path: &[&str], members: &[(&str, String)]) -> Option<Vec<Edit>> {
    let root = document.root();
    let text = root.text();
    let newline = newline(text);
    let member = |(key, value): &(&str, String)| format!("{} = {}", quote_key(key), with_newlines(root, value));
    let lines: String = members.iter().map(|pair| member(pair) + newline).collect();
    let edits = vec![Edit::insert(text.len(), format!("{}[[{}]]{newline}{lines}", gap(text), quote_path(path)))];
    let table = format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "));
    let mut place = root;
    for (depth, name) in path.iter().enumerate() {
        let Some(next) = place.get(name) else {
            let below = path[depth + 1..].iter().rev();
            let nested = below.fold(format!("[{table}]"), |inner, name| format!("{{{} = {inner}}}", quote_key(name)));
            return checked(root, edits, Change::Added(place, name), Some(&Wanted::new(&nested)?));
        };
        place = next;
    }
    checked(root, edits, Change::Pushed(place), Some(&Wanted::new(&table)?))
}

/// A value's text with the line endings of the text it goes to.
fn with_newlines(there: Value<'_>, toml: &str) -> String {
    if newline(there.text()) == "\r\n" { toml.replace("\r\n", "\n").replace('\n', "\r\n") } else { toml.to_owned() }
}
