//! Additions to a policy's text: an install script that is allowed, an exception. Comments, order, indentation and line endings stay;
//! every edit is read back and proved to add that entry and nothing else, or it is not offered.

use jiff::civil::Date;
use toml::Spanned as Located;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::parse;
use crate::text::{Edit, Span, apply};

/// Allows one version of a package to run its install scripts: adds an entry to `scripts.allow`.
///
/// `reason` is what the person is to write over; it must not be blank. An empty text makes a new file. `None`: the text is broken, the
/// entry would not be a right one or is there already, or there is no safe place for it.
#[must_use]
pub fn allow_script(text: &str, name: &str, version: &str, reason: &str) -> Option<Vec<Edit>> {
    let (file, _) = parse(text);
    if file.scripts.iter().any(|permission| permission.allows(name, version)) {
        return None;
    }
    let entry = [("package", string(name)), ("version", string(version)), ("reason", string(reason))];
    add(text, &["scripts", "allow"], &entry, Style::Inline)
}

/// Accepts the findings of one rule until a day: adds an `[[exception]]`.
///
/// `None` as for [`allow_script`].
#[must_use]
pub fn add_exception(
    text: &str,
    rule: &str,
    package: Option<&str>,
    path: Option<&str>,
    reason: &str,
    expires: Date,
) -> Option<Vec<Edit>> {
    let mut entry = vec![("rule", string(rule))];
    entry.extend(package.map(|package| ("package", string(package))));
    entry.extend(path.map(|path| ("path", string(path))));
    entry.push(("reason", string(reason)));
    entry.push(("expires", toml::Value::Datetime(expires.to_string().parse::<Datetime>().ok()?)));
    add(text, &["exception"], &entry, Style::Table)
}

/// A string on one line, whatever a message or a placeholder held.
fn string(text: &str) -> toml::Value {
    toml::Value::String(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect())
}

/// How a list is written that is not there yet.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// `list = [{ … }]`
    Inline,
    /// `[[list]]`
    Table,
}

type Entry<'e> = &'e [(&'e str, toml::Value)];

fn add(text: &str, path: &[&str], entry: Entry<'_>, style: Style) -> Option<Vec<Edit>> {
    let root = DeTable::parse(text).ok()?;
    let edits = place(text, root.get_ref(), path, entry, style)?;
    proved(text, &edits, path, entry).then_some(edits)
}

fn place(text: &str, root: &DeTable<'_>, path: &[&str], entry: Entry<'_>, style: Style) -> Option<Vec<Edit>> {
    let newline = newline(text);
    let (name, above) = path.split_last()?;
    let mut table = root;
    let mut header = None;
    for part in above {
        let Some(next) = table.get(*part) else {
            let list = format!("[{}]{newline}{}", above.join("."), fresh_list(name, entry, newline));
            return Some(vec![append(text, &list)]);
        };
        table = next.get_ref().as_table()?;
        header = Some(next.span());
    }
    match table.get(*name) {
        Some(list) if text[list.span()].starts_with("[[") => Some(vec![append(text, &block(path, entry, newline))]),
        Some(list) => insert(text, list, &inline(entry), newline),
        None if style == Style::Table => Some(vec![append(text, &block(path, entry, newline))]),
        None => {
            // Only below a header of its own: an inline or dotted table has no line to put it after.
            let header = header.filter(|header| text[header.clone()].starts_with('['))?;
            let list = fresh_list(name, entry, newline);
            Some(vec![Edit::insert(line_end(text, header.end), format!("{newline}{}", list.trim_end()))])
        }
    }
}

/// The text's own line ending.
fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |newline| {
        let end = from + newline;
        if text[from..end].ends_with('\r') { end - 1 } else { end }
    })
}

fn line_start(text: &str, from: usize) -> usize {
    text[..from].rfind('\n').map_or(0, |newline| newline + 1)
}

fn inline(entry: Entry<'_>) -> String {
    let pairs: Vec<_> = entry.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    format!("{{ {} }}", pairs.join(", "))
}

fn fresh_list(name: &str, entry: Entry<'_>, newline: &str) -> String {
    format!("{name} = [{newline}    {},{newline}]{newline}", inline(entry))
}

fn block(path: &[&str], entry: Entry<'_>, newline: &str) -> String {
    let lines: String = entry.iter().map(|(key, value)| format!("{key} = {value}{newline}")).collect();
    format!("[[{}]]{newline}{lines}", path.join("."))
}

/// At the end of the text, after an empty line.
fn append(text: &str, block: &str) -> Edit {
    let newline = newline(text);
    let content = text.trim_start_matches('\u{feff}');
    let gap = if content.trim().is_empty() || content.ends_with(&newline.repeat(2)) {
        String::new()
    } else if content.ends_with('\n') {
        newline.to_owned()
    } else {
        newline.repeat(2)
    };
    Edit::insert(text.len(), gap + block)
}

/// Into a list in brackets, as its last item.
fn insert(text: &str, list: &Located<DeValue<'_>>, item: &str, newline: &str) -> Option<Vec<Edit>> {
    let range = list.span();
    let close = range.end.checked_sub(1).filter(|&close| text.as_bytes()[close] == b']')?;
    let Some(last) = list.get_ref().as_array()?.iter().map(|item| item.span()).max_by_key(|span| span.start) else {
        if text[range.start + 1..close].trim().is_empty() {
            return Some(vec![Edit::replace(Span::new(range.start, range.end), format!("[{newline}    {item},{newline}]"))]);
        }
        // A comment stands in it, so the bracket has a line of its own.
        return Some(vec![Edit::insert(line_start(text, close), format!("    {item},{newline}"))]);
    };
    let start = line_start(text, last.start);
    let indent = &text[start..last.start];
    if start < range.start || !indent.trim().is_empty() {
        return Some(vec![Edit::insert(last.end, format!(", {item}"))]);
    }
    let comma = comma(text, last.end, close);
    let end = line_end(text, comma.unwrap_or(last.end));
    if close < end {
        return Some(vec![Edit::insert(last.end, format!(",{newline}{indent}{item}"))]);
    }
    Some(match comma {
        Some(_) => vec![Edit::insert(end, format!("{newline}{indent}{item},"))],
        None if end == last.end => vec![Edit::insert(end, format!(",{newline}{indent}{item}"))],
        None => vec![Edit::insert(last.end, ","), Edit::insert(end, format!("{newline}{indent}{item}"))],
    })
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

/// Whether the edits add that entry at that place and change nothing else, and bring no new problem.
fn proved(text: &str, edits: &[Edit], path: &[&str], entry: Entry<'_>) -> bool {
    let Some(after) = apply(text, edits) else { return false };
    let (Ok(mut expected), Ok(found)) = (text.parse::<toml::Table>(), after.parse::<toml::Table>()) else { return false };
    let Some((name, above)) = path.split_last() else { return false };
    let mut table = &mut expected;
    for part in above {
        let next = table.entry(*part).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        let toml::Value::Table(next) = next else { return false };
        table = next;
    }
    let list = table.entry(*name).or_insert_with(|| toml::Value::Array(Vec::new()));
    let toml::Value::Array(list) = list else { return false };
    list.push(toml::Value::Table(entry.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()));
    expected == found && parse(&after).1.len() == parse(text).1.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::EXAMPLE;
    use super::*;

    fn day() -> Date {
        Date::constant(2027, 1, 31)
    }

    fn allowed(text: &str) -> Option<String> {
        apply(text, &allow_script(text, "esbuild", "0.21.5", "say why")?)
    }

    const ITEM: &str = r#"{ package = "esbuild", version = "0.21.5", reason = "say why" }"#;

    #[test]
    fn an_entry_lands_where_a_person_would_write_it() {
        let one = "{ package = 'a', reason = 'b' }";
        let cases = [
            (String::new(), format!("[scripts]\nallow = [\n    {ITEM},\n]\n")),
            ("schema = 1".to_owned(), format!("schema = 1\n\n[scripts]\nallow = [\n    {ITEM},\n]\n")),
            ("schema = 1\n\n".to_owned(), format!("schema = 1\n\n[scripts]\nallow = [\n    {ITEM},\n]\n")),
            (
                "[scripts] # ours\n[rules]\na = 'off'\n".to_owned(),
                format!("[scripts] # ours\nallow = [\n    {ITEM},\n]\n[rules]\na = 'off'\n"),
            ),
            ("[scripts]\nallow = []\n".to_owned(), format!("[scripts]\nallow = [\n    {ITEM},\n]\n")),
            ("[scripts]\nallow = [\n  # none\n]\n".to_owned(), format!("[scripts]\nallow = [\n  # none\n    {ITEM},\n]\n")),
            (format!("[scripts]\nallow = [{one}]\n"), format!("[scripts]\nallow = [{one}, {ITEM}]\n")),
            (format!("scripts.allow = [{one}, ]\n"), format!("scripts.allow = [{one}, {ITEM}, ]\n")),
            (
                format!("[scripts]\nallow = [\n\t{one}, # of old, see\n\t# more\n]\n"),
                format!("[scripts]\nallow = [\n\t{one}, # of old, see\n\t{ITEM},\n\t# more\n]\n"),
            ),
            (
                format!("[scripts]\nallow = [\n  {one} # of old, see\n]\n"),
                format!("[scripts]\nallow = [\n  {one}, # of old, see\n  {ITEM}\n]\n"),
            ),
            (format!("[scripts]\nallow = [\n  {one}\n]\n"), format!("[scripts]\nallow = [\n  {one},\n  {ITEM}\n]\n")),
            (format!("[scripts]\nallow = [\n  {one}]\n"), format!("[scripts]\nallow = [\n  {one},\n  {ITEM}]\n")),
            (
                "[[scripts.allow]]\npackage = 'a'\nreason = 'b'\n".to_owned(),
                "[[scripts.allow]]\npackage = 'a'\nreason = 'b'\n\n[[scripts.allow]]\npackage = \"esbuild\"\nversion = \"0.21.5\"\nreason = \"say why\"\n".to_owned(),
            ),
        ];
        for (before, after) in cases {
            assert_eq!(allowed(&before), Some(after.clone()), "{before}");
            let windows = before.replace('\n', "\r\n");
            if before.contains('\n') {
                assert_eq!(allowed(&windows), Some(after.replace('\n', "\r\n")), "{before}");
            }
            assert_eq!(allowed(&after), None, "it is there already: {after}");
        }
    }

    #[test]
    fn where_it_is_not_safe_there_is_no_edit() {
        for text in ["[scripts", "scripts = {}", "scripts = 1", "[scripts]\nallow = 1", "[[scripts]]\n", "[hooks]\n[hooks]\n"] {
            assert_eq!(allow_script(text, "esbuild", "0.21.5", "say why"), None, "{text}");
        }
        assert_eq!(allow_script("", "corp-*", "0.21.5", "say why"), None);
        assert_eq!(allow_script("", "esbuild", "^1", "say why"), None);
        assert_eq!(allow_script("", "esbuild", "0.21.5", " "), None);
        assert_eq!(add_exception("exception = 1", "a", None, None, "r", day()), None);
        assert_eq!(add_exception("", "a", Some("{a,b}"), None, "r", day()), None);
        assert_eq!(add_exception("", "a", None, Some("../x"), "r", day()), None);
    }

    #[test]
    fn edits_that_do_anything_else_are_not_proved() {
        let text = "[hooks]\ncommit = 'info'\n";
        let entry = [("package", string("a")), ("reason", string("b"))];
        let path = ["scripts", "allow"];
        let whole = "[[scripts.allow]]\npackage = 'a'\nreason = 'b'\n";
        let at_end = |added: &str| vec![Edit::insert(text.len(), added)];
        assert!(proved(text, &at_end(whole), &path, &entry));
        for other in [
            "",
            "[[scripts.allow]]\npackage = 'a'\n",
            "push = 'info'\n[[scripts.allow]]\npackage = 'a'\nreason = 'b'\n",
            "[scripts",
        ] {
            assert!(!proved(text, &at_end(other), &path, &entry), "{other}");
        }
        assert!(!proved(text, &[Edit::replace(Span::new(0, text.len()), whole)], &path, &entry), "the rest is gone");
    }

    #[test]
    fn an_exception_is_added_at_the_end() {
        let edits = add_exception("[hooks]\r\n", "weak-integrity", Some("@corp/a@1.0.0"), Some("a/b.json"), "\"so\" it\nis", day())
            .unwrap();
        let text = apply("[hooks]\r\n", &edits).unwrap();
        let block = "[[exception]]\r\nrule = \"weak-integrity\"\r\npackage = \"@corp/a@1.0.0\"\r\npath = \"a/b.json\"\r\nreason = '\"so\" it is'\r\nexpires = 2027-01-31\r\n";
        assert_eq!(text, format!("[hooks]\r\n\r\n{block}"));
        let inline = "exception = []\n[rules]\na = 'off'\n";
        let edits = add_exception(inline, "a", None, None, "r", day()).unwrap();
        assert_eq!(
            apply(inline, &edits).unwrap(),
            "exception = [\n    { rule = \"a\", reason = \"r\", expires = 2027-01-31 },\n]\n[rules]\na = 'off'\n"
        );
    }

    proptest! {
        #[test]
        fn an_addition_keeps_every_other_byte(
            parts in proptest::sample::subsequence(EXAMPLE.split_inclusive("\n\n").collect::<Vec<_>>(), 0..7),
            crlf: bool, cut in 0..3_usize, reason in "\\PC{1,12}"
        ) {
            let mut text = parts.concat();
            text.truncate(text.trim_end().len() + cut.min(text.len() - text.trim_end().len()));
            let text = if crlf { text.replace('\n', "\r\n") } else { text };
            let edits = [allow_script(&text, "fsevents", "2.3.3", &reason), add_exception(&text, "a", Some("x"), None, &reason, day())];
            for edits in edits {
                let Some(edits) = edits else {
                    prop_assert!(reason.trim().is_empty(), "{}", text);
                    continue;
                };
                let after = apply(&text, &edits).unwrap();
                let (before_file, before) = parse(&text);
                let (after_file, problems) = parse(&after);
                prop_assert_eq!(problems.len(), before.len());
                prop_assert_eq!(after_file.scripts.len() + after_file.exceptions.len(), before_file.scripts.len() + before_file.exceptions.len() + 1);
                prop_assert!(edits.iter().all(|edit| edit.span.range().is_empty()), "only insertions");
                prop_assert!(!crlf || !text.contains('\n') || after.matches('\n').count() == after.matches("\r\n").count());
            }
        }
    }
}
