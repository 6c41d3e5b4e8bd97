//! What counts as laxer, case by case, and against what the joined policy really lets pass.

use jiff::civil::Date;
use proptest::prelude::*;

use super::super::{ExceptionMatch, Hook, Policy, parse};
use super::*;
use crate::path::RelPath;

fn usual(rule: &str) -> Option<Level> {
    match rule {
        "a" => Some(Level::Error),
        "b" => Some(Level::Warning),
        _ => None,
    }
}

/// Each loosening as the text it points at and the words.
fn found(before: &str, after: &str) -> Vec<(String, String)> {
    let read = |text: &str| {
        let (file, problems) = parse(text);
        assert_eq!(problems, [], "{text}");
        file
    };
    let found = loosened(&read(before), &read(after), usual);
    found.into_iter().map(|loosening| (after[loosening.span.range()].to_owned(), loosening.what)).collect()
}

const EXCEPTION: &str = "[[exception]]\nrule = 'a'\npackage = 'corp-*'\npath = 'legacy/**'\nreason = 'r'\nexpires = 2027-01-31\n";

#[test]
fn each_kind_of_loosening_is_found_at_its_place() {
    let allow = |version: &str| format!("[[scripts.allow]]\npackage = 'esbuild'\nreason = 'r'\n{version}");
    let cases: &[(&str, &str, &str, &str)] = &[
        ("", "[rules]\na = 'warning'", "warning", "`a` is lowered from error to warning"),
        ("[rules]\nb = 'error'", "[rules]\nb = 'off'", "off", "from error to off"),
        (
            "[rules]\nb = 'error'\na = 'error'",
            "[rules]\na = 'error'",
            "[rules]",
            "`b` is lowered from error to warning, because its line is gone",
        ),
        ("[rules]\nb = 'error'", "", "", "its line is gone"),
        ("", "[rules]\nunknown = 'info'", "info", "lowered"),
        ("", EXCEPTION, "[[exception]]", "the exception from `a` for `corp-*` in `legacy/**` is new"),
        (EXCEPTION, &EXCEPTION.replace("01-31", "02-01"), "[[exception]]", "is prolonged to 2027-02-01"),
        (EXCEPTION, &EXCEPTION.replace("path = 'legacy/**'\n", ""), "[[exception]]", "widened, and is now from `a` for `corp-*`"),
        (EXCEPTION, &EXCEPTION.replace("corp-*", "**"), "[[exception]]", "widened"),
        (EXCEPTION, &EXCEPTION.replace("'a'", "'b'"), "[[exception]]", "new"),
        ("", &allow(""), "[[scripts.allow]]", "every version of `esbuild`"),
        (&allow("version = '1.0.0'"), &allow("version = '1.0.0 || 1.0.1'"), "[[scripts.allow]]", "`esbuild` 1.0.1 may run"),
        (&allow("version = '1.0.0'"), &allow(""), "[[scripts.allow]]", "every version"),
        ("", "[registries]\ntrusted = ['https://npm.corp.test']", "https://npm.corp.test", "is trusted"),
        ("", "[registries.scopes]\n'@corp' = 'https://npm.corp.test'", "https://npm.corp.test", "which was not trusted"),
        (
            "[registries.scopes]\n'@corp' = 'https://a.test'",
            "[registries.scopes]\n'@corp' = 'https://b.test'",
            "https://b.test",
            "instead of https://a.test/",
        ),
        ("[registries.scopes]\n'@corp' = 'https://a.test'", "[registries.scopes]", "[registries.scopes]", "no longer bound"),
        ("[internal]\nscopes = ['@corp']", "[internal]\nscopes = []", "[internal]", "`@corp` is no longer internal"),
        ("[internal]\nnames = ['corp-*']", "[internal]\nnames = ['corp-a']", "[internal]", "`corp-*` is no longer internal"),
        ("[hooks]\ncommit = 'info'", "[hooks]\ncommit = 'warning'", "warning", "from warning on, and no longer from info"),
        ("[hooks]\npush = 'info'", "[hooks]", "[hooks]", "a push is blocked from error on"),
        ("", "[verify]\nunverifiable = 'warn'", "warn", "no longer blocks"),
        ("", "[verify]\ndepth = 'recorded'", "recorded", "no longer hashed"),
        ("[verify]\nleave-out = ['@a/*']", "[verify]\nleave-out = ['@a/*', '@b/*']", "@b/*", "`@b/*` are no longer verified"),
        ("", "[network]\nallow-hosts = ['npm.corp.test']", "npm.corp.test", "may be contacted"),
        ("", "[network]\neditor = true", "true", "unasked"),
    ];
    for (before, after, place, words) in cases {
        let found = found(before, after);
        assert_eq!(found.len(), 1, "{before}\n->\n{after}: {found:?}");
        assert_eq!(found[0].0, *place, "{after}: {}", found[0].1);
        assert!(found[0].1.contains(words), "{after}: {}", found[0].1);
        // The way back is no loosening, except where one thing took another's place.
        let words = &found[0].1;
        let swapped = ["instead of", "no longer bound", "not trusted"].iter().any(|some| words.contains(some));
        if !swapped && (before.is_empty() || !words.ends_with("is new")) {
            assert_eq!(self::found(after, before), [], "{after}\n->\n{before}");
        }
    }
}

#[test]
fn what_is_stricter_or_the_same_is_no_loosening() {
    let cases = [
        (super::super::tests::EXAMPLE, super::super::tests::EXAMPLE),
        ("", "[rules]\na = 'error'\nb = 'error'\nunknown = 'error'"),
        (EXCEPTION, &EXCEPTION.replace("corp-*", "corp-a").replace("legacy/**", "legacy/x/package.json").replace("01-31", "01-01")),
        (
            "[registries]\ntrusted = ['https://a.test/npm']",
            "[registries]\ntrusted = ['https://a.test/npm/one']\nscopes = { '@a' = 'https://a.test/npm' }",
        ),
        ("[internal]\nnames = ['corp-a']", "[internal]\nnames = ['corp-*']"),
        ("[rules]\nunknown = 'error'", ""),
        ("[verify]\nleave-out = ['@a/*']", "[verify]\nleave-out = ['@a/b']"),
    ];
    for (before, after) in cases {
        assert_eq!(found(before, after), [], "{before}\n->\n{after}");
    }
    // Another host with the same path is another registry, and a longer name is not a folder below.
    assert_eq!(
        found("[registries]\ntrusted = ['https://a.test/npm']", "[registries]\ntrusted = ['https://a.test:8443/npm']").len(),
        1
    );
    assert_eq!(found("[registries]\ntrusted = ['https://a.test/npm']", "[registries]\ntrusted = ['https://a.test/npm2']").len(), 1);
}

/// A policy of a few parts that overlap often.
fn policy() -> impl Strategy<Value = String> {
    let word = |words: &'static [&'static str]| proptest::sample::select(words);
    let package = word(&["", "package = 'x'\n", "package = 'x@1.0.0'\n", "package = 'x*'\n", "package = '**'\n"]);
    let path = word(&["", "path = 'a/b'\n", "path = 'a/*'\n", "path = '**/b'\n"]);
    let exception = (word(&["a", "b"]), package, path, 1..4_u8).prop_map(|(rule, package, path, day)| {
        format!("[[exception]]\nrule = '{rule}'\n{package}{path}reason = 'r'\nexpires = 2027-01-0{day}\n")
    });
    let script = (word(&["x", "y"]), word(&["", "version = '1.0.0'\n", "version = '1.0.0 || 2.0.0'\n"]))
        .prop_map(|(name, version)| format!("[[scripts.allow]]\npackage = '{name}'\nreason = 'r'\n{version}"));
    let line = word(&["", "commit = 'info'\n", "commit = 'warning'\n", "commit = 'error'\n"]);
    let rules = word(&["", "a = 'off'\n", "a = 'info'\n", "a = 'warning'\n", "a = 'error'\n"]);
    let names = word(&["", "names = ['x']\n", "names = ['x*', 'y']\n", "scopes = ['@s']\n", "names = ['@s/*']\n"]);
    let verify = word(&["", "unverifiable = 'warn'\n", "depth = 'recorded'\n", "leave-out = ['x']\n", "leave-out = ['x*']\n"]);
    let registries =
        word(&["", "trusted = ['https://a.test']\n", "trusted = ['https://a.test/p']\n", "scopes = { '@s' = 'https://a.test' }\n"]);
    let entries = (proptest::collection::vec(exception, 0..3), proptest::collection::vec(script, 0..3));
    (entries, line, rules, names, verify, registries).prop_map(
        |((exceptions, scripts), hooks, rules, names, verify, registries)| {
            format!(
                "[hooks]\n{hooks}[rules]\n{rules}[internal]\n{names}[verify]\n{verify}[registries]\n{registries}{}{}",
                exceptions.concat(),
                scripts.concat()
            )
        },
    )
}

/// What a policy lets pass, in a small world.
fn lets_pass(policy: &Policy) -> Vec<(String, bool)> {
    let mut answers = Vec::new();
    for rule in ["a", "b"] {
        for package in
            [None, Some(("x", None)), Some(("x", Some("1.0.0"))), Some(("x2", Some("2.0.0"))), Some(("@s/z", Some("1.0.0")))]
        {
            for path in ["a/b", "a/c", "b", "c/d/b"] {
                for day in 1..5 {
                    let found = policy.exception(rule, package, &RelPath::new(path), Some(Date::constant(2027, 1, day)));
                    answers.push((format!("{rule} {package:?} {path} {day}"), matches!(found, ExceptionMatch::Active(_))));
                }
            }
        }
    }
    for name in ["x", "y", "x2", "@s/z"] {
        for version in ["1.0.0", "2.0.0", "3.0.0"] {
            answers.push((format!("script {name} {version}"), policy.script_allowed(name, version).is_some()));
        }
        answers.push((format!("foreign {name}"), !policy.is_internal(name)));
        answers.push((format!("left out {name}"), policy.left_out(name)));
        answers.push((format!("unbound {name}"), policy.scope_registry(name).is_none()));
    }
    for url in ["https://a.test/", "https://a.test/p/", "https://a.test/p/q/"] {
        let url = Url::parse(url).unwrap();
        answers.push((format!("trusted {url}"), policy.trusted_registries().iter().any(|known| lies_within(&url, known))));
    }
    let level = policy.level("a").unwrap_or(Level::Error);
    answers.extend([Level::Error, Level::Warning, Level::Info].map(|worst| (format!("a below {}", worst.id()), level < worst)));
    let threshold = policy.hook_threshold(Hook::Commit);
    answers.push(("commit with warnings".to_owned(), threshold > Severity::Warning));
    answers.push(("commit with infos".to_owned(), threshold > Severity::Info));
    answers.push(("unverifiable".to_owned(), policy.unverifiable == Unverifiable::Warn));
    answers.push(("recorded".to_owned(), policy.depth == Depth::Recorded));
    answers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn whatever_lets_more_pass_is_found(before in policy(), after in policy()) {
        let path = RelPath::new("provender.toml");
        let read = |text: &str| parse(text).0;
        let (before, after) = (read(&before), read(&after));
        let joined = |file: &PolicyFile| Policy::new(Some((&path, file)), None);
        let was = lets_pass(&joined(&before));
        let now = lets_pass(&joined(&after));
        let laxer: Vec<_> = was.iter().zip(&now).filter(|((_, was), (_, now))| !was && *now).map(|(_, (what, _))| what).collect();
        prop_assert!(laxer.is_empty() || !loosened(&before, &after, usual).is_empty(), "{:?}", laxer);
        prop_assert_eq!(loosened(&after, &after, usual), []);
    }
}
