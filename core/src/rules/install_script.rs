use super::prelude::*;

rule! {
    /// A locked package runs a command when it is installed, and nobody has said that it may.
    ///
    /// Install scripts run with all rights of whoever installs, on developers' machines and in CI. They are how most malicious packages work. The
    /// rule is silent where scripts are switched off (`ignore-scripts=true`) and nothing allows this package again.
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
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==",
    ///       "hasInstallScript": true
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
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==",
    ///       "hasInstallScript": true
    ///     }
    ///   }
    /// }
    /// ```
    /// ```ini .npmrc
    /// ignore-scripts=true
    /// ```
    ///
    /// ## What to do
    /// Read the script. If the package needs it, allow this very version in `provender.toml` with a reason:
    ///
    /// ```toml provender.toml
    /// [scripts]
    /// allow = [{ package = "left-pad", version = "1.3.0", reason = "builds its native part" }]
    /// ```
    INSTALL_SCRIPT = {
        id: "install-script",
        threat: 4,
        severity: Warning,
        summary: "a locked package runs a script when it is installed",
        fixable: Offline,
        needs: Files,
        checks: [Package(package)],
    }
}

use crate::path::RelPath;
use crate::policy;
use crate::scripts::{self, Fate};
use crate::workspace::POLICY_FILE;
use std::collections::BTreeMap;

fn package(package: &Package, cx: &mut Cx<'_>) {
    if package.install_script != Some(true) || package.kind == SourceKind::Workspace {
        return;
    }
    let number = version(package);
    let fate = scripts::fate(package, cx.manager(), cx.project);
    if cx.policy.script_allowed(&package.name, number).is_some() || matches!(fate, Fate::Allowed | Fate::Blocked) {
        return;
    }
    let edits = allow(package, cx);
    let (purl, mut message) = (cx.purl(package), format!("`{}` {number} runs a script when it is installed", package.name));
    if cx.manager() == Manager::Pnpm {
        // The mark is pnpm's own guess, made before it had every archive.
        message = format!("`{}` {number} is marked as one to be built when it is installed", package.name);
    }
    if fate == Fate::Trusted {
        message.push_str(": Bun trusts this name by itself, unless the manifest has a list of its own");
    }
    let finding = cx.report(package.install_script_span.unwrap_or(package.key.span), message);
    finding.package(purl).help(match fate {
        Fate::Trusted => "read the script; then list in `trustedDependencies` those that may run (an empty list allows none), or allow this version in `provender.toml`",
        _ => "read the script; switch scripts off (`ignore-scripts=true`), or allow this version in `provender.toml`",
    });
    finding.fix_in(format!("Allow `{}` {number} in the policy", package.name), Applicability::Unsafe, edits);
}

/// The entry in the repository's policy, where there is such a file.
fn allow(package: &Package, cx: &Cx<'_>) -> Option<BTreeMap<RelPath, Vec<Edit>>> {
    let path = RelPath::new(POLICY_FILE);
    let document = cx.workspace.get(&path)?;
    let edits = policy::allow_script(&document.text, &package.name, version(package), "say why it needs to run")?;
    Some(BTreeMap::from([(path, edits)]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;

    #[test]
    fn who_may_run_a_script() {
        check(
            "install-script",
            r#"
//- /provender.toml
[[scripts.allow]]
package = "allowed"
version = "1.0.0"
reason = "builds its binding"
//- /package.json
{ "name": "@me/app", "allowScripts": { "by-name": true, "by-version@1.0.0 || 2.0.0": true, "other-version@2.0.0": true, "denied": false } }
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": {},
    "node_modules/allowed": { "version": "1.0.0", "hasInstallScript": true },
    "node_modules/é": { "version": "1.0.0", "hasInstallScript": true },
    "node_modules/by-name": { "version": "1.0.0", "hasInstallScript": true },
    "node_modules/by-version": { "version": "1.0.0", "hasInstallScript": true },
    "node_modules/other-version": { "version": "1.0.0", "hasInstallScript": true },
    "node_modules/denied": { "version": "1.0.0", "hasInstallScript": true },
    "node_modules/quiet": { "version": "1.0.0", "hasInstallScript": false },
    "node_modules/member": { "resolved": "packages/member", "link": true },
    "packages/member": { "version": "1.0.0", "hasInstallScript": true }
  }
}
"#,
            expect![[r#"
                warning package-lock.json:6:45 ["hasInstallScript": true]
                  `é` 1.0.0 runs a script when it is installed
                  fix (unsafe): Allow `é` 1.0.0 in the policy
                    provender.toml: [] -> [⏎[[scripts.allow]]⏎package = "é"⏎version = "1.0.0"⏎reason = "say why it needs to run"⏎]
                warning package-lock.json:9:57 ["hasInstallScript": true]
                  `other-version` 1.0.0 runs a script when it is installed
                  fix (unsafe): Allow `other-version` 1.0.0 in the policy
                    provender.toml: [] -> [⏎[[scripts.allow]]⏎package = "other-version"⏎version = "1.0.0"⏎reason = "say why it nee...]
                warning package-lock.json:10:50 ["hasInstallScript": true]
                  `denied` 1.0.0 runs a script when it is installed
                  fix (unsafe): Allow `denied` 1.0.0 in the policy
                    provender.toml: [] -> [⏎[[scripts.allow]]⏎package = "denied"⏎version = "1.0.0"⏎reason = "say why it needs to r...]
            "#]],
        );
    }

    #[test]
    fn nothing_runs_where_scripts_are_ignored() {
        check(
            "install-script",
            r#"
//- /.npmrc
ignore-scripts=true
//- /package-lock.json
{ "lockfileVersion": 3, "packages": { "": {}, "node_modules/a": { "version": "1.0.0", "hasInstallScript": true } } }
"#,
            expect![[r#""#]],
        );
    }
}
