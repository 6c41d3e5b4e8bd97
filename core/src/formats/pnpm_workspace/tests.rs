use super::*;
use crate::model::ProblemKind;

fn read(text: &str) -> (Manifest, Settings, Vec<(ProblemKind, String)>) {
    let parsed = parse(text);
    let problems = parsed.problems.iter().map(|problem| (problem.kind, problem.message.clone())).collect();
    (*parsed.model.manifest.unwrap(), *parsed.model.settings.unwrap(), problems)
}

#[test]
fn members_catalogs_overrides_and_permissions() {
    let (manifest, settings, problems) = read(
        "packages:
  - packages/*
  - '!**/test'
catalog:
  é: ^1.0.0
catalogs:
  old: {b: ~2.0.0}
overrides:
  'parent>@s/n@2': ^3.0.0
  gone: '-'
  c: $c
patchedDependencies:
  a@1.0.0: patches/a.patch
ignoredOptionalDependencies: [f]
allowBuilds: {esbuild: true, core-js@3.0.0: false, undecided: ask}
onlyBuiltDependencies: [only]
neverBuiltDependencies: [never]
registries:
  default: https://npm.corp.test/
  '@corp': https://corp.test/
",
    );
    assert_eq!(problems, []);
    let asked: Vec<_> = manifest
        .dependencies
        .iter()
        .map(|asked| {
            let condition = asked.condition.as_ref().map_or("", |condition| condition.as_str());
            (asked.name.as_str(), asked.spec.as_str(), asked.group, condition)
        })
        .collect();
    assert_eq!(
        asked,
        [
            ("é", "^1.0.0", Group::Catalog, "catalog:"),
            ("b", "~2.0.0", Group::Catalog, "catalog:old"),
            ("@s/n", "^3.0.0", Group::Override, ""),
            ("c", "$c", Group::Override, ""),
        ]
    );
    let permissions: Vec<_> = manifest.script_permissions.iter().map(|one| (one.package.as_str(), one.allowed.value)).collect();
    assert_eq!(permissions, [("esbuild", true), ("core-js@3.0.0", false), ("only", true), ("never", false)]);
    assert_eq!(manifest.workspaces.len(), 2);
    assert_eq!(settings.registries.len(), 2);
    let facts: Vec<_> = manifest.facts.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(facts, ["override parent>@s/n@2", "override gone", "override c", "patch a@1.0.0", "ignored f"]);
}

#[test]
fn what_does_nothing_or_is_refused() {
    let messages = |text: &str| read(text).2.into_iter().map(|(_, message)| message).collect::<Vec<_>>();
    assert_eq!(
        messages("save-exact: true\nminimumReleaseAge: 3\n"),
        [
            "pnpm does not know `save-exact`, and passes it over; it is written `saveExact`",
            "`minimumReleaseAge` is in minutes: 3 is 3 minutes",
        ]
    );
    assert_eq!(messages("minimumReleaseAge: 259200\n"), ["`minimumReleaseAge` is in minutes: 259200 is 180 days"]);
    assert_eq!(messages("minimumReleaseAge: 3d\n").len(), 1);
    for good in ["0", "60", "1440", "4320", "10080", "20160"] {
        assert_eq!(messages(&format!("minimumReleaseAge: {good}\nfooBar: 1\n")), [""; 0], "{good}");
    }
    for bad in ["catalog: {a: {}}\n", "catalog: [a]\n", "catalogs: 5\n", "catalogs: [a]\n", "catalogs: {x: [a]}\n"] {
        assert_eq!(read(bad).2.iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), [ProblemKind::Syntax], "{bad}");
    }
    assert_eq!(messages("catalogs:\ncatalog:\npackages:\n"), [""; 0]);
}
