//! What would run, where, and why not.

use std::fmt;
use std::path::PathBuf;

use super::place::{Layout, Place};
use super::{HOOKS, block, is_executable, read, shim};
use crate::error::Result;
use crate::repository::Repository;

/// The hooks of a repository as git would run them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The folder that git looks in (for husky, the user's files beside it).
    pub folder: PathBuf,
    /// Where the folder comes from: nothing for git's own default.
    pub chosen_by: Option<String>,
    /// Hook by hook.
    pub hooks: Vec<HookStatus>,
    /// What keeps hooks from running, or will: whole sentences.
    pub problems: Vec<String>,
}

/// One hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookStatus {
    /// Its name.
    pub name: &'static str,
    /// Its file.
    pub path: PathBuf,
    /// What stands there.
    pub state: HookState,
}

/// What stands where a hook belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookState {
    /// Nothing.
    Absent,
    /// Another tool's or the user's own hook, which does not run us.
    Foreign(&'static str),
    /// Another tool's, which keeps ours beside its own and runs it first (pre-commit and prek do).
    Aside(&'static str),
    /// Ours, but git skips it, since it is not executable.
    NotExecutable,
    /// Ours.
    Installed {
        /// The hook from before that runs first, if there is one.
        chained: Option<PathBuf>,
    },
}

impl Status {
    /// Whether every hook runs.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.problems.is_empty()
            && self.hooks.iter().all(|hook| matches!(hook.state, HookState::Installed { .. } | HookState::Aside(_)))
    }
}

impl Repository {
    /// What would run, where, and why not.
    ///
    /// # Errors
    /// Where git does not answer, or a hook cannot be read.
    pub fn hook_status(&self) -> Result<Status> {
        let place = Place::as_is(self)?;
        let mut problems = place.notes(self);
        if let Some(setting) = place.setting.as_ref().filter(|setting| setting.is_shared() || setting.value.is_empty()) {
            problems.push(format!(
                "`core.hooksPath` is set to `{}` in your {} settings: it holds for other repositories too, and is not touched.",
                setting.value, setting.scope
            ));
        }
        let mut hooks = Vec::new();
        for name in HOOKS {
            let path = place.folder.join(name);
            let text = read(&path)?;
            let state = state(&place, &path, text.as_deref());
            problems.extend(trouble(name, &path, text.as_deref(), &state));
            let generated = place.folder.join("_").join(name);
            if place.layout == Layout::Husky && !is_executable(&generated) {
                problems.push(format!("{} is missing, so git runs no {name} hook here: run `npx husky`.", generated.display()));
            }
            hooks.push(HookStatus { name, path, state });
        }
        let chosen_by = place.setting.map(|setting| format!("core.hooksPath = {} ({})", setting.value, setting.scope));
        Ok(Status { folder: place.folder, chosen_by, hooks, problems })
    }
}

fn state(place: &Place, path: &std::path::Path, text: Option<&str>) -> HookState {
    let Some(text) = text else { return HookState::Absent };
    match place.layout {
        Layout::Husky if block::is_in(text) => HookState::Installed { chained: None },
        Layout::Plain if shim::is_ours(text) && !is_executable(path) => HookState::NotExecutable,
        Layout::Plain if shim::is_ours(text) => {
            let kept = shim::chained(path);
            HookState::Installed { chained: kept.exists().then_some(kept) }
        }
        Layout::Plain if runs_aside(path) => HookState::Aside(named(text)),
        _ => HookState::Foreign(named(text)),
    }
}

/// Whether the tool whose hook stands at `path` runs ours out of the file that it moved it to.
fn runs_aside(path: &std::path::Path) -> bool {
    let [legacy, _] = shim::moved(path);
    is_executable(&legacy) && matches!(read(&legacy), Ok(Some(text)) if shim::is_ours(&text))
}

fn named(text: &str) -> &'static str {
    shim::tool(text).unwrap_or("a hook of your own")
}

fn trouble(name: &str, path: &std::path::Path, text: Option<&str>, state: &HookState) -> Option<String> {
    match state {
        HookState::NotExecutable => Some(format!("git skips {}, since it is not executable: chmod +x it.", path.display())),
        HookState::Foreign(tool) if shim::chained(path).exists() => Some(format!(
            "{name} was written anew by another tool ({tool}) after ours was installed: run `provender hook install` again after looking at {}.",
            shim::chained(path).display()
        )),
        HookState::Installed { .. } => {
            let binary = text.and_then(shim::binary).filter(|binary| !is_executable(binary));
            if shim::chained_runs(path) == Some(false) {
                return Some(format!(
                    "{} is not executable, so it does not run; it did not before either.",
                    shim::chained(path).display()
                ));
            }
            binary.map(|binary| format!("{name} runs {}, which is gone: run `provender hook install` again.", binary.display()))
        }
        _ => None,
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "hooks: {}", self.folder.display())?;
        if let Some(chosen) = &self.chosen_by {
            writeln!(f, "  by {chosen}")?;
        }
        for hook in &self.hooks {
            let state = match &hook.state {
                HookState::Absent => "not installed".to_owned(),
                HookState::Foreign(tool) => format!("not installed; there is {tool}"),
                HookState::Aside(tool) => format!("installed; {tool} runs it first"),
                HookState::NotExecutable => "installed, but not executable".to_owned(),
                HookState::Installed { chained: None } => "installed".to_owned(),
                HookState::Installed { chained: Some(path) } => format!("installed; {} runs first", path.display()),
            };
            writeln!(f, "  {:17} {state}", hook.name)?;
        }
        for problem in &self.problems {
            writeln!(f, "  note: {problem}")?;
        }
        Ok(())
    }
}
