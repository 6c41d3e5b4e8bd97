//! What is remembered, and above all what is not believed.

use provender_core::facts::{ArtifactManifest, BytesFrom, Mismatch, Reason};
use provender_core::model::Ecosystem;

use super::*;

const FIVE: &str = "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==";

fn artifact(name: &str) -> Artifact {
    Artifact {
        ecosystem: Ecosystem::Npm,
        name: name.into(),
        version: "1.0.0".into(),
        integrity: vec![FIVE.into()],
        resolved: None,
        registry: "https://npm.corp.test/".into(),
        files: Vec::new(),
    }
}

fn verified(name: &str) -> Verdict {
    let manifest = Arc::new(ArtifactManifest { name: name.into(), version: "1.0.0".into(), ..ArtifactManifest::default() });
    Verdict {
        outcome: Outcome::Verified,
        published: vec![FIVE.into()],
        computed: vec![FIVE.into()],
        tarball: Some("https://npm.corp.test/a/-/a-1.0.0.tgz".into()),
        bytes: Some(BytesFrom::Registry),
        published_manifest: Some(Arc::clone(&manifest)),
        packed_manifest: Some(manifest),
        files: Vec::new(),
        withdrawn: None,
    }
}

fn open(folder: &Path) -> Remembered {
    Remembered::open(folder, &Options::default()).unwrap()
}

fn remember(memory: &Remembered, name: &str, verdict: Verdict) {
    memory.remember(&[(artifact(name), Arc::new(verdict))], Depth::Verified).unwrap();
}

fn recall(memory: &Remembered, artifact: Artifact) -> Option<Verdict> {
    memory.recall(&[artifact], Depth::Verified).remove(0)
}

#[test]
fn a_good_verdict_comes_back_whole_and_only_for_its_own_artifact() {
    let folder = tempfile::tempdir().unwrap();
    remember(&open(folder.path()), "a", verified("a"));
    let memory = open(folder.path());
    assert_eq!(recall(&memory, artifact("a")), Some(verified("a")));
    assert_eq!(memory.recall(&[artifact("a")], Depth::Recorded), [None]);
    let others = [
        artifact("b"),
        Artifact { version: "1.0.1".into(), ..artifact("a") },
        Artifact { integrity: vec![FIVE.into(), FIVE.into()], ..artifact("a") },
        Artifact { resolved: Some("".into()), ..artifact("a") },
        Artifact { resolved: Some("https://npm.corp.test/a/-/a-1.0.0.tgz".into()), ..artifact("a") },
        Artifact { registry: "https://npm.corp.test/team/".into(), ..artifact("a") },
    ];
    for other in others {
        assert_eq!(recall(&memory, other.clone()), None, "{other:?}");
    }
    let lax = Options { strict_tls: false, ..Options::default() };
    assert_eq!(recall(&Remembered::open(folder.path(), &lax).unwrap(), artifact("a")), None);
}

#[test]
fn only_good_verdicts_are_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path());
    let other = Some(Arc::new(ArtifactManifest { name: "b".into(), ..ArtifactManifest::default() }));
    let bad = [
        Verdict { outcome: Outcome::Mismatched(Mismatch::default()), ..verified("a") },
        Verdict { outcome: Outcome::Unverifiable(Reason::Offline(String::new())), ..verified("a") },
        Verdict { outcome: Outcome::Recorded, ..verified("a") },
        Verdict { packed_manifest: None, ..verified("a") },
        Verdict { packed_manifest: other, ..verified("a") },
        Verdict { computed: Vec::new(), ..verified("a") },
        Verdict { published: Vec::new(), ..verified("a") },
    ];
    for verdict in bad {
        remember(&memory, "a", verdict);
    }
    assert!(!folder.path().join(FILE).exists());
}

#[test]
fn damaged_and_foreign_lines_are_ignored_and_the_rest_still_counts() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path());
    remember(&memory, "a", verified("a"));
    remember(&memory, "b", verified("b"));
    let path = folder.path().join(FILE);
    let good = fs::read_to_string(&path).unwrap();
    let line = |name: &str| {
        let key = memory.key(&artifact(name), Depth::Verified);
        good.lines().find(|line| line.starts_with(&key)).unwrap().to_owned()
    };
    let (a, b) = (line("a"), line("b"));
    let body = |line: &str| line[2 * (WORD + 1)..].to_owned();
    let tampered = [
        ("a byte changed", a.replace("\"tarball\":\"https", "\"tarball\":\"httpz")),
        ("cut off", a[..a.len() - 10].to_owned()),
        ("moved to another artifact", format!("{}{}", &a[..WORD], &b[WORD..])),
        ("another digest", format!("{} {} {}", &a[..WORD], "A".repeat(WORD), body(&a))),
        ("nothing", String::new()),
        ("garbage", "x".repeat(500)),
    ];
    for (what, line) in tampered {
        assert_ne!(line, a, "{what}");
        fs::write(&path, format!("{line}\n{b}\n")).unwrap();
        assert_eq!(recall(&memory, artifact("a")), None, "{what}");
        assert_eq!(recall(&memory, artifact("b")), Some(verified("b")), "{what}");
    }
    // A run that was killed in the middle of a line does not take the next one with it.
    fs::write(&path, &a[..100]).unwrap();
    remember(&memory, "b", verified("b"));
    assert_eq!(recall(&memory, artifact("b")), Some(verified("b")));
    // What another user vouches for.
    let elsewhere = tempfile::tempdir().unwrap();
    remember(&open(elsewhere.path()), "a", verified("a"));
    fs::copy(elsewhere.path().join(FILE), &path).unwrap();
    assert_eq!(recall(&memory, artifact("a")), None);
}

#[cfg(unix)]
#[test]
fn a_secret_that_others_can_read_is_replaced() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    remember(&open(folder.path()), "a", verified("a"));
    let path = folder.path().join(SECRET);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(folder.path().join(FILE).metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::read(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(recall(&open(folder.path()), artifact("a")), None);
    assert_ne!(fs::read(&path).unwrap(), before);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_keyed_digest_is_the_standard_one() {
    // RFC 4231, test case 2, whose key "Jefe" is padded with zeros as the standard does.
    let mut secret = [0; 32];
    secret[..4].copy_from_slice(b"Jefe");
    let digest: String = keyed(&secret, &[b"what do ya want ", b"for nothing?"]).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

#[test]
fn the_file_does_not_grow_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let memory = open(folder.path());
    remember(&memory, "old", verified("old"));
    let path = folder.path().join(FILE);
    let file = OpenOptions::new().append(true).open(&path).unwrap();
    file.set_len(LARGEST).unwrap();
    remember(&memory, "new", verified("new"));
    assert!(path.metadata().unwrap().len() < LARGEST / 2 + 4096);
    assert_eq!(recall(&memory, artifact("new")), Some(verified("new")));
    assert_eq!(recall(&memory, artifact("old")), None);
}
