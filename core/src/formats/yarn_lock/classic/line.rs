//! One line of a classic lockfile, cut into words exactly as Yarn 1 cuts it.

use std::borrow::Cow;

use crate::text::Span;

/// A line without its ending.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'t> {
    /// The line.
    pub(super) text: &'t str,
    /// Where it begins in the whole text.
    pub(super) start: usize,
}

/// The lines of a text, as Yarn ends them: by `\n`, `\r\n` or a lone `\r`.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut rest = Some(0);
    std::iter::from_fn(move || {
        let start = rest?;
        let bytes = &text.as_bytes()[start..];
        let end = memchr::memchr2(b'\n', b'\r', bytes);
        rest = end.map(|end| start + end + if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 });
        Some(Line { text: &text[start..start + end.unwrap_or(bytes.len())], start })
    })
}

impl<'t> Line<'t> {
    /// How many spaces it begins with.
    pub(super) fn indent(self) -> usize {
        self.text.bytes().take_while(|byte| *byte == b' ').count()
    }

    /// The place of a range of its bytes.
    pub(super) fn place(self, from: usize, to: usize) -> Span {
        Span::new(self.start + from, self.start + to)
    }

    /// Its bytes from its first word on.
    pub(super) fn content(self) -> Span {
        let from = self.text.len() - self.text.trim_start_matches(' ').len();
        self.place(from, self.text.trim_end().len().max(from))
    }
}

/// A piece of a line.
#[derive(Clone, Debug)]
pub(super) enum Piece<'t> {
    /// A text, in quotes or not, with its place without them.
    Word(Cow<'t, str>, Span),
    /// A text that Yarn does not take: what is wrong with it, and the text all the same.
    Odd(&'static str, Cow<'t, str>, Span),
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// Nothing more, or a comment.
    End,
}

/// Walks the pieces of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pieces<'t> {
    line: Line<'t>,
    /// Where the next piece is looked for.
    pub(super) at: usize,
}

impl<'t> Pieces<'t> {
    pub(super) fn new(line: Line<'t>) -> Pieces<'t> {
        Pieces { line, at: line.indent() }
    }

    /// The next piece.
    pub(super) fn next(&mut self) -> Piece<'t> {
        let bytes = self.line.text.as_bytes();
        self.at += bytes[self.at..].iter().take_while(|byte| **byte == b' ').count();
        match bytes.get(self.at) {
            None | Some(b'#') => Piece::End,
            Some(b',') => self.sign(Piece::Comma),
            Some(b':') => self.sign(Piece::Colon),
            Some(b'"') => self.quoted(),
            Some(_) => self.plain(),
        }
    }

    /// What is left of the line, with its place, for when it is not read as it should be.
    pub(super) fn rest(&self) -> (&'t str, Span) {
        let rest = &self.line.text[self.at..];
        let from = self.at + rest.len() - rest.trim_start().len();
        (rest.trim(), self.line.place(from, from + rest.trim().len()))
    }

    fn sign(&mut self, piece: Piece<'t>) -> Piece<'t> {
        self.at += 1;
        piece
    }

    fn quoted(&mut self) -> Piece<'t> {
        let (text, start) = (self.line.text, self.at + 1);
        let Some(end) = closing_quote(text.as_bytes(), start) else {
            self.at = text.len();
            return Piece::Odd("the closing quote is missing", text[start..].into(), self.line.place(start, text.len()));
        };
        self.at = end + 1;
        let (inner, span) = (&text[start..end], self.line.place(start, end));
        if !inner.contains('\\') && !inner.bytes().any(|byte| byte < b' ') {
            return Piece::Word(Cow::Borrowed(inner), span);
        }
        match serde_json::from_str::<String>(&text[start - 1..=end]) {
            Ok(decoded) => Piece::Word(Cow::Owned(decoded), span),
            Err(_) => Piece::Odd("this is no text that JSON would read", inner.into(), span),
        }
    }

    fn plain(&mut self) -> Piece<'t> {
        let (text, start) = (self.line.text, self.at);
        let length = text[start..].bytes().take_while(|byte| !matches!(byte, b':' | b' ' | b',')).count();
        self.at = start + length;
        let (word, span) = (&text[start..self.at], self.line.place(start, self.at));
        match fault(word) {
            Some(fault) => Piece::Odd(fault, word.into(), span),
            None => Piece::Word(word.into(), span),
        }
    }
}

/// Why Yarn does not take a text without quotes. Numbers and truth values are words of their own to it.
fn fault(word: &str) -> Option<&'static str> {
    let first = word.bytes().next()?;
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    let is_truth = matches!(word, "true" | "false");
    let is_cut = first.is_ascii_digit() || word.starts_with("true") || word.starts_with("false");
    let may_begin = first.is_ascii_alphabetic() || matches!(first, b'/' | b'.' | b'-');
    if is_number || is_truth {
        None
    } else if is_cut {
        Some("Yarn cuts this in two where no quotes stand around it")
    } else if !may_begin {
        Some("a text that begins so has to stand in quotes")
    } else {
        None
    }
}

/// The quote that ends a text: one without a backslash before it, or with two.
fn closing_quote(bytes: &[u8], start: usize) -> Option<usize> {
    let is_escaped = |at: usize| at > start && bytes[at - 1] == b'\\' && !(at > start + 1 && bytes[at - 2] == b'\\');
    memchr::memchr_iter(b'"', &bytes[start..]).map(|at| start + at).find(|at| !is_escaped(*at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<String> {
        let line = Line { text, start: 0 };
        let mut pieces = Pieces::new(line);
        let mut found = Vec::new();
        loop {
            found.push(match pieces.next() {
                Piece::Word(word, span) => format!("{word}@{}", span.start),
                Piece::Odd(why, word, _) => format!("{word}! {why}"),
                Piece::Comma => ",".to_owned(),
                Piece::Colon => ":".to_owned(),
                Piece::End => return found,
            });
        }
    }

    #[test]
    fn lines_are_cut_as_yarn_cuts_them() {
        assert_eq!(pieces(r#""@s/a@^1", b@^2: # c"#), ["@s/a@^1@1", ",", "b@^2@11", ":"]);
        assert_eq!(pieces(r#"  a "x \" y\u0041""#), ["a@2", "x \" yA@5"]);
        assert_eq!(pieces("  resolved https://h.test/"), ["resolved@2", "https@11", ":", "//h.test/@17"]);
        assert_eq!(pieces("  flag true"), ["flag@2", "true@7"]);
        assert_eq!(pieces("  v 1.0"), ["v@2", "1.0! Yarn cuts this in two where no quotes stand around it"]);
        assert_eq!(pieces("@s/a"), ["@s/a! a text that begins so has to stand in quotes"]);
        assert_eq!(pieces(r#""open"#), ["open! the closing quote is missing"]);
        assert_eq!(pieces(r#""a\x""#), ["a\\x! this is no text that JSON would read"]);
    }

    #[test]
    fn lines_end_in_any_of_the_three_ways() {
        let found: Vec<_> = lines("a\r\n b\rc\n").map(|line| (line.start, line.text)).collect();
        assert_eq!(found, [(0, "a"), (3, " b"), (6, "c"), (8, "")]);
    }
}
