//! Bytes in, report out.

pub mod facts;
pub mod finding;
pub mod integrity;
pub mod model;
pub mod path;
pub mod policy;
pub mod syntax;
pub mod text;

/// Stands in for `rule.rs` until the modules that it refers to are there.
pub mod rule {
    /// One rule of the catalogue.
    #[derive(Debug)]
    pub struct Rule;
}
