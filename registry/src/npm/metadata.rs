//! What a registry publishes about one version: digests, the artifact's address, the manifest.
//!
//! The version's own document is asked for first: it is small. A registry without such documents (static ones, some proxies), and a
//! 404, which does not say whether the package or the version is missing, are settled by the package's whole document. That can be
//! large, so it is asked for once a run and package, few at a time, and only the versions that the run is about are taken from it.

use std::fmt;
use std::sync::Arc;

use provender_core::facts::Reason;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserializer, de};
use serde_json::{Map, Value};
use smol_str::SmolStr;
use url::Url;

use super::manifest;
use crate::address;
use crate::digest::{known, shasum};
use crate::published::Published;

fn malformed(what: impl Into<String>) -> Reason {
    Reason::MalformedAnswer(what.into())
}

/// Reads a version's document. `None` if it is something else: a page that asks to log in, an error told with status 200.
pub(crate) fn document(body: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(body)
        .ok()
        .filter(|object: &Map<String, Value>| object.contains_key("dist") || object.contains_key("name"))
}

/// Reads one version's object. `abbreviated`: its scripts are left out.
pub(crate) fn published(
    object: &Map<String, Value>,
    name: &str,
    version: &str,
    base: &Url,
    default_hosts: &[String],
    abbreviated: bool,
) -> Result<Published, Reason> {
    for (key, expected) in [("name", name), ("version", version)] {
        if object.get(key).and_then(Value::as_str) != Some(expected) {
            return Err(malformed(format!("the registry answers with another {key} than {name}@{version}")));
        }
    }
    let dist = object.get("dist").and_then(Value::as_object).ok_or_else(|| malformed("the document names no artifact"))?;
    let text = |key| dist.get(key).and_then(Value::as_str);
    let stated = text("tarball").ok_or_else(|| malformed("the document has no address of an artifact"))?;
    let mut digests = known(text("integrity").unwrap_or_default().split_ascii_whitespace());
    digests.extend(text("shasum").and_then(shasum).filter(|digest| !digests.contains(digest)));
    let hides_scripts = abbreviated && object.get("hasInstallScript") == Some(&Value::Bool(true));
    Ok(Published {
        digests,
        stated: stated.into(),
        tarball: address::artifact(stated, base, default_hosts)?,
        manifest: (!hides_scripts).then(|| Arc::new(manifest::from_object(object, false))),
        withdrawn: None,
    })
}

/// The parts of a package's whole document that a run needs.
#[derive(Debug)]
pub(crate) struct Packument {
    /// The name it is for.
    pub(crate) name: String,
    /// Every version, in document order, which is the order of publication.
    pub(crate) versions: Vec<SmolStr>,
    /// The objects of the versions that were wanted.
    pub(crate) wanted: Vec<(SmolStr, Map<String, Value>)>,
    /// Whether scripts are left out.
    pub(crate) abbreviated: bool,
}

impl Packument {
    /// Reads a document, skipping all versions but the wanted ones.
    pub(crate) fn parse(body: &[u8], media: &str, wanted: &[SmolStr]) -> Result<Packument, Reason> {
        let mut reader = serde_json::Deserializer::from_slice(body);
        let mut found = Document { wanted }
            .deserialize(&mut reader)
            .and_then(|found| reader.end().map(|()| found))
            .map_err(|_| malformed("the package's document does not read as the protocol has it"))?;
        found.abbreviated = media.starts_with("application/vnd.npm.install-v1+json");
        Ok(found)
    }

    /// One wanted version's object.
    pub(crate) fn version(&self, version: &str) -> Option<&Map<String, Value>> {
        self.wanted.iter().find(|(known, _)| known == version).map(|(_, object)| object)
    }
}

struct Document<'a> {
    wanted: &'a [SmolStr],
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = Packument;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Packument, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Packument;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a package's document")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Packument, A::Error> {
        let (mut name, mut versions) = (None, None);
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match key.as_ref() {
                "name" => name = Some(map.next_value()?),
                "versions" => versions = Some(map.next_value_seed(Versions { wanted: self.wanted })?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let name = name.ok_or_else(|| de::Error::missing_field("name"))?;
        let (versions, wanted) = versions.ok_or_else(|| de::Error::missing_field("versions"))?;
        Ok(Packument { name, versions, wanted, abbreviated: false })
    }
}

struct Versions<'a> {
    wanted: &'a [SmolStr],
}

type Found = (Vec<SmolStr>, Vec<(SmolStr, Map<String, Value>)>);

impl<'de> DeserializeSeed<'de> for Versions<'_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Versions<'_> {
    type Value = Found;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map of versions")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let (mut all, mut objects) = (Vec::new(), Vec::new());
        while let Some(version) = map.next_key::<SmolStr>()? {
            if self.wanted.contains(&version) {
                objects.retain(|(known, _)| *known != version);
                objects.push((version.clone(), map.next_value()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            all.push(version);
        }
        Ok((all, objects))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_wanted_versions_are_taken_from_a_package_s_document() {
        let body = br#"{"_id":"a","versions":{"1.0.0":{"x":[{}]},"2.0.0":{"dist":{}},"2.0.1":{}},"readme":"x","name":"a"}"#;
        let found = Packument::parse(body, "application/json; charset=utf-8", &["2.0.0".into(), "9.0.0".into()]).unwrap();
        assert_eq!(found.versions, ["1.0.0", "2.0.0", "2.0.1"]);
        assert!(found.version("2.0.0").is_some() && found.version("9.0.0").is_none() && found.version("1.0.0").is_none());
        assert!(!found.abbreviated);
        for broken in [&b"<html>"[..], b"{\"name\":\"a\"}", b"{\"versions\":{}}", b"{\"name\":\"a\",\"versions\":{}} x", b"[]"] {
            assert!(Packument::parse(broken, "", &[]).is_err(), "{}", String::from_utf8_lossy(broken));
        }
    }

    #[test]
    fn a_version_s_document_must_be_about_that_version() {
        let base = Url::parse("https://npm.corp.test/").unwrap();
        let read = |body: &str| {
            let object = document(body.as_bytes()).unwrap();
            published(&object, "a", "1.0.0", &base, &[], false).map(|found| found.digests.len())
        };
        let dist =
            r#""dist":{"tarball":"https://npm.corp.test/a/-/a-1.0.0.tgz","shasum":"a9993e364706816aba3e25717850c26c9cd0d89d"}"#;
        assert_eq!(read(&format!(r#"{{"name":"a","version":"1.0.0",{dist}}}"#)), Ok(1));
        for body in [
            format!(r#"{{"name":"b","version":"1.0.0",{dist}}}"#),
            format!(r#"{{"name":"a","version":"1.0.1",{dist}}}"#),
            format!(r#"{{"version":"1.0.0",{dist}}}"#),
            r#"{"name":"a","version":"1.0.0"}"#.to_owned(),
            r#"{"name":"a","version":"1.0.0","dist":{}}"#.to_owned(),
            r#"{"name":"a","version":"1.0.0","dist":{"tarball":"file:///x"}}"#.to_owned(),
        ] {
            assert!(matches!(read(&body), Err(Reason::MalformedAnswer(_))), "{body}");
        }
        for odd in ["\"a\"", "<html>", "{}", r#"{"error":"not found"}"#] {
            assert!(document(odd.as_bytes()).is_none(), "{odd}");
        }
    }
}
