use proptest::prelude::*;

use crate::document::Document;
use crate::facts::ArtifactFile;
use crate::formats::{Format, Proven};
use crate::path::RelPath;
use crate::text::apply;

const UV: &str = r#"version = 1

[[package]]
name = "a"
version = "1.0"
source = { registry = "https://index.test/simple" }
sdist = { url = "https://files.test/a-1.0.tar.gz", hash = "sha256:0000", size = 1, upload-time = "2024-01-01T00:00:00Z" }
wheels = [
    { url = "https://files.test/a-1.0-cp311-linux.whl", hash = "sha256:1111", size = 2 },
    { url = "https://files.test/a-1.0-cp312-linux.whl", hash = "sha256:2222" }, # kept
]

[[package]]
name = "b"
version = "2.0"
source = { registry = "wheels" }
wheels = [
    { path = "b-2.0-py3-none-any.whl", hash = "sha256:3333" },
]
"#;

const PDM: &str = r#"[metadata]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"

[[package]]
name = "a"
version = "1.0"
files = [
    {file = "a-1.0-cp311-linux.whl", hash = "sha256:1111"},
    {file = "a-1.0-cp312-linux.whl", hash = "sha256:2222"},
    {file = "a-1.0.tar.gz", hash = "sha256:0000"},
]

[[package]]
name = "b"
version = "2.0"
files = [
    {url = "https://files.test/b-2.0-py3-none-any.whl", hash = "sha256:3333"},
]
"#;

const POETRY: &str = r#"[[package]]
name = "a"
version = "1.0"
optional = false
python-versions = ">=3.9"
groups = ["main"]
files = [
    {file = "a-1.0-cp311-linux.whl", hash = "sha256:1111"},
    {file = "a-1.0-cp312-linux.whl", hash = "sha256:2222"},
    {file = "a-1.0.tar.gz", hash = "sha256:0000"},
]

[package.dependencies]
b = "*"

[[package]]
name = "b"
version = "2.0"
groups = ["main"]
files = [
    {file = "b-2.0-py3-none-any.whl", hash = "sha256:3333"},
]

[metadata]
lock-version = "2.1"
"#;

const POETRY_OLD: &str = r#"[[package]]
name = "a"
version = "1.0"

[[package]]
name = "b"
version = "2.0"

[metadata]
lock-version = "1.1"

[metadata.files]
a = [
    {file = "a-1.0-cp311-linux.whl", hash = "sha256:1111"},
    {file = "a-1.0-cp312-linux.whl", hash = "sha256:2222"},
    {file = "a-1.0.tar.gz", hash = "sha256:0000"},
]
b = [
    {file = "b-2.0-py3-none-any.whl", hash = "sha256:3333"},
]
"#;

const PYLOCK: &str = r#"lock-version = "1.0"
created-by = "test"

[[packages]]
name = "a"
version = "1.0"
sdist = {name = "a-1.0.tar.gz", url = "https://files.test/a-1.0.tar.gz", size = 3, hashes = {sha256 = "0000"}}

[[packages.wheels]]
name = "a-1.0-cp311-linux.whl"
url = "https://files.test/a-1.0-cp311-linux.whl"
hashes = {sha256 = "1111"}

[[packages.wheels]]
url = "https://files.test/a-1.0-cp312-linux.whl"
hashes = {sha256 = "2222"}

[[packages]]
name = "b"
version = "2.0"
wheels = [{path = "b-2.0-py3-none-any.whl", hashes = {sha256 = "3333"}}]
"#;

/// As uv exports it.
const PYLOCK_OF_UV: &str = r#"lock-version = "1.0"
created-by = "uv"

[[packages]]
name = "a"
version = "1.0"
sdist = { url = "https://files.test/a-1.0.tar.gz", upload-time = 2024-01-01T00:00:00Z, size = 3, hashes = { sha256 = "0000" } }
wheels = [
    { url = "https://files.test/a-1.0-cp311-linux.whl", size = 1, hashes = { sha256 = "1111" } },
    { url = "https://files.test/a-1.0-cp312-linux.whl", size = 2, hashes = { sha256 = "2222" } },
]

[[packages]]
name = "b"
version = "2.0"
wheels = [{ url = "https://files.test/b-2.0-py3-none-any.whl", hashes = { sha256 = "3333" } }]
"#;

/// Each digest of the texts with how it stands there, spelled out so far as its format's own edit writes it.
const PROVEN: [(&str, &str); 4] = [
    ("a-1.0.tar.gz", "0000"),
    ("a-1.0-cp311-linux.whl", "1111"),
    ("a-1.0-cp312-linux.whl", "2222"),
    ("b-2.0-py3-none-any.whl", "3333"),
];

fn long(digit: &str) -> String {
    digit.repeat(16)
}

/// The text with digests of full length.
fn full(text: &str) -> String {
    PROVEN.iter().fold(text.to_owned(), |text, (_, digit)| text.replace(&format!("{digit}\""), &format!("{}\"", long(digit))))
}

fn published(letter: char) -> Vec<ArtifactFile> {
    let files = PROVEN.iter().filter(|(name, _)| name.starts_with(letter));
    let file = |(name, digit): &(&str, &str)| ArtifactFile {
        name: Some((*name).into()),
        url: None,
        integrity: vec![format!("md5:{digit}").into(), format!("sha256:{}", long(digit)).into()],
    };
    files.map(file).collect()
}

/// The text without the digest of one file.
fn without(text: &str, digit: &str) -> String {
    let hex = long(digit);
    let spellings = [
        format!(", hash = \"sha256:{hex}\""),
        format!(", hashes = {{sha256 = \"{hex}\"}}"),
        format!("hashes = {{sha256 = \"{hex}\"}}\n"),
        format!(", hashes = {{ sha256 = \"{hex}\" }}"),
    ];
    spellings.iter().fold(text.to_owned(), |text, spelling| text.replacen(spelling, "", 1))
}

/// Fills in what is missing in every entry.
fn held(format: &'static Format, text: &str) -> String {
    let mut text = text.to_owned();
    for at in 0..2 {
        let document = Document::parse(RelPath::new(format.names[0]), format, text.clone().into_bytes());
        let package = &document.lockfile().unwrap().packages[at];
        let files = published(package.name.chars().next().unwrap());
        if let Some(edits) = (format.hold)(&document, package, Proven { digests: &[], files: &files }) {
            text = apply(&document.text, &edits).unwrap();
        }
    }
    text
}

const CASES: [(&str, &str); 6] = [
    ("uv.lock", UV),
    ("pdm.lock", PDM),
    ("poetry.lock", POETRY),
    ("poetry.lock", POETRY_OLD),
    ("pylock.toml", PYLOCK),
    ("pylock.toml", PYLOCK_OF_UV),
];

proptest! {
    /// Taking digests away and filling them in comes to the very bytes that were there, whatever the line endings.
    #[test]
    fn what_was_taken_away_is_filled_in(case in 0..CASES.len(), gone in prop::collection::vec(any::<bool>(), 4), windows: bool) {
        let (name, text) = CASES[case];
        let format = Format::of_name(name).unwrap();
        let whole = full(text);
        let mut less = whole.clone();
        for ((_, digit), gone) in PROVEN.iter().zip(gone) {
            less = if gone { without(&less, digit) } else { less };
        }
        let ending = |text: &str| if windows { text.replace('\n', "\r\n") } else { text.to_owned() };
        prop_assert_eq!(held(format, &ending(&less)), ending(&whole));
    }
}

/// Poetry and PDM name the files; so a whole list can be filled in.
#[test]
fn lists_that_are_empty_or_missing_are_filled_in() {
    let list = |text: &str| {
        let start = text.find("= [\n").unwrap() + 2;
        let start = if text[..start].contains("strategy") { text.find("files = [").unwrap() + 8 } else { start };
        let end = start + text[start..].find("\n]\n").unwrap() + 2;
        (start, end)
    };
    for (name, text) in [("pdm.lock", PDM), ("poetry.lock", POETRY), ("poetry.lock", POETRY_OLD)] {
        let (format, whole) = (Format::of_name(name).unwrap(), full(text));
        let (start, end) = list(&whole);
        assert_eq!(held(format, &format!("{}[]{}", &whole[..start], &whole[end..])), whole, "{name}");
        if text != POETRY_OLD {
            let line = start - "files = ".len();
            assert_eq!(held(format, &format!("{}{}", &whole[..line], &whole[end + 1..])), whole, "{name}");
        }
    }
    let addresses = full(PDM).replace("[\"inherit_metadata\"]", "[\"static_urls\"]");
    let (start, end) = list(&addresses);
    let empty = format!("{}[]{}", &addresses[..start], &addresses[end..]);
    assert_eq!(held(Format::of_name("pdm.lock").unwrap(), &empty), empty);
}

/// Digests that cannot be forged stay whatever is proven; others go.
#[test]
fn weak_digests_are_replaced_and_strong_ones_stay() {
    let weak = full(PDM).replace(&format!("sha256:{}", long("1111")), "md5:d41d8cd98f00b204e9800998ecf8427e");
    assert_eq!(held(Format::of_name("pdm.lock").unwrap(), &weak), full(PDM));
    let other = full(PDM).replace(&long("1111"), &long("4444"));
    assert_eq!(held(Format::of_name("pdm.lock").unwrap(), &other), other);
}
