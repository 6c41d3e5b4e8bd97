//! What the files say, whatever their format: packages, dependencies, settings, each value with the bytes it came from.
//!
//! A format reader fills these types; rules read only these. Nothing here knows a file name.

mod ecosystem;
mod lockfile;
mod manifest;
mod package;
mod settings;

pub use self::ecosystem::Ecosystem;
pub use self::lockfile::{Edges, Importer, Lockfile};
pub use self::manifest::{Dependency, Group, Manifest, ScriptPermission};
pub use self::package::{LockedFile, Package, SourceKind};
pub use self::settings::{BoundCredential, NamedRegistry, Setting, Settings};
pub use crate::integrity::{Algorithm, Digest, Integrity};
pub use crate::manager::Manager;
use crate::policy::PolicyFile;
pub use crate::redirect::{Destination, Redirect, Redirected};
pub use crate::spec::Place;
use crate::text::{Edit, Span};

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
