//! What the SARIF renderer writes, held against the format's official schema.
//!
//! The schema comes from OASIS inside the `serde-sarif` package, which builds its types from it; it is read from where cargo keeps
//! that package's source.

// The core does no I/O; finding the schema takes some.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use provender_core::document::Document;
use provender_core::finding::{Applicability, Finding, Fix, Label, PackageRef, Report, Severity};
use provender_core::model::Ecosystem;
use provender_core::path::RelPath;
use provender_core::render::{Source, Sources, sarif};
use provender_core::rule::Cx;
use provender_core::text::{Edit, LineIndex, Span};
use serde_json::Value;

provender_core::rule! {
    /// What it is about.
    ///
    /// ## Bad
    ///
    /// ```json package.json
    /// {}
    /// ```
    SAMPLE = {
        id: "sample-rule",
        threat: 5,
        severity: Warning,
        summary: "a sample",
        fixable: Offline,
        needs: Files,
        checks: [Document(nothing)],
    }
}

fn nothing(_: &Document, _: &mut Cx<'_>) {}

fn run(program: &str, arguments: &[&str]) -> String {
    let output =
        Command::new(program).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("the program starts");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn schema() -> Value {
    let version = run("rustc", &["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host");
    let metadata = run(env!("CARGO"), &["metadata", "--format-version", "1", "--locked", "--filter-platform", host]);
    let metadata: Value = serde_json::from_str(&metadata).expect("JSON");
    let packages = metadata["packages"].as_array().expect("a list");
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").expect("it is a dependency");
    let path = PathBuf::from(package["manifest_path"].as_str().expect("a path")).with_file_name("src").join("schema.json");
    let mut schema: Value = serde_json::from_slice(&std::fs::read(path).expect("the package has its schema")).expect("JSON");
    // The pattern of language tags has a stray bracket, which strict readers of regular expressions refuse. We write no language.
    for object in ["run", "toolComponent"] {
        let language = schema["definitions"][object]["properties"]["language"].as_object_mut().expect("it is described");
        assert!(language.remove("pattern").is_some());
    }
    schema
}

/// Every shape of finding that the renderer knows: with and without a text, related places, fixes, a package, a file of the person's own.
fn log() -> Value {
    let text = "{\r\n  \"é😀\": \"^1.0.0\"\r\n}\r\n";
    let lines = LineIndex::new(text);
    let here = RelPath::new("apps/é a:b/package.json");
    let bare = |path: &str, severity| Finding {
        rule: &SAMPLE,
        severity,
        path: RelPath::new(path),
        span: Span::at(0),
        message: "something {0} is `odd`".into(),
        help: None,
        package: None,
        related: Vec::new(),
        fixes: Vec::new(),
        pending: None,
        deprecated: false,
        secret: false,
    };
    let edits = BTreeMap::from([
        (here.clone(), vec![Edit::replace(Span::new(16, 22), "1.0.0"), Edit::insert(text.len(), "\n")]),
        (RelPath::new(".npmrc"), vec![Edit::insert(0, "save-exact=true\n")]),
    ]);
    let full = Finding {
        span: Span::new(16, 22),
        help: Some("do this".into()),
        package: Some(PackageRef { ecosystem: Ecosystem::Npm, name: "@a/b".into(), version: Some("1.0.0".into()) }),
        related: [&here, &RelPath::new("gone.json")]
            .map(|path| Label { path: path.clone(), span: Span::at(5), message: "see".into() })
            .into(),
        fixes: vec![Fix { title: "Pin it".into(), applicability: Applicability::Unsafe, edits }],
        ..bare(here.as_str(), Severity::Error)
    };
    let others = [("gone.json", Severity::Warning), ("~/.npmrc", Severity::Info), ("/etc/npmrc", Severity::Info)];
    let findings = std::iter::once(full).chain(others.map(|(path, severity)| bare(path, severity))).collect();
    let report = Report { findings, files: 1, ..Report::default() };
    let sources = Sources::new(|path| (*path == here).then_some(Source { text, lines: &lines }));
    serde_json::from_str(&sarif(&report, &sources, &[&SAMPLE], "1.2.3")).expect("JSON")
}

#[test]
fn the_log_is_valid() {
    let schema = schema();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    let mut log = log();
    let faults: Vec<String> = validator.iter_errors(&log).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");

    // The schema can tell: it is not an empty one.
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
    assert!(!validator.is_valid(&log));
}
