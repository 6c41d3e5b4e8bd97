//! Snapshots of what people see, on texts that go out of their way to spoil it.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::finding::Finding;
use crate::render::fixture::{Fixture, finding};
use crate::text::Edit;

fn check(fixture: &Fixture, expected: &Expect) {
    expected.assert_eq(&text(&fixture.report, &fixture.sources(), &TextOptions::default()));
}

#[test]
fn a_finding_points_at_its_span_and_says_what_to_do() {
    let mut fixture = Fixture::of(&[("package.json", "{\n  \"dependencies\": {\n    \"express\": \"^4.18.0\"\n  }\n}\n")]);
    let found = fixture.find("package.json", "^4.18.0", "`express` admits more than one version");
    found.help("pin it to the version that the lockfile holds");
    let span = found.span;
    found.fix("Pin `express` to 4.18.2", Applicability::Safe, Some(vec![Edit::replace(span, "4.18.2")]));
    check(
        &fixture,
        &expect![[r#"
            error[test-rule]: `express` admits more than one version
             --> package.json:3:17
              |
            3 |     "express": "^4.18.0"
              |                 ^^^^^^^
              |
              = help: pin it to the version that the lockfile holds
              = fix: Pin `express` to 4.18.2 (run `provender fix`)

            1 error, 0 warnings, 0 infos in 1 file
        "#]],
    );
}

#[test]
fn a_fix_is_named_with_the_option_it_takes() {
    let mut fixture = Fixture::of(&[(".npmrc", "a=b\n")]);
    let found = fixture.find(".npmrc", "b", "one").severity(Severity::Info);
    found.fix("Show", Applicability::Display, Some(vec![Edit::insert(0, "x")]));
    assert_eq!(fix_line(found), None);
    found.fix("Replace", Applicability::Unsafe, Some(vec![Edit::insert(0, "x")]));
    assert_eq!(fix_line(found).unwrap(), "Replace (run `provender fix --unsafe`)");
    found.fix("Set", Applicability::Safe, Some(vec![Edit::insert(0, "x")]));
    assert_eq!(fix_line(found).unwrap(), "Set (run `provender fix`)");
}

#[test]
fn related_places_are_shown_near_far_and_in_other_files() {
    let lock = "{\n  \"a\": 1,\n  \"b\": 2,\n".to_owned() + &"  \"x\": 0,\n".repeat(200) + "  \"a\": 3\n}\n";
    let mut fixture = Fixture::of(&[("package-lock.json", &lock), ("package.json", "{\"a\": \"1\"}\n")]);
    let (near, far) = (fixture.span("package-lock.json", "\"b\""), fixture.span("package-lock.json", "\"a\": 3"));
    let other = fixture.span("package.json", "\"a\"");
    let found = fixture.find("package-lock.json", "\"a\"", "the key `a` is there twice");
    let (own, other_path, gone) = (found.path.clone(), RelPath::new("package.json"), RelPath::new("gone.json"));
    found.related(&own, near, "near").related(&own, far, "again here").related(&other_path, other, "asked for here");
    found.related(&gone, Span::at(0), "was asked for here").help("remove one of them");
    check(
        &fixture,
        &expect![[r#"
            error[test-rule]: the key `a` is there twice
               --> package-lock.json:2:3
                |
              2 |   "a": 1,
                |   ^^^
              3 |   "b": 2,
                |   --- near
                |
               ::: package-lock.json:204:3
                |
            204 |   "a": 3
                |   ------ again here
                |
               ::: package.json:1:2
                |
              1 | {"a": "1"}
                |  --- asked for here
                |
               ::: gone.json
                = note: was asked for here
                = help: remove one of them

            1 error, 0 warnings, 0 infos in 2 files
        "#]],
    );
}

#[test]
fn many_related_places_are_cut_with_a_count() {
    let lock = "    \"a\": 1,\n".repeat(60);
    let mut fixture = Fixture::of(&[("package-lock.json", &lock)]);
    let found = fixture.find("package-lock.json", "\"a\"", "too often");
    let own = found.path.clone();
    for line in 1..30 {
        found.related(&own, Span::new(line * 12 + 4, line * 12 + 7), "");
    }
    let shown = text(&fixture.report, &fixture.sources(), &TextOptions::default());
    assert_eq!(shown.matches("---").count(), MOST_RELATED, "{shown}");
    assert!(shown.contains("= note: and 21 more places like these\n"), "{shown}");
}

#[test]
fn wide_characters_tabs_and_line_endings_do_not_shift_the_underline() {
    let mut fixture = Fixture::of(&[("a.json", "{\r\n\t\"é😀中\": \"^1\"\r\n}\r\n"), ("b.json", "\u{feff}{\r\"é\": \"^1\"\r}")]);
    fixture.find("a.json", "^1", "after wide characters");
    fixture.find("b.json", "\u{feff}", "a byte-order mark");
    fixture.find("b.json", "^1", "old line endings");
    check(
        &fixture,
        &expect![[r#"
            error[test-rule]: after wide characters
             --> a.json:2:10
              |
            2 |     "é😀中": "^1"
              |               ^^

            error[test-rule]: a byte-order mark
             --> b.json:1:1
              |
            1 | \u{feff}{
              | ^^^^^^^^

            error[test-rule]: old line endings
             --> b.json:2:7
              |
            2 | "é": "^1"
              |       ^^

            3 errors, 0 warnings, 0 infos in 2 files
        "#]],
    );
}

#[test]
fn spans_over_lines_empty_spans_and_the_end_of_a_file() {
    let long = "{\n".to_owned() + &"  \"x\": 0,\n".repeat(20) + "}\n";
    let mut fixture = Fixture::of(&[("a.json", "{\n  \"a\": {\n    \"b\": 1\n  }\n"), ("b.json", &long), ("c.json", "")]);
    fixture.find("a.json", "{\n    \"b\": 1\n  }", "three lines");
    fixture.report.findings.push(finding("a.json", 4, 4, "before the quote"));
    fixture.report.findings.push(finding("a.json", 27, 27, "ends too early"));
    fixture.report.findings.push(finding("b.json", 0, long.len(), "a whole file"));
    fixture.report.findings.push(finding("c.json", 0, 0, "an empty file"));
    check(
        &fixture,
        &expect![[r#"
            error[test-rule]: three lines
             --> a.json:2:8
              |
            2 |     "a": {
              |  ________^
            3 | |     "b": 1
            4 | |   }
              | |___^

            error[test-rule]: before the quote
             --> a.json:2:3
              |
            2 |   "a": {
              |   ^

            error[test-rule]: ends too early
             --> a.json:5:1
              |
            5 |
              | ^

            error[test-rule]: a whole file
             --> b.json:1:1
              |
            1 | {
              | ^ up to line 22

            error[test-rule]: an empty file
             --> c.json:1:1
              |
            1 |
              | ^

            5 errors, 0 warnings, 0 infos in 3 files
        "#]],
    );
}

#[test]
fn nothing_in_a_file_or_a_name_drives_the_terminal() {
    let path = "a\x1b]0;x\x07\n::error::/b.json";
    let mut fixture = Fixture::of(&[(path, "\"\x1b[2J\u{202e}live\u{2066}\u{200b}\": \"\u{9b}31m\"\n")]);
    let found = fixture.find(path, "live", "`\x1b[31mlodash\n::add-mask::\u{200b}` is\u{2028}odd");
    let own = found.path.clone();
    found.help("see \x1b]8;;https://evil.example\x07here").related(&own, Span::new(0, 1), "\u{202e}x");
    let shown = text(&fixture.report, &fixture.sources(), &TextOptions::default());
    expect![[r#"
        error[test-rule]: `\u{1b}[31mlodash\n::add-mask::\u{200b}` is\u{2028}odd
         --> a\u{1b}]0;x\u{7}\n::error::/b.json:1:7
          |
        1 | "\u{1b}[2J\u{202e}live\u{2066}\u{200b}": "\u{9b}31m"
          | - \u{202e}x       ^^^^
          |
          = help: see \u{1b}]8;;https://evil.example\u{7}here

        1 error, 0 warnings, 0 infos in 1 file
    "#]]
    .assert_eq(&shown);
    let concise = text(&fixture.report, &fixture.sources(), &TextOptions { concise: true, ..TextOptions::default() });
    expect![[r#"
        a\u{1b}]0;x\u{7}\n::error::/b.json:1:7 error[test-rule] `\u{1b}[31mlodash\n::add-mask::\u{200b}` is\u{2028}odd
        1 error, 0 warnings, 0 infos in 1 file
    "#]]
    .assert_eq(&concise);
}

#[test]
fn a_minified_file_is_shown_around_the_span() {
    let entry = |n: usize| format!("\"node_modules/p{n}\":{{\"version\":\"1.0.{n}\"}},");
    let lock: String = (0..3000).map(entry).collect();
    let mut fixture = Fixture::of(&[("package-lock.json", &lock)]);
    fixture.find("package-lock.json", "\"1.0.1500\"", "changed");
    check(
        &fixture,
        &expect![[r#"
            error[test-rule]: changed
             --> package-lock.json:1:63813
              |
            1 | …on":"1.0.1499"},"node_modules/p1500":{"version":"1.0.1500"},"node_modules/p1501":{"version":"1.0.1501"},"n…
              |                                                  ^^^^^^^^^^

            1 error, 0 warnings, 0 infos in 1 file
        "#]],
    );
}

#[test]
fn a_file_that_could_not_be_read_is_named_alone() {
    let mut fixture = Fixture::of(&[]);
    let mut gone = finding("package-lock.json", 0, 0, "cannot be read: permission denied");
    gone.help("give yourself the right to read it");
    fixture.report = Report { files: 1, findings: vec![gone], ..Report::default() };
    check(
        &fixture,
        &expect![[r#"
        error[test-rule]: cannot be read: permission denied
        --> package-lock.json
         = help: give yourself the right to read it

        1 error, 0 warnings, 0 infos in 1 file
    "#]],
    );
}

#[test]
fn many_of_one_rule_are_cut_with_a_count() {
    let mut fixture = Fixture::of(&[("package.json", "{}\n")]);
    for number in 0..25 {
        fixture.find("package.json", "{}", &format!("number {number}")).severity(Severity::Warning);
    }
    fixture.report.excepted.push(finding("package.json", 0, 1, "excepted"));
    let show = |limit| text(&fixture.report, &fixture.sources(), &TextOptions { concise: true, limit, ..TextOptions::default() });
    expect![[r#"
        package.json:1:1 warning[test-rule] number 0
        package.json:1:1 warning[test-rule] number 1
        … and 23 more of `test-rule` in package.json; --all shows them
        0 errors, 25 warnings, 0 infos in 1 file (1 finding held back by the policy)
    "#]]
    .assert_eq(&show(Some(2)));
    assert_eq!(show(None).lines().count(), 26);
    assert_eq!(show(TextOptions::default().limit).lines().count(), 22);
}

#[test]
fn nothing_found_is_said() {
    let fixture = Fixture::of(&[("a.json", ""), ("b.json", "")]);
    check(&fixture, &expect!["no findings in 2 files\n"]);
}

#[test]
fn colours_only_add_to_the_text() {
    let mut fixture = Fixture::of(&[("a.json", "{\"a\": 1}\n")]);
    fixture.find("a.json", "1", "one").help("help");
    for concise in [false, true] {
        let plain = TextOptions { concise, ..TextOptions::default() };
        let shown = text(&fixture.report, &fixture.sources(), &TextOptions { style: Style::Ansi, ..plain });
        assert!(shown.contains('\x1b'));
        assert_eq!(without_colours(&shown), text(&fixture.report, &fixture.sources(), &plain));
    }
}

proptest! {
    /// Whatever the text and the spans, the output is printable and the renderer does not fail.
    #[test]
    fn any_text_and_any_spans_are_shown(source in "([a{é😀\t\r\n\u{202e}\x1b]|\r\n){0,40}", spans in prop::collection::vec((0u32..80, 0u32..80), 1..4)) {
        let mut fixture = Fixture::of(&[("a.json", &source)]);
        let mut found: Finding = finding("a.json", 0, 0, "m");
        found.span = Span { start: spans[0].0, end: spans[0].1 };
        for span in &spans[1..] {
            found.related(&RelPath::new("a.json"), Span { start: span.0, end: span.1 }, "here");
        }
        fixture.report.findings.push(found);
        let shown = text(&fixture.report, &fixture.sources(), &TextOptions::default());
        prop_assert!(!shown.contains(['\x1b', '\u{202e}', '\r', '\t']), "{shown:?}");
        let heading = shown.lines().nth(1).unwrap().trim_start();
        prop_assert!(heading.starts_with("--> a.json:"), "{heading}");
    }
}
