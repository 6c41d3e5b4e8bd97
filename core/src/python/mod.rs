//! What Python's package managers have in common, whatever their files look like.

pub mod requirement;
