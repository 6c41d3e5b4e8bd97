//! Python's dialect of INI, as pip reads `pip.conf` and `pip.ini`: `configparser.RawConfigParser` with its defaults.
//!
//! A line is blank, a comment (`#` or `;` first), a section (`[name]`), an option (`name = value` or `name: value`), or goes on with
//! the option above because it is indented deeper than that option's name. Comments only count on lines of their own: `a = b # c`
//! is a value with a `#` in it. Names are compared in lower case. Where pip gives up on the whole file (an option above the first
//! section, a line that is neither, anything that stands twice) the error is listed and the rest is read all the same.

use smol_str::{SmolStr, ToSmolStr};

use crate::model::{Problem, ProblemKind};
use crate::text::{Edit, Span, Spanned};

/// The section whose options every other section has too.
pub const DEFAULT: &str = "DEFAULT";

/// A text, section by section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// The sections, in file order.
    pub sections: Vec<Section>,
    /// What is wrong, in file order. With any of these pip reads nothing at all.
    pub errors: Vec<Error>,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name, as written.
    pub name: Spanned<SmolStr>,
    /// The line of its header, without the ending.
    pub line: Span,
    /// Its options, in file order.
    pub options: Vec<Setting>,
}

/// An option with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name in lower case, as options are compared.
    pub name: Spanned<SmolStr>,
    /// What stands between name and value: `=` or `:`, with the white space around it.
    pub delimiter: Span,
    /// The lines of the value, each without the white space around it. The first one may be empty; comments are not among them.
    pub lines: Vec<Spanned<SmolStr>>,
    /// From the name to the end of the last line that is not blank.
    pub span: Span,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The kind of trouble.
    pub kind: ErrorKind,
    /// The bytes.
    pub span: Span,
    /// The first place of what stands twice.
    pub related: Option<Span>,
}

/// The kinds of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Something above the first section.
    NoSection,
    /// A line that is neither section nor option, or an option without a name.
    NoOption,
    /// A section that is there already.
    DoubledSection,
    /// An option that its section has already.
    DoubledOption,
    /// A byte-order mark at the start, which Python takes for a letter.
    ByteOrderMark,
}

/// Reads a text. Never fails; takes time in proportion to the text.
#[must_use]
pub fn parse(text: &str) -> File {
    let mut reader = Reader { text, file: File::default(), indent: 0, open: false, seen: Seen::default() };
    let mut start = 0;
    if text.starts_with('\u{feff}') {
        start = '\u{feff}'.len_utf8();
        reader.error(ErrorKind::ByteOrderMark, Span::new(0, start), None);
    }
    while start < text.len() {
        let length = memchr::memchr2(b'\n', b'\r', &text.as_bytes()[start..]).unwrap_or(text.len() - start);
        let end = start + length;
        reader.line(start, end);
        start = end + if text[end..].starts_with("\r\n") { 2 } else { usize::from(end < text.len()) };
    }
    reader.file.errors.sort_by_key(|error| error.span);
    reader.file
}

/// Sections by name, and options by section and name, each with its first place.
type Seen = rustc_hash::FxHashMap<(SmolStr, Option<SmolStr>), Span>;

struct Reader<'t> {
    text: &'t str,
    file: File,
    /// How far the last section or option was indented, in characters.
    indent: usize,
    /// Whether an option of the last section can go on.
    open: bool,
    seen: Seen,
}

impl Reader<'_> {
    fn line(&mut self, start: usize, end: usize) {
        let line = &self.text[start..end];
        let words = trim(line);
        let at = start + (line.len() - line.trim_start_matches(is_space).len());
        let span = Span::new(at, at + words.len());
        if words.starts_with(['#', ';']) {
            return;
        }
        if words.is_empty() {
            if let Some(option) = self.option() {
                option.lines.push(Spanned::new(SmolStr::default(), Span::at(start)));
            }
            return;
        }
        let indent = self.text[start..at].chars().count();
        if indent > self.indent
            && let Some(option) = self.option()
        {
            option.lines.push(Spanned::new(words.to_smolstr(), span));
            option.span.end = span.end;
            return;
        }
        self.indent = indent;
        match section(words) {
            Some(name) => self.section(name, span),
            None if self.file.sections.is_empty() => self.error(ErrorKind::NoSection, span, None),
            None => self.assignment(words, span),
        }
    }

    /// The option that an indented line goes on with.
    fn option(&mut self) -> Option<&mut Setting> {
        self.file.sections.last_mut().filter(|_| self.open)?.options.last_mut()
    }

    fn section(&mut self, name: &str, line: Span) {
        let name = Spanned::new(name.to_smolstr(), Span::new(line.start as usize + 1, line.start as usize + 1 + name.len()));
        let first = self.seen.insert((name.value.clone(), None), name.span);
        if let Some(first) = first.filter(|_| *name != DEFAULT) {
            self.error(ErrorKind::DoubledSection, name.span, Some(first));
        }
        self.file.sections.push(Section { name, line, options: Vec::new() });
        self.open = false;
    }

    fn assignment(&mut self, words: &str, span: Span) {
        let Some(at) = words.find(['=', ':']) else {
            self.error(ErrorKind::NoOption, span, None);
            return;
        };
        let start = span.start as usize;
        let name = words[..at].trim_end_matches(is_space);
        let value = words[at + 1..].trim_start_matches(is_space);
        let value_start = span.end as usize - value.len();
        let named = Spanned::new(name.to_lowercase().to_smolstr(), Span::new(start, start + name.len()));
        self.open = !name.is_empty();
        if name.is_empty() {
            self.error(ErrorKind::NoOption, span, None);
            return;
        }
        let Some(section) = self.file.sections.last_mut() else { return };
        let first = self.seen.insert((section.name.value.clone(), Some(named.value.clone())), named.span);
        section.options.push(Setting {
            delimiter: Span::new(start + name.len(), value_start),
            lines: vec![Spanned::new(value.to_smolstr(), Span::new(value_start, span.end as usize))],
            span,
            name: named.clone(),
        });
        if let Some(first) = first {
            self.error(ErrorKind::DoubledOption, named.span, Some(first));
        }
    }

    fn error(&mut self, kind: ErrorKind, span: Span, related: Option<Span>) {
        self.file.errors.push(Error { kind, span, related });
    }
}

/// The name in a section's header: from the bracket at the start to the last one on the line; what follows that is not looked at.
fn section(words: &str) -> Option<&str> {
    let rest = words.strip_prefix('[')?;
    rest.get(..rest.rfind(']')?).filter(|name| !name.is_empty())
}

/// White space as Python's `str.strip` has it.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

impl Setting {
    /// The value: its lines, without what is blank at the end.
    #[must_use]
    pub fn value(&self) -> String {
        let lines: Vec<_> = self.lines.iter().map(|line| line.value.as_str()).collect();
        lines.join("\n").trim_end_matches(is_space).to_owned()
    }

    /// The parts between white space, as pip takes an option that can be given several times.
    pub fn words(&self) -> impl Iterator<Item = Spanned<SmolStr>> {
        self.lines.iter().flat_map(|line| {
            let words = line.value.split(is_space).filter(|word| !word.is_empty());
            words.map(|word| {
                let start = line.span.start as usize + (word.as_ptr() as usize - line.value.as_ptr() as usize);
                Spanned::new(word.to_smolstr(), Span::new(start, start + word.len()))
            })
        })
    }

    /// The name as pip has it: without leading dashes, `-` for `_`.
    #[must_use]
    pub fn pip_name(&self) -> SmolStr {
        let name = self.name.replace('_', "-");
        name.strip_prefix("--").unwrap_or(&name).to_smolstr()
    }
}

impl File {
    /// The option of a section that counts: the last one. What [`DEFAULT`] gives to the section is not looked at.
    #[must_use]
    pub fn get(&self, section: &str, name: &str) -> Option<&Setting> {
        let sections = self.sections.iter().filter(|it| *it.name == section);
        sections.flat_map(|section| &section.options).rfind(|option| *option.name == name)
    }

    /// What is wrong as problems.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.errors.iter().map(Error::problem).collect()
    }
}

impl Error {
    fn problem(&self) -> Problem {
        let (kind, message) = match self.kind {
            ErrorKind::NoSection => (ProblemKind::Syntax, "this stands above the first `[section]`, so pip refuses the whole file"),
            ErrorKind::NoOption => (ProblemKind::Syntax, "neither `[section]` nor `option = value`, so pip refuses the whole file"),
            ErrorKind::ByteOrderMark => (ProblemKind::Syntax, "a byte-order mark stands here, so pip refuses the whole file"),
            ErrorKind::DoubledSection => (ProblemKind::DuplicateKey, "this section stands twice, so pip refuses the whole file"),
            ErrorKind::DoubledOption => {
                (ProblemKind::DuplicateKey, "this option stands twice in its section, so pip refuses the whole file")
            }
        };
        let related = self.related.map(|span| (span, "it stands here first".to_owned()));
        let mark = self.kind == ErrorKind::ByteOrderMark;
        let fix = mark.then(|| ("Remove the byte-order mark".to_owned(), vec![Edit::remove(self.span)]));
        Problem { kind, span: self.span, message: message.to_owned(), related, fix }
    }
}

#[cfg(test)]
#[path = "python_ini_tests.rs"]
mod tests;
