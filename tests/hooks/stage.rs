//! The stage that the other tests play on: a repository with hooks in it, a remote, a registry.

use std::path::Path;

use registry_double::Registry;

use crate::support::project::{Locked, files};
use crate::support::world::{Part, World};
use crate::support::{Run, Sandbox, finish, script};

/// A repository with the hooks of a clone, and a clean project in its first commit.
pub(crate) struct Stage {
    pub(crate) sandbox: Sandbox,
    pub(crate) registry: Registry,
    /// What the first commit records.
    pub(crate) left: Locked,
}

impl Stage {
    /// With the hooks of a commit.
    pub(crate) fn new() -> Stage {
        let stage = Stage::bare();
        stage.sandbox.write_all(&files("", std::slice::from_ref(&stage.left)));
        stage.sandbox.commit("first");
        stage
    }

    /// Before the first commit.
    pub(crate) fn bare() -> Stage {
        let (sandbox, registry) = (Sandbox::new(), Registry::start().unwrap());
        sandbox.user_npmrc(&format!("registry={}\n", registry.url()));
        let left = Locked::published(&registry, "left", "1.0.0");
        let stage = Stage { sandbox, registry, left };
        stage.hooks(&stage.sandbox.repo);
        stage
    }

    /// Of a person who uses another package manager.
    pub(crate) fn of(world: World) -> Stage {
        let stage = Stage::bare();
        world.settle(&stage.sandbox, &stage.registry);
        stage
    }

    /// Writes that manager's project with these packages, and stages it.
    pub(crate) fn write_of(&self, world: World, parts: &[Part]) {
        world.write(&self.sandbox, parts);
        self.git(&["add", "-A"]).expect(0);
    }

    /// With a remote that has the first commit.
    pub(crate) fn pushed() -> Stage {
        let stage = Stage::new();
        stage.sandbox.git_in(&stage.sandbox.path(""), &["init", "-q", "--bare", "-b", "main", "remote.git"]);
        stage.sandbox.git(&["remote", "add", "origin", "../remote.git"]);
        stage.sandbox.git(&["push", "-q", "--no-verify", "-u", "origin", "main"]);
        stage
    }

    /// Puts hooks into a repository, as plain scripts.
    pub(crate) fn hooks(&self, dir: &Path) {
        let folder = self.sandbox.git_in(dir, &["rev-parse", "--git-path", "hooks"]);
        for hook in ["pre-commit", "pre-merge-commit", "pre-push"] {
            let text = format!("#!/bin/sh\necho ran >> \"$HOME/{hook}\"\nexec \"$PROVENDER_BIN\" hook run {hook} \"$@\"\n");
            script(&dir.join(&folder).join(hook), &text);
        }
    }

    /// Takes the plain scripts away again.
    pub(crate) fn no_hooks(&self) {
        std::fs::remove_dir_all(self.sandbox.repo.join(".git/hooks")).unwrap();
    }

    /// How often a hook ran.
    pub(crate) fn runs(&self, hook: &str) -> usize {
        std::fs::read_to_string(self.sandbox.path("home").join(hook)).map_or(0, |text| text.lines().count())
    }

    /// Publishes an honest package.
    pub(crate) fn publish(&self, name: &str) -> Locked {
        Locked::published(&self.registry, name, "1.0.0")
    }

    /// Writes the project with these packages.
    pub(crate) fn write(&self, packages: &[Locked]) {
        self.sandbox.write_all(&files("", packages));
    }

    /// Writes the project with these packages, and commits it past the hooks.
    pub(crate) fn commit(&self, message: &str, packages: &[Locked]) -> String {
        self.write(packages);
        self.sandbox.commit(message)
    }

    pub(crate) fn git(&self, args: &[&str]) -> Run {
        self.sandbox.try_git(args)
    }

    /// Runs git with further variables.
    pub(crate) fn git_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Run {
        finish(self.sandbox.command("git", &self.sandbox.repo).args(args).envs(variables.iter().copied()))
    }

    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).out.trim().to_owned()
    }

    /// The remote's value of a ref; empty if it has none.
    pub(crate) fn remote(&self, name: &str) -> String {
        self.sandbox.try_git_in(&self.sandbox.path("remote.git"), &["rev-parse", "--verify", "-q", name]).out.trim().to_owned()
    }

    pub(crate) fn tarballs(&self) -> usize {
        self.registry.requests().iter().filter(|request| request.path.ends_with(".tgz")).count()
    }
}

/// The index and every file of the work tree, to see that nobody touched them.
pub(crate) fn everything(stage: &Stage) -> Vec<(String, Vec<u8>, std::time::SystemTime)> {
    let mut files = Vec::new();
    let mut folders = vec![stage.sandbox.repo.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let (path, metadata) = (entry.path(), entry.metadata().unwrap());
            if metadata.is_dir() {
                folders.push(path);
            } else if metadata.is_file() {
                files.push((path.display().to_string(), std::fs::read(&path).unwrap(), metadata.modified().unwrap()));
            }
        }
    }
    files.sort();
    files
}
