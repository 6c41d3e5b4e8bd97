use super::prelude::*;

rule! {
    /// A lockfile entry that neither the project nor any other entry asks for.
    ///
    /// npm does not write such entries and prunes them at the next install; until then some installers fetch them. Someone who edits a lockfile by hand
    /// leaves them behind, or plants them.
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
    ///     },
    ///     "node_modules/stray": {
    ///       "version": "1.0.0",
    ///       "resolved": "https://npm.corp.test/stray/-/stray-1.0.0.tgz",
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
    /// Run `npm prune --package-lock-only`, and see who added the entry.
    UNREACHABLE_PACKAGE = {
        id: "unreachable-package",
        threat: 5,
        severity: Warning,
        summary: "an entry that nobody asks for",
        fixable: No,
        needs: Files,
        checks: [Lockfile(lockfile)],
    }
}

fn lockfile(lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let Some(reached) = reached(lockfile, cx) else { return };
    let command = if lockfile.manager == Manager::Npm { "npm prune --package-lock-only" } else { lockfile.manager.lock_command() };
    let help = format!("run `{command}`, and see who added it");
    for (package, index) in lockfile.packages.iter().zip(0..) {
        if !reached.contains(index) && !matches!(package.kind, SourceKind::Workspace | SourceKind::Bundled) {
            let (purl, message) = (cx.purl(package), format!("nobody asks for {}", titled(package)));
            cx.report(package.key.span, message).package(purl).help(help.clone());
        }
    }
}

/// Which entries can be come to from the project and its members. `None` where neither the lockfile nor a manifest says what those ask for.
fn reached(lockfile: &Lockfile, cx: &Cx<'_>) -> Option<Indices> {
    if lockfile.edges.starts.is_empty() {
        // Some formats list packages alone (Pipenv's, requirements): nothing tells who asks for whom.
        return None;
    }
    let asked = cx.project.asked(cx.document, lockfile)?;
    let copies = lockfile.importers.iter().any(|importer| importer.dependencies.is_some());
    let has_members = || cx.project.manifest.and_then(|root| root.manifest()).is_some_and(|root| !root.workspaces.is_empty());
    if !copies && cx.project.members.is_empty() && has_members() {
        // What the members ask for stands in their own manifests, and none of those is here.
        return None;
    }
    // Workspace members are there because the root's patterns say so, linked or not.
    let there = |package: &Package| matches!(package.kind, SourceKind::Link | SourceKind::Workspace);
    let members = lockfile.packages.iter().zip(0..).filter(|(package, _)| there(package)).map(|(_, index)| index);
    // Version 1 has no lists of peers: the mark is all it says about who asks.
    let nested = lockfile.importers.iter().all(|importer| importer.dependencies.is_none());
    let peers = lockfile.packages.iter().zip(0..).filter(|(package, _)| nested && package.peer).map(|(_, index)| index);
    let roots = asked.iter().filter_map(|asked| asked.target).chain(members).chain(peers).chain(packed(lockfile, cx));
    let roots = roots.chain(answering(lockfile, &asked, cx));
    Some(reachable(roots, &lockfile.edges))
}

/// Where entries are found by what is asked for: all those of a name that the project overrides, or that it asks for by what another file says
/// (a catalog). What they answer to stands in no list then.
fn answering(lockfile: &Lockfile, asked: &[Asked<'_>], cx: &Cx<'_>) -> Vec<u32> {
    if lockfile.answers.is_empty() {
        return Vec::new();
    }
    let elsewhere = asked.iter().filter(|asked| asked.target.is_none() && cx.spec(asked.dependency).kind == Kind::Elsewhere);
    let names = cx.project.overrides().chain(elsewhere.map(|asked| asked.dependency)).map(|asked| asked.name.as_str());
    let names: FxHashSet<&str> = names.collect();
    let named = |text: &str| matches!(name_and_range(text), (name, Some(_)) if names.contains(name));
    lockfile.answers.iter().filter(|(text, _)| named(text)).map(|(_, index)| *index).collect()
}

/// What the project packs into its own artifact without asking for it: npm adds it to what is asked for.
fn packed(lockfile: &Lockfile, cx: &Cx<'_>) -> Vec<u32> {
    let manifest = cx.project.manifest.and_then(|document| document.manifest());
    let names = manifest.map_or(&[][..], |manifest| &manifest.bundles);
    let packages = lockfile.packages.iter().zip(0..).filter(|_| !names.is_empty());
    let wanted = |key: &str| key.strip_prefix("node_modules/").is_some_and(|key| names.iter().any(|name| *name.value == *key));
    packages.filter(|(package, _)| wanted(&package.key)).map(|(_, index)| index).collect()
}

use rustc_hash::FxHashSet;

use crate::npm::resolve::{Indices, reachable};
use crate::npm::spec::name_and_range;
use crate::project::Asked;
use crate::spec::Kind;

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn whoever_is_asked_for_is_reachable() {
        check(
            "unreachable-package",
            r#"
//- /package.json
{ "name": "@me/app", "dependencies": { "a": "1.0.0" } }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "a": "1.0.0" }, "peerDependencies": { "peer": "*" } },
    "node_modules/a": { "version": "1.0.0", "dependencies": { "b": "1.0.0" }, "optionalDependencies": { "o": "1.0.0" }, "peerDependencies": { "p": "*" } },
    "node_modules/b": { "version": "2.0.0" },
    "node_modules/a/node_modules/b": { "version": "1.0.0" },
    "node_modules/o": { "version": "1.0.0" },
    "node_modules/p": { "version": "1.0.0" },
    "node_modules/peer": { "version": "1.0.0" },
    "node_modules/circle": { "version": "1.0.0", "dependencies": { "round": "1.0.0" } },
    "node_modules/round": { "version": "1.0.0", "dependencies": { "circle": "1.0.0" } },
    "node_modules/extraneous-é": { "version": "1.0.0", "extraneous": true },
    "node_modules/member": { "resolved": "packages/member", "link": true },
    "packages/member": { "version": "1.0.0", "devDependencies": { "tool": "1.0.0" } },
    "packages/member/node_modules/tool": { "version": "1.0.0" },
    "node_modules/git": { "resolved": "git+ssh://git@host.test/git.git#0123456789012345678901234567890123456789" }
  }
}
"#,
            expect![[r#"
                warning package-lock.json:6:6 [node_modules/b]
                  nobody asks for `b` 2.0.0
                warning package-lock.json:11:6 [node_modules/circle]
                  nobody asks for `circle` 1.0.0
                warning package-lock.json:12:6 [node_modules/round]
                  nobody asks for `round` 1.0.0
                warning package-lock.json:13:6 [node_modules/extraneous-é]
                  nobody asks for `extraneous-é` 1.0.0
                warning package-lock.json:17:6 [node_modules/git]
                  nobody asks for `git`
            "#]],
        );
    }

    #[test]
    fn the_nested_form_has_the_manifest_to_say_who_asks() {
        check(
            "unreachable-package",
            r#"
//- /package.json
{ "name": "@me/app", "dependencies": { "a": "1.0.0" }, "bundleDependencies": ["packed"] }
//- /package-lock.json
{
  "lockfileVersion": 1,
  "dependencies": {
    "a": { "version": "1.0.0", "requires": { "b": "1.0.0" } },
    "b": { "version": "1.0.0" },
    "packed": { "version": "1.0.0" },
    "peer": { "version": "1.0.0", "peer": true, "requires": { "below": "1.0.0" } },
    "below": { "version": "1.0.0" },
    "stray": { "version": "1.0.0" }
  }
}
"#,
            expect![[r#"
                warning package-lock.json:9:6 [stray]
                  nobody asks for `stray` 1.0.0
            "#]],
        );
    }

    #[test]
    fn without_a_manifest_the_nested_form_does_not_tell() {
        check(
            "unreachable-package",
            r#"
//- /package-lock.json
{ "lockfileVersion": 1, "dependencies": { "stray": { "version": "1.0.0" } } }
"#,
            expect![[r#""#]],
        );
    }
}
