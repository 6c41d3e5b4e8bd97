//! The package managers, and what messages say about each: what people call it, and the commands that lock and that install as locked.

use serde::{Deserialize, Serialize};

use crate::model::Ecosystem;

/// A package manager, as far as its lockfile and its settings are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Manager {
    /// npm.
    Npm,
    /// Yarn 1, called classic.
    Yarn,
    /// Yarn 2 and later, called berry.
    Berry,
    /// pnpm.
    Pnpm,
    /// Bun.
    Bun,
    /// pip, and the tools that write its requirements files.
    Pip,
    /// The tools that write and read the shared `pylock.toml` (PEP 751), pip among them.
    Pylock,
    /// Poetry.
    Poetry,
    /// uv.
    Uv,
    /// PDM.
    Pdm,
    /// Pipenv.
    Pipenv,
    /// Cargo.
    Cargo,
    /// The `go` command.
    Go,
}

/// What messages say about a manager.
struct Words {
    name: &'static str,
    lockfile: &'static str,
    lock: &'static str,
    frozen: &'static str,
    settings: &'static str,
}

impl Manager {
    /// All of them.
    pub const ALL: [Manager; 13] = [
        Manager::Npm,
        Manager::Yarn,
        Manager::Berry,
        Manager::Pnpm,
        Manager::Bun,
        Manager::Pip,
        Manager::Pylock,
        Manager::Poetry,
        Manager::Uv,
        Manager::Pdm,
        Manager::Pipenv,
        Manager::Cargo,
        Manager::Go,
    ];

    /// The world of names that it installs from.
    #[must_use]
    pub fn ecosystem(self) -> Ecosystem {
        match self {
            Manager::Npm | Manager::Yarn | Manager::Berry | Manager::Pnpm | Manager::Bun => Ecosystem::Npm,
            Manager::Pip | Manager::Pylock | Manager::Poetry | Manager::Uv | Manager::Pdm | Manager::Pipenv => Ecosystem::Pypi,
            Manager::Cargo => Ecosystem::Cargo,
            Manager::Go => Ecosystem::Go,
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.words().name
    }

    /// The lockfile that it writes.
    #[must_use]
    pub fn lockfile(self) -> &'static str {
        self.words().lockfile
    }

    /// The command that brings the lockfile up to date, as far as it can be told without changing what is installed.
    #[must_use]
    pub fn lock_command(self) -> &'static str {
        self.words().lock
    }

    /// The command that installs what is locked and refuses anything else.
    #[must_use]
    pub fn frozen_command(self) -> &'static str {
        self.words().frozen
    }

    /// The settings file of a project.
    #[must_use]
    pub fn settings_file(self) -> &'static str {
        self.words().settings
    }

    fn words(self) -> Words {
        let words = |name, lockfile, lock, frozen, settings| Words { name, lockfile, lock, frozen, settings };
        match self {
            Manager::Npm => words("npm", "package-lock.json", "npm install --package-lock-only", "npm ci", ".npmrc"),
            Manager::Yarn => words("Yarn", "yarn.lock", "yarn install", "yarn install --frozen-lockfile", ".yarnrc"),
            Manager::Berry => {
                words("Yarn", "yarn.lock", "yarn install --mode=update-lockfile", "yarn install --immutable", ".yarnrc.yml")
            }
            Manager::Pnpm => words(
                "pnpm",
                "pnpm-lock.yaml",
                "pnpm install --lockfile-only",
                "pnpm install --frozen-lockfile",
                "pnpm-workspace.yaml",
            ),
            Manager::Bun => words("Bun", "bun.lock", "bun install --lockfile-only", "bun install --frozen-lockfile", "bunfig.toml"),
            Manager::Pip => words(
                "pip",
                "requirements.txt",
                "pip-compile --generate-hashes",
                "pip install --require-hashes -r requirements.txt",
                "pip.conf",
            ),
            Manager::Pylock => words("pip", "pylock.toml", "pip lock", "pip install -r pylock.toml", "pip.conf"),
            Manager::Poetry => words("Poetry", "poetry.lock", "poetry lock", "poetry sync", "pyproject.toml"),
            Manager::Uv => words("uv", "uv.lock", "uv lock", "uv sync --locked", "uv.toml"),
            Manager::Pdm => words("PDM", "pdm.lock", "pdm lock", "pdm sync", "pyproject.toml"),
            Manager::Pipenv => words("Pipenv", "Pipfile.lock", "pipenv lock", "pipenv sync", "Pipfile"),
            Manager::Cargo => {
                words("Cargo", "Cargo.lock", "cargo update --workspace", "cargo build --locked", ".cargo/config.toml")
            }
            Manager::Go => words("Go", "go.sum", "go mod tidy", "go build -mod=readonly", "go.mod"),
        }
    }
}
