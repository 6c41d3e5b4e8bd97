use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use flate2::read::GzDecoder;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::about::About;
use super::platform::PLATFORMS;
use super::{Kind, Lot, archive, build, npm, wheel};

/// What stands for the program.
const PROGRAM: &[u8] = b"\x7fELF, as it were";

/// Everything but what `npm` and the network are needed for.
const KINDS: &[Kind] = &[Kind::Archive, Kind::Npm, Kind::Wheel];

fn lot(folder: &Path) -> Lot {
    let program = folder.join("built-by-somebody");
    std::fs::write(&program, PROGRAM).expect("a file is written");
    let about = About {
        version: "1.2.3".into(),
        description: "Guards dependencies".into(),
        license: "MIT OR Apache-2.0".into(),
        keywords: vec!["lockfile".into(), "integrity".into()],
        repository: Some("https://code.example.test/provender".into()),
    };
    Lot { platform: &PLATFORMS[0], program, about, out: folder.join("out") }
}

/// The files of a compressed tar archive, with their modes.
fn untarred(path: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    let file = std::fs::File::open(path).expect("it was built");
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let mut files = BTreeMap::new();
    for entry in archive.entries().expect("an archive") {
        let mut entry = entry.expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        let path = entry.path().expect("a path").to_str().expect("a text").to_owned();
        files.insert(path, (entry.header().mode().expect("a mode"), bytes));
    }
    files
}

/// The files of a zip archive in their order, with their modes.
fn unzipped(path: &Path) -> Vec<(String, u32, Vec<u8>)> {
    let file = std::fs::File::open(path).expect("it was built");
    let mut archive = zip::ZipArchive::new(file).expect("an archive");
    let count = archive.len();
    let entry = |index| {
        let mut entry = archive.by_index(index).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("its bytes");
        (entry.name().expect("a name").into_owned(), entry.unix_mode().expect("a mode"), bytes)
    };
    (0..count).map(entry).collect()
}

fn manifest(files: &BTreeMap<String, (u32, Vec<u8>)>) -> Value {
    serde_json::from_slice(&files["package/package.json"].1).expect("JSON")
}

#[test]
fn the_same_program_gives_the_same_bytes() {
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let [first, second] = folders.each_ref().map(|folder| {
        let built = build(&lot(folder.path()), KINDS).expect("it is built");
        let digest = |path: &std::path::PathBuf| Sha256::digest(std::fs::read(path).expect("it is there")).to_vec();
        built.iter().map(|path| (path.file_name().expect("a name").to_owned(), digest(path))).collect::<Vec<_>>()
    });
    assert_eq!(first.len(), 5, "{first:?}");
    assert_eq!(first, second);
}

#[test]
fn npm_gets_no_script_and_the_program_in_exactly_its_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let [main, platform] = npm::build(&lot(folder.path())).expect("it is built");
    assert!(main.ends_with("provender-1.2.3.tgz"), "{}", main.display());
    assert!(platform.ends_with("provender-linux-x64-1.2.3.tgz"), "{}", platform.display());

    let (main, platform) = (untarred(&main), untarred(&platform));
    for manifest in [manifest(&main), manifest(&platform)] {
        assert_eq!(manifest.get("scripts"), None);
        assert_eq!(manifest.get("dependencies"), None);
        assert_eq!(manifest["version"], "1.2.3");
        assert_eq!(manifest["license"], "MIT OR Apache-2.0");
        assert_eq!(manifest["repository"]["url"], "git+https://code.example.test/provender.git");
        assert_eq!(manifest["publishConfig"]["provenance"], true);
    }
    let programs = manifest(&main)["optionalDependencies"].as_object().expect("a mapping").clone();
    assert_eq!(programs.len(), PLATFORMS.len());
    assert!(programs.values().all(|version| version == "1.2.3"), "{programs:?}");

    let fits = manifest(&platform);
    assert!(programs.contains_key(fits["name"].as_str().expect("a name")), "{fits}");
    assert_eq!((&fits["os"][0], &fits["cpu"][0]), (&"linux".into(), &"x64".into()));
    assert_eq!(platform["package/bin/provender"], (0o755, PROGRAM.to_vec()));

    let (mode, launcher) = &main["package/bin/provender.js"];
    assert_eq!(*mode, 0o755);
    let launcher = std::str::from_utf8(launcher).expect("a text");
    assert!(launcher.starts_with("#!/usr/bin/env node\n"));
    assert!(launcher.contains(r#"const PLATFORMS = ["linux-x64","linux-arm64","darwin-x64""#), "{launcher}");
}

#[test]
fn a_wheel_tells_every_tag_and_the_digest_of_every_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = wheel::build(&lot(folder.path())).expect("it is built");
    let name = "provender-1.2.3-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64.whl";
    assert!(path.ends_with(name), "{}", path.display());

    let files = unzipped(&path);
    let (record, _, listed) = files.last().expect("files");
    assert_eq!(record, "provender-1.2.3.dist-info/RECORD");
    let lines = files[..files.len() - 1].iter().map(|(path, _, bytes)| {
        format!("{path},sha256={},{}\n", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(bytes)), bytes.len())
    });
    let wanted = lines.chain([format!("{record},,\n")]).collect::<String>();
    assert_eq!(std::str::from_utf8(listed).expect("a text"), wanted);

    let text = |name: &str| {
        let path = format!("provender-1.2.3.dist-info/{name}");
        let found = files.iter().find(|file| file.0 == path).expect("it is there");
        String::from_utf8(found.2.clone()).expect("a text")
    };
    assert!(text("WHEEL").ends_with(
        "Root-Is-Purelib: false\nTag: py3-none-manylinux_2_17_x86_64\nTag: py3-none-manylinux2014_x86_64\nTag: py3-none-musllinux_1_1_x86_64\n"
    ));
    assert!(text("METADATA").starts_with("Metadata-Version: 2.4\nName: provender\nVersion: 1.2.3\nSummary: Guards dependencies\n"));
    let program = files.iter().find(|file| file.0 == "provender-1.2.3.data/scripts/provender").expect("the program");
    assert_eq!((program.1 & 0o777, program.2.as_slice()), (0o755, PROGRAM));
}

#[test]
fn an_archive_has_one_folder_and_its_checksum_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let [archive, checksum] = archive::build(&lot(folder.path())).expect("it is built");
    let said = std::fs::read_to_string(checksum).expect("a text");
    let digest = Sha256::digest(std::fs::read(&archive).expect("it is there"));
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(said, format!("{digest}  provender-1.2.3-x86_64-unknown-linux-gnu.tar.gz\n"));

    let files = untarred(&archive);
    let inside = |name: &str| files.get(&format!("provender-1.2.3-x86_64-unknown-linux-gnu/{name}"));
    assert_eq!(inside("provender"), Some(&(0o755, PROGRAM.to_vec())));
    for name in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "man/provender-check.1", "completions/_provender"] {
        assert!(inside(name).is_some_and(|file| file.0 == 0o644), "{name} in {:?}", files.keys());
    }
}

#[test]
fn a_release_is_what_its_tag_says() {
    let about = About::read().expect("the manifest is read");
    assert_eq!(about.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(about.license, env!("CARGO_PKG_LICENSE"));
    assert!(about.is_tagged(concat!("v", env!("CARGO_PKG_VERSION"))).is_ok());
    for tag in [env!("CARGO_PKG_VERSION"), "v0.0.9", ""] {
        let said = about.is_tagged(tag).expect_err("another version").to_string();
        assert!(said.contains(&format!("the tag is `{tag}`")), "{said}");
    }
}
