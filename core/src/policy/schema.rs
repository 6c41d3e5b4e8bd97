//! The JSON schema of `provender.toml`, made from the table of keys that the reader goes by, for editors that complete and check TOML.

use serde_json::{Map, Value, json};

use super::keys::{KEYS, Key, SCHEMA, Shape, Text};

/// The schema, in draft 2020-12.
///
/// It is a little wider than the reader: what takes more than a pattern to tell (whether a day exists, an address is one) is left
/// to the reader.
#[must_use]
pub fn json_schema(rule_ids: &[&str]) -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "provender.toml",
        "description": "How Provender is to behave in this repository.",
    });
    extend(&mut schema, table(KEYS, rule_ids));
    schema
}

fn extend(schema: &mut Value, more: Value) {
    if let (Value::Object(schema), Value::Object(more)) = (schema, more) {
        schema.extend(more);
    }
}

fn table(keys: &[Key], rule_ids: &[&str]) -> Value {
    let mut properties = Map::new();
    for key in keys {
        let mut schema = json!({ "description": key.doc });
        extend(&mut schema, shape(key.shape, rule_ids));
        if let Some(default) = key.default {
            schema["default"] = match key.shape {
                Shape::Flag => json!(default == "true"),
                _ => json!(default),
            };
        }
        properties.insert(key.name.to_owned(), schema);
    }
    let required: Vec<_> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut schema = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn shape(shape: Shape, rule_ids: &[&str]) -> Value {
    match shape {
        Shape::Schema => json!({ "const": SCHEMA }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Text(kind) => text(kind, rule_ids),
        Shape::List(kind) => json!({ "type": "array", "items": text(kind, rule_ids) }),
        Shape::Map(names, values) => {
            json!({ "type": "object", "propertyNames": text(names, rule_ids), "additionalProperties": text(values, rule_ids) })
        }
        Shape::Table(keys) => table(keys, rule_ids),
        Shape::Entries(keys) => json!({ "type": "array", "items": table(keys, rule_ids) }),
    }
}

fn text(kind: Text, rule_ids: &[&str]) -> Value {
    let pattern = match kind {
        Text::Word(words) => return json!({ "type": "string", "enum": words }),
        Text::Rule => return json!({ "type": "string", "enum": rule_ids }),
        Text::Name => r"^(@[^@/*\s]+/)?[^@/*\s]+$",
        Text::Names | Text::Packages | Text::Paths => r"^[^?{}\\!/][^?{}\\]*$",
        Text::Scope => r"^@[^@/*:\s]+$",
        Text::Registry => r"^[Hh][Tt][Tt][Pp][Ss]?://[^@?#]+$",
        Text::Host => r"^[^/@?#*%\s\\]+$",
        Text::Versions => r"^\s*[0-9]+\.[0-9]+\.[0-9]+[^|\s]*(\s*\|\|\s*[0-9]+\.[0-9]+\.[0-9]+[^|\s]*)*\s*$",
        Text::Date => r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        Text::Reason => r"\S",
    };
    json!({ "type": "string", "pattern": pattern })
}

#[cfg(test)]
mod tests {
    use super::super::tests::EXAMPLE;
    use super::super::{Policy, PolicyFile, parse};
    use super::*;
    use crate::path::RelPath;

    const RULES: &[&str] = &["unpinned-dependency", "floating-saves", "untrusted-registry", "weak-integrity", "a"];

    fn to_json(value: &toml::Value) -> Value {
        match value {
            toml::Value::Datetime(date) => json!(date.to_string()),
            toml::Value::Array(items) => items.iter().map(to_json).collect(),
            toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), to_json(value))).collect(),
            other => serde_json::to_value(other).unwrap(),
        }
    }

    fn accepts(text: &str) -> bool {
        let table: toml::Table = text.parse().unwrap();
        let validator = jsonschema::draft202012::new(&json_schema(RULES)).unwrap();
        validator.is_valid(&to_json(&toml::Value::Table(table)))
    }

    #[test]
    fn the_schema_is_one() {
        assert!(jsonschema::draft202012::meta::is_valid(&json_schema(RULES)));
    }

    #[test]
    fn it_accepts_the_example_and_refuses_what_the_reader_refuses() {
        assert!(accepts(EXAMPLE) && accepts(""));
        let whole = "[[exception]]\nrule = 'a'\nreason = 'b'\nexpires = 2027-01-31\n";
        assert!(accepts(whole));
        let bad = [
            "exceptions = []".to_owned(),
            "[hooks]\ncomit = 'error'".to_owned(),
            "[hooks]\ncommit = 'fatal'".to_owned(),
            "[rules]\na = 'loud'".to_owned(),
            "schema = 2".to_owned(),
            "[network]\neditor = 'yes'".to_owned(),
            "[registries.scopes]\ncorp = 'https://npm.corp.test/'".to_owned(),
            "[registries]\ntrusted = ['https://me:pass@npm.corp.test/']".to_owned(),
            "[[scripts.allow]]\npackage = 'a'".to_owned(),
            "[[scripts.allow]]\npackage = 'a'\nreason = 'b'\nversion = '^1.0.0'".to_owned(),
            format!("{whole}pakage = 'x'"),
            whole.replace("'b'", "' '"),
            whole.replace("expires = 2027-01-31", ""),
        ];
        for text in bad {
            assert!(!accepts(&text), "{text}");
            assert!(!parse(&text).1.is_empty(), "{text}");
        }
        // Only the schema knows the rules.
        assert!(!accepts("[rules]\nunknown-rule = 'off'"));
    }

    /// TOML for one value of each kind.
    fn sample(kind: Text) -> String {
        let value = match kind {
            Text::Word(words) => words[0],
            Text::Rule => "a",
            Text::Name => "esbuild",
            Text::Names | Text::Packages => "@corp/*",
            Text::Paths => "legacy/**",
            Text::Scope => "@corp",
            Text::Registry => "https://npm.corp.test/",
            Text::Host => "npm.corp.test",
            Text::Versions => "0.21.5 || 0.21.6",
            Text::Date => "2027-01-31",
            Text::Reason => "because",
        };
        format!("'{value}'")
    }

    fn value(shape: Shape) -> String {
        match shape {
            Shape::Schema => "1".to_owned(),
            Shape::Flag => "true".to_owned(),
            Shape::Text(kind) => sample(kind),
            Shape::List(kind) => format!("[{}]", sample(kind)),
            Shape::Map(names, values) => format!("{{ {} = {} }}", sample(names), sample(values)),
            Shape::Table(keys) => inline(keys),
            Shape::Entries(keys) => format!("[{}]", inline(keys)),
        }
    }

    fn inline(keys: &[Key]) -> String {
        let pairs: Vec<_> = keys.iter().map(|key| format!("{} = {}", key.name, value(key.shape))).collect();
        format!("{{ {} }}", pairs.join(", "))
    }

    /// Every text that sets one key alone (and, in an entry, what the entry needs), with the text that sets it not.
    fn each_alone(prefix: &str, keys: &[Key], found: &mut Vec<(String, String)>) {
        for key in keys {
            let line = |value: String| format!("{prefix}{} = {value}\n", key.name);
            match key.shape {
                Shape::Table(keys) => each_alone(&format!("{prefix}{}.", key.name), keys, found),
                Shape::Entries(keys) => {
                    for own in keys {
                        let pairs = |all: bool| {
                            let kept = keys.iter().filter(|key| key.required || (all && key.name == own.name));
                            let pairs: Vec<_> = kept.map(|key| format!("{} = {}", key.name, value(key.shape))).collect();
                            line(format!("[{{ {} }}]", pairs.join(", ")))
                        };
                        found.push((pairs(true), if own.required { String::new() } else { pairs(false) }));
                    }
                }
                shape => found.push((line(value(shape)), String::new())),
            }
        }
    }

    fn without_places(file: &PolicyFile) -> String {
        let text = format!("{file:?}");
        let mut result = String::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once("Span {") {
            result.push_str(before);
            rest = after.split_once('}').map_or("", |(_, after)| after);
        }
        result + rest
    }

    #[test]
    fn every_key_of_the_table_is_read_and_in_the_schema() {
        let mut found = Vec::new();
        each_alone("", KEYS, &mut found);
        assert!(found.len() > 20);
        for (with, without) in found {
            let (file, problems) = parse(&with);
            assert_eq!(problems, [], "{with}");
            assert!(accepts(&with), "{with}");
            assert_ne!(without_places(&file), without_places(&parse(&without).0), "{with}");
        }
    }

    #[test]
    fn the_defaults_are_what_holds_without_a_file() {
        let mut text = String::new();
        let mut count = 0;
        for section in KEYS {
            let Shape::Table(keys) = section.shape else { continue };
            for key in keys {
                let Some(default) = key.default else { continue };
                let quote = if matches!(key.shape, Shape::Flag) { "" } else { "'" };
                text.push_str(&format!("{}.{} = {quote}{default}{quote}\n", section.name, key.name));
                count += 1;
            }
        }
        let (file, problems) = parse(&text);
        assert_eq!((problems.as_slice(), count), ([].as_slice(), 5));
        let path = RelPath::new("~/provender.toml");
        assert_eq!(format!("{:?}", Policy::new(None, Some((&path, &file)))), format!("{:?}", Policy::default()));
    }
}
