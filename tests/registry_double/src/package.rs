//! Packages as a publisher makes them: a manifest, files, a gzip tarball, digests.

use std::io::Write;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};
use sha2::Digest as _;

use crate::Stored;

/// A version to publish.
#[derive(Clone, Debug)]
pub struct Package {
    pub(crate) name: String,
    version: String,
    manifest: Map<String, Value>,
    packed: Option<Value>,
    files: Vec<(String, Vec<u8>)>,
    tarball: Option<Vec<u8>>,
}

/// What an honest lockfile records for a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// `sha512-` and the digest in base64.
    pub integrity: String,
    /// The sha1 in lower-case hexadecimal.
    pub shasum: String,
    /// The tarball's address.
    pub tarball: String,
}

impl Package {
    /// An otherwise empty package.
    #[must_use]
    pub fn new(name: &str, version: &str) -> Package {
        let manifest = Map::from_iter([("name".to_owned(), json!(name)), ("version".to_owned(), json!(version))]);
        Package { name: name.to_owned(), version: version.to_owned(), manifest, packed: None, files: Vec::new(), tarball: None }
    }

    /// Adds a dependency.
    #[must_use]
    pub fn dependency(self, name: &str, range: &str) -> Package {
        self.put("dependencies", name, range)
    }

    /// Adds an optional dependency.
    #[must_use]
    pub fn optional_dependency(self, name: &str, range: &str) -> Package {
        self.put("optionalDependencies", name, range)
    }

    /// Adds a script.
    #[must_use]
    pub fn script(self, name: &str, command: &str) -> Package {
        self.put("scripts", name, command)
    }

    /// Sets any other field of the manifest.
    #[must_use]
    pub fn field(mut self, key: &str, value: Value) -> Package {
        self.manifest.insert(key.to_owned(), value);
        self
    }

    /// Adds a file; the path is the one inside the package (`binding.gyp`).
    #[must_use]
    pub fn file(mut self, path: &str, content: &[u8]) -> Package {
        self.files.push((format!("package/{path}"), content.to_vec()));
        self
    }

    /// Adds a file under exactly this path of the archive.
    #[must_use]
    pub fn raw_file(mut self, path: &str, content: &[u8]) -> Package {
        self.files.push((path.to_owned(), content.to_vec()));
        self
    }

    /// Packs this manifest instead of the published one: manifest confusion.
    #[must_use]
    pub fn packed(mut self, manifest: Value) -> Package {
        self.packed = Some(manifest);
        self
    }

    /// Serves exactly these bytes as the tarball.
    #[must_use]
    pub fn tarball(mut self, bytes: &[u8]) -> Package {
        self.tarball = Some(bytes.to_vec());
        self
    }

    fn put(mut self, group: &str, name: &str, value: &str) -> Package {
        let map = self.manifest.entry(group).or_insert_with(|| json!({}));
        map[name] = json!(value);
        self
    }

    pub(crate) fn build(&self, base: &str) -> (Stored, Published) {
        let bytes = self.tarball.clone().unwrap_or_else(|| self.pack());
        let published = Published {
            integrity: format!("sha512-{}", STANDARD.encode(sha2::Sha512::digest(&bytes))),
            shasum: sha1::Sha1::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
            tarball: format!("{base}{}/-/{}-{}.tgz", self.name, self.name.rsplit('/').next().unwrap_or_default(), self.version),
        };
        let mut document = self.manifest.clone();
        document.insert("_id".to_owned(), json!(format!("{}@{}", self.name, self.version)));
        document.insert(
            "dist".to_owned(),
            json!({ "integrity": published.integrity, "shasum": published.shasum, "tarball": published.tarball }),
        );
        let stored = Stored { version: self.version.clone(), document: Value::Object(document), tarball: Arc::from(bytes) };
        (stored, published)
    }

    fn pack(&self) -> Vec<u8> {
        let manifest = self.packed.clone().unwrap_or_else(|| Value::Object(self.manifest.clone()));
        let manifest = ("package/package.json".to_owned(), manifest.to_string().into_bytes());
        let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, content) in std::iter::once(&manifest).chain(&self.files) {
            append(&mut archive, path, content);
        }
        archive.into_inner().and_then(GzEncoder::finish).expect("writing to memory does not fail")
    }
}

/// Paths go in as they are given, hostile ones too, which the archive library would refuse.
fn append(archive: &mut tar::Builder<impl Write>, path: &str, content: &[u8]) {
    let mut header = tar::Header::new_ustar();
    let name = &mut header.as_old_mut().name;
    name[..path.len()].copy_from_slice(path.as_bytes());
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    archive.append(&header, content).expect("writing to memory does not fail");
}
