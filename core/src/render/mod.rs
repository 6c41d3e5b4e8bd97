//! From a report to text that people and other programs read: one file a format.
//!
//! A renderer is a plain function of the report and of the texts it points into; it prints nothing and decides nothing, so the same
//! input gives the same bytes. What comes out of a repository (source lines, names in messages, paths) is written so that it cannot
//! drive a terminal or a pipeline's log, nor hide from a reader; JSON alone keeps it as it is, escaped in its own way.

pub mod diff;
mod excerpt;
pub mod explain;
pub mod github;
pub mod json;
mod markdown;
pub mod packages;
pub mod sarif;
mod secrets;
mod sources;
pub mod text;
mod threats;
pub mod unified;
mod visible;

#[cfg(test)]
mod fixture;

pub use explain::{explain, rule_table};
pub use github::github;
pub use json::json;
pub use markdown::rule_markdown;
pub use sarif::sarif;
pub use secrets::Secrets;
pub use sources::{Place, Source, Sources};
pub use text::{TextOptions, text};
pub use threats::threat;
pub use unified::unified;
pub use visible::visible;

/// Whether text may carry colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// None: for files, pipes, and people who said `NO_COLOR`.
    #[default]
    Plain,
    /// ANSI escape codes.
    Ansi,
}

impl Style {
    /// Wraps `text` in `style`, if colours are on.
    fn paint(self, style: annotate_snippets::renderer::Style, text: &str) -> String {
        match self {
            Style::Plain => text.to_owned(),
            Style::Ansi => format!("{style}{text}{style:#}"),
        }
    }
}
