//! What people install, built for the platform at hand: one file a kind of package.

mod program;
mod vsix;

use std::path::PathBuf;

use crate::{Outcome, place};

/// What to build, and from what.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which package
    kind: Kind,
    /// A program that is built already; otherwise a release build is made
    #[arg(long)]
    program: Option<PathBuf>,
    /// Where the packages go
    #[arg(long, default_value = program::FOLDER)]
    out: PathBuf,
}

/// What to build.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Kind {
    /// VS Code's extension, with the program inside
    Vsix,
}

/// Builds a package and says where it lies.
pub(crate) fn run(options: &Options) -> Outcome {
    let platform = program::platform()?;
    let program = match &options.program {
        Some(program) => program.canonicalize()?,
        None => program::build(platform)?,
    };
    // From the checkout's root, wherever it is run.
    let out = place::root().join(&options.out);
    std::fs::create_dir_all(&out)?;
    let built = match options.kind {
        Kind::Vsix => vsix::build(platform, &program, &out)?,
    };
    for path in built {
        println!("built {}", path.display());
    }
    Ok(())
}
