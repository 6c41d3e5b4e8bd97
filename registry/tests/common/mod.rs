//! What the tests of this folder share.
#![allow(dead_code, clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use provender_core::facts::{Artifact, Depth, Mismatch, Outcome, Reason, Verdict};
use provender_core::model::Ecosystem;
use provender_registry::{Cancel, Client, Limits, Options, Retry};
use registry_double::{Published, Registry};

/// Options that trust the registry, and repeat without waiting.
pub(crate) fn options(registry: &Registry) -> Options {
    Options {
        allowed_hosts: vec![registry.host().to_owned()],
        retry: Retry { pause: Duration::ZERO, ..Retry::default() },
        limits: Limits { artifact: 1 << 20, metadata: 1 << 20, unpacked: 8 << 20, ..Limits::default() },
        ..Options::default()
    }
}

pub(crate) fn client(registry: &Registry) -> Client {
    Client::new(options(registry)).unwrap()
}

/// The artifact that an honest lockfile records.
pub(crate) fn artifact(registry: &Registry, name: &str, published: &Published) -> Artifact {
    let version = published.tarball.rsplit_once('-').unwrap().1.trim_end_matches(".tgz");
    Artifact {
        ecosystem: Ecosystem::Npm,
        name: name.into(),
        version: version.into(),
        integrity: vec![published.integrity.as_str().into()],
        resolved: Some(published.tarball.as_str().into()),
        registry: registry.url().into(),
        files: Vec::new(),
    }
}

pub(crate) async fn ask(client: &Client, artifact: Artifact, depth: Depth) -> Arc<Verdict> {
    let mut answers = client.verify(vec![artifact.clone()], depth, &Cancel::new(), |_| {}).await;
    assert_eq!(answers.len(), 1);
    let (about, verdict) = answers.remove(0);
    assert_eq!(about, artifact);
    verdict
}

pub(crate) async fn outcome(client: &Client, artifact: Artifact, depth: Depth) -> Outcome {
    ask(client, artifact, depth).await.outcome.clone()
}

pub(crate) async fn mismatched(client: &Client, artifact: Artifact) -> Mismatch {
    match outcome(client, artifact, Depth::Verified).await {
        Outcome::Mismatched(mismatch) => mismatch,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn unverifiable(client: &Client, artifact: Artifact) -> Reason {
    match outcome(client, artifact, Depth::Verified).await {
        Outcome::Unverifiable(reason) => reason,
        other => panic!("{other:?}"),
    }
}
