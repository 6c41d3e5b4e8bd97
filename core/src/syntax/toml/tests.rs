//! Reading: against the `toml` crate on random documents, and what stays readable of broken ones.

// The time is looked at only here: the code itself has no clock.
#![allow(clippy::disallowed_methods)]

use proptest::prelude::*;
use toml::de::{DeTable, DeValue};

use super::*;
use crate::text::Span;

/// The tree as the `toml` crate would give it; `None` for what it cannot hold.
pub(super) fn to_toml(value: Value<'_>) -> Option<toml::Value> {
    Some(match value.kind() {
        Kind::String => value.string()?.into_owned().into(),
        Kind::Integer => value.integer()?.into(),
        Kind::Float => toml::Value::Float(float(value.raw())?),
        Kind::True | Kind::False => value.bool()?.into(),
        Kind::Datetime => toml::Value::Datetime(value.raw().parse().ok()?),
        Kind::Array => toml::Value::Array(value.items().map(to_toml).collect::<Option<_>>()?),
        Kind::Table => {
            let members = value.members().map(|(key, value)| Some((key.string()?.into_owned(), to_toml(value)?)));
            toml::Value::Table(members.collect::<Option<_>>()?)
        }
        Kind::Key | Kind::Missing => return None,
    })
}

fn float(raw: &str) -> Option<f64> {
    raw.replace('_', "").parse().ok()
}

/// Every value and key.
fn every(tree: &Tree, text: &str, mut see: impl FnMut(Value<'_>)) {
    for index in 0..tree.nodes.len() as u32 {
        see(Value::new(tree, text, index));
    }
}

/// Spans slice the text and lie one within the other or apart.
pub(super) fn assert_spans(tree: &Tree, text: &str) {
    let mut spans = Vec::new();
    every(tree, text, |value| {
        assert!(text.get(value.span().range()).is_some(), "{:?} in {text:?}", value.span());
        assert!(value.span().contains(value.inner()), "{:?} in {text:?}", value.span());
        let _ = (value.string(), value.integer(), value.raw());
        spans.push(value.span());
    });
    for error in tree.errors() {
        assert!(text.get(error.span.range()).is_some() && error.related.is_none_or(|span| text.get(span.range()).is_some()));
    }
    assert_eq!(tree.problems(text).len(), tree.errors().len());
    spans.retain(|span| span.start < span.end);
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut around: Vec<Span> = Vec::new();
    for span in spans {
        while around.last().is_some_and(|outer| outer.end <= span.start) {
            around.pop();
        }
        assert!(around.last().is_none_or(|outer| outer.contains(span)), "{span:?} crosses {around:?} in {text:?}");
        around.push(span);
    }
}

/// The same keys and values at the same places as the `toml` crate has them.
fn assert_same_places(ours: Value<'_>, theirs: &DeValue<'_>, text: &str) {
    match theirs {
        DeValue::Table(table) => assert_same_table(ours, table, text),
        DeValue::Array(array) => {
            assert_eq!(ours.items().count(), array.len());
            for (ours, theirs) in ours.items().zip(array.iter()) {
                assert_eq!(ours.span().start as usize, theirs.span().start);
                assert_same_places(ours, theirs.get_ref(), text);
            }
        }
        _ => assert!(!ours.is_table() && !ours.is_array()),
    }
}

pub(super) fn assert_same_table(ours: Value<'_>, theirs: &DeTable<'_>, text: &str) {
    assert_eq!(ours.members().count(), theirs.len());
    for (key, value) in theirs.iter() {
        let (name, member) = ours.member(key.get_ref()).unwrap();
        assert_eq!(name.span().range(), key.span(), "{key}");
        match member.form() {
            Form::Inline => assert_eq!(member.span().range(), value.span(), "{key}"),
            Form::Header => {
                assert_eq!(member.span().start as usize, value.span().start, "{key}");
                assert!(member.span().end as usize >= value.span().end, "{key}");
            }
            Form::Dotted | Form::Implied => assert!(member.span().contains(name.span()), "{key}"),
        }
        assert_same_places(member, value.get_ref(), text);
    }
}

#[test]
fn tables_join_wherever_they_stand() {
    let text = "a.b = 1\na.c.d = 'x'\n[t]\ny = { p.q = 1, p.r = 2 }\n[[t.list]]\nn = 1\n[t.list.sub]\nm = 2\n[[t.list]]\nn = 3\n[u.v]\nw = true\n[t.z]\n";
    let tree = parse(text);
    assert_eq!(tree.errors(), []);
    let root = tree.root(text);
    assert_eq!(root.members().map(|(key, _)| key.raw()).collect::<Vec<_>>(), ["a", "t", "u"]);
    let slice = |path: &[&str]| &text[root.get_path(path).unwrap().span().range()];
    assert_eq!(slice(&["a"]), "a.b = 1\na.c.d = 'x'");
    assert_eq!(slice(&["a", "c"]), "c.d = 'x'");
    assert_eq!(slice(&["t", "y", "p"]), "p.q = 1, p.r = 2");
    assert_eq!(slice(&["t"]), "[t]\ny = { p.q = 1, p.r = 2 }\n[[t.list]]\nn = 1\n[t.list.sub]\nm = 2\n[[t.list]]\nn = 3");
    let items: Vec<_> = root.get_path(&["t", "list"]).unwrap().items().map(|item| &text[item.span().range()]).collect();
    assert_eq!(items, ["[[t.list]]\nn = 1\n[t.list.sub]\nm = 2", "[[t.list]]\nn = 3"]);
    assert_eq!(slice(&["u"]), "[u.v]\nw = true");
    assert_eq!(slice(&["t", "z"]), "[t.z]");
    let forms: Vec<_> =
        [&["a"][..], &["t"], &["t", "y"], &["u"], &["t", "list"]].map(|path| root.get_path(path).unwrap().form()).into();
    assert_eq!(forms, [Form::Dotted, Form::Header, Form::Inline, Form::Implied, Form::Header]);
}

#[test]
fn a_member_is_found_from_any_of_its_bytes() {
    let text = "[a]\nx = { y = [1, 2] }\n[b]\n[a.c]\nd.e = 'f'\n";
    let tree = parse(text);
    for (bytes, name) in [("2", "y"), ("x", "x"), ("'f'", "e"), ("d", "d"), ("a.c", "c"), ("[b", "b")] {
        let at = text.rfind(bytes).unwrap();
        let (_, key, _) = tree.root(text).member_at(Span::new(at, at + bytes.len())).unwrap();
        assert_eq!(key.raw(), name, "{bytes}");
    }
    assert!(tree.root(text).member_at(Span::new(0, text.len())).is_none());
}

#[test]
fn values_are_decoded_whatever_their_spelling() {
    let text = "s = \"a\\u00e9\\n\"\nl = 'a\\n'\nm = \"\"\"\nx\\\n  y\"\"\"\nn = '''\r\nz\r\n'''\ni = 0x_f\nh = 0xff\nk = -1_000\n\"q k\" = true\n";
    let text = text.replace("0x_f", "0xf_f");
    let tree = parse(&text);
    assert_eq!(tree.errors(), []);
    let root = tree.root(&text);
    let string = |key: &str| root.get(key).unwrap().string().unwrap().into_owned();
    assert_eq!([string("s"), string("l"), string("m"), string("n")], ["a\u{e9}\n", "a\\n", "xy", "z\r\n"]);
    assert_eq!(["i", "h", "k"].map(|key| root.get(key).unwrap().integer()), [Some(255), Some(255), Some(-1000)]);
    assert_eq!(root.get("q k").and_then(Value::bool), Some(true));
    let plain = root.get("l").unwrap();
    assert_eq!(&text[plain.place(1, 3).range()], "\\n");
    assert_eq!(root.get("s").unwrap().place(0, 1), root.get("s").unwrap().inner());
    assert_eq!(plain.spanned().unwrap().span, plain.inner());
}

#[test]
fn doubled_keys_are_told_with_the_first_place() {
    for (text, doubled, first) in [
        ("a = 1\n\"a\" = 2\n", "\"a\"", Some("a")),
        ("[a]\n[a]\n", "a", Some("a")),
        ("[a]\nb.c = 1\n[a.b]\n", "b", Some("b")),
        ("a = {}\n[a.b]\n", "a", Some("a")),
        ("a = [{}]\n[[a]]\n", "a", Some("a")),
        ("x = { a = 1, a = 2 }", "a", Some("a")),
        ("[[a]]\n[a]\n", "a", Some("a")),
        ("a.b = 1\na = 2\n", "a", Some("a")),
    ] {
        let tree = parse(text);
        let problems = tree.problems(text);
        assert_eq!(problems.len(), 1, "{text}: {problems:?}");
        assert_eq!(problems[0].kind, crate::model::ProblemKind::DuplicateKey, "{text}");
        assert_eq!(&text[problems[0].span.range()], doubled, "{text}");
        let related = problems[0].related.as_ref().map(|(span, _)| &text[span.range()]);
        assert_eq!(related, first, "{text}");
    }
    let many: String = (0..40).map(|n| format!("k{n} = {n}\n")).collect::<String>() + "'k3' = 0\n";
    let tree = parse(&many);
    assert_eq!(tree.errors().len(), 1);
    assert_eq!(tree.root(&many).get("k3").and_then(Value::integer), Some(3), "the first one counts");
}

#[test]
fn what_is_broken_is_told_and_the_rest_is_read() {
    for (text, reads) in [
        ("a = 1\nb\nc = 3\n", "a=1 b=? c=3"),
        ("a = \nc = 3\n", "a=? c=3"),
        ("a = ^1\nc = 3\n", "a=? c=3"),
        ("[t\nc = 3\n", "t.c=3"),
        ("[[t]\nc = 3\n", "t.0.c=3"),
        ("[]\nc = 3\n[t]\nd = 4\n", "t.d=4"),
        ("[\nc = 3\n[t]\nd = 4\n", "t.d=4"),
        ("a = [\n  1,\n\n[t]\nc = 3\n", "a.0=1 t.c=3"),
        ("a = [\n  1,\nb = 2\n[t]\nc = 3\n", "a.0=1 b=2 t.c=3"),
        ("a = { x = 1\nb = 2\n[t.u]\nc = 3\n", "a.x=1 b=2 t.u.c=3"),
        ("a = { x = 1,\n  y = 2,\n[[t]]\nc = 3\n", "a.x=1 a.y=2 t.0.c=3"),
        ("a = [ [1], { b = [2\n['q'.r]\nc = 3\n", "a.0.0=1 a.1.b.0=2 q.r.c=3"),
        ("a = 'x\nb = 2\n", "a='x b=2"),
        ("a = [\n[1],\n[true]\n]\nb = c\n", "a.0.0=1 a.1.0=true b=?"),
        (
            "[t]\n<<<<<<< ours\na = 1\n=======\na = 2\n>>>>>>> theirs\nb = [\n  1,\n<<<<<<< ours\n  2,\n=======\n>>>>>>> it's\n]\n",
            "t.a=1 t.a=2 t.b.0=1 t.b.1=2",
        ),
        ("x 1\ny = { a, b = 2 }\nz = 3\n", "x=? y.a=? y.2=? z=3"),
    ] {
        let tree = parse(text);
        assert!(!tree.errors().is_empty(), "{text}");
        assert_spans(&tree, text);
        let mut found = Vec::new();
        flatten(tree.root(text), String::new(), &mut found);
        assert_eq!(found.join(" "), reads, "{text}: {:?}", tree.errors());
        assert_eq!(
            tree.errors().iter().filter(|error| error.kind == ErrorKind::ConflictMarker).count(),
            text.matches("<<<<<<<").count() * 3
        );
    }
}

fn flatten(value: Value<'_>, path: String, found: &mut Vec<String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value.kind() {
        Kind::Table => value.members().for_each(|(key, value)| flatten(value, below(key.raw()), found)),
        Kind::Array => value.items().enumerate().for_each(|(at, value)| flatten(value, below(&at.to_string()), found)),
        Kind::Missing => found.push(format!("{path}=?")),
        _ => found.push(format!("{path}={}", &value.text()[value.span().range()])),
    }
}

#[test]
fn nesting_and_length_cost_no_more_than_their_bytes() {
    let start = std::time::Instant::now();
    for text in [
        "[".repeat(100_000),
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a = {}", "{b=".repeat(100_000)),
        format!("a = {}", "[\n".repeat(100_000)),
        format!("a = [\n{}", "b = [\n".repeat(50_000)),
        format!("{}a = 1", "a.".repeat(100_000)),
        format!("[{}a]", "a.".repeat(100_000)),
        (0..50_000).map(|n| format!("[a.b{n}]\nc = 1\n")).collect(),
        (0..50_000).map(|n| format!("[[a]]\nc = {n}\n[a.d]\n")).collect(),
        (0..50_000).map(|n| format!("k{n} = 1\n")).collect(),
        "a = 1\n".repeat(50_000),
        "=======\n".repeat(50_000),
        "\"\"\"".repeat(50_001),
    ] {
        let tree = parse(&text);
        assert!(tree.errors().len() <= 50_100);
        assert!(tree.root(&text).members().count() <= 50_001);
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// Small documents, right or nearly so.
fn documents() -> impl Strategy<Value = String> {
    let name = "a|b|c|\"a\"|'b'|a\\.b|b\\.c|a\\.a\\.b|\\.|";
    let value = "1|0x1|-1\\.5|true|'x'|\"y\\\\n\"|\\{\\}|\\{ a = 1, b\\.c = 2 \\}|\\[1, \\[2\\]\\]|\\[\\{ a = 1 \\},\\]|1979-05-27|\\{a=1,a=2\\}|x||\\{a\\.b=1,a=2\\}";
    let line = format!("({name}) ?= ?({value})|\\[({name})\\]|\\[\\[({name})\\]\\]|# x|");
    let line = proptest::string::string_regex(&line).unwrap();
    proptest::collection::vec(line, 0..9).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_toml_crate_and_we_agree_on_small_documents(text in documents()) {
        let tree = parse(&text);
        let theirs = text.parse::<toml::Table>();
        prop_assert_eq!(tree.errors().is_empty(), theirs.is_ok(), "{:?} {:?}", tree.errors(), theirs);
        assert_spans(&tree, &text);
        if let Ok(theirs) = theirs {
            prop_assert_eq!(to_toml(tree.root(&text)), Some(toml::Value::Table(theirs)));
            assert_same_table(tree.root(&text), DeTable::parse(&text).unwrap().get_ref(), &text);
        }
    }

    #[test]
    fn any_text_is_read_without_a_fault(text in r#"([\[\]{}=,.\n\r# \\'"]|"""|'''|[a-c1-]|é|<<<<<<< x|=======|\u{feff}|\PC){0,50}"#) {
        let tree = parse(&text);
        assert_spans(&tree, &text);
        prop_assert_eq!(tree.errors().is_empty(), DeTable::parse(&text).is_ok(), "{:?}", tree.errors());
        let _ = tree.root(&text).member_at(Span::at(text.len() / 2));
    }
}
