//! What a broken text gets before it is read once more: the lines that git left behind are taken out, and what an open bracket would
//! swallow is cut off from it.

use toml_parser::lexer::{Token, TokenKind};

use super::error::{Error, ErrorKind};
use crate::text::Span;

/// The tokens without those of conflict markers, and an error for each marker.
pub(super) fn without_conflict_markers(text: &str, mut tokens: Vec<Token>) -> (Vec<Token>, Vec<Error>) {
    let mut markers: Vec<Error> = Vec::new();
    let mut line_starts = true;
    let mut marked_to = 0;
    tokens.retain(|token| {
        let (start, end) = (token.span().start(), token.span().end());
        if line_starts && let Some(length) = conflict_marker(&text[start..]) {
            marked_to = start + length;
            let message = "a merge conflict that was not resolved".into();
            markers.push(Error { kind: ErrorKind::ConflictMarker, span: Span::new(start, marked_to), related: None, message });
        }
        line_starts = token.kind() == TokenKind::Newline;
        // A quote in the marker's words may have begun a string that goes on behind them; without it the rest is lost all the same.
        token.kind() == TokenKind::Eof || start >= marked_to || end > marked_to
    });
    (tokens, markers)
}

/// The length of the conflict marker that a text starts with.
fn conflict_marker(text: &str) -> Option<usize> {
    let line = &text.as_bytes()[..memchr::memchr2(b'\n', b'\r', text.as_bytes()).unwrap_or(text.len())];
    let first = *line.first().filter(|byte| matches!(byte, b'<' | b'=' | b'>' | b'|'))?;
    let marked = line.len() >= 7 && line[..7].iter().all(|&byte| byte == first) && matches!(line.get(7), None | Some(b' '));
    marked.then_some(line.len())
}

/// Cuts the tokens where an open bracket would swallow a header or a key at the start of a line.
pub(super) fn pieces<'t>(text: &str, tokens: &'t [Token], unclosed: bool) -> Vec<&'t [Token]> {
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut open: Vec<TokenKind> = Vec::new();
    // The last token that is neither white space nor comment.
    let mut last = TokenKind::Newline;
    for (at, token) in tokens.iter().enumerate() {
        let line_starts = at > begin && tokens[at - 1].kind() == TokenKind::Newline;
        if unclosed && line_starts && open.last().is_some_and(|open| is_cut(text, &tokens[at..], *open, last)) {
            pieces.push(&tokens[begin..at]);
            begin = at;
            open.clear();
        }
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => open.push(token.kind()),
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => drop(open.pop()),
            TokenKind::Whitespace | TokenKind::Comment | TokenKind::Newline => continue,
            _ => {}
        }
        last = token.kind();
    }
    pieces.push(&tokens[begin..]);
    pieces
}

/// Whether the line that starts here can only belong to the document, not to what is open.
fn is_cut(text: &str, line: &[Token], open: TokenKind, last: TokenKind) -> bool {
    let ends = |token: &Token| matches!(token.kind(), TokenKind::Newline | TokenKind::Eof | TokenKind::Comment);
    let end = line.iter().position(ends).unwrap_or(line.len());
    match line[..end].first().map(Token::kind) {
        Some(TokenKind::LeftSquareBracket) => is_header(text, &line[..end]),
        Some(kind) if is_name(kind) => {
            let separated = matches!(last, TokenKind::Comma | TokenKind::LeftCurlyBracket);
            let after_key = line[..end].iter().map(Token::kind).find(|&kind| !is_key_part(kind));
            after_key == Some(TokenKind::Equals) && (open == TokenKind::LeftSquareBracket || !separated)
        }
        _ => false,
    }
}

/// Whether a line is a header and cannot be an item of an array.
fn is_header(text: &str, line: &[Token]) -> bool {
    let mut kinds = line.iter().map(Token::kind).filter(|&kind| kind != TokenKind::Whitespace).peekable();
    let mut run = |wanted| {
        let mut length = 0;
        while kinds.next_if_eq(&wanted).is_some() {
            length += 1;
        }
        (length, kinds.peek().copied())
    };
    let (opened, _) = run(TokenKind::LeftSquareBracket);
    let inside = line.iter().skip(opened).take_while(|token| is_key_part(token.kind()));
    let (mut words, mut parts) = (0, 0);
    for token in inside {
        parts += usize::from(token.kind() != TokenKind::Whitespace);
        let word = &text[token.span().start()..token.span().end()];
        words += usize::from(word.starts_with(|first: char| first.is_ascii_alphabetic()) && !is_value(word));
    }
    let mut after = line.iter().skip(opened).map(Token::kind).skip_while(|&kind| is_key_part(kind));
    let closed = after.by_ref().take_while(|&kind| kind == TokenKind::RightSquareBracket).count();
    let rest = line.iter().rev().map(Token::kind).find(|&kind| kind != TokenKind::Whitespace);
    let alone = rest == Some(TokenKind::RightSquareBracket) && after.next().is_none();
    alone && opened == closed && matches!(opened, 1 | 2) && (words > 0 || parts > 1)
}

fn is_value(word: &str) -> bool {
    matches!(word, "true" | "false" | "inf" | "nan")
}

fn is_name(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Atom | TokenKind::BasicString | TokenKind::LiteralString)
}

fn is_key_part(kind: TokenKind) -> bool {
    is_name(kind) || matches!(kind, TokenKind::Dot | TokenKind::Whitespace)
}
