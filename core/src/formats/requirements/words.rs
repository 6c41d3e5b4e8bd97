//! What stands on a logical line: the requirement, and after it the options, cut into words as Python's `shlex` cuts them.

use std::borrow::Cow;

/// A word of the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word<'l> {
    /// What it says, quotes and escapes taken off; the line's own text where it has none.
    pub text: Cow<'l, str>,
    /// The offset of its first byte in the line.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

impl<'l> Word<'l> {
    /// The last part of the word, from `at` on, and the bytes of the line that it takes; those of the whole word where quotes stand in it.
    pub(super) fn tail(&self, at: usize) -> (Cow<'l, str>, usize, usize) {
        let text = match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[at..]),
            Cow::Owned(text) => Cow::Owned(text[at..].to_owned()),
        };
        let plain = self.end - self.start == self.text.len();
        (text, if plain { self.start + at } else { self.start }, self.end)
    }
}

/// The requirement, and the offset at which options begin: at the first word after a space that begins with a hyphen.
pub(super) fn divide(line: &str) -> (&str, usize) {
    let mut at = 0;
    for token in line.split(' ') {
        if token.starts_with('-') {
            return (line[..at].strip_suffix(' ').unwrap_or_default(), at);
        }
        at += token.len() + 1;
    }
    (line, line.len())
}

/// The words from `from` on.
///
/// # Errors
/// In words, where a quote or an escape is not finished.
pub(super) fn split(line: &str, from: usize) -> Result<Vec<Word<'_>>, &'static str> {
    let mut words = Vec::new();
    let mut at = from;
    loop {
        let rest = line[at..].trim_start_matches(is_blank);
        if rest.is_empty() {
            return Ok(words);
        }
        let start = line.len() - rest.len();
        let plain = plain_length(rest);
        at = start + plain;
        let ends = rest[plain..].chars().next().is_none_or(is_blank);
        let text = if ends { Cow::Borrowed(&rest[..plain]) } else { Cow::Owned(unquoted(line, start, &mut at)?) };
        words.push(Word { text, start, end: at });
    }
}

/// How long the text at the front goes on without a blank, a quote or an escape.
fn plain_length(text: &str) -> usize {
    let other = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'\\' | b'\'' | b'"');
    text.as_bytes().iter().position(other).unwrap_or(text.len())
}

/// The word from `start` to the next blank, quotes and escapes taken off; `at`, a quote or an escape in it, is moved to its end.
fn unquoted(line: &str, start: usize, at: &mut usize) -> Result<String, &'static str> {
    let mut text = line[start..*at].to_owned();
    let mut characters = line[*at..].chars();
    loop {
        *at = line.len() - characters.as_str().len();
        match characters.next() {
            None => return Ok(text),
            Some(blank) if is_blank(blank) => return Ok(text),
            Some('\\') => text.push(characters.next().ok_or("a backslash at the end escapes nothing")?),
            Some(quote @ ('\'' | '"')) => quoted(quote, &mut characters, &mut text)?,
            Some(other) => text.push(other),
        }
    }
}

fn quoted(quote: char, characters: &mut std::str::Chars<'_>, text: &mut String) -> Result<(), &'static str> {
    const OPEN: &str = "the quotes are not closed";
    loop {
        match characters.next().ok_or(OPEN)? {
            found if found == quote => return Ok(()),
            '\\' if quote == '"' => {
                let escaped = characters.next().ok_or(OPEN)?;
                if !matches!(escaped, '"' | '\\') {
                    text.push('\\');
                }
                text.push(escaped);
            }
            other => text.push(other),
        }
    }
}

/// What separates words: `shlex` knows only these four.
fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirement_and_options_part_at_a_hyphen_after_a_space() {
        for (line, requirement, options) in [
            ("a==1 --hash=x", "a==1", "--hash=x"),
            ("a==1  -x", "a==1 ", "-x"),
            ("-r x", "", "-r x"),
            ("a-b", "a-b", ""),
            ("a\t--hash=x", "a\t--hash=x", ""),
        ] {
            let (found, at) = divide(line);
            assert_eq!((found, &line[at..]), (requirement, options), "{line}");
        }
    }

    #[test]
    fn words_are_those_of_shlex() {
        for (line, expected) in [
            ("--a  b\t'c d'", Ok(vec!["--a", "b", "c d"])),
            (r#"--a="x \" \y" z\ z"#, Ok(vec![r#"--a=x " \y"#, "z z"])),
            ("''", Ok(vec![""])),
            (r"'\'", Ok(vec![r"\"])),
            ("'a", Err("the quotes are not closed")),
            ("\"a\\", Err("the quotes are not closed")),
            ("a\\", Err("a backslash at the end escapes nothing")),
            ("a\u{a0}b", Ok(vec!["a\u{a0}b"])),
        ] {
            let found = split(line, 0).map(|words| words.into_iter().map(|word| word.text.into_owned()).collect::<Vec<_>>());
            assert_eq!(found, expected.map(|words| words.into_iter().map(str::to_owned).collect()), "{line}");
        }
    }
}
