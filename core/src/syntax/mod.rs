//! Syntax trees that keep every byte, and how to quote, indent and separate in each syntax.

mod doubled;
pub mod ini;
pub mod ini_edit;
pub mod json;
pub(crate) mod lines;
pub mod python_ini;
pub mod python_ini_edit;
pub mod toml;
pub mod yaml;
pub mod yarnrc;
pub mod yarnrc_edit;

/// The tree of a document, kept for edits.
#[derive(Debug)]
pub enum Syntax {
    /// JSON, strict or with comments.
    Json(json::Tree),
    /// npm's INI.
    Ini(ini::File),
    /// Python's INI.
    PythonIni(python_ini::File),
    /// TOML.
    Toml(toml::Tree),
    /// YAML, one document or several.
    Yaml(yaml::Tree),
    /// Yarn 1's own, of its settings.
    Yarnrc(yarnrc::File),
    /// No tree is kept: the edits of this syntax read the text again.
    Text,
    /// The file is no text at all, and nothing in it is read.
    Binary,
}
