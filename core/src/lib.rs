//! Bytes in, report out.

pub mod facts;
pub mod formats;
pub mod integrity;
pub mod model;
pub mod npm_config;
pub mod policy;
pub mod purl;
pub mod registries;
pub mod spelling;
pub mod syntax;
pub mod text;
