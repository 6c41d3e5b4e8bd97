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
        checks: [Document(document), Lockfile(lockfile), Lockfile(cache_keys), Package(package)],
    }
}

fn document(document: &Document, cx: &mut Cx<'_>) {
    cx.report_problems(
        document,
        ProblemKind::Inconsistent,
        "restore the lockfile from a state that was right, and let its manager write it again",
    );
}

/// A registry's package without a version: npm finds it to be none of those that are asked for.
fn package(package: &Package, cx: &mut Cx<'_>) {
    // A requirement may leave it open (`unpinned-dependency` tells), and the shared format lets an entry do without.
    let may_lack = cx.document.manifest().is_some() || cx.manager() == Manager::Pylock;
    if package.kind == SourceKind::Registry && package.version.is_none() && !may_lack {
        let (purl, message, command) =
            (cx.purl(package), format!("`{}` has no version", package.name), cx.manager().lock_command());
        cx.report(package.key.span, message)
            .package(purl)
            .help(format!("let the lockfile be written again: `{command}`"));
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

/// A digest of an archive that was made otherwise than the lockfile says of all: its manager makes the archive anew and takes whatever digest that
/// has.
fn cache_keys(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let Some((_, own)) = lockfile.facts.iter().find(|(name, _)| name == "cacheKey") else { return };
    // Told to keep what an older version wrote, Yarn leaves older keys where they are.
    if cx.project.setting("cacheMigrationMode").is_some_and(|setting| *setting.value != "always") {
        return;
    }
    for package in &lockfile.packages {
        let odd = |digest: &&Digest| digest.made_by.as_ref().is_some_and(|key| *key != own.value);
        let Some(digest) = package.integrity.digests.iter().find(odd) else { continue };
        let manager = lockfile.manager.name();
        let message = format!(
            "the digest of `{}` is for another cache (`{}`) than the lockfile's (`{own}`): {manager} replaces it and checks nothing",
            package.name,
            digest.made_by.as_deref().unwrap_or_default()
        );
        let (purl, path) = (cx.purl(package), cx.document.path.clone());
        let finding = cx.report(digest.text.span, message);
        finding.package(purl).related(&path, own.span, "the lockfile's own key");
        finding.help("restore the entry from a commit where it was right, and see who changed it");
    }
}

fn outside(lockfile: &Lockfile, asked: &Dependency, target: Option<u32>, by: &str, overridden: &FxHashSet<&str>, cx: &mut Cx<'_>) {
    // Peers may be overruled, and what others ask for may be overridden: npm writes both without a fault of its own.
    if asked.group.is_indirect() || matches!(asked.group, Group::Peer | Group::OptionalPeer) || overridden.contains(asked.name.as_str()) {
        return;
    }
    // Of several requirements on one name, each under its condition, at most some hold: an entry answers those and no other.
    let conditional = asked.condition.is_some();
    let Some(package) = target.map(|target| &lockfile.packages[target as usize]) else { return };
    let Some(number) = package.version.as_ref().filter(|_| package.kind == SourceKind::Registry) else { return };
    // What a range means is cheaper to tell than what a spec is, and nearly every entry is within its range.
    let ecosystem = cx.ecosystem();
    if asked.name.value == package.name.value && versions::satisfies(ecosystem, &asked.spec, number) == Some(true) {
        return;
    }
    let spec = cx.spec(asked);
    let (span, message) = if spec.is_registry() && ecosystem.normalized(spec.name) != ecosystem.normalized(&package.name) {
        let other = spec.name;
        (package.name.span, format!("`{}` {number} stands where `{by}` asks for `{other}`", package.name))
    } else if !conditional && spec.requested().is_some_and(|range| versions::admits(ecosystem, range, number) == Some(false)) {
        (number.span, format!("`{}` {number} is not what `{by}` asks for: `{}`", package.name, asked.spec))
    } else {
        return;
    };
    let (purl, path, command) = (cx.purl(package), cx.document.path.clone(), cx.manager().lock_command());
    let finding = cx.report(span, message);
    finding
        .package(purl)
        .related(&path, asked.spec.span, "it is asked for here")
        .help(format!("let the lockfile be written again: `{command}`"));
}

/// Names that the project's overrides put something else in the place of.
fn overridden<'a>(cx: &Cx<'a>) -> FxHashSet<&'a str> {
    let manifest = cx.project.manifest.and_then(|document| document.manifest());
    let dependencies = manifest.map_or(&[][..], |manifest| &manifest.dependencies);
    dependencies.iter().filter(|asked| asked.group == Group::Override).map(|asked| asked.name.as_str()).collect()
}

use rustc_hash::FxHashSet;

use crate::model::Group;
use crate::versions;

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn entries_answer_what_is_asked_for() {
        check(
            "inconsistent-lockfile",
            r#"
//- /package.json
{ "name": "@me/app", "overrides": { "over": "3.0.0" }, "dependencies": {} }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "name": "@me/app", "dependencies": { "a": "^1.0.0", "alias": "npm:real@~2.0.0", "false": "1.0.0", "tag": "latest", "over": "1.0.0", "any": "", "pre": "2.0.0-rc.1" },
      "peerDependencies": { "peer": "^9" } },
    "node_modules/a": { "version": "2.0.0", "dependencies": { "any": ">=3", "git": "owner/name", "real": "1.x || 2.x" }, "optionalDependencies": { "left-out": "1.0.0" } },
    "node_modules/alias": { "name": "real", "version": "2.1.0" },
    "node_modules/false": { "name": "other-é", "version": "1.0.0" },
    "node_modules/real": { "version": "2.5.0" },
    "node_modules/tag": { "version": "9.9.9" },
    "node_modules/over": { "version": "3.0.0" },
    "node_modules/any": { "version": "1.0.0" },
    "node_modules/pre": { "version": "2.0.0-rc.1" },
    "node_modules/peer": { "version": "1.0.0" },
    "node_modules/git": { "version": "0.0.1", "resolved": "git+ssh://git@host.test/git.git#0123456789012345678901234567890123456789" },
    "node_modules/versionless": {},
    "node_modules/plain/node_modules/bundled": { "version": "1.0.0", "inBundle": true }
  }
}
"#,
            expect![[r#"
                error package-lock.json:6:37 [2.0.0]
                  `a` 2.0.0 is not what `@me/app` asks for: `^1.0.0`
                  see package-lock.json:4: it is asked for here
                error package-lock.json:7:57 [2.1.0]
                  `real` 2.1.0 is not what `@me/app` asks for: `npm:real@~2.0.0`
                  see package-lock.json:4: it is asked for here
                error package-lock.json:8:38 [other-é]
                  `other-é` 1.0.0 stands where `@me/app` asks for `false`
                  see package-lock.json:4: it is asked for here
                error package-lock.json:12:39 [1.0.0]
                  `any` 1.0.0 is not what `a` asks for: `>=3`
                  see package-lock.json:6: it is asked for here
                error package-lock.json:16:6 [node_modules/versionless]
                  `versionless` has no version
                error package-lock.json:17:6 [node_modules/plain/node_modules/bundled]
                  `bundled` is marked as bundled, but no package above it bundles anything: npm fetches it all the same, unchecked
            "#]],
        );
    }

    #[test]
    fn the_two_trees_of_version_2_say_the_same() {
        check(
            "inconsistent-lockfile",
            r#"
//- /package-lock.json
{
  "lockfileVersion": 2,
  "packages": {
    "": { "workspaces": ["w"] },
    "node_modules/a": { "version": "1.0.0", "resolved": "https://npm.corp.test/a/-/a-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/b": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/alias": { "name": "real", "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/same": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/w": { "resolved": "w", "link": true },
    "w": { "version": "1.0.0" },
    "w/node_modules/below": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" }
  },
  "dependencies": {
    "a": { "version": "1.0.0", "resolved": "https://evil.test/a/-/a-1.0.0.tgz", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "b": { "version": "1.0.0", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "alias": { "version": "npm:réal@1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "same": { "version": "1.0.1", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "stray": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "w": { "version": "file:w", "dependencies": { "below": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" } } },
    "left-out": { "optional": true }
  }
}
"#,
            expect![[r#"
                error package-lock.json:14:45 [https://evil.test/a/-/a-1.0.0.tgz]
                  the address of `a` is not the one that `packages` has: npm 6 installs by this, later ones by that
                  see package-lock.json:5: `packages` has another address
                error package-lock.json:15:46 [sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6...]
                  the digest of `b` is not the one that `packages` has: npm 6 installs by this, later ones by that
                  see package-lock.json:6: `packages` has another digest
                error package-lock.json:16:32 [réal]
                  the name of `réal` is not the one that `packages` has: npm 6 installs by this, later ones by that
                  see package-lock.json:7: `packages` has another name
                error package-lock.json:17:27 [1.0.1]
                  the version of `same` is not the one that `packages` has: npm 6 installs by this, later ones by that
                  see package-lock.json:8: `packages` has another version
                error package-lock.json:18:6 [stray]
                  `stray` stands only in `dependencies`, which npm 7 and later do not read
            "#]],
        );
    }
}
