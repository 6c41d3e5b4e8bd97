use super::prelude::*;

rule! {
    /// The lockfile says two things: its two trees differ (version 2), an entry lies outside of the range that asks for it, or a package is marked as
    /// bundled and no parent bundles it.
    ///
    /// npm installs by one of the two, and says nothing. Whoever reads the other one sees something else than what is installed.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 2,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   },
    ///   "dependencies": {
    ///     "left-pad": {
    ///       "version": "1.1.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.1.0.tgz",
    ///       "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
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
    /// Let npm write the lockfile again from a state that was right: restore it, then `npm install --package-lock-only`.
    INCONSISTENT_LOCKFILE = {
        id: "inconsistent-lockfile",
        threat: 5,
        severity: Error,
        summary: "the lockfile disagrees with itself",
        fixable: No,
        needs: Files,
        checks: [Document(document), Lockfile(lockfile), Package(package)],
    }
}

fn document(document: &Document, cx: &mut Cx<'_>) {
    cx.report_problems(document, ProblemKind::Inconsistent, "restore the lockfile from a state that was right, and let npm write it again");
}

/// A registry's package without a version: npm finds it to be none of those that are asked for.
fn package(package: &Package, cx: &mut Cx<'_>) {
    if package.kind == SourceKind::Registry && package.version.is_none() {
        let (purl, message) = (cx.purl(package), format!("`{}` has no version", package.name));
        cx.report(package.key.span, message).package(purl).help("let npm write the lockfile again: `npm install --package-lock-only`");
    }
}

/// Entries outside of the range that asks for them, or of another package.
fn lockfile(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let overridden = overridden(cx);
    // What a linked folder asks for lies in the folder's own `node_modules`, of which version 1 records nothing.
    let installed = lockfile.packages.iter().enumerate().filter(|(_, package)| package.kind != SourceKind::Link);
    for (index, package) in installed {
        let targets = lockfile.edges.of(index);
        for (asked, target) in package.dependencies.iter().zip(targets) {
            outside(lockfile, asked, *target, package.name.as_str(), &overridden, cx);
        }
    }
    for importer in &lockfile.importers {
        for (asked, target) in importer.dependencies.iter().flatten().zip(&importer.targets) {
            outside(lockfile, asked, *target, importer.name.as_ref().map_or("the project", |name| name.as_str()), &overridden, cx);
        }
    }
}

fn outside(lockfile: &Lockfile, asked: &Dependency, target: Option<u32>, by: &str, overridden: &FxHashSet<&str>, cx: &mut Cx<'_>) {
    // Peers may be overruled, and what others ask for may be overridden: npm writes both without a fault of its own.
    if matches!(asked.group, Group::Peer | Group::OptionalPeer | Group::Override) || overridden.contains(asked.name.as_str()) {
        return;
    }
    let Some(package) = target.map(|target| &lockfile.packages[target as usize]) else { return };
    let Some(number) = package.version.as_ref().filter(|_| package.kind == SourceKind::Registry) else { return };
    let spec = npm_spec::parse(&asked.name, &asked.spec);
    let (span, message) = if spec.is_registry() && spec.real_name().unwrap_or(&asked.name) != package.name.as_str() {
        let other = spec.real_name().unwrap_or(&asked.name);
        (package.name.span, format!("`{}` {number} stands where `{by}` asks for `{other}`", package.name))
    } else if spec.requested().is_some_and(|range| satisfies_str(range, number) == Some(false)) {
        (number.span, format!("`{}` {number} is not what `{by}` asks for: `{}`", package.name, asked.spec))
    } else {
        return;
    };
    let (purl, path) = (cx.purl(package), cx.document.path.clone());
    let finding = cx.report(span, message);
    finding.package(purl).related(&path, asked.spec.span, "it is asked for here").help("let npm write the lockfile again: `npm install --package-lock-only`");
}

/// Names that the project's overrides put something else in the place of.
fn overridden<'a>(cx: &Cx<'a>) -> FxHashSet<&'a str> {
    let manifest = cx.project.manifest.and_then(|document| document.manifest());
    let dependencies = manifest.map_or(&[][..], |manifest| &manifest.dependencies);
    dependencies.iter().filter(|asked| asked.group == Group::Override).map(|asked| asked.name.as_str()).collect()
}

use rustc_hash::FxHashSet;

use crate::model::Group;
use crate::npm_spec;
use crate::version::satisfies_str;
