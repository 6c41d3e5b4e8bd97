//! What the files say, whatever their format: packages, dependencies, settings, each value with the bytes it came from.
//!
//! A format reader fills these types; rules read only these. Nothing here knows a file name.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub use crate::integrity::{Algorithm, Digest, Integrity};
pub use crate::manager::Manager;
use crate::npm::config::Origin;
use crate::policy::PolicyFile;
pub use crate::redirect::{Destination, Redirect, Redirected};
use crate::registries::Serves;
pub use crate::spec::Place;
use crate::text::{Edit, Span, Spanned};

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

/// What a document says. One file may say several things: a requirements file asks for packages, holds them to digests, and names indexes.
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// What a project asks for.
    pub manifest: Option<Box<Manifest>>,
    /// What was chosen.
    pub lockfile: Option<Box<Lockfile>>,
    /// How the package manager is to behave.
    pub settings: Option<Box<Settings>>,
    /// How Provender is to behave.
    pub policy: Option<Box<PolicyFile>>,
}

impl From<Manifest> for Model {
    fn from(manifest: Manifest) -> Model {
        Model { manifest: Some(Box::new(manifest)), ..Model::default() }
    }
}

impl From<Lockfile> for Model {
    fn from(lockfile: Lockfile) -> Model {
        Model { lockfile: Some(Box::new(lockfile)), ..Model::default() }
    }
}

impl From<Settings> for Model {
    fn from(settings: Settings) -> Model {
        Model { settings: Some(Box::new(settings)), ..Model::default() }
    }
}

impl From<PolicyFile> for Model {
    fn from(policy: PolicyFile) -> Model {
        Model { policy: Some(Box::new(policy)), ..Model::default() }
    }
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
    /// The manager that wrote it, which tells the ecosystem of its packages.
    pub manager: Manager,
    /// The format's version as written.
    pub version: Option<Spanned<SmolStr>>,
    /// Every entry, in file order.
    pub packages: Vec<Package>,
    /// What the lockfile says the project and its members ask for.
    pub importers: Vec<Importer>,
    /// For each package of `packages`, which entry each of its `dependencies` leads to.
    pub edges: Edges,
    /// The index of the entry for every text that one answers to, `name@spec`, in formats whose entries are found by what is asked for.
    pub answers: FxHashMap<SmolStr, u32>,
    /// Entries of a second tree in the same file that older versions of the manager read (npm's `dependencies` in version 2).
    pub legacy: Vec<Package>,
    /// The digest of what the manifest asks for, as the lockfile recorded it (Poetry, PDM, Pipenv).
    pub content_hash: Option<Spanned<SmolStr>>,
    /// Whether its entries only bound what others ask for, and install nothing by themselves (pip's constraints).
    pub constrains: bool,
    /// Other facts about the whole lockfile that its manager goes by (overrides, patches, catalogs, settings it copied), by a name of the
    /// format's choosing and as written: for the comparison with the manifest and for the change rules.
    pub facts: Vec<(SmolStr, Spanned<SmolStr>)>,
}

impl Lockfile {
    /// A lockfile that records nothing yet.
    #[must_use]
    pub fn new(manager: Manager) -> Lockfile {
        Lockfile {
            manager,
            version: None,
            packages: Vec::new(),
            importers: Vec::new(),
            edges: Edges::default(),
            answers: FxHashMap::default(),
            legacy: Vec::new(),
            content_hash: None,
            constrains: false,
            facts: Vec::new(),
        }
    }

    /// The index of the entry that answers what is asked for, in formats that have [`Lockfile::answers`].
    #[must_use]
    pub fn answer(&self, asked: &Dependency) -> Option<u32> {
        let of = |spec: &str| self.answers.get(format!("{}@{spec}", asked.name).as_str()).copied();
        // Some write a range's protocol out.
        of(&asked.spec).or_else(|| of(asked.spec.strip_prefix("npm:")?))
    }
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
    /// Other facts that the lockfile copied of the manifest, by the names that [`Manifest::facts`] has.
    pub facts: Vec<(SmolStr, Spanned<SmolStr>)>,
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
    /// Joins a list of targets for each package, in the packages' order.
    #[must_use]
    pub fn of_lists(lists: impl IntoIterator<Item = Vec<Option<u32>>>) -> Edges {
        let mut edges = Edges { starts: vec![0], targets: Vec::new() };
        for list in lists {
            edges.targets.extend(list);
            edges.starts.push(edges.targets.len() as u32);
        }
        edges
    }

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

/// What one package or project asks of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The name it is asked for under.
    pub name: Spanned<SmolStr>,
    /// What is asked for, as written: in the ecosystem's grammar of versions, or for npm's world as a whole spec.
    pub spec: Spanned<SmolStr>,
    /// In which list it stands.
    pub group: Group,
    /// Where it comes from, where fields of their own say so and not the spec's text.
    pub place: Option<Box<Place>>,
    /// The registry that the manifest names for it: its address, or the name under which the settings have it.
    pub registry: Option<Box<Spanned<SmolStr>>>,
    /// The condition under which it counts (an environment marker, a platform), as written.
    pub condition: Option<Box<Spanned<SmolStr>>>,
    /// The name that the project's code has for it, where `name` is the package's true one and another (Cargo's `package`).
    pub alias: Option<Box<Spanned<SmolStr>>>,
    /// Whether it is written down only because others ask for it (Go lists those too).
    pub indirect: bool,
    /// Whether it is asked for on behalf of members that take it over, and not by the manifest's own project.
    pub shared: bool,
    /// Whether what is asked for is a range by nature, which nobody means to pin (a library's own, an input to a locking tool).
    pub loose: bool,
}

impl Dependency {
    /// A dependency whose spec says everything.
    #[must_use]
    pub fn new(name: Spanned<SmolStr>, spec: Spanned<SmolStr>, group: Group) -> Dependency {
        Dependency {
            name,
            spec,
            group,
            place: None,
            registry: None,
            condition: None,
            alias: None,
            indirect: false,
            shared: false,
            loose: false,
        }
    }
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
    /// What a catalog says of a name, for those who ask for it by the catalog's reference, which is the dependency's condition.
    Catalog,
    /// Needed to build the project's own artifact, in an environment of its own that no lockfile records.
    Build,
}

impl Group {
    /// Whether it speaks of what others ask for, and asks for nothing itself.
    #[must_use]
    pub fn is_indirect(self) -> bool {
        matches!(self, Group::Override | Group::Catalog)
    }
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
    /// Whether it is the root of its workspace, whatever a manifest above says of its folder.
    pub topmost: bool,
    /// Everything asked for, in file order.
    pub dependencies: Vec<Dependency>,
    /// Names of dependencies that are packed into the project's own artifact.
    pub bundles: Vec<Spanned<SmolStr>>,
    /// The package manager asked for, `name@version+digest`.
    pub package_manager: Option<Spanned<SmolStr>>,
    /// Packages whose install scripts are allowed or denied by the manifest.
    pub script_permissions: Vec<ScriptPermission>,
    /// The range of npm that the project asks for in `engines` or `devEngines`.
    pub npm_range: Option<Spanned<SmolStr>>,
    /// The manager that the manifest is written for, where it says so by more than its name (`packageManager`, `[tool.poetry]`).
    pub manager: Option<Manager>,
    /// Other files that it takes in, by path relative to its own folder (`-r base.txt`).
    pub includes: Vec<Spanned<SmolStr>>,
    /// Sources that it puts in others' places.
    pub redirects: Vec<Redirect>,
    /// Other facts that a lockfile is compared with, by a name of the format's choosing.
    pub facts: Vec<(SmolStr, Spanned<SmolStr>)>,
    /// Where a member could be added: the place just after the document's opening brace, if it is an object.
    pub body: Option<Span>,
}

/// That the install scripts of a package may run, or may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptPermission {
    /// The manager that goes by it.
    pub manager: Manager,
    /// The package as that manager names it: a name, often with versions.
    pub package: Spanned<SmolStr>,
    /// Whether they may.
    pub allowed: Spanned<bool>,
}

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
