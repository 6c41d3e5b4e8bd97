//! A Go proxy at `/go/proxy/`, and a checksum database at `/go/sumdb/` that signs with a key of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};

use crate::{Registry, Shared, hold, route, zip};

/// The database's name.
const NAME: &str = "sum.corp.test";
/// What the key is made of: no secret, but nobody's either.
const SEED: [u8; 32] = *b"a seed of thirty-two plain bytes";

type Hash = [u8; 32];

/// The records of the database, in the order they came.
#[derive(Default)]
pub(crate) struct Sums {
    records: Vec<(String, String)>,
}

/// A version of a module to publish.
#[derive(Clone, Debug)]
pub struct Module {
    path: String,
    version: String,
    files: Vec<(String, Vec<u8>)>,
    record: Option<ModuleSums>,
    unrecorded: bool,
}

/// What an honest `go.sum` records for a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleSums {
    /// Of its archive.
    pub zip: String,
    /// Of its `go.mod`.
    pub go_mod: String,
}

impl Module {
    /// A module that holds only its `go.mod`.
    #[must_use]
    pub fn new(path: &str, version: &str) -> Module {
        let go_mod = ("go.mod".to_owned(), format!("module {path}\n").into_bytes());
        Module { path: path.to_owned(), version: version.to_owned(), files: vec![go_mod], record: None, unrecorded: false }
    }

    /// Adds a file.
    #[must_use]
    pub fn file(mut self, name: &str, content: &[u8]) -> Module {
        self.files.push((name.to_owned(), content.to_vec()));
        self
    }

    /// The database records these digests instead of the true ones.
    #[must_use]
    pub fn recorded_as(mut self, sums: &ModuleSums) -> Module {
        self.record = Some(sums.clone());
        self
    }

    /// The database has no record of it.
    #[must_use]
    pub fn unrecorded(mut self) -> Module {
        self.unrecorded = true;
        self
    }

    fn zip(&self) -> Vec<u8> {
        let name = |file: &str| format!("{}@{}/{file}", self.path, self.version);
        let named: Vec<(String, &[u8])> = self.files.iter().map(|(file, content)| (name(file), content.as_slice())).collect();
        let borrowed: Vec<(&str, &[u8])> = named.iter().map(|(name, content)| (name.as_str(), *content)).collect();
        zip::archive(&borrowed)
    }

    fn sums(&self) -> ModuleSums {
        let name = |file: &str| format!("{}@{}/{file}", self.path, self.version);
        let all = self.files.iter().map(|(file, content)| (name(file), content.as_slice())).collect();
        ModuleSums { zip: h1(all), go_mod: h1(vec![("go.mod".to_owned(), &self.files[0].1)]) }
    }
}

fn h1(mut files: Vec<(String, &[u8])>) -> String {
    files.sort();
    let hex = |content: &[u8]| Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let list: String = files.iter().map(|(name, content)| format!("{}  {name}\n", hex(content))).collect();
    format!("h1:{}", STANDARD.encode(Sha256::digest(list)))
}

fn escaped(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_ascii_uppercase() { format!("!{}", letter.to_ascii_lowercase()) } else { letter.to_string() })
        .collect()
}

impl Registry {
    /// The address of the Go proxy.
    #[must_use]
    pub fn go_proxy(&self) -> String {
        format!("{}go/proxy/", self.url())
    }

    /// The address of the checksum database.
    #[must_use]
    pub fn sumdb(&self) -> String {
        format!("{}go/sumdb/", self.url())
    }

    /// The database's verifier key.
    #[must_use]
    pub fn sumdb_key(&self) -> String {
        let encoded = encoded_key();
        let digest = Sha256::new_with_prefix(NAME).chain_update("\n").chain_update(&encoded).finalize();
        let hash: String = digest[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{NAME}+{hash}+{}", STANDARD.encode(encoded))
    }

    /// The proxy hands requests to the database on.
    pub fn proxy_sumdb(&self) {
        route::put(&self.shared, format!("/go/proxy/sumdb/{NAME}/supported"), "sumdb", "text/plain", b"", false);
        publish_sums(&self.shared);
    }

    /// Publishes a version of a module, and has the database record it; says what `go.sum` has.
    pub fn publish_module(&self, module: &Module) -> ModuleSums {
        let (sums, path) = (module.sums(), format!("/go/proxy/{}/@v", escaped(&module.path)));
        let file = |ending: &str| format!("{path}/{}.{ending}", escaped(&module.version));
        let put = |path, media, body: &[u8], is_artifact| route::put(&self.shared, path, &module.path, media, body, is_artifact);
        put(file("zip"), "application/zip", &module.zip(), true);
        put(file("mod"), "text/plain", &module.files[0].1, true);
        let mut list = hold(&self.shared.routes).get(&format!("{path}/list")).map(|route| route.body.to_vec()).unwrap_or_default();
        list.extend_from_slice(format!("{}\n", module.version).as_bytes());
        put(format!("{path}/list"), "text/plain", &list, false);
        if !module.unrecorded {
            let recorded = module.record.as_ref().unwrap_or(&sums);
            let (name, version) = (&module.path, &module.version);
            let text = format!("{name} {version} {}\n{name} {version}/go.mod {}\n", recorded.zip, recorded.go_mod);
            let key = format!("{}@{}", escaped(name), escaped(version));
            hold(&self.shared.sums).records.push((key, text));
            publish_sums(&self.shared);
        }
        sums
    }

    /// Replaces a text in every answer of the database: a forger at work.
    pub fn forge_sums(&self, from: &str, to: &str) {
        for (path, route) in hold(&self.shared.routes).iter_mut() {
            if path.contains("/lookup/") {
                route.body = String::from_utf8_lossy(&route.body).replace(from, to).into_bytes().into();
            }
        }
    }
}

fn encoded_key() -> Vec<u8> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&SEED).expect("32 bytes");
    std::iter::once(1).chain(pair.public_key().as_ref().iter().copied()).collect()
}

fn publish_sums(shared: &Shared) {
    let records = hold(&shared.sums).records.clone();
    let leaves: Vec<Hash> =
        records.iter().map(|(_, text)| Sha256::new_with_prefix([0]).chain_update(text).finalize().into()).collect();
    let note = signed(&format!("go.sum database tree\n{}\n{}\n", leaves.len(), STANDARD.encode(root(&leaves))));
    let through = format!("/go/proxy/sumdb/{NAME}");
    let is_proxied = hold(&shared.routes).contains_key(&format!("{through}/supported"));
    for base in std::iter::once("/go/sumdb").chain(is_proxied.then_some(through.as_str())) {
        let put = |path: String, body: &[u8]| route::put(shared, format!("{base}/{path}"), "sumdb", "text/plain", body, false);
        for (index, (key, text)) in records.iter().enumerate() {
            put(format!("lookup/{key}"), format!("{index}\n{text}\n{note}").as_bytes());
        }
        // A test's tree fits into one level of tiles, except that its first tile may be full.
        for (number, tile) in leaves.chunks(256).enumerate() {
            let part = if tile.len() == 256 { String::new() } else { format!(".p/{}", tile.len()) };
            put(format!("tile/8/0/{number:03}{part}"), &tile.concat());
        }
        let above: Vec<Hash> = leaves.as_chunks::<256>().0.iter().map(|tile| root(tile)).collect();
        if !above.is_empty() {
            put(format!("tile/8/1/000.p/{}", above.len()), &above.concat());
        }
    }
}

fn signed(text: &str) -> String {
    let pair = Ed25519KeyPair::from_seed_unchecked(&SEED).expect("32 bytes");
    let digest = Sha256::new_with_prefix(NAME).chain_update("\n").chain_update(encoded_key()).finalize();
    let signature = [&digest[..4], pair.sign(text.as_bytes()).as_ref()].concat();
    format!("{text}\n\u{2014} {NAME} {}\n", STANDARD.encode(signature))
}

fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        many => {
            let half = many.len().next_power_of_two() / 2;
            let (left, right) = many.split_at(half);
            Sha256::new_with_prefix([1]).chain_update(root(left)).chain_update(root(right)).finalize().into()
        }
    }
}
