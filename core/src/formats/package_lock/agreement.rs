//! Whether the two trees of a version 2 lockfile say the same. npm 6 installs by one, npm 7 and later by the other, so a difference lets one
//! file say two things.

use rustc_hash::FxHashMap;

use super::is_plain;
use crate::model::{Package, Problem, ProblemKind, SourceKind};
use crate::npm::resolve::normal;
use crate::text::Span;

/// Every entry of `dependencies` that `packages` contradicts.
pub(super) fn problems(packages: &[Package], legacy: &[Package]) -> Vec<Problem> {
    let by_key: FxHashMap<&str, &Package> = packages.iter().map(|package| (package.key.as_str(), package)).collect();
    legacy.iter().filter_map(|old| disagreement(old, counterpart(&by_key, &old.key))).collect()
}

/// The entry of `packages` for an install path of the nested form, which does not follow links: what lies under a linked workspace member stands there
/// under the member's folder.
fn counterpart<'a>(by_key: &FxHashMap<&str, &'a Package>, key: &str) -> Option<&'a Package> {
    by_key.get(key).copied().or_else(|| {
        let above = key.match_indices("/node_modules/").map(|(at, _)| key.split_at(at));
        let linked =
            above.filter_map(|(above, below)| Some((by_key.get(above).filter(|link| link.kind == SourceKind::Link)?, below)));
        let mut moved = linked.filter_map(|(link, below)| Some(format!("{}{below}", normal(link.source.as_ref()?))));
        moved.find_map(|key| by_key.get(key.as_str()).copied())
    })
}

fn disagreement(old: &Package, new: Option<&Package>) -> Option<Problem> {
    let Some(new) = new else {
        let message = format!("`{}` stands only in `dependencies`, which npm 7 and later do not read", old.name);
        return Some(problem(old.name.span, message, None));
    };
    if !is_plain(old) || !is_plain(new) {
        return None;
    }
    let differs = |what: &str, ours: Span, theirs: Span| {
        let message =
            format!("the {what} of `{}` is not the one that `packages` has: npm 6 installs by this, later ones by that", old.name);
        Some(problem(ours, message, Some((theirs, format!("`packages` has another {what}")))))
    };
    let place = |package: &Package, span: Option<Span>| span.unwrap_or(package.name.span);
    if old.name.value != new.name.value {
        return differs("name", old.name.span, new.name.span);
    }
    if old.version.as_ref().map(|version| &version.value) != new.version.as_ref().map(|version| &version.value) {
        let span = |package: &Package| place(package, package.version.as_ref().map(|version| version.span));
        return differs("version", span(old), span(new));
    }
    let (ours, theirs) = (old.source.as_ref(), new.source.as_ref());
    if let (Some(ours), Some(theirs)) = (ours, theirs)
        && ours.value != theirs.value
    {
        return differs("address", ours.span, theirs.span);
    }
    if old.integrity.words() != new.integrity.words() {
        let span = |package: &Package| place(package, package.integrity.field);
        return differs("digest", span(old), span(new));
    }
    None
}

fn problem(span: Span, message: String, related: Option<(Span, String)>) -> Problem {
    Problem { kind: ProblemKind::Inconsistent, span, message, related, fix: None }
}
