//! Cargo's own reading of what its files say: sources.

pub mod members;
pub mod resolve;
pub mod source;
pub mod sync;
