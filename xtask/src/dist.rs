//! What people install, built for the platform at hand: one file a kind of package.

mod about;
mod archive;
mod content;
mod npm;
mod platform;
mod program;
#[cfg(test)]
mod tests;
mod vsix;
mod wheel;

use std::path::PathBuf;

use crate::{Outcome, place};
use about::About;
use platform::Platform;

/// What to build, and from what.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which packages
    #[arg(required = true)]
    kinds: Vec<Kind>,
    /// A program that is built already; otherwise a release build is made
    #[arg(long)]
    program: Option<PathBuf>,
    /// Where the packages go
    #[arg(long, default_value = program::FOLDER)]
    out: PathBuf,
    /// The tag of the release, which must name the version that is built
    #[arg(long)]
    tag: Option<String>,
}

/// What to build.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// The program with its manual pages and completions, in a `.tar.gz` with its checksum
    Archive,
    /// The npm package, and the one of this platform that it depends on
    Npm,
    /// The Python wheel
    Wheel,
    /// VS Code's extension, with the program inside
    Vsix,
    /// All of them
    All,
}

/// What every package is built from.
struct Lot {
    platform: &'static Platform,
    program: PathBuf,
    about: About,
    out: PathBuf,
}

/// Builds packages and says where they lie.
pub(crate) fn run(options: &Options) -> Outcome {
    let about = About::read()?;
    if let Some(tag) = &options.tag {
        about.is_tagged(tag)?;
    }
    let platform = platform::at_hand()?;
    let program = match &options.program {
        Some(program) => program.canonicalize()?,
        None => program::build(platform)?,
    };
    // From the checkout's root, wherever it is run.
    let out = place::root().join(&options.out);
    std::fs::create_dir_all(&out)?;
    let lot = Lot { platform, program, about, out };
    for path in build(&lot, &options.kinds)? {
        println!("built {}", path.display());
    }
    Ok(())
}

fn build(lot: &Lot, kinds: &[Kind]) -> Outcome<Vec<PathBuf>> {
    let wanted = |kind| kinds.contains(&kind) || kinds.contains(&Kind::All);
    let mut built = Vec::new();
    if wanted(Kind::Archive) {
        built.extend(archive::build(lot)?);
    }
    if wanted(Kind::Npm) {
        built.extend(npm::build(lot)?);
    }
    if wanted(Kind::Wheel) {
        built.push(wheel::build(lot)?);
    }
    if wanted(Kind::Vsix) {
        built.extend(vsix::build(lot.platform, &lot.program, &lot.out)?);
    }
    Ok(built)
}
