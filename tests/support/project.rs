//! npm projects as a person has them: a manifest with exact versions, the lockfile that npm would write, hardened settings.

use base64::Engine as _;
use registry_double::{Package, Registry};
use serde_json::{Map, Value, json};
use sha2::Digest as _;

/// The settings of a project that nothing is to be said about.
pub(crate) const HARDENED: &str =
    "ignore-scripts=true\nsave-exact=true\nengine-strict=true\naudit-level=moderate\nmin-release-age=7\n";

/// A package that a lockfile records.
#[derive(Clone, Debug)]
pub(crate) struct Locked {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) integrity: String,
    pub(crate) resolved: String,
    pub(crate) more: Map<String, Value>,
}

impl Locked {
    /// From the registry that the sandbox's person has, with a digest of its own.
    pub(crate) fn new(name: &str, version: &str) -> Locked {
        let base = name.rsplit('/').next().expect("a name");
        Locked {
            name: name.to_owned(),
            version: version.to_owned(),
            integrity: digest(&format!("{name}@{version}")),
            resolved: format!("{}{name}/-/{base}-{version}.tgz", super::REGISTRY),
            more: Map::new(),
        }
    }

    /// Published at a registry, with the digest of its true bytes.
    pub(crate) fn published(registry: &Registry, name: &str, version: &str) -> Locked {
        let published = registry.publish(&Package::new(name, version).file("index.js", name.as_bytes()));
        Locked { integrity: published.integrity, resolved: published.tarball, ..Locked::new(name, version) }
    }

    pub(crate) fn with(mut self, key: &str, value: Value) -> Locked {
        self.more.insert(key.to_owned(), value);
        self
    }

    pub(crate) fn with_integrity(self, integrity: &str) -> Locked {
        Locked { integrity: integrity.to_owned(), ..self }
    }

    pub(crate) fn with_resolved(self, resolved: &str) -> Locked {
        Locked { resolved: resolved.to_owned(), ..self }
    }

    /// With one character of its digest changed.
    pub(crate) fn tampered(self) -> Locked {
        let (start, rest) = self.integrity.split_at("sha512-".len());
        let flipped = if rest.starts_with('A') { 'B' } else { 'A' };
        let integrity = format!("{start}{flipped}{}", &rest[1..]);
        Locked { integrity, ..self }
    }
}

/// A digest as lockfiles write it.
pub(crate) fn digest(of: &str) -> String {
    format!("sha512-{}", base64::engine::general_purpose::STANDARD.encode(sha2::Sha512::digest(of)))
}

/// The manifest that asks for exactly these.
pub(crate) fn manifest(packages: &[Locked]) -> String {
    let value = json!({ "name": "app", "version": "1.0.0", "private": true, "dependencies": dependencies(packages) });
    format!("{value:#}\n")
}

/// The lockfile that npm would write.
pub(crate) fn lockfile(packages: &[Locked]) -> String {
    let mut entries = Map::new();
    entries.insert(String::new(), json!({ "name": "app", "version": "1.0.0", "dependencies": dependencies(packages) }));
    for package in packages {
        let mut entry = json!({ "version": package.version, "resolved": package.resolved, "integrity": package.integrity });
        entry.as_object_mut().expect("an object").extend(package.more.clone());
        entries.insert(format!("node_modules/{}", package.name), entry);
    }
    format!("{:#}\n", json!({ "name": "app", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": entries }))
}

fn dependencies(packages: &[Locked]) -> Map<String, Value> {
    packages.iter().map(|package| (package.name.clone(), json!(package.version))).collect()
}

/// Manifest, lockfile and settings of a project in a folder (empty, or with a slash at its end).
pub(crate) fn files(folder: &str, packages: &[Locked]) -> Vec<(String, String)> {
    vec![
        (format!("{folder}package.json"), manifest(packages)),
        (format!("{folder}package-lock.json"), lockfile(packages)),
        (format!("{folder}.npmrc"), HARDENED.to_owned()),
    ]
}
