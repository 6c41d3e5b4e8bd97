//! What a registry, a proxy or a line can do to a push: told for what it is, never as tampering, never as clean.

use registry_double::{Fault, Package, Registry};
use serde_json::json;

use crate::push::{blocked, passes};
use crate::stage::Stage;
use crate::support::project::Locked;

/// The words of tampering.
const TAMPERING: [&str; 4] = ["integrity-mismatch", "registry-disagrees", "manifest-confusion", "1 mismatched"];

#[test]
fn a_fault_of_the_line_is_neither_tampering_nor_clean() {
    let passing = |status, retry_after: &str| Fault::Passing { times: 99, status, retry_after: Some(retry_after.to_owned()) };
    for (fault, words) in [
        (Fault::Status(401), ["unverified-package", "wants credentials", "1 unauthorized"]),
        (Fault::Status(403), ["unverified-package", "wants credentials", "1 unauthorized"]),
        (Fault::Status(418), ["unverified-package", "HTTP 418", "1 server-fault"]),
        (passing(429, "3600"), ["unverified-package", "slow down", "1 rate-limited"]),
        (passing(500, "0"), ["unverified-package", "HTTP 500", "1 server-fault"]),
        (passing(503, "86400"), ["unverified-package", "HTTP 503", "1 server-fault"]),
        (Fault::Claims(600 << 20), ["unverified-package", "larger than", "1 too-large"]),
        (Fault::HugeMetadata(65 << 20), ["unverified-package", "larger than", "1 too-large"]),
        (Fault::Truncated, ["unverified-package", "ended before", "1 truncated"]),
        (Fault::HangsUp, ["unverified-package", "could not be reached", "1 offline"]),
        (Fault::NotJson, ["unverified-package", "could not be read", "1 malformed-answer"]),
        (Fault::OtherName, ["unverified-package", "another name", "1 malformed-answer"]),
        (Fault::OtherVersion, ["unverified-package", "another version", "1 malformed-answer"]),
        (Fault::RedirectsForever, ["unverified-package", "redirects more than", "1 malformed-answer"]),
        (Fault::Redirects("file:///etc/passwd".to_owned()), ["unverified-package", "not on the web", "1 malformed-answer"]),
        (Fault::NoDigest, ["unverified-package", "no digest", "1 no-published-digest"]),
        (Fault::Status(404), ["unpublished-version", "does not know the package", "1 unpublished-package"]),
    ] {
        let stage = Stage::pushed();
        let right = stage.publish("right");
        stage.registry.misbehave("right", fault.clone());
        stage.commit("more", &[stage.left.clone(), right]);
        let said = blocked(&stage, &["push", "origin", "main"], &words);
        assert!(TAMPERING.iter().all(|word| !said.contains(word)), "{fault:?}: {said}");
        assert!(said.contains("0 verified") && said.contains("`right` 1.0.0"), "{fault:?}: {said}");
        assert!(!said.contains("passwd"), "{fault:?}: {said}");
    }
}

#[test]
fn what_is_tampering_is_called_so() {
    for (fault, words) in [
        (Fault::WrongBytes, ["integrity-mismatch", "do not hash", "1 mismatched"]),
        (Fault::OtherDigest, ["registry-disagrees", "another digest", "1 mismatched"]),
        (
            Fault::TarballAt("http://127.0.0.1:9/right/-/right-1.0.0.tgz".to_owned()),
            ["registry-disagrees", "another address", "1 mismatched"],
        ),
    ] {
        let stage = Stage::pushed();
        let right = stage.publish("right");
        stage.registry.misbehave("right", fault.clone());
        stage.commit("more", &[stage.left.clone(), right]);
        blocked(&stage, &["push", "origin", "main"], &words);
        // It is the registry that was wrong, and it was not remembered against the package.
        stage.registry.behave("right");
        passes(&stage, &["push", "origin", "main"], &["1 verified"]);
    }
}

#[test]
fn a_fault_that_passes_is_waited_out() {
    for status in [429, 502] {
        let stage = Stage::pushed();
        let right = stage.publish("right");
        stage.registry.misbehave("right", Fault::Passing { times: 1, status, retry_after: Some("0".to_owned()) });
        stage.commit("more", &[stage.left.clone(), right]);
        passes(&stage, &["push", "origin", "main"], &["1 verified"]);
    }
}

#[test]
fn an_unpublished_version_is_told_from_an_unknown_package() {
    let stage = Stage::pushed();
    let right = Locked { version: "9.9.9".to_owned(), ..stage.publish("right") };
    let right = right.with_resolved(&format!("{}right/-/right-9.9.9.tgz", stage.registry.url()));
    stage.commit("more", &[stage.left.clone(), right]);
    blocked(&stage, &["push", "origin", "main"], &["unpublished-version", "has no such version", "`right` 9.9.9"]);
}

#[test]
fn a_policy_can_let_the_unverifiable_pass_but_not_the_tampered() {
    let stage = Stage::pushed();
    stage.sandbox.write("provender.toml", "[verify]\nunverifiable = \"warn\"\n");
    stage.sandbox.commit("policy");
    stage.git(&["push", "-q", "--no-verify", "origin", "main"]).expect(0);
    let (right, base) = (stage.publish("right"), stage.head());
    stage.registry.misbehave("right", Fault::HangsUp);
    stage.commit("more", &[stage.left.clone(), right.clone()]);
    // It passes, and is still not called verified.
    passes(&stage, &["push", "--dry-run", "origin", "main"], &["0 verified", "1 offline"]);
    stage.registry.behave("right");
    stage.git(&["reset", "-q", "--hard", &base]).expect(0);
    stage.commit("more", &[stage.left.clone(), right.tampered()]);
    blocked(&stage, &["push", "origin", "main"], &["integrity-mismatch"]);
}

#[test]
fn a_manifest_inside_that_is_another_is_told() {
    let stage = Stage::pushed();
    let package = Package::new("right", "1.0.0")
        .packed(json!({ "name": "right", "version": "1.0.0", "scripts": { "postinstall": "node evil.js" }, "dependencies": { "evil": "1" } }));
    let published = stage.registry.publish(&package);
    let right = Locked { integrity: published.integrity, resolved: published.tarball, ..Locked::new("right", "1.0.0") };
    stage.commit("more", &[stage.left.clone(), right]);
    blocked(&stage, &["push", "origin", "main"], &["manifest-confusion", "`right`"]);
}

#[test]
fn a_redirect_to_another_host_goes_without_the_token() {
    let stage = Stage::pushed();
    let elsewhere = Registry::start().unwrap();
    let right = stage.publish("right");
    Locked::published(&elsewhere, "right", "1.0.0");
    stage.registry.misbehave("right", Fault::Redirects(format!("{}{{path}}", elsewhere.url())));
    stage.registry.require("Bearer mine");
    stage.sandbox.user_npmrc(&format!("registry={}\n//{}/:_authToken=mine\n", stage.registry.url(), stage.registry.host()));
    stage.commit("more", &[stage.left.clone(), right]);
    stage.git(&["push", "origin", "main"]);
    let (here, there) = (stage.registry.requests(), elsewhere.requests());
    assert!(!here.is_empty() && here.iter().all(|request| request.authorization.as_deref() == Some("Bearer mine")), "{here:?}");
    assert!(!there.is_empty() && there.iter().all(|request| request.authorization.is_none()), "{there:?}");
}

#[test]
fn a_token_is_nowhere_but_in_its_header() {
    let stage = Stage::pushed();
    stage.registry.require("Bearer s3cret-token-of-mine");
    stage.sandbox.user_npmrc(&format!(
        "registry={}\n//{}/:_authToken=s3cret-token-of-mine\n",
        stage.registry.url(),
        stage.registry.host()
    ));
    let (right, base) = (stage.publish("right"), stage.head());
    stage.commit("more", &[stage.left.clone(), right.clone().tampered()]);
    let said = blocked(&stage, &["push", "origin", "main"], &["integrity-mismatch"]);
    assert!(!said.contains("s3cret"), "{said}");
    stage.git(&["reset", "-q", "--hard", &base]).expect(0);
    stage.commit("more", &[stage.left.clone(), right]);
    let said = passes(&stage, &["push", "origin", "main"], &["1 verified"]);
    assert!(!said.contains("s3cret"), "{said}");
    let grep = |dir: &std::path::Path| stage.sandbox.command("grep", dir).args(["-rlF", "s3cret", "."]).output().unwrap().stdout;
    assert_eq!(String::from_utf8(grep(&stage.sandbox.path("cache"))).unwrap(), "");
    assert_eq!(String::from_utf8(grep(&stage.sandbox.repo)).unwrap(), "");
}

#[test]
fn an_unreachable_registry_blocks_every_new_package_by_name() {
    let stage = Stage::pushed();
    let packages = [stage.left.clone(), stage.publish("right"), stage.publish("middle")];
    stage.commit("more", &packages);
    let Stage { sandbox, registry, left } = stage;
    let gone = registry.url();
    drop(registry);
    let stage = Stage { sandbox, registry: Registry::start().unwrap(), left };
    assert_ne!(gone, stage.registry.url());
    blocked(&stage, &["push", "origin", "main"], &["`right`", "`middle`", "could not be reached", "2 offline", "0 verified"]);
}
