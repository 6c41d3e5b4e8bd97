use super::*;
use crate::syntax::toml;

const LOCK: &str = r#"
version = 1
revision = 3
requires-python = ">=3.9, <4"

[[package]]
name = "demo"
version = "0.1.0"
source = { editable = "." }

[package.metadata]
requires-dist = [
    { name = "attrs", marker = "extra == 'extra'", specifier = ">=22" },
    { name = "colorama", marker = "sys_platform == 'win32'", specifier = ">=0.4" },
    { name = "idna", specifier = ">=3,<4" },
    { name = "requests", extras = ["socks"], specifier = ">=2.31" },
    { name = "six", marker = "python_full_version < '3.12'" },
]
provides-extras = ["extra"]

[package.metadata.requires-dev]
dev = [
    { name = "iniconfig", specifier = ">=2" },
    { name = "toml" },
]
lint = [{ name = "toml" }]

[[package]]
name = "idna"
version = "3.4"
source = { registry = "https://pypi.org/simple" }
"#;

const MANIFEST: &str = r#"
[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.9,<4"
dependencies = [
    "idna>=3,<4",
    "colorama>=0.4 ; sys_platform == 'win32'",
    "six ; python_version < '3.12'",
    "requests[socks]>=2.31",
]
[project.optional-dependencies]
extra = ["attrs>=22"]
[dependency-groups]
dev = ["iniconfig>=2", {include-group = "lint"}]
lint = ["toml"]
[build-system]
requires = ["hatchling"]
[tool.other]
"#;

fn told(lock: &str, manifest: &str) -> Vec<String> {
    let (locked, asked) = (toml::parse(lock), toml::parse(manifest));
    let (lock, asked) = (locked.root(lock), asked.root(manifest));
    let around = Around { root: asked, settings: None, is_member: true };
    let found = whole(lock, &around, &[asked]).into_iter().chain(disagreements(lock, asked, "", &around));
    found.chain(python(lock, std::iter::once(asked))).map(|found| found.what).collect()
}

/// What uv 0.13.9 says of the same edits, by `uv lock --check`: it refuses those that have words here, and passes the others.
#[test]
fn edits_are_judged_as_uv_judges_them() {
    for (from, to, expected) in [
        ("", "", ""),
        ("\"idna>=3,<4\"", "\"IDNA <4, >=3.0\"", ""),
        ("    \"idna>=3,<4\",\n", "", "`idna`: the lockfile's copy has it, and it is not asked for"),
        ("\"idna>=3,<4\"", "\"idna>=3.4\"", "`idna`: `>=3.4` is asked for, and `>=3,<4` was when it was locked"),
        ("\"idna>=3,<4\"", "\"idna>=3,<4\", \"tomli\"", "`tomli`: it is asked for, and the lockfile's copy does not have it"),
        (
            "\"idna>=3,<4\"",
            "\"idna @ https://files.test/idna-3.0.whl\"",
            "`idna`: it comes from another kind of place than when it was locked",
        ),
        ("sys_platform == 'win32'", "platform_system == \\\"Windows\\\"", ""),
        (
            "sys_platform == 'win32'",
            "sys_platform == 'linux'",
            "`colorama`: it is asked for under another condition than when it was locked",
        ),
        (" ; sys_platform == 'win32'", "", "`colorama`: it is asked for under another condition than when it was locked"),
        ("python_version < '3.12'", "python_version < '3.12' and python_version >= '3.8'", ""),
        ("requests[socks]", "requests", "`requests`: other extras are locked than are asked for"),
        ("attrs>=22", "attrs>=23", "`attrs`: `>=23` is asked for, and `>=22` was when it was locked"),
        ("extra = [\"attrs>=22\"]", "extra = [\"attrs>=22\"]\nnone = []", "the lockfile does not know the extra `none`"),
        (
            "\"iniconfig>=2\"",
            "\"iniconfig\"",
            "`iniconfig` (group `dev`): any version is asked for, and `>=2` was when it was locked",
        ),
        (", {include-group = \"lint\"}", "", "`toml` (group `dev`): the lockfile's copy has it, and it is not asked for"),
        (
            "lint = [\"toml\"]",
            "lint = [\"toml\"]\nmore = [\"six\"]",
            "`six` (group `more`): it is asked for, and the lockfile's copy does not have it",
        ),
        ("dev = [\"iniconfig>=2\", {include-group = \"lint\"}]\n", "", "the lockfile has a group `dev`, and the project has none"),
        (">=3.9,<4\"\ndep", ">=3.10,<4\"\ndep", "the lockfile is for Python `>=3.9, <4`, and the project for another range"),
        (">=3.9,<4\"\ndep", ">=3.9\"\ndep", "the lockfile is for Python `>=3.9, <4`, and the project for another range"),
        ("0.1.0", "0.2.0", "the project's version is 0.2.0, and the lockfile has 0.1.0"),
        ("\"demo\"", "\"demo2\"", "the project is called `demo2`, and `demo` in the lockfile"),
        ("[tool.other]", "[tool.uv]\nexclude-newer = \"7 days\"", "`exclude-newer` is set, and was not when this was locked"),
        (
            "[tool.other]",
            "[tool.uv]\nprerelease = \"allow\"",
            "`prerelease` is `allow`, and was `if-necessary-or-explicit` when this was locked",
        ),
        (
            "[tool.other]",
            "[tool.uv]\nconstraint-dependencies = [\"idna<4\"]",
            "`idna` (`constraint-dependencies`): it is asked for, and the lockfile's copy does not have it",
        ),
        (
            "[tool.other]",
            "[tool.uv]\ndev-dependencies = [\"six\"]",
            "`six` (group `dev`): it is asked for, and the lockfile's copy does not have it",
        ),
        (
            "[tool.other]",
            "[tool.uv.sources]\nsix = {git = \"https://git.test/six\"}",
            "`six`: it comes from another kind of place than when it was locked",
        ),
        ("[tool.other]", "[tool.uv.sources]\nsix = [{git = \"https://git.test/six\", marker = \"os_name == 'nt'\"}]", ""),
        ("version = \"0.1.0\"", "dynamic = [\"version\", \"dependencies\"]", ""),
        ("\"idna>=3,<4\"", "\"idna>=3,<4\", \"idna\", \"idna>=2 ; os_name == 'nt'\"", ""),
        ("\"idna>=3,<4\"", "\"idna>=3,<4\", \"idna>=3.1\"", "`idna`: it is asked for, and the lockfile's copy does not have it"),
        (">=3.9,<4\"\ndep", "~=3.9\"\ndep", ""),
        (">=3.9,<4\"\ndep", ">=3.9,!=3.10.*,<4\"\ndep", ""),
        (">=3.9,<4\"\ndep", "==3.11.*\"\ndep", "the lockfile is for Python `>=3.9, <4`, and the project for another range"),
        ("lint = [\"toml\"]", "lint = [\"toml\"]\nempty = []", "the lockfile does not know the group `empty`"),
        ("[build-system]", "[tool.build-system]", ""),
        ("[tool.other]", "[tool.uv]\npackage = false", "the project is not built, and was when this was locked"),
        (
            "[tool.other]",
            "[tool.uv]\nfork-strategy = \"fewest\"",
            "`fork-strategy` is `fewest`, and was `requires-python` when this was locked",
        ),
        (
            "[tool.other]",
            "[tool.uv]\nexclude-newer-package = {idna = \"2026-01-01T00:00:00Z\"}",
            "`exclude-newer-package` is set, and was not when this was locked",
        ),
        (
            "[tool.other]",
            "[tool.uv]\nexclude-dependencies = [\"IDNA\", \"nobody\"]",
            "`idna` is to be left out (`exclude-dependencies`), and is locked",
        ),
        ("[tool.other]", "[tool.uv]\nconstraint-dependencies = [\"nobody<4\"]", ""),
        (
            "[tool.other]",
            "[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]",
            "`environments` names other environments than this was locked for",
        ),
        (
            "[tool.other]",
            "[tool.uv]\nrequired-environments = [\"sys_platform == 'linux'\"]",
            "`required-environments` names other environments than this was locked for",
        ),
        (
            "[tool.other]",
            "[tool.uv]\nconflicts = [[{extra = \"extra\"}, {group = \"lint\"}]]",
            "there are `conflicts`, and were none when this was locked",
        ),
        (
            "[tool.other]",
            "[tool.uv]\nindex-url = \"https://index.test/simple\"",
            "another index has taken the public one's place since this was locked",
        ),
        (
            "[tool.other]",
            "[[tool.uv.index]]\nname = \"corp\"\nurl = \"https://index.test/simple\"\nexplicit = true\n[tool.uv.sources]\nidna = {index = \"corp\"}",
            "`idna`: it is bound to another index than when it was locked",
        ),
        ("[tool.other]", "[tool.uv]\nno-sources = true\n[tool.uv.sources]\nsix = {git = \"https://git.test/six\"}", ""),
        (
            "[tool.other]",
            "[tool.uv.dependency-groups]\nlint = {requires-python = \">=3.12\"}",
            "`toml` (group `dev`): it is asked for under another condition than when it was locked; `toml` (group `lint`): it is asked for under another condition than when it was locked",
        ),
        ("\"idna>=3,<4\"", "\"idna>=3,<4\", \"never @ ./never ; os_name == 'nt' and os_name == 'posix'\"", ""),
        (
            "extra = [\"attrs>=22\"]",
            "extra = [\"attrs>=22\"]\nall = [\"demo[extra]\"]",
            "the lockfile does not know the extra `all`",
        ),
    ] {
        assert!(MANIFEST.contains(from), "{from}");
        assert_eq!(told(LOCK, &MANIFEST.replacen(from, to, 1)).join("; "), expected, "{from} -> {to}");
    }
}

/// Beside a `uv.toml` the settings of the manifest do not count, and what is asked for still does (uv 0.13.9).
#[test]
fn settings_of_their_own_file_go_before_the_manifest_s() {
    let manifest = MANIFEST.replace(
        "[tool.other]",
        "[tool.uv]\nresolution = \"lowest\"\nconstraint-dependencies = [\"idna<5\"]\nexclude-newer = \"7 days\"",
    );
    let settings = "prerelease = \"allow\"\nconstraint-dependencies = [\"idna<9\"]\n";
    let trees = [LOCK, &manifest, settings].map(|text| (toml::parse(text), text.to_owned()));
    let [lock, root, settings] = trees.each_ref().map(|(tree, text)| tree.root(text));
    let around = Around { root, settings: Some(settings), is_member: true };
    let found: Vec<String> = whole(lock, &around, &[root]).into_iter().map(|found| found.what).collect();
    assert_eq!(
        found,
        [
            "`prerelease` is `allow`, and was `if-necessary-or-explicit` when this was locked",
            "`idna` (`constraint-dependencies`): it is asked for, and the lockfile's copy does not have it",
        ]
    );
}

#[test]
fn whoever_asks_for_a_folder_says_how_it_is_installed() {
    let manifest = MANIFEST.replace("[tool.other]", "[tool.uv]\npackage = false");
    let trees = [LOCK, &manifest].map(|text| (toml::parse(text), text.to_owned()));
    let [lock, root] = trees.each_ref().map(|(tree, text)| tree.root(text));
    let told = |is_member| disagreements(lock, root, "", &Around { root, settings: None, is_member }).len();
    assert_eq!((told(true), told(false)), (1, 0));
}

#[test]
fn groups_that_include_each_other_come_to_an_end() {
    let manifest =
        "[project]\nname = \"demo\"\n[dependency-groups]\na = [{include-group = \"b\"}]\nb = [{include-group = \"a\"}, \"x\"]\n";
    let lock = "[[package]]\nname = \"demo\"\nsource = {virtual = \".\"}\n[package.metadata.requires-dev]\na = [{name = \"x\"}]\nb = [{name = \"x\"}]\n";
    assert_eq!(told(lock, manifest), Vec::<String>::new());
}
