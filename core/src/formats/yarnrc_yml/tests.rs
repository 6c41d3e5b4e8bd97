use super::*;

fn read(text: &str) -> Parsed {
    parse(text)
}

#[test]
fn registries_and_credentials_are_bound_to_each_other() {
    let text = r#"
npmRegistryServer: "https://npm.corp.test"
npmAuthToken: "${TOKEN:-}"
npmScopes:
  corp:
    npmRegistryServer: "https://scope.corp.test"
    npmAuthIdent: "user:password"
  plain:
    npmAuthToken: abc
npmRegistries:
  "//third.test":
    npmAuthIdent: dXNlcjpwYXNzd29yZA==
    npmAlwaysAuth: true
"#;
    let settings = read(text).model.settings.unwrap();
    let registries: Vec<_> = settings.registries.iter().map(|named| (named.serves.clone(), named.url.as_str())).collect();
    assert_eq!(registries, [(Serves::Default, "https://npm.corp.test"), (Serves::Scope("corp".into()), "https://scope.corp.test")]);
    let bound: Vec<_> = settings.credentials.iter().map(|bound| (bound.registry.as_str(), bound.authorization.as_str())).collect();
    assert_eq!(
        bound,
        [
            ("https://npm.corp.test", "Bearer ${TOKEN:-}"),
            ("https://scope.corp.test", "Basic dXNlcjpwYXNzd29yZA=="),
            ("https://npm.corp.test", "Bearer abc"),
            ("https://third.test", "Basic dXNlcjpwYXNzd29yZA=="),
        ]
    );
}

#[test]
fn what_yarn_does_not_act_on_is_told() {
    for (text, expected) in [
        ("enableScript: false\n", Some("Yarn does not know `enableScript`")),
        ("npmMinimalAgeGate: 3 days\n", Some("`3 days` is no duration")),
        ("npmMinimalAgeGate: 3\n", Some("`3` is less than an hour")),
        ("npmMinimalAgeGate: 3d\n", None),
        ("npmMinimalAgeGate: 0\n", None),
        ("npmMinimalAgeGate: \"${GATE}\"\n", None),
        ("enableScripts: no\n", Some("`no` is neither")),
        ("enableScripts: \"false\"\n", None),
        ("checksumBehavior: warn\n", Some("`warn` is none of")),
        ("releaseTool:\n  ignoreChanges: [\"*.md\"]\n", None),
        ("", None),
        // Yarn 1.22.22 asked that registry, whatever `.npmrc` said.
        ("\"--registry\": https://evil.test/\n", Some("Yarn 1 takes `--registry` for a flag")),
    ] {
        let problems = read(text).problems;
        match expected {
            Some(start) => assert!(problems.iter().any(|problem| problem.message.starts_with(start)), "{text}: {problems:?}"),
            None => assert!(problems.is_empty(), "{text}: {problems:?}"),
        }
    }
}
