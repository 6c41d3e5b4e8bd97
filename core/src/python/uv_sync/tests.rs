use expect_test::expect;

use super::*;
use crate::syntax::toml;

const LOCK: &str = r#"
version = 1
revision = 5
requires-python = ">=3.9, <4"

[manifest]
members = ["demo", "member"]

[[package]]
name = "demo"
version = "0.1.0"
source = { editable = "." }

[package.metadata]
requires-dist = [
    { name = "attrs", marker = "extra == 'extra'", specifier = ">=22" },
    { name = "colorama", marker = "sys_platform == 'win32'", specifier = ">=0.4" },
    { name = "demo", extras = ["extra"], marker = "extra == 'all'" },
    { name = "folder", directory = "folder" },
    { name = "idna", specifier = ">=3,<4" },
    { name = "member", editable = "packages/member" },
    { name = "repo", git = "https://git.test/repo?branch=main" },
    { name = "requests", extras = ["socks"], specifier = ">=2.31" },
    { name = "six", marker = "python_full_version < '3.12'" },
    { name = "split", marker = "sys_platform != 'darwin'" },
    { name = "split", marker = "sys_platform == 'darwin'", url = "https://files.test/split-1.0-py3-none-any.whl" },
]
provides-extras = ["all", "extra"]

[package.metadata.requires-dev]
dev = [
    { name = "iniconfig", specifier = ">=2" },
    { name = "toml" },
]
lint = [{ name = "toml" }]

[[package]]
name = "member"
version = "0.1.0"
source = { editable = "packages/member" }

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
    "repo", "folder", "split", "member",
]
[project.optional-dependencies]
extra = ["attrs>=22"]
all = ["demo[extra]"]
[dependency-groups]
dev = ["iniconfig>=2", {include-group = "lint"}]
lint = ["toml"]
[build-system]
requires = ["hatchling"]
[tool.uv]
#uv
[tool.uv.sources]
repo = { git = "https://git.test/repo", branch = "main" }
folder = { path = "./folder" }
member = { workspace = true }
split = [{ url = "https://files.test/split-1.0-py3-none-any.whl", marker = "platform_system == 'Darwin'" }]
#sources
"#;

fn told(lock: &str, manifest: &str) -> Vec<String> {
    let (locked, asked) = (toml::parse(lock), toml::parse(manifest));
    let (lock, asked) = (locked.root(lock), asked.root(manifest));
    let around = Around { lock, root: asked, settings: None, folder: "", is_member: true, all: &[asked] };
    let refused = refused(asked);
    if !refused.is_empty() {
        return refused.into_iter().map(|found| found.what).collect();
    }
    let found = whole(&around, &[asked]).into_iter().chain(disagreements(asked, &around));
    found.chain(python(lock, std::iter::once(asked))).map(|found| found.what).collect()
}

fn edited(from: &str, to: &str) -> Vec<String> {
    assert!(MANIFEST.contains(from), "{from}");
    told(LOCK, &MANIFEST.replacen(from, to, 1))
}

/// A name that is found in nothing else.
const IDNA: &str = "\"idna>=3,<4\"";

/// What `uv lock --check` of 0.13.9 passes.
#[test]
fn what_uv_passes_is_not_told() {
    let all = [
        (IDNA, IDNA),
        (IDNA, "\"IDNA <4, >=3.0\""),
        (IDNA, "\"idna~=3.0\""),
        (IDNA, "\"idna>=3,<4\", \"idna\", \"idna>=2 ; os_name == 'nt'\""),
        (IDNA, "\"idna>=3,<4 ; os_name == 'nt'\", \"idna>=3,<4 ; os_name != 'nt'\""),
        ("sys_platform == 'win32'", "platform_system == \\\"Windows\\\""),
        ("python_version < '3.12'", "python_version < '3.12' and python_version >= '3.8'"),
        (">=3.9,<4\"\ndep", "~=3.9\"\ndep"),
        (">=3.9,<4\"\ndep", ">=3.9,!=3.10.*,<4\"\ndep"),
        ("version = \"0.1.0\"", "version = \"0.1\""),
        ("lint\"}]", "Lint\"}]"),
        ("#uv", "default-groups = [\"dev\"]"),
        ("#uv", "prerelease = \"if-necessary\""),
        ("#uv", "resolution = \"none that is known\""),
        ("#uv", "exclude-newer-package = {nobody = \"2026-01-01T00:00:00Z\", idna = false}"),
        ("#uv", "constraint-dependencies = [\"nobody<4\", \"idna\"]"),
        ("#uv", "dependency-metadata = [{name = \"nobody\", requires-dist = []}]"),
        ("#uv", "[[tool.uv.index]]\nurl = \"https://pypi.org/simple\"\ndefault = true"),
        ("#sources", "nobody = {git = \"https://git.test/nobody\"}"),
        ("./folder", "folder/"),
        ("https://git.test/repo", "https://me@GIT.test/repo"),
        ("url = \"https://files", "url = \"https://me:secret@files"),
    ];
    for (from, to) in all {
        assert_eq!(edited(from, to), Vec::<String>::new(), "{from} -> {to}");
    }
    assert_eq!(
        edited("#uv", "no-sources-package = [\"repo\", \"split\"]").len(),
        2,
        "what has no source is asked of a registry, and was not"
    );
}

/// What it refuses.
#[test]
fn what_uv_refuses_is_told() {
    let all = [
        ("    \"idna>=3,<4\",\n", ""),
        (IDNA, "\"idna>=3.4\""),
        (IDNA, "\"idna==3.*\""),
        (IDNA, "\"idna>=3,<4\", \"tomli\""),
        (IDNA, "\"idna>=3,<4\", \"idna>=3.1\""),
        (IDNA, "\"idna @ https://files.test/idna-3.0.whl\""),
        (IDNA, "\"idna>=3,<4\", \"demo[extra]\""),
        (IDNA, "\"idna >> 3\""),
        (IDNA, "\"idna>=3,<4\", \"gone @ ./gone ; os_name == 'nt' and os_name == 'posix'\""),
        ("sys_platform == 'win32'", "sys_platform == 'linux'"),
        ("sys_platform == 'win32'", "os_name == 'nt'"),
        ("requests[socks]", "requests"),
        ("[\"attrs>=22\"]", "[\"attrs>=22\", \"idna>=3,<4\"]"),
        ("demo[extra]\"", "demo[extra] ; os_name == 'nt'\""),
        ("all = [", "none = []\nall = ["),
        ("\nall = [\"demo[extra]\"]", ""),
        ("\"iniconfig>=2\"", "\"iniconfig\""),
        (", {include-group = \"lint\"}", ""),
        ("lint = [\"toml\"]", "lint = [\"toml\"]\nmore = [\"six\"]"),
        ("lint = [\"toml\"]", "lint = [\"toml\"]\nempty = []"),
        ("lint = [\"toml\"]", "lint = [\"toml\", {include-group = \"dev\"}]"),
        ("lint = [\"toml\"]", "lint = [\"toml\", {include-group = \"nobody\"}]"),
        ("lint = [\"toml\"]", "lint = \"toml\""),
        ("dev = [\"iniconfig>=2\", {include-group = \"lint\"}]\n", ""),
        (">=3.9,<4\"\ndep", ">=3.10,<4\"\ndep"),
        (">=3.9,<4\"\ndep", "^3.9\"\ndep"),
        ("0.1.0", "0.2.0"),
        ("0.1.0", "one"),
        ("version = \"0.1.0\"", "dynamic = [\"version\"]"),
        ("version = \"0.1.0\"\n", ""),
        ("\"demo\"\n", "\"demo2\"\n"),
        ("#uv", "package = false"),
        ("#uv", "default-groups = \"all\""),
        ("#uv", "default-groups = [\"nobody\"]"),
        ("#uv", "dependency-groups = {lint = {requires-python = \">=3.8\"}}"),
        ("#uv", "dev-dependencies = [\"six\"]"),
        ("#uv", "exclude-newer = \"7 days\""),
        ("#uv", "exclude-newer-package = {idna = \"2026-01-01T00:00:00Z\"}"),
        ("#uv", "prerelease = \"allow\""),
        ("#uv", "fork-strategy = \"fewest\""),
        ("#uv", "constraint-dependencies = [\"idna<4\"]"),
        ("#uv", "exclude-dependencies = [\"IDNA\", \"nobody\"]"),
        ("#uv", "dependency-metadata = [{name = \"idna\", requires-dist = []}]"),
        ("#uv", "environments = [\"sys_platform == 'linux'\"]"),
        ("#uv", "required-environments = [\"sys_platform == 'linux'\"]"),
        ("#uv", "conflicts = [[{extra = \"extra\"}, {group = \"lint\"}]]"),
        ("#uv", "index-url = \"https://index.test/simple\""),
        ("#uv", "no-index = true"),
        ("#uv", "[[tool.uv.index]]\nurl = \"https://pypi.org/simple/\"\ndefault = true"),
        ("#sources", "six = {git = \"https://git.test/six\"}"),
        ("#sources", "six = [{git = \"https://git.test/six\", marker = \"os_name == 'nt'\"}]"),
        ("#sources", "six = [{git = \"https://git.test/six\", marker = \"python_version < '3'\"}]"),
        ("#sources", "six = {nobody = \"here\"}"),
        ("#sources", "six = {index = \"nobody\"}"),
        ("#sources", "six = {workspace = true}"),
        ("#sources", "idna = {git = \"https://git.test/idna\", extra = \"extra\"}"),
        ("#sources", "attrs = {git = \"https://git.test/attrs\", extra = \"extra\"}"),
        (
            "#sources",
            "idna = {index = \"corp\"}\n[[tool.uv.index]]\nname = \"corp\"\nurl = \"https://index.test/simple\"\nexplicit = true",
        ),
        ("branch = \"main\"", "branch = \"other\""),
        ("branch = \"main\"", "tag = \"main\""),
        ("branch = \"main\"", "branch = \"main\", subdirectory = \"sub\""),
        ("branch = \"main\"", "branch = \"main\", tag = \"v1\""),
        ("git.test/repo", "git.test/other"),
        ("./folder", "./other"),
        ("./folder\"", "./folder\", editable = true"),
        ("split-1.0", "split-1.1"),
        ("'Darwin'", "'Linux'"),
        ("{ workspace = true }", "{ path = \"packages/member\" }"),
    ];
    let told: Vec<String> =
        all.into_iter().map(|(from, to)| format!("{from} -> {to}: {}\n", edited(from, to).join("; "))).collect();
    let silent: Vec<&String> = told.iter().filter(|told| told.ends_with(": \n")).collect();
    assert!(silent.is_empty(), "{silent:#?}");
    expect![[r#"
            "idna>=3,<4",
         -> : `idna`: the lockfile's copy has it, and it is not asked for
        "idna>=3,<4" -> "idna>=3.4": `idna`: `>=3.4` is asked for, and `>=3,<4` was when it was locked
        "idna>=3,<4" -> "idna==3.*": `idna`: `==3.*` is asked for, and `>=3,<4` was when it was locked
        "idna>=3,<4" -> "idna>=3,<4", "tomli": `tomli`: it is asked for, and the lockfile's copy does not have it
        "idna>=3,<4" -> "idna>=3,<4", "idna>=3.1": `idna`: it is asked for, and the lockfile's copy does not have it
        "idna>=3,<4" -> "idna @ https://files.test/idna-3.0.whl": `idna`: it comes from another kind of place than when it was locked
        "idna>=3,<4" -> "idna>=3,<4", "demo[extra]": `demo`: it is asked for, and the lockfile's copy does not have it
        "idna>=3,<4" -> "idna >> 3": `idna >> 3` is no requirement
        "idna>=3,<4" -> "idna>=3,<4", "gone @ ./gone ; os_name == 'nt' and os_name == 'posix'": `gone`: it is asked for, and the lockfile's copy does not have it
        sys_platform == 'win32' -> sys_platform == 'linux': `colorama`: it is asked for under another condition than when it was locked
        sys_platform == 'win32' -> os_name == 'nt': `colorama`: it is asked for under another condition than when it was locked
        requests[socks] -> requests: `requests`: other extras are locked than are asked for
        ["attrs>=22"] -> ["attrs>=22", "idna>=3,<4"]: `idna`: it is asked for, and the lockfile's copy does not have it
        demo[extra]" -> demo[extra] ; os_name == 'nt'": `demo`: it is asked for under another condition than when it was locked
        all = [ -> none = []
        all = [: the lockfile does not know the extra `none`

        all = ["demo[extra]"] -> : `demo`: the lockfile's copy has it, and it is not asked for; the lockfile has an extra `all`, and the project has none
        "iniconfig>=2" -> "iniconfig": `iniconfig` (group `dev`): any version is asked for, and `>=2` was when it was locked
        , {include-group = "lint"} -> : `toml` (group `dev`): the lockfile's copy has it, and it is not asked for
        lint = ["toml"] -> lint = ["toml"]
        more = ["six"]: `six` (group `more`): it is asked for, and the lockfile's copy does not have it
        lint = ["toml"] -> lint = ["toml"]
        empty = []: the lockfile does not know the group `empty`
        lint = ["toml"] -> lint = ["toml", {include-group = "dev"}]: the group `dev` includes itself; the group `lint` includes itself
        lint = ["toml"] -> lint = ["toml", {include-group = "nobody"}]: there is no group `nobody` to include
        lint = ["toml"] -> lint = "toml": the group `lint` is no list
        dev = ["iniconfig>=2", {include-group = "lint"}]
         -> : the lockfile has a group `dev`, and the project has none
        >=3.9,<4"
        dep -> >=3.10,<4"
        dep: the lockfile is for Python `>=3.9, <4`, and the project for another range
        >=3.9,<4"
        dep -> ^3.9"
        dep: `^3.9` is no range of versions
        0.1.0 -> 0.2.0: the project's version is 0.2.0, and the lockfile has 0.1.0
        0.1.0 -> one: `one` is no version
        version = "0.1.0" -> dynamic = ["version"]: the project's version is left to its building (`dynamic`), and the lockfile has 0.1.0
        version = "0.1.0"
         -> : the project has no version, and does not leave it to its building (`dynamic`)
        "demo"
         -> "demo2"
        : the project is called `demo2`, and `demo` in the lockfile
        #uv -> package = false: the project is not built, and was when this was locked
        #uv -> default-groups = "all": other groups are installed by default (`default-groups`) than when this was locked
        #uv -> default-groups = ["nobody"]: there is no group `nobody` to install by default
        #uv -> dependency-groups = {lint = {requires-python = ">=3.8"}}: the group `dev` is for another range of Python than when this was locked; the group `lint` is for another range of Python than when this was locked
        #uv -> dev-dependencies = ["six"]: `six` (group `dev`): it is asked for, and the lockfile's copy does not have it
        #uv -> exclude-newer = "7 days": `exclude-newer` is set, and was not when this was locked
        #uv -> exclude-newer-package = {idna = "2026-01-01T00:00:00Z"}: `exclude-newer-package` is set, and was not when this was locked
        #uv -> prerelease = "allow": `prerelease` is `allow`, and was `if-necessary-or-explicit` when this was locked
        #uv -> fork-strategy = "fewest": `fork-strategy` is `fewest`, and was `requires-python` when this was locked
        #uv -> constraint-dependencies = ["idna<4"]: `idna` (`constraint-dependencies`): it is asked for, and the lockfile's copy does not have it
        #uv -> exclude-dependencies = ["IDNA", "nobody"]: `idna` is to be left out (`exclude-dependencies`), and is locked
        #uv -> dependency-metadata = [{name = "idna", requires-dist = []}]: `dependency-metadata` says other things of locked packages than when this was locked
        #uv -> environments = ["sys_platform == 'linux'"]: `environments` names other environments than this was locked for
        #uv -> required-environments = ["sys_platform == 'linux'"]: `required-environments` names other environments than this was locked for
        #uv -> conflicts = [[{extra = "extra"}, {group = "lint"}]]: there are `conflicts`, and were none when this was locked
        #uv -> index-url = "https://index.test/simple": the settings do not lead to `https://pypi.org/simple` any more, which packages were locked from
        #uv -> no-index = true: the settings do not lead to `https://pypi.org/simple` any more, which packages were locked from
        #uv -> [[tool.uv.index]]
        url = "https://pypi.org/simple/"
        default = true: the settings do not lead to `https://pypi.org/simple` any more, which packages were locked from
        #sources -> six = {git = "https://git.test/six"}: `six`: it comes from another kind of place than when it was locked
        #sources -> six = [{git = "https://git.test/six", marker = "os_name == 'nt'"}]: `six`: it comes from another kind of place than when it was locked; `six`: it is asked for under another condition than when it was locked
        #sources -> six = [{git = "https://git.test/six", marker = "python_version < '3'"}]: `six`: it is asked for, and the lockfile's copy does not have it
        #sources -> six = {nobody = "here"}: the source of `six` is none that uv reads
        #sources -> six = {index = "nobody"}: `six`: there is no index `nobody`
        #sources -> six = {workspace = true}: `six`: it is no member of the workspace
        #sources -> idna = {git = "https://git.test/idna", extra = "extra"}: the extra `extra` does not ask for `idna`, and a source says it does
        #sources -> attrs = {git = "https://git.test/attrs", extra = "extra"}: `attrs`: it comes from another kind of place than when it was locked
        #sources -> idna = {index = "corp"}
        [[tool.uv.index]]
        name = "corp"
        url = "https://index.test/simple"
        explicit = true: `idna`: it is bound to another index than when it was locked
        branch = "main" -> branch = "other": `repo`: it comes from another place than when it was locked
        branch = "main" -> tag = "main": `repo`: it comes from another place than when it was locked
        branch = "main" -> branch = "main", subdirectory = "sub": `repo`: it comes from another place than when it was locked
        branch = "main" -> branch = "main", tag = "v1": `repo`: only one of `rev`, `tag` and `branch` may choose a commit
        git.test/repo -> git.test/other: `repo`: it comes from another place than when it was locked
        ./folder -> ./other: `folder`: it comes from another place than when it was locked
        ./folder" -> ./folder", editable = true: `folder`: it comes from another place than when it was locked
        split-1.0 -> split-1.1: `split`: it comes from another place than when it was locked
        'Darwin' -> 'Linux': `split`: it comes from another kind of place than when it was locked; `split`: it is asked for under another condition than when it was locked
        { workspace = true } -> { path = "packages/member" }: `member`: it is a member of the workspace, and `tool.uv.sources` has it from elsewhere
    "#]].assert_eq(&told.concat());
}

/// What nobody asks of the lockfile, and uv refuses.
#[test]
fn edits_of_the_lockfile_are_told() {
    for (from, to, expected) in [
        ("revision = 5", "revision = 4", ""),
        ("\"demo\", ", "\"demo\", \"gone\", ", "the lockfile names a member `gone`, and has no entry of it"),
        ("\"all\", ", "\"all\", \"gone\", ", "the lockfile has an extra `gone`, and the project has none"),
        ("version = \"0.1.0\"\n", "", "the project's version is 0.1.0, and the lockfile has none"),
        ("editable = \".\"", "virtual = \".\"", "the project is built and installed, and was not when this was locked"),
        (
            "\n[package.metadata]",
            "default-groups = []\n\n[package.metadata]",
            "other groups are installed by default (`default-groups`) than when this was locked",
        ),
        (
            "\n[package.metadata]",
            "\n[package.group-requires-python]\nlint = \">=3.12\"\n[package.metadata]",
            "the group `lint` is for another range of Python than when this was locked",
        ),
    ] {
        assert!(LOCK.contains(from), "{from}");
        assert_eq!(told(&LOCK.replacen(from, to, 1), MANIFEST).join("; "), expected, "{from} -> {to}");
    }
    let older = LOCK.replace("revision = 5", "revision = 4");
    assert_eq!(told(&older, &MANIFEST.replace("#uv", "default-groups = []")), Vec::<String>::new(), "it was not kept then");
}

/// Beside a `uv.toml` the settings of the manifest do not count, and what is asked for still does (uv 0.13.9).
#[test]
fn settings_of_their_own_file_go_before_the_manifest_s() {
    let own = "resolution = \"lowest\"\nconstraint-dependencies = [\"idna<5\"]\nexclude-newer = \"7 days\"";
    let manifest = MANIFEST.replace("#uv", own);
    let settings = "prerelease = \"allow\"\nconstraint-dependencies = [\"idna<9\"]\n";
    let trees = [LOCK, &manifest, settings].map(|text| (toml::parse(text), text.to_owned()));
    let [lock, root, settings] = trees.each_ref().map(|(tree, text)| tree.root(text));
    let around = Around { lock, root, settings: Some(settings), folder: "", is_member: true, all: &[root] };
    let found: Vec<String> = whole(&around, &[root]).into_iter().map(|found| found.what).collect();
    assert_eq!(
        found,
        [
            "`prerelease` is `allow`, and was `if-necessary-or-explicit` when this was locked",
            "`idna` (`constraint-dependencies`): it is asked for, and the lockfile's copy does not have it",
        ]
    );
}

#[test]
fn whoever_asks_for_a_folder_says_what_it_is_called_and_how_it_is_installed() {
    let manifest = MANIFEST.replace("#uv", "package = false").replace("\"demo\"\n", "\"demo2\"\n");
    let trees = [LOCK, &manifest].map(|text| (toml::parse(text), text.to_owned()));
    let [lock, root] = trees.each_ref().map(|(tree, text)| tree.root(text));
    let told = |is_member| {
        let around = Around { lock, root, settings: None, folder: "", is_member, all: &[root] };
        disagreements(root, &around).into_iter().map(|found| found.what).collect::<Vec<_>>()
    };
    let own = told(true);
    let others = told(false);
    assert!(own.len() > others.len() && !others.iter().any(|what| what.contains("built") || what.contains("called")), "{others:?}");
}

/// A project that cannot be built is built all the same where another member asks for it.
#[test]
fn another_member_may_ask_for_a_project() {
    let member = "[project]\nname = \"other\"\nversion = \"1\"\n[tool.uv.sources]\ndemo = {workspace = true}\n";
    let manifest = MANIFEST.replace("[build-system]", "[tool.none]");
    let trees = [LOCK, &manifest, member].map(|text| (toml::parse(text), text.to_owned()));
    let [lock, root, member] = trees.each_ref().map(|(tree, text)| tree.root(text));
    let told = |all: &[_]| disagreements(root, &Around { lock, root, settings: None, folder: "", is_member: true, all }).len();
    assert_eq!((told(&[root]), told(&[root, member])), (1, 0));
}
