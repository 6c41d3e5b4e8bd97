//! Against zlib 1.2.13 itself, level 9, window 15, memory level 9, which got the same bytes in the same pieces: what it made of them, by length
//! and SHA-256.

use std::io::Read as _;

use sha2::{Digest as _, Sha256};

use super::Deflate;

/// As libzip hands them over.
const PIECE: usize = 8192;

fn deflated(bytes: &[u8], piece: usize) -> Vec<u8> {
    let mut deflate = Deflate::new(Vec::new());
    bytes.chunks(piece).try_for_each(|piece| deflate.push(piece)).unwrap();
    deflate.finish().unwrap()
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    flate2::read::DeflateDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

/// Bytes that look like nothing and are the same each time.
fn noise(count: usize, alphabet: &[u8]) -> Vec<u8> {
    let mut state = 12345_u32;
    let next = |_| {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12345) & 0x7fff_ffff;
        alphabet[(state >> 16) as usize % alphabet.len()]
    };
    (0..count).map(next).collect()
}

const WORDS: &[u8] = b"the quick brown fox \n";

/// What to compress, by its name in the table.
fn text(name: &str) -> Vec<u8> {
    let all: Vec<u8> = (0..=255).collect();
    match name {
        "nothing" => Vec::new(),
        "one byte" => b"a".to_vec(),
        "two bytes" => b"ab".to_vec(),
        "four bytes" => b"aaaa".to_vec(),
        "words" => noise(300_000, WORDS),
        "noise" => noise(200_000, &all),
        "two letters" => noise(150_000, b"ab"),
        "repeated" => b"left ".repeat(50_000),
        "zeros" => vec![0; 400_000],
        "from far away" => noise(40_000, &all).repeat(2),
        "too far for three" => [noise(5000, &all), b"xyz".to_vec(), noise(4700, WORDS)].concat().repeat(8),
        // Its second block leaves the window before it ends, and cannot be stored.
        "noise and words" => [noise(70_000, &all), noise(70_000, WORDS), noise(66_000, &all)].concat(),
        // Numbers as Fibonacci's make the deepest tree, which has to be cut.
        "rare letters" => {
            let numbers = std::iter::successors(Some((1, 1)), |&(one, two)| Some((two, one + two)));
            let letters = (b'A'..).zip(numbers.take(20)).flat_map(|(letter, (count, _))| vec![letter; count]);
            noise(120_000, &letters.collect::<Vec<_>>())
        }
        "code" => (0..2000_usize)
            .flat_map(|index| {
                let line = format!("{index}: import {{ left }} from './right/{}.js';\n", index * index);
                [line.into_bytes(), noise(index * 17 % 300, WORDS)].concat()
            })
            .collect(),
        other => panic!("{other}?"),
    }
}

#[test]
fn it_comes_out_as_zlib_s_own() {
    for (name, from, to, sha256) in [
        ("nothing", 0, 2, "9b4fb24edd6d1d8830e272398263cdbf026b97392cc35387b991dc0248a628f9"),
        ("one byte", 1, 3, "59fced9a2ff83dabdd7055cf3abd6c12b802e6397b6fba5b8251cdf95d2bc991"),
        ("two bytes", 2, 4, "c56b491f83efe08007a87b2d5846a56ca06f4a4dfc421ec8d2dcbfb944579f5e"),
        ("four bytes", 4, 6, "2252807206a9ad3ccd93c83c641c834930a702a44be33f16b6da1008914e7381"),
        ("words", 300000, 168931, "4a0293e6d7b2566b425c778025ed2e90e863dbb57082fb284c225d82a96c7524"),
        ("noise", 200000, 200035, "0215a5c168aaff94a944753fc3a5b3814f4eaef40a16661bb54cfaf8aee99b54"),
        ("two letters", 150000, 23041, "83388427777a0ea1b3a6cdde1dacff7af014bfa2e000bb44b2cfb422ae0de1c3"),
        ("repeated", 250000, 387, "5313ca0d858a30ccc8de1682382d3edfd4c6a66395ce8cc2a105edf6794fb72e"),
        ("zeros", 400000, 404, "4821101a1cdd3282ede29f6696de1089dc7ec4446e648fe207e582ffc57e612f"),
        ("from far away", 80000, 80015, "aaa4fe51d980da8fa3187ae796fa5cb335e225e2f1aecfd8ab3ce66a37b4ccfb"),
        ("too far for three", 77624, 9151, "7c04db0463f43478f72a7a3ea70ee59dce2e5fd064a653cab49cc5af8c3e5ca0"),
        ("noise and words", 206000, 178301, "9e9d35f143731cc38999c00fc50634eaf289ca46b58af6d31b7d127b200dd331"),
        ("rare letters", 120000, 47255, "68a864e3f3902f1758e649579e7e5c73d4d60d4844ff2900faa8e7cdffde6fa9"),
        ("code", 393827, 18458, "0d2c7551c79836a2b74ed1854e269dab996d00ae6b396258b83bf4d8da8e906c"),
    ] {
        let text = text(name);
        assert_eq!(text.len(), from, "{name}");
        let found = deflated(&text, PIECE);
        assert!(inflated(&found) == text, "{name} comes out as something else");
        let hash: String = Sha256::digest(&found).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((found.len(), hash.as_str()), (to, sha256), "{name}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]
    #[test]
    fn whatever_goes_in_comes_out(
        parts in proptest::collection::vec((0_usize..20_000, 1_usize..257), 0..6),
        piece in 1_usize..40_000,
    ) {
        let all: Vec<u8> = (0..=255).collect();
        let text: Vec<u8> = parts.iter().flat_map(|&(count, letters)| noise(count, &all[..letters.min(256)])).collect();
        proptest::prop_assert!(inflated(&deflated(&text, piece)) == text);
    }
}
