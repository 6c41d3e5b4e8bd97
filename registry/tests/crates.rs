//! Cargo's crates, by a sparse index.

#![allow(clippy::unwrap_used)]

mod common;

use common::{ask, client, options, outcome};
use provender_core::facts::{Artifact, BytesFrom, Depth, Mismatch, Outcome, Reason};
use provender_core::model::Ecosystem;
use provender_registry::{Client, Credential, Options};
use registry_double::{Crate, Fault, Registry};

fn artifact(registry: &Registry, name: &str, version: &str, cksum: &str) -> Artifact {
    Artifact {
        ecosystem: Ecosystem::Cargo,
        name: name.into(),
        version: version.into(),
        integrity: vec![cksum.into()],
        resolved: Some("registry+https://index.example/".into()),
        registry: registry.cargo().into(),
        files: Vec::new(),
    }
}

#[tokio::test]
async fn a_crate_is_verified_three_ways_and_every_lie_is_found_out() {
    let registry = Registry::start().unwrap();
    let cksum = registry.publish_crate(&Crate::new("Left_Pad", "1.0.0", b"crate bytes"));
    let other = registry.publish_crate(&Crate::new("right", "1.0.0", b"other bytes"));
    let locked = artifact(&registry, "Left_Pad", "1.0.0", &cksum);
    let verdict = ask(&client(&registry), locked.clone(), Depth::Verified).await;
    assert_eq!((&verdict.outcome, &verdict.bytes), (&Outcome::Verified, &Some(BytesFrom::Registry)));
    assert_eq!(verdict.published, [format!("sha256:{cksum}")]);
    let paths: Vec<_> = registry.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/cargo/index/config.json", "/cargo/index/le/ft/left_pad", "/cargo/dl/Left_Pad/1.0.0/download"]);
    let spelt = Artifact { integrity: vec![format!("sha256:{}", cksum.to_uppercase()).into()], ..locked.clone() };
    assert_eq!(outcome(&client(&registry), spelt, Depth::Recorded).await, Outcome::Recorded);

    let swapped = artifact(&registry, "Left_Pad", "1.0.0", &other);
    let lockfile = Mismatch { lockfile_registry: true, lockfile_bytes: true, ..Mismatch::default() };
    assert_eq!(outcome(&client(&registry), swapped, Depth::Verified).await, Outcome::Mismatched(lockfile));
    registry.misbehave("Left_Pad", Fault::WrongBytes);
    let bytes = Mismatch { lockfile_bytes: true, registry_bytes: true, ..Mismatch::default() };
    assert_eq!(outcome(&client(&registry), locked, Depth::Verified).await, Outcome::Mismatched(bytes));
    registry.publish_crate(&Crate::new("lied-about", "1.0.0", b"crate bytes").states(&other));
    let index = Mismatch { lockfile_registry: true, registry_bytes: true, ..Mismatch::default() };
    let locked = artifact(&registry, "lied-about", "1.0.0", &cksum);
    assert_eq!(outcome(&client(&registry), locked, Depth::Verified).await, Outcome::Mismatched(index));
}

#[tokio::test]
async fn what_is_missing_or_broken_is_told_for_what_it_is() {
    let registry = Registry::start().unwrap();
    let host = || registry.host().to_owned();
    let cksum = registry.publish_crate(&Crate::new("left", "1.0.0", b"crate bytes"));
    let locked = artifact(&registry, "left", "1.0.0", &cksum);
    let malformed = |what: &str| Reason::MalformedAnswer(what.to_owned());
    for (fault, expected) in [
        (Fault::Status(404), Reason::UnpublishedPackage),
        (Fault::Status(500), Reason::ServerFault(host(), 500)),
        (Fault::NotJson, malformed("the crate's file does not read as the protocol has it")),
        (Fault::Truncated, Reason::Truncated(host())),
        (Fault::Endless(4 << 20), Reason::TooLarge(1 << 20)),
        (Fault::RedirectsForever, malformed(&format!("{} redirects more than 5 times", host()))),
    ] {
        registry.misbehave("left", fault.clone());
        assert_eq!(
            outcome(&client(&registry), locked.clone(), Depth::Verified).await,
            Outcome::Unverifiable(expected),
            "{fault:?}"
        );
    }
    registry.behave("left");
    let missing = artifact(&registry, "left", "2.0.0", &cksum);
    assert_eq!(outcome(&client(&registry), missing, Depth::Verified).await, Outcome::Unverifiable(Reason::UnpublishedVersion));
    let other_case = artifact(&registry, "LEFT", "1.0.0", &cksum);
    let found = outcome(&client(&registry), other_case, Depth::Verified).await;
    assert!(matches!(found, Outcome::Unverifiable(Reason::MalformedAnswer(_))), "{found:?}");
    registry.misbehave("config.json", Fault::Status(404));
    let found = outcome(&client(&registry), locked, Depth::Verified).await;
    assert!(matches!(found, Outcome::Unverifiable(Reason::UnknownProtocol(_))), "{found:?}");
}

#[tokio::test]
async fn an_index_that_is_read_with_git_is_not_asked() {
    let registry = Registry::start().unwrap();
    let cksum = registry.publish_crate(&Crate::new("left", "1.0.0", b"crate bytes"));
    let sparse = artifact(&registry, "left", "1.0.0", &cksum);
    let git = Artifact { registry: format!("registry+{}", registry.cargo()).into(), ..sparse.clone() };
    let found = outcome(&client(&registry), git, Depth::Verified).await;
    assert!(matches!(found, Outcome::Unverifiable(Reason::UnknownProtocol(_))), "{found:?}");
    assert_eq!(registry.requests(), []);
    assert_eq!(outcome(&client(&registry), sparse, Depth::Verified).await, Outcome::Verified);
}

#[tokio::test]
async fn a_yanked_version_is_told_and_not_offered() {
    let registry = Registry::start().unwrap();
    let cksum = registry.publish_crate(&Crate::new("left", "1.0.0", b"crate bytes"));
    registry.publish_crate(&Crate::new("left", "1.1.0", b"crate bytes").yanked());
    registry.publish_crate(&Crate::new("left", "0.9.9", b"crate bytes"));
    let verdict = ask(&client(&registry), artifact(&registry, "left", "1.1.0", &cksum), Depth::Verified).await;
    assert_eq!((&verdict.outcome, verdict.withdrawn.as_deref()), (&Outcome::Verified, Some("")));
    let verdict = ask(&client(&registry), artifact(&registry, "left", "1.0.0", &cksum), Depth::Verified).await;
    assert_eq!(verdict.withdrawn, None);
    let versions = client(&registry).versions(Ecosystem::Cargo, "left", &format!("sparse+{}", registry.cargo())).await.unwrap();
    assert_eq!(versions, ["1.0.0", "0.9.9"]);
}

#[tokio::test]
async fn cargo_s_own_copy_gives_bytes_and_no_trust() {
    let registry = Registry::start().unwrap();
    let cksum = registry.publish_crate(&Crate::new("left", "1.0.0", b"crate bytes"));
    let folder = tempfile::tempdir().unwrap();
    let client = Client::new(Options { cargo_cache: Some(folder.path().to_owned()), ..options(&registry) }).unwrap();
    let locked = artifact(&registry, "left", "1.0.0", &cksum);
    for (in_mirror, in_index, expected) in [
        ("crate bytes", "", BytesFrom::Cache),
        ("damaged", "crate bytes", BytesFrom::Cache),
        ("damaged", "evil", BytesFrom::Registry),
    ] {
        for (name, bytes) in [("a-mirror-0123", in_mirror), ("index.example-4567", in_index)] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
            std::fs::write(folder.path().join(name).join("left-1.0.0.crate"), bytes).unwrap();
        }
        let verdict = ask(&client, locked.clone(), Depth::Verified).await;
        assert_eq!((&verdict.outcome, &verdict.bytes), (&Outcome::Verified, &Some(expected)));
    }
    // The index is asked all the same.
    registry.misbehave("left", Fault::Status(404));
    assert_eq!(outcome(&client, locked, Depth::Verified).await, Outcome::Unverifiable(Reason::UnpublishedPackage));
}

#[tokio::test]
async fn a_token_goes_to_the_registry_it_is_bound_to() {
    let (index, store) = (Registry::start().unwrap(), Registry::start().unwrap());
    let cksum = store.publish_crate(&Crate::new("left", "1.0.0", b"crate bytes"));
    index.publish_crate(&Crate::new("left", "1.0.0", b"crate bytes"));
    index.serve_crates_at(&format!("{}cargo/dl", store.url()));
    index.require("s3cret");
    let locked = artifact(&index, "left", "1.0.0", &cksum);
    let refused = outcome(&client(&index), locked.clone(), Depth::Verified).await;
    assert_eq!(refused, Outcome::Unverifiable(Reason::Unauthorized(index.host().to_owned())));
    let token = Credential::authorization(&index.cargo(), "s3cret").unwrap();
    let with_token = Client::new(Options { credentials: vec![token], ..options(&index) }).unwrap();
    assert_eq!(outcome(&with_token, locked, Depth::Verified).await, Outcome::Verified);
    assert!(index.requests().iter().skip(1).all(|request| request.authorization.as_deref() == Some("s3cret")));
    assert!(store.requests().iter().all(|request| request.authorization.is_none()));
}
