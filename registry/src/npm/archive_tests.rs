//! Archives as packers write them, and as someone would write them who wants us to read another manifest than npm does.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{EntryType, Header};

use super::manifest;

fn part(path: &str, kind: EntryType, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_ustar();
    header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
    header.set_size(content.len() as u64);
    header.set_entry_type(kind);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend_from_slice(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn file(path: &str, content: &str) -> Vec<u8> {
    part(path, EntryType::Regular, content.as_bytes())
}

fn named(path: &str, name: &str) -> Vec<u8> {
    file(path, &format!("{{\"name\":\"{name}\",\"version\":\"1.0.0\"}}"))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The name in the manifest, `-` for none, `?` for an archive that cannot be read with certainty.
fn name(bytes: &[u8]) -> String {
    match manifest(&mut &bytes[..], 1 << 20, 4096) {
        Ok(Some(manifest)) => manifest.name.to_string(),
        Ok(None) => "-".to_owned(),
        Err(_) => "?".to_owned(),
    }
}

fn end() -> Vec<u8> {
    vec![0; 1024]
}

#[test]
fn the_manifest_is_the_one_that_npm_would_unpack() {
    let pax = |text: &str| part("PaxHeader/x", EntryType::XHeader, text.as_bytes());
    let cases: Vec<(&str, Vec<Vec<u8>>, &str)> = vec![
        ("plain", vec![named("package/package.json", "a"), end()], "a"),
        ("another first component", vec![named("node-v1/package.json", "a"), end()], "a"),
        ("not at the root", vec![named("package/lib/package.json", "b"), end()], "-"),
        ("no first component", vec![named("package.json", "b"), end()], "-"),
        ("the last one counts", vec![named("package/package.json", "a"), named("x/package.json", "b"), end()], "b"),
        ("spelt with dots", vec![named("package/package.json", "a"), named("package/.//package.json", "b"), end()], "b"),
        ("from the root", vec![named("package/package.json", "a"), named("/package.json", "b"), end()], "b"),
        ("upwards", vec![named("package/package.json", "a"), named("package/x/../package.json", "b"), end()], "a"),
        ("a link", vec![named("package/package.json", "a"), part("package/package.json", EntryType::Symlink, b""), end()], "a"),
        ("behind the end", vec![named("package/package.json", "a"), end(), named("package/package.json", "b"), end()], "b"),
        ("a long name", vec![part("l", EntryType::GNULongName, b"package/package.json\0"), named("x/short", "b"), end()], "b"),
        ("an extended path", vec![pax("29 path=package/package.json\n"), named("x/short", "b"), end()], "b"),
        ("an extended time", vec![pax("14 mtime=1.25\n"), named("package/package.json", "a"), end()], "a"),
        ("an extended size", vec![pax("10 size=1\n"), named("package/package.json", "a"), end()], "?"),
        (
            "a size that is right",
            vec![pax("11 size=28\n"), file("package/package.json", r#"{"name":"a","version":"1.0"}"#), end()],
            "a",
        ),
        (
            "an extension that reads in two ways",
            vec![pax("41 comment=\n29 path=package/package.json\n\n"), named("package/package.json", "a"), end()],
            "?",
        ),
        ("not a header", vec![named("package/package.json", "a"), vec![b'x'; 512], end()], "?"),
        ("cut off", vec![named("package/package.json", "a")[..600].to_vec()], "?"),
        ("too large", vec![file("package/package.json", &" ".repeat(5000)), end()], "?"),
        ("not JSON", vec![file("package/package.json", "{"), end()], "-"),
        ("empty", vec![], "-"),
    ];
    for (what, parts, expected) in cases {
        let bytes = parts.concat();
        assert_eq!(name(&bytes), expected, "{what}, plain");
        if !bytes.is_empty() {
            assert_eq!(name(&gzip(&bytes)), expected, "{what}, compressed");
        }
    }
}

#[test]
fn members_of_a_stream_are_read_one_after_the_other() {
    let (first, second) = (named("package/package.json", "a"), [named("package/package.json", "b"), end()].concat());
    assert_eq!(name(&[gzip(&first), gzip(&second)].concat()), "b");
    assert_eq!(name(&[gzip(&second), b"junk".to_vec()].concat()), "b");
    let whole = gzip(&second);
    assert_eq!(name(&whole[..whole.len() - 12]), "?", "a stream that breaks off vouches for nothing");
}

#[test]
fn a_bomb_is_given_up() {
    let bomb =
        gzip(&[named("package/package.json", "a"), part("package/zeros", EntryType::Regular, &vec![0; 2 << 20]), end()].concat());
    assert!(bomb.len() < 20_000);
    assert_eq!(name(&bomb), "?");
}

#[test]
fn a_binding_file_at_the_root_makes_npm_build() {
    let scripts = |files: &[Vec<u8>]| {
        let bytes = [files.concat(), end()].concat();
        manifest(&mut &bytes[..], 1 << 20, 4096).unwrap().unwrap().install_scripts
    };
    let plain = named("package/package.json", "a");
    let off = file("package/package.json", r#"{"name":"a","version":"1.0.0","gypfile":false}"#);
    let own = file("package/package.json", r#"{"name":"a","version":"1.0.0","scripts":{"preinstall":"true"}}"#);
    let gyp = file("package/binding.gyp", "{}");
    let command = |found: std::collections::BTreeMap<_, smol_str::SmolStr>| found.get("install").map(ToString::to_string);
    assert_eq!(command(scripts(&[plain.clone(), gyp.clone()])).as_deref(), Some("node-gyp rebuild"));
    assert_eq!(command(scripts(&[plain.clone(), file("package/deps/binding.gyp", "{}")])), None);
    assert_eq!(command(scripts(&[off, gyp.clone()])), None);
    assert_eq!(command(scripts(&[gyp, own])), None);
}
