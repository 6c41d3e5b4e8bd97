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
    /// A release of several files (Python) may be listed in full or in part; there, a file of one name with two digests is a conflict, or two lists
    /// that have nothing in common.
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

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::lists::contradiction;

use crate::workspace::Workspace;

/// What two entries of one package version must agree on: name, version, algorithm, and how the archive was made.
type Key<'a> = (&'a str, &'a str, Algorithm, Option<&'a str>);

/// The same over all lockfiles: names live in worlds of their own.
type WorldKey<'a> = (Ecosystem, Key<'a>);

fn lockfile(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let mut seen: FxHashMap<Key<'_>, &Digest> = FxHashMap::default();
    let mut lists: FxHashMap<Release<'_>, &Package> = FxHashMap::default();
    for package in &lockfile.packages {
        if let Some(release) = release(package) {
            let earlier = *lists.entry(release).or_insert(package);
            if let Some((digest, other)) = contradiction(package, earlier) {
                let (purl, path) = (cx.purl(package), cx.document.path.clone());
                let message = format!("{} has other digests here than elsewhere in this file", titled(package));
                let finding = cx.report(digest.text.span, message);
                finding.package(purl).related(&path, other.text.span, "the other digest").help(HELP);
            }
        }
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
pub(crate) struct Digests<'a> {
    single: FxHashMap<WorldKey<'a>, (&'a Document, &'a Digest)>,
    lists: FxHashMap<Release<'a>, (&'a Document, &'a Package)>,
}

/// A release of several files: its name as it is compared, and its version.
type Release<'a> = (Cow<'a, str>, &'a str);

fn release(package: &Package) -> Option<Release<'_>> {
    let listed = package.kind == SourceKind::Registry && !package.files.is_empty();
    let version = package.version.as_ref().filter(|_| listed)?;
    Some((Ecosystem::Pypi.normalized(&package.name), version.as_str()))
}

impl<'a> Digests<'a> {
    /// One pass over all lockfiles.
    pub(crate) fn of(workspace: &'a Workspace) -> Digests<'a> {
        let lockfiles = || workspace.documents().filter_map(|document| Some((&**document, document.lockfile()?)));
        let mut first = Digests::default();
        for (document, lockfile) in lockfiles().filter(|_| lockfiles().nth(1).is_some()) {
            for (key, digest) in lockfile.packages.iter().flat_map(effective) {
                first.single.entry((lockfile.manager.ecosystem(), key)).or_insert((document, digest));
            }
            for package in &lockfile.packages {
                if let Some(release) = release(package) {
                    first.lists.entry(release).or_insert((document, package));
                }
            }
        }
        first
    }
}

/// Between the lockfiles of a repository: reported in the later one, by path, from the project that owns it.
fn project(project: &Project<'_>, cx: &mut Cx<'_>) {
    let digests = cx.digests;
    for document in project.lockfiles.iter().filter(|_| !digests.single.is_empty() || !digests.lists.is_empty()) {
        let Some(lockfile) = document.lockfile() else { continue };
        for package in &lockfile.packages {
            between_lists(document, package, cx);
            for (key, digest) in effective(package) {
                let Some((other, earlier)) = digests.single.get(&(lockfile.manager.ecosystem(), key)) else { continue };
                if other.path == document.path || earlier.bare() == digest.bare() {
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

fn between_lists(document: &Document, package: &Package, cx: &mut Cx<'_>) {
    let Some((other, earlier)) = release(package).and_then(|release| cx.digests.lists.get(&release).copied()) else { return };
    let Some((digest, their)) = contradiction(package, earlier).filter(|_| other.path != document.path) else { return };
    let purl = cx.purl(package);
    let message = format!("{} has other digests here than in `{}`", titled(package), other.path);
    let finding = cx.report_in(&document.path, digest.text.span, message);
    finding.package(purl).related(&other.path, their.text.span, "the other digest").help(HELP);
}

/// The digests that count, each with what it is about. Git commits packed by npm itself differ from machine to machine and are not meant.
fn effective(package: &Package) -> impl Iterator<Item = (Key<'_>, &Digest)> {
    let version = package.version.as_ref().filter(|_| package.kind == SourceKind::Registry && package.files.is_empty());
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

    #[test]
    fn lists_of_files_may_be_parts_of_one_another() {
        check(
            "conflicting-integrity",
            r#"
//- /a/requirements.txt
part==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 --hash=sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9
Other_One==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
strong==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
//- /b/requirements.txt
part==1.0 --hash=sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9
other-one==1.0 --hash=sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9
strong==1.0 --hash=sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e
twice==1.0 --hash=sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9 ; os_name == "nt"
twice==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
//- /c/pylock.toml
lock-version = "1.0"
created-by = "x"
[[packages]]
name = "named"
version = "1.0"
sdist = { url = "https://files.test/named-1.0.tar.gz", hashes = { sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" } }
//- /d/pylock.toml
lock-version = "1.0"
created-by = "x"
[[packages]]
name = "named"
version = "1.0"
wheels = [
  { url = "https://files.test/named-1.0-py3-none-any.whl", hashes = { sha256 = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9" } },
  { name = "named-1.0.tar.gz", url = "https://files.test/x", hashes = { sha256 = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9" } },
]
"#,
            expect![[r#"
                error b/requirements.txt:2:23 [sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9]
                  `other-one` 1.0 has other digests here than in `a/requirements.txt`
                  see a/requirements.txt:2: the other digest
                error b/requirements.txt:5:19 [sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855]
                  `twice` 1.0 has other digests here than elsewhere in this file
                  see b/requirements.txt:4: the other digest
                error d/pylock.toml:8:83 [5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9]
                  `named` 1.0 has other digests here than in `c/pylock.toml`
                  see c/pylock.toml:6: the other digest
            "#]],
        );
    }
}
