use super::prelude::*;

rule! {
    /// A dependency comes from a git repository or an address, and neither a full commit hash nor a digest holds it.
    ///
    /// A branch or a tag can be moved, and what lies at an address can be exchanged. Whoever can write to the other side decides what is installed next
    /// time, and no version number tells.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "git+https://git.corp.test/left-pad.git#main"}
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "git+https://git.corp.test/left-pad.git#0123456789abcdef0123456789abcdef01234567"}
    /// }
    /// ```
    ///
    /// ## What to do
    /// Put the full commit hash behind `#`; the quick-fix takes it from the lockfile.
    MUTABLE_SOURCE = {
        id: "mutable-source",
        threat: 5,
        severity: Error,
        summary: "a git or archive dependency that nothing holds",
        fixable: Offline,
        needs: Files,
        checks: [Dependency(dependency), Package(package)],
    }
}

use crate::npm_spec::{self, Committish, Kind};

fn dependency(dependency: &Dependency, cx: &mut Cx<'_>) {
    let spec = npm_spec::parse(&dependency.name, &dependency.spec);
    let locked = cx.project.locked(cx.document, &dependency.name).map(|(_, package)| package);
    match &spec.kind {
        Kind::Git(git) if !matches!(git.committish, Committish::Commit(_)) => {
            let commit = locked.and_then(commit);
            let edits = commit.and_then(|commit| hold(dependency, commit, cx.document));
            let reference = cx.named(&dependency.name);
            let finding = cx.report(dependency.spec.span, format!("`{}` follows whatever its repository holds: no full commit hash", dependency.name));
            finding.package(reference).help("put the full commit hash behind `#`");
            if let Some(commit) = commit {
                finding.fix(format!("Pin `{}` to the commit that the lockfile has ({})", dependency.name, &commit[..7]), Applicability::Safe, edits);
            }
        }
        Kind::Url { address, .. } if !names_commit(address) && locked.is_none_or(|package| package.integrity.strongest().is_none()) => {
            let reference = cx.named(&dependency.name);
            let finding = cx.report(dependency.spec.span, format!("`{}` is whatever its address serves: no digest holds it", dependency.name));
            finding.package(reference).help("lock it (`npm install --package-lock-only` records the digest), or take it from a registry");
        }
        _ => {}
    }
}

fn package(package: &Package, cx: &mut Cx<'_>) {
    let Some(source) = package.source.as_ref().filter(|_| package.kind == SourceKind::Git) else { return };
    if commit(package).is_none() {
        let (purl, message) = (cx.purl(package), format!("`{}` is locked to no full commit hash", package.name));
        cx.report(source.span, message).package(purl).help("let npm lock it anew: it writes the commit");
    }
}

/// The full commit hash that an entry is locked to.
fn commit(package: &Package) -> Option<&str> {
    let (_, hash) = package.source.as_ref()?.rsplit_once('#')?;
    (matches!(hash.len(), 40 | 64) && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hash)
}

/// Whether a part of an address's path is a full commit hash, as in a forge's archives.
fn names_commit(address: &str) -> bool {
    address.split(['/', '.', '?']).any(|part| matches!(part.len(), 40 | 64) && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn hold(dependency: &Dependency, commit: &str, document: &Document) -> Option<Vec<Edit>> {
    let spec = dependency.spec.as_str();
    let plain = document.slice(dependency.spec.span) == spec && !spec.contains("::");
    let address = spec.split('#').next()?;
    plain.then(|| vec![Edit::replace(dependency.spec.span, format!("{address}#{commit}"))])
}
