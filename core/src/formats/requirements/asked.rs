//! What one line asks for: a project's versions, an archive at an address, a commit of a repository, or something on disk. Told apart in the
//! order in which pip does (its `constructors.py`), as far as that goes without a look at the disk.

use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use crate::integrity::{Algorithm, Digest};
use crate::model::SourceKind;
use crate::python::{direct, marker, requirement};
use crate::spec::Place;
use crate::text::{Span, Spanned};
use crate::versions::pypi;

/// What a line asks for.
#[derive(Debug)]
pub(super) struct Asked {
    /// The project's name; for an archive or a folder without one, what it is called there.
    pub name: Spanned<SmolStr>,
    /// Versions, address or path, as written.
    pub spec: Spanned<SmolStr>,
    /// Where it comes from, if not from an index.
    pub place: Option<Place>,
    /// What kind of place that is.
    pub kind: SourceKind,
    /// The exact version, where one is named.
    pub version: Option<Spanned<SmolStr>>,
    /// The extras, all of them.
    pub extras: Option<Span>,
    /// The condition under which it counts.
    pub marker: Option<Spanned<SmolStr>>,
    /// The digest in an address's fragment.
    pub digest: Option<Digest>,
}

/// Why pip refuses a line: the bytes of the text, and the reason.
pub(super) type Refused = (usize, usize, String);

/// A part of a line: its text, and where its bytes are in the file.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    /// The text.
    pub text: &'a str,
    /// The place of a range of it.
    pub place: &'a dyn Fn(usize, usize) -> Span,
}

impl Part<'_> {
    fn spanned(self, start: usize, end: usize) -> Spanned<SmolStr> {
        Spanned::new(self.text[start..end].into(), (self.place)(start, end))
    }

    fn span_of(self, range: std::ops::Range<usize>) -> Span {
        (self.place)(range.start, range.end)
    }
}

/// Reads what stands before a line's options.
pub(super) fn read(part: Part<'_>) -> Result<Asked, Refused> {
    let text = part.text;
    let separator = if is_url(text) { "; " } else { ";" };
    let (end, marker) = match text.find(separator) {
        None => (text.len(), None),
        Some(at) => (at, marker(part, at + separator.len())?),
    };
    let trimmed = text[..end].trim();
    let start = end - text[..end].trim_start().len();
    let asked = plain(part, start, start + trimmed.len())?;
    Ok(Asked { marker, ..asked })
}

fn marker(part: Part<'_>, from: usize) -> Result<Option<Spanned<SmolStr>>, Refused> {
    let whole = &part.text[from..];
    let trimmed = whole.trim();
    if trimmed.is_empty() {
        return Ok(None);
    }
    let start = from + (whole.len() - whole.trim_start().len());
    if let Some(fault) = marker::fault(trimmed) {
        let at = (start + fault.at).min(part.text.len());
        return Err((at, part.text.len(), format!("this is no environment marker: {}", fault.message)));
    }
    Ok(Some(part.spanned(start, start + trimmed.len())))
}

/// A requirement without its marker, between two offsets.
fn plain(part: Part<'_>, start: usize, end: usize) -> Result<Asked, Refused> {
    let text = &part.text[start..end];
    if is_url(text) {
        return Ok(at_address(part, start, end, None));
    }
    let bare = without_extras(text);
    let names_archive = is_archive(bare);
    let direct = text.split_once('@').is_some_and(|(before, _)| !looks_like_path(before));
    if names_archive && !direct {
        return Ok(on_disk(part, start, end));
    }
    match requirement::parse(text) {
        Ok(found) => of_requirement(part, start, &found),
        Err(_) if looks_like_path(text) && !direct => Ok(on_disk(part, start, end)),
        Err(fault) => Err((start + fault.at, end, format!("pip cannot read this requirement: {}", fault.message))),
    }
}

fn of_requirement(part: Part<'_>, start: usize, found: &requirement::Requirement<'_>) -> Result<Asked, Refused> {
    let at = |range: std::ops::Range<usize>| start + range.start..start + range.end;
    let name_at = at(found.name.range());
    let name = part.spanned(name_at.start, name_at.end);
    let extras = found.extras.first().zip(found.extras.last());
    let extras = extras.map(|(first, last)| part.span_of(at(first.range().start..last.range().end)));
    if let Some(url) = &found.url {
        let range = at(url.range());
        return Ok(Asked { extras, ..at_address(part, range.start, range.end, Some(name)) });
    }
    let range = at(found.specifier.range());
    if !pypi::is_specifier(found.specifier.text) {
        return Err((range.start, range.end, "pip cannot read these versions".to_owned()));
    }
    let version = exact(found.specifier.text).map(|(from, to)| part.spanned(range.start + from, range.start + to));
    Ok(Asked {
        name,
        spec: part.spanned(range.start, range.end),
        place: None,
        kind: SourceKind::Registry,
        version,
        extras,
        marker: None,
        digest: None,
    })
}

/// The bytes of the one version that specifiers name.
fn exact(specifier: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    for clause in specifier.split(',') {
        let operator = ["===", "=="].into_iter().find(|operator| clause.trim_start().starts_with(operator));
        if let Some(operator) = operator {
            let version = clause.trim_start()[operator.len()..].trim();
            if operator == "===" || !version.ends_with(".*") {
                let end = at + clause.trim_end().len();
                return Some((end - version.len(), end));
            }
        }
        at += clause.len() + 1;
    }
    None
}

/// Reads what follows `-e`.
pub(super) fn editable(part: Part<'_>) -> Result<Asked, Refused> {
    let text = part.text;
    let refused = |message: &str| Err((0, text.len(), message.to_owned()));
    let named = requirement::parse(text).ok().filter(|found| found.url.is_some());
    let (has_name, asked) = (
        named.is_some(),
        match named {
            Some(found) => {
                let marker = found.marker.map(|marker| part.spanned(marker.range().start, marker.range().end));
                Asked { marker, ..of_requirement(part, 0, &found)? }
            }
            None if is_url(text) => at_address(part, 0, text.len(), None),
            None => on_disk(part, 0, text.len()),
        },
    );
    match asked.kind {
        SourceKind::Url => refused("only a folder or a repository can be editable, and pip refuses this address"),
        SourceKind::Git if !has_name && egg(part, 0, text.len()).is_none() => {
            refused("an editable repository wants a name (`#egg=name`, or `name @ address`), and pip refuses it without")
        }
        _ => Ok(asked),
    }
}

/// Something at an address: of a repository, on the web, or `file:`.
fn at_address(part: Part<'_>, start: usize, end: usize, name: Option<Spanned<SmolStr>>) -> Asked {
    let url = &part.text[start..end];
    let bare_end = start + url.find('#').unwrap_or(url.len());
    let spec = part.spanned(start, end);
    let place = direct(&spec);
    let kind = match place {
        Place::Git { .. } => SourceKind::Git,
        Place::Url(_) => SourceKind::Url,
        _ => on_disk_kind(&part.text[start..bare_end]),
    };
    let wheel = wheel(part, start, bare_end).filter(|_| kind != SourceKind::Git);
    let (wheel_name, version) = wheel.map_or((None, None), |(name, version)| (Some(name), Some(version)));
    let egg = || egg(part, start, end);
    let file = || file_name(part, start, bare_end).filter(|_| kind != SourceKind::Git);
    let name = name.or(wheel_name).or_else(egg).or_else(file).unwrap_or_else(|| spec.clone());
    Asked { name, spec, place: Some(place), kind, version, extras: None, marker: None, digest: fragment_digest(part, start, end) }
}

fn on_disk(part: Part<'_>, start: usize, end: usize) -> Asked {
    let spec = part.spanned(start, end);
    let bare_end = start + without_extras(&part.text[start..end]).len();
    let wheel = wheel(part, start, bare_end);
    let (name, version) = wheel.map_or((spec.clone(), None), |(name, version)| (name, Some(version)));
    let place = Some(Place::Path(part.spanned(start, bare_end)));
    let kind = on_disk_kind(&part.text[start..bare_end]);
    Asked { name, spec, place, kind, version, extras: None, marker: None, digest: None }
}

/// Name and version out of a wheel's file name.
fn wheel(part: Part<'_>, start: usize, end: usize) -> Option<(Spanned<SmolStr>, Spanned<SmolStr>)> {
    let whole = part.text[start..end].split('?').next()?;
    let from = start + whole.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let file = &part.text[from..start + whole.len()];
    let fields = file.strip_suffix(".whl")?;
    if !matches!(fields.split('-').count(), 5 | 6) {
        return None;
    }
    let (name, rest) = fields.split_once('-')?;
    let version = rest.split('-').next()?;
    let version_at = from + name.len() + 1;
    Some((part.spanned(from, from + name.len()), part.spanned(version_at, version_at + version.len())))
}

/// The file at the end of an address.
fn file_name(part: Part<'_>, start: usize, end: usize) -> Option<Spanned<SmolStr>> {
    let whole = part.text[start..end].split('?').next()?.trim_end_matches('/');
    let from = whole.rfind('/')? + 1;
    (from < whole.len()).then(|| part.spanned(start + from, start + whole.len()))
}

/// The name in `#egg=name`, without its extras.
fn egg(part: Part<'_>, start: usize, end: usize) -> Option<Spanned<SmolStr>> {
    let url = &part.text[start..end];
    let at = ["#egg=", "&egg="].into_iter().filter_map(|mark| url.find(mark)).min()? + 5;
    let length = url[at..].find(['&', '[']).unwrap_or(url.len() - at);
    (length > 0).then(|| part.spanned(start + at, start + at + length))
}

/// What follows `#egg=`, where that is more than a name: pip has refused extras and all else there since version 25.
pub(super) fn odd_egg(text: &str) -> Option<(usize, usize)> {
    let at = ["#egg=", "&egg="].into_iter().filter_map(|mark| text.find(mark)).min()? + 5;
    let end = at + text[at..].find('&').unwrap_or(text.len() - at);
    let name = &text[at..end];
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let outer = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let plain = name.bytes().all(inside) && outer(name.as_bytes().first()) && outer(name.as_bytes().last());
    (!plain && !name.is_empty()).then_some((at, end))
}

/// The digest that an address's fragment names. pip takes the first; of any algorithm, weak ones too.
fn fragment_digest(part: Part<'_>, start: usize, end: usize) -> Option<Digest> {
    let url = &part.text[start..end];
    let fragment = url.find('#')? + 1;
    let mut at = fragment;
    for word in url[fragment..].split('&') {
        let known = word.split_once('=').and_then(|(name, hex)| Some((Algorithm::of(name)?, name, hex)));
        if let Some((algorithm, name, hex)) = known.filter(|(algorithm, ..)| *algorithm <= Algorithm::Sha512) {
            let written = format_smolstr!("{name}:{}", hex.to_ascii_lowercase());
            return Some(Digest::of_hex(algorithm, &written, hex, (part.place)(start + at, start + at + word.len())));
        }
        at += word.len() + 1;
    }
    None
}

/// Endings by which pip takes a name for a file's.
const ARCHIVES: [&str; 12] =
    [".zip", ".whl", ".tar.bz2", ".tbz", ".tar.gz", ".tgz", ".tar", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma"];

/// The version control systems that pip knows, each with what may follow its `+`.
const REPOSITORIES: [(&str, &[&str]); 4] = [
    ("git", &["http", "https", "ssh", "git", "file"]),
    ("hg", &["file", "http", "https", "ssh", "static-http"]),
    ("svn", &["ssh", "http", "https", "svn", "file"]),
    ("bzr", &["http", "https", "ssh", "sftp", "ftp", "lp", "file"]),
];

fn is_repository(scheme: &str) -> bool {
    let known = |(system, transport): (&str, &str)| {
        REPOSITORIES.iter().any(|(name, transports)| *name == system && transports.contains(&transport))
    };
    scheme.split_once('+').is_some_and(known)
}

/// Whether pip takes a text for an address.
pub(super) fn is_url(text: &str) -> bool {
    let scheme = scheme(text).map(|scheme| scheme.to_ascii_lowercase().to_smolstr());
    scheme.is_some_and(|scheme| matches!(scheme.as_str(), "http" | "https" | "file" | "ftp") || is_repository(&scheme))
}

fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    (scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.bytes().all(inside)).then_some(scheme)
}

fn looks_like_path(text: &str) -> bool {
    text.contains('/') || text.starts_with('.')
}

/// A path without the extras in brackets at its end.
fn without_extras(text: &str) -> &str {
    let open = text.strip_suffix(']').and_then(|rest| rest.rfind('['));
    open.filter(|at| *at > 0 && at + 2 < text.len()).map_or(text, |at| &text[..at])
}

fn is_archive(path: &str) -> bool {
    ARCHIVES.iter().any(|ending| ends_with(path, ending))
}

/// A folder is as it is when pip gets there, like a link; an archive is a file of its own.
fn on_disk_kind(path: &str) -> SourceKind {
    if is_archive(path) { SourceKind::File } else { SourceKind::Link }
}

fn ends_with(text: &str, ending: &str) -> bool {
    let tail = text.len().checked_sub(ending.len()).filter(|at| *at > 0).and_then(|at| text.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(ending))
}
