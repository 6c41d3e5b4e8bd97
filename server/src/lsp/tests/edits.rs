//! What is open in the editor, what is typed into it, and in which order it is judged.

use serde_json::json;

use super::super::capabilities::Client;
use super::super::session::Step;
use super::{Bench, SOUND, TODAY, WEAK, lockfile};

#[test]
fn every_file_of_the_folder_is_judged_and_open_ones_carry_their_version() {
    let text = lockfile(&[("a", "")]);
    let mut bench = Bench::open_folder(&[("package-lock.json", &text), ("sub/package-lock.json", &lockfile(&[("b", WEAK)]))]);
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
    assert_eq!(bench.count("sub/package-lock.json", "weak-integrity"), 1);
    assert_eq!(bench.shown["package-lock.json"].0, None);
    bench.open("package-lock.json", &text);
    assert!(bench.step());
    assert_eq!(bench.shown["package-lock.json"].0, Some(1));
    bench.change("package-lock.json", 2, &lockfile(&[("a", SOUND)]));
    assert!(bench.step());
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 0);
    assert_eq!(bench.shown["package-lock.json"].0, Some(2));
}

#[test]
fn an_open_file_is_judged_before_the_folder_is_read() {
    let mut bench = Bench::new(Client::default(), &[], &[""]);
    let id = *bench.session.roots.keys().next().unwrap();
    assert!(matches!(bench.session.next(id, TODAY, bench.now), Step::Load(..)), "the walk begins, and takes its time");
    bench.open("package-lock.json", &lockfile(&[("a", "")]));
    assert!(bench.step());
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
}

#[test]
fn of_many_edits_the_newest_is_judged_once() {
    let mut bench = Bench::open_folder(&[]);
    bench.open("package-lock.json", &lockfile(&[("a", "")]));
    for version in 2..200 {
        bench.change("package-lock.json", version, &lockfile(&[("a", WEAK)]));
    }
    let before = bench.published.len();
    assert!(bench.step());
    assert_eq!(bench.published[before..], [("package-lock.json".to_owned(), Some(199))]);
    assert_eq!(bench.count("package-lock.json", "weak-integrity"), 1);
}

#[test]
fn an_edit_during_an_analysis_is_judged_next_and_nothing_goes_backwards() {
    let mut bench = Bench::open_folder(&[]);
    bench.open("package-lock.json", &lockfile(&[("a", "")]));
    let id = *bench.session.roots.keys().next().unwrap();
    let Step::Analyze(job) = bench.session.next(id, TODAY, bench.now) else { panic!("there is something to judge") };
    bench.change("package-lock.json", 2, &lockfile(&[("a", SOUND)]));
    bench.session.commit(id, job.run());
    bench.settle();
    let versions: Vec<_> =
        bench.published.iter().filter(|(name, _)| name == "package-lock.json").map(|(_, version)| version.unwrap()).collect();
    assert!(versions.is_sorted(), "{versions:?}");
    assert_eq!(versions.last(), Some(&2));
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 0);
}

#[test]
fn closing_shows_the_disk_again() {
    let mut bench = Bench::open_folder(&[("package-lock.json", &lockfile(&[("a", "")]))]);
    bench.open("package-lock.json", &lockfile(&[("a", SOUND)]));
    bench.open("new/package-lock.json", &lockfile(&[("a", "")]));
    bench.settle();
    assert_eq!(
        (bench.count("package-lock.json", "missing-integrity"), bench.count("new/package-lock.json", "missing-integrity")),
        (0, 1)
    );
    for name in ["package-lock.json", "new/package-lock.json"] {
        let url = bench.url(name);
        bench.session.close(&url, bench.now);
    }
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
    assert_eq!(bench.shown["package-lock.json"].0, None);
    assert_eq!(bench.shown["new/package-lock.json"], (None, vec![]), "it was never saved");
}

#[test]
fn a_broken_text_keeps_its_other_findings() {
    let mut bench = Bench::open_folder(&[]);
    let text = lockfile(&[("a", ""), ("b", WEAK)]);
    bench.open("package-lock.json", &text);
    bench.settle();
    bench.change("package-lock.json", 2, text.trim_end().trim_end_matches('}'));
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "unreadable-file"), 1);
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
    assert_eq!(bench.count("package-lock.json", "weak-integrity"), 1);
}

#[test]
fn settings_choose_what_is_shown() {
    let mut bench = Bench::open_folder(&[("package-lock.json", &lockfile(&[("a", ""), ("b", WEAK)]))]);
    assert_eq!(bench.count("package-lock.json", "weak-integrity"), 1);
    bench.session.configure(&json!({"provender": {"severity": "error"}}), bench.now);
    bench.settle();
    assert_eq!((bench.count("package-lock.json", "weak-integrity"), bench.count("package-lock.json", "missing-integrity")), (0, 1));
}
