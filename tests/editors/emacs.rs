//! Real Emacs without a screen: eglot as `provender.el` sets it up. The scenarios are in `emacs/`.

use super::debian::{self, Suite};
use super::kit;
use super::support::{Run, Sandbox};

/// Runs a scenario.
#[track_caller]
fn scenario(sandbox: &Sandbox, suite: Suite, name: &str) -> Run {
    let _turn = kit::turn(kit::Needs::Terminal);
    let emacs = debian::installed(suite, "emacs");
    let package = kit::checkout().join("editors/emacs");
    let scenarios = kit::checkout().join("tests/editors/emacs");
    let script = scenarios.join(name).with_extension("el");
    let arguments =
        ["-Q", "--batch", "-L", package.to_str().unwrap(), "-L", scenarios.to_str().unwrap(), "-l", script.to_str().unwrap()];
    debian::run(sandbox, &emacs, &arguments)
}

mod editors {
    use super::*;

    #[test]
    #[ignore = "a real editor"]
    fn a_finding_its_reasons_its_fix_and_the_file_on_disk() {
        let sandbox = debian::project();
        scenario(&sandbox, Suite::Newer, "fix");
        let manifest = sandbox.read("package.json");
        assert!(manifest.contains("\"left-pad\": \"1.3.0\""), "{manifest}");
    }

    #[test]
    #[ignore = "a real editor"]
    fn it_looks_after_every_known_file_and_no_other() {
        let sandbox = debian::project();
        let names = debian::known_names();
        names.iter().filter(|name| name.as_str() != "package.json").for_each(|name| sandbox.write(name, ""));
        sandbox.write("requirements-dev.txt", "requests>=2\n");
        sandbox.write("names", &names.join("\n"));
        scenario(&sandbox, Suite::Newer, "files");
    }
}
