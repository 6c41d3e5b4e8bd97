//! Syntax trees that keep every byte, and how to quote, indent and separate in each syntax.

pub mod ini;
pub mod ini_edit;
