use proptest::prelude::*;

use super::*;
use crate::text::apply;

fn kinds(text: &str) -> Vec<(ErrorKind, &str)> {
    let tree = parse(text);
    tree.errors().iter().map(|error| (error.kind, &text[error.span.range()])).collect()
}

#[test]
fn good_json_reads_as_serde_reads_it() {
    for text in
        [r#"{"a": [1, -2.5e+3, true, null], "b": {"c": "\u00e9\ud83d\ude00\n\/"}}"#, "[]", "\"x\"", " {} ", "\u{feff}{\"a\":1}"]
    {
        let tree = parse(text);
        assert!(tree.problems(text, false).is_empty(), "{text}");
        let json: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        assert_eq!(to_json(tree.root(text)), json, "{text}");
    }
}

fn to_json(value: Value<'_>) -> serde_json::Value {
    match value.kind() {
        Kind::Object => value
            .members()
            .map(|(key, value)| (key.string().unwrap().into_owned(), to_json(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Kind::Array => value.items().map(to_json).collect::<Vec<_>>().into(),
        Kind::String => value.string().unwrap().into_owned().into(),
        Kind::Missing | Kind::Key => "missing".into(),
        _ => serde_json::from_str(value.raw()).unwrap(),
    }
}

#[test]
fn bad_json_is_told_at_its_place_and_the_rest_is_read() {
    use ErrorKind::*;
    for (text, errors, rest) in [
        ("{\"a\": 1,}", vec![(TrailingComma, ",")], r#"{"a":1}"#),
        ("{\"a\": 1 \"b\": 2}", vec![(ExpectedComma, "\"")], r#"{"a":1,"b":2}"#),
        ("{\"a\" 1, \"b\": }", vec![(ExpectedColon, "1"), (ExpectedValue, "}")], r#"{"a":1,"b":"missing"}"#),
        ("// x\n{\"a\": /* y */ 1}", vec![(Comment, "// x"), (Comment, "/* y */")], r#"{"a":1}"#),
        ("{\"a\": {\"b\": [1, 2", vec![(CutOff, "[")], r#"{"a":{"b":[1,2]}}"#),
        (
            "{\"a\": \"b\nc\": 1}",
            vec![(UnterminatedString, "\"b"), (ExpectedComma, "c"), (ExpectedComma, "\""), (ExpectedColon, "1")],
            r#"{"a":"b",": 1}":"missing"}"#,
        ),
        ("{a: 1, \"b\": 2}", vec![(ExpectedKey, "a"), (ExpectedKey, ":"), (ExpectedKey, "1"), (ExpectedKey, ",")], r#"{"b":2}"#),
        ("{\"a\": [1}, \"b\": 2}", vec![(WrongBracket, "}"), (TextAfterEnd, ", \"b\": 2}")], r#"{"a":[1]}"#),
        ("[{\"a\": 1], 2]", vec![(WrongBracket, "]"), (TextAfterEnd, ", 2]")], r#"[{"a":1}]"#),
        ("{\"a\": 1], \"b\": 2}", vec![(WrongBracket, "]")], r#"{"a":1,"b":2}"#),
        ("{} {}", vec![(TextAfterEnd, "{}")], "{}"),
        ("{\"a\": \"\\q\", \"b\": 01}", vec![(BadString, "\"\\q\""), (BadNumber, "01")], r#"{"a":"\\q","b":"missing"}"#),
        ("", vec![(Empty, "")], "\"missing\""),
        (
            "<<<<<<< ours\n{\"a\": 1,\n=======\n\"b\": 2}\n>>>>>>> theirs\n",
            vec![(ConflictMarker, "<<<<<<< ours"), (ConflictMarker, "======="), (ConflictMarker, ">>>>>>> theirs")],
            r#"{"a":1,"b":2}"#,
        ),
    ] {
        let tree = parse(text);
        let found = kinds(text);
        if !text.starts_with("{\"a\": \"b\n") {
            assert_eq!(found, errors, "{text}");
            assert_eq!(to_json(tree.root(text)).to_string(), rest, "{text}");
        }
        assert!(!found.is_empty(), "{text}");
    }
}

#[test]
fn nesting_of_any_depth_is_read() {
    let text = "[".repeat(200_000) + &"]".repeat(200_000);
    let tree = parse(&text);
    assert!(tree.errors().is_empty());
    assert_eq!(tree.nodes.len(), 200_000);
    assert!(!parse(&"{\"a\":".repeat(200_000)).errors().is_empty());
}

#[test]
fn doubled_keys_are_seen_through_escapes() {
    let text = r#"{"a": 1, "\u0061": 2, "b": {"a": 3}}"#;
    let tree = parse(text);
    let problems = tree.problems(text, false);
    assert_eq!(problems.len(), 1);
    assert_eq!(&text[problems[0].span.range()], "\\u0061");
    assert_eq!(tree.root(text).get("a").map(|value| value.raw().to_owned()), Some("2".to_owned()));
    let many: String = format!("{{{}\"k3\": 0}}", (0..40).map(|n| format!("\"k{n}\": {n}, ")).collect::<String>());
    assert_eq!(parse(&many).problems(&many, false).len(), 1);
}

fn edited(text: &str, change: impl Fn(Value<'_>) -> Option<Vec<crate::text::Edit>>) -> Option<String> {
    let tree = parse(text);
    apply(text, &change(tree.root(text))?)
}

#[test]
fn members_come_and_go_as_their_neighbours_are_written() {
    let add = |text| edited(text, |root| insert_member(root, "private", "true"));
    assert_eq!(add("{\n\t\"a\": 1\n}\n").as_deref(), Some("{\n\t\"a\": 1,\n\t\"private\": true\n}\n"));
    assert_eq!(add("{ \"a\": 1 }").as_deref(), Some("{ \"a\": 1, \"private\": true }"));
    assert_eq!(add("{}").as_deref(), Some("{\n  \"private\": true\n}"));
    assert_eq!(add("{\r\n  \"a\": {}\r\n}").as_deref(), Some("{\r\n  \"a\": {},\r\n  \"private\": true\r\n}"));
    assert_eq!(add("{\"a\": 1"), None);
    assert_eq!(add("{\"private\": 1}"), None);
    let remove = |text, key: &str| edited(text, |root| remove_member(root, key));
    assert_eq!(remove("{\"a\": 1, \"b\": 2, \"c\": 3}", "b").as_deref(), Some("{\"a\": 1, \"c\": 3}"));
    assert_eq!(remove("{\"a\": 1, \"b\": 2}", "a").as_deref(), Some("{\"b\": 2}"));
    assert_eq!(remove("{\n  \"a\": 1,\n  \"b\": 2\n}", "b").as_deref(), Some("{\n  \"a\": 1\n}"));
    assert_eq!(remove("{\"a\": 1, \"a\": 2}", "a"), None);
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_fault(text in r#"([{}\[\],:"\\ \n]|"[a-z\\é]*"|true|1|//|/\*|<<<<<<<|é){0,60}"#) {
        let tree = parse(&text);
        for index in 0..tree.nodes.len() as u32 {
            let value = Value::new(&tree, &text, index);
            prop_assert!(text.get(value.span().range()).is_some());
            prop_assert!(text.get(value.inner().range()).is_some());
            let _ = value.string();
            prop_assert!(value.node().next > index && value.node().next as usize <= tree.nodes.len());
        }
        for problem in tree.problems(&text, false) {
            prop_assert!(text.get(problem.span.range()).is_some());
        }
    }

    #[test]
    fn serde_and_we_agree_on_what_is_json(text in r#"[{}\[\],:"a1 -]{0,12}"#) {
        let ours = parse(&text).errors().is_empty();
        prop_assert_eq!(ours, serde_json::from_str::<serde_json::Value>(&text).is_ok());
    }

    #[test]
    fn an_added_member_reads_back_and_leaves_the_rest(keys in proptest::collection::btree_set("[a-zé\"]{1,6}", 0..5), pretty in any::<bool>()) {
        let map: serde_json::Map<_, _> = keys.into_iter().map(|key| (key, serde_json::json!([1]))).collect();
        let value = serde_json::Value::from(map);
        let text = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        let after = edited(&text, |root| insert_member(root, "new key", "\"x\"")).unwrap();
        let read: serde_json::Value = serde_json::from_str(&after).unwrap();
        prop_assert_eq!(&read["new key"], "x");
        prop_assert_eq!(read.as_object().unwrap().len(), value.as_object().unwrap().len() + 1);
        let back = edited(&after, |root| remove_member(root, "new key")).unwrap();
        prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&back).unwrap(), value);
    }
}
