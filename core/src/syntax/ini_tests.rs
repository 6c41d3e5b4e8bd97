use super::*;
use proptest::prelude::*;

/// `key=value`, `key[]=value`, `key` alone, `[section]`; dropped lines as `-`.
fn outline(text: &str) -> Vec<String> {
    let outline = |line: &Line| match &line.content {
        Content::Blank | Content::Comment => None,
        Content::Section(name) => Some(format!("[{name}]")),
        Content::Dropped => Some("-".to_owned()),
        Content::Assignment(it) => {
            let brackets = if it.list { "[]" } else { "" };
            let value = it.value.as_ref().map(|value| format!("={}", value.text)).unwrap_or_default();
            Some(format!("{}{brackets}{value}", it.key))
        }
    };
    parse(text).lines.iter().filter_map(outline).collect()
}

#[test]
fn lines_read_as_npm_reads_them() {
    // What npm 11.19.1 (its `ini` package) makes of each.
    let table: &[(&str, &[&str])] = &[
        ("save-exact=true", &["save-exact=true"]),
        ("  save-exact =  true  ", &["save-exact=true"]),
        ("save-exact", &["save-exact"]),
        ("save-exact=", &["save-exact="]),
        ("save-exact ; = true", &["save-exact=true"]),
        ("; a=b", &[]),
        ("\t# a=b", &[]),
        ("a=b ; c", &["a=b"]),
        ("a=b#c", &["a=b"]),
        (r"a=b\;c\#d\\e\f", &[r"a=b;c#d\e\f"]),
        (r"a=b\", &[r"a=b\"]),
        (r#"a="b ; c""#, &["a=b ; c"]),
        (r#"a="b" ; c"#, &[r#"a="b""#]),
        (r#"a="b"c";d""#, &[r#"a="b"c";d""#]),
        (r#"a="b\nc""#, &["a=b\nc"]),
        ("a='b#c'", &["a=b#c"]),
        (r#"a='"b"'"#, &["a=b"]),
        ("a='", &["a="]),
        ("a=\"", &["a=\""]),
        (r#""a" = b"#, &["a=b"]),
        ("a[]=1\na[] = 2", &["a[]=1", "a[]=2"]),
        ("[]=1", &["[]=1"]),
        ("a==b=c", &["a==b=c"]),
        ("=a", &["-"]),
        ("\u{feff}=a", &["=a"]),
        ("a: b", &["a: b"]),
        ("a=b\u{2028}c", &["-"]),
        ("__proto__=b", &["-"]),
        ("[a]\nb=c", &["[a]", "b=c"]),
        (" [a]", &["[a]"]),
        ("[a", &["[a"]),
        ("[a] ; b", &["[a]"]),
        ("\u{feff}a=b", &["a=b"]),
        ("\u{feff};a=b\r\nc=d\re=f", &["c=d", "e=f"]),
        ("a=b\u{a0}\u{feff}", &["a=b"]),
        ("a=b\u{85}", &["a=b\u{85}"]),
    ];
    for (text, expected) in table {
        assert_eq!(outline(text), *expected, "{text:?}");
        let windows = text.replace('\n', "\r\n");
        assert_eq!(outline(&windows), *expected, "{windows:?}");
    }
}

#[test]
fn only_a_bracket_first_on_its_line_opens_a_section() {
    let hidden = |text: &str| parse(text).settings().count();
    assert_eq!(hidden("a=1\n[x]\nb=2"), 1);
    assert_eq!(hidden("a=1\n[x]  \t\nb=2"), 1);
    assert_eq!(hidden("a=1\n [x]\nb=2"), 3);
    assert_eq!(hidden("a=1\n[x] ; y\nb=2"), 3);
    assert_eq!(hidden("\u{feff}[x]\nb=2"), 2);
}

#[test]
fn spans_leave_out_quotes_brackets_and_comments() {
    let text = "\u{feff}  \"a[]\" = 'b' \r\nc\\;d[] = e\\#f # g";
    let file = parse(text);
    let spans: Vec<_> = file
        .settings()
        .map(|(_, it)| {
            let value = it.value.as_ref().unwrap();
            (&text[it.key.span.range()], &text[value.text.span.range()], value.quoting, value.escaped)
        })
        .collect();
    assert_eq!(spans, [("a", "b", Quoting::Single, false), (r"c\;d", r"e\#f", Quoting::Bare, true)]);
}

proptest! {
    #[test]
    fn every_text_reads_and_every_value_is_where_it_says(text in "([a-z\\[\\]=;#\"'\\\\ \t\r\n\u{feff}\u{2028}é$]|true){0,60}") {
        let file = parse(&text);
        let mut end = 0;
        for line in &file.lines {
            prop_assert!(line.span.start as usize >= end);
            end = line.end as usize;
            prop_assert!(!text[line.span.range()].contains(['\r', '\n']));
            if let Content::Assignment(it) = &line.content {
                prop_assert!(line.span.contains(it.key.span));
                prop_assert!(text.get(it.key.span.range()).is_some());
                if let Some(value) = &it.value {
                    prop_assert!(line.span.contains(value.text.span));
                    prop_assert_eq!(&decode(&text[value.text.span.range()], value.quoting), &value.text.value);
                }
            }
        }
        prop_assert_eq!(end, if text == "\u{feff}" { 0 } else { text.len() });
    }
}
