use super::prelude::*;

rule! {
    /// The registry that is trusted for this package does not have the locked version, or does not know the package at all.
    ///
    /// It was withdrawn (mostly because it was malicious), it never existed, or the name is a private one that a public registry was asked for. In the
    /// last case anybody can publish it there.
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
    ///         "unverifiable": "unpublished-version"
    ///       },
    ///       "published": [],
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
    /// If it was withdrawn, move to another version and find out why. If the name is private, name the registry that it lives in for it alone: map
    /// its scope (`@scope:registry=…` in `.npmrc`), give it an index or a source of its own (uv, Poetry), or a `registry` (Cargo).
    UNPUBLISHED_VERSION = {
        id: "unpublished-version",
        threat: 5,
        severity: Error,
        summary: "the registry does not have that version",
        fixable: No,
        needs: Registry,
        checks: [Package(package)],
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    let Some(verdict) = cx.verdict(package) else { return };
    let what = match &verdict.outcome {
        Outcome::Unverifiable(Reason::UnpublishedVersion) => "has no such version",
        Outcome::Unverifiable(Reason::UnpublishedPackage) => "does not know the package",
        _ => return,
    };
    let (purl, registry) = (
        cx.purl(package),
        cx.project.registries.registry_of(package).map_or_else(str::to_owned, |registry| registry.url.to_string()),
    );
    let message = format!("{}: the registry {what}", titled(package));
    let span = package.version.as_ref().map_or(package.key.span, |version| version.span);
    let help = format!("{registry} was asked; a version that was withdrawn was mostly withdrawn for a reason");
    cx.report(span, message).package(purl).help(help);
}
