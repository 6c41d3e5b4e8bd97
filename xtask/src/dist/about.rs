//! What the packages say about themselves, from the workspace's `Cargo.toml` and nowhere else.

use crate::{Outcome, place};

/// Files that every package brings along, as they are at the checkout's root.
pub(super) const LICENCES: &[&str] = &["LICENSE-APACHE", "LICENSE-MIT"];

/// The readme of packages that consist of the program.
pub(super) const README: &str = "xtask/packages/README.md";

/// The keys of `[workspace.package]` that packages tell.
pub(super) struct About {
    pub(super) version: String,
    pub(super) description: String,
    pub(super) license: String,
    pub(super) keywords: Vec<String>,
    /// The public repository, once there is one. npm accepts provenance only of a package that names it.
    pub(super) repository: Option<String>,
}

impl About {
    /// Reads them.
    pub(super) fn read() -> Outcome<About> {
        let manifest: toml::Table = place::read("Cargo.toml")?.parse()?;
        let package = manifest.get("workspace").and_then(|workspace| workspace.get("package"));
        let package = package.ok_or("Cargo.toml has no `workspace.package`")?;
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str).map(str::to_owned);
        let needed = |key: &str| text(key).ok_or_else(|| format!("Cargo.toml has no `workspace.package.{key}`"));
        let keywords = package.get("keywords").and_then(toml::Value::as_array).into_iter().flatten();
        Ok(About {
            version: needed("version")?,
            description: needed("description")?,
            license: needed("license")?,
            keywords: keywords.filter_map(toml::Value::as_str).map(str::to_owned).collect(),
            repository: text("repository"),
        })
    }

    /// Fails unless a tag names the version: a release is what its tag says.
    pub(super) fn is_tagged(&self, tag: &str) -> Outcome {
        let wanted = format!("v{}", self.version);
        if tag == wanted { Ok(()) } else { Err(format!("the tag is `{tag}`, and Cargo.toml's version wants `{wanted}`").into()) }
    }
}
