//! PDM: the content hash, which only `pdm lock --check` and `pdm install --check` look at.

use std::sync::Arc;

use super::super::prelude::*;
use super::hashed::Pair;
use super::help;
use crate::python::content_hash;

pub(super) fn check<'a>(project: &Project<'a>, document: &'a Arc<Document>, lockfile: &'a Lockfile, cx: &mut Cx<'_>) {
    let Some(pair) = Pair::find(project, document, lockfile) else { return };
    let Some(root) = pair.root() else { return };
    if lockfile.version.is_none() {
        let message = "the lockfile does not say which form it has (`lock_version`); `pdm lock --check` refuses it";
        cx.report_in(&document.path, Span::at(0), message.to_owned()).help(help(document));
    }
    // With these, PDM compares the inputs themselves, as far as they reach outside of this file.
    let compares_inputs = lockfile.facts.iter().any(|(name, _)| name == "lock_inputs");
    let fresh = match &lockfile.content_hash {
        _ if compares_inputs => None,
        Some(hash) => content_hash::pdm(root, hash, lockfile.version.as_ref().map_or("", |version| version.as_str())),
        None => Some(false),
    };
    if fresh == Some(false) {
        pair.stale("`pdm lock --check` refuses it, `pdm sync` does not look", cx);
    }
    // With the metadata that each entry inherits, PDM installs by that; without, it resolves what is locked.
    let inherits = lockfile.facts.iter().any(|(name, strategy)| name == "strategy" && strategy.contains("inherit_metadata"));
    pair.pins(if inherits { "`pdm sync` installs it all the same" } else { "`pdm sync` refuses it" }, cx);
}
