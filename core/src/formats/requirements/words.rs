//! What stands on a logical line: the requirement, and after it the options, cut into words as Python's `shlex` cuts them.

/// A word of the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// What it says, quotes and escapes taken off.
    pub text: String,
    /// The offset of its first byte in the line.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

impl Word {
    /// The bytes of the line that the last part of the word takes, from `at` on; the whole word where quotes stand in it.
    pub(super) fn tail(&self, at: usize) -> (usize, usize) {
        let plain = self.end - self.start == self.text.len();
        (if plain { self.start + at } else { self.start }, self.end)
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
pub(super) fn split(line: &str, from: usize) -> Result<Vec<Word>, &'static str> {
    let mut words = Vec::new();
    let mut characters = line[from..].char_indices().map(|(at, character)| (from + at, character)).peekable();
    while let Some(&(start, character)) = characters.peek() {
        if is_blank(character) {
            characters.next();
            continue;
        }
        let mut word = Word { text: String::new(), start, end: start };
        while let Some((at, character)) = characters.next_if(|(_, character)| !is_blank(*character)) {
            word.end = at + character.len_utf8();
            match character {
                '\\' => {
                    let (at, escaped) = characters.next().ok_or("a backslash at the end escapes nothing")?;
                    word.text.push(escaped);
                    word.end = at + escaped.len_utf8();
                }
                '\'' | '"' => quoted(character, &mut characters, &mut word)?,
                other => word.text.push(other),
            }
        }
        words.push(word);
    }
    Ok(words)
}

fn quoted(quote: char, characters: &mut impl Iterator<Item = (usize, char)>, word: &mut Word) -> Result<(), &'static str> {
    const OPEN: &str = "the quotes are not closed";
    loop {
        let (at, character) = characters.next().ok_or(OPEN)?;
        word.end = at + character.len_utf8();
        match character {
            found if found == quote => return Ok(()),
            '\\' if quote == '"' => {
                let (at, escaped) = characters.next().ok_or(OPEN)?;
                if !matches!(escaped, '"' | '\\') {
                    word.text.push('\\');
                }
                word.text.push(escaped);
                word.end = at + escaped.len_utf8();
            }
            other => word.text.push(other),
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
            let found = split(line, 0).map(|words| words.into_iter().map(|word| word.text).collect::<Vec<_>>());
            assert_eq!(found, expected.map(|words| words.into_iter().map(str::to_owned).collect()), "{line}");
        }
    }
}
