//! What one entry of a dependency list asks for, read as npm reads it (its `npm-package-arg`).
//!
//! The same reader serves `package.json`, the lists that lockfiles copy, and the `version` fields of version-1 lockfiles. Two
//! readings go beyond npm's, which throws or takes them for folders: the protocols of other package managers (`workspace:`,
//! `catalog:`, `link:`, `portal:`), and `git@host.example:path` on hosts that npm does not know.

mod committish;
mod decode;
mod hosted;
mod name;
mod places;

use std::borrow::Cow;

pub use committish::Committish;
pub use hosted::{Forge, Repository};
pub use name::{is_valid_name, name_and_range};
pub use places::Place;

use crate::npm::version;

/// One dependency spec, borrowed from its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec<'a> {
    /// The text as written.
    pub text: &'a str,
    /// What it asks for.
    pub kind: Kind<'a>,
}

/// What a spec asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// One version of a registry's package, trimmed: `1.2.3`, `=1.2.3`, `v1.2.3`.
    Version(&'a str),
    /// A range of versions, trimmed; the empty text is `*`.
    Range(&'a str),
    /// A name that the registry maps to a version: `latest`.
    Tag(&'a str),
    /// A registry's package under another name: `npm:real@^1`.
    Alias {
        /// The name in the registry.
        name: &'a str,
        /// Version, range or tag; nothing else may stand in an alias.
        inner: Box<Kind<'a>>,
    },
    /// A commit of a git repository.
    Git(Git<'a>),
    /// An archive at an address, `http:` or `https:`.
    Url {
        /// The address without its fragment.
        address: &'a str,
        /// What follows `#`. npm does not hold the archive to it.
        fragment: Option<&'a str>,
    },
    /// An archive on disk; the path as written, relative to the manifest that names it.
    File(&'a str),
    /// A folder on disk, which npm links to.
    Directory(&'a str),
    /// `link:` and `portal:`: a folder for other managers; npm refuses it.
    Link(&'a str),
    /// `workspace:` and what follows; npm refuses it.
    Workspace(&'a str),
    /// `catalog:` and what follows; npm refuses it.
    Catalog(&'a str),
    /// Nothing that npm installs.
    Invalid(Invalid),
}

/// Why npm refuses a spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// The dependency's name is none.
    Name,
    /// It is neither a version nor a range, and no tag may have such characters.
    Tag,
    /// A protocol that npm does not know.
    Protocol,
    /// It does not read as an address.
    Address,
    /// `npm:` with something else than a registry's package behind it.
    Alias,
    /// Two commits, or a commit and a range.
    Committish,
}

impl Invalid {
    /// In words, for the message; starts in lower case, no full stop.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Invalid::Name => "this is not a package name",
            Invalid::Tag => "this is neither a version, a range nor a tag",
            Invalid::Protocol => "npm does not know this protocol",
            Invalid::Address => "this does not read as an address",
            Invalid::Alias => "an alias must name a package of the registry",
            Invalid::Committish => "this names two commits at once",
        }
    }
}

/// A git dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Git<'a> {
    /// The repository as written, without fragment.
    pub address: &'a str,
    /// Which commit.
    pub committish: Committish<'a>,
    /// The folder within the repository (`::path:`).
    pub folder: Option<&'a str>,
    /// The transport as written; a shorthand goes over https.
    pub transport: Transport,
    /// Whether it is `user/repo` or `github:user/repo` rather than an address.
    pub shorthand: bool,
    /// The repository, on a forge that npm knows: npm fetches these over https or ssh, whatever is written.
    pub repository: Option<Repository<'a>>,
    /// What follows `#`.
    fragment: Option<&'a str>,
}

/// How the bytes travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// Encrypted and authenticated by certificates.
    Https,
    /// Encrypted and authenticated by keys.
    Ssh,
    /// Plain text.
    Http,
    /// Git's own protocol: plain text.
    Git,
    /// ftp or rsync: plain text.
    Plain,
    /// On this machine.
    File,
}

impl Transport {
    /// Whether nobody on the way can read or change it.
    #[must_use]
    pub fn is_secure(self) -> bool {
        matches!(self, Transport::Https | Transport::Ssh | Transport::File)
    }

    fn of_scheme(scheme: &str) -> Option<Transport> {
        Some(match scheme {
            "git+https" | "https" => Transport::Https,
            "git+ssh" | "ssh" => Transport::Ssh,
            "git+http" | "http" => Transport::Http,
            "git" => Transport::Git,
            "git+ftp" | "git+rsync" => Transport::Plain,
            "git+file" => Transport::File,
            _ => return None,
        })
    }
}

/// Reads the spec of the dependency `name`.
#[must_use]
pub fn parse<'a>(name: &str, spec: &'a str) -> Spec<'a> {
    let kind = if is_valid_name(name) { kind(spec) } else { Kind::Invalid(Invalid::Name) };
    Spec { text: spec, kind }
}

/// Reads a spec whose name does not matter.
fn kind(spec: &str) -> Kind<'_> {
    // Most specs: nothing that an address or a repository needs.
    if !spec.contains(['/', ':']) {
        return match (is_archive(spec), spec.starts_with('.')) {
            (true, _) => Kind::File(spec),
            (false, true) => Kind::Directory(spec),
            (false, false) => registry(spec),
        };
    }
    if let Some(path) = local_path(spec) {
        return if is_archive(spec) { Kind::File(path) } else { Kind::Directory(path) };
    }
    if let Some(rest) = strip_prefix_ignoring_case(spec, "npm:") {
        return alias(rest);
    }
    if let Some(git) = hosted::parse(spec) {
        return git.map_or_else(Kind::Invalid, Kind::Git);
    }
    if let Some(scheme) = scheme(spec) {
        return address(spec, scheme);
    }
    match scp(spec) {
        Some(kind) => kind,
        None if is_archive(spec) => Kind::File(spec),
        None if spec.contains('/') => Kind::Directory(spec),
        None => registry(spec),
    }
}

/// A spec that the registry answers.
fn registry(spec: &str) -> Kind<'_> {
    let spec = version::trim(spec);
    if version::Version::parse(spec).is_some() {
        Kind::Version(spec)
    } else if version::is_range(spec) {
        Kind::Range(spec)
    } else if spec.bytes().all(decode::is_unreserved) {
        Kind::Tag(spec)
    } else {
        Kind::Invalid(Invalid::Tag)
    }
}

/// What follows `npm:`. npm reads it like an argument of `npm install`, name first.
fn alias(text: &str) -> Kind<'_> {
    let at = text.char_indices().skip(1).find(|&(_, c)| c == '@').map(|(at, _)| at);
    let name = at.map_or(text, |at| &text[..at]);
    if scheme(text).is_some() || !is_valid_name(name) {
        return Kind::Invalid(Invalid::Alias);
    }
    let spec = at.map_or(&text[text.len()..], |at| &text[at + 1..]);
    match kind(spec) {
        inner @ (Kind::Version(_) | Kind::Range(_) | Kind::Tag(_)) if !is_archive(name) => {
            Kind::Alias { name, inner: Box::new(inner) }
        }
        _ => Kind::Invalid(Invalid::Alias),
    }
}

/// An address with a scheme, on no forge that npm knows.
fn address<'a>(spec: &'a str, scheme: &str) -> Kind<'a> {
    let scheme = scheme.to_ascii_lowercase();
    let after = &spec[scheme.len() + 1..];
    match scheme.as_str() {
        "workspace" => return Kind::Workspace(after),
        "catalog" => return Kind::Catalog(after),
        "link" | "portal" => return Kind::Link(after),
        _ => {}
    }
    let (address, fragment) = split_fragment(spec);
    if is_scp_in_address(address) {
        return git(address, fragment, fragment.map(Cow::Borrowed), Transport::Ssh);
    }
    if url::Url::parse(spec).is_err() {
        return Kind::Invalid(Invalid::Address);
    }
    match (scheme.as_str(), Transport::of_scheme(&scheme)) {
        ("http" | "https", _) => Kind::Url { address, fragment },
        ("ssh", _) | (_, None) => Kind::Invalid(Invalid::Protocol),
        (_, Some(transport)) => git(address, fragment, fragment.map(as_in_address), transport),
    }
}

/// A repository at an address of its own; `hash` is the fragment as npm takes it.
fn git<'a>(address: &'a str, fragment: Option<&'a str>, hash: Option<Cow<'a, str>>, transport: Transport) -> Kind<'a> {
    match committish::parse(hash) {
        Some((committish, folder)) => {
            Kind::Git(Git { address, committish, folder, transport, shorthand: false, repository: None, fragment })
        }
        None => Kind::Invalid(Invalid::Committish),
    }
}

/// `git@host.example:path`, which git, yarn and pnpm take for a repository.
fn scp(spec: &str) -> Option<Kind<'_>> {
    let (address, fragment) = split_fragment(spec);
    let (user, rest) = address.split_once('@')?;
    let (host, path) = rest.split_once(':')?;
    let dot = host.find('.')?;
    if user.is_empty() || user.contains(['/', ' ']) || host.contains(['/', ' ']) || dot == 0 || path.is_empty() {
        return None;
    }
    Some(git(address, fragment, fragment.map(Cow::Borrowed), Transport::Ssh))
}

/// `git+ssh://git@host:path`, which is no address; a number after the colon is a port.
fn is_scp_in_address(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("git+ssh://") else { return false };
    let Some((host, path)) = rest.split_once(':') else { return false };
    let ports = rest.match_indices(':').any(|(at, _)| {
        let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let after = rest.as_bytes().get(at + 1 + digits);
        digits > 0 && after.is_none_or(|&byte| byte == b'/')
    });
    !host.is_empty() && !path.is_empty() && !ports
}

/// The scheme of a text that npm takes for an address.
fn scheme(spec: &str) -> Option<&str> {
    let (scheme, _) = spec.split_once(':')?;
    let word = strip_prefix_ignoring_case(scheme, "git+").filter(|rest| !rest.is_empty()).unwrap_or(scheme);
    (!word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(scheme)
}

/// The path of a spec that is one by its beginning.
fn local_path(spec: &str) -> Option<&str> {
    if let Some(path) = strip_prefix_ignoring_case(spec, "file:") {
        let bare = path.trim_start_matches('/');
        let slashes = path.len() - bare.len();
        let dots = bare.strip_prefix("..").or_else(|| bare.strip_prefix('.'));
        let relative = dots.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        return Some(match slashes {
            1..=3 if relative => bare,
            0 => path,
            _ => &path[slashes - 1..],
        });
    }
    match spec.as_bytes() {
        [b'.' | b'/', ..] | [b'~', b'/', ..] => Some(spec),
        [letter, b':', ..] if letter.is_ascii_alphabetic() => Some(spec),
        _ => None,
    }
}

/// Whether npm takes a path for an archive, by its name.
fn is_archive(path: &str) -> bool {
    let ends = |suffix: &str| {
        path.len() >= suffix.len() && path.as_bytes()[path.len() - suffix.len()..].eq_ignore_ascii_case(suffix.as_bytes())
    };
    ends(".tgz") || ends(".tar.gz") || ends(".tar")
}

fn split_fragment(spec: &str) -> (&str, Option<&str>) {
    spec.split_once('#').map_or((spec, None), |(address, fragment)| (address, Some(fragment)))
}

/// A fragment as an address's reader takes it: blanks at the end, tabs and line breaks do not count.
fn as_in_address(fragment: &str) -> Cow<'_, str> {
    let fragment = fragment.trim_end_matches(is_trimmed_off);
    if fragment.contains(is_dropped) { Cow::Owned(fragment.replace(is_dropped, "")) } else { Cow::Borrowed(fragment) }
}

/// What the address standard drops wherever it stands.
fn is_dropped(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r')
}

/// What the address standard takes off at the ends.
fn is_trimmed_off(c: char) -> bool {
    c <= ' '
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests;
