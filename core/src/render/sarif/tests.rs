//! Snapshots of results, rules and places, and what fingerprints are to hold.

use super::*;
use crate::render::fixture::{Fixture, TEST_RULE, finding, package};
use crate::text::Edit;
use expect_test::expect;

fn log(fixture: &Fixture) -> Value {
    serde_json::from_str(&sarif(&fixture.report, &fixture.sources(), &[], "1.2.3")).unwrap()
}

#[test]
fn a_result_says_where_in_characters_and_in_bytes() {
    let mut fixture = Fixture::of(&[("apps/é a/package.json", "{\r\n  \"é😀\": \"^1.0.0\"\r\n}\r\n")]);
    let other = fixture.span("apps/é a/package.json", "é😀");
    let finding = fixture.find("apps/é a/package.json", "^1.0.0", "`é😀` is not pinned");
    let path = finding.path.clone();
    finding.package(package("x", "1.0.0")).help("pin it").related(&path, other, "the name");
    let span = finding.span;
    finding.fix("Pin it", Applicability::Safe, Some(vec![Edit::replace(span, "1.0.0")]));
    expect![[r#"
        [
          {
            "fixes": [
              {
                "artifactChanges": [
                  {
                    "artifactLocation": {
                      "uri": "apps/%C3%A9%20a/package.json",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "replacements": [
                      {
                        "deletedRegion": {
                          "byteLength": 6,
                          "byteOffset": 16,
                          "endColumn": 16,
                          "endLine": 2,
                          "startColumn": 10,
                          "startLine": 2
                        },
                        "insertedContent": {
                          "text": "1.0.0"
                        }
                      }
                    ]
                  }
                ],
                "description": {
                  "text": "Pin it"
                }
              }
            ],
            "level": "error",
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "apps/%C3%A9%20a/package.json",
                    "uriBaseId": "%SRCROOT%"
                  },
                  "region": {
                    "byteLength": 6,
                    "byteOffset": 16,
                    "endColumn": 16,
                    "endLine": 2,
                    "startColumn": 10,
                    "startLine": 2
                  }
                }
              }
            ],
            "message": {
              "text": "`é😀` is not pinned\npin it"
            },
            "partialFingerprints": {
              "primaryLocationLineHash": "1481df3f19d01c4e:1",
              "provender/v1": "1481df3f19d01c4e:1"
            },
            "properties": {
              "package": "pkg:npm/x@1.0.0"
            },
            "relatedLocations": [
              {
                "id": 1,
                "message": {
                  "text": "the name"
                },
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "apps/%C3%A9%20a/package.json",
                    "uriBaseId": "%SRCROOT%"
                  },
                  "region": {
                    "byteLength": 6,
                    "byteOffset": 6,
                    "endColumn": 6,
                    "endLine": 2,
                    "startColumn": 4,
                    "startLine": 2
                  }
                }
              }
            ],
            "ruleId": "test-rule",
            "ruleIndex": 0
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&log(&fixture)["runs"][0]["results"]).unwrap());
}

#[test]
fn a_run_describes_its_rules_and_roots() {
    let mut fixture = Fixture::of(&[("p.json", "{}")]);
    fixture.find("p.json", "{}", "m");
    let mut log = log(&fixture);
    log["runs"][0]["results"].take();
    expect![[r#"
        {
          "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "columnKind": "unicodeCodePoints",
              "invocations": [
                {
                  "executionSuccessful": true
                }
              ],
              "results": null,
              "tool": {
                "driver": {
                  "name": "provender",
                  "rules": [
                    {
                      "defaultConfiguration": {
                        "level": "error"
                      },
                      "fullDescription": {
                        "text": "Says that a test wants something."
                      },
                      "help": {
                        "markdown": "Says that a test wants something.\n\nIt matters to `tests` only.\n\n## Bad\n\n```json package.json\n{ \"dependencies\": { \"a\": \"*\" } }\n```\n\n## Good\n\n- write **one** version, see [the guide](https://guide.example/pin)\n#1 is no heading",
                        "text": "Says that a test wants something.\n\nIt matters to `tests` only.\n\n## Bad\n\n```json package.json\n{ \"dependencies\": { \"a\": \"*\" } }\n```\n\n## Good\n\n- write **one** version, see [the guide](https://guide.example/pin)\n#1 is no heading"
                      },
                      "id": "test-rule",
                      "properties": {
                        "tags": [
                          "security",
                          "supply-chain",
                          "threat/protestware"
                        ],
                        "security-severity": "8.0"
                      },
                      "shortDescription": {
                        "text": "a test wants something | or not"
                      }
                    }
                  ],
                  "semanticVersion": "1.2.3",
                  "version": "1.2.3"
                }
              },
              "originalUriBaseIds": {
                "%HOME%": {
                  "description": {
                    "text": "The home folder of the person who ran the check."
                  }
                },
                "%SRCROOT%": {
                  "description": {
                    "text": "The folder that was checked."
                  }
                }
              }
            }
          ]
        }"#]].assert_eq(&serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn a_finding_without_a_text_has_no_region() {
    let mut fixture = Fixture::of(&[]);
    fixture.report.findings =
        vec![finding("gone.json", 0, 0, "cannot be read"), finding("~/.npmrc", 0, 0, "x"), finding("/etc/npmrc", 0, 0, "x")];
    let places: Vec<String> =
        log(&fixture)["runs"][0]["results"].as_array().unwrap().iter().map(|result| result["locations"][0].to_string()).collect();
    expect![[r#"
        {"physicalLocation":{"artifactLocation":{"uri":"gone.json","uriBaseId":"%SRCROOT%"}}}
        {"physicalLocation":{"artifactLocation":{"uri":".npmrc","uriBaseId":"%HOME%"}}}
        {"physicalLocation":{"artifactLocation":{"uri":"file:///etc/npmrc"}}}"#]]
    .assert_eq(&places.join("\n"));
}

#[test]
fn names_are_not_links_and_hide_nothing() {
    let mut fixture = Fixture::of(&[("p.json", "{}")]);
    fixture.find("p.json", "{}", "`[a](https://evil.example)\u{202e}` is odd").help("look");
    let text = &log(&fixture)["runs"][0]["results"][0]["message"]["text"];
    assert_eq!(text, "`[a] (https://evil.example)\\u{202e}` is odd\nlook");
}

#[test]
fn a_fingerprint_stays_when_lines_move_and_tells_twins_apart() {
    let prints = |findings: Vec<Finding>| -> Vec<String> {
        let mut fixture = Fixture::of(&[("p.json", "{}"), ("q.json", "{}")]);
        fixture.report.findings = findings;
        let log = log(&fixture);
        let results = log["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|result| result["partialFingerprints"]["provender/v1"].as_str().unwrap().to_owned()).collect()
    };
    let one = prints(vec![finding("p.json", 0, 1, "again on line 7")]);
    assert_eq!(one, prints(vec![finding("p.json", 1, 2, "again on  line 12")]));
    assert_ne!(one, prints(vec![finding("q.json", 0, 1, "again on line 7")]));
    assert_ne!(one, prints(vec![finding("p.json", 0, 1, "another")]));
    let twins = prints(vec![finding("p.json", 0, 1, "again on line 7"), finding("p.json", 1, 2, "again on line 8")]);
    assert_eq!(twins[0], one[0]);
    assert_ne!(twins[0], twins[1]);
}

#[test]
fn the_catalogue_comes_in_its_order_and_only_once() {
    let mut fixture = Fixture::of(&[("p.json", "{}")]);
    fixture.find("p.json", "{}", "m");
    let text = sarif(&fixture.report, &fixture.sources(), &[TEST_RULE], "1");
    let log: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().len(), 1);
    assert_eq!(log["runs"][0]["results"][0]["ruleIndex"], 0);
}
