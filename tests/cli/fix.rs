//! Mending: exactly what is meant, in one step, and nothing else.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

use crate::support::Sandbox;
use crate::support::project::{Locked, lockfile};

/// A manifest in somebody's own hand, with Windows line ends, and its lockfile.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("package.json", MANIFEST);
    let locked = lockfile(&[Locked::new("left", "1.2.3"), Locked::new("right", "2.0.0")]);
    sandbox.write("package-lock.json", &locked.replace("\"left\": \"1.2.3\"", "\"left\": \"^1.0.0\""));
    sandbox
        .write(".npmrc", "# mine\nsave-exact=true\nignore-scripts=true\nengine-strict=true\naudit-level=high\nmin-release-age=3\n");
    sandbox
}

const MANIFEST: &str =
    "{\r\n   \"name\": \"é😀\", \"private\": true,\r\n   \"dependencies\" : {\"left\":\"^1.0.0\"  , \"right\": \"2.0.0\"}\r\n}";

#[test]
fn only_the_meant_bytes_change() {
    let sandbox = sandbox();
    let lock = sandbox.read("package-lock.json");
    let run = sandbox.provender(&["fix"]).expect(0);
    assert_eq!(sandbox.read("package.json"), MANIFEST.replace("^1.0.0", "1.2.3"), "{run:?}");
    assert_eq!(sandbox.read("package-lock.json"), lock);
    assert!(run.err.contains("mended package.json"), "{run:?}");
    assert!(run.err.contains("a lockfile lags behind now: run `npm install --package-lock-only`"), "{run:?}");
    // Then there is nothing left to do.
    let run = sandbox.provender(&["fix"]).expect(0);
    assert!(run.err.contains("nothing to mend") && !run.err.contains("lags behind"), "{run:?}");
}

#[test]
fn a_diff_writes_nothing_and_applies() {
    let sandbox = sandbox();
    sandbox.commit("base");
    let run = sandbox.provender(&["fix", "--diff"]).expect(0);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert!(run.out.contains("--- a/package.json") && run.out.contains("1.2.3"), "{run:?}");
    let mut apply = sandbox.command("git", &sandbox.repo);
    let applied = crate::support::finish_with_input(apply.args(["apply", "-"]), &run.out);
    assert_eq!(applied.code, 0, "{applied:?}");
    assert_eq!(sandbox.read("package.json"), MANIFEST.replace("^1.0.0", "1.2.3"));
}

#[test]
fn rules_and_files_can_be_chosen() {
    let sandbox = sandbox();
    sandbox.write(".npmrc", "# mine\n");
    let before = sandbox.read("package.json");
    let run = sandbox.provender(&["fix", "--rule", "no-such-rule"]).expect(2);
    assert!(run.err.contains("no-such-rule"), "{run:?}");
    sandbox.provender(&["fix", "--rule", "install-scripts-enabled"]).expect(0);
    assert_eq!(sandbox.read("package.json"), before);
    let settings = sandbox.read(".npmrc");
    assert!(
        settings.contains("ignore-scripts=true") && !settings.contains("save-exact") && settings.starts_with("# mine\n"),
        "{settings}"
    );
    sandbox.provender(&["fix", "package.json"]).expect(0);
    assert_eq!(sandbox.read(".npmrc"), settings);
    assert_ne!(sandbox.read("package.json"), before);
}

#[test]
fn what_may_change_the_meaning_waits_to_be_asked_for() {
    let sandbox = sandbox();
    let manifest = "{ \"private\": true, \"dependencies\": { \"x\": \"http://plain.test/x.tgz\" } }\n";
    sandbox.write("package.json", manifest);
    std::fs::remove_file(sandbox.repo.join("package-lock.json")).unwrap();
    sandbox.provender(&["fix", "--rule", "insecure-source"]).expect(0);
    assert_eq!(sandbox.read("package.json"), manifest);
    sandbox.provender(&["fix", "--unsafe", "--rule", "insecure-source"]).expect(0);
    assert_eq!(sandbox.read("package.json"), manifest.replace("http:", "https:"));
}

#[test]
fn evidence_is_never_repaired() {
    let sandbox = sandbox();
    sandbox.commit("base");
    let evil = [Locked::new("left", "1.2.3").tampered(), Locked::new("right", "2.0.0").with_resolved("https://evil.test/r.tgz")];
    sandbox.write("package-lock.json", &lockfile(&evil));
    let before = sandbox.read("package-lock.json");
    sandbox.provender(&["fix", "--unsafe"]).expect(0);
    assert_eq!(sandbox.read("package-lock.json"), before);
}

#[test]
fn mode_and_link_stay_and_the_file_is_replaced_whole() {
    let sandbox = sandbox();
    std::fs::create_dir(sandbox.repo.join("real")).unwrap();
    std::fs::rename(sandbox.repo.join("package.json"), sandbox.repo.join("real/manifest")).unwrap();
    symlink("real/manifest", sandbox.repo.join("package.json")).unwrap();
    let file = sandbox.repo.join("real/manifest");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let inode = std::fs::metadata(&file).unwrap().ino();
    let reader = std::fs::File::open(&file).unwrap();
    sandbox.provender(&["fix", "--rule", "unpinned-dependency"]).expect(0);
    assert!(std::fs::symlink_metadata(sandbox.repo.join("package.json")).unwrap().is_symlink());
    let metadata = std::fs::metadata(&file).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
    assert_ne!(metadata.ino(), inode, "another file took its place");
    let mut old = String::new();
    std::io::Read::read_to_string(&mut &reader, &mut old).unwrap();
    assert_eq!(old, MANIFEST, "who had it open sees the old one whole");
    assert_eq!(std::fs::read_dir(sandbox.repo.join("real")).unwrap().count(), 1, "nothing is left behind");
}

#[test]
fn a_text_that_is_not_utf_8_is_left_alone() {
    let sandbox = sandbox();
    let bytes = [MANIFEST.as_bytes(), b"\xff"].concat();
    std::fs::write(sandbox.repo.join("package.json"), &bytes).unwrap();
    sandbox.provender(&["fix", "--unsafe"]);
    assert_eq!(std::fs::read(sandbox.repo.join("package.json")).unwrap(), bytes);
}
