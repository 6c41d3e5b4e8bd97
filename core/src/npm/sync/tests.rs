//! Edited projects, each with what `npm ci` (11.19.1) did with it.

use smol_str::SmolStr;

use super::*;
use crate::text::{Span, Spanned};

const REGISTRY: &str = "https://registry.example.test";
const HASH: &str = "0123456789abcdef0123456789abcdef01234567";
const OTHER_HASH: &str = "fedcba9876543210fedcba9876543210fedcba98";

fn ask(list: &[(&str, &str, Group)]) -> Vec<Dependency> {
    let word = |text: &str| Spanned::new(SmolStr::new(text), Span::default());
    list.iter().map(|&(name, spec, group)| Dependency::new(word(name), word(spec), group)).collect()
}

fn locked<'a>(name: &'a str, version: &'a str, source: &'a str) -> Locked<'a> {
    Locked { name, version: Some(version), source: Some(source), link: None, bundled: false }
}

/// What is told about one dependency `lib`, asked for with `spec` in manifest and copy alike.
fn told(spec: &str, entry: Option<Locked<'_>>) -> Option<(Conflict, bool)> {
    let list = ask(&[("lib", spec, Group::Normal)]);
    let found = disagreements("packages/a", Some(&list), &list, &[], |name| entry.filter(|_| name == "lib"));
    assert!(found.len() <= 1, "{found:?}");
    found.first().map(|found| (found.conflict, found.refused))
}

#[test]
fn an_entry_answers_or_does_not() {
    let source = format!("{REGISTRY}/lib/-/lib-2.1.3.tgz");
    let plain = locked("lib", "2.1.3", &source);
    let alias = Locked { name: "real", ..plain };
    let link = Locked { link: Some("packages/lib"), source: None, ..plain };
    let table = [
        ("^2.1.0", Some(plain), None),
        ("", Some(plain), None),
        ("latest", Some(plain), None),
        ("latest", Some(Locked { source: None, ..plain }), None),
        (
            "latest",
            Some(Locked { source: Some("git+ssh://git@example.test/lib.git"), ..plain }),
            Some((Conflict::OtherSource, false)),
        ),
        ("^2.1.0", None, Some((Conflict::NoEntry, true))),
        ("^3", Some(plain), Some((Conflict::OutsideRange, true))),
        ("^2", Some(Locked { version: None, ..plain }), Some((Conflict::OutsideRange, true))),
        // The next three pass `npm ci`, which looks at an alias's version alone.
        ("npm:real@^2", Some(plain), Some((Conflict::OtherPackage, false))),
        ("^2", Some(alias), Some((Conflict::OtherPackage, false))),
        ("npm:other@^2", Some(alias), Some((Conflict::OtherPackage, false))),
        ("npm:real@^2", Some(alias), None),
        ("npm:real@^3", Some(alias), Some((Conflict::OutsideRange, true))),
        (&source, Some(plain), None),
        ("https://elsewhere.example.test/lib.tgz", Some(plain), Some((Conflict::OtherSource, false))),
        // An address may tell the version that comes of it.
        ("https://elsewhere.example.test/lib/-/lib-2.1.3.tgz", Some(plain), Some((Conflict::OtherSource, false))),
        ("https://elsewhere.example.test/lib/-/lib-2.1.4.tgz", Some(plain), Some((Conflict::OtherSource, true))),
        ("https://elsewhere.example.test/lib-new.tgz", Some(plain), Some((Conflict::OtherSource, false))),
        ("user/lib#main", Some(plain), Some((Conflict::OtherSource, false))),
        ("file:../lib", Some(link), None),
        ("file:../lib", Some(plain), Some((Conflict::OtherSource, true))),
        ("file:../other", Some(link), Some((Conflict::OtherSource, true))),
        ("/anywhere", Some(link), None),
        ("^2", Some(link), None),
        ("workspace:*", Some(link), Some((Conflict::Unsupported, true))),
        ("be ta", Some(plain), Some((Conflict::Unsupported, true))),
    ];
    for (spec, entry, expected) in table {
        assert_eq!(told(spec, entry), expected, "{spec} {entry:?}");
    }
    let archive = Locked { source: Some("file:packages/lib.tgz"), ..plain };
    assert_eq!(told("file:../lib.tgz", Some(archive)), None);
    assert_eq!(told("file:../lib2.tgz", Some(archive)), Some((Conflict::OtherSource, false)));
}

#[test]
fn a_repository_is_held_to_its_commit() {
    let forge = format!("git+ssh://git@github.com/user/lib.git#{HASH}");
    let own = format!("git+https://git.example.test/lib.git#{HASH}");
    let (forge, own) = (locked("lib", "1.4.0", &forge), locked("lib", "1.4.0", &own));
    let table = [
        (format!("user/lib#{HASH}"), forge, None),
        ("user/lib#main".to_owned(), forge, None),
        ("github:user/lib#semver:^1".to_owned(), forge, None),
        ("user/lib#semver:^2".to_owned(), forge, Some(Conflict::OutsideRange)),
        ("user/fork#main".to_owned(), forge, Some(Conflict::OtherSource)),
        ("gitlab:user/lib".to_owned(), forge, Some(Conflict::OtherSource)),
        (format!("user/lib#{OTHER_HASH}"), forge, Some(Conflict::OtherSource)),
        (format!("git+https://git.example.test/lib.git#{HASH}"), own, None),
        ("git+https://git.example.test/lib.git#v1".to_owned(), own, None),
        // npm compares no commits here and installs the locked one.
        (format!("git+https://git.example.test/lib.git#{OTHER_HASH}"), own, Some(Conflict::OtherSource)),
        ("git+https://git.example.test/other.git".to_owned(), own, Some(Conflict::OtherSource)),
    ];
    for (spec, entry, expected) in table {
        assert_eq!(told(&spec, Some(entry)).map(|(conflict, _)| conflict), expected, "{spec}");
    }
}

#[test]
fn the_copy_is_compared_and_npm_does_not_care() {
    let copy = ask(&[
        ("same", "1", Group::Normal),
        ("moved", "1", Group::Dev),
        ("changed", "1", Group::Normal),
        ("gone", "1", Group::Normal),
    ]);
    let manifest = ask(&[
        ("same", "1", Group::Normal),
        ("moved", "1", Group::Normal),
        ("changed", ">=1", Group::Normal),
        ("new", "1", Group::Optional),
    ]);
    let found = disagreements("", Some(&copy), &manifest, &[], |name| {
        Some(Locked { name: names(name), version: Some("1.0.0"), ..Locked::default() })
    });
    let told: Vec<_> = found.iter().map(|found| (found.conflict, found.asked, found.copied)).collect();
    assert_eq!(
        told,
        [
            (Conflict::OtherGroup, Some(1), Some(1)),
            (Conflict::OtherSpec, Some(2), Some(2)),
            (Conflict::NotCopied, Some(3), None),
            (Conflict::NotAskedFor, None, Some(3)),
        ]
    );
    assert!(found.iter().all(|found| !found.refused));
    let without = disagreements("", None, &manifest, &[], |name| {
        Some(Locked { name: names(name), version: Some("1.0.0"), ..Locked::default() })
    });
    assert_eq!(without, []);
}

/// The same name, living long enough.
fn names(name: &str) -> &'static str {
    ["same", "moved", "changed", "new", "lib"].into_iter().find(|known| *known == name).unwrap_or("?")
}

#[test]
fn one_list_counts_where_several_have_the_name() {
    let entry = |_: &str| Some(locked("lib", "2.0.0", "x"));
    let both = |normal, dev| ask(&[("lib", dev, Group::Dev), ("lib", normal, Group::Normal)]);
    assert_eq!(disagreements("", None, &both("^1", "^2"), &[], entry), []);
    let found = disagreements("", None, &both("^2", "^1"), &[], entry);
    assert_eq!(found, [Disagreement { conflict: Conflict::OutsideRange, refused: true, asked: Some(0), copied: None }]);
}

#[test]
fn peers_are_asked_for_and_optional_ones_only_if_there() {
    let of = |group, entry: Option<Locked<'static>>| {
        let found = disagreements("", None, &ask(&[("lib", "^1", group)]), &[], |_| entry);
        found.first().map(|found| (found.conflict, found.refused))
    };
    let newer = Some(locked("lib", "2.0.0", "x"));
    assert_eq!(of(Group::Peer, None), Some((Conflict::NoEntry, true)));
    assert_eq!(of(Group::Optional, None), Some((Conflict::NoEntry, true)));
    assert_eq!(of(Group::OptionalPeer, None), None);
    assert_eq!(of(Group::Peer, newer), Some((Conflict::OutsideRange, true)));
    assert_eq!(of(Group::OptionalPeer, newer), Some((Conflict::OutsideRange, false)));
}

#[test]
fn overrides_replace_what_others_ask_for() {
    let manifest =
        ask(&[("direct", "1.0.0", Group::Normal), ("direct", "2.0.0", Group::Dev), ("direct", "3.0.0", Group::Override)]);
    let written = [("lib", "2.0.0"), ("old@^1", "1.9.0"), ("@s/ref", "$direct"), ("any", ""), ("lost", "$nobody"), ("**/lib", "1")];
    let rules: Vec<_> = written.into_iter().filter_map(|(key, value)| Rule::new(key, value, &manifest)).collect();
    let values: Vec<_> = rules.iter().map(|rule| (rule.name, rule.replaced, rule.value)).collect();
    assert_eq!(values, [("lib", "*", "2.0.0"), ("old", "^1", "1.9.0"), ("@s/ref", "*", "2.0.0"), ("any", "*", "*")]);
    let ignored = |name: &'static str, asked, version: &'static str| {
        rules.iter().any(|rule| rule.is_ignored(name, asked, locked(name, version, "x")))
    };
    assert!(ignored("lib", "^2.0.0", "2.1.2"));
    assert!(!ignored("lib", "^2.0.0", "2.0.0"));
    assert!(!ignored("lib", "^1", "2.0.0"));
    assert!(ignored("old", ">=1", "1.2.0"));
    // The rule is for versions below 2.
    assert!(!ignored("old", ">=1", "2.2.0"));
    assert!(ignored("@s/ref", "*", "1.0.0"));
    assert!(!ignored("any", "*", "1.0.0"));
    let bundled = Locked { bundled: true, ..locked("lib", "2.1.2", "x") };
    assert!(!rules[0].is_ignored("lib", "^2.0.0", bundled));
}

#[test]
fn an_override_of_what_the_root_asks_for_is_refused() {
    let of = |spec, key, value| {
        let list = ask(&[("lib", spec, Group::Normal), ("lib", value, Group::Override)]);
        let rules: Vec<_> = Rule::new(key, value, &list).into_iter().collect();
        disagreements("", None, &list, &rules, |_| Some(locked("lib", "2.1.3", "x"))).first().map(|found| found.conflict)
    };
    assert_eq!(of("^2", "lib", "2.1.3"), Some(Conflict::OverrideConflict));
    assert_eq!(of("^2", "lib", "^2"), None);
    assert_eq!(of("^2", "lib", "$lib"), None);
    assert_eq!(of("2.1.3", "lib@^2", "2.0.0"), Some(Conflict::OverrideConflict));
    assert_eq!(of("2.1.3", "lib@^1", "1.0.0"), None);
    assert_eq!(of("^2.0.0", "lib@2", "2.0.0"), Some(Conflict::OverrideConflict));
    assert_eq!(of("^2.0.0", "lib@3", "3.0.0"), None);
}

#[test]
fn members_are_linked() {
    let link = |folder| Locked { name: "a", link: Some(folder), ..Locked::default() };
    assert_eq!(unlinked_member("packages/a", Some(link("packages/a"))), None);
    assert_eq!(unlinked_member("packages/a", Some(link("./packages/a/"))), None);
    let conflict = |entry| unlinked_member("packages/a", entry).map(|found| (found.conflict, found.refused));
    assert_eq!(conflict(None), Some((Conflict::NoEntry, true)));
    assert_eq!(conflict(Some(link("packages2/a"))), Some((Conflict::OtherSource, true)));
    assert_eq!(conflict(Some(locked("a", "1.0.0", REGISTRY))), Some((Conflict::OtherSource, true)));
}
