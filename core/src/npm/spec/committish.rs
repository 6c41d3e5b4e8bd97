//! Which commit of a repository a spec names: what follows the `#`.

use std::borrow::Cow;

use super::decode::decode;

/// Which commit a spec names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committish<'a> {
    /// None: whatever the default branch holds.
    None,
    /// A full hash, 40 or 64 hexadecimal digits: held.
    Commit(Cow<'a, str>),
    /// An abbreviated hash (7 digits or more): more commits may come to match it, and a branch may be called that.
    Short(Cow<'a, str>),
    /// `semver:`: the newest tag within a range.
    Semver(Cow<'a, str>),
    /// A branch or tag.
    Ref(Cow<'a, str>),
}

impl Committish<'_> {
    /// Whether it holds one commit for good.
    #[must_use]
    pub fn is_held(&self) -> bool {
        matches!(self, Committish::Commit(_))
    }
}

/// The parts of a fragment, joined by `::`.
pub(super) enum Word<'a> {
    /// A branch, tag or hash.
    Reference(&'a str),
    /// `semver:` and its range, still escaped.
    Semver(&'a str),
    /// `path:` and its folder.
    Folder(&'a str),
    /// A key that npm warns about and leaves.
    Unknown,
}

pub(super) fn words(fragment: &str) -> impl Iterator<Item = (&str, Word<'_>)> {
    fragment.split("::").map(|part| {
        let word = match part.split_once(':') {
            None => Word::Reference(part),
            Some((key, value)) => {
                let value = value.split(':').next().unwrap_or_default();
                match key {
                    "semver" => Word::Semver(value),
                    "path" => Word::Folder(value),
                    _ => Word::Unknown,
                }
            }
        };
        (part, word)
    })
}

/// Reads a fragment: the commit and the folder. `None` where npm refuses it.
pub(super) fn parse(fragment: Option<Cow<'_, str>>) -> Option<(Committish<'_>, Option<&str>)> {
    match fragment {
        None => Some((Committish::None, None)),
        Some(Cow::Borrowed(text)) => read(text),
        // Escapes in a commit are too rare to keep the folder for.
        Some(Cow::Owned(text)) => read(&text).map(|(committish, _)| (owned(committish), None)),
    }
}

fn owned(committish: Committish<'_>) -> Committish<'static> {
    let own = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
    match committish {
        Committish::None => Committish::None,
        Committish::Commit(text) => Committish::Commit(own(text)),
        Committish::Short(text) => Committish::Short(own(text)),
        Committish::Semver(text) => Committish::Semver(own(text)),
        Committish::Ref(text) => Committish::Ref(own(text)),
    }
}

fn read(fragment: &str) -> Option<(Committish<'_>, Option<&str>)> {
    let mut result = Committish::None;
    let mut folder = None;
    for (_, word) in words(fragment) {
        match word {
            Word::Reference("") if result == Committish::None => {}
            Word::Reference(text) if result == Committish::None => result = reference(text),
            Word::Semver("") if result == Committish::None => {}
            Word::Semver(range) if result == Committish::None => result = Committish::Semver(decode(range)?),
            Word::Folder(path) if folder.is_none() => folder = Some(path),
            Word::Unknown => {}
            Word::Reference(_) | Word::Semver(_) | Word::Folder(_) => return None,
        }
    }
    Some((result, folder))
}

fn reference(text: &str) -> Committish<'_> {
    let hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text.len() {
        40 | 64 if hexadecimal => Committish::Commit(Cow::Borrowed(text)),
        7..40 if hexadecimal => Committish::Short(Cow::Borrowed(text)),
        _ => Committish::Ref(Cow::Borrowed(text)),
    }
}
