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

use crate::workspace::Workspace;

/// What two entries of one package version must agree on: name, version, algorithm, and how the archive was made.
type Key<'a> = (&'a str, &'a str, Algorithm, Option<&'a str>);

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

/// The first digest of each package version, over all lockfiles of a workspace by path; empty where there is but one.
#[derive(Default)]
pub(crate) struct Digests<'a>(FxHashMap<Key<'a>, (&'a Document, &'a Digest)>);

impl<'a> Digests<'a> {
    /// One pass over all lockfiles.
    pub(crate) fn of(workspace: &'a Workspace) -> Digests<'a> {
        let lockfiles = || workspace.documents().filter_map(|document| Some((&**document, document.lockfile()?)));
        let mut first = FxHashMap::default();
        for (document, lockfile) in lockfiles().filter(|_| lockfiles().nth(1).is_some()) {
            for (key, digest) in lockfile.packages.iter().flat_map(effective) {
                first.entry(key).or_insert((document, digest));
            }
        }
        Digests(first)
    }
}

/// Between the lockfiles of a repository: reported in the later one, by path, from the project that owns it.
fn project(project: &Project<'_>, cx: &mut Cx<'_>) {
    let digests = cx.digests;
    for document in project.lockfiles.iter().filter(|_| !digests.0.is_empty()) {
        for package in document.lockfile().into_iter().flat_map(|lockfile| &lockfile.packages) {
            for (key, digest) in effective(package) {
                let Some((other, earlier)) = digests.0.get(&key) else { continue };
                if other.path == document.path
                    || other.format.ecosystem != document.format.ecosystem
                    || earlier.bare() == digest.bare()
                {
                    continue;
                }
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
    package
        .integrity
        .effective()
        .filter_map(move |digest| Some(((package.name.as_str(), version?.as_str(), digest.algorithm()?, digest.made_by.as_deref()), digest)))
}

/// Several digests may stand side by side; one in common is agreement.
fn shares(package: &Package, earlier: &Digest) -> bool {
    package.integrity.effective().any(|digest| digest.bare() == earlier.bare())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn one_version_has_one_digest_of_an_algorithm() {
        check(
            "conflicting-integrity",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/a": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/x/node_modules/a": { "version": "1.0.0", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/alias": { "name": "a", "version": "1.0.0", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/y/node_modules/a": { "version": "1.0.1", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/shared": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/x/node_modules/shared": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA== sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/old": { "version": "1.0.0", "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" },
    "node_modules/x/node_modules/old": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/git": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/git.git#0123456789012345678901234567890123456789", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/x/node_modules/git": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/git.git#0123456789012345678901234567890123456789", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:6:74 [sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6...]
                  `a` 1.0.0 has another digest here than elsewhere in this file
                  see package-lock.json:5: the other digest
                error package-lock.json:7:76 [sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6...]
                  `a` 1.0.0 has another digest here than elsewhere in this file
                  see package-lock.json:5: the other digest
            "#]],
        );
    }

    #[test]
    fn lockfiles_of_one_repository_agree() {
        check(
            "conflicting-integrity",
            r#"
//- /a/package-lock.json
{
  "lockfileVersion": 3,
  "packages": { "": {}, "node_modules/é": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" }, "node_modules/same": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" } }
}
//- /b/package-lock.json
{
  "lockfileVersion": 1,
  "dependencies": { "é": { "version": "1.0.0", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" }, "same": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" } }
}
//- /c/package-lock.json
{
  "lockfileVersion": 3,
  "packages": { "": {}, "node_modules/é": { "version": "1.0.0", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" } }
}
"#,
            expect![[r#"
                error b/package-lock.json:3:62 [sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6...]
                  `é` 1.0.0 has another digest here than in `a/package-lock.json`
                  see a/package-lock.json:3: the other digest
                error c/package-lock.json:3:79 [sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6...]
                  `é` 1.0.0 has another digest here than in `a/package-lock.json`
                  see a/package-lock.json:3: the other digest
            "#]],
        );
    }
}
