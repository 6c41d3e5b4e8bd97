use super::prelude::*;

rule! {
    /// A lockfile lies beside the manifest, and an ignore file keeps it out of the repository.
    ///
    /// Then only one machine has it. CI and every other checkout install whatever is newest within the ranges.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "dependencies": { "left-pad": "1.3.0" }
    /// }
    /// ```
    /// ```json ignored package-lock.json
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
    /// Take the line out of `.gitignore`, and commit the lockfile.
    IGNORED_LOCKFILE = {
        id: "ignored-lockfile",
        threat: 5,
        severity: Warning,
        summary: "the lockfile is ignored by git",
        fixable: No,
        needs: Files,
        checks: [Project(project)],
    }
}

fn project(project: &Project<'_>, cx: &mut Cx<'_>) {
    let names = FORMATS.iter().filter(|format| format.role == Role::Lockfile).flat_map(|format| format.names);
    for path in names.map(|name| project.path(name)).filter(|path| cx.workspace.ignored.contains(path)).collect::<Vec<_>>() {
        let message = format!("`{path}` is there, and ignored by git: no other checkout has it");
        cx.report(Span::at(0), message).help("take it out of the ignore file, and commit it");
    }
}

use crate::formats::{FORMATS, Role};
