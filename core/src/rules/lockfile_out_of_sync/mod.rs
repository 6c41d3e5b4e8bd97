use super::prelude::*;

rule! {
    /// The manifest asks for something that the lockfile does not answer, or answers otherwise.
    ///
    /// Most of it a frozen install (`npm ci`, `bun install --frozen-lockfile`, …) refuses. Some it lets pass, and which depends on the manager: an alias
    /// that was added or taken away, a list that the lockfile copied differently, a git commit that changed. Then what is installed is not what the
    /// manifest says.
    ///
    /// ## Bad
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "2.0.0"}
    /// }
    /// ```
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// ## Good
    /// ```json package.json
    /// {
    ///   "name": "@corp/app",
    ///   "private": true,
    ///   "dependencies": {"left-pad": "1.3.0"}
    /// }
    /// ```
    /// ```json package-lock.json
    /// {
    ///   "lockfileVersion": 3,
    ///   "packages": {
    ///     "": { "dependencies": { "left-pad": "1.3.0" } },
    ///     "node_modules/left-pad": {
    ///       "version": "1.3.0",
    ///       "resolved": "https://npm.corp.test/left-pad/-/left-pad-1.3.0.tgz",
    ///       "integrity": "sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="
    ///     }
    ///   }
    /// }
    /// ```
    ///
    /// A requirements file that a tool has compiled (`requirements.txt` of `requirements.in`) must answer everything that its input asks for.
    ///
    /// uv keeps a copy of what each project asks for, and `uv sync --locked` compares the two. Poetry, PDM and Pipenv keep a hash of it; PDM's and
    /// Pipenv's `sync` do not look at it, and none of them sees to it that the versions in the lockfile are those that are asked for.
    ///
    /// ## Bad
    /// ```toml pyproject.toml
    /// [project]
    /// name = "app"
    /// version = "1.0"
    /// dependencies = ["left-pad>=2"]
    /// ```
    /// ```toml uv.lock
    /// version = 1
    ///
    /// [[package]]
    /// name = "app"
    /// version = "1.0"
    /// source = { virtual = "." }
    ///
    /// [package.metadata]
    /// requires-dist = [{ name = "left-pad", specifier = ">=1" }]
    /// ```
    ///
    /// ## Good
    /// ```toml pyproject.toml
    /// [project]
    /// name = "app"
    /// version = "1.0"
    /// dependencies = ["left-pad>=2"]
    /// ```
    /// ```toml uv.lock
    /// version = 1
    ///
    /// [[package]]
    /// name = "app"
    /// version = "1.0"
    /// source = { virtual = "." }
    ///
    /// [package.metadata]
    /// requires-dist = [{ name = "left-pad", specifier = ">=2" }]
    /// ```
    ///
    /// ## What to do
    /// Let the manager lock anew (`npm install --package-lock-only`, `uv lock`, `poetry lock`), look at what changes, and commit both files together.
    LOCKFILE_OUT_OF_SYNC = {
        id: "lockfile-out-of-sync",
        threat: 5,
        severity: Error,
        summary: "manifest and lockfile disagree",
        fixable: No,
        needs: Files,
        checks: [Project(project)],
    }
}

mod berry;
mod bun;
mod cargo;
#[cfg(test)]
mod edited;
mod folders;
mod go;
mod hashed;
mod npm;
mod pdm;
mod pip;
mod pipenv;
mod pnpm;
mod poetry;
mod uv;
mod yarn;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::formats::Role;

/// Each manager compares what it asks for with what it locked in its own way; of several lockfiles of one manager the first counts.
fn project(project: &Project<'_>, cx: &mut Cx<'_>) {
    pip::check(project, cx);
    let mut seen = FxHashSet::default();
    for document in project.lockfiles.iter().copied().filter(|document| document.format.role == Role::Lockfile) {
        let Some(lockfile) = document.lockfile().filter(|lockfile| seen.insert(lockfile.manager)) else { continue };
        match lockfile.manager {
            Manager::Npm => npm::check(project, document, lockfile, cx),
            Manager::Cargo => cargo::check(project, document, lockfile, cx),
            Manager::Go => go::check(project, document, cx),
            Manager::Yarn => yarn::check(project, document, lockfile, cx),
            Manager::Berry => berry::check(project, document, lockfile, cx),
            Manager::Bun => bun::check(project, document, lockfile, cx),
            Manager::Pnpm => pnpm::check(project, document, lockfile, cx),
            Manager::Poetry => poetry::check(project, document, lockfile, cx),
            Manager::Uv => uv::check(project, document, lockfile, cx),
            Manager::Pdm => pdm::check(project, document, lockfile, cx),
            Manager::Pipenv => pipenv::check(project, document, lockfile, cx),
            // Lists of pip are compared with what they are made of, above; a shared lockfile is made from no manifest that is known.
            Manager::Pip | Manager::Pylock => {}
        }
    }
}

/// What to do about a lockfile that lags behind.
fn help(document: &Arc<Document>) -> String {
    let command = document.lockfile().map_or("", |lockfile| lockfile.manager.lock_command());
    format!("run `{command}`, look at what changes, and commit both files together")
}
