//! What a rule is about: its documentation at a terminal, and the catalogue as a table.
//!
//! Rules are documented in Markdown that the project itself writes, so a small subset is enough: headings, paragraphs, lists, fenced
//! code, `code`, **bold** and links.

use std::fmt::Write as _;

use annotate_snippets::renderer::{AnsiColor, Effects, Style as Colour};

use super::Style;
use super::threats::threat;
use crate::rule::{Fixable, Needs, Rule};

const BOLD: Colour = Colour::new().effects(Effects::BOLD);
const DIM: Colour = Colour::new().effects(Effects::DIMMED);
const CODE: Colour = AnsiColor::Cyan.on_default();

/// A rule's documentation as Markdown, without the space that doc comments begin their lines with.
pub(super) fn documentation(rule: &Rule) -> String {
    let lines: Vec<&str> = rule.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}

/// Renders a rule for a terminal: what it is, then its documentation.
#[must_use]
pub fn explain(rule: &Rule, ansi: bool) -> String {
    let style = if ansi { Style::Ansi } else { Style::Plain };
    let mut out = format!("{}: {}\n", style.paint(BOLD, rule.id), rule.summary);
    let _ = writeln!(out, "{}\n", style.paint(DIM, &facts(rule)));
    let mut in_code = false;
    for line in documentation(rule).lines() {
        if let Some(info) = line.trim_start().strip_prefix("```") {
            if !in_code {
                if !out.ends_with("\n\n") {
                    out.push('\n');
                }
                code_title(&mut out, info, style);
            }
            in_code = !in_code;
        } else if in_code {
            push_line(&mut out, "    ", &style.paint(CODE, line), line);
        } else if let Some(heading) = heading(line) {
            let _ = writeln!(out, "{}", style.paint(BOLD, heading));
        } else {
            push_line(&mut out, "", &inline(line, style), line);
        }
    }
    out
}

/// Severity, threat, what it looks at, whether it can be mended: in one line.
fn facts(rule: &Rule) -> String {
    let needs = match rule.needs {
        Needs::Files => "",
        Needs::Base => "; needs a base to compare with",
        Needs::Registry => "; asks the registry",
    };
    let fix = match rule.fixable {
        Fixable::No => "no automatic fix",
        Fixable::Offline => "some findings can be fixed",
        Fixable::Online => "some findings can be fixed after asking the registry",
    };
    format!("{}; threat {} ({}){needs}; {fix}", rule.severity.id(), rule.threat, threat(rule.threat))
}

/// A line, unless there is nothing on it: no blanks at the end.
fn push_line(out: &mut String, indent: &str, painted: &str, plain: &str) {
    if !plain.trim().is_empty() {
        out.push_str(indent);
        out.push_str(painted);
    }
    out.push('\n');
}

/// What a code block shows, where its fence says so after the language: a file, its state before the change (`base`), or what the
/// registry answered (`facts`).
fn code_title(out: &mut String, info: &str, style: Style) {
    let Some((_, name)) = info.trim().split_once(' ') else { return };
    let title = match name.trim() {
        "facts" => "what the registry answered".to_owned(),
        name => name.strip_suffix(" base").map_or_else(|| name.to_owned(), |name| format!("{name}, before the change")),
    };
    let _ = writeln!(out, "    {}", style.paint(DIM, &title));
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    (1..=6).contains(&level).then_some(text)?.strip_prefix(' ')
}

/// Paints `code`, **bold** and links. What is not closed stays as it is.
fn inline(line: &str, style: Style) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['`', '*', '[']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match markup(rest, style) {
            Some((text, length)) => {
                out.push_str(&text);
                rest = &rest[length..];
            }
            None => {
                out.push_str(&rest[..1]);
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

/// The markup at the start of `text`, painted, and how many bytes it is long.
fn markup(text: &str, style: Style) -> Option<(String, usize)> {
    if let Some(code) = text.strip_prefix('`') {
        let end = code.find('`').filter(|&end| end > 0)?;
        // Without colours the marks are what tells code from words.
        let painted = if style == Style::Ansi { style.paint(CODE, &code[..end]) } else { text[..end + 2].to_owned() };
        return Some((painted, end + 2));
    }
    if let Some(bold) = text.strip_prefix("**") {
        let end = bold.find("**").filter(|&end| end > 0)?;
        return Some((style.paint(BOLD, &bold[..end]), end + 4));
    }
    let (label, after) = text.strip_prefix('[')?.split_once("](")?;
    let (address, _) = after.split_once(')')?;
    Some((format!("{label} ({address})"), label.len() + address.len() + 4))
}

/// The rules as a Markdown table, in the order given.
#[must_use]
pub fn rule_table(rules: &[&Rule]) -> String {
    let mut out = String::from("| id | threat | severity | fix | what it reports |\n|---|---|---|---|---|\n");
    for rule in rules {
        let fix = match rule.fixable {
            Fixable::No => "",
            Fixable::Offline => "yes",
            Fixable::Online => "asks the registry",
        };
        let summary = rule.summary.replace('|', "\\|");
        let _ = writeln!(out, "| `{}` | {} | {} | {fix} | {summary} |", rule.id, rule.threat, rule.severity.id());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture::TEST_RULE;
    use expect_test::expect;

    #[test]
    fn a_rule_is_explained_without_its_markup() {
        expect![[r#"
            test-rule: a test wants something | or not
            error; threat 9 (protestware); some findings can be fixed

            Says that a test wants something.

            It matters to `tests` only.

            Bad

                package.json
                { "dependencies": { "a": "*" } }

            Good

            - write one version, see the guide (https://guide.example/pin)
            #1 is no heading
        "#]]
        .assert_eq(&explain(TEST_RULE, false));
    }

    #[test]
    fn colours_only_add_to_the_text() {
        let plain = explain(TEST_RULE, false).replace('`', "");
        let coloured = explain(TEST_RULE, true);
        let bare: String = coloured
            .split('\x1b')
            .map(|part| part.strip_prefix('[').and_then(|part| part.split_once('m')).map_or(part, |(_, rest)| rest))
            .collect();
        assert_eq!(bare, plain);
        assert_ne!(coloured, bare);
    }

    #[test]
    fn markup_that_is_not_closed_stays() {
        for text in ["a ` b", "2 * 3 ** 4", "[x] done", "`", "**", "[a](b", "é`` *"] {
            assert_eq!(inline(text, Style::Plain), text);
        }
    }

    #[test]
    fn code_is_titled_in_words() {
        for (info, title) in [
            ("json package.json", "    package.json\n"),
            ("json package-lock.json base", "    package-lock.json, before the change\n"),
            ("json facts", "    what the registry answered\n"),
            ("json", ""),
        ] {
            let mut out = String::new();
            code_title(&mut out, info, Style::Plain);
            assert_eq!(out, title);
        }
    }

    #[test]
    fn the_table_keeps_its_columns() {
        expect![[r#"
            | id | threat | severity | fix | what it reports |
            |---|---|---|---|---|
            | `test-rule` | 9 | error | yes | a test wants something \| or not |
        "#]]
        .assert_eq(&rule_table(&[TEST_RULE]));
    }
}
