use super::prelude::*;

rule! {
    /// A lockfile entry that neither the project nor any other entry asks for.
    ///
    /// npm does not write such entries and prunes them at the next install; until then some installers fetch them. Someone who edits a lockfile by hand
    /// leaves them behind, or plants them.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     },
    ///     "node_modules/stray": {
    ///       "version": "1.0.0",
    ///       "resolved": "https://npm.corp.test/stray/-/stray-1.0.0.tgz",
    ///       "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What to do
    /// Run `npm prune --package-lock-only`, and see who added the entry.
    UNREACHABLE_PACKAGE = {
        id: "unreachable-package",
        threat: 5,
        severity: Warning,
        summary: "an entry that nobody asks for",
        fixable: No,
        needs: Files,
        checks: [Lockfile(lockfile)],
    }
}

fn lockfile(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let Some(reached) = reached(lockfile, cx) else { return };
    for (package, index) in lockfile.packages.iter().zip(0..) {
        if !reached.contains(index) && !matches!(package.kind, SourceKind::Workspace | SourceKind::Bundled) {
            let (purl, message) = (cx.purl(package), format!("nobody asks for `{}` {}", package.name, version(package)));
            cx.report(package.key.span, message).package(purl).help("run `npm prune --package-lock-only`, and see who added it");
        }
    }
}

/// Which entries can be come to from the project and its members. `None` where neither the lockfile nor a manifest says what those ask for.
fn reached(lockfile: &Lockfile, cx: &Cx<'_>) -> Option<Indices> {
    let asked = cx.project.asked(cx.document, lockfile)?;
    // Workspace members are there because the root's patterns say so, linked or not.
    let there = |package: &Package| matches!(package.kind, SourceKind::Link | SourceKind::Workspace);
    let members = lockfile.packages.iter().zip(0..).filter(|(package, _)| there(package)).map(|(_, index)| index);
    // Version 1 has no lists of peers: the mark is all it says about who asks.
    let nested = lockfile.importers.iter().all(|importer| importer.dependencies.is_none());
    let peers = lockfile.packages.iter().zip(0..).filter(|(package, _)| nested && package.peer).map(|(_, index)| index);
    let roots = asked.iter().filter_map(|asked| asked.target).chain(members).chain(peers).chain(packed(lockfile, cx));
    Some(reachable(roots, &lockfile.edges))
}

/// What the project packs into its own artifact without asking for it: npm adds it to what is asked for.
fn packed(lockfile: &Lockfile, cx: &Cx<'_>) -> Vec<u32> {
    let manifest = cx.project.manifest.and_then(|document| document.manifest());
    let names = manifest.map_or(&[][..], |manifest| &manifest.bundles);
    let packages = lockfile.packages.iter().zip(0..).filter(|_| !names.is_empty());
    let wanted = |key: &str| key.strip_prefix("node_modules/").is_some_and(|key| names.iter().any(|name| *name.value == *key));
    packages.filter(|(package, _)| wanted(&package.key)).map(|(_, index)| index).collect()
}

use crate::npm_resolve::{Indices, reachable};
