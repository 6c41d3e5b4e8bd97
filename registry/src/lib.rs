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
//! | `metadata`, `manifest` | what a registry publishes about a version |
//! | `artifact`, `archive`, `extended_header`, `digest` | bytes in one pass: digests, and the manifest inside |
//! | `transport`, `resolver`, `address`, `credential` | HTTP: redirects, retries, limits, who gets which credential |
//! | `npm_cache`, `remembered` | npm's own cache as a source of bytes; verdicts of earlier runs |

mod address;
mod archive;
mod artifact;
mod cancel;
mod client;
mod credential;
mod digest;
mod event;
mod extended_header;
mod judge;
mod manifest;
mod metadata;
mod npm_cache;
mod options;
mod remembered;
mod resolver;
mod run;
mod transport;

pub use cancel::Cancel;
pub use client::{Client, SetupError};
pub use credential::Credential;
pub use event::Event;
pub use options::{Limits, Options, Retry};
