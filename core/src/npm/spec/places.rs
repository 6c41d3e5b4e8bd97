//! Questions about a spec, and the bytes of it that a fix replaces.

use std::ops::Range;

use super::committish::{Word, words};
use super::{Git, Kind, Spec, Transport};

/// Where a version or commit belongs within a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The bytes to replace, relative to the spec; empty where something is inserted.
    pub bytes: Range<usize>,
    /// What has to stand before it.
    pub before: &'static str,
    /// What has to stand after it.
    pub after: &'static str,
}

impl<'a> Spec<'a> {
    /// Whether it can only ever mean one content: one version of the registry, or one commit. The bytes at an address may
    /// change, so an address is never exact.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        match &self.kind {
            Kind::Version(_) => true,
            Kind::Alias { inner, .. } => matches!(**inner, Kind::Version(_)),
            Kind::Git(git) => git.committish.is_held(),
            _ => false,
        }
    }

    /// Whether it stays on this machine or within the repository.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match &self.kind {
            Kind::File(_) | Kind::Directory(_) | Kind::Link(_) | Kind::Workspace(_) => true,
            Kind::Git(git) => git.transport == Transport::File,
            _ => false,
        }
    }

    /// Whether a registry answers it, under its own name or another.
    #[must_use]
    pub fn is_registry(&self) -> bool {
        self.requested().is_some()
    }

    /// Version, range or tag asked of a registry, an alias looked through.
    #[must_use]
    pub fn requested(&self) -> Option<&'a str> {
        match &self.kind {
            Kind::Version(text) | Kind::Range(text) | Kind::Tag(text) => Some(text),
            Kind::Alias { inner, .. } => match **inner {
                Kind::Version(text) | Kind::Range(text) | Kind::Tag(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The name in the registry, if it differs from the one it is installed under.
    #[must_use]
    pub fn real_name(&self) -> Option<&'a str> {
        match self.kind {
            Kind::Alias { name, .. } => Some(name),
            _ => None,
        }
    }

    /// How its bytes travel, as written. `None` for what a registry answers (the settings tell) and for what npm refuses.
    #[must_use]
    pub fn transport(&self) -> Option<Transport> {
        match &self.kind {
            Kind::Git(git) => Some(git.transport),
            Kind::Url { address, .. } => Some(if address.as_bytes().get(4).is_some_and(|byte| byte.eq_ignore_ascii_case(&b's')) {
                Transport::Https
            } else {
                Transport::Http
            }),
            Kind::File(_) | Kind::Directory(_) | Kind::Link(_) => Some(Transport::File),
            _ => None,
        }
    }

    /// The bytes of `part`, which must be borrowed from this spec's text.
    #[must_use]
    pub fn bytes(&self, part: &str) -> Option<Range<usize>> {
        let start = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        let end = start + part.len();
        (end <= self.text.len()).then_some(start..end)
    }

    /// Where the exact version (registry) or the full commit hash (git) goes. `None` where neither belongs.
    #[must_use]
    pub fn pin_place(&self) -> Option<Place> {
        if let Kind::Git(git) = &self.kind {
            return self.commit_place(git);
        }
        let bytes = self.bytes(self.requested()?)?;
        // `npm:real` has no `@` yet, `npm:real@` has.
        let name = self.real_name().and_then(|name| self.bytes(name));
        let bare = name.is_some_and(|name| name.end == bytes.start);
        Some(Place { bytes, before: if bare { "@" } else { "" }, after: "" })
    }

    fn commit_place(&self, git: &Git<'a>) -> Option<Place> {
        let end = self.text.len();
        if let Some(tree) = git.address.find("/tree/").filter(|_| git.repository.is_some() && !git.shorthand) {
            return Some(Place { bytes: tree..end, before: "#", after: "" });
        }
        let Some(fragment) = git.fragment else { return Some(Place { bytes: end..end, before: "#", after: "" }) };
        let found = words(fragment).find(|(_, word)| matches!(word, Word::Reference(_) | Word::Semver(_)));
        match found {
            Some((part, _)) => self.bytes(part).map(|bytes| Place { bytes, before: "", after: "" }),
            None => {
                let start = self.bytes(fragment)?.start;
                Some(Place { bytes: start..start, before: "", after: "::" })
            }
        }
    }
}
