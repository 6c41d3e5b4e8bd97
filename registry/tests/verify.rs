//! Artifacts asked of a registry on loopback that is honest, broken or malicious.

#![allow(clippy::unwrap_used)]

mod common;

use common::{artifact, ask, client, mismatched, options, outcome};
use provender_core::facts::{BytesFrom, Depth, Mismatch, Outcome, Reason};
use registry_double::{Fault, Package, Registry};

#[tokio::test]
async fn an_honest_artifact_is_verified_and_every_part_is_told() {
    let registry = Registry::start().unwrap();
    let package = Package::new("@scope/left", "1.0.0").dependency("odd", "^3.0.0").script("postinstall", "node x.js");
    let published = registry.publish(&package);
    let verdict = ask(&client(&registry), artifact(&registry, "@scope/left", &published), Depth::Verified).await;
    assert_eq!(verdict.outcome, Outcome::Verified);
    assert_eq!(verdict.published[0], published.integrity);
    assert!(verdict.published[1].starts_with("sha1-"));
    let mut computed = verdict.computed.clone();
    computed.reverse();
    assert_eq!(computed, verdict.published);
    assert_eq!(verdict.tarball.as_deref(), Some(published.tarball.as_str()));
    assert_eq!(verdict.bytes, Some(BytesFrom::Registry));
    let packed = verdict.packed_manifest.as_deref().unwrap();
    assert_eq!(packed.dependencies["odd"], "^3.0.0");
    assert_eq!(packed.install_scripts["postinstall"], "node x.js");
    assert_eq!(verdict.published_manifest.as_deref(), Some(packed));
    let paths: Vec<_> = registry.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/@scope%2fleft/1.0.0", "/@scope/left/-/left-1.0.0.tgz"]);
}

#[tokio::test]
async fn at_the_recorded_depth_no_bytes_are_fetched() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    registry.misbehave("left", Fault::WrongBytes);
    let verdict = ask(&client(&registry), artifact(&registry, "left", &published), Depth::Recorded).await;
    assert_eq!(verdict.outcome, Outcome::Recorded);
    assert!(verdict.computed.is_empty() && verdict.bytes.is_none() && verdict.packed_manifest.is_none());
    assert_eq!(registry.requests().len(), 1);
}

#[tokio::test]
async fn whichever_of_the_three_lies_is_found_out() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    let other = registry.publish(&Package::new("right", "1.0.0"));
    let client = client(&registry);
    let honest = artifact(&registry, "left", &published);

    let mut swapped = honest.clone();
    swapped.integrity = vec![other.integrity.as_str().into()];
    let all = Mismatch { lockfile_registry: true, lockfile_bytes: true, ..Mismatch::default() };
    assert_eq!(outcome(&client, swapped, Depth::Verified).await, Outcome::Mismatched(all));

    let mut moved = honest.clone();
    moved.resolved = Some(other.tarball.as_str().into());
    assert_eq!(mismatched(&client, moved).await, Mismatch { address: true, ..Mismatch::default() });

    registry.misbehave("left", Fault::WrongBytes);
    let bytes = Mismatch { lockfile_bytes: true, registry_bytes: true, ..Mismatch::default() };
    assert_eq!(mismatched(&client, honest.clone()).await, bytes);

    registry.misbehave("left", Fault::OtherDigest);
    let metadata = Mismatch { lockfile_registry: true, registry_bytes: true, ..Mismatch::default() };
    assert_eq!(mismatched(&client, honest.clone()).await, metadata);

    registry.behave("left");
    assert_eq!(outcome(&client, honest, Depth::Verified).await, Outcome::Verified);
}

#[tokio::test]
async fn a_host_that_is_not_allowed_is_not_contacted() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    let mut options = options(&registry);
    options.allowed_hosts = vec!["npm.corp.test".to_owned()];
    let client = provender_registry::Client::new(options).unwrap();
    let found = outcome(&client, artifact(&registry, "left", &published), Depth::Verified).await;
    assert_eq!(found, Outcome::Unverifiable(Reason::UntrustedHost(registry.host().to_owned())));
    assert_eq!(registry.requests(), []);
}
