//! The one way to test a rule: files in a string, findings in a snapshot, and the laws that hold for every fixture.
//!
//! A fixture lists files under `//- /path` lines; `//- /path base` gives the file's state in the base, `//- facts` what the registry
//! answered (see [`facts`]). The laws: fixes converge and remove their finding, the result still parses, bytes outside of the edit stay, and
//! a text with Windows line ends or a byte-order mark has the same findings.

use std::fmt::Write as _;
use std::sync::Arc;

pub(super) use expect_test::expect;

use crate::analyze::analyze;
use crate::facts::{Artifact, Facts, Outcome, Verdict};
use crate::finding::{Applicability, Finding, Pending, Report};
use crate::model::Ecosystem;
use crate::path::RelPath;
use crate::repair::repair;
use crate::text::apply;
use crate::workspace::Workspace;

/// Holds what one rule says about a fixture against a snapshot, and the fixture against the laws.
#[track_caller]
pub(crate) fn check(rule: &str, fixture: &str, expected: expect_test::Expect) {
    let workspace = workspace(fixture, |text| text.to_owned());
    let report = analyze(&workspace);
    let ours = of_rule(&report, rule);
    expected.assert_eq(&show(&workspace, &ours));
    fixes_mend(&workspace, rule, &ours);
    for (name, variant) in [("CRLF", crlf as fn(&str) -> String), ("BOM", bom)] {
        let other = self::workspace(fixture, variant);
        let report = analyze(&other);
        let messages =
            |findings: &[&Finding]| findings.iter().map(|found| (found.path.clone(), found.message.clone())).collect::<Vec<_>>();
        assert_eq!(messages(&of_rule(&report, rule)), messages(&ours), "the {name} variant differs");
        fixes_mend(&other, rule, &of_rule(&report, rule));
    }
}

/// The messages of one rule, without the variants: for tables of many small cases.
pub(crate) fn messages(rule: &str, fixture: &str) -> Vec<String> {
    let report = analyze(&workspace(fixture, str::to_owned));
    of_rule(&report, rule).into_iter().map(|finding| finding.message.clone()).collect()
}

fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

fn bom(text: &str) -> String {
    format!("\u{feff}{text}")
}

pub(crate) fn of_rule<'a>(report: &'a Report, rule: &str) -> Vec<&'a Finding> {
    report.findings.iter().filter(|found| found.rule.id == rule).collect()
}

/// A workspace from a fixture, each text changed by `variant`.
pub(crate) fn workspace(fixture: &str, variant: impl Fn(&str) -> String) -> Workspace {
    let mut workspace = Workspace::default();
    let mut base: Option<Workspace> = None;
    for (head, text) in sections(fixture) {
        let mut words = head.split_whitespace();
        match (words.next().unwrap_or_default(), words.next()) {
            ("facts", _) => workspace.facts = facts(text),
            ("ignored", Some(path)) => drop(workspace.ignored.insert(RelPath::new(path))),
            ("user", _) => {
                let (settings, _) = crate::formats::npmrc::parse(text);
                Arc::make_mut(&mut workspace.user).npm.settings.push((crate::npm::config::Origin::User, settings));
            }
            (path, None) => assert!(workspace.set(name(path), variant(text).into_bytes()), "{path} is no known file"),
            (path, Some("base")) => {
                assert!(base.get_or_insert_default().set(name(path), variant(text).into_bytes()), "{path} is no known file");
            }
            (_, Some(word)) => panic!("a fixture's head says `{word}`"),
        }
    }
    if let Some(base) = &mut base {
        base.user = workspace.user.clone();
    }
    workspace.base = base.map(Arc::new);
    workspace
}

fn name(path: &str) -> RelPath {
    RelPath::new(path.trim_start_matches('/'))
}

/// The parts of a fixture, each with its head.
fn sections(fixture: &str) -> Vec<(&str, &str)> {
    let parts = fixture.split("//- ").skip(1);
    parts.map(|part| part.split_once('\n').unwrap_or((part, ""))).collect()
}

/// Verdicts as a JSON list: `name`, `version`, `integrity` (list), `resolved`, `registry`, `verdict` as the registry crate writes it, and
/// `today`.
fn facts(text: &str) -> Facts {
    let mut facts = Facts::default();
    let json: serde_json::Value = serde_json::from_str(text).expect("facts are JSON");
    facts.today = json["today"].as_str().map(|date| date.parse().expect("a date"));
    for fact in json["verdicts"].as_array().into_iter().flatten() {
        let text = |key: &str| fact[key].as_str().map(smol_str::SmolStr::from);
        let list =
            |value: &serde_json::Value| value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(Into::into)).collect();
        let ecosystem = serde_json::from_value(fact["ecosystem"].clone()).unwrap_or(Ecosystem::Npm);
        let artifact = Artifact {
            ecosystem,
            name: text("name").expect("a name"),
            version: text("version").expect("a version"),
            integrity: list(&fact["integrity"]),
            resolved: text("resolved"),
            registry: text("registry").unwrap_or_else(|| crate::registries::default_of(ecosystem).into()),
            files: serde_json::from_value(fact["files"].clone()).unwrap_or_default(),
        };
        let outcome: Outcome = serde_json::from_value(fact["outcome"].clone()).expect("an outcome");
        let manifest = |key: &str| serde_json::from_value(fact[key].clone()).ok().map(Arc::new);
        let verdict = Verdict {
            outcome,
            published: list(&fact["published"]),
            computed: list(&fact["computed"]),
            tarball: text("tarball"),
            bytes: None,
            published_manifest: manifest("published_manifest"),
            packed_manifest: manifest("packed_manifest"),
            files: serde_json::from_value(fact["published_files"].clone()).unwrap_or_default(),
            withdrawn: text("withdrawn"),
        };
        facts.verdicts.insert(artifact, Arc::new(verdict));
    }
    facts
}

/// Findings as a person would note them down.
fn show(workspace: &Workspace, findings: &[&Finding]) -> String {
    let mut text = String::new();
    for found in findings {
        let Some(document) = workspace.get(&found.path) else { panic!("a finding in {}, which is not there", found.path) };
        let at = document.position(found.span.start);
        let underlined = document.slice(found.span);
        let _ = writeln!(text, "{} {}:{}:{} [{}]", found.severity.id(), found.path, at.line, at.column, short(underlined));
        let _ = writeln!(text, "  {}", found.message);
        for label in &found.related {
            let place = workspace.get(&label.path).or(workspace.base.as_ref().and_then(|base| base.get(&label.path)));
            let at = place.map(|document| document.position(label.span.start));
            let _ = writeln!(text, "  see {}:{}: {}", label.path, at.map_or(0, |at| at.line), label.message);
        }
        for fix in &found.fixes {
            let _ = writeln!(text, "  fix ({}): {}", fix.applicability.id(), fix.title);
            for (path, edits) in &fix.edits {
                for edit in edits {
                    let old = workspace.get(path).map_or("", |document| document.slice(edit.span));
                    let _ = writeln!(text, "    {path}: [{}] -> [{}]", short(old), short(&edit.text));
                }
            }
        }
        if let Some(Pending { title, .. }) = &found.pending {
            let _ = writeln!(text, "  asks: {title}");
        }
    }
    text
}

fn short(text: &str) -> String {
    let line = text.replace('\r', "").replace('\n', "⏎");
    if line.chars().count() > 90 { line.chars().take(87).collect::<String>() + "..." } else { line }
}

/// Every fix of every finding, applied alone, removes that finding, leaves a text that parses, and touches nothing else.
fn fixes_mend(workspace: &Workspace, rule: &str, findings: &[&Finding]) {
    for found in findings {
        for fix in &found.fixes {
            let mut mended = workspace.clone();
            for (path, edits) in &fix.edits {
                let document = workspace.get(path).unwrap_or_else(|| panic!("a fix in {path}, which is not there"));
                let text = apply(&document.text, edits).unwrap_or_else(|| panic!("edits that overlap: {edits:?}"));
                mended.set(path.clone(), text.into_bytes());
                let (before, after) = (document.problems.len(), mended.get(path).map_or(usize::MAX, |after| after.problems.len()));
                assert!(after <= before, "the fix `{}` breaks {path}", fix.title);
            }
            let after = analyze(&mended);
            let still =
                of_rule(&after, rule).iter().filter(|other| other.message == found.message && other.path == found.path).count();
            let before = findings.iter().filter(|other| other.message == found.message && other.path == found.path).count();
            assert!(still < before, "the fix `{}` does not mend `{}`", fix.title, found.message);
        }
    }
    let mut mended = workspace.clone();
    for (path, text) in repair(workspace, Applicability::Safe, Some(rule)) {
        mended.set(path, text.into_bytes());
    }
    assert!(repair(&mended, Applicability::Safe, Some(rule)).is_empty(), "the fixes of {rule} do not converge");
}

/// The examples of a rule's documentation as fixtures: the heading, and the files under it.
fn examples(docs: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut fence = false;
    for line in docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        match (line.strip_prefix("## "), line.strip_prefix("```")) {
            (Some(heading), _) if !fence => found.push((heading.to_owned(), String::new())),
            (_, Some("")) if fence => fence = false,
            (_, Some(info)) if !fence => {
                fence = true;
                let (_, head) = info.split_once(' ').unwrap_or_else(|| panic!("an example without a path: {info}"));
                if let Some((_, files)) = found.last_mut() {
                    let _ = writeln!(files, "//- {head}");
                }
            }
            _ if fence => {
                if let Some((_, files)) = found.last_mut() {
                    files.push_str(line);
                    files.push('\n');
                }
            }
            _ => {}
        }
    }
    found.retain(|(_, files)| !files.is_empty());
    found
}

#[test]
fn every_bad_example_fires_and_no_good_one_does() {
    for rule in super::ALL {
        let examples = examples(rule.docs);
        for wanted in ["Bad", "Good"] {
            assert!(examples.iter().any(|(heading, _)| heading == wanted), "{} has no {wanted} example", rule.id);
        }
        for (heading, files) in examples {
            let report = analyze(&workspace(&files, |text| text.to_owned()));
            let fired = of_rule(&report, rule.id);
            match heading.as_str() {
                "Bad" => assert!(!fired.is_empty(), "the bad example of {} does not fire:\n{files}", rule.id),
                _ => assert!(fired.is_empty(), "the example `{heading}` of {} fires: {}", rule.id, fired[0].message),
            }
        }
    }
}

#[test]
fn ids_are_unique_words_with_hyphens() {
    let mut ids: Vec<_> = super::ALL.iter().map(|rule| rule.id).collect();
    assert!(ids.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
    assert!(super::ALL.iter().all(|rule| (1..=10).contains(&rule.threat) && !rule.summary.ends_with('.')));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), super::ALL.len());
}

/// Releases whose lists of files swapped one digest, took one in, lost one, lost all, or belong to another version: not every difference says the same.
pub(crate) const LISTS_OF_FILES: &str = r#"
//- /requirements.txt base
swapped==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
more==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
fewer==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 --hash=sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9
replaced==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 --hash=sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9
gone==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
upgraded==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
//- /requirements.txt
swapped==1.0 --hash=sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9
more==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 --hash=sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9
fewer==1.0 --hash=sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855
replaced==1.0 --hash=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000
gone==1.0
upgraded==1.1 --hash=sha256:5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9
//- /pylock.toml base
lock-version = "1.0"
created-by = "x"
[[packages]]
name = "changed"
version = "1.0"
sdist = { name = "changed-1.0.tar.gz", url = "https://files.test/x", hashes = { sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" } }
[[packages]]
name = "grown"
version = "1.0"
sdist = { name = "grown-1.0.tar.gz", url = "https://files.test/x", hashes = { sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" } }
//- /pylock.toml
lock-version = "1.0"
created-by = "x"
[[packages]]
name = "changed"
version = "1.0"
sdist = { name = "changed-1.0.tar.gz", url = "https://files.test/x", hashes = { sha256 = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9" } }
wheels = [{ name = "changed-1.0-py3-none-any.whl", url = "https://files.test/x", hashes = { sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" } }]
[[packages]]
name = "grown"
version = "1.0"
sdist = { name = "grown-1.0.tar.gz", url = "https://files.test/x", hashes = { sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" } }
wheels = [{ name = "grown-1.0-py3-none-any.whl", url = "https://files.test/x", hashes = { sha256 = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9" } }]
"#;
