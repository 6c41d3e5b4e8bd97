//! npm's own reading of things: versions and ranges, what a spec asks for, settings in effect, which entry answers, and when `npm ci`
//! refuses. Yarn, pnpm and bun share the grammar of specs and the registry's protocol.

pub mod config;
pub mod resolve;
pub mod spec;
pub mod sync;
pub mod version;
