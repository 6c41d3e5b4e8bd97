//! Yarn 1: what `yarn install --frozen-lockfile` refuses, and what it lets pass and should not.
//!
//! It refuses only where what the root itself asks for (`name@spec`) stands in no entry, and in a workspace not even that. Whatever else is
//! missing it takes from the registry, and neither writes nor says it.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::prelude::*;
use super::help;
use crate::model::Group;
use crate::npm::version::satisfies_str;
use crate::spec::Kind;

pub(super) fn check(project: &Project<'_>, document: &Arc<Document>, lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let members = project.manifests().filter_map(|(_, manifest)| {
        Some((manifest.name.as_ref()?.as_str(), manifest.version.as_ref().map(|version| version.as_str())))
    });
    let has_members = project.manifest.and_then(|root| root.manifest()).is_some_and(|root| !root.workspaces.is_empty());
    let side = Side {
        project,
        document,
        lockfile,
        members: members.collect(),
        overridden: project.overrides().map(|asked| asked.name.as_str()).collect(),
        has_members,
    };
    for (manifest, asked) in project.manifests() {
        let installed = |asked: &&Dependency| matches!(asked.group, Group::Normal | Group::Dev | Group::Optional);
        for dependency in asked.dependencies.iter().filter(installed) {
            side.asked(manifest, dependency, cx);
        }
    }
    side.unanswered(cx);
    side.resolutions(project, cx);
}

/// The lockfile's side of the comparison.
struct Side<'a> {
    project: &'a Project<'a>,
    document: &'a Arc<Document>,
    lockfile: &'a Lockfile,
    /// Names and versions of the workspace's own packages.
    members: FxHashMap<&'a str, Option<&'a str>>,
    overridden: FxHashSet<&'a str>,
    has_members: bool,
}

impl Side<'_> {
    /// One dependency of a manifest.
    fn asked(&self, manifest: &Arc<Document>, asked: &Dependency, cx: &mut Cx<'_>) {
        let member = self.members.get(asked.name.as_str());
        if member.is_some_and(|version| is_within(&asked.spec, *version)) {
            return;
        }
        let entry =
            self.project.answer_in(self.lockfile, manifest, asked).and_then(|index| self.lockfile.packages.get(index as usize));
        let bare = self.lockfile.answers.contains_key(asked.name.as_str());
        let what = match entry {
            None if bare => return,
            None if member.is_some() => {
                let version = member.copied().flatten().unwrap_or("none");
                format!(
                    "the workspace's own `{}` is {version}, so Yarn asks the registry for it, and the lockfile has no entry",
                    asked.name
                )
            }
            None => "the lockfile has no entry for it".to_owned(),
            Some(entry) if self.is_outside(asked, entry, cx) => {
                format!("the lockfile has {} for it, which is not one that is asked for", version(entry))
            }
            Some(_) => return,
        };
        let end = if self.has_members {
            "`yarn install --frozen-lockfile` takes it from the registry all the same, as it does in every workspace"
        } else {
            "`yarn install --frozen-lockfile` refuses it"
        };
        let reference = cx.named(&asked.name);
        let message = format!("`{}`: {what}; {end}", asked.name);
        cx.report_in(&manifest.path, asked.name.span.to(asked.spec.span), message).package(reference).help(help(self.document));
    }

    fn is_outside(&self, asked: &Dependency, entry: &Package, cx: &Cx<'_>) -> bool {
        let requested = cx.spec(asked).requested().map(str::to_owned);
        let outside = |range: String| satisfies_str(&range, version(entry)) == Some(false);
        !self.overridden.contains(asked.name.as_str()) && entry.kind == SourceKind::Registry && requested.is_some_and(outside)
    }

    /// What packages ask for and no entry answers.
    fn unanswered(&self, cx: &mut Cx<'_>) {
        for (index, package) in self.lockfile.packages.iter().enumerate() {
            for (asked, target) in package.dependencies.iter().zip(self.lockfile.edges.of(index)) {
                let answered = target.is_some() || self.overridden.contains(asked.name.as_str());
                if answered || self.members.get(asked.name.as_str()).is_some_and(|version| is_within(&asked.spec, *version)) {
                    continue;
                }
                let reference = cx.named(&asked.name);
                let message = format!(
                    "`{}` asks for `{}` {}, and the lockfile has no entry for it; `yarn install --frozen-lockfile` takes it from the registry all the same",
                    package.name, asked.name, asked.spec
                );
                let finding = cx.report_in(&self.document.path, asked.name.span.to(asked.spec.span), message);
                finding.package(reference).help(help(self.document));
            }
        }
    }

    /// `resolutions` that did not reach the lockfile: Yarn follows them, and takes what they name from the registry.
    fn resolutions(&self, project: &Project<'_>, cx: &mut Cx<'_>) {
        let Some(manifest) = project.manifest else { return };
        for rule in project.overrides() {
            let key = manifest.slice(rule.name.span);
            let is_flat = key == rule.name.as_str() || key.strip_prefix("**/") == Some(rule.name.as_str());
            let asks = |range: &str| {
                is_flat.then(|| self.lockfile.packages.iter().find(|package| is_left(package, rule, range))).flatten()
            };
            let left = match cx.spec(rule).kind {
                Kind::Version(range) | Kind::Range(range) => asks(range),
                _ => None,
            };
            let Some(left) = left else { continue };
            let message = format!(
                "the lockfile has {} as it was without this resolution; `yarn install --frozen-lockfile` takes another version from the registry, and does not say so",
                titled(left)
            );
            cx.report_in(&manifest.path, rule.name.span.to(rule.spec.span), message).help(help(self.document));
        }
    }
}

/// Whether an entry is still what a resolution should have replaced.
fn is_left(package: &Package, rule: &Dependency, range: &str) -> bool {
    let installed = package.alias.as_ref().unwrap_or(&package.name.value);
    *installed == rule.name.value && package.kind == SourceKind::Registry && satisfies_str(range, version(package)) == Some(false)
}

/// Whether a member of the workspace answers what is asked for under its name.
fn is_within(spec: &str, version: Option<&str>) -> bool {
    version.is_some_and(|version| satisfies_str(spec, version) == Some(true))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::*;

    const LOCK: &str = r#"
//- /yarn.lock
# yarn lockfile v1


is-number@^6.0.0:
  version "6.0.0"

is-number@^7.0.0:
  version "7.0.0"

is-odd@^3.0.1:
  version "3.0.1"
  dependencies:
    is-number "^6.0.0"
"#;

    /// What Yarn 1.22.22 does with each of these, tried by hand: the change to the manifest, and whether it refuses.
    #[test]
    fn a_project_of_its_own_is_refused_where_its_own_lists_are_not_answered() {
        for (manifest, expected) in [
            (r#""dependencies": {"is-odd": "^3.0.1"}, "devDependencies": {"is-number": "^7.0.0"}"#, None),
            (r#""dependencies": {"is-number": "^7.0.0", "is-odd": "^3.0.1"}"#, None),
            (r#""devDependencies": {"is-number": "^7.0.0"}"#, None),
            (r#""dependencies": {"is-odd": "^3.0.1"}, "peerDependencies": {"is-even": "^1.0.0"}"#, None),
            (r#""dependencies": {"is-odd": "^3.0.0"}"#, Some("refuses it")),
            (r#""dependencies": {"is-odd": "^2.0.0"}"#, Some("refuses it")),
            (r#""dependencies": {"is-even": "^1.0.0"}"#, Some("refuses it")),
            (r#""optionalDependencies": {"is-even": "^1.0.0"}"#, Some("refuses it")),
            (r#""dependencies": {"x": "npm:is-odd@^3.0.1"}"#, Some("refuses it")),
            (r#""resolutions": {"is-number": "6.0.0"}"#, Some("does not say so")),
            (r#""resolutions": {"**/is-number": "6.0.0"}"#, Some("does not say so")),
        ] {
            let fixture = format!("//- /package.json\n{{ \"name\": \"@me/app\", {manifest} }}{LOCK}");
            let found = messages("lockfile-out-of-sync", &fixture);
            match expected {
                None => assert_eq!(found, [""; 0], "{manifest}"),
                Some(end) => assert!(found.len() == 1 && found[0].ends_with(end), "{manifest}: {found:?}"),
            }
        }
    }

    #[test]
    fn a_workspace_takes_what_it_lacks_from_the_registry() {
        check(
            "lockfile-out-of-sync",
            &format!(
                r#"
//- /package.json
{{ "name": "@me/root", "private": true, "workspaces": ["packages/*"], "dependencies": {{ "is-number": "^5.0.0" }} }}
//- /packages/a/package.json
{{ "name": "@me/a", "version": "1.0.0", "dependencies": {{ "is-odd": "^3.0.1", "@me/b": "^1.0.0" }} }}
//- /packages/b/package.json
{{ "name": "@me/b", "version": "2.0.0", "dependencies": {{ "é": "1.0.0", "@me/a": "1.0.0" }} }}{}"#,
                LOCK.replace("is-number@^6.0.0", "is-number@^6.1.0")
            ),
            expect![[r#"
                error package.json:1:89 [is-number": "^5.0.0]
                  `is-number`: the lockfile has no entry for it; `yarn install --frozen-lockfile` takes it from the registry all the same, as it does in every workspace
                error packages/a/package.json:1:79 [@me/b": "^1.0.0]
                  `@me/b`: the workspace's own `@me/b` is 2.0.0, so Yarn asks the registry for it, and the lockfile has no entry; `yarn install --frozen-lockfile` takes it from the registry all the same, as it does in every workspace
                error packages/b/package.json:1:59 [é": "1.0.0]
                  `é`: the lockfile has no entry for it; `yarn install --frozen-lockfile` takes it from the registry all the same, as it does in every workspace
                error yarn.lock:13:5 [is-number "^6.0.0]
                  `is-odd` asks for `is-number` ^6.0.0, and the lockfile has no entry for it; `yarn install --frozen-lockfile` takes it from the registry all the same
            "#]],
        );
    }
}
