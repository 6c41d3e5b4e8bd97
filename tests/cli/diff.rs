//! The dependency change, package by package.

use serde_json::{Value, json};

use crate::support::Sandbox;
use crate::support::project::{Locked, files};

fn before() -> Vec<Locked> {
    ["gone", "up", "down", "digest", "moved", "same"].map(|name| Locked::new(name, "2.0.0")).to_vec()
}

fn after() -> Vec<Locked> {
    vec![
        Locked::new("came", "1.0.0").with("hasInstallScript", json!(true)),
        Locked::new("up", "2.1.0"),
        Locked::new("down", "1.9.0"),
        Locked::new("digest", "2.0.0").tampered(),
        Locked::new("moved", "2.0.0").with_resolved("https://evil.test/moved/-/moved-2.0.0.tgz"),
        Locked::new("same", "2.0.0"),
    ]
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write_all(&files("", &before()));
    sandbox.commit("before");
    sandbox.write_all(&files("", &after()));
    sandbox
}

fn side(locked: &Locked) -> Value {
    json!({
        "version": locked.version, "integrity": [locked.integrity], "source": locked.resolved,
        "installScript": locked.more.contains_key("hasInstallScript"),
    })
}

#[test]
fn the_json_is_the_contract_s() {
    let sandbox = sandbox();
    let diff = sandbox.provender(&["diff", "HEAD", "--format", "json"]).expect(0).json();
    assert_eq!(diff["schema"], 1);
    assert_eq!(diff["base"], "HEAD");
    let changes = diff["changes"].as_array().unwrap();
    let find = |list: &[Locked], name: &str| list.iter().find(|locked| locked.name == name).map_or(Value::Null, side);
    let kinds = [
        ("came", "added"),
        ("digest", "changed"),
        ("down", "downgraded"),
        ("gone", "removed"),
        ("moved", "changed"),
        ("up", "upgraded"),
    ];
    assert_eq!(changes.len(), kinds.len(), "{changes:#?}");
    for (change, (name, kind)) in changes.iter().zip(kinds) {
        let fields: Vec<_> = change.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["path", "ecosystem", "name", "kind", "from", "to", "direct", "findings"]);
        assert_eq!((&change["path"], &change["name"], &change["kind"]), (&json!("package-lock.json"), &json!(name), &json!(kind)));
        assert_eq!((&change["from"], &change["to"]), (&find(&before(), name), &find(&after(), name)), "{name}");
        assert_eq!(change["direct"], json!(true), "{name}");
    }
    let rules = |name: &str| changes.iter().find(|change| change["name"] == name).unwrap()["findings"].to_string();
    assert!(rules("digest").contains("changed-integrity"), "{}", rules("digest"));
    assert!(rules("moved").contains("changed-source") && rules("moved").contains("untrusted-registry"), "{}", rules("moved"));
    assert!(rules("down").contains("downgraded-version"), "{}", rules("down"));
    assert_eq!(rules("up"), "[]");
}

#[test]
fn people_read_it_too() {
    let sandbox = sandbox();
    for format in ["text", "markdown"] {
        let text = sandbox.provender(&["diff", "--format", format]).expect(0).out;
        for word in ["came", "2.1.0", "1.9.0", "gone", "evil.test", "digest changed"] {
            assert!(text.contains(word), "{format}: {word} is missing:\n{text}");
        }
        assert!(!text.contains("same"), "{format}: {text}");
    }
}

#[test]
fn what_many_packages_have_in_common_is_told_once_and_first() {
    let sandbox = Sandbox::new();
    let named = |count: usize| (0..count).map(|index| Locked::new(&format!("p{index}"), "2.0.0"));
    sandbox.write_all(&files("", &named(6).collect::<Vec<_>>()));
    sandbox.commit("before");
    let moved = named(6).map(|locked| {
        let address = locked.resolved.replacen("https://", "https://mirror.test/", 1);
        if locked.name == "p5" { locked } else { locked.with_resolved(&address) }
    });
    sandbox.write_all(&files("", &moved.collect::<Vec<_>>()));
    for (format, mark) in [("text", "  5 packages: source changed: "), ("markdown", "\n- 5 packages: source changed: ")] {
        let text = sandbox.provender(&["diff", "--format", format]).expect(0).out;
        let (at, first) = (text.find(mark), text.find("p0"));
        assert!(at.is_some() && at < first, "{format}: {text}");
        assert!(text.contains("5 packages: finding: untrusted-registry"), "{format}: {text}");
    }
    sandbox.write_all(&files("", &[Locked::new("p0", "2.0.0").with_resolved("https://mirror.test/p0.tgz")]));
    let text = sandbox.provender(&["diff"]).expect(0).out;
    assert!(!text.contains("packages:"), "one is told where it stands: {text}");
}

#[test]
fn two_revisions_are_compared_whatever_lies_on_disk() {
    let sandbox = sandbox();
    let disk = sandbox.provender(&["diff", "--format", "json"]).json()["changes"].clone();
    sandbox.commit("after");
    sandbox.write("package-lock.json", "{}");
    let revisions = sandbox.provender(&["diff", "HEAD~1", "HEAD", "--format", "json"]).expect(0).json();
    assert_eq!(revisions["changes"], disk);
    assert_eq!(revisions["head"], "HEAD");
    // From a subfolder it is the whole repository's change, as with git's own.
    std::fs::create_dir(sandbox.repo.join("sub")).unwrap();
    let below = sandbox.provender_in(&sandbox.repo.join("sub"), &["diff", "HEAD~1", "HEAD", "--format", "json"]).expect(0).json();
    assert_eq!(below["changes"], disk);
    let run = sandbox.provender(&["diff", "no-such"]).expect(2);
    assert!(run.err.contains("no-such"), "{run:?}");
    assert_eq!(sandbox.provender(&["diff", "HEAD", "HEAD", "--format", "json"]).expect(0).json()["changes"], json!([]));
    Sandbox::without_git().provender(&["diff"]).expect(2);
}
