use super::prelude::*;

rule! {
    /// A package goes back to an older version.
    ///
    /// That may be meant. But an older version brings back the holes that the newer one closed, and a lockfile is a good place to do it unseen: the
    /// manifest's range still fits.
    ///
    /// ## Bad
    /// ```json package-lock.json base
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
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.2.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.2.0.tgz",
    ///       "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package-lock.json base
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
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.1",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.1.tgz",
    ///       "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What to do
    /// If it is meant, say why in the commit. Else update the package again.
    DOWNGRADED_VERSION = {
        id: "downgraded-version",
        threat: 5,
        severity: Warning,
        summary: "an older version than before",
        fixable: No,
        needs: Base,
        checks: [Change(change)],
    }
}

fn change(change: &Change<'_>, cx: &mut Cx<'_>) {
    let (ChangeKind::Downgraded, Some((_, before)), Some((_, after))) = (change.kind, change.before, change.after) else { return };
    let purl = cx.purl(after);
    let message = format!("`{}` goes back from {} to {}", after.name, version(before), version(after));
    let finding = cx.report(after.version.as_ref().map_or(after.key.span, |version| version.span), message);
    finding.package(purl).help("an older version brings back what the newer one mended");
}
