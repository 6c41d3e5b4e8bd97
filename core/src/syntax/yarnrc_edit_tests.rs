use proptest::prelude::*;

use super::*;

fn edited(text: &str, edit: impl Fn(&File, &Assignment) -> Option<Vec<Edit>>) -> Option<String> {
    let file = parse(text);
    edit(&file, file.assignments.last()?).map(|edits| apply(text, &edits).unwrap())
}

#[test]
fn values_are_put_in_the_place_of_others() {
    let table = [
        ("a false # why\nb 1\na  \"x\"", "true", Some("a false # why\nb 1\na  true")),
        ("a: false\r\n", "x y", Some("a: \"x y\"\r\n")),
        ("a, b false\n", "true", None),
        ("a false\n  b true\n", "true", None),
    ];
    for (text, value, expected) in table {
        assert_eq!(edited(text, |file, one| set_value(file, text, one, value)).as_deref(), expected, "{text:?}");
    }
}

#[test]
fn lines_are_added_and_taken_out() {
    let added =
        |text: &str, key: &str, value: &str| append(&parse(text), text, key, value).map(|edits| apply(text, &edits).unwrap());
    assert_eq!(added("", "ignore-scripts", "true").unwrap(), "ignore-scripts true\n");
    assert_eq!(added("\u{feff}a 1\r\nb 2", "save-prefix", "").unwrap(), "\u{feff}a 1\r\nb 2\r\nsave-prefix \"\"\r\n");
    assert_eq!(added("env:\n  A b\n", "@s:registry", "x").unwrap(), "env:\n  A b\n\"@s:registry\" \"x\"\n");
    assert_eq!(added("a 1\n  cut 2\n", "b", "true"), None);

    let removed = |text: &str| edited(text, |file, one| remove(file, text, one));
    assert_eq!(removed("a 1\nb 2 # with its comment\n").unwrap(), "a 1\n");
    assert_eq!(removed("\u{feff}a 1\r\n").unwrap(), "\u{feff}");
    assert_eq!(removed("a 1 b 2\n"), None);
    assert_eq!(removed("a, b 2\n"), None);
}

proptest! {
    #[test]
    fn an_edit_keeps_what_it_does_not_mean(text in "((--)?[a-c] (true|1|\"x y\"|word)( # c)?(\n|\r\n)|env:\n  A b\n|  cut 1\n|\n){0,8}", value in "true|false|12|[ a\"\\\\]{0,5}") {
        let file = parse(&text);
        for one in &file.assignments {
            for edits in [set_value(&file, &text, one, &value), remove(&file, &text, one)].into_iter().flatten() {
                prop_assert!(parse(&apply(&text, &edits).unwrap()).fault.is_none());
            }
        }
        if let Some(edits) = append(&file, &text, "ignore-scripts", &value) {
            prop_assert!(apply(&text, &edits).unwrap().starts_with(&text));
        }
    }
}
