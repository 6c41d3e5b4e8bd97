//! Yarn 1: what `yarn install --frozen-lockfile` refuses, and what it lets pass and should not.
//!
//! It refuses only where what the root itself asks for (`name@spec`) stands in no entry, or in one of another version. Whatever else is missing, also
//! for members of the workspace, it takes from the registry, and neither writes nor says it.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::prelude::*;
use super::folders::{Folder, folders};
use super::help;
use crate::model::Group;
use crate::npm::version::satisfies_str;
use crate::spec::Kind;

pub(super) fn check(project: &Project<'_>, document: &Arc<Document>, lockfile: &Lockfile, cx: &mut Cx<'_>) {
    let members = project.manifests().filter_map(|(_, manifest)| {
        Some((manifest.name.as_ref()?.as_str(), manifest.version.as_ref().map(|version| version.as_str())))
    });
    let side = Side {
        project,
        document,
        lockfile,
        members: members.collect(),
        overridden: project.overrides().map(|asked| asked.name.as_str()).collect(),
    };
    for (manifest, asked) in project.manifests() {
        // A folder without a name or a version is no member to Yarn.
        if side.is_root(manifest) || asked.name.is_some() && asked.version.is_some() {
            counting(&asked.dependencies).into_iter().for_each(|dependency| side.asked(manifest, dependency, cx));
        }
    }
    for folder in folders(project, cx.workspace) {
        side.folder(&folder, cx);
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
}

/// What Yarn does about what it refuses, and about what it does not.
const REFUSES: &str = "`yarn install --frozen-lockfile` refuses it";
const TAKES: &str = "`yarn install --frozen-lockfile` takes it from the registry all the same";

impl Side<'_> {
    fn is_root(&self, manifest: &Arc<Document>) -> bool {
        self.project.manifest.is_some_and(|root| Arc::ptr_eq(root, manifest))
    }

    /// One dependency of a manifest.
    fn asked(&self, manifest: &Arc<Document>, asked: &Dependency, cx: &mut Cx<'_>) {
        let member = self.members.get(asked.name.as_str());
        if member.is_some_and(|version| is_within(&asked.spec, *version)) {
            return;
        }
        let is_root = self.is_root(manifest);
        // The root's own words are looked up as they are.
        let index = if is_root { self.lockfile.answer(asked) } else { self.project.answer_in(self.lockfile, manifest, asked) };
        let entry = index.and_then(|index| self.lockfile.packages.get(index as usize));
        let bare = self.lockfile.answers.contains_key(asked.name.as_str());
        let is_strange = matches!(cx.spec(asked).kind, Kind::Workspace | Kind::Elsewhere);
        let what = match entry {
            None if bare => return,
            None if is_strange => "Yarn 1 does not know such a spec".to_owned(),
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
        let end = if is_root || is_strange { REFUSES } else { TAKES };
        self.report(manifest, asked, &format!("{what}; {end}"), cx);
    }

    /// What a folder asks for is looked up as well, and taken from the registry where it is not found.
    fn folder(&self, folder: &Folder<'_>, cx: &mut Cx<'_>) {
        for asked in folder.installed() {
            let is_member = self.members.get(asked.name.as_str()).is_some_and(|version| is_within(&asked.spec, *version));
            let bare = self.lockfile.answers.contains_key(asked.name.as_str());
            let is_answered = self.project.answer_in(self.lockfile, folder.document, asked).is_some();
            if !is_answered && !is_member && !bare && !self.overridden.contains(asked.name.as_str()) {
                self.report(folder.document, asked, &format!("the lockfile has no entry for it; {TAKES}"), cx);
            }
        }
    }

    fn report(&self, manifest: &Document, asked: &Dependency, what: &str, cx: &mut Cx<'_>) {
        let reference = cx.named(&asked.name);
        let message = format!("`{}`: {what}", asked.name);
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
                    "`{}` asks for `{}` {}, and the lockfile has no entry for it; {TAKES}",
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
            let (Kind::Version(range) | Kind::Range(range)) = cx.spec(rule).kind else { continue };
            let left = match manifest.slice(rule.name.span).split_once(rule.name.as_str()) {
                Some(("" | "**/", "")) => self.lockfile.packages.iter().find(|package| is_left(package, rule, range)),
                Some((above, "")) => self.left_below(above.trim_end_matches('/'), rule, range),
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

    /// What a package still has for itself though a rule about it (`parent/name`, `**/parent/name`) says otherwise.
    fn left_below(&self, parent: &str, rule: &Dependency, range: &str) -> Option<&Package> {
        let (anywhere, parent) = parent.strip_prefix("**/").map_or((false, parent), |parent| (true, parent));
        let asked = |index: u32| {
            self.project.manifests().any(|(manifest, asked)| {
                let mut own = asked.dependencies.iter().filter(|asked| asked.name.as_str() == parent);
                own.any(|asked| self.project.answer_in(self.lockfile, manifest, asked) == Some(index))
            })
        };
        let packages = self.lockfile.packages.iter().zip(0..);
        let parents = packages.filter(|(package, index)| package.name.as_str() == parent && (anywhere || asked(*index)));
        let mut below =
            parents.flat_map(|(package, index)| package.dependencies.iter().zip(self.lockfile.edges.of(index as usize)));
        below.find_map(|(asked, target)| {
            let entry = self.lockfile.packages.get((*target)? as usize)?;
            (asked.name.value == rule.name.value && is_left(entry, rule, range)).then_some(entry)
        })
    }
}

/// Whether an entry is still what a resolution should have replaced.
fn is_left(package: &Package, rule: &Dependency, range: &str) -> bool {
    let installed = package.alias.as_ref().unwrap_or(&package.name.value);
    *installed == rule.name.value && package.kind == SourceKind::Registry && satisfies_str(range, version(package)) == Some(false)
}

/// What is installed of a manifest's lists: of one name in several, the optional one counts before the usual one and that before the one for
/// development; one that names no version yields to one that does.
fn counting(dependencies: &[Dependency]) -> Vec<&Dependency> {
    let rank = |asked: &Dependency| {
        let list = match asked.group {
            Group::Optional => 3,
            Group::Normal => 2,
            Group::Dev => 1,
            _ => return None,
        };
        Some((!matches!(asked.spec.trim(), "" | "*"), list))
    };
    let is_first = |asked: &&Dependency| {
        let others = dependencies.iter().filter(|other| other.name.value == asked.name.value);
        rank(asked).is_some() && others.map(rank).max() == Some(rank(asked))
    };
    dependencies.iter().filter(is_first).collect()
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
            (r#""dependencies": {"is-odd": "^3.0.1"}, "devDependencies": {"is-odd": "2.0.0"}"#, None),
            (r#""dependencies": {"is-odd": "*"}, "devDependencies": {"is-odd": "^3.0.1"}"#, None),
            (r#""dependencies": {"is-odd": "^3.0.1"}, "optionalDependencies": {"is-odd": "2.0.0"}"#, Some("refuses it")),
            (r#""dependencies": {"is-odd": "workspace:*"}"#, Some("refuses it")),
            (r#""dependencies": {"is-odd": "^3.0.1"}, "resolutions": {"is-odd/is-number": "7.0.0"}"#, Some("does not say so")),
            (r#""dependencies": {"is-odd": "^3.0.1"}, "resolutions": {"is-odd/is-number": "6.0.0"}"#, None),
            (r#""dependencies": {"is-odd": "^3.0.1"}, "resolutions": {"is-even/is-number": "7.0.0"}"#, None),
            (r#""resolutions": {"is-odd/is-number": "7.0.0"}"#, None),
            (r#""resolutions": {"**/is-odd/is-number": "7.0.0"}"#, Some("does not say so")),
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
    fn a_workspace_takes_what_its_members_lack_from_the_registry() {
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
                  `is-number`: the lockfile has no entry for it; `yarn install --frozen-lockfile` refuses it
                error packages/a/package.json:1:79 [@me/b": "^1.0.0]
                  `@me/b`: the workspace's own `@me/b` is 2.0.0, so Yarn asks the registry for it, and the lockfile has no entry; `yarn install --frozen-lockfile` takes it from the registry all the same
                error packages/b/package.json:1:59 [é": "1.0.0]
                  `é`: the lockfile has no entry for it; `yarn install --frozen-lockfile` takes it from the registry all the same
                error yarn.lock:13:5 [is-number "^6.0.0]
                  `is-odd` asks for `is-number` ^6.0.0, and the lockfile has no entry for it; `yarn install --frozen-lockfile` takes it from the registry all the same
            "#]],
        );
    }

    /// What Yarn 1.22.22 does with each of these, tried by the ring of real managers.
    #[test]
    fn folders_and_members_without_a_version() {
        const FOLDER: &str =
            "\n//- /lib/package.json\n{ \"name\": \"lib\", \"dependencies\": { \"é\": \"1.0.0\", \"is-odd\": \"^3.0.1\" } }";
        let lock = format!("{LOCK}\n\"lib@file:lib\":\n  version \"1.0.0\"\n");
        for (root, rest, expected) in [
            (
                r#""dependencies": {"lib": "file:lib"}"#,
                FOLDER,
                vec!["`é`: the lockfile has no entry for it; ".to_owned() + super::TAKES],
            ),
            (
                r#""dependencies": {"lib": "file:./lib"}"#,
                "",
                vec!["`lib`: the lockfile has no entry for it; ".to_owned() + super::REFUSES],
            ),
            (
                r#""workspaces": ["c"]"#,
                "\n//- /c/package.json\n{ \"name\": \"c\", \"dependencies\": { \"é\": \"1.0.0\" } }",
                vec![],
            ),
        ] {
            let fixture = format!("//- /package.json\n{{ \"name\": \"@me/app\", {root} }}{rest}{lock}");
            assert_eq!(messages("lockfile-out-of-sync", &fixture), expected, "{root}");
        }
    }
}
