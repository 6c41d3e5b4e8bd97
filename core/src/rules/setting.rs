//! What the rules about settings share: the guards of a settings file, and edits of it.

use crate::document::Document;
use crate::finding::Applicability;
use crate::guard::{Aspect, Mend, gaps};
use crate::model::{Setting, Settings};
use crate::rule::Cx;
use crate::syntax::{Syntax, ini_edit};
use crate::text::Edit;

/// Reports every guard of an aspect that does not hold in a settings file, with the fix that its format offers.
pub(super) fn report_gaps(aspect: Aspect, settings: &Settings, cx: &mut Cx<'_>) {
    let document = cx.document.clone();
    for gap in gaps(document.format.guards, aspect, settings, cx.project) {
        let (span, guard) = (gap.span(), gap.guard);
        let (title, edits) = match (guard.mend, gap.setting) {
            (Mend::Set(value), _) => (format!("Set `{}` to `{value}`", guard.key), set(&document, guard.key, value)),
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
