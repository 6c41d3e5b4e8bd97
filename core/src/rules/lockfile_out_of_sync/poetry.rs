//! Poetry: the content hash, which `poetry install` and `poetry sync` hold the lockfile to; and the versions, which they do not.

use std::str::FromStr as _;
use std::sync::Arc;

use pep440_rs::Version;

use super::super::prelude::*;
use super::hashed::Pair;
use crate::python::content_hash;
use crate::syntax::toml::Value;

pub(super) fn check<'a>(project: &Project<'a>, document: &'a Arc<Document>, lockfile: &'a Lockfile, cx: &mut Cx<'_>) {
    let Some(pair) = Pair::find(project, document, lockfile) else { return };
    let Some(root) = pair.root() else { return };
    for (what, span) in refused(root) {
        cx.report_in(&pair.manifest.path, span, format!("{what}; `poetry install` refuses it"));
    }
    let locked = lockfile.content_hash.as_ref().map_or("", |hash| hash.as_str());
    let fresh = content_hash::poetry(root, locked, writer(&document.text));
    if fresh == Some(false) {
        pair.stale("`poetry install` refuses it", cx);
    }
    // Since 2.1 the lockfile has the groups and markers of each entry, and Poetry installs by those; before, it resolves what is locked.
    let resolves = lockfile.version.as_ref().is_none_or(|version| matches!(version.as_str(), "1.0" | "1.1" | "2.0"));
    let refused = fresh == Some(false) || resolves;
    pair.pins(if refused { "`poetry install` refuses it" } else { "`poetry install` installs it all the same" }, cx);
}

/// What the standard's table must say, and says not.
fn refused(root: Value<'_>) -> Vec<(String, Span)> {
    let Some(project) = root.get("project") else { return Vec::new() };
    let nameless = project.get("name").is_none().then(|| ("the project has no name".to_owned(), project.span()));
    let version = project.get("version").filter(|version| version.string().is_some_and(|text| Version::from_str(&text).is_err()));
    let version = version.map(|version| (format!("`{}` is no version", version.raw()), version.span()));
    nameless.into_iter().chain(version).collect()
}

/// The version of Poetry in the comment that it begins the lockfile with.
fn writer(text: &str) -> Option<&str> {
    let (_, rest) = text.lines().next()?.split_once("Poetry ")?;
    rest.split(' ').next()
}
