use super::prelude::*;

rule! {
    /// A dependency is asked for by a range or a tag, so the next release that fits gets in without anybody asking for it.
    ///
    /// `^4.18.0` takes every later 4.x: a stolen account, a maintainer who sabotages their own package, and an honest mistake arrive in the same way,
    /// with the next install that is not held by a lockfile. Where no lockfile records the exact version with a digest, nothing holds it at all, and the
    /// finding is an error. `peerDependencies` are the business of whoever installs the package and are not meant.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "^1.3.0"}
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "1.3.0"}
    /// }
    /// ```
    ///
    /// ## What to do
    /// Pin it to the version that the lockfile has chosen; the quick-fix does. Updates then come as a change of the manifest that somebody looks at (a
    /// bot may write it).
    UNPINNED_DEPENDENCY = {
        id: "unpinned-dependency",
        threat: 9,
        severity: Warning,
        summary: "a dependency that admits more than one version",
        fixable: Offline,
        needs: Files,
        checks: [Dependency(dependency)],
    }
}

use crate::model::Group;
use crate::npm_spec::{self, Kind};
use crate::version::satisfies_str;

fn dependency(dependency: &Dependency, cx: &mut Cx<'_>) {
    if matches!(dependency.group, Group::Peer | Group::OptionalPeer) || dependency.spec.starts_with('$') {
        return;
    }
    let Some(range) = floating(dependency) else { return };
    let locked = (dependency.group != Group::Override).then(|| cx.project.locked(cx.document, &dependency.name)).flatten();
    let locked = locked.map(|(_, package)| package);
    if locked.is_some_and(|package| matches!(package.kind, SourceKind::Link | SourceKind::Workspace)) {
        // A member of the workspace: what is in the folder is what is installed.
        return;
    }
    let fits = |package: &&Package| satisfies_str(range, version(package)) != Some(false);
    let chosen = locked.filter(fits).filter(|package| package.version.is_some());
    let held = chosen.is_some_and(|package| package.integrity.strongest().is_some())
        || dependency.group == Group::Override && !cx.project.lockfiles.is_empty();
    let asked = if dependency.spec.trim().is_empty() { "any version".to_owned() } else { format!("`{}`", dependency.spec) };
    let tail = match chosen {
        Some(package) => format!("the lockfile has {}", version(package)),
        None if held => "an override holds only if it is exact".to_owned(),
        None => "no lockfile holds it to one".to_owned(),
    };
    let edits = chosen.and_then(|package| pin(dependency, range, version(package), cx.document));
    let reference = cx.named(&dependency.name);
    let finding = cx.report(dependency.spec.span, format!("`{}` admits more than one version: {asked}; {tail}", dependency.name));
    finding.package(reference).severity(if held { Severity::Warning } else { Severity::Error });
    match chosen {
        Some(package) => {
            finding.help("pin it to the version that the lockfile has");
            finding.fix(format!("Pin `{}` to {}", dependency.name, version(package)), Applicability::Safe, edits);
        }
        None => {
            finding.help("write a lockfile (`npm install --package-lock-only`), then pin it to the version it chose");
        }
    }
}

/// The part of a spec that admits more than one version.
fn floating(dependency: &Dependency) -> Option<&str> {
    fn of<'a>(kind: &Kind<'a>) -> Option<&'a str> {
        match kind {
            Kind::Range(range) => Some(range),
            Kind::Tag(tag) => Some(tag),
            Kind::Alias { inner, .. } => of(inner),
            _ => None,
        }
    }
    of(&npm_spec::parse(&dependency.name, &dependency.spec).kind)
}

/// Puts the exact version in the range's place, and leaves an alias's name as it is.
fn pin(dependency: &Dependency, range: &str, exact: &str, document: &Document) -> Option<Vec<Edit>> {
    let spec = dependency.spec.as_str();
    if document.slice(dependency.spec.span) != spec {
        // Escapes stand in it: nothing that a person wrote.
        return None;
    }
    let text = match spec.strip_prefix("npm:") {
        Some(alias) if range.is_empty() => format!("npm:{}@{exact}", alias.trim_end_matches('@')),
        Some(_) => format!("{}{exact}", spec.strip_suffix(range)?),
        None => exact.to_owned(),
    };
    Some(vec![Edit::replace(dependency.spec.span, text)])
}
