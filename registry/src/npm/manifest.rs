//! The parts of a manifest that an installer acts on, in one spelling.
//!
//! A registry's document and the file in the artifact are both read by this, so that two spellings of one thing do not look like
//! manifest confusion: what npm's publishing rewrites on the way (`normalize-package-data`, `@npmcli/package-json`) is undone or done on
//! both sides.

use std::collections::BTreeMap;

use provender_core::disagreement::IMPLIED_INSTALL;
use provender_core::facts::ArtifactManifest;
use serde_json::{Map, Value};
use smol_str::{SmolStr, format_smolstr};

const INSTALL_TIME: [&str; 3] = ["preinstall", "install", "postinstall"];

/// Reads the text of a `package.json`. `gyp`: a `binding.gyp` stands beside it. `None` if it is not a JSON object.
pub(crate) fn from_text(text: &[u8], gyp: bool) -> Option<ArtifactManifest> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let value: Value = serde_json::from_slice(text).ok()?;
    Some(from_object(value.as_object()?, gyp))
}

/// Reads a manifest's or a version document's object. Values of a wrong type count as absent, as they do for npm.
pub(crate) fn from_object(object: &Map<String, Value>, gyp: bool) -> ArtifactManifest {
    let mut dependencies = dependencies(object.get("dependencies"));
    dependencies.extend(self::dependencies(object.get("optionalDependencies")));
    let mut install_scripts = install_scripts(object.get("scripts"));
    let builds = gyp && object.get("gypfile") != Some(&Value::Bool(false));
    if builds && !install_scripts.contains_key("install") && !install_scripts.contains_key("preinstall") {
        install_scripts.insert("install".into(), IMPLIED_INSTALL.into());
    }
    let text = |key| object.get(key).and_then(Value::as_str).unwrap_or_default();
    ArtifactManifest { name: text("name").trim().into(), version: version(text("version")), dependencies, install_scripts }
}

/// Publishing drops a leading `v` or `=` and build metadata (`semver.clean`).
fn version(text: &str) -> SmolStr {
    let text = text.trim().trim_start_matches(['=', 'v', ' ']);
    text.split('+').next().unwrap_or_default().into()
}

fn dependencies(value: Option<&Value>) -> BTreeMap<SmolStr, SmolStr> {
    let pair = |(name, range): (&String, &Value)| Some((SmolStr::from(name.as_str()), range_of(range.as_str()?)));
    value.and_then(Value::as_object).into_iter().flatten().filter_map(pair).collect()
}

/// A forge's shorthand gets its prefix, as `hosted-git-info` writes it.
fn range_of(range: &str) -> SmolStr {
    let range = range.trim();
    let place = range.split('#').next().unwrap_or_default();
    let is_shorthand = place.split('/').count() == 2
        && !place.starts_with(['.', '/', '~', '@'])
        && !place.contains([':', ' ', '\\'])
        && place.split('/').all(|part| !part.is_empty());
    if is_shorthand { format_smolstr!("github:{range}") } else { range.into() }
}

fn install_scripts(value: Option<&Value>) -> BTreeMap<SmolStr, SmolStr> {
    let scripts = value.and_then(Value::as_object);
    let script = |name: &str| {
        let command = scripts?.get(name)?.as_str()?.trim();
        (!command.is_empty()).then(|| (name.into(), command.into()))
    };
    INSTALL_TIME.iter().filter_map(|name| script(name)).collect()
}

#[cfg(test)]
mod tests {
    use provender_core::disagreement::disagreements;
    use serde_json::json;

    use super::*;

    fn read(value: &Value, gyp: bool) -> ArtifactManifest {
        from_text(value.to_string().as_bytes(), gyp).unwrap()
    }

    #[test]
    fn what_publishing_rewrites_is_one_spelling() {
        let packed = json!({
            "name": "a", "version": "v1.0.0+build.5",
            "dependencies": { "fork": "someone/fork#v2", "left": " ^1.0.0 ", "odd": 5, "both": "1" },
            "optionalDependencies": { "both": "2" },
            "scripts": { "install": " node x.js ", "postinstall": "", "test": "mocha" }
        });
        let published = json!({
            "name": "a", "version": "1.0.0",
            "dependencies": { "fork": "github:someone/fork#v2", "left": "^1.0.0" },
            "optionalDependencies": { "both": "2" },
            "scripts": { "install": "node x.js" }, "_id": "a@1.0.0", "dist": {}
        });
        assert_eq!(disagreements(&read(&published, false), &read(&packed, false)), []);
    }

    #[test]
    fn what_an_installer_would_act_on_stays_different() {
        let base = json!({ "name": "a", "version": "1.0.0", "dependencies": { "left": "^1.0.0" }, "scripts": { "install": "x" } });
        for (key, value) in [
            ("name", json!("b")),
            ("version", json!("1.0.1")),
            ("dependencies", json!({ "left": "^1.0.0", "evil": "*" })),
            ("dependencies", json!({})),
            ("optionalDependencies", json!({ "left": "^2.0.0" })),
            ("scripts", json!({ "install": "y" })),
            ("scripts", json!({})),
        ] {
            let mut other = base.clone();
            other[key] = value;
            assert_eq!(disagreements(&read(&base, false), &read(&other, false)).len(), 1, "{other}");
        }
    }

    #[test]
    fn the_last_of_equal_keys_counts_and_a_mark_does_not() {
        let read = |text: &str| from_text(text.as_bytes(), false).map(|manifest| manifest.name.to_string());
        assert_eq!(read("\u{feff}{\"name\":\"a\",\"name\":\"b\"}").as_deref(), Some("b"));
        assert_eq!(read("[]"), None);
        assert_eq!(read("{"), None);
    }
}
