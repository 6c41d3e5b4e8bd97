//! Lists of requirements whose names do not tell that they are ones.

use lsp_types::FileChangeType;

use super::Bench;

const LISTS: &[(&str, &str)] =
    &[("requirements.txt", "-r deps/extra.txt\n"), ("deps/extra.txt", "requests>=2\n"), ("deps/other.txt", "flask>=3\n")];

/// `deps/extra.txt` has a name like any note's; that it is a list is said in `requirements.txt`.
#[test]
fn a_list_of_any_name_is_judged_as_the_editor_has_it() {
    let mut bench = Bench::open_folder(LISTS);
    assert_eq!(bench.count("deps/extra.txt", "unpinned-dependency"), 1);
    assert_eq!(bench.session.lists(), [bench.path("deps/extra.txt")].into());
    bench.open("deps/extra.txt", "requests>=2\n");
    bench.change("deps/extra.txt", 2, "requests>=2\nflask>=3\n");
    bench.settle();
    assert_eq!((bench.shown["deps/extra.txt"].0, bench.count("deps/extra.txt", "unpinned-dependency")), (Some(2), 2));
    let url = bench.url("deps/extra.txt");
    bench.session.close(&url, bench.now);
    bench.settle();
    assert_eq!((bench.shown["deps/extra.txt"].0, bench.count("deps/extra.txt", "unpinned-dependency")), (None, 1));
}

#[test]
fn a_list_comes_and_goes_with_the_line_that_takes_it_in() {
    let mut bench = Bench::open_folder(LISTS);
    bench.open("requirements.txt", LISTS[0].1);
    bench.open("deps/extra.txt", LISTS[1].1);
    bench.settle();
    bench.change("requirements.txt", 2, "-r deps/other.txt\n");
    bench.settle();
    assert_eq!(bench.session.lists(), [bench.path("deps/other.txt")].into());
    assert_eq!(bench.shown["deps/extra.txt"], (None, vec![]), "nothing takes it in any more");
    assert_eq!(bench.count("deps/other.txt", "unpinned-dependency"), 1);
    bench.change("requirements.txt", 3, LISTS[0].1);
    bench.settle();
    bench.open("deps/extra.txt", LISTS[1].1);
    bench.settle();
    assert_eq!((bench.shown["deps/extra.txt"].0, bench.count("deps/extra.txt", "unpinned-dependency")), (Some(1), 1));
    assert_eq!(bench.ids("deps/other.txt"), Vec::<&str>::new());
}

#[test]
fn two_notes_that_take_each_other_in_are_no_lists() {
    let mut bench = Bench::open_folder(&[
        ("requirements.txt", "-r a.txt\n"),
        ("a.txt", "-r b.txt\nflask>=3\n"),
        ("b.txt", "-r a.txt\nflask>=3\n"),
    ]);
    assert_eq!((bench.count("a.txt", "unpinned-dependency"), bench.count("b.txt", "unpinned-dependency")), (1, 1));
    bench.open("requirements.txt", "flask==3.0.0\n");
    bench.settle();
    assert_eq!((bench.ids("a.txt"), bench.ids("b.txt")), (vec![], vec![]));
}

#[test]
fn a_list_that_is_saved_or_deleted_unseen_is_seen_at_the_next_edit() {
    let mut bench = Bench::open_folder(LISTS);
    bench.open("requirements.txt", LISTS[0].1);
    bench.settle();
    bench.write("deps/extra.txt", "requests==2.32.3\n");
    bench.change("requirements.txt", 2, "-r deps/extra.txt\n\n");
    bench.settle();
    assert_eq!(bench.count("deps/extra.txt", "unpinned-dependency"), 0);
    std::fs::remove_file(bench.path("deps/extra.txt")).unwrap();
    let url = bench.url("deps/extra.txt");
    bench.session.files_changed([(url, FileChangeType::DELETED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.ids("deps/extra.txt"), Vec::<&str>::new());
    bench.write("deps/extra.txt", "requests>=2\n");
    let url = bench.url("deps/extra.txt");
    bench.session.files_changed([(url, FileChangeType::CREATED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.count("deps/extra.txt", "unpinned-dependency"), 1);
}
