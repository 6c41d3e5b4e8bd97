//! Many artifacts: order, events, what is asked once, what is remembered, how it is stopped.

#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use base64::Engine as _;
use common::{artifact, ask, client, options, outcome};
use provender_core::facts::{Artifact, BytesFrom, Depth, Facts, Outcome, Question, Reason, Unanswered};
use provender_core::model::Ecosystem;
use provender_registry::{Cancel, Client, Event, Options};
use registry_double::{Fault, Package, Registry};
use sha2::Digest as _;

fn many(registry: &Registry, count: usize) -> Vec<Artifact> {
    let publish = |index| {
        let name = format!("p{index}");
        artifact(registry, &name, &registry.publish(&Package::new(&name, "1.0.0")))
    };
    (0..count).map(publish).collect()
}

#[tokio::test]
async fn answers_come_in_the_order_asked_and_equal_questions_are_asked_once() {
    let registry = Registry::start().unwrap();
    let different = many(&registry, 40);
    let mut asked: Vec<Artifact> = different.iter().rev().chain(&different).cloned().collect();
    // Another lockfile has another digest for it: one more artifact, but the same document.
    let mut other = different[0].clone();
    other.integrity = different[1].integrity.clone();
    asked.push(other.clone());
    registry.misbehave("p7", Fault::Status(500));
    let events = Mutex::new(Vec::new());
    let answers = client(&registry)
        .verify(asked.clone(), Depth::Verified, &Cancel::new(), |event| {
            events.lock().unwrap().push(match event {
                Event::Planned(count) => format!("planned {count}"),
                Event::Finished { remembered, .. } => format!("finished {remembered}"),
                Event::Bytes(..) => "bytes".to_owned(),
                _ => "other".to_owned(),
            });
        })
        .await;
    assert_eq!(answers.iter().map(|(about, _)| about).collect::<Vec<_>>(), asked.iter().collect::<Vec<_>>());
    for (about, verdict) in &answers {
        let expected = match &*about.name {
            "p7" => matches!(&verdict.outcome, Outcome::Unverifiable(Reason::ServerFault(_, 500))),
            _ if *about == other => matches!(verdict.outcome, Outcome::Mismatched(_)),
            _ => verdict.outcome == Outcome::Verified,
        };
        assert!(expected, "{} {:?}", about.name, verdict.outcome);
    }
    let documents = registry.requests().iter().filter(|request| request.path == "/p0/1.0.0").count();
    assert_eq!(documents, 1);
    let events = events.into_inner().unwrap();
    assert_eq!(events[0], "planned 41");
    assert_eq!(events.iter().filter(|event| *event == "finished false").count(), 41);
    assert_eq!(events.iter().filter(|event| *event == "bytes").count(), 40);
}

#[tokio::test]
async fn a_package_s_document_is_asked_for_once_a_run() {
    let registry = Registry::start().unwrap();
    let locked =
        ["1.0.0", "1.1.0", "2.0.0"].map(|version| artifact(&registry, "left", &registry.publish(&Package::new("left", version))));
    registry.misbehave("left", Fault::Abbreviates);
    let answers = client(&registry).verify(locked.to_vec(), Depth::Recorded, &Cancel::new(), |_| {}).await;
    assert!(answers.iter().all(|(_, verdict)| verdict.outcome == Outcome::Recorded));
    assert_eq!(registry.requests().iter().filter(|request| request.path == "/left").count(), 1);
}

#[tokio::test]
async fn verdicts_are_remembered_and_bad_ones_are_not() {
    let registry = Registry::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let client = || Client::new(Options { cache: Some(folder.path().to_owned()), ..options(&registry) }).unwrap();
    let good = artifact(&registry, "left", &registry.publish(&Package::new("left", "1.0.0")));
    let confused = Package::new("right", "1.0.0").packed(serde_json::json!({ "name": "other", "version": "1.0.0" }));
    let confused = artifact(&registry, "right", &registry.publish(&confused));
    let first = ask(&client(), good.clone(), Depth::Verified).await;
    assert_eq!(outcome(&client(), confused.clone(), Depth::Verified).await, Outcome::Verified);
    registry.forget_requests();
    assert_eq!(ask(&client(), good.clone(), Depth::Verified).await, first);
    assert_eq!(registry.requests(), []);
    // What has something to tell is looked at each time.
    let again = ask(&client(), confused, Depth::Verified).await;
    assert_ne!(again.published_manifest, again.packed_manifest);
    assert_eq!(registry.requests().len(), 2);
    registry.forget_requests();
    // The other depth is another question.
    assert_eq!(outcome(&client(), good.clone(), Depth::Recorded).await, Outcome::Recorded);
    assert_eq!(registry.requests().len(), 1);
    // Offline, what is remembered still counts.
    let offline = Options { cache: Some(folder.path().to_owned()), offline: true, ..options(&registry) };
    assert_eq!(outcome(&Client::new(offline).unwrap(), good, Depth::Verified).await, Outcome::Verified);
}

#[tokio::test]
async fn a_run_that_is_stopped_answers_for_everything() {
    let registry = Registry::start().unwrap();
    let locked = many(&registry, 30);
    registry.misbehave("p3", Fault::Stalls);
    let cancel = Cancel::new();
    let stop_at_the_fifth = |event: Event<'_>| {
        if matches!(event, Event::Finished { artifact, .. } if artifact.name == "p4") {
            cancel.cancel();
        }
    };
    let answers = client(&registry).verify(locked, Depth::Verified, &cancel, stop_at_the_fifth).await;
    assert_eq!(answers.len(), 30);
    assert_eq!(answers[4].1.outcome, Outcome::Verified);
    assert_eq!(answers[3].1.outcome, Outcome::Unverifiable(Reason::Cancelled));
}

#[tokio::test]
async fn versions_come_in_the_order_of_publication() {
    let registry = Registry::start().unwrap();
    for version in ["1.0.0", "2.0.0", "1.0.1"] {
        registry.publish(&Package::new("@scope/left", version));
    }
    let client = client(&registry);
    let question =
        |name: &str| Question::Versions { ecosystem: Ecosystem::Npm, name: name.into(), registry: registry.url().into() };
    let locked = many(&registry, 1).remove(0);
    let questions = Unanswered::from([question("@scope/left"), question("none"), Question::Artifact(locked.clone())]);
    let mut facts = Facts::default();
    client.answer(&questions, Depth::Recorded, &Cancel::new(), &mut facts, |_| {}).await;
    let versions: Vec<_> = facts.versions[&question("@scope/left")].as_ref().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(versions, ["1.0.0", "2.0.0", "1.0.1"]);
    assert_eq!(facts.versions[&question("none")], Err(Reason::UnpublishedPackage));
    assert_eq!(facts.verdicts[&locked].outcome, Outcome::Recorded);
    let elsewhere = client.versions(Ecosystem::Npm, "left", "http://127.0.0.1:1/").await;
    assert_eq!(elsewhere, Err(Reason::UntrustedHost("127.0.0.1:1".to_owned())));
}

/// Writes what npm's cache would hold for an address.
fn put_in_npm_cache(cache: &Path, address: &str, bytes: &[u8]) {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let place = |root: &str, hex: &str| cache.join("_cacache").join(root).join(&hex[..2]).join(&hex[2..4]).join(&hex[4..]);
    let write = |path: &Path, bytes: &[u8]| {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    let digest = sha2::Sha512::digest(bytes);
    let integrity = format!("sha512-{}", base64::engine::general_purpose::STANDARD.encode(digest));
    write(&place("content-v2/sha512", &hex(&digest)), bytes);
    let key = format!("make-fetch-happen:request-cache:{address}");
    let record = serde_json::json!({ "key": key, "integrity": integrity, "time": 1, "size": bytes.len() }).to_string();
    let line = format!("\n{}\t{record}", hex(&sha1::Sha1::digest(&record)));
    write(&place("index-v5", &hex(&sha2::Sha256::digest(&key))), line.as_bytes());
}

#[tokio::test]
async fn npm_s_cache_gives_bytes_and_no_trust() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    let locked = artifact(&registry, "left", &published);
    let true_bytes = registry.tarball("left", "1.0.0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let client = Client::new(Options { npm_cache: Some(folder.path().to_owned()), ..options(&registry) }).unwrap();
    for (what, address, bytes, expected) in [
        ("the artifact", published.tarball.as_str(), &true_bytes[..], BytesFrom::Cache),
        ("other bytes under its address", &published.tarball, b"evil", BytesFrom::Registry),
    ] {
        put_in_npm_cache(folder.path(), address, bytes);
        let verdict = ask(&client, locked.clone(), Depth::Verified).await;
        assert_eq!((&verdict.outcome, &verdict.bytes), (&Outcome::Verified, &Some(expected)), "{what}");
        assert!(verdict.packed_manifest.is_some());
    }
    // Under another address it is not found, whatever the lockfile says.
    std::fs::remove_dir_all(folder.path().join("_cacache")).unwrap();
    put_in_npm_cache(folder.path(), "https://elsewhere.test/left-1.0.0.tgz", &true_bytes);
    let mut moved = locked.clone();
    moved.resolved = Some("https://elsewhere.test/left-1.0.0.tgz".into());
    assert_eq!(ask(&client, moved, Depth::Verified).await.bytes, Some(BytesFrom::Registry));
    // A file that was damaged where it lies is fetched anew, and what the registry then serves counts.
    put_in_npm_cache(folder.path(), &published.tarball, &true_bytes);
    registry.misbehave("left", Fault::WrongBytes);
    assert_eq!(ask(&client, locked.clone(), Depth::Verified).await.bytes, Some(BytesFrom::Cache));
    put_in_npm_cache(folder.path(), &published.tarball, b"damaged");
    assert!(matches!(outcome(&client, locked, Depth::Verified).await, Outcome::Mismatched(m) if m.registry_bytes));
}

#[tokio::test]
async fn yarn_s_old_cache_gives_bytes_and_no_trust() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("@scope/left", "1.0.0"));
    let folder = tempfile::tempdir().unwrap();
    let client = Client::new(Options { yarn_classic_cache: Some(folder.path().to_owned()), ..options(&registry) }).unwrap();
    let place = format!("v6/npm-@scope-left-1.0.0-{}-integrity/node_modules/@scope/left", published.shasum);
    std::fs::create_dir_all(folder.path().join(&place)).unwrap();
    let true_bytes = registry.tarball("@scope/left", "1.0.0").unwrap();
    for (bytes, expected) in [(&true_bytes[..], BytesFrom::Cache), (b"evil", BytesFrom::Registry)] {
        std::fs::write(folder.path().join(&place).join(".yarn-tarball.tgz"), bytes).unwrap();
        let verdict = ask(&client, artifact(&registry, "@scope/left", &published), Depth::Verified).await;
        assert_eq!((&verdict.outcome, &verdict.bytes), (&Outcome::Verified, &Some(expected)));
        assert!(verdict.packed_manifest.is_some());
    }
}

#[tokio::test]
async fn distance_costs_no_more_than_it_must() {
    let registry = Registry::start().unwrap();
    registry.set_latency(Duration::from_millis(1));
    let locked = many(&registry, 200);
    let answers = client(&registry).verify(locked, Depth::Verified, &Cancel::new(), |_| {}).await;
    assert!(answers.iter().all(|(_, verdict)| verdict.outcome == Outcome::Verified));
    assert_eq!(registry.requests().len(), 400);
}
