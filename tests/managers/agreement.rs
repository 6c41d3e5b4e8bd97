//! Whether `lockfile-out-of-sync` agrees with the managers themselves. Each locks a project; then the project is edited, one edit at a time, and
//! the manager's frozen install and `provender check` are both asked about it.
//!
//! A row of a manager's table says what the manager does with the edited project, so that it reads as a description of that manager; the
//! test holds the row against the manager, and the rule against the row. A disagreement that is known stands in the table with its reason, and must
//! still be one. A manager that stops for a reason of another kind (the network, a syntax error) counts as neither.

mod bun;
mod cargo;
mod npm;
mod pdm;
mod pipenv;
mod pnpm;
mod poetry;
mod uv;
mod yarn_berry;
mod yarn_classic;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::Sandbox;
use crate::tools::{self, Tool};

/// What a manager locks, and how it is asked whether the lockfile still fits.
pub(crate) struct Project {
    tool: Tool,
    files: &'static [(&'static str, &'static str)],
    /// The commands that write the lockfile, one after the other.
    lock: &'static [&'static [&'static str]],
    /// The frozen install, in the cheapest form that still decides.
    frozen: &'static [&'static str],
    /// What it says when it refuses. One of these must be in its output.
    refusals: &'static [&'static str],
}

/// What becomes of an edited project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The frozen install refuses it, and the rule says so.
    Refused,
    /// The frozen install lets it pass, and the rule tells of it: what is installed is not what the files say, or will not stay so.
    Told,
    /// The frozen install lets it pass, and there is nothing to tell.
    Passes,
}

/// A row of a manager's table.
pub(crate) struct Edit {
    what: &'static str,
    changes: Vec<Change>,
    verdict: Verdict,
    /// Why the rule says something else.
    known: Option<&'static str>,
}

enum Change {
    Replace { file: &'static str, from: &'static str, to: &'static str },
    Write { file: &'static str, text: &'static str },
    Remove { path: &'static str },
}

/// An edit that the frozen install refuses.
pub(super) fn refused(what: &'static str) -> Edit {
    Edit { what, changes: Vec::new(), verdict: Verdict::Refused, known: None }
}

/// An edit that the frozen install lets pass, and that the rule tells of all the same.
pub(super) fn told(what: &'static str) -> Edit {
    Edit { verdict: Verdict::Told, ..refused(what) }
}

/// An edit that leaves the lockfile in order.
pub(super) fn passes(what: &'static str) -> Edit {
    Edit { verdict: Verdict::Passes, ..refused(what) }
}

impl Edit {
    /// Puts `to` where `from` stands first in a file.
    pub(super) fn replace(mut self, file: &'static str, from: &'static str, to: &'static str) -> Edit {
        self.changes.push(Change::Replace { file, from, to });
        self
    }

    /// Writes a whole file.
    pub(super) fn write(mut self, file: &'static str, text: &'static str) -> Edit {
        self.changes.push(Change::Write { file, text });
        self
    }

    /// Removes a file, or a folder with everything in it.
    pub(super) fn remove(mut self, path: &'static str) -> Edit {
        self.changes.push(Change::Remove { path });
        self
    }

    /// The rule is known to say something else, for this reason.
    pub(super) fn but(self, reason: &'static str) -> Edit {
        Edit { known: Some(reason), ..self }
    }

    /// `Err` if a text that is to be replaced is not there.
    fn make(&self, sandbox: &Sandbox) -> Result<(), String> {
        for change in &self.changes {
            match *change {
                Change::Replace { file, from, to } => {
                    let text = sandbox.read(file);
                    if !text.contains(from) {
                        return Err(format!("`{from}` is not in {file}:\n{text}"));
                    }
                    sandbox.write(file, &text.replacen(from, to, 1));
                }
                Change::Write { file, text } => sandbox.write(file, text),
                Change::Remove { path } => remove(&sandbox.repo.join(path)),
            }
        }
        Ok(())
    }
}

/// What the rule says, with what a reader of a failure needs.
struct Said {
    verdict: Option<Verdict>,
    messages: Vec<String>,
}

/// The rules that tell of a lockfile which contradicts itself, cannot be read, or has more than anybody asks for. Managers refuse many of those, and
/// tell them no more from one that lags behind than people do; a finding of theirs is as good as one of `lockfile-out-of-sync`. It does not claim
/// what the manager does.
const TORN: [&str; 5] =
    ["inconsistent-lockfile", "unreadable-file", "duplicate-key", "unknown-lockfile-version", "unreachable-package"];

/// What `provender check` says of the sandbox's project: nothing, that the manager refuses it, or `None`, that it is wrong and no more.
fn rule(sandbox: &Sandbox) -> Said {
    let run = sandbox.provender(&["check", "--format", "json"]);
    let report = run.json();
    let findings = report["findings"].as_array().expect("a list");
    let messages_of = |wanted: &[&str]| -> Vec<String> {
        let found = findings.iter().filter(|found| wanted.contains(&found["rule"].as_str().expect("a rule")));
        found.map(|found| found["message"].as_str().expect("a message").to_owned()).collect()
    };
    let (out_of_sync, torn) = (messages_of(&["lockfile-out-of-sync"]), messages_of(&TORN));
    let refused = out_of_sync.iter().any(|message| message.contains("refuses it"));
    let verdict = match (refused, torn.is_empty(), out_of_sync.is_empty()) {
        (true, ..) => Some(Verdict::Refused),
        (_, false, _) => None,
        (_, _, false) => Some(Verdict::Told),
        _ => Some(Verdict::Passes),
    };
    Said { verdict, messages: [out_of_sync, torn].concat() }
}

/// Whether the manager refuses the sandbox's project; `Err` with its words if it stopped for another reason.
fn refuses(sandbox: &Sandbox, project: &Project) -> Result<bool, String> {
    let run = tools::ask(sandbox, project.tool, project.frozen);
    match run.code {
        0 => Ok(false),
        _ if project.refusals.iter().any(|words| run.all().contains(words)) => Ok(true),
        code => {
            let said = run.all();
            let beginning: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).take(12).collect();
            Err(format!("it stopped with {code} for another reason:\n{}", beginning.join("\n")))
        }
    }
}

/// What is wrong with a row, if anything is.
fn fault(edit: &Edit, manager: Result<bool, String>, said: &Said) -> Option<String> {
    let expected = edit.verdict;
    match manager {
        Err(words) => return Some(words),
        Ok(true) if expected != Verdict::Refused => return Some(format!("the manager refuses it; the rule: {:#?}", said.messages)),
        Ok(false) if expected == Verdict::Refused => {
            return Some(format!("the manager lets it pass; the rule: {:#?}", said.messages));
        }
        Ok(_) => {}
    }
    let agrees = said.verdict.map_or(expected != Verdict::Passes, |verdict| verdict == expected);
    match (agrees, edit.known) {
        (true, None) | (false, Some(_)) => None,
        (true, Some(reason)) => Some(format!("the rule agrees by now, so this is not true any more: {reason}")),
        (false, None) => Some(format!("{expected:?} for the manager; the rule says {:?}: {:#?}", said.verdict, said.messages)),
    }
}

/// Locks the project, and holds every edit against the manager and the rule. A failure lists every row that is wrong.
#[track_caller]
fn agree(project: &Project, edits: &[Edit]) {
    let sandbox = Sandbox::new();
    sandbox.user_npmrc("");
    for (path, text) in project.files {
        sandbox.write(path, text);
    }
    for words in project.lock {
        tools::run(&sandbox, project.tool, words);
    }
    let locked = files(&sandbox.repo);
    let nothing = passes("nothing");
    let mut faults = Vec::new();
    for edit in std::iter::once(&nothing).chain(edits) {
        restore(&sandbox.repo, &locked);
        let found = edit.make(&sandbox).err().or_else(|| {
            // The manager comes last: it may write, and what it is asked about is what the rule has seen.
            let said = rule(&sandbox);
            fault(edit, refuses(&sandbox, project), &said)
        });
        faults.extend(found.map(|fault| format!("- {}: {fault}", edit.what)));
    }
    let (wrong, all) = (faults.len(), edits.len());
    assert!(faults.is_empty(), "{wrong} of {all} rows about {:?} are wrong:\n{}", project.tool, faults.join("\n"));
}

/// What a manager leaves behind when it has installed: no part of the project.
const INSTALLED: [&str; 3] = [".git", "node_modules", "install-state.gz"];

/// The files below a folder, by their paths from it.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
            let kind = entry.file_type().expect("a kind");
            if INSTALLED.iter().any(|name| entry.file_name() == *name) {
                continue;
            } else if kind.is_dir() {
                folders.push(entry.path());
            } else {
                let path = entry.path().strip_prefix(root).expect("below it").to_str().expect("a plain name").to_owned();
                found.insert(path, fs::read(entry.path()).expect("a file"));
            }
        }
    }
    found
}

/// Makes the folder what it was, but for git's own.
fn restore(root: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(root).expect("a folder").map(|entry| entry.expect("an entry")) {
        if entry.file_name() != ".git" {
            remove(&entry.path());
        }
    }
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file is written");
    }
}

fn remove(path: &Path) {
    let is_folder = path.symlink_metadata().expect("it is there").is_dir();
    if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("it is removed");
}

mod managers {
    use super::{agree, bun, cargo, npm, pdm, pipenv, pnpm, poetry, uv, yarn_berry, yarn_classic};

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn npm_agrees() {
        agree(&npm::PROJECT, &npm::edits());
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn pdm_agrees() {
        agree(&pdm::PROJECT, &pdm::edits());
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn pipenv_agrees() {
        agree(&pipenv::PROJECT, &pipenv::edits());
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn poetry_agrees() {
        agree(&poetry::PROJECT, &poetry::edits());
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn cargo_agrees() {
        agree(&cargo::PROJECT, &cargo::edits());
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn uv_agrees() {
        agree(&uv::PROJECT, &uv::edits());
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn yarn_classic_agrees() {
        agree(&yarn_classic::PROJECT, &yarn_classic::edits());
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn yarn_classic_agrees_in_a_workspace() {
        agree(&yarn_classic::WORKSPACE, &yarn_classic::workspace_edits());
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn yarn_berry_agrees() {
        agree(&yarn_berry::PROJECT, &yarn_berry::edits());
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn pnpm_agrees() {
        agree(&pnpm::PROJECT, &pnpm::edits());
    }

    #[test]
    #[ignore = "runs a real package manager: cargo xtask test --managers"]
    fn bun_agrees() {
        agree(&bun::PROJECT, &bun::edits());
    }
}

mod tests {
    use super::{Said, Verdict, fault, passes, refused, told};

    #[test]
    fn every_disagreement_is_a_fault() {
        use Verdict::{Passes, Refused, Told};
        let torn = None;
        for (edit, manager, rule, expected) in [
            (refused("a"), Ok(true), Some(Refused), None),
            (refused("a"), Ok(true), torn, None),
            (refused("a"), Ok(true), Some(Told), Some("the rule says")),
            (refused("a"), Ok(true), Some(Passes), Some("the rule says")),
            (refused("a"), Ok(false), Some(Refused), Some("lets it pass")),
            (told("a"), Ok(false), Some(Told), None),
            (told("a"), Ok(false), torn, None),
            (told("a"), Ok(false), Some(Refused), Some("the rule says")),
            (told("a"), Ok(false), Some(Passes), Some("the rule says")),
            (told("a"), Ok(true), Some(Told), Some("refuses it")),
            (passes("a"), Ok(false), Some(Passes), None),
            (passes("a"), Ok(false), Some(Told), Some("the rule says")),
            (passes("a"), Ok(false), torn, Some("the rule says")),
            (passes("a"), Ok(true), Some(Passes), Some("refuses it")),
            (refused("a"), Err("the network".to_owned()), Some(Refused), Some("the network")),
            (refused("a").but("why"), Ok(true), Some(Passes), None),
            (refused("a").but("why"), Ok(true), Some(Refused), Some("not true any more: why")),
            (refused("a").but("why"), Ok(false), Some(Passes), Some("lets it pass")),
        ] {
            let case = format!("{:?} {:?}, the manager {manager:?}, the rule {rule:?}", edit.verdict, edit.known);
            let found = fault(&edit, manager, &Said { verdict: rule, messages: Vec::new() });
            match expected {
                None => assert_eq!(found, None, "{case}"),
                Some(words) => assert!(found.as_ref().is_some_and(|found| found.contains(words)), "{case}: {found:?}"),
            }
        }
    }
}
