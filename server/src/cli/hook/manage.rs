//! Installing, removing and showing hooks.

use provender_hooks::{Report, Repository};

use super::super::output::{self, Failure, Outcome};

pub(super) fn install() -> Result<Outcome, Failure> {
    let binary = std::env::current_exe().and_then(|path| path.canonicalize());
    let binary = binary.map_err(|error| Failure::new(format!("the path of this program is not known: {error}")))?;
    tell(&repository()?.install_hooks(&binary)?)
}

pub(super) fn uninstall() -> Result<Outcome, Failure> {
    let report = repository()?.uninstall_hooks()?;
    if report.done.is_empty() {
        output::note("no hook of ours is installed");
    }
    tell(&report)
}

/// Every hook in place is clean; anything else is a finding, so that a script can ask.
pub(super) fn status() -> Result<Outcome, Failure> {
    let status = repository()?.hook_status()?;
    output::print(&status.to_string())?;
    Ok((!status.is_complete()).into())
}

fn repository() -> Result<Repository, Failure> {
    Ok(Repository::discover(&std::env::current_dir()?)?)
}

fn tell(report: &Report) -> Result<Outcome, Failure> {
    let lines: String = report.done.iter().map(|line| format!("{line}\n")).collect();
    output::print(&lines)?;
    report.notes.iter().for_each(|note| output::note(note));
    Ok(Outcome::Clean)
}
