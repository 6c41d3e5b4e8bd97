//! What nearly every rule needs.

pub(super) use super::setting::{rename, report_gaps, set_value};
pub(super) use crate::change::{Change, ChangeKind, metadata_change};
pub(super) use crate::disagreement::disagreements;
pub(super) use crate::document::Document;
pub(super) use crate::facts::{Asking, Outcome, Question, Reason, Verdict};
pub(super) use crate::finding::{Applicability, Severity};
pub(super) use crate::guard::Aspect;
pub(super) use crate::integrity::{Algorithm, Digest, DigestState};
pub(super) use crate::model::{
    Dependency, Ecosystem, Lockfile, Manager, Manifest, Package, ProblemKind, Setting, Settings, SourceKind,
};
pub(super) use crate::policy::Unverifiable;
pub(super) use crate::project::Project;
pub(super) use crate::rule;
pub(super) use crate::rule::Cx;
pub(super) use crate::syntax::{Syntax, json};
pub(super) use crate::text::{Edit, Span, Spanned};

/// The strongest digest that the registry publishes and that the bytes hashed to here.
pub(super) fn proven_digest(verdict: &Verdict) -> Option<String> {
    let proven = verdict.computed.iter().filter(|digest| verdict.published.contains(digest));
    let strong = proven.filter_map(|digest| Some((Digest::parse(digest, Span::default()).algorithm()?, digest)));
    strong
        .filter(|(algorithm, _)| !algorithm.is_weak())
        .max_by_key(|(algorithm, _)| *algorithm)
        .map(|(_, digest)| digest.to_string())
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

/// The three digests of a verification, in words.
pub(super) fn digests(package: &Package, verdict: &Verdict) -> String {
    let list = |words: &[smol_str::SmolStr]| if words.is_empty() { "none".to_owned() } else { words.join(" ") };
    let bytes = if verdict.computed.is_empty() { "not hashed".to_owned() } else { list(&verdict.computed) };
    format!("lockfile: {}; registry: {}; bytes: {bytes}", list(&package.integrity.words()), list(&verdict.published))
}
