//! Credentials, each bound to a registry, as npm's settings bind them (`//host/path/:_authToken`).
//!
//! A credential is sent to addresses on its host and port and under its path, and nowhere else; of several, the one with the longest
//! path counts (`@npmcli/config` and `npm-registry-fetch` look them up the same way). Its secret is never printed.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use url::Url;

use crate::address::host_of;

/// A secret, and the registry that it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// `host/path/` or `host:port/path/`.
    bound: String,
    header: HeaderValue,
}

impl fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credential").field("bound", &self.bound).finish_non_exhaustive()
    }
}

impl Credential {
    /// A token (`_authToken`). `registry` is a settings key's path (`//npm.corp.test/team/`); `None` if it names no host, or if the
    /// token cannot be sent in a header.
    #[must_use]
    pub fn bearer(registry: &str, token: &str) -> Option<Credential> {
        Credential::new(registry, &format!("Bearer {token}"))
    }

    /// A user name and password, both in clear (npm's `_password` is base64: decode it first).
    #[must_use]
    pub fn basic(registry: &str, user: &str, password: &str) -> Option<Credential> {
        Credential::basic_encoded(registry, &STANDARD.encode(format!("{user}:{password}")))
    }

    /// `user:password` in base64 already (`_auth`).
    #[must_use]
    pub fn basic_encoded(registry: &str, encoded: &str) -> Option<Credential> {
        Credential::new(registry, &format!("Basic {encoded}"))
    }

    /// A whole `Authorization` header's value.
    #[must_use]
    pub fn authorization(registry: &str, value: &str) -> Option<Credential> {
        Credential::new(registry, value)
    }

    fn new(registry: &str, value: &str) -> Option<Credential> {
        let rest = registry.trim().trim_start_matches("https:").trim_start_matches("http:").strip_prefix("//")?;
        // Through the URL parser, so that the host is spelt as addresses spell it.
        let url = Url::parse(&format!("https://{rest}")).ok()?;
        let path = url.path().trim_end_matches('/');
        let mut header = HeaderValue::from_str(value).ok()?;
        header.set_sensitive(true);
        Some(Credential { bound: format!("{}{path}/", host_of(&url)?), header })
    }

    fn covers(&self, place: &str) -> bool {
        place.starts_with(&self.bound)
    }
}

/// The header to send to an address, if any credential is bound there.
pub(crate) fn header_for(credentials: &[Credential], url: &Url) -> Option<HeaderValue> {
    let place = format!("{}{}", host_of(url)?, url.path());
    // A registry's own address may come without the closing slash.
    let place = if place.ends_with('/') { place } else { format!("{place}/") };
    credentials.iter().filter(|one| one.covers(&place)).max_by_key(|one| one.bound.len()).map(|one| one.header.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(credentials: &[Credential], url: &str) -> Option<String> {
        let header = header_for(credentials, &Url::parse(url).unwrap())?;
        Some(header.to_str().unwrap().to_owned())
    }

    #[test]
    fn a_credential_goes_only_where_it_is_bound_and_the_longest_path_counts() {
        let credentials = [
            Credential::bearer("//npm.corp.test/", "root").unwrap(),
            Credential::bearer("//NPM.corp.test/team/", "team").unwrap(),
            Credential::basic("//other.test:8443/npm", "me", "pass").unwrap(),
        ];
        for (url, expected) in [
            ("https://npm.corp.test/left-pad", Some("Bearer root")),
            ("https://npm.corp.test/team/left-pad", Some("Bearer team")),
            ("https://npm.corp.test/team", Some("Bearer team")),
            ("https://npm.corp.test/teammates/left-pad", Some("Bearer root")),
            ("https://npm.corp.test/team/../left-pad", Some("Bearer root")),
            ("https://npm.corp.test:444/left-pad", None),
            ("https://npm.corp.test.evil.test/left-pad", None),
            ("https://evil.test/npm.corp.test/", None),
            ("https://evil.test/?//npm.corp.test/", None),
            ("https://other.test:8443/npm/x", Some("Basic bWU6cGFzcw==")),
            ("https://other.test:8443/x", None),
            ("https://other.test/npm/x", None),
        ] {
            assert_eq!(sent(&credentials, url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn no_secret_is_printed() {
        let token = Credential::bearer("//npm.corp.test/", "s3cret").unwrap();
        let password = Credential::basic("//npm.corp.test/", "me", "s3cret").unwrap();
        let printed = format!(
            "{token:?} {password:?} {:?}",
            header_for(std::slice::from_ref(&token), &Url::parse("https://npm.corp.test/").unwrap())
        );
        assert!(!printed.contains("s3cret") && !printed.contains(&STANDARD.encode("me:s3cret")), "{printed}");
        assert!(Credential::bearer("npm.corp.test", "x").is_none());
        assert!(Credential::bearer("//npm.corp.test/", "two\nlines").is_none());
    }
}
