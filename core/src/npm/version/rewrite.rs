//! The steps by which npm's `semver` rewrites a range's text before it reads comparators from it, for the texts that need them:
//! white space, build metadata, hyphen ranges, and operators that stand apart from their version.

use std::borrow::Cow;

use super::{Number, Part, Partial, Prereleases, TooLarge, are_identifiers, is_space, trim};

/// Trims a range and makes one blank of all white space in a row.
pub(super) fn white_space(range: &str) -> Cow<'_, str> {
    let range = trim(range);
    let bytes = range.as_bytes();
    let plain = bytes.iter().zip(bytes.iter().skip(1).chain(b"."));
    if plain.into_iter().all(|(&byte, &next)| byte.is_ascii_graphic() || byte == b' ' && next != b' ' && next.is_ascii()) {
        return Cow::Borrowed(range);
    }
    let mut result = String::with_capacity(range.len());
    for c in range.chars() {
        match (is_space(c), result.ends_with(' ')) {
            (false, _) => result.push(c),
            (true, false) => result.push(' '),
            (true, true) => {}
        }
    }
    Cow::Owned(result)
}

/// Rewrites one alternative of a range to words that each are a comparator.
pub(super) fn alternative(text: &str, prereleases: Prereleases) -> Result<Cow<'_, str>, TooLarge> {
    let mut previous = 0;
    let mut clean = true;
    for &byte in text.as_bytes() {
        clean &= byte != b'+' && !(byte == b' ' && matches!(previous, b'<' | b'>' | b'=' | b'~' | b'^' | b'-'));
        previous = byte;
    }
    if clean {
        return Ok(Cow::Borrowed(text));
    }
    let text = without_builds(text);
    let text = match hyphen(&text, prereleases)? {
        Some(comparators) => comparators,
        None => text,
    };
    Ok(Cow::Owned(join_carets(&join_tildes(&join_comparators(&text)))))
}

/// Build metadata, wherever it stands, goes.
fn without_builds(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('+') {
        result.push_str(&rest[..at]);
        let length = identifiers_length(&rest[at + 1..]);
        if length == 0 {
            result.push('+');
        }
        rest = &rest[at + 1 + length..];
    }
    result + rest
}

/// The length of the identifiers joined by dots that `text` begins with.
fn identifiers_length(text: &str) -> usize {
    let end = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')).count();
    let mut run = &text[..end];
    if let Some(at) = run.find("..") {
        run = &run[..at];
    }
    let run = run.strip_suffix('.').unwrap_or(run);
    if are_identifiers(run) { run.len() } else { 0 }
}

/// `1.2 - 3.4` as two comparators.
fn hyphen(text: &str, prereleases: Prereleases) -> Result<Option<String>, TooLarge> {
    let Some((from, to)) = text.split_once(" - ") else { return Ok(None) };
    let from = from.strip_prefix(' ').unwrap_or(from);
    let to = to.strip_suffix(' ').unwrap_or(to);
    let (Some(lowest), Some(highest)) = (bare(from), bare(to)) else { return Ok(None) };
    let mut result = lower(from, &lowest, prereleases) + " ";
    result.push_str(&upper(to, &highest, prereleases)?);
    Ok(Some(result.trim_matches(' ').to_owned()))
}

fn bare(text: &str) -> Option<Partial<'_>> {
    Partial::parse(text.trim_start_matches(['v', '=', ' ']))
}

fn lower(from: &str, partial: &Partial<'_>, prereleases: Prereleases) -> String {
    let lowest = if prereleases == Prereleases::Included { "-0" } else { "" };
    match (partial.major, partial.minor, partial.patch) {
        (Part::Any, ..) => String::new(),
        (Part::Number(major), Part::Any, _) => format!(">={}.0.0{lowest}", major.text),
        (Part::Number(major), Part::Number(minor), Part::Any) => format!(">={}.{}.0{lowest}", major.text, minor.text),
        _ if !partial.prerelease.is_empty() => format!(">={from}"),
        _ => format!(">={from}{lowest}"),
    }
}

fn upper(to: &str, partial: &Partial<'_>, prereleases: Prereleases) -> Result<String, TooLarge> {
    // One that JavaScript would write with an exponent is no comparator any more.
    let next = |number: Number<'_>| number.next().map(|next| next.map_or("e".to_owned(), |next| next.to_string()));
    Ok(match (partial.major, partial.minor, partial.patch) {
        (Part::Any, ..) => String::new(),
        (Part::Number(major), Part::Any, _) => format!("<{}.0.0-0", next(major)?),
        (Part::Number(major), Part::Number(minor), Part::Any) => format!("<{}.{}.0-0", major.text, next(minor)?),
        (Part::Number(major), Part::Number(minor), Part::Number(patch)) => {
            let (major, minor) = (major.text, minor.text);
            if !partial.prerelease.is_empty() {
                format!("<={major}.{minor}.{}-{}", patch.text, partial.prerelease)
            } else if prereleases == Prereleases::Included {
                format!("<{major}.{minor}.{}-0", next(patch)?)
            } else {
                format!("<={to}")
            }
        }
    })
}

/// `> 1.2` becomes `>1.2`: an operator loses the blank after it where something like a version follows.
fn join_comparators(text: &str) -> String {
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let mut result = String::with_capacity(text.len());
    let (mut done, mut start) = (0, 0);
    while start < bytes.len() {
        let operator = start + usize::from(at(start) == b' ');
        let mut end = operator + usize::from(matches!(at(operator), b'<' | b'>'));
        end += usize::from(at(end) == b'=');
        let version = end + usize::from(at(end) == b' ' && end > start);
        match loose_version(text, version) {
            Some(after) => {
                result.push_str(&text[done..end]);
                (done, start) = (version, after);
            }
            None => start += 1,
        }
    }
    result + &text[done..]
}

/// The end of what looks like a version at `start`, as npm's expression finds it: a whole version in its loose form, else a
/// strict one with open places.
fn loose_version(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let skip = |from: usize, wanted: fn(u8) -> bool| from + bytes[from..].iter().take_while(|&&byte| wanted(byte)).count();
    let first = skip(start.min(bytes.len()), |byte| matches!(byte, b'v' | b'=' | b' '));
    let digits = |from: usize| Some(skip(from, |byte| byte.is_ascii_digit())).filter(|&end| end > from);
    let dot = |at: usize| (bytes.get(at) == Some(&b'.')).then_some(at + 1);
    let whole = || digits(dot(digits(dot(digits(first)?)?)?)?);
    if let Some(patch) = whole() {
        let hyphen = patch + usize::from(bytes.get(patch) == Some(&b'-'));
        return Some(match (identifiers_length(&text[hyphen..]), identifiers_length(&text[patch..])) {
            (0, length) => patch + length,
            (length, _) => hyphen + length,
        });
    }
    let open = |from: usize| match bytes.get(from)? {
        b'x' | b'X' | b'*' | b'0' => Some(from + 1),
        _ => digits(from),
    };
    let major = open(first)?;
    let minor = dot(major).and_then(open);
    let patch = minor.and_then(dot).and_then(open);
    let Some(patch) = patch else { return minor.or(Some(major)) };
    // Strict identifiers may not begin with a zero; where the match ends within them decides nothing that follows.
    Some(patch + bytes.get(patch).filter(|&&byte| byte == b'-').map_or(0, |_| 1 + identifiers_length(&text[patch + 1..])))
}

/// `~ 1` and `~> 1` become `~1`.
fn join_tildes(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('~') {
        let after = &rest[at + 1..];
        let joined = after.strip_prefix("> ").or_else(|| after.strip_prefix(' '));
        result.push_str(&rest[..=at]);
        rest = joined.unwrap_or(after);
    }
    result + rest
}

/// `^ 1` becomes `^1`.
fn join_carets(text: &str) -> String {
    text.replace("^ ", "^")
}
