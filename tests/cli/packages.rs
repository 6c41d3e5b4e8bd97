//! What a lockfile records, as a list.

use serde_json::json;

use crate::support::Sandbox;
use crate::support::project::{Locked, lockfile};

#[test]
fn the_list_is_the_contract_s() {
    let sandbox = Sandbox::new();
    let left = Locked::new("@a/left", "1.0.0").with("dev", json!(true)).with("hasInstallScript", json!(true));
    let right = Locked::new("right", "2.0.0").with("optional", json!(true));
    sandbox.write("web/package-lock.json", &lockfile(&[left.clone(), right.clone()]));
    let list = sandbox.provender(&["packages", "web/package-lock.json", "--format", "json"]).expect(0).json();
    let line = |name: &str| {
        let text = sandbox.read("web/package-lock.json");
        text.lines().position(|line| line.contains(&format!("\"node_modules/{name}\""))).unwrap() + 1
    };
    assert_eq!(
        list,
        json!({
            "schema": 1,
            "path": "web/package-lock.json",
            "format": "package-lock",
            "packages": [
                {
                    "ecosystem": "npm", "name": "@a/left", "version": "1.0.0", "integrity": [left.integrity],
                    "source": left.resolved, "kind": "registry", "dev": true, "optional": false, "installScript": true,
                    "line": line("@a/left"),
                },
                {
                    "ecosystem": "npm", "name": "right", "version": "2.0.0", "integrity": [right.integrity],
                    "source": right.resolved, "kind": "registry", "dev": false, "optional": true, "installScript": false,
                    "line": line("right"),
                },
            ],
        })
    );
    let text = sandbox.provender(&["packages", "web/package-lock.json"]).expect(0).out;
    assert!(text.contains("@a/left") && text.contains("2.0.0"), "{text}");
}

#[test]
fn what_is_no_lockfile_is_a_fault_and_half_a_one_is_told() {
    let sandbox = Sandbox::new();
    sandbox.write("package.json", "{}");
    sandbox.write("package-lock.json", &lockfile(&[Locked::new("left", "1.0.0")])[..200]);
    for named in ["package.json", "nowhere/package-lock.json", "notes.txt", "."] {
        sandbox.provender(&["packages", named]).expect(2);
    }
    let run = sandbox.provender(&["packages", "package-lock.json", "--format", "json"]).expect(1);
    assert!(run.err.contains("does not parse"), "{run:?}");
    assert_eq!(run.json()["schema"], 1);
}
