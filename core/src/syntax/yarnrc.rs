//! The syntax of Yarn 1's `.yarnrc`, which is that of its lockfile: a key, a space or a colon, a value; `key:` and what is indented below it for
//! a mapping.
//!
//! Everything that is read here was held against Yarn 1.22.22. Three traps are easy to miss. A value that is no word, number or truth value has
//! to stand in quotes, and one that does not (`registry https://…`) spoils the whole file. Where the file does not read, Yarn takes it for YAML,
//! in which every value is a text. And an indented line that belongs to nothing, were it only a comment, ends the file: nothing below it is read.

use std::borrow::Cow;

use smol_str::{SmolStr, ToSmolStr};

use crate::text::{Span, Spanned};

/// A text, assignment by assignment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// Every assignment that is read, in order; those of a mapping have its key before theirs, with a dot between.
    pub assignments: Vec<Assignment>,
    /// Where it stops being this syntax, and why.
    pub fault: Option<(Span, &'static str)>,
    /// What is not read any more, though it stands there: from an indented line on that belongs to nothing.
    pub cut: Option<Span>,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The key, decoded.
    pub key: Spanned<SmolStr>,
    /// The value, with the type that Yarn takes it for.
    pub value: Value,
    /// The place of the value without its quotes.
    pub inner: Span,
    /// The place of the value with its quotes.
    pub literal: Span,
    /// From the first of the keys before the value to the value's end.
    pub span: Span,
    /// Whether it stands in a mapping.
    pub nested: bool,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text, in quotes or not.
    Text(SmolStr),
    /// `true` or `false` without quotes.
    Truth(bool),
    /// Digits without quotes.
    Number(SmolStr),
}

impl Value {
    /// What JavaScript makes of it where a truth value is asked for: any text is true, `"false"` as well; only an empty one is not.
    #[must_use]
    pub fn is_truthy(&self) -> bool {
        match self {
            Value::Text(text) => !text.is_empty(),
            Value::Truth(truth) => *truth,
            Value::Number(digits) => digits.bytes().any(|digit| digit != b'0'),
        }
    }

    /// The value as a text.
    #[must_use]
    pub fn text(&self) -> SmolStr {
        match self {
            Value::Text(text) | Value::Number(text) => text.clone(),
            Value::Truth(truth) => truth.to_smolstr(),
        }
    }
}

/// Reads a text. It never fails: what cannot be read is a fault with a place.
#[must_use]
pub fn parse(text: &str) -> File {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut file = File::default();
    if let Some(at) = conflict(text) {
        file.fault = Some((Span::new(at, at + MARKER), "the file has the marks of a merge that nobody has settled"));
        return file;
    }
    let mut reader =
        Reader { tokens: Tokens { text, at: start, line_starts: false }, token: Token::Newline, span: Span::at(start), file };
    let read = reader.next().and_then(|()| reader.object(0, ""));
    let Reader { token, span, mut file, .. } = reader;
    match read {
        Err(fault) => file.fault = Some(fault),
        Ok(()) if !matches!(token, Token::End) => file.cut = unread(text, span),
        Ok(()) => {}
    }
    file
}

/// How long the marks of a conflict are.
const MARKER: usize = 7;

/// Where the first mark of an unsettled merge is, as Yarn looks for them: all three, anywhere.
fn conflict(text: &str) -> Option<usize> {
    let at = text.find("<<<<<<<")?;
    (text.contains("=======") && text.contains(">>>>>>>")).then_some(at)
}

/// What stands from a place on, if it is more than comments.
fn unread(text: &str, from: Span) -> Option<Span> {
    let rest = &text[from.range().start..];
    let says = |line: &str| !matches!(line.trim_start().chars().next(), None | Some('#'));
    rest.lines().any(says).then(|| {
        let start = from.range().start + rest.len() - rest.trim_start().len();
        let first = text[start..].lines().next().unwrap_or_default();
        Span::new(start, start + first.trim_end().len())
    })
}

/// What a text is made of.
#[derive(Clone, Debug, PartialEq)]
enum Token<'t> {
    /// A key or a text, and its place without quotes.
    Word(Cow<'t, str>, Span),
    /// `true` or `false`.
    Truth(bool),
    /// Digits.
    Number(&'t str),
    Colon,
    Comma,
    Newline,
    /// So many pairs of spaces at the start of a line.
    Indent(usize),
    End,
}

/// Where a text is no longer what it should be, and why.
type Fault = (Span, &'static str);

struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// Whether spaces here are an indentation.
    line_starts: bool,
}

impl<'t> Tokens<'t> {
    /// The next token that is no comment, and its place.
    fn next(&mut self) -> Result<(Token<'t>, Span), Fault> {
        loop {
            let (from, starts) = (self.at, std::mem::take(&mut self.line_starts));
            let rest = &self.text[from..];
            let token = match rest.as_bytes().first() {
                None => Token::End,
                Some(b'\n' | b'\r') => self.newline(rest),
                Some(b'#') => {
                    self.comment(rest)?;
                    continue;
                }
                Some(b' ') if starts => {
                    let count = rest.bytes().take_while(|byte| *byte == b' ').count();
                    self.at += count;
                    if count % 2 == 1 {
                        return Err((Span::new(from, self.at), "a line is indented by an odd number of spaces"));
                    }
                    Token::Indent(count / 2)
                }
                Some(b' ') => {
                    self.at += 1;
                    continue;
                }
                Some(_) => self.piece(rest)?,
            };
            return Ok((token, Span::new(from, self.at)));
        }
    }

    fn newline(&mut self, rest: &str) -> Token<'t> {
        let bytes = rest.as_bytes();
        let pair = bytes.get(1) == Some(&b'\n');
        self.at += if pair { 2 } else { 1 };
        // After a lone `\r`, Yarn takes spaces for what stands between words.
        self.line_starts = bytes[0] == b'\n' || pair;
        Token::Newline
    }

    fn comment(&mut self, rest: &str) -> Result<(), Fault> {
        let length = rest.find('\n').unwrap_or(rest.len());
        let words = rest[1..length].trim();
        let version = words.strip_prefix("yarn lockfile v").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        if version.is_some_and(|digits| !matches!(digits.trim_start_matches('0'), "" | "1")) {
            return Err((Span::new(self.at, self.at + length), "Yarn 1 refuses a file that says it is of a later version"));
        }
        self.at += length;
        Ok(())
    }

    fn piece(&mut self, rest: &'t str) -> Result<Token<'t>, Fault> {
        let from = self.at;
        let bytes = rest.as_bytes();
        let (token, length) = match bytes[0] {
            b':' => (Token::Colon, 1),
            b',' => (Token::Comma, 1),
            b'"' => return self.quoted(rest),
            b'0'..=b'9' => {
                let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
                (Token::Number(&rest[..length]), length)
            }
            _ if rest.starts_with("true") => (Token::Truth(true), 4),
            _ if rest.starts_with("false") => (Token::Truth(false), 5),
            b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'.' | b'-' => {
                let length = rest.find([':', ' ', '\n', '\r', ',']).unwrap_or(rest.len());
                (Token::Word(Cow::Borrowed(&rest[..length]), Span::new(from, from + length)), length)
            }
            _ => {
                // The character itself may be a space, of those that are none for Yarn.
                let character = rest.chars().next().map_or(0, char::len_utf8);
                let length = rest.lines().next().map_or(0, |line| line.trim_end().len()).max(character);
                return Err((Span::new(from, from + length), "what begins with this character has to stand in double quotes"));
            }
        };
        self.at += length;
        Ok(token)
    }

    /// A JSON string. Yarn looks for its end in a way of its own, where backslashes come in pairs.
    fn quoted(&mut self, rest: &'t str) -> Result<Token<'t>, Fault> {
        let (from, bytes) = (self.at, rest.as_bytes());
        let ends = |at: &usize| bytes[*at] == b'"' && !(bytes[at - 1] == b'\\' && (*at < 2 || bytes[at - 2] != b'\\'));
        let line = rest.lines().next().map_or(rest.len(), str::len);
        let Some(end) = (1..bytes.len()).find(ends) else {
            return Err((Span::new(from, from + line), "the closing quote is missing"));
        };
        let literal = &rest[..=end];
        self.at += literal.len();
        let inner = Span::new(from + 1, from + end);
        let plain = !literal.contains('\\') && !literal.bytes().any(|byte| byte < b' ');
        let word = if plain { Some(Cow::Borrowed(&literal[1..end])) } else { serde_json::from_str(literal).ok().map(Cow::Owned) };
        let word = word.ok_or((Span::new(from, from + line.min(literal.len())), "this is no JSON string"))?;
        Ok(Token::Word(word, inner))
    }
}

/// How deep mappings are followed. Yarn reads one level.
const DEEPEST: usize = 60;

struct Reader<'t> {
    tokens: Tokens<'t>,
    token: Token<'t>,
    span: Span,
    file: File,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(), Fault> {
        (self.token, self.span) = self.tokens.next()?;
        Ok(())
    }

    fn is_indented(&self, by: usize) -> bool {
        self.token == Token::Indent(by)
    }

    /// The assignments of one level, as Yarn's own reader walks them.
    fn object(&mut self, indent: usize, path: &str) -> Result<(), Fault> {
        if indent > DEEPEST {
            return Err((self.span, "mappings are nested too deep"));
        }
        loop {
            match &self.token {
                Token::Newline => {
                    self.next()?;
                    if indent > 0 {
                        if !self.is_indented(indent) {
                            return Ok(());
                        }
                        self.next()?;
                    }
                }
                Token::Indent(by) if *by == indent => self.next()?,
                Token::Indent(_) | Token::End => return Ok(()),
                Token::Word(..) => {
                    if !self.assignment(indent, path)? {
                        return Ok(());
                    }
                }
                Token::Colon | Token::Comma => {
                    return Err((self.span, "an address, or whatever has a colon or a comma, belongs in double quotes"));
                }
                _ => return Err((self.span, "a key has to stand here; one that is a number or a truth value, in double quotes")),
            }
        }
    }

    /// One or several keys and what they are given. Tells whether the level goes on.
    fn assignment(&mut self, indent: usize, path: &str) -> Result<bool, Fault> {
        let start = self.span;
        let keys = self.keys()?;
        let colon = self.token == Token::Colon;
        if colon {
            self.next()?;
        }
        let (value, inner) = match &self.token {
            Token::Word(text, inner) => (Value::Text(text.as_ref().into()), *inner),
            Token::Truth(truth) => (Value::Truth(*truth), self.span),
            Token::Number(digits) => (Value::Number((*digits).into()), self.span),
            _ if colon => {
                let first = keys.first().map_or("", |key| key.as_str());
                let path = if path.is_empty() { first.to_owned() } else { format!("{path}.{first}") };
                self.object(indent + 1, &path)?;
                return Ok(indent == 0 || matches!(self.token, Token::Indent(_)));
            }
            _ => return Err((start, "the value is missing; write `true` where a switch is meant")),
        };
        let literal = self.span;
        self.next()?;
        for key in keys {
            let joined = if path.is_empty() { key.value } else { smol_str::format_smolstr!("{path}.{}", key.value) };
            let key = Spanned::new(joined, key.span);
            let (span, nested, value) = (start.to(literal), indent > 0, value.clone());
            self.file.assignments.push(Assignment { key, value, inner, literal, span, nested });
        }
        Ok(true)
    }

    fn keys(&mut self) -> Result<Vec<Spanned<SmolStr>>, Fault> {
        let mut keys = Vec::new();
        loop {
            let Token::Word(key, inner) = &self.token else { return Err((self.span, "a key has to stand here")) };
            if key.is_empty() {
                return Err((self.span, "the key is empty"));
            }
            keys.push(Spanned::new(SmolStr::from(key.as_ref()), *inner));
            self.next()?;
            if self.token != Token::Comma {
                return Ok(keys);
            }
            self.next()?;
        }
    }
}

#[cfg(test)]
#[path = "yarnrc_tests.rs"]
mod tests;
