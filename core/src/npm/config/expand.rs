//! References to environment variables in npm's settings.
//!
//! npm knows `${NAME}`, which stays as it is where the variable is unset, and `${NAME?}`, which then comes to nothing. There are no
//! other defaults: `${NAME:-x}` asks for a variable of that odd name. A backslash before the dollar sign escapes; of several, half
//! stay.

use super::Lookup;

/// A text with its references seen to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The text.
    pub text: String,
    /// The variables that it names and that were not looked up or are not set, without those marked `?`.
    pub unset: Vec<String>,
    /// Whether it names any variable at all.
    pub refers: bool,
}

/// Expands references. Without a lookup, every reference stays as it is and counts as unset.
#[must_use]
pub fn expand(text: &str, lookup: Option<Lookup<'_>>) -> Expanded {
    let mut expanded = Expanded { text: String::with_capacity(text.len()), ..Expanded::default() };
    let mut rest = text;
    while let Some((before, reference, after)) = next(rest) {
        let plain = before.trim_end_matches('\\');
        let escapes = before.len() - plain.len();
        expanded.text.push_str(plain);
        expanded.text.push_str(&"\\".repeat(escapes / 2));
        if escapes % 2 == 1 {
            // The escape is used up; the rest is read on as plain text.
            expanded.text.push_str(reference.written);
        } else {
            expanded.refers = true;
            reference.resolve(lookup, &mut expanded);
        }
        rest = after;
    }
    expanded.text.push_str(rest);
    expanded
}

struct Reference<'t> {
    written: &'t str,
    name: &'t str,
    optional: bool,
}

impl Reference<'_> {
    fn resolve(&self, lookup: Option<Lookup<'_>>, expanded: &mut Expanded) {
        match (lookup.map(|lookup| lookup(self.name)), self.optional) {
            (Some(Some(value)), _) => expanded.text.push_str(&value),
            (Some(None), true) => {}
            (Some(None), false) => {
                expanded.text.push_str(self.written);
                expanded.unset.push(self.name.to_owned());
            }
            (None, _) => {
                expanded.text.push_str(self.written);
                expanded.unset.push(self.name.to_owned());
            }
        }
    }
}

/// The first reference, with what stands before and after it.
fn next(text: &str) -> Option<(&str, Reference<'_>, &str)> {
    let mut from = 0;
    while let Some(found) = text[from..].find("${") {
        let start = from + found;
        let inner = &text[start + 2..];
        let length = inner.find(['$', '{', '}', '?']).unwrap_or(inner.len());
        let (name, tail) = inner.split_at(length);
        let optional = tail.starts_with("?}");
        if !name.is_empty() && (optional || tail.starts_with('}')) {
            let end = start + 2 + length + 1 + usize::from(optional);
            return Some((&text[..start], Reference { written: &text[start..end], name, optional }, &text[end..]));
        }
        from = start + 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn environment(name: &str) -> Option<String> {
        match name {
            "A" => Some("1".to_owned()),
            "EMPTY" => Some(String::new()),
            "NESTED" => Some("${A}".to_owned()),
            _ => None,
        }
    }

    #[test]
    fn references_expand_as_npms_do() {
        // Observed with `env-replace` of npm 11.19.1.
        let table: &[(&str, &str, &[&str])] = &[
            ("x${A}y", "x1y", &[]),
            ("${A}${A}", "11", &[]),
            ("${B}", "${B}", &["B"]),
            ("${B?}", "", &[]),
            ("${A?}", "1", &[]),
            ("${EMPTY}", "", &[]),
            ("${NESTED}", "${A}", &[]),
            ("${A:-x}", "${A:-x}", &["A:-x"]),
            ("${A-x}", "${A-x}", &["A-x"]),
            ("${}", "${}", &[]),
            ("${A", "${A", &[]),
            ("$A $", "$A $", &[]),
            ("${${A}}", "${1}", &[]),
            ("${A??}", "${A??}", &[]),
            ("\\${A}", "${A}", &[]),
            ("\\\\${A}", "\\1", &[]),
            ("\\\\\\${A}", "\\${A}", &[]),
            ("\\x${A}", "\\x1", &[]),
        ];
        for (text, expected, unset) in table {
            let found = expand(text, Some(&environment));
            assert_eq!(
                (found.text.as_str(), &found.unset[..]),
                (*expected, &unset.iter().map(ToString::to_string).collect::<Vec<_>>()[..]),
                "{text}"
            );
        }
    }

    #[test]
    fn without_an_environment_nothing_is_filled_in() {
        let found = expand("https://h.test/${A}/${B?}", None);
        assert_eq!((found.text.as_str(), found.unset.len()), ("https://h.test/${A}/${B?}", 2));
    }

    proptest! {
        #[test]
        fn any_text_expands(text in "[$\\{\\}?\\\\AB:-]{0,12}é?") {
            let found = expand(&text, None);
            prop_assert!(found.text.len() <= text.len());
            if !text.contains('\\') { prop_assert_eq!(found.text, text); }
        }
    }
}
