//! Patterns for names and paths: `*` within a part, `**` over whole parts, everything else as it stands.

use smol_str::SmolStr;

/// A pattern, taken apart once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    source: SmolStr,
    /// Empty where the pattern has no wildcard: then it is a plain comparison.
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// `**`: any number of parts, none included.
    Any,
    /// One part, which may hold `*`.
    Text(SmolStr),
}

impl Glob {
    /// Takes a pattern apart.
    ///
    /// # Errors
    /// Says in words what cannot be: nothing that other tools read as a wildcard is quietly taken as it stands.
    pub fn new(source: &str) -> Result<Glob, String> {
        if source.is_empty() {
            return Err("a pattern cannot be empty".to_owned());
        }
        if let Some(foreign) = source.chars().find(|c| matches!(c, '?' | '{' | '}' | '\\') || c.is_control()) {
            return Err(format!("`{}` means nothing in a pattern; there are only `*` and `**`", foreign.escape_debug()));
        }
        if source.starts_with('!') {
            return Err("a pattern cannot be turned round with `!`".to_owned());
        }
        let mut parts = Vec::new();
        for part in source.split('/') {
            parts.push(match part {
                "**" => Part::Any,
                "" | "." | ".." => return Err("a pattern cannot have empty, `.` or `..` parts, or a `/` at either end".to_owned()),
                part if part.contains("**") => return Err("`**` has to stand alone between slashes".to_owned()),
                part => Part::Text(part.into()),
            });
        }
        if !source.contains('*') {
            parts.clear();
        }
        Ok(Glob { source: source.into(), parts })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether it can only match itself.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether `text` is one of those it means.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.matches_by(text, |a, b| a == b)
    }

    /// The same, without regard to the case of ASCII letters.
    #[must_use]
    pub fn matches_any_case(&self, text: &str) -> bool {
        self.matches_by(text, |a, b| a.eq_ignore_ascii_case(&b))
    }

    /// Whether everything that `other` matches is matched by this too, as far as can be told without guessing.
    #[must_use]
    pub fn covers(&self, other: &Glob) -> bool {
        self == other || self.parts == [Part::Any] || (other.is_literal() && self.matches(other.as_str()))
    }

    /// Only the last `**` (and within a part the last `*`) needs to be tried again, so the time is at most the product of the lengths.
    fn matches_by(&self, text: &str, same: fn(u8, u8) -> bool) -> bool {
        if self.is_literal() {
            return same_text(self.source.as_bytes(), text.as_bytes(), same);
        }
        let mut pattern = self.parts.as_slice();
        let mut rest = text.split('/');
        let mut retry = None;
        loop {
            let mut ahead = rest.clone();
            match (pattern.split_first(), ahead.next()) {
                (Some((Part::Any, [])), next) => return next.is_some(),
                (Some((Part::Any, after)), _) => {
                    retry = Some((after, rest.clone()));
                    pattern = after;
                    continue;
                }
                (Some((Part::Text(part), after)), Some(next)) if part_matches(part.as_bytes(), next.as_bytes(), same) => {
                    pattern = after;
                    rest = ahead;
                    continue;
                }
                (None, None) => return true,
                _ => {}
            }
            let Some((after, from)) = &mut retry else { return false };
            if from.next().is_none() {
                return false;
            }
            pattern = after;
            rest = from.clone();
        }
    }
}

fn same_text(a: &[u8], b: &[u8], same: fn(u8, u8) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| same(a, b))
}

/// One part against its pattern. Bytes suffice: `*` takes any run of them, and the rest is compared whole.
fn part_matches(pattern: &[u8], text: &[u8], same: fn(u8, u8) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), text.get(t)) {
            (Some(b'*'), _) => {
                retry = Some((p + 1, t));
                p += 1;
            }
            (Some(&a), Some(&b)) if same(a, b) => {
                p += 1;
                t += 1;
            }
            (None, None) => return true,
            _ => match retry {
                Some((after, from)) if from < text.len() => {
                    retry = Some((after, from + 1));
                    p = after;
                    t = from + 1;
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stars_stay_within_a_part_and_double_stars_do_not() {
        let cases = [
            ("left-pad", "left-pad", true),
            ("left-pad", "left-pads", false),
            ("corp-*", "corp-billing", true),
            ("corp-*", "corp-", true),
            ("*-corp-*", "x-corp-corp-y", true),
            ("*", "@corp/billing", false),
            ("**", "@corp/billing", true),
            ("@corp/*", "@corp/billing", true),
            ("@corp/*", "@corporate/billing", false),
            ("legacy/**", "legacy/a/package.json", true),
            ("legacy/**", "legacy", false),
            ("legacy/**", "legacy2/package.json", false),
            ("**/package.json", "package.json", true),
            ("**/package.json", "a/b/package.json", true),
            ("a/**/b/*.json", "a/b/c/b/x.json", true),
            ("a/**/b/*.json", "a/x/c/x.json", false),
            ("app/[id]/**", "app/[id]/package.json", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(Glob::new(pattern).unwrap().matches(text), expected, "{pattern} on {text}");
        }
        assert!(Glob::new("Corp-*").unwrap().matches_any_case("corp-X"));
        assert!(!Glob::new("Corp-*").unwrap().matches("corp-X"));
    }

    #[test]
    fn what_other_tools_read_as_a_wildcard_is_refused() {
        for pattern in ["", "a?", "{a,b}", "a\\b", "!a", "a**", "a//b", "/a", "a/", "./a", "../a", "a\nb"] {
            assert!(Glob::new(pattern).is_err(), "{pattern:?}");
        }
    }

    /// The plain meaning, slow.
    fn plain(pattern: &[&str], text: &[&str]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((&"**", [])), _) => !text.is_empty(),
            (Some((&"**", after)), next) => plain(after, text) || next.is_some_and(|(_, rest)| plain(pattern, rest)),
            (Some((part, after)), Some((next, rest))) => plain_part(part.as_bytes(), next.as_bytes()) && plain(after, rest),
            _ => false,
        }
    }

    fn plain_part(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', after)), next) => plain_part(after, text) || next.is_some_and(|(_, rest)| plain_part(pattern, rest)),
            (Some((a, after)), Some((b, rest))) => a == b && plain_part(after, rest),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn means_what_the_plain_reading_means(pattern in "(\\*\\*/)?[ab*]{1,4}(/[ab*]{1,4}|/\\*\\*){0,3}", text in "[ab]{1,4}(/[ab]{1,3}){0,4}") {
            if let Ok(glob) = Glob::new(&pattern) {
                let parts: Vec<_> = pattern.split('/').collect();
                let texts: Vec<_> = text.split('/').collect();
                prop_assert_eq!(glob.matches(&text), plain(&parts, &texts), "{} on {}", pattern, text);
            }
        }
    }
}
