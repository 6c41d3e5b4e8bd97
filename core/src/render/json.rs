//! For programs: `check --format json`, schema 1. The order of fields and findings is part of the contract.

use serde::{Serialize, Serializer};

use super::secrets::Secrets;
use super::sources::{Place, Sources};
use crate::finding::{Applicability, Finding, Fix, Label, PackageRef, Report, Severity};
use crate::path::RelPath;
use crate::text::{Edit, Span};

/// Renders a report as one JSON object and a line break.
#[must_use]
pub fn json(report: &Report, sources: &Sources<'_>) -> String {
    let report = &*Secrets::of(report, sources).redact(report);
    let document = Document {
        schema: 1,
        findings: Findings { report, sources },
        summary: Summary {
            error: report.count(Severity::Error),
            warning: report.count(Severity::Warning),
            info: report.count(Severity::Info),
            files: report.files,
        },
    };
    // Writing plain data to a string cannot fail: there is no map with keys that are not text, and no writer that breaks.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a, 's> {
    schema: u8,
    findings: Findings<'a, 's>,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    error: usize,
    warning: usize,
    info: usize,
    files: usize,
}

/// The findings, converted one at a time.
struct Findings<'a, 's> {
    report: &'a Report,
    sources: &'a Sources<'s>,
}

impl Serialize for Findings<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.report.findings.iter().map(|finding| Entry::of(finding, self.sources)))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    rule: &'a str,
    severity: Severity,
    threat: u8,
    path: &'a str,
    range: Place,
    byte_range: Bytes,
    package: Option<String>,
    message: &'a str,
    help: Option<&'a str>,
    related: Vec<Related<'a>>,
    fixes: Vec<Repair<'a>>,
}

impl<'a> Entry<'a> {
    fn of(finding: &'a Finding, sources: &Sources<'_>) -> Entry<'a> {
        Entry {
            rule: finding.rule.id,
            severity: finding.severity,
            threat: finding.rule.threat,
            path: finding.path.as_str(),
            range: sources.place(&finding.path, finding.span),
            byte_range: Bytes::of(finding.span),
            package: finding.package.as_ref().map(PackageRef::purl),
            message: &finding.message,
            help: finding.help.as_deref(),
            related: finding.related.iter().map(|label| Related::of(label, sources)).collect(),
            fixes: finding.fixes.iter().map(|fix| Repair::of(fix, sources)).collect(),
        }
    }
}

#[derive(Serialize)]
struct Bytes {
    start: u32,
    end: u32,
}

impl Bytes {
    fn of(span: Span) -> Bytes {
        Bytes { start: span.start, end: span.end }
    }
}

#[derive(Serialize)]
struct Related<'a> {
    path: &'a str,
    range: Place,
    message: &'a str,
}

impl<'a> Related<'a> {
    fn of(label: &'a Label, sources: &Sources<'_>) -> Related<'a> {
        Related { path: label.path.as_str(), range: sources.place(&label.path, label.span), message: &label.message }
    }
}

#[derive(Serialize)]
struct Repair<'a> {
    title: &'a str,
    applicability: Applicability,
    edits: Vec<Change<'a>>,
}

impl<'a> Repair<'a> {
    fn of(fix: &'a Fix, sources: &Sources<'_>) -> Repair<'a> {
        let edits = fix.edits.iter().flat_map(|(path, edits)| edits.iter().map(move |edit| Change::of(path, edit, sources)));
        Repair { title: &fix.title, applicability: fix.applicability, edits: edits.collect() }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    path: &'a str,
    byte_range: Bytes,
    range: Place,
    text: &'a str,
}

impl<'a> Change<'a> {
    fn of(path: &'a RelPath, edit: &'a Edit, sources: &Sources<'_>) -> Change<'a> {
        Change { path: path.as_str(), byte_range: Bytes::of(edit.span), range: sources.place(path, edit.span), text: &edit.text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture::{Fixture, finding, package};
    use expect_test::expect;

    #[test]
    fn the_contract_field_by_field() {
        let path = "apps/web/package.json";
        let mut fixture = Fixture::of(&[(path, "{\r\n\t\"é😀\": \"^1.0.0\"\r\n}\r\n")]);
        let name = fixture.span(path, "é😀");
        let found = fixture.find(path, "^1.0.0", "`é😀` is not pinned");
        let (own, span) = (found.path.clone(), found.span);
        found.package(package("@a/x", "1.0.0")).help("pin it").related(&own, name, "the name").severity(Severity::Warning);
        found.fix("Pin it", Applicability::Safe, Some(vec![Edit::replace(span, "1.0.0"), Edit::insert(0, "\u{1b}")]));
        fixture.report.findings.push(finding("package-lock.json", 0, 0, "cannot be read"));
        expect![[r#"
            {
              "schema": 1,
              "findings": [
                {
                  "rule": "test-rule",
                  "severity": "warning",
                  "threat": 9,
                  "path": "apps/web/package.json",
                  "range": {
                    "start": {
                      "line": 2,
                      "column": 9
                    },
                    "end": {
                      "line": 2,
                      "column": 15
                    }
                  },
                  "byteRange": {
                    "start": 15,
                    "end": 21
                  },
                  "package": "pkg:npm/%40a/x@1.0.0",
                  "message": "`é😀` is not pinned",
                  "help": "pin it",
                  "related": [
                    {
                      "path": "apps/web/package.json",
                      "range": {
                        "start": {
                          "line": 2,
                          "column": 3
                        },
                        "end": {
                          "line": 2,
                          "column": 5
                        }
                      },
                      "message": "the name"
                    }
                  ],
                  "fixes": [
                    {
                      "title": "Pin it",
                      "applicability": "safe",
                      "edits": [
                        {
                          "path": "apps/web/package.json",
                          "byteRange": {
                            "start": 0,
                            "end": 0
                          },
                          "range": {
                            "start": {
                              "line": 1,
                              "column": 1
                            },
                            "end": {
                              "line": 1,
                              "column": 1
                            }
                          },
                          "text": "\u001b"
                        },
                        {
                          "path": "apps/web/package.json",
                          "byteRange": {
                            "start": 15,
                            "end": 21
                          },
                          "range": {
                            "start": {
                              "line": 2,
                              "column": 9
                            },
                            "end": {
                              "line": 2,
                              "column": 15
                            }
                          },
                          "text": "1.0.0"
                        }
                      ]
                    }
                  ]
                },
                {
                  "rule": "test-rule",
                  "severity": "error",
                  "threat": 9,
                  "path": "package-lock.json",
                  "range": {
                    "start": {
                      "line": 1,
                      "column": 1
                    },
                    "end": {
                      "line": 1,
                      "column": 1
                    }
                  },
                  "byteRange": {
                    "start": 0,
                    "end": 0
                  },
                  "package": null,
                  "message": "cannot be read",
                  "help": null,
                  "related": [],
                  "fixes": []
                }
              ],
              "summary": {
                "error": 1,
                "warning": 1,
                "info": 0,
                "files": 1
              }
            }
        "#]]
        .assert_eq(&json(&fixture.report, &fixture.sources()));
        assert_eq!(json(&fixture.report, &fixture.sources()), json(&fixture.report.clone(), &fixture.sources()));
    }

    #[test]
    fn no_findings_are_an_empty_list() {
        let fixture = Fixture::of(&[]);
        expect![[r#"
            {
              "schema": 1,
              "findings": [],
              "summary": {
                "error": 0,
                "warning": 0,
                "info": 0,
                "files": 0
              }
            }
        "#]]
        .assert_eq(&json(&fixture.report, &fixture.sources()));
    }
}
