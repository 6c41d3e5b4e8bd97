//! Manual pages and completions as files, for those who pack the binary. A person has `provender man` and `provender completions`.

use std::path::Path;

use clap::ValueEnum as _;
use clap_complete::Shell;

use crate::Outcome;

/// One page for the program and one for each command: `provender.1`, `provender-check.1`, …
pub(crate) fn manual(folder: &Path) -> Outcome {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(provender::cli::command(), folder)?;
    Ok(())
}

/// The completions of every shell that can be completed for.
pub(crate) fn completions(folder: &Path) -> Outcome {
    std::fs::create_dir_all(folder)?;
    for shell in Shell::value_variants() {
        clap_complete::generate_to(*shell, &mut provender::cli::command(), "provender", folder)?;
    }
    Ok(())
}
