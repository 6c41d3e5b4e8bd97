//! One setting as a layer has it, its environment references seen to.

use smol_str::{SmolStr, ToSmolStr};

use super::{Expanded, Lookup, Origin, expand};
use crate::formats::npmrc_keys::loose_boolean;
use crate::model::Settings;
use crate::text::Span;

/// A setting in effect. Its text may be a secret, so it is not shown when debugging.
#[derive(Clone)]
pub struct Value {
    /// Who made it.
    pub origin: Origin,
    /// The value's place in its file; the key's where the value is empty or implied.
    pub span: Span,
    /// Whether it is a list.
    pub list: bool,
    parts: Vec<Part>,
}

#[derive(Clone)]
struct Part {
    written: SmolStr,
    expanded: Expanded,
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Value").field("origin", &self.origin).field("span", &self.span).finish_non_exhaustive()
    }
}

impl Value {
    /// The text, unless it is a list, `null`, or names a variable that is not known.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.resolved().ok().filter(|text| !matches!(*text, "null" | "undefined"))
    }

    /// The text, or in words why it is not known.
    ///
    /// # Errors
    /// If it is a list, or names a variable that is not set or may not be looked up.
    pub fn resolved(&self) -> Result<&str, String> {
        let [part] = &self.parts[..] else { return Err("it is a list".to_owned()) };
        match part.expanded.unset.first() {
            _ if self.list => Err("it is a list".to_owned()),
            None => Ok(&part.expanded.text),
            Some(name) if self.origin.is_own() => Err(format!("the environment variable `{name}` is not set")),
            Some(name) => {
                Err(format!("it depends on the environment variable `{name}`, which is not read for a file of the repository"))
            }
        }
    }

    /// The elements of a list, or the one text; those that name an unknown variable are left out.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter(|part| part.expanded.unset.is_empty()).map(|part| part.expanded.text.as_str())
    }

    /// Whether npm takes it for `true`. Variables that are not known count as unset.
    #[must_use]
    pub fn is_on(&self) -> bool {
        let [part] = &self.parts[..] else { return true };
        // A text that only comes to be empty is zero to JavaScript; one that is written so is `true` to npm.
        let vanished = part.expanded.refers && part.expanded.text.is_empty();
        let unknown = part.expanded.unset.len() == 1 && part.written.starts_with("${") && part.written.ends_with("?}");
        self.list || loose_boolean(Some(part.expanded.text.as_str()).filter(|_| !vanished && !unknown))
    }

    /// Whether a variable that is not known has a say in it.
    #[must_use]
    pub fn depends_on_environment(&self) -> bool {
        self.parts.iter().any(|part| !part.expanded.unset.is_empty())
    }
}

/// The settings of a layer, each key once, in the order of its last assignment.
pub(super) fn read(settings: &Settings, origin: Origin, environment: Option<Lookup<'_>>) -> Vec<(SmolStr, Value)> {
    let mut values: Vec<(SmolStr, Value)> = Vec::with_capacity(settings.entries.len());
    for setting in &settings.entries {
        let key = expand(&setting.key, environment).text.to_smolstr();
        let part = Part { written: setting.value.value.clone(), expanded: expand(&setting.value, environment) };
        let span = if setting.value.span.start == setting.value.span.end { setting.key.span } else { setting.value.span };
        let earlier = values.iter().position(|(known, _)| *known == key).map(|at| values.remove(at));
        let value = match earlier {
            Some((_, mut value)) if setting.list && value.list => {
                value.parts.push(part);
                value
            }
            _ => Value { origin, span, list: setting.list, parts: vec![part] },
        };
        values.push((key, value));
    }
    values
}
