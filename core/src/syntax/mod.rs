//! Syntax trees that keep every byte, and how to quote, indent and separate in each syntax.

pub mod ini;
pub mod json;

/// The tree of a document, kept for edits.
#[derive(Debug)]
pub enum Syntax {
    /// JSON, strict or with comments.
    Json(json::Tree),
    /// No tree is kept: the edits of this syntax work on lines.
    Lines,
}
