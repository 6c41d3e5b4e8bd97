//! Pipenv: the hash of the `Pipfile`, which `pipenv verify` and `pipenv install --deploy` hold the lockfile to, and `pipenv sync` does not.

use std::sync::Arc;

use super::super::prelude::*;
use super::hashed::Pair;
use crate::python::content_hash;

pub(super) fn check<'a>(project: &Project<'a>, document: &'a Arc<Document>, lockfile: &'a Lockfile, cx: &mut Cx<'_>) {
    let Some(pair) = Pair::find(project, document, lockfile) else { return };
    let Some(root) = pair.root() else { return };
    let locked = lockfile.content_hash.as_ref().map_or("", |hash| hash.as_str());
    if content_hash::pipenv(root, locked) == Some(false) {
        pair.stale("`pipenv install --deploy` refuses it, `pipenv sync` does not look", cx);
    }
    pair.pins("`pipenv sync` installs it all the same", cx);
}
