//! A YAML mapping as settings: one entry a value, keys joined by dots.

use smol_str::{SmolStr, format_smolstr};

use crate::model::{Dependency, Group, Setting};
use crate::syntax::yaml::{Kind, Value};
use crate::text::Spanned;

/// Every value below a mapping, in file order. A list gives one entry an item, and one with an empty value if it has none.
pub(super) fn entries(mapping: Value<'_>) -> Vec<Setting> {
    let mut found = Vec::new();
    let mut open: Vec<(SmolStr, Value<'_>, Value<'_>)> = below("", mapping);
    while let Some((path, key, value)) = open.pop() {
        match value.kind() {
            Kind::Mapping => open.extend(below(&path, value)),
            Kind::Sequence if value.items().next().is_none() => found.push(setting(path, key, value, true)),
            Kind::Sequence => found.extend(value.items().map(|item| setting(path.clone(), key, item, true))),
            Kind::Missing => {}
            _ => found.push(setting(path, key, value, false)),
        }
    }
    found
}

/// The members of a mapping with their paths, last first.
fn below<'a>(path: &str, mapping: Value<'a>) -> Vec<(SmolStr, Value<'a>, Value<'a>)> {
    let joined = |key: &str| if path.is_empty() { key.into() } else { format_smolstr!("{path}.{key}") };
    let mut members: Vec<_> = mapping.members().filter_map(|(key, value)| Some((joined(&key.string()?), key, value))).collect();
    members.reverse();
    members
}

fn setting(path: SmolStr, key: Value<'_>, value: Value<'_>, list: bool) -> Setting {
    let text = value.string().map_or_else(SmolStr::default, SmolStr::from);
    Setting {
        key: Spanned::new(path, key.inner()),
        value: Spanned::new(text, value.inner()),
        list,
        implied: false,
        line: key.span().to(value.span()),
    }
}

/// The entries of the usual catalog (`catalog`), or of those with names (`catalogs`), each under the reference that others ask by.
pub(super) fn catalogs(key: Value<'_>, value: Value<'_>) -> Vec<Dependency> {
    if key.is("catalog") {
        return catalog("catalog:", value, key).collect();
    }
    let named = value.members().filter_map(|(name, list)| Some((format_smolstr!("catalog:{}", name.string()?), list, name)));
    named.flat_map(|(reference, list, name)| catalog(&reference, list, name).collect::<Vec<_>>()).collect()
}

fn catalog(reference: &str, list: Value<'_>, key: Value<'_>) -> impl Iterator<Item = Dependency> {
    let reference = Spanned::new(SmolStr::from(reference), key.inner());
    list.members().filter_map(move |(name, spec)| {
        let condition = Some(Box::new(reference.clone()));
        Some(Dependency { condition, ..Dependency::new(name.spanned()?, spec.spanned()?, Group::Catalog) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::yaml;

    #[test]
    fn every_value_is_an_entry_under_its_path() {
        let text = "a: 1\nb:\n  c: 'é'\n  l:\n    - true\n    - x\n  none: []\n  \"@s/t\": {u: v}\nempty:\nz: ~\n";
        let tree = yaml::parse(text);
        let found = entries(tree.root(text));
        let shown: Vec<_> =
            found.iter().map(|entry| (entry.key.as_str(), entry.value.as_str(), &text[entry.value.span.range()])).collect();
        assert_eq!(
            shown,
            [
                ("a", "1", "1"),
                ("b.c", "é", "é"),
                ("b.l", "true", "true"),
                ("b.l", "x", "x"),
                ("b.none", "", "[]"),
                ("b.@s/t.u", "v", "v"),
                ("empty", "", ""),
                ("z", "~", "~"),
            ]
        );
    }
}
