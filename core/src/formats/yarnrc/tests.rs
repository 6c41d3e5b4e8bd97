use super::*;

fn read(text: &str) -> (Settings, Vec<String>) {
    let parsed = parse(text);
    let problems = parsed.problems.iter().map(|problem| format!("{:?} [{}]", problem.kind, &text[problem.span.range()]));
    (*parsed.model.settings.unwrap(), problems.collect())
}

fn said(text: &str) -> Vec<String> {
    read(text).0.entries.iter().map(|entry| format!("{}={}", entry.key, entry.value)).collect()
}

#[test]
fn values_are_what_yarn_takes_them_for() {
    // Each was given to Yarn 1.22.22, and a package's install script left its trace or did not.
    for (text, expected) in [
        ("ignore-scripts true", "ignore-scripts=true"),
        ("ignore-scripts \"false\"", "ignore-scripts=true"),
        ("ignore-scripts yes", "ignore-scripts=true"),
        ("ignore-scripts 1", "ignore-scripts=true"),
        ("ignore-scripts 0", "ignore-scripts=false"),
        ("ignore-scripts \"\"", "ignore-scripts=false"),
        ("--ignore-scripts true", "--ignore-scripts=true"),
        ("--ignore-scripts \"true\"", "--ignore-scripts=false"),
        ("--install.ignore-scripts true", "--ignore-scripts=true"),
        ("\"--*.ignore-scripts\" true", "--ignore-scripts=true"),
        ("--add.ignore-scripts true", "--add.ignore-scripts=true"),
        // In YAML, every value is a text.
        ("a: http://x.test\nignore-scripts: false", "ignore-scripts=true"),
        ("a: http://x.test\n--ignore-scripts: true", "--ignore-scripts=false"),
    ] {
        assert_eq!(said(text).last().map(String::as_str), Some(expected), "{text}");
    }
}

#[test]
fn registries_are_those_that_yarn_asks() {
    let text = r#"registry "https://npm.corp.test/"
"@corp:registry" "https://corp.test/"
--install.registry "https://flag.test/"
--add.registry "https://add.test/"
"@a/b:registry" "https://no.test/"
"#;
    let (settings, problems) = read(text);
    assert_eq!(problems, [""; 0]);
    let named: Vec<_> = settings.registries.iter().map(|one| (one.serves.clone(), one.url.as_str(), one.yields)).collect();
    assert_eq!(
        named,
        [
            (Serves::Default, "https://npm.corp.test/", true),
            (Serves::Scope("corp".into()), "https://corp.test/", true),
            (Serves::Default, "https://flag.test/", false),
        ]
    );
    // As YAML, and not at all.
    assert_eq!(read("registry: https://npm.corp.test/\n").0.registries[0].url.value, "https://npm.corp.test/");
    let (unread, problems) = read("registry \"https://a.test\"\nb https://b.test\n");
    assert_eq!((unread.registries.len(), problems), (0, vec!["Syntax [:]".to_owned()]));
}

#[test]
fn a_later_yarn_is_known_by_its_path() {
    for (path, runs) in [
        (".yarn/releases/yarn-berry.cjs", Some(Manager::Berry)),
        (".yarn/releases/yarn-3.6.1.cjs", Some(Manager::Berry)),
        (".yarn/releases/yarn-1.22.19.cjs", None),
        ("bin/own.js", None),
    ] {
        assert_eq!(read(&format!("yarn-path \"{path}\"\n")).0.runs, runs, "{path}");
    }
}
