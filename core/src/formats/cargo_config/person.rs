//! What a person's own file says beyond a project's: the registry that stands in for the default one.

use smol_str::SmolStr;

use super::sources::bare;
use crate::registries::CRATES_GIT;
use crate::syntax::toml;

/// The name of the default registry in `[source]`.
const DEFAULT: &str = "crates-io";

/// The mirror that a person's file puts in the place of the default registry, as the one that is asked; or why it cannot be. For the person's own
/// file only: a project's mirror has to serve the very files of the default registry, which is the one to ask about them.
#[must_use]
pub fn replacement(text: &str) -> Option<Result<SmolStr, &'static str>> {
    let tree = toml::parse(text);
    let root = tree.root(text);
    let mut name: SmolStr = DEFAULT.into();
    // A replacement may be replaced in its turn; in a circle Cargo refuses.
    for _ in 0..8 {
        let Some(next) = root.get_path(&["source", &name, "replace-with"]).and_then(toml::Value::string) else { break };
        name = next.into();
    }
    if name == DEFAULT {
        return None;
    }
    let named = || root.get_path(&["registries", &name, "index"]);
    // A folder has no index that could be asked.
    let index = root.get_path(&["source", &name, "registry"]).or_else(named)?;
    let (written, address) = (index.string()?, bare(index)?.value);
    match written.starts_with("sparse+") {
        true => Some(Ok(address)),
        false if address.trim_end_matches('/') == CRATES_GIT => None,
        false => Some(Err("your own Cargo settings put an index in its place that is read with git, which is not spoken here")),
    }
}
