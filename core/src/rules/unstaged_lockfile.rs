use super::prelude::*;

rule! {
    /// The manifest's dependencies change, and the lockfile that goes with it does not.
    ///
    /// Whoever checks this out gets either a refusal from `npm ci`, or from `npm install` whatever is newest at that moment: versions that nobody has
    /// reviewed.
    ///
    /// ## Bad
    /// ```json package.json base
    /// {
    ///   "dependencies": { "left-pad": "1.3.0" }
    /// }
    /// ```
    /// ```json package-lock.json base
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
    /// ```json package.json
    /// {
    ///   "dependencies": { "left-pad": "1.3.1" }
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
    /// ## Good
    /// ```json package.json base
    /// {
    ///   "dependencies": { "left-pad": "1.3.0" }
    /// }
    /// ```
    /// ```json package-lock.json base
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
    /// ```json package.json
    /// {
    ///   "dependencies": { "left-pad": "1.3.1" }
    /// }
    /// ```
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.1" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.1",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.1.tgz",
    ///       "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## What to do
    /// Run `npm install --package-lock-only` and add the lockfile to the same commit.
    UNSTAGED_LOCKFILE = {
        id: "unstaged-lockfile",
        threat: 5,
        severity: Error,
        summary: "the dependencies change, the lockfile does not",
        fixable: No,
        needs: Base,
        checks: [Changed(changed)],
    }
}

use crate::formats::Role;
use crate::python::includes::compiled;

fn changed(before: Option<&Document>, after: &Document, cx: &mut Cx<'_>) {
    let (Some(old), Some(new)) = (before.and_then(Document::manifest), after.manifest()) else { return };
    // A list of requirements is its own lockfile; what it is compiled from has one of its own name.
    if after.lockfile().is_some() {
        return;
    }
    let compiled = compiled(cx.workspace, cx.document);
    let others = || cx.project.lockfiles.iter().copied().find(|document| document.format.role == Role::Lockfile);
    let list = new.manager == Some(Manager::Pip);
    let Some(lockfile) = compiled.or_else(|| others().filter(|_| !list)) else { return };
    let base = cx.workspace.base.as_deref().and_then(|base| base.get(&lockfile.path));
    if base.is_none_or(|base| base.text != lockfile.text) {
        return;
    }
    let Some(span) = first_change(old, new) else { return };
    let message = format!("the dependencies change, and `{}` does not", lockfile.path);
    let command = lockfile.lockfile().map_or("", |lockfile| lockfile.manager.lock_command());
    let help = format!("run `{}` and add the lockfile to the same commit", command);
    cx.report(span, message).help(help);
}

/// The first dependency that is new or asked for otherwise; the document's name where one only went away.
fn first_change(old: &Manifest, new: &Manifest) -> Option<Span> {
    let same = |one: &Dependency, other: &Dependency| {
        one.name.value == other.name.value && one.spec.value == other.spec.value && one.group == other.group
    };
    let added = new.dependencies.iter().find(|asked| !old.dependencies.iter().any(|other| same(asked, other)));
    let gone = old.dependencies.iter().any(|asked| !new.dependencies.iter().any(|other| same(asked, other)));
    let whole = || gone.then(|| new.name.as_ref().map_or(Span::at(0), |name| name.span));
    added.map(|asked| asked.name.span.to(asked.spec.span)).or_else(whole)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn a_manifest_that_changes_alone() {
        check(
            "unstaged-lockfile",
            r#"
//- /package.json base
{ "name": "@me/app", "scripts": {}, "dependencies": { "a": "1.0.0", "é": "1.0.0" } }
//- /package.json
{ "name": "@me/app", "scripts": { "x": "y" }, "dependencies": { "a": "1.0.0", "é": "1.0.1" } }
//- /package-lock.json base
{ "lockfileVersion": 3, "packages": {} }
//- /package-lock.json
{ "lockfileVersion": 3, "packages": {} }
"#,
            expect![[r#"
                error package.json:1:80 [é": "1.0.1]
                  the dependencies change, and `package-lock.json` does not
            "#]],
        );
    }

    #[test]
    fn what_went_away_counts_and_other_changes_do_not() {
        check(
            "unstaged-lockfile",
            r#"
//- /a/package.json base
{ "name": "gone", "dependencies": { "a": "1.0.0" } }
//- /a/package.json
{ "name": "gone" }
//- /a/package-lock.json base
{ "lockfileVersion": 3, "packages": {} }
//- /a/package-lock.json
{ "lockfileVersion": 3, "packages": {} }
//- /b/package.json base
{ "name": "scripts", "dependencies": { "a": "1.0.0" } }
//- /b/package.json
{ "name": "scripts", "version": "2.0.0", "dependencies": { "a": "1.0.0" } }
//- /b/package-lock.json base
{ "lockfileVersion": 3, "packages": {} }
//- /b/package-lock.json
{ "lockfileVersion": 3, "packages": {} }
//- /c/package.json base
{ "name": "no-lockfile" }
//- /c/package.json
{ "name": "no-lockfile", "dependencies": { "a": "1.0.0" } }
"#,
            expect![[r#"
                error a/package.json:1:12 [gone]
                  the dependencies change, and `a/package-lock.json` does not
            "#]],
        );
    }

    #[test]
    fn an_input_wants_its_own_output_and_no_other() {
        check(
            "unstaged-lockfile",
            r#"
//- /requirements.in base
a
//- /requirements.in
a
b
//- /requirements.txt base
a==1.0
//- /requirements.txt
a==1.0
//- /dev-requirements.txt base
a==1.0
//- /dev-requirements.txt
a==1.0
b==1.0
//- /pylock.toml base
lock-version = "1.0"
created-by = "x"
packages = []
//- /pylock.toml
lock-version = "1.0"
created-by = "x"
packages = []
"#,
            expect![[r#"
                error requirements.in:2:1 [b]
                  the dependencies change, and `requirements.txt` does not
            "#]],
        );
    }
}
