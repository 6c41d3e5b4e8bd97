//! Poetry: the content hash, which `poetry install` and `poetry sync` hold the lockfile to; and the versions, which they do not.

use std::sync::Arc;

use super::super::prelude::*;
use super::hashed::Pair;
use crate::python::content_hash;

pub(super) fn check<'a>(project: &Project<'a>, document: &'a Arc<Document>, lockfile: &'a Lockfile, cx: &mut Cx<'_>) {
    let Some(pair) = Pair::find(project, document, lockfile) else { return };
    let Some(root) = pair.root() else { return };
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

/// The version of Poetry in the comment that it begins the lockfile with.
fn writer(text: &str) -> Option<&str> {
    let (_, rest) = text.lines().next()?.split_once("Poetry ")?;
    rest.split(' ').next()
}
