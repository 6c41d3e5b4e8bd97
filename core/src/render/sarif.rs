//! For code scanning: SARIF 2.1.0 (OASIS), with what GitHub's code scanning reads beside the standard.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::Value;
use serde_sarif::sarif as s;

use super::explain::documentation;
use super::secrets::Secrets;
use super::sources::{Place, Sources};
use super::threats::threat;
use super::visible::visible;
use crate::finding::{Applicability, Finding, Fix, PackageRef, Report, Severity};
use crate::path::RelPath;
use crate::rule::Rule;
use crate::text::Span;

/// The published schema of the format.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What paths are relative to. The address itself is left out: it would differ from machine to machine.
const ROOT: &str = "%SRCROOT%";
/// What paths of the person's own files (`~/…`) are relative to.
const HOME: &str = "%HOME%";

/// Renders a report as a SARIF log with one run. `rules` is the catalogue in its order, `version` the program's.
#[must_use]
pub fn sarif(report: &Report, sources: &Sources<'_>, rules: &[&'static Rule], version: &str) -> String {
    let report = &*Secrets::of(report, sources).redact(report);
    let rules = rules_of(report, rules);
    let driver = s::ToolComponent::builder().name("provender").version(version).semantic_version(version);
    let driver = driver.rules(rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>()).build();
    let run = s::Run::builder()
        .tool(s::Tool::from(driver))
        .invocations(vec![s::Invocation::builder().execution_successful(true).build()])
        .results(results(report, sources, &rules))
        .column_kind(Value::from("unicodeCodePoints"))
        .build();
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [Run { run, original_uri_base_ids: bases() }] };
    // Writing plain data to a string cannot fail.
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text.push('\n');
    text
}

/// The log, whose run has one member that the library's type lacks.
#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
struct Run {
    #[serde(flatten)]
    run: s::Run,
    #[serde(rename = "originalUriBaseIds")]
    original_uri_base_ids: BTreeMap<&'static str, s::ArtifactLocation>,
}

fn bases() -> BTreeMap<&'static str, s::ArtifactLocation> {
    let base = |text: &str| s::ArtifactLocation::builder().description(s::Message::from(text)).build();
    BTreeMap::from([(ROOT, base("The folder that was checked.")), (HOME, base("The home folder of the person who ran the check."))])
}

/// The catalogue, and after it any rule that reported without being listed.
fn rules_of(report: &Report, listed: &[&'static Rule]) -> Vec<&'static Rule> {
    let mut rules = listed.to_vec();
    for finding in &report.findings {
        if !rules.iter().any(|rule| rule.id == finding.rule.id) {
            rules.push(finding.rule);
        }
    }
    rules
}

fn level(severity: Severity) -> s::ResultLevel {
    match severity {
        Severity::Error => s::ResultLevel::Error,
        Severity::Warning => s::ResultLevel::Warning,
        Severity::Info => s::ResultLevel::Note,
    }
}

/// The score that GitHub sorts alerts by: its bands are high from 7.0, medium from 4.0, low below.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "8.0",
        Severity::Warning => "5.0",
        Severity::Info => "2.0",
    }
}

fn descriptor(rule: &Rule) -> s::ReportingDescriptor {
    let text = |text: &str| s::MultiformatMessageString::builder().text(text).build();
    let documentation = documentation(rule);
    let help = s::MultiformatMessageString::builder().text(documentation.clone()).markdown(documentation).build();
    let tags = vec!["security".to_owned(), "supply-chain".to_owned(), format!("threat/{}", threat(rule.threat).replace(' ', "-"))];
    let score = BTreeMap::from([("security-severity".to_owned(), Value::from(score(rule.severity)))]);
    s::ReportingDescriptor::builder()
        .id(rule.id)
        .short_description(text(rule.summary))
        .full_description(text(first_paragraph(&help.text)))
        .help(help)
        .default_configuration(s::ReportingConfiguration::builder().level(Value::from(level(rule.severity).to_string())).build())
        .properties(s::PropertyBag::builder().tags(tags).additional_properties(score).build())
        .build()
}

fn first_paragraph(markdown: &str) -> &str {
    markdown.split("\n\n").next().unwrap_or_default().trim()
}

fn results(report: &Report, sources: &Sources<'_>, rules: &[&'static Rule]) -> Vec<s::Result> {
    let indices: FxHashMap<&str, i64> = rules.iter().zip(0..).map(|(rule, index)| (rule.id, index)).collect();
    let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
    let mut result = |finding: &Finding| {
        let print = fingerprint(finding);
        let nth = seen.entry(print).and_modify(|nth| *nth += 1).or_insert(1);
        result(finding, sources, indices[finding.rule.id], &format!("{print:016x}:{nth}"))
    };
    report.findings.iter().map(&mut result).collect()
}

fn result(finding: &Finding, sources: &Sources<'_>, rule_index: i64, print: &str) -> s::Result {
    let prints = BTreeMap::from([
        // The only one that GitHub goes by.
        ("primaryLocationLineHash".to_owned(), print.to_owned()),
        ("provender/v1".to_owned(), print.to_owned()),
    ]);
    let mut result = s::Result::builder()
        .rule_id(finding.rule.id)
        .rule_index(rule_index)
        .level(level(finding.severity))
        .message(message(finding))
        .locations(vec![location(&finding.path, finding.span, sources)])
        .partial_fingerprints(prints)
        .build();
    let related = finding.related.iter().zip(1..).map(|(label, id)| {
        let mut location = location(&label.path, label.span, sources);
        location.id = Some(id);
        location.message = Some(s::Message::from(&harmless(&label.message)));
        location
    });
    result.related_locations = Some(related.collect::<Vec<_>>()).filter(|related| !related.is_empty());
    let fixes = finding.fixes.iter().filter(|fix| fix.applicability != Applicability::Display);
    result.fixes = Some(fixes.map(|fix| repair(fix, sources)).collect::<Vec<_>>()).filter(|fixes| !fixes.is_empty());
    if let Some(package) = &finding.package {
        let package = BTreeMap::from([("package".to_owned(), Value::from(package.purl()))]);
        result.properties = Some(s::PropertyBag::builder().additional_properties(package).build());
    }
    result
}

/// What is wrong, and below it what to do.
fn message(finding: &Finding) -> s::Message {
    let help = finding.help.iter().map(|help| format!("\n{}", harmless(help)));
    s::Message::from(&help.fold(harmless(&finding.message), |message, help| message + &help))
}

/// Text of strangers for a message, in which viewers turn `[words](address)` into a link.
fn harmless(text: &str) -> String {
    visible(text).replace("](", "] (")
}

fn location(path: &RelPath, span: Span, sources: &Sources<'_>) -> s::Location {
    let mut place = s::PhysicalLocation::builder().artifact_location(artifact(path)).build();
    // Without a text there is nothing true to say about lines; the whole file is meant.
    place.region = sources.get(path).is_some().then(|| region(path, span, sources));
    s::Location::builder().physical_location(place).build()
}

fn region(path: &RelPath, span: Span, sources: &Sources<'_>) -> s::Region {
    let Place { start, end } = sources.place(path, span);
    let number = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
    s::Region::builder()
        .start_line(number(start.line))
        .start_column(number(start.column))
        .end_line(number(end.line))
        .end_column(number(end.column))
        .byte_offset(i64::from(span.start))
        .byte_length(i64::from(span.end.saturating_sub(span.start)))
        .build()
}

fn repair(fix: &Fix, sources: &Sources<'_>) -> s::Fix {
    let changes = fix.edits.iter().map(|(path, edits)| {
        let replacements = edits.iter().map(|edit| {
            let inserted = s::ArtifactContent::builder().text(edit.text.as_str()).build();
            s::Replacement::builder().deleted_region(region(path, edit.span, sources)).inserted_content(inserted).build()
        });
        s::ArtifactChange::builder().artifact_location(artifact(path)).replacements(replacements.collect::<Vec<_>>()).build()
    });
    s::Fix::builder().description(s::Message::from(&harmless(&fix.title))).artifact_changes(changes.collect::<Vec<_>>()).build()
}

/// A path as an address, relative to the root unless it lies outside of the workspace.
fn artifact(path: &RelPath) -> s::ArtifactLocation {
    let location = s::ArtifactLocation::builder();
    match path.as_str() {
        absolute if absolute.starts_with('/') => location.uri(format!("file://{}", percent_encode(absolute))).build(),
        own if own.starts_with("~/") => location.uri(percent_encode(&own[2..])).uri_base_id(HOME).build(),
        relative => location.uri(percent_encode(relative)).uri_base_id(ROOT).build(),
    }
}

/// Escapes everything but the characters that mean nothing in an address (RFC 3986, unreserved) and `/`, and `@` and `+`, which are
/// common in folders and mean nothing in a path.
fn percent_encode(path: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'+' => {
                encoded.push(char::from(byte))
            }
            byte => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// Tells a finding from others, whichever line it is on: FNV-1a, 64 bits, of rule, path, package and message, numbers in the message
/// left out. It is no protection against anyone; it only keeps an alert open or closed as the file moves under it.
fn fingerprint(finding: &Finding) -> u64 {
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut feed = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    let package = finding.package.as_ref().map(PackageRef::purl).unwrap_or_default();
    for part in [finding.rule.id, finding.path.as_str(), &package] {
        part.bytes().for_each(&mut feed);
        feed(0);
    }
    finding.message.bytes().filter(|byte| !byte.is_ascii_digit() && !byte.is_ascii_whitespace()).for_each(&mut feed);
    hash
}

#[cfg(test)]
mod tests;
