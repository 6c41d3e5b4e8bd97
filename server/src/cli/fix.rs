//! `provender fix`: applies fixes, or shows what they would change.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use provender_core::document::Document;
use provender_core::finding::Applicability;
use provender_core::render::{Secrets, Sources, Style, unified};
use provender_core::rules;

use super::Format;
use super::mending::Mending;
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
    /// Also ask the registry what fixes depend on: digests that are missing, the highest version that fits.
    #[arg(long)]
    online: bool,
}

pub(crate) fn run(args: &Args) -> Result<Outcome, Failure> {
    let rule = args.rule.as_deref();
    if let Some(id) = rule.filter(|id| rules::by_id(id).is_none()) {
        return Err(Failure::new(format!("there is no rule `{id}`")).hint("`provender explain` lists them all"));
    }
    let target = Target::new(&args.paths)?;
    let before = target.load();
    let applicability = if args.r#unsafe { Applicability::Unsafe } else { Applicability::Safe };
    let mending = Mending { target: &target, rule, applicability };
    let mut after = before.clone();
    let left = if args.online { mending.online(&mut after)? } else { mending.offline(&mut after) };
    let texts = after.documents().filter_map(|document| Some((before.get(&document.path)?, document)));
    let changed: Vec<_> = texts.filter(|(before, after)| before.text != after.text).collect();
    let shown = Shown::new(&target, Format::Text);
    if args.diff {
        let secrets = Secrets::of(&target.analyze(&before), &Sources::of(&before));
        for (document, after) in changed {
            let (before, after) = (secrets.hide(&document.text), secrets.hide(&after.text));
            let colours = output::style() == Style::Ansi;
            output::print(&unified(shown.path(&document.path).as_str(), Some(&before), &after, colours))?;
        }
        return left.told(&shown);
    }
    if changed.is_empty() {
        output::note("nothing to mend");
    }
    let next = if changed.is_empty() { BTreeSet::new() } else { mending.next(&before, &after) };
    for (document, after) in changed {
        write(&target.root, document, &after.text)?;
        output::note(&format!("mended {}", shown.path(&document.path)));
    }
    next.iter().for_each(|help| output::note(&format!("a lockfile lags behind now: {help}")));
    left.told(&shown)
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
