//! Additions to a policy's text: an install script that is allowed, an exception. Comments, order, indentation and line endings stay;
//! every edit is read back and proved to add that entry and nothing else, or it is not offered.

use jiff::civil::Date;

use super::parse;
use crate::syntax::toml::{self, Form, Quotes};
use crate::text::{Edit, apply};

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
    entry.push(("expires", expires.to_string()));
    add(text, &["exception"], &entry, Style::Table)
}

/// A string on one line, whatever a message or a placeholder held.
fn string(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let quotes = if line.contains(['"', '\\']) { Quotes::Literal } else { Quotes::Basic };
    toml::quote(&line, quotes)
}

/// How a list is written that is not there yet.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// `list = [{ … }]`
    Inline,
    /// `[[list]]`
    Table,
}

fn add(text: &str, path: &[&str], entry: &[(&str, String)], style: Style) -> Option<Vec<Edit>> {
    let tree = toml::parse(text);
    let root = tree.root(text);
    let (name, above) = path.split_last()?;
    let edits = match root.get_path(path) {
        Some(list) if list.form() == Form::Inline => toml::push_item(list, &inline(entry)),
        None if style == Style::Inline => {
            // Only below a header of its own: braces and dotted keys are no place for a list that grows.
            let table = root.get_path(above);
            let list = format!("[\n    {},\n]", inline(entry));
            table.is_none_or(|table| table.form() == Form::Header).then(|| toml::set(root, above, name, &list))?
        }
        _ => toml::push_table(root, path, entry),
    }?;
    let after = apply(text, &edits)?;
    (parse(&after).1.len() == parse(text).1.len()).then_some(edits)
}

fn inline(entry: &[(&str, String)]) -> String {
    let pairs: Vec<_> = entry.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    format!("{{ {} }}", pairs.join(", "))
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
