use super::prelude::*;

rule! {
    /// The artifact was fetched from the registry and hashed here, and its digest is not the one in the lockfile.
    ///
    /// Either the lockfile was tampered with, or what the registry serves is. Both are reasons to stop: the package that somebody tested is not the
    /// package that would be installed.
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
    ///           "lockfile_registry": false,
    ///           "lockfile_bytes": true,
    ///           "registry_bytes": true,
    ///           "address": false
    ///         }
    ///       },
    ///       "published": [
    ///         "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///       ],
    ///       "computed": [
    ///         "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    ///       ]
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
    /// Do not install it. Compare the three digests: if registry and bytes agree, the lockfile is wrong (look for the commit that changed it); if
    /// lockfile and registry agree, the bytes are wrong (a proxy, a cache, a mirror in between, or the registry's storage).
    INTEGRITY_MISMATCH = {
        id: "integrity-mismatch",
        threat: 10,
        severity: Error,
        summary: "the fetched bytes do not hash to the locked digest",
        fixable: No,
        needs: Registry,
        checks: [Package(package)],
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    let Some(verdict) = cx.verdict(package) else { return };
    let Outcome::Mismatched(mismatch) = &verdict.outcome else { return };
    if !mismatch.lockfile_bytes && !mismatch.registry_bytes {
        return;
    }
    let against = if mismatch.lockfile_bytes { "the lockfile's digest" } else { "the digest that the registry publishes" };
    let message = format!("the bytes of {} do not hash to {against}", titled(package));
    let (purl, help) = (cx.purl(package), digests(package, &verdict));
    cx.report(package.integrity.field.unwrap_or(package.key.span), message).package(purl).help(help);
}
