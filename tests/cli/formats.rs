//! What programs read: the contract's JSON, SARIF, GitHub's annotations; and what people read.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::support::Sandbox;
use crate::support::project::{Locked, files};

/// A project with findings of every severity, one with an emoji before its place on the line.
fn faulty() -> Sandbox {
    let sandbox = Sandbox::new();
    let evil = Locked::new("left", "1.0.0").with_resolved("https://evil.test/left/-/left-1.0.0.tgz");
    sandbox.write_all(&files("apps/web/", &[evil, Locked::new("right", "2.0.0")]));
    sandbox.write(
        "package.json",
        "{ \"name\": \"é😀\", \"private\": true, \"dependencies\": { \"é😀\": \"http://plain.test/x.tgz\", \"right\": \"^2.0.0\" } }\n",
    );
    sandbox
}

#[test]
fn the_json_is_the_contract_s() {
    let sandbox = faulty();
    let run = sandbox.provender(&["check", "--format", "json"]).expect(1);
    assert_eq!(run.err, "");
    let report = run.json();
    assert_eq!(keys(&report), ["schema", "findings", "summary"]);
    assert_eq!(report["schema"], 1);
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.len() > 4);
    for finding in findings {
        let fields = ["rule", "severity", "threat", "path", "range", "byteRange", "package", "message", "help", "related", "fixes"];
        assert_eq!(keys(finding), fields);
        holds_place(&sandbox, finding);
        for related in finding["related"].as_array().unwrap() {
            assert_eq!(keys(related), ["path", "range", "message"]);
        }
        for fix in finding["fixes"].as_array().unwrap() {
            assert_eq!(keys(fix), ["title", "applicability", "edits"]);
            fix["edits"].as_array().unwrap().iter().for_each(|edit| holds_place(&sandbox, edit));
        }
        assert!(["error", "warning", "info"].contains(&finding["severity"].as_str().unwrap()));
        assert!((1..=10).contains(&finding["threat"].as_u64().unwrap()));
        assert!(!finding["message"].as_str().unwrap().is_empty());
    }
    let order: Vec<_> = findings
        .iter()
        .map(|finding| (finding["path"].as_str(), finding["byteRange"]["start"].as_u64(), finding["byteRange"]["end"].as_u64()))
        .collect();
    assert!(order.is_sorted(), "{order:?}");
    let count = |severity: &str| findings.iter().filter(|finding| finding["severity"] == severity).count() as u64;
    assert_eq!(keys(&report["summary"]), ["error", "warning", "info", "files"]);
    for severity in ["error", "warning", "info"] {
        assert_eq!(report["summary"][severity].as_u64(), Some(count(severity)), "{severity}");
        assert!(count(severity) > 0, "{severity}");
    }
    assert_eq!(report["summary"]["files"], 4);
}

/// Line, column and byte say the same place, and it lies in the file.
fn holds_place(sandbox: &Sandbox, at: &Value) {
    let text = sandbox.read(at["path"].as_str().unwrap());
    for end in ["start", "end"] {
        let byte = at["byteRange"][end].as_u64().unwrap() as usize;
        let before = &text[..byte];
        let line = before.matches('\n').count() as u64 + 1;
        let column = before.rsplit('\n').next().unwrap().chars().count() as u64 + 1;
        assert_eq!((at["range"][end]["line"].as_u64(), at["range"][end]["column"].as_u64()), (Some(line), Some(column)), "{at}");
    }
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let sandbox = faulty();
    sandbox.commit("base");
    sandbox.write("apps/web/package.json", "{ \"dependencies\": { \"right\": \"*\" } }");
    for format in ["text", "concise", "json", "sarif", "github"] {
        let args = ["check", "--base", "HEAD", "--format", format];
        let first = sandbox.provender(&args).out;
        assert!(!first.is_empty());
        for _ in 0..3 {
            assert_eq!(sandbox.provender(&args).out, first, "{format}");
        }
    }
}

#[test]
fn sarif_is_valid_and_says_the_same() {
    let sandbox = faulty();
    let log = sandbox.provender(&["check", "--format", "sarif"]).expect(1).json();
    let schema = schema();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(&log).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let findings = sandbox.provender(&["check", "--format", "json"]).json()["findings"].as_array().unwrap().len();
    assert_eq!(results.len(), findings);
}

/// OASIS's schema, which the `serde-sarif` package has within it.
fn schema() -> Value {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == "serde-sarif").unwrap();
    let path = PathBuf::from(package["manifest_path"].as_str().unwrap()).with_file_name("src").join("schema.json");
    let mut schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    // The pattern of language tags has a stray bracket, which strict readers of regular expressions refuse. No language is written.
    for object in ["run", "toolComponent"] {
        schema["definitions"][object]["properties"]["language"].as_object_mut().unwrap().remove("pattern").unwrap();
    }
    schema
}

#[test]
fn annotations_are_one_line_a_finding() {
    let sandbox = faulty();
    let run = sandbox.provender(&["check", "--format", "github"]).expect(1);
    let findings = sandbox.provender(&["check", "--format", "json"]).json()["findings"].as_array().unwrap().len();
    assert_eq!(run.out.lines().count(), findings);
    for line in run.out.lines() {
        assert!(["::error file=", "::warning file=", "::notice file="].iter().any(|start| line.starts_with(start)), "{line}");
    }
    let line = run.out.lines().find(|line| line.contains("title=untrusted-registry")).unwrap();
    assert!(line.starts_with("::error file=apps/web/package-lock.json,line=") && line.contains("evil.test"), "{line}");
}

#[test]
fn people_see_the_line_with_the_place_underlined() {
    let sandbox = faulty();
    let text = sandbox.provender(&["check"]).expect(1).out;
    assert!(text.contains("error[untrusted-registry]"), "{text}");
    assert!(text.contains("https://evil.test/left/-/left-1.0.0.tgz") && text.contains("^^^^"), "{text}");
    assert!(text.contains("--> apps/web/package-lock.json:"), "{text}");
    let concise = sandbox.provender(&["check", "--format", "concise"]).expect(1).out;
    assert!(
        concise.lines().any(|line| line.starts_with("apps/web/package-lock.json:") && line.contains("untrusted-registry")),
        "{concise}"
    );
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let sandbox = faulty();
    let escapes = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_provender"), &sandbox.repo);
        let run = crate::support::finish(command.arg("check").args(args).envs(variables.iter().copied()));
        run.all().contains('\u{1b}')
    };
    assert!(!escapes(&[], &[]), "a pipe is no terminal");
    assert!(escapes(&["--color", "always"], &[]));
    assert!(escapes(&["--color", "always"], &[("NO_COLOR", "1")]), "the option is nearer than the variable");
    assert!(!escapes(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!escapes(&["--color", "auto"], &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
    assert!(!escapes(&["--color", "always", "--format", "json"], &[]), "programs get no colours");
    assert!(!escapes(&["--color", "always", "--format", "github"], &[]));
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let sandbox = Sandbox::new();
    let many: Vec<_> = (0..600)
        .map(|number| Locked::new(&format!("p{number}"), "1.0.0").with_resolved("https://evil.test/x/-/x-1.0.0.tgz"))
        .collect();
    sandbox.write_all(&files("", &many));
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_provender"), &sandbox.repo);
    command.args(["check", "--all", "--format", "json"]).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(!err.contains("panic") && !err.contains("provender:"), "{err}");
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
}
