//! Credentials, bound to a host and a path, as npm finds them for a request.
//!
//! Only the person's own layers are looked at: a repository's file could bind the person's token to a host of its own.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use base64::{alphabet, engine::DecodePaddingMode};
use url::Url;

use super::{NpmConfig, Value};

/// Node decodes with or without padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    #[must_use]
    pub fn new(text: String) -> Secret {
        Secret(text)
    }

    /// The secret itself, to be put into a request and nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// What goes with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The key that binds them, `//host/path/`.
    pub bound_to: String,
    /// The value of the `Authorization` header.
    pub authorization: Option<Secret>,
    /// Paths of a client certificate and its key.
    pub certificate: Option<(String, String)>,
}

impl NpmConfig {
    /// The credentials for a request, as npm finds them: those bound to the longest path above the address; where there are none,
    /// those of the registry, if that is on the same host. `registry` is the one that the artifact is asked of, named by the person.
    ///
    /// None go out unencrypted, unless the registry itself is unencrypted by the person's own setting.
    #[must_use]
    pub fn credentials(&self, address: &Url, registry: Option<&Url>) -> Option<Credentials> {
        let same_host = |registry: &&Url| {
            registry.host() == address.host() && registry.port_or_known_default() == address.port_or_known_default()
        };
        let registry = registry.filter(same_host);
        let plain = registry.is_some_and(|registry| registry.scheme() == "http");
        if address.scheme() != "https" && !(address.scheme() == "http" && plain) {
            return None;
        }
        self.bound(address).or_else(|| self.bound(registry?))
    }

    /// Every credential of the person's own settings with the key that binds it, in the order of the keys.
    #[must_use]
    pub fn all_credentials(&self) -> Vec<Credentials> {
        let bound = self.own.keys().filter_map(|key| key.starts_with("//").then(|| key.rsplit_once(':'))?);
        let keys: BTreeSet<&str> = bound.map(|(registry, _)| registry).collect();
        keys.into_iter().filter_map(|key| self.at(key)).collect()
    }

    fn bound(&self, address: &Url) -> Option<Credentials> {
        let host = address.host_str()?;
        let port = address.port().map(|port| format!(":{port}")).unwrap_or_default();
        let key = format!("//{host}{port}{}", address.path());
        let mut key = key.as_str();
        while key.len() > 2 {
            if let Some(found) = self.at(key) {
                return Some(found);
            }
            // Either what is behind the last slash goes, or the slash itself.
            let shorter = key.trim_end_matches(|character| character != '/');
            key = if shorter.len() < key.len() { shorter } else { &key[..key.len() - 1] };
        }
        None
    }

    fn at(&self, key: &str) -> Option<Credentials> {
        let value = |name: &str| self.own(&format!("{key}:{name}")).and_then(Value::text).filter(|text| !text.is_empty());
        let basic = |user: &str, password: &str| {
            let password = LENIENT.decode(password).ok()?;
            let password = String::from_utf8_lossy(&password);
            Some(STANDARD.encode(format!("{user}:{password}")))
        };
        let authorization = if let Some(token) = value("_authToken") {
            Some(format!("Bearer {token}"))
        } else if let Some(auth) = value("_auth") {
            Some(format!("Basic {auth}"))
        } else {
            value("username")
                .zip(value("_password"))
                .and_then(|(user, password)| basic(user, password))
                .map(|auth| format!("Basic {auth}"))
        };
        // A line break would end the header.
        let authorization = authorization.filter(|text| !text.chars().any(char::is_control)).map(Secret);
        let certificate =
            value("certfile").zip(value("keyfile")).map(|(certificate, key)| (certificate.to_owned(), key.to_owned()));
        let found = authorization.is_some() || certificate.is_some();
        found.then(|| Credentials { bound_to: key.to_owned(), authorization, certificate })
    }
}
