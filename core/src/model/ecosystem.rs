//! The worlds of names that package managers share.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A package manager's world of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ecosystem {
    /// npm's registry and those that speak its protocol.
    Npm,
    /// The Python Package Index and those that speak its protocol.
    Pypi,
    /// crates of Cargo's registries.
    Cargo,
    /// Go's modules.
    Go,
}

impl Ecosystem {
    /// All of them.
    pub const ALL: [Ecosystem; 4] = [Ecosystem::Npm, Ecosystem::Pypi, Ecosystem::Cargo, Ecosystem::Go];

    /// The name in the JSON outputs.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Ecosystem::Npm => "npm",
            Ecosystem::Pypi => "pypi",
            Ecosystem::Cargo => "cargo",
            Ecosystem::Go => "go",
        }
    }

    /// The type of a package URL.
    #[must_use]
    pub fn purl_type(self) -> &'static str {
        match self {
            Ecosystem::Go => "golang",
            other => other.id(),
        }
    }

    /// A name as it is compared: Python's names have several spellings, the others' one.
    #[must_use]
    pub fn normalized(self, name: &str) -> Cow<'_, str> {
        match self {
            Ecosystem::Pypi => crate::versions::pypi::normalized(name),
            _ => Cow::Borrowed(name),
        }
    }
}
