//! A package with everything that matters to the archive, and the digests that Yarn 2.4.2, 3.8.7, 4.0.0-rc.42 and 4.18.1 themselves lock for it.

use std::fs;

use tar::{EntryType, Header};

use super::*;

const STORED: &str = "35cbd0653e02ff9e8667cef4910d10001ec0f38c270127012c0c2a95ba427a2f17d22f5e2ee6c4f4e4787a51971b71f7c22059a7c666b39ac555f1a812c968f2";
const BEST: &str = "3c7d175dd08cdd84840959f92d5556f0c1585d3b9b304e28b0ac92caf920e497e6607b7f56ff666ca7ed999229d84211b799ab8630a14584e8a26366ea640099";
const MIXED: &str = "8eca04ce1da2542fcebb42a96a3f27003eba01b45af0bde63ff846695ef50ccf6f2453fd7c97768bf3a4d225050aa9c8229c3062bf0141d56817ff47846e404e";
/// Yarn 3's own choice, by another compressor than Yarn 4's.
const THREE: &str = "0f1b27a54f48f51446796b0da086f1ce6945d2550e1ef1be02ca568a51b70fcfd350ceb7e1941d2a283c67b2c5dc12bfffe535ce884d961073bd192830a8691f";

/// Yarn 2's, which say another time of their files: nothing compressed, its own choice, and all compressed.
const TWO: [&str; 3] = [
    "7c0/e333502e7d913fe43a2befcf25c742b7d7daa5803d4621971abca2c39474d4216d77f79c7a57122f7a5cde124f51a835f9fb1e207487cfbada1254a13a6dce43",
    "7/2364055ee6b539a2692b669957f9acd3277605de4c56d43c17d26b8e5a9e6892f995f97a083309a50b130bd7493aeafad49f7beb2112e49f0053a651547902eb",
    "7c9/c4c6541b4ee6a6e990c95321b29ffcbd863e6bde92a494014f545bdac626dc43f283639452d2ade5f8f7a6ffde2f62e5bf768962ebbcc188c12b829090ea5261",
];

/// Bytes that look like nothing and are the same each time.
fn noise(count: usize, alphabet: &[u8]) -> Vec<u8> {
    let mut state = 12345_u32;
    let next = |_| {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12345) & 0x7fff_ffff;
        alphabet[(state >> 16) as usize % alphabet.len()]
    };
    (0..count).map(next).collect()
}

fn part(path: &str, mode: u32, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_ustar();
    header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
    header.set_size(content.len() as u64);
    header.set_mode(mode);
    header.set_entry_type(if path.ends_with('/') { EntryType::Directory } else { EntryType::Regular });
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn package(readme: &str) -> Vec<u8> {
    let all: Vec<u8> = (0..=255).collect();
    let parts = [
        part("package/package.json", 0o644, br#"{"name":"left","version":"1.0.0"}"#),
        part("package/lib/deep/words.txt", 0o644, &noise(300_000, b"the quick brown fox \n")),
        part("package/bin/run.sh", 0o755, b"#!/bin/sh\necho left\n"),
        part("package/lib/empty", 0o644, b""),
        part("package/lib/noise.bin", 0o644, &noise(70_000, &all)),
        part("package/lib/repeat.txt", 0o644, &b"left ".repeat(50_000)),
        part("package/lib/folder/", 0o755, b""),
        part("package/../evil", 0o644, b"x"),
        part("package/README.md", 0o644, readme.as_bytes()),
        part("package/bin/run.sh", 0o700, b"#!/bin/sh\necho right\n"),
    ];
    let mut bytes = parts.concat();
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

fn seen(tarball: &[u8], locked: &str, caches: &[PathBuf]) -> Inside {
    look(&mut &tarball[..], Limits::default(), "left", "1.0.0", &Known::of(locked).unwrap(), caches)
}

fn holds(inside: &Inside, locked: &str) -> bool {
    inside.fault.is_none() && inside.digests == [Known::of(locked).unwrap()]
}

#[test]
fn the_archive_comes_out_as_yarn_s_own() {
    let tarball = package("# left\n");
    let stored = ["8c0", "9c0", "10c0"].map(|key| format!("{key}/{STORED}"));
    let others = [format!("10c9/{BEST}"), format!("10/{MIXED}"), format!("8/{THREE}")];
    for locked in stored.into_iter().chain(others).chain(TWO.map(str::to_owned)) {
        let inside = seen(&tarball, &locked, &[]);
        assert!(holds(&inside, &locked), "{locked} {:?} {:?}", inside.digests, inside.fault);
        assert_eq!(inside.manifest.unwrap().name, "left");
    }
}

#[test]
fn what_differs_says_something_only_where_nothing_was_compressed() {
    let tarball = package("# right\n");
    let stored = seen(&tarball, &format!("10c0/{STORED}"), &[]);
    assert!(stored.fault.is_none() && stored.digests.len() == 1 && !holds(&stored, &format!("10c0/{STORED}")));
    for locked in [
        format!("10c9/{BEST}"),
        format!("10/{MIXED}"),
        format!("8/{THREE}"),
        format!("10c6/{BEST}"),
        format!("8c6/{BEST}"),
        format!("11c0/{STORED}"),
    ] {
        let inside = seen(&tarball, &locked, &[]);
        assert!(matches!(inside.fault, Some(Reason::Unreproducible(_))) && inside.digests.is_empty(), "{locked}");
        assert!(inside.manifest.is_some());
    }
    let link = {
        let mut bytes = part("package/link", 0o777, b"");
        bytes[156] = b'2';
        let mut header = Header::from_byte_slice(&bytes[..512]).clone();
        header.set_cksum();
        [header.as_bytes().as_slice(), &[0; 1024]].concat()
    };
    assert!(seen(&link, &format!("10c0/{STORED}"), &[]).fault.is_some());
}

#[test]
fn an_archive_in_a_cache_is_compared_by_content() {
    let tarball = package("# left\n");
    let folder = tempfile::tempdir().unwrap();
    let zip = archive(&tarball);
    let locked = format!("8/{}", hex(&Sha512::digest(&zip)));
    fs::write(folder.path().join("left-npm-1.0.0-0123456789-0123456789.zip"), &zip).unwrap();
    let caches = [folder.path().to_owned()];
    assert!(holds(&seen(&tarball, &locked, &caches), &locked));
    // Its digest is the locked one, and it holds something else than the registry serves.
    let inside = seen(&package("# right\n"), &locked, &caches);
    assert!(inside.fault.is_none() && inside.digests.len() == 1 && !holds(&inside, &locked));
    // Another version's, a damaged one, none.
    fs::write(folder.path().join("left-npm-1.0.0-0123456789-0123456789.zip"), &zip[1..]).unwrap();
    fs::write(folder.path().join("left-npm-1.0.1-0123456789-0123456789.zip"), &zip).unwrap();
    assert!(seen(&tarball, &locked, &caches).fault.is_some());
}

/// The stored archive itself, whose digest the other tests hold against Yarn's.
fn archive(tarball: &[u8]) -> Vec<u8> {
    let mut spool = Spool::read(&mut &tarball[..], Limits::default(), "left").unwrap();
    let mut bytes = Vec::new();
    spool.write(super::STORED, &mut |piece: &[u8]| bytes.extend_from_slice(piece)).unwrap();
    assert_eq!(hex(&Sha512::digest(&bytes)), STORED);
    bytes
}
