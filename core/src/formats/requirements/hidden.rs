//! Text that pip takes in another way than an editor shows it: line breaks that do not look like one, and coding lines.

use super::lines::physical;
use crate::model::{Problem, ProblemKind};
use crate::syntax::python_ini::is_space;
use crate::text::Span;

/// Every hidden line break that something follows on the line that an editor shows.
pub(super) fn breaks(text: &str) -> Vec<Problem> {
    let newlines = text.contains('\n');
    let mut problems = Vec::new();
    let mut former: Option<(usize, usize)> = None;
    for (start, end) in physical(text) {
        let separator = former.replace((start, end)).map(|(_, end)| (end, &text[end..start]));
        let Some((at, separator)) = separator else { continue };
        // Files of a single kind of line end are shown as they are meant.
        let shown = separator.contains('\n') || (separator == "\r" && !newlines);
        if shown || text[start..end].trim_matches(is_space).is_empty() {
            continue;
        }
        let character = separator.chars().next().unwrap_or_default();
        problems.push(ambiguous(
            Span::new(at, start),
            format!("pip begins a new line at this U+{:04X}, where editors show none", character as u32),
        ));
    }
    problems
}

/// A coding line that makes pip read other characters than an editor shows.
pub(super) fn coding(text: &str) -> Option<Problem> {
    if text.starts_with('\u{feff}') {
        return None;
    }
    let mut start = 0;
    for line in text.split('\n').take(2) {
        if let Some((at, name)) = named(line).filter(|_| line.starts_with('#')) {
            let (harmless, plain) = (is_unicode(name), is_ascii_based(name) && text.is_ascii());
            return (!harmless && !plain).then(|| {
                let message = format!("pip decodes this file as `{name}`, so it may read something else than an editor shows");
                ambiguous(Span::new(start + at, start + at + name.len()), message)
            });
        }
        start += line.len() + 1;
    }
    None
}

/// The encoding that a comment names, as Python finds it (PEP 263), and where.
fn named(line: &str) -> Option<(usize, &str)> {
    line.match_indices("coding").find_map(|(at, word)| {
        let rest = line[at + word.len()..].strip_prefix([':', '='])?;
        let name = rest.trim_start();
        let inside = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        let length = name.find(|character| !inside(character)).unwrap_or(name.len());
        (length > 0).then(|| (line.len() - name.len(), &name[..length]))
    })
}

fn plain_name(name: &str) -> String {
    name.to_ascii_lowercase().replace(['_', ' '], "-")
}

fn is_unicode(name: &str) -> bool {
    matches!(plain_name(name).as_str(), "utf-8" | "utf8" | "u8" | "utf" | "utf8-ucs2" | "utf8-ucs4" | "cp65001" | "utf-8-sig")
}

/// Encodings in which plain text is what it is in UTF-8.
fn is_ascii_based(name: &str) -> bool {
    let name = plain_name(name);
    let starts = ["ascii", "us-ascii", "latin", "iso-8859", "iso8859", "l1", "cp125", "windows-125", "koi8"];
    starts.iter().any(|start| name.starts_with(start))
}

fn ambiguous(span: Span, message: String) -> Problem {
    Problem { kind: ProblemKind::Ambiguous, span, message, related: None, fix: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_breaks_count_where_something_follows() {
        for (text, expected) in [
            ("# a\u{2028}evil\nb\n", 1),
            ("# a\u{85}# b\n", 1),
            ("a\n\u{c}\nb\n", 0),
            ("a\rb\r", 0),
            ("# a\rb\nc", 1),
            ("a\r\nb\r\n", 0),
            ("a\u{c}\n", 0),
        ] {
            assert_eq!(breaks(text).len(), expected, "{text:?}");
        }
    }

    #[test]
    fn coding_lines_count_where_they_change_something() {
        for (text, expected) in [
            ("# -*- coding: utf-8 -*-\né", None),
            ("# coding=latin-1\na", None),
            ("# coding=latin-1\né", Some("latin-1")),
            ("a\n# coding: utf-7\n", Some("utf-7")),
            ("a\nb\n# coding: utf-7\n", None),
            ("a # coding: utf-7\n", None),
            ("\u{feff}# coding: utf-7\n", None),
        ] {
            assert_eq!(coding(text).map(|problem| &text[problem.span.range()]), expected, "{text:?}");
        }
    }
}
