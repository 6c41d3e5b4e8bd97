use super::prelude::*;

rule! {
    /// The address of a locked package is that of another package, or of another version.
    ///
    /// The host is trusted, the digest is right for what lies there, and what is installed is something else than the entry says. npm does not compare
    /// the two.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/right-pad/-/right-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
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
    /// Restore the entry from a commit where it was right, and see who changed it.
    MISMATCHED_SOURCE = {
        id: "mismatched-source",
        threat: 5,
        severity: Error,
        summary: "the address names another package or version",
        fixable: No,
        needs: Files,
        checks: [Package(package)],
    }
}

use crate::registries::tarball_identity;

fn package(package: &Package, cx: &mut Cx<'_>) {
    let Some(source) = package.source.as_ref().filter(|_| matches!(package.kind, SourceKind::Registry | SourceKind::Bundled)) else { return };
    let Some((name, number)) = tarball_identity(source) else { return };
    let what = if name != package.name.value {
        format!("`{name}`")
    } else if package.version.as_ref().is_some_and(|version| version.value != number) {
        format!("version {number}")
    } else {
        return;
    };
    let (purl, message) = (cx.purl(package), format!("the address of `{}` {} is that of {what}", package.name, version(package)));
    cx.report(source.span, message).package(purl).help("restore the entry from a commit where it was right, and see who changed it");
}
