//! What the rules about settings share: the guards of a settings file, and edits of it.

use crate::document::Document;
use crate::finding::Applicability;
use crate::guard::{Aspect, Mend, gaps};
use crate::model::{Setting, Settings};
use crate::rule::Cx;
use crate::syntax::{Syntax, ini_edit, toml, yaml};
use crate::text::Edit;

/// Reports every guard of an aspect that does not hold in a settings file, with the fix that its format offers.
pub(super) fn report_gaps(aspect: Aspect, settings: &Settings, cx: &mut Cx<'_>) {
    let document = cx.document.clone();
    for gap in gaps(document.format.guards, aspect, settings, cx.project) {
        let (span, guard) = (gap.span(), gap.guard);
        let (title, edits) = match (guard.mend, gap.setting) {
            (Mend::Set(value), Some(setting)) => (
                format!("Set `{}` to `{value}`", guard.key),
                set_value(&document, setting, value).or_else(|| set(&document, guard.key, value)),
            ),
            (Mend::Set(value), None) => (format!("Set `{}` to `{value}`", guard.key), set(&document, guard.key, value)),
            (Mend::Remove, Some(setting)) => (format!("Remove `{}`", document.slice(setting.line)), remove(&document, guard.key)),
            (Mend::Remove | Mend::No, _) => (String::new(), None),
        };
        let finding = cx.report(span, guard.message);
        finding.help(guard.help).fix(title, Applicability::Safe, edits);
        if let Some(severity) = guard.severity {
            finding.severity(severity);
        }
    }
}

/// Sets a key where it stands, or adds it at the end.
pub(super) fn set(document: &Document, key: &str, value: &str) -> Option<Vec<Edit>> {
    let there = document.settings().and_then(|settings| settings.get(key));
    match (&document.syntax, there) {
        (Syntax::Ini(file), Some(_)) => ini_edit::set(file, &document.text, key, value),
        (Syntax::Ini(file), None) => ini_edit::append(file, &document.text, key, value),
        (Syntax::Toml(tree), _) => {
            let mut path: Vec<&str> = key.split('.').collect();
            let last = path.pop()?;
            toml::set(tree.root(&document.text), &path, last, &toml_literal(value))
        }
        (Syntax::Yaml(_), Some(setting)) => set_value(document, setting, value),
        // Only keys at the top are added: where a mapping of several files counts, only a person can tell.
        (Syntax::Yaml(tree), None) if !key.contains('.') => {
            yaml::insert_member(tree.root(&document.text), key, &yaml_literal(value))
        }
        _ => None,
    }
}

/// Puts a value in the place of one assignment's.
pub(super) fn set_value(document: &Document, setting: &Setting, value: &str) -> Option<Vec<Edit>> {
    match &document.syntax {
        Syntax::Ini(file) => ini_edit::set_value(file, &document.text, line(document, setting)?, value),
        Syntax::Toml(_) => {
            let (_, _, old) = toml_member(document, setting)?;
            old.string().map_or_else(|| toml::replace_raw(old, &toml_literal(value)), |_| toml::replace_value(old, value))
        }
        Syntax::Yaml(_) => {
            let (_, _, old) = yaml_member(document, setting)?;
            yaml::replace_raw(old, &yaml_literal(value))
        }
        _ => None,
    }
}

/// Puts a key in the place of one assignment's.
pub(super) fn rename(document: &Document, setting: &Setting, key: &str) -> Option<Vec<Edit>> {
    match &document.syntax {
        Syntax::Ini(file) => ini_edit::set_key(file, &document.text, line(document, setting)?, key),
        Syntax::Toml(_) => {
            let (table, old, _) = toml_member(document, setting)?;
            table.get(key).is_none().then(|| vec![Edit::replace(old.span(), toml::quote_key(key))])
        }
        _ => None,
    }
}

/// Removes the assignment that counts.
pub(super) fn remove(document: &Document, key: &str) -> Option<Vec<Edit>> {
    let setting = document.settings()?.get(key)?;
    match &document.syntax {
        Syntax::Ini(file) => ini_edit::remove_line(file, &document.text, line(document, setting)?),
        Syntax::Toml(_) => {
            let (table, name, _) = toml_member(document, setting)?;
            toml::remove_member(table, &name.string()?)
        }
        Syntax::Yaml(_) => {
            let (mapping, name, _) = yaml_member(document, setting)?;
            yaml::remove_member(mapping, &name.string()?)
        }
        _ => None,
    }
}

/// Table, key and value of a setting that is no item of a list.
fn toml_member<'d>(document: &'d Document, setting: &Setting) -> Option<(toml::Value<'d>, toml::Value<'d>, toml::Value<'d>)> {
    let Syntax::Toml(tree) = &document.syntax else { return None };
    tree.root(&document.text).member_at(setting.key.span).filter(|_| !setting.list)
}

/// A value as TOML: truth and numbers as they are, everything else as a text.
fn toml_literal(value: &str) -> String {
    let bare = matches!(value, "true" | "false") || !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if bare { value.to_owned() } else { toml::quote(value, toml::Quotes::Basic) }
}

/// A value as YAML writes it: truth values and numbers bare, everything else in quotes.
fn yaml_literal(value: &str) -> String {
    let bare = matches!(value, "true" | "false") || (!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()));
    if bare { value.to_owned() } else { yaml::quote(value) }
}

/// The mapping, key and value of an assignment.
fn yaml_member<'d>(document: &'d Document, setting: &Setting) -> Option<(yaml::Value<'d>, yaml::Value<'d>, yaml::Value<'d>)> {
    let Syntax::Yaml(tree) = &document.syntax else { return None };
    tree.root(&document.text).member_at(setting.key.span).filter(|_| !setting.list)
}

fn line(document: &Document, setting: &Setting) -> Option<usize> {
    let Syntax::Ini(file) = &document.syntax else { return None };
    file.lines.iter().position(|line| line.span.contains(setting.key.span))
}
