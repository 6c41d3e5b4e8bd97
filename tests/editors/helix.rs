//! Real Helix in a terminal (tmux), with the `languages.toml` of this repository: keys go in, and the screen is read.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::debian::{self, Suite};
use super::kit;
use super::support::{Run, Sandbox, finish, write};

/// Nothing takes that long, on however busy a machine.
const LIMIT: Duration = Duration::from_secs(90);

const CONFIG: &str = "[editor.statusline]\nleft = [\"file-name\"]\ncenter = []\nright = [\"file-type\"]\n";

/// A terminal with Helix in it.
struct Terminal<'s> {
    sandbox: &'s Sandbox,
    tmux: PathBuf,
}

impl Terminal<'_> {
    fn open<'s>(sandbox: &'s Sandbox, file: &str) -> Terminal<'s> {
        let languages = std::fs::read_to_string(kit::checkout().join("editors/helix/languages.toml")).unwrap();
        write(&sandbox.path("home"), ".config/helix/languages.toml", &languages);
        write(&sandbox.path("home"), ".config/helix/config.toml", CONFIG);
        let hx = debian::installed(Suite::Newer, "hx");
        println!("{}", finish(debian::command(sandbox, &hx).arg("--version")).out);
        let terminal = Terminal { sandbox, tmux: debian::installed(Suite::Newer, "tmux") };
        terminal.tmux(&["new-session", "-d", "-x", "160", "-y", "30", hx.to_str().unwrap(), file]);
        // Keys that come before it listens are lost.
        terminal.see("the editor", |screen| screen.lines().any(|line| line.trim_start().starts_with(file)));
        terminal
    }

    #[track_caller]
    fn tmux(&self, arguments: &[&str]) -> String {
        self.try_tmux(arguments).expect(0).out
    }

    fn try_tmux(&self, arguments: &[&str]) -> Run {
        let mut command = debian::command(self.sandbox, &self.tmux);
        command.env("TMUX_TMPDIR", self.sandbox.path("home")).env("SHELL", "/bin/sh");
        finish(command.args(["-f", "/dev/null"]).args(arguments))
    }

    fn press(&self, keys: &[&str]) {
        for key in keys {
            self.tmux(&["send-keys", key]);
        }
    }

    fn command(&self, text: &str) {
        self.tmux(&["send-keys", "-l", text]);
        self.press(&["Enter"]);
    }

    /// Waits until the screen is as wanted, and whole: it is drawn piece by piece. Gives it.
    #[track_caller]
    fn see(&self, what: &str, wanted: impl Fn(&str) -> bool) -> String {
        let (began, mut before) = (Instant::now(), String::new());
        loop {
            let screen = self.tmux(&["capture-pane", "-p"]);
            if wanted(&screen) && screen == before {
                return screen;
            }
            assert!(began.elapsed() < LIMIT, "waited in vain for {what}:\n{screen}");
            before = screen;
        }
    }

    #[track_caller]
    fn see_text(&self, text: &str) -> String {
        self.see(text, |screen| screen.contains(text))
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        // It ends with Helix, and then there is none.
        self.try_tmux(&["kill-server"]);
    }
}

/// Waits until a file on disk is as wanted. There may be none for a moment: Helix writes another one and gives it the name.
#[track_caller]
fn on_disk(sandbox: &Sandbox, path: &str, wanted: &str) {
    let began = Instant::now();
    let read = || std::fs::read_to_string(sandbox.repo.join(path)).unwrap_or_default();
    while !read().contains(wanted) {
        assert!(began.elapsed() < LIMIT, "{}", read());
        std::thread::yield_now();
    }
}

/// The languages that the configuration gives the server.
fn languages() -> Vec<String> {
    let text = std::fs::read_to_string(kit::checkout().join("editors/helix/languages.toml")).unwrap();
    let names = text.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"').map(str::to_owned));
    names.collect()
}

mod editors {
    use super::*;

    #[test]
    #[ignore = "a real editor"]
    fn a_finding_its_fix_and_the_file_on_disk() {
        let _turn = kit::turn(kit::Needs::Terminal);
        let sandbox = debian::project();
        let helix = Terminal::open(&sandbox, "package.json");
        helix.see_text("`left-pad` admits more than one version");
        // Findings come in more than one go: the place is found by its text, and not by their number.
        helix.press(&["/"]);
        helix.command(r"\^1\.3\.0");
        helix.press(&["Space", "a"]);
        helix.see_text("Pin `left-pad` to 1.3.0");
        helix.press(&["Enter"]);
        helix.see_text("\"left-pad\": \"1.3.0\"");
        helix.command(":w");
        on_disk(&sandbox, "package.json", "\"left-pad\": \"1.3.0\"");
    }

    #[test]
    #[ignore = "a real editor"]
    fn findings_arrive_in_a_file_that_helix_has_no_language_for() {
        let _turn = kit::turn(kit::Needs::Terminal);
        let sandbox = debian::project();
        sandbox.write("requirements-dev.txt", "requests>=2\n");
        let helix = Terminal::open(&sandbox, "requirements-dev.txt");
        helix.see_text("`requests` admits more than one version");
    }

    #[test]
    #[ignore = "a real editor"]
    fn every_known_file_has_a_language_with_the_server() {
        let _turn = kit::turn(kit::Needs::Terminal);
        let sandbox = debian::project();
        let (helix, languages) = (Terminal::open(&sandbox, "README.md"), languages());
        for name in debian::known_names() {
            helix.command(&format!(":open {name}"));
            let line =
                |screen: &str| screen.lines().find(|line| line.trim_start().starts_with(&format!("{name} "))).map(str::to_owned);
            // While the command is being typed, names that complete it are shown in a list.
            let is_typed = |screen: &str| !screen.lines().any(|line| line.starts_with(':'));
            let is_shown = |screen: &str| line(screen).is_some_and(|line| line.split_whitespace().count() > 1);
            let screen = helix.see(&name, |screen| is_typed(screen) && is_shown(screen));
            let shown = line(&screen).unwrap();
            let language = shown.split_whitespace().last().unwrap();
            assert!(languages.iter().any(|known| known == language), "{name} is {language} in Helix");
        }
    }
}
