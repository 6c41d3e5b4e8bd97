//! What the name of a release's file says: whose it is, and which version's.
//!
//! A wheel's name has its parts between hyphens (PEP 427). A source archive's has one hyphen before the version, and older ones hyphens in the
//! project's name as well (PEP 625), so it is read from the name that is expected.

use std::str::FromStr as _;

use pep440_rs::Version;
use percent_encoding::percent_decode_str;

use crate::versions::pypi::normalized;

/// The endings of source archives.
const ARCHIVES: [&str; 6] = [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar"];

/// What a file name says about whose file it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// It is the expected release's.
    Yes,
    /// It is another project's, or none that can be told.
    OtherName(String),
    /// It is another version's.
    OtherVersion(String),
    /// It is neither a wheel nor a source archive.
    Unknown,
}

/// Whether a file is one of a project's release.
#[must_use]
pub fn belongs(file: &str, name: &str, version: &str) -> Belongs {
    if let Some(stem) = file.strip_suffix(".whl") {
        let mut parts = stem.split('-');
        let (Some(project), Some(number)) = (parts.next(), parts.next()) else { return Belongs::OtherName(file.to_owned()) };
        return judge(project, number, name, version);
    }
    let Some(stem) = ARCHIVES.iter().find_map(|ending| file.strip_suffix(ending)) else { return Belongs::Unknown };
    let mut borders = stem.match_indices('-').map(|(at, _)| (&stem[..at], &stem[at + 1..]));
    match borders.find(|(project, _)| normalized(project) == normalized(name)) {
        Some((_, number)) => judge(name, number, name, version),
        None => Belongs::OtherName(stem.rsplit_once('-').map_or(stem, |(project, _)| project).to_owned()),
    }
}

fn judge(project: &str, number: &str, name: &str, version: &str) -> Belongs {
    if normalized(project) != normalized(name) {
        return Belongs::OtherName(project.to_owned());
    }
    if number == version || is_same(number, version) { Belongs::Yes } else { Belongs::OtherVersion(number.to_owned()) }
}

/// Whether two texts name one version. Wheels have `_` where a version has `-`.
fn is_same(number: &str, version: &str) -> bool {
    let read = |text: &str| Version::from_str(text).or_else(|_| Version::from_str(&text.replace('_', "-"))).ok();
    match (read(number), read(version)) {
        (Some(one), Some(other)) => one == other,
        _ => number.replace('_', "-").eq_ignore_ascii_case(&version.replace('_', "-")),
    }
}

/// The file's name at the end of an address or a path, percent escapes resolved.
#[must_use]
pub fn of_address(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit(['/', '\\']).next().unwrap_or_default();
    percent_decode_str(last).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_their_names() {
        let other = |name: &str| Belongs::OtherName(name.to_owned());
        let version = |number: &str| Belongs::OtherVersion(number.to_owned());
        for (file, name, number, expected) in [
            ("anyio-4.13.0-py3-none-any.whl", "anyio", "4.13.0", Belongs::Yes),
            ("backports.tarfile-1.2.0-py3-none-any.whl", "backports-tarfile", "1.2.0", Belongs::Yes),
            ("torch-2.0.0+cu118-cp310-cp310-linux_x86_64.whl", "torch", "2.0.0+cu118", Belongs::Yes),
            ("a-1.0-1-py3-none-any.whl", "a", "1.0", Belongs::Yes),
            ("a-1.0.0-py3-none-any.whl", "a", "1", Belongs::Yes),
            ("pywin32-306-cp311-cp311-win_amd64.whl", "pywin32", "306", Belongs::Yes),
            ("zope.interface-6.0.tar.gz", "zope-interface", "6.0", Belongs::Yes),
            ("jaraco-classes-3.2.1.tar.gz", "jaraco.classes", "3.2.1", Belongs::Yes),
            ("python-foo-1.0.zip", "python-foo", "1.0", Belongs::Yes),
            ("a-1.0-1.tar.gz", "a", "1.0.post1", Belongs::Yes),
            ("a-1.0.win32-py2.7.exe", "a", "1.0", Belongs::Unknown),
            ("b-4.13.0-py3-none-any.whl", "anyio", "4.13.0", other("b")),
            ("anyio-4.13.1-py3-none-any.whl", "anyio", "4.13.0", version("4.13.1")),
            ("python-foo-1.0.tar.gz", "python", "1.0", version("foo-1.0")),
            ("foo-1.0.tar.gz", "python-foo", "1.0", other("foo")),
            ("odd.whl", "odd", "1.0", other("odd.whl")),
        ] {
            assert_eq!(belongs(file, name, number), expected, "{file}");
        }
        assert_eq!(of_address("https://files.test/a/torch-2.0.0%2Bcu118-x.whl#sha256=ab"), "torch-2.0.0+cu118-x.whl");
    }
}
