use super::prelude::*;

rule! {
    /// A locked package has no digest, so whatever the address serves is installed unchecked.
    ///
    /// `npm ci` installs an entry without `integrity`, with an empty one, or with one whose algorithm it does not know, and says nothing:
    /// a digest that is not there cannot fail. Git commits, folders and links have none by nature and are not meant. A package that comes
    /// inside another one's archive is covered by that archive's digest, if the parent really lists it.
    ///
    /// pip checks digests (`--hash`) all or none: one anywhere in a requirements file, or in a file that it takes in, and every requirement must have
    /// one. So a line without is reported where others have theirs; where none has, one finding speaks for the file.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz"
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
    /// ## Bad
    /// ```text requirements.txt
    /// left-pad==1.3.0 \
    ///     --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    /// right-pad==1.0.1
    /// ```
    ///
    /// ## Bad
    /// ```text requirements.txt
    /// left-pad==1.3.0
    /// ```
    ///
    /// ## Good
    /// ```text requirements.txt
    /// left-pad==1.3.0 \
    ///     --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    /// ```
    ///
    /// ## What to do
    /// Let the quick-fix fetch the artifact, hash it, compare it with what the registry publishes, and fill the digest in. Or delete the
    /// entry and let npm write it again: `npm install --package-lock-only`.
    MISSING_INTEGRITY = {
        id: "missing-integrity",
        threat: 5,
        severity: Error,
        summary: "a locked package without a digest that counts",
        fixable: Online,
        needs: Files,
        checks: [Package(package), Lockfile(lockfile)],
    }
}

mod requirements;

fn lockfile(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    if cx.document.manifest().is_some() {
        requirements::check(lockfile, cx);
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    if cx.document.manifest().is_some() {
        return;
    }
    files(package, cx);
    if package.held_by().is_some() || !package.integrity.digests.is_empty() && has_known_algorithm(package) {
        return;
    }
    match package.kind {
        SourceKind::Registry if package.is_conditional() && package.integrity.field.is_none() => return conditional(package, cx),
        SourceKind::Registry | SourceKind::Url => {}
        SourceKind::File if package.source.as_ref().is_some_and(|source| is_archive(source)) => {}
        SourceKind::Bundled => return bundled(package, cx),
        _ => return,
    }
    let what = match package.integrity.field {
        None => "has no digest",
        Some(field) if package.integrity.digests.is_empty() && cx.document.slice(field).trim().is_empty() => "has an empty digest",
        Some(_) if package.integrity.digests.is_empty() => "has no digest",
        Some(_) => "has no digest of an algorithm that is known, which counts as none",
    };
    let tail = match cx.manager() {
        Manager::Pnpm => "pnpm before 11.4 installs whatever its address serves, later ones refuse it".to_owned(),
        Manager::Cargo => "Cargo takes whatever its registry serves next time, unless `--locked` is given".to_owned(),
        Manager::Go => "Go passes over the line, and takes what is served next time".to_owned(),
        manager => format!("{} installs whatever its address serves", manager.name()),
    };
    let can_hold = can_hold(package, cx);
    let artifact = cx.artifact(package).filter(|_| can_hold);
    let (purl, message) = (cx.purl(package), format!("`{}` {what}: {tail}", package.name));
    let verdict = artifact.as_ref().and_then(|artifact| cx.workspace.facts.verdicts.get(artifact).cloned());
    let digests = verdict.as_deref().map(|verdict| proven_digests(verdict, cx.ecosystem())).filter(|digests| !digests.is_empty());
    let files = verdict.as_deref().map_or(&[][..], |verdict| &verdict.files);
    let fix = digests.and_then(|digests| (cx.document.format.hold)(cx.document, package, Proven { digests: &digests, files }));
    let finding = cx.report(package.integrity.field.unwrap_or(package.key.span), message);
    finding.package(purl).help("fill it in from the registry once the artifact was fetched and hashed, or lock the package anew");
    match (fix, artifact) {
        (Some(edits), _) => {
            finding.fix("Add the digest that the registry publishes and the bytes hash to", Applicability::Safe, Some(edits));
        }
        (None, Some(artifact)) if verdict.is_none() => {
            finding.pending("Fetch, hash, and add the digest", Applicability::Safe, [Question::Artifact(artifact)]);
        }
        (None, _) => {}
    }
}

/// Files of a release that have no digest beside others that have one: whoever is to install the release may be given just those.
fn files(package: &Package, cx: &mut Cx<'_>) {
    if !package.files.iter().any(|file| file.integrity.strongest().is_some()) {
        return;
    }
    for file in package.files.iter().filter(|file| file.integrity.digests.is_empty()) {
        let shown = file.name.as_ref().map_or("a file", |name| name.as_str());
        let place = file.integrity.field.or_else(|| file.name.as_ref().map(|name| name.span));
        let (purl, manager) = (cx.purl(package), cx.manager().name());
        let message =
            format!("`{shown}` has no digest: {manager} installs whatever its address serves, where it chooses this file");
        let artifact = cx.artifact(package).filter(|_| package.kind == SourceKind::Registry && can_hold(package, cx));
        let verdict = artifact.as_ref().and_then(|artifact| cx.workspace.facts.verdicts.get(artifact).cloned());
        let fix = verdict.as_deref().and_then(|verdict| proven_file(package, file, verdict, cx));
        let finding = cx.report(place.unwrap_or(package.key.span), message);
        finding.package(purl).help("lock the package anew: every file of a release has a digest");
        match (fix, artifact) {
            (Some(edits), _) => {
                finding.fix("Add the digest that the registry publishes for this file", Applicability::Safe, Some(edits));
            }
            (None, Some(artifact)) if verdict.is_none() => {
                let title = "Look the release up, and add the digest of this file";
                finding.pending(title, Applicability::Safe, [Question::Artifact(artifact)]);
            }
            (None, _) => {}
        }
    }
}

/// The edit that gives one file its digest, where the release's bytes were looked at.
fn proven_file(package: &Package, file: &LockedFile, verdict: &Verdict, cx: &Cx<'_>) -> Option<Vec<Edit>> {
    let digests = proven_digests(verdict, cx.ecosystem());
    let name = file.name.as_ref()?;
    let files: Vec<_> = verdict.files.iter().filter(|known| known.name.as_deref() == Some(name.as_str())).cloned().collect();
    (!digests.is_empty()).then(|| (cx.document.format.hold)(cx.document, package, Proven { digests: &digests, files: &files }))?
}

/// Whether the format could hold digests of this entry, whatever they are.
fn can_hold(package: &Package, cx: &Cx<'_>) -> bool {
    let file = |name: &str| ArtifactFile { name: Some(name.into()), url: None, integrity: vec!["sha256:".into()] };
    let named = package.files.iter().filter_map(|locked| locked.name.as_ref()).map(|name| file(name));
    let files: Vec<_> = named.chain([file("")]).collect();
    // Which form registries have for it is the format's own knowledge.
    ["sha512-", "sha256:"].into_iter().any(|word| {
        let proven = Proven { digests: &[word.into()], files: &files };
        (cx.document.format.hold)(cx.document, package, proven).is_some()
    })
}

/// A well-known algorithm whose digest is malformed is `malformed-integrity`'s matter.
fn has_known_algorithm(package: &Package) -> bool {
    package.integrity.digests.iter().any(|digest| digest.state != DigestState::UnknownAlgorithm)
}

fn is_archive(source: &str) -> bool {
    [".tgz", ".tar.gz", ".tar", ".whl", ".zip", ".tar.bz2"].iter().any(|ending| source.ends_with(ending))
}

fn bundled(package: &Package, cx: &mut Cx<'_>) {
    let (purl, message) =
        (cx.purl(package), format!("`{}` comes inside another package's archive and has no digest of its own", package.name));
    cx.report(package.key.span, message).package(purl).severity(Severity::Info);
}

/// The manager writes none where a package fits some platforms only.
fn conditional(package: &Package, cx: &mut Cx<'_>) {
    let manager = cx.manager().name();
    let message = format!("`{}` is for some platforms only, and {manager} writes no digest for such a package", package.name);
    let purl = cx.purl(package);
    cx.report(package.key.span, message).package(purl).severity(Severity::Info);
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn every_way_to_have_no_digest_is_seen() {
        check(
            "missing-integrity",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/none": { "version": "1.0.0" },
    "node_modules/empty": { "version": "1.0.0", "integrity": "" },
    "node_modules/unknown": { "version": "1.0.0", "integrity": "foo1-abc" },
    "node_modules/number": { "version": "1.0.0", "integrity": 3 },
    "node_modules/archive": { "version": "1.0.0", "resolved": "file:a.tgz" },
    "node_modules/git": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/a.git#0123456789012345678901234567890123456789" },
    "node_modules/folder": { "version": "1.0.0", "resolved": "file:../a" },
    "node_modules/malformed": { "version": "1.0.0", "integrity": "sha512-x" },
    "node_modules/link": { "resolved": "packages/a", "link": true },
    "packages/a": { "version": "1.0.0" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:6 [node_modules/none]
                  `none` has no digest: npm installs whatever its address serves
                  asks: Fetch, hash, and add the digest
                error package-lock.json:6:63 []
                  `empty` has an empty digest: npm installs whatever its address serves
                  asks: Fetch, hash, and add the digest
                error package-lock.json:7:65 [foo1-abc]
                  `unknown` has no digest of an algorithm that is known, which counts as none: npm installs whatever its address serves
                  asks: Fetch, hash, and add the digest
                error package-lock.json:8:63 [3]
                  `number` has no digest: npm installs whatever its address serves
                  asks: Fetch, hash, and add the digest
                error package-lock.json:9:6 [node_modules/archive]
                  `archive` has no digest: npm installs whatever its address serves
            "#]],
        );
    }

    #[test]
    fn the_digest_that_bytes_and_registry_share_is_filled_in() {
        check(
            "missing-integrity",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/none": {
      "version": "1.0.0",
      "resolved": "https://npm.corp.test/none/-/none-1.0.0.tgz",
      "license": "MIT"
    },
    "node_modules/empty": { "version": "1.0.0", "integrity": "" },
    "node_modules/number": { "version": "1.0.0", "integrity": 3 },
    "node_modules/differs": { "version": "1.0.0" }
  }
}
//- facts
{ "verdicts": [
  { "name": "none", "version": "1.0.0", "resolved": "https://npm.corp.test/none/-/none-1.0.0.tgz", "outcome": "verified", "published": ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="], "computed": ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="] },
  { "name": "empty", "version": "1.0.0", "outcome": "verified", "published": ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="], "computed": ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="] },
  { "name": "number", "version": "1.0.0", "outcome": "verified", "published": ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="], "computed": ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="] },
  { "name": "differs", "version": "1.0.0", "outcome": "verified", "published": ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="], "computed": ["sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="] }
] }
"#,
            expect![[r#"
                error package-lock.json:5:6 [node_modules/none]
                  `none` has no digest: npm installs whatever its address serves
                  fix (safe): Add the digest that the registry publishes and the bytes hash to
                    package-lock.json: [] -> [,⏎      "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/...]
                error package-lock.json:10:63 []
                  `empty` has an empty digest: npm installs whatever its address serves
                  fix (safe): Add the digest that the registry publishes and the bytes hash to
                    package-lock.json: [""] -> ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjy...]
                error package-lock.json:11:63 [3]
                  `number` has no digest: npm installs whatever its address serves
                  fix (safe): Add the digest that the registry publishes and the bytes hash to
                    package-lock.json: [3] -> ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjy...]
                error package-lock.json:12:6 [node_modules/differs]
                  `differs` has no digest: npm installs whatever its address serves
            "#]],
        );
    }

    /// Of a release's files each gets the digest that is published for its name; one that the registry does not know stays as it is.
    #[test]
    fn files_of_a_release_get_the_digests_of_their_names() {
        check(
            "missing-integrity",
            r#"
//- /uv.lock
version = 1

[[package]]
name = "left"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://files.pythonhosted.org/packages/left-1.0.tar.gz", size = 3 }
wheels = [
    { url = "https://files.pythonhosted.org/packages/left-1.0-py3-none-any.whl", size = 3 },
]

[[package]]
name = "right"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
wheels = [
    { url = "https://files.pythonhosted.org/packages/right-1.0-py2-none-any.whl", hash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { url = "https://files.pythonhosted.org/packages/right-1.0-py3-none-any.whl", size = 3 },
    { url = "https://files.pythonhosted.org/packages/right-1.0-py4-none-any.whl", size = 3 },
]
//- facts
{ "verdicts": [
  { "ecosystem": "pypi", "name": "left", "version": "1.0", "registry": "https://pypi.org/simple/", "outcome": "verified",
    "files": [
      { "name": "left-1.0.tar.gz", "url": "https://files.pythonhosted.org/packages/left-1.0.tar.gz", "integrity": [] },
      { "name": "left-1.0-py3-none-any.whl", "url": "https://files.pythonhosted.org/packages/left-1.0-py3-none-any.whl", "integrity": [] } ],
    "published": ["sha256:0000000000000000000000000000000000000000000000000000000000000000", "sha256:1111111111111111111111111111111111111111111111111111111111111111"],
    "computed": ["sha256:1111111111111111111111111111111111111111111111111111111111111111"],
    "published_files": [
      { "name": "left-1.0.tar.gz", "url": null, "integrity": ["sha256:0000000000000000000000000000000000000000000000000000000000000000"] },
      { "name": "left-1.0-py3-none-any.whl", "url": null, "integrity": ["sha256:1111111111111111111111111111111111111111111111111111111111111111"] } ] },
  { "ecosystem": "pypi", "name": "right", "version": "1.0", "registry": "https://pypi.org/simple/", "outcome": "verified",
    "integrity": ["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    "files": [
      { "name": "right-1.0-py2-none-any.whl", "url": "https://files.pythonhosted.org/packages/right-1.0-py2-none-any.whl", "integrity": ["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"] },
      { "name": "right-1.0-py3-none-any.whl", "url": "https://files.pythonhosted.org/packages/right-1.0-py3-none-any.whl", "integrity": [] },
      { "name": "right-1.0-py4-none-any.whl", "url": "https://files.pythonhosted.org/packages/right-1.0-py4-none-any.whl", "integrity": [] } ],
    "published": ["sha256:2222222222222222222222222222222222222222222222222222222222222222"],
    "computed": ["sha256:2222222222222222222222222222222222222222222222222222222222222222"],
    "published_files": [
      { "name": "right-1.0-py3-none-any.whl", "url": null, "integrity": ["sha256:2222222222222222222222222222222222222222222222222222222222222222"] } ] }
] }
"#,
            expect![[r#"
                error uv.lock:7:9 [{ url = "https://files.pythonhosted.org/packages/left-1.0.tar.gz", size = 3 }]
                  `left` has no digest: uv installs whatever its address serves
                  fix (safe): Add the digest that the registry publishes and the bytes hash to
                    uv.lock: [] -> [, hash = "sha256:0000000000000000000000000000000000000000000000000000000000000000"]
                    uv.lock: [] -> [, hash = "sha256:1111111111111111111111111111111111111111111111111111111111111111"]
                error uv.lock:18:14 [https://files.pythonhosted.org/packages/right-1.0-py3-none-any.whl]
                  `right-1.0-py3-none-any.whl` has no digest: uv installs whatever its address serves, where it chooses this file
                  fix (safe): Add the digest that the registry publishes for this file
                    uv.lock: [] -> [, hash = "sha256:2222222222222222222222222222222222222222222222222222222222222222"]
                error uv.lock:19:14 [https://files.pythonhosted.org/packages/right-1.0-py4-none-any.whl]
                  `right-1.0-py4-none-any.whl` has no digest: uv installs whatever its address serves, where it chooses this file
            "#]],
        );
    }

    #[test]
    fn a_bundle_s_mark_counts_where_it_is_borne_out() {
        check(
            "missing-integrity",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "bundleDependencies": ["own"], "dependencies": { "own": "1.0.0" } },
    "node_modules/own": { "version": "1.0.0", "inBundle": true },
    "node_modules/own/node_modules/below": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "inBundle": true },
    "node_modules/parent": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "bundleDependencies": ["in"], "dependencies": { "in": "1.0.0" } },
    "node_modules/parent/node_modules/in": { "version": "1.0.0", "inBundle": true },
    "node_modules/plain": { "version": "1.0.0", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/plain/node_modules/claimed": { "version": "1.0.0", "inBundle": true }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:6 [node_modules/own]
                  `own` has no digest: npm installs whatever its address serves
                  asks: Fetch, hash, and add the digest
                info package-lock.json:8:6 [node_modules/parent/node_modules/in]
                  `in` comes inside another package's archive and has no digest of its own
                error package-lock.json:10:6 [node_modules/plain/node_modules/claimed]
                  `claimed` has no digest: npm installs whatever its address serves
                  asks: Fetch, hash, and add the digest
            "#]],
        );
    }

    #[test]
    fn the_nested_form_copies_no_lists_of_bundles() {
        check(
            "missing-integrity",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 1,
  "dependencies": {
    "own": { "version": "1.0.0", "bundled": true },
    "parent": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "dependencies": {
      "in": { "version": "1.0.0", "bundled": true },
      "out": { "version": "1.0.0", "resolved": "https://npm.corp.test/out/-/out-1.0.0.tgz", "bundled": true },
      "platform": { "optional": true }
    } },
    "link": { "version": "file:packages/link" },
    "archive": { "version": "file:archive.tgz" },
    "git": { "version": "git+ssh://git@host.test/a.git#0123456789012345678901234567890123456789" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:4:6 [own]
                  `own` has no digest: npm installs whatever its address serves
                  asks: Fetch, hash, and add the digest
                info package-lock.json:6:8 [in]
                  `in` comes inside another package's archive and has no digest of its own
                error package-lock.json:7:8 [out]
                  `out` has no digest: npm installs whatever its address serves
                  asks: Fetch, hash, and add the digest
                error package-lock.json:11:6 [archive]
                  `archive` has no digest: npm installs whatever its address serves
            "#]],
        );
    }
}
