//! `.npmrc`: the settings of npm, as npm reads them.
//!
//! Only what stands above the first section header counts. The last assignment of a key wins, except that a key once written as a
//! list (`key[]`) collects every later one. Environment references stay as they are: who may expand them is for
//! [`crate::npm::config`] to decide.

use smol_str::SmolStr;

use super::npmrc_checks;
use super::npmrc_keys::{self, Kind, kind, loose_boolean};
use super::{Format, Parsed, Role, no_hold};
use crate::model::{Ecosystem, Problem, Setting, Settings};
use crate::syntax::Syntax;
use crate::syntax::ini::{self, Assignment, Content, File, Quoting};
use crate::text::{Span, Spanned};

/// Reads a text: its settings, and those of its lines that do not do what they read as.
#[must_use]
pub fn parse(text: &str) -> (Settings, Vec<Problem>) {
    read(text, &ini::parse(text))
}

fn read(text: &str, file: &File) -> (Settings, Vec<Problem>) {
    let settings = settings(file);
    let problems = npmrc_checks::check(text, file, &settings);
    (settings, problems)
}

/// npm's settings file, of a project or a person.
pub static FORMAT: Format = Format {
    id: "npmrc",
    names: &[".npmrc"],
    patterns: &[],
    role: Role::Settings,
    ecosystem: Some(Ecosystem::Npm),
    parse: |text| {
        let file = ini::parse(text);
        let (settings, problems) = read(text, &file);
        Parsed { syntax: Syntax::Ini(file), model: settings.into(), problems }
    },
    guards: npmrc_keys::GUARDS,
    hold: no_hold,
};

fn settings(file: &File) -> Settings {
    let mut entries = Vec::new();
    for line in &file.lines {
        match &line.content {
            Content::Assignment(assignment) if !line.in_section => assign(&mut entries, assignment, line.span),
            Content::Section(name) => entries.extend(header(name, line.span)),
            _ => {}
        }
    }
    Settings { entries, ..Settings::default() }
}

fn assign(entries: &mut Vec<Setting>, assignment: &Assignment, line: Span) {
    let key = &assignment.key;
    let earlier = entries.iter_mut().rev().find(|entry| entry.key.value == key.value);
    let list = assignment.list || earlier.as_ref().is_some_and(|entry| entry.list);
    if let Some(earlier) = earlier {
        // The first `key[]` takes a plain assignment that stands before it into the list.
        earlier.list |= list;
    }
    let Some(value) = &assignment.value else {
        let value = Spanned::new("true".into(), key.span);
        entries.push(Setting { key: key.clone(), value, list, implied: true, line });
        return;
    };
    let elements = if value.quoting == Quoting::Single { elements(&value.text) } else { None };
    let Some(elements) = elements else {
        entries.push(Setting { key: key.clone(), value: value.text.clone(), list, implied: false, line });
        return;
    };
    let list = elements.iter().any(|element| element != UNSET);
    for element in elements {
        let value = Spanned::new(element, value.text.span);
        entries.push(Setting { key: key.clone(), value, list, implied: false, line });
    }
}

/// What an unset setting reads as.
const UNSET: &str = "undefined";

/// npm reads what is in single quotes as JSON, so a whole list may hide there. An empty one unsets the key, which reads as
/// `undefined` does.
fn elements(value: &str) -> Option<Vec<SmolStr>> {
    let list: Vec<serde_json::Value> = serde_json::from_str(value).ok()?;
    let text = |element: &serde_json::Value| element.as_str().map_or_else(|| element.to_string().into(), SmolStr::from);
    Some(if list.is_empty() { vec![UNSET.into()] } else { list.iter().map(text).collect() })
}

/// A section named like a boolean setting turns that setting on: npm finds an object under the key.
fn header(name: &Spanned<SmolStr>, line: Span) -> Option<Setting> {
    let key = name.split('.').next().unwrap_or_default();
    let boolean = matches!(kind(key), Some(Kind::Boolean | Kind::OptionalBoolean));
    let key = Spanned::new(key.into(), name.span);
    let value = Spanned::new("true".into(), name.span);
    boolean.then_some(Setting { key, value, list: false, implied: true, line })
}

/// A boolean setting as written in one file.
#[derive(Clone, Copy, Debug)]
pub struct Switch<'s> {
    /// Whether it is on for npm, every environment variable that it names being unset.
    pub on: bool,
    /// Whether the environment has a say in it.
    pub depends_on_environment: bool,
    /// The assignment that counts.
    pub setting: &'s Setting,
}

/// How npm reads a boolean setting of this file, if the file has it.
#[must_use]
pub fn boolean<'s>(settings: &'s Settings, key: &str) -> Option<Switch<'s>> {
    let setting = settings.get(key)?;
    let value = setting.value.as_str();
    let depends_on_environment = !setting.list && value.contains("${");
    // A list is an object to JavaScript, and so on, whatever is in it. `${VAR?}` alone comes to nothing.
    let nothing = value.starts_with("${") && value.ends_with("?}") && value.matches('$').count() == 1;
    let on = setting.list || loose_boolean(Some(value).filter(|_| !nothing));
    Some(Switch { on, depends_on_environment, setting })
}

#[cfg(test)]
#[path = "npmrc_tests.rs"]
mod tests;
