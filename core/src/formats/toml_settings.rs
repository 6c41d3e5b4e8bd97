//! A TOML table as settings: one entry a value, keys joined by dots.

use smol_str::{SmolStr, format_smolstr};

use crate::model::Setting;
use crate::syntax::toml::{Kind, Value};
use crate::text::Spanned;

/// Every value below a table, in the order of their first mention. An array gives one entry an item, and one with an empty value if it has none.
pub(super) fn entries(table: Value<'_>) -> Vec<Setting> {
    let mut found = Vec::new();
    let mut open: Vec<(SmolStr, Value<'_>, Value<'_>)> = table.members().map(|(key, value)| (name(key), key, value)).collect();
    open.reverse();
    while let Some((path, key, value)) = open.pop() {
        match value.kind() {
            Kind::Table => {
                let inner: Vec<_> =
                    value.members().map(|(key, value)| (format_smolstr!("{path}.{}", name(key)), key, value)).collect();
                open.extend(inner.into_iter().rev());
            }
            Kind::Array if value.items().next().is_none() => found.push(setting(path, key, value, true)),
            Kind::Array => found.extend(value.items().map(|item| setting(path.clone(), key, item, true))),
            Kind::Missing => {}
            _ => found.push(setting(path, key, value, false)),
        }
    }
    found
}

fn name(key: Value<'_>) -> SmolStr {
    key.string().map_or_else(SmolStr::default, SmolStr::from)
}

fn setting(path: SmolStr, key: Value<'_>, value: Value<'_>, list: bool) -> Setting {
    let text = match value.kind() {
        Kind::Array | Kind::Table => SmolStr::default(),
        _ => value.string().map_or_else(|| value.raw().into(), SmolStr::from),
    };
    Setting {
        key: Spanned::new(path, key.inner()),
        value: Spanned::new(text, value.inner()),
        list,
        implied: false,
        line: key.span().to(value.span()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::toml;

    #[test]
    fn every_value_is_an_entry_under_its_path() {
        let text = "a = 1\n[b]\nc.d = 'é'\nl = [true, \"x\"]\nnone = []\n[b.\"@s/t\"]\nu = { v = 2024-01-01 }\n[[t]]\nw = 1\n";
        let tree = toml::parse(text);
        let found = entries(tree.root(text));
        let shown: Vec<_> =
            found.iter().map(|entry| (entry.key.as_str(), entry.value.as_str(), &text[entry.value.span.range()])).collect();
        assert_eq!(
            shown,
            [
                ("a", "1", "1"),
                ("b.c.d", "é", "é"),
                ("b.l", "true", "true"),
                ("b.l", "x", "x"),
                ("b.none", "", "[]"),
                ("b.@s/t.u.v", "2024-01-01", "2024-01-01"),
                ("t", "", "[[t]]\nw = 1"),
            ]
        );
        assert_eq!(&text[found[1].line.range()], "d = 'é'");
    }
}
