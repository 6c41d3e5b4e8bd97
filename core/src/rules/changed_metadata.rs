use super::prelude::*;

rule! {
    /// A package keeps its version and digest, and the lockfile records other facts about it: other dependencies, commands, platforms.
    ///
    /// What a published version says about itself never changes. npm believes the lockfile and not the archive: an added dependency is installed,
    /// an added command is linked.
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
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==",
    ///       "dependencies": {"evil": "1.0.0"}
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
    /// Restore the entry from the base, and let npm write the lockfile again (`npm install --package-lock-only`).
    CHANGED_METADATA = {
        id: "changed-metadata",
        threat: 5,
        severity: Error,
        summary: "the same version, recorded with other facts",
        fixable: No,
        needs: Base,
        checks: [Change(change), Changed(lowered)],
    }
}

fn change(change: &Change<'_>, cx: &mut Cx<'_>) {
    let (Some(before), Some(after)) = (change.before, change.after) else { return };
    if change.kind != ChangeKind::Changed || other_form(before.1, after.1) {
        return;
    }
    let Some((what, span)) = metadata_change(before, after) else { return };
    let purl = cx.purl(after.1);
    let message = format!("`{what}` of `{}` {} changed, its version did not", after.1.name, version(after.1));
    let finding = cx.report(span.unwrap_or(after.1.key.span), message);
    if after.0.manifest().is_some() {
        // The condition and the extras of a requirement are the project's own to choose.
        finding
            .package(purl)
            .severity(Severity::Warning)
            .help("see that it was meant: a condition can leave a package out, and extras bring others in");
    } else {
        finding.package(purl).help("what a published version says never changes: restore the entry, or lock the package anew");
    }
}

/// The lockfile's own version went down. Yarn then takes the project for one that an older Yarn wrote, and puts older defaults into its settings:
/// install scripts run, git repositories are built, no cooldown.
fn lowered(before: Option<&Document>, after: &Document, cx: &mut Cx<'_>) {
    let version = |document: &Document| {
        let lockfile = document.lockfile().filter(|lockfile| lockfile.manager == Manager::Berry)?;
        let version = lockfile.version.clone()?;
        Some((version.value.parse::<u32>().ok()?, version.span))
    };
    let (Some((old, _)), Some((new, span))) = (before.and_then(version), version(after)) else { return };
    if new < old {
        let message = format!(
            "the lockfile's version went from {old} to {new}: Yarn takes the project for an older one, and loosens its settings at the next install"
        );
        cx.report(span, message)
            .help("restore the version; if an older Yarn wrote the lockfile, install with the one that the project names");
    }
}

/// Version 1 of the lockfile records less than later ones: what only one form has has not changed.
fn other_form(before: &Package, after: &Package) -> bool {
    before.install_script.is_none() != after.install_script.is_none()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn a_published_version_says_the_same_for_ever() {
        check(
            "changed-metadata",
            r#"
//- /package-lock.json base
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/dependency": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "dependencies": { "x": "^1.0.0" } },
    "node_modules/command": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "bin": { "a": "a.js" } },
    "node_modules/platform": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "os": ["linux"], "cpu": ["x64"] },
    "node_modules/engines": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "engines": { "node": ">=12" } },
    "node_modules/bundle": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/flags": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "dev": true },
    "node_modules/space": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "bin": { "a": "a.js" } },
    "node_modules/upgraded": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/gone": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "dependencies": { "x": "^1.0.0" } }
  }
}
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/dependency": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "dependencies": { "x": "^1.0.0", "evil": "1.0.0" } },
    "node_modules/command": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "bin": { "git": "a.js" } },
    "node_modules/platform": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "os": ["linux"] },
    "node_modules/engines": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "engines": { "node": ">=1" } },
    "node_modules/bundle": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "bundleDependencies": ["x"] },
    "node_modules/flags": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "optional": true, "peer": true },
    "node_modules/space": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==", "bin": {"a":   "a.js"} },
    "node_modules/upgraded": { "version": "2.0.0", "integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==", "bin": { "a": "a.js" } },
    "node_modules/gone": { "version": "1.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" }
  }
}
"#,
            expect![[r#"
                error package-lock.json:5:200 [evil": "1.0.0]
                  `dependencies` of `dependency` 1.0.0 changed, its version did not
                error package-lock.json:6:170 [{ "git": "a.js" }]
                  `bin` of `command` 1.0.0 changed, its version did not
                error package-lock.json:7:6 [node_modules/platform]
                  `cpu` of `platform` 1.0.0 changed, its version did not
                error package-lock.json:8:174 [{ "node": ">=1" }]
                  `engines` of `engines` 1.0.0 changed, its version did not
                error package-lock.json:9:6 [node_modules/bundle]
                  `bundleDependencies` of `bundle` 1.0.0 changed, its version did not
                error package-lock.json:13:6 [node_modules/gone]
                  `dependencies` of `gone` 1.0.0 changed, its version did not
            "#]],
        );
    }

    #[test]
    fn conditions_and_extras_of_requirements_are_the_project_s_own() {
        check(
            "changed-metadata",
            r#"
//- /requirements.txt base
a==1.0 ; python_version < "3.12"
b[x]==1.0
c==1.0
//- /requirements.txt
a==1.0 ; sys_platform == "win32"
b[x,y]==1.0
c==1.1
"#,
            expect![[r#"
                warning requirements.txt:1:10 [sys_platform == "win32"]
                  `marker` of `a` 1.0 changed, its version did not
                warning requirements.txt:2:3 [x,y]
                  `extras` of `b` 1.0 changed, its version did not
            "#]],
        );
    }
}
