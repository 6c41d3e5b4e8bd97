//! The whole job on the real thing: npm locks a project, every package of it is verified at the real registry, and one flipped character
//! does not get past the push. Off unless asked for (`cargo xtask test --registry`), since it needs the registry.

use std::process::Command;

use crate::support::{Sandbox, finish};

const MANIFEST: &str = r#"{
  "name": "demo",
  "private": true,
  "dependencies": { "express": "4.21.2", "esbuild": "0.21.5", "@babel/code-frame": "7.26.2" }
}
"#;

#[test]
#[ignore = "asks the real npm registry: cargo xtask test --registry"]
fn a_fresh_lockfile_verifies_whole_and_one_flipped_character_blocks_the_push() {
    let sandbox = Sandbox::new();
    sandbox.user_npmrc("");
    sandbox.write("package.json", MANIFEST);
    let lock = [
        "install",
        "--package-lock-only",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--omit-lockfile-registry-resolved=false",
    ];
    finish(npm(&sandbox).args(lock)).expect(0);
    let listed = sandbox.provender(&["packages", "package-lock.json", "--format", "json"]).expect(0).json();
    let count = listed["packages"].as_array().unwrap().len();
    assert!(count > 60, "{count} packages");
    let verified = sandbox.provender(&["verify", "--no-cache"]).expect(0);
    assert!(verified.err.contains(&format!("{count} verified, 0 recorded, 0 mismatched, 0 unverifiable")), "{}", verified.err);

    sandbox.git_in(&sandbox.path(""), &["init", "-q", "--bare", "-b", "main", "remote.git"]);
    sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    sandbox.commit("locked by npm");
    sandbox.provender(&["hook", "install"]).expect(0);
    sandbox.git(&["push", "-q", "origin", "main"]);

    let honest = sandbox.read("package-lock.json");
    sandbox.write("package-lock.json", &flipped(&honest, "node_modules/accepts"));
    sandbox.commit("tampered with");
    let blocked = sandbox.try_git(&["push", "-q", "origin", "main"]);
    assert_ne!(blocked.code, 0);
    assert!(blocked.err.contains("integrity-mismatch") && blocked.err.contains("`accepts`"), "{}", blocked.err);
    sandbox.git(&["reset", "-q", "--hard", "HEAD~1"]);
    sandbox.write("README", "restored");
    sandbox.commit("restored");
    sandbox.git(&["push", "-q", "origin", "main"]);
}

/// npm with the certificate authorities that this machine gives it: without them it would wait for a registry that it cannot trust.
fn npm(sandbox: &Sandbox) -> Command {
    let mut command = sandbox.command("npm", &sandbox.repo);
    command.env_remove("npm_config_globalconfig");
    for name in ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// The lockfile with the first character of one package's digest exchanged.
fn flipped(lockfile: &str, key: &str) -> String {
    let entry = lockfile.find(&format!("\"{key}\"")).unwrap();
    let digest = entry + lockfile[entry..].find("sha512-").unwrap() + "sha512-".len();
    let other = if lockfile[digest..].starts_with('A') { "B" } else { "A" };
    format!("{}{other}{}", &lockfile[..digest], &lockfile[digest + 1..])
}
