//! From text to tree: the parser's events drive the [`Builder`]; a broken text is mended and read once more.

use toml_parser::lexer::Token;
use toml_parser::{ErrorSink, ParseError, Source, parser};

use super::build::Builder;
use super::error::Error;
use super::events::Events;
use super::{Tree, mend};

/// More errors than this say nothing new about a file that is not TOML at all.
const MAX_ERRORS: usize = 100;

/// Reads a text. Never fails; takes time in proportion to the text.
#[must_use]
pub fn parse(text: &str) -> Tree {
    let tokens = Source::new(text).lex().into_vec();
    let (tree, unclosed) = read(text, std::iter::once(tokens.as_slice()));
    if tree.errors.is_empty() {
        return tree;
    }
    let (tokens, markers) = mend::without_conflict_markers(text, tokens);
    if markers.is_empty() && !unclosed {
        return tree;
    }
    let (mut tree, _) = read(text, mend::pieces(text, &tokens, unclosed).into_iter());
    tree.errors.extend(markers);
    tree.errors.sort_by_key(|error| error.span);
    tree
}

/// Reads tokens, piece by piece: where a piece ends, everything but the table of the last header is closed. Also whether a bracket
/// was never closed.
fn read<'t>(text: &str, pieces: impl Iterator<Item = &'t [Token]>) -> (Tree, bool) {
    let mut errors = Errors { text, list: Vec::new() };
    let mut events = Events::new(Builder::new(text));
    for piece in pieces {
        parser::parse_document(piece, &mut events, &mut errors);
        events.end_of_piece();
    }
    let unclosed = events.unclosed;
    let (nodes, found) = events.finish();
    let mut errors = errors.list;
    errors.extend(found);
    errors.sort_by_key(|error| error.span);
    (Tree { nodes, errors }, unclosed)
}

/// Collects what the parser reports.
struct Errors<'t> {
    text: &'t str,
    list: Vec<Error>,
}

impl ErrorSink for Errors<'_> {
    fn report_error(&mut self, error: ParseError) {
        if self.list.len() < MAX_ERRORS {
            self.list.push(Error::syntax(self.text, &error));
        }
    }
}
