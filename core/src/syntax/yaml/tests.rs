use proptest::prelude::*;

use super::*;

fn kinds(text: &str) -> Vec<(ErrorKind, &str)> {
    let tree = parse(text);
    tree.errors().iter().map(|error| (error.kind, &text[error.span.range()])).collect()
}

/// All documents, every one on one line: as JSON, with `null` for what is empty and `missing` for what is missing.
fn json(text: &str) -> String {
    let tree = parse(text);
    let roots: Vec<String> = tree.documents(text).map(value).collect();
    roots.join("\n")
}

fn value(value: Value<'_>) -> String {
    match value.kind() {
        Kind::Mapping => {
            let members: Vec<String> =
                value.members().map(|(key, it)| format!("{}:{}", self::value(key), self::value(it))).collect();
            format!("{{{}}}", members.join(","))
        }
        Kind::Sequence => format!("[{}]", value.items().map(self::value).collect::<Vec<_>>().join(",")),
        Kind::Scalar => serde_json::Value::from(value.string().unwrap()).to_string(),
        Kind::Alias => format!("*{}", value.raw()),
        Kind::Empty => "null".to_owned(),
        Kind::Missing => "missing".to_owned(),
    }
}

#[test]
fn good_yaml_reads_as_it_is_meant() {
    for (text, expected) in [
        ("", "null"),
        ("# only a comment\n", "null"),
        ("\u{feff}a: 1", r#"{"a":"1"}"#),
        ("a: 1\nb:\n  c: x y # z\n  d:\n", r#"{"a":"1","b":{"c":"x y","d":null}}"#),
        ("a:\n- 1\n- b: 2\n  c: 3\n-\n- - x\n  - y\nd: 4", r#"{"a":["1",{"b":"2","c":"3"},null,["x","y"]],"d":"4"}"#),
        ("a:\r\n  - 1\r\n  - 'x\r\n    y'\r\n", r#"{"a":["1","x y"]}"#),
        (
            "\"@a/b@npm:^1, @a/b@npm:^2\":\n  version: 1.0\n  conditions: os=darwin & cpu=x64\n",
            r#"{"@a/b@npm:^1, @a/b@npm:^2":{"version":"1.0","conditions":"os=darwin & cpu=x64"}}"#,
        ),
        (
            "'@a/b(c@1)': {integrity: sha512-a+b/c==, n: ['>=1', x64,]}",
            r#"{"@a/b(c@1)":{"integrity":"sha512-a+b/c==","n":[">=1","x64"]}}"#,
        ),
        ("a: b\n  c\n\n  d\ne: f", r#"{"a":"b c\nd","e":"f"}"#),
        ("run: |\n  a\n   b\n\n  c\n\nx: >-\n  a\n  b\n\n  c\n   d\n  e\n", r#"{"run":"a\n b\n\nc\n","x":"a b\nc\n d\ne"}"#),
        ("- |+\n  a\n\n- |2-\n    a\n- >\n\n- |\n", r#"["a\n\n","  a","",""]"#),
        ("? a\n: b\n? - c\n: - d\n? e\n", r#"{"a":"b",["c"]:["d"],"e":null}"#),
        ("- a: 1\n- ? b\n  : c: d\n", r#"[{"a":"1"},{"b":{"c":"d"}}]"#),
        ("%YAML 1.2\n---\na: 1\n...\n---\n- b\n--- c\n", "{\"a\":\"1\"}\n[\"b\"]\n\"c\""),
        ("a: &x 1\nb: *x\nc: !t {<<: *x}\nd: &y\n  &k e: f\n", r#"{"a":"1","b":*x,"c":{"<<":*x},"d":{"e":"f"}}"#),
        (r#"a: "\u00e9\ud83d\ude00\x41\t\"b  ""#, r#"{"a":"é😀A\t\"b  "}"#),
        ("\"a\\\n  b\\n\n\n  c\\ \n  d\": 'it''s'", r#"{"ab\n\nc  d":"it's"}"#),
        ("[a: b, {c, d: }, ? e : f, 'g':h, i:j]", r#"[{"a":"b"},{"c":null,"d":null},{"e":"f"},{"g":"h"},"i:j"]"#),
        ("a: [\n  b, # c\n  d\n]\ne: {\n}", r#"{"a":["b","d"],"e":{}}"#),
        ("a: http://x:1/y#z\nb: -1\nc: ?x\nd: a:b", r#"{"a":"http://x:1/y#z","b":"-1","c":"?x","d":"a:b"}"#),
    ] {
        let bad: Vec<_> = kinds(text)
            .into_iter()
            .filter(|(kind, _)| !matches!(kind, ErrorKind::ByteOrderMark | ErrorKind::ComplexKey | ErrorKind::MultilineKey))
            .collect();
        assert_eq!(bad, [], "{text}");
        assert_eq!(json(text), expected, "{text}");
    }
}

#[test]
fn nesting_of_any_depth_is_read() {
    for (open, close) in [("[", "]"), ("- ", "x"), ("{a: ", "}"), ("? ", "x"), ("[a: ", "]"), ("{", "}"), ("[[]: ", "")] {
        let text = open.repeat(100_000) + &close.repeat(100_000);
        assert!(parse(&text).nodes.len() >= 100_000, "{open}");
        let _ = parse(&open.repeat(100_000)).problems(&text, false);
    }
}

/// What holds for every tree.
fn check(text: &str) {
    let tree = parse(text);
    assert!(!tree.documents.is_empty());
    let mut open: Vec<(u32, crate::text::Span)> = Vec::new();
    for index in 0..tree.nodes.len() as u32 {
        let value = Value::new(&tree, text, index);
        assert!(text.get(value.span().range()).is_some(), "{text:?}");
        assert!(text.get(value.inner().range()).is_some(), "{text:?}");
        let _ = (value.string(), value.resolve(), value.int(), value.anchor());
        let next = value.node().next;
        assert!(next > index && next as usize <= tree.nodes.len(), "{text:?}");
        open.retain(|(end, _)| *end > index);
        if let Some((end, outer)) = open.last() {
            assert!(outer.contains(value.span()) && next <= *end, "{text:?} {outer:?} {value:?}");
        }
        if value.is_mapping() || value.is_sequence() {
            open.push((next, value.span()));
        }
        if value.is_mapping() {
            let members: Vec<_> = value.members().collect();
            assert!(members.last().is_none_or(|(_, last)| last.node().next == next), "{text:?} {:?}", tree);
        }
    }
    for problem in tree.problems(text, false) {
        assert!(text.get(problem.span.range()).is_some(), "{text:?}");
    }
}

const WORDS: &str = r#"(a|b|: |:|\n|\n  |\n    |\r\n|\t|- |\? |\n- |, |,|\[|\]|\{|\}|"|'|\||>|#| # | |&a |\*a|!t |---\n|\.\.\.\n|<<|\\|\n\n|\+|2|é|%|<<<<<<<|\r){0,30}"#;

proptest! {
    #[test]
    fn any_text_is_read_without_a_fault(text in WORDS) {
        check(&text);
    }
}
