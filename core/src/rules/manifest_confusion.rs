use super::prelude::*;

rule! {
    /// The `package.json` inside the artifact says something else than the registry or the lockfile: another name or version, other dependencies, or
    /// install scripts that nobody was shown.
    ///
    /// The registry takes a package's manifest and its archive separately and does not compare them. Tools look at the one, npm runs the other.
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
    ///       "outcome": "verified",
    ///       "published": [
    ///         "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///       ],
    ///       "computed": [
    ///         "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///       ],
    ///       "published_manifest": {
    ///         "name": "left-pad",
    ///         "version": "1.3.0",
    ///         "dependencies": {},
    ///         "install_scripts": {}
    ///       },
    ///       "packed_manifest": {
    ///         "name": "left-pad",
    ///         "version": "1.3.0",
    ///         "dependencies": {},
    ///         "install_scripts": {
    ///           "postinstall": "node steal.js"
    ///         }
    ///       }
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
    ///       ],
    ///       "published_manifest": {
    ///         "name": "left-pad",
    ///         "version": "1.3.0",
    ///         "dependencies": {},
    ///         "install_scripts": {}
    ///       },
    ///       "packed_manifest": {
    ///         "name": "left-pad",
    ///         "version": "1.3.0",
    ///         "dependencies": {},
    ///         "install_scripts": {}
    ///       }
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// ## What to do
    /// Read the manifest in the artifact (`npm pack`, then unpack it) before anything of it runs, and do not install it until you know why they differ.
    MANIFEST_CONFUSION = {
        id: "manifest-confusion",
        threat: 3,
        severity: Error,
        summary: "the manifest in the artifact is not the one that is shown",
        fixable: No,
        needs: Registry,
        checks: [Package(package)],
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    let Some(verdict) = cx.verdict(package) else { return };
    let (Some(published), Some(packed)) = (&verdict.published_manifest, &verdict.packed_manifest) else {
        return unread(package, &verdict, cx);
    };
    let mut differences: Vec<String> = disagreements(published, packed).iter().map(ToString::to_string).collect();
    if !packed.install_scripts.is_empty() && package.install_script == Some(false) && differences.is_empty() {
        differences.push("it runs install scripts, and the lockfile says that it runs none".into());
    }
    for difference in differences {
        let (purl, message) =
            (cx.purl(package), format!("{} in its archive is not what the registry shows: {difference}", titled(package)));
        let finding = cx.report(package.key.span, message);
        finding.package(purl).help("read the manifest in the archive before anything of it runs");
    }
}

/// Bytes that are right, in an archive that could not be read: npm may read it otherwise.
fn unread(package: &Package, verdict: &Verdict, cx: &mut Cx<'_>) {
    if verdict.outcome == Outcome::Verified && verdict.bytes.is_some() && verdict.published_manifest.is_some() {
        let (purl, message) =
            (cx.purl(package), format!("the manifest in the archive of `{}` {} could not be read", package.name, version(package)));
        cx.report(package.key.span, message)
            .package(purl)
            .severity(Severity::Warning)
            .help("unpack it by hand (`npm pack`) and compare");
    }
}
