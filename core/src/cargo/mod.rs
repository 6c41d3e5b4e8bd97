//! Cargo's own reading of what its files say: sources.

pub(crate) mod features;
pub mod members;
pub(crate) mod refused;
pub mod resolve;
pub mod source;
pub mod sync;
