//! What can be wrong with a text.

use std::borrow::Cow;

use toml_parser::{Expected, ParseError};

use crate::model::{Problem, ProblemKind};
use crate::text::Span;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The kind of trouble.
    pub kind: ErrorKind,
    /// The bytes; empty where something is missing.
    pub span: Span,
    /// The place of the key that stood first, for doubled keys.
    pub related: Option<Span>,
    /// In words; starts in lower case, no full stop.
    pub message: Cow<'static, str>,
}

/// The kinds of trouble. Every TOML reader refuses all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is not TOML here.
    Syntax,
    /// A key or table that is there already.
    DuplicateKey,
    /// A line of a merge conflict.
    ConflictMarker,
}

impl Error {
    /// What the parser reports, at a place that can slice the text.
    pub(super) fn syntax(text: &str, error: &ParseError) -> Error {
        let place = error.unexpected().or(error.context());
        let (start, end) = place.map_or((text.len(), text.len()), |place| (place.start(), place.end()));
        let start = text.floor_char_boundary(start.min(text.len()));
        let end = text.ceil_char_boundary(end.clamp(start, text.len()));
        Error { kind: ErrorKind::Syntax, span: Span::new(start, end), related: None, message: message(error) }
    }

    pub(super) fn problem(&self, text: &str) -> Problem {
        let kind = match self.kind {
            ErrorKind::Syntax => ProblemKind::Syntax,
            ErrorKind::DuplicateKey => ProblemKind::DuplicateKey,
            ErrorKind::ConflictMarker => ProblemKind::Ambiguous,
        };
        let message = match self.kind {
            ErrorKind::DuplicateKey => {
                format!("`{}` stands twice in the same table; TOML readers refuse the whole file", &text[self.span.range()])
            }
            _ => self.message.clone().into_owned(),
        };
        let related = self.related.map(|span| (span, "it stands here first".to_owned()));
        Problem { kind, span: self.span, message, related, fix: None }
    }
}

fn message(error: &ParseError) -> Cow<'static, str> {
    let mut message = error.description().replace('\n', " ");
    if let Some(expected) = error.expected().filter(|expected| !expected.is_empty()) {
        let words: Vec<_> = expected.iter().filter_map(describe).collect();
        message.push_str(", expected ");
        message.push_str(&words.join(" or "));
    }
    message.into()
}

fn describe(expected: &Expected) -> Option<String> {
    match expected {
        Expected::Literal("\n") => Some("the end of the line".to_owned()),
        Expected::Literal(literal) => Some(format!("`{literal}`")),
        Expected::Description(words) => Some((*words).to_owned()),
        _ => None,
    }
}
