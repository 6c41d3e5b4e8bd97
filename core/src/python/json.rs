//! JSON as Python's `json.dumps` writes it with sorted keys, which is what the hashes over a manifest are made of.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::syntax::toml::{Kind, Value};

/// A value to be written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// A number, as Python writes it.
    Number(String),
    Text(String),
    List(Vec<Json>),
    Table(BTreeMap<String, Json>),
}

impl Json {
    /// A TOML value. `None` for what Python refuses to write: dates.
    pub(crate) fn of(value: Value<'_>) -> Option<Json> {
        match value.kind() {
            Kind::True | Kind::False => value.bool().map(Json::Bool),
            Kind::String => value.string().map(|text| Json::Text(text.into_owned())),
            Kind::Integer => integer(value).map(Json::Number),
            Kind::Float => float(value.raw()).map(Json::Number),
            Kind::Array => value.items().map(Json::of).collect::<Option<Vec<_>>>().map(Json::List),
            Kind::Table => {
                let members = value.members().map(|(key, value)| Some((key.string()?.into_owned(), Json::of(value)?)));
                members.collect::<Option<BTreeMap<_, _>>>().map(Json::Table)
            }
            Kind::Datetime | Kind::Key | Kind::Missing => None,
        }
    }

    /// A table of the given members.
    pub(crate) fn table(members: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
        Json::Table(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Json::List(items) => items.is_empty(),
            Json::Table(members) => members.is_empty(),
            _ => false,
        }
    }

    /// The text; `space` is what follows commas and colons.
    pub(crate) fn write(&self, space: &str) -> String {
        let mut text = String::new();
        self.write_to(&mut text, space);
        text
    }

    fn write_to(&self, text: &mut String, space: &str) {
        match self {
            Json::Null => text.push_str("null"),
            Json::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
            Json::Number(number) => text.push_str(number),
            Json::Text(value) => quote(text, value),
            Json::List(items) => {
                text.push('[');
                for (item, at) in items.iter().zip(0..) {
                    text.push_str(if at > 0 { "," } else { "" });
                    text.push_str(if at > 0 { space } else { "" });
                    item.write_to(text, space);
                }
                text.push(']');
            }
            Json::Table(members) => {
                text.push('{');
                for ((key, value), at) in members.iter().zip(0..) {
                    text.push_str(if at > 0 { "," } else { "" });
                    text.push_str(if at > 0 { space } else { "" });
                    quote(text, key);
                    text.push(':');
                    text.push_str(space);
                    value.write_to(text, space);
                }
                text.push('}');
            }
        }
    }
}

/// A whole number, however large.
fn integer(value: Value<'_>) -> Option<String> {
    let digits = value.raw().trim_start_matches('+').replace('_', "");
    let plain = !digits.is_empty() && digits.trim_start_matches('-').chars().all(|digit| digit.is_ascii_digit());
    value.integer().map(|number| number.to_string()).or(plain.then_some(digits))
}

/// The shortest decimal that is read as the same number, with a power of ten where Python writes one.
fn float(raw: &str) -> Option<String> {
    let number: f64 = raw.replace('_', "").parse().ok()?;
    if !number.is_finite() {
        let name = if number.is_nan() { "NaN" } else { "Infinity" };
        return Some(if number < 0.0 { format!("-{name}") } else { name.to_owned() });
    }
    if number == 0.0 || (1e-4..1e16).contains(&number.abs()) {
        return Some(format!("{number:?}"));
    }
    let shown = format!("{number:e}");
    let (digits, power) = shown.split_once('e')?;
    let (sign, power) = power.strip_prefix('-').map_or(('+', power), |power| ('-', power));
    Some(format!("{digits}e{sign}{power:0>2}"))
}

/// Everything but printable ASCII is escaped, in UTF-16 as JSON has it.
fn quote(text: &mut String, value: &str) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' => text.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::toml;

    #[test]
    fn values_are_written_as_python_does() {
        let text = "b = [1, 0x1f, 1.50, true]\na = {\"é\" = 'q\"\\\u{1f600}'}\n";
        let tree = toml::parse(text);
        let json = Json::of(tree.root(text)).unwrap();
        assert_eq!(json.write(" "), r#"{"a": {"\u00e9": "q\"\\\ud83d\ude00"}, "b": [1, 31, 1.5, true]}"#);
        assert_eq!(json.write(""), r#"{"a":{"\u00e9":"q\"\\\ud83d\ude00"},"b":[1,31,1.5,true]}"#);
        let numbers = "a = [1e20, 1.5e-7, -2.5E+300, 1e15, inf, -inf, nan, 123456789012345678901234567890, +1_0]\n";
        let json = Json::of(toml::parse(numbers).root(numbers)).unwrap();
        assert_eq!(
            json.write(" "),
            r#"{"a": [1e+20, 1.5e-07, -2.5e+300, 1000000000000000.0, Infinity, -Infinity, NaN, 123456789012345678901234567890, 10]}"#
        );
        let date = "a = 2024-01-01\n";
        assert_eq!(Json::of(toml::parse(date).root(date)), None);
    }
}
