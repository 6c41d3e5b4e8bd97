//! Everything that can go wrong on the way: it is told for what it is, never as tampering and never as clean.

#![allow(clippy::unwrap_used)]

mod common;

use std::time::Duration;

use common::{artifact, ask, client, options, outcome, unverifiable};
use provender_core::facts::{Depth, Outcome, Reason};
use provender_registry::{Client, Limits, Retry};
use registry_double::{Fault, Package, Registry};

/// What the client says of `left@1.0.0` while the registry misbehaves so.
async fn reason(fault: Fault) -> Reason {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0").file("data", &[7; 9000]));
    let mut options = options(&registry);
    if fault == Fault::Stalls {
        options.limits.request = Duration::from_millis(200);
    }
    registry.misbehave("left", fault);
    let reason = unverifiable(&Client::new(options).unwrap(), artifact(&registry, "left", &published)).await;
    // The host's port differs each time.
    match reason {
        Reason::Truncated(host) if host == registry.host() => Reason::Truncated("HOST".to_owned()),
        Reason::TimedOut(host) if host == registry.host() => Reason::TimedOut("HOST".to_owned()),
        Reason::Unauthorized(host) if host == registry.host() => Reason::Unauthorized("HOST".to_owned()),
        Reason::RateLimited(host) if host == registry.host() => Reason::RateLimited("HOST".to_owned()),
        Reason::ServerFault(host, status) if host == registry.host() => Reason::ServerFault("HOST".to_owned(), status),
        Reason::Offline(why) => Reason::Offline(why.replace(registry.host(), "HOST").split(':').next().unwrap().to_owned()),
        Reason::MalformedAnswer(why) => Reason::MalformedAnswer(why.replace(registry.host(), "HOST")),
        other => other,
    }
}

#[tokio::test]
async fn each_fault_has_its_own_reason() {
    let host = || "HOST".to_owned();
    let malformed = |why: &str| Reason::MalformedAnswer(why.to_owned());
    let passing =
        |status, retry_after: Option<&str>| Fault::Passing { times: 9, status, retry_after: retry_after.map(str::to_owned) };
    for (fault, expected) in [
        (Fault::Truncated, Reason::Truncated(host())),
        (Fault::Stalls, Reason::TimedOut(host())),
        (Fault::HangsUp, Reason::Offline(host())),
        (Fault::Status(401), Reason::Unauthorized(host())),
        (Fault::Status(403), Reason::Unauthorized(host())),
        (Fault::Status(404), Reason::UnpublishedPackage),
        (Fault::Status(500), Reason::ServerFault(host(), 500)),
        (Fault::Status(418), Reason::ServerFault(host(), 418)),
        (passing(429, None), Reason::RateLimited(host())),
        (passing(429, Some("86400")), Reason::RateLimited(host())),
        (passing(503, None), Reason::ServerFault(host(), 503)),
        (Fault::Claims(600 << 20), Reason::TooLarge(1 << 20)),
        (Fault::Endless(4 << 20), Reason::TooLarge(1 << 20)),
        (Fault::HugeMetadata(2 << 20), Reason::TooLarge(1 << 20)),
        (Fault::NotJson, malformed("the package's document does not read as the protocol has it")),
        (Fault::OtherName, malformed("the registry answers with another name than left@1.0.0")),
        (Fault::OtherVersion, malformed("the registry answers with another version than left@1.0.0")),
        (Fault::RedirectsForever, malformed("HOST redirects more than 5 times")),
        (Fault::Redirects("file:///etc/passwd".to_owned()), malformed("HOST redirects to what is not on the web")),
        (Fault::TarballAt("file:///etc/passwd".to_owned()), malformed("the artifact's address is not on the web")),
        (Fault::TarballAt("nowhere".to_owned()), malformed("the artifact's address cannot be read")),
        (Fault::NoDigest, Reason::NoPublishedDigest),
    ] {
        assert_eq!(reason(fault.clone()).await, expected, "{fault:?}");
    }
}

#[tokio::test]
async fn a_version_that_is_missing_is_told_from_a_package_that_is() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    let client = client(&registry);
    let mut missing = artifact(&registry, "left", &published);
    missing.version = "9.9.9".into();
    assert_eq!(unverifiable(&client, missing.clone()).await, Reason::UnpublishedVersion);
    missing.name = "never-was".into();
    assert_eq!(unverifiable(&client, missing.clone()).await, Reason::UnpublishedPackage);
    missing.name = "../left".into();
    assert_eq!(unverifiable(&client, missing).await, Reason::NotAnArtifact("no package has such a name or version".to_owned()));
}

#[tokio::test]
async fn faults_that_pass_are_waited_out_and_others_are_not_repeated() {
    for (fault, requests, verified) in [
        (Fault::Passing { times: 2, status: 503, retry_after: None }, 4, true),
        (Fault::Passing { times: 1, status: 429, retry_after: Some("0".to_owned()) }, 3, true),
        (Fault::Passing { times: 3, status: 429, retry_after: None }, 3, false),
        (Fault::Passing { times: 1, status: 429, retry_after: Some("3600".to_owned()) }, 1, false),
        (Fault::Passing { times: 1, status: 418, retry_after: None }, 1, false),
        (Fault::Status(401), 1, false),
        // Bytes that do not match are not asked for again until they do.
        (Fault::WrongBytes, 2, false),
        (Fault::Truncated, 4, false),
    ] {
        let registry = Registry::start().unwrap();
        let published = registry.publish(&Package::new("left", "1.0.0"));
        registry.misbehave("left", fault.clone());
        let found = outcome(&client(&registry), artifact(&registry, "left", &published), Depth::Verified).await;
        assert_eq!((registry.requests().len(), found == Outcome::Verified), (requests, verified), "{fault:?}");
    }
}

#[tokio::test]
async fn registries_without_version_documents_are_asked_for_the_package_s() {
    let registry = Registry::start().unwrap();
    let plain = registry.publish(&Package::new("plain", "1.0.0").dependency("odd", "1.0.0"));
    let scripted = registry.publish(&Package::new("scripted", "1.0.0").script("install", "node x.js"));
    for fault in
        [Fault::NoVersionDocuments(405), Fault::NoVersionDocuments(404), Fault::NoVersionDocuments(400), Fault::Abbreviates]
    {
        for (name, published) in [("plain", &plain), ("scripted", &scripted)] {
            registry.misbehave(name, fault.clone());
            registry.forget_requests();
            let verdict = ask(&client(&registry), artifact(&registry, name, published), Depth::Verified).await;
            assert_eq!(verdict.outcome, Outcome::Verified, "{name} {fault:?}");
            // An abbreviated document does not show the scripts: the whole one is asked for where there are any.
            assert_eq!(verdict.published_manifest, verdict.packed_manifest, "{name} {fault:?}");
            let whole = registry.requests().len();
            assert_eq!(whole, if name == "scripted" && fault == Fault::Abbreviates { 4 } else { 3 }, "{name} {fault:?}");
        }
    }
}

#[tokio::test]
async fn an_old_registry_s_sha1_is_compared() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    registry.misbehave("left", Fault::OnlyShasum);
    let client = client(&registry);
    let mut locked = artifact(&registry, "left", &published);
    assert_eq!(outcome(&client, locked.clone(), Depth::Verified).await, Outcome::Verified);
    // By documents alone it cannot be told, and is not said.
    assert_eq!(outcome(&client, locked.clone(), Depth::Recorded).await, Outcome::Unverifiable(Reason::NoPublishedDigest));
    locked.integrity = ask(&client, locked.clone(), Depth::Verified).await.published.clone();
    assert_eq!(outcome(&client, locked, Depth::Recorded).await, Outcome::Recorded);
}

#[tokio::test]
async fn without_a_locked_digest_the_others_are_still_told() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    let mut locked = artifact(&registry, "left", &published);
    locked.integrity.clear();
    let verdict = ask(&client(&registry), locked, Depth::Verified).await;
    assert_eq!(verdict.outcome, Outcome::Unverifiable(Reason::NoLockedDigest));
    assert_eq!(verdict.published[0], published.integrity);
    assert!(verdict.computed.contains(&verdict.published[0]));
}

#[tokio::test]
async fn a_bomb_does_not_hurt() {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("bomb", "1.0.0").tarball(&encoder.finish().unwrap()));
    let verdict = ask(&client(&registry), artifact(&registry, "bomb", &published), Depth::Verified).await;
    assert_eq!(verdict.outcome, Outcome::Verified, "its bytes are what was published");
    assert_eq!(verdict.packed_manifest, None);
    let junk = registry.publish(&Package::new("junk", "1.0.0").tarball(b"not an archive at all"));
    let verdict = ask(&client(&registry), artifact(&registry, "junk", &junk), Depth::Verified).await;
    assert_eq!((&verdict.outcome, &verdict.packed_manifest), (&Outcome::Verified, &None));
}

#[tokio::test]
async fn what_documents_prove_stays_proven_when_the_bytes_do_not_come() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    let other = registry.publish(&Package::new("right", "1.0.0"));
    registry.misbehave("left", Fault::Truncated);
    let mut locked = artifact(&registry, "left", &published);
    locked.integrity = vec![other.integrity.as_str().into()];
    assert!(matches!(outcome(&client(&registry), locked, Depth::Verified).await, Outcome::Mismatched(m) if m.lockfile_registry));
}

#[tokio::test]
async fn nobody_is_asked_when_offline_and_no_reason_tells_a_secret() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    let mut settings = options(&registry);
    settings.offline = true;
    let offline = unverifiable(&Client::new(settings).unwrap(), artifact(&registry, "left", &published)).await;
    assert!(matches!(offline, Reason::Offline(_)));
    assert_eq!(registry.requests(), []);

    // Nobody listens there any more.
    let host = registry.host().to_owned();
    let mut locked = artifact(&registry, "left", &published);
    locked.registry = format!("http://user:s3cret@{host}/?token=s3cret").into();
    let mut settings = options(&registry);
    settings.retry = Retry { attempts: 1, ..settings.retry };
    settings.limits = Limits { request: Duration::from_secs(5), ..settings.limits };
    drop(registry);
    let reason = unverifiable(&Client::new(settings).unwrap(), locked).await;
    let text = format!("{reason:?} {reason}");
    assert!(matches!(reason, Reason::Offline(_)), "{text}");
    assert!(text.contains(&host) && !text.contains("s3cret"), "{text}");
}
