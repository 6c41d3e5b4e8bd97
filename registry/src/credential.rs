//! Credentials, each bound to a registry, as npm's settings bind them (`//host/path/:_authToken`).
//!
//! A credential is sent to addresses on its host and port and under its path, and nowhere else; of several, the one with the longest
//! path counts (`@npmcli/config` and `npm-registry-fetch` look them up the same way). Its secret is never printed.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;
use url::{Host, Url};

use crate::address::host_of;

/// A secret, and the registry that it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// `host/path/` or `host:port/path/`.
    bound: String,
    /// Whether the address that it is bound to says that it may be sent in clear. `None`: the binding is to a host.
    clear: Option<bool>,
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
        let registry = registry.trim();
        let (clear, rest) = match (registry.strip_prefix("https:"), registry.strip_prefix("http:")) {
            (Some(rest), _) => (Some(false), rest),
            (None, Some(rest)) => (Some(true), rest),
            (None, None) => (None, registry),
        };
        let rest = rest.strip_prefix("//")?;
        // Through the URL parser, so that the host is spelt as addresses spell it.
        let url = Url::parse(&format!("https://{rest}")).ok()?;
        let path = url.path().trim_end_matches('/');
        let mut header = HeaderValue::from_str(value).ok()?;
        header.set_sensitive(true);
        Some(Credential { bound: format!("{}{path}/", host_of(&url)?), clear, header })
    }

    fn covers(&self, place: &str) -> bool {
        place.starts_with(&self.bound)
    }

    /// Whether it may be sent to an address: to one in clear only where the person's own settings say so of this registry, or nobody can listen.
    fn may_travel(&self, url: &Url, open_hosts: &[String]) -> bool {
        let named = || host_of(url).is_some_and(|host| open_hosts.iter().any(|open| open.eq_ignore_ascii_case(&host)));
        url.scheme() == "https" || is_loopback(url) || self.clear.unwrap_or_else(named)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The header to send to an address, if any credential is bound there. `open_hosts`: those that may be asked in clear.
pub(crate) fn header_for(credentials: &[Credential], open_hosts: &[String], url: &Url) -> Option<HeaderValue> {
    let place = format!("{}{}", host_of(url)?, url.path());
    // A registry's own address may come without the closing slash.
    let place = if place.ends_with('/') { place } else { format!("{place}/") };
    let fits = |one: &&Credential| one.covers(&place) && one.may_travel(url, open_hosts);
    credentials.iter().filter(fits).max_by_key(|one| one.bound.len()).map(|one| one.header.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(credentials: &[Credential], url: &str) -> Option<String> {
        let header = header_for(credentials, &["open.test".to_owned()], &Url::parse(url).unwrap())?;
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
    fn no_credential_travels_in_clear_unless_the_person_says_so() {
        let credentials = [
            Credential::bearer("//npm.corp.test/", "host").unwrap(),
            Credential::bearer("//open.test/", "open").unwrap(),
            Credential::bearer("https://closed.test/", "closed").unwrap(),
            Credential::bearer("http://clear.test/", "clear").unwrap(),
            Credential::bearer("//127.0.0.1:4873/", "loopback").unwrap(),
            Credential::bearer("//localhost:4873/", "localhost").unwrap(),
        ];
        for (url, expected) in [
            ("https://npm.corp.test/left", Some("Bearer host")),
            ("http://npm.corp.test/left", None),
            ("http://npm.corp.test:443/left", None),
            ("http://open.test/left", Some("Bearer open")),
            ("http://closed.test/left", None),
            ("https://closed.test/left", Some("Bearer closed")),
            ("http://clear.test/left", Some("Bearer clear")),
            ("http://127.0.0.1:4873/left", Some("Bearer loopback")),
            ("http://localhost:4873/left", Some("Bearer localhost")),
            ("http://localhost.evil.test:4873/left", None),
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
            header_for(std::slice::from_ref(&token), &[], &Url::parse("https://npm.corp.test/").unwrap())
        );
        assert!(!printed.contains("s3cret") && !printed.contains(&STANDARD.encode("me:s3cret")), "{printed}");
        assert!(Credential::bearer("npm.corp.test", "x").is_none());
        assert!(Credential::bearer("//npm.corp.test/", "two\nlines").is_none());
    }
}
