use super::prelude::*;

rule! {
    /// The only digests of a locked package are sha1 or md5.
    ///
    /// Two files with the same sha1 have been made in public, and md5 costs seconds. Whoever controls what the address serves can serve one
    /// file to reviewers and another one to you under the same digest. npm wrote sha1 before version 5, and keeps it for as long as the entry is
    /// not touched.
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
    ///       "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="
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
    /// Let the quick-fix fetch the artifact, check that it has the old digest and the one the registry publishes, and put the sha512 in. Or
    /// delete the entry and let npm write it again.
    WEAK_INTEGRITY = {
        id: "weak-integrity",
        threat: 10,
        severity: Warning,
        summary: "only digests that can be forged",
        fixable: Online,
        needs: Files,
        checks: [Package(package)],
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    if package.files.len() > 1 {
        return files(package, cx);
    }
    let Some(algorithm) = package.held_by().filter(|algorithm| algorithm.is_weak()) else { return };
    let beside = package.source_digest.as_ref().map(|digest| digest.text.span);
    let held = package.integrity.strongest().and(package.integrity.field);
    let Some(place) = held.or(beside) else { return };
    let artifact = cx.artifact(package);
    let verdict = artifact.as_ref().and_then(|artifact| cx.workspace.facts.verdicts.get(artifact).cloned());
    let stronger = verdict.as_deref().filter(|verdict| old_digest_holds(package, verdict));
    let stronger = stronger.map(|verdict| proven_digests(verdict, cx.ecosystem())).filter(|digests| !digests.is_empty());
    let files = verdict.as_deref().map_or(&[][..], |verdict| &verdict.files);
    let edits = stronger.map(|digests| (cx.document.format.hold)(cx.document, package, Proven { digests: &digests, files }));
    let what = if held.is_some() { algorithm.id().to_owned() } else { format!("the {} in its address", algorithm.id()) };
    let (purl, message) = (cx.purl(package), format!("`{}` is held by {what} alone, which can be forged", package.name));
    let finding = cx.report(place, message);
    finding
        .package(purl)
        .help("replace it by the strongest digest that the registry publishes, once the artifact was fetched and has both");
    match (edits, artifact) {
        (Some(edits), _) => {
            let start = if held.is_some() { "Replace by" } else { "Add" };
            finding.fix(
                format!("{start} the digest that the registry publishes and the bytes hash to"),
                Applicability::Safe,
                edits,
            );
        }
        (None, Some(artifact)) if verdict.is_none() => {
            finding.pending("Fetch, hash, and replace the digest", Applicability::Safe, [Question::Artifact(artifact)]);
        }
        (None, _) => {}
    }
}

/// Each file of a release is held by its own digests; one finding tells of all that are held badly.
fn files(package: &Package, cx: &mut Cx<'_>) {
    let is_weak = |algorithm: &Algorithm| algorithm.is_weak();
    let mut weak = package.files.iter().filter_map(|file| Some((file, file.integrity.strongest().filter(is_weak)?)));
    let Some((file, algorithm)) = weak.next() else { return };
    let (count, all) = (weak.count() + 1, package.files.len());
    let what = if count == 1 { "is" } else { "are" };
    let (purl, lock) = (cx.purl(package), cx.manager().lock_command());
    let message =
        format!("{count} of {all} files of `{}` {what} held by {} alone, which can be forged", package.name, algorithm.id());
    let finding = cx.report(file.integrity.field.unwrap_or(package.key.span), message);
    finding.package(purl).help(format!("lock the package anew (`{lock}`): indexes publish sha256"));
}

/// The bytes must still have the digest that was locked, or the fix would bless whatever is served today.
fn old_digest_holds(package: &Package, verdict: &Verdict) -> bool {
    let computed = |digest: &Digest| verdict.computed.iter().any(|computed| is_same(computed, digest.bare()));
    match package.integrity.strongest() {
        Some(_) => package.integrity.effective().any(computed),
        None => package.source_digest.as_deref().is_some_and(computed),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn only_forgeable_digests_are_weak() {
        check(
            "weak-integrity",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/a": { "version": "1.0.0", "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" },
    "node_modules/b": { "version": "1.0.0", "integrity": "md5-1B2M2Y8AsgTpgAmY7PhCfg==" },
    "node_modules/both": { "version": "1.0.0", "integrity": "md5-1B2M2Y8AsgTpgAmY7PhCfg== sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" },
    "node_modules/strong": { "version": "1.0.0", "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/sha256": { "version": "1.0.0", "integrity": "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=" },
    "node_modules/broken": { "version": "1.0.0", "integrity": "sha1-x" },
    "node_modules/none": { "version": "1.0.0" }
  }
}
"#,
            expect![[r#"
                warning package-lock.json:5:59 [sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=]
                  `a` is held by sha1 alone, which can be forged
                  asks: Fetch, hash, and replace the digest
                warning package-lock.json:6:59 [md5-1B2M2Y8AsgTpgAmY7PhCfg==]
                  `b` is held by md5 alone, which can be forged
                  asks: Fetch, hash, and replace the digest
                warning package-lock.json:7:62 [md5-1B2M2Y8AsgTpgAmY7PhCfg== sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=]
                  `both` is held by sha1 alone, which can be forged
                  asks: Fetch, hash, and replace the digest
            "#]],
        );
    }

    #[test]
    fn a_proven_digest_takes_the_old_one_s_place() {
        check(
            "weak-integrity",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/é": { "version": "1.0.0", "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" },
    "node_modules/other": { "version": "1.0.0", "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }
  }
}
//- facts
{ "verdicts": [
  { "name": "é", "version": "1.0.0", "integrity": ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="], "outcome": "verified", "published": ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="], "computed": ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="] },
  { "name": "other", "version": "1.0.0", "integrity": ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="], "outcome": "verified", "published": ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="], "computed": ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="] }
] }
"#,
            expect![[r#"
                warning package-lock.json:5:59 [sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=]
                  `é` is held by sha1 alone, which can be forged
                  fix (safe): Replace by the digest that the registry publishes and the bytes hash to
                    package-lock.json: ["sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="] -> ["sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjy...]
                warning package-lock.json:6:63 [sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=]
                  `other` is held by sha1 alone, which can be forged
            "#]],
        );
    }
}
