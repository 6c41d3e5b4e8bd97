use super::prelude::*;

rule! {
    /// A dependency is asked for by a range or a tag, so the next release that fits gets in without anybody asking for it.
    ///
    /// `^4.18.0` takes every later 4.x: a stolen account, a maintainer who sabotages their own package, and an honest mistake arrive in the same way,
    /// with the next install that is not held by a lockfile. Where no lockfile records the exact version with a digest, nothing holds it at all, and the
    /// finding is an error. `peerDependencies` are the business of whoever installs the package and are not meant.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "^1.3.0"}
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "1.3.0"}
    /// }
    /// ```
    ///
    /// ## Bad
    /// ```text requirements.txt
    /// left-pad>=1.3
    /// ```
    ///
    /// ## Good
    /// ```text requirements.txt
    /// left-pad==1.3.0
    /// ```
    ///
    /// ## What to do
    /// Pin it to the version that the lockfile has chosen; the quick-fix does. Updates then come as a change of the manifest that somebody looks at (a
    /// bot may write it).
    UNPINNED_DEPENDENCY = {
        id: "unpinned-dependency",
        threat: 9,
        severity: Warning,
        summary: "a dependency that admits more than one version",
        fixable: Online,
        needs: Files,
        checks: [Dependency(dependency)],
    }
}

use crate::model::Group;
use crate::python::includes;
use crate::versions;

fn dependency(dependency: &Dependency, cx: &mut Cx<'_>) {
    if matches!(dependency.group, Group::Peer | Group::OptionalPeer) || dependency.loose || dependency.spec.starts_with('$') {
        return;
    }
    let ecosystem = cx.ecosystem();
    let Some(range) = cx.spec(dependency).floating() else { return };
    let locked = cx.project.answer(cx.document, dependency);
    let locked = locked.map(|(_, package)| package);
    let constrained = includes::constrained(cx.workspace, cx.document, &dependency.name).map(|(_, package)| package);
    if cx.document.lockfile().is_some() && includes::only_constrains(cx.workspace, cx.document) {
        return;
    }
    if locked.is_some_and(|package| matches!(package.kind, SourceKind::Link | SourceKind::Workspace)) {
        // A member of the workspace: what is in the folder is what is installed.
        return;
    }
    let fits = |package: &&Package| versions::satisfies(ecosystem, range, version(package)) != Some(false);
    let chosen = constrained.or(locked).filter(fits).filter(|package| package.version.is_some());
    let held = constrained.is_some()
        || chosen.is_some_and(|package| package.held_by().is_some() || package.is_conditional())
        || dependency.group.is_indirect() && !cx.project.lockfiles.is_empty();
    let foreign = super::missing_lockfile::has_only_unread_lockfiles(cx.project, cx);
    let asked = if dependency.spec.trim().is_empty() { "any version".to_owned() } else { format!("`{}`", dependency.spec) };
    let tail = match chosen {
        Some(package) if constrained.is_some() => format!("the constraints hold it to {}", version(package)),
        Some(package) => format!("the lockfile has {}", version(package)),
        None if held && dependency.group == Group::Catalog => "nobody asks for it so far".to_owned(),
        None if held => "an override holds only if it is exact".to_owned(),
        None if foreign => "the lockfile is of a form that is not read".to_owned(),
        None => "no lockfile holds it to one".to_owned(),
    };
    let edits = chosen.and_then(|package| pin(dependency, range, version(package), cx));
    let question = if chosen.is_none() && !foreign { versions(dependency, cx) } else { None };
    let published = question.as_ref().and_then(|question| highest(question, range, cx));
    let pinned = published.as_ref().and_then(|highest| pin(dependency, range, highest, cx));
    let (reference, lock) = (cx.named(&dependency.name), cx.project.manager().lock_command());
    let span = if dependency.spec.is_empty() && ecosystem != Ecosystem::Npm { dependency.name.span } else { dependency.spec.span };
    let finding = cx.report(span, format!("`{}` admits more than one version: {asked}; {tail}", dependency.name));
    finding.package(reference).severity(if held || foreign { Severity::Warning } else { Severity::Error });
    match chosen {
        Some(package) => {
            finding.help("pin it to the version that the lockfile has");
            finding.fix(format!("Pin `{}` to {}", dependency.name, version(package)), Applicability::Safe, edits);
        }
        None if foreign => {
            finding.help("pin it to the version that the lockfile has");
        }
        None => {
            finding.help(format!("write a lockfile (`{lock}`), then pin it to the version it chose"));
            match (published, question) {
                // Nothing was locked yet, so this chooses a version that nobody has tried.
                (Some(highest), _) => {
                    finding.fix(
                        format!("Pin `{}` to {highest}, the highest that fits", dependency.name),
                        Applicability::Unsafe,
                        pinned,
                    );
                }
                (None, Some(question)) => {
                    let title = format!("Pin `{}` to the highest version that fits", dependency.name);
                    finding.pending(title, Applicability::Unsafe, [question]);
                }
                (None, None) => {}
            }
        }
    }
}

/// The question which versions there are of what is asked for.
fn versions(dependency: &Dependency, cx: &Cx<'_>) -> Option<Question> {
    let ecosystem = cx.ecosystem();
    let name: smol_str::SmolStr = ecosystem.normalized(cx.spec(dependency).name).into();
    let registry = cx.project.registries.registry_for(&name).ok()?.url.as_str().into();
    Some(Question::Versions { ecosystem, name, registry })
}

/// The highest published version that fits, if the registry was asked.
fn highest(question: &Question, range: &str, cx: &Cx<'_>) -> Option<String> {
    let versions = cx.workspace.facts.versions.get(question)?.as_ref().ok()?;
    versions::highest_match(cx.ecosystem(), range, versions.iter().map(|version| version.as_str())).map(str::to_owned)
}

/// Puts the exact version in the range's place, and leaves an alias's name and the quotes as they are.
fn pin(dependency: &Dependency, range: &str, exact: &str, cx: &Cx<'_>) -> Option<Vec<Edit>> {
    let spec = dependency.spec.as_str();
    if cx.document.slice(dependency.spec.span) != spec {
        // Escapes stand in it: nothing that a person wrote.
        return None;
    }
    let text = match spec.strip_prefix("npm:") {
        Some(alias) if range.is_empty() => format!("npm:{}@{exact}", alias.trim_end_matches('@')),
        Some(_) => format!("{}{exact}", spec.strip_suffix(range)?),
        None => versions::pinned(cx.ecosystem(), exact),
    };
    Some(vec![Edit::replace(dependency.spec.span, text)])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::*;
    use crate::analyze::analyze;
    use crate::facts::Question;

    #[test]
    fn without_a_lockfile_the_registry_is_asked_for_the_highest_that_fits() {
        let fixture = "//- /package.json\n{ \"dependencies\": { \"a\": \"^1.0.0\", \"b\": \"npm:real@~2.1.0\" } }\n";
        let mut workspace = workspace(fixture, |text| text.to_owned());
        let asked: Vec<Question> =
            analyze(&workspace).findings.into_iter().filter_map(|found| found.pending).flat_map(|found| found.questions).collect();
        assert_eq!(asked.len(), 2);
        for question in asked {
            let versions = ["1.0.0", "1.2.0", "2.1.0", "2.1.7", "2.2.0", "1.3.0-beta"].map(Into::into);
            workspace.facts.versions.insert(question, Ok(Arc::from(versions)));
        }
        let report = analyze(&workspace);
        let edits: Vec<_> = of_rule(&report, "unpinned-dependency")
            .iter()
            .flat_map(|found| &found.fixes)
            .flat_map(|fix| fix.edits.values().flatten())
            .map(|edit| edit.text.clone())
            .collect();
        assert_eq!(edits, ["1.2.0", "npm:real@2.1.7"]);
    }

    #[test]
    fn ranges_and_the_versions_they_were_locked_to() {
        check(
            "unpinned-dependency",
            r#"
//- /package.json
{
  "name": "@me/app",
  "dependencies": { "caret": "^1.0.0", "exact": "1.0.0", "alias": "npm:real@~2.0.0", "bare-alias": "npm:real", "empty": "", "tag": "latest", "é": "1.x", "unlocked": ">=1", "git": "owner/name", "member": "*", "undigested": "^1.0.0" },
  "peerDependencies": { "peer": "^1.0.0" },
  "overrides": { "x": "^1.0.0", "y": "$caret", "z": { "w": "2.0.0" } },
  "workspaces": ["packages/*"]
}
//- /package-lock.json
{
  "lockfileVersion": 3,
  "packages": {
    "": { "dependencies": { "caret": "^1.0.0", "exact": "1.0.0", "alias": "npm:real@~2.0.0", "bare-alias": "npm:real", "empty": "", "tag": "latest", "member": "*", "undigested": "^1.0.0" } },
    "node_modules/caret": { "version": "1.4.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/alias": { "name": "real", "version": "2.0.7", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/bare-alias": { "name": "real", "version": "2.1.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/empty": { "version": "3.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/tag": { "version": "4.0.0", "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==" },
    "node_modules/undigested": { "version": "1.2.0" },
    "node_modules/member": { "resolved": "packages/member", "link": true },
    "packages/member": { "version": "1.0.0" }
  }
}
"#,
            expect![[r#"
                warning package.json:3:31 [^1.0.0]
                  `caret` admits more than one version: `^1.0.0`; the lockfile has 1.4.0
                  fix (safe): Pin `caret` to 1.4.0
                    package.json: [^1.0.0] -> [1.4.0]
                warning package.json:3:68 [npm:real@~2.0.0]
                  `alias` admits more than one version: `npm:real@~2.0.0`; the lockfile has 2.0.7
                  fix (safe): Pin `alias` to 2.0.7
                    package.json: [npm:real@~2.0.0] -> [npm:real@2.0.7]
                warning package.json:3:101 [npm:real]
                  `bare-alias` admits more than one version: `npm:real`; the lockfile has 2.1.0
                  fix (safe): Pin `bare-alias` to 2.1.0
                    package.json: [npm:real] -> [npm:real@2.1.0]
                warning package.json:3:122 []
                  `empty` admits more than one version: any version; the lockfile has 3.0.0
                  fix (safe): Pin `empty` to 3.0.0
                    package.json: [] -> [3.0.0]
                warning package.json:3:133 [latest]
                  `tag` admits more than one version: `latest`; the lockfile has 4.0.0
                  fix (safe): Pin `tag` to 4.0.0
                    package.json: [latest] -> [4.0.0]
                error package.json:3:167 [>=1]
                  `unlocked` admits more than one version: `>=1`; no lockfile holds it to one
                  asks: Pin `unlocked` to the highest version that fits
                error package.json:3:224 [^1.0.0]
                  `undigested` admits more than one version: `^1.0.0`; the lockfile has 1.2.0
                  fix (safe): Pin `undigested` to 1.2.0
                    package.json: [^1.0.0] -> [1.2.0]
                warning package.json:5:24 [^1.0.0]
                  `x` admits more than one version: `^1.0.0`; an override holds only if it is exact
                  asks: Pin `x` to the highest version that fits
            "#]],
        );
    }

    #[test]
    fn requirements_are_pinned_by_themselves_a_lockfile_or_constraints() {
        check(
            "unpinned-dependency",
            r#"
//- /a/requirements.txt
exact==1.0
identical===1.0
range>=1.0,<2
wild==1.*
bare
extra[x] ; python_version < "3.12"
direct @ https://files.test/direct-1.0.zip
//- /b/requirements.txt
-c constraints.txt
bound>=1.0
free
//- /b/constraints.txt
bound==1.4
free<2
//- /c/requirements.in
bare
//- /d/requirements.txt
Locked>=1.0
//- /d/pylock.toml
lock-version = "1.0"
created-by = "x"
[[packages]]
name = "locked"
version = "1.7"
wheels = [{ url = "https://files.test/locked-1.7-py3-none-any.whl", hashes = { sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" } }]
"#,
            expect![[r#"
                error a/requirements.txt:3:6 [>=1.0,<2]
                  `range` admits more than one version: `>=1.0,<2`; no lockfile holds it to one
                  asks: Pin `range` to the highest version that fits
                error a/requirements.txt:4:5 [==1.*]
                  `wild` admits more than one version: `==1.*`; no lockfile holds it to one
                  asks: Pin `wild` to the highest version that fits
                error a/requirements.txt:5:1 [bare]
                  `bare` admits more than one version: any version; no lockfile holds it to one
                  asks: Pin `bare` to the highest version that fits
                error a/requirements.txt:6:1 [extra]
                  `extra` admits more than one version: any version; no lockfile holds it to one
                  asks: Pin `extra` to the highest version that fits
                warning b/requirements.txt:2:6 [>=1.0]
                  `bound` admits more than one version: `>=1.0`; the constraints hold it to 1.4
                  fix (safe): Pin `bound` to 1.4
                    b/requirements.txt: [>=1.0] -> [==1.4]
                error b/requirements.txt:3:1 [free]
                  `free` admits more than one version: any version; no lockfile holds it to one
                  asks: Pin `free` to the highest version that fits
                warning d/requirements.txt:1:7 [>=1.0]
                  `Locked` admits more than one version: `>=1.0`; the lockfile has 1.7
                  fix (safe): Pin `Locked` to 1.7
                    d/requirements.txt: [>=1.0] -> [==1.7]
            "#]],
        );
    }
}
