//! PDM: `pdm lock --check` holds the lockfile to a hash of what the manifest says, and reads no version in it.

use super::{Edit, Project, passes, refused, told};
use crate::tools::Tool;

const MANIFEST: &str = "pyproject.toml";
const LOCK: &str = "pdm.lock";

pub(super) const PROJECT: Project = Project {
    tool: Tool::Pdm,
    files: &[(
        MANIFEST,
        r#"[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.9"
dependencies = ["idna>=3,<4", "six"]
[project.optional-dependencies]
extra = ["attrs"]
[dependency-groups]
lint = ["zipp"]
[tool.pdm]
distribution = false
[tool.pdm.dev-dependencies]
old = ["iniconfig"]
[tool.pdm.resolution]
respect-source-order = true
"#,
    )],
    lock: &[&["lock", "-q"]],
    frozen: &["lock", "--check"],
    refusals: &[
        "Lockfile hash doesn't match pyproject.toml",
        "Lockfile is not compatible with PDM",
        "is not JSON serializable",
        "not enough values to unpack",
    ],
};

pub(super) fn edits() -> Vec<Edit> {
    let setting = |edit: Edit, line| edit.replace(MANIFEST, "respect-source-order = true", line);
    vec![
        passes("what is not asked for: version and name").replace(MANIFEST, "0.1.0", "0.2.0").replace(
            MANIFEST,
            "\"demo\"",
            "\"other\"",
        ),
        refused("a range by another spelling").replace(MANIFEST, "idna>=3,<4", "idna<4,>=3"),
        refused("an old group's requirement").replace(MANIFEST, "iniconfig", "iniconfig>=1"),
        refused("a group that is no list").replace(MANIFEST, "lint = [\"zipp\"]", "lint = \"zipp\""),
        setting(refused("another choice of versions"), "respect-source-order = false"),
        setting(refused("a number that Python writes with a power of ten"), "respect-source-order = true\nx = 1e20"),
        setting(refused("a number that is none"), "respect-source-order = true\nx = nan"),
        setting(refused("a date, which has no hash"), "respect-source-order = true\nx = 2024-01-01"),
        refused("another index").replace(
            MANIFEST,
            "[tool.pdm]",
            "[[tool.pdm.source]]\nname = \"corp\"\nurl = \"https://index.example/simple\"\n[tool.pdm]",
        ),
        refused("no algorithm of the hash").replace(LOCK, "\"sha256:", "\""),
        refused("another algorithm of the hash").replace(LOCK, "\"sha256:", "\"md5:").but("it is not computed"),
        refused("no version of the form").replace(LOCK, "lock_version", "lock_revision"),
        refused("an old form").replace(LOCK, "lock_version = \"4", "lock_version = \"3"),
        told("a version that is not asked for").replace(LOCK, "name = \"idna\"\nversion = \"3", "name = \"idna\"\nversion = \"9"),
    ]
}
