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
    for (package, reached) in lockfile.packages.iter().zip(reached) {
        if !reached && !matches!(package.kind, SourceKind::Workspace | SourceKind::Bundled) {
            let (purl, message) = (cx.purl(package), format!("nobody asks for `{}` {}", package.name, version(package)));
            cx.report(package.key.span, message).package(purl).help("run `npm prune --package-lock-only`, and see who added it");
        }
    }
}

/// Which entries can be come to from the project and its members. `None` where the lockfile does not say what those ask for.
fn reached(lockfile: &Lockfile, cx: &Cx<'_>) -> Option<Vec<bool>> {
    let mut reached = vec![false; lockfile.packages.len()];
    let mut open: Vec<u32> = match lockfile.importers.iter().find(|importer| importer.path.is_empty())?.dependencies {
        Some(_) => lockfile.importers.iter().flat_map(|importer| importer.targets.iter().flatten().copied()).collect(),
        None => asked_by_manifests(lockfile, cx)?,
    };
    // Workspace members are there because the root's patterns say so, linked or not.
    let there = |package: &Package| matches!(package.kind, SourceKind::Link | SourceKind::Workspace);
    open.extend(lockfile.packages.iter().enumerate().filter(|(_, package)| there(package)).map(|(index, _)| index as u32));
    while let Some(index) = open.pop() {
        if !std::mem::replace(&mut reached[index as usize], true) {
            open.extend(lockfile.edges.of(index as usize).iter().flatten());
        }
    }
    Some(reached)
}

/// Version 1 does not copy the project's own lists; the manifest has them.
fn asked_by_manifests(lockfile: &Lockfile, cx: &Cx<'_>) -> Option<Vec<u32>> {
    let manifest = cx.project.manifest?.manifest()?;
    let top = |name: &str| lockfile.packages.iter().position(|package| package.key.strip_prefix("node_modules/") == Some(name));
    Some(manifest.dependencies.iter().filter_map(|asked| top(&asked.name)).map(|index| index as u32).collect())
}
