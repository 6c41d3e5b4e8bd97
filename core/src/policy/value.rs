//! What a single string of the policy has to be, whatever key it stands at. A message never repeats an address: it could hold a
//! password.

use jiff::civil::Date;
use smol_str::{SmolStr, ToSmolStr};
use url::Url;

use super::exception::PackageGlob;
use super::keys::Text;
use crate::glob::Glob;
use crate::npm::version::exact;

/// The value in the one form the rest of the house compares (addresses end in `/`, hosts are lower case), or what is wrong.
pub(super) fn check(kind: Text, value: &str) -> Result<SmolStr, String> {
    let as_written = || value.to_smolstr();
    match kind {
        Text::Word(words) if words.contains(&value) => Ok(as_written()),
        Text::Word(words) => Err(format!("takes one of {}", quoted(words))),
        Text::Rule if is_id(value) => Ok(as_written()),
        Text::Rule => Err("takes the id of a rule, such as `untrusted-registry`".to_owned()),
        Text::Name => name(value).map(|()| as_written()),
        Text::Names => Glob::new(value).map(|_| as_written()),
        Text::Packages => PackageGlob::new(value).map(|_| as_written()),
        Text::Paths => Glob::new(value).map(|_| as_written()),
        Text::Scope => scope(value).map(|()| as_written()),
        Text::Registry => registry(value).map(|url| url.as_str().to_smolstr()),
        Text::Host => host(value),
        Text::Versions => versions(value).map(|()| as_written()),
        Text::Date => date(value).map(|_| as_written()),
        Text::Reason if value.trim().is_empty() => Err("cannot be blank: say why".to_owned()),
        Text::Reason => Ok(as_written()),
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn is_id(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn name(value: &str) -> Result<(), String> {
    if value.contains('*') {
        return Err("takes one exact name: each package that may run scripts is looked at by itself".to_owned());
    }
    let bare = match value.strip_prefix('@') {
        Some(scoped) => scoped.split_once('/').filter(|(scope, _)| !scope.is_empty()).map(|(_, bare)| bare),
        None => Some(value),
    };
    match bare {
        Some(bare) if bare.contains('@') => Err("takes the name alone; the version goes to `version`".to_owned()),
        Some(bare) if !bare.is_empty() && !bare.contains(|c: char| c == '/' || c.is_whitespace() || c.is_control()) => Ok(()),
        _ => Err("takes the name of a package, such as `esbuild` or `@corp/billing`".to_owned()),
    }
}

fn scope(value: &str) -> Result<(), String> {
    let bare = value.strip_prefix('@').unwrap_or_default();
    if bare.is_empty() || bare.contains(|c: char| matches!(c, '/' | '@' | '*' | ':') || c.is_whitespace() || c.is_control()) {
        return Err("takes a scope alone, such as `@corp`".to_owned());
    }
    Ok(())
}

/// The base address of a registry: its path ends in `/`, so that it can be compared and joined.
pub(super) fn registry(value: &str) -> Result<Url, String> {
    let mut url = Url::parse(value).map_err(|error| format!("takes the address of a registry, with `https://`: {error}"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err("takes an `https://` address".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("cannot hold a user or a password: take it out, and renew the password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("takes an address without `?` or `#`".to_owned());
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

fn host(value: &str) -> Result<SmolStr, String> {
    let wrong = || "takes a host alone, such as `npm.corp.test` or `npm.corp.test:8443`".to_owned();
    if value.contains(|c: char| matches!(c, '/' | '\\' | '@' | '?' | '#' | '*' | '%') || c.is_whitespace() || c.is_control()) {
        return Err(wrong());
    }
    let url = Url::parse(&format!("https://{value}/")).map_err(|_| wrong())?;
    let host = url.host_str().ok_or_else(wrong)?;
    Ok(match url.port() {
        Some(port) => format!("{host}:{port}").into(),
        None => host.into(),
    })
}

fn versions(value: &str) -> Result<(), String> {
    if split_versions(value).all(is_exact) {
        return Ok(());
    }
    Err("takes exact versions, joined by `||`: `0.21.5 || 0.21.6`".to_owned())
}

/// A version as npm itself writes it into a lockfile; build metadata may follow.
fn is_exact(version: &str) -> bool {
    let (bare, build) = version.split_once('+').unwrap_or((version, "0"));
    let is_build = !build.is_empty() && build.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    is_build && exact(bare).as_deref() == Some(bare)
}

/// The versions that are joined in one string.
pub(super) fn split_versions(value: &str) -> impl Iterator<Item = &str> {
    value.split("||").map(str::trim)
}

/// A day, in full.
pub(super) fn date(value: &str) -> Result<Date, String> {
    let wrong = "takes a day that exists, such as 2027-01-31";
    if value.len() != 10 {
        return Err(wrong.to_owned());
    }
    value.parse().map_err(|_| wrong.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::keys::SEVERITIES;
    use super::*;

    #[test]
    fn each_kind_takes_what_it_says_and_nothing_else() {
        let good = [
            (Text::Word(SEVERITIES), "error", "error"),
            (Text::Rule, "untrusted-registry", "untrusted-registry"),
            (Text::Name, "@corp/billing", "@corp/billing"),
            (Text::Scope, "@corp", "@corp"),
            (Text::Registry, "https://NPM.corp.test:443/a", "https://npm.corp.test/a/"),
            (Text::Registry, "http://127.0.0.1:4873", "http://127.0.0.1:4873/"),
            (Text::Host, "NPM.corp.test", "npm.corp.test"),
            (Text::Host, "[::1]:4873", "[::1]:4873"),
            (Text::Versions, "0.21.5 || 0.21.6-rc.1", "0.21.5 || 0.21.6-rc.1"),
            (Text::Versions, "1.0.0+build.7", "1.0.0+build.7"),
            (Text::Date, "2028-02-29", "2028-02-29"),
            (Text::Packages, "@corp/*@1.*", "@corp/*@1.*"),
        ];
        for (kind, value, expected) in good {
            assert_eq!(check(kind, value).as_deref(), Ok(expected), "{kind:?}");
        }
        let bad = [
            (Text::Word(SEVERITIES), "Error"),
            (Text::Rule, "Untrusted registry"),
            (Text::Name, "corp-*"),
            (Text::Name, "esbuild@0.21.5"),
            (Text::Name, "@corp"),
            (Text::Name, ""),
            (Text::Scope, "corp"),
            (Text::Scope, "@corp/*"),
            (Text::Scope, "@"),
            (Text::Registry, "npm.corp.test"),
            (Text::Registry, "file:///etc"),
            (Text::Registry, "https://user:secret@npm.corp.test/"),
            (Text::Registry, "https://npm.corp.test/?a"),
            (Text::Host, "https://npm.corp.test/"),
            (Text::Host, "*.corp.test"),
            (Text::Host, ""),
            (Text::Versions, "^1.0.0"),
            (Text::Versions, "1.0.0 ||"),
            (Text::Versions, "1.0"),
            (Text::Versions, "v1.0.0"),
            (Text::Versions, "1.0.0+"),
            (Text::Date, "2027-02-29"),
            (Text::Date, "2027-1-3"),
            (Text::Date, "2027-01-31T10:00"),
            (Text::Packages, "left-pad@"),
            (Text::Paths, "/etc"),
            (Text::Reason, " \t"),
        ];
        for (kind, value) in bad {
            let message = check(kind, value).expect_err(&format!("{kind:?} {value}"));
            assert!(!message.contains("secret"), "{message}");
        }
    }
}
