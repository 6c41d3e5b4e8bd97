use super::*;
use crate::document::Document;
use crate::formats::Proven;
use crate::model::SourceKind;
use crate::path::RelPath;
use crate::text::apply;

const DIGEST: &str = "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA==";

fn read(text: &str) -> (Lockfile, Vec<Problem>) {
    let parsed = parse(text);
    (*parsed.model.lockfile.unwrap(), parsed.problems)
}

fn every_shape() -> String {
    r#"{
  // Comments are allowed.
  "lockfileVersion": 2,
  "configVersion": 1,
  "workspaces": {
    "": {
      "name": "lab",
      "dependencies": { "a": "workspace:*", "al": "npm:real@^1.0.0", "dir": "file:lib", "tar": "https://files.test/tar.tgz", "is-even": "catalog:old", },
      "devDependencies": { "only-dev": "1.0.0", },
      "optionalDependencies": { "maybe": "^2.0.0", },
      "peerDependencies": { "peer": "*" },
      "optionalPeers": ["peer"],
    },
    "packages/a": { "name": "a", "version": "1.0.0", "dependencies": { "deep": "1.0.0", }, },
  },
  "trustedDependencies": ["maybe", "is-even",],
  "patchedDependencies": { "deep@1.0.0": "patches/deep.patch", },
  "overrides": { "deep": "1.0.0", "x": { ".": "2.0.0" }, },
  "catalog": { "deep": "^1.0.0", },
  "catalogs": { "old": { "is-even": "~1.0.0", }, },
  "packages": {
    "@s/n": ["@s/n@3.0.0", "https://npm.corp.test/@s/n/-/n-3.0.0.tgz", { "os": ["linux", "darwin"], "bin": { "n": "n.js" } }, "DIGEST"],

    "a": ["a@workspace:packages/a"],

    "al": ["real@1.3.0", "", { "dependencies": { "deep": "^2.0.0", "@s/n": "^3.0.0" }, "hasInstallScript": true }, "DIGEST"],

    "dir": ["libdir@file:lib", { "dependencies": { "deep": "^2.0.0" } }],

    "git": ["git@github:owner/name#0123456", {}, "owner-name-0123456", "DIGEST"],

    "git-plain": ["git-plain@git+https://host.test/x.git#0123456789012345678901234567890123456789", {}, "0123456789012345678901234567890123456789"],

    "local": ["is-number@vendor/is-number-7.0.0.tgz", {}, "DIGEST"],

    "link": ["link@link:../é", {}],

    "maybe": ["maybe@2.0.0", "", { "bundled": true }, ""],

    "only-dev": ["only-dev@1.0.0", "", { "peerDependencies": { "peer": "*", "other": "*" }, "optionalPeers": ["peer"] }, "DIGEST"],

    "self": ["lab@root:", { "bin": "x.js" }],

    "tar": ["tar@https://files.test/tar.tgz", {}, "DIGEST"],

    "deep": ["deep@2.0.0", "", {}, "DIGEST"],

    "a/deep": ["deep@1.0.0", "", {}, "DIGEST"],

    "al/@s/n": ["@s/n@3.1.0", "", { "dependencies": { "deep": "*" } }, "DIGEST"],
  }
}
"#
    .replace("DIGEST", DIGEST)
}

#[test]
fn every_shape_of_an_entry_is_told() {
    let text = every_shape();
    let (lockfile, problems) = read(&text);
    assert_eq!(problems, []);
    let found: Vec<_> = lockfile
        .packages
        .iter()
        .map(|package| {
            let version = package.version.as_ref().map(|version| version.as_str());
            let source = package.source.as_ref().map(|source| source.as_str());
            (package.key.as_str(), package.name.as_str(), version, package.kind, source, package.integrity.digests.len())
        })
        .collect();
    let commit = "git+https://host.test/x.git#0123456789012345678901234567890123456789";
    assert_eq!(
        found,
        [
            ("@s/n", "@s/n", Some("3.0.0"), SourceKind::Registry, Some("https://npm.corp.test/@s/n/-/n-3.0.0.tgz"), 1),
            ("a", "a", None, SourceKind::Workspace, Some("packages/a"), 0),
            ("al", "real", Some("1.3.0"), SourceKind::Registry, None, 1),
            ("dir", "libdir", None, SourceKind::File, Some("file:lib"), 0),
            ("git", "git", None, SourceKind::Git, Some("github:owner/name#0123456"), 1),
            ("git-plain", "git-plain", None, SourceKind::Git, Some(commit), 0),
            ("local", "is-number", None, SourceKind::File, Some("vendor/is-number-7.0.0.tgz"), 1),
            ("link", "link", None, SourceKind::Link, Some("../é"), 0),
            ("maybe", "maybe", Some("2.0.0"), SourceKind::Bundled, None, 0),
            ("only-dev", "only-dev", Some("1.0.0"), SourceKind::Registry, None, 1),
            ("self", "lab", None, SourceKind::Workspace, Some(""), 0),
            ("tar", "tar", None, SourceKind::Url, Some("https://files.test/tar.tgz"), 1),
            ("deep", "deep", Some("2.0.0"), SourceKind::Registry, None, 1),
            ("a/deep", "deep", Some("1.0.0"), SourceKind::Registry, None, 1),
            ("al/@s/n", "@s/n", Some("3.1.0"), SourceKind::Registry, None, 1),
        ]
    );
    let slice = |span: Span| &text[span.range()];
    assert_eq!(slice(lockfile.packages[7].source.as_ref().unwrap().span), "../é");
    assert_eq!(slice(lockfile.packages[2].version.as_ref().unwrap().span), "1.3.0");
    assert_eq!(slice(lockfile.packages[2].install_script_span.unwrap()), "\"hasInstallScript\": true");
    assert_eq!((lockfile.packages[2].install_script, lockfile.packages[0].install_script), (Some(true), None));
    assert_eq!(lockfile.packages[2].alias.as_deref(), Some("al"));
    assert_eq!(lockfile.packages[9].dependencies[0].group, Group::OptionalPeer);
}

#[test]
fn dependencies_lead_along_the_paths_of_names() {
    let (lockfile, _) = read(&every_shape());
    let key = |target: &Option<u32>| target.map(|index| lockfile.packages[index as usize].key.as_str());
    assert_eq!(lockfile.edges.of(2).iter().map(key).collect::<Vec<_>>(), [Some("deep"), Some("al/@s/n")]);
    assert_eq!(lockfile.edges.of(14).iter().map(key).collect::<Vec<_>>(), [Some("deep")]);
    assert_eq!(lockfile.importers[1].targets.iter().map(key).collect::<Vec<_>>(), [Some("a/deep")]);
    let root: Vec<_> = lockfile.importers[0].targets.iter().map(key).collect();
    assert_eq!(root, [Some("a"), Some("al"), Some("dir"), Some("tar"), None, Some("only-dev"), Some("maybe"), None]);
    let marked = |wanted: fn(&crate::model::Package) -> bool| -> Vec<&str> {
        lockfile.packages.iter().filter(|package| wanted(package)).map(|package| package.key.as_str()).collect()
    };
    assert_eq!(marked(|package| package.dev), ["only-dev"]);
    assert_eq!(marked(|package| package.optional), ["maybe"]);
}

#[test]
fn what_the_manifest_is_compared_with() {
    let (lockfile, _) = read(&every_shape());
    let facts: Vec<_> = lockfile.facts.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("trustedDependencies", ""),
            ("trusted maybe", "maybe"),
            ("trusted is-even", "is-even"),
            ("patch deep@1.0.0", "patches/deep.patch"),
            ("override deep", "1.0.0"),
            ("override x", r#"{ ".": "2.0.0" }"#),
            ("catalog: deep", "^1.0.0"),
            ("catalog:old is-even", "~1.0.0"),
        ]
    );
}

#[test]
fn what_bun_refuses_is_a_problem() {
    let (lockfile, problems) = read(
        r#"{"lockfileVersion": 4, "workspaces": {"": {}}, "packages": {"a": [], "b": {}, "c": ["c"], "d": ["d@1.0.0"], "e": ["e@1.0.0", "", {}, 3]}}"#,
    );
    let found: Vec<_> = problems.iter().map(|problem| (problem.kind, problem.span.start)).collect();
    assert_eq!(
        found,
        [
            (ProblemKind::UnknownVersion, 1),
            (ProblemKind::Syntax, 65),
            (ProblemKind::Syntax, 74),
            (ProblemKind::Syntax, 84),
            (ProblemKind::Syntax, 95),
        ]
    );
    assert_eq!(lockfile.packages.len(), 2);
    assert!(lockfile.packages[1].integrity.field.is_some());
    assert_eq!(read("{}").1.len(), 1);
    assert_eq!(read(r#"{"lockfileVersion": 1, "packages": []}"#).1.len(), 1);
}

#[test]
fn a_digest_is_put_where_bun_looks_for_it() {
    let text = every_shape();
    let document = Document::parse_text(RelPath::new("bun.lock"), &FORMAT, std::sync::Arc::new(text.clone()));
    let lockfile = document.lockfile().unwrap();
    for package in lockfile.packages.iter().filter(|package| !matches!(package.kind, SourceKind::Workspace)) {
        let digest = "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==";
        let edits = (FORMAT.hold)(&document, package, Proven { digests: &[digest.into()], files: &[] }).unwrap();
        let (held, problems) = read(&apply(&text, &edits).unwrap());
        let again = held.packages.iter().find(|other| other.key.value == package.key.value).unwrap();
        assert_eq!((problems.len(), again.integrity.digests[0].text.as_str()), (0, digest), "{}", package.key);
        assert_eq!((again.kind, &again.dependencies.len()), (package.kind, &package.dependencies.len()));
    }
}

#[test]
fn a_text_cut_off_anywhere_is_read_as_far_as_it_goes() {
    let text = every_shape();
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        let (lockfile, problems) = read(&text[..end]);
        assert!(!problems.is_empty() || text[end..].trim().is_empty());
        assert!(lockfile.packages.iter().all(|package| package.span.end as usize <= end && package.key.span.end as usize <= end));
    }
}
