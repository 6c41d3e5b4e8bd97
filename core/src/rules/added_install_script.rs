use super::prelude::*;

rule! {
    /// The new version of a package runs a script when it is installed, and the old one did not.
    ///
    /// An install script runs with all rights of whoever installs, before any of the package's code is used. A script that appears in an update is how
    /// most stolen packages have done their work. npm decides by the lockfile's `hasInstallScript`, so the mark going away from a version that had it is
    /// reported as well; and so is one more package that is allowed to run its scripts.
    ///
    /// ## Bad
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
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.1",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.1.tgz",
    ///       "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
    ///       "hasInstallScript": true
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
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
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
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
    /// Read the script before it runs (`npm pack left-pad@1.3.1`, then its `package.json`). If it is needed, allow this very version in
    /// `provender.toml` with a reason.
    ADDED_INSTALL_SCRIPT = {
        id: "added-install-script",
        threat: 4,
        severity: Error,
        summary: "a new version runs a script, the old one did not",
        fixable: No,
        needs: Base,
        checks: [Change(change), Changed(changed)],
    }
}

use crate::model::ScriptPermission;
use crate::scripts;

fn change(change: &Change<'_>, cx: &mut Cx<'_>) {
    let Some((_, after)) = change.after else { return };
    let runs = |package: &Package| package.install_script == Some(true);
    let before = change.before.map(|(_, package)| package);
    let told_before = before.is_some_and(|package| package.install_script.is_some());
    let span = after.install_script_span.unwrap_or(after.key.span);
    if runs(after) && told_before && !before.is_some_and(runs) {
        if cx.policy.script_allowed(&after.name, version(after)).is_some() {
            return;
        }
        let (purl, runs) = (cx.purl(after), scripts::fate(after, cx.manager(), cx.project).runs());
        let message = match runs {
            true => format!("{} runs a script when it is installed; before, it did not", titled(after)),
            false => format!("{} has an install script, which is not allowed to run; before, it had none", titled(after)),
        };
        let finding = cx.report(span, message);
        finding.package(purl).help("read the script before it runs; if it is needed, allow this version in `provender.toml`");
        if !runs {
            finding.severity(Severity::Warning);
        }
    } else if change.kind == ChangeKind::Changed && before.is_some_and(runs) && after.install_script == Some(false) {
        let (purl, message) =
            (cx.purl(after), format!("the mark for the install script of `{}` went away, its version did not change", after.name));
        cx.report(span, message).package(purl).help("restore the entry from the base: npm goes by this mark");
    }
}

/// One more package that the manifest lets run its scripts. (The policy's own list is `weakened-policy`'s matter.)
fn changed(before: Option<&Document>, after: &Document, cx: &mut Cx<'_>) {
    let Some(manifest) = after.manifest() else { return };
    let former = before.and_then(Document::manifest).map_or(&[][..], |manifest| &manifest.script_permissions);
    for added in manifest.script_permissions.iter().filter(|added| added.allowed.value) {
        let same = |other: &ScriptPermission| {
            (other.manager, other.allowed.value) == (added.manager, true) && other.package.value == added.package.value
        };
        if !former.iter().any(same) {
            let message = format!("`{}` is allowed to run its install scripts from now on", added.package);
            cx.report(added.package.span, message).help("make sure that somebody has read them");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn a_script_that_was_not_there() {
        check(
            "added-install-script",
            r#"
//- /package-lock.json base
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/upgraded": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/had": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "hasInstallScript": true },
    "node_modules/same": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/lost": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "hasInstallScript": true },
    "node_modules/dropped": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "hasInstallScript": true }
  }
}
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/upgraded": { "version": "1.1.0", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==", "hasInstallScript": true },
    "node_modules/had": { "version": "1.1.0", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==", "hasInstallScript": true },
    "node_modules/same": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "hasInstallScript": true },
    "node_modules/lost": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/dropped": { "version": "1.1.0", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==" },
    "node_modules/new-é": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "hasInstallScript": true }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:164 ["hasInstallScript": true]
                  `upgraded` 1.1.0 runs a script when it is installed; before, it did not
                error package-lock.json:7:160 ["hasInstallScript": true]
                  `same` 1.0.0 runs a script when it is installed; before, it did not
                error package-lock.json:8:6 [node_modules/lost]
                  the mark for the install script of `lost` went away, its version did not change
            "#]],
        );
    }

    #[test]
    fn one_more_package_that_may() {
        check(
            "added-install-script",
            r#"
//- /package.json base
{ "name": "@me/app", "allowScripts": { "a": true, "b": false } }
//- /package.json
{ "name": "@me/app", "allowScripts": { "a": true, "b": true, "c": true, "d": false } }
"#,
            expect![[r#"
                error package.json:1:52 [b]
                  `b` is allowed to run its install scripts from now on
                error package.json:1:63 [c]
                  `c` is allowed to run its install scripts from now on
            "#]],
        );
    }

    #[test]
    fn the_nested_form_does_not_tell() {
        check(
            "added-install-script",
            r#"
//- /package-lock.json base
{ "lockfileVersion": 1, "dependencies": { "a": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" } } }
//- /package-lock.json
{ "lockfileVersion": 3, "packages": { "": {}, "node_modules/a": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "hasInstallScript": true } } }
"#,
            expect![[r#""#]],
        );
    }
}
