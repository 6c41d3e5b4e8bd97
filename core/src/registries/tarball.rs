//! Which package and version an npm tarball's address names.
//!
//! Registries agree on `…/name/-/name-1.0.0.tgz` and vary it: an encoded slash in a scoped name, the scope once more before the
//! file's name, `download` for `-`. GitHub and JSR have forms of their own. An address that fits none of these says nothing.

use std::borrow::Cow;

use smol_str::{SmolStr, format_smolstr};
use url::Url;

/// The package name and the version that an address names; `None` if that cannot be told.
#[must_use]
pub fn tarball_identity(address: &str) -> Option<(SmolStr, SmolStr)> {
    let (scheme, rest) = address.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    if plain(rest) {
        return of_path(rest.split_once('/')?.1);
    }
    of_path(Url::parse(address).ok()?.path())
}

/// Whether an address is, letter by letter, the usual one of a package and version: `…/name/-/name-1.0.0.tgz`. An odd spelling of the same is not.
#[must_use]
pub fn is_usual_tarball(address: &str, name: &str, version: &str) -> bool {
    let bare = name.rsplit('/').next().unwrap_or(name);
    let before = address.strip_suffix(".tgz").and_then(|rest| rest.strip_suffix(version)).and_then(|rest| rest.strip_suffix('-'));
    let before = before.and_then(|rest| rest.strip_suffix(bare)).and_then(|rest| rest.strip_suffix("/-/"));
    let before = before.and_then(|rest| rest.strip_suffix(name)).and_then(|rest| rest.strip_suffix('/'));
    let host = before.and_then(|rest| rest.strip_prefix("https://"));
    let word =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~@/+".contains(&byte)) && !text.starts_with('.');
    host.is_some_and(|host| !host.is_empty() && plain(host)) && word(name) && word(version) && !name.contains("/.")
}

/// Whether a path can be read without the rules that addresses are resolved by: the quick way for nearly all of a lockfile.
pub(super) fn plain(rest: &str) -> bool {
    let bytes = rest.as_bytes();
    let odd = |byte: u8| matches!(byte, b'\\' | b'?' | b'#' | b'%') || byte <= b' ' || byte >= 0x7f;
    !bytes.iter().any(|&byte| odd(byte)) && memchr::memmem::find(bytes, b"/.").is_none()
}

fn of_path(path: &str) -> Option<(SmolStr, SmolStr)> {
    let mut segments = path.rsplit('/');
    let mut next = || segments.next().map_or(Some(Cow::Borrowed("")), decoded);
    let last = [next()?, next()?, next()?, next()?, next()?];
    let [file, second, third, fourth, fifth] = &last;
    let Some(stem) = file.strip_suffix(".tgz") else { return of_github(&last) };
    let separator = |segment: &str| matches!(segment, "-" | "download");
    if separator(second) {
        let name = name(third, fourth)?;
        return Some((name.clone(), version(stem, &name)?));
    }
    if second.starts_with('@') && separator(third) {
        let name = name(fourth, fifth)?;
        return Some((name.clone(), version(&format!("{second}/{stem}"), &name).filter(|_| name.starts_with(&**second))?));
    }
    // JSR: `~/11/@jsr/scope__name/1.0.0.tgz`.
    let jsr = fifth == "~" && fourth.bytes().all(|byte| byte.is_ascii_digit()) && third.starts_with('@');
    (jsr && is_version(stem)).then(|| name(second, third)).flatten().map(|name| (name, stem.into()))
}

/// GitHub: `download/@scope/name/1.0.0/<digest>`.
fn of_github(last: &[Cow<'_, str>; 5]) -> Option<(SmolStr, SmolStr)> {
    let [digest, version, package, scope, download] = last;
    let fits = download == "download" && scope.starts_with('@') && digest.len() >= 32;
    let fits = fits && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) && is_version(version);
    fits.then(|| name(package, scope)).flatten().map(|name| (name, (&**version).into()))
}

/// The name in a segment and the one before it: `name`, `@scope/name`, or both in one (`@scope%2fname`).
fn name(segment: &str, before: &str) -> Option<SmolStr> {
    let word = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!'()*".contains(&byte);
        !text.is_empty() && text != "-" && text.bytes().all(fits)
    };
    let scoped = |scope: &str, name: &str| (word(scope) && word(name)).then(|| format_smolstr!("@{scope}/{name}"));
    if let Some(both) = segment.strip_prefix('@') {
        return both.split_once('/').and_then(|(scope, name)| scoped(scope, name));
    }
    match before.strip_prefix('@') {
        Some(scope) => scoped(scope, segment),
        None => word(segment).then(|| segment.into()),
    }
}

/// The version in a file's name: what stands behind the package's name, with or without its scope.
fn version(stem: &str, name: &str) -> Option<SmolStr> {
    let bare = name.rsplit('/').next()?;
    let rest = stem.strip_prefix(name).or_else(|| stem.strip_prefix(bare))?;
    rest.strip_prefix('-').filter(|version| is_version(version)).map(SmolStr::from)
}

/// Whether the text is a version exactly as it would be written.
fn is_version(text: &str) -> bool {
    is_three_numbers(text) || is_exact(text)
}

/// The shape of nearly all versions, told without taking it apart: `1.22.333`.
fn is_three_numbers(text: &str) -> bool {
    let number = |part: &str| {
        (1..=9).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part.len() == 1 || !part.starts_with('0'))
    };
    let mut parts = text.split('.');
    (0..3).all(|_| parts.next().is_some_and(number)) && parts.next().is_none()
}

fn is_exact(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && crate::npm::version::exact(text).is_some_and(|exact| Some(exact.as_str()) == text.split('+').next())
}

/// A path segment without its percent escapes; `None` if they hide anything but text.
fn decoded(segment: &str) -> Option<Cow<'_, str>> {
    if !segment.contains('%') {
        return Some(Cow::Borrowed(segment));
    }
    let text = percent_encoding::percent_decode_str(segment).decode_utf8().ok()?;
    (!text.contains(['%', '\\']) && !text.chars().any(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn registries_name_their_tarballs_in_many_ways() {
        let table = [
            ("https://npm.example.test/left/-/left-1.0.0.tgz", Some(("left", "1.0.0"))),
            ("HTTPS://npm.example.test/left/-/left-1.0.0-rc.1.tgz", Some(("left", "1.0.0-rc.1"))),
            ("https://npm.example.test/left/-/left-1.0.0.tgz#deadbeef", Some(("left", "1.0.0"))),
            ("https://npm.example.test/left/-/left-1.0.0%2Bbuild.tgz?x=/-/y-2.0.0.tgz", Some(("left", "1.0.0+build"))),
            ("https://npm.example.test/@acme/ui/-/ui-2.1.0.tgz", Some(("@acme/ui", "2.1.0"))),
            ("https://npm.example.test/@acme%2fui/-/ui-2.1.0.tgz", Some(("@acme/ui", "2.1.0"))),
            ("https://npm.example.test/%40acme%2Fui/-/ui-2.1.0.tgz", Some(("@acme/ui", "2.1.0"))),
            ("https://npm.example.test/@acme/ui/-/@acme/ui-2.1.0.tgz", Some(("@acme/ui", "2.1.0"))),
            ("https://npm.example.test/@acme/ui/-/@acme%2fui-2.1.0.tgz", Some(("@acme/ui", "2.1.0"))),
            ("https://npm.example.test/api/npm/all/left/-/left-1.0.0.tgz", Some(("left", "1.0.0"))),
            ("https://npm.example.test/api/v4/projects/7/packages/npm/@acme/ui/-/@acme/ui-2.1.0.tgz", Some(("@acme/ui", "2.1.0"))),
            ("https://npm.example.test/left/download/left-1.0.0.tgz", Some(("left", "1.0.0"))),
            (
                "https://npm.example.test/download/@acme/ui/2.1.0/0123456789abcdef0123456789abcdef01234567",
                Some(("@acme/ui", "2.1.0")),
            ),
            ("https://npm.example.test/~/11/@jsr/std__path/1.0.6.tgz", Some(("@jsr/std__path", "1.0.6"))),
            ("https://npm.example.test/a/../left/-/./left-1.0.0.tgz", Some(("left", "1.0.0"))),
            ("https://npm.example.test/right/-/%2e%2e/%2e%2e/left/-/left-1.0.0.tgz", Some(("left", "1.0.0"))),
            ("https://npm.example.test/a-1/-/a-1-1.0.0.tgz", Some(("a-1", "1.0.0"))),
            // Whatever contradicts itself or could be read in two ways says nothing.
            ("https://npm.example.test/left/-/right-1.0.0.tgz", None),
            ("https://npm.example.test/@acme/ui/-/@other/ui-1.0.0.tgz", None),
            ("https://npm.example.test/left/-/left-latest.tgz", None),
            ("https://npm.example.test/left/-/left-01.0.0.tgz", None),
            ("https://npm.example.test/left/-/left-1.0.tgz", None),
            ("https://npm.example.test/left/-/left-v1.0.0.tgz", None),
            ("https://npm.example.test/left-1.0.0.tgz", None),
            ("https://npm.example.test/left%252f/-/left-1.0.0.tgz", None),
            ("https://npm.example.test/-/-/--1.0.0.tgz", None),
            ("https://code.example.test/acme/left/archive/v1.0.0.tar.gz", None),
            ("git+ssh://git@code.example.test/acme/left.git#0123", None),
            ("file:left-1.0.0.tgz", None),
            ("", None),
        ];
        for (address, expected) in table {
            let found = tarball_identity(address);
            let found = found.as_ref().map(|(name, version)| (name.as_str(), version.as_str()));
            assert_eq!(found, expected, "{address}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_made_up(rest in "([-@/.%a-z0-9\\\\?#]|%2[fFeE5]|/-/|\\.tgz|download|1\\.0\\.0){0,30}") {
            let address = format!("https://h.test/{rest}");
            if let Some((name, version)) = tarball_identity(&address) {
                prop_assert!(is_version(&version));
                prop_assert!(!name.is_empty() && name.split('/').count() <= 2);
            }
        }
    }
}
