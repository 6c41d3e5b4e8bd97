use super::prelude::*;

rule! {
    /// A package was to be verified, and that could not be done: no connection, no credentials, a host that only the repository names, or a kind of
    /// source that no registry serves.
    ///
    /// It is not called tampered with, and it is not called clean. Before a push it blocks, because a package that slips through whenever the line is
    /// down is a package that was never checked.
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
    ///         "unverifiable": {
    ///           "timed-out": "npm.corp.test"
    ///         }
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
    /// Do what the message says: try again, log in to the registry in your package manager's own settings, or allow the host in your own `provender.toml`. What can
    /// never be verified can be left out by the repository's policy (`[verify] leave-out`), or made a warning (`unverifiable = "warn"`).
    UNVERIFIED_PACKAGE = {
        id: "unverified-package",
        threat: 10,
        severity: Error,
        summary: "a package that could not be verified",
        fixable: No,
        needs: Registry,
        checks: [Package(package), Change(change)],
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    if cx.workspace.facts.asking == Asking::Everything {
        ask(package, cx);
    }
    if let Some(verdict) = cx.verdict(package)
        && let Outcome::Unverifiable(reason) = &verdict.outcome
    {
        report(package, reason, cx);
    }
}

fn change(change: &Change<'_>, cx: &mut Cx<'_>) {
    if cx.workspace.facts.asking == Asking::Changed {
        change.arrivals().for_each(|package| ask(package, cx));
    }
}

/// Asks for what a registry serves; what none serves is told at once.
fn ask(package: &Package, cx: &mut Cx<'_>) {
    // What only bounds others is not installed; where it has a digest, that counts all the same.
    let bound = cx.document.lockfile().is_some_and(|lockfile| lockfile.constrains) && package.integrity.digests.is_empty();
    if bound || cx.policy.left_out(&package.name) {
        return;
    }
    match (package.kind, cx.artifact(package)) {
        (SourceKind::Link | SourceKind::Workspace | SourceKind::Bundled, _) => {}
        (_, Some(artifact)) => cx.ask(artifact),
        (SourceKind::Registry | SourceKind::Url, None) => report(package, &no_question(package, cx), cx),
        (kind, None) => report(package, &Reason::NotAnArtifact(kind.id().to_owned()), cx),
    }
}

/// Why a registry's package cannot even be asked about.
fn no_question(package: &Package, cx: &Cx<'_>) -> Reason {
    match cx.project.registries.registry_of(package) {
        Err(why) => Reason::Offline(format!("its registry is not known: {why}")),
        Ok(_) => Reason::NotAnArtifact("no version".to_owned()),
    }
}

fn report(package: &Package, reason: &Reason, cx: &mut Cx<'_>) {
    let (why, help) = match reason {
        Reason::UnpublishedPackage | Reason::UnpublishedVersion | Reason::LeftOut => return,
        Reason::NoLockedDigest if package.is_conditional() => {
            (reason.to_string(), "Yarn writes no digest for what only some platforms install; nothing holds it but its version")
        }
        reason => (reason.to_string(), reason.help()),
    };
    // What the manager never writes cannot be asked of whoever locks.
    let excused = is_held_by_commit(package) || *reason == Reason::NoLockedDigest && package.is_conditional();
    let severity = match cx.policy.unverifiable {
        Unverifiable::Block if !excused => Severity::Error,
        _ => Severity::Warning,
    };
    let (purl, message) = (cx.purl(package), format!("{} could not be verified: {why}", titled(package)));
    cx.report(package.key.span, message).package(purl).severity(severity).help(help);
}

/// A full commit hash holds the content by itself; git checks it on every fetch.
fn is_held_by_commit(package: &Package) -> bool {
    let commit = package.source.as_ref().and_then(|source| source.rsplit_once('#'));
    package.kind == SourceKind::Git
        && commit.is_some_and(|(_, hash)| matches!(hash.len(), 40 | 64) && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
