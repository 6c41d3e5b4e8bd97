//! Edits: what lands where, what is refused, and the laws that all of them keep.

#![allow(clippy::disallowed_methods)]

use proptest::prelude::*;

use super::check::{Change, Wanted, checked};
use super::corpus_tests::corpus;
use super::tests::to_toml;
use super::*;
use crate::text::{Edit, Span, apply};

fn edited(text: &str, change: impl Fn(Value<'_>) -> Option<Vec<Edit>>) -> Option<String> {
    let tree = parse(text);
    apply(text, &change(tree.root(text))?)
}

/// The same, having seen that the text with the other line endings agrees.
fn both(text: &str, change: impl Fn(Value<'_>) -> Option<Vec<Edit>>) -> Option<String> {
    let unix = edited(text, &change);
    let windows = edited(&text.replace('\n', "\r\n"), &change);
    if text.contains('\n') {
        assert_eq!(unix.as_ref().map(|text| text.replace('\n', "\r\n")), windows, "{text}");
    }
    unix
}

#[test]
fn values_keep_their_quotes() {
    for (before, value, after) in [
        ("a = \"b\" # c\n", "x", "a = \"x\" # c\n"),
        ("a = 'b'", "x\\y", "a = 'x\\y'"),
        ("a = 'b'", "it's", "a = \"it's\""),
        ("a = \"b\"", "\"\\\n\u{1}\u{e9}", "a = \"\\\"\\\\\\n\\u0001\u{e9}\""),
        ("a = \"\"\"\nb\n\"\"\"\n", "x", "a = \"x\"\n"),
        ("a = '''b'''\n", "x", "a = 'x'\n"),
    ] {
        assert_eq!(both(before, |root| replace_value(root.get("a")?, value)).as_deref(), Some(after), "{before}");
    }
    for broken in ["a = 'b", "a = 1", "a = 'b'\nc", "a = 'b'\na = 1", "[a]"] {
        assert_eq!(both(broken, |root| replace_value(root.get("a")?, "x")), None, "{broken}");
    }
    let raw = |text: &str, value: &str| both(text, |root| replace_raw(root.get("a")?, value));
    assert_eq!(raw("a = [ 1 ] # c\nb = 1\n", "true").as_deref(), Some("a = true # c\nb = 1\n"));
    assert_eq!(raw("a = true\n", "[\n  1,\n]").as_deref(), Some("a = [\n  1,\n]\n"));
    for value in ["", "1 # x", "1\nb = 2", "x", "{", "1, 2", " 1"] {
        assert_eq!(raw("a = true\n", value), None, "{value}");
    }
}

#[test]
fn a_key_is_set_where_a_person_would_write_it() {
    let uv = ["tool", "uv"];
    for (path, before, after) in [
        (&uv[..], "", "[tool.uv]\nk = 1\n"),
        (&uv, "x = 1", "x = 1\n\n[tool.uv]\nk = 1\n"),
        (&uv, "[tool.uv]\n", "[tool.uv]\nk = 1\n"),
        (&uv, "[tool.uv] # why\n\n[b]\n", "[tool.uv] # why\nk = 1\n\n[b]\n"),
        (&uv, "[tool.uv]\n  a = [\n    1\n  ] # why\n\n# b\n[b]\n", "[tool.uv]\n  a = [\n    1\n  ] # why\n  k = 1\n\n# b\n[b]\n"),
        (&uv, "[tool.uv]\na = 1\n[tool.uv.b]\nc = 1\n", "[tool.uv]\na = 1\nk = 1\n[tool.uv.b]\nc = 1\n"),
        (&uv, "[tool.uv]\nk = 0 # old\na = 1", "[tool.uv]\nk = 1 # old\na = 1"),
        (&uv, "[tool.uv]\na = 1", "[tool.uv]\na = 1\nk = 1"),
        (&uv, "[tool.uv]\na.b = 1\nc = 2\na.d = 3\n[x]\n", "[tool.uv]\na.b = 1\nc = 2\na.d = 3\nk = 1\n[x]\n"),
        (&uv, "[tool.uv.a]\nb = 1\n", "[tool.uv.a]\nb = 1\n\n[tool.uv]\nk = 1\n"),
        (&uv, "[tool]\nuv = { a = 1 }\n", "[tool]\nuv = { a = 1, k = 1 }\n"),
        (&uv, "[tool]\nuv = { a = 1, }\n", "[tool]\nuv = { a = 1, k = 1, }\n"),
        (&uv, "[tool]\nuv = {}\n", "[tool]\nuv = { k = 1 }\n"),
        (&uv, "[tool]\nuv = {\n  a = 1,\n  b = 2\n}\n", "[tool]\nuv = {\n  a = 1,\n  b = 2,\n  k = 1\n}\n"),
        (&uv, "[tool]\n\tuv.a = 1 # why\nb = 2\n", "[tool]\n\tuv.a = 1 # why\n\tuv.k = 1\nb = 2\n"),
        (&uv, "tool.uv.a = 1\n", "tool.uv.a = 1\ntool.uv.k = 1\n"),
        (&uv, "tool.a = 1\n", "tool.a = 1\n\n[tool.uv]\nk = 1\n"),
        (&["a b"], "", "[\"a b\"]\nk = 1\n"),
        (&[], "", "k = 1\n"),
        (&[], "\u{feff}[a]\n", "\u{feff}k = 1\n\n[a]\n"),
        (&[], "a = 1\n\n[b]\n", "a = 1\nk = 1\n\n[b]\n"),
        (&[], "# me\n\n# b\n[b]\n", "# me\n\nk = 1\n\n# b\n[b]\n"),
        (&[], "# me\n", "# me\nk = 1\n"),
    ] {
        assert_eq!(both(before, |root| set(root, path, "k", "1")).as_deref(), Some(after), "{before}");
    }
    for (path, text) in
        [(&uv[..], "tool = 1\n"), (&uv, "[[tool]]\n"), (&uv, "tool = {}\n"), (&uv, "[tool.uv.k]\n"), (&uv, "[tool.uv]\nbroken\n")]
    {
        assert_eq!(both(text, |root| set(root, path, "k", "1")), None, "{text}");
    }
}

#[test]
fn a_key_goes_after_its_neighbour() {
    let after = |text: &str| both(text, |root| insert_after(root.get("t")?, &["a", "b"], "k", "true"));
    assert_eq!(after("[t]\na = 1\nb = 2\nc = 3\n").as_deref(), Some("[t]\na = 1\nb = 2\nk = true\nc = 3\n"));
    assert_eq!(after("[t]\nc = 3\n[u]\n").as_deref(), Some("[t]\nc = 3\nk = true\n[u]\n"));
    assert_eq!(after("t = { a = 1, c = 3 }\n").as_deref(), Some("t = { a = 1, k = true, c = 3 }\n"));
    assert_eq!(after("[t]\nk = 3\n"), None);
}

#[test]
fn a_member_goes_with_its_lines_or_its_comma() {
    for (before, after) in [
        ("[t]\na = 1\nk = [\n  1,\n] # why\nb = 2\n", "[t]\na = 1\nb = 2\n"),
        ("[t]\n# why\n  k = 1", "[t]\n# why\n"),
        ("[t]\nk.a = 1\nb = 2\n", "[t]\nb = 2\n"),
        ("[t]\na = 1\n\n[t.k]\nb = 2\n\n[u]\n", "[t]\na = 1\n\n[u]\n"),
        ("[t]\na = 1\n\n[[t.k]]\nb = 2\n[[t.k]]\n[t.k.c]\n", "[t]\na = 1\n"),
        ("t = { a = 1, k = 2, c = 3 }\n", "t = { a = 1, c = 3 }\n"),
        ("t = { k = 2, c = 3 }\n", "t = { c = 3 }\n"),
        ("t = { a = 1, k = 2 }\n", "t = { a = 1 }\n"),
        ("t = { k = 2 }\n", "t = {}\n"),
        ("t.k = 1\nu = 1\n", "u = 1\n"),
        ("\u{feff}t.k = 1\nu = 1\n", "\u{feff}u = 1\n"),
    ] {
        assert_eq!(both(before, |root| remove_member(root.get("t")?, "k")).as_deref(), Some(after), "{before}");
    }
    for text in
        ["[t]\na = 1\n", "[t]\nk.a = 1\nb = 2\nk.c = 3\n", "[t.k]\n[u]\n[t.k.a]\n", "[[t]]\nk = 1\n", "[t]\nk = 1\nbroken\n"]
    {
        assert_eq!(both(text, |root| remove_member(root.get("t")?, "k")), None, "{text}");
    }
}

#[test]
fn items_are_added_as_their_neighbours_are_written() {
    let push = |text: &str| both(text, |root| push_item(root.get("a")?, "'x'"));
    for (before, after) in [
        ("a = []\n", "a = [\n    'x',\n]\n"),
        ("a = [ 1 ]\n", "a = [ 1, 'x' ]\n"),
        ("a = [\n  1,\n  2, # why\n]\n", "a = [\n  1,\n  2, # why\n  'x',\n]\n"),
        ("a = [\n  1 # why\n]\n", "a = [\n  1, # why\n  'x'\n]\n"),
        ("a = [\n  # none\n]\n", "a = [\n  # none\n    'x',\n]\n"),
    ] {
        assert_eq!(push(before).as_deref(), Some(after), "{before}");
    }
    for text in ["a = 1\n", "[[a]]\n", "a = [\n"] {
        assert_eq!(push(text), None, "{text}");
    }
    let table = |text: &str| both(text, |root| push_table(root, &["a", "b"], &[("c", "1".to_owned()), ("d e", "'x'".to_owned())]));
    let block = "[[a.b]]\nc = 1\n\"d e\" = 'x'\n";
    assert_eq!(table("").as_deref(), Some(block));
    assert_eq!(table("[a]\nx = 1\n").unwrap(), format!("[a]\nx = 1\n\n{block}"));
    assert_eq!(table("[[a.b]]\n\n[z]").unwrap(), format!("[[a.b]]\n\n[z]\n\n{block}"));
    for text in ["a = 1\n", "a.b = []\n", "[a]\nb = []\n", "[a.b]\n", "a = {}\n"] {
        assert_eq!(table(text), None, "{text}");
    }
}

#[test]
fn edits_that_do_anything_else_are_not_proved() {
    let text = "[hooks]\ncommit = 'info'\n";
    let tree = parse(text);
    let root = tree.root(text);
    let wanted = Wanted::new("[{ a = 1 }]").unwrap();
    let proved = |edit: Edit| checked(root, vec![edit], Change::Added(root, "list"), Some(&wanted)).is_some();
    let at_end = |added: &str| proved(Edit::insert(text.len(), added));
    assert!(at_end("[[list]]\na = 1\n"));
    for other in [
        "",
        "[[list]]\n",
        "[[list]]\na = 2\n",
        "push = 1\n[[list]]\na = 1\n",
        "[[list]]\na = 1\n[[list]]\n",
        "[list",
        "[list]\na = 1\n",
    ] {
        assert!(!at_end(other), "{other}");
    }
    assert!(!proved(Edit::replace(Span::new(0, text.len()), "[[list]]\na = 1\n")), "the rest is gone");
}

/// Where two texts differ: the first byte, and the end of what differs in the first text.
fn difference(before: &str, after: &str) -> (usize, usize) {
    let front = before.bytes().zip(after.bytes()).take_while(|(one, other)| one == other).count();
    let rest = before.len().min(after.len()) - front;
    let back = before.bytes().rev().zip(after.bytes().rev()).take(rest).take_while(|(one, other)| one == other).count();
    (front, before.len() - back)
}

#[test]
fn members_of_real_files_can_be_replaced_removed_and_joined() {
    for path in corpus() {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let tree = parse(&text);
        if !tree.errors().is_empty() || text.len() > 30_000 {
            continue;
        }
        let mut tables = vec![tree.root(&text)];
        for _ in 0..12 {
            let Some(table) = tables.pop() else { break };
            let added = insert_after(table, &[], "new key", "[1]");
            assert!(added.is_some() || table.form() == Form::Implied, "{}: {}", path.display(), &text[table.span().range()]);
            for (key, value) in table.members().take(3) {
                if value.kind() == Kind::String {
                    let after = apply(&text, &replace_value(value, "x\"y").unwrap()).unwrap();
                    let (front, back) = difference(&text, &after);
                    assert!(value.span().contains(Span::new(front, back.max(front))), "{}", path.display());
                }
                if value.form() == Form::Inline {
                    assert!(remove_member(table, &key.string().unwrap()).is_some(), "{}: {}", path.display(), key.raw());
                }
                if value.is_table() {
                    tables.push(value);
                }
            }
        }
    }
}

fn names() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec!["a", "b", "c", "k"])
}

/// Documents that are right more often than not.
fn documents() -> impl Strategy<Value = String> {
    let line =
        "[a-c] = (1|'x'|\\[1, 2\\]|\\{ a = 1 \\})( # why)?|[a-c]\\.[a-c] = true|\\[[a-c](\\.[a-c])?\\]|\\[\\[[a-c]\\]\\]|# x|";
    (proptest::collection::vec(line, 0..8), any::<bool>()).prop_map(|(lines, end)| lines.join("\n") + if end { "\n" } else { "" })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn what_is_set_reads_back_and_the_rest_stays(text in documents(), path in proptest::collection::vec(names(), 0..3), key in names()) {
        let Some(after) = both(&text, |root| set(root, &path, key, "'new'")) else { return Ok(()) };
        let mut expected = text.parse::<toml::Table>().unwrap();
        let mut table = &mut expected;
        for name in &path {
            let next = table.entry(*name).or_insert_with(|| toml::Table::new().into());
            table = next.as_table_mut().unwrap();
        }
        table.insert(key.to_owned(), "new".into());
        prop_assert_eq!(after.parse::<toml::Table>().unwrap(), expected);
        let (front, back) = difference(&text, &after);
        let replaced = parse(&text).root(&text).get_path(&path).is_some_and(|table| table.get(key).is_some());
        prop_assert!(front >= back || replaced || text.contains("{ a = 1 }"), "only insertions: {}", after);
    }

    #[test]
    fn what_was_added_can_be_taken_out_again(text in documents(), name in names()) {
        let Some(after) = both(&text, |root| insert_after(root.get(name)?, &["b"], "new", "[ 1 ]")) else { return Ok(()) };
        let back = both(&after, |root| remove_member(root.get(name)?, "new")).unwrap();
        let trees = (parse(&text), parse(&back));
        prop_assert_eq!(to_toml(trees.0.root(&text)), to_toml(trees.1.root(&back)));
    }
}

#[test]
fn a_table_that_is_cut_off_takes_no_member() {
    for text in ["a = {", "a = {# b }\n", "a = {\n", "a = { \n"] {
        let tree = parse(text);
        let table = tree.root(text).get("a").unwrap();
        assert_eq!(insert_after(table, &[], "b", "1"), None, "{text:?}");
    }
}
