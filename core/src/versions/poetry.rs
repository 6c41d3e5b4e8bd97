//! What Poetry's grammar of versions has beyond PEP 440: `^1.2`, `~1.2`, `*`, a version alone, `||` between alternatives, and white space
//! instead of commas. None of it means anything to PEP 440, so one reading fits both.

use std::str::FromStr as _;

use pep440_rs::{Version, VersionSpecifiers};

/// The alternatives of a range, each in PEP 440's words.
pub(super) fn specifiers(range: &str) -> Option<Vec<VersionSpecifiers>> {
    // One bar does as well.
    let alternatives = range.split('|').filter(|alternative| !alternative.is_empty());
    let found: Option<Vec<_>> = alternatives.map(alternative).collect();
    found.filter(|found| !found.is_empty())
}

fn alternative(text: &str) -> Option<VersionSpecifiers> {
    let mut clauses = Vec::new();
    for part in text.split(',') {
        let mut words = part.split_whitespace().peekable();
        while let Some(word) = words.next() {
            // White space may stand between operator and version.
            let is_operator = word.bytes().all(|byte| b"<>=!~^".contains(&byte));
            let whole = if is_operator { format!("{word}{}", words.next()?) } else { word.to_owned() };
            if let Some(clause) = clause(&whole)? {
                clauses.push(clause);
            }
        }
    }
    VersionSpecifiers::from_str(&clauses.join(",")).ok()
}

/// One clause in PEP 440's words; `None` within for what admits everything.
fn clause(text: &str) -> Option<Option<String>> {
    if matches!(text, "*" | "*.*" | "x") {
        return Some(None);
    }
    if let Some(version) = text.strip_prefix('^') {
        return below(version, caret).map(Some);
    }
    if let Some(version) = text.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
        return below(version, |release| release.len().min(2) - 1).map(Some);
    }
    if text.starts_with(|first: char| first.is_ascii_digit() || first == 'v') {
        return Some(Some(format!("=={text}")));
    }
    match (text.strip_prefix("<>"), text.strip_prefix('=').filter(|rest| !rest.starts_with('='))) {
        (Some(version), _) => Some(Some(format!("!={version}"))),
        (None, Some(version)) => Some(Some(format!("=={version}"))),
        (None, None) => Some(Some(text.to_owned())),
    }
}

/// The part of a release that `^` lets nothing change at or before: the first that is not 0, or the last.
fn caret(release: &[u64]) -> usize {
    release.iter().position(|part| *part != 0).unwrap_or(release.len() - 1)
}

/// From a version up to the next one at the part that `at` chooses.
fn below(text: &str, at: impl Fn(&[u64]) -> usize) -> Option<String> {
    let version = Version::from_str(text.trim()).ok()?;
    let release = version.release();
    let at = at(release);
    let next = release[..=at].iter().zip(0..).map(|(part, index)| part.saturating_add(u64::from(index == at)).to_string());
    Some(format!(">={version},<{}", next.collect::<Vec<_>>().join(".")))
}

#[cfg(test)]
mod tests {
    use super::super::pypi::{exact, within};

    #[test]
    fn poetrys_ranges_mean_what_poetry_says() {
        for (range, inside, outside) in [
            ("^1.2.3", "1.9", "2.0"),
            ("^0.2.3", "0.2.9", "0.3"),
            ("^0.0.3", "0.0.3", "0.0.4"),
            ("^0.0", "0.0.9", "0.1"),
            ("^0", "0.9", "1.0"),
            ("~1.2.3", "1.2.9", "1.3"),
            ("~1.2", "1.2.9", "1.3"),
            ("~1", "1.9", "2"),
            ("1.*", "1.9", "2.0"),
            ("==1.2.*", "1.2.3", "1.3"),
            ("1.2", "1.2.0", "1.2.1"),
            (">=1 <2", "1.5", "2.0"),
            (">= 1, < 2", "1.5", "2.0"),
            ("<>1.2", "1.3", "1.2"),
            ("=1.2", "1.2", "1.3"),
            (">=2.7,<3.0 || >=3.6", "3.6", "3.5"),
            ("^1.0 | ^3.0", "3.1", "2.0"),
        ] {
            assert_eq!(within(range, inside), Some(true), "{range} {inside}");
            assert_eq!(within(range, outside), Some(false), "{range} {outside}");
        }
        assert_eq!(within("*", "1.0rc1"), Some(true));
        assert_eq!(
            (exact("2.31.0").as_deref(), exact("^2.31"), exact("1.0 || 2.0"), exact("*")),
            (Some("2.31.0"), None, None, None)
        );
        assert_eq!((within("^x", "1"), within("|", "1"), within("latest", "1")), (None, None, None));
    }
}
