use proptest::prelude::*;

use super::corpus_tests::corpus;
use super::*;
use crate::text::{Edit, apply};

type Change<'c> = &'c dyn Fn(Value<'_>) -> Option<Vec<Edit>>;

fn edited(text: &str, change: Change<'_>) -> Option<String> {
    let tree = parse(text);
    apply(text, &change(tree.root(text))?)
}

/// The edit on the text, and on the same text with CRLF.
fn expect(text: &str, change: Change<'_>, expected: Option<&str>) {
    assert_eq!(edited(text, change).as_deref(), expected, "{text:?}");
    if text.contains('\n') {
        let crlf = |text: &str| text.replace('\n', "\r\n");
        assert_eq!(edited(&crlf(text), change), expected.map(crlf), "{text:?} with CRLF");
    }
}

#[test]
fn a_value_is_changed_in_the_quotes_it_has() {
    for (text, new, expected) in [
        ("a: x # why\nb: 1", "z", Some("a: z # why\nb: 1")),
        ("a: 'x' # why", "it's", Some("a: 'it''s' # why")),
        ("a: \"x\"", "y\"\n", Some("a: \"y\\\"\\n\"")),
        ("a: 'x'", "\u{7}", Some("a: \"\\u0007\"")),
        ("a: x", "true", Some("a: 'true'")),
        ("a: x", "1.10", Some("a: '1.10'")),
        ("a: x", "1.1.0", Some("a: 1.1.0")),
        ("a: x", "@x", Some("a: '@x'")),
        ("a: x", "yes", Some("a: 'yes'")),
        ("a: x", "2024-01-01", Some("a: '2024-01-01'")),
        ("a: x", "12:30", Some("a: '12:30'")),
        ("a: x", "0b1", Some("a: '0b1'")),
        ("a: x", "1_000", Some("a: '1_000'")),
        ("a: x", "", Some("a: ''")),
        ("a: x", "a: b", Some("a: 'a: b'")),
        ("a: x", "https://x/#y", Some("a: https://x/#y")),
        ("a: {b: x, c: y}", "z", None),
        ("a:\nb: 1\n", "x", Some("a: x\nb: 1\n")),
        ("a: # why\nb: 1\n", "x", Some("a: x # why\nb: 1\n")),
        ("a: &x 1", "2", None),
        ("a: !!str 1", "2", None),
        ("a: |\n  x\n", "2", None),
        ("a: *x", "2", None),
        ("a: 1\na: 2", "3", None),
        ("a: 'x\n", "2", None),
        ("b: &x\n  c: 1\na: 1", "2", Some("b: &x\n  c: 1\na: '2'")),
    ] {
        expect(text, &|root| replace_value(root.get("a")?, new), expected);
    }
    for (text, new, expected) in [
        ("a: x # why", "true", Some("a: true # why")),
        ("a: 'x'", "1440", Some("a: 1440")),
        ("a: [x]", "[x, y]", Some("a: [x, y]")),
        ("a:", "[x]", Some("a: [x]")),
        ("a: 1", "b: c", None),
        ("a: 1", "1 # x", None),
        ("a: 1", "*x", None),
        ("a: 1", "\"x", None),
        ("a:\n  b: 1", "2", None),
    ] {
        expect(text, &|root| replace_raw(root.get("a")?, new), expected);
    }
}

#[test]
fn members_come_as_their_neighbours_are_written() {
    for (text, expected) in [
        ("", Some("k: true\n")),
        ("\u{feff}", Some("\u{feff}k: true\n")),
        ("# only a comment", Some("# only a comment\nk: true\n")),
        ("---\n", Some("---\nk: true\n")),
        ("a: 1", Some("a: 1\nk: true")),
        ("a: 1\n", Some("a: 1\nk: true\n")),
        ("a: 1 # why\n\n# end\n", Some("a: 1 # why\nk: true\n\n# end\n")),
        ("a:\n  - 1\n  - b: 2 # why\n", Some("a:\n  - 1\n  - b: 2 # why\nk: true\n")),
        ("a: |\n  x\n\nb: >+\n  y\n\n", Some("a: |\n  x\n\nb: >+\n  y\n\nk: true\n")),
        ("a:", Some("a:\nk: true")),
        ("{}", Some("{k: true}")),
        ("{ }\n", Some("{ k: true }\n")),
        ("{a: 1}", Some("{a: 1, k: true}")),
        ("{\n  a: 1, # x\n  b: 2 # y\n}\n", Some("{\n  a: 1, # x\n  b: 2, # y\n  k: true\n}\n")),
        ("{\n  a: 1,\n  b: 2,\n}\n", Some("{\n  a: 1,\n  b: 2,\n  k: true,\n}\n")),
        ("k: 1", None),
        ("- a", None),
        ("a: 'x\nb: 1\n", None),
        ("&x\na: 1\n", None),
        ("a: 1\n---\nb: 2\n", Some("a: 1\nk: true\n---\nb: 2\n")),
    ] {
        expect(text, &|root| insert_member(root, "k", "true"), expected);
    }
    for (text, expected) in [
        ("a:\n    b: 1\nc: 2\n", Some("a:\n    b: 1\n    '@k': true\nc: 2\n")),
        ("a:\n  \"b\": 1\n", Some("a:\n  \"b\": 1\n  \"@k\": true\n")),
        ("a:\nb:\n    c: 1\n", Some("a:\n    '@k': true\nb:\n    c: 1\n")),
        ("a: # why\n", Some("a: # why\n  '@k': true\n")),
        ("a: {b: 1} # why\n", Some("a: {b: 1, '@k': true} # why\n")),
        ("a: &x\n  b: 1\nc: *x\n", None),
    ] {
        expect(text, &|root| insert_member(root.get("a")?, "@k", "true"), expected);
    }
    expect("- a: 1\n  b: 2\n- c\n", &|root| insert_member(root.items().next()?, "k", "v"), Some("- a: 1\n  b: 2\n  k: v\n- c\n"));
    expect("a: 1\nb: 2\n", &|root| insert_after(root, &["z", "a"], "k", "v"), Some("a: 1\nk: v\nb: 2\n"));
    expect("a: 1\nb: 2\n", &|root| insert_after(root, &["z"], "k", "- x\n- y"), Some("a: 1\nb: 2\nk:\n  - x\n  - y\n"));
    expect("{a: 1, b: 2}", &|root| insert_after(root, &["a"], "k", "v"), Some("{a: 1, k: v, b: 2}"));
}

#[test]
fn members_go_with_their_lines() {
    for (text, expected) in [
        ("a: 1\nk: 2 # why\nb: 3", Some("a: 1\nb: 3")),
        ("a: 1\nk: 2", Some("a: 1\n")),
        ("a: 1\nk:\n  - 1\n  # x\n  - 2\n# y\nb: 3\n", Some("a: 1\n# y\nb: 3\n")),
        ("k: 1\n", Some("")),
        ("# x\nk: 1\n", Some("# x\n")),
        ("a: 1\nk: |+\n  x\n\nb: 2\n", Some("a: 1\nb: 2\n")),
        ("{a: 1, k: 2, b: 3}", Some("{a: 1, b: 3}")),
        ("{k: 2, b: 3}", Some("{b: 3}")),
        ("{k: 2}", Some("{}")),
        ("k: &x 1\na: *x", None),
        ("k: 1\nk: 2", None),
        ("a: 1", None),
        ("a: 1\nk: \"x\n", None),
    ] {
        expect(text, &|root| remove_member(root, "k"), expected);
    }
    expect("a:\n  k: 1\n", &|root| remove_member(root.get("a")?, "k"), None);
    expect("- k: 1\n  b: 2\n", &|root| remove_member(root.items().next()?, "k"), Some("- b: 2\n"));
    expect("- k: 1\n  # x\n  b: 2\n", &|root| remove_member(root.items().next()?, "k"), None);
}

#[test]
fn items_come_as_their_neighbours_are_written() {
    for (text, expected) in [
        ("a:\n  - x # why\n\nb: 1\n", Some("a:\n  - x # why\n  - 'y z'\n\nb: 1\n")),
        ("a:\n- x\n- - y\nb: 1\n", Some("a:\n- x\n- - y\n- 'y z'\nb: 1\n")),
        ("a: [x]", Some("a: [x, 'y z']")),
        ("a: []\n", Some("a: ['y z']\n")),
        ("a: [\n  x,\n]\n", Some("a: [\n  x,\n  'y z',\n]\n")),
        ("a:\nb: 1\n", Some("a:\n  - 'y z'\nb: 1\n")),
        ("a: x\n", None),
        ("a: *x\n", None),
    ] {
        expect(text, &|root| append_item(root.get("a")?, "'y z'"), expected);
    }
}

proptest! {
    #[test]
    fn what_is_quoted_reads_back(text in r#"([ -~]|é|\n|\t|\r|\u{85}|\u{2028}|\u{feff}|true|~|: | #|- ){0,8}"#) {
        for around in ["a: ", "a: [", "- - "] {
            let whole = format!("{around}{}{}", quote(&text), if around.ends_with('[') { "]" } else { "" });
            let tree = parse(&whole);
            prop_assert_eq!(tree.errors(), []);
            let read = (0..tree.nodes.len() as u32).map(|index| Value::new(&tree, &whole, index)).next_back().unwrap();
            prop_assert!(read.is(&text), "{whole:?}");
            prop_assert_eq!(read.resolve(), Some(Resolved::String));
        }
    }
}

#[test]
fn real_files_take_members_and_give_them_back() {
    for (path, text) in corpus().into_iter().filter(|(_, text)| text.len() < 1500) {
        let tree = parse(&text);
        for index in 0..tree.nodes.len() as u32 {
            let value = Value::new(&tree, &text, index);
            if value.is_mapping() && !value.is_shared() {
                let edits =
                    insert_member(value, "a new key", "1").unwrap_or_else(|| panic!("{} {:?}", path.display(), value.span()));
                let after = apply(&text, &edits).unwrap();
                let again = parse(&after);
                let back = remove_member(Value::new(&again, &after, index), "a new key").unwrap();
                let back = apply(&after, &back).unwrap();
                assert_eq!(back.trim_end(), text.trim_end(), "{}", path.display());
            }
            if value.kind() == Kind::Scalar && matches!(value.style(), Style::Plain | Style::Single | Style::Double) {
                assert!(
                    value.is_shared() || replace_value(value, "a # new: value").is_some(),
                    "{} {:?}",
                    path.display(),
                    value.span()
                );
            }
        }
    }
}
