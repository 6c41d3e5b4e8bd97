//! What is rendered from the tables: a rule's own page, completions, the manual, help; and what the README shows.

use std::path::Path;

use crate::support::Sandbox;
use provender_core::rules;

#[test]
fn every_rule_explains_itself() {
    let sandbox = Sandbox::without_git();
    let list = sandbox.provender(&["explain"]).expect(0).out;
    assert_eq!(list.lines().count(), rules::ALL.len());
    for rule in rules::ALL {
        assert!(list.lines().any(|line| line.starts_with(rule.id)), "{}", rule.id);
        let page = sandbox.provender(&["explain", rule.id]).expect(0).out;
        for word in [rule.id, rule.severity.id(), "Bad", "Good", "What to do"] {
            assert!(page.contains(word), "{}: {word} is missing:\n{page}", rule.id);
        }
    }
    let run = sandbox.provender(&["explain", "no-such-rule"]).expect(2);
    assert!(run.err.contains("no-such-rule"), "{run:?}");
}

#[test]
fn shells_and_readers_get_their_pages() {
    let sandbox = Sandbox::without_git();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = sandbox.provender(&["completions", shell]).expect(0).out;
        assert!(text.contains("provender") && text.contains("verify"), "{shell}: {text}");
    }
    sandbox.provender(&["completions", "cobol"]).expect(2);
    let manual = sandbox.provender(&["man"]).expect(0).out;
    assert!(manual.contains(".TH provender") && manual.contains("verify"), "{manual}");
}

#[test]
fn help_and_version_are_no_faults() {
    let sandbox = Sandbox::without_git();
    let help = sandbox.provender(&["--help"]).expect(0);
    for command in ["check", "fix", "verify", "diff", "packages", "explain", "hook", "lsp"] {
        assert!(help.out.contains(command), "{command}");
        assert!(!sandbox.provender(&[command, "--help"]).expect(0).out.is_empty());
    }
    assert!(sandbox.provender(&["--version"]).expect(0).out.starts_with("provender "));
    let run = sandbox.provender(&[]).expect(2);
    assert!(run.out.is_empty() && run.err.contains("Usage"), "{run:?}");
    sandbox.provender(&["frobnicate"]).expect(2);
}

#[test]
fn the_readme_shows_what_is_printed() {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(checkout.join("README.md")).unwrap();
    let shown = readme.split_once("$ cargo run --release -- check examples/tampered\n").unwrap().1.split_once("```").unwrap().0;
    let run = Sandbox::without_git().provender_in(checkout, &["check", "examples/tampered"]).expect(1);
    assert_eq!(run.out, shown);
}
