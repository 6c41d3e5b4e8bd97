//! What a person's own files say beyond a project's: the registry that stands in for the default one, and credentials.

use smol_str::SmolStr;

use super::sources::place;
use crate::model::{BoundCredential, Destination, NamedRegistry, Settings};
use crate::npm::config::Origin;
use crate::registries::Serves;
use crate::syntax::toml;

/// The name of the default registry in `[source]`.
const DEFAULT: &str = "crates-io";

/// The settings with the mirror that the person puts in the place of the default registry, as the one that is asked. For the person's own file only:
/// a project's mirror has to serve the very files of the default registry, which is the one to ask about them.
#[must_use]
pub fn with_replacement(text: &str, mut settings: Settings) -> Settings {
    let tree = toml::parse(text);
    let root = tree.root(text);
    let mut name: SmolStr = DEFAULT.into();
    // A replacement may be replaced in its turn; in a circle Cargo refuses.
    for _ in 0..8 {
        let Some(next) = root.get_path(&["source", &name, "replace-with"]).and_then(toml::Value::string) else { break };
        name = next.into();
    }
    if name != DEFAULT
        && let Some((url, Destination::Address)) = place(root, &name)
    {
        settings.registries.push(NamedRegistry {
            name: None,
            url,
            serves: Serves::Default,
            mixes: false,
            part: None,
            yields: false,
        });
    }
    settings
}

/// The person's tokens, each bound to the index of its registry: from their credentials file and settings, and from the environment, which goes
/// first. The token for the default registry is for publishing, and nothing that is read there asks for one.
#[must_use]
pub fn credentials(settings: &[&Settings], environment: impl Fn(&str) -> Option<String>) -> Vec<BoundCredential> {
    let registries = settings.iter().flat_map(|settings| &settings.registries);
    let token = |registry: &NamedRegistry| {
        let name = registry.name.as_ref()?;
        let upper = name.to_ascii_uppercase().replace('-', "_");
        let key = format!("registries.{name}.token");
        let written = || settings.iter().rev().find_map(|settings| settings.get(&key)).map(|setting| setting.value.value.clone());
        let (authorization, origin) = match environment(&format!("CARGO_REGISTRIES_{upper}_TOKEN")) {
            Some(token) => (token.into(), Origin::Environment),
            None => (written()?, Origin::User),
        };
        Some(BoundCredential { registry: registry.url.value.clone(), authorization, origin })
    };
    registries.filter_map(token).collect()
}
