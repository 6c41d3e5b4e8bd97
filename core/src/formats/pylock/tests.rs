use std::fmt::Write as _;

use super::*;

fn told(text: &str) -> String {
    let Parsed { model, problems, .. } = parse(text);
    let mut said = String::new();
    for package in &model.lockfile.unwrap().packages {
        let version = package.version.as_ref().map_or("-", |version| version.as_str());
        let source = package.source.as_ref().map_or("-", |source| source.as_str());
        let _ = writeln!(said, "{} {version} {} {source}", package.name, package.kind.id());
        for file in &package.files {
            let name = file.name.as_ref().map_or("-", |name| name.as_str());
            let size = file.size.as_ref().map_or(0, |size| size.value);
            let _ = writeln!(said, "  {name} {size} {}", file.integrity.words().join(" "));
        }
    }
    for problem in problems {
        let line = text[..problem.span.start as usize].lines().count();
        let _ = writeln!(said, "{:?} {line} [{}] {}", problem.kind, text[problem.span.range()].escape_debug(), problem.message);
    }
    said
}

#[test]
fn every_kind_of_source() {
    let text = r#"
lock-version = "1.1"
created-by = "é"
[[packages]]
name = "attrs"
version = "25.1.0"
index = "https://pypi.corp.test/simple/"
marker = "os_name == 'nt'"
dependencies = [{ name = "other" }]
sdist = { name = "attrs-25.1.0.tar.gz", url = "https://files.test/attrs-25.1.0.tar.gz", size = 12, hashes = { sha256 = "AB" } }
[[packages.wheels]]
url = "https://files.test/attrs-25.1.0%2Bx-py3-none-any.whl"
hashes = { sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", sha512 = "x" }
[[packages]]
name = "other"
archive = { url = "https://files.test/other.zip", hashes = { sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" } }
[[packages]]
name = "folder"
directory = { path = "../folder" }
[[packages]]
name = "commit"
vcs = { type = "git", url = "https://git.test/x.git", commit-id = "0123456789012345678901234567890123456789" }
"#;
    expect_test::expect![[r#"
        attrs 25.1.0 registry -
          attrs-25.1.0.tar.gz 12 sha256:ab
          attrs-25.1.0+x-py3-none-any.whl 0 sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 sha512:x
        other - url https://files.test/other.zip
          other.zip 0 sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        folder - link ../folder
        commit - git https://git.test/x.git#0123456789012345678901234567890123456789
    "#]]
    .assert_eq(&told(text));
}

#[test]
fn what_readers_refuse() {
    let text = r#"
lock-version = "2.0"
[[packages]]
name = "Not.Normal"
version = "x"
marker = "python < 3"
[[packages]]
version = "1.0"
[[packages]]
name = "two"
vcs = { type = "git" }
sdist = { url = "https://files.test/two-1.tar.gz" }
wheels = []
[[packages]]
name = "both"
archive = { path = "x", hashes = { sha256 = 1 }, size = "3" }
directory = { }
attestation-identities = [{ }]
[[packages]]
name = "file"
wheels = [{ hashes = {} }, 3]
"#;
    expect_test::expect![[r#"
        Not.Normal x registry -
        two - git -
        both - link -
        file - registry -
          - 0 
        Inconsistent 0 [] `created-by` is missing, which every such file has
        UnknownVersion 1 [lock-version = \"2.0\"] lock version `2.0` is not 1: readers refuse the file
        Inconsistent 3 [name = \"Not.Normal\"] `Not.Normal` has no source: one of `vcs`, `directory`, `archive`, `sdist` and `wheels` belongs here
        Inconsistent 4 [Not.Normal] `Not.Normal` is not normalised, and readers refuse it: write `not-normal`
        Inconsistent 5 [\"x\"] `x` is no version
        Inconsistent 6 [\"python < 3\"] this is no environment marker: a marker's variable or a quoted text belongs here
        Inconsistent 7 [version = \"1.0\"] this package has no name: readers refuse the file
        Inconsistent 11 [type = \"git\"] `commit-id` is missing here, and readers refuse the file without
        Inconsistent 11 [sdist] `two` has two sources, `vcs` and `sdist`: readers refuse it
        Inconsistent 12 [url = \"https://files.test/two-1.tar.gz\"] `hashes` is missing here: every file has at least one
        Inconsistent 15 [archive] `both` has two sources, `directory` and `archive`: readers refuse it
        Inconsistent 16 [1] `sha256` holds no text
        Inconsistent 16 [\"3\"] a size is a whole number of bytes
        Inconsistent 17 [] `path` is missing here, and readers refuse the file without
        Inconsistent 18 [] `kind` is missing here, and readers refuse the file without
        Inconsistent 21 [hashes = {}] this file has neither `url` nor `path`
        Inconsistent 21 [hashes = {}] `hashes` is missing here: every file has at least one
        Inconsistent 21 [3] a table with the file's address and hashes belongs here
    "#]].assert_eq(&told(text));
    expect_test::expect![[r#"
        UnknownVersion 0 [] `lock-version` is missing: no reader takes the file
        Inconsistent 0 [] `created-by` is missing, which every such file has
        Inconsistent 0 [] `packages` is missing: readers refuse the file
    "#]]
    .assert_eq(&told("x = 1\n"));
    expect_test::expect![[r#"
        Syntax 3 [] unclosed table, expected `]`
    "#]]
    .assert_eq(&told("lock-version = \"1.0\"\npackages = 3\n[broken\n"));
}
