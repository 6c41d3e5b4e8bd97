use super::prelude::*;

rule! {
    /// A manifest has dependencies, and there is no lockfile beside it or at its workspace's root.
    ///
    /// Every install then takes whatever is newest within the ranges at that moment, with nothing to compare it with. What was tested yesterday is not
    /// what is installed today.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "dependencies": { "left-pad": "1.3.0" }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "dependencies": { "left-pad": "1.3.0" }
    /// }
    /// ```
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
    /// Run `npm install --package-lock-only` and commit `package-lock.json`.
    MISSING_LOCKFILE = {
        id: "missing-lockfile",
        threat: 5,
        severity: Warning,
        summary: "dependencies and no lockfile",
        fixable: No,
        needs: Files,
        checks: [Project(project)],
    }
}

fn project(project: &Project<'_>, cx: &mut Cx<'_>) {
    let Some(document) = project.manifest else { return };
    let manifests = project.manifest.into_iter().chain(project.members.iter().copied());
    let installed = |dependency: &&Dependency| matches!(dependency.group, Group::Normal | Group::Dev | Group::Optional);
    let asked = manifests
        .filter_map(|document| document.manifest())
        .flat_map(|manifest| &manifest.dependencies)
        .any(|dependency| installed(&dependency));
    let ignored = FORMATS
        .iter()
        .filter(|format| format.role == Role::Lockfile && format.ecosystem == project.ecosystem)
        .flat_map(|format| format.names)
        .any(|name| cx.workspace.ignored.contains(&project.path(name)));
    if !asked || ignored || !project.lockfiles.is_empty() || has_foreign_lockfile(project, cx) {
        return;
    }
    let own = document.manifest().and_then(|manifest| manifest.dependencies.iter().find(installed));
    let span = own.map_or(Span::at(0), |dependency| dependency.name.span.to(dependency.spec.span));
    let manager = project.manager();
    let help = format!("run `{}` and commit `{}`", manager.lock_command(), manager.lockfile());
    let message = match manager {
        // What is asked for is exact; what is served for it is not.
        Manager::Go => "no `go.sum`: nothing holds the modules to the bytes that were seen before",
        _ => "no lockfile: every install takes whatever is newest within the ranges",
    };
    cx.report(span, message).help(help);
}

/// Another manager's lockfile, which this version does not read, is a lockfile all the same.
pub(super) fn has_foreign_lockfile(project: &Project<'_>, cx: &Cx<'_>) -> bool {
    FOREIGN_LOCKFILES.iter().any(|name| cx.workspace.present.contains(&project.path(name)))
}

/// Whether all the lockfiles that there are say nothing to Provender.
pub(super) fn has_only_unread_lockfiles(project: &Project<'_>, cx: &Cx<'_>) -> bool {
    match &project.lockfiles[..] {
        [] => has_foreign_lockfile(project, cx),
        lockfiles => lockfiles.iter().all(|document| matches!(document.syntax, Syntax::Binary)),
    }
}

use crate::formats::{FOREIGN_LOCKFILES, FORMATS, Role};
use crate::model::Group;

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn dependencies_want_a_lockfile() {
        check(
            "missing-lockfile",
            r#"
//- /a/package.json
{ "name": "@me/a", "dependencies": { "x": "1.0.0" } }
//- /b/package.json
{ "name": "@me/b", "peerDependencies": { "x": "*" } }
//- /c/package.json
{ "name": "@me/c", "dependencies": { "x": "1.0.0" } }
//- /c/package-lock.json
{ "lockfileVersion": 3, "packages": { "": { "dependencies": { "x": "1.0.0" } } } }
//- /d/package.json
{ "name": "@me/d", "workspaces": ["w"] }
//- /d/w/package.json
{ "name": "@me/w", "devDependencies": { "x": "1.0.0" } }
"#,
            expect![[r#"
                warning a/package.json:1:39 [x": "1.0.0]
                  no lockfile: every install takes whatever is newest within the ranges
                warning d/package.json:1:1 []
                  no lockfile: every install takes whatever is newest within the ranges
            "#]],
        );
    }
}
