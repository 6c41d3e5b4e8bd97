//! Everything that asks the outside: package registries, package managers' caches, digests.
//!
//! A [`Client`] answers [`Question`](provender_core::facts::Question)s in bulk. What it says is always about bytes or documents that it
//! saw itself, or saw before and remembers under a secret of this user's own; what could not be told is *unverifiable*, with the
//! reason. It contacts only hosts that the caller allows, or that an allowed registry names; it sends a credential only where
//! the user's settings bind it; and no credential, user name or query of an address gets into an error.
//!
//! | module | does |
//! |---|---|
//! | [`options`](Options) | what the caller decides: hosts, credentials, limits, caches |
//! | `client`, `run`, `judge` | many artifacts at once; one artifact; the comparison itself |
//! | `npm`, `pypi`, `cargo`, `go` | what each ecosystem's registries publish about a version, and how its bytes are looked at |
//! | `artifact`, `digest`, `zip` | bytes in one pass, their digests, and archives of them |
//! | `transport`, `resolver`, `name_servers`, `address`, `credential` | HTTP: redirects, retries, limits, who gets which credential |
//! | `remembered` | verdicts of earlier runs |

mod address;
mod artifact;
mod cancel;
mod cargo;
mod client;
mod credential;
mod digest;
mod event;
mod go;
mod judge;
#[cfg(feature = "own-resolver")]
mod name_servers;
mod npm;
mod options;
mod published;
mod pypi;
mod remembered;
mod resolver;
mod run;
mod transport;
mod zip;
mod zlib;

pub use cancel::Cancel;
pub use client::{Client, SetupError};
pub use credential::Credential;
pub use event::Event;
pub use go::{SumDb, is_private};
pub use options::{GoProxy, Limits, Options, Retry};
pub use pypi::{Platform, System};
