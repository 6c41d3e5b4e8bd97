//! The hash over what a manifest asks for, as each manager makes it and keeps it in its lockfile.
//!
//! Sources: `poetry/packages/locker.py`, `pdm/project/project_file.py`, `pipenv/utils/pipfile.py` and `plette/pipfiles.py`.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::json::Json;
use crate::model::Ecosystem;
use crate::registries::PYPI;
use crate::syntax::toml::Value;
use crate::versions;
use crate::versions::pypi::normalized;

/// Whether a lockfile's hash is the one of this manifest. `None`: it cannot be told.
pub(crate) type Verdict = Option<bool>;

/// Poetry's. `writer` is the version of Poetry that wrote the lockfile, by its first line: until 2.3 the dependency groups of the standard
/// did not count, and until 2.0 nothing but Poetry's own table did.
pub(crate) fn poetry(root: Value<'_>, locked: &str, writer: Option<&str>) -> Verdict {
    let older = |than: &str| {
        writer
            .is_some_and(|writer| versions::compare(crate::model::Ecosystem::Pypi, writer, than) == Some(std::cmp::Ordering::Less))
    };
    let recipes = [Some((true, true)), older("2.3.0").then_some((true, false)), older("2.0.0").then_some((false, false))];
    // What Python cannot write was never locked.
    let mut texts = recipes.into_iter().flatten().filter_map(|(project, groups)| of_poetry(root, project, groups));
    Some(texts.any(|recipe| hex(Sha256::digest(recipe.write(" "))) == locked))
}

const LEGACY: [&str; 4] = ["dependencies", "source", "extras", "dev-dependencies"];

fn of_poetry(root: Value<'_>, with_project: bool, with_groups: bool) -> Option<Json> {
    let mut project = BTreeMap::new();
    for key in ["requires-python", "dependencies", "optional-dependencies"] {
        if let Some(value) = root.get_path(&["project", key]).filter(|_| with_project) {
            project.insert(key.to_owned(), Json::of(value)?);
        }
    }
    let groups = match root.get("dependency-groups").filter(|_| with_groups) {
        Some(groups) => Some(Json::of(groups)?).filter(|groups| !groups.is_empty()),
        None => None,
    };
    let standard = !project.is_empty() || groups.is_some();
    let mut own = BTreeMap::new();
    for key in LEGACY.into_iter().chain(["group"]) {
        match root.get_path(&["tool", "poetry", key]) {
            Some(value) => own.insert(key.to_owned(), Json::of(value)?),
            None if standard || key == "group" => None,
            None => own.insert(key.to_owned(), Json::Null),
        };
    }
    if !standard {
        return Some(Json::Table(own));
    }
    let mut whole = BTreeMap::new();
    if !project.is_empty() {
        whole.insert("project".to_owned(), Json::Table(project));
    }
    if let Some(groups) = groups {
        whole.insert("dependency-groups".to_owned(), groups);
    }
    whole.insert("tool".to_owned(), Json::table([("poetry", Json::Table(own))]));
    Some(Json::Table(whole))
}

/// PDM's, written `algorithm:hash`. `version` is the lockfile's: before 4.4, of what is now the resolution's table only the overrides counted.
pub(crate) fn pdm(root: Value<'_>, locked: &str, version: &str) -> Verdict {
    // Without the standard's table PDM converts Poetry's and Flit's, which is not done here.
    root.get("project")?;
    let Some((algorithm, locked)) = locked.split_once(':') else { return Some(false) };
    let older = versions::compare(Ecosystem::Pypi, version, "4.4") == Some(Ordering::Less);
    let recipes = [Some("resolution"), older.then_some("overrides")];
    // What Python cannot write was never locked.
    let texts = recipes.into_iter().flatten().filter_map(|last| of_pdm(root, last));
    let mut hashes = texts.map(|text| hash(algorithm, &text.write(" ")));
    hashes.try_fold(false, |found, hash| Some(hash? == locked || found))
}

fn hash(algorithm: &str, text: &str) -> Option<String> {
    match algorithm {
        "sha256" => Some(hex(Sha256::digest(text))),
        "sha384" => Some(hex(Sha384::digest(text))),
        "sha512" => Some(hex(Sha512::digest(text))),
        _ => None,
    }
}

fn of_pdm(root: Value<'_>, last: &'static str) -> Option<Json> {
    let field = |path: &[&str], default: Json| root.get_path(path).map_or(Some(default), Json::of);
    let (list, table) = (Json::List(Vec::new()), Json::Table(BTreeMap::new()));
    let resolution = match last {
        "overrides" if root.get_path(&["tool", "pdm", "overrides"]).is_some() => &["tool", "pdm", "overrides"][..],
        "overrides" => &["tool", "pdm", "resolution", "overrides"],
        _ => &["tool", "pdm", "resolution"],
    };
    Some(Json::table([
        ("sources", field(&["tool", "pdm", "source"], list.clone())?),
        ("dependencies", field(&["project", "dependencies"], list)?),
        ("dev-dependencies", pdm_groups(root)?),
        ("optional-dependencies", field(&["project", "optional-dependencies"], table.clone())?),
        ("requires-python", field(&["project", "requires-python"], Json::Text(String::new()))?),
        (last, field(resolution, table)?),
    ]))
}

/// The standard's groups, and those of PDM's own table, joined by their normalised names.
fn pdm_groups(root: Value<'_>) -> Option<Json> {
    let mut groups: BTreeMap<String, Json> = BTreeMap::new();
    for path in [&["dependency-groups"][..], &["tool", "pdm", "dev-dependencies"]] {
        for (name, list) in root.get_path(path).into_iter().flat_map(Value::members) {
            let Json::List(items) = Json::of(list)? else { return None };
            let group = groups.entry(normalized(&name.string()?).into_owned()).or_insert_with(|| Json::List(Vec::new()));
            if let Json::List(group) = group {
                group.extend(items);
            }
        }
    }
    Some(Json::Table(groups))
}

/// Pipenv's. Today's compares names normalised, those of the last years in lower case, and the library of its file formats as they are
/// written: a lockfile that any of them wrote is up to date for the one that wrote it.
pub(crate) fn pipenv(root: Value<'_>, locked: &str) -> Verdict {
    let recipes: [fn(&str) -> String; 3] = [|name| normalized(name).into_owned(), str::to_lowercase, str::to_owned];
    let texts: Option<Vec<String>> = recipes.iter().map(|name| of_pipenv(root, name)).collect();
    Some(texts?.iter().any(|text| hex(Sha256::digest(text)) == locked))
}

fn of_pipenv(root: Value<'_>, name: &dyn Fn(&str) -> String) -> Option<String> {
    let empty = || Json::Table(BTreeMap::new());
    // Of two names that are the same the last one counts.
    let section = |value: Option<Value<'_>>| match value {
        Some(table) if table.is_table() => {
            let members = table.members().map(|(key, value)| Some((name(&key.string()?), Json::of(value)?)));
            members.collect::<Option<BTreeMap<_, _>>>().map(Json::Table)
        }
        Some(other) => Json::of(other),
        None => Some(empty()),
    };
    let sources = root.get("source").map_or_else(|| Some(default_sources()), Json::of)?;
    let requires = root.get("requires").map_or_else(|| Some(empty()), Json::of)?;
    let mut whole = BTreeMap::from([
        ("_meta".to_owned(), Json::table([("sources", sources), ("requires", requires)])),
        ("default".to_owned(), section(root.get("packages"))?),
        ("develop".to_owned(), section(root.get("dev-packages"))?),
    ]);
    for (category, packages) in root.members() {
        let known = ["source", "packages", "dev-packages", "requires", "scripts", "pipfile", "pipenv", "default", "develop"];
        if !known.iter().any(|known| category.is(known)) {
            whole.insert(category.string()?.into_owned(), section(Some(packages))?);
        }
    }
    Some(Json::Table(whole).write(""))
}

/// What Pipenv takes a `Pipfile` without sources to say.
fn default_sources() -> Json {
    Json::List(vec![Json::table([
        ("name", Json::Text("pypi".to_owned())),
        ("url", Json::Text(PYPI.trim_end_matches('/').to_owned())),
        ("verify_ssl", Json::Bool(true)),
    ])])
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::toml;

    /// A manifest with everything that counts for one manager or another, and letters beyond ASCII.
    const PYPROJECT: &str = r#"
[project]
name = "demo"
version = "0.1.0"
description = "Pr\u00fcfung"
requires-python = ">=3.9"
dependencies = ["idna>=3,<4", "six ; python_version < '3.12'"]
[project.optional-dependencies]
extra = ["attrs>=22"]
[dependency-groups]
Dev_Tools = ["iniconfig", {include-group = "lint"}]
lint = ["toml"]
[tool.poetry.group.docs.dependencies]
markupsafe = {version = "^2.0", optional = true}
[tool.pdm.dev-dependencies]
lint = ["tomli"]
[tool.pdm.resolution]
allow-prereleases = false
[tool.pdm.resolution.overrides]
urllib3 = "2.2.0"
"#;

    const OLD: &str = "[tool.poetry]\nname = \"demo\"\n[tool.poetry.dependencies]\npython = \"^3.9\"\nidna = \"^3.0\"\n";

    const PIPFILE: &str = "[packages]\nPyYAML = \"*\"\ntyping_extensions = \">=4\"\n[dev-packages]\n[docs]\nA = {version = \"==1\", extras = [\"é\"]}\n\
        [scripts]\na = \"b\"\n";

    #[test]
    fn the_hashes_are_those_of_the_managers() {
        let (tree, old, pipfile) = (toml::parse(PYPROJECT), toml::parse(OLD), toml::parse(PIPFILE));
        let (root, old, pipfile) = (tree.root(PYPROJECT), old.root(OLD), pipfile.root(PIPFILE));
        let with_groups = "045ec80b2bfb24675e14606ad4239978835d76365d1786a59d462b513350db4a";
        let without_groups = "d5c950c905ceb465e925c83b4265bdb4b1bf6252e323f7f71742236cf3ae6d95";
        assert_eq!(poetry(root, with_groups, None), Some(true));
        assert_eq!(poetry(root, without_groups, None), Some(false));
        assert_eq!(poetry(root, without_groups, Some("2.2.1")), Some(true));
        assert_eq!(poetry(root, without_groups, Some("2.3.0")), Some(false));
        assert_eq!(poetry(old, "a5c47de9941291287cdb7e1e47558df00229dbfb04ef11d78b652c963ebaa032", Some("1.8.2")), Some(true));
        assert_eq!(poetry(old, with_groups, Some("1.8.2")), Some(false));
        assert_eq!(pdm(root, "sha256:f66c9da68af6451c3b49d02aeb4970e39e3d58ec3828d60286170420c6183b6a", "4.5.1"), Some(true));
        assert_eq!(pdm(root, "sha256:8eb32b30cddf5e0d6fbfa95c3950cb60107eebbd818e86861b153644529fad7e", "4.3"), Some(true));
        assert_eq!(pdm(root, "sha256:8eb32b30cddf5e0d6fbfa95c3950cb60107eebbd818e86861b153644529fad7e", "4.5.1"), Some(false));
        assert_eq!(pdm(root, "blake2b:00", "4.5.1"), None);
        for hash in [
            "fce43820cb414a719251485d894a15b1304b44b2a5fdaf129a7794c584dec8ef",
            "7fcc144ff978d7087541fb2d3d38c1aa4d623eac00282b33319fb6f20051a170",
            "beda283b0220e7b3364388fdf8f6126766672bce96c96ed2367ff806c53330d3",
        ] {
            assert_eq!(pipenv(pipfile, hash), Some(true));
        }
        assert_eq!(pipenv(pipfile, with_groups), Some(false));
    }

    #[test]
    fn what_python_does_not_write_was_never_locked() {
        for text in
            ["[project]\ndependencies = [1979-05-27]\n", "[project]\n[dependency-groups]\na = \"b\"\n[tool.poetry]\na = 1\n"]
        {
            let tree = toml::parse(text);
            assert_eq!((poetry(tree.root(text), "", None), pdm(tree.root(text), "sha256:00", "4.5")), (Some(false), Some(false)));
        }
        let tree = toml::parse("[project]\n");
        assert_eq!(pdm(tree.root("[project]\n"), "00", "4.5"), Some(false), "no algorithm");
    }

    #[test]
    fn of_two_names_that_are_one_the_last_counts() {
        let [first, last] = ["alpha = \"1\"\nAlpha = \"2\"\n", "Alpha = \"2\"\n"].map(|packages| {
            let text = format!("[packages]\n{packages}");
            of_pipenv(toml::parse(&text).root(&text), &|name| normalized(name).into_owned())
        });
        assert_eq!(first, last);
    }
}
