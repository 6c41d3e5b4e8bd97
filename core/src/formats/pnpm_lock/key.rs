//! The keys of `packages`, and the references to them.

use std::borrow::Cow;
use std::ops::Range;

/// How keys are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `/name/1.0.0_peers`
    Slash,
    /// `/name@1.0.0(peers)`
    At,
    /// `name@1.0.0(peers)`
    Bare,
}

impl Form {
    /// The form of a lockfile version; `None` for one that is not known.
    pub(super) fn of_version(version: &str) -> Option<Form> {
        match version {
            "5" | "5.0" | "5.1" | "5.2" | "5.3" | "5.4" | "5.4-inlineSpecifiers" => Some(Form::Slash),
            "6.0" | "6.1" => Some(Form::At),
            "9.0" => Some(Form::Bare),
            _ => None,
        }
    }

    /// Where a key has the package's name, and its version or place, without peers. `None`: the key is a place, and the entry's own fields tell
    /// the name.
    pub(super) fn split(self, key: &str) -> Option<(Range<usize>, Range<usize>)> {
        match self {
            Form::Slash => split_slash(key),
            Form::At => split_at(key, start_of_name(key)?),
            Form::Bare => split_at(key, 0),
        }
    }

    /// The key that a reference leads to, which stands behind the name that is asked for. `None`: it is a link.
    pub(super) fn key<'r>(self, name: &str, reference: &'r str) -> Option<Cow<'r, str>> {
        if reference.starts_with("link:") {
            return None;
        }
        let owned = match self {
            _ if reference.starts_with('/') || reference.starts_with("file:") && self != Form::Bare => None,
            Form::Slash => (!reference.contains('/')).then(|| format!("/{name}/{reference}")),
            Form::At => (!without_peers(reference).contains('/')).then(|| format!("/{name}@{reference}")),
            Form::Bare => (!is_whole_key(reference)).then(|| format!("{name}@{reference}")),
        };
        Some(owned.map_or(Cow::Borrowed(reference), Cow::Owned))
    }

    /// The package that a reference names if it is another one than the name that is asked for, and the version or place, without peers.
    pub(super) fn read<'r>(self, reference: &'r str) -> (Option<&'r str>, &'r str) {
        let whole = match self {
            Form::Slash | Form::At => reference.starts_with('/'),
            Form::Bare => is_whole_key(reference),
        };
        match whole.then(|| self.split(reference)).flatten() {
            Some((name, version)) => (Some(&reference[name]), &reference[version]),
            None if self == Form::Slash => (None, reference.split('_').next().unwrap_or_default()),
            None => (None, without_peers(reference)),
        }
    }
}

/// Whether a reference of version 9 has the name in it: an `@` before any `:` or `(`.
fn is_whole_key(reference: &str) -> bool {
    if reference.starts_with('@') {
        return true;
    }
    let end = reference.find([':', '(']).unwrap_or(reference.len());
    reference[..end].contains('@')
}

/// A version or place without the peers in brackets behind it.
pub(super) fn without_peers(text: &str) -> &str {
    text.find('(').map_or(text, |at| &text[..at])
}

/// Where the name begins in a key of version 6: behind the first slash, which a registry's host may stand before.
fn start_of_name(key: &str) -> Option<usize> {
    let slash = key.find('/')?;
    let host = &key[..slash];
    let plain = host.is_empty() || host.contains('.') && !host.contains([':', '@']);
    plain.then_some(slash + 1)
}

fn split_at(key: &str, start: usize) -> Option<(Range<usize>, Range<usize>)> {
    let end = start + without_peers(&key[start..]).len();
    let at = start + 1 + key.get(start + 1..end)?.find('@')?;
    let name = &key[start..at];
    // A path with an `@` in it is no name.
    let slashes = name.matches('/').count();
    (slashes == usize::from(name.starts_with('@'))).then_some((start..at, at + 1..end))
}

fn split_slash(key: &str) -> Option<(Range<usize>, Range<usize>)> {
    let start = start_of_name(key)?;
    let mut ends = key[start..].match_indices('/').map(|(at, _)| start + at);
    let scoped = key[start..].starts_with('@');
    let name_end = if scoped { ends.nth(1)? } else { ends.next()? };
    let rest = &key[name_end + 1..];
    let end = name_end + 1 + rest.find(['_', '/', '(']).unwrap_or(rest.len());
    let version = &key[name_end + 1..end];
    // What stands behind a repository's name is a commit, and a version begins with a digit and has a dot.
    let is_version = version.starts_with(|first: char| first.is_ascii_digit()) && version.contains('.');
    is_version.then_some((start..name_end, name_end + 1..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(form: Form, key: &str) -> Option<(&str, &str)> {
        form.split(key).map(|(name, version)| (&key[name], &key[version]))
    }

    #[test]
    fn names_and_versions_stand_in_the_keys() {
        let table = [
            (Form::Slash, "/a/1.0.0", Some(("a", "1.0.0"))),
            (Form::Slash, "/@s/n/1.0.0-rc.1_@babel+core@7.16.0+x@1", Some(("@s/n", "1.0.0-rc.1"))),
            (Form::Slash, "/a/1.0.0/b@2.0.0", Some(("a", "1.0.0"))),
            (Form::Slash, "npm.corp.test/@s/n/1.0.0", Some(("@s/n", "1.0.0"))),
            (Form::Slash, "github.com/owner/name/0123456789012345678901234567890123456789", None),
            (Form::Slash, "file:a.tgz", None),
            (Form::Slash, "file:../a/1.0.0", None),
            (Form::At, "/a@1.0.0", Some(("a", "1.0.0"))),
            (Form::At, "/@s/n@1.0.0(@babel/core@7.16.0)(x@1.0.0)", Some(("@s/n", "1.0.0"))),
            (Form::At, "npm.corp.test/a@1.0.0", Some(("a", "1.0.0"))),
            (Form::At, "github.com/owner/name/0123456789012345678901234567890123456789", None),
            (Form::At, "file:lib(react@18.0.0)", None),
            (Form::Bare, "a@1.0.0", Some(("a", "1.0.0"))),
            (Form::Bare, "@s/n@1.0.0(@babel/core@7.16.0(x@1.0.0))", Some(("@s/n", "1.0.0"))),
            (Form::Bare, "a@https://host.test/@x/y.tgz", Some(("a", "https://host.test/@x/y.tgz"))),
            (Form::Bare, "a@file:../lib(react@18.0.0)", Some(("a", "file:../lib"))),
            (Form::Bare, "node@runtime:26.7.0", Some(("node", "runtime:26.7.0"))),
            (Form::Bare, "@s/n", None),
            (Form::Bare, "", None),
            (Form::Bare, "é", None),
        ];
        for (form, key, expected) in table {
            assert_eq!(split(form, key), expected, "{key}");
        }
    }

    #[test]
    fn references_lead_to_keys() {
        let table = [
            (Form::Slash, "a", "1.0.0_b@2", Some("/a/1.0.0_b@2")),
            (Form::Slash, "al", "/real/1.0.0", Some("/real/1.0.0")),
            (Form::Slash, "a", "github.com/o/n/0123", Some("github.com/o/n/0123")),
            (Form::Slash, "a", "link:../b", None),
            (Form::At, "a", "1.0.0(@s/b@2.0.0)", Some("/a@1.0.0(@s/b@2.0.0)")),
            (Form::At, "al", "/@s/real@1.0.0", Some("/@s/real@1.0.0")),
            (Form::At, "a", "file:lib", Some("file:lib")),
            (Form::Bare, "a", "1.0.0(@s/b@2.0.0)", Some("a@1.0.0(@s/b@2.0.0)")),
            (Form::Bare, "al", "@s/real@1.0.0", Some("@s/real@1.0.0")),
            (Form::Bare, "al", "real@1.0.0(x@1.0.0)", Some("real@1.0.0(x@1.0.0)")),
            (Form::Bare, "a", "https://host.test/@x/y.tgz", Some("a@https://host.test/@x/y.tgz")),
            (Form::Bare, "a", "file:lib@2", Some("a@file:lib@2")),
            (Form::Bare, "a", "git@host.test:x/y", Some("git@host.test:x/y")),
        ];
        for (form, name, reference, expected) in table {
            assert_eq!(form.key(name, reference).as_deref(), expected, "{reference}");
        }
        assert_eq!(Form::Bare.read("@s/real@1.0.0(x@2.0.0)"), (Some("@s/real"), "1.0.0"));
        assert_eq!(Form::Bare.read("1.0.0(x@2.0.0)"), (None, "1.0.0"));
        assert_eq!(Form::At.read("/real@1.0.0"), (Some("real"), "1.0.0"));
        assert_eq!(Form::Slash.read("1.0.0_x@2.0.0"), (None, "1.0.0"));
    }
}
