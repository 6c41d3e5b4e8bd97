//! What the tests of the whole program share: a folder cut off from the machine's own settings, the real binary and the real git in it,
//! and npm projects to put there.

#![allow(dead_code, reason = "each test program uses its own part")]

pub(crate) mod installed;
pub(crate) mod program;
pub(crate) mod project;
pub(crate) mod world;

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The registry that the sandbox's person has in their `.npmrc`, unless a test says otherwise. Nobody listens there.
pub(crate) const REGISTRY: &str = "https://npm.example.test/";

/// A folder with a home, a user's settings, and a place for a repository.
pub(crate) struct Sandbox {
    root: TempDir,
    /// Where the project lies.
    pub(crate) repo: PathBuf,
}

/// How a program ended, and what it said.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Both outputs, for what must be nowhere.
    pub(crate) fn all(&self) -> String {
        format!("{}\n{}", self.out, self.err)
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Ends the test if the program ended otherwise.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Run {
        assert_eq!(self.code, code, "out:\n{}\nerr:\n{}", self.out, self.err);
        self
    }

    /// The rules of a JSON report's findings, each once, sorted.
    #[track_caller]
    pub(crate) fn rules(&self) -> Vec<String> {
        let report = self.json();
        let findings = report["findings"].as_array().expect("a list of findings");
        let mut rules: Vec<_> = findings.iter().map(|finding| finding["rule"].as_str().expect("a rule").to_owned()).collect();
        rules.sort();
        rules.dedup();
        rules
    }
}

impl Sandbox {
    /// With a git repository on branch `main`.
    pub(crate) fn new() -> Sandbox {
        let sandbox = Sandbox::without_git();
        sandbox.git(&["init", "-q", "-b", "main"]);
        sandbox
    }

    /// With an empty folder in the repository's place.
    pub(crate) fn without_git() -> Sandbox {
        let root = TempDir::with_prefix("provender-").expect("a temporary folder");
        // Some systems reach their temporary folder through a link; paths are compared here.
        let repo = root.path().canonicalize().expect("it is there").join("repo");
        std::fs::create_dir(&repo).expect("a folder");
        std::fs::create_dir(root.path().join("home")).expect("a home");
        let sandbox = Sandbox { root, repo };
        sandbox.user_npmrc(&format!("registry={REGISTRY}\n"));
        sandbox
    }

    /// A path beside the repository.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.repo.parent().expect("the sandbox's root").join(name)
    }

    /// The person's own `.npmrc`.
    pub(crate) fn user_npmrc(&self, text: &str) {
        std::fs::write(self.path("home/.npmrc"), text).expect("a file is written");
    }

    /// The person's own policy.
    pub(crate) fn user_policy(&self, text: &str) {
        std::fs::write(self.path("provender.toml"), text).expect("a file is written");
    }

    /// A program that sees nothing of this machine's settings.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, dir: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(dir).stdin(Stdio::null());
        for name in ["PATH", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .env("GIT_EDITOR", "true")
            .env("npm_config_userconfig", self.path("home/.npmrc"))
            .env("npm_config_globalconfig", self.path("home/global-npmrc"))
            .env("PROVENDER_CONFIG", self.path("provender.toml"))
            .env("PROVENDER_CACHE", self.path("cache"))
            .env("NO_PROXY", "*")
            .env("PROVENDER_BIN", env!("CARGO_BIN_EXE_provender"));
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "T").env(format!("GIT_{who}_EMAIL"), "t@example.test");
            command.env(format!("GIT_{who}_DATE"), "1700000000 +0000");
        }
        command
    }

    /// Runs the program in the repository.
    pub(crate) fn provender(&self, args: &[&str]) -> Run {
        self.provender_in(&self.repo, args)
    }

    pub(crate) fn provender_in(&self, dir: &Path, args: &[&str]) -> Run {
        finish(self.command(env!("CARGO_BIN_EXE_provender"), dir).args(args))
    }

    /// Runs git in the repository; a failure ends the test.
    #[track_caller]
    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_in(&self.repo, args)
    }

    #[track_caller]
    pub(crate) fn git_in(&self, dir: &Path, args: &[&str]) -> String {
        let run = self.try_git_in(dir, args);
        assert_eq!(run.code, 0, "git {args:?}: {run:?}");
        run.out.trim_end().to_owned()
    }

    pub(crate) fn try_git(&self, args: &[&str]) -> Run {
        self.try_git_in(&self.repo, args)
    }

    pub(crate) fn try_git_in(&self, dir: &Path, args: &[&str]) -> Run {
        finish(self.command("git", dir).args(args))
    }

    /// Writes a file of the repository.
    pub(crate) fn write(&self, path: &str, text: &str) {
        write(&self.repo, path, text);
    }

    pub(crate) fn write_all(&self, files: &[(String, String)]) {
        files.iter().for_each(|(path, text)| self.write(path, text));
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.repo.join(path)).expect("a text")
    }

    /// Commits everything, past all hooks.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--no-verify", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command) -> Run {
    ended(command.output().expect("the program starts"))
}

/// What a program that ended by itself said.
fn ended(output: Output) -> Run {
    let [out, err] = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    let code = output.status.code().unwrap_or_else(|| panic!("it did not end by itself: {}\n{out}\n{err}", output.status));
    Run { code, out, err }
}

/// Runs a command with a standard input.
pub(crate) fn finish_with_input(command: &mut Command, input: &str) -> Run {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    // A program that does not read its input is free to.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    ended(child.wait_with_output().expect("the program ends"))
}

pub(crate) fn write(dir: &Path, path: &str, text: &str) {
    let path = dir.join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file is written");
}

/// Writes an executable file.
pub(crate) fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a script is written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a mode is set");
}
