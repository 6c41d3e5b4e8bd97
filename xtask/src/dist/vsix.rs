//! VS Code's extension: type-checked, bundled, and packed with the program inside, once for each platform that the program serves.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::platform::Platform;
use crate::{Outcome, place};

const SOURCE: &str = "editors/vscode";

/// What goes into the package as it is.
const FILES: &[&str] = &["package.json", "README.md", "CHANGELOG.md", "dist/extension.js"];

/// Builds the packages; gives their paths.
pub(super) fn build(platform: &Platform, program: &Path, out: &Path) -> Outcome<Vec<PathBuf>> {
    bundle()?;
    let stage = out.join("vsix");
    if stage.exists() {
        std::fs::remove_dir_all(&stage)?;
    }
    fill(&stage, program)?;
    platform.vscode.iter().map(|target| pack(&stage, out, target)).collect()
}

/// Installs what the lockfile says, checks the types, and bundles.
fn bundle() -> Outcome {
    npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?;
    npm(&["run", "check"])?;
    npm(&["run", "build"])
}

fn npm(arguments: &[&str]) -> Outcome {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(Command::new(npm).args(arguments).current_dir(place::at(SOURCE)))
}

/// Lays the package out in a folder of its own, so that nothing else can get into it.
fn fill(stage: &Path, program: &Path) -> Outcome {
    let source = place::at(SOURCE);
    for name in FILES {
        copy(&source.join(name), &stage.join(name))?;
    }
    for entry in std::fs::read_dir(source.join("media"))? {
        let path = entry?.path();
        // Drawings are the pictures' source; the marketplace takes none.
        if path.extension().is_none_or(|extension| extension != "svg") {
            copy(&path, &stage.join("media").join(path.file_name().unwrap_or_default()))?;
        }
    }
    copy(&place::at("docs/provender.schema.json"), &stage.join("provender.schema.json"))?;
    copy(program, &stage.join("bin").join(program.file_name().unwrap_or_default()))?;
    let licences = format!(
        "Licensed under either of the two licences below, at your option.\n\n{}\n\n{}",
        place::read("LICENSE-MIT")?,
        place::read("LICENSE-APACHE")?
    );
    place::write(&stage.join("LICENSE.txt"), licences)
}

/// Copies a file with its mode: the program stays executable.
fn copy(from: &Path, to: &Path) -> Outcome {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::copy(from, to).map_err(|error| format!("cannot copy {}: {error}", from.display()))?;
    Ok(())
}

fn pack(stage: &Path, out: &Path, target: &str) -> Outcome<PathBuf> {
    let out = out.join(format!("provender-{target}.vsix"));
    let vsce = place::at(SOURCE).join("node_modules/@vscode/vsce/vsce");
    let mut command = Command::new("node");
    // What the extension needs is bundled.
    command.arg(vsce).args(["package", "--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"]);
    run(command.args(["--target", target, "--out"]).arg(&out).current_dir(stage))?;
    Ok(out)
}

fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("{} cannot be run: {error}", command.get_program().display()))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed", command.get_program().display()).into()) }
}
