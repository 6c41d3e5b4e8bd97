//! Real Neovim, headless, with the plugin installed as a package and an `init.lua` as the README shows it. The scenarios are in `nvim/`.
//!
//! It is Debian's, or the one that `PROVENDER_NVIM` names.

use std::path::{Path, PathBuf};

use super::debian::{self, Suite};
use super::kit;
use super::support::{Run, Sandbox, write};

/// Runs a scenario with a file open.
#[track_caller]
fn scenario(sandbox: &Sandbox, suite: Suite, name: &str, file: &str) -> Run {
    let _turn = kit::turn(kit::Needs::Terminal);
    let nvim = match (suite, std::env::var_os("PROVENDER_NVIM")) {
        (Suite::Newer, Some(named)) => PathBuf::from(named),
        _ => debian::installed(suite, "nvim"),
    };
    let scenarios = kit::checkout().join("tests/editors/nvim");
    let enable = match suite {
        Suite::Newer => "vim.lsp.enable('provender')\n",
        Suite::Older => "",
    };
    let package = sandbox.path("home/.local/share/nvim/site/pack/any/start/provender");
    copy(&kit::checkout().join("editors/nvim"), &package);
    let init = format!(
        "package.path = '{}/?.lua;' .. package.path\nvim.cmd.helptags('{}')\n{enable}",
        scenarios.display(),
        package.join("doc").display()
    );
    write(&sandbox.path("home"), ".config/nvim/init.lua", &init);
    let script = format!("luafile {}", scenarios.join(name).with_extension("lua").display());
    debian::run(sandbox, &nvim, &["--headless", file, "-c", &script])
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

mod editors {
    use super::*;

    #[test]
    #[ignore = "a real editor"]
    fn a_finding_its_reasons_its_fix_and_the_file_on_disk() {
        let sandbox = debian::project();
        scenario(&sandbox, Suite::Newer, "fix", "package.json");
        let manifest = sandbox.read("package.json");
        assert!(manifest.contains("\"left-pad\": \"1.3.0\"") && manifest.contains("\"right-pad\": \"2.0.1\""), "{manifest}");
    }

    #[test]
    #[ignore = "a real editor"]
    fn a_lens_verifies_and_a_tampered_entry_is_marked() {
        let (sandbox, registry) = debian::tampered();
        scenario(&sandbox, Suite::Newer, "verify", "package-lock.json");
        assert!(!registry.requests().is_empty());
    }

    #[test]
    #[ignore = "a real editor"]
    fn nothing_is_asked_of_a_registry_unless_the_person_asks() {
        let (sandbox, registry) = debian::tampered();
        scenario(&sandbox, Suite::Newer, "health", "package.json");
        assert_eq!(registry.requests().len(), 0);
    }

    #[test]
    #[ignore = "a real editor"]
    fn a_server_that_is_killed_comes_back() {
        scenario(&debian::project(), Suite::Newer, "revive", "package.json");
    }

    #[test]
    #[ignore = "a real editor"]
    fn it_looks_after_every_known_file_and_no_other() {
        let sandbox = debian::project();
        write(&sandbox.path("home"), "names", &debian::known_names().join("\n"));
        scenario(&sandbox, Suite::Newer, "files", "README.md");
    }

    #[test]
    #[ignore = "a real editor"]
    fn the_command_does_what_it_offers() {
        scenario(&debian::project(), Suite::Newer, "command", "package.json");
    }

    #[test]
    #[ignore = "a real editor"]
    fn a_list_of_any_name_is_looked_after() {
        let sandbox = debian::project();
        sandbox.write("requirements.txt", "-r deps/extra.txt\n");
        sandbox.write("deps/extra.txt", "requests>=2\n");
        sandbox.write("deps/note.txt", "requests>=2\n");
        scenario(&sandbox, Suite::Newer, "lists", "deps/extra.txt");
    }

    #[test]
    #[ignore = "a real editor"]
    fn an_older_neovim_is_told_so() {
        scenario(&debian::project(), Suite::Older, "older", "package.json");
    }
}
