//! Real Kate without a screen, with the `settings.json` of this repository. What it draws cannot be read; what its client and the server say to each
//! other is written down by a go-between.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use provender_core::formats::Format;
use provender_core::path::RelPath;

use super::debian::{self, Suite};
use super::kit;
use super::support::{Sandbox, finish, script, write};

/// Nothing takes that long, on however busy a machine.
const LIMIT: Duration = Duration::from_secs(90);

/// As many as are started at once: each has one file.
const AT_ONCE: usize = 3;

/// A person who allowed the server once, in the window that asks.
fn person(sandbox: &Sandbox) {
    let home = sandbox.path("home");
    let settings = std::fs::read_to_string(kit::checkout().join("editors/kate/settings.json")).unwrap();
    write(&home, ".config/kate/lspclient/settings.json", &settings);
    let program = sandbox.path("bin/provender");
    let allowed = format!("[lspclient]\nAllowedServerCommandLines={} lsp\n", program.display());
    write(&home, ".config/katerc", &format!("[Kate Plugins]\nlspclientplugin=true\n\n{allowed}"));
    let (said, heard, real) = (sandbox.path("said"), sandbox.path("heard"), env!("CARGO_BIN_EXE_provender"));
    script(&program, &format!("#!/bin/sh\ntee '{}' | '{real}' \"$@\" | tee '{}'\n", said.display(), heard.display()));
}

/// Ends it when the test does.
struct Window(Child);

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Opens a file, and waits until Kate told of it and was told of what is found.
#[track_caller]
fn open(kate: &Path, name: &str, text: &str) {
    let sandbox = Sandbox::new();
    sandbox.write(name, text);
    person(&sandbox);
    std::fs::create_dir(sandbox.path("run")).unwrap();
    let mut command = debian::command(&sandbox, kate);
    command.env("QT_QPA_PLATFORM", "offscreen").env("XDG_RUNTIME_DIR", sandbox.path("run"));
    command.env("XDG_CONFIG_HOME", sandbox.path("home/.config")).args(["--block", name]);
    let _window = Window(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let read = |name: &str| std::fs::read_to_string(sandbox.path(name)).unwrap_or_default();
    let (began, is_empty) = (Instant::now(), text.is_empty());
    loop {
        let is_told = read("said").contains("textDocument/didOpen") && read("said").contains(name);
        if is_told && (is_empty || read("heard").contains("unpinned-dependency")) {
            return;
        }
        assert!(began.elapsed() < LIMIT, "{name}:\nsaid: {}\nheard: {}", read("said"), read("heard"));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// One name for each kind of file as far as an editor may tell: by its ending, or by all of it.
fn kinds() -> Vec<String> {
    let ending = |name: &str| {
        let last = RelPath::new(name).name().to_owned();
        last.rsplit_once('.').map_or(last.clone(), |(_, ending)| ending.to_owned())
    };
    let names = debian::known_names().into_iter().filter(|name| Format::of(&RelPath::new(name)).is_some());
    let kinds: BTreeMap<String, String> = names.map(|name| (ending(&name), name)).collect();
    kinds.into_values().collect()
}

mod editors {
    use super::*;

    #[test]
    #[ignore = "a real editor"]
    fn it_looks_after_every_kind_of_known_file() {
        let _turn = kit::turn(kit::Needs::Terminal);
        let kate = debian::installed(Suite::Older, "kate");
        println!("{}", finish(debian::command(&Sandbox::new(), &kate).env("QT_QPA_PLATFORM", "offscreen").arg("--version")).out);
        open(&kate, "package.json", "{ \"dependencies\": { \"left-pad\": \"^1.3.0\" } }\n");
        for names in kinds().chunks(AT_ONCE) {
            std::thread::scope(|scope| names.iter().for_each(|name| _ = scope.spawn(|| open(&kate, name, ""))));
        }
    }
}
