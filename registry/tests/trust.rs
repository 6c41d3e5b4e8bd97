//! Who is sent what: credentials, redirects, where bytes come from.

#![allow(clippy::unwrap_used)]

mod common;

use common::{artifact, client, mismatched, options, outcome};
use provender_core::facts::{Depth, Mismatch, Outcome, Reason};
use provender_registry::{Client, Credential};
use registry_double::{Fault, Package, Registry, Request};

fn carried(registry: &Registry) -> Vec<bool> {
    registry.requests().iter().map(|request: &Request| request.authorization.is_some()).collect()
}

#[tokio::test]
async fn a_credential_opens_its_own_registry() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    registry.require("Bearer s3cret");
    let locked = artifact(&registry, "left", &published);
    let refused = outcome(&client(&registry), locked.clone(), Depth::Verified).await;
    assert_eq!(refused, Outcome::Unverifiable(Reason::Unauthorized(registry.host().to_owned())));
    let mut settings = options(&registry);
    settings.credentials = vec![Credential::bearer(&format!("//{}/", registry.host()), "s3cret").unwrap()];
    assert_eq!(outcome(&Client::new(settings).unwrap(), locked, Depth::Verified).await, Outcome::Verified);
}

#[tokio::test]
async fn a_user_name_in_an_address_is_not_sent() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    registry.misbehave("left", Fault::TarballAt(published.tarball.replace("://", "://me:s3cret@")));
    let mut locked = artifact(&registry, "left", &published);
    locked.registry = locked.registry.replace("://", "://me:s3cret@").into();
    assert_eq!(outcome(&client(&registry), locked, Depth::Verified).await, Outcome::Verified);
    assert_eq!(carried(&registry), [false, false]);
}

#[tokio::test]
async fn a_redirect_to_another_origin_leaves_the_credential_behind_for_good() {
    let (front, store) = (Registry::start().unwrap(), Registry::start().unwrap());
    let package = Package::new("left", "1.0.0");
    let published = front.publish(&package);
    store.publish(&package);
    front.misbehave("left", Fault::RedirectsTarball(format!("{}{{path}}", store.url())));
    let mut settings = options(&front);
    settings.credentials = vec![
        Credential::bearer(&format!("//{}/", front.host()), "front").unwrap(),
        // Even one that is bound there: nobody asked that registry for anything.
        Credential::bearer(&format!("//{}/", store.host()), "store").unwrap(),
    ];
    let client = Client::new(settings).unwrap();
    let locked = artifact(&front, "left", &published);
    assert_eq!(outcome(&client, locked.clone(), Depth::Verified).await, Outcome::Verified);
    assert_eq!((carried(&front), carried(&store)), (vec![true, true], vec![false]));

    // There and back again.
    front.publish(&Package::new("back", "1.0.0"));
    let published = front.publish(&Package::new("back", "1.0.0"));
    front.misbehave("left", Fault::RedirectsTarball(format!("{}hop", store.url())));
    store.misbehave("hop", Fault::Redirects(published.tarball.clone()));
    front.forget_requests();
    drop(outcome(&client, locked, Depth::Verified).await);
    let last = front.requests().pop().unwrap();
    assert_eq!((last.path.as_str(), last.authorization), ("/back/-/back-1.0.0.tgz", None));
}

#[tokio::test]
async fn a_redirect_within_the_origin_keeps_the_credential() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    let moved = registry.publish(&Package::new("moved", "1.0.0"));
    registry.require("Bearer s3cret");
    registry.misbehave("left", Fault::RedirectsTarball(moved.tarball.clone()));
    let mut settings = options(&registry);
    settings.credentials = vec![Credential::bearer(&format!("//{}/", registry.host()), "s3cret").unwrap()];
    let found = outcome(&Client::new(settings).unwrap(), artifact(&registry, "left", &published), Depth::Verified).await;
    // Other bytes, but they came.
    assert!(matches!(found, Outcome::Mismatched(m) if m.registry_bytes), "{found:?}");
    assert_eq!(carried(&registry), [true, true, true]);
}

#[tokio::test]
async fn the_lockfile_s_own_address_is_never_contacted() {
    let (registry, evil) = (Registry::start().unwrap(), Registry::start().unwrap());
    let published = registry.publish(&Package::new("left", "1.0.0"));
    let theirs = evil.publish(&Package::new("left", "1.0.0").script("postinstall", "node steal.js"));
    let mut locked = artifact(&registry, "left", &published);
    locked.resolved = Some(theirs.tarball.as_str().into());
    locked.integrity = vec![theirs.integrity.as_str().into()];
    let expected = Mismatch { lockfile_registry: true, lockfile_bytes: true, address: true, ..Mismatch::default() };
    assert_eq!(mismatched(&client(&registry), locked).await, expected);
    assert_eq!(evil.requests(), []);
}

#[tokio::test]
async fn a_default_host_in_an_address_means_the_configured_registry() {
    let registry = Registry::start().unwrap();
    let published = registry.publish(&Package::new("left", "1.0.0"));
    let public = published.tarball.replace(&registry.url(), "https://public.example/");
    let mut locked = artifact(&registry, "left", &published);
    locked.resolved = Some(public.as_str().into());
    assert_eq!(mismatched(&client(&registry), locked.clone()).await, Mismatch { address: true, ..Mismatch::default() });
    let mut settings = options(&registry);
    settings.default_hosts = vec!["public.example".to_owned()];
    let client = Client::new(settings).unwrap();
    assert_eq!(outcome(&client, locked.clone(), Depth::Verified).await, Outcome::Verified);
    // A mirror that hands on the public registry's documents as they are.
    registry.misbehave("left", Fault::TarballAt(public));
    assert_eq!(outcome(&client, locked, Depth::Verified).await, Outcome::Verified);
}
