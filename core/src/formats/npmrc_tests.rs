use super::*;
use proptest::prelude::*;

const FILE: &str = "\
; ours
registry = https://npm.example.test/
@acme:registry=https://npm.acme.test/
//npm.acme.test/:_authToken=${NPM_TOKEN}
ignore-scripts=true
save-exact
omit[]=dev
omit[] = optional
";

fn said(text: &str) -> Vec<String> {
    let flags = |it: &Setting| format!("{}{}", if it.list { "[]" } else { "" }, if it.implied { "!" } else { "" });
    parse(text).0.entries.iter().map(|it| format!("{}{}={}", it.key, flags(it), it.value)).collect()
}

#[test]
fn settings_are_read_with_their_places() {
    for text in [FILE.to_owned(), FILE.replace('\n', "\r\n"), format!("\u{feff}{}", FILE.replace('\n', "\r"))] {
        let (settings, problems) = parse(&text);
        assert_eq!(problems, []);
        assert_eq!(settings.entries.len(), 7);
        let token = settings.get("//npm.acme.test/:_authToken").unwrap();
        assert_eq!(&text[token.value.span.range()], "${NPM_TOKEN}");
        assert_eq!(&text[token.line.range()], "//npm.acme.test/:_authToken=${NPM_TOKEN}");
        assert!(settings.get("save-exact").unwrap().implied);
        assert!(settings.get("omit").unwrap().list);
    }
}

#[test]
fn lists_sections_and_quotes_are_npms() {
    let table: &[(&str, &[&str])] = &[
        ("a=1\na[]=2\na=3", &["a[]=1", "a[]=2", "a[]=3"]),
        ("a='[1,\"b\"]'", &["a[]=1", "a[]=b"]),
        ("a=true\na='[]'", &["a=true", "a=undefined"]),
        ("[x]\na=1", &[]),
        ("force=false\n[force]\na=1", &["force=false", "force!=true"]),
        ("[ignore-scripts.x]", &["ignore-scripts!=true"]),
    ];
    for (text, expected) in table {
        assert_eq!(said(text), *expected, "{text:?}");
    }
}

#[test]
fn switches_are_read_as_npm_ran_them() {
    // (file, on, depends on the environment); observed with `npm install` of npm 11.19.1.
    let table = [
        ("ignore-scripts", true, false),
        ("ignore-scripts=", true, false),
        ("ignore-scripts=0", false, false),
        ("ignore-scripts=no", true, false),
        ("ignore-scripts=\"false\"", false, false),
        ("ignore-scripts='false'", false, false),
        ("ignore-scripts=false ; really", false, false),
        ("ignore-scripts=true\nignore-scripts=false", false, false),
        ("ignore-scripts[]=false", true, false),
        ("ignore-scripts='[1]'", true, false),
        ("ignore-scripts=true\nignore-scripts='[]'", false, false),
        ("ignore-scripts=${UNSET}", true, true),
        ("ignore-scripts=${UNSET?}", false, true),
        ("ignore-scripts=false\u{a0}", false, false),
    ];
    for (text, on, depends) in table {
        let (settings, _) = parse(text);
        let switch = boolean(&settings, "ignore-scripts").unwrap();
        assert_eq!((switch.on, switch.depends_on_environment), (on, depends), "{text}");
    }
    assert!(boolean(&parse("ignore_scripts=true").0, "ignore-scripts").is_none());
    assert!(boolean(&parse("ignore-scripts=true\u{2028}x").0, "ignore-scripts").is_none());
}

proptest! {
    #[test]
    fn no_text_is_too_much(text in "(ignore-?[sS]cripts|registry|min-release-age|before|//h/:_auth|@s:registry|always-auth|[=:;#\\[\\] \"'$\\{\\}\r\n\u{feff}é0-9a-z]|\n\\[|allow-git=){0,30}") {
        let (settings, problems) = parse(&text);
        for it in &settings.entries {
            prop_assert!(it.line.contains(it.key.span) && it.line.contains(it.value.span));
            prop_assert!(text.get(it.line.range()).is_some());
        }
        for it in &problems {
            prop_assert!(text.get(it.span.range()).is_some());
            if let Some((_, edits)) = &it.fix {
                prop_assert!(crate::text::apply(&text, edits).is_some());
            }
        }
    }
}
