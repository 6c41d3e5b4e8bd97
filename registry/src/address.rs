//! Addresses: which host an address is on, where a package's documents and artifact are, and whether two addresses are one.

use std::borrow::Cow;

use provender_core::facts::Reason;
use url::Url;

/// `host`, or `host:port` where the port is not the scheme's own; `None` for an address without a host.
pub(crate) fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str().filter(|host| !host.is_empty())?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// For reasons: the host, never anything that could hold a secret.
pub(crate) fn shown(url: &Url) -> String {
    host_of(url).unwrap_or_else(|| "an address without a host".to_owned())
}

/// Reads a registry's base address and makes sure that it may be contacted. Cargo's mark for a sparse index is no part of it.
pub(crate) fn registry(registry: &str, allowed: &[String]) -> Result<Url, Reason> {
    let unreadable = || Reason::UntrustedHost("an address that cannot be read".to_owned());
    let mut url = Url::parse(registry.strip_prefix("sparse+").unwrap_or(registry)).map_err(|_| unreadable())?;
    clean(&mut url);
    let host = host_of(&url).filter(|_| matches!(url.scheme(), "http" | "https")).ok_or_else(unreadable)?;
    let named = |entry: &String| {
        let entry = entry.to_ascii_lowercase();
        entry == host
            || url.port_or_known_default().is_some_and(|port| entry == format!("{}:{port}", url.host_str().unwrap_or_default()))
    };
    if !allowed.iter().any(named) {
        return Err(Reason::UntrustedHost(host));
    }
    url.set_query(None);
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

/// Drops what is not part of a place: a user name and password (the HTTP client would send them), and the fragment.
pub(crate) fn clean(url: &mut Url) {
    // Both fail only for addresses without a host, which have neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
}

/// Where an installer fetches the artifact that a registry says is at `stated`.
///
/// npm puts the configured registry in the place of a default host (`replace-registry-host`; arborist's `reify.js`); many mirrors
/// hand on documents that name the public registry. On the registry's own host the registry's own scheme counts, so that an old
/// document does not lead from an encrypted address to one in clear; any other such step is refused.
pub(crate) fn artifact(stated: &str, base: &Url, default_hosts: &[String]) -> Result<Url, Reason> {
    let malformed = |what: &str| Reason::MalformedAnswer(format!("the artifact's address {what}"));
    let mut url = Url::parse(stated).map_err(|_| malformed("cannot be read"))?;
    clean(&mut url);
    if !matches!(url.scheme(), "http" | "https") {
        return Err(malformed("is not on the web"));
    }
    if let Some(replaced) = replaced(&url, base, default_hosts) {
        url = replaced;
    }
    if base.scheme() == "https" && url.scheme() == "http" {
        if url.host_str() != base.host_str() || url.port().is_some() {
            return Err(malformed("is not encrypted, and its registry's is"));
        }
        let _ = url.set_scheme("https");
        let _ = url.set_port(base.port());
    }
    Ok(url)
}

/// The address with the registry in a default host's place, if it is on one.
fn replaced(url: &Url, base: &Url, default_hosts: &[String]) -> Option<Url> {
    let is_default = |url: &Url| url.host_str().is_some_and(|host| default_hosts.iter().any(|one| one.eq_ignore_ascii_case(host)));
    if !is_default(url) || url.host_str() == base.host_str() {
        return None;
    }
    let prefix = base.path().trim_end_matches('/');
    let mut new = base.clone();
    if !prefix.is_empty() && url.path().starts_with(base.path()) {
        new.set_path(url.path());
    } else {
        new.set_path(&format!("{prefix}{}", url.path()));
    }
    new.set_query(url.query());
    Some(new)
}

/// Whether a recorded address is the published one. Scheme and default port do not count (another rule looks at the scheme), nor does
/// how a slash or an at sign is written; a default host means the configured registry.
pub(crate) fn same(recorded: &str, stated: &str, base: &Url, default_hosts: &[String]) -> bool {
    let Ok(recorded) = Url::parse(recorded) else { return false };
    if !matches!(recorded.scheme(), "http" | "https") {
        return false;
    }
    let Ok(stated) = Url::parse(stated) else { return false };
    let forms = |url: &Url| {
        let new = replaced(url, base, default_hosts);
        [Some(plain(url)), new.as_ref().map(plain)]
    };
    let published = forms(&stated);
    forms(&recorded).iter().flatten().any(|form| published.iter().flatten().any(|other| other == form))
}

fn plain(url: &Url) -> String {
    let port = url.port().filter(|port| !matches!(port, 80 | 443)).map_or_else(String::new, |port| format!(":{port}"));
    let path = Cow::from(url.path()).replace("%2f", "/").replace("%2F", "/").replace("%40", "@");
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    format!("{}{port}{path}{query}", url.host_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn only_allowed_hosts_are_contacted() {
        let allowed = ["npm.corp.test".to_owned(), "127.0.0.1:4873".to_owned(), "tls.test:443".to_owned()];
        for (registry, expected) in [
            ("https://npm.corp.test/team", Ok("https://npm.corp.test/team/")),
            ("https://me:secret@npm.corp.test/", Ok("https://npm.corp.test/")),
            ("https://tls.test/", Ok("https://tls.test/")),
            ("http://127.0.0.1:4873/", Ok("http://127.0.0.1:4873/")),
            ("http://127.0.0.1:4874/", Err("127.0.0.1:4874")),
            ("https://npm.corp.test:8443/", Err("npm.corp.test:8443")),
            ("https://npm.corp.test@evil.test/", Err("evil.test")),
            ("https://npm.corp.test.evil.test/", Err("npm.corp.test.evil.test")),
            ("file:///etc/passwd", Err("an address that cannot be read")),
        ] {
            let found = super::registry(registry, &allowed);
            let expected = expected.map(url).map_err(|host| Reason::UntrustedHost(host.to_owned()));
            assert_eq!(found, expected, "{registry}");
        }
    }

    #[test]
    fn the_published_address_is_followed_as_an_installer_would() {
        let hosts = ["public.example".to_owned()];
        let mirror = url("https://mirror.test/npm/");
        let at = |stated: &str| artifact(stated, &mirror, &hosts).map(String::from).ok();
        assert_eq!(at("https://mirror.test/npm/a/-/a-1.tgz").as_deref(), Some("https://mirror.test/npm/a/-/a-1.tgz"));
        assert_eq!(at("http://mirror.test/npm/a/-/a-1.tgz").as_deref(), Some("https://mirror.test/npm/a/-/a-1.tgz"));
        assert_eq!(at("https://public.example/a/-/a-1.tgz").as_deref(), Some("https://mirror.test/npm/a/-/a-1.tgz"));
        assert_eq!(at("https://u:p@cdn.test/a.tgz#x").as_deref(), Some("https://cdn.test/a.tgz"));
        assert_eq!(at("http://cdn.test/a.tgz"), None);
        assert_eq!(at("file:///a.tgz"), None);
    }

    #[test]
    fn addresses_are_compared_by_place() {
        let hosts = ["public.example".to_owned()];
        let (public, mirror) = (url("https://public.example/"), url("https://mirror.test/npm/"));
        let tarball = "https://public.example/@s/a/-/a-1.0.0.tgz";
        let mirrored = "https://mirror.test/npm/@s/a/-/a-1.0.0.tgz";
        for (recorded, stated, base, expected) in [
            (tarball, tarball, &public, true),
            ("http://public.example:80/@s%2fa/-/a-1.0.0.tgz", tarball, &public, true),
            ("https://PUBLIC.example/%40s%2Fa/-/a-1.0.0.tgz#abc", tarball, &public, true),
            ("https://public.example:8443/@s/a/-/a-1.0.0.tgz", tarball, &public, false),
            ("https://public.example/@s/a/-/a-1.0.1.tgz", tarball, &public, false),
            ("https://public.example/@s/a/../a/-/a-1.0.0.tgz", tarball, &public, true),
            ("https://public.example/@s/b/-/a-1.0.0.tgz", tarball, &public, false),
            ("https://public.example.evil.test/@s/a/-/a-1.0.0.tgz", tarball, &public, false),
            ("https://public.example@evil.test/@s/a/-/a-1.0.0.tgz", tarball, &public, false),
            ("file:a.tgz", tarball, &public, false),
            ("garbage", tarball, &public, false),
            (tarball, mirrored, &mirror, true),
            (mirrored, tarball, &mirror, true),
            ("https://public.example/evil/-/evil-1.0.0.tgz", mirrored, &mirror, false),
            ("https://elsewhere.test/@s/a/-/a-1.0.0.tgz", mirrored, &mirror, false),
            (mirrored, tarball, &public, false),
        ] {
            assert_eq!(same(recorded, stated, base, &hosts), expected, "{recorded} {stated} {base}");
        }
    }
}
