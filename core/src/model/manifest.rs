//! What is asked for: a project's manifest, and each dependency in it.

use smol_str::SmolStr;

use super::{Manager, Place, Redirect};
use crate::text::{Span, Spanned};

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
