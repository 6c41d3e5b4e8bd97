use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> (Lockfile, Vec<Problem>) {
    let parsed = parse(text);
    (*parsed.model.lockfile.expect("a lockfile"), parsed.problems)
}

/// Every entry in a line, with what it leads to.
fn show(text: &str) -> String {
    let (lockfile, problems) = read(text);
    let mut shown = String::new();
    for (index, package) in lockfile.packages.iter().enumerate() {
        let registry = package.registry.as_ref().map(|registry| registry.as_str());
        let source = package.source.as_ref().map(|source| source.as_str()).or(registry).unwrap_or("-");
        let digest = package.integrity.digests.first().map_or("-", |digest| &digest.text[..4]);
        let _ = write!(shown, "{} {} {source} {digest} ->", package.key, package.kind.id());
        for (asked, target) in package.dependencies.iter().zip(lockfile.edges.of(index)) {
            let target = target.map_or("nothing", |target| lockfile.packages[target as usize].key.as_str());
            let _ = write!(shown, " [{}: {target}]", &text[asked.name.span.range()]);
        }
        shown.push('\n');
    }
    for problem in problems {
        let _ = writeln!(shown, "{:?}: {} [{}]", problem.kind, problem.message, &text[problem.span.range()]);
    }
    shown
}

const HEX: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn version_4_and_every_kind_of_source() {
    let text = format!(
        r#"version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = [
 "a 1.0.0",
 "a 2.0.0",
 "b",
 "c 1.0.0 (git+https://git.test/c?branch=main#0123456789012345678901234567890123456789)",
 "gone",
 "d 9.0.0",
]

[[package]]
name = "a"
version = "1.0.0"
source = "registry+https://index.test/git"
checksum = "{HEX}"

[[package]]
name = "a"
version = "2.0.0"
source = "sparse+https://index.test/"
checksum = "{HEX}"
dependencies = ["b"]

[[package]]
name = "b"
version = "1.0.0"
source = "registry+https://index.test/git"

[[package]]
name = "c"
version = "1.0.0"
source = "git+https://git.test/c?branch=main#0123456789012345678901234567890123456789"

[[package]]
name = "c"
version = "1.0.0"
source = "registry+https://index.test/git"
checksum = "{HEX}"

[[package]]
name = "d"
version = "1.0.0"
source = "odd"

[[patch.unused]]
name = "unused"
version = "1.0.0"
"#
    );
    expect_test::expect![[r#"
        app 0.1.0 workspace - - -> [a: a 1.0.0] [a: a 2.0.0] [b: b 1.0.0] [c: c 1.0.0] [gone: nothing] [d: nothing]
        a 1.0.0 registry https://index.test/git e3b0 ->
        a 2.0.0 registry https://index.test/ e3b0 -> [b: b 1.0.0]
        b 1.0.0 registry https://index.test/git - ->
        c 1.0.0 git git+https://git.test/c?branch=main#0123456789012345678901234567890123456789 - ->
        c 1.0.0 registry https://index.test/git e3b0 ->
        d 1.0.0 url odd - ->
    "#]]
    .assert_eq(&show(&text));
    let (lockfile, _) = read(&text);
    assert_eq!(lockfile.facts.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["unused 1.0.0"]);
}

#[test]
fn version_1_has_its_checksums_apart() {
    let text = format!(
        r#"[root]
name = "app"
version = "0.1.0"
dependencies = ["a 1.0.0 (registry+https://index.test/git)", "b 1.0.0"]

[[package]]
name = "a"
version = "1.0.0"
source = "registry+https://index.test/git"

[[package]]
name = "b"
version = "1.0.0"

[[package]]
name = "c"
version = "1.0.0"
source = "git+https://git.test/c#0123456789012345678901234567890123456789"

[metadata]
"checksum a 1.0.0 (registry+https://index.test/git)" = "{HEX}"
"checksum c 1.0.0 (git+https://git.test/c#0123456789012345678901234567890123456789)" = "<none>"
"other" = "1"
"#
    );
    expect_test::expect![[r#"
        app 0.1.0 workspace - - -> [a: a 1.0.0] [b: b 1.0.0]
        a 1.0.0 registry https://index.test/git e3b0 ->
        b 1.0.0 workspace - - ->
        c 1.0.0 git git+https://git.test/c#0123456789012345678901234567890123456789 - ->
    "#]]
    .assert_eq(&show(&text));
    let mixed = text.replacen("version = \"1.0.0\"\n", &format!("version = \"1.0.0\"\nchecksum = \"{HEX}\"\n"), 1);
    expect_test::expect![[r#"
        app 0.1.0 workspace - - -> [a: a 1.0.0] [b: b 1.0.0]
        a 1.0.0 registry https://index.test/git e3b0 ->
        b 1.0.0 workspace - - ->
        c 1.0.0 git git+https://git.test/c#0123456789012345678901234567890123456789 - ->
        Inconsistent: checksums of version 1 in a lockfile of a later version: Cargo drops every checksum in the file [metadata]
        "checksum a 1.0.0 (registry+https://index.test/git)"]
    "#]]
    .assert_eq(&show(&mixed));
}

#[test]
fn unknown_versions_are_told() {
    for version in ["1", "2", "5", "\"4\"", "4.0"] {
        let (_, problems) = read(&format!("version = {version}\n"));
        assert_eq!(problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::UnknownVersion], "{version}");
    }
}

#[test]
fn a_checksum_is_written_where_cargo_would_write_it() {
    let text = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+https://index.test/\"\ndependencies = [\n \"b\",\n]\n";
    let document = Document::parse(crate::path::RelPath::new("Cargo.lock"), &FORMAT, text.as_bytes().to_vec());
    let package = &document.lockfile().unwrap().packages[0];
    let edits = hold(&document, package, Proven { digests: &[format!("sha256:{HEX}").into()], files: &[] }).unwrap();
    let held = crate::text::apply(text, &edits).unwrap();
    assert_eq!(held, text.replace("index.test/\"\n", &format!("index.test/\"\nchecksum = \"{HEX}\"\n")));
    let base64 = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert_eq!(hold(&document, package, Proven { digests: &[base64.into()], files: &[] }), Some(edits));
}

proptest! {
    #[test]
    fn mutilated_text_is_read_all_the_same(cut in 0usize..600, junk in "[\\[\\]\"=a-c\n]{0,8}") {
        let text = format!("version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+https://index.test/\"\nchecksum = \"{HEX}\"\ndependencies = [\"b 1 (x)\", \"a\"]\n[metadata]\n\"checksum a 1.0.0 (x+y)\" = \"<none>\"\n");
        let cut = cut.min(text.len());
        let text = format!("{}{junk}{}", &text[..cut], &text[cut..]);
        let (lockfile, problems) = read(&text);
        for package in &lockfile.packages {
            prop_assert!(text.get(package.span.range()).is_some() && text.get(package.key.span.range()).is_some());
        }
        for problem in problems {
            prop_assert!(text.get(problem.span.range()).is_some());
        }
    }
}
