//! Requirements as PEP 508 writes them: `name[extra] >=1.0 ; marker`, or `name @ address ; marker`.
//!
//! Only the parts are found here, each with its place in the text; what a specifier admits is [`crate::versions`]' to say. The borders
//! are those of the `packaging` library, by which pip, Poetry and PDM read: an address ends at white space, so a `;` right after it is part of
//! it; a specifier may stand in brackets; a comma at its end is let pass.

use std::ops::Range;

use smol_str::SmolStr;

use super::direct;
use crate::model::{Dependency, Group};
use crate::syntax::toml::Value;
use crate::text::{Span, Spanned};

/// A part of a text, and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// The part, without white space around it.
    pub text: &'a str,
    /// The offset of its first byte.
    pub start: usize,
}

impl Part<'_> {
    /// The bytes that it takes.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The part as a value of the model; `place` maps its bytes to those of the file.
    #[must_use]
    pub fn spanned(&self, place: impl Fn(usize, usize) -> Span) -> Spanned<SmolStr> {
        Spanned::new(self.text.into(), place(self.start, self.start + self.text.len()))
    }
}

/// A requirement, cut into its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement<'a> {
    /// The project's name, as written.
    pub name: Part<'a>,
    /// The extras in square brackets.
    pub extras: Vec<Part<'a>>,
    /// The version specifiers, without brackets around them; empty, and after the name, where any version will do.
    pub specifier: Part<'a>,
    /// The address after `@`.
    pub url: Option<Part<'a>>,
    /// The environment marker after `;`.
    pub marker: Option<Part<'a>>,
}

/// Why a text is no requirement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The offset at which it stops being one.
    pub at: usize,
    /// What is wrong; starts in lower case, no full stop.
    pub message: &'static str,
}

/// Reads one requirement, which has to be the whole text.
///
/// # Errors
/// Where and why the text is none.
pub fn parse(text: &str) -> Result<Requirement<'_>, Fault> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.skip_space();
    let name = scanner.name().ok_or(scanner.fault("a project's name belongs here"))?;
    scanner.skip_space();
    let extras = if scanner.eat('[') { scanner.extras()? } else { Vec::new() };
    scanner.skip_space();
    let after_name = scanner.at;
    let (url, specifier) =
        if scanner.eat('@') { (Some(scanner.url()?), Part { text: "", start: after_name }) } else { (None, scanner.specifier()?) };
    let marker = scanner.marker()?;
    Ok(Requirement { name, extras, specifier, url, marker })
}

/// The dependency that a requirement asks for; `place` maps its bytes to those of the file.
#[must_use]
pub fn dependency(requirement: &Requirement<'_>, group: Group, place: impl Fn(usize, usize) -> Span) -> Dependency {
    let Requirement { name, specifier, url, marker, .. } = requirement;
    Dependency {
        place: url.map(|url| Box::new(direct(&url.spanned(&place)))),
        condition: marker.map(|marker| Box::new(marker.spanned(&place))),
        ..Dependency::new(name.spanned(&place), url.unwrap_or(*specifier).spanned(&place), group)
    }
}

/// The dependency that a requirement in a TOML string asks for, if it is one.
#[must_use]
pub fn in_toml(item: Value<'_>, group: Group) -> Option<Dependency> {
    let text = item.string()?;
    let requirement = parse(&text).ok()?;
    Some(dependency(&requirement, group, |start, end| item.place(start, end)))
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn fault(&self, message: &'static str) -> Fault {
        Fault { at: self.at, message }
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len_utf8() } else { 0 };
        found
    }

    /// The part from here to `end`, white space left out.
    fn part(&self, end: usize) -> Part<'a> {
        let whole = &self.text[self.at..end];
        let start = self.at + (whole.len() - whole.trim_start().len());
        Part { text: whole.trim(), start: start.min(end) }
    }

    /// Letters, digits, and `-`, `_`, `.` between them.
    fn name(&mut self) -> Option<Part<'a>> {
        let inside = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        let length = self.rest().find(|character| !inside(character)).unwrap_or(self.rest().len());
        let text = self.rest()[..length].trim_end_matches(['-', '_', '.']);
        let part = text.starts_with(|first: char| first.is_ascii_alphanumeric()).then_some(Part { text, start: self.at })?;
        self.at += text.len();
        Some(part)
    }

    fn extras(&mut self) -> Result<Vec<Part<'a>>, Fault> {
        let mut extras = Vec::new();
        loop {
            self.skip_space();
            if extras.is_empty() && self.eat(']') {
                return Ok(extras);
            }
            extras.push(self.name().ok_or(self.fault("the name of an extra belongs here"))?);
            self.skip_space();
            if self.eat(']') {
                return Ok(extras);
            }
            if !self.eat(',') {
                return Err(self.fault("a comma or the closing bracket of the extras belongs here"));
            }
        }
    }

    fn url(&mut self) -> Result<Part<'a>, Fault> {
        self.skip_space();
        let length = self.rest().find([' ', '\t']).unwrap_or(self.rest().len());
        let part = self.part(self.at + length);
        if part.text.is_empty() {
            return Err(self.fault("an address belongs after the `@`"));
        }
        self.at += length;
        Ok(part)
    }

    fn specifier(&mut self) -> Result<Part<'a>, Fault> {
        let bracketed = self.eat('(');
        let length = self.rest().find(if bracketed { [')', ';'] } else { [';', ';'] }).unwrap_or(self.rest().len());
        let part = self.part(self.at + length);
        if let Some(fault) = fault_in(part) {
            return Err(fault);
        }
        self.at += length;
        if bracketed && !self.eat(')') {
            return Err(self.fault("the bracket before the versions is not closed"));
        }
        Ok(part)
    }

    fn marker(&mut self) -> Result<Option<Part<'a>>, Fault> {
        self.skip_space();
        if self.rest().trim_end().is_empty() {
            return Ok(None);
        }
        if !self.eat(';') {
            return Err(self.fault("only a marker, after a `;`, may follow here"));
        }
        let part = self.part(self.text.len());
        if part.text.is_empty() {
            return Err(self.fault("a marker belongs after the `;`"));
        }
        Ok(Some(part))
    }
}

/// The first clause that does not begin with an operator, or has no version.
fn fault_in(specifier: Part<'_>) -> Option<Fault> {
    let mut at = specifier.start;
    let count = specifier.text.split(',').count();
    for (index, clause) in specifier.text.split(',').enumerate() {
        let (here, whole) = (at + (clause.len() - clause.trim_start().len()), clause.trim());
        at += clause.len() + 1;
        if whole.is_empty() {
            let alone = count == 1 || (index + 1 == count && index > 0);
            if alone {
                continue;
            }
            return Some(Fault { at: here.min(specifier.range().end), message: "a version belongs between the commas" });
        }
        let version = whole.trim_start_matches(['=', '<', '>', '!', '~']);
        let operator = &whole[..whole.len() - version.len()];
        if !matches!(operator, "==" | "===" | "~=" | "!=" | "<=" | ">=" | "<" | ">") {
            return Some(Fault {
                at: here,
                message: "one of `==`, `~=`, `!=`, `<=`, `>=`, `<`, `>`, `===` belongs before a version",
            });
        }
        if version.trim().is_empty() || version.trim().contains(char::is_whitespace) {
            return Some(Fault { at: here, message: "one version belongs after the operator" });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match parse(text) {
            Err(fault) => format!("{}: {}", fault.at, fault.message),
            Ok(found) => {
                let parts = [Some(found.name), Some(found.specifier), found.url, found.marker];
                for part in parts.iter().flatten().chain(&found.extras) {
                    assert_eq!(&text[part.range()], part.text);
                }
                let extras: Vec<_> = found.extras.iter().map(|extra| extra.text).collect();
                let or_none = |part: Option<Part<'_>>| part.map_or("-".to_owned(), |part| part.text.to_owned());
                let (url, marker) = (or_none(found.url), or_none(found.marker));
                format!("{} {extras:?} {:?} {url} {marker}", found.name.text, found.specifier.text)
            }
        }
    }

    #[test]
    fn requirements_are_cut_where_packaging_cuts_them() {
        for (text, expected) in [
            ("requests", "requests [] \"\" - -"),
            (" requests>=2.0 , <3 ", "requests [] \">=2.0 , <3\" - -"),
            ("a.b_c[x, Y-z] (==1.0.*); python_version < '3'", "a.b_c [\"x\", \"Y-z\"] \"==1.0.*\" - python_version < '3'"),
            ("a[]~=1", "a [] \"~=1\" - -"),
            ("a===1.0-odd", "a [] \"===1.0-odd\" - -"),
            ("a>=1,", "a [] \">=1,\" - -"),
            (
                "a @ https://files.test/a.whl#sha256=ab ; os_name=='nt'",
                "a [] \"\" https://files.test/a.whl#sha256=ab os_name=='nt'",
            ),
            ("a@git+https://host.test/a.git;x", "a [] \"\" git+https://host.test/a.git;x -"),
            ("a;os_name=='nt'", "a [] \"\" - os_name=='nt'"),
            ("", "0: a project's name belongs here"),
            ("-a", "0: a project's name belongs here"),
            ("é", "0: a project's name belongs here"),
            ("a b", "2: one of `==`, `~=`, `!=`, `<=`, `>=`, `<`, `>`, `===` belongs before a version"),
            ("a>=1 2", "1: one version belongs after the operator"),
            ("a>=1,,<2", "5: a version belongs between the commas"),
            ("a,", "1: a version belongs between the commas"),
            ("a^1.0", "1: one of `==`, `~=`, `!=`, `<=`, `>=`, `<`, `>`, `===` belongs before a version"),
            ("a[x", "3: a comma or the closing bracket of the extras belongs here"),
            ("a (>=1", "6: the bracket before the versions is not closed"),
            ("a @ ", "4: an address belongs after the `@`"),
            ("a>=1;", "5: a marker belongs after the `;`"),
            ("a @ https://files.test/a.whl b", "29: only a marker, after a `;`, may follow here"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "[a-b \\[\\](),;@<=>~!é.-]{0,20}") {
            told(&text);
        }
    }
}
