//! `provender fix`: applies fixes, or shows what they would change.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use provender_core::analyze::analyze;
use provender_core::finding::Applicability;
use provender_core::render::{Secrets, Sources, Style, unified};
use provender_core::repair::repair;
use provender_core::rules;

use super::output::{self, Failure, Outcome};
use super::target::Target;
use crate::disk;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files or folders; the current folder if none is named.
    paths: Vec<PathBuf>,
    /// Also apply fixes that may change what is installed or how.
    #[arg(long)]
    r#unsafe: bool,
    /// Print a unified diff and write nothing.
    #[arg(long)]
    diff: bool,
    /// Only the fixes of this rule.
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    if let Some(id) = args.rule.as_deref().filter(|id| rules::by_id(id).is_none()) {
        return Err(Failure::new(format!("there is no rule `{id}`")).hint("`provender explain` lists them all"));
    }
    let target = Target::new(&args.paths)?;
    let workspace = target.load()?;
    let applicability = if args.r#unsafe { Applicability::Unsafe } else { Applicability::Safe };
    let mut changed = repair(&workspace, applicability, args.rule.as_deref());
    changed.retain(|path, _| target.covers(path));
    if args.diff {
        let report = analyze(&workspace);
        let secrets = Secrets::of(&report, &Sources::of(&workspace));
        for (path, after) in &changed {
            let before = workspace.get(path).map(|document| secrets.hide(&document.text));
            output::print(&unified(path.as_str(), before.as_deref(), &secrets.hide(after), output::style() == Style::Ansi))?;
        }
        return Ok(Outcome::Clean);
    }
    for (path, after) in &changed {
        write(&disk::absolute(&target.root, path), after)?;
        output::note(&format!("mended {path}"));
    }
    if changed.is_empty() {
        output::note("nothing to mend");
    }
    Ok(Outcome::Clean)
}

/// Puts a file in another's place in one step, with the same permissions: a reader sees the old or the new, never a part.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    // Through a link to the file itself, so that the link stays one.
    let path = &path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| Failure::new(format!("{} cannot be written: {error}", path.display()));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().set_permissions(std::fs::metadata(path).map_err(failed)?.permissions()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
