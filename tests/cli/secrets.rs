//! A token in a file is repeated by no command, in no format.

use std::process::Command;

use crate::support::project::{HARDENED, Locked, files, lockfile};
use crate::support::{Sandbox, finish};

const SECRETS: [&str; 8] = [
    "npm_0123456789abcdefghijABCDEFGHIJ012345",
    "dXNlcjpodW50ZXIy",
    "hunter2hunter2",
    "s3cretInAddress",
    "user-t0ken-of-mine",
    "f0rmerly-there",
    "1n-a-t4ble",
    "1n-a-c0mment",
];

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.user_npmrc(&format!("registry=https://npm.example.test/\n//npm.example.test/:_authToken={}\n", SECRETS[4]));
    let left = Locked::new("left", "1.0.0").with_resolved(&format!("https://me:{}@evil.test/left/-/left-1.0.0.tgz", SECRETS[3]));
    sandbox.write_all(&files("", &[left]));
    sandbox.write(
        ".npmrc",
        &format!(
            "//npm.example.test/:_authToken={}\n_auth={}\n//other.test/:_password = {}\nregistry=https://me:{}@evil.test/\n",
            SECRETS[0], SECRETS[1], SECRETS[2], SECRETS[3]
        ),
    );
    let index = format!(
        "url = \"https://me:{}@evil.test/simple\" # was https://me:{}@evil.test/\nname = \"corp\"\n",
        SECRETS[6], SECRETS[7]
    );
    sandbox.write("python/Pipfile", &format!("[[source]]\n{index}verify_ssl = false\n[packages]\na = \"*\"\n"));
    sandbox.write("poetry/pyproject.toml", &format!("[[tool.poetry.source]]\n{index}"));
    sandbox.write("uv/uv.toml", &format!("[[index]]\n{index}[[index]]\n{}", index.replace("corp", "other")));
    sandbox.write("other/.npmrc", &format!("//npm.example.test/:_authToken={}", SECRETS[0]));
    sandbox
}

#[test]
fn no_output_holds_a_secret() {
    tells_none(&sandbox());
}

/// Whether a finding about a secret is shown has no say in whether the secret is.
#[test]
fn a_policy_does_not_bring_them_to_light() {
    let sandbox = sandbox();
    sandbox.write("provender.toml", "[rules]\nexposed-credential = \"off\"\n");
    tells_none(&sandbox);
}

fn tells_none(sandbox: &Sandbox) {
    let former = Locked::new("left", "1.0.0").with_resolved(&format!("https://me:{}@evil.test/left/-/left-1.0.0.tgz", SECRETS[5]));
    sandbox.write("package-lock.json", &lockfile(&[former]));
    sandbox.commit("with secrets");
    sandbox.write(".npmrc", &format!("{HARDENED}{}", sandbox.read(".npmrc").replace("_auth=", "email=x\n_auth=")));
    sandbox.write(
        "package-lock.json",
        &lockfile(&[Locked::new("left", "1.0.0").with_resolved(&format!("https://me:{}@worse.test/l.tgz", SECRETS[3]))]),
    );
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["fix", "--diff"],
        vec!["fix", "--diff", "--unsafe"],
        vec!["fix", "--diff", "--unsafe", ".npmrc"],
        vec!["diff"],
        vec!["diff", "--format", "markdown"],
        vec!["diff", "--format", "json"],
        vec!["packages", "package-lock.json"],
        vec!["packages", "package-lock.json", "--format", "json"],
        vec!["hook", "run", "pre-commit"],
        vec!["fix", "--unsafe"],
    ];
    for format in ["text", "concise", "json", "sarif", "github"] {
        commands.push(vec!["check", "--all", "--format", format]);
        commands.push(vec!["check", "--all", "--format", format, "--color", "always"]);
        commands.push(vec!["check", "--all", "--base", "HEAD", "--format", format]);
        commands.push(vec!["check", "--new", "--format", format, "other"]);
        commands.push(vec!["verify", "--format", format, "--no-cache"]);
    }
    commands.sort_by_key(|command| command[0] == "fix" && !command.contains(&"--diff"));
    sandbox.git(&["add", "-A"]);
    for command in commands {
        let run = sandbox.provender(&command);
        assert!(!run.all().trim().is_empty() || command[0] == "diff" || command.contains(&"--new"), "{command:?} says something");
        for secret in SECRETS {
            assert!(!run.all().contains(secret), "{command:?} tells {secret}: {run:?}");
        }
    }
}

#[test]
fn the_secrets_are_there_to_be_found() {
    let run = sandbox().provender(&["check", "--format", "json"]).expect(1);
    let report = run.json();
    let lines: Vec<_> =
        report["findings"].as_array().unwrap().iter().filter(|found| found["rule"] == "exposed-credential").collect();
    assert!(lines.len() >= 3, "{run:?}");
}

#[test]
fn no_cache_holds_a_secret() {
    let sandbox = sandbox();
    sandbox.provender(&["verify"]);
    let found = finish(
        Command::new("grep").args(["-r", "-l", "-e", SECRETS[3], "-e", SECRETS[4]]).arg(sandbox.path("")).arg("--include=*"),
    );
    for path in found.out.lines() {
        assert!(!path.contains("/cache/"), "{path}");
    }
}
