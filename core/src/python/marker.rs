//! Environment markers (PEP 508), as far as it takes to tell whether pip reads one: variables and quoted texts compared, joined by `and` and
//! `or`, in brackets.

use super::requirement::Fault;

/// What a marker may ask for; dots stand for underscores in the old names.
const VARIABLES: [&str; 20] = [
    "python_version",
    "python_full_version",
    "os_name",
    "os.name",
    "sys_platform",
    "sys.platform",
    "platform_release",
    "platform_system",
    "platform_version",
    "platform.version",
    "platform_machine",
    "platform.machine",
    "platform_python_implementation",
    "platform.python_implementation",
    "python_implementation",
    "implementation_name",
    "implementation_version",
    "extra",
    "extras",
    "dependency_groups",
];

/// Longest first, so that none is taken for the start of another.
const OPERATORS: [&str; 8] = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

/// Where and why a text is no marker; `None` if it is one.
#[must_use]
pub fn fault(text: &str) -> Option<Fault> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.marker().err()
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    /// No recursion: brackets are only counted, since nothing else depends on how deep one is.
    fn marker(&mut self) -> Result<(), Fault> {
        let mut open = 0_usize;
        loop {
            while self.eat("(") {
                open += 1;
            }
            self.comparison()?;
            while open > 0 && self.eat(")") {
                open -= 1;
            }
            if self.word("and") || self.word("or") {
                continue;
            }
            self.skip_space();
            return match (open, self.rest().is_empty()) {
                (0, true) => Ok(()),
                (0, false) => Err(self.fault("`and`, `or` or the end of the marker belongs here")),
                (..) => Err(self.fault("`and`, `or` or a closing bracket belongs here")),
            };
        }
    }

    fn comparison(&mut self) -> Result<(), Fault> {
        self.operand()?;
        let operator = OPERATORS.iter().any(|operator| self.eat(operator));
        let compared = operator || self.word("in") || self.word("not") && self.word("in");
        if !compared {
            return Err(self.fault("a comparison (`==`, `<`, `in`, ...) belongs here"));
        }
        self.operand()
    }

    fn operand(&mut self) -> Result<(), Fault> {
        self.skip_space();
        if let Some(quote) = self.rest().chars().next().filter(|character| matches!(character, '\'' | '"')) {
            let length = self.rest()[1..].find(quote).ok_or(self.fault("the quotes are not closed"))?;
            self.at += length + 2;
            return Ok(());
        }
        let known = |name: &&&str| self.rest().starts_with(**name) && self.ends_word(self.at + name.len());
        let Some(name) = VARIABLES.iter().find(known) else {
            return Err(self.fault("a marker's variable or a quoted text belongs here"));
        };
        self.at += name.len();
        Ok(())
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn fault(&self, message: &'static str) -> Fault {
        Fault { at: self.at, message }
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    fn eat(&mut self, wanted: &str) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    fn word(&mut self, wanted: &str) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(wanted) && self.ends_word(self.at + wanted.len());
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    /// Whether no letter, digit or underscore follows.
    fn ends_word(&self, at: usize) -> bool {
        self.text[at..].chars().next().is_none_or(|next| !next.is_alphanumeric() && next != '_')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_told_from_other_text() {
        for (text, expected) in [
            ("python_version < '3.11'", None),
            ("python_version<'3'and os.name == \"nt\"", None),
            ("( (extra == 'a') or 'linux' in sys_platform) and platform_machine not in 'x y'", None),
            ("'a' == 'b'", None),
            ("python_version < 3", Some(17)),
            ("python < '3'", Some(0)),
            ("(extra == 'a'", Some(13)),
            ("extra == 'a')", Some(12)),
            ("extra == 'a' xor extra == 'b'", Some(13)),
            ("extra = 'a'", Some(6)),
            ("extra == 'a", Some(9)),
            ("", Some(0)),
        ] {
            assert_eq!(fault(text).map(|fault| fault.at), expected, "{text}");
        }
        assert!(fault(&"(".repeat(100_000)).is_some());
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "([()'\" <=é]|and|or|not|in|extra|os_name){0,20}") {
            let _ = fault(&text);
        }
    }
}
