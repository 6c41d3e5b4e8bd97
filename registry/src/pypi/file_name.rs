//! What the name of a release's file says: which version it is of, and where it can be installed (PEP 427, PEP 625, and what came before).

use provender_core::model::Ecosystem;
use provender_core::versions::pypi::normalized;
use provender_core::versions::{compare, is_same};

/// The endings of source archives.
const SOURCES: [&str; 7] = [".tar.gz", ".zip", ".tgz", ".tar.bz2", ".tar.xz", ".tar.Z", ".tar"];

/// The endings of what else was published over the years. No installer of today takes them, and lockfiles hold their digests.
const OTHERS: [&str; 7] = [".egg", ".exe", ".msi", ".rpm", ".dmg", ".deb", ".whl"];

/// A file's name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileName<'n> {
    /// The version that it is of, as it stands there.
    pub(crate) version: &'n str,
    /// What kind of file it is.
    pub(crate) kind: Kind<'n>,
}

/// A kind of file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind<'n> {
    /// Built, for the interpreters, interfaces and platforms of these tags (each a set joined by dots).
    Wheel {
        /// `cp312`, `py2.py3`.
        python: &'n str,
        /// `cp312`, `abi3`, `none`.
        abi: &'n str,
        /// `manylinux_2_17_x86_64.manylinux2014_x86_64`, `any`.
        platform: &'n str,
    },
    /// A source archive.
    Source,
    /// Something that nobody installs any more.
    Other,
}

impl<'n> FileName<'n> {
    /// Reads a name; `None` if it is not of a file of that project.
    pub(crate) fn read(file: &'n str, project: &str) -> Option<FileName<'n>> {
        if let Some(stem) = file.strip_suffix(".whl") {
            return wheel(stem, project);
        }
        let ending = |endings: &[&str]| endings.iter().find_map(|ending| file.strip_suffix(ending));
        let (stem, kind) = match ending(&SOURCES) {
            Some(stem) => (stem, Kind::Source),
            None => (ending(&OTHERS)?, Kind::Other),
        };
        let own = normalized(project);
        // Either part may hold dashes: the project's name tells where it ends.
        let cuts = stem.match_indices('-').map(|(at, _)| (&stem[..at], &stem[at + 1..]));
        let rest = cuts.filter(|(name, _)| normalized(name) == own).map(|(_, rest)| rest).next_back()?;
        let version = longest_version(rest)?;
        // What follows the version of an old archive is the platform that it was built for.
        let kind = if version.len() == rest.len() { kind } else { Kind::Other };
        Some(FileName { version, kind })
    }

    /// Whether it is of that version.
    pub(crate) fn is_of(&self, version: &str) -> bool {
        // A wheel's name has no dashes but its own.
        is_same(Ecosystem::Pypi, self.version, version) || is_same(Ecosystem::Pypi, &self.version.replace('_', "-"), version)
    }
}

fn wheel<'n>(stem: &'n str, project: &str) -> Option<FileName<'n>> {
    let mut parts = stem.rsplitn(4, '-');
    let (platform, abi, python, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let own = normalized(project);
    let cuts = rest.match_indices('-').map(|(at, _)| (&rest[..at], &rest[at + 1..]));
    let rest = cuts.filter(|(name, _)| normalized(name) == own).map(|(_, rest)| rest).next()?;
    // A build number may follow the version.
    let version = rest.split('-').next()?;
    Some(FileName { version, kind: Kind::Wheel { python, abi, platform } })
}

/// The longest beginning, up to a dash or a dot, that reads as a version; a text without one is a version of old, before there was a grammar.
fn longest_version(rest: &str) -> Option<&str> {
    if rest.is_empty() {
        return None;
    }
    let cuts = rest.char_indices().rev().filter(|(_, c)| matches!(c, '-' | '.')).map(|(at, _)| at);
    let found = std::iter::once(rest.len()).chain(cuts).map(|end| &rest[..end]).find(|text| is_version(text));
    Some(found.unwrap_or(rest))
}

fn is_version(text: &str) -> bool {
    compare(Ecosystem::Pypi, text, text).is_some()
}

/// Whether two names are of one file: lockfiles may write the project's part of it normalised, as newer files have it.
pub(crate) fn is_same_name(one: &str, other: &str) -> bool {
    one == other
        || parts(one)
            .zip(parts(other))
            .is_some_and(|((one, rest), (other, end))| rest == end && normalized(one) == normalized(other))
}

/// The project's part of a file's name, and the rest of it.
fn parts(name: &str) -> Option<(&str, &str)> {
    if name.ends_with(".whl") { name.split_once('-') } else { name.rsplit_once('-') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_age_tell_their_version() {
        for (file, project, version) in [
            ("iniconfig-0.1.tar.gz", "iniconfig", Some("0.1")),
            ("zope.interface-5.0.0-cp38-cp38-manylinux2014_x86_64.whl", "zope-interface", Some("5.0.0")),
            ("ruamel.yaml.clib-0.2.8.tar.gz", "ruamel-yaml-clib", Some("0.2.8")),
            ("python-dateutil-2.8.2.tar.gz", "python-dateutil", Some("2.8.2")),
            ("python_dateutil-2.8.2-py2.py3-none-any.whl", "Python.DateUtil", Some("2.8.2")),
            ("foo-1.0-2-py3-none-any.whl", "foo", Some("1.0")),
            ("foo-1.0-1.tar.gz", "foo", Some("1.0-1")),
            ("foo-1.0+local.1.tar.gz", "foo", Some("1.0+local.1")),
            ("foo-1.0-py2.7.egg", "foo", Some("1.0")),
            ("foo-1.0.win32-py2.7.exe", "foo", Some("1.0")),
            ("foo-1.0.1.linux-x86_64.tar.gz", "foo", Some("1.0.1")),
            ("foo-bar-1.0.tar.gz", "foo", Some("bar-1.0")),
            ("foo-bar-1.0.tar.gz", "bar", None),
            ("foo-2004d.tar.gz", "foo", Some("2004d")),
            ("foo.tar.gz", "foo", None),
            ("foo-.tar.gz", "foo", None),
            ("foo-1.0.sig", "foo", None),
            ("foo-1.0-none-any.whl", "foo", None),
        ] {
            assert_eq!(FileName::read(file, project).map(|name| name.version), version, "{file}");
        }
        assert_eq!(FileName::read("foo-1.0.1.linux-x86_64.tar.gz", "foo").unwrap().kind, Kind::Other);
        assert_eq!(FileName::read("foo-1.0.1.tar.gz", "foo").unwrap().kind, Kind::Source);
    }

    #[test]
    fn versions_are_compared_by_what_they_mean() {
        let is_of = |file: &str, version: &str| FileName::read(file, "foo").unwrap().is_of(version);
        assert!(
            is_of("foo-1.0.tar.gz", "1") && is_of("foo-1.0_1-py3-none-any.whl", "1.0.post1") && is_of("foo-1.0rc1.zip", "1.0-RC.1")
        );
        assert!(!is_of("foo-1.0.1.tar.gz", "1.0") && !is_of("foo-1.0.tar.gz", "1.0.post1"));
    }

    #[test]
    fn the_project_s_part_of_a_name_is_compared_normalised() {
        assert!(is_same_name("PySocks-1.7.1-py3-none-any.whl", "pysocks-1.7.1-py3-none-any.whl"));
        assert!(is_same_name("zope.interface-5.0.tar.gz", "zope_interface-5.0.tar.gz"));
        assert!(is_same_name("odd", "odd"));
        for other in [
            "pysocks-1.7.1-py2-none-any.whl",
            "pysocks-1.7.2-py3-none-any.whl",
            "socks-1.7.1-py3-none-any.whl",
            "pysocks-1.7.1.tar.gz",
            "odd",
        ] {
            assert!(!is_same_name("PySocks-1.7.1-py3-none-any.whl", other), "{other}");
        }
    }
}
