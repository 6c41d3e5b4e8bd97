//! What commands end with, and how they speak.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;

use anstream::AutoStream;
use provender_core::finding::Report;
use provender_core::render::{self, Sources, Style, TextOptions};
use provender_core::rules;
use provender_core::workspace::{User, Workspace};

use super::shown::Shown;
use super::target::Target;
use super::{ColorChoice, Format};

/// What a command that did its work came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing at or above the blocking severity.
    Clean,
    /// Such findings.
    Findings,
}

impl From<bool> for Outcome {
    /// Whether something blocks.
    fn from(blocks: bool) -> Outcome {
        if blocks { Outcome::Findings } else { Outcome::Clean }
    }
}

/// Why a command could not do its work, and how to go on.
#[derive(Debug)]
pub struct Failure {
    /// What happened.
    pub message: String,
    /// What to do now.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure without a hint.
    pub(crate) fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), hint: None }
    }

    /// Adds what to do now.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Failure {
        Failure { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<provender_hooks::Error> for Failure {
    fn from(error: provender_hooks::Error) -> Failure {
        Failure::new(error.message()).hint(error.hint())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::new(error.to_string())
    }
}

/// Sets what `auto` means for the rest of the run.
pub(crate) fn choose_colour(choice: ColorChoice) {
    let global = match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    global.write_global();
}

/// Whether standard output takes colours.
pub(crate) fn style() -> Style {
    match AutoStream::choice(&io::stdout()) {
        anstream::ColorChoice::Never => Style::Plain,
        _ => Style::Ansi,
    }
}

/// Writes to standard output. That a reader went away is no fault, as for every tool in a pipe.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = AutoStream::auto(io::stdout().lock());
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|error| Failure::new(format!("standard output cannot be written: {error}"))),
    }
}

/// Writes a line for people to standard error.
pub(crate) fn note(line: &str) {
    let mut error = anstream::stderr().lock();
    // There is nowhere left to say that this failed.
    let _ = writeln!(error, "{line}");
}

/// Says why the work could not be done.
pub(crate) fn complain(failure: &Failure) {
    note(&format!("provender: {}", failure.message));
    if let Some(hint) = &failure.hint {
        note(&format!("  {hint}"));
    }
}

/// A report in the wanted format, with the paths that its readers can follow.
pub(crate) fn report(target: &Target, workspace: &Workspace, report: &Report, format: Format, all: bool) -> String {
    let shown = Shown::new(target, format);
    written(&shown.report(report), &shown.sources(workspace), format, all)
}

/// A report in the wanted format.
pub(crate) fn written(report: &Report, sources: &Sources<'_>, format: Format, all: bool) -> String {
    match format {
        Format::Json => render::json(report, sources),
        Format::Sarif => render::sarif(report, sources, rules::ALL, env!("CARGO_PKG_VERSION")),
        Format::Github => render::github(report, sources),
        Format::Text | Format::Concise => {
            let mut options = TextOptions { style: style(), concise: format == Format::Concise, ..TextOptions::default() };
            if all {
                options.limit = None;
            }
            render::text(report, sources, &options)
        }
    }
}

/// Whether a person watches standard error.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// The person's own settings; what of them does not count is told.
pub(crate) fn person() -> Arc<User> {
    let user = crate::user::load();
    user.faults.iter().for_each(|fault| note(&format!("provender: {fault}")));
    Arc::new(user)
}
