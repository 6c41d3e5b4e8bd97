//! YAML as a flat tree of spans.
//!
//! One pass, no recursion (a text may nest to any depth), no copies: a node is 16 bytes and points into the text. Reading never
//! fails; what is wrong is listed and the rest of the text is still there. Nodes stand in file order, a mapping's members as key,
//! value, key, value; `next` jumps over a subtree. What YAML allows and readers still take differently (anchors, aliases, tags,
//! merges, directives) is read and noted; aliases and merges are not followed.

mod block;
mod decode;
mod duplicates;
mod edit;
mod error;
mod flow;
mod parse;
mod properties;
mod quote;
mod quoted;
mod read_back;
mod resolve;
mod scalar;
mod settle;
mod value;

pub use edit::{append_item, insert_after, insert_member, remove_member, replace_raw, replace_value};
pub use error::{Error, ErrorKind};
pub use parse::parse;
pub use quote::quote;
pub use resolve::{Resolved, resolve};
pub use value::Value;

use crate::model::{Problem, ProblemKind};

/// A parsed text. Meaningful only together with that very text.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    /// The root node of each document.
    documents: Vec<u32>,
    /// Anchors and tags, in the order of their nodes.
    properties: Vec<Property>,
    errors: Vec<Error>,
    notes: Vec<Error>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    start: u32,
    end: u32,
    /// The index one past the last node of this subtree.
    next: u32,
    kind: Kind,
    style: Style,
    flags: u8,
    /// For literal and folded scalars: how far their lines are indented.
    indent: u8,
}

impl Node {
    /// The text of the scalar is not simply its bytes.
    const ENCODED: u8 = 1;
    /// The closing quote or bracket is missing.
    const OPEN: u8 = 2;
    /// It has an anchor or a tag.
    const PROPERTIES: u8 = 4;

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// An anchor or a tag.
#[derive(Clone, Copy, Debug)]
struct Property {
    node: u32,
    start: u32,
    end: u32,
    anchor: bool,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text of any style; [`Value::resolve`] says what it stands for.
    Scalar,
    /// Keys and values.
    Mapping,
    /// A list.
    Sequence,
    /// A reference to an anchor (`*name`).
    Alias,
    /// Nothing is written where a value may stand: null.
    Empty,
    /// Nothing readable where a key or value has to stand.
    Missing,
}

/// How a node is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes; also what has no style.
    Plain,
    /// A scalar in single quotes.
    Single,
    /// A scalar in double quotes.
    Double,
    /// A scalar after `|`.
    Literal,
    /// A scalar after `>`.
    Folded,
    /// A mapping or sequence by indentation.
    Block,
    /// A mapping or sequence in brackets.
    Flow,
}

impl Tree {
    /// What is wrong with the text, in file order.
    #[must_use]
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// What YAML allows and not every reader takes alike: anchors, aliases, tags, merges, directives. In file order.
    #[must_use]
    pub fn notes(&self) -> &[Error] {
        &self.notes
    }

    /// The first document's value. An empty text has one that is [`Kind::Empty`].
    #[must_use]
    pub fn root<'a>(&'a self, text: &'a str) -> Value<'a> {
        Value::new(self, text, 0)
    }

    /// The value of every document, at least one.
    pub fn documents<'a>(&'a self, text: &'a str) -> impl ExactSizeIterator<Item = Value<'a>> {
        self.documents.iter().map(move |&index| Value::new(self, text, index))
    }

    /// Everything wrong with the text as problems: errors and doubled keys, in file order. `lenient`: anchors, aliases, tags, merges
    /// and directives are allowed, as in files that people write; a lockfile has none.
    #[must_use]
    pub fn problems(&self, text: &str, lenient: bool) -> Vec<Problem> {
        let notes: &[Error] = if lenient { &[] } else { &self.notes };
        let mut problems: Vec<Problem> = self
            .errors
            .iter()
            .chain(notes)
            .filter_map(|error| {
                let kind = match error.kind {
                    ErrorKind::ByteOrderMark => return None,
                    kind if kind.is_note() => ProblemKind::Ambiguous,
                    ErrorKind::ConflictMarker | ErrorKind::ComplexKey => ProblemKind::Ambiguous,
                    _ => ProblemKind::Syntax,
                };
                Some(Problem { kind, span: error.span, message: error.message().to_owned(), related: None, fix: None })
            })
            .collect();
        problems.extend(duplicates::problems(self, text));
        problems.sort_by_key(|problem| problem.span.start);
        problems
    }
}

#[cfg(test)]
mod corpus_tests;
#[cfg(test)]
mod edit_tests;
#[cfg(test)]
mod tests;
