//! One file a format: it turns a text into the model, and never fails.

pub mod npmrc;
mod npmrc_checks;
pub mod npmrc_keys;
