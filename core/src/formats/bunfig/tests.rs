use super::*;
use crate::model::ProblemKind;
use crate::registries::Serves;

fn read(text: &str) -> (Settings, Vec<String>) {
    let parsed = parse(text);
    let messages = parsed.problems.iter().filter(|problem| problem.kind == ProblemKind::Ineffective);
    (*parsed.model.settings.unwrap(), messages.map(|problem| problem.message.clone()).collect())
}

#[test]
fn registries_and_credentials_in_every_form() {
    let (settings, problems) = read(
        r#"
[install]
registry = "https://user:secret@npm.corp.test/npm/"
[install.scopes]
corp = "https://corp.test/"
"@token" = { url = "https://token.test/", token = "$CORP_TOKEN" }
"@pair" = { url = "https://pair.test", username = "me", password = "secret" }
"@reference" = { url = "$REGISTRY", username = "me", password = "$PASSWORD" }
"@default" = { token = "only" }
"#,
    );
    assert_eq!(problems, [""; 0]);
    let registries: Vec<_> = settings.registries.iter().map(|registry| (registry.serves.clone(), registry.url.as_str())).collect();
    let scope = |name: &str| Serves::Scope(name.into());
    assert_eq!(
        registries,
        [
            (Serves::Default, "https://npm.corp.test/npm/"),
            (scope("corp"), "https://corp.test/"),
            (scope("token"), "https://token.test/"),
            (scope("pair"), "https://pair.test"),
            (scope("reference"), "${REGISTRY}"),
        ]
    );
    let credentials: Vec<_> =
        settings.credentials.iter().map(|bound| (bound.registry.as_str(), bound.authorization.as_str())).collect();
    assert_eq!(
        credentials,
        [
            ("https://npm.corp.test/npm/", "Basic dXNlcjpzZWNyZXQ="),
            ("https://token.test/", "Bearer ${CORP_TOKEN}"),
            ("https://pair.test", "Basic bWU6c2VjcmV0"),
        ]
    );
}

#[test]
fn what_reads_as_protection_and_is_none() {
    let (_, problems) = read("exact = true\n[install]\nfrozen-lockfile = true\nminimumReleaseAge = 4320\n");
    assert_eq!(
        problems,
        [
            "Bun reads `exact` under `[install]` only: here it does nothing",
            "Bun does not know `frozen-lockfile`; it is written `frozenLockfile`",
            "`minimumReleaseAge` is in seconds: 4320 is 72 minutes",
        ]
    );
    assert_eq!(read("[install]\nminimumReleaseAge = \"3d\"\n").1.len(), 1);
    assert_eq!(read("[install]\nminimumReleaseAge = 3\n").1.len(), 1);
    for good in ["86400", "259200", "604_800", "0", "3600", "86400.5"] {
        assert_eq!(read(&format!("[install]\nminimumReleaseAge = {good}\n")).1, [""; 0], "{good}");
    }
    assert_eq!(read("[test]\ncoverage = true\nexact = 1\n[run]\nshell = 'bun'\n").1, [""; 0]);
}
