//! One entry of a lockfile: what was chosen of one package, where it comes from, what it is held to.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{Algorithm, Dependency, Digest, Integrity, Redirect};
use crate::text::{Span, Spanned};

/// One entry of a lockfile.
#[derive(Clone, Debug)]
pub struct Package {
    /// The entry's key: where it is installed (npm), or what it answers to.
    pub key: Spanned<SmolStr>,
    /// The true package name (an alias resolved).
    pub name: Spanned<SmolStr>,
    /// The name it is installed under, where that differs.
    pub alias: Option<SmolStr>,
    /// The exact version.
    pub version: Option<Spanned<SmolStr>>,
    /// The digests.
    pub integrity: Integrity,
    /// The address, as written; without a digest that stands behind it.
    pub source: Option<Spanned<SmolStr>>,
    /// A digest that stands behind the address, and that the manager checks beside those of `integrity` (Yarn 1): in an integrity string's form, and
    /// where it stands.
    pub source_digest: Option<Box<Digest>>,
    /// What kind of source that is.
    pub kind: SourceKind,
    /// The registry that the lockfile states for it, by address or name, where that is not the artifact's address.
    pub registry: Option<Box<Spanned<SmolStr>>>,
    /// Whether that registry's index is a git repository (Cargo).
    pub git_index: bool,
    /// Needed only for development.
    pub dev: bool,
    /// May be left out when it does not fit the platform.
    pub optional: bool,
    /// Only there as someone's peer.
    pub peer: bool,
    /// Whether it runs a script when it is installed; `None` where the format does not tell.
    pub install_script: Option<bool>,
    /// The place of the mark for it.
    pub install_script_span: Option<Span>,
    /// The deprecation message that was recorded.
    pub deprecated: Option<Spanned<SmolStr>>,
    /// What it asks for in its turn.
    pub dependencies: Vec<Dependency>,
    /// Names of the packages that come inside its own artifact.
    pub bundles: Vec<SmolStr>,
    /// Other recorded facts that an installer acts on (platform, engines, commands), by key, as written, for the change rules.
    pub metadata: Vec<(&'static str, Span)>,
    /// Where it comes from in another place than its name and registry lead to, where the entry says so.
    pub redirect: Option<Box<Redirect>>,
    /// The files that the release consists of, where the lockfile lists them one by one (Python). Their digests are those of `integrity`.
    pub files: Vec<LockedFile>,
    /// The whole entry's value.
    pub span: Span,
}

impl Package {
    /// An entry of a registry's package that says nothing more yet.
    #[must_use]
    pub fn new(key: Spanned<SmolStr>, name: Spanned<SmolStr>, span: Span) -> Package {
        Package {
            key,
            name,
            alias: None,
            version: None,
            integrity: Integrity::default(),
            source: None,
            source_digest: None,
            kind: SourceKind::Registry,
            registry: None,
            git_index: false,
            dev: false,
            optional: false,
            peer: false,
            install_script: None,
            install_script_span: None,
            deprecated: None,
            dependencies: Vec::new(),
            bundles: Vec::new(),
            metadata: Vec::new(),
            redirect: None,
            files: Vec::new(),
            span,
        }
    }

    /// All its digests: those of `integrity`, and that of its address.
    pub fn digests(&self) -> impl Iterator<Item = &Digest> {
        self.integrity.digests.iter().chain(self.source_digest.as_deref())
    }

    /// The strongest algorithm that it is held by, that of its address included; where only its files have digests, the weakest of theirs.
    #[must_use]
    pub fn held_by(&self) -> Option<Algorithm> {
        let own = self.integrity.strongest().or_else(|| self.source_digest.as_ref()?.algorithm());
        own.or_else(|| self.files.iter().map(|file| file.integrity.strongest()).min()?)
    }

    /// The digests that an artifact is compared with, as words: those of `integrity`, or where it has none, that of its address.
    #[must_use]
    pub fn held_words(&self) -> Vec<SmolStr> {
        match &self.source_digest {
            Some(digest) if self.integrity.digests.is_empty() => vec![digest.labelled()],
            _ => self.integrity.digests.iter().map(Digest::labelled).collect(),
        }
    }

    /// Whether it is made here, of another entry and patches over it: it asks for itself.
    #[must_use]
    pub fn is_patched(&self) -> bool {
        self.kind == SourceKind::File && self.dependencies.iter().any(|asked| asked.name.value == self.name.value)
    }

    /// Whether it is installed on some platforms only, by the lockfile's own word. Yarn 2 and later write no digest for such a package, since
    /// they fetch it only where it fits.
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        self.metadata.iter().any(|(name, _)| *name == "conditions")
    }
}

/// One file of a release, as a lockfile lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockedFile {
    /// Its name, where the lockfile has it (from the address, if only that is there).
    pub name: Option<Spanned<SmolStr>>,
    /// Its address.
    pub url: Option<Spanned<SmolStr>>,
    /// Its digests.
    pub integrity: Integrity,
    /// Its size in bytes.
    pub size: Option<Spanned<u64>>,
}

/// Where a package comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceKind {
    /// A registry serves it by name and version.
    Registry,
    /// A commit of a git repository.
    Git,
    /// An archive at an address.
    Url,
    /// An archive or folder on disk.
    File,
    /// A link to another entry.
    Link,
    /// A member of the workspace.
    Workspace,
    /// It comes inside another package's artifact.
    Bundled,
}

impl SourceKind {
    /// The word used in outputs.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            SourceKind::Registry => "registry",
            SourceKind::Git => "git",
            SourceKind::Url => "url",
            SourceKind::File => "file",
            SourceKind::Link => "link",
            SourceKind::Workspace => "workspace",
            SourceKind::Bundled => "bundled",
        }
    }
}
