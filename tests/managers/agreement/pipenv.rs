//! Pipenv: `pipenv verify` holds the lockfile to a hash of the `Pipfile`, and reads no version in it.

use super::{Edit, Project, passes, refused, told};
use crate::tools::Tool;

const MANIFEST: &str = "Pipfile";
const LOCK: &str = "Pipfile.lock";

pub(super) const PROJECT: Project = Project {
    tool: Tool::Pipenv,
    files: &[(
        MANIFEST,
        r#"[[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"

[packages]
idna = ">=3,<4"
Six = "*"

[dev-packages]
iniconfig = {version = "*", markers = "sys_platform == 'win32'"}

[docs]
zipp = "*"

[requires]
python_version = "3"

[scripts]
a = "b"
"#,
    )],
    lock: &[&["lock", "-q"]],
    frozen: &["verify"],
    refusals: &["Pipfile.lock is out-of-date"],
};

pub(super) fn edits() -> Vec<Edit> {
    vec![
        passes("a name by another spelling").replace(MANIFEST, "Six", "six"),
        passes("a script").replace(MANIFEST, "a = \"b\"", "a = \"c\""),
        passes("another order").replace(MANIFEST, "idna = \">=3,<4\"\n", "").replace(
            MANIFEST,
            "Six = \"*\"",
            "Six = \"*\"\nidna = \">=3,<4\"",
        ),
        refused("a range by another spelling").replace(MANIFEST, ">=3,<4", "<4,>=3"),
        refused("a name twice, of which the last counts").replace(MANIFEST, "Six", "Idna = \"*\"\nSix"),
        passes("a name twice, of which the last says the same").replace(MANIFEST, "Six", "six = \">=1\"\nSix"),
        refused("a category's requirement").replace(MANIFEST, "zipp = \"*\"", "zipp = \">=1\""),
        refused("an empty category more").replace(MANIFEST, "[requires]", "[more]\n[requires]"),
        refused("another Python").replace(MANIFEST, "\"3\"", "\"3.11\""),
        refused("an index's address with a slash").replace(MANIFEST, "/simple\"", "/simple/\""),
        refused("no hash").replace(LOCK, "\"sha256\": \"", "\"sha256\": \"0"),
        told("a version that is not asked for").replace(LOCK, "\"version\": \"==3", "\"version\": \"==9"),
    ]
}
