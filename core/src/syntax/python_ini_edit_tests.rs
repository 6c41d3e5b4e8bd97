use proptest::prelude::*;

use super::*;

fn both(text: &str, change: impl Fn(&File, &str) -> Option<Vec<Edit>>) -> Option<String> {
    let edited = |text: &str| apply(text, &change(&parse(text), text)?);
    let unix = edited(text);
    if text.contains('\n') {
        let windows = edited(&text.replace('\n', "\r\n"));
        assert_eq!(unix.as_ref().map(|text| text.replace('\n', "\r\n")), windows, "{text}");
    }
    unix
}

#[test]
fn an_option_is_set_where_a_person_would_write_it() {
    for (before, value, after) in [
        ("", "v", "[global]\nk = v\n"),
        ("# me", "v", "# me\n\n[global]\nk = v\n"),
        ("[install]\na: b\n", "v", "[install]\na: b\n\n[global]\nk: v\n"),
        ("[global]\n[install]\n", "v", "[global]\nk = v\n[install]\n"),
        ("[global]\na=b\n  c\n\n# i\n[install]\n", "v", "[global]\na=b\n  c\nk=v\n\n# i\n[install]\n"),
        ("[global]\nK = old # x\nb = 1\n", "v", "[global]\nK = v\nb = 1\n"),
        ("[global]\nk =\n  old\n  older\n; c\nb = 1\n", "v", "[global]\nk = v\n; c\nb = 1\n"),
        ("[global]\nk =", "v", "[global]\nk = v"),
        ("[global]\na = b\n", "\nx\ny", "[global]\na = b\nk =\n    x\n    y\n"),
        ("  [global]\n  a = b\n", "v", "  [global]\n  a = b\n  k = v\n"),
    ] {
        assert_eq!(both(before, |file, text| set(file, text, "global", "k", value)).as_deref(), Some(after), "{before}");
    }
    for (text, value) in
        [("k = v\n", "v"), ("[global]\nx\n", "v"), ("[global]\n", "\n# v"), ("[global]\n", " v"), ("[global]\n[global]\n", "v")]
    {
        assert_eq!(both(text, |file, text| set(file, text, "global", "k", value)), None, "{text}");
    }
}

#[test]
fn an_option_goes_with_all_its_lines() {
    for (before, after) in
        [("[global]\na = b\nk =\n  x\n  # c\n  y\n\nz = 1\n", "[global]\na = b\n\nz = 1\n"), ("[global]\n  k = v", "[global]\n")]
    {
        assert_eq!(both(before, |file, text| remove(file, text, "global", "k")).as_deref(), Some(after), "{before}");
    }
    assert_eq!(both("[global]\na = b\n", |file, text| remove(file, text, "global", "k")), None);
    assert_eq!(
        both("[global]\na = b\nk = v\n  w\n", |file, text| remove(file, text, "global", "a")).as_deref(),
        Some("[global]\nk = v\n  w\n")
    );
}

#[test]
fn a_word_goes_with_what_separated_it() {
    for (before, after) in [
        ("[global]\nk =\n  a\n  X # no\n  b\n", "[global]\nk =\n  a\n  # no\n  b\n"),
        ("[global]\nk =\n  a\n  X\n  b\n", "[global]\nk =\n  a\n  b\n"),
        ("[global]\nk = X\n  b\n", "[global]\nk = \n  b\n"),
        ("[global]\nk = a X b\n", "[global]\nk = a b\n"),
        ("[global]\nk = X b\n", "[global]\nk = b\n"),
        ("[global]\nk = a\tX\n", "[global]\nk = a\n"),
        ("[global]\na = b\nk = X\n", "[global]\na = b\n"),
    ] {
        let changed = both(before, |file, text| {
            let word = file.get("global", "k")?.words().find(|word| word.value == "X")?;
            remove_word(file, text, "global", "k", word.span)
        });
        // A word that is taken for a comment once it leads its line cannot be left behind.
        assert_eq!(changed.as_deref(), Some(after).filter(|after| !after.contains("# no")), "{before}");
    }
}

proptest! {
    #[test]
    fn what_is_set_reads_back(text in r#"(\[[ab]\]\n|[klm] ?[=:] ?[vw]?\n|  [xy] z\n|# c\n|\n){0,8}"#, value in r"[a-z:=#;]{1,3}(\n[a-z=]{1,2})?") {
        let file = parse(&text);
        let Some(after) = both(&text, |file, text| set(file, text, "a", "k", &value)) else {
            prop_assert!(!file.errors.is_empty() || value.starts_with(['#', ';', ':', '=']) || value.contains("\n"), "{}", text);
            return Ok(());
        };
        let read = parse(&after);
        prop_assert_eq!(read.get("a", "k").map(Setting::value), Some(value));
        let others = |file: &File| {
            let options = file.sections.iter().flat_map(|section| section.options.iter().map(move |it| (section.name.to_string(), it.name.to_string(), it.value())));
            options.filter(|(section, name, _)| (section.as_str(), name.as_str()) != ("a", "k")).collect::<Vec<_>>()
        };
        prop_assert_eq!(others(&read), others(&file));
        let back = both(&after, |file, text| remove(file, text, "a", "k")).unwrap();
        prop_assert_eq!(others(&parse(&back)), others(&file));
    }
}
