use proptest::prelude::*;

use super::*;

fn said(text: &str) -> Vec<String> {
    let file = parse(text);
    let shown = |value: &Value| match value {
        Value::Text(text) => format!("{text:?}"),
        Value::Truth(truth) => truth.to_string(),
        Value::Number(digits) => digits.to_string(),
    };
    let mut said: Vec<_> = file.assignments.iter().map(|one| format!("{}={}", one.key, shown(&one.value))).collect();
    said.extend(file.cut.map(|span| format!("cut [{}]", &text[span.range()])));
    said.extend(file.fault.map(|(span, _)| format!("fault [{}]", &text[span.range()])));
    said
}

#[test]
fn a_text_reads_as_yarn_1_reads_it() {
    // Each was given to Yarn 1.22.22 (`yarn config get`, and what `yarn install` asked of loopback registries).
    let table: &[(&str, &[&str])] = &[
        ("registry \"https://r.test/\"\n", &["registry=\"https://r.test/\""]),
        ("\u{feff}registry \"x\"\r\nignore-scripts true\r\n", &["registry=\"x\"", "ignore-scripts=true"]),
        ("registry: \"x\"\nignore-scripts: false\n", &["registry=\"x\"", "ignore-scripts=false"]),
        ("registry \"x\" ignore-scripts true\n", &["registry=\"x\"", "ignore-scripts=true"]),
        ("\n\u{a0}\n", &["fault [\u{a0}]"]),
        ("registry, \"@s:registry\" \"x\"\n", &["registry=\"x\"", "@s:registry=\"x\""]),
        ("network-timeout 60000\n", &["network-timeout=60000"]),
        ("save-prefix \"\" # why\n", &["save-prefix=\"\""]),
        ("a \"h\\u0074tp:\\/\\/\"\n", &["a=\"http://\""]),
        ("a yes\n--install.frozen-lockfile true", &["a=\"yes\"", "--install.frozen-lockfile=true"]),
        ("env:\n  A \"b\"\n  C d\nregistry \"x\"\n", &["env.A=\"b\"", "env.C=\"d\"", "registry=\"x\""]),
        ("# c\n\n\n  # d\n", &[]),
        ("", &[]),
        // What an indented line at the top hides.
        ("a \"x\"\n  b \"y\"\nc true\n", &["a=\"x\"", "cut [b \"y\"]"]),
        ("a \"x\"\n  # c\nc true\n", &["a=\"x\"", "cut [# c]"]),
        ("a \"x\"\n  \nc true\n", &["a=\"x\"", "cut [c true]"]),
        ("a \"x\"\n  \n# only words\n", &["a=\"x\""]),
        // What is YAML to Yarn, or nothing at all.
        ("registry https://r.test/\n", &["registry=\"https\"", "fault [:]"]),
        ("a \"x\"\n b true\n", &["a=\"x\"", "fault [ ]"]),
        ("@s:registry \"x\"\n", &["fault [@s:registry \"x\"]"]),
        ("registry 'x'\n", &["fault ['x']"]),
        ("registry = \"x\"\n", &["fault [= \"x\"]"]),
        ("registry=x\n", &["fault [registry=x]"]),
        ("ignore-scripts\n", &["fault [ignore-scripts]"]),
        ("a \"x\n", &["fault [\"x]"]),
        ("a truex\n", &["a=true", "fault [x]"]),
        ("# yarn lockfile v2\na true\n", &["fault [# yarn lockfile v2]"]),
        ("<<<<<<< HEAD\na true\n=======\na false\n>>>>>>> x\n", &["fault [<<<<<<<]"]),
        ("\"\" true\n", &["fault [\"\"]"]),
    ];
    for (text, expected) in table {
        assert_eq!(said(text), *expected, "{text:?}");
    }
}

#[test]
fn depth_is_bounded() {
    let mut text = String::new();
    for depth in 0..200 {
        text += &format!("{}a:\n", "  ".repeat(depth));
    }
    assert_eq!(parse(&text).fault.unwrap().1, "mappings are nested too deep");
}

proptest! {
    #[test]
    fn no_text_is_too_much(text in "(registry|--install\\.|true|false|env:\n|  |[:,#\"'\\\\ \r\n\t\u{a0}\u{feff}é0-9a-z@/]){0,40}") {
        let file = parse(&text);
        for one in &file.assignments {
            prop_assert!(text.get(one.key.span.range()).is_some() && text.get(one.inner.range()).is_some());
            prop_assert!(one.literal.contains(one.inner) && one.span.contains(one.literal));
        }
        for span in file.cut.into_iter().chain(file.fault.map(|(span, _)| span)) {
            prop_assert!(text.get(span.range()).is_some());
        }
    }
}
