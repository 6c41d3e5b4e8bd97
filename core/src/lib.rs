//! Bytes in, report out.

pub mod facts;
pub mod formats;
pub mod integrity;
pub mod model;
pub mod policy;
pub mod syntax;
pub mod text;
