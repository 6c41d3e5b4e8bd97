//! The managers themselves: installed once, in exact versions, each into a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Run, Sandbox, finish, installed};

/// A package manager's program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Npm,
    YarnClassic,
    YarnTwo,
    YarnThree,
    YarnBerry,
    Pnpm,
    Bun,
    PipCompile,
    Uv,
    Poetry,
    Pdm,
    Pipenv,
    Cargo,
}

/// Poetry asks the public index by an interface that mirrors lack; named as a source of its own, it is read in the simple form.
pub(crate) const POETRY_PROJECT: &str = r#"[project]
name = "demo"
version = "1.0.0"
requires-python = ">=3.11"
dependencies = ["requests==2.32.3", "click>=8"]

[[tool.poetry.source]]
name = "index"
url = "https://pypi.org/simple/"
priority = "primary"
"#;

pub(crate) const PIPFILE: &str = r#"[[source]]
url = "https://pypi.org/simple"
verify_ssl = true
name = "pypi"

[packages]
requests = "==2.32.3"
click = "*"

[requires]
python_version = "3"
"#;

/// Where a tool comes from: a registry's packages in exact versions, or this machine.
enum From {
    Machine,
    Npm(&'static str),
    Pip(&'static [&'static str]),
}

impl Tool {
    fn from(self) -> From {
        match self {
            Tool::Npm | Tool::Cargo => From::Machine,
            Tool::YarnClassic => From::Npm("yarn@1.22.22"),
            Tool::YarnTwo => From::Npm("@yarnpkg/cli-dist@2.4.2"),
            Tool::YarnThree => From::Npm("@yarnpkg/cli-dist@3.8.7"),
            Tool::YarnBerry => From::Npm("@yarnpkg/cli-dist@4.18.1"),
            Tool::Pnpm => From::Npm("pnpm@12.21.0"),
            Tool::Bun => From::Npm("bun@1.4.5"),
            Tool::PipCompile => From::Pip(&["pip-tools==7.6.2"]),
            Tool::Uv => From::Pip(&["uv==0.13.9"]),
            Tool::Poetry => From::Pip(&["poetry==2.5.1"]),
            Tool::Pdm => From::Pip(&["pdm[locked]==2.26.2"]),
            Tool::Pipenv => From::Pip(&["pipenv==2026.10.3"]),
        }
    }

    /// The program and the words before those of the command, in the folder that the tool was installed to.
    fn program(self, folder: &Path) -> Vec<PathBuf> {
        let module = |path: &str| folder.join("node_modules").join(path);
        match self {
            Tool::Npm => vec!["npm".into()],
            Tool::Cargo => vec![std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)],
            Tool::YarnClassic => vec!["node".into(), module("yarn/bin/yarn.js")],
            Tool::YarnTwo | Tool::YarnThree | Tool::YarnBerry => vec!["node".into(), module("@yarnpkg/cli-dist/bin/yarn.js")],
            Tool::Pnpm => vec![module(".bin/pnpm")],
            Tool::Bun => vec![module(".bin/bun")],
            Tool::PipCompile => vec![folder.join("bin/pip-compile")],
            Tool::Uv => vec![folder.join("bin/uv")],
            Tool::Poetry => vec![folder.join("bin/poetry")],
            Tool::Pdm => vec![folder.join("bin/pdm")],
            Tool::Pipenv => vec![folder.join("bin/pipenv")],
        }
    }
}

/// Runs a tool in the sandbox's project; a failure ends the test.
#[track_caller]
pub(crate) fn run(sandbox: &Sandbox, tool: Tool, words: &[&str]) {
    ask(sandbox, tool, words).expect(0);
}

/// Runs a tool in the sandbox's project.
#[track_caller]
pub(crate) fn ask(sandbox: &Sandbox, tool: Tool, words: &[&str]) -> Run {
    let folder = installed(tool);
    let program = tool.program(&folder);
    let mut command = in_sandbox(sandbox, &program[0]);
    command.args(&program[1..]).args(words);
    if matches!(tool, Tool::YarnTwo | Tool::YarnThree) {
        // Its name for it; each version refuses the other's.
        command.env_remove(YARN_AUTHORITIES);
        if let Some(authorities) = std::env::var_os("SSL_CERT_FILE") {
            command.env("YARN_CA_FILE_PATH", authorities);
        }
    }
    finish(&mut command)
}

/// Verifies a lockfile at the real registries, whatever was remembered.
pub(crate) fn verify(sandbox: &Sandbox, lockfile: &str) -> Run {
    finish(in_sandbox(sandbox, Path::new(env!("CARGO_BIN_EXE_provender"))).args(["verify", "--no-cache", lockfile]))
}

/// A program that sees the machine's certificate authorities, and nothing else of its settings.
fn in_sandbox(sandbox: &Sandbox, program: &Path) -> Command {
    let mut command = sandbox.command(program, &sandbox.repo);
    command.env_remove("npm_config_globalconfig").env_remove("NO_PROXY").env("CI", "1");
    for name in MACHINE {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    if let Some(authorities) = std::env::var_os("SSL_CERT_FILE") {
        command.env(YARN_AUTHORITIES, &authorities).env("PIP_CERT", &authorities);
    }
    let home = |name: &str| sandbox.path("home").join(name);
    command
        .env("YARN_ENABLE_TELEMETRY", "0")
        .env("YARN_ENABLE_IMMUTABLE_INSTALLS", "0")
        .env("YARN_GLOBAL_FOLDER", home("berry"))
        .env("YARN_NODE_LINKER", "node-modules")
        .env("PIPENV_YES", "1")
        .env("UV_NATIVE_TLS", "1")
        .env("PDM_CHECK_UPDATE", "0");
    command
}

/// The setting by which Yarn 4 knows the machine's certificate authorities.
const YARN_AUTHORITIES: &str = "YARN_HTTPS_CA_FILE_PATH";

/// What a machine may have to say about the way to the registries.
const MACHINE: [&str; 10] = [
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "HTTPS_PROXY",
    "https_proxy",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
];

/// The folder that a tool is in; it is installed if it is not there yet.
#[track_caller]
fn installed(tool: Tool) -> PathBuf {
    let name = format!("{tool:?}").to_lowercase();
    match tool.from() {
        From::Machine => PathBuf::new(),
        From::Npm(package) => installed::npm(&name, &[package]),
        From::Pip(packages) => installed::pypi(&name, packages),
    }
}
