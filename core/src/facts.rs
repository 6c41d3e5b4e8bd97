//! What rules may ask of the outside, and what the outside answered.
//!
//! A rule never reaches out. It *asks* ([`Question`]); what is not yet known lands in the report's `unanswered`, the `registry`
//! crate answers in bulk, the answers go into [`Facts`], and the analysis runs again. So rules stay plain functions, tests state
//! facts as literals, and offline is the default.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::model::Ecosystem;

/// One locked artifact, as the lockfile states it and as the trusted settings say where it comes from.
///
/// This is the identity of a verdict: two entries that are equal in all of these fields share one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Artifact {
    /// The package manager's world that the name lives in.
    pub ecosystem: Ecosystem,
    /// The true package name (an alias resolved).
    pub name: SmolStr,
    /// The exact locked version.
    pub version: SmolStr,
    /// The digests as the lockfile has them, one `algorithm-base64` each; empty if none.
    pub integrity: Vec<SmolStr>,
    /// The address as the lockfile has it; `None` where the lockfile leaves it to the settings.
    pub resolved: Option<SmolStr>,
    /// The base address of the registry that the trusted settings choose for this name, ending in `/`.
    pub registry: SmolStr,
    /// The files of the release that the lockfile lists one by one (Python); their digests are all of `integrity`.
    pub files: Vec<ArtifactFile>,
}

/// One file of a release as a lockfile states it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ArtifactFile {
    /// Its name, where the lockfile tells.
    pub name: Option<SmolStr>,
    /// Its address, where the lockfile tells.
    pub url: Option<SmolStr>,
    /// Its digests, one word each.
    pub integrity: Vec<SmolStr>,
}

/// How far a verification goes (never confused in a word, a colour or an exit code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Depth {
    /// The lockfile's digest and address equal what the registry publishes for that name and version.
    Recorded,
    /// The artifact's bytes were hashed here as well.
    Verified,
}

/// The answer about one [`Artifact`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// What it comes to.
    pub outcome: Outcome,
    /// The registry's own digests for that version, one word each; for Python those of every file of the release.
    pub published: Vec<SmolStr>,
    /// Digests of the bytes that were hashed here, for every algorithm that the lockfile or the registry names; empty at
    /// [`Depth::Recorded`].
    pub computed: Vec<SmolStr>,
    /// The address the registry publishes for the artifact.
    pub tarball: Option<SmolStr>,
    /// Where the hashed bytes came from.
    pub bytes: Option<BytesFrom>,
    /// The manifest as the registry publishes it for that version.
    pub published_manifest: Option<Arc<ArtifactManifest>>,
    /// The manifest inside the artifact's bytes.
    pub packed_manifest: Option<Arc<ArtifactManifest>>,
    /// The files of the release as the registry publishes them, where a release has several (Python).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<ArtifactFile>,
    /// Why the registry withdrew the version (yanked it), empty where it gives no reason; `None` where it did not.
    pub withdrawn: Option<SmolStr>,
}

impl Verdict {
    /// That nothing was found out, and why.
    #[must_use]
    pub fn unverifiable(reason: Reason) -> Verdict {
        Verdict {
            outcome: Outcome::Unverifiable(reason),
            published: Vec::new(),
            computed: Vec::new(),
            tarball: None,
            bytes: None,
            published_manifest: None,
            packed_manifest: None,
            files: Vec::new(),
            withdrawn: None,
        }
    }
}

/// Where bytes that were hashed came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BytesFrom {
    /// Fetched from the registry just now.
    Registry,
    /// The package manager's cache on this machine, whose record names the canonical artifact.
    Cache,
}

/// What a verification comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Bytes, lockfile and registry agree.
    Verified,
    /// Lockfile and registry agree; the bytes were not asked for.
    Recorded,
    /// At least two of the three disagree.
    Mismatched(Mismatch),
    /// It could not be told.
    Unverifiable(Reason),
}

/// Which of lockfile, registry and bytes disagree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// The lockfile's digest is not the one the registry publishes.
    pub lockfile_registry: bool,
    /// The bytes do not hash to the lockfile's digest.
    pub lockfile_bytes: bool,
    /// The bytes do not hash to the digest the registry publishes.
    pub registry_bytes: bool,
    /// The lockfile's address is not the one the registry publishes.
    pub address: bool,
}

/// Why a package could not be verified. A fault of the line is never called tampering, and never called clean.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The network was not to be used, or no connection came about (the cause, without secrets).
    Offline(String),
    /// The registry does not know the package at all.
    UnpublishedPackage,
    /// The registry knows the package and not this version.
    UnpublishedVersion,
    /// The registry knows the version and not a file of it that the lockfile lists (its name).
    UnpublishedFile(String),
    /// The registry wants credentials that the user's own settings do not hold, or refuses those it got (host).
    Unauthorized(String),
    /// Only the repository's own files name this host, so it is not contacted (host).
    UntrustedHost(String),
    /// The registry asked us to slow down and went on doing so (host).
    RateLimited(String),
    /// The registry answered with a fault (host and HTTP status).
    ServerFault(String, u16),
    /// No answer in time (host).
    TimedOut(String),
    /// The artifact or the answer is larger than the limit, in bytes.
    TooLarge(u64),
    /// The connection ended before the whole artifact was there (host).
    Truncated(String),
    /// The registry's answer does not read as the protocol has it (what is wrong).
    MalformedAnswer(String),
    /// The lockfile records no digest to compare with.
    NoLockedDigest,
    /// The registry publishes no digest that can be compared with the lockfile's.
    NoPublishedDigest,
    /// The lockfile's checksum is of an archive that the package manager makes itself, and this one cannot be made again here (why).
    Unreproducible(String),
    /// No checksum database vouches for what the proxy serves (why).
    NoTransparency(String),
    /// The registry speaks in a way that is not spoken here (which).
    UnknownProtocol(String),
    /// Git, file, link: not an artifact that a registry serves (the kind).
    NotAnArtifact(String),
    /// The policy leaves it out.
    LeftOut,
    /// The person stopped it.
    Cancelled,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Offline(why) => write!(f, "the registry could not be reached ({why})"),
            Reason::UnpublishedPackage => write!(f, "the registry does not know the package"),
            Reason::UnpublishedVersion => write!(f, "the registry does not have this version"),
            Reason::UnpublishedFile(name) => write!(f, "the registry has this version, and not its file {name}"),
            Reason::Unauthorized(host) => write!(f, "{host} wants credentials, or refuses those that it got"),
            Reason::UntrustedHost(host) => write!(f, "only the repository's own files name {host}, so it was not contacted"),
            Reason::RateLimited(host) => write!(f, "{host} asked to slow down, and went on asking"),
            Reason::ServerFault(host, status) => write!(f, "{host} answered with a fault (HTTP {status})"),
            Reason::TimedOut(host) => write!(f, "{host} did not answer in time"),
            Reason::TooLarge(limit) => write!(f, "it is larger than the limit of {} MB", limit / 1_000_000),
            Reason::Truncated(host) => write!(f, "the connection to {host} ended before all of it was there"),
            Reason::MalformedAnswer(what) => write!(f, "the registry's answer could not be read ({what})"),
            Reason::NoLockedDigest => write!(f, "the lockfile has no digest to compare with"),
            Reason::NoPublishedDigest => write!(f, "the registry publishes no digest to compare with"),
            Reason::Unreproducible(why) => {
                write!(f, "the archive that the lockfile's checksum is of cannot be made again here: {why}")
            }
            Reason::NoTransparency(why) => write!(f, "no checksum database vouches for it: {why}"),
            Reason::UnknownProtocol(which) => write!(f, "its registry is {which}, which cannot be asked from here"),
            Reason::NotAnArtifact(kind) => write!(f, "no registry serves it ({kind})"),
            Reason::LeftOut => write!(f, "the policy leaves it out"),
            Reason::Cancelled => write!(f, "it was stopped"),
        }
    }
}

impl Reason {
    /// A short word for it, for counts.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Reason::Offline(_) => "offline",
            Reason::UnpublishedPackage => "unpublished-package",
            Reason::UnpublishedVersion => "unpublished-version",
            Reason::UnpublishedFile(_) => "unpublished-file",
            Reason::Unauthorized(_) => "unauthorized",
            Reason::UntrustedHost(_) => "untrusted-host",
            Reason::RateLimited(_) => "rate-limited",
            Reason::ServerFault(..) => "server-fault",
            Reason::TimedOut(_) => "timed-out",
            Reason::TooLarge(_) => "too-large",
            Reason::Truncated(_) => "truncated",
            Reason::MalformedAnswer(_) => "malformed-answer",
            Reason::NoLockedDigest => "no-locked-digest",
            Reason::NoPublishedDigest => "no-published-digest",
            Reason::Unreproducible(_) => "unreproducible",
            Reason::NoTransparency(_) => "no-transparency",
            Reason::UnknownProtocol(_) => "unknown-protocol",
            Reason::NotAnArtifact(_) => "not-an-artifact",
            Reason::LeftOut => "left-out",
            Reason::Cancelled => "cancelled",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Reason::Unauthorized(_) => {
                "log in to the registry in your package manager's own settings; credentials in the repository are not used"
            }
            Reason::UntrustedHost(_) => {
                "if you trust it, name it in your package manager's own settings, or under `[network] allow-hosts` of your own provender.toml"
            }
            Reason::UnpublishedFile(_) => {
                "if a mirror leaves files out, lock or verify against the index that it mirrors; else find out who put the file into the lockfile"
            }
            Reason::NoLockedDigest => "lock the package anew, so that there is a digest to hold it by",
            Reason::NoPublishedDigest => "look at the bytes as well (`provender verify --depth verified`)",
            Reason::Unreproducible(_) => {
                "leave it out in the policy (`[verify] leave-out`), or let Yarn store its archives unpacked (`compressionLevel: 0`)"
            }
            Reason::NoTransparency(_) => "leave it out in the policy (`[verify] leave-out`) if no database can vouch for it",
            Reason::UnknownProtocol(_) => {
                "if the registry has a sparse index, name that in `.cargo/config.toml` (`sparse+https://…`) and lock anew; else leave the package out in the policy (`[verify] leave-out`)"
            }
            Reason::NotAnArtifact(_) => "leave it out in the policy (`[verify] leave-out`) if it has to stay",
            Reason::TooLarge(_) => "leave it out in the policy (`[verify] leave-out`) if it has to be that large",
            _ => "try again; nothing is known about it yet, neither good nor bad",
        }
    }
}

/// The parts of a package's manifest that an installer acts on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactManifest {
    /// Package name.
    pub name: SmolStr,
    /// Package version.
    pub version: SmolStr,
    /// `dependencies` and `optionalDependencies`, name to range (an optional one counts where both name it).
    pub dependencies: BTreeMap<SmolStr, SmolStr>,
    /// The install-time scripts: `preinstall`, `install`, `postinstall`, name to command; `install` also where a `binding.gyp`
    /// makes npm run node-gyp.
    pub install_scripts: BTreeMap<SmolStr, SmolStr>,
}

/// Which artifacts a run is to verify.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asking {
    /// None: the default, offline.
    #[default]
    Nothing,
    /// Those that came or changed against the base.
    Changed,
    /// All.
    Everything,
}

/// Something a rule would like to know.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Question {
    /// Does this artifact hold?
    Artifact(Artifact),
    /// Which versions does this registry have of this package?
    Versions {
        /// The world the name lives in.
        ecosystem: Ecosystem,
        /// Package name.
        name: SmolStr,
        /// Registry base address, ending in `/`.
        registry: SmolStr,
    },
}

/// Every answer known so far. "Today" is a fact too: the core reads no clock.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Today's date, for exceptions that expire.
    pub today: Option<Date>,
    /// Which artifacts are to be asked about.
    pub asking: Asking,
    /// Answers about artifacts.
    pub verdicts: FxHashMap<Artifact, Arc<Verdict>>,
    /// Versions by question, newest last by publication where known; `Err` says why not.
    pub versions: FxHashMap<Question, Result<Arc<[SmolStr]>, Reason>>,
}

/// Questions that a report could not settle, in a stable order.
pub type Unanswered = BTreeSet<Question>;
