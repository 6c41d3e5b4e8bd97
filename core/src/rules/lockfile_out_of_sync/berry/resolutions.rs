//! `resolutions`: `name`, `name@range`, and both below a package, `parent/name`.

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::super::super::prelude::*;
use super::super::help;
use super::{END, Side, is_peer, plain};
use crate::spec::Kind;

/// Whose dependencies a rule is about.
struct Target<'k> {
    /// The package that asks, and which of its versions as Yarn writes it.
    parent: Option<(&'k str, Option<&'k str>)>,
    name: &'k str,
    range: Option<&'k str>,
}

impl<'k> Target<'k> {
    /// `None`: Yarn does not read such a key either.
    fn parse(key: &'k str) -> Option<Target<'k>> {
        let (first, rest) = specifier(key)?;
        let (parent, (name, range)) = match rest {
            "" => (None, first),
            rest => (Some(first), specifier(rest.strip_prefix('/')?).filter(|(_, rest)| rest.is_empty())?.0),
        };
        Some(Target { parent, name, range })
    }

    fn is_flat(&self) -> bool {
        self.parent.is_none() && self.range.is_none()
    }

    /// Whether it is about what `package` asks for.
    fn concerns(&self, package: (&str, &str), asked: &Dependency) -> bool {
        let is_parent = self
            .parent
            .is_none_or(|(name, version)| name == package.0 && version.is_none_or(|version| plain(version) == package.1));
        is_parent
            && self.name == asked.name.as_str()
            && self.range.is_none_or(|range| plain(range) == plain(&asked.spec))
            && !is_peer(asked)
    }
}

/// A name, what stands behind its `@`, and the rest.
fn specifier(text: &str) -> Option<((&str, Option<&str>), &str)> {
    let scope = if text.starts_with('@') { text.find('/')? + 1 } else { 0 };
    let end = text[scope..].find(['@', '/']).map_or(text.len(), |at| scope + at);
    let (name, rest) = text.split_at(end);
    let Some(rest) = rest.strip_prefix('@') else { return Some(((name, None), rest)) };
    let (range, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Some(((name, Some(range)), rest))
}

impl Side<'_> {
    /// Rules that did not reach the lockfile.
    pub(super) fn resolutions(&self, cx: &mut Cx<'_>) {
        let Some(manifest) = self.project.manifest else { return };
        let names: FxHashSet<&SmolStr> =
            self.asked().filter(|(_, asked)| !is_peer(asked)).map(|(_, asked)| &asked.name.value).collect();
        for rule in self.project.overrides() {
            let Some(target) = Target::parse(manifest.slice(rule.name.span)) else { continue };
            let is_used = || self.asked().any(|(package, asked)| target.concerns(package, asked));
            if !names.contains(&rule.name.value) || cx.spec(rule).kind == Kind::Elsewhere || !target.is_flat() && !is_used() {
                continue;
            }
            let left = if cx.spec(rule).is_registry() { self.left(&target, rule) } else { None };
            if self.lockfile.answer(rule).is_some() && left.is_none() {
                continue;
            }
            let what = left.map_or_else(
                || "does not follow this resolution".to_owned(),
                |text| format!("has `{text}` as it was without this resolution"),
            );
            let finding = cx.report_in(&manifest.path, rule.name.span.to(rule.spec.span), format!("the lockfile {what}; {END}"));
            finding.help(help(self.document));
        }
    }

    /// Who asks, by name and version, and for what.
    fn asked(&self) -> impl Iterator<Item = ((&str, &str), &Dependency)> {
        let of_packages =
            self.lockfile.packages.iter().flat_map(|package| {
                package.dependencies.iter().map(move |asked| ((package.name.as_str(), version(package)), asked))
            });
        let of_members = self.lockfile.importers.iter().flat_map(|importer| {
            let name = importer.name.as_ref().map_or("", |name| name.as_str());
            importer.dependencies.iter().flatten().map(move |asked| ((name, ""), asked))
        });
        of_packages.chain(of_members)
    }

    /// What an entry still answers though the rule replaces it. A rule for some dependents leaves it to the others.
    fn left(&self, target: &Target<'_>, rule: &Dependency) -> Option<&SmolStr> {
        match (target.parent, target.range) {
            (None, None) => self.other(rule),
            (None, Some(range)) if plain(range) != plain(&rule.spec) => {
                let replaced = format!("{}@{}", rule.name, plain(range));
                self.lockfile.answers.get_key_value(replaced.as_str()).map(|(text, _)| text)
            }
            _ => None,
        }
    }

    /// Something that an entry of the rule's name answers beside what the rule asks for.
    fn other(&self, rule: &Dependency) -> Option<&SmolStr> {
        let start = format!("{}@", rule.name);
        let fits = |text: &str| {
            text.strip_prefix(start.as_str()).is_some_and(|spec| spec != plain(&rule.spec) && !is_of_another_kind(spec))
        };
        self.lockfile.answers.keys().filter(|text| fits(text)).min()
    }
}

/// Patches, members and folders stand beside what a resolution puts in place.
fn is_of_another_kind(spec: &str) -> bool {
    ["patch:", "workspace:", "link:", "portal:", "file:"].iter().any(|start| spec.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_whose_dependencies_they_are_about() {
        for (key, expected) in [
            ("a", Some((None, "a", None))),
            ("@s/a", Some((None, "@s/a", None))),
            ("a@npm:^1", Some((None, "a", Some("npm:^1")))),
            ("@s/p@npm:1.0.0/@t/a@^2", Some((Some(("@s/p", Some("npm:1.0.0"))), "@t/a", Some("^2")))),
            ("p/a", Some((Some(("p", None)), "a", None))),
            ("**/a", Some((Some(("**", None)), "a", None))),
            ("p/q/a", None),
            ("@s", None),
        ] {
            let found = Target::parse(key).map(|target| (target.parent, target.name, target.range));
            assert_eq!(found, expected, "{key}");
        }
    }
}
