//! Where an entry contradicts itself, and Yarn installs it all the same.

use smol_str::SmolStr;

use super::super::descriptor::Descriptor;
use super::locator::{Place, place};
use super::{descriptors, problem};
use crate::model::{Package, Problem, ProblemKind, SourceKind};
use crate::npm::spec::{self, Kind};
use crate::syntax::yaml::Value;
use crate::text::Spanned;

/// The first contradiction of an entry.
pub(super) fn find(package: &Package, resolution: Option<&Spanned<SmolStr>>, entry: Value<'_>) -> Option<Problem> {
    version(package, resolution?).or_else(|| soft(package, entry)).or_else(|| linked(package))
}

/// `resolution` is what is fetched, `version` what is shown.
fn version(package: &Package, resolution: &Spanned<SmolStr>) -> Option<Problem> {
    let Place::Registry { version: fetched, .. } = place(Descriptor::parse(&resolution.value).spec) else { return None };
    let shown = package.version.as_ref().filter(|shown| shown.as_str() != fetched)?;
    let message = format!("`{}` {shown} is resolved to {fetched}, which is what Yarn fetches", package.name);
    Some(Problem {
        related: Some((resolution.span, "it is resolved here".to_owned())),
        ..problem(ProblemKind::Inconsistent, shown.span, message)
    })
}

/// A package that is fetched is never a link.
fn soft(package: &Package, entry: Value<'_>) -> Option<Problem> {
    let (key, value) = entry.member("linkType").filter(|(_, value)| value.is("soft"))?;
    let is_folder = matches!(package.kind, SourceKind::Link | SourceKind::Workspace);
    let message = format!("`{}` is marked as a link to a folder, and it is a package that is fetched", package.name);
    (!is_folder).then(|| problem(ProblemKind::Inconsistent, key.span().to(value.span()), message))
}

/// An entry that answers a version of a registry's package with a link to a folder.
fn linked(package: &Package) -> Option<Problem> {
    let target = package.source.as_ref().filter(|_| package.kind == SourceKind::Link)?;
    let (asked, _) = descriptors(&package.key).find(|(asked, _)| asks_registry(*asked))?;
    let message =
        format!("`{}@{}` asks for a version, and a link to the folder `{target}` stands in its place", asked.name, asked.plain());
    Some(problem(ProblemKind::Inconsistent, target.span, message))
}

fn asks_registry(asked: Descriptor<'_>) -> bool {
    matches!(spec::parse(asked.name, asked.plain()).kind, Kind::Version(_) | Kind::Range(_) | Kind::Tag(_) | Kind::Alias { .. })
}
