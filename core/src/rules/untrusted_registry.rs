use super::prelude::*;

rule! {
    /// A locked package is fetched from a host that no trusted setting names for it.
    ///
    /// This is the classic tampered lockfile: one entry of a thousand points at a server of the author's, with the true digest of what lies there. npm
    /// fetches from wherever the lockfile says. Addresses are compared as they are resolved, so a user name that looks like a host, a port, a look-alike
    /// letter, a trailing dot or an escaped path do not pass.
    ///
    /// Trusted are the public registry, the registries of your own `.npmrc`, those of the project's `.npmrc` as it was in the base, and those of the
    /// policy.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test.evil.test/left-pad/-/left-pad-1.3.0.tgz",
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
    /// ```ini .npmrc
    /// registry=https://npm.corp.test/
    /// ```
    ///
    /// ## What to do
    /// If you do not know the host: somebody put it there, find out who. If it is yours, name it in the project's `.npmrc` (`registry=` or
    /// `@scope:registry=`) or under `[registries]` in `provender.toml`, in a change of its own.
    UNTRUSTED_REGISTRY = {
        id: "untrusted-registry",
        threat: 5,
        severity: Error,
        summary: "an artifact from a host that is not trusted for it",
        fixable: No,
        needs: Files,
        checks: [Lockfile(lockfile)],
    }
}

use crate::npm_spec::{self, Kind};
use crate::registries::{Distrust, Judgement};

fn lockfile(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let by_address = if lockfile.packages.iter().any(|package| package.kind == SourceKind::Url) {
        asked_by_address(lockfile, cx)
    } else {
        Indices::default()
    };
    for (package, index) in lockfile.packages.iter().zip(0..) {
        let Some(source) = &package.source else { continue };
        let candidate = match package.kind {
            // A bundled package is fetched from its address if its parent's archive turns out not to hold it.
            SourceKind::Registry | SourceKind::Bundled => true,
            SourceKind::Url => !by_address.contains(index),
            _ => false,
        };
        if candidate {
            judge(package, source, cx);
        }
    }
    for package in lockfile.legacy.iter().filter(|package| package.kind == SourceKind::Registry) {
        if let Some(source) = &package.source {
            judge(package, source, cx);
        }
    }
}

fn judge(package: &Package, source: &Spanned<smol_str::SmolStr>, cx: &mut Cx<'_>) {
    let why = match cx.project.registries.judge(&package.name, source) {
        Judgement::Trusted { .. } | Judgement::DefaultHost { .. } => return,
        // A host that is right but for the missing encryption is `insecure-source`'s matter, and a public one `confused-source`'s.
        Judgement::Untrusted { why: Distrust::Unencrypted, .. } => return,
        Judgement::Untrusted { why: Distrust::ScopeElsewhere { .. }, .. } if super::confused_source::is_confused(package, cx) => return,
        Judgement::Untrusted { host, why } => format!("comes from `{host}`: {why}"),
        Judgement::TrickyUrl(trick) => format!("has an address that does not read as it is: {trick}"),
        Judgement::NotAUrl(reason) => format!("has something that is no address where one belongs: {reason}"),
    };
    let (purl, message) = (cx.purl(package), format!("`{}` {} {why}", package.name, version(package)));
    let finding = cx.report(source.span, message);
    finding.package(purl).help("if you do not know the host, find out who put it there; if it is yours, name it in `.npmrc` or `provender.toml`");
}

/// The entries that somebody asks for by an address, so that no registry is meant.
fn asked_by_address(lockfile: &Lockfile, cx: &Cx<'_>) -> Indices {
    let by_packages = lockfile.packages.iter().enumerate().flat_map(|(asker, package)| package.dependencies.iter().zip(lockfile.edges.of(asker)));
    let by_projects = cx.project.asked(cx.document, lockfile).unwrap_or_default();
    let by_projects = by_projects.iter().map(|asked| (asked.dependency, &asked.target));
    let mut found = Indices::default();
    for (asked, target) in by_packages.chain(by_projects) {
        let Some(target) = target.filter(|target| lockfile.packages[*target as usize].kind == SourceKind::Url) else { continue };
        if matches!(npm_spec::parse(&asked.name, &asked.spec).kind, Kind::Url { .. } | Kind::Git(_) | Kind::File(_)) {
            found.insert(target);
        }
    }
    found
}

use crate::npm_resolve::Indices;
