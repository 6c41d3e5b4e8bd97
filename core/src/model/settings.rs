//! How a package manager is to behave: assignments, registries, credentials.

use smol_str::SmolStr;

use super::{Manager, Redirect};
use crate::npm::config::Origin;
use crate::registries::Serves;
use crate::text::{Span, Spanned};

/// How a package manager is to behave, in file order.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Every assignment that counts; keys of nested settings are joined by dots.
    pub entries: Vec<Setting>,
    /// The registries that it names. (npm's `.npmrc` leaves that to [`crate::npm::config`], which joins several files.)
    pub registries: Vec<NamedRegistry>,
    /// Sources that it puts in others' places.
    pub redirects: Vec<Redirect>,
    /// The credentials that it holds, for the person's own files.
    pub credentials: Vec<BoundCredential>,
    /// The manager that is run here, where the file says so.
    pub runs: Option<Manager>,
}

/// A registry that a setting names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRegistry {
    /// The name that others refer to it by, where it has one.
    pub name: Option<Spanned<SmolStr>>,
    /// Its address, as written.
    pub url: Spanned<SmolStr>,
    /// The packages that are asked of it.
    pub serves: Serves,
    /// Whether it is asked for every name beside another one, so that whoever has the higher version wins (dependency confusion).
    pub mixes: bool,
    /// The manager in whose part of the file it stands, where several share one.
    pub part: Option<Manager>,
    /// Whether what npm's own settings say of the same packages counts before it (Yarn 1).
    pub yields: bool,
}

/// A credential in a settings file, bound to the registry that it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct BoundCredential {
    /// The address that it may be sent to, and below.
    pub registry: SmolStr,
    /// The value of the `Authorization` header; a reference to the environment stays as it is.
    pub authorization: SmolStr,
    /// Who made the setting.
    pub origin: Origin,
}

impl std::fmt::Debug for BoundCredential {
    /// Never shows the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoundCredential").field("registry", &self.registry).finish_non_exhaustive()
    }
}

impl Settings {
    /// The assignment of `key` that counts: the last one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Setting> {
        self.entries.iter().rev().find(|setting| *setting.key == key)
    }
}

/// One assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key, decoded, without a list's `[]`.
    pub key: Spanned<SmolStr>,
    /// The value, decoded (environment references are left as they are).
    pub value: Spanned<SmolStr>,
    /// Whether it adds to a list (`key[] = value`).
    pub list: bool,
    /// Whether the value is only implied (a key alone on its line means `true`).
    pub implied: bool,
    /// The whole line, without its ending.
    pub line: Span,
}
