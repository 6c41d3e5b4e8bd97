//! Where a package comes from, as `Cargo.lock` writes it: `registry+…`, `sparse+…`, `git+…?branch=…#commit`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::registries::CRATES_GIT;

/// A source of `Cargo.lock`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// A registry, by the address of its index, which is read over HTTP (`sparse+`).
    Registry(&'a str),
    /// A registry, by the address of its index, which is a git repository; the default one is written like that however it is read.
    GitIndex(&'a str),
    /// A commit of a git repository.
    Git(Git<'a>),
    /// Something that this version does not know.
    Other,
}

/// A commit of a git repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Git<'a> {
    /// The repository's address.
    pub address: &'a str,
    /// What chose the commit.
    pub reference: Reference<'a>,
    /// The commit.
    pub commit: Option<&'a str>,
}

/// What chooses a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference<'a> {
    /// The repository's own choice.
    Default,
    /// A branch.
    Branch(Cow<'a, str>),
    /// A tag.
    Tag(Cow<'a, str>),
    /// A commit, or anything else that git resolves.
    Rev(Cow<'a, str>),
}

impl<'a> Source<'a> {
    /// Reads a source.
    #[must_use]
    pub fn read(text: &'a str) -> Source<'a> {
        let Some((kind, address)) = text.split_once('+') else { return Source::Other };
        match kind {
            "sparse" => Source::Registry(address),
            "registry" if is_same_index(address, CRATES_GIT) => Source::Registry(address),
            "registry" => Source::GitIndex(address),
            "git" => Source::Git(git(address)),
            _ => Source::Other,
        }
    }
}

fn git(text: &str) -> Git<'_> {
    let (rest, commit) = text.split_once('#').map_or((text, None), |(rest, commit)| (rest, Some(commit)));
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut reference = Reference::Default;
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let value = decoded(value);
        match key {
            "branch" => reference = Reference::Branch(value),
            "tag" => reference = Reference::Tag(value),
            "rev" | "ref" => reference = Reference::Rev(value),
            _ => {}
        }
    }
    Git { address, reference, commit }
}

/// A value of a query. Versions up to 3 write it as it is, version 4 as addresses do; names of branches hold no `%` or `+` in practice.
fn decoded(value: &str) -> Cow<'_, str> {
    if !value.contains(['%', '+']) {
        return Cow::Borrowed(value);
    }
    let spaced = value.replace('+', " ");
    Cow::Owned(percent_decode_str(&spaced).decode_utf8().map_or_else(|_| value.to_owned(), Cow::into_owned))
}

/// Whether two addresses are of one repository, as Cargo compares them: a closing slash, `.git`, and case on GitHub do not count.
#[must_use]
pub fn is_same_repository(one: &str, other: &str) -> bool {
    one == other || canonical(one) == canonical(other)
}

fn canonical(address: &str) -> String {
    let address = address.trim_end_matches('/');
    let address = address.strip_suffix(".git").unwrap_or(address);
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.to_ascii_lowercase();
    let path = if host == "github.com" { path.to_ascii_lowercase() } else { path.to_owned() };
    format!("{}://{host}/{path}", scheme.to_ascii_lowercase())
}

/// Whether two index addresses are of one registry: the protocol is no part of it, nor is a closing slash.
#[must_use]
pub fn is_same_index(one: &str, other: &str) -> bool {
    bare_index(one) == bare_index(other)
}

/// The address of an index without the protocol before it and the slash behind it.
#[must_use]
pub fn bare_index(address: &str) -> &str {
    let address = address.strip_prefix("sparse+").or_else(|| address.strip_prefix("registry+")).unwrap_or(address);
    address.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_as_cargo_writes_them() {
        let default = format!("registry+{CRATES_GIT}");
        let git = |address, reference, commit| Source::Git(Git { address, reference, commit });
        for (text, expected) in [
            ("registry+https://index.test/git", Source::GitIndex("https://index.test/git")),
            (default.as_str(), Source::Registry(CRATES_GIT)),
            ("sparse+https://index.test/", Source::Registry("https://index.test/")),
            ("git+https://git.test/a#0123", git("https://git.test/a", Reference::Default, Some("0123"))),
            (
                "git+https://git.test/a.git?branch=a/b#0123",
                git("https://git.test/a.git", Reference::Branch("a/b".into()), Some("0123")),
            ),
            (
                "git+https://git.test/a?branch=a%2Fb+c#0123",
                git("https://git.test/a", Reference::Branch("a/b c".into()), Some("0123")),
            ),
            ("git+ssh://git@git.test/a?tag=v1", git("ssh://git@git.test/a", Reference::Tag("v1".into()), None)),
            ("path+file:///a", Source::Other),
            ("odd", Source::Other),
        ] {
            assert_eq!(Source::read(text), expected, "{text}");
        }
        assert!(is_same_repository("https://GitHub.com/A/b.git", "https://github.com/a/B/"));
        assert!(!is_same_repository("https://git.test/A/b", "https://git.test/a/b"));
        assert!(is_same_index("sparse+https://index.test", "https://index.test/"));
    }
}
