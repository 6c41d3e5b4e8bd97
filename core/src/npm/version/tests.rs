//! What npm's own `semver` answers, asked with its loose flag.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;

/// Range, version, npm's verdict; `None`: not a range.
#[rustfmt::skip]
const TABLE: &[(&str, &str, Option<bool>)] = &[
    ("1.2.3", "1.2.3", Some(true)),
    ("1.2.3", "1.2.4", Some(false)),
    ("=1.2.3", "1.2.3", Some(true)),
    ("v1.2.3", "1.2.3", Some(true)),
    ("= v1.2.3", "1.2.3", Some(true)),
    ("1.2.3", "v1.2.3", Some(true)),
    ("1.2.3", "=1.2.3", Some(true)),
    ("1.2.3", " 1.2.3 ", Some(true)),
    ("1.2.3+a", "1.2.3+b", Some(true)),
    ("1.2.3", "1.2.3-beta", Some(false)),
    ("^1.2.3", "1.2.3", Some(true)),
    ("^1.2.3", "1.9.0", Some(true)),
    ("^1.2.3", "1.2.2", Some(false)),
    ("^1.2.3", "2.0.0", Some(false)),
    ("^1.2.3", "2.0.0-0", Some(false)),
    ("^1.2.3", "1.3.0-beta", Some(false)),
    ("^1.2.3-beta", "1.2.3-beta.1", Some(true)),
    ("^1.2.3-beta", "1.2.3-alpha", Some(false)),
    ("^1.2.3-beta", "1.2.4-beta", Some(false)),
    ("^0.2.3", "0.2.9", Some(true)),
    ("^0.2.3", "0.3.0", Some(false)),
    ("^0.0.3", "0.0.3", Some(true)),
    ("^0.0.3", "0.0.4", Some(false)),
    ("^0.0", "0.0.9", Some(true)),
    ("^0.0", "0.1.0", Some(false)),
    ("^0", "0.9.9", Some(true)),
    ("^0", "1.0.0", Some(false)),
    ("^1", "1.99.0", Some(true)),
    ("^1.x", "1.0.0", Some(true)),
    ("^0.x.4", "0.5.0", Some(true)),
    ("^x", "7.0.0", Some(true)),
    ("^", "1.0.0", None),
    ("^ 1.2.3", "1.4.0", Some(true)),
    ("^v1.2", "1.4.0", Some(true)),
    ("^=1.2", "1.4.0", Some(true)),
    ("^00.1.2", "0.9.0", Some(true)),
    ("^1.2.3.4", "1.2.3", None),
    ("^1.2.34.5", "1.2.3-4.6", Some(true)),
    ("^1.2.3beta", "1.2.3", Some(true)),
    ("~1.2.3", "1.2.9", Some(true)),
    ("~1.2.3", "1.3.0", Some(false)),
    ("~1.2", "1.2.0", Some(true)),
    ("~1.2", "1.3.0", Some(false)),
    ("~1", "1.9.0", Some(true)),
    ("~1", "2.0.0", Some(false)),
    ("~>1.2", "1.2.5", Some(true)),
    ("~> 1.2", "1.3.0", Some(false)),
    ("~ 1.2.3", "1.2.4", Some(true)),
    ("~1.2.3-rc.1", "1.2.3-rc.2", Some(true)),
    ("~1.2.3-rc.1", "1.2.4-rc.1", Some(false)),
    ("~0", "0.5.0", Some(true)),
    ("~*", "3.0.0", Some(true)),
    ("~x.1", "3.0.0", Some(true)),
    ("*", "1.0.0", Some(true)),
    ("*", "1.0.0-beta", Some(false)),
    ("", "1.0.0", Some(true)),
    ("   ", "0.0.1", Some(true)),
    ("x", "2.0.0", Some(true)),
    ("X.x", "2.0.0", Some(true)),
    (">=*", "1.0.0", Some(true)),
    ("<*", "1.0.0", Some(false)),
    (">x", "1.0.0", Some(false)),
    ("*.1", "1.0.0", None),
    ("1.*", "1.5.0", Some(true)),
    ("1.*", "2.0.0", Some(false)),
    ("1.2.x", "1.2.7", Some(true)),
    ("1.2.X", "1.3.0", Some(false)),
    ("1", "1.7.0", Some(true)),
    ("1.2", "1.2.9", Some(true)),
    ("=1", "1.3.0", Some(true)),
    ("v1", "1.3.0", Some(true)),
    ("1.x.3", "1.1.3", None),
    ("1.x.x", "1.1.3", Some(true)),
    (">1", "1.9.0", Some(false)),
    (">1", "2.0.0", Some(true)),
    (">1.2", "1.2.9", Some(false)),
    (">1.2", "1.3.0", Some(true)),
    (">=1", "1.0.0", Some(true)),
    (">=1", "1.0.0-rc.1", Some(false)),
    (">=1.2", "1.2.0", Some(true)),
    ("<1", "0.9.9", Some(true)),
    ("<1", "1.0.0-rc.1", Some(false)),
    ("<=1", "1.9.9", Some(true)),
    ("<=1", "2.0.0", Some(false)),
    ("<=1.2", "1.2.9", Some(true)),
    ("<=1.2", "1.3.0", Some(false)),
    (">1.2.3", "1.2.3", Some(false)),
    (">1.2.3", "1.2.4", Some(true)),
    ("<1.2.3", "1.2.3-beta", Some(false)),
    ("<=1.2.3", "1.2.3", Some(true)),
    (">=1.2.3-rc", "1.2.3-rc.1", Some(true)),
    (">=1.2.3-rc", "1.2.4-rc.1", Some(false)),
    ("> 1.2.3", "2.0.0", Some(true)),
    (">= 1.2", "1.3.0", Some(true)),
    (">= v1.2.3", "1.2.3", Some(true)),
    (">= v 1.2.3", "1.2.4", Some(false)),
    ("=>1.2.3", "1.2.3", None),
    ("> = 1.2.3", "1.2.4", Some(false)),
    ("==1.2.3", "1.2.3", Some(true)),
    (">=1.0.0 <2.0.0", "1.5.0", Some(true)),
    (">=1.0.0 <2.0.0", "2.0.0", Some(false)),
    (">1.0.0 <1.0.5 1.0.3", "1.0.3", Some(true)),
    (">=1 <2 || >=3", "2.5.0", Some(false)),
    (">=1 <2 || >=3", "3.0.0", Some(true)),
    (">=1.0.0-rc <2", "1.0.0-rc.2", Some(true)),
    (">=1.0.0-rc <2", "1.5.0-rc.2", Some(false)),
    ("^1 ^2", "1.0.0", Some(false)),
    ("1.2.3 || 2.3.4", "2.3.4", Some(true)),
    ("1.2.3||2.3.4", "1.2.4", Some(false)),
    ("1 ||| 2", "2.0.0", Some(true)),
    ("||1.2.3", "9.9.9", Some(true)),
    ("1.2.3 ||", "9.9.9", Some(true)),
    ("* || 1.0.0-beta", "1.0.0-beta", Some(false)),
    (">=0.0.0 || 1.0.0-beta", "1.0.0-beta", Some(false)),
    (">=0.0 || 1.0.0-beta", "1.0.0-beta", Some(false)),
    (">=00.0.0 || 1.0.0-beta", "1.0.0-beta", Some(true)),
    ("<0.0.0-0 || 1", "1.0.0", Some(true)),
    ("1.0.0,2.0.0", "1.0.0", None),
    (">=1.0.0, <2", "1.5.0", Some(true)),
    ("1.2.3 - 2.3.4", "2.3.4", Some(true)),
    ("1.2.3 - 2.3.4", "2.3.5", Some(false)),
    ("1.2 - 2.3", "2.3.9", Some(true)),
    ("1.2 - 2.3", "2.4.0", Some(false)),
    ("1 - 2", "2.9.9", Some(true)),
    ("1.2.3 - 2", "3.0.0", Some(false)),
    ("x - 2", "0.1.0", Some(true)),
    ("1 - x", "9.0.0", Some(true)),
    ("x - x", "9.0.0", Some(true)),
    ("1.2.3-rc - 2", "1.2.3-rc.1", Some(true)),
    ("v1 - v2", "1.5.0", Some(true)),
    ("1.0.0 -2.0.0", "1.5.0", Some(false)),
    ("1.0.0-2.0.0", "1.0.0-2.0.0", Some(true)),
    ("1 - 2 - 3", "2.0.0", Some(false)),
    ("1.0.0 -  2.0.0", "1.5.0", Some(true)),
    ("latest", "1.0.0", None),
    ("next", "1.0.0", None),
    ("beta.1", "1.0.0", None),
    ("1.2.3 foo", "1.2.3", Some(true)),
    ("foo 1.2.3", "1.2.3", Some(true)),
    ("foo *", "5.0.0", Some(true)),
    ("foo * bar", "5.0.0", None),
    ("*foo", "5.0.0", None),
    ("1.2.3*", "1.2.3", Some(true)),
    ("1..2", "1.0.0", None),
    ("1.2.3.4", "1.2.3", None),
    (".1", "1.0.0", None),
    ("!1.2.3", "1.2.3", None),
    ("1.2.3\tfoo\n<2", "1.2.3", Some(true)),
    ("1\u{a0}2", "1.0.0", Some(false)),
    (">=1.0.0\u{feff}", "1.2.0", Some(true)),
    ("user/repo", "1.0.0", None),
    ("01.02.03", "1.2.3", Some(true)),
    ("1.2.3", "01.2.3", Some(true)),
    ("1.2.3alpha", "1.2.3-alpha", Some(true)),
    ("1.2.3-", "1.2.3", Some(false)),
    ("1.2.3--", "1.2.3--", Some(true)),
    ("1.2.34.5", "1.2.3-4.5", Some(true)),
    ("9007199254740991.0.0", "9007199254740991.0.0", Some(true)),
    ("9007199254740992.0.0", "9007199254740992.0.0", None),
    ("^9007199254740991", "9007199254740991.0.0", None),
    ("<=99999999999999999999999", "1.0.0", None),
    ("<=99999999999999999999999 1", "1.0.0", Some(true)),
    (">9007199254740992 || 1", "1.0.0", None),
    ("1.0.0-9007199254740993", "1.0.0-9007199254740992", Some(true)),
    (">1.0.0-2", "1.0.0-10", Some(true)),
    (">1.0.0-alpha", "1.0.0-9", Some(false)),
    (">1.0.0-alpha.1", "1.0.0-alpha", Some(false)),
    ("<1.0.0-beta", "1.0.0-Beta", Some(true)),
    ("1.2.3+build.5", "1.2.3", Some(true)),
    (">=1.2.3+build <2", "1.5.0", Some(true)),
    ("1.2.3+_", "1.2.3", None),
    ("*", "latest", Some(false)),
    ("*", "", Some(false)),
    ("1.2.3", "1.2", Some(false)),
    (">=1", "1.2.3.4", Some(false)),
];

#[test]
fn verdicts_are_npms() {
    let wrong: Vec<_> = TABLE.iter().filter(|(range, version, verdict)| satisfies_str(range, version) != *verdict).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (range, _, verdict) in TABLE {
        assert_eq!(is_range(range), verdict.is_some(), "{range:?}");
    }
}

#[test]
fn prereleases_count_where_they_are_let_in() {
    let table = [
        ("*", "1.0.0-beta", true),
        ("^1.2.3", "1.3.0-beta", true),
        ("^1.2.3", "2.0.0-0", false),
        ("^1.2", "1.2.0-rc.1", true),
        ("^1.2.0", "1.2.0-rc.1", false),
        (">1.2", "1.3.0-rc.1", true),
        ("<1.2.0", "1.2.0-rc.1", true),
        ("<1.2", "1.2.0-rc.1", false),
        ("1.2.3 - 2.3.4", "2.3.5-0", false),
        ("1.2.3 - 2.3.4", "1.2.3-0", true),
    ];
    for (range, version, verdict) in table {
        assert_eq!(satisfies(range, version, Prereleases::Included), Some(verdict), "{range} {version}");
    }
}

#[test]
fn only_whole_versions_are_exact() {
    let table = [
        ("1.2.3", Some("1.2.3")),
        (" =v01.2.3-rc.01+build ", Some("1.2.3-rc.1")),
        ("1.2.3beta", Some("1.2.3-beta")),
        ("1.2.34.5", Some("1.2.3-4.5")),
        ("1.2", None),
        ("=1.x", None),
        ("^1.2.3", None),
        ("", None),
        ("latest", None),
        ("1.2.9007199254740992", None),
    ];
    for (spec, version) in table {
        assert_eq!(exact(spec).as_deref(), version, "{spec}");
    }
    let long = format!("1.2.3-{}", "a".repeat(251));
    assert_eq!(exact(&long[..256]).as_deref(), Some(&long[..256]));
    assert_eq!(exact(&long), None);
}

#[test]
fn versions_are_ordered_as_published() {
    let ascending = [
        "0.9.9",
        "1.0.0-0",
        "1.0.0-2",
        "1.0.0-10",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0",
        "1.0.1",
        "2.0.0",
    ];
    for pair in ascending.windows(2) {
        assert_eq!(compare(pair[0], pair[1]), Some(Ordering::Less), "{pair:?}");
    }
    assert_eq!(compare("1.2.3+a", "v1.2.3+b"), Some(Ordering::Equal));
    assert_eq!(compare("1.2.3", "latest"), None);
}

#[test]
fn the_newest_within_a_range_is_found() {
    let versions = ["1.0.0", "nonsense", "1.10.0", "1.9.0", "2.0.0-rc.1", "2.0.0"];
    assert_eq!(highest_match("^1.0.0", versions), Some("1.10.0"));
    assert_eq!(highest_match("*", versions), Some("2.0.0"));
    assert_eq!(highest_match(">2", versions), None);
    assert_eq!(highest_match("latest", versions), None);
}

const TEXT: &str = "[0-3xX*^~<>=v|+. \\-ab\u{a0}\u{e9}]{0,24}";

proptest! {
    #[test]
    fn the_short_way_agrees_with_the_long_one(
        range in "(\\^|~|>=|)[0-2]{1,2}\\.[0-2]\\.[0-2]|\\*",
        version in "[0-2]{1,2}\\.[0-2]\\.[0-2]",
        all in any::<bool>(),
    ) {
        let prereleases = if all { Prereleases::Included } else { Prereleases::OnlyAskedFor };
        if let Some(verdict) = usual::satisfies(&range, &version) {
            prop_assert_eq!(range::judge(&range, Version::parse(&version), prereleases).ok().flatten(), Some(verdict));
        }
    }

    #[test]
    fn nothing_that_is_typed_breaks_it(range in TEXT, version in TEXT) {
        let verdict = satisfies_str(&range, &version);
        prop_assert_eq!(verdict.is_some(), is_range(&range));
        if exact(&range).is_some() {
            prop_assert_eq!(satisfies(&range, &range, Prereleases::OnlyAskedFor), Some(true));
        }
    }

    #[test]
    fn the_canonical_text_of_a_version_is_that_version(text in TEXT) {
        if let Some(version) = Version::parse(&text) {
            let canonical = version.to_string();
            prop_assert_eq!(Version::parse(&canonical), Some(version));
            prop_assert_eq!(exact(&canonical), Some(canonical));
        }
    }
}
