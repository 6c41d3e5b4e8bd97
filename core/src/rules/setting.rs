//! What the rules about settings share: npm's booleans, and edits of a settings file.

use crate::document::Document;
use crate::finding::Applicability;
use crate::formats::npmrc_keys::loose_boolean;
use crate::model::{Setting, Settings};
use crate::project::Project;
use crate::rule::Cx;
use crate::syntax::{Syntax, ini_edit};
use crate::text::{Edit, Span};

/// Whether npm takes a value for a boolean's truth.
pub(super) fn is_on(value: &str) -> bool {
    loose_boolean(Some(value))
}

/// Whether npm takes a value for a boolean's falsehood.
pub(super) fn is_off(value: &str) -> bool {
    !is_on(value)
}

/// Reports a boolean that is not on: at its value, or at the file's start where it is not there. Offers to set it.
pub(super) fn require_on(settings: &Settings, key: &str, message: &str, help: &str, cx: &mut Cx<'_>) {
    let span = match settings.get(key) {
        None => Span::at(0),
        Some(setting) if is_on(&setting.value) => return,
        Some(setting) => setting.value.span,
    };
    let edits = set(cx.document, key, "true");
    cx.report(span, message).help(help).fix(format!("Set `{key}=true`"), Applicability::Safe, edits);
}

/// Sets a key where it stands, or adds it at the end.
pub(super) fn set(document: &Document, key: &str, value: &str) -> Option<Vec<Edit>> {
    let Syntax::Ini(file) = &document.syntax else { return None };
    let there = document.settings().is_some_and(|settings| settings.get(key).is_some());
    if there { ini_edit::set(file, &document.text, key, value) } else { ini_edit::append(file, &document.text, key, value) }
}

/// Puts a value in the place of one assignment's.
pub(super) fn set_value(document: &Document, setting: &Setting, value: &str) -> Option<Vec<Edit>> {
    let Syntax::Ini(file) = &document.syntax else { return None };
    ini_edit::set_value(file, &document.text, line(document, setting)?, value)
}

/// Puts a key in the place of one assignment's.
pub(super) fn rename(document: &Document, setting: &Setting, key: &str) -> Option<Vec<Edit>> {
    let Syntax::Ini(file) = &document.syntax else { return None };
    ini_edit::set_key(file, &document.text, line(document, setting)?, key)
}

/// Removes the line of the assignment that counts.
pub(super) fn remove(document: &Document, key: &str) -> Option<Vec<Edit>> {
    let Syntax::Ini(file) = &document.syntax else { return None };
    let setting = document.settings()?.get(key)?;
    ini_edit::remove_line(file, &document.text, line(document, setting)?)
}

fn line(document: &Document, setting: &Setting) -> Option<usize> {
    let Syntax::Ini(file) = &document.syntax else { return None };
    file.lines.iter().position(|line| line.span.contains(setting.key.span))
}

/// The major version of npm that the project asks for, where it says so without a doubt.
pub(super) fn npm_major(project: &Project<'_>) -> Option<u64> {
    let manifest = project.manifest?.manifest()?;
    let asked = manifest.package_manager.as_ref().and_then(|asked| asked.strip_prefix("npm@"));
    let range = asked.or(manifest.npm_range.as_ref().map(|range| range.trim_start_matches(['>', '=', '^', '~', 'v', ' '])))?;
    range.split(['.', ' ', '+']).next()?.parse().ok()
}
