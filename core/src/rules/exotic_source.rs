use super::prelude::*;

rule! {
    /// A package that is asked for by a version comes from git, an address, a folder, or a link out of the project; or a member of the workspace comes
    /// from a registry.
    ///
    /// Nobody asked for that place: the lists say "version 1.3.0 of left-pad", which a registry answers. The lockfile answers with something else.
    ///
    /// ## Bad
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "git+ssh://git@git.evil.test/left-pad.git#0123456789abcdef0123456789abcdef01234567"
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
    /// If the place is meant, ask for it in `package.json`. Else restore the entry, and see who changed it.
    EXOTIC_SOURCE = {
        id: "exotic-source",
        threat: 5,
        severity: Error,
        summary: "a package asked of a registry that comes from elsewhere",
        fixable: No,
        needs: Files,
        checks: [Lockfile(lockfile), Lockfile(links)],
    }
}

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::Group;
use crate::npm::resolve::normal;
use crate::versions;

fn lockfile(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let members = lockfile.packages.iter().filter(|package| package.kind == SourceKind::Workspace);
    let members: FxHashMap<&str, &Package> = members.map(|package| (package.name.as_str(), package)).collect();
    let suspect = |package: &Package| match package.kind {
        SourceKind::Git | SourceKind::Url => true,
        SourceKind::File => !package.is_patched(),
        SourceKind::Registry => members.contains_key(package.name.as_str()),
        SourceKind::Link | SourceKind::Workspace | SourceKind::Bundled => false,
    };
    let overridden = overridden(cx);
    let mut told = FxHashSet::default();
    let by_packages =
        lockfile.packages.iter().enumerate().flat_map(|(asker, package)| package.dependencies.iter().zip(lockfile.edges.of(asker)));
    let by_projects = cx.project.asked(cx.document, lockfile).unwrap_or_default();
    let by_projects = by_projects.iter().map(|asked| (asked.document, asked.dependency, asked.target));
    let document: &Document = cx.document;
    for (by, asked, target) in by_packages.map(|(asked, target)| (document, asked, *target)).chain(by_projects) {
        let Some(package) = target.map(|target| &lockfile.packages[target as usize]).filter(|package| suspect(package)) else {
            continue;
        };
        if !asks_registry(asked, cx) || overridden.contains(asked.name.as_str()) {
            continue;
        }
        let Some(place) = elsewhere(&members, package, asked, cx).filter(|_| told.insert(package.key.span)) else { continue };
        let purl = cx.purl(package);
        let what = if asked.spec.trim().is_empty() { "any version".to_owned() } else { format!("`{}`", asked.spec) };
        let message = format!("`{}` is asked of a registry ({what}), and comes from {place}", package.name);
        let finding = cx.report(package.source.as_ref().map_or(package.key.span, |source| source.span), message);
        finding
            .package(purl)
            .help("if the place is meant, ask for it in the manifest; else restore the entry, and see who changed it");
        finding.related(&by.path, asked.spec.span, "it is asked for here");
    }
}

/// Where an entry comes from, if that is not what a version means.
fn elsewhere(members: &FxHashMap<&str, &Package>, package: &Package, asked: &Dependency, cx: &Cx<'_>) -> Option<String> {
    let source = package.source.as_ref().map_or("", |source| source.as_str());
    match package.kind {
        SourceKind::Git => Some("a git repository".to_owned()),
        SourceKind::Url => Some("an address of its own".to_owned()),
        SourceKind::File => Some(format!("`{source}` on disk")),
        SourceKind::Registry => {
            let member = members.get(package.name.as_str())?;
            let fits = versions::satisfies(cx.ecosystem(), &asked.spec, version(member)) == Some(true);
            fits.then(|| format!("a registry, though it is the workspace's own `{}`", member.key))
        }
        SourceKind::Bundled | SourceKind::Link | SourceKind::Workspace => None,
    }
}

/// Links to folders that are no members of the workspace, where nobody asks for a folder.
fn links(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let strange: Vec<&Package> = lockfile.packages.iter().filter(|package| is_strange(package, cx)).collect();
    if strange.is_empty() {
        return;
    }
    let by_projects = cx.project.asked(cx.document, lockfile).unwrap_or_default();
    let by_projects = by_projects.iter().map(|asked| (asked.document, asked.dependency));
    let document: &Document = cx.document;
    let by_packages = lockfile.packages.iter().flat_map(|package| &package.dependencies).map(|asked| (document, asked));
    let all: Vec<(&Document, &Dependency)> = by_projects.chain(by_packages).collect();
    let overridden = overridden(cx);
    for package in strange {
        let installed = package.key.rsplit_once("node_modules/").map_or(package.key.as_str(), |(_, name)| name);
        let mut asking = all.iter().filter(|(_, asked)| asked.name.as_str() == installed);
        let Some((by, asked)) = asking.clone().next().filter(|_| asking.all(|(_, asked)| asks_registry(asked, cx))) else {
            continue;
        };
        let Some(source) = package.source.as_ref().filter(|_| !overridden.contains(installed)) else { continue };
        let (purl, document) = (cx.purl(package), by.path.clone());
        let message = format!(
            "`{installed}` is asked of a registry (`{}`), and is linked to the folder `{source}`, no member of the workspace",
            asked.spec
        );
        let finding = cx.report(source.span, message);
        finding
            .package(purl)
            .help("if the folder is meant, ask for it in the manifest; else restore the entry, and see who changed it");
        finding.related(&document, asked.spec.span, "it is asked for here");
    }
}

fn is_strange(package: &Package, cx: &Cx<'_>) -> bool {
    let target = package.source.as_ref().filter(|_| package.kind == SourceKind::Link);
    target.is_some_and(|target| cx.project.is_member(&normal(target)) == Some(false))
}

fn asks_registry(asked: &Dependency, cx: &Cx<'_>) -> bool {
    cx.spec(asked).is_registry()
}

/// Names that the project's overrides put something else in the place of.
fn overridden<'a>(cx: &Cx<'a>) -> FxHashSet<&'a str> {
    let manifest = cx.project.manifest.and_then(|document| document.manifest());
    let dependencies = manifest.map_or(&[][..], |manifest| &manifest.dependencies);
    dependencies.iter().filter(|asked| asked.group == Group::Override).map(|asked| asked.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn a_version_means_a_registry() {
        check(
            "exotic-source",
            r#"
//- /package.json
{ "name": "@me/app", "workspaces": ["packages/*"], "overrides": { "over": "file:../over" },
  "dependencies": { "git": "^1.0.0", "asked-git": "owner/name", "out": "1.0.0", "asked-out": "file:../asked-out", "over": "1.0.0" } }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "git": "^1.0.0", "asked-git": "owner/name", "out": "1.0.0", "asked-out": "file:../asked-out", "over": "1.0.0", "member": "*" } },
    "node_modules/git": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/git.git#0123456789012345678901234567890123456789", "dependencies": { "below": "~1.2.0", "tar": "latest", "data": "1.0.0" } },
    "node_modules/asked-git": { "version": "1.0.0", "resolved": "git+ssh://git@host.test/x.git#0123456789012345678901234567890123456789" },
    "node_modules/below": { "version": "1.2.0", "resolved": "file:below.tgz" },
    "node_modules/tar": { "version": "1.2.0", "resolved": "https://files.test/tar.tgz" },
    "node_modules/data": { "version": "1.0.0", "resolved": "data:application/gzip;base64,AAAA" },
    "node_modules/out": { "resolved": "../out", "link": true },
    "../out": { "version": "1.0.0" },
    "node_modules/asked-out": { "resolved": "../asked-out", "link": true },
    "../asked-out": { "version": "1.0.0" },
    "node_modules/over": { "resolved": "../over", "link": true },
    "node_modules/in": { "resolved": "vendor/in", "link": true },
    "vendor/in": { "version": "1.0.0" },
    "node_modules/member": { "resolved": "packages/member", "link": true },
    "packages/member": { "version": "1.0.0", "dependencies": { "in": "npm:x@1.0.0", "other": "^1.0.0" } },
    "packages/other": { "version": "1.1.0" },
    "node_modules/other": { "version": "1.0.5", "resolved": "https://npm.corp.test/other/-/other-1.0.5.tgz" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:60 [git+ssh://git@host.test/git.git#0123456789012345678901234567890123456789]
                  `git` is asked of a registry (`^1.0.0`), and comes from a git repository
                  see package-lock.json:4: it is asked for here
                error package-lock.json:7:62 [file:below.tgz]
                  `below` is asked of a registry (`~1.2.0`), and comes from `file:below.tgz` on disk
                  see package-lock.json:5: it is asked for here
                error package-lock.json:8:60 [https://files.test/tar.tgz]
                  `tar` is asked of a registry (`latest`), and comes from an address of its own
                  see package-lock.json:5: it is asked for here
                error package-lock.json:9:61 [data:application/gzip;base64,AAAA]
                  `data` is asked of a registry (`1.0.0`), and comes from an address of its own
                  see package-lock.json:5: it is asked for here
                error package-lock.json:10:40 [../out]
                  `out` is asked of a registry (`1.0.0`), and is linked to the folder `../out`, no member of the workspace
                  see package-lock.json:4: it is asked for here
                error package-lock.json:15:39 [vendor/in]
                  `in` is asked of a registry (`npm:x@1.0.0`), and is linked to the folder `vendor/in`, no member of the workspace
                  see package-lock.json:18: it is asked for here
                error package-lock.json:20:62 [https://npm.corp.test/other/-/other-1.0.5.tgz]
                  `other` is asked of a registry (`^1.0.0`), and comes from a registry, though it is the workspace's own `packages/other`
                  see package-lock.json:18: it is asked for here
            "#]],
        );
    }

    #[test]
    fn the_nested_form_asks_through_the_manifest() {
        check(
            "exotic-source",
            r#"
//- /package.json
{ "name": "@me/app", "dependencies": { "git": "^1.0.0", "asked": "owner/name", "folder": "1.0.0", "asked-folder": "file:lib" } }
//- /package-lock.json
{
  "lockfileVersion": 1,
  "dependencies": {
    "git": { "version": "git+ssh://git@host.test/git.git#0123456789012345678901234567890123456789", "from": "git" },
    "asked": { "version": "github:owner/name#0123456789012345678901234567890123456789" },
    "folder": { "version": "file:lib" },
    "asked-folder": { "version": "file:lib" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:4:26 [git+ssh://git@host.test/git.git#0123456789012345678901234567890123456789]
                  `git` is asked of a registry (`^1.0.0`), and comes from a git repository
                  see package.json:1: it is asked for here
                error package-lock.json:6:34 [lib]
                  `folder` is asked of a registry (`1.0.0`), and is linked to the folder `lib`, no member of the workspace
                  see package.json:1: it is asked for here
            "#]],
        );
    }
}
