//! The commit: the hook alone against git's own list of staged files, and `git commit` with it against other ways to run a hook.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::big_repository::{get, git, git_command};
use super::measure::{Sample, Subject, race, timed};
use super::table::{aim, mebibytes, millis, show};
use super::{Bencher, peak, peers, surroundings};
use crate::{Outcome, place};

const CPU: fn(&Sample) -> Duration = |sample| sample.cpu;

pub(crate) fn run(bencher: &Bencher) -> Outcome {
    let folder = get(bencher)?;
    git(bencher, &folder, &["reset", "--quiet", "--hard", "main"])?;
    stage(bencher, &folder)?;
    alone(bencher, &folder)?;
    let outcome = commits(bencher, &folder);
    git(bencher, &folder, &["reset", "--quiet", "--hard", "main"])?;
    outcome
}

/// Stages an update of one package of the big lockfile: another version and another digest.
fn stage(bencher: &Bencher, folder: &Path) -> Outcome {
    let path = folder.join("package-lock.json");
    let text = std::fs::read_to_string(&path)?;
    let entry = text.find("node_modules/").ok_or("the lockfile has no package")?;
    let start = entry + text[entry..].find("\"integrity\": \"sha512-").ok_or("no digest")? + "\"integrity\": \"sha512-".len();
    let version = entry + text[entry..].find("\"version\": \"").ok_or("no version")? + "\"version\": \"".len();
    let old = &text[version..version + text[version..].find('"').ok_or("no end")?];
    let (line, patch) = old.rsplit_once('.').ok_or("no patch")?;
    let new = format!("{line}.{}", patch.parse::<u64>()? + 1);
    let digest = super::lockfile::integrity(new.as_bytes());
    let mut changed = text.clone();
    changed.replace_range(start..start + 88, digest.trim_start_matches("sha512-"));
    // The address names the version too.
    let changed = format!("{}{}", &changed[..entry], changed[entry..].replacen(old, &new, 2));
    place::write(&path, changed)?;
    git(bencher, folder, &["add", "package-lock.json"])
}

fn alone(bencher: &Bencher, folder: &Path) -> Outcome {
    let hook = || {
        let mut command = bencher.provender(folder);
        command.args(["hook", "run", "pre-commit"]);
        command
    };
    let mut subjects = [
        Subject::process("git diff --cached --name-only", || git_command(bencher, folder, &["diff", "--cached", "--name-only"])),
        Subject::process("provender hook run pre-commit", hook),
        Subject::process("an empty sh hook", || {
            let mut command = surroundings::command("sh", &bencher.cache);
            command.args(["-c", "exit 0"]).current_dir(folder);
            command
        }),
    ];
    race(bencher.rounds(30), &mut subjects)?;
    show("one staged lockfile, the hook alone", &subjects);
    println!("  provender's memory at its highest: {}", mebibytes(peak::of(&hook(), b"", &bencher.cache)?));
    let (git, ours, empty) = (subjects[0].median(CPU), subjects[1].median(CPU), subjects[2].median(CPU));
    aim("below git diff --cached", &format!("{} against {} of CPU", millis(ours), millis(git)), ours < git);
    let over = ours.saturating_sub(empty);
    aim("at most 5 ms over an empty hook", &format!("{} of CPU over it", millis(over)), over <= Duration::from_millis(5));
    Ok(())
}

fn commits(bencher: &Bencher, folder: &Path) -> Outcome {
    let mut hooks = vec![("no hook", None), ("an empty sh hook", Some(script(bencher, "empty", "#!/bin/sh\nexit 0\n")?))];
    let mut install = bencher.provender(folder);
    install.args(["hook", "install"]);
    hooks.push(("provender", installed(bencher, folder, "provender", &mut install)?));
    let peers = [
        ("pre-commit", peers::pypi(&bencher.cache, "pre-commit"), "install"),
        ("prek", peers::pypi(&bencher.cache, "prek"), "install"),
        ("lefthook", peers::npm(&bencher.cache, "lefthook"), "install"),
    ];
    for (name, program, argument) in peers {
        let Some(program) = program else { continue };
        let mut install = surroundings::command(program, &bencher.cache);
        install.arg(argument).current_dir(folder);
        hooks.push((name, installed(bencher, folder, name, &mut install)?));
    }
    let mut subjects: Vec<_> =
        hooks.iter().map(|(name, hook)| Subject::new(*name, || commit(bencher, folder, hook.as_deref()))).collect();
    race(bencher.rounds(15), &mut subjects)?;
    show("git commit; the other tools run one hook that does nothing", &subjects);
    let (empty, ours) = (subjects[1].median(CPU), subjects[2].median(CPU));
    let over = ours.saturating_sub(empty);
    aim(
        "git commit at most 5 ms over an empty hook",
        &format!("{} of CPU over it", millis(over)),
        over <= Duration::from_millis(5),
    );
    Ok(())
}

/// One commit, taken back afterwards.
fn commit(bencher: &Bencher, folder: &Path, hooks: Option<&Path>) -> Outcome<Sample> {
    let nowhere = Path::new("/dev/null");
    let hooks = format!("core.hooksPath={}", hooks.unwrap_or(nowhere).display());
    let sample = timed(&mut git_command(bencher, folder, &["-c", &hooks, "commit", "--quiet", "-m", "measured"]), b"")?;
    git(bencher, folder, &["reset", "--quiet", "--soft", "HEAD~1"])?;
    Ok(sample)
}

/// Lets a tool install its hook, and moves that to a folder of its own.
fn installed(bencher: &Bencher, folder: &Path, name: &str, install: &mut Command) -> Outcome<Option<PathBuf>> {
    let hooks = folder.join(".git/hooks");
    if hooks.exists() {
        std::fs::remove_dir_all(&hooks)?;
    }
    std::fs::create_dir_all(&hooks)?;
    peers::quiet(install)?;
    let own = bencher.cache.join("hooks").join(name);
    std::fs::create_dir_all(&own)?;
    std::fs::copy(hooks.join("pre-commit"), own.join("pre-commit"))?;
    std::fs::remove_dir_all(&hooks)?;
    Ok(Some(own))
}

fn script(bencher: &Bencher, name: &str, text: &str) -> Outcome<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    let own = bencher.cache.join("hooks").join(name);
    place::write(&own.join("pre-commit"), text)?;
    std::fs::set_permissions(own.join("pre-commit"), std::fs::Permissions::from_mode(0o755))?;
    Ok(own)
}
