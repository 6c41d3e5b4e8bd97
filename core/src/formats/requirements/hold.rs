//! Writes digests to a requirement, in the form that `pip-compile` has: one a line, each line but the last ending in a backslash.

use crate::formats::Proven;
use smol_str::SmolStr;

use super::lines::{Line, logical};
use super::{options, parse, words};
use crate::document::Document;
use crate::model::Package;
use crate::syntax::lines::universal_newline;
use crate::text::{Edit, Span, apply};

/// See [`crate::formats::Format::hold`].
pub(super) fn hold(document: &Document, package: &Package, Proven { digests, .. }: Proven<'_>) -> Option<Vec<Edit>> {
    let text = document.text.as_str();
    let line = logical(text).into_iter().find(|line| line.whole.contains(package.key.span))?;
    let newline = universal_newline(text);
    let there = hashes(&line)?;
    let indent = indent(text, line.whole.start as usize);
    let written: Vec<String> = digests.iter().map(|digest| format!("--hash={digest}")).collect();
    let written = written.join(&format!(" \\{newline}{indent}    "));
    let edit = match there {
        Some(span) => Edit::replace(span, written),
        None => Edit::insert(line.content().end as usize, format!(" \\{newline}{indent}    {written}")),
    };
    let edits = vec![edit];
    proved(document, package, digests, &edits).then_some(edits)
}

/// The bytes of the hashes of a line; `Some(None)` where it has none, `None` where something stands between them.
#[allow(clippy::option_option)]
fn hashes(line: &Line) -> Option<Option<Span>> {
    let (_, from) = words::divide(&line.text);
    let given = options::read(&words::split(&line.text, from).ok()?).ok()?.given;
    let is_hash: Vec<bool> = given.iter().map(|given| given.option.name == "hash").collect();
    let Some(first) = is_hash.iter().position(|is_hash| *is_hash) else { return Some(None) };
    let last = is_hash.iter().rposition(|is_hash| *is_hash)?;
    let together = is_hash[first..=last].iter().all(|is_hash| *is_hash);
    together.then(|| Some(line.span(given[first].start, given[last].end)))
}

/// Whether the new text says what the old one did, but for the digests of one entry.
fn proved(document: &Document, package: &Package, digests: &[SmolStr], edits: &[Edit]) -> bool {
    let (Some(lockfile), Some(text)) = (document.lockfile(), apply(&document.text, edits)) else { return false };
    let after = parse(&text, super::Use::Install);
    let Some(new) = after.model.lockfile else { return false };
    let same = |old: &Package, new: &Package| {
        let held = if old.key == package.key { digests.to_vec() } else { old.integrity.words() };
        let spec = |package: &Package| (package.name.value.clone(), package.version.as_ref().map(|version| version.value.clone()));
        spec(old) == spec(new) && new.integrity.words() == held
    };
    new.packages.len() == lockfile.packages.len()
        && lockfile.packages.iter().zip(&new.packages).all(|(old, new)| same(old, new))
        && after.problems.len() <= document.problems.len()
}

/// The white space that a line begins with.
fn indent(text: &str, start: usize) -> &str {
    let rest = &text[start..];
    &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
}
