//! Writing digests into an entry.

use smol_str::SmolStr;

use super::line::{Line, Piece, Pieces, lines};
use crate::model::Package;
use crate::text::{Edit, Span};

/// Puts digests in the place of an entry's, or on a line of their own where Yarn writes them: below `resolved`, else below `version`.
pub(in super::super) fn hold(text: &str, package: &Package, digests: &[SmolStr]) -> Option<Vec<Edit>> {
    let words = digests.join(" ");
    let quoted = if digests.len() == 1 { words } else { format!("\"{words}\"") };
    let entry = text.get(package.span.range())?;
    let start = package.span.start as usize;
    let fields = || lines(entry).filter(|line| line.indent() == 2).map(|line| Line { start: line.start + start, ..line });
    let named = |wanted: &str| fields().filter(|line| key(*line).is_some_and(|(key, _)| key == wanted)).last();
    if let Some(line) = named("integrity") {
        let (_, value) = key(line)?;
        return Some(vec![Edit::replace(value, quoted)]);
    }
    let above = named("resolved").or_else(|| named("version"))?;
    let end = above.start + above.text.len();
    let ending = if text[end..].starts_with("\r\n") || (end == text.len() && text.contains("\r\n")) { "\r\n" } else { "\n" };
    Some(vec![Edit::insert(end, format!("{ending}  integrity {quoted}"))])
}

/// The key of a field's line, and the place of its value with its quotes.
fn key(line: Line<'_>) -> Option<(String, Span)> {
    let mut pieces = Pieces::new(line);
    let Piece::Word(key, _) = pieces.next() else { return None };
    let mut value = pieces;
    if matches!(pieces.next(), Piece::Colon) {
        value = pieces;
    }
    Some((key.into_owned(), value.rest().1))
}
