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
    let Some(algorithm) = package.integrity.strongest().filter(|algorithm| algorithm.is_weak()) else { return };
    let Some(field) = package.integrity.field else { return };
    let artifact = cx.artifact(package);
    let verdict = artifact.as_ref().and_then(|artifact| cx.workspace.facts.verdicts.get(artifact).cloned());
    let stronger = verdict.as_deref().filter(|verdict| old_digest_holds(package, verdict)).and_then(proven_digest);
    let (purl, message) = (cx.purl(package), format!("`{}` is held by {} alone, which can be forged", package.name, algorithm.id()));
    let finding = cx.report(field, message);
    finding.package(purl).help("replace it by the sha512 that the registry publishes, once the artifact was fetched and has both");
    match (stronger, artifact) {
        (Some(digest), _) => {
            let edits = vec![Edit::replace(field, digest)];
            finding.fix("Replace by the digest that the registry publishes and the bytes hash to", Applicability::Safe, Some(edits));
        }
        (None, Some(artifact)) => {
            finding.pending("Fetch, hash, and replace the digest", Question::Artifact(artifact));
        }
        (None, None) => {}
    }
}

/// The bytes must still have the digest that was locked, or the fix would bless whatever is served today.
fn old_digest_holds(package: &Package, verdict: &Verdict) -> bool {
    package.integrity.effective().any(|digest| verdict.computed.iter().any(|computed| computed == digest.bare()))
}
