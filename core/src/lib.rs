//! Bytes in, report out.

pub mod facts;
pub mod integrity;
pub mod model;
pub mod npm_resolve;
pub mod npm_spec;
pub mod policy;
pub mod text;
pub mod version;
