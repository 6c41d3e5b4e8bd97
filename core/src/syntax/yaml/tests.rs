use proptest::prelude::*;

use super::corpus_tests::corpus;
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

#[test]
fn bad_yaml_is_told_at_its_place_and_the_rest_is_read() {
    use ErrorKind::*;
    for (text, errors, rest) in [
        ("a: 1\nb\nc: 2", vec![(ExpectedColon, "b")], r#"{"a":"1","b":missing,"c":"2"}"#),
        ("pack\na: 1", vec![(ExpectedColon, "pack")], r#"{"pack":missing,"a":"1"}"#),
        ("a:\n  fo\n  b: 1\nc: 2", vec![(ExpectedColon, "fo")], r#"{"a":{"fo":missing,"b":"1"},"c":"2"}"#),
        ("a: 'x\nb: 1", vec![(UnterminatedString, "'x")], r#"{"a":"x","b":"1"}"#),
        ("a: {b: [1, 2\nc: 3", vec![(CutOff, "[")], r#"{"a":{"b":["1","2"]},"c":"3"}"#),
        ("a: [1}\nb: 2]\nc: 3", vec![(CutOff, "["), (WrongBracket, "}")], r#"{"a":["1"],"b":"2]","c":"3"}"#),
        ("a: ['1' 'x', , 2]", vec![(ExpectedComma, "'"), (ExpectedValue, ",")], ""),
        ("a: b: c\nd: 1", vec![(NestedBlock, ":")], r#"{"a":"b: c","d":"1"}"#),
        ("a: - b\nc: 1", vec![(NestedBlock, "-")], r#"{"a":["b"],"c":"1"}"#),
        ("a: 'x' y\nb: 1", vec![(TextAfterValue, "y")], r#"{"a":"x","b":"1"}"#),
        ("a: b\n  c: d\ne: 1", vec![(Indentation, "c: d")], r#"{"a":"b","c":"d","e":"1"}"#),
        ("  a: 1\nb: 2", vec![(Indentation, "b: 2")], r#"{"a":"1","b":"2"}"#),
        ("a:\n\tb: 1\n", vec![(Tab, "\t")], ""),
        ("a: @x\nb: `y", vec![(BadPlain, "@x"), (BadPlain, "`y")], r#"{"a":"@x","b":"`y"}"#),
        ("a: \"\\q\"", vec![(BadEscape, "\\q")], r#"{"a":"\\q"}"#),
        ("a: |x\n  b\nc: 1", vec![(BadBlockScalar, "|")], ""),
        ("a: *x\nb: & y", vec![(UnknownAlias, "*x"), (BadProperty, "&")], ""),
        ("- a\nb: 1", vec![(TextAfterEnd, "b: 1")], r#"["a"]"#),
        ("a: 1\n- b\nc: 2", vec![(ExpectedKey, "- b")], r#"{"a":"1","c":"2"}"#),
        ("a: \u{7}\rb", vec![(BadCharacter, "\u{7}"), (BadCharacter, "\r")], ""),
        ("%YAML 1.2\na: 1", vec![(BadDirective, "%YAML 1.2")], r#"{"a":"1"}"#),
        ("[a]: b\n? {c: d}\n", vec![(ComplexKey, "[a]")], ""),
        (
            "a:\n<<<<<<< ours\n  b: 1\n=======\n  c: 2\n>>>>>>> theirs\nd: 3",
            vec![(ConflictMarker, "<<<<<<< ours"), (ConflictMarker, "======="), (ConflictMarker, ">>>>>>> theirs")],
            r#"{"a":{"b":"1","c":"2"},"d":"3"}"#,
        ),
    ] {
        assert_eq!(kinds(text), errors, "{text}");
        assert!(rest.is_empty() || json(text) == rest, "{text}\n{}", json(text));
    }
}

#[test]
fn what_readers_take_differently_is_noted() {
    use ErrorKind::{Alias, Anchor, Directive, Merge, Tag};
    let text = "%YAML 1.2\n---\na: &x {b: !!int 1}\nc:\n  <<: *x\n  '<<': 1\n";
    let tree = parse(text);
    let notes: Vec<_> = tree.notes().iter().map(|note| (note.kind, &text[note.span.range()])).collect();
    assert_eq!(notes, [(Directive, "%YAML 1.2"), (Anchor, "&x"), (Tag, "!!int"), (Merge, "<<"), (Alias, "*x")]);
    let count = |lenient| {
        let problems = tree.problems(text, lenient);
        (problems.len(), problems.iter().filter(|problem| problem.kind == ProblemKind::Ambiguous).count())
    };
    // The doubled `<<` is wrong either way.
    assert_eq!((count(false), count(true)), ((6, 5), (1, 0)));
    assert_eq!(tree.root(text).get("c").and_then(|c| c.get("b")).map(Value::kind), None);
    assert_eq!(tree.root(text).get("a").and_then(Value::anchor), Some("&x"));
}

#[test]
fn doubled_keys_are_seen_through_quotes() {
    let text = "a: 1\n'a': 2\nb: {c: 1, \"\\x63\": 2}\n";
    let found: Vec<_> = parse(text).problems(text, false).iter().map(|problem| &text[problem.span.range()]).collect();
    assert_eq!(found, ["a", "\\x63"]);
    let many: String = (0..40).map(|n| format!("k{n}: {n}\n")).collect::<String>() + "k3: 0";
    assert_eq!(parse(&many).problems(&many, false).len(), 1);
}

#[test]
fn plain_scalars_stand_for_what_the_core_schema_says() {
    for (text, resolved, int) in [
        ("a: true", Resolved::Bool(true), None),
        ("a: yes", Resolved::String, None),
        ("a: ~", Resolved::Null, None),
        ("a:", Resolved::Null, None),
        ("a: 1440", Resolved::Int, Some(1440)),
        ("a: 0x1F", Resolved::Int, Some(31)),
        ("a: -0o7", Resolved::String, None),
        ("a: 1.10", Resolved::Float, None),
        ("a: 1e3", Resolved::Float, None),
        ("a: 1.1.0", Resolved::String, None),
        ("a: 'true'", Resolved::String, None),
        ("a: !!str 1", Resolved::String, None),
    ] {
        let tree = parse(text);
        let value = tree.root(text).get("a").unwrap();
        assert_eq!((value.resolve(), value.int()), (Some(resolved), int), "{text}");
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

#[test]
fn a_wrong_bracket_after_a_question_mark_leaves_whole_members() {
    for text in ["[? }: a", "[: }: a", "{? ]: a", "{? a ]: b"] {
        check(text);
    }
}

/// Pseudo-random places, the same every time.
fn places(below: usize) -> impl Iterator<Item = usize> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    })
}

#[test]
fn mutilated_real_files_are_read_without_a_fault() {
    for (_, text) in corpus().into_iter().filter(|(_, text)| !text.is_empty() && text.len() < 800) {
        let boundaries = (0..text.len()).filter(|&at| text.is_char_boundary(at));
        boundaries.clone().for_each(|at| check(&text[..at]));
        for at in boundaries.clone().step_by(3) {
            let length = text[at..].chars().next().map_or(0, char::len_utf8);
            check(&(text[..at].to_owned() + &text[at + length..]));
        }
        for gone in places(text.len()).take(300).collect::<Vec<_>>().chunks(5) {
            check(&text.char_indices().filter(|(at, _)| !gone.contains(at)).map(|(_, character)| character).collect::<String>());
        }
    }
}
