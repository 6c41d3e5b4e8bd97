//! The grammar that `go.mod` and `go.work` share: lines of words, each line a directive, or one of a block under one. Source: `modfile/read.go`.

use std::borrow::Cow;

use smol_str::SmolStr;

use crate::model::{Problem, ProblemKind};
use crate::text::{Edit, Span, Spanned};

/// One directive, whether it stands alone or in a block.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// What it is: `require`, `replace`, …
    pub(crate) verb: &'a str,
    /// What stands behind it, decoded.
    pub(crate) words: Vec<Spanned<SmolStr>>,
    /// The comment at its end, without the slashes.
    pub(crate) comment: Option<&'a str>,
    /// All its bytes but the comment.
    pub(crate) span: Span,
}

impl Line<'_> {
    /// The span of a part of its words, for a message.
    pub(crate) fn words_span(&self) -> Span {
        match (self.words.first(), self.words.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => self.span,
        }
    }
}

/// Reads every line; what is no line of the grammar is a problem.
pub(crate) fn read<'a>(text: &'a str, problems: &mut Vec<Problem>) -> Vec<Line<'a>> {
    let mut found = Vec::new();
    // The directive of the block that is open, and where it began.
    let mut block: Option<(&'a str, Span)> = None;
    let mut start = byte_order_mark(text, problems);
    for line in text[start..].split_inclusive('\n') {
        let tokens = tokens(text, start, line, problems);
        start += line.len();
        let Some(first) = tokens.words.first() else { continue };
        let whole = first.span.to(tokens.words.last().map_or(first.span, |last| last.span));
        let is = |token: &Token, mark: &str| token.raw && token.text.value == mark;
        match block {
            Some(_) if tokens.words.len() == 1 && is(first, ")") => block = None,
            Some((verb, _)) => found.push(Line { verb, words: spanned(tokens.words), comment: tokens.comment, span: whole }),
            None => {
                let verb = &text[first.span.range()];
                match tokens.words.as_slice() {
                    [_, open] if is(open, "(") => block = Some((verb, whole)),
                    // An empty block.
                    [_, open, close] if is(open, "(") && is(close, ")") => {}
                    _ => {
                        let words = spanned(tokens.words.into_iter().skip(1).collect());
                        found.push(Line { verb, words, comment: tokens.comment, span: whole });
                    }
                }
            }
        }
    }
    if let Some((verb, span)) = block {
        problems.push(fault(span, format!("the block of `{verb}` is not closed: a line with `)` is missing")));
    }
    found
}

/// The length of a byte-order mark at the start, which is a problem of its own: Go takes it for a part of the first word.
pub(crate) fn byte_order_mark(text: &str, problems: &mut Vec<Problem>) -> usize {
    if !text.starts_with('\u{feff}') {
        return 0;
    }
    let span = Span::new(0, '\u{feff}'.len_utf8());
    let message = "the file begins with a byte-order mark, which Go takes for a part of the first word".to_owned();
    let fix = Some(("Remove the byte-order mark".to_owned(), vec![Edit::remove(span)]));
    problems.push(Problem { fix, ..fault(span, message) });
    span.end as usize
}

pub(crate) fn fault(span: Span, message: String) -> Problem {
    Problem { kind: ProblemKind::Syntax, span, message, related: None, fix: None }
}

struct Token {
    text: Spanned<SmolStr>,
    /// All its bytes, quotes included.
    span: Span,
    /// Whether it stands without quotes.
    raw: bool,
}

struct Tokens<'a> {
    words: Vec<Token>,
    comment: Option<&'a str>,
}

fn spanned(tokens: Vec<Token>) -> Vec<Spanned<SmolStr>> {
    tokens.into_iter().map(|token| token.text).collect()
}

/// Cuts the line that begins at `start`.
fn tokens<'a>(text: &'a str, start: usize, line: &'a str, problems: &mut Vec<Problem>) -> Tokens<'a> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(first) = line[at..].chars().next() {
        let rest = &line[at..];
        let length = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if let Some(comment) = rest.strip_prefix("//") {
            return Tokens { words, comment: Some(comment.trim()) };
        } else if matches!(first, '(' | ')' | '[' | ']' | '{' | '}' | ',') {
            1
        } else if rest.starts_with("=>") {
            2
        } else if matches!(first, '"' | '`') {
            quoted(rest, first)
        } else {
            rest.char_indices().find(|&(index, character)| ends_word(rest, index, character)).map_or(rest.len(), |(index, _)| index)
        };
        let span = Span::new(start + at, start + at + length);
        words.push(token(text, span, first, problems));
        at += length;
    }
    Tokens { words, comment: None }
}

fn ends_word(rest: &str, index: usize, character: char) -> bool {
    character.is_whitespace() || matches!(character, '(' | ')' | '[' | ']' | '{' | '}' | ',') || rest[index..].starts_with("//")
}

/// The length of a string in quotes at the start of a line's rest; of one that is not closed, what there is of the line.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (index, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' if quote == '"' => escaped = true,
            _ if character == quote => return index + quote.len_utf8(),
            _ => {}
        }
    }
    rest.trim_end().len()
}

fn token(text: &str, span: Span, first: char, problems: &mut Vec<Problem>) -> Token {
    let written = &text[span.range()];
    if !matches!(first, '"' | '`') {
        return Token { text: Spanned::new(written.into(), span), span, raw: true };
    }
    let closed = written.len() > 1 && written.ends_with(first);
    if !closed {
        problems.push(fault(span, "the string is not closed".to_owned()));
    }
    let inner = Span { start: span.start + 1, end: if closed { span.end - 1 } else { span.end } };
    let decoded = if first == '"' { unescaped(&text[inner.range()]) } else { Cow::Borrowed(&text[inner.range()]) };
    Token { text: Spanned::new(decoded.into(), inner), span, raw: false }
}

/// Escapes stand for nothing that a path or version may hold; each is taken for the character behind it.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    Cow::Owned(plain)
}
