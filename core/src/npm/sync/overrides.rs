//! Overrides: rules in the root manifest that replace what packages ask for.

use crate::model::{Dependency, Group};
use crate::npm::spec::{self, Kind, Spec};
use crate::npm::version::satisfies_str;

use super::{Conflict, Locked, unmet};

/// One rule at the top of `overrides`: it holds for the package wherever it is asked for. Nested rules are left to npm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule<'a> {
    /// The package.
    pub name: &'a str,
    /// The versions it replaces, `*` for all.
    pub replaced: &'a str,
    /// What is asked for instead; a reference (`$name`) resolved. `*` changes nothing.
    pub value: &'a str,
}

impl<'a> Rule<'a> {
    /// A rule by its key, `name` or `name@range`, and its value, as the root manifest has them at the top of `overrides` (for a
    /// nested object, its `.`). `None`: the key is none, or `$name` refers to nothing that the root asks for.
    #[must_use]
    pub fn new(key: &'a str, value: &'a str, manifest: &'a [Dependency]) -> Option<Rule<'a>> {
        let (name, replaced) = spec::name_and_range(key);
        let value = match value.strip_prefix('$') {
            Some(name) => referred(manifest, name)?,
            None if value.is_empty() => "*",
            None => value,
        };
        spec::is_valid_name(name).then_some(Rule { name, replaced: replaced.unwrap_or("*"), value })
    }

    /// Whether it changes what the root itself asks for, which npm refuses. A rule for some versions counts where the spec is one
    /// of them, or where the locked version is one that both mean; for other ranges, which npm would have to intersect, it is not told.
    pub(super) fn changes(&self, name: &str, asked: &Spec<'_>, locked: Option<Locked<'_>>) -> bool {
        let of_both = |range: &str| {
            let version = locked.and_then(|locked| locked.version);
            version.is_some_and(|version| [self.replaced, range].iter().all(|range| satisfies_str(range, version) == Some(true)))
        };
        let concerned = self.replaced == "*"
            || matches!(asked.kind, Kind::Version(version) if satisfies_str(self.replaced, version) == Some(true))
            || matches!(asked.kind, Kind::Range(range) if of_both(range))
            || asked.requested().is_none();
        self.name == name && concerned && self.value != "*" && self.value != asked.text
    }

    /// Whether a package that asks for `name` with `asked` is answered by an entry that the rule should have replaced; npm then
    /// fetches another version and refuses.
    #[must_use]
    pub fn is_ignored(&self, name: &str, asked: &str, locked: Locked<'_>) -> bool {
        if self.name != name || self.value == "*" || locked.bundled {
            return false;
        }
        let meets = |spec: &str| {
            let conflict = unmet("", &spec::parse(name, spec), name, Some(locked));
            matches!(conflict, None | Some(Conflict::OtherPackage))
        };
        !meets(self.value) && meets(asked) && (self.replaced == "*" || meets(self.replaced))
    }
}

/// What `$name` stands for: what the root asks for under that name, by npm's order of lists.
fn referred<'a>(manifest: &'a [Dependency], name: &str) -> Option<&'a str> {
    let lists: [&[Group]; 4] = [&[Group::Dev], &[Group::Optional], &[Group::Normal], &[Group::Peer, Group::OptionalPeer]];
    let of = |groups: &[Group]| manifest.iter().rev().find(|found| *found.name.value == *name && groups.contains(&found.group));
    lists.into_iter().find_map(of).map(|found| found.spec.as_str())
}
