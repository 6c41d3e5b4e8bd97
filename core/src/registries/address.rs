//! Addresses that do not read as they are.
//!
//! An installer follows an address as the URL standard resolves it: tabs vanish, backslashes become slashes, what stands before `@`
//! is a user's name, letters of other scripts fold into ASCII. A person who reviews a lockfile sees none of that. So an address is
//! taken as it is only when its text already *is* what it resolves to; any other is [`Address::Tricky`], wherever it leads.

use std::fmt;

use url::Url;

/// An address, looked through.
#[derive(Clone, Debug)]
pub(super) enum Address {
    /// It goes where it reads.
    Plain(Url),
    /// It goes elsewhere than it reads, or hides something.
    Tricky(Trick),
    /// It is no `https:` or `http:` address.
    Other(NotAUrl),
}

/// Why a text is no address of an artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAUrl {
    /// There is nothing.
    Empty,
    /// It does not parse (the standard's reason).
    Malformed(String),
    /// It has another scheme.
    Scheme(String),
}

impl fmt::Display for NotAUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotAUrl::Empty => f.write_str("it is empty"),
            NotAUrl::Malformed(reason) => write!(f, "it does not parse ({reason})"),
            NotAUrl::Scheme(scheme) => write!(f, "its scheme is `{}:`", scheme.escape_debug()),
        }
    }
}

/// How an address misleads its reader. The host, where given, is the one that it really goes to, in ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trick {
    /// White space, control characters, or characters that show nothing or turn the direction of the text.
    HiddenCharacters,
    /// A backslash, which resolves to a slash.
    Backslash,
    /// Fewer or more than two slashes behind the scheme.
    Slashes {
        /// Where it goes.
        host: String,
    },
    /// A user's name or password in front of the host.
    Credentials {
        /// Where it goes.
        host: String,
    },
    /// The host is written so that it resolves to another spelling: percent escapes, full-width letters, odd numbers.
    HostSpelling {
        /// Where it goes.
        host: String,
    },
    /// The host ends in a dot: the same machine under another name.
    TrailingDot,
    /// `.` or `..` in the path, plain or escaped, that lead elsewhere than the path reads.
    DotSegments,
    /// Escapes in the path that hide a separator, a control character, or another escape.
    PathEscapes,
}

impl fmt::Display for Trick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trick::HiddenCharacters => f.write_str("it contains characters that cannot be seen"),
            Trick::Backslash => f.write_str("it contains a backslash, which counts as a slash"),
            Trick::Slashes { host } => write!(f, "it has not exactly two slashes behind the scheme; it goes to `{host}`"),
            Trick::Credentials { host } => write!(f, "what stands before the `@` is a user's name; it goes to `{host}`"),
            Trick::HostSpelling { host } => write!(f, "its host resolves to another spelling; it goes to `{host}`"),
            Trick::TrailingDot => f.write_str("its host ends in a dot"),
            Trick::DotSegments => f.write_str("dot segments in its path lead elsewhere than it reads"),
            Trick::PathEscapes => f.write_str("percent escapes in its path hide what it leads to"),
        }
    }
}

/// Looks through an address.
pub(super) fn read(text: &str) -> Address {
    if text.trim().is_empty() {
        return Address::Other(NotAUrl::Empty);
    }
    let url = match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => url,
        Ok(url) => return Address::Other(NotAUrl::Scheme(url.scheme().to_owned())),
        Err(error) => return Address::Other(NotAUrl::Malformed(error.to_string())),
    };
    match trick(text, &url) {
        Some(trick) => Address::Tricky(trick),
        None => Address::Plain(url),
    }
}

fn trick(text: &str, url: &Url) -> Option<Trick> {
    if text.chars().any(is_hidden) {
        return Some(Trick::HiddenCharacters);
    }
    if text.contains('\\') {
        return Some(Trick::Backslash);
    }
    let host = || url.host_str().unwrap_or_default().to_owned();
    let rest = &text[url.scheme().len() + 1..];
    let Some(rest) = rest.strip_prefix("//").filter(|rest| !rest.starts_with('/')) else {
        return Some(Trick::Slashes { host: host() });
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.contains('@') {
        return Some(Trick::Credentials { host: host() });
    }
    let written = match authority.rsplit_once(':') {
        Some((written, port)) if !port.contains(']') => written,
        _ => authority,
    };
    if !reads_as(written, url.host_str().unwrap_or_default()) {
        return Some(Trick::HostSpelling { host: host() });
    }
    if written.ends_with('.') {
        return Some(Trick::TrailingDot);
    }
    path_trick(&path[..path.find(['?', '#']).unwrap_or(path.len())])
}

/// Whether a host as written is the host as resolved, capitals and honest international names aside.
fn reads_as(written: &str, resolved: &str) -> bool {
    written.eq_ignore_ascii_case(resolved)
        || (!written.is_ascii()
            && url::quirks::domain_to_unicode(resolved) == written
            && url::quirks::domain_to_ascii(written) == resolved)
}

fn path_trick(path: &str) -> Option<Trick> {
    if !path.contains('%') && !path.contains("/.") {
        return None;
    }
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    if decoded.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Some(Trick::DotSegments);
    }
    let escape = |at: usize| decoded.get(at + 1..at + 3).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let double = decoded.match_indices('%').any(|(at, _)| escape(at));
    let hidden = double || decoded.contains(['\\', char::REPLACEMENT_CHARACTER]) || decoded.chars().any(is_hidden);
    hidden.then_some(Trick::PathEscapes)
}

/// Whether a character shows nothing, or turns what is beside it around.
fn is_hidden(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}
