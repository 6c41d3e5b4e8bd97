//! Go's modules, by a proxy and a checksum database on loopback, which signs with a key of its own.

#![allow(clippy::unwrap_used)]

mod common;

use common::{ask, options, outcome};
use provender_core::facts::{Artifact, BytesFrom, Depth, Mismatch, Outcome, Reason, Verdict};
use provender_core::model::Ecosystem;
use provender_registry::{Client, GoProxy, Options, SumDb};
use registry_double::{Fault, Module, ModuleSums, Registry, zip_archive};

const PATH: &str = "example.test/Team/left";

fn module() -> Module {
    Module::new(PATH, "v1.2.3").file("left.go", b"package left\n").file("LICENSE", b"as you like")
}

fn with_sumdb(registry: &Registry) -> Options {
    Options { sumdb: SumDb::new(&registry.sumdb_key(), Some(&registry.sumdb())), ..options(registry) }
}

fn client(registry: &Registry) -> Client {
    Client::new(with_sumdb(registry)).unwrap()
}

fn artifact(registry: &Registry, version: &str, digest: &str) -> Artifact {
    Artifact {
        ecosystem: Ecosystem::Go,
        name: PATH.into(),
        version: version.into(),
        integrity: vec![digest.into()],
        resolved: None,
        registry: registry.go_proxy().into(),
        files: Vec::new(),
    }
}

/// The two lines of `go.sum`.
fn both(registry: &Registry, sums: &ModuleSums) -> [Artifact; 2] {
    [artifact(registry, "v1.2.3", &sums.zip), artifact(registry, "v1.2.3/go.mod", &sums.go_mod)]
}

#[tokio::test]
async fn an_archive_and_its_go_mod_are_verified_against_the_database() {
    let registry = Registry::start().unwrap();
    for number in 0..600 {
        registry.publish_module(&Module::new(&format!("example.test/m{number}"), "v1.0.0"));
    }
    let sums = registry.publish_module(&module());
    registry.publish_module(&Module::new("example.test/after", "v1.0.0"));
    for locked in both(&registry, &sums) {
        let verdict = ask(&client(&registry), locked.clone(), Depth::Verified).await;
        assert_eq!((&verdict.outcome, &verdict.bytes), (&Outcome::Verified, &Some(BytesFrom::Registry)));
        assert_eq!((&verdict.published, &verdict.computed), (&locked.integrity, &locked.integrity));
        assert_eq!(outcome(&client(&registry), locked, Depth::Recorded).await, Outcome::Recorded);
    }
    assert!(registry.requests().iter().any(|request| request.path == "/go/proxy/example.test/!team/left/@v/v1.2.3.zip"));
}

#[tokio::test]
async fn the_database_may_be_asked_by_way_of_the_proxy() {
    let registry = Registry::start().unwrap();
    let sums = registry.publish_module(&module());
    registry.proxy_sumdb();
    assert_eq!(outcome(&client(&registry), both(&registry, &sums)[0].clone(), Depth::Verified).await, Outcome::Verified);
    assert!(registry.requests().iter().all(|request| request.path.starts_with("/go/proxy/")));
}

#[tokio::test]
async fn whoever_lies_is_found_out() {
    let registry = Registry::start().unwrap();
    let other = Registry::start().unwrap().publish_module(&module().file("evil.go", b"package left\n"));
    let sums = registry.publish_module(&module());
    let [locked, _] = both(&registry, &sums);
    let lockfile = Mismatch { lockfile_registry: true, lockfile_bytes: true, ..Mismatch::default() };
    let swapped = artifact(&registry, "v1.2.3", &other.zip);
    assert_eq!(outcome(&client(&registry), swapped, Depth::Verified).await, Outcome::Mismatched(lockfile));
    // The proxy serves another archive.
    registry.publish_module(&module().file("evil.go", b"package left\n").unrecorded());
    let bytes = Mismatch { lockfile_bytes: true, registry_bytes: true, ..Mismatch::default() };
    assert_eq!(outcome(&client(&registry), locked.clone(), Depth::Verified).await, Outcome::Mismatched(bytes));
    // So does the database, and signs it.
    let registry = Registry::start().unwrap();
    registry.publish_module(&module().recorded_as(&other));
    let database = Mismatch { lockfile_registry: true, registry_bytes: true, ..Mismatch::default() };
    let [locked, _] = both(&registry, &sums);
    assert_eq!(outcome(&client(&registry), locked, Depth::Verified).await, Outcome::Mismatched(database));
}

#[tokio::test]
async fn a_record_counts_only_if_it_is_in_the_signed_tree() {
    let malformed = |what: &str| Outcome::Unverifiable(Reason::MalformedAnswer(format!("the checksum database's record {what}")));
    for (from, to, expected) in [
        ("package", "package", Outcome::Verified),
        (" v1.2.3 ", " v1.2.4 ", malformed("is not in the tree that the database signed")),
        ("go.sum database tree\n1\n", "go.sum database tree\n2\n", malformed("is not signed by the database")),
        ("\u{2014} sum.corp.test", "\u{2014} sum.evil.test", malformed("is not signed by the database")),
        ("0\n", "1\n", malformed("does not read as one")),
        ("\n\n", "\n", malformed("does not read as one")),
    ] {
        let registry = Registry::start().unwrap();
        let sums = registry.publish_module(&module());
        registry.forge_sums(from, to);
        let found = outcome(&client(&registry), both(&registry, &sums)[0].clone(), Depth::Verified).await;
        assert_eq!(found, expected, "{from} -> {to}");
    }
    // Another database's key.
    let registry = Registry::start().unwrap();
    let sums = registry.publish_module(&module());
    let key = provender_core::registries::GO_SUMDB;
    let options = Options { sumdb: SumDb::new(key, Some(&registry.sumdb())), ..options(&registry) };
    let found = outcome(&Client::new(options).unwrap(), both(&registry, &sums)[0].clone(), Depth::Verified).await;
    assert_eq!(found, malformed("is not signed by the database"));
}

#[tokio::test]
async fn without_the_database_nothing_is_verified_and_names_stay_at_home() {
    let registry = Registry::start().unwrap();
    let sums = registry.publish_module(&module());
    let [locked, _] = both(&registry, &sums);
    let found = outcome(&common::client(&registry), locked.clone(), Depth::Verified).await;
    assert!(matches!(found, Outcome::Unverifiable(Reason::NoTransparency(_))), "{found:?}");
    registry.forget_requests();
    let options = Options { private_modules: vec!["example.test/Team".to_owned()], ..with_sumdb(&registry) };
    let private = Client::new(options).unwrap();
    let verdict: std::sync::Arc<Verdict> = ask(&private, locked.clone(), Depth::Verified).await;
    assert!(matches!(&verdict.outcome, Outcome::Unverifiable(Reason::NoTransparency(_))), "{verdict:?}");
    assert_eq!(verdict.computed, locked.integrity);
    assert!(registry.requests().iter().all(|request| !request.path.contains("sumdb")));
    // Bytes that contradict the lockfile are told without it.
    let swapped = artifact(&registry, "v1.2.3", &sums.go_mod);
    let found = outcome(&private, swapped, Depth::Verified).await;
    assert_eq!(found, Outcome::Mismatched(Mismatch { lockfile_bytes: true, ..Mismatch::default() }));
}

#[tokio::test]
async fn several_proxies_are_asked_one_after_the_other() {
    let (first, second) = (Registry::start().unwrap(), Registry::start().unwrap());
    let sums = second.publish_module(&module());
    // The artifact is asked of the first one, which does not know it.
    let locked = artifact(&first, "v1.2.3", &sums.zip);
    let list = |next_for_any_fault| {
        let proxy = |registry: &Registry, next| GoProxy { url: registry.go_proxy(), next_for_any_fault: next };
        let hosts = vec![first.host().to_owned(), second.host().to_owned()];
        Options {
            go_proxies: vec![proxy(&first, next_for_any_fault), proxy(&second, false)],
            allowed_hosts: hosts,
            ..with_sumdb(&second)
        }
    };
    for any_fault in [false, true] {
        let client = Client::new(list(any_fault)).unwrap();
        assert_eq!(outcome(&client, locked.clone(), Depth::Verified).await, Outcome::Verified, "{any_fault}");
    }
    // Without the list nobody else is asked.
    second.forget_requests();
    let hosts = vec![first.host().to_owned(), second.host().to_owned()];
    let alone = Client::new(Options { allowed_hosts: hosts, ..with_sumdb(&second) }).unwrap();
    let found = outcome(&alone, locked, Depth::Verified).await;
    assert_eq!(found, Outcome::Unverifiable(Reason::UnpublishedVersion));
}

#[tokio::test]
async fn a_module_that_no_proxy_may_hear_of_is_asked_of_none() {
    let registry = Registry::start().unwrap();
    let sums = registry.publish_module(&module());
    registry.forget_requests();
    let options = Options { direct_modules: vec!["example.test/*".to_owned()], ..with_sumdb(&registry) };
    let found = outcome(&Client::new(options).unwrap(), both(&registry, &sums)[0].clone(), Depth::Verified).await;
    assert!(matches!(found, Outcome::Unverifiable(Reason::NoTransparency(_))), "{found:?}");
    assert!(registry.requests().is_empty());
}

#[tokio::test]
async fn what_is_missing_or_broken_is_told_for_what_it_is() {
    let registry = Registry::start().unwrap();
    let sums = registry.publish_module(&module());
    let host = || registry.host().to_owned();
    let [locked, go_mod] = both(&registry, &sums);
    for (fault, expected) in [
        (Fault::Status(404), Reason::UnpublishedVersion),
        (Fault::Status(500), Reason::ServerFault(host(), 500)),
        (Fault::Truncated, Reason::Truncated(host())),
        (Fault::Endless(4 << 20), Reason::TooLarge(1 << 20)),
    ] {
        registry.misbehave(PATH, fault.clone());
        for locked in [&locked, &go_mod] {
            let found = outcome(&client(&registry), locked.clone(), Depth::Verified).await;
            assert_eq!(found, Outcome::Unverifiable(expected.clone()), "{fault:?}");
        }
    }
    registry.misbehave(PATH, Fault::WrongBytes);
    let found = outcome(&client(&registry), locked.clone(), Depth::Verified).await;
    assert!(matches!(found, Outcome::Unverifiable(Reason::MalformedAnswer(_))), "an archive that cannot be read: {found:?}");
    let missing = artifact(&registry, "v9.9.9", &sums.zip);
    assert_eq!(outcome(&client(&registry), missing, Depth::Verified).await, Outcome::Unverifiable(Reason::UnpublishedVersion));
    registry.misbehave("sumdb", Fault::Status(500));
    let found = outcome(&client(&registry), locked, Depth::Recorded).await;
    assert_eq!(found, Outcome::Unverifiable(Reason::ServerFault(host(), 500)));
}

#[tokio::test]
async fn go_s_own_copy_gives_bytes_and_no_trust() {
    let registry = Registry::start().unwrap();
    let sums = registry.publish_module(&module());
    let folder = tempfile::tempdir().unwrap();
    let client = Client::new(Options { go_cache: Some(folder.path().to_owned()), ..with_sumdb(&registry) }).unwrap();
    let place = folder.path().join("cache/download/example.test/!team/left/@v");
    std::fs::create_dir_all(&place).unwrap();
    let name = |file: &str| format!("{PATH}@v1.2.3/{file}");
    let (go_mod, left, license) = (name("go.mod"), name("left.go"), name("LICENSE"));
    let module = format!("module {PATH}\n");
    // In another order, which does not matter.
    let same = zip_archive(&[(&left, b"package left\n"), (&license, b"as you like"), (&go_mod, module.as_bytes())]);
    for (bytes, expected) in [(&same[..], BytesFrom::Cache), (&same[1..], BytesFrom::Registry), (b"", BytesFrom::Registry)] {
        std::fs::write(place.join("v1.2.3.zip"), bytes).unwrap();
        let verdict = ask(&client, both(&registry, &sums)[0].clone(), Depth::Verified).await;
        assert_eq!((&verdict.outcome, &verdict.bytes), (&Outcome::Verified, &Some(expected)));
    }
    let versions = client.versions(Ecosystem::Go, PATH, &registry.go_proxy()).await.unwrap();
    assert_eq!(versions, ["v1.2.3"]);
}
