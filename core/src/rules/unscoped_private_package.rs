use super::prelude::*;

rule! {
    /// A package that is private in fact has a name without a scope.
    ///
    /// Anybody can publish that name at the public registry. As soon as one install somewhere asks the public registry for it (a missing setting, a new
    /// machine, a build without the workspace), the stranger's package is installed in its place: dependency confusion.
    ///
    /// A name is private in fact if other members of the workspace depend on it, if it is published to a registry of its own, or if the policy lists it.
    /// A member that is not marked `private` and has what only a published package needs (`repository`, `files`, `publishConfig`) is a warning.
    /// Where the project has an internal scope, a member without it that is not marked `private` is a warning; a `private` root that nothing depends on
    /// is only noted.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "name": "billing-core",
    ///   "version": "1.0.0",
    ///   "publishConfig": { "registry": "https://npm.corp.test/" }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "name": "@corp/billing-core",
    ///   "version": "1.0.0",
    ///   "publishConfig": { "registry": "https://npm.corp.test/" }
    /// }
    /// ```
    ///
    /// ## What to do
    /// Rename it to `@scope/name`, map the scope to your registry in `.npmrc`, and mark what is never published as `"private": true`. The quick-fix
    /// renames it in every manifest of the workspace.
    UNSCOPED_PRIVATE_PACKAGE = {
        id: "unscoped-private-package",
        threat: 2,
        severity: Error,
        summary: "a private package under a name that anybody can publish",
        fixable: Offline,
        needs: Files,
        checks: [Manifest(manifest)],
    }
}

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::path::RelPath;
use crate::registries::{Serves, public_registry};

fn manifest(manifest: &Manifest, cx: &mut Cx<'_>) {
    // Only npm's names have scopes.
    if cx.ecosystem() != Ecosystem::Npm {
        return;
    }
    let Some(name) = manifest.name.as_ref().filter(|name| !name.starts_with('@') && !name.is_empty()) else { return };
    let private = manifest.private.as_ref().is_some_and(|private| private.value);
    let scope = internal_scope(cx);
    let user = dependent(name, cx);
    let elsewhere = manifest.publish_registry.as_ref().filter(|registry| public_registry(registry).is_none());
    let (severity, why) = if cx.policy.is_internal(name) {
        (Severity::Error, "the policy lists it as internal".to_owned())
    } else if elsewhere.is_some() {
        (Severity::Error, "it is published to a registry of its own".to_owned())
    } else if let Some((user, _)) = &user {
        // A member that says where it is published is most likely public, and its name taken by its owner.
        let public = !private && manifest.announced;
        (if public { Severity::Warning } else { Severity::Error }, format!("`{user}` depends on it"))
    } else if !private && scope.is_some() {
        (Severity::Warning, "the project has an internal scope, and it is not marked `private`".to_owned())
    } else if private {
        (Severity::Info, "it is marked `private`".to_owned())
    } else {
        return;
    };
    let renamed = scope.as_ref().map(|scope| format!("{scope}/{name}"));
    let edits = renamed.as_ref().and_then(|renamed| rename_everywhere(name, renamed, cx));
    let mark = (severity == Severity::Warning && user.is_none()).then(|| mark_private(cx)).flatten();
    let message = format!("`{name}` has no scope, so anybody can publish that name; {why}");
    let finding: &mut Finding = cx.report(name.span, message);
    finding.severity(severity).help("rename it to `@scope/name`, and map the scope to your registry in `.npmrc`");
    if let Some(renamed) = renamed {
        finding.fix_in(format!("Rename to `{renamed}` in every manifest"), Applicability::Unsafe, edits);
    }
    finding.fix("Add `\"private\": true`", Applicability::Safe, mark);
    if let Some((_, (path, span))) = user {
        finding.related(&path, span, "it is asked for here");
    }
}

/// The scope that is ours: the policy's, or the one that the project maps to a registry of its own.
fn internal_scope(cx: &Cx<'_>) -> Option<String> {
    let policy = cx.policy.internal_scopes().first().map(|scope| scope.to_string());
    let mapped = cx.project.mappings.iter().find_map(|mapping| match &mapping.serves {
        Serves::Scope(scope) if mapping.url.as_ref().is_ok_and(|url| public_registry(url).is_none()) => Some(format!("@{scope}")),
        _ => None,
    });
    policy.or(mapped)
}

/// A member of the same workspace that asks for the name.
fn dependent(name: &str, cx: &Cx<'_>) -> Option<(String, (RelPath, Span))> {
    manifests(cx).filter(|document| document.path != cx.document.path).find_map(|document| {
        let manifest = document.manifest()?;
        let asked = manifest.dependencies.iter().find(|asked| *asked.name == name)?;
        let user = manifest.name.as_ref().map_or_else(|| document.path.to_string(), |name| name.to_string());
        Some((user, (document.path.clone(), asked.name.span)))
    })
}

fn manifests<'a>(cx: &Cx<'a>) -> impl Iterator<Item = &'a std::sync::Arc<Document>> + use<'a> {
    cx.project.manifest.into_iter().chain(cx.project.members.iter().copied())
}

/// The name itself and every place that asks for it; nothing if one of the files cannot be changed safely.
fn rename_everywhere(name: &str, renamed: &str, cx: &Cx<'_>) -> Option<BTreeMap<RelPath, Vec<Edit>>> {
    let mut edits = BTreeMap::new();
    for document in manifests(cx) {
        let manifest = document.manifest()?;
        let own = manifest.name.iter().filter(|own| own.as_str() == name).map(|own| own.span);
        let asked = manifest.dependencies.iter().filter(|asked| asked.name.as_str() == name).map(|asked| asked.name.span);
        let found: Vec<_> = own.chain(asked).map(|span| Edit::replace(span, renamed)).collect();
        if found.is_empty() {
            continue;
        }
        if !document.faithful || !document.problems.is_empty() || found.iter().any(|edit| document.slice(edit.span) != name) {
            return None;
        }
        edits.insert(document.path.clone(), found);
    }
    Some(edits)
}

fn mark_private(cx: &Cx<'_>) -> Option<Vec<Edit>> {
    let Syntax::Json(tree) = &cx.document.syntax else { return None };
    json::insert_after(tree.root(&cx.document.text), &["version", "name"], "private", "true")
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn what_makes_a_name_private_in_fact() {
        check(
            "unscoped-private-package",
            r#"
//- /provender.toml
[internal]
names = ["listed"]
//- /package.json
{ "name": "root", "private": true, "workspaces": ["packages/*"] }
//- /packages/a/package.json
{ "name": "@s/a", "dependencies": { "used": "*", "public": "1.0.0" } }
//- /packages/used/package.json
{ "name": "used", "private": true }
//- /packages/public/package.json
{ "name": "public", "version": "1.0.0", "repository": "owner/name" }
//- /packages/listed/package.json
{ "name": "listed" }
//- /packages/own/package.json
{ "name": "own", "publishConfig": { "registry": "https://npm.corp.test/" } }
//- /packages/npm/package.json
{ "name": "npm-é", "publishConfig": { "registry": "https://registry.npmjs.org/" } }
//- /packages/plain/package.json
{ "name": "plain" }
//- /packages/nameless/package.json
{ "private": true }
"#,
            expect![[r#"
                info package.json:1:12 [root]
                  `root` has no scope, so anybody can publish that name; it is marked `private`
                error packages/listed/package.json:1:12 [listed]
                  `listed` has no scope, so anybody can publish that name; the policy lists it as internal
                error packages/own/package.json:1:12 [own]
                  `own` has no scope, so anybody can publish that name; it is published to a registry of its own
                warning packages/public/package.json:1:12 [public]
                  `public` has no scope, so anybody can publish that name; `@s/a` depends on it
                  see packages/a/package.json:1: it is asked for here
                error packages/used/package.json:1:12 [used]
                  `used` has no scope, so anybody can publish that name; `@s/a` depends on it
                  see packages/a/package.json:1: it is asked for here
            "#]],
        );
    }

    #[test]
    fn renaming_follows_the_name_everywhere() {
        check(
            "unscoped-private-package",
            r#"
//- /.npmrc
@corp:registry=https://npm.corp.test/
//- /package.json
{ "name": "@corp/root", "private": true, "workspaces": ["packages/*"], "devDependencies": { "used": "*" } }
//- /packages/a/package.json
{ "name": "a", "version": "1.0.0", "dependencies": { "used": "*" }, "peerDependencies": { "used": "*" } }
//- /packages/used/package.json
{
  "name": "used"
}
"#,
            expect![[r#"
                warning packages/a/package.json:1:12 [a]
                  `a` has no scope, so anybody can publish that name; the project has an internal scope, and it is not marked `private`
                  fix (unsafe): Rename to `@corp/a` in every manifest
                    packages/a/package.json: [a] -> [@corp/a]
                  fix (safe): Add `"private": true`
                    packages/a/package.json: [] -> [, "private": true]
                error packages/used/package.json:2:12 [used]
                  `used` has no scope, so anybody can publish that name; `@corp/root` depends on it
                  see package.json:1: it is asked for here
                  fix (unsafe): Rename to `@corp/used` in every manifest
                    package.json: [used] -> [@corp/used]
                    packages/a/package.json: [used] -> [@corp/used]
                    packages/a/package.json: [used] -> [@corp/used]
                    packages/used/package.json: [used] -> [@corp/used]
            "#]],
        );
    }

    #[test]
    fn a_name_in_escapes_is_not_renamed() {
        check(
            "unscoped-private-package",
            r#"
//- /.npmrc
@corp:registry=https://npm.corp.test/
//- /package.json
{ "name": "us\u0065d", "version": "1.0.0" }
"#,
            expect![[r#"
                warning package.json:1:12 [us\u0065d]
                  `used` has no scope, so anybody can publish that name; the project has an internal scope, and it is not marked `private`
                  fix (safe): Add `"private": true`
                    package.json: [] -> [, "private": true]
            "#]],
        );
    }
}
