//! Which workspace a file belongs to, and what becomes of it when folders come and go.

use super::super::capabilities::Client;
use super::{Bench, lockfile};

#[test]
fn files_of_no_folder_have_their_own_and_go_with_it() {
    let text = lockfile(&[("a", "")]);
    let mut bench =
        Bench::new(Client::default(), &[("alone/package-lock.json", &text), ("alone/deep/package-lock.json", &text)], &[]);
    bench.open("alone/package-lock.json", &text);
    bench.settle();
    assert_eq!(bench.count("alone/package-lock.json", "missing-integrity"), 1);
    assert!(!bench.shown.contains_key("alone/deep/package-lock.json"), "the folder may be anything: it is not walked");
    let url = bench.url("alone/package-lock.json");
    bench.session.close(&url, bench.now);
    bench.hear();
    assert_eq!(bench.shown["alone/package-lock.json"], (None, vec![]));
    assert!(bench.session.roots.is_empty());
}

#[test]
fn files_of_a_repository_without_folders_belong_to_the_repository() {
    let text = lockfile(&[("a", "")]);
    let mut bench =
        Bench::new(Client::default(), &[(".git/HEAD", ""), ("package-lock.json", &text), ("deep/package-lock.json", &text)], &[]);
    bench.open("deep/package-lock.json", &text);
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
}

#[test]
fn nothing_of_other_peoples_packages_is_judged() {
    let mut bench = Bench::open_folder(&[("node_modules/a/package-lock.json", &lockfile(&[("a", "")]))]);
    bench.open("node_modules/a/package-lock.json", &lockfile(&[("a", "")]));
    bench.open("notes.txt", "x");
    bench.settle();
    assert!(bench.shown.is_empty());
    assert_eq!(bench.session.roots.len(), 1);
}

#[test]
fn nested_folders_show_a_finding_once() {
    let text = lockfile(&[("a", "")]);
    let files = [
        ("package-lock.json", text.as_str()),
        ("in/package-lock.json", &text),
        ("own/.git/HEAD", ""),
        ("own/package-lock.json", &text),
    ];
    let mut bench = Bench::new(Client::default(), &files, &["", "in", "own"]);
    bench.settle();
    let folders: Vec<_> = bench.session.roots.values().map(|root| root.path.clone()).collect();
    assert_eq!(folders, [bench.path(""), bench.path("own")]);
    for name in ["package-lock.json", "in/package-lock.json", "own/package-lock.json"] {
        assert_eq!(bench.count(name, "missing-integrity"), 1, "{name}");
        let holders = bench
            .session
            .roots
            .values()
            .filter(|root| root.shown.keys().any(|path| root.path.join(path.as_str()) == bench.path(name)));
        assert_eq!(holders.count(), 1, "{name}");
    }
}

#[test]
fn a_folder_that_goes_takes_its_findings_with_it() {
    let text = lockfile(&[("a", "")]);
    let mut bench =
        Bench::new(Client::default(), &[("one/package-lock.json", &text), ("two/package-lock.json", &text)], &["one", "two"]);
    bench.open("two/package-lock.json", &text);
    bench.settle();
    let (one, two) = (bench.path("one"), bench.path("two"));
    bench.session.change_folders(vec![], &[one, two], bench.now);
    bench.settle();
    assert_eq!(bench.shown["one/package-lock.json"], (None, vec![]));
    assert_eq!(bench.count("two/package-lock.json", "missing-integrity"), 1, "it is still open");
    let one = bench.path("one");
    bench.session.change_folders(vec![one], &[], bench.now);
    bench.settle();
    assert_eq!(bench.count("one/package-lock.json", "missing-integrity"), 1);
}

#[test]
fn a_folder_within_another_stays_when_that_one_goes() {
    let text = lockfile(&[("a", "")]);
    let mut bench = Bench::new(Client::default(), &[("package-lock.json", &text), ("in/package-lock.json", &text)], &["", "in"]);
    bench.settle();
    let outer = bench.path("");
    bench.session.change_folders(vec![], &[outer], bench.now);
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 0);
    assert_eq!(bench.count("in/package-lock.json", "missing-integrity"), 1);
}

/// Installed packages are nobody's business, unless a person opens one of them as a folder.
#[test]
fn a_file_that_is_open_and_no_longer_ours_shows_nothing() {
    let text = lockfile(&[("a", "")]);
    let name = "node_modules/x/package-lock.json";
    let mut bench = Bench::new(Client::default(), &[(name, &text)], &["node_modules/x"]);
    bench.open(name, &text);
    bench.settle();
    assert_eq!(bench.count(name, "missing-integrity"), 1);
    let folder = bench.path("node_modules/x");
    bench.session.change_folders(vec![], &[folder], bench.now);
    bench.settle();
    assert_eq!(bench.ids(name), Vec::<&str>::new());
}
