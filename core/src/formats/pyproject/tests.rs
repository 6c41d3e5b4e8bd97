use super::*;
use crate::spec::Place;

const TEXT: &str = r#"
[project]
name = "App"
version = "1.0"
dependencies = [
    "requests[socks]>=2 ; python_version < '3.12'",
    "git-dep",
    "by.index",
    "member",
    "direct @ https://files.test/direct-1.0.whl",
]
[project.optional-dependencies]
extra = ["opt~=1.0"]
[dependency-groups]
dev = ["pytest", {include-group = "docs"}]
docs = ["sphinx<9"]
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.uv]
exclude-newer = "7 days"
override-dependencies = ["urllib3==2.0"]
extra-index-url = ["https://extra.test/simple"]
find-links = ["./wheels"]
[tool.uv.sources]
git_dep = {git = "https://git.test/g", branch = "main"}
by-index = {index = "corp"}
member = {workspace = true}
[[tool.uv.index]]
name = "corp"
url = "https://corp.test/simple"
explicit = true
[tool.uv.workspace]
members = ["packages/*"]
exclude = ["packages/old"]

[tool.poetry.dependencies]
python = "^3.9"
pin = "2.31.0"
several = [{version = "<2", markers = "os_name == 'nt'"}, {git = "https://git.test/s.git", rev = "0123456789012345678901234567890123456789"}]
[tool.poetry.group.lint.dependencies]
black = {version = "*", source = "corp"}
[[tool.poetry.source]]
name = "corp"
url = "https://corp.test/simple"
priority = "supplemental"

[tool.pdm.dev-dependencies]
local = ["-e file:///${PROJECT_ROOT}/sub#egg=sub", "tox"]
[tool.pdm.resolution]
allow-prereleases = true
[tool.pdm.resolution.overrides]
six = "1.16"
[[tool.pdm.source]]
name = "private"
url = "https://private.test/simple"
verify_ssl = false
"#;

#[test]
fn every_table_adds_to_what_is_asked_for() {
    let model = parse(TEXT).model;
    let manifest = model.manifest.unwrap();
    let told = |asked: &Dependency| {
        assert!(asked.loose);
        let place = match asked.place.as_deref() {
            None => "",
            Some(Place::Git { rev: Some(_), .. }) => " commit",
            Some(Place::Git { .. }) => " git",
            Some(Place::Url(_)) => " url",
            Some(Place::Path(_)) => " path",
            Some(Place::Workspace) => " workspace",
            Some(Place::Elsewhere) => " elsewhere",
        };
        let registry = asked.registry.as_ref().map_or(String::new(), |registry| format!(" from {}", registry.value));
        format!("{} {} {:?}{place}{registry}", asked.name, asked.spec, asked.group)
    };
    let told: Vec<_> = manifest.dependencies.iter().map(told).collect();
    assert_eq!(
        told,
        [
            "requests >=2 Normal",
            "git-dep https://git.test/g Normal git",
            "by.index  Normal from corp",
            "member  Normal workspace",
            "direct https://files.test/direct-1.0.whl Normal url",
            "opt ~=1.0 Optional",
            "pytest  Dev",
            "sphinx <9 Dev",
            "hatchling  Build",
            "urllib3 ==2.0 Override",
            "pin 2.31.0 Normal",
            "several <2 Normal",
            "several https://git.test/s.git Normal commit",
            "black * Dev from corp",
            "sub file:///${PROJECT_ROOT}/sub#egg=sub Dev path",
            "tox  Dev",
            "six 1.16 Override",
        ]
    );
    assert_eq!(manifest.manager, Some(Manager::Poetry));
    assert_eq!(manifest.workspaces.iter().map(|pattern| pattern.as_str()).collect::<Vec<_>>(), ["packages/*", "!packages/old"]);
    let condition = manifest.dependencies[0].condition.as_ref().unwrap();
    assert_eq!(&TEXT[condition.span.range()], "python_version < '3.12'");
}

#[test]
fn settings_of_every_manager_are_told() {
    let settings = parse(TEXT).model.settings.unwrap();
    let entries: Vec<_> = settings.entries.iter().map(|entry| format!("{}={}", entry.key, entry.value)).collect();
    assert_eq!(
        entries,
        [
            "tool.uv.exclude-newer=7 days",
            "tool.uv.override-dependencies=urllib3==2.0",
            "tool.uv.extra-index-url=https://extra.test/simple",
            "tool.uv.find-links=./wheels",
            "tool.pdm.resolution.allow-prereleases=true",
            "tool.pdm.source.verify_ssl=false",
        ]
    );
    let registries: Vec<_> =
        settings.registries.iter().map(|named| (named.url.as_str(), named.serves.clone(), named.mixes)).collect();
    assert_eq!(
        registries,
        [
            ("https://corp.test/simple", Serves::Named("corp".into()), false),
            ("https://extra.test/simple", Serves::Any, true),
            ("https://corp.test/simple", Serves::Any, true),
            ("https://private.test/simple", Serves::Any, true),
        ]
    );
    assert_eq!(settings.redirects.len(), 1);
    assert!(parse("[project]\nname = \"a\"\n[tool.uv.sources]\na = {workspace = true}\n").model.settings.is_none());
}

#[test]
fn settings_files_of_their_own() {
    let uv = parse_uv(
        "exclude-newer = \"P7D\"\nindex-strategy = \"unsafe-best-match\"\n[[index]]\nurl = \"https://corp.test/simple\"\ndefault = true\n",
    );
    let settings = uv.model.settings.unwrap();
    assert_eq!(settings.get("index-strategy").unwrap().value.value, "unsafe-best-match");
    assert_eq!(settings.registries[0].serves, Serves::Default);
    let poetry = parse_poetry(
        "[certificates.corp]\ncert = false\n[http-basic.corp]\nusername = \"u\"\npassword = \"p\"\n[repositories.corp]\nurl = \"https://corp.test/simple\"\n",
    );
    let settings = poetry.model.settings.unwrap();
    assert_eq!(settings.get("certificates.cert").unwrap().value.value, "false");
    assert_eq!(settings.registries[0].serves, Serves::Named("corp".into()));
    assert!(settings.get("http-basic.corp.password").is_some());
}

#[test]
fn one_primary_source_takes_the_default_indexs_place() {
    let sources = |text: &str| {
        let settings = parse(text).model.settings.unwrap();
        settings.registries.iter().map(|named| (named.serves.clone(), named.mixes)).collect::<Vec<_>>()
    };
    let one = "[[tool.poetry.source]]\nname = \"a\"\nurl = \"https://a.test/simple\"\n";
    let other = "[[tool.poetry.source]]\nname = \"b\"\nurl = \"https://b.test/simple\"\npriority = \"primary\"\n";
    let public = "[[tool.poetry.source]]\nname = \"PyPI\"\n";
    assert_eq!(sources(one), [(Serves::Default, false)]);
    assert_eq!(sources(&format!("{one}{other}")), [(Serves::Default, true), (Serves::Default, true)]);
    assert_eq!(sources(&format!("{public}{one}")), [(Serves::Default, true)]);
}

proptest::proptest! {
    #[test]
    fn cut_off_anywhere_it_is_still_read(at in 0..TEXT.len()) {
        let at = (0..=at).rev().find(|at| TEXT.is_char_boundary(*at)).unwrap_or(0);
        let parsed = parse(&TEXT[..at]);
        for dependency in &parsed.model.manifest.unwrap().dependencies {
            assert!(dependency.spec.span.end as usize <= at && dependency.name.span.end as usize <= at);
        }
    }
}
