use super::prelude::*;

rule! {
    /// A dependency is in a scope that is the project's own, and no `.npmrc` says which registry the scope comes from.
    ///
    /// npm then asks the public registry. Whoever registers the scope there decides what is installed.
    ///
    /// ## Bad
    /// ```toml provender.toml
    /// [internal]
    /// scopes = ["@corp"]
    /// ```
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"@corp/ui": "1.0.0"}
    /// }
    /// ```
    ///
    /// ## Good
    /// ```toml provender.toml
    /// [internal]
    /// scopes = ["@corp"]
    /// ```
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"@corp/ui": "1.0.0"}
    /// }
    /// ```
    /// ```ini .npmrc
    /// @corp:registry=https://npm.corp.test/
    /// ```
    ///
    /// ## What to do
    /// Add `@scope:registry=https://…` to the project's `.npmrc`.
    UNMAPPED_SCOPE = {
        id: "unmapped-scope",
        threat: 2,
        severity: Error,
        summary: "a scope that is ours, and no registry for it",
        fixable: Offline,
        needs: Files,
        checks: [Dependency(dependency)],
    }
}

use std::collections::BTreeMap;

use crate::model::Group;
use crate::path::RelPath;
use crate::registries::Serves;
use crate::syntax::ini_edit;

fn dependency(dependency: &Dependency, cx: &mut Cx<'_>) {
    let spec = cx.spec(dependency);
    if !spec.is_registry() {
        return;
    }
    let name = smol_str::SmolStr::from(spec.name);
    let Some(scope) = name.split_once('/').map(|(scope, _)| scope).filter(|scope| scope.starts_with('@')) else { return };
    let known = elsewhere(scope, cx);
    let ours = cx.policy.internal_scopes().iter().any(|ours| ours == scope) || known.is_some();
    let mapped = cx.project.mappings.iter().any(|mapping| serves(&mapping.serves, scope));
    let member = cx
        .project
        .locked(cx.document, &dependency.name)
        .is_some_and(|(_, package)| matches!(package.kind, SourceKind::Link | SourceKind::Workspace));
    if !ours || mapped || member || matches!(dependency.group, Group::OptionalPeer) {
        return;
    }
    let line = cx.policy.scope_registry(&name).map(ToString::to_string).or(known);
    let edits = line.as_ref().and_then(|registry| map(scope, registry, cx));
    let reference = cx.named(&name);
    let finding = cx.report(
        dependency.name.span,
        format!("`{scope}` is a scope of ours, and no `.npmrc` maps it: `{name}` is asked of the public registry"),
    );
    finding.package(reference).help(format!("add `{scope}:registry=https://...` to the project's `.npmrc`"));
    if let Some(registry) = line {
        finding.fix_in(format!("Map `{scope}` to {registry}"), Applicability::Safe, edits);
    }
}

fn serves(serves: &Serves, scope: &str) -> bool {
    matches!(serves, Serves::Scope(of) if Some(of.as_str()) == scope.strip_prefix('@'))
}

/// The registry that another project of the workspace maps the scope to.
fn elsewhere(scope: &str, cx: &Cx<'_>) -> Option<String> {
    let key = format!("{scope}:registry");
    let settings = cx.workspace.documents().filter_map(|document| document.settings());
    settings.filter_map(|settings| settings.get(&key)).map(|setting| setting.value.to_string()).next()
}

/// The line in the project's own settings file, where there is one.
fn map(scope: &str, registry: &str, cx: &Cx<'_>) -> Option<BTreeMap<RelPath, Vec<Edit>>> {
    let document = cx.project.settings.first()?;
    let Syntax::Ini(file) = &document.syntax else { return None };
    let edits = ini_edit::append(file, &document.text, &format!("{scope}:registry"), registry)?;
    Some(BTreeMap::from([(document.path.clone(), edits)]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn a_scope_of_ours_needs_a_registry() {
        check(
            "unmapped-scope",
            r#"
//- /provender.toml
[internal]
scopes = ["@corp", "@listed"]
[registries.scopes]
"@listed" = "https://npm.corp.test/"
//- /.npmrc
@mapped:registry=https://npm.corp.test/
//- /package.json
{
  "name": "@corp/app",
  "workspaces": ["packages/*"],
  "dependencies": { "@corp/a": "^1.0.0", "@listed/b": "1.0.0", "@mapped/c": "1.0.0", "@other/d": "1.0.0", "plain": "1.0.0", "@corp/member": "*" },
  "devDependencies": { "alias": "npm:@corp/e@1.0.0", "@corp/git": "owner/name" },
  "peerDependencies": { "@corp/peer": "*", "@corp/optional": "*" },
  "peerDependenciesMeta": { "@corp/optional": { "optional": true } }
}
//- /packages/member/package.json
{ "name": "@corp/member" }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "@corp/member": "*" } },
    "node_modules/@corp/member": { "resolved": "packages/member", "link": true },
    "packages/member": { "name": "@corp/member" }
  }
}
"#,
            expect![[r#"
                error package.json:4:22 [@corp/a]
                  `@corp` is a scope of ours, and no `.npmrc` maps it: `@corp/a` is asked of the public registry
                error package.json:4:43 [@listed/b]
                  `@listed` is a scope of ours, and no `.npmrc` maps it: `@listed/b` is asked of the public registry
                  fix (safe): Map `@listed` to https://npm.corp.test/
                    .npmrc: [] -> [@listed:registry=https://npm.corp.test/⏎]
                error package.json:5:25 [alias]
                  `@corp` is a scope of ours, and no `.npmrc` maps it: `@corp/e` is asked of the public registry
                error package.json:6:26 [@corp/peer]
                  `@corp` is a scope of ours, and no `.npmrc` maps it: `@corp/peer` is asked of the public registry
            "#]],
        );
    }

    #[test]
    fn another_project_s_mapping_counts_as_a_hint() {
        check(
            "unmapped-scope",
            r#"
//- /one/.npmrc
@corp:registry=https://npm.corp.test/
//- /one/package.json
{ "name": "@corp/one", "dependencies": { "@corp/a": "1.0.0" } }
//- /two/.npmrc
save-exact=true
//- /two/package.json
{ "name": "@corp/two", "dependencies": { "@corp/a": "1.0.0" } }
//- /three/package.json
{ "name": "@corp/three", "dependencies": { "@corp/a": "1.0.0" } }
"#,
            expect![[r#"
                error three/package.json:1:45 [@corp/a]
                  `@corp` is a scope of ours, and no `.npmrc` maps it: `@corp/a` is asked of the public registry
                error two/package.json:1:43 [@corp/a]
                  `@corp` is a scope of ours, and no `.npmrc` maps it: `@corp/a` is asked of the public registry
                  fix (safe): Map `@corp` to https://npm.corp.test/
                    two/.npmrc: [] -> [@corp:registry=https://npm.corp.test/⏎]
            "#]],
        );
    }
}
