//! `provender fix`: applies fixes, or shows what they would change.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use provender_core::document::Document;
use provender_core::finding::{Applicability, Finding, Fix};
use provender_core::render::{Secrets, Sources, Style, unified};
use provender_core::repair::repair_with;
use provender_core::rules;

use super::Format;
use super::output::{self, Failure, Outcome};
use super::shown::Shown;
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
    let rule = args.rule.as_deref();
    if let Some(id) = rule.filter(|id| rules::by_id(id).is_none()) {
        return Err(Failure::new(format!("there is no rule `{id}`")).hint("`provender explain` lists them all"));
    }
    let target = Target::new(&args.paths)?;
    let workspace = target.load();
    let applicability = if args.r#unsafe { Applicability::Unsafe } else { Applicability::Safe };
    // A fix that reaches beyond what was named is not made by half.
    let wanted = |finding: &Finding, fix: &Fix| {
        rule.is_none_or(|rule| finding.rule.id == rule)
            && fix.applicability >= applicability
            && fix.edits.keys().all(|path| target.covers(path))
    };
    let changed = repair_with(&workspace, wanted);
    let changed = changed.iter().filter_map(|(path, after)| Some((workspace.get(path)?, after)));
    let shown = Shown::new(&target, Format::Text);
    if args.diff {
        let secrets = Secrets::of(&target.analyze(&workspace), &Sources::of(&workspace));
        for (document, after) in changed {
            let (before, after) = (secrets.hide(&document.text), secrets.hide(after));
            let colours = output::style() == Style::Ansi;
            output::print(&unified(shown.path(&document.path).as_str(), Some(&before), &after, colours))?;
        }
        return Ok(Outcome::Clean);
    }
    let mut mended = 0;
    for (document, after) in changed {
        write(&target.root, document, after)?;
        output::note(&format!("mended {}", shown.path(&document.path)));
        mended += 1;
    }
    if mended == 0 {
        output::note("nothing to mend");
    }
    Ok(Outcome::Clean)
}

/// Puts a file in another's place in one step, with the same permissions: a reader sees the old or the new, never a part.
fn write(root: &Path, document: &Document, after: &str) -> Result<(), Failure> {
    // Through a link to the file itself, so that the link stays one.
    let path = &disk::absolute(root, &document.path).canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| Failure::new(format!("{} cannot be written: {error}", path.display()));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(after.as_bytes()).map_err(failed)?;
    file.as_file().set_permissions(std::fs::metadata(path).map_err(failed)?.permissions()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    if disk::read(path).map_err(failed)? != document.text.as_bytes() {
        return Err(Failure::new(format!("{} was changed meanwhile, and is left as it is", path.display())).hint("run it again"));
    }
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
