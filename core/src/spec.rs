//! What a dependency asks for, whatever its ecosystem's grammar: the one form that rules read.
//!
//! npm's specs tell everything by their text ([`crate::npm::spec`]). Where a manifest says it in fields of their own (Cargo, Poetry, uv),
//! the format's reader fills [`Place`].

use std::borrow::Cow;

use smol_str::SmolStr;

use crate::model::{Dependency, Ecosystem};
use crate::npm;
use crate::text::Spanned;
use crate::versions;

/// Where a dependency comes from, if that is not what its spec's text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A commit of a git repository.
    Git {
        /// The repository's address, as written.
        address: Spanned<SmolStr>,
        /// A commit, as written.
        rev: Option<Spanned<SmolStr>>,
        /// A branch or tag, as written.
        reference: Option<Spanned<SmolStr>>,
    },
    /// An archive at an address, with what follows `#`.
    Url(Spanned<SmolStr>),
    /// A folder or an archive on disk.
    Path(Spanned<SmolStr>),
    /// A member of the workspace, or what the workspace's root says of this name.
    Workspace,
    /// What another table of the project says of this name (a catalog, uv's `tool.uv.sources`).
    Elsewhere,
}

/// What one dependency asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec<'a> {
    /// The package's true name: an alias resolved.
    pub name: &'a str,
    /// What of it.
    pub kind: Kind<'a>,
}

/// The kinds of what may be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// Exactly one version of a registry's package.
    Version(&'a str),
    /// Versions of a registry's package, in the ecosystem's grammar.
    Range(&'a str),
    /// A name that the registry maps to a version.
    Tag(&'a str),
    /// A commit of a git repository.
    Git(Git<'a>),
    /// An archive at an address.
    Url {
        /// The address without its fragment.
        address: &'a str,
        /// Whether the text itself holds the bytes to a digest.
        held: bool,
    },
    /// A folder or an archive on disk.
    Path(&'a str),
    /// A member of the workspace.
    Workspace,
    /// What another table says (`catalog:`, the workspace's root).
    Elsewhere,
    /// Nothing that the manager installs.
    Invalid,
}

/// A git dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Git<'a> {
    /// The repository as written, without what chooses a commit.
    pub address: &'a str,
    /// The full commit hash, where there is one.
    pub commit: Option<Cow<'a, str>>,
}

impl<'a> Spec<'a> {
    /// Whether a registry answers it.
    #[must_use]
    pub fn is_registry(&self) -> bool {
        matches!(self.kind, Kind::Version(_) | Kind::Range(_) | Kind::Tag(_))
    }

    /// The part that admits more than one version, if any does.
    #[must_use]
    pub fn floating(&self) -> Option<&'a str> {
        match self.kind {
            Kind::Range(text) | Kind::Tag(text) => Some(text),
            _ => None,
        }
    }

    /// Version or range, if that is what is asked for.
    #[must_use]
    pub fn requested(&self) -> Option<&'a str> {
        match self.kind {
            Kind::Version(text) | Kind::Range(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads what a dependency asks for.
#[must_use]
pub fn read(ecosystem: Ecosystem, dependency: &Dependency) -> Spec<'_> {
    let name = dependency.name.as_str();
    match (dependency.place.as_deref(), ecosystem) {
        (Some(place), _) => Spec { name, kind: of_place(place) },
        (None, Ecosystem::Npm) => of_npm(name, &dependency.spec),
        (None, _) => Spec { name, kind: of_registry(ecosystem, &dependency.spec) },
    }
}

fn of_place(place: &Place) -> Kind<'_> {
    match place {
        Place::Git { address, rev, reference } => {
            let chosen = rev.as_ref().or(reference.as_ref());
            let commit = chosen.filter(|text| is_commit(text)).map(|text| Cow::Borrowed(text.as_str()));
            Kind::Git(Git { address, commit })
        }
        Place::Url(url) => {
            let (address, fragment) = url.split_once('#').map_or((url.as_str(), None), |(address, rest)| (address, Some(rest)));
            Kind::Url { address, held: fragment.is_some_and(holds) }
        }
        Place::Path(path) => Kind::Path(path),
        Place::Workspace => Kind::Workspace,
        Place::Elsewhere => Kind::Elsewhere,
    }
}

/// Whether an address's fragment names a digest that pip and uv hold the bytes to.
fn holds(fragment: &str) -> bool {
    fragment.split('&').any(|word| ["sha256=", "sha384=", "sha512="].iter().any(|start| word.starts_with(start)))
}

fn of_registry(ecosystem: Ecosystem, spec: &str) -> Kind<'_> {
    if versions::exact(ecosystem, spec).is_some() { Kind::Version(spec) } else { Kind::Range(spec) }
}

fn of_npm<'a>(name: &'a str, text: &'a str) -> Spec<'a> {
    let (kind, name) = match npm::spec::parse(name, text).kind {
        npm::spec::Kind::Alias { name, inner } => (*inner, name),
        kind => (kind, name),
    };
    Spec { name, kind: npm_kind(kind) }
}

fn npm_kind(kind: npm::spec::Kind<'_>) -> Kind<'_> {
    match kind {
        npm::spec::Kind::Version(text) => Kind::Version(text),
        npm::spec::Kind::Range(text) => Kind::Range(text),
        npm::spec::Kind::Tag(text) => Kind::Tag(text),
        npm::spec::Kind::Git(git) => Kind::Git(Git {
            address: git.address,
            commit: match git.committish {
                npm::spec::Committish::Commit(commit) => Some(commit),
                _ => None,
            },
        }),
        // npm holds an archive to nothing that its address says; the part of a forge's path that names a commit does.
        npm::spec::Kind::Url { address, .. } => Kind::Url { address, held: names_commit(address) },
        npm::spec::Kind::File(path) | npm::spec::Kind::Directory(path) | npm::spec::Kind::Link(path) => Kind::Path(path),
        npm::spec::Kind::Workspace(_) => Kind::Workspace,
        npm::spec::Kind::Catalog(_) => Kind::Elsewhere,
        npm::spec::Kind::Alias { .. } | npm::spec::Kind::Invalid(_) => Kind::Invalid,
    }
}

/// Whether a text is a full commit hash.
#[must_use]
pub fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a part of an address's path is a full commit hash, as in a forge's archives.
#[must_use]
pub fn names_commit(address: &str) -> bool {
    address.split(['/', '.', '?', '=']).any(is_commit)
}

/// Hosts that serve a repository's commit as an archive.
const FORGES: [&str; 4] = ["codeload.github.com", "github.com", "gitlab.com", "bitbucket.org"];

/// Whether an address is that of an archive that a forge makes of a commit: then the commit is what holds it.
#[must_use]
pub fn is_forge_archive(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://") else { return false };
    let host = rest.split('/').next().unwrap_or_default();
    FORGES.contains(&host) && names_commit(rest)
}
