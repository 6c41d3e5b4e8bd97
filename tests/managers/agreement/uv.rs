//! uv: `uv lock --check` compares what the manifests ask for with the copy of it in the lockfile, and resolves anew where they differ. That it has
//! to is what a refusal is here, so that no network decides.

use super::{Edit, Project, passes, refused, told};
use crate::tools::Tool;

const ROOT: &str = "pyproject.toml";
const ONE: &str = "packages/one/pyproject.toml";
const TWO: &str = "packages/two/pyproject.toml";
const FOLDER: &str = "folder/pyproject.toml";
const LOCK: &str = "uv.lock";

pub(super) const PROJECT: Project = Project {
    tool: Tool::Uv,
    files: &[
        (
            ROOT,
            r#"[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.9"
dependencies = [
    "idna>=3,<4",
    "six ; sys_platform == 'win32'",
    "click[none]",
    "one",
    "folder",
    "zipp",
]
[project.optional-dependencies]
extra = ["attrs"]
all = ["demo[extra]"]
[dependency-groups]
dev = ["iniconfig>=2", {include-group = "lint"}]
lint = ["pluggy"]
[tool.uv]
#uv
[tool.uv.workspace]
members = ["packages/*"]
[[tool.uv.index]]
name = "again"
url = "https://pypi.org/simple"
explicit = true
[tool.uv.sources]
one = { workspace = true }
folder = { path = "folder" }
zipp = [{ index = "again", marker = "sys_platform == 'darwin'" }]
#sources
"#,
        ),
        (
            ONE,
            r#"[project]
name = "one"
version = "0.1.0"
requires-python = ">=3.9"
dependencies = ["six"]
#one
"#,
        ),
        (TWO, "[project]\nname = \"two\"\nversion = \"0.1.0\"\nrequires-python = \">=3.9\"\n#two\n"),
        (FOLDER, "[project]\nname = \"folder\"\nversion = \"1.0\"\ndependencies = [\"idna\"]\n#folder\n"),
    ],
    lock: &[&["lock"]],
    frozen: &["lock", "--check", "--offline", "-v"],
    refusals: &[
        "Resolving despite existing lockfile",
        "Ignoring existing lockfile",
        // It does not read a file.
        "Failed to parse",
        "unsupported schema version",
        "Failed to generate package metadata",
        "malformed dependency groups",
        "Default group",
        "marked as unmanaged",
        "Nested workspaces are not supported",
        "No `project` table found",
    ],
};

pub(super) fn edits() -> Vec<Edit> {
    [requirements(), groups(), project(), settings(), sources(), members(), lockfile()].into_iter().flatten().collect()
}

const IDNA: &str = "\"idna>=3,<4\"";

fn requirements() -> Vec<Edit> {
    vec![
        passes("a range spelled otherwise").replace(ROOT, IDNA, "\"IDNA <4, >=3.0\""),
        passes("a range that admits the same").replace(ROOT, IDNA, "\"idna~=3.0\""),
        passes("the same twice").replace(ROOT, IDNA, "\"idna>=3,<4\", \"idna\""),
        passes("the same in two parts").replace(ROOT, IDNA, "\"idna>=3,<4 ; os_name == 'nt'\", \"idna>=3,<4 ; os_name != 'nt'\""),
        refused("a range that admits more").replace(ROOT, IDNA, "\"idna>=3\""),
        refused("a range that admits prereleases").replace(ROOT, IDNA, "\"idna==3.*\""),
        refused("a range in two parts that admits less").replace(ROOT, IDNA, "\"idna>=3,<4\", \"idna>=3.1\""),
        refused("a requirement less").replace(ROOT, IDNA, ""),
        refused("a requirement more, which is locked for another").replace(ROOT, IDNA, "\"idna>=3,<4\", \"colorama\""),
        refused("by its address").replace(ROOT, IDNA, "\"idna @ https://files.example/idna-3.0-py3-none-any.whl\""),
        refused("no requirement").replace(ROOT, IDNA, "\"idna >> 3\""),
        passes("a condition by another variable").replace(ROOT, "sys_platform == 'win32'", "platform_system == 'Windows'"),
        passes("a condition that the range of Python settles").replace(
            ROOT,
            "sys_platform == 'win32'",
            "sys_platform == 'win32' and python_version >= '3.8'",
        ),
        refused("a condition by a variable that only goes with it").replace(ROOT, "sys_platform == 'win32'", "os_name == 'nt'"),
        refused("a condition by `in`").replace(ROOT, "sys_platform == 'win32'", "sys_platform in 'win32'"),
        refused("a condition less").replace(ROOT, " ; sys_platform == 'win32'", ""),
        refused("an extra less").replace(ROOT, "[none]", ""),
        refused("an extra's requirement, which all have").replace(ROOT, "[\"attrs\"]", "[\"attrs\", \"idna>=3,<4\"]"),
        refused("an empty extra more").replace(ROOT, "extra = [", "none = []\nextra = ["),
        refused("the project's own extras under a condition").replace(ROOT, "demo[extra]", "demo[extra] ; os_name == 'nt'"),
        refused("another of the project's own extras").replace(ROOT, "demo[extra]", "demo[all]"),
        refused("the project's own extras for all").replace(ROOT, IDNA, "\"idna>=3,<4\", \"demo[extra]\""),
    ]
}

fn groups() -> Vec<Edit> {
    vec![
        passes("a group by another spelling").replace(ROOT, "lint = [", "LINT = ["),
        passes("what a group includes written out").replace(ROOT, "{include-group = \"lint\"}", "\"pluggy\""),
        refused("a range in a group").replace(ROOT, "iniconfig>=2", "iniconfig"),
        refused("nothing included any more").replace(ROOT, ", {include-group = \"lint\"}", ""),
        refused("an empty group more").replace(ROOT, "lint = [", "new = []\nlint = ["),
        refused("a group less").replace(ROOT, "lint = [\"pluggy\"]", "").replace(ROOT, ", {include-group = \"lint\"}", ""),
        refused("a group that is not there included").replace(ROOT, "= \"lint\"", "= \"nobody\""),
        refused("a group that includes itself").replace(ROOT, "= \"lint\"", "= \"dev\""),
        refused("two groups of one name").replace(ROOT, "lint = [", "Lint = []\nlint = ["),
        refused("the old list of the group for development").replace(ROOT, "#uv", "dev-dependencies = [\"six\"]"),
        passes("the usual default groups").replace(ROOT, "#uv", "default-groups = [\"dev\"]"),
        refused("other default groups").replace(ROOT, "#uv", "default-groups = [\"lint\"]"),
        refused("default groups that are not there").replace(ROOT, "#uv", "default-groups = [\"nobody\"]"),
        refused("a group's own range of Python").replace(ROOT, "#uv", "dependency-groups = {lint = {requires-python = \">=3.8\"}}"),
    ]
}

fn project() -> Vec<Edit> {
    vec![
        passes("the version by another spelling").replace(ROOT, "0.1.0", "0.1"),
        passes("a description").replace(ROOT, "version =", "description = \"a\"\nversion ="),
        passes("a range of Python that comes to the same").replace(ROOT, ">=3.9", ">=3.9,!=3.9.1"),
        refused("the version").replace(ROOT, "0.1.0", "0.2.0"),
        refused("a version that is none").replace(ROOT, "0.1.0", "one"),
        refused("no version").replace(ROOT, "version = \"0.1.0\"\n", ""),
        refused("the name").replace(ROOT, "\"demo\"", "\"demo2\""),
        refused("no name").replace(ROOT, "name = \"demo\"\n", ""),
        refused("another range of Python").replace(ROOT, ">=3.9", ">=3.10"),
        refused("a range of Python that is none").replace(ROOT, ">=3.9", "^3.9"),
        refused("no range of Python any more")
            .replace(ROOT, "requires-python = \">=3.9\"\n", "")
            .replace(ONE, "requires-python = \">=3.9\"\n", "")
            .replace(TWO, "requires-python = \">=3.9\"\n", "")
            .but("the machine's own Python takes its place, which no file names"),
        refused("a way to be built").replace(ROOT, "[tool.uv]", "[build-system]\nrequires = []\n[tool.uv]"),
        refused("none of uv's").replace(ROOT, "#uv", "managed = false"),
    ]
}

fn settings() -> Vec<Edit> {
    let uv = |edit: Edit, line| edit.replace(ROOT, "#uv", line);
    vec![
        uv(passes("a setting that decides nothing"), "link-mode = \"copy\""),
        uv(passes("a bound for nobody"), "constraint-dependencies = [\"flask<9\"]"),
        uv(passes("a bound without a version"), "constraint-dependencies = [\"idna\"]"),
        uv(refused("a bound"), "constraint-dependencies = [\"idna<9\"]"),
        uv(refused("a bound that is no requirement"), "constraint-dependencies = [\"idna >> 9\"]"),
        uv(refused("an override"), "override-dependencies = [\"idna\"]"),
        uv(refused("a bound for building"), "build-constraint-dependencies = [\"nobody<9\"]"),
        uv(refused("a name to leave out"), "exclude-dependencies = [\"colorama\"]"),
        uv(passes("a name to leave out that is not there"), "exclude-dependencies = [\"flask\"]"),
        uv(refused("static metadata"), "dependency-metadata = [{name = \"idna\", requires-dist = []}]"),
        uv(passes("static metadata of nobody"), "dependency-metadata = [{name = \"flask\", requires-dist = []}]"),
        uv(refused("environments"), "environments = [\"sys_platform == 'linux'\"]"),
        uv(refused("required environments"), "required-environments = [\"sys_platform == 'linux'\"]"),
        uv(refused("conflicts"), "conflicts = [[{extra = \"extra\"}, {group = \"lint\"}]]"),
        uv(refused("another choice of versions"), "resolution = \"lowest\""),
        uv(passes("the usual choice of prereleases by its old name"), "prerelease = \"if-necessary-or-explicit\""),
        uv(refused("another choice of prereleases"), "prerelease = \"allow\""),
        uv(refused("another choice of forks"), "fork-strategy = \"fewest\""),
        uv(refused("a point in time"), "exclude-newer = \"7 days\""),
        uv(passes("a point in time for nobody"), "exclude-newer-package = {flask = \"2025-01-01T00:00:00Z\"}"),
        uv(passes("no index but the one that a source names"), "no-index = true"),
        refused("an index's address with a slash").replace(ROOT, "/simple\"", "/simple/\""),
        refused("an index in the public one's place").replace(ROOT, "explicit = true", "default = true").replace(
            ROOT,
            "https://pypi.org/simple",
            "https://index.example/simple",
        ),
        refused("a choice of prereleases for one package")
            .replace(ROOT, "#uv", "prerelease-package = {idna = \"allow\"}")
            .but("it is not compared"),
    ]
}

fn sources() -> Vec<Edit> {
    let source = |edit: Edit, line| edit.replace(ROOT, "#sources", line);
    vec![
        source(passes("a source for nobody"), "flask = { git = \"https://git.example/flask\" }"),
        source(refused("a repository"), "idna = { git = \"https://git.example/idna\" }"),
        source(
            refused("a repository under a condition"),
            "six = [{ git = \"https://git.example/six\", marker = \"os_name == 'nt'\" }]",
        ),
        source(refused("a repository for an extra"), "attrs = { git = \"https://git.example/attrs\", extra = \"extra\" }"),
        source(
            refused("a repository for an extra that does not ask"),
            "idna = { git = \"https://git.example/a\", extra = \"extra\" }",
        ),
        source(refused("a source that uv does not know"), "idna = { nobody = \"here\" }"),
        source(refused("an index that is not there"), "idna = { index = \"nobody\" }"),
        source(refused("bound to an index"), "idna = { index = \"again\" }"),
        source(refused("a member that is none"), "idna = { workspace = true }"),
        passes("the index's condition by another variable").replace(ROOT, "'darwin'", "'darwin' and python_version > '3'"),
        refused("the index's condition").replace(ROOT, "'darwin'", "'linux'"),
        refused("no index any more").replace(ROOT, "zipp = [{ index = \"again\", marker = \"sys_platform == 'darwin'\" }]", ""),
        passes("the folder by another spelling").replace(ROOT, "path = \"folder\"", "path = \"./folder/\""),
        refused("the folder as it is").replace(ROOT, "path = \"folder\"", "path = \"folder\", editable = true"),
        refused("the folder elsewhere").replace(ROOT, "path = \"folder\"", "path = \"packages\""),
        refused("the folder's requirement").replace(FOLDER, "\"idna\"", "\"idna>=3\""),
        refused("the folder's version").replace(FOLDER, "1.0", "1.1"),
        passes("the folder's group").replace(FOLDER, "#folder", "[tool.other]"),
        refused("the folder is none that is built")
            .replace(FOLDER, "#folder", "[tool.uv]\npackage = false")
            .but("how a folder is installed its own manifest says, which is not asked"),
        refused("a member by its folder").replace(ROOT, "{ workspace = true }", "{ path = \"packages/one\" }"),
    ]
}

fn members() -> Vec<Edit> {
    vec![
        passes("a member's setting, which only the root may have").replace(ONE, "#one", "[tool.uv]\nresolution = \"lowest\""),
        refused("a member's requirement").replace(ONE, "\"six\"", "\"six>=1\""),
        refused("a member's version").replace(ONE, "0.1.0", "0.1.1"),
        refused("a member's name").replace(TWO, "\"two\"", "\"zwei\""),
        refused("a member's range of Python").replace(ONE, ">=3.9", ">=3.10"),
        refused("a member's group").replace(ONE, "#one", "[dependency-groups]\nnew = []"),
        refused("a member that is not built any more").replace(ONE, "#one", "[tool.uv]\npackage = false"),
        refused("a member that is built").replace(TWO, "#two", "[build-system]\nrequires = []"),
        refused("a member that is none of uv's").replace(TWO, "#two", "[tool.uv]\nmanaged = false"),
        refused("a member with a workspace").replace(TWO, "#two", "[tool.uv.workspace]\nmembers = []"),
        refused("a member without a project").write(TWO, "[dependency-groups]\nnew = []\n"),
        refused("a member more").write("packages/three/pyproject.toml", "[project]\nname = \"three\"\nversion = \"1\"\n"),
        refused("a member gone").remove("packages/two").but("a part of a checkout looks the same"),
        passes("members named one by one").replace(ROOT, "\"packages/*\"", "\"packages/one\", \"packages/two\""),
        refused("a member less in the list").replace(ROOT, "\"packages/*\"", "\"packages/one\""),
    ]
}

fn lockfile() -> Vec<Edit> {
    let lock = |edit: Edit, from, to| edit.replace(LOCK, from, to);
    vec![
        lock(passes("an older revision"), "revision = 5", "revision = 4"),
        lock(refused("no version of the form"), "version = 1\n", ""),
        lock(refused("another version of the form"), "version = 1\n", "version = 2\n"),
        lock(refused("another range of Python"), "requires-python = \">=3.9\"", "requires-python = \">=3.8\""),
        lock(refused("a member less"), "    \"one\",\n", ""),
        lock(refused("a member more"), "members = [\n", "members = [\n    \"nobody\",\n"),
        lock(refused("an extra less"), "\"extra\", \"all\"", "\"extra\""),
        lock(refused("the copy of a range"), "specifier = \">=3,<4\"", "specifier = \">=3\""),
        lock(refused("an edge to nobody"), "    { name = \"one\" },\n", "    { name = \"one\" },\n    { name = \"nobody\" },\n"),
        lock(refused("an entry by another name"), "[[package]]\nname = \"idna\"", "[[package]]\nname = \"idnb\""),
        lock(refused("the project by another name"), "[[package]]\nname = \"demo\"", "[[package]]\nname = \"demon\""),
        lock(
            refused("a member's own folder"),
            "source = { virtual = \"packages/two\" }",
            "source = { editable = \"packages/two\" }",
        ),
        lock(
            refused("a choice of versions that nobody made"),
            "[manifest]",
            "[options]\nresolution-mode = \"lowest\"\n\n[manifest]",
        )
        .but("it may have come from the environment, or a person's own settings"),
        lock(told("a digest less"), "hash = ", "hesh = ").but("missing-integrity tells of it"),
    ]
}
