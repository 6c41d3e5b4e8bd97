use super::*;

fn read(text: &str) -> (Lockfile, Vec<Problem>) {
    let parsed = parse(text);
    (*parsed.model.lockfile.unwrap(), parsed.problems)
}

const DIGEST: &str = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=";

#[test]
fn the_flat_form_tells_every_kind() {
    let text = format!(
        r#"{{"lockfileVersion": 3, "packages": {{
            "": {{"name": "root", "workspaces": ["packages/*"], "dependencies": {{"a": "^1.0.0", "al": "npm:real@2.0.0"}}}},
            "node_modules/a": {{"version": "1.0.0", "resolved": "https://npm.corp.test/a/-/a-1.0.0.tgz", "integrity": "{DIGEST} sha512-x",
                "hasInstallScript": true, "bundleDependencies": ["b"], "dependencies": {{"b": "1.0.0", "missing": "1"}}}},
            "node_modules/a/node_modules/b": {{"version": "1.0.0", "inBundle": true}},
            "node_modules/al": {{"name": "real", "version": "2.0.0", "dev": true}},
            "node_modules/g": {{"version": "1.0.0", "resolved": "git+ssh://git@host.test/g.git#0123456789012345678901234567890123456789"}},
            "node_modules/u": {{"version": "1.0.0", "resolved": "https://files.test/archive/u.tar.gz"}},
            "node_modules/f": {{"version": "1.0.0", "resolved": "file:../f.tgz", "optional": true}},
            "node_modules/@s/m": {{"resolved": "packages/m", "link": true}},
            "packages/m": {{"name": "@s/m", "version": "0.1.0", "dependencies": {{"a": "^1.0.0"}}, "deprecated": "old \u00e9"}}
        }}}}"#
    );
    let (lockfile, problems) = read(&text);
    assert_eq!(problems, []);
    let found: Vec<_> = lockfile.packages.iter().map(|package| (package.name.as_str(), package.kind)).collect();
    assert_eq!(
        found,
        [
            ("a", SourceKind::Registry),
            ("b", SourceKind::Bundled),
            ("real", SourceKind::Registry),
            ("g", SourceKind::Git),
            ("u", SourceKind::Url),
            ("f", SourceKind::File),
            ("@s/m", SourceKind::Link),
            ("@s/m", SourceKind::Workspace),
        ]
    );
    let slice = |span: crate::text::Span| &text[span.range()];
    assert_eq!(lockfile.packages[2].alias.as_deref(), Some("al"));
    assert_eq!(slice(lockfile.packages[6].name.span), "@s/m");
    assert_eq!(slice(lockfile.packages[0].integrity.digests[1].text.span), "sha512-x");
    assert_eq!(lockfile.edges.of(0), [Some(1), None]);
    assert_eq!(lockfile.importers.iter().map(|importer| &*importer.path).collect::<Vec<_>>(), ["", "packages/m"]);
    assert_eq!(lockfile.importers[0].targets, [Some(0), Some(2)]);
    assert_eq!(lockfile.importers[1].targets, [Some(0)]);
    assert_eq!(lockfile.packages[7].deprecated.as_ref().unwrap().as_str(), "old é");
}

#[test]
fn the_nested_form_is_brought_into_install_paths() {
    let text = r#"{"lockfileVersion": 1, "requires": true, "dependencies": {
        "a": {"version": "1.0.0", "resolved": false, "requires": {"b": "2"}, "dependencies": {
            "b": {"version": "https://npm.corp.test/b/-/b-2.0.0.tgz", "bundled": false}}},
        "al": {"version": "npm:@s/real@3.0.0"},
        "g": {"version": "github:o/r#0123456789012345678901234567890123456789", "from": "github:o/r"}}}"#;
    let (lockfile, problems) = read(text);
    assert_eq!(problems, []);
    let found: Vec<_> = lockfile
        .packages
        .iter()
        .map(|package| (package.key.as_str(), package.name.as_str(), package.version.as_ref().map(|version| version.as_str())))
        .collect();
    assert_eq!(
        found,
        [
            ("node_modules/a", "a", Some("1.0.0")),
            ("node_modules/a/node_modules/b", "b", Some("2.0.0")),
            ("node_modules/al", "@s/real", Some("3.0.0")),
            ("node_modules/g", "g", None),
        ]
    );
    assert_eq!(&text[lockfile.packages[1].version.as_ref().unwrap().span.range()], "2.0.0");
    assert_eq!(lockfile.packages[3].kind, SourceKind::Git);
    assert_eq!(lockfile.edges.of(0), [Some(1)]);
}

#[test]
fn two_trees_that_disagree_are_a_problem() {
    let text = r#"{"lockfileVersion": 2,
        "packages": {"node_modules/a": {"version": "1.0.0", "resolved": "https://npm.corp.test/a/-/a-1.0.0.tgz"}},
        "dependencies": {"a": {"version": "1.0.0", "resolved": "https://evil.test/a/-/a-1.0.0.tgz"}, "b": {"version": "1.0.0"}}}"#;
    let (_, problems) = read(text);
    let found: Vec<_> = problems.iter().map(|problem| (problem.kind, &text[problem.span.range()])).collect();
    assert_eq!(found, [(ProblemKind::Inconsistent, "https://evil.test/a/-/a-1.0.0.tgz"), (ProblemKind::Inconsistent, "b")]);
}

#[test]
fn versions_that_are_not_known_do_not_pass_unseen() {
    for text in [r#"{"lockfileVersion": 4}"#, r#"{"lockfileVersion": "3"}"#, r#"{"lockfileVersion": null}"#] {
        assert_eq!(read(text).1[0].kind, ProblemKind::UnknownVersion, "{text}");
    }
    assert_eq!(read("{}").1, []);
}

#[test]
fn depth_without_end_takes_no_memory_without_end() {
    let text = r#"{"dependencies":{"a":"#.repeat(50_000);
    let (lockfile, problems) = read(&text);
    assert_eq!(lockfile.packages.len(), MAX_SEEN);
    assert!(problems.iter().any(|problem| problem.message.contains("nested more than")));
}

/// The limit of `tree.rs`, and not one entry more.
const MAX_SEEN: usize = 256;
