//! The npm packages: `provender`, which has a few lines of JavaScript, and `@provender/PLATFORM` with the program, an optional dependency of it
//! in exactly its own version. The package manager installs the one that fits by `os` and `cpu`; no script has to run for it.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::about::{LICENCES, README};
use super::content::Content;
use super::platform::PLATFORMS;
use super::{About, Lot, Platform};
use crate::{Outcome, place};

const LAUNCHER: &str = "xtask/packages/npm/provender.js";

/// The line of the launcher that the platforms go to.
const NO_PLATFORMS: &str = "const PLATFORMS = [];";

/// Builds both packages; gives their paths.
pub(super) fn build(lot: &Lot) -> Outcome<[PathBuf; 2]> {
    let main = pack(lot, "provender".into(), main(&lot.about)?)?;
    let platform = pack(lot, format!("provender-{}", lot.platform.of_node()), of_platform(lot)?)?;
    Ok([main, platform])
}

/// Writes a package under the name that `npm pack` would give it.
fn pack(lot: &Lot, name: String, content: Content) -> Outcome<PathBuf> {
    let path = lot.out.join(format!("{name}-{}.tgz", lot.about.version));
    place::write(&path, content.tar_gz("package")?)?;
    Ok(path)
}

/// The package that people ask for. It is the same from every platform.
fn main(about: &About) -> Outcome<Content> {
    let mut manifest = manifest(about, "provender", &about.description);
    manifest.insert("keywords".into(), json!(about.keywords));
    manifest.insert("bin".into(), json!({ "provender": "bin/provender.js" }));
    manifest.insert("engines".into(), json!({ "node": ">=18" }));
    let programs = PLATFORMS.iter().map(|platform| (name(platform), Value::from(about.version.as_str())));
    manifest.insert("optionalDependencies".into(), programs.collect::<Map<_, _>>().into());
    let mut content = base(&manifest)?;
    content.executable("bin/provender.js", launcher()?);
    Ok(content)
}

/// The package with the program.
fn of_platform(lot: &Lot) -> Outcome<Content> {
    let (os, cpu) = lot.platform.node;
    let description = format!("The program of the package `provender`, for {}", lot.platform.of_node());
    let mut manifest = manifest(&lot.about, &name(lot.platform), &description);
    // No `libc`: the program asks for none.
    manifest.insert("os".into(), json!([os]));
    manifest.insert("cpu".into(), json!([cpu]));
    // Yarn would keep it in an archive, from where it cannot be run.
    manifest.insert("preferUnplugged".into(), json!(true));
    let mut content = base(&manifest)?;
    content.program(format!("bin/{}", lot.platform.program()), &lot.program)?;
    Ok(content)
}

fn name(platform: &Platform) -> String {
    format!("@provender/{}", platform.of_node())
}

/// What both manifests have.
fn manifest(about: &About, name: &str, description: &str) -> Map<String, Value> {
    let mut manifest = Map::new();
    manifest.insert("name".into(), json!(name));
    manifest.insert("version".into(), json!(about.version));
    manifest.insert("description".into(), json!(description));
    manifest.insert("license".into(), json!(about.license));
    if let Some(repository) = &about.repository {
        manifest.insert("repository".into(), json!({ "type": "git", "url": format!("git+{repository}.git") }));
    }
    manifest.insert("files".into(), json!(["bin", "LICENSE-*"]));
    manifest.insert("publishConfig".into(), json!({ "access": "public", "provenance": true }));
    manifest
}

/// A package with what both have.
fn base(manifest: &Map<String, Value>) -> Outcome<Content> {
    let mut content = Content::default();
    content.text("package.json", serde_json::to_string_pretty(manifest)? + "\n");
    content.file("README.md", &place::at(README))?;
    for name in LICENCES {
        content.file(*name, &place::at(name))?;
    }
    Ok(content)
}

/// The launcher, which knows the platforms.
fn launcher() -> Outcome<String> {
    let text = place::read(LAUNCHER)?;
    if !text.contains(NO_PLATFORMS) {
        return Err(format!("{LAUNCHER} has no line `{NO_PLATFORMS}`").into());
    }
    let names: Vec<_> = PLATFORMS.iter().map(Platform::of_node).collect();
    Ok(text.replace(NO_PLATFORMS, &format!("const PLATFORMS = {};", serde_json::to_string(&names)?)))
}
