//! What nearly every rule needs.

pub(super) use super::setting::{rename, report_gaps, set_value};
pub(super) use crate::change::{Change, ChangeKind, metadata_change};
pub(super) use crate::disagreement::disagreements;
pub(super) use crate::document::Document;
pub(super) use crate::facts::{ArtifactFile, Asking, Outcome, Question, Reason, Verdict};
pub(super) use crate::finding::{Applicability, Severity};
pub(super) use crate::formats::Proven;
pub(super) use crate::guard::Aspect;
pub(super) use crate::integrity::{Algorithm, Digest, DigestState, is_same};
pub(super) use crate::model::{
    Dependency, Ecosystem, LockedFile, Lockfile, Manager, Manifest, Package, ProblemKind, Setting, Settings, SourceKind,
};
pub(super) use crate::policy::Unverifiable;
pub(super) use crate::project::Project;
pub(super) use crate::rule;
pub(super) use crate::rule::Cx;
pub(super) use crate::syntax::{Syntax, json};
pub(super) use crate::text::{Edit, Span, Spanned};

use smol_str::SmolStr;

/// The digests to hold an entry by: those that the registry publishes, of the strongest algorithm in which the bytes hashed to one here. A
/// Python release has many files; one is hashed, and the release is held by all that the index publishes, or only that one's platform could
/// install it.
pub(super) fn proven_digests(verdict: &Verdict, ecosystem: Ecosystem) -> Vec<SmolStr> {
    if matches!(verdict.outcome, Outcome::Mismatched(_)) {
        return Vec::new();
    }
    let algorithm = |digest: &SmolStr| Digest::parse(digest, Span::default()).algorithm();
    let is_hashed = |digest: &&SmolStr| verdict.computed.iter().any(|computed| is_same(computed, digest));
    let proven = verdict.published.iter().filter(is_hashed).filter_map(algorithm);
    let Some(strongest) = proven.filter(|algorithm| !algorithm.is_weak()).max() else { return Vec::new() };
    let of_it = verdict.published.iter().filter(|digest| algorithm(digest) == Some(strongest));
    of_it.filter(|digest| ecosystem == Ecosystem::Pypi || is_hashed(digest)).cloned().collect()
}

/// An entry's name and version, for a message.
pub(super) fn titled(package: &Package) -> String {
    match &package.version {
        Some(version) => format!("`{}` {version}", package.name),
        None => format!("`{}`", package.name),
    }
}

/// The version of an entry, for a message.
pub(super) fn version(package: &Package) -> &str {
    package.version.as_ref().map_or("", |version| version.as_str())
}

/// The three digests of a verification, in words. Of the many of a release, only what is of interest: those that are locked and not published.
pub(super) fn digests(package: &Package, verdict: &Verdict) -> String {
    let list = |words: &[SmolStr]| if words.is_empty() { "none".to_owned() } else { words.join(" ") };
    let bytes = if verdict.computed.is_empty() { "not hashed".to_owned() } else { list(&verdict.computed) };
    let locked = package.integrity.words();
    if locked.len().max(verdict.published.len()) <= SHOWN {
        return format!("lockfile: {}; registry: {}; bytes: {bytes}", list(&locked), list(&verdict.published));
    }
    let mut foreign: Vec<_> = locked.into_iter().filter(|word| !is_published(word, verdict)).collect();
    let more = foreign.len().saturating_sub(SHOWN);
    foreign.truncate(SHOWN);
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!(
        "in the lockfile alone: {}{rest}; the registry publishes {} others; bytes: {bytes}",
        list(&foreign),
        verdict.published.len()
    )
}

/// How many digests of one side are shown.
const SHOWN: usize = 3;

/// Whether a digest is among those that the registry publishes.
pub(super) fn is_published(word: &str, verdict: &Verdict) -> bool {
    verdict.published.iter().any(|published| is_same(published, word))
}
