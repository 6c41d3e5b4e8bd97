//! Every key of `provender.toml` as Markdown, for the README: made from the table that the reader goes by.

use super::keys::{KEYS, Key, Shape, Text};

/// A Markdown table of every key: its whole name, what it takes, what holds without it, what it does.
#[must_use]
pub fn reference() -> String {
    let mut text = "| key | takes | without it | |\n|---|---|---|---|\n".to_owned();
    rows("", KEYS, &mut text);
    text
}

fn rows(prefix: &str, keys: &[Key], text: &mut String) {
    for key in keys {
        let name = format!("{prefix}{}", key.name);
        let absent = match key.default {
            Some(default) => format!("`{default}`"),
            None if key.required => "does not count".to_owned(),
            None => String::new(),
        };
        let doc = key.doc.replace('|', "\\|");
        text.push_str(&format!("| `{name}` | {} | {absent} | {doc} |\n", takes(key.shape)));
        match key.shape {
            Shape::Table(keys) => rows(&format!("{name}."), keys, text),
            Shape::Entries(keys) => rows(&format!("{name}[]."), keys, text),
            _ => {}
        }
    }
}

fn takes(shape: Shape) -> String {
    match shape {
        Shape::Schema => "`1`".to_owned(),
        Shape::Flag => "`true`, `false`".to_owned(),
        Shape::Text(kind) => of(kind),
        Shape::List(kind) => format!("list: {}", of(kind)),
        Shape::Map(names, values) => format!("table: {} = {}", of(names), of(values)),
        Shape::Table(_) => "table".to_owned(),
        Shape::Entries(_) => "list of tables".to_owned(),
    }
}

fn of(kind: Text) -> String {
    match kind {
        Text::Word(words) => return words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
        Text::Rule => "rule",
        Text::Name => "package",
        Text::Names => "package, with `*`",
        Text::Packages => "package or package@version, with `*`",
        Text::Paths => "path, with `*` and `**`",
        Text::Scope => "scope",
        Text::Registry => "address",
        Text::Host => "host",
        Text::Versions => "versions",
        Text::Date => "day",
        Text::Reason => "text",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_row_of_four_cells() {
        let text = reference();
        let rows: Vec<_> = text.lines().collect();
        assert!(rows.len() > 25, "{text}");
        for row in &rows {
            assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}");
        }
        assert!(rows.contains(&"| `exception[].expires` | day | does not count | The last day on which it counts. |"), "{text}");
    }
}
