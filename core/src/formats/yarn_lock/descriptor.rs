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

    /// The spec without the protocol that Yarn 2 and later write before a registry's ranges and tags; an alias keeps it.
    pub(super) fn plain(self) -> &'a str {
        plain(self.spec)
    }
}

/// `^1` of `npm:^1`; `npm:other@^1` as it is.
pub(super) fn plain(spec: &str) -> &str {
    let Some(inner) = spec.strip_prefix("npm:") else { return spec };
    let named = Descriptor::parse(inner);
    let is_alias = inner.starts_with('@') || (!named.spec.is_empty() && !named.name.is_empty());
    if is_alias { spec } else { inner }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_at_the_first_at_after_a_scope() {
        for (text, name, spec, plain) in [
            ("a@^1.0.0", "a", "^1.0.0", "^1.0.0"),
            ("@s/a@^1", "@s/a", "^1", "^1"),
            ("a", "a", "", ""),
            ("@s/a", "@s/a", "", ""),
            ("a@npm:b@^1", "a", "npm:b@^1", "npm:b@^1"),
            ("a@npm:@s/b@1", "a", "npm:@s/b@1", "npm:@s/b@1"),
            ("a@npm:^1", "a", "npm:^1", "^1"),
            ("a@npm:latest", "a", "npm:latest", "latest"),
            ("a@git+ssh://git@h.test/x.git", "a", "git+ssh://git@h.test/x.git", "git+ssh://git@h.test/x.git"),
            ("@", "@", "", ""),
            ("", "", "", ""),
        ] {
            let found = Descriptor::parse(text);
            assert_eq!((found.name, found.spec, found.plain()), (name, spec, plain), "{text}");
        }
    }
}
