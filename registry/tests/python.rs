//! Python's releases: many files a version, some of them locked, one of them hashed.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::{ask, options, outcome};
use provender_core::facts::{Artifact, ArtifactFile, BytesFrom, Depth, Facts, Mismatch, Outcome, Question, Reason, Unanswered};
use provender_core::model::Ecosystem;
use provender_registry::{Cancel, Client, Credential, Options, Platform, System};
use registry_double::{Fault, Registry, Release, ReleaseFile};
use sha2::Digest as _;
use smol_str::SmolStr;

const SOURCE: &str = "left-1.0.tar.gz";
const LINUX: &str = "left-1.0-cp312-cp312-manylinux_2_17_x86_64.whl";
const WINDOWS: &str = "left-1.0-cp312-cp312-win_amd64.whl";

const LINUX_BYTES: &[u8] = b"the bytes of left-1.0-cp312-cp312-manylinux_2_17_x86_64.whl";

fn files() -> [ReleaseFile; 3] {
    [SOURCE, LINUX, WINDOWS].map(|name| ReleaseFile::new(name, format!("the bytes of {name}").as_bytes()))
}

fn on_linux(registry: &Registry) -> Options {
    Options {
        platform: Platform { python: Some((3, 12)), system: System::Manylinux, machine: "x86_64".to_owned() },
        ..options(registry)
    }
}

fn client(registry: &Registry) -> Client {
    Client::new(on_linux(registry)).unwrap()
}

/// What a lockfile that names files records.
fn named(registry: &Registry, files: &[ReleaseFile]) -> Artifact {
    let listed =
        |file: &ReleaseFile| ArtifactFile { name: Some(file.name().into()), url: None, integrity: vec![file.hash().into()] };
    Artifact {
        ecosystem: Ecosystem::Pypi,
        name: "left".into(),
        version: "1.0".into(),
        integrity: files.iter().map(|file| file.hash().into()).collect(),
        resolved: None,
        registry: registry.pypi().into(),
        files: files.iter().map(listed).collect(),
    }
}

/// What a list of hashes records.
fn hashes(registry: &Registry, files: &[ReleaseFile]) -> Artifact {
    Artifact { files: Vec::new(), ..named(registry, files) }
}

fn fetched(registry: &Registry) -> Vec<String> {
    let paths = registry.requests().into_iter().map(|request| request.path);
    paths.filter_map(|path| Some(path.strip_prefix("/pypi/files/left/")?.to_owned())).collect()
}

const UNPUBLISHED: Mismatch = Mismatch { lockfile_registry: true, lockfile_bytes: false, registry_bytes: false, address: false };

#[tokio::test]
async fn the_file_of_this_platform_is_hashed_and_the_rest_compared() {
    let registry = Registry::start().unwrap();
    let files = files();
    registry.release(&Release::new("left", &files));
    for locked in [named(&registry, &files), hashes(&registry, &files)] {
        registry.forget_requests();
        let verdict = ask(&client(&registry), locked.clone(), Depth::Verified).await;
        assert_eq!(verdict.outcome, Outcome::Verified);
        assert_eq!(verdict.published, locked.integrity, "every digest of the version, for whoever wants to hold it by all");
        assert_eq!(verdict.computed.len(), 1);
        assert_eq!(fetched(&registry), [LINUX]);
        assert!(verdict.tarball.as_ref().unwrap().ends_with(LINUX));

        registry.forget_requests();
        let verdict = ask(&client(&registry), locked.clone(), Depth::Recorded).await;
        assert_eq!((&verdict.outcome, verdict.computed.len()), (&Outcome::Recorded, 0));
        assert_eq!(registry.requests().len(), 1);

        registry.forget_requests();
        let all = Client::new(Options { all_files: true, ..on_linux(&registry) }).unwrap();
        let verdict = ask(&all, locked, Depth::Verified).await;
        assert_eq!((&verdict.outcome, verdict.computed.len()), (&Outcome::Verified, 3));
        assert_eq!(fetched(&registry), [SOURCE, LINUX, WINDOWS]);
    }
    // Where nothing of what is locked suits this platform, something is hashed all the same.
    registry.forget_requests();
    assert_eq!(outcome(&client(&registry), named(&registry, &files[2..]), Depth::Verified).await, Outcome::Verified);
    assert_eq!(fetched(&registry), [WINDOWS]);
}

#[tokio::test]
async fn a_page_of_links_does_as_well() {
    let registry = Registry::start().unwrap();
    let files = files();
    registry.release(&Release::new("left", &files).page_only());
    let verdict = ask(&client(&registry), named(&registry, &files), Depth::Verified).await;
    assert_eq!(verdict.outcome, Outcome::Verified);
    assert_eq!(fetched(&registry), [LINUX]);
    registry.release(&Release::new("left", &[files[1].clone().yanked("broken"), files[0].clone().states(None)]).page_only());
    let verdict = ask(&client(&registry), named(&registry, &files), Depth::Recorded).await;
    assert_eq!(verdict.outcome, Outcome::Unverifiable(Reason::NoPublishedDigest));
    assert_eq!(verdict.withdrawn.as_deref(), Some("broken"));
}

#[tokio::test]
async fn every_digest_must_be_the_index_s_own_for_that_file() {
    let registry = Registry::start().unwrap();
    let files = files();
    registry.release(&Release::new("left", &files));
    registry.release(&Release::new("left", &[ReleaseFile::new("left-2.0.tar.gz", b"another version")]));
    let client = client(&registry);
    let evil = ReleaseFile::new(WINDOWS, b"evil");
    let other_version = ReleaseFile::new("left-2.0.tar.gz", b"another version");

    let mut swapped = named(&registry, &files);
    swapped.files[0].integrity = swapped.files[1].integrity.clone();
    assert_eq!(outcome(&client, swapped, Depth::Recorded).await, Outcome::Mismatched(UNPUBLISHED), "another file's digest");
    for (what, locked) in [
        ("one more digest", hashes(&registry, &[files[0].clone(), evil.clone()])),
        ("another file's name", named(&registry, &[files[0].clone(), ReleaseFile::new("left-1.0-py3-none-any.whl", LINUX_BYTES)])),
        ("a file with another digest", named(&registry, &[files[0].clone(), evil])),
        ("another version's digest", hashes(&registry, &[files[0].clone(), other_version])),
    ] {
        for depth in [Depth::Recorded, Depth::Verified] {
            assert!(
                matches!(outcome(&client, locked.clone(), depth).await, Outcome::Mismatched(m) if m.lockfile_registry),
                "{what}"
            );
        }
    }
    // A file that the index does not have is nobody's lie for certain, and nothing that passes.
    let more = named(&registry, &[files[0].clone(), ReleaseFile::new("left-1.0-py3-none-any.whl", b"evil")]);
    for depth in [Depth::Recorded, Depth::Verified] {
        let expected = Outcome::Unverifiable(Reason::UnpublishedFile("left-1.0-py3-none-any.whl".to_owned()));
        assert_eq!(outcome(&client, more.clone(), depth).await, expected);
    }
    let none = Artifact { integrity: Vec::new(), ..hashes(&registry, &files) };
    let verdict = ask(&client, none, Depth::Verified).await;
    assert_eq!(verdict.outcome, Outcome::Unverifiable(Reason::NoLockedDigest));
    assert_eq!((verdict.published.len(), verdict.computed.len()), (3, 1));
}

#[tokio::test]
async fn lies_and_faults_are_told_for_what_they_are() {
    let registry = Registry::start().unwrap();
    let files = files();
    let host = || registry.host().to_owned();
    let locked = named(&registry, &files);
    let wrong_bytes = Mismatch { lockfile_bytes: true, registry_bytes: true, ..Mismatch::default() };
    for (fault, expected) in [
        (Fault::WrongBytes, Outcome::Mismatched(wrong_bytes)),
        (Fault::Truncated, Outcome::Unverifiable(Reason::Truncated(host()))),
        (Fault::Status(404), Outcome::Unverifiable(Reason::UnpublishedPackage)),
        (Fault::Status(500), Outcome::Unverifiable(Reason::ServerFault(host(), 500))),
        (Fault::Status(403), Outcome::Unverifiable(Reason::Unauthorized(host()))),
        (Fault::HugeMetadata(2 << 20), Outcome::Unverifiable(Reason::TooLarge(1 << 20))),
        (Fault::Endless(4 << 20), Outcome::Unverifiable(Reason::TooLarge(1 << 20))),
        (
            Fault::NotJson,
            Outcome::Unverifiable(Reason::MalformedAnswer("the project's document is neither JSON nor a page".to_owned())),
        ),
    ] {
        registry.release(&Release::new("left", &files));
        registry.misbehave("left", fault.clone());
        assert_eq!(outcome(&client(&registry), locked.clone(), Depth::Verified).await, expected, "{fault:?}");
    }
    registry.behave("left");
    // The index states another digest than the file has.
    let lie = files[1].clone().states(Some(&"0".repeat(64)));
    registry.release(&Release::new("left", &[lie]));
    let found = outcome(&client(&registry), locked.clone(), Depth::Verified).await;
    assert!(matches!(found, Outcome::Mismatched(m) if m.lockfile_registry && m.registry_bytes && !m.lockfile_bytes), "{found:?}");
    let missing = Artifact { version: "3.0".into(), ..locked.clone() };
    assert_eq!(outcome(&client(&registry), missing, Depth::Verified).await, Outcome::Unverifiable(Reason::UnpublishedVersion));
    let odd = Artifact { name: "../left".into(), ..locked };
    assert!(matches!(outcome(&client(&registry), odd, Depth::Verified).await, Outcome::Unverifiable(Reason::NotAnArtifact(_))));
}

#[tokio::test]
async fn a_yanked_file_is_told_and_still_verified() {
    let registry = Registry::start().unwrap();
    let [source, linux, windows] = files();
    registry.release(&Release::new("left", &[source.clone(), linux.clone().yanked("it deletes files"), windows.clone()]));
    let client = client(&registry);
    let verdict = ask(&client, named(&registry, &[source.clone(), linux]), Depth::Verified).await;
    assert_eq!((&verdict.outcome, verdict.withdrawn.as_deref()), (&Outcome::Verified, Some("it deletes files")));
    assert_eq!(ask(&client, named(&registry, &[source, windows]), Depth::Verified).await.withdrawn, None);
}

#[tokio::test]
async fn addresses_are_compared_by_file() {
    let registry = Registry::start().unwrap();
    let files = files();
    registry.release(&Release::new("left", &files));
    let client = Client::new(Options { python_hosts: vec!["files.example".to_owned()], ..on_linux(&registry) }).unwrap();
    let address = Mismatch { address: true, ..Mismatch::default() };
    for (url, expected) in [
        (format!("{}pypi/files/left/{LINUX}", registry.url()), Outcome::Verified),
        (format!("https://files.example/packages/a/b/{LINUX}"), Outcome::Verified),
        (format!("https://files.example/packages/a/b/{SOURCE}"), Outcome::Mismatched(address)),
        (format!("https://evil.test/{LINUX}"), Outcome::Mismatched(address)),
    ] {
        let mut locked = named(&registry, &files[1..2]);
        locked.files[0].url = Some(url.as_str().into());
        assert_eq!(outcome(&client, locked, Depth::Verified).await, expected, "{url}");
    }
    // A requirement that names an address: a file of the index, or nothing that the index knows.
    let direct = |url: &str| Artifact { resolved: Some(url.into()), ..hashes(&registry, &files[..1]) };
    let own = format!("{}pypi/files/left/{SOURCE}", registry.url());
    assert_eq!(outcome(&client, direct(&own), Depth::Verified).await, Outcome::Verified);
    let foreign = outcome(&client, direct("https://forge.test/left/archive/main.zip"), Depth::Verified).await;
    assert!(matches!(foreign, Outcome::Unverifiable(Reason::NotAnArtifact(_))), "{foreign:?}");
    assert_eq!(outcome(&client, direct(&registry.pypi()), Depth::Verified).await, Outcome::Verified, "the index's own address");
}

#[tokio::test]
async fn a_credential_goes_to_the_index_and_not_to_its_files_elsewhere() {
    let (index, store) = (Registry::start().unwrap(), Registry::start().unwrap());
    let files = files();
    store.release(&Release::new("left", &files));
    let elsewhere = files.clone().map(|file| {
        let url = format!("{}pypi/files/left/{}", store.url(), file.name());
        file.at(&url)
    });
    index.release(&Release::new("left", &elsewhere));
    index.require("Basic bWU6czNjcmV0");
    let locked = named(&index, &files);
    let refused = outcome(&client(&index), locked.clone(), Depth::Verified).await;
    assert_eq!(refused, Outcome::Unverifiable(Reason::Unauthorized(index.host().to_owned())));
    let credential = Credential::basic(&format!("//{}/pypi/simple/", index.host()), "me", "s3cret").unwrap();
    let options = Options { credentials: vec![credential], ..on_linux(&index) };
    assert_eq!(outcome(&Client::new(options).unwrap(), locked, Depth::Verified).await, Outcome::Verified);
    assert!(store.requests().iter().all(|request| request.authorization.is_none()));
    assert_eq!(store.requests().len(), 1);
}

#[tokio::test]
async fn pip_s_cache_gives_bytes_and_no_trust() {
    let registry = Registry::start().unwrap();
    let files = files();
    registry.release(&Release::new("left", &files));
    let folder = tempfile::tempdir().unwrap();
    let options = Options { pip_cache: Some(folder.path().to_owned()), ..on_linux(&registry) };
    let client = Client::new(options).unwrap();
    let url = format!("{}pypi/files/left/{LINUX}", registry.url());
    for (bytes, expected) in [(format!("the bytes of {LINUX}"), BytesFrom::Cache), ("damaged".to_owned(), BytesFrom::Registry)] {
        put_in_pip_cache(folder.path(), &url, bytes.as_bytes());
        let verdict = ask(&client, named(&registry, &files), Depth::Verified).await;
        assert_eq!((&verdict.outcome, &verdict.bytes), (&Outcome::Verified, &Some(expected)));
    }
}

fn put_in_pip_cache(cache: &Path, url: &str, bytes: &[u8]) {
    let key: String = sha2::Sha224::digest(url).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut folder = cache.join("http-v2");
    folder.extend(key.chars().take(5).map(String::from));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{key}.body")), bytes).unwrap();
}

#[tokio::test]
async fn verdicts_about_releases_are_remembered() {
    let registry = Registry::start().unwrap();
    let files = files();
    registry.release(&Release::new("left", &files));
    registry.release(&Release::new("gone", &[ReleaseFile::new("gone-1.0.tar.gz", b"x").yanked("")]));
    let folder = tempfile::tempdir().unwrap();
    let options = |all_files| Options { cache: Some(folder.path().to_owned()), all_files, ..on_linux(&registry) };
    let ask = async |locked: &Artifact, all_files| {
        registry.forget_requests();
        let verdict = ask(&Client::new(options(all_files)).unwrap(), locked.clone(), Depth::Verified).await;
        assert_eq!(verdict.outcome, Outcome::Verified);
        registry.requests().len()
    };
    let locked = named(&registry, &files);
    assert_eq!((ask(&locked, false).await, ask(&locked, false).await), (2, 0));
    assert_eq!((ask(&locked, true).await, ask(&locked, true).await), (4, 0), "all files is another question");
    let mut gone = hashes(&registry, &[ReleaseFile::new("gone-1.0.tar.gz", b"x")]);
    gone.name = "gone".into();
    assert_eq!((ask(&gone, false).await, ask(&gone, false).await), (2, 2), "what has something to tell is looked at each time");
}

#[tokio::test]
async fn versions_come_in_the_order_of_publication_or_of_precedence() {
    let registry = Registry::start().unwrap();
    let file = |version: &str, time: &str| ReleaseFile::new(&format!("dated-{version}.tar.gz"), b"").uploaded(time);
    registry.release(&Release::new(
        "dated",
        &[file("1.0", "2020"), file("2.0", "2021"), file("1.1", "2022"), file("3.0", "2023").yanked("")],
    ));
    let undated = ["undated-1.10.tar.gz", "undated-1.9.tar.gz", "undated-1.9-py3-none-any.whl"];
    registry.release(&Release::new("undated", &undated.map(|name| ReleaseFile::new(name, b""))));
    let question =
        |name: &str| Question::Versions { ecosystem: Ecosystem::Pypi, name: name.into(), registry: registry.pypi().into() };
    let mut facts = Facts::default();
    let questions = Unanswered::from(["dated", "undated", "none"].map(question));
    client(&registry).answer(&questions, Depth::Recorded, &Cancel::new(), &mut facts, |_| {}).await;
    let versions =
        |name: &str| facts.versions[&question(name)].as_ref().unwrap().iter().map(SmolStr::to_string).collect::<Vec<_>>();
    assert_eq!(versions("dated"), ["1.0", "2.0", "1.1"]);
    assert_eq!(versions("undated"), ["1.9", "1.10"]);
    assert_eq!(facts.versions[&question("none")], Err(Reason::UnpublishedPackage));
}
