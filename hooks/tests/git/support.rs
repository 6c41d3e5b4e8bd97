//! A directory of repositories cut off from the machine's own git configuration, with fixed names and dates.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The directory, and a repository in it.
pub(crate) struct Sandbox {
    pub(crate) root: TempDir,
    pub(crate) repo: PathBuf,
}

/// The program that prints what the crate sees.
pub(crate) fn inspect() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows where it is");
    let profile = test.parent().and_then(Path::parent).expect("target/PROFILE/deps/TEST");
    let path = profile.join("examples").join(format!("inspect{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is missing: run `cargo test` without `--test`, or `cargo build --examples` first", path.display());
    path
}

impl Sandbox {
    /// A new repository with branch `main`.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// A new repository with further arguments for `git init`.
    pub(crate) fn with(args: &[&str]) -> Self {
        let root = TempDir::with_prefix("provender-hooks-").expect("a temporary directory");
        std::fs::create_dir(root.path().join("home")).expect("a home");
        let repo = root.path().join("repo");
        let sandbox = Sandbox { root, repo: repo.clone() };
        let mut init = vec!["init", "-q", "-b", "main"];
        init.extend(args);
        init.push("repo");
        sandbox.git_in(sandbox.root.path(), &init);
        sandbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn command(&self, program: impl AsRef<OsStr>, dir: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT") || name.to_string_lossy().starts_with("PRE_COMMIT") {
                command.env_remove(name);
            }
        }
        command.env_remove("PROVENDER").env_remove("XDG_CONFIG_HOME");
        command
            .current_dir(dir)
            .env("HOME", self.path("home"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "T").env(format!("GIT_{who}_EMAIL"), "t@example.test");
            command.env(format!("GIT_{who}_DATE"), "1700000000 +0000");
        }
        command.env("INSPECT", inspect()).env("OUT", self.path("out")).env("GIT_EDITOR", "true").stdin(Stdio::null());
        command
    }

    /// Runs git; a failure ends the test.
    pub(crate) fn git_in(&self, dir: &Path, args: &[&str]) -> String {
        let output = self.try_git(dir, args);
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    pub(crate) fn try_git(&self, dir: &Path, args: &[&str]) -> Output {
        self.command("git", dir).args(args).output().expect("git runs")
    }

    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_in(&self.repo, args)
    }

    /// Writes a file of the work tree.
    pub(crate) fn write(&self, path: &str, text: &str) {
        write(&self.repo, path, text);
    }

    /// Writes files, and commits everything.
    pub(crate) fn commit(&self, message: &str, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            self.write(path, text);
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--no-verify", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// What the inspecting program prints.
    pub(crate) fn inspect(&self, args: &[&str]) -> String {
        self.inspect_in(&self.repo, args, &[])
    }

    pub(crate) fn inspect_in(&self, dir: &Path, args: &[&str], env: &[(&str, &str)]) -> String {
        let output = self.command(inspect(), dir).args(args).envs(env.iter().copied()).output().expect("inspect runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Makes `hook` write what the inspecting program prints to a file.
    pub(crate) fn hook(&self, dir: &Path, hook: &str, args: &str) {
        let hooks = self.git_in(dir, &["rev-parse", "--git-path", "hooks"]);
        let path = dir.join(hooks).join(hook);
        std::fs::create_dir_all(path.parent().expect("a hooks directory")).expect("a hooks directory");
        script(&path, &format!("#!/bin/sh\nexec \"$INSPECT\" {args} >> \"$OUT\"\n"));
    }

    /// What the hooks wrote since the last call.
    pub(crate) fn output(&self) -> String {
        let text = std::fs::read_to_string(self.path("out")).unwrap_or_else(|_| "(no hook ran)".to_owned());
        let _ = std::fs::remove_file(self.path("out"));
        text
    }
}

pub(crate) fn write(dir: &Path, path: &str, text: &str) {
    let path = dir.join(path);
    std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    std::fs::write(path, text).expect("a file is written");
}

/// Writes an executable file.
pub(crate) fn script(path: &Path, text: &str) {
    std::fs::write(path, text).expect("a script is written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a mode is set");
    }
}

/// Runs a command with this standard input and returns what it prints.
pub(crate) fn run_with_input(command: &mut Command, input: &str) -> String {
    use std::io::Write;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs");
    // A command that does not read its input is free to.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the command ends");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
