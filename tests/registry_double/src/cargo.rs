//! A Cargo registry: a sparse index at `/cargo/index/`, crate files at `/cargo/dl/`.

use serde_json::json;
use sha2::Digest as _;

use crate::{Registry, hold, route};

/// A version of a crate to publish.
#[derive(Clone, Debug)]
pub struct Crate {
    name: String,
    version: String,
    bytes: Vec<u8>,
    cksum: Option<String>,
    yanked: bool,
}

impl Crate {
    /// A crate with these bytes.
    #[must_use]
    pub fn new(name: &str, version: &str, bytes: &[u8]) -> Crate {
        Crate { name: name.to_owned(), version: version.to_owned(), bytes: bytes.to_vec(), cksum: None, yanked: false }
    }

    /// The index states this checksum.
    #[must_use]
    pub fn states(mut self, cksum: &str) -> Crate {
        self.cksum = Some(cksum.to_owned());
        self
    }

    /// It was yanked.
    #[must_use]
    pub fn yanked(mut self) -> Crate {
        self.yanked = true;
        self
    }
}

impl Registry {
    /// The address of the Cargo index.
    #[must_use]
    pub fn cargo(&self) -> String {
        format!("{}cargo/index/", self.url())
    }

    /// The index names crate files by this template from now on (`{host}` stands for this registry).
    pub fn serve_crates_at(&self, template: &str) {
        let config = json!({ "dl": template.replace("{host}", &self.url()), "api": self.url() }).to_string();
        route::put(
            &self.shared,
            "/cargo/index/config.json".to_owned(),
            "config.json",
            "application/json",
            config.as_bytes(),
            false,
        );
    }

    /// Publishes a version of a crate; says its true checksum.
    pub fn publish_crate(&self, of: &Crate) -> String {
        let cksum: String = sha2::Sha256::digest(&of.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        if !hold(&self.shared.routes).contains_key("/cargo/index/config.json") {
            self.serve_crates_at("{host}cargo/dl");
        }
        let line = json!({
            "name": of.name, "vers": of.version, "deps": [], "features": {},
            "cksum": of.cksum.as_ref().unwrap_or(&cksum), "yanked": of.yanked,
        });
        let path = format!("/cargo/index/{}", place(&of.name.to_ascii_lowercase()));
        let mut text = hold(&self.shared.routes).get(&path).map(|route| route.body.to_vec()).unwrap_or_default();
        text.extend_from_slice(format!("{line}\n").as_bytes());
        route::put(&self.shared, path, &of.name, "text/plain", &text, false);
        let file = format!("/cargo/dl/{}/{}/download", of.name, of.version);
        route::put(&self.shared, file, &of.name, "application/gzip", &of.bytes, true);
        cksum
    }
}

fn place(name: &str) -> String {
    match name.len() {
        length @ (1 | 2) => format!("{length}/{name}"),
        3 => format!("3/{}/{name}", &name[..1]),
        _ => format!("{}/{}/{name}", &name[..2], &name[2..4]),
    }
}
