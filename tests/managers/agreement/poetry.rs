//! Poetry: `poetry check --lock` holds the lockfile to a hash of what the manifest says, and reads no version in it.

use super::{Edit, Project, passes, refused, told};
use crate::tools::Tool;

const MANIFEST: &str = "pyproject.toml";
const LOCK: &str = "poetry.lock";

pub(super) const PROJECT: Project = Project {
    tool: Tool::Poetry,
    files: &[(
        MANIFEST,
        r#"[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.9"
dependencies = ["idna (>=3,<4)", "six"]
[project.optional-dependencies]
extra = ["attrs"]
[dependency-groups]
lint = ["zipp"]
[tool.poetry]
package-mode = false
[tool.poetry.group.dev.dependencies]
iniconfig = {version = "*", optional = false}
[[tool.poetry.source]]
name = "index"
url = "https://pypi.org/simple/"
priority = "primary"
"#,
    )],
    lock: &[&["lock", "-n"]],
    frozen: &["check", "--lock", "-n"],
    refusals: &[
        "pyproject.toml changed significantly since poetry.lock was last generated",
        "The Poetry configuration is invalid",
        "This project requires Poetry",
    ],
};

pub(super) fn edits() -> Vec<Edit> {
    vec![
        passes("what is not asked for: version and description").replace(MANIFEST, "0.1.0", "0.2.0").replace(
            MANIFEST,
            "version =",
            "description = \"a\"\nversion =",
        ),
        refused("a range by another spelling").replace(MANIFEST, "idna (>=3,<4)", "idna>=3,<4"),
        refused("an extra more").replace(MANIFEST, "extra =", "other = []\nextra ="),
        refused("a group's requirement").replace(MANIFEST, "zipp", "zipp>=1"),
        refused("an own group's requirement").replace(MANIFEST, "version = \"*\"", "version = \">=1\""),
        refused("a number that Python writes with a power of ten").replace(
            MANIFEST,
            "optional = false",
            "optional = false, x = 1e20",
        ),
        refused("another index").replace(MANIFEST, "\"index\"", "\"other\""),
        refused("a project without a name").replace(MANIFEST, "name = \"demo\"\n", ""),
        refused("a version that is none").replace(MANIFEST, "0.1.0", "one"),
        refused("a setting that is none")
            .replace(MANIFEST, "package-mode = false", "package-mode = false\nnobody = 1")
            .but("plugins have settings of their own"),
        refused("another version of Poetry")
            .replace(MANIFEST, "package-mode = false", "package-mode = false\nrequires-poetry = \">=9\"")
            .but("which Poetry is there no file says"),
        told("a version that is not asked for").replace(LOCK, "name = \"idna\"\nversion = \"3", "name = \"idna\"\nversion = \"9"),
    ]
}
