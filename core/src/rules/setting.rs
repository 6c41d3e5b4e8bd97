//! What the rules about settings share: the guards of a settings file, and edits of it.

use crate::document::Document;
use crate::finding::Applicability;
use crate::guard::{Aspect, Mend, gaps};
use crate::model::{Setting, Settings};
use crate::rule::Cx;
use crate::syntax::{Syntax, ini_edit, python_ini, python_ini_edit, toml, yaml, yarnrc, yarnrc_edit};
use crate::text::{Edit, Span};

/// Reports every guard of an aspect that does not hold in a settings file, with the fix that its format offers.
pub(super) fn report_gaps(aspect: Aspect, settings: &Settings, cx: &mut Cx<'_>) {
    let document = cx.document.clone();
    for gap in gaps(document.format.guards, aspect, settings, cx.project) {
        let (span, guard) = (gap.span(), gap.guard);
        let (title, edits) = match (guard.mend, gap.setting) {
            (Mend::Set(""), _) => (format!("Set `{}` to nothing", guard.key), set(&document, guard.key, "")),
            (Mend::Set(value), _) => {
                // One of several tables has no path of keys; its setting has a place.
                let there = || set_value(&document, gap.setting?, value);
                (format!("Set `{}` to `{value}`", guard.key), set(&document, guard.key, value).or_else(there))
            }
            (Mend::Remove, Some(setting)) => (format!("Remove `{}`", shown(&document, setting)), remove(&document, setting)),
            (Mend::Remove | Mend::No, _) => (String::new(), None),
        };
        let finding = cx.report(span, guard.message);
        finding.help(guard.help).fix(title, Applicability::Safe, edits);
        if let Some(severity) = guard.severity {
            finding.severity(severity);
        }
    }
}

/// What a title calls a setting.
fn shown(document: &Document, setting: &Setting) -> String {
    match document.syntax {
        Syntax::PythonIni(_) | Syntax::Text if setting.implied => setting.key.to_string(),
        Syntax::PythonIni(_) | Syntax::Text => format!("{} = {}", setting.key, setting.value),
        _ => document.slice(setting.line).to_owned(),
    }
}

/// Whether a setting names a registry as npm's do, in a format that does not list its registries by itself.
pub(super) fn is_registry(setting: &Setting, settings: &Settings) -> bool {
    let named = *setting.key == "registry" || setting.key.ends_with(":registry");
    named && settings.registries.iter().all(|listed| listed.url.span != setting.value.span)
}

/// Sets a key where it stands, or adds it at the end.
pub(super) fn set(document: &Document, key: &str, value: &str) -> Option<Vec<Edit>> {
    let there = document.settings().and_then(|settings| settings.get(key));
    match (&document.syntax, there) {
        (Syntax::Ini(file), Some(_)) => ini_edit::set(file, &document.text, key, value),
        (Syntax::Ini(file), None) => ini_edit::append(file, &document.text, key, value),
        (Syntax::PythonIni(file), there) => {
            let (section, name) = match there.and_then(|setting| option(file, setting)) {
                Some((section, option)) => (section.name.as_str(), option.name.as_str()),
                None => key.split_once('.').unwrap_or(("global", key)),
            };
            python_ini_edit::set(file, &document.text, section, name, value)
        }
        (Syntax::Yarnrc(_), Some(setting)) => set_value(document, setting, value),
        (Syntax::Yarnrc(file), None) => yarnrc_edit::append(file, &document.text, key, value),
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
        Syntax::Yarnrc(file) => yarnrc_edit::set_value(file, &document.text, assignment(file, setting)?, value),
        Syntax::Toml(_) => {
            let (_, _, old) = toml_member(document, setting)?;
            old.string().map_or_else(|| toml::replace_raw(old, &toml_literal(value)), |_| toml::replace_value(old, value))
        }
        Syntax::Yaml(_) => {
            let (_, _, old) = yaml_member(document, setting)?;
            if is_bare(value) { yaml::replace_raw(old, value) } else { yaml::replace_value(old, value) }
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

/// Removes an assignment, or of an option with several values the one that it is.
pub(super) fn remove(document: &Document, setting: &Setting) -> Option<Vec<Edit>> {
    match &document.syntax {
        Syntax::Ini(file) => ini_edit::remove_line(file, &document.text, line(document, setting)?),
        Syntax::PythonIni(file) => {
            let (section, option) = option(file, setting)?;
            let (section, name) = (section.name.as_str(), option.name.as_str());
            if setting.list {
                python_ini_edit::remove_word(file, &document.text, section, name, setting.value.span)
            } else {
                python_ini_edit::remove(file, &document.text, section, name)
            }
        }
        Syntax::Yarnrc(file) => yarnrc_edit::remove(file, &document.text, assignment(file, setting)?),
        Syntax::Text => Some(vec![Edit::remove(whole_line(&document.text, setting.line))]),
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

/// A part of a text with its line, if nothing else stands there; else with the white space before it.
fn whole_line(text: &str, part: Span) -> Span {
    let (start, end) = (part.start as usize, part.end as usize);
    let before = &text[..start];
    let lead = before.len() - before.trim_end_matches([' ', '\t']).len();
    let after = &text[end..];
    let rest = after.trim_start_matches([' ', '\t']);
    let ending = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with(['\n', '\r'])) };
    let begins_line = before[..start - lead].chars().next_back().is_none_or(|last| matches!(last, '\n' | '\r' | '\u{feff}'));
    let ends_line = ending > 0 || rest.is_empty();
    match (begins_line, ends_line) {
        (true, true) => Span::new(start - lead, end + (after.len() - rest.len()) + ending),
        (true, false) => Span::new(start, end + (after.len() - rest.len())),
        (false, _) => Span::new(start - lead, end),
    }
}

fn option<'f>(file: &'f python_ini::File, setting: &Setting) -> Option<(&'f python_ini::Section, &'f python_ini::Setting)> {
    let all = file.sections.iter().flat_map(|section| section.options.iter().map(move |option| (section, option)));
    all.into_iter().find(|(_, option)| option.name.span == setting.key.span)
}

fn assignment<'f>(file: &'f yarnrc::File, setting: &Setting) -> Option<&'f yarnrc::Assignment> {
    file.assignments.iter().find(|one| one.key.span == setting.key.span)
}

/// Table, key and value of a setting that is no item of a list.
fn toml_member<'d>(document: &'d Document, setting: &Setting) -> Option<(toml::Value<'d>, toml::Value<'d>, toml::Value<'d>)> {
    let Syntax::Toml(tree) = &document.syntax else { return None };
    tree.root(&document.text).member_at(setting.key.span).filter(|_| !setting.list)
}

/// A value as TOML: truth and numbers as they are, everything else as a text.
fn toml_literal(value: &str) -> String {
    if is_bare(value) { value.to_owned() } else { toml::quote(value, toml::Quotes::Basic) }
}

/// Whether a value is a truth value or a number, which stand without quotes.
fn is_bare(value: &str) -> bool {
    matches!(value, "true" | "false") || (!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A value as YAML writes it: truth values and numbers bare, everything else in quotes.
fn yaml_literal(value: &str) -> String {
    if is_bare(value) { value.to_owned() } else { yaml::quote(value) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{FORMATS, Format};
    use crate::guard::{Guard, Unset, holds};
    use crate::path::RelPath;
    use crate::text::apply;

    /// Values of which one or another undoes a guard, where a key of its own can.
    const BAD: [&str; 11] =
        ["update", "false", "true", "0", "none", "allow", "unsafe-best-match", "never", "x.test", "tlsv1.0", ""];

    /// What undoes the others.
    const UNDONE: [(&str, &str, &str); 5] = [
        (
            "pyproject",
            "tool.pdm.source.verify_ssl",
            "[[tool.pdm.source]]\nname = \"a\"\nurl = \"https://a.test\"\nverify_ssl = false\n",
        ),
        ("pipfile", "source.verify_ssl", "[[source]]\nname = \"a\"\nurl = \"https://a.test\"\nverify_ssl = false\n"),
        ("", "trusted-host", "a==1.0\n--trusted-host a.test\n"),
        ("", "no-require-hashes", "a==1.0\n--no-require-hashes\n"),
        ("", "pre", "a==1.0\n--pre\n"),
    ];

    fn document(format: &'static Format, text: &str) -> Document {
        let name = format.names.first().copied().unwrap_or(format.id);
        Document::parse(RelPath::new(name), format, text.to_owned().into_bytes())
    }

    fn is_held(guard: &Guard, document: &Document) -> bool {
        document.settings().map_or(guard.unset == Unset::Safe, |settings| holds(guard, settings))
    }

    /// The texts in which the guard does not hold: without it, and with a value that undoes it.
    fn undone(format: &'static Format, guard: &Guard) -> Vec<Document> {
        let known = UNDONE.iter().filter(|(id, key, _)| (id.is_empty() || *id == format.id) && *key == guard.key);
        let mut texts: Vec<String> = known.map(|(_, _, text)| (*text).to_owned()).collect();
        for text in ["", "# é\n"] {
            let whole = document(format, text);
            texts.push(text.to_owned());
            texts.extend(BAD.iter().filter_map(|bad| apply(text, &set(&whole, guard.key, bad)?)));
        }
        texts.iter().map(|text| document(format, text)).filter(|document| !is_held(guard, document)).collect()
    }

    fn mended(document: &Document, guard: &Guard) -> Option<Document> {
        let setting = document.settings().and_then(|settings| settings.get(guard.key));
        let edits = match guard.mend {
            Mend::Set(value) => set(document, guard.key, value).or_else(|| set_value(document, setting?, value))?,
            Mend::Remove => remove(document, setting?)?,
            Mend::No => return None,
        };
        Some(self::document(document.format, &apply(&document.text, &edits)?))
    }

    #[test]
    fn every_guard_is_mended_in_the_file_s_own_syntax() {
        for format in FORMATS {
            for guard in format.guards.iter().filter(|guard| guard.mend != Mend::No) {
                let undone = undone(format, guard);
                assert_ne!(undone.len(), 0, "{} {}: nothing undoes it", format.id, guard.key);
                for before in undone {
                    let after = mended(&before, guard);
                    let is_mended =
                        after.as_ref().is_some_and(|after| is_held(guard, after) && after.problems.len() <= before.problems.len());
                    let after = after.map(|after| after.text.to_string());
                    assert!(is_mended, "{} {}: {:?} -> {after:?}", format.id, guard.key, before.text);
                }
            }
        }
    }
}
