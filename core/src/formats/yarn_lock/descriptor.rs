//! What an entry answers to: `name@spec`, as both formats write it.

/// A name and what is asked for under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Descriptor<'a> {
    /// The name that it is asked for under.
    pub(super) name: &'a str,
    /// What is asked for; empty where nothing follows the name.
    pub(super) spec: &'a str,
}

impl<'a> Descriptor<'a> {
    /// Cuts a text at the `@` that ends the name; the one of a scope does not.
    pub(super) fn parse(text: &'a str) -> Descriptor<'a> {
        let scope = usize::from(text.starts_with('@'));
        match text[scope..].find('@') {
            Some(at) => Descriptor { name: &text[..scope + at], spec: &text[scope + at + 1..] },
            None => Descriptor { name: text, spec: "" },
        }
    }

    /// The name of an alias's true package: `b` of `a@npm:b@^1`.
    pub(super) fn alias(self) -> Option<&'a str> {
        let inner = Descriptor::parse(self.spec.strip_prefix("npm:")?);
        // `npm:^1` has no name, and neither has `npm:latest`.
        (!inner.spec.is_empty() || inner.name.starts_with('@')).then_some(inner.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_at_the_first_at_after_a_scope() {
        for (text, name, spec, alias) in [
            ("a@^1.0.0", "a", "^1.0.0", None),
            ("@s/a@^1", "@s/a", "^1", None),
            ("a", "a", "", None),
            ("@s/a", "@s/a", "", None),
            ("a@npm:b@^1", "a", "npm:b@^1", Some("b")),
            ("a@npm:@s/b@1", "a", "npm:@s/b@1", Some("@s/b")),
            ("a@npm:^1", "a", "npm:^1", None),
            ("a@git+ssh://git@h.test/x.git", "a", "git+ssh://git@h.test/x.git", None),
            ("@", "@", "", None),
            ("", "", "", None),
        ] {
            let found = Descriptor::parse(text);
            assert_eq!((found.name, found.spec, found.alias()), (name, spec, alias), "{text}");
        }
    }
}
