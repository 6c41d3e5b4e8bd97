use proptest::prelude::*;

use super::*;

/// Sections with options, as Python's `configparser` prints them.
fn said(text: &str) -> Vec<(String, Vec<(String, String)>)> {
    let file = parse(text);
    assert_eq!(file.errors, [], "{text}");
    let options = |section: &Section| section.options.iter().map(|it| (it.name.to_string(), it.value())).collect();
    file.sections.iter().map(|section| (section.name.to_string(), options(section))).collect()
}

#[test]
fn texts_read_as_configparser_reads_them() {
    // Each of these was read by Python 3.11.
    for (text, section, options) in [
        ("[global]\nindex-url = https://a/simple\n", "global", vec![("index-url", "https://a/simple")]),
        ("[a]\nK = v # no comment\n; yes\n  # yes\nq : r=s\n", "a", vec![("k", "v # no comment"), ("q", "r=s")]),
        ("[a]\nk =\n  x\n  # c\n\n  y z\n\nl=\n", "a", vec![("k", "\nx\n\ny z"), ("l", "")]),
        ("  [a]\n  k = v\n   w\n  l = m\n", "a", vec![("k", "v\nw"), ("l", "m")]),
        ("[a] b\nk=v\r\n w\rl=m", "a", vec![("k", "v\nw"), ("l", "m")]),
        ("[a]b]\nk=[c]\n [d]\n", "a]b", vec![("k", "[c]\n[d]")]),
        ("[a]\nk\u{a0}=\u{1c}v\u{1f}\n", "a", vec![("k", "v")]),
        ("[a]\nÄ_b = v\n", "a", vec![("ä_b", "v")]),
        ("[]]\nk=v\n", "]", vec![("k", "v")]),
    ] {
        let options = options.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        assert_eq!(said(text), [(section.to_owned(), options)], "{text}");
    }
    assert_eq!(said(""), []);
    assert_eq!(said("[DEFAULT]\na=1\n[DEFAULT]\nb=2\n").len(), 2, "the one section that may stand twice");
}

#[test]
fn what_pip_refuses_is_told_at_its_place() {
    use ErrorKind::*;
    for (text, kind, at, first) in [
        ("k = v\n[a]\n", NoSection, "k = v", None),
        ("\u{feff}[a]\nk = v\n", ByteOrderMark, "\u{feff}", None),
        ("[a]\nk = v\nword\n", NoOption, "word", None),
        ("[a]\n= v\n", NoOption, "= v", None),
        ("[a]\n[]\n", NoOption, "[]", None),
        ("[a]\n[b]\n[a]\n", DoubledSection, "a", Some(1)),
        ("[a]\nk = 1\nK: 2\n", DoubledOption, "K", Some(4)),
        ("[DEFAULT]\nk=1\n[DEFAULT]\nk=2\n", DoubledOption, "k", Some(10)),
    ] {
        let file = parse(text);
        let first_error = &file.errors[0];
        assert_eq!((first_error.kind, &text[first_error.span.range()]), (kind, at), "{text}");
        assert_eq!(first_error.related.map(|span| span.start), first, "{text}");
        assert_eq!(file.problems().len(), file.errors.len());
    }
}

#[test]
fn every_part_has_its_place() {
    let text = "[global]\nExtra-Index-URL =\n    https://a b\n    # c\n    d\ntrusted_host : x\n";
    let file = parse(text);
    let option = file.get("global", "extra-index-url").unwrap();
    assert_eq!(&text[option.name.span.range()], "Extra-Index-URL");
    assert_eq!(&text[option.span.range()], "Extra-Index-URL =\n    https://a b\n    # c\n    d");
    assert_eq!(option.words().map(|word| &text[word.span.range()]).collect::<Vec<_>>(), ["https://a", "b", "d"]);
    let host = file.get("global", "trusted_host").unwrap();
    assert_eq!((&text[host.delimiter.range()], host.pip_name().as_str()), (" : ", "trusted-host"));
    assert_eq!(&text[file.sections[0].name.span.range()], "global");
}

proptest! {
    #[test]
    fn any_text_is_read_and_every_span_slices_it(text in r#"(\[[aB]\]|[ \t\n\r=:#;\[\]]|[kKl]|é|\u{a0}|\u{1c}|\PC){0,60}"#) {
        let file = parse(&text);
        for section in &file.sections {
            prop_assert_eq!(&text[section.name.span.range()], section.name.as_str());
            prop_assert!(section.line.contains(section.name.span));
            for option in &section.options {
                prop_assert_eq!(text[option.name.span.range()].to_lowercase(), option.name.as_str());
                prop_assert!(option.span.contains(option.name.span) && option.span.contains(option.delimiter));
                for line in &option.lines {
                    prop_assert_eq!(&text[line.span.range()], line.as_str());
                }
                for word in option.words() {
                    prop_assert_eq!(&text[word.span.range()], word.as_str());
                }
            }
        }
        for error in &file.errors {
            prop_assert!(text.get(error.span.range()).is_some());
        }
    }
}
