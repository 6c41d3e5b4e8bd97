//! Where this repository's hooks belong, and who said so.

use std::path::{Path, PathBuf};

use super::{HOOKS, block, is_executable, read, refuse, shim};
use crate::error::Result;
use crate::repository::Repository;

/// The folder that hooks are put into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Absolute.
    pub(super) folder: PathBuf,
    /// How hooks are written there.
    pub(super) layout: Layout,
    /// `core.hooksPath` with the scope it is set in, where it is set.
    pub(super) setting: Option<Setting>,
}

/// How hooks are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// A script of our own under the hook's name.
    Plain,
    /// A block in the user's file beside husky's generated ones.
    Husky,
}

/// `core.hooksPath`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// `local`, `worktree`, `global`, `system`, `command`.
    pub(super) scope: String,
    /// As it is set.
    pub(super) value: String,
}

impl Setting {
    /// Whether it holds for other repositories too.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.scope.as_str(), "global" | "system" | "command")
    }

    /// Whether every work tree has a folder of its own by it.
    pub(super) fn is_relative(&self) -> bool {
        !Path::new(&self.value).is_absolute() && !self.value.starts_with('~')
    }
}

impl Place {
    /// This repository's own place for hooks.
    pub(super) fn of(repository: &Repository) -> Result<Place> {
        let place = Place::as_is(repository)?;
        match &place.setting {
            Some(setting) if setting.value.is_empty() => Err(refuse(
                "`core.hooksPath` is set to nothing, which makes git look for hooks in whatever folder it runs in",
                "Unset it (`git config --unset core.hooksPath`), then install again.",
            )),
            Some(setting) if setting.is_shared() => Err(refuse(
                format!("your {} git settings send the hooks of every repository to {}", setting.scope, setting.value),
                "That folder is not touched. Call `provender hook run pre-commit` (and pre-merge-commit, pre-push \"$@\") from the hooks \
                 there, or give this repository its own: `git config core.hooksPath .git/hooks`.",
            )),
            _ => Ok(place),
        }
    }

    /// Where git looks, whoever said so.
    pub(super) fn as_is(repository: &Repository) -> Result<Place> {
        let work_dir = repository.work_dir().unwrap_or(repository.common_dir()).to_path_buf();
        let answer = repository.git(["rev-parse", "--git-path", "hooks"])?;
        let path = answer
            .text()
            .ok_or_else(|| refuse("git does not say where hooks belong", "Run `git rev-parse --git-path hooks` to see why."))?;
        let folder = absolute(&work_dir.join(path));
        let setting = setting(repository)?;
        let generated =
            folder.file_name().is_some_and(|name| name == "_") && folder.parent().is_some_and(|parent| parent.ends_with(".husky"));
        let (folder, layout) = match folder.parent() {
            Some(parent) if generated => (parent.to_path_buf(), Layout::Husky),
            _ => (folder, Layout::Plain),
        };
        Ok(Place { folder, layout, setting })
    }

    /// What the person should know about the place.
    pub(super) fn notes(&self, repository: &Repository) -> Vec<String> {
        let relative = self.setting.as_ref().filter(|setting| setting.is_relative());
        let Some(setting) = relative else { return Vec::new() };
        // git tells real paths; this one may go over a link. A work tree whose folder was deleted is none.
        let here = repository.work_dir().and_then(|tree| tree.canonicalize().ok());
        let others = worktrees(repository).into_iter().filter(|tree| tree.is_dir() && tree.canonicalize().ok() != here);
        let without: Vec<_> = others.filter(|tree| !self.reaches(&tree.join(&setting.value))).collect();
        let note = |tree: PathBuf| {
            format!(
                "The work tree {} has none of these hooks in its `{}`, so they do not run there: `core.hooksPath` is relative, and every work \
                 tree needs its own. Run `provender hook install` there too.",
                tree.display(),
                setting.value
            )
        };
        without.into_iter().map(note).collect()
    }
}

impl Place {
    /// Whether hooks of ours run out of another work tree's folder for them.
    fn reaches(&self, folder: &Path) -> bool {
        let text = |path: PathBuf| read(&path).ok().flatten().unwrap_or_default();
        HOOKS.iter().all(|hook| match self.layout {
            Layout::Plain => is_executable(&folder.join(hook)) && shim::is_ours(&text(folder.join(hook))),
            // husky generates its own folder when it is installed; the user's files come with the commit.
            Layout::Husky => folder.is_dir() && folder.parent().is_some_and(|parent| block::is_in(&text(parent.join(hook)))),
        })
    }
}

fn setting(repository: &Repository) -> Result<Option<Setting>> {
    let answer = repository.git(["config", "--show-scope", "--get-all", "core.hooksPath"])?;
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    let last = text.lines().last().and_then(|line| line.split_once('\t'));
    Ok(last.map(|(scope, value)| Setting { scope: scope.to_owned(), value: value.to_owned() }))
}

/// The folders of all work trees.
pub(super) fn worktrees(repository: &Repository) -> Vec<PathBuf> {
    let answer = repository.git(["worktree", "list", "--porcelain"]).ok().and_then(|answer| answer.text());
    let text = answer.unwrap_or_default();
    text.lines().filter_map(|line| line.strip_prefix("worktree ")).map(PathBuf::from).collect()
}

/// Without `.` and `..`, and without asking the disk, since the folder may not be there yet.
fn absolute(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                result.pop();
            }
            part => result.push(part),
        }
    }
    result
}
