//! What can be wrong with a text.

use crate::text::Span;

/// What is wrong with the text or worth a note, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The kind of trouble.
    pub kind: ErrorKind,
    /// The bytes.
    pub span: Span,
}

/// The kinds of trouble, and of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A line of a merge conflict.
    ConflictMarker,
    /// A byte-order mark; the text after it is read.
    ByteOrderMark,
    /// A tab in the indentation.
    Tab,
    /// A line that is indented as nothing around it is.
    Indentation,
    /// No key where one belongs.
    ExpectedKey,
    /// No colon after a key.
    ExpectedColon,
    /// No item where one belongs.
    ExpectedValue,
    /// No comma between two members or items in brackets.
    ExpectedComma,
    /// A bracket that closes nothing, or another kind of bracket.
    WrongBracket,
    /// Brackets that are never closed.
    CutOff,
    /// Quotes that are never closed.
    UnterminatedString,
    /// A backslash that begins no escape.
    BadEscape,
    /// A control character.
    BadCharacter,
    /// A scalar without quotes that begins with a character that has a meaning of its own.
    BadPlain,
    /// Something behind `|` or `>` that is no indicator, or lines that contradict it.
    BadBlockScalar,
    /// A mapping or sequence that begins on the line of its key, tag or document marker.
    NestedBlock,
    /// A key that goes over several lines.
    MultilineKey,
    /// A mapping or sequence as a key.
    ComplexKey,
    /// Something after a value on its line.
    TextAfterValue,
    /// Something after the document's value.
    TextAfterEnd,
    /// An alias of an anchor that does not stand before it.
    UnknownAlias,
    /// An anchor or alias without a name, or a second anchor or tag.
    BadProperty,
    /// A directive that no document follows.
    BadDirective,
    /// Note: an anchor.
    Anchor,
    /// Note: an alias.
    Alias,
    /// Note: a tag.
    Tag,
    /// Note: a merge key (`<<`).
    Merge,
    /// Note: a directive (`%YAML`).
    Directive,
}

impl ErrorKind {
    /// Whether it is good YAML that is only worth a note.
    #[must_use]
    pub fn is_note(self) -> bool {
        use ErrorKind::{Alias, Anchor, Directive, Merge, Tag};
        matches!(self, Anchor | Alias | Tag | Merge | Directive)
    }
}

impl Error {
    /// The error in words.
    #[must_use]
    pub fn message(&self) -> &'static str {
        match self.kind {
            ErrorKind::ConflictMarker => "a merge conflict that was not resolved",
            ErrorKind::ByteOrderMark => "the file begins with a byte-order mark: some readers refuse it",
            ErrorKind::Tab => "a tab in the indentation: YAML knows only spaces there",
            ErrorKind::Indentation => "this line is indented as nothing around it is",
            ErrorKind::ExpectedKey => "a key is missing here",
            ErrorKind::ExpectedColon => "a colon and a space are missing after the key",
            ErrorKind::ExpectedValue => "a value is missing here",
            ErrorKind::ExpectedComma => "a comma is missing here",
            ErrorKind::WrongBracket => "this bracket closes nothing that is open here",
            ErrorKind::CutOff => "this bracket is never closed",
            ErrorKind::UnterminatedString => "this quote is never closed",
            ErrorKind::BadEscape => "an unknown escape in a double-quoted text",
            ErrorKind::BadCharacter => "a control character",
            ErrorKind::BadPlain => "a text that begins so has to stand in quotes",
            ErrorKind::BadBlockScalar => "unclear how this text of several lines is indented",
            ErrorKind::NestedBlock => "a mapping or list cannot begin here; it belongs on a line of its own",
            ErrorKind::MultilineKey => "a key has to stand on one line",
            ErrorKind::ComplexKey => "a mapping or list as a key: readers take it differently",
            ErrorKind::TextAfterValue => "text after the end of the value",
            ErrorKind::TextAfterEnd => "text after the end of the document's value",
            ErrorKind::UnknownAlias => "an alias of an anchor that does not stand before it",
            ErrorKind::BadProperty => "an anchor, alias or tag that cannot stand here",
            ErrorKind::BadDirective => "a directive that no document follows",
            ErrorKind::Anchor => "an anchor: the same text may count in several places",
            ErrorKind::Alias => "an alias: what counts here is written elsewhere",
            ErrorKind::Tag => "a tag: readers may take the value for something else",
            ErrorKind::Merge => "a merge key: some readers add the members of another mapping here, others do not",
            ErrorKind::Directive => "a directive: readers may take the document differently",
        }
    }
}
