use super::prelude::*;

rule! {
    /// The same package version is recorded with two different digests of one algorithm.
    ///
    /// A registry never changes a version's file, so one of the two is not what the registry serves: an old corruption, a mirror that repacks, or an
    /// entry that someone has changed.
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
    ///     "node_modules/a/node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
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
    ///     },
    ///     "node_modules/a/node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What to do
    /// Run `provender verify` to see which of the two the registry publishes, and look in the history for the commit that brought the other.
    CONFLICTING_INTEGRITY = {
        id: "conflicting-integrity",
        threat: 5,
        severity: Error,
        summary: "one version with two digests",
        fixable: No,
        needs: Files,
        checks: [Lockfile(lockfile), Project(project)],
    }
}

use rustc_hash::FxHashMap;

/// What two entries of one package version must agree on: name, version, algorithm.
type Key<'a> = (&'a str, &'a str, Algorithm);

fn lockfile(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let mut seen: FxHashMap<Key<'_>, &Digest> = FxHashMap::default();
    for package in &lockfile.packages {
        for (key, digest) in effective(package) {
            let earlier = *seen.entry(key).or_insert(digest);
            if earlier.bare() != digest.bare() && !shares(package, earlier) {
                let (purl, path) = (cx.purl(package), cx.document.path.clone());
                let message = format!("`{}` {} has another digest here than elsewhere in this file", key.0, key.1);
                let finding = cx.report(digest.text.span, message);
                finding.package(purl).related(&path, earlier.text.span, "the other digest").help(HELP);
            }
        }
    }
}

const HELP: &str = "a registry never changes a version's file: `provender verify` tells which of the two it publishes";

/// Between the lockfiles of a repository: reported in the later one, by path, from the project that owns it.
fn project(project: &Project<'_>, cx: &mut Cx<'_>) {
    for document in &project.lockfiles {
        let earlier = cx.workspace.documents().take_while(|other| other.path < document.path);
        let mut seen: FxHashMap<Key<'_>, (&Document, &Digest)> = FxHashMap::default();
        for other in earlier.filter(|other| other.format.ecosystem == document.format.ecosystem) {
            let digests = other.lockfile().into_iter().flat_map(|lockfile| lockfile.packages.iter().flat_map(effective));
            digests.for_each(|(key, digest)| {
                seen.entry(key).or_insert((&**other, digest));
            });
        }
        if seen.is_empty() {
            continue;
        }
        for package in document.lockfile().into_iter().flat_map(|lockfile| &lockfile.packages) {
            for (key, digest) in effective(package) {
                let Some((other, earlier)) = seen.get(&key).filter(|(_, earlier)| earlier.bare() != digest.bare()) else { continue };
                let purl = cx.purl(package);
                let message = format!("`{}` {} has another digest here than in `{}`", key.0, key.1, other.path);
                let finding = cx.report_in(&document.path, digest.text.span, message);
                finding.package(purl).related(&other.path, earlier.text.span, "the other digest").help(HELP);
            }
        }
    }
}

/// The digests that count, each with what it is about. Git commits packed by npm itself differ from machine to machine and are not meant.
fn effective(package: &Package) -> impl Iterator<Item = (Key<'_>, &Digest)> {
    let version = package.version.as_ref().filter(|_| package.kind == SourceKind::Registry);
    package.integrity.effective().filter_map(move |digest| Some(((package.name.as_str(), version?.as_str(), digest.algorithm()?), digest)))
}

/// Several digests may stand side by side; one in common is agreement.
fn shares(package: &Package, earlier: &Digest) -> bool {
    package.integrity.effective().any(|digest| digest.bare() == earlier.bare())
}
