//! JSON as a flat tree of spans.
//!
//! One pass, no recursion (a lockfile may nest to any depth), no copies: a node is 16 bytes and points into the text. Reading never
//! fails; what is wrong is listed and the rest of the text is still there, cut off or not. Nodes stand in file order, an object's members
//! as key, value, key, value; `next` jumps over a subtree.

mod duplicates;
mod edit;
mod parse;
mod value;

pub use edit::{insert_after, insert_first, insert_member, list_in, quote, remove_member, replace_value};
pub use parse::parse;
pub use value::Value;

use crate::model::{Problem, ProblemKind};
use crate::text::Span;

/// A parsed text. Meaningful only together with that very text.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    errors: Vec<Error>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    start: u32,
    end: u32,
    /// The index one past the last node of this subtree.
    next: u32,
    kind: Kind,
    /// For strings and keys: whether there are escapes to decode.
    escaped: bool,
    /// For strings and keys: whether the closing quote is there.
    closed: bool,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true`
    True,
    /// `false`
    False,
    /// A number.
    Number,
    /// A string.
    String,
    /// An object.
    Object,
    /// An array.
    Array,
    /// A member's key; its value follows.
    Key,
    /// Nothing readable where a value belongs.
    Missing,
}

/// What is wrong with the text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The kind of trouble.
    pub kind: ErrorKind,
    /// The bytes.
    pub span: Span,
}

/// The kinds of trouble. Strict readers refuse all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A comment.
    Comment,
    /// A comma before a closing bracket.
    TrailingComma,
    /// A line of a merge conflict.
    ConflictMarker,
    /// A byte-order mark; the text after it is read.
    ByteOrderMark,
    /// No value where one belongs.
    ExpectedValue,
    /// No key where one belongs.
    ExpectedKey,
    /// No colon after a key.
    ExpectedColon,
    /// No comma between two members or items.
    ExpectedComma,
    /// A bracket that closes nothing, or another kind of bracket.
    WrongBracket,
    /// The text ends within an object, array or string.
    CutOff,
    /// A string that does not end on its line.
    UnterminatedString,
    /// A control character in a string, or an escape that is none.
    BadString,
    /// Not a number as JSON writes them.
    BadNumber,
    /// Something after the document's end.
    TextAfterEnd,
    /// Nothing at all.
    Empty,
}

impl Error {
    /// The error in words.
    #[must_use]
    pub fn message(&self) -> &'static str {
        match self.kind {
            ErrorKind::Comment => "a comment in strict JSON: some readers refuse the file, others skip what it hides",
            ErrorKind::TrailingComma => "a comma before the closing bracket: strict readers refuse the file",
            ErrorKind::ConflictMarker => "a merge conflict that was not resolved: npm picks a side by itself",
            ErrorKind::ByteOrderMark => "the file begins with a byte-order mark: some readers refuse it",
            ErrorKind::ExpectedValue => "a value is missing here",
            ErrorKind::ExpectedKey => "a key in double quotes is missing here",
            ErrorKind::ExpectedColon => "a colon is missing after the key",
            ErrorKind::ExpectedComma => "a comma is missing here",
            ErrorKind::WrongBracket => "this bracket closes nothing that is open here",
            ErrorKind::CutOff => "the file ends in the middle: what was opened here is never closed",
            ErrorKind::UnterminatedString => "a string that does not end on its line",
            ErrorKind::BadString => "a control character or an unknown escape in a string",
            ErrorKind::BadNumber => "neither a number nor a word that JSON knows",
            ErrorKind::TextAfterEnd => "text after the end of the document",
            ErrorKind::Empty => "the file is empty",
        }
    }
}

impl Tree {
    /// What is wrong with the text, in file order.
    #[must_use]
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// The document's value.
    #[must_use]
    pub fn root<'a>(&'a self, text: &'a str) -> Value<'a> {
        Value::new(self, text, 0)
    }

    /// Everything wrong with the text as problems: errors and doubled keys. `lenient`: comments and trailing commas are allowed.
    #[must_use]
    pub fn problems(&self, text: &str, lenient: bool) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self
            .errors
            .iter()
            .filter_map(|error| {
                let kind = match error.kind {
                    ErrorKind::Comment | ErrorKind::TrailingComma if lenient => return None,
                    ErrorKind::ByteOrderMark => return None,
                    ErrorKind::Comment | ErrorKind::ConflictMarker => ProblemKind::Ambiguous,
                    _ => ProblemKind::Syntax,
                };
                Some(Problem { kind, span: error.span, message: error.message().to_owned(), related: None, fix: None })
            })
            .collect();
        problems.extend(duplicates::problems(self, text));
        problems
    }
}

#[cfg(test)]
mod tests;
