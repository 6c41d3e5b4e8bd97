//! Files as no manager writes them: bytes changed, cut out, doubled and moved, in every format at once. No check panics, every finding stands in
//! a text that is there, and what is repaired stays as it is.

use proptest::prelude::*;

use crate::analyze::analyze;
use crate::finding::Applicability;
use crate::path::RelPath;
use crate::repair::repair;
use crate::rules::by_id;
use crate::workspace::Workspace;

const FILES: [(&str, &str); 9] = [
    (
        "package.json",
        r#"{"name": "app", "private": true, "workspaces": ["packages/*"], "dependencies": {"a": "^1.0.0", "é": "npm:@s/b@~2", "g": "o/r#main"},
  "overrides": {"a": {".": "1.0.0", "x": "$a"}}, "allowScripts": {"a@1.0.0": true}, "packageManager": "npm@11.0.0"}"#,
    ),
    (
        "packages/m/package.json",
        r#"{"name": "m", "version": "1.0.0", "dependencies": {"app": "*", "a": ""}, "bundleDependencies": true}"#,
    ),
    (
        "package-lock.json",
        r#"{"lockfileVersion": 2, "packages": {"": {"dependencies": {"a": "^1.0.0"}, "bundleDependencies": ["a"]},
  "node_modules/a": {"version": "1.2.0", "resolved": "https://npm.corp.test/a/-/a-1.2.0.tgz", "integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= sha512-x",
    "hasInstallScript": true, "dependencies": {"b": "1"}, "bundleDependencies": ["b"], "deprecated": "old \u00e9"},
  "node_modules/a/node_modules/b": {"version": "2.0.0", "inBundle": true},
  "node_modules/m": {"resolved": "packages/m", "link": true}, "packages/m": {"version": "1.0.0", "peerDependencies": {"a": ">=2"}}},
 "dependencies": {"a": {"version": "npm:c@1.2.0", "requires": {"b": "1"}, "dependencies": {"b": {"version": "file:../b", "bundled": true}}}}}"#,
    ),
    (
        ".npmrc",
        "registry=http://npm.corp.test/\n@s:registry = https://s.test/\n//npm.corp.test/:_authToken=abc\n_auth = ${X}\nstrict-ssl=false\nignore-scripts\n; é\n",
    ),
    (
        "requirements.txt",
        "-r base-requirements.txt\n-c x-constraints.txt\n--extra-index-url http://one.test/ --pre\n--trusted-host one.test\na==1.0 \\\n  --hash=sha256:ab \\\n    --hash=md5:x  # via -r requirements.in\nb[x]>=1,<2 ; os_name == 'nt'\n-e git+https://g.test/c.git@main#egg=c\nd @ https://u:p@f.test/d.zip#sha256=ab\n./e\n",
    ),
    ("requirements.in", "-c x-constraints.txt\na>=2\nb\nz ; extra == 'é'\n"),
    (
        "pylock.toml",
        "lock-version = \"1.0\"\ncreated-by = \"é\"\n[[packages]]\nname = \"a\"\nversion = \"1.0\"\nindex = \"https://one.test/\"\nsdist = { url = \"http://f.test/a-1.0.tar.gz\", size = 3, hashes = { sha256 = \"ab\" } }\n[[packages]]\nname = \"b\"\nvcs = { type = \"git\", url = \"https://g.test/b\", commit-id = \"0\" }\n",
    ),
    (
        "pip.conf",
        "[global]\nindex-url = http://u:p@one.test/\nextra_index-url =\n  https://two.test/\n  https://three.test/ x\ntrusted-host: one.test\n[Install]\nrequire-hash = 1\n; é\n[freeze]\npre = on\n",
    ),
    (
        "provender.toml",
        "[internal]\nscopes = [\"@s\"]\n[rules]\nweak-integrity = \"error\"\n[[exception]]\nrule = \"missing-integrity\"\nreason = \"é\"\nexpires = 2030-01-01\n",
    ),
];

/// One change of a text: where, how many bytes go, and which come in their place.
type Blow = (usize, prop::sample::Index, usize, Vec<u8>);

fn blow() -> impl Strategy<Value = Blow> {
    let token = prop::sample::select(vec![
        &b"\""[..],
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\\",
        b"\\u00e9",
        b"\\ud800",
        b"\n",
        b"\r\n",
        b"\t",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"null",
        b"true",
        b"1e999",
        b"-",
        b"node_modules/",
        b"../",
        b"file:",
        b"npm:",
        b"git+ssh://",
        b"https://",
        b"@",
        b"#",
        b"%2e",
        b"\xf0\x9f\x98\x80",
        b"sha512-",
        b"=",
        b"${",
        b"<<<<<<< HEAD\n",
        b"\"a\": \"1.0.0\", ",
    ]);
    let bytes = prop_oneof![4 => token.prop_map(<[u8]>::to_vec), 1 => prop::collection::vec(any::<u8>(), 0..6)];
    (0..FILES.len(), any::<prop::sample::Index>(), 0..12usize, bytes)
}

fn battered(blows: &[Blow]) -> Workspace {
    let mut texts: Vec<Vec<u8>> = FILES.iter().map(|(_, text)| text.as_bytes().to_vec()).collect();
    for (file, at, gone, put) in blows {
        let text = &mut texts[*file];
        let start = at.index(text.len() + 1);
        let end = (start + gone).min(text.len());
        text.splice(start..end, put.iter().copied());
    }
    let mut workspace = Workspace::default();
    for ((path, _), text) in FILES.iter().zip(texts) {
        assert!(workspace.set(RelPath::new(path), text));
    }
    workspace
}

fn holds(workspace: &Workspace) -> Result<(), TestCaseError> {
    let report = analyze(workspace);
    for found in report.findings.iter().chain(&report.excepted) {
        prop_assert!(found.rule.id != "internal-error", "{}: {}", found.path, found.message);
        let document = workspace.get(&found.path);
        let there = document.is_some_and(|document| document.text.get(found.span.range()).is_some());
        prop_assert!(there, "`{}` stands at no place of {}", found.message, found.path);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_check_panics_and_every_finding_has_a_place(blows in prop::collection::vec(blow(), 1..8), former in prop::collection::vec(blow(), 0..3)) {
        let mut workspace = battered(&blows);
        holds(&workspace)?;
        workspace.base = Some(std::sync::Arc::new(battered(&former)));
        holds(&workspace)?;
    }

    #[test]
    fn what_is_repaired_stays_as_it_is(blows in prop::collection::vec(blow(), 0..4), all in any::<bool>()) {
        let mut workspace = battered(&blows);
        let applicability = if all { Applicability::Unsafe } else { Applicability::Safe };
        let first = repair(&workspace, applicability, None);
        for (path, text) in first {
            workspace.set(path, text.into_bytes());
        }
        let second = repair(&workspace, applicability, None);
        prop_assert!(second.is_empty(), "{second:?}");
        holds(&workspace)?;
    }
}

#[test]
fn the_files_have_much_to_say_before_anything_is_changed() {
    let found: std::collections::BTreeSet<_> = analyze(&battered(&[])).findings.iter().map(|found| found.rule.id).collect();
    assert!(found.len() >= 15, "{found:?}");
    assert!(found.iter().all(|id| by_id(id).is_some()));
}
