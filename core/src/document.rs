//! One file, read: its text, its lines, its syntax tree, what it says, and what is wrong with it.

use std::sync::{Arc, OnceLock};

use crate::formats::{Format, Parsed};
use crate::model::{Lockfile, Manifest, Model, Problem, ProblemKind, Settings};
use crate::path::RelPath;
use crate::policy::PolicyFile;
use crate::syntax::Syntax;
use crate::text::{LineIndex, Position, Span};

/// Larger files are not read whole (offsets are 32 bits wide); they are a finding instead.
pub const MAX_BYTES: usize = 1 << 30;

/// A known file, read. Reading never fails: what is wrong is in [`Document::problems`], and the rest is there all the same.
#[derive(Debug)]
pub struct Document {
    /// Where it lies.
    pub path: RelPath,
    /// What it is.
    pub format: &'static Format,
    /// Its text. Bytes that are not UTF-8 stand as `?` one for one, so that every offset is that of the file.
    pub text: Arc<String>,
    /// Its syntax tree, for edits.
    pub syntax: Syntax,
    /// What it says.
    pub model: Model,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// Whether the text is the file's, byte for byte; no edit is offered where it is not.
    pub faithful: bool,
    lines: OnceLock<LineIndex>,
}

impl Document {
    /// Reads bytes as a file of `format`.
    #[must_use]
    pub fn parse(path: RelPath, format: &'static Format, bytes: Vec<u8>) -> Document {
        let (text, encoding) = decode(bytes);
        let mut document = Document::parse_text(path, format, Arc::new(text));
        if let Some(problem) = encoding {
            document.faithful = false;
            if !matches!(document.syntax, Syntax::Binary) {
                document.problems.insert(0, problem);
            }
        }
        document
    }

    /// Reads text, as an editor hands it over.
    #[must_use]
    pub fn parse_text(path: RelPath, format: &'static Format, text: Arc<String>) -> Document {
        let Parsed { syntax, model, problems } = (format.parse)(&text);
        Document { path, format, text, syntax, model, problems, faithful: true, lines: OnceLock::new() }
    }

    /// Where its lines begin; found when first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset as usize)
    }

    /// The text of a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// What it says, if it is a lockfile.
    #[must_use]
    pub fn lockfile(&self) -> Option<&Lockfile> {
        self.model.lockfile.as_deref()
    }

    /// What it says, if it is a manifest.
    #[must_use]
    pub fn manifest(&self) -> Option<&Manifest> {
        self.model.manifest.as_deref()
    }

    /// What it says, if it is a settings file of a package manager.
    #[must_use]
    pub fn settings(&self) -> Option<&Settings> {
        self.model.settings.as_deref()
    }

    /// What it says, if it is a policy.
    #[must_use]
    pub fn policy(&self) -> Option<&PolicyFile> {
        self.model.policy.as_deref()
    }
}

/// UTF-8, or as near as it gets with every offset kept.
fn decode(bytes: Vec<u8>) -> (String, Option<Problem>) {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, None),
        Err(error) => error.into_bytes(),
    };
    let utf16 = matches!(bytes.first_chunk(), Some([0xff, 0xfe] | [0xfe, 0xff]));
    let mut text = String::with_capacity(bytes.len());
    let mut first_bad = None;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            first_bad.get_or_insert(text.len());
            text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
        }
    }
    let at = first_bad.unwrap_or_default();
    let message = if utf16 {
        "the file is UTF-16, and package managers read it as something else; save it as UTF-8".to_owned()
    } else {
        "bytes that are not UTF-8: readers take them differently; save the file as UTF-8".to_owned()
    };
    let problem = Problem { kind: ProblemKind::Ambiguous, span: Span::new(at, at + 1), message, related: None, fix: None };
    (text, Some(problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf8_keep_every_offset() {
        let (text, problem) = decode(b"{\"a\xff\xfe\": \"\xc3\xa9\xc3\"}".to_vec());
        assert_eq!(text, "{\"a??\": \"\u{e9}?\"}");
        assert_eq!(problem.unwrap().span, Span::new(3, 4));
        assert!(decode("é".into()).1.is_none());
    }
}
