//! The options of a line, as Python's `optparse` reads them: names may be cut short, short ones may be joined with their value, and words
//! that are no options are passed over.

use std::borrow::Cow;

use super::words::Word;

/// An option that pip reads in a requirements file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Opt {
    /// Its name, with hyphens, as settings have it.
    pub name: &'static str,
    /// Another name, or the same.
    also: &'static str,
    short: Option<char>,
    /// Whether a value follows.
    takes_value: bool,
    /// Whether it speaks of the requirement on its line, and not of the whole file.
    pub of_requirement: bool,
}

const fn flag(name: &'static str) -> Opt {
    Opt { name, also: name, short: None, takes_value: false, of_requirement: false }
}

const fn valued(name: &'static str, short: Option<char>) -> Opt {
    Opt { name, also: name, short, takes_value: true, of_requirement: false }
}

const fn of_requirement(name: &'static str, short: Option<char>) -> Opt {
    Opt { of_requirement: true, ..valued(name, short) }
}

/// Every one of them, of pip 23 to 26.
static OPTIONS: &[Opt] = &[
    Opt { also: "pypi-url", ..valued("index-url", Some('i')) },
    valued("extra-index-url", None),
    flag("no-index"),
    valued("constraint", Some('c')),
    valued("requirement", Some('r')),
    valued("editable", Some('e')),
    valued("find-links", Some('f')),
    valued("no-binary", None),
    valued("only-binary", None),
    flag("prefer-binary"),
    flag("require-hashes"),
    flag("no-require-hashes"),
    flag("pre"),
    valued("all-releases", None),
    valued("only-final", None),
    valued("trusted-host", None),
    valued("use-feature", None),
    of_requirement("hash", None),
    of_requirement("config-settings", Some('C')),
    of_requirement("global-option", None),
];

/// An option as given.
#[derive(Clone, Debug)]
pub(super) struct Given<'l> {
    /// Which one.
    pub option: &'static Opt,
    /// Its value, and the bytes of the line that it takes.
    pub value: Option<(Cow<'l, str>, usize, usize)>,
    /// The bytes of the line that option and value take.
    pub start: usize,
    /// One past the last of them.
    pub end: usize,
}

/// What the words come to.
#[derive(Debug, Default)]
pub(super) struct Options<'l> {
    /// The options, in order.
    pub given: Vec<Given<'l>>,
    /// Words that pip passes over: the bytes of the line that each takes.
    pub stray: Vec<(usize, usize)>,
}

/// Why pip refuses a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// The bytes of the line.
    pub start: usize,
    /// One past the last of them.
    pub end: usize,
    /// Why; starts in lower case, no full stop.
    pub message: String,
}

/// Reads the options of a line.
pub(super) fn read<'l>(words: &[Word<'l>]) -> Result<Options<'l>, Refused> {
    let mut found = Options::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.text.strip_prefix("--") {
            Some("") => {
                found.stray.extend(words.by_ref().map(|word| (word.start, word.end)));
            }
            Some(long) => found.given.push(read_long(word, long, &mut words)?),
            None if word.text.len() > 1 && word.text.starts_with('-') => found.given.push(read_short(word, &mut words)?),
            None => found.stray.push((word.start, word.end)),
        }
    }
    Ok(found)
}

fn read_long<'l: 'w, 'w>(
    word: &Word<'l>,
    long: &str,
    words: &mut impl Iterator<Item = &'w Word<'l>>,
) -> Result<Given<'l>, Refused> {
    let (name, attached) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
    let option = by_name(name).map_err(|message| refused(word, message))?;
    let value = attached.map(|value| word.tail(word.text.len() - value.len()));
    match value {
        Some(_) if !option.takes_value => Err(refused(word, format!("`--{}` takes no value", option.name))),
        None if option.takes_value => following(word, option, words),
        value => Ok(Given { option, value, start: word.start, end: word.end }),
    }
}

/// The option of a name, or of the beginning of one.
fn by_name(name: &str) -> Result<&'static Opt, String> {
    let names = || OPTIONS.iter().flat_map(|option| [(option.name, option), (option.also, option)]);
    if let Some((_, option)) = names().find(|(known, _)| *known == name) {
        return Ok(option);
    }
    let mut near: Vec<&'static Opt> = names().filter(|(known, _)| known.starts_with(name)).map(|(_, option)| option).collect();
    near.dedup();
    match near.as_slice() {
        [option] => Ok(option),
        [] => Err(format!("pip knows no option `--{name}` in a requirements file, and refuses the file")),
        [one, other, ..] => Err(format!("`--{name}` may be `--{}` or `--{}`; pip refuses the file", one.name, other.name)),
    }
}

fn read_short<'l: 'w, 'w>(word: &Word<'l>, words: &mut impl Iterator<Item = &'w Word<'l>>) -> Result<Given<'l>, Refused> {
    let mut letters = word.text[1..].chars();
    let letter = letters.next().unwrap_or_default();
    // All short ones take a value, so none can be joined to another.
    let Some(option) = OPTIONS.iter().find(|option| option.short == Some(letter)) else {
        return Err(refused(word, format!("pip knows no option `-{letter}` in a requirements file, and refuses the file")));
    };
    let attached = letters.as_str();
    if attached.is_empty() {
        return following(word, option, words);
    }
    Ok(Given { option, value: Some(word.tail(word.text.len() - attached.len())), start: word.start, end: word.end })
}

/// An option whose value is the next word, whatever that looks like.
fn following<'l: 'w, 'w>(
    word: &Word<'l>,
    option: &'static Opt,
    words: &mut impl Iterator<Item = &'w Word<'l>>,
) -> Result<Given<'l>, Refused> {
    let Some(value) = words.next() else {
        return Err(refused(word, format!("`--{}` wants a value, and pip refuses the file without", option.name)));
    };
    Ok(Given { option, value: Some(value.tail(0)), start: word.start, end: value.end })
}

fn refused(word: &Word<'_>, message: String) -> Refused {
    Refused { start: word.start, end: word.end, message }
}

#[cfg(test)]
mod tests {
    use super::super::words::split;
    use super::*;

    fn told(line: &str) -> Result<Vec<String>, String> {
        let words = split(line, 0).unwrap();
        let options = read(&words).map_err(|refused| refused.message)?;
        let said = options.given.iter().map(|given| match &given.value {
            None => given.option.name.to_owned(),
            Some((value, start, end)) => {
                assert!(line[*start..*end].contains(value.as_ref()));
                format!("{}={value}", given.option.name)
            }
        });
        Ok(said.chain(options.stray.iter().map(|(start, end)| format!("({})", &line[*start..*end]))).collect())
    }

    #[test]
    fn options_are_read_as_optparse_does() {
        for (line, expected) in [
            ("--hash=sha256:a --hash sha256:b", Ok(vec!["hash=sha256:a", "hash=sha256:b"])),
            ("-rx.txt -r y.txt", Ok(vec!["requirement=x.txt", "requirement=y.txt"])),
            ("-i=x", Ok(vec!["index-url==x"])),
            ("--extra x --pypi-url=y --require-h", Ok(vec!["extra-index-url=x", "index-url=y", "require-hashes"])),
            ("--pre ; a - -- --b", Ok(vec!["pre", "(;)", "(a)", "(-)", "(--b)"])),
            ("--hash --pre", Ok(vec!["hash=--pre"])),
            ("--hash=", Ok(vec!["hash="])),
            ("--pre=1", Err("`--pre` takes no value")),
            ("--hash", Err("`--hash` wants a value, and pip refuses the file without")),
            ("--no", Err("`--no` may be `--no-index` or `--no-binary`; pip refuses the file")),
            ("--user", Err("pip knows no option `--user` in a requirements file, and refuses the file")),
            ("-U", Err("pip knows no option `-U` in a requirements file, and refuses the file")),
        ] {
            let expected = expected.map(|words| words.into_iter().map(str::to_owned).collect()).map_err(str::to_owned);
            assert_eq!(told(line), expected, "{line}");
        }
    }
}
