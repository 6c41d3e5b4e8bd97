//! TOML as a flat tree of spans.
//!
//! The `toml` crate's own lexer and parser find the tokens; what they tell is kept as nodes of 20 bytes that point into the text,
//! in file order, without copies. Reading never fails; what is wrong is listed and the rest of the text is still there. A table that
//! stands in several places (`[a]` and `[a.b]`, `a.x = 1` and `a.y = 2`, every `[[a]]`) is one value here, as in every TOML reader.
//!
//! What is broken costs as little as can be: a header without its last bracket still is one, a key without a value has a
//! [`Kind::Missing`] one, an array that is never closed ends before the next header or key that begins a line, both sides of a merge
//! conflict are read, and what stands twice is there twice. Only quotes over several lines that never close swallow the rest.
//!
//! # Spans
//!
//! * A string, number, date, array in brackets or table in braces spans its own bytes, quotes and brackets included.
//! * A table with a header spans from the first bracket of its header to the end of the last key and value below it, those of the
//!   tables inside it included, as long as nothing else stands between: `[[package]]` reaches over its `[package.dependencies]`.
//!   Comments and empty lines after the last value do not count. An array of tables spans its first run of items in the same way.
//! * A table that only dotted keys (`a.b = 1`) or longer headers (`[a.b]`) speak of spans from the first mention to the end of the
//!   last value before something that is not part of it.
//! * The document spans the whole text.
//!
//! So two spans either lie one within the other or share no byte. A key that stands in a header or a dotted key lies within the span
//! of its table. A table's key is the one in its own header where it has one.

mod build;
mod check;
mod edit;
mod error;
mod events;
mod grow;
mod mend;
mod parse;
mod value;

pub use edit::{insert_after, push_item, push_table, quote, quote_key, remove_member, replace_raw, replace_value, set};
pub use error::{Error, ErrorKind};
pub use parse::parse;
pub use value::Value;

use crate::model::Problem;

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
    /// The next key of the same table, or the next item of the same array; 0 for none.
    next: u32,
    /// The first key or item; 0 for none. A key's value is the node after it.
    child: u32,
    kind: Kind,
    /// How a string or key is written.
    quotes: Quotes,
    /// How a table or array is written.
    form: Form,
    /// For strings and keys: whether there are escapes to decode.
    escaped: bool,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    String,
    /// A whole number.
    Integer,
    /// A number with a fraction or exponent, or `inf`, `nan`.
    Float,
    /// `true`
    True,
    /// `false`
    False,
    /// A date, a time, or both.
    Datetime,
    /// An array, in brackets or of `[[tables]]`.
    Array,
    /// A table, however it is written.
    Table,
    /// A key.
    Key,
    /// Nothing readable where a value belongs.
    Missing,
}

/// How a string or key is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// Not at all: keys, and values that are no strings.
    Bare,
    /// `"basic"`
    Basic,
    /// `'literal'`
    Literal,
    /// `"""basic, over several lines"""`
    MultilineBasic,
    /// `'''literal, over several lines'''`
    MultilineLiteral,
}

/// How a table or array is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In braces or brackets, as a value. Also what values that are neither table nor array have.
    Inline,
    /// `[a]` or `[[a]]`; also the document itself.
    Header,
    /// Only longer headers speak of it: `a` in `[a.b]`.
    Implied,
    /// Only dotted keys speak of it: `a` in `a.b = 1`.
    Dotted,
}

impl Tree {
    /// What is wrong with the text, in file order, doubled keys included.
    #[must_use]
    pub fn errors(&self) -> &[Error] {
        &self.errors
    }

    /// The document's table.
    #[must_use]
    pub fn root<'a>(&'a self, text: &'a str) -> Value<'a> {
        Value::new(self, text, 0)
    }

    /// Everything wrong with the text as problems.
    #[must_use]
    pub fn problems(&self, text: &str) -> Vec<Problem> {
        self.errors.iter().map(|error| error.problem(text)).collect()
    }
}

#[cfg(test)]
mod corpus_tests;
#[cfg(test)]
mod edit_tests;
#[cfg(test)]
mod tests;
