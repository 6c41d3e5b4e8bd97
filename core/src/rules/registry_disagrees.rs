use super::prelude::*;

rule! {
    /// The registry publishes another digest, or another address, for this version than the lockfile records.
    ///
    /// This catches what an install from the lockfile cannot: an entry that is consistent in itself, with an address and the true digest of what lies there, and that is
    /// not the package it claims to be.
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
    ///     }
    ///   }
    /// }
    /// ```
    /// ```json facts
    /// {
    ///   "verdicts": [
    ///     {
    ///       "name": "left-pad",
    ///       "version": "1.3.0",
    ///       "integrity": [
    ///         "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///       ],
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "outcome": {
    ///         "mismatched": {
    ///           "lockfile_registry": true,
    ///           "lockfile_bytes": false,
    ///           "registry_bytes": false,
    ///           "address": false
    ///         }
    ///       },
    ///       "published": [
    ///         "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    ///       ],
    ///       "computed": []
    ///     }
    ///   ]
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
    /// ```json facts
    /// {
    ///   "verdicts": [
    ///     {
    ///       "name": "left-pad",
    ///       "version": "1.3.0",
    ///       "integrity": [
    ///         "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///       ],
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "outcome": "verified",
    ///       "published": [
    ///         "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///       ],
    ///       "computed": [
    ///         "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///       ]
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// ## What to do
    /// Restore the entry from a commit where it was right. If a mirror repacks its packages, name that mirror in your package manager's settings or in
    /// `provender.toml`, so that it is the one that is asked.
    REGISTRY_DISAGREES = {
        id: "registry-disagrees",
        threat: 5,
        severity: Error,
        summary: "the registry publishes another digest or address",
        fixable: No,
        needs: Registry,
        checks: [Package(package)],
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    let Some(verdict) = cx.verdict(package) else { return };
    let Outcome::Mismatched(mismatch) = &verdict.outcome else { return };
    if !mismatch.lockfile_registry && !mismatch.address {
        return;
    }
    let (name, number, purl) = (&package.name, version(package), cx.purl(package));
    let (span, message, help) = if mismatch.lockfile_registry {
        let message = match cx.ecosystem() {
            Ecosystem::Pypi => format!("the registry publishes no file of `{name}` {number} with a digest that the lockfile has"),
            _ => format!("the registry publishes another digest for `{name}` {number} than the lockfile has"),
        };
        (foreign(package, &verdict).or(package.integrity.field), message, digests(package, &verdict))
    } else {
        let message = format!("the registry publishes `{name}` {number} under another address than the lockfile has");
        let address = verdict.tarball.as_ref().map_or("none", |address| address.as_str());
        (package.source.as_ref().map(|source| source.span), message, format!("the registry publishes it at {address}"))
    };
    cx.report(span.unwrap_or(package.key.span), message).package(purl).help(help);
}

/// Of a release's many files, the first whose digest the registry does not publish.
fn foreign(package: &Package, verdict: &Verdict) -> Option<Span> {
    let digests = package.files.iter().flat_map(|file| &file.integrity.digests);
    digests.map(|digest| &digest.text).find(|text| !is_published(text, verdict)).map(|text| text.span)
}
