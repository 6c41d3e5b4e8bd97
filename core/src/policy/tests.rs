//! Reading a policy, and what holds when two are joined.

use proptest::prelude::*;

use super::*;
use crate::path::RelPath;

pub(super) const EXAMPLE: &str = r##"schema = 1

[registries]
trusted = ["https://npm.corp.test"]        # besides the defaults
[registries.scopes]
"@corp" = "https://npm.corp.test/"

[internal]
scopes = ["@corp"]
names = ["billing-core", "corp-*"]

[scripts]
allow = [
    { package = "esbuild", version = "0.21.5 || 0.21.6", reason = "native binary" },
    { package = "@corp/build", reason = "ours" },
]

[rules]
unpinned-dependency = "error"
floating-saves = "off"

[[exception]]
rule = "untrusted-registry"
package = "left-pad@1.*"
path = "legacy/**"
reason = "mirrored until the migration"
expires = 2027-01-31

[[exception]]
rule = "weak-integrity"
reason = "the old mirror has only sha1"
expires = "2026-12-24"

[hooks]
commit = "warning"
push = "error"
[verify]
unverifiable = "warn"
leave-out = ["@corp/*"]
depth = "recorded"
[network]
allow-hosts = ["NPM.corp.test", "localhost:4873"]
editor = true
"##;

fn read(text: &str) -> PolicyFile {
    let (file, problems) = parse(text);
    assert_eq!(problems, [], "{text}");
    file
}

/// Each problem as kind, text of the place, and message.
fn problems(text: &str) -> Vec<(ProblemKind, String, String)> {
    let (_, problems) = parse(text);
    problems.into_iter().map(|problem| (problem.kind, text[problem.span.range()].to_owned(), problem.message)).collect()
}

fn policy(text: &str) -> Policy {
    Policy::new(Some((&RelPath::new("provender.toml"), &read(text))), None)
}

fn day(text: &str) -> Option<Date> {
    Some(text.parse().unwrap())
}

#[test]
fn every_value_of_the_example_is_read_at_its_place() {
    for text in [EXAMPLE.to_owned(), EXAMPLE.replace('\n', "\r\n"), format!("\u{feff}{EXAMPLE}")] {
        let file = read(&text);
        let at = |span: Span| &text[span.range()];
        assert_eq!(file.schema.as_ref().map(|schema| schema.value), Some(1));
        assert_eq!((file.trusted[0].as_str(), at(file.trusted[0].span)), ("https://npm.corp.test/", "https://npm.corp.test"));
        assert_eq!((file.scopes[0].0.as_str(), at(file.scopes[0].0.span)), ("@corp", "@corp"));
        assert_eq!(at(file.internal_scopes[0].span), "@corp");
        assert_eq!(file.internal_names.iter().map(|name| at(name.span)).collect::<Vec<_>>(), ["billing-core", "corp-*"]);
        assert_eq!(file.scripts.len(), 2);
        assert_eq!(at(file.scripts[0].package.span), "esbuild");
        assert!(at(file.scripts[0].span).starts_with("{ package = \"esbuild\"") && at(file.scripts[0].span).ends_with('}'));
        let rules: Vec<_> = file.rules.iter().map(|(rule, level)| (at(rule.span), at(level.span), level.value)).collect();
        assert_eq!(rules, [("unpinned-dependency", "error", Level::Error), ("floating-saves", "off", Level::Off)]);
        assert_eq!(file.exceptions.len(), 2);
        assert_eq!(at(file.exceptions[0].span), "[[exception]]");
        assert_eq!(at(file.exceptions[0].expires.span), "2027-01-31");
        assert_eq!(at(file.exceptions[1].expires.span), "2026-12-24");
        assert_eq!(file.exceptions[1].expires.value, Date::constant(2026, 12, 24));
        assert_eq!(file.commit.as_ref().map(|commit| (commit.value, at(commit.span))), Some((Severity::Warning, "warning")));
        assert_eq!(file.unverifiable.as_ref().map(|value| value.value), Some(Unverifiable::Warn));
        assert_eq!(file.depth.as_ref().map(|value| value.value), Some(Depth::Recorded));
        assert_eq!(file.allow_hosts.iter().map(|host| host.as_str()).collect::<Vec<_>>(), ["npm.corp.test", "localhost:4873"]);
        assert_eq!(file.editor_network.as_ref().map(|flag| (flag.value, at(flag.span))), Some((true, "true")));
        assert_eq!(file.table("hooks").map(at), Some("[hooks]"));
        let ids: Vec<_> = file.rule_ids().map(|id| id.as_str()).collect();
        assert_eq!(ids, ["unpinned-dependency", "floating-saves", "untrusted-registry", "weak-integrity"]);
        assert_eq!(file.misplaced().iter().map(|problem| at(problem.span)).collect::<Vec<_>>(), ["[network]"]);
    }
}

#[test]
fn other_ways_to_write_the_same_are_the_same() {
    let file = read(
        "exception = [{ rule = 'a', reason = '''b''', expires = 2027-01-31 }]\nhooks.commit = \"info\"\nrules = { b = 'off' }\n[[scripts.allow]]\npackage = \"c\"\nreason = \"d\"\n",
    );
    assert_eq!(file.exceptions.len(), 1);
    assert_eq!(file.commit.map(|commit| commit.value), Some(Severity::Info));
    assert_eq!(file.rules.len(), 1);
    assert_eq!(file.scripts.len(), 1);
    assert_eq!(read(""), PolicyFile::default());
}

#[test]
fn nothing_is_passed_over_in_silence() {
    use ProblemKind::{DuplicateKey, Syntax, UnknownKey};
    let cases: &[(&str, ProblemKind, &str, &str)] = &[
        ("exceptions = []", UnknownKey, "exceptions", "did you mean `exception`?"),
        ("[verify]\nleave_out = []", UnknownKey, "leave_out", "did you mean `leave-out`?"),
        ("[hooks]\ncomit = 'error'", UnknownKey, "comit", "did you mean `commit`?"),
        ("[hooks]\nunrelated = 1", UnknownKey, "unrelated", "known here: `commit`, `push`"),
        ("schema = 2", Syntax, "2", "the only version"),
        ("schema = '1'", Syntax, "1", "takes a whole number, and this is a string"),
        ("[hooks]\ncommit = 'fatal'", Syntax, "fatal", "takes one of `error`, `warning`, `info`"),
        ("[hooks]\ncommit = 1", Syntax, "1", "takes a string, and this is a number"),
        ("[hooks]\ncommit = 'off'", Syntax, "off", "takes one of"),
        ("[rules]\na = 'loud'", Syntax, "loud", "takes one of `off`"),
        ("[rules]\n'A b' = 'off'", Syntax, "A b", "the id of a rule"),
        ("hooks = 'error'", Syntax, "error", "takes a table, and this is a string"),
        ("exception = { rule = 'a' }", Syntax, "{ rule = 'a' }", "takes a list of tables, and this is a table"),
        ("exception = ['a']", Syntax, "a", "takes tables"),
        ("[scripts]\nallow = ['esbuild']", Syntax, "esbuild", "takes tables, and this is a string"),
        ("[network]\neditor = 'yes'", Syntax, "yes", "`true` or `false`"),
        ("[registries]\ntrusted = ['npm.corp.test']", Syntax, "npm.corp.test", "takes the address"),
        ("[registries]\ntrusted = 'https://npm.corp.test'", Syntax, "https://npm.corp.test", "takes a list of strings"),
        ("[registries.scopes]\ncorp = 'https://npm.corp.test'", Syntax, "corp", "takes a scope"),
        ("[internal]\nnames = ['a?']", Syntax, "a?", "means nothing in a pattern"),
        ("[hooks]\ncommit = 'error'\ncommit = 'info'", DuplicateKey, "commit", "duplicate key"),
        ("[hooks]\n[hooks]", DuplicateKey, "hooks", "duplicate key"),
        ("[hooks]\ncommit = error", Syntax, "error", ""),
        ("[[exception]]\nrule = 'a'\nexpires = 2027-01-31", Syntax, "[[exception]]", "`reason` is missing"),
        ("[[exception]]\nrule = 'a'\nreason = ' '\nexpires = 2027-01-31", Syntax, " ", "say why"),
        ("[[exception]]\nreason = 'a'\nexpires = 2027-01-31", Syntax, "[[exception]]", "`rule` is missing"),
        ("[[exception]]\nrule = 'a'\nreason = 'b'", Syntax, "[[exception]]", "`expires` is missing"),
        ("[[exception]]\nrule = 'a'\nreason = 'b'\nexpires = 2027-01-31T10:00:00", Syntax, "2027-01-31T10:00:00", "takes a day"),
        ("[[exception]]\nrule = 'a'\nreason = 'b'\nexpires = 'soon'", Syntax, "soon", "takes a day"),
        ("[[exception]]\nrule = 'a'\nreason = 'b'\nexpires = 2027-01-31\npath = '/x'", Syntax, "/x", "`/` at either end"),
        (
            "[[exception]]\nrule = 'a'\nreason = 'b'\nexpires = 2027-01-31\npakage = 'x'",
            UnknownKey,
            "pakage",
            "did you mean `package`?",
        ),
        ("[[scripts.allow]]\npackage = 'a'\nreason = 'b'\nverison = '1.0.0'", UnknownKey, "verison", "did you mean `version`?"),
        ("[[scripts.allow]]\npackage = 'a'\nreason = 'b'\nversion = '^1'", Syntax, "^1", "exact versions"),
    ];
    for (text, kind, place, message) in cases {
        let found = problems(text);
        assert_eq!(found.len(), 1, "{text}: {found:#?}");
        assert_eq!((found[0].0, found[0].1.as_str()), (*kind, *place), "{text}: {}", found[0].2);
        assert!(found[0].2.contains(message), "{text}: {}", found[0].2);
        let (file, _) = parse(text);
        assert_eq!((file.exceptions.len(), file.scripts.len()), (0, 0), "{text}");
    }
}

#[test]
fn a_problem_in_an_entry_says_that_the_entry_does_not_count() {
    let text = "[[exception]]\nrule = 'a'\nreason = 'b'\nexpires = 2027-01-31\npakage = 'x'\n";
    let (_, problems) = parse(text);
    let related = problems[0].related.as_ref().map(|(span, words)| (&text[span.range()], words.as_str()));
    assert_eq!(related, Some(("[[exception]]", "this counts for nothing until that is mended")));
}

#[test]
fn a_password_in_an_address_is_not_repeated() {
    for (_, _, message) in
        problems("[registries]\ntrusted = ['https://me:hunter2@npm.corp.test/']\nscopes = { '@a' = 'https://me:hunter2@' }")
    {
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn a_broken_file_keeps_its_good_parts_and_trusts_no_half_entry() {
    let whole = "[[exception]]\nrule = 'a'\nreason = 'b'\nexpires = 2027-01-31\n";
    let cases = [
        // The second is cut off before it says which package it is for.
        (format!("[hooks]\ncommit = 'info'\n{whole}{whole}package = 'left"), 1),
        (format!("[hooks]\ncommit = 'info'\n{whole}package = left-pad\n{whole}"), 1),
        (format!("[hooks]\ncommit = 'info'\n{whole}package\n{whole}"), 1),
        (format!("[hooks]\ncommit = 'info'\n{whole}package = 'a'\npackage = 'b'\n{whole}"), 1),
        (format!("[hooks]\ncommit = 'info'\n{whole}package = ['left-pad']\n{whole}"), 1),
        (format!("hooks.commit = 'info'\n{whole}[verify]\ndepth = \n{whole}"), 2),
        // A header that is cut off still ends the one before.
        (format!("[hooks]\ncommit = 'info'\n{whole}[[exception\n"), 1),
        ("hooks.commit = 'info'\nexception = [{ rule = 'a', reason = 'b', expires = 2027-01-31, package = 'x\n[verify]\ndepth = 'recorded'\n".to_owned(), 0),
        ("hooks.commit = 'info'\nexception = [{ rule = 'a', reason = 'b', expires = 2027-01-31".to_owned(), 0),
        ("hooks.commit = 'info'\nexception = [{ rule = 'a', reason = 'b', expires = 2027-01-31,\n\n\n".to_owned(), 0),
    ];
    for (text, exceptions) in cases {
        let (file, problems) = parse(&text);
        assert!(!problems.is_empty(), "{text}");
        assert_eq!(file.exceptions.len(), exceptions, "{text}\n{problems:#?}");
        assert_eq!(file.commit.map(|commit| commit.value), Some(Severity::Info), "{text}");
    }
}

#[test]
fn a_script_permission_that_is_cut_off_allows_nothing() {
    for text in [
        "[scripts]\nallow = [{ package = 'a', reason = 'b'",
        "[scripts]\nallow = [{ package = 'a', reason = 'b', version = ",
        "[scripts]\nallow = [\n{ package = 'a', reason = 'b',\n",
    ] {
        let (file, problems) = parse(text);
        assert!(file.scripts.is_empty() && !problems.is_empty(), "{text}: {problems:#?}");
    }
    // One that is whole before the broken one stays.
    let (file, _) = parse("[scripts]\nallow = [{ package = 'a', reason = 'b' }, { package = 'c', reason = 'd', version = ");
    assert_eq!(file.scripts.len(), 1);
}

#[test]
fn exceptions_hold_for_what_they_name_and_until_their_day() {
    let policy = policy(EXAMPLE);
    let legacy = RelPath::new("legacy/a/package-lock.json");
    let root = RelPath::new("package-lock.json");
    let pad = Some(("left-pad", Some("1.3.0")));
    use ExceptionMatch::{Active, Expired};
    let cases = [
        ("untrusted-registry", pad, &legacy, day("2027-01-31"), Active(0)),
        ("untrusted-registry", pad, &legacy, day("2027-02-01"), Expired(0)),
        ("untrusted-registry", pad, &legacy, None, Expired(0)),
        ("untrusted-registry", pad, &root, day("2027-01-31"), ExceptionMatch::None),
        ("untrusted-registry", Some(("left-pad", Some("2.0.0"))), &legacy, day("2027-01-31"), ExceptionMatch::None),
        ("untrusted-registry", Some(("left-pad", None)), &legacy, day("2027-01-31"), ExceptionMatch::None),
        ("untrusted-registry", None, &legacy, day("2027-01-31"), ExceptionMatch::None),
        ("mismatched-source", pad, &legacy, day("2027-01-31"), ExceptionMatch::None),
        ("weak-integrity", None, &root, day("2026-12-24"), Active(1)),
        ("weak-integrity", pad, &root, day("2026-12-25"), Expired(1)),
    ];
    for (rule, package, path, today, expected) in cases {
        assert_eq!(policy.exception(rule, package, path, today), expected, "{rule} {package:?} {path}");
    }
    assert_eq!(policy.exceptions()[1].path.as_str(), "provender.toml");
}

#[test]
fn lookups_answer_from_the_file() {
    let policy = policy(EXAMPLE);
    assert_eq!(policy.level("floating-saves"), Some(Level::Off));
    assert_eq!(policy.level("untrusted-registry"), None);
    assert!(policy.is_off("floating-saves") && !policy.is_off("unpinned-dependency") && !policy.is_off("untrusted-registry"));
    for (name, version, allowed) in
        [("esbuild", "0.21.6", true), ("esbuild", "0.21.7", false), ("@corp/build", "9.9.9", true), ("ESBUILD", "0.21.5", false)]
    {
        assert_eq!(policy.script_allowed(name, version).is_some(), allowed, "{name}@{version}");
    }
    for (name, ours) in [
        ("@corp/x", true),
        ("@Corp/x", true),
        ("@corporate/x", false),
        ("corp-x", true),
        ("billing-core", true),
        ("billing-core2", false),
    ] {
        assert_eq!(policy.is_internal(name), ours, "{name}");
    }
    assert_eq!(policy.scope_registry("@corp/x").map(Url::as_str), Some("https://npm.corp.test/"));
    assert_eq!(policy.scope_registry("corp"), None);
    assert!(policy.left_out("@corp/x") && !policy.left_out("left-pad"));
    assert_eq!(policy.hook_threshold(Hook::Commit), Severity::Warning);
    assert_eq!(policy.hook_threshold(Hook::Push), Severity::Error);
    assert!(policy.allow_hosts.is_empty() && !policy.editor_network, "a repository cannot allow itself the network");
}

#[test]
fn a_person_can_be_stricter_than_the_repository_and_not_laxer() {
    let (here, there) = (RelPath::new("provender.toml"), RelPath::new("~/provender.toml"));
    let join = |project: &str, user: &str| Policy::new(Some((&here, &read(project))), Some((&there, &read(user))));
    let policy = join(
        "[rules]\na = 'warning'\n[hooks]\ncommit = 'warning'\n[verify]\ndepth = 'recorded'\nunverifiable = 'block'",
        "[rules]\na = 'off'\nb = 'off'\n[hooks]\ncommit = 'error'\npush = 'info'\n[verify]\ndepth = 'verified'\nunverifiable = 'warn'",
    );
    assert_eq!((policy.level("a"), policy.level("b")), (Some(Level::Warning), Some(Level::Off)));
    assert_eq!(policy.hook_threshold(Hook::Commit), Severity::Warning);
    assert_eq!(policy.hook_threshold(Hook::Push), Severity::Info);
    assert_eq!((policy.depth, policy.unverifiable), (Depth::Verified, Unverifiable::Block));

    let policy = join(
        "[registries.scopes]\n'@corp' = 'https://evil.test'\n[network]\nallow-hosts = ['evil.test']",
        "[registries.scopes]\n'@corp' = 'https://npm.corp.test'\n[network]\nallow-hosts = ['npm.corp.test']\neditor = true",
    );
    assert_eq!(policy.scope_registry("@corp/x").map(Url::as_str), Some("https://npm.corp.test/"));
    assert_eq!(policy.allow_hosts, ["npm.corp.test"]);
    assert!(policy.editor_network);
}

/// Pieces that make broken and whole policies alike.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,4}",
        "[\\[\\]{}=\"',.#\r\n a\u{e9}]{1,6}",
        proptest::sample::select(vec![
            "[[exception]]\n",
            "[exception]\n",
            "[exception.a]\n",
            "rule = 'a'\n",
            "reason = \"b\"\r\n",
            "expires = 2027-01-31\n",
            "[scripts]\n",
            "[[scripts.allow]]\n",
            "[scripts.allow]\n",
            "allow = [",
            "{ package = 'x', reason = 'y' }",
            "]\n",
            "[hooks]\n",
            "commit = 'error'\n",
            "hooks.commit = 'error'\n",
            "[registries.scopes]\n",
            "'@a' = 'https://a.test'\n",
            "schema = 1\n",
            "\u{feff}",
            "\"\"\"",
            "# \u{1f41f}\n",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]
    #[test]
    fn reading_never_panics_and_every_place_lies_in_the_text(text in text()) {
        let (file, problems) = parse(&text);
        for problem in &problems {
            prop_assert!(text.get(problem.span.range()).is_some());
        }
        for exception in &file.exceptions {
            prop_assert_eq!(text.get(exception.rule.span.range()), Some(exception.rule.as_str()));
            prop_assert!(text.get(exception.span.range()).is_some());
        }
        for script in &file.scripts {
            prop_assert_eq!(text.get(script.package.span.range()), Some(script.package.as_str()));
        }
    }

    #[test]
    fn a_policy_cut_off_anywhere_lets_nothing_pass_that_the_whole_does_not(at in 0..EXAMPLE.len()) {
        let whole = read(EXAMPLE);
        let (cut, _) = parse(&EXAMPLE[..at]);
        for exception in &cut.exceptions {
            prop_assert!(whole.exceptions.iter().any(|known| known.includes(exception)), "{:?}", exception);
        }
        for script in &cut.scripts {
            prop_assert!(whole.scripts.contains(script), "{:?}", script);
        }
    }
}

/// Work that grows with errors times values, or with nesting on the stack, would show here.
#[test]
fn a_large_hostile_file_is_read_in_one_go() {
    for line in ["a = b\n", "a\n", "[[exception]]\nrule = \n", "[scripts]\n", "[[scripts.allow]]\n", "x.y.z = 1\n"] {
        let text = line.repeat(400_000 / line.len());
        let (file, problems) = parse(&text);
        assert!(!problems.is_empty() && file.exceptions.is_empty() && file.scripts.is_empty(), "{line}");
    }
    let deep = format!("internal.names = {}", "[".repeat(100_000));
    assert!(!parse(&deep).1.is_empty());
    let deep = format!("{}a = 1", "a.".repeat(100_000));
    assert!(!parse(&deep).1.is_empty());
}
