//! What the environment says of registries, for the managers other than npm.

use std::sync::Arc;

use provender_core::document::Document;
use provender_core::formats::Format;
use provender_core::model::Ecosystem;
use provender_core::npm::config::{Mapping, Origin};
use provender_core::path::RelPath;
use provender_core::registries::Serves;
use provender_core::text::Span;

/// The variables of Python's package managers: those that put a registry in the default one's place, and those that add some.
const DEFAULTS: [&str; 3] = ["PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX"];
const MORE: [&str; 3] = ["PIP_EXTRA_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_INDEX"];

/// The registries that the variables name.
pub(super) fn mappings<'v>(variables: impl Iterator<Item = (&'v str, &'v str)>) -> Vec<(Ecosystem, Mapping)> {
    let mut found = Vec::new();
    for (name, value) in variables {
        let is_default = DEFAULTS.contains(&name);
        if is_default || MORE.contains(&name) {
            let serves = || if is_default { Serves::Default } else { Serves::Any };
            found.extend(value.split_ascii_whitespace().map(|word| {
                let (serves, url) = named(word).unwrap_or_else(|| (serves(), word));
                (Ecosystem::Pypi, mapping(serves, url))
            }));
        }
        if let Some(registry) = name.strip_prefix("CARGO_REGISTRIES_").and_then(|rest| rest.strip_suffix("_INDEX")) {
            found.push((Ecosystem::Cargo, mapping(Serves::Named(cargo_name(registry).into()), value)));
        }
    }
    found
}

/// What Yarn 1's variable says, as its settings file would: the flag, since it wins over every file.
pub(super) fn yarn(registry: &str) -> Option<Arc<Document>> {
    let format = Format::of_name(".yarnrc")?;
    let text = format!("--registry {}\n", serde_json::Value::from(registry));
    Some(Arc::new(Document::parse(RelPath::new("YARN_REGISTRY"), format, text.into_bytes())))
}

/// Cargo's name of a registry in a variable.
pub(super) fn cargo_name(upper: &str) -> String {
    upper.to_ascii_lowercase().replace('_', "-")
}

/// uv's `name=address`.
fn named(word: &str) -> Option<(Serves, &str)> {
    let (name, url) = word.split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    is_name.then(|| (Serves::Named(name.into()), url))
}

pub(super) fn mapping(serves: Serves, url: &str) -> Mapping {
    Mapping { serves, url: Ok(url.into()), origin: Origin::Environment, span: Span::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_name_registries_as_their_managers_read_them() {
        let variables = [
            ("PIP_INDEX_URL", "https://pip.corp.test/simple"),
            ("PIP_EXTRA_INDEX_URL", "https://a.corp.test/simple https://b.corp.test/simple?x=y"),
            ("UV_INDEX", "corp=https://uv.corp.test/simple"),
            ("CARGO_REGISTRIES_MY_CORP_INDEX", "sparse+https://cargo.corp.test/"),
            ("CARGO_REGISTRIES_MY_CORP_TOKEN", "s3cret"),
            ("PATH", "/bin"),
        ];
        let found = mappings(variables.into_iter());
        let shown: Vec<_> =
            found.iter().map(|(_, mapping)| (mapping.serves.clone(), mapping.url.as_ref().unwrap().as_str())).collect();
        assert_eq!(
            shown,
            [
                (Serves::Default, "https://pip.corp.test/simple"),
                (Serves::Any, "https://a.corp.test/simple"),
                (Serves::Any, "https://b.corp.test/simple?x=y"),
                (Serves::Named("corp".into()), "https://uv.corp.test/simple"),
                (Serves::Named("my-corp".into()), "sparse+https://cargo.corp.test/"),
            ]
        );
    }
}
