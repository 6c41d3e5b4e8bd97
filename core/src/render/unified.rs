//! A change to a file as a unified diff: what `fix --diff` prints.

use std::fmt::Write as _;

use annotate_snippets::renderer::{AnsiColor, Effects, Style as Colour};
use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use super::Style;
use super::visible::{visible, visible_line};

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;

/// The difference between two states of a file, empty if there is none. `before` is `None` for a file that is new.
///
/// Without colours the lines are the file's, byte for byte, so that `git apply` and `patch` take the result. With colours it is for
/// eyes only, and what would act on a terminal is written out.
#[must_use]
pub fn unified(path: &str, before: Option<&str>, after: &str, ansi: bool) -> String {
    if before == Some(after) {
        return String::new();
    }
    let style = if ansi { Style::Ansi } else { Style::Plain };
    let old_path = if before.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
    let bold = Colour::new().effects(Effects::BOLD);
    let mut out = String::new();
    let header = |side: &str, path: &str| style.paint(bold, &visible(&format!("{side} {path}")));
    let _ = writeln!(out, "{}\n{}", header("---", &old_path), header("+++", &format!("b/{path}")));
    let changed = Changed::between(before.unwrap_or_default(), after);
    // Myers, as this library has it, bounds its work where much has changed; histogram took minutes over a lockfile with every version new.
    let ops = capture_diff_slices(Algorithm::Myers, &changed.old, &changed.new);
    for hunk in group_diff_ops(ops, CONTEXT) {
        changed.hunk(&mut out, &hunk, style);
    }
    out
}

/// The lines between the first and the last that differ, with some context; everything else is equal and is not looked at again.
struct Changed<'a> {
    old: Vec<&'a str>,
    new: Vec<&'a str>,
    /// How many lines come before, the same number on both sides.
    skipped: usize,
}

impl<'a> Changed<'a> {
    fn between(before: &'a str, after: &'a str) -> Changed<'a> {
        let same = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
        let start = context_before(before.as_bytes(), same);
        let rest = before.len().min(after.len()) - start;
        let tail = before.bytes().rev().zip(after.bytes().rev()).take(rest).take_while(|(a, b)| a == b).count();
        let tail = context_after(before.as_bytes(), before.len() - tail.min(rest)).min(rest);
        Changed {
            old: lines(before, start, before.len() - tail),
            new: lines(after, start, after.len() - tail),
            skipped: memchr::memchr_iter(b'\n', &before.as_bytes()[..start]).count(),
        }
    }

    fn hunk(&self, out: &mut String, ops: &[DiffOp], style: Style) {
        let (Some(first), Some(last)) = (ops.first(), ops.last()) else { return };
        let old = range(self.skipped + first.old_range().start, self.skipped + last.old_range().end);
        let new = range(self.skipped + first.new_range().start, self.skipped + last.new_range().end);
        let _ = writeln!(out, "{}", style.paint(AnsiColor::Cyan.on_default(), &format!("@@ -{old} +{new} @@")));
        for op in ops {
            if let DiffOp::Equal { .. } = op {
                self.old[op.old_range()].iter().for_each(|text| line(out, ' ', text, Colour::new(), style));
                continue;
            }
            self.old[op.old_range()].iter().for_each(|text| line(out, '-', text, AnsiColor::Red.on_default(), style));
            self.new[op.new_range()].iter().for_each(|text| line(out, '+', text, AnsiColor::Green.on_default(), style));
        }
    }
}

/// The start of the line `CONTEXT` lines above the one that holds byte `at`.
fn context_before(text: &[u8], at: usize) -> usize {
    memchr::memrchr_iter(b'\n', &text[..at]).nth(CONTEXT).map_or(0, |end| end + 1)
}

/// How many bytes are left after the line `CONTEXT` lines below the one that holds byte `at`.
fn context_after(text: &[u8], at: usize) -> usize {
    memchr::memchr_iter(b'\n', &text[at..]).nth(CONTEXT).map_or(0, |end| text.len() - (at + end + 1))
}

/// Lines with their endings. Only `\n` ends one, as `patch` has it.
fn lines(text: &str, start: usize, end: usize) -> Vec<&str> {
    text.get(start..end).unwrap_or_default().split_inclusive('\n').collect()
}

fn range(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        count => format!("{},{count}", start + 1),
    }
}

fn line(out: &mut String, sign: char, text: &str, colour: Colour, style: Style) {
    let body = text.strip_suffix('\n').unwrap_or(text);
    if style == Style::Ansi {
        let body = body.strip_suffix('\r').unwrap_or(body);
        let _ = writeln!(out, "{}", style.paint(colour, &format!("{sign}{}", visible_line(body))));
    } else {
        let _ = writeln!(out, "{sign}{body}");
    }
    if !text.ends_with('\n') {
        out.push_str("\\ No newline at end of file\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use proptest::prelude::*;

    #[test]
    fn far_changes_are_hunks_of_their_own() {
        let before: String = (1..=30).map(|n| format!("line {n}\n")).collect();
        let after = before.replace("line 5\n", "line five\n").replace("line 25\n", "").replace("line 30\n", "line 30\nlast");
        expect![[r#"
            --- a/a/package.json
            +++ b/a/package.json
            @@ -2,7 +2,7 @@
             line 2
             line 3
             line 4
            -line 5
            +line five
             line 6
             line 7
             line 8
            @@ -22,9 +22,9 @@
             line 22
             line 23
             line 24
            -line 25
             line 26
             line 27
             line 28
             line 29
             line 30
            +last
            \ No newline at end of file
        "#]]
        .assert_eq(&unified("a/package.json", Some(&before), &after, false));
    }

    #[test]
    fn new_files_and_missing_line_ends_are_told() {
        expect![[r#"
            --- /dev/null
            +++ b/.npmrc
            @@ -0,0 +1 @@
            +ignore-scripts=true
        "#]]
        .assert_eq(&unified(".npmrc", None, "ignore-scripts=true\n", false));
        expect![[r#"
            --- a/.npmrc
            +++ b/.npmrc
            @@ -1 +1,2 @@
            -a=1
            \ No newline at end of file
            +a=1<CR>
            +b=2<CR>
        "#]]
        .assert_eq(&unified(".npmrc", Some("a=1"), "a=1\r\nb=2\r\n", false).replace('\r', "<CR>"));
        assert_eq!(unified("x", Some("a"), "a", false), "");
    }

    #[test]
    fn colours_come_with_text_that_is_safe_to_show() {
        expect![[r#"\u{1b}[1m--- a/x\u{1b}[0m\n\u{1b}[1m+++ b/x\u{1b}[0m\n\u{1b}[36m@@ -1,2 +1,2 @@\u{1b}[0m\n a\\u{1b}[2J\n\u{1b}[31m-b\u{1b}[0m\n\u{1b}[32m+c\u{1b}[0m\n"#]].assert_eq(&unified("x", Some("a\x1b[2J\r\nb\r\n"), "a\x1b[2J\r\nc\r\n", true).escape_debug().to_string());
    }

    /// Applies a unified diff, as `patch` does.
    fn patch(before: &str, diff: &str) -> String {
        let old: Vec<&str> = before.split_inclusive('\n').collect();
        let mut next = 0;
        let mut result: Vec<String> = Vec::new();
        let mut lines = diff.split_inclusive('\n').skip(2).peekable();
        while let Some(line) = lines.next() {
            if let Some(header) = line.strip_prefix("@@ -") {
                let (start, _) = header.split_once(' ').unwrap();
                let (start, count) = start.split_once(',').unwrap_or((start, "1"));
                let start: usize = start.parse().unwrap();
                let start = if count == "0" { start } else { start - 1 };
                result.extend(old[next..start].iter().map(|&line| line.to_owned()));
                next = start;
                continue;
            }
            let mut text = line[1..].to_owned();
            if lines.next_if(|line| line.starts_with('\\')).is_some() {
                text.pop();
            }
            if !line.starts_with('+') {
                assert_eq!(old[next], text);
                next += 1;
            }
            if !line.starts_with('-') {
                result.push(text);
            }
        }
        result.extend(old[next..].iter().map(|&line| line.to_owned()));
        result.concat()
    }

    proptest! {
        #[test]
        fn a_diff_applied_gives_the_new_text(before in "([ab]?\n|é\r\n|x){0,24}", after in "([ab]?\n|é\r\n|x){0,24}") {
            let diff = unified("f", Some(&before), &after, false);
            prop_assert_eq!(patch(&before, &diff), after);
        }
    }
}
