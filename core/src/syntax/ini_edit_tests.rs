use super::*;
use crate::syntax::ini::parse;
use proptest::prelude::*;

fn edited(text: &str, edit: impl Fn(&File, &str) -> Option<Vec<Edit>>) -> Option<String> {
    apply(text, &edit(&parse(text), text)?)
}

#[test]
fn a_value_is_changed_in_the_style_of_its_line() {
    let table = [
        ("a=1", "2", Some("a=2")),
        ("  a = 1 ; why\r\nb=c", "2", Some("  a = 2 ; why\r\nb=c")),
        ("a = \"1\"\n", "2", Some("a = \"2\"\n")),
        ("a = '1'\n", "2", Some("a = '2'\n")),
        ("a", "true", Some("a=true")),
        ("a ; why", "2", Some("a=2 ; why")),
        ("\"a\"", "2", Some("\"a\"=2")),
        ("a=1\nA=1\na=3\n", "2", Some("a=1\nA=1\na=2\n")),
        ("a=\"1\" ; why", "2", Some("a=2 ; why")),
        ("a=1", "x;y#z\\", Some("a=x\\;y\\#z\\\\")),
        ("a=1", " 2", Some("a=\" 2\"")),
        ("a='1'", "\"2\"", Some("a=\"\\\"2\\\"\"")),
        ("a=1 ; why", " 2", None),
        ("a=1", "2\n3", Some("a=\"2\\n3\"")),
        ("a=1 ; why", "2\n3", None),
        ("a[]=1", "2", None),
        ("b=1", "2", Some("b=1\na=2\n")),
        ("b=1\r\n", "2", Some("b=1\r\na=2\r\n")),
        ("", "2", Some("a=2\n")),
        ("\u{feff}", "2", Some("\u{feff}a=2\n")),
        ("b=1\n; about x\n[x]\na=1\n", "2", Some("b=1\na=2\n; about x\n[x]\na=1\n")),
        ("\u{feff}; about x\r\n[x]\r\n", "2", Some("\u{feff}a=2\r\n; about x\r\n[x]\r\n")),
        ("[x]", "2", Some("a=2\n[x]")),
    ];
    for (text, value, expected) in table {
        assert_eq!(edited(text, |file, text| set(file, text, "a", value)).as_deref(), expected, "{text:?} {value:?}");
    }
}

#[test]
fn lines_go_whole() {
    let table =
        [("a=1\nb=2\n", 0, Some("b=2\n")), ("a=1\r\nb=2", 1, Some("a=1\r\n")), ("\u{feff}a=1\rb=2", 0, Some("\u{feff}b=2"))];
    for (text, line, expected) in table {
        assert_eq!(edited(text, |file, text| remove_line(file, text, line)).as_deref(), expected, "{text:?}");
    }
    assert_eq!(edited("[x]\na=1", |file, text| remove_line(file, text, 0)), None);
    // Without its first line, the mark would stand before the header and the header would no longer be one.
    assert_eq!(edited("\u{feff}a=1\n[x]\nb=1", |file, text| remove_line(file, text, 0)), None);
}

#[test]
fn keys_and_whole_lines_are_rewritten() {
    assert_eq!(edited("saveExact = true ; x", |f, t| set_key(f, t, 0, "save-exact")).as_deref(), Some("save-exact = true ; x"));
    assert_eq!(edited("\"aB\"[]=1", |f, t| set_key(f, t, 0, "a-b")).as_deref(), Some("a-b[]=1"));
    assert_eq!(edited("\"aB[]\"=1", |f, t| set_key(f, t, 0, "a-b")).as_deref(), Some("\"a-b[]\"=1"));
    assert_eq!(edited("  a: 1\r\n", |f, t| replace_line(f, t, 0, "a", "1")).as_deref(), Some("  a=1\r\n"));
}

proptest! {
    #[test]
    fn edits_keep_all_other_bytes(
        text in "\u{feff}?([ab\\[\\]=;#\"'\\\\ \r\n]|a=1|\n\\[x\\]\n){0,20}",
        value in "[a \"'\\\\;#$]{0,6}",
        line in 0_usize..6,
    ) {
        let file = parse(&text);
        for edits in [set(&file, &text, "a", &value), set_value(&file, &text, line, &value), append(&file, &text, "c", &value)].into_iter().flatten() {
            prop_assert_eq!(edits.len(), 1);
            let after = apply(&text, &edits).unwrap();
            let span = edits[0].span;
            prop_assert!(after.starts_with(&text[..span.start as usize]) && after.ends_with(&text[span.end as usize..]));
            let read = parse(&after);
            let said = said(&read);
            prop_assert!(said.iter().any(|(_, found)| found.as_deref() == Some(value.as_str())));
        }
        if let Some(edits) = remove_line(&file, &text, line) {
            let gone = &file.lines[line];
            let after = apply(&text, &edits).unwrap();
            prop_assert_eq!(after.len() + (gone.end - gone.span.start) as usize, text.len());
        }
    }
}
