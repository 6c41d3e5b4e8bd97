//! Prints what this crate sees, a line a file: the tests run it inside real hooks. It is not part of what is published.
//!
//! `inspect staged|merge`, `diff A B`, `list REV`, `read REV PATH`, `push NAME URL`, `framework`.

use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;

use provender_hooks::{CommitKind, FileChange, PushPlan, Refusal, Repository, Result};

fn known(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "package.json" | "package-lock.json" | "npm-shrinkwrap.json" | ".npmrc" | "provender.toml")
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut out = Vec::new();
    let code = match run(&args, &mut out) {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(out, "error {:?}: {error}", error.kind());
            ExitCode::from(2)
        }
    };
    let _ = std::io::stdout().write_all(&out);
    code
}

fn run(args: &[&str], out: &mut Vec<u8>) -> Result<ExitCode> {
    let mut repo = Repository::discover(Path::new("."))?;
    if std::env::var_os("INSPECT_FETCH").is_some() {
        repo = repo.with_lazy_fetch();
    }
    match args {
        ["staged" | "merge"] => {
            let kind = if args[0] == "merge" { CommitKind::Merge } else { CommitKind::Commit };
            let staged = repo.staged_for(kind, known)?;
            print(&repo, out, &staged.changes, &staged.refusals)?;
        }
        ["diff", before, after] => {
            let changes = repo.diff(&repo.revision(before)?, &repo.revision(after)?, known)?;
            print(&repo, out, &changes.files, &changes.refusals)?;
        }
        ["install", binary] => {
            for line in repo.install_hooks(Path::new(binary))?.done {
                let _ = writeln!(out, "{line}");
            }
        }
        ["list", revision] => {
            let listing = if *revision == ":index" { repo.index_snapshot()? } else { repo.revision(revision)? }.list(known)?;
            for (path, _) in &listing.files {
                let _ = writeln!(out, "{path}");
            }
            for refusal in &listing.refusals {
                let _ = writeln!(out, "! {refusal}");
            }
        }
        ["read", revision, path] => {
            let snapshot = if *revision == ":index" { repo.index_snapshot()? } else { repo.revision(revision)? };
            match snapshot.read(path)? {
                Some(bytes) => out.extend_from_slice(&bytes),
                None => out.extend_from_slice(b"(none)\n"),
            }
        }
        ["push", name, url] => {
            let mut stdin = String::new();
            let _ = std::io::stdin().read_to_string(&mut stdin);
            print_plan(&repo, out, &repo.push_plan(name, url, &stdin, known)?)?;
        }
        ["framework"] => match repo.push_plan_from_framework_env(known)? {
            Some(plan) => print_plan(&repo, out, &plan)?,
            None => out.extend_from_slice(b"no framework\n"),
        },
        _ => {
            let _ = writeln!(out, "usage: see the source");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print(repo: &Repository, out: &mut Vec<u8>, changes: &[FileChange], refusals: &[Refusal]) -> Result<()> {
    if std::env::var_os("INSPECT_COUNT").is_some() {
        // For measurements: what was found, without reading the files.
        let _ = writeln!(out, "{} changes, {} refusals", changes.len(), refusals.len());
        return Ok(());
    }
    for change in changes {
        let sign = match (&change.before, &change.after) {
            (None, _) => 'A',
            (Some(_), Some(_)) => 'M',
            (Some(_), None) => 'D',
        };
        let _ = write!(out, "{sign} {}", change.path);
        let text = |id| repo.blob(id).map(|bytes| String::from_utf8_lossy(&bytes).trim().chars().take(40).collect::<String>());
        for base in change.bases() {
            let _ = write!(out, " <{}>", text(&base.id)?);
        }
        if let Some(after) = &change.after {
            let _ = write!(out, " -> <{}>", text(&after.id)?);
        }
        let _ = writeln!(out);
    }
    for refusal in refusals {
        let _ = writeln!(out, "! {refusal}");
    }
    Ok(())
}

fn print_plan(repo: &Repository, out: &mut Vec<u8>, plan: &PushPlan<'_>) -> Result<()> {
    let _ = writeln!(out, "{} refs, {} commits", plan.refs.len(), plan.looked_at);
    for commit in &plan.commits {
        let _ = writeln!(out, "{}:", commit.summary);
        print(repo, out, &commit.changes, &commit.refusals)?;
        for change in commit.changes.iter().filter(|_| std::env::var_os("INSPECT_COUNT").is_none()) {
            // The handles give the same files as the change does.
            let after = commit.after.find(&change.path)?;
            let before = commit.before.find(&change.path).unwrap_or_default();
            assert_eq!(after, change.after);
            assert!(change.before.is_none() || before == change.before);
        }
    }
    for note in &plan.notes {
        let _ = writeln!(out, "note: {note}");
    }
    Ok(())
}
