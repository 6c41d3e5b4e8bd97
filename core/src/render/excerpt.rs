//! The few lines of a text that a finding needs, made safe to show.
//!
//! Only these lines are copied, whatever the file's size; of a line that is too long to read (a minified file) only what lies around
//! the spans; and of a span over many lines only its first line.

use std::borrow::Cow;
use std::ops::Range;

use super::secrets::MASK;
use super::sources::Source;
use super::visible::visible_line;
use crate::text::Span;

/// A span over more lines than this is shown by its first line alone.
const MOST_LINES: usize = 6;
/// Longer lines are cut, in bytes.
const LONG_LINE: usize = 300;
/// How much of a long line is shown on either side of a span, in bytes.
const AROUND: usize = 48;
/// How much of a span in a long line is shown, in bytes.
const MOST_OF_SPAN: usize = 120;

/// Lines to show, and what to underline in them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The lines, joined by `\n`.
    pub(super) source: String,
    /// The number of the first of them, from 1.
    pub(super) first_line: usize,
    /// What to underline, one for each span that was asked for: byte ranges of `source`.
    pub(super) marks: Vec<Mark>,
}

/// One underlined part.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Bytes of the excerpt.
    pub(super) range: Range<usize>,
    /// The last line (from 1) of a span that goes on below the excerpt.
    pub(super) goes_on_to: Option<usize>,
}

/// The lines that `spans` need, with `secrets` (in order) written over.
pub(super) fn excerpt(source: Source<'_>, spans: &[Span], secrets: &[Span]) -> Excerpt {
    let parts: Vec<Part> = spans.iter().map(|&span| Part::new(source, span)).collect();
    let first = parts.iter().map(|part| part.lines.start).min().unwrap_or(0);
    let last = parts.iter().map(|part| part.lines.end).max().unwrap_or(first);
    let mut shown = String::new();
    let mut marks: Vec<Range<usize>> = vec![0..0; parts.len()];
    for number in first..=last {
        if number > first {
            shown.push('\n');
        }
        let line = Line::push(&mut shown, source, number, &parts, secrets);
        for (mark, part) in marks.iter_mut().zip(&parts) {
            if part.lines.start == number {
                mark.start = line.map(source.text, part.bytes.start, secrets);
            }
            if part.lines.end == number {
                mark.end = line.map(source.text, part.bytes.end, secrets);
            }
        }
    }
    let marks = marks.into_iter().zip(&parts).map(|(range, part)| Mark { range, goes_on_to: part.goes_on_to });
    Excerpt { source: shown, first_line: first + 1, marks: marks.collect() }
}

/// A span as far as it is shown.
struct Part {
    bytes: Range<usize>,
    /// First and last line, both shown, from 0.
    lines: Range<usize>,
    goes_on_to: Option<usize>,
}

impl Part {
    fn new(source: Source<'_>, span: Span) -> Part {
        let Range { start, mut end } = source.clamp(span);
        let first = source.lines.line(start);
        let mut last = source.lines.line(end);
        if last > first && source.lines.start(last) == Some(end) {
            // It ends with a line ending: the line below has no part in it.
            last -= 1;
            end = source.lines.content(source.text, last).end;
        }
        let goes_on_to = (last - first >= MOST_LINES).then_some(last + 1);
        if goes_on_to.is_some() {
            last = first;
            end = source.lines.content(source.text, first).end;
        }
        Part { bytes: start..end.max(start), lines: first..last, goes_on_to }
    }
}

/// One line as it was written into the excerpt.
struct Line {
    /// The bytes of the text that are shown.
    window: Range<usize>,
    /// Where they begin in the excerpt.
    at: usize,
    /// Where they end there.
    end: usize,
}

impl Line {
    fn push(shown: &mut String, source: Source<'_>, number: usize, parts: &[Part], secrets: &[Span]) -> Line {
        let content = source.lines.content(source.text, number);
        let window = window(source.text, &content, number, parts);
        if window.start > content.start {
            shown.push('…');
        }
        let at = shown.len();
        shown.push_str(&safe(source.text, window.clone(), secrets));
        let end = shown.len();
        if window.end < content.end {
            shown.push('…');
        }
        Line { window, at, end }
    }

    /// Where a byte of the text stands in the excerpt; what is not shown stands at the nearer edge.
    fn map(&self, text: &str, offset: usize, secrets: &[Span]) -> usize {
        if offset >= self.window.end {
            return self.end;
        }
        self.at + safe(text, self.window.start..offset.max(self.window.start), secrets).len()
    }
}

/// The text of a range as it may be shown.
fn safe<'t>(text: &'t str, range: Range<usize>, secrets: &[Span]) -> Cow<'t, str> {
    let mut within =
        secrets.iter().map(|secret| secret.range()).filter(|secret| secret.start < range.end && range.start < secret.end);
    let Some(first) = within.next() else { return visible_line(&text[range]) };
    let mut shown = String::new();
    let mut at = range.start;
    for secret in std::iter::once(first).chain(within) {
        if at < secret.start {
            shown.push_str(&visible_line(text.get(at..secret.start).unwrap_or_default()));
        }
        if secret.end > at {
            shown.push_str(MASK);
            at = secret.end.min(range.end);
        }
    }
    shown.push_str(&visible_line(text.get(at..range.end).unwrap_or_default()));
    Cow::Owned(shown)
}

/// The part of a line to show.
fn window(text: &str, content: &Range<usize>, number: usize, parts: &[Part]) -> Range<usize> {
    if content.len() <= LONG_LINE {
        return content.clone();
    }
    let here = parts.iter().filter(|part| part.lines.start <= number && number <= part.lines.end);
    let within =
        here.map(|part| part.bytes.start.clamp(content.start, content.end)..part.bytes.end.clamp(content.start, content.end));
    let spans = within.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(content.start..content.start);
    let start = spans.start.saturating_sub(AROUND).max(content.start);
    let end = (spans.end.min(spans.start + MOST_OF_SPAN) + AROUND).min(content.end);
    text.floor_char_boundary(start)..text.ceil_char_boundary(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::LineIndex;

    fn shown(text: &str, from: &str) -> (String, Vec<String>, usize) {
        let lines = LineIndex::new(text);
        let start = text.find(from).unwrap();
        let excerpt = excerpt(Source { text, lines: &lines }, &[Span::new(start, start + from.len())], &[]);
        let marked = excerpt.marks.iter().map(|mark| excerpt.source[mark.range.clone()].to_owned()).collect();
        (excerpt.source, marked, excerpt.first_line)
    }

    #[test]
    fn only_the_lines_of_the_span_are_shown() {
        let text = "{\r\n  \"é\": \"1\",\r\n  \"b\": \"2\"\r\n}\r\n";
        assert_eq!(shown(text, "\"1\""), ("  \"é\": \"1\",".into(), vec!["\"1\"".into()], 2));
        assert_eq!(shown(text, "1\",\r\n  \"b"), ("  \"é\": \"1\",\n  \"b\": \"2\"".into(), vec!["1\",\n  \"b".into()], 2));
        // With its line ending, the line below is not shown.
        assert_eq!(shown(text, "\"1\",\r\n"), ("  \"é\": \"1\",".into(), vec!["\"1\",".into()], 2));
    }

    #[test]
    fn marks_follow_what_was_written_out() {
        assert_eq!(shown("a\u{202e}b\u{200b}c", "b\u{200b}"), ("a\\u{202e}b\\u{200b}c".into(), vec!["b\\u{200b}".into()], 1));
    }

    #[test]
    fn a_long_line_is_cut_around_the_span() {
        let text = format!("{}<target>{}", "é".repeat(4000), "x".repeat(4000));
        let (source, marked, _) = shown(&text, "<target>");
        assert_eq!(source, format!("…{}<target>{}…", "é".repeat(24), "x".repeat(48)));
        assert_eq!(marked, ["<target>"]);
        let (source, marked, _) = shown(&text, &"x".repeat(4000));
        assert!(source.len() < 400 && source.ends_with("x…"), "{source}");
        assert_eq!(marked, ["x".repeat(168)]);
    }

    #[test]
    fn a_span_over_many_lines_is_shown_by_its_first() {
        let text = "{\n".to_owned() + &"  \"a\": 1,\n".repeat(50) + "}";
        let lines = LineIndex::new(&text);
        let excerpt = excerpt(Source { text: &text, lines: &lines }, &[Span::new(0, text.len())], &[]);
        assert_eq!(excerpt, Excerpt { source: "{".into(), first_line: 1, marks: vec![Mark { range: 0..1, goes_on_to: Some(52) }] });
    }
}
