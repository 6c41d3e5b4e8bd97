//! What the files say, whatever their format: packages, dependencies, settings, each value with the bytes it came from.
//!
//! A format reader fills these types; rules read only these. Nothing here knows a file name.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub use crate::integrity::{Algorithm, Digest, Integrity};
use crate::text::{Edit, Span, Spanned};

/// A package manager's world of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ecosystem {
    /// npm's registry and those that speak its protocol.
    Npm,
}

impl Ecosystem {
    /// The name in the JSON outputs and the type of a package URL.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Ecosystem::Npm => "npm",
        }
    }
}

/// What a document holds.
#[derive(Clone, Debug)]
pub enum Model {
    /// What a project asks for.
    Manifest(Box<Manifest>),
    /// What was chosen.
    Lockfile(Box<Lockfile>),
    /// How the package manager is to behave.
    Settings(Box<Settings>),
    /// How Provender is to behave.
    Policy(Box<crate::policy::PolicyFile>),
}

/// Something about a document that is not as it should be, found while it was read. Rules turn these into findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// In words, for the message; starts in lower case, no full stop.
    pub message: String,
    /// Another place in the same document that belongs to it, with its own words.
    pub related: Option<(Span, String)>,
    /// A safe way to mend it, title and edits, where the reader knows one.
    pub fix: Option<(String, Vec<Edit>)>,
}

/// The kinds of [`Problem`]; one rule reports each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The text does not parse here (`unreadable-file`).
    Syntax,
    /// Readers take the text differently (`ambiguous-text`).
    Ambiguous,
    /// The same key twice in one mapping (`duplicate-key`).
    DuplicateKey,
    /// A format version that is not known (`unknown-lockfile-version`).
    UnknownVersion,
    /// The lockfile contradicts itself (`inconsistent-lockfile`).
    Inconsistent,
    /// A setting that does not do what it reads as (`ineffective-setting`).
    Ineffective,
    /// A key that the policy does not know (`unreadable-file` for the policy's own file).
    UnknownKey,
}

/// What a lockfile records.
#[derive(Clone, Debug)]
pub struct Lockfile {
    /// The ecosystem of its packages.
    pub ecosystem: Ecosystem,
    /// The format's version as written.
    pub version: Option<Spanned<SmolStr>>,
    /// Every entry, in file order.
    pub packages: Vec<Package>,
    /// What the lockfile says the project and its members ask for.
    pub importers: Vec<Importer>,
    /// For each package of `packages`, which entry each of its `dependencies` leads to.
    pub edges: Edges,
    /// Entries of a second tree in the same file that older versions of the manager read (npm's `dependencies` in version 2).
    pub legacy: Vec<Package>,
}

/// A project or workspace member as the lockfile has it.
#[derive(Clone, Debug, Default)]
pub struct Importer {
    /// Its folder, relative to the lockfile's; empty for the root.
    pub path: SmolStr,
    /// The place of the entry's key.
    pub span: Span,
    /// The manifest's name as the lockfile copied it.
    pub name: Option<Spanned<SmolStr>>,
    /// The manifest's version as the lockfile copied it.
    pub version: Option<Spanned<SmolStr>>,
    /// Names of the packages that are packed into its own artifact, as the lockfile copied them.
    pub bundles: Vec<SmolStr>,
    /// What it asks for, as the lockfile copied it. `None`: this format (npm's version 1) copies nothing.
    pub dependencies: Option<Vec<Dependency>>,
    /// The index of the entry each dependency leads to; as long as `dependencies`.
    pub targets: Vec<Option<u32>>,
}

/// Which entry each dependency leads to, flat: the targets of package `i` are `targets[starts[i]..starts[i + 1]]`.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    /// Where each package's targets begin; one more than there are packages.
    pub starts: Vec<u32>,
    /// The index of the package, or `None` where nothing in the lockfile answers.
    pub targets: Vec<Option<u32>>,
}

impl Edges {
    /// The targets of package `index`, in the order of its dependencies.
    #[must_use]
    pub fn of(&self, index: usize) -> &[Option<u32>] {
        match (self.starts.get(index), self.starts.get(index + 1)) {
            (Some(&start), Some(&end)) => &self.targets[start as usize..end as usize],
            _ => &[],
        }
    }
}

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
    /// The address, as written.
    pub source: Option<Spanned<SmolStr>>,
    /// What kind of source that is.
    pub kind: SourceKind,
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
    /// The whole entry's value.
    pub span: Span,
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

/// What one package or project asks of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name it is asked for under.
    pub name: Spanned<SmolStr>,
    /// What is asked for, as written.
    pub spec: Spanned<SmolStr>,
    /// In which list it stands.
    pub group: Group,
}

/// The list that a dependency stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Needed to run.
    Normal,
    /// Needed for development.
    Dev,
    /// Left out where it does not fit.
    Optional,
    /// The user of the package is to bring it.
    Peer,
    /// A peer that need not be there.
    OptionalPeer,
    /// Replaces what others ask for (`overrides`, `resolutions`).
    Override,
}

/// What a project asks for.
#[derive(Clone, Debug, Default)]
pub struct Manifest {
    /// The project's name.
    pub name: Option<Spanned<SmolStr>>,
    /// The project's version.
    pub version: Option<Spanned<SmolStr>>,
    /// `private`, as written.
    pub private: Option<Spanned<bool>>,
    /// The registry that publishing goes to, where the manifest names one.
    pub publish_registry: Option<Spanned<SmolStr>>,
    /// Whether it says what only a published package has to say: `repository`, `files`, `publishConfig`.
    pub announced: bool,
    /// Patterns of the folders of workspace members.
    pub workspaces: Vec<Spanned<SmolStr>>,
    /// Everything asked for, in file order.
    pub dependencies: Vec<Dependency>,
    /// Names of dependencies that are packed into the project's own artifact.
    pub bundles: Vec<Spanned<SmolStr>>,
    /// The package manager asked for, `name@version+digest`.
    pub package_manager: Option<Spanned<SmolStr>>,
    /// Packages whose install scripts are allowed or denied by the manifest.
    pub script_permissions: Vec<(Spanned<SmolStr>, Spanned<bool>)>,
    /// The range of npm that the project asks for in `engines` or `devEngines`.
    pub npm_range: Option<Spanned<SmolStr>>,
    /// Where a member could be added: the place just after the document's opening brace, if it is an object.
    pub body: Option<Span>,
}

/// How a package manager is to behave, in file order.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Every assignment that counts.
    pub entries: Vec<Setting>,
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
