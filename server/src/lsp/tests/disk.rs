//! What happens on disk beside the editor, told or not.

use lsp_types::FileChangeType;

use super::{Bench, SOUND, WEAK, lockfile};

#[test]
fn disk_never_replaces_what_is_open() {
    let mut bench = Bench::open_folder(&[("package-lock.json", &lockfile(&[("a", SOUND)]))]);
    bench.open("package-lock.json", &lockfile(&[("a", "")]));
    bench.settle();
    bench.write("package-lock.json", &lockfile(&[("a", WEAK)]));
    let url = bench.url("package-lock.json");
    bench.session.files_changed([(url, FileChangeType::CHANGED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!((bench.count("package-lock.json", "missing-integrity"), bench.count("package-lock.json", "weak-integrity")), (1, 0));
}

/// An editor that does not watch files: the sibling is looked at when something is edited.
#[test]
fn a_sibling_that_changes_is_seen_without_being_told() {
    let manifest = "{\n  \"name\": \"demo\",\n  \"version\": \"1.0.0\",\n  \"dependencies\": { \"a\": \"^1.0.0\" }\n}\n";
    let mut bench = Bench::open_folder(&[("package.json", manifest), ("package-lock.json", &lockfile(&[("a", SOUND)]))]);
    bench.open("package.json", manifest);
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 0);
    bench.write("package-lock.json", &lockfile(&[("a", ""), ("bb", "")]));
    bench.change("package.json", 2, &format!("{manifest}\n"));
    bench.step();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 2);
    std::fs::remove_file(bench.path("package-lock.json")).unwrap();
    bench.change("package.json", 3, manifest);
    bench.settle();
    assert_eq!(bench.ids("package-lock.json"), Vec::<&str>::new(), "a file that is gone shows nothing");
}

#[test]
fn a_file_that_appears_is_found_by_a_walk_that_knows_what_is_ignored() {
    let mut bench = Bench::open_folder(&[(".gitignore", "ignored\n"), ("package.json", "{}")]);
    for name in ["sub/package-lock.json", "ignored/package-lock.json"] {
        bench.write(name, &lockfile(&[("a", "")]));
        let url = bench.url(name);
        bench.session.files_changed([(url, FileChangeType::CREATED)].into_iter(), bench.now);
    }
    bench.settle();
    assert_eq!(bench.count("sub/package-lock.json", "missing-integrity"), 1);
    assert!(!bench.shown.contains_key("ignored/package-lock.json"));
}

/// What an editor tells when a folder is deleted or gets another name: that the folder is gone.
#[test]
fn a_folder_that_is_deleted_takes_its_findings_with_it() {
    let text = lockfile(&[("a", "")]);
    let mut bench = Bench::open_folder(&[
        ("sub/deep/package-lock.json", &text),
        ("subway/package-lock.json", &text),
        ("sub/package-lock.json", &text),
    ]);
    assert_eq!(bench.count("sub/deep/package-lock.json", "missing-integrity"), 1);
    std::fs::remove_dir_all(bench.path("sub")).unwrap();
    let url = bench.url("sub");
    bench.session.files_changed([(url, FileChangeType::DELETED)].into_iter(), bench.now);
    bench.settle();
    for name in ["sub/deep/package-lock.json", "sub/package-lock.json"] {
        assert_eq!(bench.ids(name), Vec::<&str>::new(), "{name}");
    }
    assert_eq!(bench.count("subway/package-lock.json", "missing-integrity"), 1);
}

#[test]
fn what_is_ignored_is_asked_anew_when_that_changes() {
    let manifest = "{\n  \"name\": \"demo\",\n  \"version\": \"1.0.0\",\n  \"dependencies\": { \"a\": \"1.0.0\" }\n}\n";
    let mut bench = Bench::open_folder(&[
        (".gitignore", "package-lock.json\n"),
        ("package.json", manifest),
        ("package-lock.json", &lockfile(&[("a", "")])),
    ]);
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 0);
    bench.write(".gitignore", "# nothing\n");
    let url = bench.url(".gitignore");
    bench.session.files_changed([(url, FileChangeType::CHANGED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.count("package-lock.json", "missing-integrity"), 1);
}

/// A stranger's repository must not have this machine's other files shown, at no time.
#[cfg(unix)]
#[test]
fn a_link_that_leads_out_is_not_followed_when_it_changes() {
    let elsewhere = tempfile::tempdir().unwrap();
    let secret = elsewhere.path().join("secret");
    std::fs::write(&secret, lockfile(&[("a", "")])).unwrap();
    let mut bench = Bench::open_folder(&[("package.json", "{}"), ("package-lock.json", &lockfile(&[("a", SOUND)]))]);
    let link = bench.path("package-lock.json");
    std::fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink(&secret, &link).unwrap();
    let url = bench.url("package-lock.json");
    bench.session.files_changed([(url, FileChangeType::CHANGED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.ids("package-lock.json"), ["unreadable-file"]);
}

/// What an editor tells when a folder is moved to a place or within one: that the folder came.
#[test]
fn a_folder_that_comes_brings_its_findings() {
    let mut bench = Bench::open_folder(&[("package.json", "{}")]);
    for name in ["sub/deep/package-lock.json", "node_modules/a/package-lock.json"] {
        bench.write(name, &lockfile(&[("a", "")]));
    }
    std::fs::create_dir(bench.path("empty")).unwrap();
    let came = ["sub", "node_modules", "empty"].map(|name| (bench.url(name), FileChangeType::CREATED));
    bench.session.files_changed(came.into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.count("sub/deep/package-lock.json", "missing-integrity"), 1);
    assert!(!bench.shown.contains_key("node_modules/a/package-lock.json"));
}

/// A build that writes thousands of files into a folder that is ignored is nobody's business.
#[test]
fn where_all_is_ignored_or_installed_nothing_is_walked_for_what_comes() {
    let mut bench = Bench::open_folder(&[(".gitignore", "out\n"), ("package.json", "{}")]);
    for name in ["out/a/package-lock.json", "out/a/note.txt", "node_modules/a/.gitignore"] {
        bench.write(name, "{}");
    }
    let names = ["out", "out/a", "out/a/package-lock.json", "out/a/note.txt", "node_modules/a", "node_modules/a/.gitignore"];
    let came = names.map(|name| (bench.url(name), FileChangeType::CREATED));
    bench.session.files_changed(came.into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.walks, 1, "that of the beginning");
    // Beside a manifest even an ignored lockfile matters.
    bench.write(".gitignore", "out\npackage-lock.json\n");
    bench.write("package-lock.json", &lockfile(&[("a", "")]));
    let url = bench.url("package-lock.json");
    bench.session.files_changed([(url, FileChangeType::CREATED)].into_iter(), bench.now);
    bench.settle();
    assert_eq!(bench.walks, 2);
}
